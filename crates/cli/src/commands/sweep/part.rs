//! `alvh sweep --part I/N --into FOLDER`: a range of configurations with all their cells, for a scheduler.
//!
//! A part needs the sweep file and the dataset, and no store: whoever computes it, on any machine, writes the same files.

use std::path::Path;

use files::Draft;
use sweep::selection::part as cells_of;
use sweep::store::Store;
use tables::CsvForm;

use crate::args::Common;
use crate::commands::parts::say;
use crate::commands::sweep::{Opened, say_work};
use crate::error::Failure;
use crate::parts::Part;
use crate::progress::Progress;
use crate::stop::Stop;
use crate::sweep_folder::{Shard, write_shard};

/// Where results lie while they are computed.
pub(in crate::commands) const WORK: &str = "work.store";

/// Computes one part, and puts its folder in its place; one that is there already is done.
pub fn part(
    path: Option<&Path>,
    part: Part,
    into: &Path,
    common: &Common,
    stop: &Stop,
) -> Result<(), Failure> {
    let job = stop.job("nothing was written; the same command starts again");
    let opened = Opened::new(path, common)?;
    let folder = part.folder(into, &opened.hash());
    if folder.join("manifest.json").is_file() {
        let unknown = [("cells", None), ("cells_without_result", None)];
        return say(&folder, part, true, &unknown, common);
    }
    let draft = Draft::new(&folder)?;
    let work = draft.path().join(WORK);
    let store = Store::open(&work)?;
    let cells = cells_of(&opened.config, part.index, part.of);
    let progress = Progress::of(common).of_part(part);
    let ledger = opened.compute(&cells, &store, &progress, &job)?;
    job.check()?;
    let shard = Shard {
        cells,
        part: Some(part),
        csv: CsvForm::Guessable,
    };
    let config = &opened.config;
    write_shard(
        draft.path(),
        config,
        &store,
        &ledger,
        &shard,
        &opened.source,
    )?;
    drop(store);
    std::fs::remove_file(&work).map_err(Failure::io("remove", &work))?;
    job.check()?;
    draft.commit_where_absent()?;
    say_work(&ledger, common);
    let counts = [
        ("cells", Some(ledger.keys.len())),
        ("cells_without_result", Some(ledger.faults.len())),
    ];
    say(&folder, part, false, &counts, common)
}
