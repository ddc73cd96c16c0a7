//! The columns an arm's rules read, from the history they are read on.

use market::history::MarketHistory;
use policy::arm::Arm;
use policy::gates::{Gates, Source, Truth, TruthColumn, ValueColumn};

/// A history without signals: what is named and not there is missing.
struct Columns {
    sessions: usize,
}

impl Source for Columns {
    fn condor_trigger(&self, _: usize, _: &str) -> TruthColumn {
        vec![Truth::Missing; self.sessions].into()
    }

    fn trigger(&self, _: &str) -> TruthColumn {
        vec![Truth::Missing; self.sessions].into()
    }

    fn signal(&self, _: &str) -> ValueColumn {
        vec![None; self.sessions].into()
    }
}

/// Everything the arm names, looked up once.
pub fn gates(history: &MarketHistory, arm: &Arm) -> Gates {
    Gates::new(arm, &Columns { sessions: history.len() })
}
