//! Four book-years recomputed trade by trade, to the cent, by other code than the engine's.
//!
//! This file has a fill, a size, an exit and a settlement of its own. It shares with the engine the market (what a leg
//! is worth at mid, which expiries and strikes are listed) and nothing that trades.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use market::contract::{Right, Root};
use market::history::{MarketHistory, Snapshot};
use market::listing;
use market::price::{Money, Price};
use market::surface::Slice;

use crate::support::{compute, folder, observations, study};

/// What a book does, written down once more.
struct Rules {
    root: Root,
    weekday: Weekday,
    monthly: bool,
    days: (i64, i64, i64),
    short: f64,
    /// Delta of the long strikes, or else fifty points.
    long: Option<f64>,
    /// Share of the capital an entry may lose.
    risk: f64,
    /// Closed at half of the credit, or at so many days.
    out_at: Option<i64>,
}

/// An open condor: legs as (right, strike, quantity).
struct Condor {
    expiry: NaiveDate,
    legs: Vec<(Right, Price, i64)>,
    contracts: i64,
    /// Net credit of one unit.
    credit: Price,
    leave: bool,
}

const CAPITAL_USD: f64 = 1e7;
/// All fees of one option and side [cents].
const FEE_CENTS: i64 = 110;

fn mid(day: &Snapshot, root: Root, expiry: NaiveDate, leg: &(Right, Price, i64)) -> Price {
    let slice = day.slice(root, expiry).expect("a listed expiry");
    Price::from_points(slice.price(leg.0, leg.1.points()))
}

/// Net cash of one unit: bought at the ask side, sold at the bid side, half of the half-width given up, then rounded down to
/// five cents.
fn net(day: &Snapshot, root: Root, condor: &Condor, opening: bool) -> Price {
    let mut sum = Price::ZERO;
    for leg in &condor.legs {
        let mid = mid(day, root, condor.expiry, leg);
        let stress = (day.vix / 18.0).max(1.0);
        let width = Price::from_points((0.05 + 0.06 * mid.points().max(0.0).sqrt()) * stress);
        let width = width.max(if mid < Price::from_points(3.0) {
            Price::from_points(0.05)
        } else {
            Price::from_points(0.10)
        });
        let half = Price::from_points(0.5 * width.points() / 2.0);
        let traded = if opening { leg.2 } else { -leg.2 };
        let fill = match traded > 0 {
            true => mid + half,
            false if mid < Price::from_points(0.05) => Price::ZERO,
            false => (mid - half).max(Price::ZERO),
        };
        sum += fill * -traded;
    }
    sum.floor_to(Price::from_points(0.05))
}

/// The listed strike whose delta is closest, the one nearer the money where two are equally close.
fn strike(slice: &Slice, root: Root, right: Right, delta: f64) -> Price {
    let (forward, dte) = (slice.forward, slice.dte);
    let mut at = listing::nearest_strike(root, Price::from_points(forward), forward, dte);
    let error = |at: Price| (slice.delta(right, at.points()).abs() - delta).abs();
    let mut best = at;
    for _ in 0..3_000 {
        at = match right {
            Right::Put => listing::next_strike_below(root, at, forward, dte),
            Right::Call => listing::next_strike_above(root, at, forward, dte),
        };
        if at <= Price::ZERO || at.points() > 2.0 * forward {
            break;
        }
        if error(at) < error(best) {
            best = at;
        }
    }
    best
}

impl Rules {
    fn enters(&self, sessions: &[NaiveDate], at: usize) -> bool {
        let today = sessions[at];
        let monday = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
        let after = Days::new(u64::from(self.weekday.num_days_from_monday()));
        let not_after = |day: NaiveDate| sessions.iter().rev().find(|own| **own <= day).copied();
        if self.monthly {
            // The day of the rule in the week of the third Friday, or the session before where it is closed.
            let is_third = |monday: &NaiveDate| (15..=21).contains(&(*monday + Days::new(4)).day());
            let weeks = [monday, monday + Days::new(7)];
            return weeks
                .into_iter()
                .filter(is_third)
                .any(|monday| not_after(monday + after) == Some(today));
        }
        // The same in every week, or the first session of the week where none lies before.
        let own = not_after(monday + after).filter(|day| *day >= monday);
        own.or_else(|| sessions.iter().find(|day| **day > monday + after).copied()) == Some(today)
    }

    fn open(&self, day: &Snapshot) -> Option<Condor> {
        let (target, least, most) = self.days;
        let days = |slice: &&Slice| (slice.expiry - day.date).num_days();
        let allowed = day.slices(self.root).iter();
        let slice = allowed
            .filter(|slice| (least..=most).contains(&days(slice)))
            .min_by_key(|slice| ((days(slice) - target).abs(), slice.expiry))?;
        let side = |right: Right| {
            let short = strike(slice, self.root, right, self.short);
            let long = match self.long {
                Some(delta) => strike(slice, self.root, right, delta),
                None => {
                    let away = Price::from_points(50.0 * right.sign());
                    let (forward, dte) = (slice.forward, slice.dte);
                    listing::nearest_strike(self.root, short + away, forward, dte)
                }
            };
            [(right, short, -1), (right, long, 1)]
        };
        let legs = [side(Right::Put), side(Right::Call)].concat();
        let mut condor = Condor {
            expiry: slice.expiry,
            legs,
            contracts: 0,
            credit: Price::ZERO,
            leave: false,
        };
        condor.credit = net(day, self.root, &condor, true);
        let wing = |at: usize| (condor.legs[at].1 - condor.legs[at + 1].1).abs();
        let max_loss = (wing(0).max(wing(2)) - condor.credit).dollars(100);
        let risked = Money::from_usd(CAPITAL_USD * self.risk);
        condor.contracts = risked.0 / max_loss.0;
        Some(condor)
    }
}

