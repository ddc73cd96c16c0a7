//! A drawn market: whole numbers with holes, so that ties, equal values and gaps occur by themselves.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};
use market::calendar::Calendar;
use market::history::MarketHistory;
use market::observations::{
    DailySeries, EventKind, MacroEvent, Observations, Release, VxSettlement,
};
use market::surface::ModelParams;
use signals::SignalDefinitions;

pub type Values = Vec<Option<f64>>;

/// Sessions of the market.
pub const SESSIONS: usize = 620;

/// Numbers from a seed.
pub struct Draw(u64);

impl Draw {
    pub fn new(seed: u64) -> Draw {
        Draw(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A whole number below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % n
    }

    /// Values of `low` and up to `span` more in steps, a hole for one in `holes` (0: none).
    fn values(&mut self, low: f64, step: f64, span: u64, holes: u64) -> Values {
        (0..SESSIONS)
            .map(|_| {
                let value = low + step * self.below(span) as f64;
                (holes == 0 || self.below(holes) > 0).then_some(value)
            })
            .collect()
    }
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn sessions() -> Vec<NaiveDate> {
    let all = Calendar::nyse().sessions();
    let start = Calendar::nyse()
        .index_of(day("2021-01-04"))
        .expect("a session");
    all[start..start + SESSIONS].to_vec()
}

/// Prints of every month since 2010, each known in the middle of the next one, some of them once more a month later.
fn prints(draw: &mut Draw, last: NaiveDate) -> Vec<Release> {
    let mut period = day("2010-01-01");
    let mut out = Vec::new();
    while period < last {
        let next = period
            .checked_add_months(chrono::Months::new(1))
            .expect("a month");
        let known = next + Days::new(9 + draw.below(6));
        let value = 100.0 + draw.below(12) as f64;
        out.push(Release {
            period,
            known,
            value,
        });
        if draw.below(4) == 0 {
            let known = known
                .checked_add_months(chrono::Months::new(1))
                .expect("a month");
            out.push(Release {
                period,
                known,
                value: value + 1.0,
            });
        }
        period = next;
    }
    out.sort_by_key(|release| release.known);
    out
}

pub fn observations(seed: u64) -> Observations {
    let mut draw = Draw::new(seed);
    let sessions = sessions();
    let last = sessions[SESSIONS - 1];
    let mut daily = BTreeMap::new();
    for (name, low, step, span, holes) in [
        ("spx_close", 4000.0, 20.0, 9, 0),
        ("vix", 16.0, 1.0, 12, 0),
        ("vix9d", 14.0, 1.0, 12, 0),
        ("vix3m", 18.0, 1.0, 9, 60),
        ("vvix", 90.0, 1.0, 9, 60),
        ("skew", 120.0, 1.0, 9, 60),
        ("nyse_adv", 1000.0, 10.0, 90, 200),
        ("nyse_decl", 1000.0, 10.0, 90, 0),
        ("spy", 400.0, 2.0, 9, 0),
        ("rsp", 150.0, 1.0, 9, 300),
        ("iwm", 200.0, 1.0, 9, 0),
        ("baa10y", 2.0, 0.125, 9, 60),
        ("dgs10", 1.0, 0.25, 9, 0),
        ("dgs2", 1.0, 0.25, 9, 60),
        ("dgs3mo", 1.0, 0.25, 9, 0),
        ("x", 1.0, 1.0, 6, 70),
        ("y", 1.0, 1.0, 6, 70),
        ("z", 1.0, 1.0, 40, 0),
        ("w", 0.001, 0.001, 6, 0),
    ] {
        let mut values = draw.values(low, step, span, holes);
        // Nothing for so long that it is known no more.
        if ["x", "y", "nyse_adv", "vix3m"].contains(&name) {
            values[300..370].fill(None);
        }
        daily.insert(
            name.to_string(),
            DailySeries {
                lag_sessions: 0,
                values,
            },
        );
    }
    let slow = [
        "cpiaucsl",
        "ppifis",
        "gdpc1",
        "spx_dividend",
        "top10_weight",
    ]
    .map(|name| (name.to_string(), prints(&mut draw, last)));
    let mut events = Vec::new();
    for kind in [
        EventKind::Fomc,
        EventKind::Cpi,
        EventKind::Ppi,
        EventKind::Payrolls,
        EventKind::GdpAdvance,
    ] {
        let mut date = sessions[0] + Days::new(5 + draw.below(20));
        while date < last {
            events.push(MacroEvent {
                date,
                minute: 510,
                kind,
            });
            date = date + Days::new(25 + draw.below(20));
        }
    }
    events.sort_by_key(|event| (event.date, event.minute));
    Observations {
        vx: futures(&mut draw, &sessions),
        sessions,
        daily,
        slow: slow.into(),
        events,
        ..Observations::default()
    }
}

/// Three futures on each session.
fn futures(draw: &mut Draw, sessions: &[NaiveDate]) -> Vec<VxSettlement> {
    let settles = |from: NaiveDate| {
        let months = (0..5).filter_map(move |n| from.checked_add_months(chrono::Months::new(n)));
        let days = months
            .filter_map(|month| market::calendar::vix_settlement(month.year(), month.month()));
        days.filter(move |expiry| *expiry > from).take(3)
    };
    let mut rows = Vec::new();
    for date in sessions {
        for expiry in settles(*date) {
            let settle = 18.0 + draw.below(12) as f64;
            rows.push(VxSettlement {
                trade_date: *date,
                expiry,
                settle,
                high: None,
            });
        }
    }
    rows
}

/// The market with nothing but its last session simulated.
pub fn history(observations: &Observations) -> MarketHistory {
    let last = observations.sessions[SESSIONS - 1];
    MarketHistory::build(observations, last, last, &ModelParams::default(), 10).expect("a market")
}

/// The values of a signal or source on every session of the market, with the flags of the last.
pub fn values(book: &SignalDefinitions, history: &MarketHistory, name: &str) -> Values {
    let column = book.signal_column(history, name);
    let view = history.view(0);
    (0..SESSIONS)
        .rev()
        .map(|back| column.back(view, back))
        .collect()
}
