//! From files with option quotes to the store.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use super::checks::Levels;
use super::store::{OfFile, Writer};
use crate::DataError;
use crate::error::go_on;
use crate::publishers::option_chains::ChainReader;
use crate::report::{Progress, Refused, Taken};
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

/// Time that sorting and writing quotes takes, in parts of that of reading them: of 450,000 in 27 compressed files, two seconds of
/// eleven. A few hundred thousand quotes are held and written last; those before them are written while files are read.
const STORING: f64 = 0.2;

/// What an import of option quotes tells while it works, and of its files.
pub(crate) struct ChainImport<'a> {
    pub taken: &'a mut Vec<Taken>,
    pub refused: &'a mut Vec<Refused>,
    pub progress: &'a mut dyn FnMut(Progress),
    pub stop: &'a AtomicBool,
}

impl ChainImport<'_> {
    /// Reads the files and writes their quotes into the unfinished dataset folder. A file that cannot be used is refused, and
    /// the store written again without it: what it brought may stand between the quotes of others.
    pub fn write(
        &mut self,
        dir: &Path,
        mut files: Vec<ChainFile>,
        levels: &Levels,
    ) -> Result<Extra, DataError> {
        loop {
            let mut quotes = Writer::new(dir, levels);
            let of_files = self.read(&files, &mut quotes)?;
            // What no quote was taken of changes nothing in the store.
            match quotes.finish()? {
                Ok(extra) => {
                    self.tell(files.len(), files.len(), 1.0);
                    for (chain, of_file) in files.into_iter().zip(of_files) {
                        match why_unused(&chain.file, &of_file) {
                            Some(why) => self.refused.push(why),
                            None => self.taken.push(taken_of(&chain, &of_file)),
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
                            Some(reason) => self.refused.push(Refused::new(&file.file, reason)),
                            None => kept.push(file),
                        }
                    }
                    files = kept;
                }
            }
        }
    }

    fn read(
        &mut self,
        files: &[ChainFile],
        quotes: &mut Writer<'_>,
    ) -> Result<Vec<OfFile>, DataError> {
        let bytes: Vec<f64> = files
            .iter()
            .map(|chain| chain.place.bytes_on_disk())
            .collect();
        let all = bytes.iter().sum::<f64>().max(1.0) * (1.0 + STORING);
        let part = |read: f64, stored: f64| read * (1.0 + STORING * stored) / all;
        let mut read = 0.0;
        let mut of_files = Vec::new();
        for (number, chain) in files.iter().enumerate() {
            self.tell(number, files.len(), part(read, quotes.stored()));
            go_on(self.stop)?;
            quotes.begin(&chain.file, chain.reader.duplicates());
            if let Err(error) = chain.reader.read(&chain.file, &chain.place, quotes) {
                if matches!(error, DataError::Io { .. }) && !chain.place.path.exists() {
                    return Err(error);
                }
                quotes.refuse(number, error.reason());
            }
            of_files.push(quotes.end());
            read += bytes[number];
        }
        // The last file is done when what is held is written.
        let last = files.len().saturating_sub(1);
        self.tell(last, files.len(), part(read, quotes.stored()));
        Ok(of_files)
    }

    fn tell(&mut self, done: usize, total: usize, part: f64) {
        if total > 0 {
            (self.progress)(Progress {
                phase: "quotes",
                done,
                total,
                file: "",
                part,
            });
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
