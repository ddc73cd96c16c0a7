//! The honest controls: fewer condors instead of a hedge (A10), and the same hedge at random dates (A9).
//!
//! Both are fitted over the whole window and therefore look ahead by construction: yardsticks, never policies.
//!
//! **Fewer condors.** The unhedged book scaled by a real `x` in `[0, 1]` to the arm's drawdown, refitted inside every
//! bootstrap draw; undefined where the arm fell deeper than the unhedged book. The variant with equal P&L compares
//! drawdowns.
//!
//! **Random timing.** Each draw buys, layer by layer, as often as the arm did what the arm buys, on sessions chosen
//! without replacement among all but the first of the window. Each purchase spends what the arm's purchase spent, to
//! the nearest whole contract and at least one, what is over or missing carried to the next. The premium of a future is
//! its carry charge, of which at most twice the arm's contracts are bought; what has no premium on a day, a future in
//! backwardation or a package bought for a credit, is matched in contracts. Packages are left by their own exit rules.
//! The purse, the regime and the margin do not ask again: the arm paid for this schedule. What is left of the mismatch
//! are the rows `premium_ratio` and `futures_ratio`.

use std::ops::Range;
use std::sync::atomic::AtomicBool;

use book::event::Event;
use engine::placebo_trades::{PlaceboTrade, PlaceboTrades};
use market::history::MarketHistory;
use market::price::Money;
use stats::bootstrap::Draws;
use stats::choose::Chooser;
use stats::interval::{Interval, quantile};
use stats::paired::{Measure, Outcome};

use crate::batch::{Stopped, map_until};
use crate::curves::{daily, max_drawdown, pnl};
use crate::interval::in_tasks;
use tables::{ControlRow, Quantity};

use crate::results::{ArmKind, ArmResult, Study, WindowResult};
use crate::summary::numbers::Summary;
use runfile::config::RunConfig;

/// Draws per parallel task. The result does not depend on it.
const TASK: usize = 125;

/// The rows of the scaled-down unhedged book, for every hedged arm (the unhedged one first).
pub fn deleveraged(
    window: &str,
    arms: &[ArmResult],
    summaries: &[Summary],
    draws: &Draws,
    level: f64,
) -> Vec<ControlRow> {
    let hedged = arms
        .iter()
        .enumerate()
        .skip(1)
        .filter(|(_, arm)| arm.kind == ArmKind::Policy);
    hedged
        .flat_map(|(book, arm)| deleveraged_rows(window, book, arm, &summaries[0], draws, level))
        .collect()
}

fn deleveraged_rows(
    window: &str,
    book: usize,
    arm: &ArmResult,
    unhedged: &Summary,
    draws: &Draws,
    level: f64,
) -> Vec<ControlRow> {
    let outcome = |pnl: Money, drawdown: Money| Outcome {
        pnl_usd: pnl.usd(),
        max_drawdown_usd: drawdown.usd(),
        // No measure below asks for the tail.
        cvar95_usd: 0.0,
    };
    let base = outcome(unhedged.pnl, unhedged.max_drawdown);
    let own = outcome(
        pnl(&arm.run, arm.start),
        max_drawdown(&arm.run.curve, arm.start),
    );
    // P&L of the unhedged book at a scale between nothing and one: as uncertain as the scale.
    let scaled = || {
        let pairs = draws.outcomes(0).iter().zip(draws.outcomes(book));
        let pnl =
            |(u, h): (&Outcome, &Outcome)| Some(Measure::SameDrawdownScale.of(u, h)? * u.pnl_usd);
        Interval::percentile(&pairs.map(pnl).collect::<Vec<_>>(), level)
    };
    let row = |measure: &'static str,
               value: Option<f64>,
               found: Option<Interval>,
               against: bool,
               defined: &str| {
        // Where the sample has no value, an interval of the other draws would describe worlds that did not happen.
        let found = value.and(found);
        ControlRow {
            window: window.to_string(),
            arm: arm.name.clone(),
            control: "deleveraged".to_string(),
            measure: measure.to_string(),
            n: Some(found.map_or(0, |i| i.n_draws)),
            value: Quantity::of(measure, value),
            lo: Quantity::of(measure, found.map(|i| i.lo)),
            hi: Quantity::of(measure, found.map(|i| i.hi)),
            p: found.filter(|_| against).map(|i| 1.0 - i.share_positive),
            note: note(value, found, defined),
        }
    };
    let drawdown = "undefined where the arm falls deeper than the unhedged book";
    let pnl = "undefined unless the unhedged book earns and the arm earns part of it";
    let of = |name: &'static str, measure: Measure, against, defined| {
        row(
            name,
            measure.of(&base, &own),
            draws.interval(measure, 0, book, level),
            against,
            defined,
        )
    };
    let smaller = Measure::SameDrawdownScale
        .of(&base, &own)
        .map(|scale| scale * base.pnl_usd);
    vec![
        of(
            "same_drawdown_scale",
            Measure::SameDrawdownScale,
            false,
            drawdown,
        ),
        row("pnl_usd", smaller, scaled(), false, drawdown),
        of(
            "pnl_advantage_usd",
            Measure::SameDrawdownAdvantage,
            true,
            drawdown,
        ),
        of("same_pnl_scale", Measure::SamePnlScale, false, pnl),
        of(
            "max_drawdown_advantage_usd",
            Measure::SamePnlAdvantage,
            true,
            pnl,
        ),
    ]
}

