//! From files with option quotes to the store.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use super::store::Writer;
use crate::DataError;
use crate::import::go_on;
use crate::publishers::option_chains::ChainReader;
use crate::report::Taken;
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

/// Reads the files and writes their quotes into the unfinished dataset folder.
pub(crate) fn write_chains(
    dir: &Path,
    files: &[ChainFile],
    taken: &mut Vec<Taken>,
    stop: &AtomicBool,
) -> Result<Extra, DataError> {
    let mut quotes = Writer::new(dir);
    for ChainFile {
        file,
        place,
        reader,
    } in files
    {
        go_on(stop)?;
        quotes.begin(file);
        reader.read(file, place, &mut quotes)?;
        let (values, first, last) = quotes.written_of_file();
        taken.push(Taken {
            file: file.clone(),
            publisher: reader.publisher().into(),
            holds: "option quotes".into(),
            series: vec!["chains".into()],
            values,
            first,
            last,
        });
    }
    quotes.finish()
}
