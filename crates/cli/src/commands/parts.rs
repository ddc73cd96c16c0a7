//! A sweep or a study as a job of many parts: one of them, whatever is stored once more, and what is said of a part.

use std::path::Path;

use data::Dataset;
use files::Draft;
use serde_json::{Value, json};
use sweep::store::Store;
use tables::CsvForm;

use crate::args::Common;
use crate::configs::same_dataset;
use crate::error::Failure;
use crate::manifest::{self, MANIFEST, Target};
use crate::out::outln;
use crate::parts::Part;
use crate::schemas::JSON_SCHEMA;
use crate::stop::{Stop, StoppableJob};

/// Where the results of cells lie while a folder is made of them.
const WORK: &str = "work.store";

/// What `verify` made again: the files that must be the same, and what had to be taken from the folder itself.
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

/// A sweep or a study with its data, ready to be computed in whole or in parts.
pub(crate) trait Parted: Sized {
    /// Its file in a result folder.
    const FILE: &'static str;
    /// What is counted of a part.
    const COUNTS: &'static [&'static str];

    /// Reads a file, or the one that is meant without any, with the run and the dataset it names.
    fn open(path: Option<&Path>, common: &Common) -> Result<Self, Failure>;

    /// The dataset.
    fn dataset(&self) -> &Dataset;

    /// Hash of what decides every number.
    fn hash(&self) -> String;

    /// Computes the cells of a part into an empty store and writes its files; the numbers of [`Parted::COUNTS`].
    fn write_part(
        &self,
        part: Part,
        store: &Store,
        target: Target<'_>,
        common: &Common,
        job: &StoppableJob<'_>,
    ) -> Result<Vec<usize>, Failure>;

    /// Computes what is no part once more into an empty store, as its manifest tells it, and writes its files.
    fn write_again(
        &self,
        told: &Value,
        store: &Store,
        target: Target<'_>,
        common: &Common,
        job: &StoppableJob<'_>,
    ) -> Result<Again, Failure>;
}

/// Computes one part, and puts its folder in its place below `into`; one that is there already is done.
pub(crate) fn part<T: Parted>(
    path: Option<&Path>,
    part: Part,
    into: &Path,
    common: &Common,
    stop: &Stop,
) -> Result<(), Failure> {
    let job = stop.job("nothing was written; the same command starts again");
    let opened = T::open(path, common)?;
    let folder = part.folder(into, &opened.hash());
    if folder.join(MANIFEST).is_file() {
        return say::<T>(&folder, part, None, common);
    }
    let draft = Draft::new(&folder)?;
    let target = Target::new(draft.path());
    let counts = with_store(draft.path(), |store| {
        opened.write_part(part, store, target, common, &job)
    })?;
    job.check()?;
    draft.commit_where_absent()?;
    say::<T>(&folder, part, Some(&counts), common)
}

/// Computes a stored sweep or study, or a part of one, once more and writes its files into `folder`; the dataset must be
/// the one it was made from. `told` is its manifest.
pub(in crate::commands) fn again<T: Parted>(
    stored: &Path,
    told: &Value,
    folder: &Path,
    common: &Common,
    job: &StoppableJob<'_>,
) -> Result<Again, Failure> {
    let opened = T::open(Some(&stored.join(T::FILE)), common)?;
    let made_from = told["dataset_hash"].as_str().unwrap_or_default();
    same_dataset(opened.dataset(), made_from)?;
    let target = Target {
        folder,
        csv: CsvForm::of(told)?,
    };
    with_store(folder, |store| match Part::told(told) {
        None => opened.write_again(told, store, target, common, job),
        Some(part) => {
            opened.write_part(part, store, target, common, job)?;
            Ok(Again::whole(manifest::files(folder)?))
        }
    })
}

/// Does something with an empty store in a folder; the store is gone afterwards.
fn with_store<T>(
    folder: &Path,
    work: impl FnOnce(&Store) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let path = folder.join(WORK);
    let store = Store::open(&path)?;
    let done = work(&store);
    drop(store);
    std::fs::remove_file(&path).map_err(Failure::io("remove", &path))?;
    done
}

/// Says where a part is, and what was counted; nothing was where it was there before.
fn say<T: Parted>(
    folder: &Path,
    part: Part,
    counts: Option<&[usize]>,
    common: &Common,
) -> Result<(), Failure> {
    if common.json {
        let mut told = json!({
            "schema": JSON_SCHEMA,
            "folder": folder,
            "part": part.index,
            "of": part.of,
            "known": counts.is_none(),
        });
        for (place, key) in T::COUNTS.iter().enumerate() {
            told[*key] = json!(counts.map(|counts| counts[place]));
        }
        return outln!("{told}");
    }
    let known = if counts.is_none() {
        ", there already"
    } else {
        ""
    };
    outln!("part     {}{known}", folder.display())
}