fn note(value: Option<f64>, found: Option<Interval>, defined: &str) -> String {
    match (value, found) {
        (None, _) => format!("{defined}: so in this window; looks ahead by construction"),
        (_, Some(i)) if i.n_undefined > 0 => {
            format!(
                "{defined}: {} of {} draws; looks ahead by construction",
                i.n_undefined,
                i.n_undefined + i.n_draws
            )
        }
        _ => "looks ahead by construction".to_string(),
    }
}

/// What an arm bought: what a draw buys in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Purchase {
    contracts: i64,
    premium: Money,
}

/// One layer of the placebo: what there is to buy on each session, and what the arm bought.
struct Counter<'a> {
    stock: PlaceboTrades<'a>,
    /// Sessions of the window with a quote, the first left out: nobody can have decided before it.
    open: Vec<u32>,
    wanted: Vec<Purchase>,
}

/// One draw: its outcome, what it spent on premium, and how many futures it bought.
struct Draw {
    outcome: Outcome,
    premium: Money,
    futures: i64,
}

/// Adds the rows of the random-timing control of every hedged arm.
///
/// # Errors
/// Where `stop` is raised before the end.
pub fn add_random_timing(
    config: &RunConfig,
    history: &MarketHistory,
    window: &mut WindowResult,
    stop: &AtomicBool,
) -> Result<(), Stopped> {
    if config.controls.random_timing_draws == 0 {
        return Ok(());
    }
    let unhedged = &window.arms[0];
    let base = daily(&unhedged.run.curve, unhedged.start);
    let hedged: Vec<&ArmResult> = window
        .arms
        .iter()
        .filter(|arm| arm.kind == ArmKind::Policy)
        .collect();
    let counters: Vec<Vec<Counter<'_>>> = map_until(&hedged, stop, |arm| {
        counters(config, history, &window.range, arm)
    })?;
    let tasks: Vec<(usize, Range<usize>)> = (0..hedged.len())
        .flat_map(|arm| {
            in_tasks(config.controls.random_timing_draws, TASK).map(move |range| (arm, range))
        })
        .collect();
    let seed = config.controls.seed;
    let parts = map_until(&tasks, stop, |(arm, range)| {
        range
            .clone()
            .map(|stream| draw(&counters[*arm], &base, seed, stream as u64))
            .collect::<Vec<Draw>>()
    })?;
    let mut draws: Vec<Vec<Draw>> = hedged.iter().map(|_| Vec::new()).collect();
    for ((arm, _), part) in tasks.iter().zip(parts) {
        draws[*arm].extend(part);
    }
    let all = hedged.iter().zip(&counters).zip(&draws);
    let rows: Vec<ControlRow> = all
        .flat_map(|((arm, counters), draws)| {
            timing_rows(
                &window.window.name,
                unhedged,
                arm,
                counters,
                draws,
                config.inference.level,
            )
        })
        .collect();
    window.controls.extend(rows);
    Ok(())
}

fn counters<'a>(
    config: &RunConfig,
    history: &'a MarketHistory,
    window: &Range<usize>,
    arm: &ArmResult,
) -> Vec<Counter<'a>> {
    let counter = |id| {
        let stock = PlaceboTrades::new(history, window.clone(), &arm.arm, id, &config.execution);
        let open = (1..window.len())
            .filter(|at| stock.unit(*at).is_some())
            .map(|at| at as u32)
            .collect();
        Counter {
            stock,
            open,
            wanted: Vec::new(),
        }
    };
    let mut all: Vec<Counter<'_>> = arm.arm.hedge_ids().map(counter).collect();
    let tiers = arm.arm.condors.len();
    for (session, (_, entries)) in arm.run.journal.by_session().enumerate() {
        for entry in entries {
            let Event::Opened { layer, fill, .. } = &entry.event else {
                continue;
            };
            let Some(counter) = usize::from(layer.0)
                .checked_sub(tiers)
                .map(|at| &mut all[at])
            else {
                continue;
            };
            let premium = counter
                .stock
                .unit(session)
                .map_or(Money::ZERO, |unit| unit.premium * fill.contracts);
            counter.wanted.push(Purchase {
                contracts: fill.contracts,
                premium,
            });
        }
    }
    all
}

