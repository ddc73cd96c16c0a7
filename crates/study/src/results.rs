//! What a study found.

use std::ops::Range;

use book::statement::Statement;
use chrono::NaiveDate;
use engine::run::Run;
use market::history::MarketHistory;
use market::price::Money;
use policy::arm::Arm;

use crate::attribution::found::Attribution;
use crate::summary::numbers::Summary;
use runfile::config::Window;

/// Results of all windows.
#[derive(Debug)]
pub struct Study {
    /// The market of the headline.
    pub history: MarketHistory,
    /// One per window, in file order.
    pub windows: Vec<WindowResult>,
    /// Market levels per session, for pictures.
    pub market: Vec<MarketRow>,
    /// Slices that were mended to keep the calendar order.
    pub repairs: market::history::Repairs,
    /// Futures settlements that were not published, over the simulated sessions.
    pub modelled_futures: usize,
    /// The claims of the run, each with what was measured.
    pub claims: Vec<crate::claims::answer::Answer>,
    /// Accounts beside published indices.
    pub benchmarks: Vec<crate::replicate::row::BenchmarkRow>,
    /// Runs of the engine it took.
    pub runs: usize,
    /// Sessions simulated over all runs.
    pub scenario_days: usize,
}

/// Results of one window.
#[derive(Debug)]
pub struct WindowResult {
    /// The span.
    pub window: Window,
    /// Its sessions.
    pub sessions: Vec<NaiveDate>,
    /// Its place in the history.
    pub range: Range<usize>,
    /// Arms in file order, then twins.
    pub arms: Vec<ArmResult>,
    /// Replays with the price model shifted by its own error.
    pub bands: Vec<BandRow>,
    /// Replays with other fills.
    pub slippage: Vec<SlippageRow>,
    /// The honest controls, arm by arm.
    pub controls: Vec<ControlRow>,
    /// Further numbers of the arms and of the market.
    pub measures: Vec<MeasureRow>,
}

/// What kind of arm it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArmKind {
    /// The condors alone.
    Unhedged,
    /// A policy of the run.
    Policy,
    /// `always_on` scaled to the realised gross premium of the named arm. Looks ahead by construction: a diagnostic.
    EqualSpendTwin(String),
}

/// One arm over one window.
#[derive(Debug)]
pub struct ArmResult {
    /// Name in every table.
    pub name: String,
    /// What it is.
    pub kind: ArmKind,
    /// What it traded.
    pub arm: Arm,
    /// Capital at the start.
    pub start: Money,
    /// What happened.
    pub run: Run,
    /// The same as rows.
    pub statement: Statement,
    /// The same as numbers.
    pub summary: Summary,
    /// Where its prices came from, counted.
    pub sources: crate::sources::counts::Counts,
    /// Where the P&L came from; twins have none.
    pub attribution: Option<Attribution>,
    /// Whether its condor trades equal those of the unhedged arm, fill by fill.
    pub condors_identical: bool,
    /// Realised gross premium over that of the arm it twins.
    pub equal_spend_ratio: Option<f64>,
}

/// Levels of one session.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MarketRow {
    /// Session.
    pub date: NaiveDate,
    /// S&P 500 close.
    pub spx: f64,
    /// VIX close.
    pub vix: f64,
    /// Front VIX future.
    pub vx_front: Option<f64>,
}

/// One replay with a shifted price model.
#[derive(Clone, Debug, PartialEq)]
pub struct BandRow {
    /// `base`, `atm_shift=-0.03`, ...
    pub variant: String,
    /// Arm.
    pub arm: String,
    /// Trading P&L of the unhedged arm under this model.
    pub condor_pnl: Money,
    /// Trading P&L of the arm less that of the unhedged one.
    pub hedge_effect: Money,
    /// Drawdown reduction under this model.
    pub drawdown_reduction: Option<f64>,
}

/// One replay with another half-spread fraction.
#[derive(Clone, Debug, PartialEq)]
pub struct SlippageRow {
    /// Fraction of the half-spread paid.
    pub half_spread_fraction: f64,
    /// Arm.
    pub arm: String,
    /// Trading P&L.
    pub pnl: Money,
    /// Maximum drawdown (never positive).
    pub max_drawdown: Money,
    /// Drawdown reduction.
    pub drawdown_reduction: Option<f64>,
}

/// One number of an honest control, or of an arm against it.
#[derive(Clone, Debug, PartialEq)]
pub struct ControlRow {
    /// The hedged arm.
    pub arm: String,
    /// `deleveraged` or `random_timing`.
    pub control: &'static str,
    /// What was measured; `_usd` where it is dollars.
    pub measure: &'static str,
    /// Draws in which it was defined.
    pub n: usize,
    /// The value: of the sample for `deleveraged`, the median of the draws for `random_timing`.
    pub value: Option<f64>,
    /// Lower end of the interval.
    pub lo: Option<f64>,
    /// Upper end of the interval.
    pub hi: Option<f64>,
    /// Share of the draws in which the control did at least as well as the arm.
    pub p: Option<f64>,
    /// A remark.
    pub note: String,
}

/// One further number of an arm, of one of its layers, or of the market.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MeasureRow {
    /// The arm; empty for the market.
    pub arm: String,
    /// The layer; empty for the whole book.
    pub layer: String,
    /// A quarter such as `2022Q3`; empty for the whole window.
    pub period: String,
    /// What was measured; `_usd` where it is dollars.
    pub measure: &'static str,
    /// Observations behind it.
    pub n: usize,
    /// The value; `None` is undefined.
    pub value: Option<f64>,
    /// A remark.
    pub note: &'static str,
}

impl Study {
    /// Names of all hedge layers over all arms, in the order of first appearance: the layer columns of `equity.csv`.
    pub fn layer_names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for arm in self.windows.iter().flat_map(|w| &w.arms) {
            for layer in &arm.arm.hedge.layers {
                if !names.contains(&layer.name) {
                    names.push(layer.name.clone());
                }
            }
        }
        names
    }
}
