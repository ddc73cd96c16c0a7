//! Writes a run folder: complete, or not at all.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use book::journal::JOURNAL_VERSION;
use data::frames::{FrameWriter, write_first_layout};
use engine::execution::FillAt;
use market::chain::Quotes;
use rayon::prelude::{IntoParallelIterator, ParallelIterator};
use report::{Made, RunFolder};
use runfile::config::{RunConfig, TWIN_BASE};
use serde_json::{Value, json};
use study::journal_table::{self, rows};
use study::page_tables;
use study::phase::Phase;
use study::results::{ArmKind, Study};
use study::run_tables::{self, Maker};
use tables::{
    BenchmarkRow, CsvForm, DecisionRow, EquityRow, FindingRow, GreekRow, JournalRow, LegRow, Row,
    SignalRow, Table, TradeRow, table_of,
};

use crate::error::Failure;
use crate::manifest::{self, Hashed, MANIFEST, Target, write_csv, write_hashed, write_parquet};
use crate::progress::Progress;
use crate::schemas::FOLDER_SCHEMA;

/// Which files a run folder has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Tables as CSV alone, and the journal of version 1.
    TextOnly,
    /// Each table as CSV, in a form, and as Parquet, and the journal of this version.
    WithFrames(CsvForm),
}

impl Layout {
    /// What this version writes.
    pub const NOW: Layout = Layout::WithFrames(CsvForm::Guessable);

    /// The layout of a folder, from its manifest: the first one wrote no version of its journal there.
    pub fn of(manifest: &Value) -> Result<Layout, Failure> {
        match manifest["journal_version"].as_u64() {
            None => Ok(Layout::TextOnly),
            Some(version) if version == u64::from(JOURNAL_VERSION) => {
                Ok(Layout::WithFrames(CsvForm::of(manifest)?))
            }
            Some(version) => Err(Failure::data(format!(
                "manifest.json, key `journal_version`: found {version}, allowed are none and {JOURNAL_VERSION}"
            ))),
        }
    }

    fn csv(self) -> CsvForm {
        match self {
            Layout::TextOnly => CsvForm::Plain,
            Layout::WithFrames(form) => form,
        }
    }
}

/// What the manifest says of option prices.
fn prices(quotes: Quotes) -> &'static str {
    match quotes {
        Quotes::Model => "model",
        Quotes::Chain => "quoted option chains only",
        Quotes::ChainThenModel => "quoted option chains, the model where there are none",
    }
}

/// What the journal costs to write; it grows with the arms and windows as the large tables do.
const JOURNAL: u64 = 2_000;

/// What a table costs to write, beside the journal.
fn cost(file: &str) -> u64 {
    match file {
        DecisionRow::FILE => 1_500,
        EquityRow::FILE => 600,
        SignalRow::FILE => 500,
        TradeRow::FILE | LegRow::FILE => 350,
        GreekRow::FILE => 200,
        _ => 10,
    }
}

/// A finished study with what is needed to write it down.
pub struct Finished<'a> {
    /// Its configuration.
    pub config: &'a RunConfig,
    /// Manifest of the dataset it ran on.
    pub dataset: &'a data::Manifest,
    /// Its results.
    pub study: &'a Study,
}

/// What was written of a run.
pub struct Written {
    /// Names of the compared files.
    pub names: Vec<String>,
    /// The text of the manifest.
    pub manifest: String,
}

