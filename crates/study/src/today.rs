//! What a run would do at the session after the last one of a dataset.
//!
//! The paper book is the run itself: every arm is simulated from the start of the last window to the end of the dataset
//! by [`Simulator::step`], and what stands after the last step is told. Nothing decides here.

mod book;
mod layer;
mod outside;
mod signals;

use std::sync::atomic::AtomicBool;

use ::book::event::{Event, LayerId, PackageId};
use chrono::NaiveDate;
use engine::outcome::Keep;
use engine::simulator::Simulator;
use market::chain::RawChains;
use market::history::{HistoryError, MarketHistory};
use market::inputs::MissingInputs;
use market::observations::Observations;
use market::price::Money;
use policy::arm::Arm;
use runfile::config::{RunConfig, Window};
use std::collections::BTreeMap;
use tables::manifest::Dataset;
use tables::today::{AccountToday, ArmToday, RegimeToday, Today};

use crate::arms::arm;
use crate::batch::{Stopped, map_until};
use crate::execute::StudyError;
use crate::markets::headline_market;

/// What is asked.
pub struct Asked<'a> {
    /// The run; its last window that has begun says where the paper book begins, unless `since` does.
    pub config: &'a RunConfig,
    /// The arms to tell of, all of them where none is named.
    pub arms: &'a [String],
    /// First session of the paper book.
    pub since: Option<NaiveDate>,
    /// What the dataset is called.
    pub dataset: &'a Dataset,
    /// Its observations: they end at the close that decides.
    pub observations: &'a Observations,
    /// Its option chains, where the run reads any.
    pub chains: &'a RawChains,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum TodayError {
    /// The market cannot be priced, or a series that prices rest on is missing or too old.
    #[error(transparent)]
    Study(#[from] StudyError),
    /// The paper book would begin after the dataset ends.
    #[error(
        "the dataset ends on {last}, before the paper book begins on {since}; name an earlier session with --since"
    )]
    TooEarly {
        /// First session of the paper book.
        since: NaiveDate,
        /// Last session of the dataset.
        last: NaiveDate,
    },
}

impl From<Stopped> for TodayError {
    fn from(stopped: Stopped) -> TodayError {
        TodayError::Study(stopped.into())
    }
}

impl From<MissingInputs> for TodayError {
    fn from(missing: MissingInputs) -> TodayError {
        TodayError::Study(missing.into())
    }
}

/// Version of the layout of [`Today`].
const SCHEMA: u32 = 1;

/// What the arms hold, see and would order for the session after the dataset's last.
///
/// # Errors
/// Where a series that prices rest on is missing or older than the run file allows, the sessions cannot be priced, or
/// the dataset ends before the paper book begins.
pub fn today(asked: &Asked<'_>, stop: &AtomicBool) -> Result<Today, TodayError> {
    let config = continued(asked)?;
    let last = config.windows[0].last;
    let arms: Vec<Arm> = config.arms.iter().map(|name| arm(&config, name)).collect();
    let horizon = arms.iter().map(Arm::horizon_days).max().unwrap_or(0);
    let needs = crate::inputs::needs(&config);
    let observations = asked.observations;
    let chains = asked.chains;
    let history = headline_market(&config, observations, chains, horizon, stop)?;
    crate::inputs::audit(&config, &needs, observations, chains)?;
    let shown: Vec<&Arm> = arms
        .iter()
        .filter(|arm| asked.arms.is_empty() || asked.arms.contains(&arm.name))
        .collect();
    let arms = map_until(&shown, stop, |arm| arm_today(&config, arm, &history))?;
    let view = history.view(history.len() - 1);
    Ok(Today {
        schema: SCHEMA,
        places_orders: false,
        run: config.name.clone(),
        dataset: asked.dataset.clone(),
        date: last,
        next_session: view.next_session(),
        since: config.windows[0].first,
        starting_capital_usd: Money::from_usd(config.starting_capital_usd),
        market: outside::levels(&history),
        events: outside::coming(&history),
        events_known_until: history.events().iter().map(|event| event.date).max(),
        series: outside::ages(&config, &needs, observations),
        arms,
    })
}

/// A dataset without a session, or a run without a window.
fn empty() -> TodayError {
    StudyError::History(HistoryError::Empty).into()
}

/// The run with one window: from where the paper book begins to the last session of the dataset.
fn continued(asked: &Asked<'_>) -> Result<RunConfig, TodayError> {
    let mut config = asked.config.clone();
    let sessions = &asked.observations.sessions;
    let last = *sessions.last().ok_or_else(empty)?;
    let first = |window: &Window| window.first;
    let begun = config.windows.iter().map(first).filter(|day| *day <= last);
    // Where no window has begun, the last one says how far off it is.
    let window = begun.max().or(config.windows.last().map(first));
    let since = asked.since.or(window).ok_or_else(empty)?;
    if last < since {
        return Err(TodayError::TooEarly { since, last });
    }
    config.windows = vec![Window {
        name: "today".to_string(),
        first: since,
        last,
    }];
    Ok(config)
}

fn arm_today(config: &RunConfig, arm: &Arm, history: &MarketHistory) -> ArmToday {
    let capital = Money::from_usd(config.starting_capital_usd);
    let mut simulator = Simulator::new(history, arm, &config.execution, capital, Keep::Journal);
    (0..history.len()).for_each(|t| simulator.step(t));
    let view = history.view(history.len() - 1);
    let (signals, triggers) = signals::of_arm(arm, view, history);
    let account = account(&simulator);
    let regime = regime(arm, &simulator);
    let layers = layer::all(arm, &config.execution, simulator, view);
    ArmToday {
        arm: arm.name.clone(),
        title: arm.hedge.title.clone(),
        account,
        regime,
        layers,
        signals,
        triggers,
    }
}

fn account(simulator: &Simulator<'_>) -> AccountToday {
    let portfolio = simulator.portfolio();
    let margin = portfolio.defined_risk_margin + portfolio.futures_margin;
    AccountToday {
        equity_usd: portfolio.equity(),
        trading_pnl_usd: portfolio.trading_equity() - portfolio.start,
        cash_usd: portfolio.cash,
        margin_usd: margin,
        free_usd: portfolio.cash - margin,
    }
}

fn regime(arm: &Arm, simulator: &Simulator<'_>) -> RegimeToday {
    let regime = simulator.regime().unwrap_or_default();
    let (left_below, left_from) = arm.hedge.tier.left_at(&regime);
    RegimeToday {
        words: arm.hedge.tier.describe(&regime),
        weight: regime.weight,
        signal: regime.signal,
        left_below,
        left_from,
        sessions: regime.sessions,
    }
}

/// The layer of every package there ever was.
fn owners(simulator: &Simulator<'_>) -> BTreeMap<PackageId, LayerId> {
    let mut owners = BTreeMap::new();
    for entry in &simulator.journal().entries {
        match entry.event {
            Event::Opened { package, layer, .. } => {
                owners.insert(package, layer);
            }
            Event::Split { package, part, .. } => {
                let of: Option<&LayerId> = owners.get(&package);
                if let Some(layer) = of.copied() {
                    owners.insert(part, layer);
                }
            }
            _ => {}
        }
    }
    owners
}
