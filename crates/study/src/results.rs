//! What a study found.

use std::ops::Range;

use book::statement::Statement;
use chrono::NaiveDate;
use engine::run::Run;
use market::history::MarketHistory;
use market::price::Money;
use policy::arm::Arm;
pub use tables::manifest::ArmKind;
use tables::{
    BandRow, BenchmarkRow, ControlRow, MarketRow, MeasureRow, OtherCondorRow, SlippageRow,
    WorldsRow,
};

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
    /// Windows in which a series that prices rest on was not always its own published value.
    pub inputs: Vec<crate::inputs::WindowInputs>,
    /// When the option quotes of the windows were taken, session by session; empty for a run that reads none.
    pub moments: Vec<market::chain::QuoteMoment>,
    /// Futures settlements that were not published, over the simulated sessions.
    pub modelled_futures: usize,
    /// The claims of the run, each with what was measured.
    pub claims: Vec<crate::claims::answer::Answer>,
    /// Accounts beside published indices.
    pub benchmarks: Vec<BenchmarkRow>,
    /// The arms over other condors, which no other number knows of.
    pub other_condors: Vec<OtherCondorRow>,
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
    /// The arms in worlds drawn from the error of the price model.
    pub worlds: Vec<WorldsRow>,
    /// Replays with other fills.
    pub slippage: Vec<SlippageRow>,
    /// The honest controls, arm by arm.
    pub controls: Vec<ControlRow>,
    /// Further numbers of the arms and of the market.
    pub measures: Vec<MeasureRow>,
}

/// One arm over one window: what happened, and what is made of it.
#[derive(Debug)]
pub struct ArmResult {
    /// What happened.
    pub replay: Replay,
    /// The same as numbers.
    pub summary: Summary,
    /// Where the P&L came from; twins have none.
    pub attribution: Option<Attribution>,
    /// Whether its condor trades equal those of the unhedged arm, fill by fill.
    pub condors_identical: bool,
}

/// One arm, replayed over one window.
#[derive(Debug)]
pub struct Replay {
    /// Name in every table.
    pub name: String,
    /// What it is. A twin is `always_on` scaled to the realised gross premium of another arm; it looks ahead by
    /// construction: a diagnostic.
    pub kind: ArmKind,
    /// What a twin is the twin of.
    pub twin: Option<Twin>,
    /// What it traded.
    pub arm: Arm,
    /// Capital at the start.
    pub start: Money,
    /// What happened.
    pub run: Run,
    /// The same as rows.
    pub statement: Statement,
    /// Where its prices came from, counted.
    pub sources: crate::sources::counts::Counts,
}

/// Whose spending a twin has.
#[derive(Clone, Debug, PartialEq)]
pub struct Twin {
    /// The arm whose premium it has.
    pub of: String,
    /// Realised gross premium over that of this arm.
    pub equal_spend_ratio: f64,
}

impl Study {
    /// Every arm of every window, in the order of the tables.
    pub fn arms(&self) -> impl Iterator<Item = (&WindowResult, &ArmResult)> {
        self.windows
            .iter()
            .flat_map(|window| window.arms.iter().map(move |arm| (window, arm)))
    }

    /// Names of all hedge layers over all arms, in the order of first appearance: the layer columns of `equity.csv`.
    pub fn layer_names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for arm in self.windows.iter().flat_map(|w| &w.arms) {
            for layer in &arm.replay.arm.hedge.layers {
                if !names.contains(&layer.name) {
                    names.push(layer.name.clone());
                }
            }
        }
        names
    }
}
