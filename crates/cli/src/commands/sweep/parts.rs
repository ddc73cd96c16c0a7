//! A sweep in parts: `alvh sweep --part I/N --into FOLDER`, and what `alvh verify` makes again.
//!
//! A part is a range of configurations with all their cells. It needs the sweep file and the dataset, and no store:
//! whoever computes it, on any machine, writes the same files.

use std::path::Path;

use data::Dataset;
use serde_json::Value;
use sweep::selection::{Selection, part as cells_of};
use sweep::store::Store;
use sweep::work::Ledger;

use crate::args::Common;
use crate::commands::parts::{Again, Parted};
use crate::commands::sweep::{Opened, say_work};
use crate::error::Failure;
use crate::manifest::{self, Target};
use crate::parts::Part;
use crate::progress::Progress;
use crate::stop::StoppableJob;
use crate::sweep_folder::{Shard, Whole, hash, write_shard, write_whole};

/// Files of a shard of cells that do not depend on what else its machine had tried.
const OF_CELLS: [&str; 3] = ["cells.csv", "cells.parquet", "sweep.toml"];

impl Parted for Opened {
    const FILE: &'static str = "sweep.toml";
    const COUNTS: &'static [&'static str] = &["cells", "cells_without_result"];

    fn open(path: Option<&Path>, common: &Common) -> Result<Opened, Failure> {
        Opened::new(path, common)
    }

    fn dataset(&self) -> &Dataset {
        &self.dataset
    }

    fn hash(&self) -> String {
        hash(&self.config, &self.source.hash)
    }

    fn write_part(
        &self,
        part: Part,
        store: &Store,
        target: Target<'_>,
        common: &Common,
        job: &StoppableJob<'_>,
    ) -> Result<Vec<usize>, Failure> {
        let cells = cells_of(&self.config, part.index, part.of);
        let progress = Progress::of(common).of_part(part);
        let ledger = self.compute(&cells, store, &progress, job)?;
        job.check()?;
        self.write_shard(target, (store, &ledger), (cells, Some(part)), job)?;
        let counts = ledger.counts()?;
        say_work(&counts, common);
        Ok(vec![counts.cells, counts.faults])
    }

    /// A shard of cells or a whole sweep. How many configurations were ever tried is taken from the
    /// manifest where others were tried too.
    fn write_again(
        &self,
        told: &Value,
        store: &Store,
        target: Target<'_>,
        common: &Common,
        job: &StoppableJob<'_>,
    ) -> Result<Again, Failure> {
        let progress = Progress::of(common);
        let range = self.range_told(told)?;
        let all = 0..self.config.points.len();
        let cells = Selection::range(range.clone().unwrap_or(all));
        let ledger = self.compute(&cells, store, &progress, job)?;
        job.check()?;
        if range.is_some() {
            self.write_shard(target, (store, &ledger), (cells, None), job)?;
            return Ok(Again {
                files: OF_CELLS.map(str::to_string).to_vec(),
                taken: Some(
                    "cells.store holds what else its machine had tried and is not compared; cells.csv is".to_string(),
                ),
            });
        }
        let own = store.tried()?;
        let stored = told["tried"].as_u64().unwrap_or_default();
        let tried = usize::try_from(stored).unwrap_or(usize::MAX).max(own);
        let whole = Whole {
            config: &self.config,
            store,
            ledger: &ledger,
            source: &self.source,
            tried,
            parts: None,
        };
        write_whole(target, &whole, &progress, job)?;
        let others = tried - own;
        Ok(Again {
            files: manifest::files(target.folder)?,
            taken: (others > 0).then(|| {
                format!("of {tried} configurations tried {others} are of other sweeps: a count taken from its manifest")
            }),
        })
    }
}

impl Opened {
    /// Writes some of its cells, and the part they are.
    pub(super) fn write_shard(
        &self,
        target: Target<'_>,
        (store, ledger): (&Store, &Ledger),
        (cells, part): (Selection, Option<Part>),
        job: &StoppableJob<'_>,
    ) -> Result<(), Failure> {
        let shard = Shard {
            config: &self.config,
            store,
            ledger,
            source: &self.source,
            cells,
            part,
        };
        write_shard(target, &shard, job)
    }

    /// The cells that the manifest of a shard names; none where it is that of a whole sweep.
    fn range_told(&self, told: &Value) -> Result<Option<std::ops::Range<usize>>, Failure> {
        let number = |key: &str| usize::try_from(told["cells"][key].as_u64()?).ok();
        let all = self.config.points.len();
        match number("first").zip(number("end")) {
            Some((first, end)) if first >= end || end > all => Err(Failure::data(format!(
                "manifest.json names cells {first}..{end}, sweep.toml has 0..{all}"
            ))),
            found => Ok(found.map(|(first, end)| first..end)),
        }
    }
}
