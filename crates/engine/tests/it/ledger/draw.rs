//! Random policies, executions, accounts and markets, all of a seed.

use chrono::Weekday;
use dice::Dice;
use engine::execution::{Execution, Fees};
use market::history::MarketHistory;
use market::observations::Observations;
use market::surface::ModelParams;
use policy::arm::Arm;
use policy::budget::{AnnualCap, Budget, Every};
use policy::condor::{Cadence, Condor, Size};
use policy::hedge::{Hedge, Layer, PaidFrom};
use policy::layer::{Sale, SaleOrder};
use policy::rule::{ExitRule, ExpiryRule, Underlying};
use policy::size::SizeRule;
use runfile::config::RunConfig;
use runfile::door;

use crate::support::{condor, execution, hedge, observations, reference_run, shipped};

/// A case.
pub struct Drawn {
    pub market: usize,
    pub arm: Arm,
    pub execution: Execution,
    pub capital: i64,
}

impl Drawn {
    /// The case as its files would say it.
    pub fn config(&self) -> String {
        let text = |what: &str, toml: Result<String, toml::ser::Error>| {
            format!("# {what}\n{}\n", toml.unwrap_or_else(|e| e.to_string()))
        };
        let run = RunConfig {
            starting_capital_usd: self.capital as f64 / 100.0,
            execution: self.execution.clone(),
            ..reference_run()
        };
        let mut all = format!("# the run\n{}\n", run.to_toml());
        for condor in &self.arm.condors {
            all += &text("condor policy", door::condor_text(condor));
        }
        all + &text("hedge policy", door::hedge_text(&self.arm.hedge))
    }
}

pub fn draw(seed: u64, markets: usize) -> Drawn {
    let mut dice = Dice(seed);
    let execution = random_execution(&mut dice);
    let condor = loop {
        let condor = random_condor(&mut dice);
        if condor.check().is_ok() {
            break condor;
        }
    };
    // Half of them ask nothing of the account, so that the fast path takes them too.
    let is_plain = dice.chance(50);
    let hedge = loop {
        let hedge = match is_plain {
            true => plain_hedge(&mut dice),
            false => random_hedge(&mut dice),
        };
        if hedge.check().is_ok() && hedge.has_uncovered_short().is_none() {
            break hedge;
        }
    };
    Drawn {
        market: dice.below(markets),
        arm: Arm::new(&[condor], &hedge),
        execution,
        capital: dice.one(&[20_000, 50_000, 100_000, 300_000, 1_000_000, 3_000_000]) * 100
            + dice.whole(0, 1_000_000),
    }
}

fn random_execution(dice: &mut Dice) -> Execution {
    let mut chosen = execution();
    chosen.half_spread_fraction = match dice.below(5) {
        0 => 0.0,
        1 => 1.0,
        2 => dice.real(0.0, 3.0),
        _ => 0.5,
    };
    chosen.fees = dice.one(&[Fees::AllIn, Fees::Schedule, Fees::None]);
    let width = &mut chosen.width;
    width.spx_root = dice.real(0.0, 0.2);
    width.vix_min_points = dice.real(0.0, 0.1);
    width.reference_vix = dice.real(10.0, 30.0);
    width.vx_near_ticks = dice.one(&[1.0, 1.5, 2.0, 3.0]);
    width.vx_far_ticks = dice.one(&[1.0, 2.0, 5.0]);
    width.vx_double_above_vix = dice.real(15.0, 45.0);
    let margin = &mut chosen.margin;
    margin.vx_min_usd = dice.real(0.0, 12_000.0);
    margin.vx_near_fraction = dice.real(0.1, 1.0);
    margin.vx_far_fraction = dice.real(0.1, 1.0);
    margin.maintenance_fraction = dice.real(0.3, 1.0);
    margin.loan_spread = dice.real(0.0, 0.3);
    chosen
}

