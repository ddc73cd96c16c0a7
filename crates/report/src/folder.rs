//! A finished run, from its folder or from the tables it is written from, and checked.

mod check;
mod curve;
mod made;
mod names;
mod read;
mod source;

use std::ops::Deref;
use std::path::Path;

pub use curve::Curve;
pub use made::Made;
use tables::files::FolderFiles;
use tables::manifest::{Arm, ArmKind, Interval, Manifest};
use tables::{
    AttributionRow, BandRow, BenchmarkRow, BreakEvenRow, ClaimRow, ControlRow, DecisionRow,
    FindingRow, GreekRow, LayerRow, LegRow, LogTradeRow, MarketRow, MeasureRow, Money,
    OtherCondorRow, ReadError, SlippageRow, SourceRow, SummaryRow, TradeRow, WorldsRow,
};

use crate::number;
use crate::style::Style;

const NEEDED: &str = "manifest.json, config.toml, summary.csv, equity.csv, trades.csv, legs.csv, decisions.csv and \
                      claims.csv";

/// Fewer trades than this stand beside every sentence and interval that rests on them.
pub const FEW_TRADES: usize = 10;

/// A row with the places of its window and of its arm in the manifest.
#[derive(Clone, Debug)]
pub struct Placed<R> {
    /// Place of its window and of its arm.
    pub place: (usize, usize),
    /// The row.
    pub row: R,
}

impl<R> Deref for Placed<R> {
    type Target = R;

    fn deref(&self) -> &R {
        &self.row
    }
}

/// The rows of an arm in a window, among rows in the order of their places.
pub fn of_place<R>(rows: &[Placed<R>], place: (usize, usize)) -> &[Placed<R>] {
    let first = rows.partition_point(|row| row.place < place);
    let rest = &rows[first..];
    &rest[..rest.partition_point(|row| row.place == place)]
}

impl Placed<SummaryRow> {
    /// Interval of the retained profit.
    pub fn profit_retained_span(&self) -> Option<(f64, f64)> {
        self.profit_retained_lo.zip(self.profit_retained_hi)
    }

    /// Interval of the P&L's difference to the unhedged arm.
    pub fn pnl_difference_span(&self) -> Option<(Money, Money)> {
        self.pnl_difference_lo_usd.zip(self.pnl_difference_hi_usd)
    }
}

/// A run folder in memory. Tables that older folders lack are `None`. Rows with a place stand in the order of the windows;
/// headlines, trades, decisions, layers, attribution and greeks in that of their arms, too.
#[derive(Clone, Debug)]
pub struct RunFolder {
    /// What was run.
    pub manifest: Manifest,
    /// The resolved configuration, as text.
    pub config: String,
    /// Headline numbers, in the manifest's order of windows and arms.
    pub summary: Vec<Placed<SummaryRow>>,
    /// Curves, in the same order.
    pub curves: Vec<Curve>,
    /// Closed packages.
    pub trades: Vec<Placed<TradeRow>>,
    /// Legs of packages.
    pub legs: Vec<LegRow>,
    /// Decisions, without what the signals said: no page shows it, and it is a fifth of the largest table.
    pub decisions: Vec<Placed<DecisionRow>>,
    /// Outcome claims.
    pub claims: Vec<ClaimRow>,
    /// Hedge layers.
    pub layers: Option<Vec<Placed<LayerRow>>>,
    /// The headline under a shifted price model.
    pub bands: Option<Vec<Placed<BandRow>>>,
    /// The headline in worlds drawn from the error of the price model.
    pub worlds: Option<Vec<Placed<WorldsRow>>>,
    /// The headline at other slippages.
    pub slippage: Option<Vec<Placed<SlippageRow>>>,
    /// SPX and VIX.
    pub market: Option<Vec<MarketRow>>,
    /// Findings of the dataset's checks.
    pub findings: Option<Vec<FindingRow>>,
    /// The honest controls of every arm.
    pub controls: Option<Vec<Placed<ControlRow>>>,
    /// P&L by layer and by reason, leg or greek.
    pub attribution: Option<Vec<Placed<AttributionRow>>>,
    /// Greeks of every book, session by session.
    pub greeks: Option<Vec<Placed<GreekRow>>>,
    /// Where prices came from, counted.
    pub sources: Option<Vec<SourceRow>>,
    /// Rates of return, betas and other numbers of arms, layers and the market.
    pub measures: Option<Vec<MeasureRow>>,
    /// The account of an arm beside a published index; runs that ask for none have no such file.
    pub benchmarks: Option<Vec<BenchmarkRow>>,
    /// The arms over other condors; runs that name none have no such file.
    pub other_condors: Option<Vec<Placed<OtherCondorRow>>>,
    /// Break-even points and time value of the condors, session by session.
    pub break_evens: Option<Vec<BreakEvenRow>>,
    /// The trades of a log that the condors repeat; other runs have no such file.
    pub log_trades: Option<Vec<LogTradeRow>>,
    /// The commit of the program, where `build.json` names one.
    pub commit: Option<String>,
    /// All hedge layers of all arms, each once, in the order the arms name them.
    pub layer_names: Vec<String>,
    /// Where the folder contradicts itself, in words: the page says so at its top.
    pub doubts: Vec<String>,
}

impl RunFolder {
    /// Reads a run folder. A missing or wrong file is an error that says what and where; a folder whose files
    /// are well-formed but contradict one another is read, and `doubts` tells of it.
    pub fn read(dir: &Path) -> Result<RunFolder, ReadError> {
        let mut files = FolderFiles::on_disk(dir, NEEDED);
        let manifest = Manifest::parse(&files.text("manifest.json")?)?;
        files.hashes.clone_from(&manifest.files);
        let run = read::from_files(&mut files, &manifest)?;
        checked(run, files.changed)
    }

