//! `equity.csv`: one curve per window and arm, session by session.

use chrono::{NaiveDate, Weekday};
use tables::{EquityRow, Money, ReadError, Row};

/// The sessions of one arm in one window. All vectors have one entry per session.
#[derive(Clone, Debug, Default)]
pub struct Curve {
    /// Place of its window and of its arm in the manifest.
    pub place: (usize, usize),
    /// The sessions.
    pub dates: Vec<NaiveDate>,
    /// Starting capital plus trading P&L net of costs, without interest.
    pub trading_equity: Vec<Money>,
    /// Account equity, with interest.
    pub equity: Vec<Money>,
    /// Cash.
    pub cash: Vec<Money>,
    /// Margin required.
    pub margin: Vec<Money>,
    /// That session's interest.
    pub interest: Vec<Money>,
    /// That session's fees, at most 0.
    pub fees: Vec<Money>,
    /// That session's slippage, at most 0.
    pub slippage: Vec<Money>,
    /// That session's condor P&L at mid, before costs.
    pub condor: Vec<Money>,
    /// That session's P&L at mid of each layer, in the order of `RunFolder::layer_names`.
    pub layers: Vec<Vec<Money>>,
}

impl Curve {
    /// A curve without sessions, of so many layers.
    pub fn new(place: (usize, usize), layers: usize) -> Curve {
        Curve {
            place,
            layers: vec![Vec::new(); layers],
            ..Curve::default()
        }
    }

    /// Appends a session.
    pub fn push(&mut self, row: &EquityRow, layers: &[Money]) {
        self.dates.push(row.date);
        self.equity.push(row.equity_usd);
        self.trading_equity.push(row.trading_equity_usd);
        self.cash.push(row.cash_usd);
        self.margin.push(row.margin_usd);
        self.interest.push(row.interest_usd);
        self.fees.push(row.fees_usd);
        self.slippage.push(row.slippage_usd);
        self.condor.push(row.condor_pnl_usd);
        for (layer, pnl) in self.layers.iter_mut().zip(layers) {
            layer.push(*pnl);
        }
    }

    /// P&L of all hedge layers in session `at`, at mid.
    pub fn hedge(&self, at: usize) -> Money {
        self.layers.iter().map(|layer| layer[at]).sum()
    }

    /// Change of trading equity in session `at`; the first session starts from `capital`.
    pub fn trading_pnl(&self, at: usize, capital: Money) -> Money {
        self.trading_equity[at]
            - if at == 0 {
                capital
            } else {
                self.trading_equity[at - 1]
            }
    }

    /// Running fall of trading equity from its peak, the starting `capital` included; at most 0.
    pub fn drawdowns(&self, capital: Money) -> Vec<Money> {
        let mut peak = capital;
        self.trading_equity
            .iter()
            .map(|&equity| {
                peak = peak.max(equity);
                equity - peak
            })
            .collect()
    }

    /// Places of the last session of every calendar week.
    pub fn week_ends(&self) -> Vec<usize> {
        let week = |at: usize| self.dates[at].week(Weekday::Mon).first_day();
        let last = self.dates.len();
        (0..last)
            .filter(|&at| at + 1 == last || week(at) != week(at + 1))
            .collect()
    }
}

/// Checks that each curve has its window's sessions, in order, and that the curves of a window share their dates.
pub fn check(
    curves: &[Curve],
    windows: &[(String, usize)],
    arms: &[&str],
) -> Result<(), ReadError> {
    for curve in curves {
        let (window, sessions) = &windows[curve.place.0];
        let which = format!("window `{window}`, arm `{}`", arms[curve.place.1]);
        if curve.dates.len() != *sessions {
            return Err(whole(format!(
                "{which}: found {} sessions, the manifest says {sessions}",
                curve.dates.len()
            )));
        }
        if let Some(pair) = curve.dates.windows(2).find(|pair| pair[0] >= pair[1]) {
            return Err(whole(format!(
                "{which}: {} is followed by {}; dates must rise",
                pair[0], pair[1]
            )));
        }
        let first = curves.iter().find(|other| other.place.0 == curve.place.0);
        if let Some(first) = first.filter(|first| first.dates != curve.dates) {
            let other = arms[first.place.1];
            return Err(whole(format!(
                "{which}: its dates differ from those of arm `{other}`"
            )));
        }
    }
    Ok(())
}

fn whole(message: String) -> ReadError {
    ReadError::Whole {
        file: EquityRow::FILE.to_owned(),
        message: crate::text::one_line(&message),
    }
}