fn fees(condor: &Condor) -> Money {
    Money(4 * FEE_CENTS * condor.contracts)
}

/// Takes out what expires today, and says what it pays.
fn settle(open: &mut Vec<Condor>, day: &Snapshot, root: Root) -> Money {
    let mut cash = Money::ZERO;
    open.retain(|condor| {
        if condor.expiry != day.date {
            return true;
        }
        let (value, _) = day.settlements.of(root).expect("a settlement");
        let payoff = condor.legs.iter().map(|(right, strike, quantity)| {
            let inside = match right {
                Right::Put => *strike - value,
                Right::Call => value - *strike,
            };
            inside.max(Price::ZERO) * *quantity
        });
        cash += (payoff.sum::<Price>() * condor.contracts).dollars(100);
        false
    });
    cash
}

/// P&L of a book over a window, and how many condors it opened.
fn replay(
    rules: &Rules,
    history: &MarketHistory,
    window: std::ops::Range<usize>,
) -> (Money, usize) {
    let sessions: Vec<NaiveDate> = window
        .clone()
        .map(|t| history.view(t).today().date)
        .collect();
    let (mut cash, mut opened) = (Money::ZERO, 0);
    let mut open: Vec<Condor> = Vec::new();
    for (at, t) in window.clone().enumerate() {
        let day = history.view(t).today();
        if rules.root == Root::Spx {
            cash += settle(&mut open, day, rules.root);
        }
        open.retain(|condor| {
            if condor.leave {
                let net = net(day, rules.root, condor, false);
                cash += (net * condor.contracts).dollars(100) - fees(condor);
            }
            !condor.leave
        });
        // Decided the session before, so never on the first.
        if at > 0
            && rules.enters(history.sessions(), history.first_position() + t)
            && let Some(condor) = rules.open(day)
        {
            cash += (condor.credit * condor.contracts).dollars(100) - fees(&condor);
            open.push(condor);
            opened += 1;
        }
        if rules.root == Root::Spxw {
            cash += settle(&mut open, day, rules.root);
        }
        let Some(next) = sessions.get(at + 1) else {
            break;
        };
        for condor in &mut open {
            let left = (condor.expiry - *next).num_days();
            let worth: Price = condor
                .legs
                .iter()
                .map(|leg| mid(day, rules.root, condor.expiry, leg) * leg.2)
                .sum();
            let gain = (condor.credit + worth).points();
            condor.leave = left > 0
                && rules
                    .out_at
                    .is_some_and(|out_at| left <= out_at || gain >= 0.5 * condor.credit.points());
        }
    }
    let last = history.view(window.end - 1).today();
    for condor in &open {
        let net = net(last, rules.root, condor, false);
        cash += (net * condor.contracts).dollars(100) - fees(condor);
    }
    (cash, opened)
}

/// The book-years by book, weekday and year.
fn by_hand() -> BTreeMap<(&'static str, &'static str, &'static str), Rules> {
    let weekly = |weekday, days, long, out_at, risk| Rules {
        root: Root::Spxw,
        weekday,
        monthly: false,
        days,
        short: 0.16,
        long,
        risk,
        out_at,
    };
    let held = weekly(Weekday::Fri, (14, 7, 21), Some(0.05), None, 0.04);
    let managed = weekly(
        Weekday::Tue,
        (30, 15, 45),
        Some(0.05),
        Some(21),
        0.56 / 30.0,
    );
    let cndr = Rules {
        root: Root::Spx,
        monthly: true,
        short: 0.20,
        ..weekly(Weekday::Mon, (30, 20, 40), Some(0.05), None, 0.08)
    };
    let fifty = weekly(Weekday::Wed, (14, 7, 21), None, None, 0.04);
    [
        (("d14_held", "fri", "2022"), held),
        (("d30_managed", "tue", "2023"), managed),
        (("cndr", "mon", "2022"), cndr),
        (("condor_weekly_14d", "wed", "2023"), fifty),
    ]
    .into()
}

#[test]
fn book_years_are_those_of_another_program_to_the_cent() {
    let config = study("alvh", |text| {
        text.replace("years = \"all\"", "years = [2022, 2023]")
            .replace("draws = 100 ", "draws = 0 ")
            .replace("window_draws = 500", "window_draws = 0")
            .replace(
                "budgets = [0.02, 0.05, 0.10, 0.15, 0.20, 0.25, 0.35]",
                "budgets = []",
            )
    });
    let only_unhedged = panel::spec::StudyConfig {
        hedges: config.hedges[..1].to_vec(),
        file: runfile::study_file::StudyFile {
            arms: config.file.arms[..1].to_vec(),
            claim_arms: Vec::new(),
            ..config.file.clone()
        },
        ..config
    };
    let folder = folder("by-hand");
    let computed = compute(&only_unhedged, &observations(), &folder).unwrap();
    let rows = panel::rows::books(&only_unhedged, &computed);
    for ((book, weekday, window), rules) in by_hand() {
        let row = rows
            .iter()
            .find(|row| row.book == book && row.weekday == weekday && row.window == window)
            .unwrap();
        let place = computed
            .windows
            .all
            .iter()
            .position(|own| own.name == window);
        let range = computed.ranges[place.unwrap()].clone();
        let (pnl, opened) = replay(&rules, &computed.history, range);
        assert!(opened > 10, "{book} {weekday} {window}: {opened} condors");
        assert_eq!(
            row.pnl_usd, pnl,
            "{book} {weekday} {window}: {opened} condors"
        );
    }
    std::fs::remove_dir_all(folder).unwrap();
}
