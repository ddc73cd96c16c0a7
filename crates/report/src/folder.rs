//! A finished run, read back from its folder and checked.

mod check;
mod curve;
mod extra;
mod manifest;
mod rows;
pub mod shelf;
mod summary;
pub mod table;

use std::collections::BTreeMap;
use std::path::Path;

pub use curve::Curve;
pub use extra::{AttributionRow, BenchmarkRow, ControlRow, GreekRow, MeasureRow, SourceRow};
pub use manifest::{Arm, ArmKind, Dataset, DatasetKind, Engine, Interval, Manifest, Window};
pub use rows::{
    BandRow, ClaimRow, DecisionRow, FindingRow, LayerRow, LegRow, MarketRow, SlippageRow, TradeRow,
};
pub use summary::SummaryRow;

use crate::error::ReportError;
use crate::number::Usd;
use crate::style::Style;
use rows::Names;
use shelf::Shelf;

const NEEDED: &str = "manifest.json, config.toml, summary.csv, equity.csv, trades.csv, legs.csv, decisions.csv and \
                      claims.csv";

/// A run folder in memory. Tables that older folders lack are `None`.
#[derive(Clone, Debug)]
pub struct RunFolder {
    /// What was run.
    pub manifest: Manifest,
    /// The resolved configuration, as text.
    pub config: String,
    /// Headline numbers, in the manifest's order of windows and arms.
    pub summary: Vec<SummaryRow>,
    /// Curves, in the same order.
    pub curves: Vec<Curve>,
    /// Closed packages.
    pub trades: Vec<TradeRow>,
    /// Legs of packages.
    pub legs: Vec<LegRow>,
    /// Decisions.
    pub decisions: Vec<DecisionRow>,
    /// Outcome claims.
    pub claims: Vec<ClaimRow>,
    /// Hedge layers.
    pub layers: Option<Vec<LayerRow>>,
    /// The headline under a shifted price model.
    pub bands: Option<Vec<BandRow>>,
    /// The headline at other slippages.
    pub slippage: Option<Vec<SlippageRow>>,
    /// SPX and VIX.
    pub market: Option<Vec<MarketRow>>,
    /// Findings of the dataset's checks.
    pub findings: Option<Vec<FindingRow>>,
    /// The honest controls of every arm.
    pub controls: Option<Vec<ControlRow>>,
    /// P&L by layer and by reason, leg or greek.
    pub attribution: Option<Vec<AttributionRow>>,
    /// Greeks of every book, session by session.
    pub greeks: Option<Vec<GreekRow>>,
    /// Where prices came from, counted.
    pub sources: Option<Vec<SourceRow>>,
    /// Rates of return, betas and other numbers of arms, layers and the market.
    pub measures: Option<Vec<MeasureRow>>,
    /// The account of an arm beside a published index; runs that ask for none have no such file.
    pub benchmarks: Option<Vec<BenchmarkRow>>,
    /// The commit of the program, where `build.json` names one.
    pub commit: Option<String>,
    /// Where the folder contradicts itself, in words: the page says so at its top.
    pub doubts: Vec<String>,
}

impl RunFolder {
    /// Reads a run folder. A missing or wrong file is an error that says what and where; a folder whose files
    /// are well-formed but contradict one another is read, and `doubts` tells of it.
    pub fn read(dir: &Path) -> Result<RunFolder, ReportError> {
        let mut shelf = Shelf::on_disk(dir, NEEDED);
        let manifest = Manifest::parse(&shelf.text("manifest.json")?)?;
        shelf.hashes.clone_from(&manifest.files);
        finish(shelf, &manifest)
    }

    /// The same from files that are in memory, by name: what a program is about to write, or has just written.
    /// Their hashes are not compared, because the caller made them from these very bytes.
    pub fn from_files(files: &BTreeMap<String, Vec<u8>>) -> Result<RunFolder, ReportError> {
        let mut shelf = Shelf::in_memory(files, NEEDED);
        let manifest = Manifest::parse(&shelf.text("manifest.json")?)?;
        finish(shelf, &manifest)
    }

    /// Capital at the start of each window.
    pub fn capital(&self) -> Usd {
        // Rounded to the cent once; the manifest writes whole dollars.
        Usd((self.manifest.starting_capital_usd * 100.0).round() as i64)
    }

    /// All hedge layers of all arms, each once, in the order the arms name them.
    pub fn layer_names(&self) -> Vec<String> {
        layer_names(&self.manifest)
    }

    /// Places of the arms that are not twins.
    pub fn main_arms(&self) -> Vec<usize> {
        self.arms_where(|kind| kind != ArmKind::EqualSpendTwin)
    }

    /// Whether there are more policies than can be drawn day by day: pictures of many curves then leave out the twins and
    /// show one value a week. The tables are the same.
    pub fn is_large(&self) -> bool {
        self.policies().len() > 12
    }

    /// Whether the arm is in the pictures of the curves.
    pub fn is_drawn(&self, arm: usize) -> bool {
        !self.is_large() || self.arm(arm).kind != ArmKind::EqualSpendTwin
    }

    /// Places of the policies under test.
    pub fn policies(&self) -> Vec<usize> {
        self.arms_where(|kind| kind == ArmKind::Policy)
    }

    /// Place of the arm that holds the condors alone.
    pub fn unhedged(&self) -> Option<usize> {
        self.arms_where(|kind| kind == ArmKind::Unhedged)
            .first()
            .copied()
    }

    /// The arm's manifest entry.
    pub fn arm(&self, arm: usize) -> &Arm {
        &self.manifest.arms[arm]
    }

    /// The headline row of an arm in a window.
    pub fn summary_of(&self, window: usize, arm: usize) -> Option<&SummaryRow> {
        self.summary.iter().find(|row| row.place == (window, arm))
    }

