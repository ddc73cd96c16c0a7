//! Does the hedge pay? The one answer of a run, from the numbers of `summary.csv`.
//!
//! A *case* is one hedged arm in one window. It is better than trading less where it made the worst fall shallower and
//! left more money than a book of fewer condors with the same worst fall would have, or cost nothing. It is worse where
//! the fall became deeper or that smaller book left as much. A case whose fall became deeper while it earned more is
//! neither.

use crate::folder::{FEW_TRADES, Placed, RunFolder};
use crate::number::Money;
use tables::SummaryRow;

/// What became of one window.
#[derive(Clone, Debug, PartialEq)]
pub struct WindowVerdict {
    /// Name of the window.
    pub name: String,
    /// Least and most trading P&L a hedge cost; negative where it added `[USD]`.
    pub cost: Option<(Money, Money)>,
    /// Least and most reduction of the worst fall `[fraction]`; negative where it became deeper.
    pub reduction: Option<(f64, f64)>,
    /// Cases whose fall became shallower.
    pub shallower: usize,
    /// Cases.
    pub cases: usize,
    /// Packages the unhedged book closed.
    pub trades: Option<usize>,
}

/// The answer of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// By window, in the order of the run.
    pub windows: Vec<WindowVerdict>,
    /// Hedged arms.
    pub hedges: usize,
    /// Cases with a defined fall and P&L.
    pub cases: usize,
    /// Cases better than trading less.
    pub better: usize,
    /// Cases worse than trading less, or not better than it.
    pub worse: usize,
    /// Cases whose interval of the reduction excludes 0.
    pub sure: usize,
}

/// The word that answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Every case is better than trading less, and every interval excludes 0.
    Yes,
    /// No case is better than trading less.
    No,
    /// Some are, or they are and an interval includes 0.
    Partly,
    /// There is no case, or nothing was traded.
    CannotTell,
}

impl Verdict {
    /// Judges a run; `None` where it has no hedged arm or nothing to compare with.
    pub fn of(run: &RunFolder) -> Option<Verdict> {
        let base = run.unhedged()?;
        let policies = run.policies();
        if policies.is_empty() {
            return None;
        }
        let mut verdict = Verdict {
            windows: Vec::new(),
            hedges: policies.len(),
            cases: 0,
            better: 0,
            worse: 0,
            sure: 0,
        };
        for (window, named) in run.manifest.windows.iter().enumerate() {
            let unhedged = run.summary_of(window, base);
            let rows: Vec<&Placed<SummaryRow>> = policies
                .iter()
                .filter_map(|&arm| run.summary_of(window, arm))
                .collect();
            let mut seen = WindowVerdict {
                name: named.name.clone(),
                cost: None,
                reduction: None,
                shallower: 0,
                cases: 0,
                trades: unhedged.and_then(|row| row.trades),
            };
            for row in rows {
                verdict.case(&mut seen, row, unhedged.and_then(|row| row.pnl_usd));
            }
            verdict.windows.push(seen);
        }
        Some(verdict)
    }

    fn case(&mut self, window: &mut WindowVerdict, row: &Placed<SummaryRow>, base: Option<Money>) {
        let Some(((own, base), reduction)) = row.pnl_usd.zip(base).zip(row.drawdown_reduction)
        else {
            return;
        };
        let cost = base - own;
        let wider = |span: Option<(Money, Money)>| match span {
            None => (cost, cost),
            Some((least, most)) => (least.min(cost), most.max(cost)),
        };
        window.cost = Some(wider(window.cost));
        window.reduction = Some(match window.reduction {
            None => (reduction, reduction),
            Some((least, most)) => (least.min(reduction), most.max(reduction)),
        });
        window.cases += 1;
        window.shallower += usize::from(reduction > 0.0);
        self.cases += 1;
        let interval = row.drawdown_reduction_lo.zip(row.drawdown_reduction_hi);
        self.sure += usize::from(interval.is_some_and(|(lo, hi)| lo > 0.0 || hi < 0.0));
        let free = cost <= Money::ZERO;
        let beats_less = row.deleveraged_pnl_usd.is_some_and(|less| own > less);
        if reduction > 0.0 && (free || beats_less) {
            self.better += 1;
        } else if reduction > 0.0 || !free {
            self.worse += 1;
        }
    }

    /// The word that answers.
    pub fn answer(&self) -> Answer {
        let traded = self.windows.iter().any(|w| w.trades.is_none_or(|n| n > 0));
        if self.cases == 0 || !traded {
            Answer::CannotTell
        } else if self.better == 0 {
            Answer::No
        } else if self.better == self.cases && self.sure == self.cases {
            Answer::Yes
        } else {
            Answer::Partly
        }
    }

    /// Windows in which the unhedged book closed fewer than ten packages: name and number.
    pub fn thin(&self) -> Vec<(&str, usize)> {
        let counted = self
            .windows
            .iter()
            .filter_map(|w| Some((w.name.as_str(), w.trades?)));
        counted.filter(|(_, n)| *n < FEW_TRADES).collect()
    }
}
