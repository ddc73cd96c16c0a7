//! What the measures work with: the books of a run by name, families of variants, and intervals.

mod judging;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use crate::batch::{Job, run_all_until};
use engine::run::{Keep, Run};
use market::history::MarketHistory;
use market::memo::MemoMap;
use market::price::Money;
use policy::arm::Arm;
use stats::blocks::DrawnBlocks;
use stats::bootstrap::DrawnBook;
use stats::paired::Outcome;

use crate::claims::unmeasured::Unmeasured;
use crate::curves::daily_pnl;
use crate::results::{ArmResult, WindowResult};
use runfile::claims::{Ratio, Variant};
use runfile::config::RunConfig;

pub(super) use judging::found;

/// A number of resampled columns; or why it has no value.
pub(super) type Statistic<'s> = &'s (dyn Fn(&[Vec<f64>]) -> Result<f64, Unmeasured> + Sync);

/// What makes a number uncertain, which decides the kind of its interval as [`stats::bootstrap::Draws::interval`] does for
/// the summary: the same number has the same interval in both.
#[derive(Clone, Copy)]
pub(super) enum Like<'c> {
    /// A drawdown, a ratio to risk, a mean over events: the percentile interval.
    Itself,
    /// It is the sum of what the second column has more than the first: studentised.
    Sum(&'c [f64], &'c [f64]),
    /// It is as uncertain as what the second account earned more than the first over some windows, a share of it for
    /// example: the percentile interval, stretched.
    AsBooks(&'c [usize], &'c [Account; 2]),
}

/// The same of a number of the profits and drawdowns of some books.
#[derive(Clone, Copy)]
pub(super) enum LikeBooks {
    /// As [`Like::Itself`].
    Itself,
    /// As uncertain as what the second book earned more than the first.
    AsSum,
}

/// Books in every draw, by windows and account.
type DrawnAccounts = BTreeMap<(Vec<usize>, Account), Arc<DrawnBook>>;

/// Spans of which the blocks of all draws are kept: windows alone and together, and the packages of layers.
const DRAWN_SPANS: usize = 16;

/// Ratios of accounts of which every draw is kept: those of two families of thirty, of each kind.
const DRAWN_RATIOS: usize = 256;

/// A number in every draw, `None` where it is undefined.
pub(super) type Draws = Vec<Option<f64>>;

/// What a drawn ratio is of: windows, an account by its name and place in its family, the ratio.
pub(super) type RatioKey = (Vec<usize>, (String, usize), Ratio);

/// A finished run, ready to be asked.
pub(super) struct Evidence<'a> {
    pub config: &'a RunConfig,
    pub history: &'a MarketHistory,
    results: &'a [WindowResult],
    families: BTreeMap<&'a str, Result<Vec<Member>, Unmeasured>>,
    /// Many questions are about the same few accounts.
    drawn_accounts: Mutex<DrawnAccounts>,
    /// By number of observations and mean block length, as bits.
    drawn_blocks: MemoMap<(usize, u64), DrawnBlocks>,
    /// Several questions are about the same ratios of the same family.
    drawn_ratios: MemoMap<RatioKey, Draws>,
    stop: &'a AtomicBool,
}

/// An account by its name: the condors alone, an arm, or a variant with one level.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Account {
    Unhedged,
    Named(String),
}

/// A number of the profits and drawdowns of some books; or why it has no value.
pub(super) type OutcomeStatistic<'s> = &'s dyn Fn(&[Outcome]) -> Result<f64, Unmeasured>;

/// One arm of a family.
pub(super) struct Member {
    /// The level, where it is a number.
    pub level: Option<f64>,
    pub arm: Arm,
    /// Per window of the run.
    runs: Vec<Run>,
}

