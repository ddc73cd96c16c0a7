//! A stored sweep, or a part or shard of one, computed again for `alvh verify`.

use std::path::Path;

use files::Draft;
use serde_json::Value;
use sweep::selection::{Selection, part as cells_of};
use sweep::store::Store;
use tables::CsvForm;

use crate::args::Common;
use crate::commands::sweep::Opened;
use crate::configs::same_dataset;
use crate::error::Failure;
use crate::manifest;
use crate::parts::Part;
use crate::progress::Progress;
use crate::stop::StoppableJob;
use crate::sweep_folder::{Shard, Whole, write_shard, write_whole};

/// What was made again: the files that must be the same, and what had to be taken from the folder itself.
pub struct Again {
    /// Names of the files.
    pub files: Vec<String>,
    /// A sentence; nothing where nothing was taken.
    pub taken: Option<String>,
}

impl Again {
    /// All of a folder, with nothing taken from it.
    pub fn whole(files: Vec<String>) -> Again {
        Again { files, taken: None }
    }
}

/// Files of a shard of cells that do not depend on what else its machine had tried.
const OF_CELLS: [&str; 3] = ["cells.csv", "cells.parquet", "sweep.toml"];

/// Computes the cells of a stored sweep into an empty store and writes its tables into `folder`; the dataset must be the one
/// it was made from. How many configurations were ever tried is taken from the manifest where others were tried too.
pub fn again(
    stored: &Path,
    told: &Value,
    folder: &Path,
    common: &Common,
    job: &StoppableJob<'_>,
) -> Result<Again, Failure> {
    let opened = Opened::new(Some(&stored.join("sweep.toml")), common)?;
    let made_from = told["dataset_hash"].as_str().unwrap_or_default();
    same_dataset(&opened.dataset, made_from)?;
    let csv = CsvForm::of(told)?;
    let work = Draft::new(&std::env::temp_dir().join("alvh-verify-cells"))?;
    let store = Store::open(&work.path().join("cells.store"))?;
    let progress = Progress::of(common);
    let (config, source) = (&opened.config, &opened.source);
    let all = config.points.len();
    let part = Part::told(told);
    let number = |key: &str| usize::try_from(told["cells"][key].as_u64()?).ok();
    let range = number("first").zip(number("end"));
    let cells = match (part, range) {
        (Some(part), _) => cells_of(config, part.index, part.of),
        (None, Some((first, end))) if first < end && end <= all => Selection::range(first..end),
        (None, Some((first, end))) => {
            return Err(Failure::data(format!(
                "{}: manifest.json names cells {first}..{end}, sweep.toml has 0..{all}",
                stored.display()
            )));
        }
        (None, None) => Selection::range(0..all),
    };
    let ledger = opened.compute(&cells, &store, &progress, job)?;
    job.check()?;
    if part.is_none() && range.is_none() {
        let own = store.trials().len();
        let stored = told["tried"].as_u64().unwrap_or_default();
        let tried = usize::try_from(stored).unwrap_or(usize::MAX).max(own);
        let whole = Whole {
            config,
            store: &store,
            ledger: &ledger,
            source,
            tried,
            csv,
        };
        write_whole(folder, &whole, &progress, job)?;
        let others = tried - own;
        return Ok(Again {
            files: manifest::files(folder)?,
            taken: (others > 0).then(|| {
                format!("of {tried} configurations tried {others} are of other sweeps: a count taken from its manifest")
            }),
        });
    }
    let shard = Shard { cells, part, csv };
    write_shard(folder, config, &store, &ledger, &shard, source)?;
    Ok(match part {
        Some(_) => Again::whole(manifest::files(folder)?),
        None => Again {
            files: OF_CELLS.map(str::to_string).to_vec(),
            taken: Some("cells.store holds what else its machine had tried and is not compared; cells.csv is".to_string()),
        },
    })
}
