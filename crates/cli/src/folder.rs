//! Writes a run folder: complete, or not at all.

use std::collections::BTreeMap;
use std::path::Path;

use data::table::{Column, write_parquet};
use engine::execution::FillAt;
use market::chain::Quotes;
use runfile::config::{RunConfig, TWIN_BASE};
use serde_json::{Value, json};
use study::journal_table::{JournalRow, rows};
use study::results::{ArmKind, Study};
use study::{attribution, claims, control, measures, replicate, signal_table, summary, tables};

use crate::error::Failure;

/// Version of the folder's layout.
const SCHEMA: u32 = 1;

/// Files of a run folder that are compared byte for byte. `report.html`, `report.md` are made from them; `build.json`
/// says who made them, and is neither hashed nor compared.
const COMPARED: [&str; 20] = [
    "config.toml",
    "summary.csv",
    "equity.csv",
    "trades.csv",
    "legs.csv",
    "decisions.csv",
    "signals.csv",
    "claims.csv",
    "layers.csv",
    "bands.csv",
    "slippage.csv",
    "controls.csv",
    "attribution.csv",
    "greeks.csv",
    "measures.csv",
    "market.csv",
    "findings.csv",
    "sources.csv",
    "journal.parquet",
    "manifest.json",
];

/// The compared files of a run: one more where it is compared with published indices.
pub fn compared(config: &RunConfig) -> Vec<&'static str> {
    let more = (!config.benchmarks.is_empty()).then_some(BENCHMARKS);
    COMPARED.into_iter().chain(more).collect()
}

/// The file of the comparisons with published indices, in runs that ask for any.
const BENCHMARKS: &str = "benchmarks.csv";

/// What the manifest says of option prices.
fn prices(quotes: Quotes) -> &'static str {
    match quotes {
        Quotes::Model => "model",
        Quotes::Chain => "quoted option chains only",
        Quotes::ChainThenModel => "quoted option chains, the model where there are none",
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

    /// Writes all compared files into an existing folder and hands back those that are text, by name, for the report.
    pub fn write_tables(&self, folder: &Path) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
        let journal = folder.join("journal.parquet");
        let write_journal = || write_parquet(&journal, &journal_columns(rows(self.study)));
        let (texts, written) = rayon::join(|| self.texts(), write_journal);
        written?;
        let mut files = BTreeMap::from([(
            "journal.parquet".into(),
            Value::String(data::sha256_file(&journal)?),
        )]);
        for (name, text) in &texts {
            let path = folder.join(name);
            std::fs::write(&path, text).map_err(Failure::io("write", &path))?;
            files.insert(
                name.to_string(),
                Value::String(data::sha256_bytes(text.as_bytes())),
            );
        }
        let manifest = folder.join("manifest.json");
        let text = serde_json::to_string_pretty(&self.manifest(files))
            .map_err(|e| Failure::fault(e.to_string()))?;
        let text = text + "\n";
        std::fs::write(&manifest, &text).map_err(Failure::io("write", &manifest))?;
        let texts = texts
            .into_iter()
            .map(|(name, text)| (name.to_string(), text.into_bytes()));
        Ok(texts
            .chain([("manifest.json".to_string(), text.into_bytes())])
            .collect())
    }

    fn texts(&self) -> BTreeMap<&'static str, String> {
        let study = self.study;
        let more =
            (!self.config.benchmarks.is_empty()).then(|| (BENCHMARKS, replicate::csv(study)));
        let texts = [
            ("config.toml", self.config.to_toml()),
            ("summary.csv", summary::csv(study)),
            ("equity.csv", tables::equity(study)),
            ("trades.csv", tables::trades(study)),
            ("legs.csv", tables::legs(study)),
            ("decisions.csv", tables::decisions(study)),
            ("signals.csv", signal_table::csv(study)),
            ("claims.csv", claims::csv(study)),
            ("layers.csv", tables::layers(study)),
            ("bands.csv", tables::bands(study)),
            ("slippage.csv", tables::slippage(study)),
            ("controls.csv", control::csv(study)),
            ("attribution.csv", attribution::csv(study)),
            ("greeks.csv", attribution::greeks_csv(study)),
            ("measures.csv", measures::csv(study)),
            ("market.csv", tables::market(study)),
            ("findings.csv", self.findings()),
            ("sources.csv", study::sources::csv(study)),
        ];
        texts.into_iter().chain(more).collect()
    }

    fn findings(&self) -> String {
        let found = self.dataset.findings.iter().map(|f| tables::FindingCells {
            severity: f.severity.name().to_string(),
            code: f.code.clone(),
            series: f.series.clone(),
            count: f.count,
            first: f.first.map(|d| d.to_string()).unwrap_or_default(),
            last: f.last.map(|d| d.to_string()).unwrap_or_default(),
            message: f.message.clone(),
        });
        study::findings::findings(self.study, found.collect())
    }

    fn manifest(&self, files: BTreeMap<String, Value>) -> Value {
        let config = self.config;
        let inference = config.inference;
        json!({
            "schema": SCHEMA,
            "name": config.name,
            "engine": { "version": env!("CARGO_PKG_VERSION"), "results_version": engine::RESULTS_VERSION },
            "config_hash": data::sha256_bytes(config.to_toml().as_bytes()),
            "dataset_hash": self.dataset.dataset_hash,
            "dataset": {
                "name": self.dataset.name,
                "kind": self.dataset.kind,
                "notice": self.dataset.notice,
                "first": self.dataset.first_session.to_string(),
                "last": self.dataset.last_session.to_string(),
            },
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
        })
    }

    fn arms(&self) -> Vec<Value> {
        let mut seen: Vec<&str> = Vec::new();
        let mut all = Vec::new();
        for arm in self.study.windows.iter().flat_map(|w| &w.arms) {
            if seen.contains(&arm.name.as_str()) {
                continue;
            }
            seen.push(&arm.name);
            let (kind, twin_of) = match &arm.kind {
                ArmKind::Unhedged => ("unhedged", None),
                ArmKind::Policy => ("policy", None),
                ArmKind::EqualSpendTwin(of) => ("equal_spend_twin", Some(of.as_str())),
            };
            let hedge = &arm.arm.hedge;
            let title = match twin_of {
                Some(of) => format!("{TWIN_BASE} scaled to the premium of {of}"),
                None => hedge.title.clone(),
            };
            all.push(json!({
                "name": arm.name,
                "title": title,
                "kind": kind,
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
        let trades = self
            .study
            .windows
            .iter()
            .flat_map(|w| &w.arms)
            .flat_map(|a| &a.statement.trades);
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
            .any(|a| matches!(a.kind, ArmKind::EqualSpendTwin(_)))
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
                    window.window.name, arm.name
                ));
            }
        }
        notes
    }
}

