//! Each draw buys, layer by layer, as often as the arm did what the arm buys, on sessions chosen
//! without replacement among all but the first of the window. Each purchase spends what the arm's purchase spent, to
//! the nearest whole contract and at least one, what is over or missing carried to the next. The premium of a future is
//! its carry charge, of which at most twice the arm's contracts are bought; what has no premium on a day, a future in
//! backwardation or a package bought for a credit, is matched in contracts. Packages are left by their own exit rules.
//! The purse, the regime and the margin do not ask again: the arm paid for this schedule. What is left of the mismatch
//! are the rows `premium_ratio` and `futures_ratio`.

use std::ops::Range;
use std::sync::atomic::AtomicBool;

use book::event::Event;
use book::layers::LayerVec;
use engine::placebo_trades::{EXACT_CENTS, PlaceboTrade, PlaceboTrades};
use market::history::MarketHistory;
use market::price::Money;
use runfile::config::RunConfig;
use stats::choose::Chooser;
use stats::interval::quantile;
use stats::paired::{Measure, Outcome};
use tables::{ControlRow, Quantity};

use crate::batch::{Stopped, map_until};
use crate::curves::daily;
use crate::interval::in_tasks;
use crate::replays::Placed;
use crate::results::{ArmKind, Replay};

/// Draws per parallel task. The result does not depend on it.
const TASK: usize = 125;

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

/// The rows of the random-timing control of every hedged arm.
///
/// # Errors
/// Where `stop` is raised before the end.
pub(crate) fn rows(
    config: &RunConfig,
    history: &MarketHistory,
    placed: &Placed<'_>,
    replays: &[Replay],
    stop: &AtomicBool,
) -> Result<Vec<ControlRow>, Stopped> {
    if config.controls.random_timing_draws == 0 {
        return Ok(Vec::new());
    }
    let unhedged = &replays[0];
    let base = daily(&unhedged.run.curve, unhedged.start);
    let hedged: Vec<&Replay> = replays
        .iter()
        .filter(|replay| replay.kind == ArmKind::Policy)
        .collect();
    let counters: Vec<Vec<Counter<'_>>> = map_until(&hedged, stop, |arm| {
        counters(config, history, &placed.range, arm)
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
    Ok(all
        .flat_map(|((arm, counters), draws)| {
            let timing = Timing {
                window: &placed.window.name,
                arm,
                draws,
                level: config.inference.level,
                purchases: counters.iter().map(|counter| counter.wanted.len()).sum(),
            };
            timing.rows(unhedged, counters)
        })
        .collect())
}

fn counters<'a>(
    config: &RunConfig,
    history: &'a MarketHistory,
    window: &Range<usize>,
    arm: &Replay,
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
    let mut all = LayerVec::of(arm.arm.hedge_ids(), counter);
    for (session, (_, entries)) in arm.run.journal.by_session().enumerate() {
        for entry in entries {
            let Event::Opened { layer, fill, .. } = &entry.event else {
                continue;
            };
            if arm.arm.is_condor(*layer) {
                continue;
            }
            let counter = &mut all[*layer];
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
    all.into_vec()
}

/// A purchase of a draw.
struct Bought<'a> {
    unit: &'a PlaceboTrade,
    at: usize,
    contracts: i64,
}

fn draw(counters: &[Counter<'_>], base: &[Money], seed: u64, stream: u64) -> Draw {
    let mut chooser = Chooser::new(seed, stream);
    let mut bought = Vec::with_capacity(counters.iter().map(|counter| counter.wanted.len()).sum());
    let mut premium = Money::ZERO;
    let mut futures = 0;
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
                let contracts = purse.contracts(unit, *wanted);
                bought.push(Bought {
                    unit,
                    at,
                    contracts,
                });
            }
        }
        premium += purse.spent;
        futures += purse.futures;
    }
    let daily = daily_with(base, &bought).unwrap_or_else(|| daily_exactly(base, &bought));
    Draw {
        outcome: Outcome::of(&daily),
        premium,
        futures,
    }
}