fn exits(dice: &mut Dice) -> Vec<ExitRule> {
    let mut rule = || match dice.below(6) {
        0 => ExitRule::DaysToExpiry {
            at_most: dice.whole(0, 40),
        },
        1 => ExitRule::LifeElapsed {
            fraction: dice.real(0.05, 0.95),
        },
        2 => ExitRule::ProfitTarget {
            fraction_of_credit: dice.real(0.05, 1.0),
        },
        3 => ExitRule::StopLoss {
            multiple_of_credit: dice.real(0.2, 4.0),
        },
        4 => ExitRule::TestedDelta {
            at_least: dice.real(0.1, 0.6),
        },
        _ => ExitRule::ProfitMultiple {
            at_least: dice.real(1.0, 4.0),
        },
    };
    let first = rule();
    let second = rule();
    match dice.below(3) {
        0 => Vec::new(),
        1 => vec![first],
        _ => vec![first, second],
    }
}

fn cadence(dice: &mut Dice) -> Cadence {
    match dice.below(2) {
        0 => Cadence::Session,
        _ => Cadence::Week {
            weekday: dice.one(&[
                Weekday::Mon,
                Weekday::Tue,
                Weekday::Wed,
                Weekday::Thu,
                Weekday::Fri,
            ]),
        },
    }
}

fn random_condor(dice: &mut Dice) -> Condor {
    let days = dice.whole(1, 45);
    let mut chosen = Condor {
        entry: cadence(dice),
        expiry: ExpiryRule::Nearest {
            target_days: days,
            min_days: 1,
            max_days: 60,
        },
        size: match dice.below(4) {
            0 => Size::Fixed {
                contracts: dice.whole(1, 8),
            },
            1 | 2 => Size::MaxLoss {
                pct_of_start_capital: dice.real(0.5, 60.0),
            },
            _ => Size::Margin {
                pct_of_account: dice.real(0.5, 90.0),
            },
        },
        min_credit_points: dice.real(0.0, 3.0),
        max_open: dice.whole(1, 6) as usize,
        exit: exits(dice),
        ..condor()
    };
    chosen.put.short_delta = dice.real(0.08, 0.4);
    chosen.call.short_delta = dice.real(0.08, 0.4);
    if dice.chance(25) {
        chosen.underlying = Underlying::Spx;
    }
    chosen
}

/// A policy whose layers buy with their purses at every chance and keep what they bought to its exit.
fn plain_hedge(dice: &mut Dice) -> Hedge {
    let names = [
        "always_on",
        "always_on_futures",
        "always_on_futures",
        "single_vix_call",
        "tiered",
        "rigid_18",
    ];
    let mut chosen = hedge(dice.one(&names));
    chosen.budget_fraction_of_credit = dice.real(0.0, 6.0);
    chosen.redeploy_salvage = dice.chance(50);
    chosen.purse_cap_weeks = dice.whole(1, 20);
    for layer in &mut chosen.layers {
        if dice.chance(60) {
            layer.exit = exits(dice);
        }
        layer.max_open_units = dice.chance(50).then(|| dice.whole(1, 30));
    }
    chosen
}

fn random_hedge(dice: &mut Dice) -> Hedge {
    let names = shipped();
    let mut chosen = hedge(&names[dice.below(names.len())]);
    chosen.budget_fraction_of_credit = dice.real(0.0, 4.0);
    chosen.redeploy_salvage = dice.chance(50);
    chosen.purse_cap_weeks = dice.whole(1, 20);
    if dice.chance(20) {
        let fraction = dice.real(0.0, 0.3);
        chosen.annual_cap = Some(match dice.below(2) {
            0 => AnnualCap::Equity { fraction },
            _ => AnnualCap::VarianceDrag { fraction },
        });
    }
    if dice.chance(30) {
        let fraction = dice.real(0.0, 0.2);
        let every = dice.one(&[Every::Month, Every::Year]);
        chosen.budget.push(match dice.below(3) {
            0 => Budget::MaxLoss { fraction },
            1 => Budget::Margin { fraction },
            _ => Budget::EquityPerYear { fraction, every },
        });
    }
    let mut layers = std::mem::take(&mut chosen.layers);
    for layer in &mut layers {
        vary(layer, dice);
    }
    chosen.layers = layers;
    chosen
}

