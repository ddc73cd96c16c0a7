//! `equity.csv`: one curve per window and arm, session by session.

use std::collections::BTreeMap;

use crate::date::Date;
use crate::error::ReportError;
use crate::number::Usd;

use super::rows::Names;
use super::table::{CsvRow, CsvTable};

const FILE: &str = "equity.csv";

/// The sessions of one arm in one window. All vectors have one entry per session.
#[derive(Clone, Debug, Default)]
pub struct Curve {
    /// Place of its window and of its arm in the manifest.
    pub place: (usize, usize),
    /// The sessions.
    pub dates: Vec<Date>,
    /// Starting capital plus trading P&L net of costs, without interest.
    pub trading_equity: Vec<Usd>,
    /// Account equity, with interest.
    pub equity: Vec<Usd>,
    /// Cash.
    pub cash: Vec<Usd>,
    /// Margin required.
    pub margin: Vec<Usd>,
    /// That session's interest.
    pub interest: Vec<Usd>,
    /// That session's fees, at most 0.
    pub fees: Vec<Usd>,
    /// That session's slippage, at most 0.
    pub slippage: Vec<Usd>,
    /// That session's condor P&L at mid, before costs.
    pub condor: Vec<Usd>,
    /// That session's P&L at mid of each layer, in the order of `RunFolder::layer_names`.
    pub layers: Vec<Vec<Usd>>,
}

impl Curve {
    /// The columns that must be there, besides one `<layer>_pnl_usd` per layer.
    pub const COLUMNS: [&'static str; 12] = [
        "window",
        "arm",
        "date",
        "equity_usd",
        "trading_equity_usd",
        "cash_usd",
        "margin_usd",
        "drawdown_usd",
        "interest_usd",
        "fees_usd",
        "slippage_usd",
        "condor_pnl_usd",
    ];

    /// All curves of the table, in the order windows and arms have in the manifest.
    pub fn read_all(
        table: &CsvTable,
        names: &Names<'_>,
        layers: &[String],
    ) -> Result<Vec<Curve>, ReportError> {
        let mut curves: BTreeMap<(usize, usize), Curve> = BTreeMap::new();
        let columns: Vec<String> = layers
            .iter()
            .map(|layer| format!("{layer}_pnl_usd"))
            .collect();
        for line in table.rows(|row| Session::read(row, names, &columns))? {
            let empty = || Curve {
                place: line.place,
                layers: vec![Vec::new(); layers.len()],
                ..Curve::default()
            };
            curves.entry(line.place).or_insert_with(empty).push(line);
        }
        Ok(curves.into_values().collect())
    }

    /// P&L of all hedge layers in session `at`, at mid.
    pub fn hedge(&self, at: usize) -> Usd {
        self.layers.iter().map(|layer| layer[at]).sum()
    }

    /// Change of trading equity in session `at`; the first session starts from `capital`.
    pub fn trading_pnl(&self, at: usize, capital: Usd) -> Usd {
        self.trading_equity[at]
            - if at == 0 {
                capital
            } else {
                self.trading_equity[at - 1]
            }
    }

    /// Running fall of trading equity from its peak, the starting `capital` included; at most 0.
    pub fn drawdowns(&self, capital: Usd) -> Vec<Usd> {
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
        // Day 4 of the count is a Monday (1970-01-05), so weeks change between Sunday and Monday.
        let week = |at: usize| (self.dates[at].day_number() + 3).div_euclid(7);
        let last = self.dates.len();
        (0..last)
            .filter(|&at| at + 1 == last || week(at) != week(at + 1))
            .collect()
    }

    fn push(&mut self, session: Session) {
        self.dates.push(session.date);
        self.equity.push(session.equity);
        self.trading_equity.push(session.trading_equity);
        self.cash.push(session.cash);
        self.margin.push(session.margin);
        self.interest.push(session.interest);
        self.fees.push(session.fees);
        self.slippage.push(session.slippage);
        self.condor.push(session.condor);
        for (layer, pnl) in self.layers.iter_mut().zip(session.layers) {
            layer.push(pnl);
        }
    }
}

struct Session {
    place: (usize, usize),
    date: Date,
    equity: Usd,
    trading_equity: Usd,
    cash: Usd,
    margin: Usd,
    interest: Usd,
    fees: Usd,
    slippage: Usd,
    condor: Usd,
    layers: Vec<Usd>,
}

impl Session {
    fn read(row: CsvRow<'_>, names: &Names<'_>, layers: &[String]) -> Result<Session, ReportError> {
        row.money("drawdown_usd")?;
        Ok(Session {
            place: (
                row.one_of("window", &names.windows)?,
                row.one_of("arm", &names.arms)?,
            ),
            date: row.date("date")?,
            equity: row.money("equity_usd")?,
            trading_equity: row.money("trading_equity_usd")?,
            cash: row.money("cash_usd")?,
            margin: row.money("margin_usd")?,
            interest: row.money("interest_usd")?,
            fees: row.money("fees_usd")?,
            slippage: row.money("slippage_usd")?,
            condor: row.money("condor_pnl_usd")?,
            layers: layers
                .iter()
                .map(|column| row.money_or_zero(column))
                .collect::<Result<_, _>>()?,
        })
    }
}

/// Checks that each curve has its window's sessions, in order, and that the curves of a window share their dates.
pub fn check(
    curves: &[Curve],
    windows: &[(String, usize)],
    arms: &[&str],
) -> Result<(), ReportError> {
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

fn whole(message: String) -> ReportError {
    ReportError::Whole {
        file: FILE.to_owned(),
        message: crate::text::one_line(&message),
    }
}