/// Daily P&L with purchases (USD), in floating-point numbers; none where their sums might not be exact.
fn daily_with(base: &[Money], bought: &[Bought<'_>]) -> Option<Vec<f64>> {
    let mut daily: Vec<f64> = base.iter().map(|day| day.0 as f64).collect();
    let mut reach = daily.iter().fold(0.0, |most: f64, day| most.max(day.abs()));
    for purchase in bought {
        reach += purchase
            .unit
            .add_cents(purchase.at, purchase.contracts, &mut daily);
    }
    daily.iter_mut().for_each(|cents| *cents /= 100.0);
    (reach < EXACT_CENTS).then_some(daily)
}

/// The same in exact money.
fn daily_exactly(base: &[Money], bought: &[Bought<'_>]) -> Vec<f64> {
    let mut daily = base.to_vec();
    for purchase in bought {
        purchase
            .unit
            .add(purchase.at, purchase.contracts, &mut daily);
    }
    daily.iter().map(|day| day.usd()).collect()
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

/// What the rows of one arm are made from.
struct Timing<'a> {
    window: &'a str,
    arm: &'a Replay,
    draws: &'a [Draw],
    level: f64,
    /// Purchases of the arm.
    purchases: usize,
}

impl Timing<'_> {
    /// One measure over the draws, against the value the arm has itself.
    fn row(
        &self,
        measure: &str,
        of: &dyn Fn(&Draw) -> Option<f64>,
        own: Option<f64>,
    ) -> ControlRow {
        let mut values: Vec<f64> = self.draws.iter().filter_map(of).collect();
        values.sort_by(f64::total_cmp);
        let at = |share| Quantity::of(measure, quantile(&values, share));
        ControlRow {
            window: self.window.to_string(),
            arm: self.arm.name.clone(),
            control: "random_timing".to_string(),
            measure: measure.to_string(),
            n: Some(values.len()),
            value: at(0.5),
            lo: at(0.5 - self.level / 2.0),
            hi: at(0.5 + self.level / 2.0),
            p: own.filter(|_| !values.is_empty()).map(|own| {
                (1 + values.iter().filter(|v| **v >= own).count()) as f64
                    / (values.len() + 1) as f64
            }),
            note: format!(
                "{} purchases at random dates; looks ahead by construction",
                self.purchases
            ),
        }
    }

    fn rows(&self, unhedged: &Replay, counters: &[Counter<'_>]) -> Vec<ControlRow> {
        let base = outcome_of(unhedged);
        let own = outcome_of(self.arm);
        let reduction = |of: &Outcome| Measure::DrawdownReduction.of(&base, of);
        let wanted: Money = counters
            .iter()
            .flat_map(|c| &c.wanted)
            .map(|purchase| purchase.premium)
            .sum();
        let futures: i64 = counters
            .iter()
            .filter(|counter| counter.stock.is_future())
            .flat_map(|c| &c.wanted)
            .map(|p| p.contracts)
            .sum();
        let held = |draw: &Draw| (futures > 0).then(|| draw.futures as f64 / futures as f64);
        let spent =
            |draw: &Draw| (wanted > Money::ZERO).then(|| draw.premium.0 as f64 / wanted.0 as f64);
        let mut rows = vec![
            self.row("pnl_usd", &|d| Some(d.outcome.pnl_usd), Some(own.pnl_usd)),
            self.row(
                "max_drawdown_usd",
                &|d| Some(d.outcome.max_drawdown_usd),
                Some(own.max_drawdown_usd),
            ),
            self.row(
                "drawdown_reduction",
                &|d| reduction(&d.outcome),
                reduction(&own),
            ),
            self.row(
                "cvar95_usd",
                &|d| Some(d.outcome.cvar95_usd),
                Some(own.cvar95_usd),
            ),
            self.row("premium_ratio", &spent, None),
        ];
        if futures > 0 {
            rows.push(self.row("futures_ratio", &held, None));
        }
        rows
    }
}

fn outcome_of(arm: &Replay) -> Outcome {
    let daily = daily(&arm.run.curve, arm.start);
    Outcome::of(&daily.iter().map(|day| day.usd()).collect::<Vec<f64>>())
}