    /// The curve of an arm in a window.
    pub fn curve_of(&self, window: usize, arm: usize) -> Option<&Curve> {
        self.curves
            .iter()
            .find(|curve| curve.place == (window, arm))
    }

    /// How an arm is drawn everywhere: a twin looks like the arm it copies, thinner.
    pub fn style(&self, arm: usize) -> Style {
        let twin_of = self.arm(arm).twin_of.as_ref();
        let shown =
            twin_of.and_then(|name| self.manifest.arms.iter().position(|arm| arm.name == *name));
        let slot = self
            .main_arms()
            .iter()
            .position(|&main| main == shown.unwrap_or(arm))
            .unwrap_or(arm);
        Style {
            slot,
            twin: self.arm(arm).kind == ArmKind::EqualSpendTwin,
            toggle: Some(arm),
        }
    }

    /// Whether a package or a decision belongs to a condor tier: its layer is none of the hedge layers.
    pub fn is_condor(&self, layer: &str) -> bool {
        !self
            .manifest
            .arms
            .iter()
            .any(|arm| arm.layers.iter().any(|hedge| hedge == layer))
    }

    /// Place of a layer in tables: condor tiers first, then hedges in the order the arms name them.
    pub fn layer_rank(&self, layer: &str) -> usize {
        self.layer_names()
            .iter()
            .position(|name| name == layer)
            .map_or(0, |at| at + 1)
    }

    fn arms_where(&self, wanted: impl Fn(ArmKind) -> bool) -> Vec<usize> {
        (0..self.manifest.arms.len())
            .filter(|&arm| wanted(self.manifest.arms[arm].kind))
            .collect()
    }
}

fn finish(mut shelf: Shelf<'_>, manifest: &Manifest) -> Result<RunFolder, ReportError> {
    let mut run = read_tables(&mut shelf, manifest)?;
    check::whole(&run)?;
    run.doubts = check::doubts(&run, shelf.changed);
    Ok(run)
}

/// `commit` of `build.json`; a file that is no JSON or names none says nothing, because it is not part of a result.
pub fn commit(build: Option<String>) -> Option<String> {
    let build: serde_json::Value = serde_json::from_str(&build?).ok()?;
    build
        .get("commit")?
        .as_str()
        .map(str::to_owned)
        .filter(|commit| !commit.is_empty())
}

fn layer_names(manifest: &Manifest) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for layer in manifest.arms.iter().flat_map(|arm| &arm.layers) {
        if !names.contains(layer) {
            names.push(layer.clone());
        }
    }
    names
}

fn read_tables(shelf: &mut Shelf<'_>, manifest: &Manifest) -> Result<RunFolder, ReportError> {
    let layers = &layer_names(manifest);
    let names = &Names {
        windows: manifest
            .windows
            .iter()
            .map(|window| window.name.as_str())
            .collect(),
        arms: manifest.arms.iter().map(|arm| arm.name.as_str()).collect(),
    };
    let wanted: Vec<String> = layers
        .iter()
        .map(|layer| format!("{layer}_pnl_usd"))
        .collect();
    let columns: Vec<&str> = Curve::COLUMNS
        .into_iter()
        .chain(wanted.iter().map(String::as_str))
        .collect();
    Ok(RunFolder {
        manifest: manifest.clone(),
        config: shelf.text("config.toml")?,
        summary: shelf.rows("summary.csv", &SummaryRow::COLUMNS, |row| {
            SummaryRow::read(row, names)
        })?,
        curves: Curve::read_all(&shelf.table("equity.csv", &columns)?, names, layers)?,
        trades: shelf.rows("trades.csv", &TradeRow::COLUMNS, |row| {
            TradeRow::read(row, names)
        })?,
        legs: shelf.rows("legs.csv", &LegRow::COLUMNS, LegRow::read)?,
        decisions: shelf.rows("decisions.csv", &DecisionRow::COLUMNS, |row| {
            DecisionRow::read(row, names)
        })?,
        claims: shelf.rows("claims.csv", &ClaimRow::COLUMNS, ClaimRow::read)?,
        layers: shelf.maybe("layers.csv", &LayerRow::COLUMNS, |row| {
            LayerRow::read(row, names)
        })?,
        bands: shelf.maybe("bands.csv", &BandRow::COLUMNS, |row| {
            BandRow::read(row, names)
        })?,
        slippage: shelf.maybe("slippage.csv", &SlippageRow::COLUMNS, |row| {
            SlippageRow::read(row, names)
        })?,
        market: shelf.maybe("market.csv", &MarketRow::COLUMNS, MarketRow::read)?,
        findings: shelf.maybe("findings.csv", &FindingRow::COLUMNS, FindingRow::read)?,
        controls: shelf.maybe("controls.csv", &ControlRow::COLUMNS, |row| {
            ControlRow::read(row, names)
        })?,
        attribution: shelf.maybe("attribution.csv", &AttributionRow::COLUMNS, |row| {
            AttributionRow::read(row, names)
        })?,
        greeks: shelf.maybe("greeks.csv", &GreekRow::COLUMNS, |row| {
            GreekRow::read(row, names)
        })?,
        measures: shelf.maybe("measures.csv", &MeasureRow::COLUMNS, MeasureRow::read)?,
        sources: shelf.maybe("sources.csv", &SourceRow::COLUMNS, SourceRow::read)?,
        benchmarks: shelf.maybe("benchmarks.csv", &BenchmarkRow::COLUMNS, BenchmarkRow::read)?,
        commit: commit(shelf.maybe_text("build.json")?),
        doubts: Vec::new(),
    })
}