impl Finished<'_> {
    /// Hash of what decides the numbers: configuration, dataset and results version.
    pub fn hash(&self) -> String {
        let text = format!(
            "{}\n{}\n{}\n",
            self.config.to_toml(),
            self.dataset.dataset_hash,
            engine::RESULTS_VERSION
        );
        data::sha256_bytes(text.as_bytes())
    }

    /// `<name>-<hash>`.
    pub fn folder_name(&self) -> String {
        format!("{}-{}", self.config.name, &self.hash()[..12])
    }

    /// Writes all compared files into an existing folder; `progress` hears of each table and of the journal, `keep` gets each
    /// table that is written. `report.html` and `report.md` are made from the tables; `build.json` says who made them: none
    /// of these is compared byte for byte.
    pub fn write_tables(
        &self,
        folder: &Path,
        layout: Layout,
        progress: &Progress,
        keep: impl Fn(Table) + Sync,
    ) -> Result<Written, Failure> {
        let makers = self.makers();
        let tell = |phase, done, all, part| progress.tell_work(phase, done, all, part);
        let costs = makers.iter().map(|(file, _)| cost(file)).sum::<u64>() + JOURNAL;
        let phase = Phase::begin("tables", (makers.len() + 1, costs), &tell);
        let journal = || self.write_journal(folder, layout, &phase);
        let tables = || {
            let written = makers.into_par_iter().map(|(file, make)| {
                let table = make();
                let written = write_table(folder, &table, layout);
                keep(table);
                phase.item(cost(file));
                written
            });
            written.collect::<Result<Vec<_>, Failure>>()
        };
        let (tables, journal) = rayon::join(tables, journal);
        progress.finish();
        let config = self.config.to_toml();
        let config = write_hashed(folder, CONFIG, |file| file.write_all(config.as_bytes()))?;
        let mut hashes = BTreeMap::from([(JOURNAL_FILE.to_string(), journal?), config]);
        for table in tables? {
            hashes.extend(table);
        }
        let mut names: Vec<String> = hashes.keys().cloned().collect();
        names.push(MANIFEST.to_string());
        let manifest = manifest::write(folder, &self.manifest(hashes, layout))?;
        Ok(Written { names, manifest })
    }

    /// What a terminal shows of the run, before any file of it is written.
    pub fn headline(&self) -> Result<RunFolder, Failure> {
        let manifest = manifest::sealed(&self.manifest(BTreeMap::new(), Layout::NOW));
        Ok(RunFolder::headline(Made {
            manifest,
            config: String::new(),
            build: None,
            tables: page_tables::tables(self.study),
        })?)
    }

    /// The tables of the run, each to be made when it is asked for.
    pub fn makers(&self) -> Vec<Maker<'_>> {
        let mut makers = run_tables::makers(self.study, || self.findings());
        if !self.config.benchmarks.is_empty() {
            makers.push((
                BenchmarkRow::FILE,
                Box::new(|| run_tables::benchmarks(self.study)),
            ));
        }
        makers
    }

    fn write_journal(
        &self,
        folder: &Path,
        layout: Layout,
        phase: &Phase<'_>,
    ) -> Result<String, Failure> {
        let path = folder.join(JOURNAL_FILE);
        let windows = self.study.windows.iter();
        let arms = windows.map(|window| window.arms.len()).sum::<usize>();
        let of_arm = JOURNAL / arms.max(1) as u64;
        let mut left = JOURNAL;
        let hash = match layout {
            Layout::TextOnly => {
                write_first_layout(&path, &table_of(rows(self.study)).first_version())?;
                data::sha256_file(&path)?
            }
            // A row group an arm: all rows at once would be the largest thing in memory.
            Layout::WithFrames(_) => {
                let mut writer = FrameWriter::new(&path, &table_of::<JournalRow>([]))?;
                for table in journal_table::tables(self.study) {
                    writer.write(&table)?;
                    phase.work(of_arm);
                    left -= of_arm;
                }
                writer.finish()?
            }
        };
        phase.item(left);
        Ok(hash)
    }

    fn findings(&self) -> Vec<FindingRow> {
        self.dataset
            .findings
            .iter()
            .map(|f: &data::Finding| FindingRow {
                severity: f.severity.name().to_string(),
                code: f.code.clone(),
                series: f.series.clone(),
                count: f.count,
                first: f.first,
                last: f.last,
                message: f.message.clone(),
            })
            .collect()
    }

    fn manifest(&self, files: BTreeMap<String, String>, layout: Layout) -> Value {
        let config = self.config;
        let inference = config.inference;
        let dataset = (
            self.dataset.dataset_hash.as_str(),
            manifest::about(self.dataset),
        );
        let begun = manifest::begun(FOLDER_SCHEMA, &config.name, dataset);
        let own = json!({
            "config_hash": data::sha256_bytes(config.to_toml().as_bytes()),
            "prices": prices(config.quotes),
            "starting_capital_usd": config.starting_capital_usd,
            "windows": self.study.windows.iter().map(|w| json!({
                "name": w.window.name,
                "first": w.window.first.to_string(),
                "last": w.window.last.to_string(),
                "sessions": w.sessions.len(),
            })).collect::<Vec<_>>(),
            "arms": self.arms(),
            // The stored configuration, because a run file may have been changed by `--set`.
            "command": "alvh replay FOLDER/config.toml --dataset DATASET",
            "interval": {
                "level": inference.level,
                "method": "stationary bootstrap",
                "draws": inference.draws,
                "mean_block_sessions": inference.mean_block_sessions,
                "seed": inference.seed,
            },
            "notes": self.notes(),
            "files": files,
        });
        let mut manifest = manifest::with(begun, own);
        let inputs = study::inputs::stood(&self.study.inputs);
        if !inputs.is_empty() {
            manifest["inputs"] = json!(inputs);
        }
        let quoted = study::moments::quoted_at(self.study);
        if !quoted.is_empty() {
            manifest["quotes"] = json!(quoted);
        }
        if let Layout::WithFrames(form) = layout {
            manifest["journal_version"] = JOURNAL_VERSION.into();
            return manifest::with(manifest, form.keys());
        }
        manifest
    }

    fn arms(&self) -> Vec<Value> {
        let mut seen: Vec<&str> = Vec::new();
        let mut all = Vec::new();
        for (_, arm) in self.study.arms() {
            let arm = &arm.replay;
            if seen.contains(&arm.name.as_str()) {
                continue;
            }
            seen.push(&arm.name);
            let twin_of = arm.twin.as_ref().map(|twin| twin.of.as_str());
            let hedge = &arm.arm.hedge;
            let title = match twin_of {
                Some(of) => format!("{TWIN_BASE} scaled to the premium of {of}"),
                None => hedge.title.clone(),
            };
            all.push(json!({
                "name": arm.name,
                "title": title,
                "kind": arm.kind,
                "twin_of": twin_of,
                "summary": hedge.summary,
                "layers": hedge.layers.iter().map(|l| l.name.as_str()).collect::<Vec<_>>(),
            }));
        }
        all
    }

    fn notes(&self) -> Vec<String> {
        let options = match self.config.quotes {
            Quotes::Model => "All option prices are modelled from index levels (no option quotes)",
            Quotes::Chain => {
                "Options trade at the quotes of the dataset, and not at all where there is no two-sided one; marks without \
                 a quote are interpolated or carried (`sources.csv` counts each)"
            }
            Quotes::ChainThenModel => {
                "Options are priced at the quotes of the dataset where there are any, and modelled from index levels \
                 elsewhere (`sources.csv` counts each)"
            }
        };
        let mut notes = vec![format!(
            "{options}; VIX futures are published settlements where the dataset has them."
        )];
        if self.config.execution.fill_at == FillAt::LateMorning {
            notes.push(
                "Orders fill at 11:00 at a market estimated from each day's open and close: the estimate uses the close of \
                 the day of the fill, the decision does not."
                    .to_string(),
            );
        }
        if self.study.modelled_futures > 0 {
            notes.push(format!(
                "{} VIX futures settlements are modelled.",
                self.study.modelled_futures
            ));
        }
        notes.extend(study::inputs::notes(&self.study.inputs));
        notes.extend(study::logged::notes(&self.study.logged));
        let trades = self
            .study
            .windows
            .iter()
            .flat_map(|w| &w.arms)
            .flat_map(|a| &a.replay.statement.trades);
        let stand_ins = trades
            .filter(|trade| trade.settlement.is_some_and(|(_, proxy)| proxy))
            .count();
        if stand_ins > 0 {
            notes.push(format!(
                "{stand_ins} packages settled at a stand-in for the official value (the SPX open for SET, the VIX open for \
                 VRO); `legs.csv` marks each of them."
            ));
        }
        if self
            .study
            .windows
            .iter()
            .flat_map(|w| &w.arms)
            .any(|a| a.replay.kind == ArmKind::EqualSpendTwin)
        {
            notes.push(
                "Equal-spend twins are fitted over the whole window and look ahead by construction: diagnostics, not \
                 policies."
                    .to_string(),
            );
        }
        for window in &self.study.windows {
            for arm in window.arms.iter().filter(|a| !a.condors_identical) {
                notes.push(format!(
                    "In {} the margin of {} changed the condors: its comparison is not paired.",
                    window.window.name, arm.replay.name
                ));
            }
        }
        notes
    }
}

/// The file with all events.
const JOURNAL_FILE: &str = "journal.parquet";

/// The file with the resolved configuration.
const CONFIG: &str = "config.toml";

/// Writes one table and gives back the hash of each of its files, with its name.
fn write_table(folder: &Path, table: &Table, layout: Layout) -> Result<Vec<Hashed>, Failure> {
    let csv = layout.csv();
    let mut hashes = vec![write_csv(Target { folder, csv }, table)?];
    if let Layout::WithFrames(_) = layout {
        hashes.push(write_parquet(folder, table)?);
    }
    Ok(hashes)
}