    /// A run that was just made, from the tables its folder is written from, and checked: what [`RunFolder::read`] finds in
    /// the folder, without reading it.
    ///
    /// # Errors
    /// As [`RunFolder::read`].
    pub fn made(made: Made) -> Result<RunFolder, ReadError> {
        let manifest = Manifest::parse(&made.manifest)?;
        checked(read::from_made(made, &manifest)?, Vec::new())
    }

    /// What [`crate::terminal`] shows of a run before it has a folder: some of its tables, unchecked.
    ///
    /// # Errors
    /// Where the manifest is none, or a row names what it does not.
    pub fn headline(made: Made) -> Result<RunFolder, ReadError> {
        let manifest = Manifest::parse(&made.manifest)?;
        read::from_made(made, &manifest)
    }

    /// Capital at the start of each window.
    pub fn capital(&self) -> Money {
        // Rounded to the cent once; the manifest writes whole dollars.
        Money((self.manifest.starting_capital_usd * 100.0).round() as i64)
    }

    /// Places of the arms that are not twins.
    pub fn main_arms(&self) -> Vec<usize> {
        self.arms_where(|kind| kind != ArmKind::EqualSpendTwin)
    }

    /// Whether there are more arms than one picture can hold: pictures of many curves then leave out the twins, show one
    /// value a week and give every arm a small picture of its own. The tables are the same.
    pub fn is_large(&self) -> bool {
        self.main_arms().len() > crate::chart::MOST_LINES
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

    /// The number of trades behind a row of the window, in words, where it is so small that no interval may stand
    /// without it: those of the arm or of the condors alone, whichever are fewer.
    pub fn few_trades(&self, window: usize, arm: usize) -> Option<String> {
        let trades = |arm| self.summary_of(window, arm)?.trades;
        let fewest = trades(arm)
            .into_iter()
            .chain(self.unhedged().and_then(trades))
            .min()?;
        (fewest < FEW_TRADES).then(|| number::counted(fewest, "trade"))
    }

    /// The arm's manifest entry.
    pub fn arm(&self, arm: usize) -> &Arm {
        &self.manifest.arms[arm]
    }

    /// The arm's name for people: its title, where no other arm has the same one; a twin is named by the arm it copies.
    pub fn label(&self, arm: usize) -> String {
        let own = self.arm(arm);
        let copied = own
            .twin_of
            .as_ref()
            .and_then(|name| self.manifest.arms.iter().position(|arm| arm.name == *name));
        if let Some(copied) = copied.filter(|copied| *copied != arm) {
            return format!("twin of {}", people(&self.manifest.arms[copied]));
        }
        match self
            .manifest
            .arms
            .iter()
            .filter(|other: &&Arm| people(other) == people(own))
            .count()
        {
            1 => people(own).to_owned(),
            _ => own.name.clone(),
        }
    }

    /// Layers of an arm that bought nothing in a window; none where the folder has no ledgers.
    pub fn idle_layers(&self, window: usize, arm: usize) -> Vec<String> {
        let rows = self.layers.as_deref().unwrap_or_default();
        let own = of_place(rows, (window, arm)).iter();
        own.filter(|row| row.orders == 0)
            .map(|row| row.layer.clone())
            .collect()
    }

    /// Coverage of the intervals, `90 %`, or a word where the manifest does not say.
    pub fn level(&self) -> String {
        match &self.manifest.interval {
            Some(interval) => format!("{} %", number::fixed(interval.level * 100.0, 0)),
            None => "stated".to_owned(),
        }
    }

    /// The headline row of an arm in a window.
    pub fn summary_of(&self, window: usize, arm: usize) -> Option<&Placed<SummaryRow>> {
        of_place(&self.summary, (window, arm)).first()
    }

    /// The curve of an arm in a window.
    pub fn curve_of(&self, window: usize, arm: usize) -> Option<&Curve> {
        let found = self
            .curves
            .binary_search_by_key(&(window, arm), |curve| curve.place);
        found.ok().map(|at| &self.curves[at])
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
        !self.layer_names.iter().any(|hedge| hedge == layer)
    }

    /// Place of a layer in tables: condor tiers first, then hedges in the order the arms name them.
    pub fn layer_rank(&self, layer: &str) -> usize {
        let place = self.layer_names.iter().position(|name| name == layer);
        place.map_or(0, |at| at + 1)
    }

    fn arms_where(&self, wanted: impl Fn(ArmKind) -> bool) -> Vec<usize> {
        (0..self.manifest.arms.len())
            .filter(|&arm| wanted(self.manifest.arms[arm].kind))
            .collect()
    }
}

/// A run whose tables belong together; those that `changed` are among its doubts.
fn checked(run: RunFolder, changed: Vec<&'static str>) -> Result<RunFolder, ReadError> {
    check::whole(&run)?;
    let doubts = check::doubts(&run, changed);
    Ok(RunFolder { doubts, ..run })
}

/// Method, level, draws, block length and seed of an interval in a line.
pub fn interval_words(interval: &Interval) -> String {
    let seed = interval
        .seed
        .as_ref()
        .map(|seed| format!(", seed {}", seed.to_string().trim_matches('"')));
    format!(
        "{}, {} % level, {} draws, mean block {} sessions{}",
        interval.method,
        number::fixed(interval.level * 100.0, 0),
        number::fixed(interval.draws as f64, 0),
        number::fixed(interval.mean_block_sessions, 0),
        seed.unwrap_or_default()
    )
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

/// The title of an arm, or its name where it has none.
fn people(arm: &Arm) -> &str {
    match arm.title.trim() {
        "" => &arm.name,
        title => title,
    }
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
