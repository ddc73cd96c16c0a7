//! Where a dataset is written: a draft beside its place, one import at a time.

use std::path::{Path, PathBuf};

use files::{Claim, ClaimError, Draft};

use crate::{DataError, schema};

/// The one file of a dataset folder that people write.
const README: &str = "README.md";

/// The place of a dataset, taken: no other import writes there for as long as this lives.
#[derive(Debug)]
pub struct DatasetPlace {
    target: PathBuf,
    _claim: Claim,
}

impl DatasetPlace {
    /// Takes it, unless another import has it or something else stands there.
    ///
    /// # Errors
    /// [`DataError::Locked`], [`DataError::NotADataset`], or where the system refuses.
    pub fn take(target: &Path) -> Result<DatasetPlace, DataError> {
        refuse_other_folders(target)?;
        let claim = Claim::take(target).map_err(|e| match e {
            ClaimError::Taken(path) => DataError::Locked { path },
            ClaimError::File(error) => error.into(),
        })?;
        // A program that was killed while it replaced the dataset: the old one is all there is, should this one fail too.
        files::put_back(target)?;
        Ok(DatasetPlace {
            target: target.to_path_buf(),
            _claim: claim,
        })
    }

    /// The dataset folder.
    pub fn path(&self) -> &Path {
        &self.target
    }
}

/// A dataset under construction.
pub(super) struct Staged {
    draft: Draft,
    /// Held until the dataset is complete.
    place: DatasetPlace,
}

impl Staged {
    /// An empty one.
    pub fn begin(place: DatasetPlace) -> Result<Staged, DataError> {
        Ok(Staged {
            draft: Draft::new(&place.target)?,
            place,
        })
    }

    /// Where to write.
    pub fn path(&self) -> &Path {
        self.draft.path()
    }

    /// Puts it in its place. What people wrote about the dataset stays with it.
    pub fn commit(self) -> Result<(), DataError> {
        let about = self.place.target.join(README);
        if about.is_file() {
            let kept = self.draft.path().join(README);
            std::fs::copy(&about, kept).map_err(DataError::io(&about))?;
        }
        self.draft.commit()?;
        Ok(())
    }
}

fn refuse_other_folders(target: &Path) -> Result<(), DataError> {
    if !target.exists() || target.join(schema::MANIFEST).is_file() {
        return Ok(());
    }
    let mut entries = std::fs::read_dir(target).map_err(DataError::io(target))?;
    let is_readme =
        |entry: std::io::Result<std::fs::DirEntry>| entry.is_ok_and(|e| e.file_name() == README);
    if entries.all(is_readme) {
        Ok(())
    } else {
        Err(DataError::NotADataset {
            path: target.to_path_buf(),
        })
    }
}
