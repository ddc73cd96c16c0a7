//! `alvh sweep --part I/N --into FOLDER`: a range of configurations with all their cells, for a scheduler.
//!
//! A part needs the sweep file and the dataset, and no store: whoever computes it, on any machine, writes the same files.

use std::path::{Path, PathBuf};

use files::Draft;
use serde_json::json;
use sweep::selection::part as cells_of;
use sweep::store::Store;
use sweep::work::Ledger;

use crate::args::Common;
use crate::commands::sweep::{Opened, say_work};
use crate::error::Failure;
use crate::out::{JSON_SCHEMA, outln};
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
        return say(&folder, part, None, common);
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
    say(&folder, part, Some(&ledger), common)
}

/// Says where a part is; without a ledger it was there before.
fn say(
    folder: &PathBuf,
    part: Part,
    ledger: Option<&Ledger>,
    common: &Common,
) -> Result<(), Failure> {
    if let Some(ledger) = ledger {
        say_work(ledger, common);
    }
    if common.json {
        return outln!(
            "{}",
            json!({
                "schema": JSON_SCHEMA,
                "folder": folder,
                "part": part.index,
                "of": part.of,
                "known": ledger.is_none(),
                "cells": ledger.map(|ledger| ledger.keys.len()),
                "cells_without_result": ledger.map(|ledger| ledger.faults.len()),
            })
        );
    }
    let known = if ledger.is_none() {
        ", there already"
    } else {
        ""
    };
    outln!("part     {}{known}", folder.display())
}