/// Changes what a layer does with its money, not what it looks for.
fn vary(layer: &mut Layer, dice: &mut Dice) {
    if dice.chance(60) {
        layer.exit = exits(dice);
    }
    if dice.chance(40) {
        layer.max_open_units = dice.chance(70).then(|| dice.whole(1, 12));
    }
    if dice.chance(20) && !layer.underlying.is_fund() && layer.paid_from == PaidFrom::Purse {
        layer.financing_spread = Some(dice.real(0.0, 0.2));
    }
    if dice.chance(20) {
        layer.cool_down_sessions = Some(dice.whole(1, 20) as u32);
    }
    if dice.chance(15) && layer.paid_from == PaidFrom::Purse {
        layer.slots = Some(dice.whole(1, 5) as u32);
    }
    if dice.chance(30) && layer.corridor.is_none() {
        let is_option = !layer.legs.is_empty();
        let order = if is_option && dice.chance(50) {
            SaleOrder::Limit
        } else {
            SaleOrder::Close
        };
        layer.sell = vec![Sale {
            when: None,
            multiple: Some(dice.real(1.0, 4.0)),
            fraction: dice.real(0.01, 1.0),
            every_sessions: 1,
            into: dice.chance(30).then(|| layer.name.clone()),
            order,
        }];
    }
    if dice.chance(10) && layer.corridor.is_none() && layer.size.is_empty() {
        layer.size = vec![SizeRule::Units {
            units: dice.whole(1, 5),
        }];
        if dice.chance(50) && layer.slots.is_none() && layer.financing_spread.is_none() {
            layer.paid_from = PaidFrom::Account;
        }
    }
}

/// Ten markets: calm and wild ones, futures above and below VIX, rates up to twenty percent, settlement values missing.
pub fn markets() -> Vec<MarketHistory> {
    use rayon::prelude::*;
    (0..10_u64).into_par_iter().map(market).collect()
}

fn market(number: u64) -> MarketHistory {
    let mut dice = Dice(0xA1_F0 + number);
    let mut seen: Observations = observations().clone();
    let first = 200 + dice.below(seen.sessions.len() - 400);
    let (from, to) = (seen.sessions[first], seen.sessions[first + 90]);
    let waves = [
        dice.real(0.0, 0.35),
        dice.real(0.0, 0.35),
        dice.real(5.0, 40.0),
    ];
    let level = dice.real(0.8, 2.2);
    // A triangle wave: up and down again, once in so many sessions.
    let wave = |t: usize, period: f64| {
        let phase = (t as f64 / period).fract();
        if phase < 0.5 {
            4.0 * phase - 1.0
        } else {
            3.0 - 4.0 * phase
        }
    };
    for name in ["vix", "vix9d", "vix3m", "vix6m", "vix_open", "vix_high"] {
        for (t, value) in seen
            .daily
            .get_mut(name)
            .into_iter()
            .flat_map(|s| s.values.iter_mut().enumerate())
        {
            *value = value.map(|v| v * level * (1.0 + waves[0] * wave(t, waves[2])));
        }
    }
    let day_of = |date| seen.sessions.binary_search(&date).unwrap_or_default();
    let places: Vec<usize> = seen.vx.iter().map(|row| day_of(row.trade_date)).collect();
    for (row, t) in seen.vx.iter_mut().zip(places) {
        let days = (row.expiry - row.trade_date).num_days() as f64;
        let near = 60.0 / (60.0 + days);
        let factor = level
            * (1.0 + waves[1] * wave(t, waves[2]) * near)
            * (1.0 + waves[0] * wave(t, waves[2]) * near);
        row.settle = (row.settle * factor * 20.0).round().max(40.0) / 20.0;
        row.high = Some(row.settle * (1.0 + dice.below(20) as f64 / 100.0));
    }
    if number % 3 == 1 {
        // The final settlement of every other contract was not published.
        let mut keep = false;
        seen.vx.retain(|row| {
            keep ^= row.trade_date == row.expiry;
            row.trade_date != row.expiry || keep
        });
    }
    if number % 4 == 2 {
        seen.daily.remove("spx_open");
    }
    let dear = dice.one(&[0.2, 1.0, 4.0]);
    for name in ["dff", "dgs1mo", "dgs3mo"] {
        for value in seen
            .daily
            .get_mut(name)
            .into_iter()
            .flat_map(|s| &mut s.values)
        {
            *value = value.map(|v| v * dear);
        }
    }
    MarketHistory::build(&seen, from, to, &ModelParams::default(), 180).expect("a market")
}

#[test]
fn a_seed_is_a_case() {
    let one = draw(7, 10);
    let again = draw(7, 10);
    assert_eq!((one.config(), one.market), (again.config(), again.market));
}
