//! A seeded stand-in for market history: exact at public closes, drawn between them.
//!
//! **This is not market history.** [`reconstruct`] passes exactly through the [`anchors`] and draws a path with the
//! look of 2021-2024 between them. A fresh machine can replay it without any vendor's file; what a hedge earns on it
//! says how the engine works, not what the hedge would have earned.
//!
//! Invariants: no file, no clock, no platform mathematics; the same seed gives the same bits on every machine. Units:
//! index points and vol points for indices and futures, percent for yields and spreads, USD for funds.

pub mod anchors;
pub mod statistics;

mod days;
mod draws;
mod noise;

mod path;
mod term;

mod futures;
mod intraday;

mod breadth;
mod credit;
mod funds;
mod rates;
mod slow;

use std::collections::BTreeMap;

use market::observations::{DailySeries, Observations, names};

use crate::days::Days;

/// The seed of the bundled dataset: the least whose dataset meets every bound of [`statistics::BOUNDS`].
///
/// The bounds speak of index and futures paths only. No replay was looked at to choose it.
pub const SEED: u64 = 9;

/// What must be shown wherever results on this dataset are.
pub const NOTICE: &str = "Reconstruction, not market history: month-end and turning-point closes of SPX, VIX and \
     VIX3M are real, everything between them is drawn from a seed.";

/// The dataset of a seed: daily series from 2020-11-30 to 2024-12-31, slow ones from 2018, VIX futures, releases.
pub fn reconstruct(seed: u64) -> Observations {
    let days = Days::new();
    let path = path::Path::new(&days, seed);
    let term = term::Term::new(&days, &path, seed);
    let intraday = intraday::Intraday::new(&days, &path, seed);
    let vx = futures::settlements(&days, &path, &term, &intraday, seed);
    let rates = rates::Rates::new(&days, seed);
    let credit = credit::Credit::new(&days, &path, seed);
    let breadth = breadth::Breadth::new(&days, &path, seed);
    let funds = funds::closes(&days, &path, (&rates, &credit), &vx, seed);
    let slow = slow::series(&days, &path, seed);
    let events = market::events::builtin().to_vec();

    let mut table = Table {
        days: &days,
        daily: BTreeMap::new(),
    };
    table.closes([
        (names::SPX_OPEN, intraday.spx_open),
        ("spx_high", intraday.spx_high),
        ("spx_low", intraday.spx_low),
        (names::SPX_CLOSE, path.spx),
        (names::VIX_OPEN, intraday.vix_open),
        (names::VIX, path.vix),
        (names::VIX9D, term.vix9d),
        (names::VIX3M, path.vix3m),
        (names::VIX6M, term.vix6m),
        (names::VVIX, term.vvix),
        (names::SKEW, term.skew),
    ]);
    table.closes(
        ["nyse_adv", "nyse_decl", "nyse_unch"]
            .into_iter()
            .zip(breadth.counts),
    );
    table.closes([("pct_above_200d_sp500", breadth.pct_above_200d)]);
    table.closes(funds);
    table.published(names::OVERNIGHT, 1, rates.overnight);
    table.bonds(
        1,
        names::BILLS
            .into_iter()
            .map(|(name, _)| name)
            .zip(rates.bills),
    );
    table.bonds(
        1,
        [
            ("sofr", rates.sofr),
            ("dgs2", rates.two_years),
            ("dgs10", rates.ten_years),
            ("baa10y", credit.baa),
        ],
    );
    table.published("hy_oas", 1, credit.high_yield);
    table.published("ig_oas", 1, credit.investment_grade);
    table.bonds(5, [("dtwexbgs", credit.dollar)]);
    let daily = table.daily;
    Observations {
        sessions: days.sessions,
        daily,
        vx,
        slow,
        events,
        carried: BTreeMap::new(),
        published_by: BTreeMap::new(),
    }
}

/// The daily series under construction.
struct Table<'a> {
    days: &'a Days,
    daily: BTreeMap<String, DailySeries>,
}

impl Table<'_> {
    /// Series known at the close they describe.
    fn closes(&mut self, series: impl IntoIterator<Item = (&'static str, Vec<f64>)>) {
        for (name, values) in series {
            self.published(name, 0, values);
        }
    }

    /// A series known `lag_sessions` later.
    fn published(&mut self, name: &str, lag_sessions: usize, values: Vec<f64>) {
        let values = values.into_iter().map(Some).collect();
        self.daily.insert(
            name.to_owned(),
            DailySeries {
                lag_sessions,
                values,
            },
        );
    }

    /// Series without a value on the holidays of the bond market.
    fn bonds(
        &mut self,
        lag_sessions: usize,
        series: impl IntoIterator<Item = (&'static str, Vec<f64>)>,
    ) {
        for (name, values) in series {
            let values = self
                .days
                .sessions
                .iter()
                .zip(values)
                .map(|(day, value)| rates::bonds_trade(*day).then_some(value))
                .collect();
            self.daily.insert(
                name.to_owned(),
                DailySeries {
                    lag_sessions,
                    values,
                },
            );
        }
    }
}