fn draw(counters: &[Counter<'_>], base: &[Money], seed: u64, stream: u64) -> Draw {
    let mut chooser = Chooser::new(seed, stream);
    let mut daily = base.to_vec();
    let (mut premium, mut futures) = (Money::ZERO, 0);
    for counter in counters.iter().filter(|counter| !counter.open.is_empty()) {
        let mut sessions = counter.open.clone();
        let mut purse = Purse::default();
        // A layer that bought more often than there are sessions starts over.
        for round in counter.wanted.chunks(sessions.len()) {
            let chosen = chooser.draw(&mut sessions, round.len());
            for (at, wanted) in chosen.iter().zip(round) {
                let at = *at as usize;
                let Some(unit) = counter.stock.unit(at) else {
                    continue;
                };
                unit.add(at, purse.contracts(unit, *wanted), &mut daily);
            }
        }
        premium += purse.spent;
        futures += purse.futures;
    }
    let daily: Vec<f64> = daily.iter().map(|day| day.usd()).collect();
    Draw {
        outcome: Outcome::of(&daily),
        premium,
        futures,
    }
}

/// Keeps the premium of a draw at what the arm paid so far, as closely as whole contracts allow.
#[derive(Default)]
struct Purse {
    owed: Money,
    spent: Money,
    futures: i64,
}

impl Purse {
    fn contracts(&mut self, unit: &PlaceboTrade, wanted: Purchase) -> i64 {
        self.owed += wanted.premium;
        let contracts = if unit.premium <= Money::ZERO || wanted.premium <= Money::ZERO {
            wanted.contracts
        } else {
            let room = (self.owed - self.spent).0;
            let nearest = (2 * room + unit.premium.0)
                .div_euclid(2 * unit.premium.0)
                .max(1);
            // A carry charge can be next to nothing: money alone would buy any number of futures.
            if unit.is_future() {
                nearest.min(2 * wanted.contracts)
            } else {
                nearest
            }
        };
        self.futures += if unit.is_future() { contracts } else { 0 };
        self.spent += unit.premium * contracts;
        contracts
    }
}

fn timing_rows(
    window: &str,
    unhedged: &ArmResult,
    arm: &ArmResult,
    counters: &[Counter<'_>],
    draws: &[Draw],
    level: f64,
) -> Vec<ControlRow> {
    let usd = |arm: &ArmResult| {
        Outcome::of(
            &daily(&arm.run.curve, arm.start)
                .iter()
                .map(|day| day.usd())
                .collect::<Vec<f64>>(),
        )
    };
    let (base, own) = (usd(unhedged), usd(arm));
    let purchases: usize = counters.iter().map(|counter| counter.wanted.len()).sum();
    let wanted: Money = counters
        .iter()
        .flat_map(|c| &c.wanted)
        .map(|purchase| purchase.premium)
        .sum();
    let row = |measure: &str, of: &dyn Fn(&Draw) -> Option<f64>, own: Option<f64>| {
        let mut values: Vec<f64> = draws.iter().filter_map(of).collect();
        values.sort_by(f64::total_cmp);
        let as_good = |own: f64| {
            (1 + values.iter().filter(|v| **v >= own).count()) as f64 / (values.len() + 1) as f64
        };
        let at = |share| Quantity::of(measure, quantile(&values, share));
        ControlRow {
            window: window.to_string(),
            arm: arm.name.clone(),
            control: "random_timing".to_string(),
            measure: measure.to_string(),
            n: Some(values.len()),
            value: at(0.5),
            lo: at(0.5 - level / 2.0),
            hi: at(0.5 + level / 2.0),
            p: own.filter(|_| !values.is_empty()).map(as_good),
            note: format!("{purchases} purchases at random dates; looks ahead by construction"),
        }
    };
    let reduction = |of: &Outcome| Measure::DrawdownReduction.of(&base, of);
    let is_future = |counter: &&Counter<'_>| counter.stock.is_future();
    let futures: i64 = counters
        .iter()
        .filter(is_future)
        .flat_map(|c| &c.wanted)
        .map(|p| p.contracts)
        .sum();
    let held = |draw: &Draw| (futures > 0).then(|| draw.futures as f64 / futures as f64);
    let spent =
        |draw: &Draw| (wanted > Money::ZERO).then(|| draw.premium.0 as f64 / wanted.0 as f64);
    let mut rows = vec![
        row("pnl_usd", &|d| Some(d.outcome.pnl_usd), Some(own.pnl_usd)),
        row(
            "max_drawdown_usd",
            &|d| Some(d.outcome.max_drawdown_usd),
            Some(own.max_drawdown_usd),
        ),
        row(
            "drawdown_reduction",
            &|d| reduction(&d.outcome),
            reduction(&own),
        ),
        row(
            "cvar95_usd",
            &|d| Some(d.outcome.cvar95_usd),
            Some(own.cvar95_usd),
        ),
        row("premium_ratio", &spent, None),
    ];
    if futures > 0 {
        rows.push(row("futures_ratio", &held, None));
    }
    rows
}

/// The rows of `controls.csv`: window by window, arm by arm, the scaled-down book before the random dates.
pub fn rows(study: &Study) -> Vec<ControlRow> {
    let of_window = |window: &WindowResult| -> Vec<ControlRow> {
        let of_arm = |arm: &ArmResult| {
            let own = window.controls.iter().filter(|row| row.arm == arm.name);
            own.cloned().collect::<Vec<_>>()
        };
        window.arms.iter().flat_map(of_arm).collect()
    };
    study.windows.iter().flat_map(of_window).collect()
}
