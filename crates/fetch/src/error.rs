//! What can go wrong with a folder of fetched files, and with what was asked for.

use std::path::PathBuf;

/// Why nothing was fetched. A file that cannot be had is no error but an outcome.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The file system said no.
    #[error(transparent)]
    File(#[from] files::FileError),
    /// Another process fetches into the same folder, or it cannot be claimed.
    #[error(transparent)]
    Claim(#[from] files::ClaimError),
    /// `fetch.json` is something else.
    #[error(
        "{} is no list of fetched files ({source}); remove it to fetch everything again",
        path.display()
    )]
    State {
        /// Its place.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// What is wrong with a base address.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// There is no `=`.
    #[error("--base {setting}: expected publisher=URL; publishers: {publishers}")]
    NoUrl {
        /// As it was given.
        setting: String,
        /// All there are.
        publishers: String,
    },
    /// Nobody has this name.
    #[error("--base {setting}: no publisher {name:?}; there are {publishers}")]
    NoPublisher {
        /// As it was given.
        setting: String,
        /// Its publisher.
        name: String,
        /// All there are.
        publishers: String,
    },
    /// Something else than `http` or `https`.
    #[error("--base {setting}: {url:?} must begin with http:// or https://")]
    Scheme {
        /// As it was given.
        setting: String,
        /// Its address.
        url: String,
    },
}

/// Why an answer is not the file it should be.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// Bytes that are no text.
    #[error("expected a csv file that begins with {expected}, found bytes that are no text")]
    NoText {
        /// Header in words.
        expected: &'static str,
    },
    /// Another beginning.
    #[error("expected a csv file that begins with {expected}, found {found:?}")]
    Header {
        /// Header in words.
        expected: &'static str,
        /// The beginning of the first line.
        found: String,
    },
    /// A header and nothing else.
    #[error("the file has the header {header:?} and no row")]
    NoRow {
        /// The header.
        header: String,
    },
}
