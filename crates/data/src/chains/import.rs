//! From files with option quotes to the store.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use super::checks::Levels;
use super::store::{OfFile, Writer};
use crate::DataError;
use crate::error::go_on;
use crate::publishers::option_chains::ChainReader;
use crate::report::{Refused, Taken};
use crate::schema;
use crate::table::Extra;
use crate::unpack::Place;

/// A file with option quotes that will be imported.
pub(crate) struct ChainFile {
    /// Path relative to the imported folder, with `/`.
    pub file: String,
    /// Where it is.
    pub place: Place,
    /// Who reads it.
    pub reader: ChainReader,
}

/// Reads the files and writes their quotes into the unfinished dataset folder. A file that cannot be used is refused, and the
/// store written again without it: what it brought may stand between the quotes of others.
pub(crate) fn write_chains(
    dir: &Path,
    mut files: Vec<ChainFile>,
    levels: &Levels,
    taken: &mut Vec<Taken>,
    refused: &mut Vec<Refused>,
    stop: &AtomicBool,
) -> Result<Extra, DataError> {
    loop {
        let mut quotes = Writer::new(dir, levels);
        let mut of_files = Vec::new();
        for (
            number,
            ChainFile {
                file,
                place,
                reader,
            },
        ) in files.iter().enumerate()
        {
            go_on(stop)?;
            quotes.begin(file, reader.duplicates());
            if let Err(error) = reader.read(file, place, &mut quotes) {
                if matches!(error, DataError::Io { .. }) && !place.path.exists() {
                    return Err(error);
                }
                quotes.refuse(number, error.reason());
            }
            of_files.push(quotes.end());
        }
        // What no quote was taken of changes nothing in the store.
        match quotes.finish()? {
            Ok(extra) => {
                for (chain, of_file) in files.into_iter().zip(of_files) {
                    match why_unused(&chain.file, &of_file) {
                        Some(why) => refused.push(why),
                        None => taken.push(taken_of(&chain, &of_file)),
                    }
                }
                return Ok(extra);
            }
            Err(reasons) => {
                let chains = dir.join(schema::CHAINS);
                if chains.exists() {
                    std::fs::remove_dir_all(&chains).map_err(DataError::io(&chains))?;
                }
                let mut kept = Vec::new();
                for (number, file) in files.into_iter().enumerate() {
                    match reasons.get(&number) {
                        Some(reason) => refused.push(Refused::new(&file.file, reason)),
                        None => kept.push(file),
                    }
                }
                files = kept;
            }
        }
    }
}

/// Why a file of which no quote was taken brings nothing.
fn why_unused(file: &str, of_file: &OfFile) -> Option<Refused> {
    if of_file.taken > 0 {
        return None;
    }
    let count: usize = of_file.left_out.values().map(|l| l.0).sum();
    let only_copies = of_file.left_out.len() == 1;
    if let Some(winner) = of_file.copy_of.as_ref().filter(|_| only_copies) {
        let reason = format!(
            "a duplicate: all of its {count} quotes are of expiries and moments that {winner} has; that file is used"
        );
        return Some(Refused {
            duplicate_of: Some(winner.clone()),
            ..Refused::new(file, reason)
        });
    }
    let words: Vec<String> = of_file
        .left_out
        .values()
        .map(|(n, words)| format!("{n} quotes: {words}"))
        .collect();
    Some(if words.is_empty() {
        Refused::new(file, "found no quotes, allowed: at least one")
    } else {
        let words = words.join("; ");
        Refused::new(file, format!("none of its quotes can be used: {words}"))
    })
}

fn taken_of(chain: &ChainFile, of_file: &OfFile) -> Taken {
    let kinds: Vec<String> = of_file
        .kinds
        .iter()
        .map(|(kind, n)| format!("{n} {kind}"))
        .collect();
    Taken {
        file: chain.file.clone(),
        publisher: chain.reader.publisher().into(),
        holds: format!("option quotes: {}", kinds.join(", ")),
        series: vec!["chains".into()],
        values: of_file.taken,
        first: of_file.span.map(|s| s.0),
        last: of_file.span.map(|s| s.1),
    }
}