impl<'a> Evidence<'a> {
    /// Replays the variants, curves only.
    pub fn new(
        config: &'a RunConfig,
        history: &'a MarketHistory,
        results: &'a [WindowResult],
        stop: &'a AtomicBool,
    ) -> Evidence<'a> {
        let mut evidence = Evidence {
            config,
            history,
            results,
            families: BTreeMap::new(),
            drawn_accounts: Mutex::default(),
            drawn_blocks: MemoMap::new(DRAWN_SPANS),
            drawn_ratios: MemoMap::new(DRAWN_RATIOS),
            stop,
        };
        let asked = |name: &str| {
            config
                .claims
                .rows
                .values()
                .any(|row| row.measure.names().contains(&name))
        };
        for (name, variant) in config
            .claims
            .variants
            .iter()
            .filter(|(name, _)| asked(name))
        {
            let family = evidence.family_of(name, variant);
            evidence.families.insert(name, family);
        }
        evidence
    }

    fn family_of(&self, name: &str, variant: &Variant) -> Result<Vec<Member>, Unmeasured> {
        let base = self
            .config
            .arms
            .contains(&variant.of)
            .then(|| &self.config.policies[&variant.of]);
        let base = base.ok_or_else(|| {
            Unmeasured::Lacks(format!("{name}, variants of the arm {}", variant.of))
        })?;
        let template = crate::arms::arm(self.config, &variant.of);
        let arms: Vec<Arm> = variant
            .levels
            .iter()
            .map(|level| {
                let hedge = variant
                    .member(base, level)
                    .map_err(|error| Unmeasured::Unfit(error.to_string()))?;
                Ok(Arm::new(&template.condors, &hedge))
            })
            .collect::<Result<_, Unmeasured>>()?;
        let horizon = self
            .config
            .arms
            .iter()
            .map(|arm| crate::arms::arm(self.config, arm).horizon_days())
            .max();
        if arms.iter().any(|arm| Some(arm.horizon_days()) > horizon) {
            return Err(Unmeasured::unfit(format!(
                "a level of {name} asks for longer expiries than any arm of this run"
            )));
        }
        let jobs: Vec<Job<'_>> = arms
            .iter()
            .flat_map(|arm| {
                self.results
                    .iter()
                    .map(move |w| self.job(arm, w.range.clone()))
            })
            .collect();
        let mut runs = run_all_until(&jobs, &|_| {}, self.stop)?.into_iter();
        drop(jobs);
        let level = |value: &toml::Value| value.as_float().or(value.as_integer().map(|n| n as f64));
        Ok(arms
            .into_iter()
            .zip(&variant.levels)
            .map(|(arm, value)| Member {
                level: level(value),
                arm,
                runs: runs.by_ref().take(self.results.len()).collect(),
            })
            .collect())
    }

    fn job<'j>(&'j self, arm: &'j Arm, window: Range<usize>) -> Job<'j> {
        let execution = &self.config.execution;
        Job {
            history: self.history,
            window,
            arm,
            execution,
            capital: self.capital(),
            keep: Keep::Curve,
        }
    }

    /// Runs of other arms or windows, curves only, in order.
    pub fn replay(&self, wanted: &[(&Arm, Range<usize>)]) -> Result<Vec<Run>, Unmeasured> {
        let jobs: Vec<Job<'_>> = wanted
            .iter()
            .map(|(arm, window)| self.job(arm, window.clone()))
            .collect();
        Ok(run_all_until(&jobs, &|_| {}, self.stop)?)
    }

    /// Capital at the start of each window.
    pub fn capital(&self) -> Money {
        Money::from_usd(self.config.starting_capital_usd)
    }

    /// Places of the named windows; of all if none is named.
    pub fn windows(&self, names: &[String]) -> Result<Vec<usize>, Unmeasured> {
        if names.is_empty() {
            return Ok((0..self.results.len()).collect());
        }
        let places: Vec<usize> = names
            .iter()
            .map(|name| {
                let found = self.results.iter().position(|w| w.window.name == *name);
                found.ok_or_else(|| Unmeasured::Lacks(format!("the window {name}")))
            })
            .collect::<Result<_, _>>()?;
        match places
            .iter()
            .find(|at| self.results[**at].sessions.is_empty())
        {
            Some(at) => Err(Unmeasured::unfit(format!(
                "the window {} has no session in this dataset",
                self.results[*at].window.name
            ))),
            None => Ok(places),
        }
    }

    /// One window.
    pub fn window(&self, place: usize) -> &'a WindowResult {
        &self.results[place]
    }

    /// An arm of the run over a window, a twin included.
    pub fn arm(&self, window: usize, name: &str) -> Result<&'a ArmResult, Unmeasured> {
        let found = self.results[window]
            .arms
            .iter()
            .find(|arm| arm.replay.name == name);
        found.ok_or_else(|| match name.contains('~') {
            true => Unmeasured::Unfit(format!(
                "needs the equal-spend twin {name}, which this run does not have in {}",
                self.results[window].window.name
            )),
            false => Unmeasured::Lacks(format!("the arm {name}")),
        })
    }

    /// The members of a family.
    pub fn family(&self, name: &str) -> Result<&[Member], Unmeasured> {
        match self.families.get(name) {
            Some(Ok(members)) => Ok(members),
            Some(Err(reason)) => Err(reason.clone()),
            None => Err(Unmeasured::Lacks(format!("the variant {name}"))),
        }
    }

    /// Daily trading P&L (USD) of an arm, or of a variant with one level, the windows one after the other.
    pub fn daily(&self, windows: &[usize], name: &str) -> Result<Vec<f64>, Unmeasured> {
        if self.families.contains_key(name) {
            let [member] = self.family(name)? else {
                return Err(Unmeasured::unfit(format!(
                    "the variant {name} has more than one level"
                )));
            };
            return Ok(self.daily_of(windows, member));
        }
        let mut all = Vec::new();
        for &window in windows {
            let arm = self.arm(window, name)?;
            all.extend(daily_pnl(&arm.replay.run.curve, arm.replay.start));
        }
        Ok(all)
    }

    /// The same of a member of a family.
    pub fn daily_of(&self, windows: &[usize], member: &Member) -> Vec<f64> {
        windows
            .iter()
            .flat_map(|&window| daily_pnl(&member.runs[window].curve, self.capital()))
            .collect()
    }

    /// Daily trading P&L of the condors alone.
    pub fn unhedged(&self, windows: &[usize]) -> Vec<f64> {
        windows
            .iter()
            .flat_map(|&w| daily_pnl(&self.results[w].arms[0].replay.run.curve, self.capital()))
            .collect()
    }
}
