//! Writes study folders: complete, or not at all.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use panel::crash::Falls;
use panel::judge::Judged;
use panel::logged::Admitted;
use panel::spec::StudyConfig;
use panel::work::Computed;
use serde_json::{Value, json};
use study::inputs::WindowInputs;
use tables::{Table, table_of};

use crate::error::Failure;
use crate::manifest::{self, Target, with, write_csv, write_file, write_hashed, write_parquet};
use crate::parts::{Part, STORE};
use crate::sweep_folder::Source;

/// Version of the folder's layout.
const SCHEMA: u32 = 1;

/// A finished study with what is needed to write it down.
pub struct Finished<'a> {
    /// Its configuration.
    pub config: &'a StudyConfig,
    /// The dataset it ran on.
    pub source: &'a Source,
    /// Its cells.
    pub computed: &'a Computed,
    /// What they say.
    pub judged: &'a Judged,
    /// Named falls.
    pub falls: Falls,
    /// The trades of its logs.
    pub admitted: &'a Admitted<'a>,
}

impl Finished<'_> {
    /// How the series that prices rest on stood in the windows and in the falls.
    fn inputs(&self) -> Vec<WindowInputs> {
        let of_windows = self.computed.inputs.iter();
        let of_worlds = self
            .computed
            .worlds
            .iter()
            .flat_map(|worlds| &worlds.inputs);
        let all = of_windows.chain(of_worlds).chain(&self.falls.inputs);
        all.cloned().collect()
    }
}

/// Hash of what decides every number of a study: configuration, dataset and results version.
pub fn hash(config: &StudyConfig, dataset_hash: &str) -> String {
    let text = format!(
        "{}\n{dataset_hash}\n{}\n",
        config.to_toml(),
        engine::RESULTS_VERSION
    );
    data::sha256_bytes(text.as_bytes())
}

/// Writes the file and the manifest of a part, whose results are there.
pub fn write_part(
    config: &StudyConfig,
    source: &Source,
    part: Part,
    folder: &Path,
) -> Result<(), Failure> {
    write_file(folder, "study.toml", config.to_toml())?;
    let begun = with(begun(config, source), part.keys());
    let files = json!({ "files": { STORE: data::sha256_file(&folder.join(STORE))? } });
    manifest::write(folder, &with(begun, files))?;
    Ok(())
}

/// Writes the tables of a study.
pub fn write(finished: &Finished<'_>, target: Target<'_>) -> Result<(), Failure> {
    let Target { folder, csv } = target;
    let config = finished.config;
    let computed = finished.computed;
    let judged = finished.judged;
    let stood = study::inputs::stood(&finished.inputs());
    let mut tables: Vec<Table> = vec![
        table_of(panel::rows::books(config, computed)),
        table_of(judged.years.iter().cloned()),
        table_of(judged.answers.iter().cloned()),
        table_of(panel::frontier::rows(config, computed)),
        table_of(finished.falls.rows.iter().cloned()),
        table_of(judged.verdicts.iter().cloned()),
        table_of(study::inputs::rows(&stood)),
    ];
    if config.file.books.is_logged() {
        tables.extend([
            table_of(finished.admitted.trades.iter().cloned()),
            table_of(finished.admitted.marks.iter().cloned()),
        ]);
    }
    if let Some(worlds) = &computed.worlds {
        tables.extend([
            table_of(panel::world_rows::cells(config, worlds)),
            table_of(panel::world_rows::answers(config, worlds)),
            table_of(panel::world_rows::chances(config, worlds)),
            table_of(panel::world_rows::realism(config, worlds)),
        ]);
        let control = panel::world_control::rows(config, worlds);
        if !control.is_empty() {
            tables.push(table_of(control));
        }
    }
    let toml = config.to_toml();
    let toml = write_hashed(folder, "study.toml", |file| file.write_all(toml.as_bytes()))?;
    let mut hashes = BTreeMap::from([toml]);
    for table in &tables {
        hashes.extend([write_csv(target, table)?, write_parquet(folder, table)?]);
    }
    let of = with(manifest(finished, &hashes), csv.keys());
    manifest::write(folder, &of)?;
    Ok(())
}

fn manifest(finished: &Finished<'_>, files: &BTreeMap<String, String>) -> Value {
    let config = finished.config;
    let computed = finished.computed;
    let i = config.file.inference;
    let windows = computed.windows.all.iter().zip(&computed.ranges);
    let own = json!({
        "config_hash": data::sha256_bytes(config.to_toml().as_bytes()),
        "starting_capital_usd": config.file.starting_capital_usd,
        "windows": windows.map(|(window, range)| json!({
            "name": window.name,
            "first": window.first.to_string(),
            "last": window.last.to_string(),
            "sessions": range.len(),
            "is_year": window.year.is_some(),
            "indicative": window.indicative,
        })).collect::<Vec<_>>(),
        "books": config.books.iter().map(|book| json!({
            "name": book.name, "title": book.title,
        })).collect::<Vec<_>>(),
        "weekdays": config.file.weekdays.iter().map(|day| day.to_string().to_lowercase()).collect::<Vec<_>>(),
        "arms": config.hedges[1..=config.shown()].iter().map(|hedge| json!({
            "name": hedge.name, "title": hedge.title, "summary": hedge.summary,
        })).collect::<Vec<_>>(),
        "command": "alvh study FOLDER/study.toml --dataset DATASET",
        "interval": {
            "level": i.level,
            "method": "two-stage bootstrap: years, then blocks within them",
            "draws": i.draws,
            "mean_block_sessions": i.mean_block_sessions,
            "seed": i.seed,
        },
        "worlds": computed.worlds.as_ref().map(|worlds| json!({
            "count": worlds.cells.len(),
            "years": worlds.spec.years,
            "said": panel::world_rows::said(worlds),
        })),
        "notes": notes(finished),
        "inputs": study::inputs::stood(&finished.inputs()),
        "files": files,
    });
    with(begun(finished.config, finished.source), own)
}

/// What the manifests of a study and of its parts begin with.
fn begun(config: &StudyConfig, source: &Source) -> Value {
    let dataset = (source.hash.as_str(), source.about.clone());
    manifest::begun(SCHEMA, &config.file.name, dataset)
}

fn notes(finished: &Finished<'_>) -> Vec<String> {
    let left_out = finished.computed.windows.left_out.iter();
    let left_out = left_out.chain(&finished.falls.left_out);
    let mut notes: Vec<String> = left_out.map(|text| format!("Left out: {text}.")).collect();
    let priced = match finished.config.file.books.is_logged() {
        true => {
            "Hedges are priced by the model from index levels, the condors have the prices of their log"
        }
        false => "Every cell prices options by the model from index levels",
    };
    notes.push(format!(
        "{priced}: a study reads no option quotes, also where the dataset has some."
    ));
    notes.extend(study::logged::notes(&finished.admitted.trades));
    notes.extend(study::inputs::notes(&finished.inputs()));
    let cells = finished.computed.cells.iter();
    let differ = cells
        .flat_map(|cell| &cell.arms)
        .filter(|arm| !arm.condors_identical)
        .count();
    if differ > 0 {
        notes.push(format!(
            "In {differ} cells of an arm the hedge changed which condors the account could carry (`condors_identical` of books.csv)."
        ));
    }
    notes
}