fn journal_columns(rows: Vec<JournalRow>) -> Vec<Column> {
    let text = |f: &dyn Fn(&JournalRow) -> Option<String>| rows.iter().map(f).collect::<Vec<_>>();
    let whole = |f: &dyn Fn(&JournalRow) -> Option<i64>| rows.iter().map(f).collect::<Vec<_>>();
    vec![
        Column::i64("seq", whole(&|r| Some(r.seq))),
        Column::str("window", text(&|r| Some(r.window.clone()))),
        Column::str("arm", text(&|r| Some(r.arm.clone()))),
        Column::date("date", rows.iter().map(|r| Some(r.date)).collect()),
        Column::str("stage", text(&|r| Some(r.stage.to_string()))),
        Column::str("event", text(&|r| Some(r.event.to_string()))),
        Column::str("layer", text(&|r| r.layer.clone())),
        Column::i64("package", whole(&|r| r.package)),
        Column::str("reason", text(&|r| r.reason.clone())),
        Column::str("contract", text(&|r| r.contract.clone())),
        Column::i64("quantity", whole(&|r| r.quantity)),
        Column::i64("contracts", whole(&|r| r.contracts)),
        Column::i64("mid", whole(&|r| r.mid)),
        Column::i64("price", whole(&|r| r.price)),
        Column::f64("delta", rows.iter().map(|r| r.delta).collect()),
        Column::i64("amount_cents", whole(&|r| r.amount_cents)),
        Column::i64("fees_cents", whole(&|r| r.fees_cents)),
        Column::i64("other_cents", whole(&|r| r.other_cents)),
        Column::str("detail", text(&|r| r.detail.clone())),
        Column::str("source", text(&|r| r.source.map(str::to_string))),
    ]
}
