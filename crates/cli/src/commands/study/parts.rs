//! A study in parts: `alvh study --part I/N --into FOLDER`, and what `alvh verify` makes again.
//!
//! A part is a range of the study's cells.

use std::path::Path;

use data::Dataset;
use panel::logged::admitted;
use panel::work::{StudyError, Workshop};
use serde_json::Value;
use sweep::store::{NO_TRIAL, Store};

use crate::args::Common;
use crate::commands::parts::{Again, Parted};
use crate::commands::study::{DEFAULT_STUDY, Opened, failure, load};
use crate::configs::load_dataset_for;
use crate::error::Failure;
use crate::manifest::{self, Target};
use crate::parts::{Part, STORE};
use crate::progress::Progress;
use crate::stop::StoppableJob;
use crate::study_folder::{hash, write_part};
use crate::sweep_folder::Source;

impl Parted for Opened {
    const FILE: &'static str = "study.toml";
    const COUNTS: &'static [&'static str] = &["cells"];

    fn open(path: Option<&Path>, common: &Common) -> Result<Opened, Failure> {
        let (config, path) = load(path.unwrap_or(Path::new(DEFAULT_STUDY)), common)?;
        let dataset = load_dataset_for(&path, &config.base)?;
        Ok(Opened {
            source: Source::of(&dataset.manifest),
            config,
            path,
            dataset,
        })
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
        let progress = Progress::of(common).of_part(part);
        let failed = |error: StudyError| failure(error, job);
        let admitted = admitted(&self.config, &self.dataset.observations).map_err(failed)?;
        let workshop = Workshop {
            config: &admitted.config,
            observations: &self.dataset.observations,
            dataset_hash: &self.source.hash,
            store,
            stop: job.flag(),
            progress: &|phase, done, all, part| progress.tell_work(phase, done, all, part),
        };
        let computed = workshop.compute_part(part.index, part.of);
        progress.finish();
        let cells = computed.map_err(failed)?;
        // In the order of the keys: the same bytes whichever thread was first.
        let own = Store::open(&target.folder.join(STORE))?;
        for record in store.records()? {
            let (key, _, payload) = record?;
            own.append(&key, &NO_TRIAL, &payload)?;
        }
        own.sync()?;
        write_part(&self.config, &self.source, part, target.folder)?;
        Ok(vec![cells])
    }

    fn write_again(
        &self,
        _: &Value,
        store: &Store,
        target: Target<'_>,
        common: &Common,
        job: &StoppableJob<'_>,
    ) -> Result<Again, Failure> {
        self.write(store, target, common, job)?;
        Ok(Again::whole(manifest::files(target.folder)?))
    }
}
