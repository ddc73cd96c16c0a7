//! One message for the reader, one exit code for the script.

use std::path::Path;

/// Why a command ended early.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    /// A bug of ours, or of the machine.
    pub fn fault(message: impl Into<String>) -> Failure {
        Failure {
            code: 1,
            message: message.into(),
        }
    }

    /// The command line or a configuration is wrong.
    pub fn config(message: impl Into<String>) -> Failure {
        Failure {
            code: 2,
            message: message.into(),
        }
    }

    /// The data are wrong or missing.
    pub fn data(message: impl Into<String>) -> Failure {
        Failure {
            code: 3,
            message: message.into(),
        }
    }

    /// `verify` found a difference.
    pub fn difference(message: impl Into<String>) -> Failure {
        Failure {
            code: 4,
            message: message.into(),
        }
    }

    /// The user ended a long job.
    pub fn interrupted(message: impl Into<String>) -> Failure {
        Failure {
            code: 130,
            message: message.into(),
        }
    }

    /// Nobody reads the results any more (`alvh … | head`): an early end, and no fault.
    pub fn nobody_reads() -> Failure {
        Failure {
            code: 0,
            message: String::new(),
        }
    }

    /// A file that cannot be read or written.
    pub fn io<'a>(what: &'a str, path: &'a Path) -> impl FnOnce(std::io::Error) -> Failure + 'a {
        move |e| Failure::data(format!("cannot {what} {}: {e}", path.display()))
    }

    /// Text of the message, with a sign for whatever a terminal would obey: it may name a file. `None` where there is
    /// nothing to say.
    pub fn message(&self) -> Option<String> {
        (!self.message.is_empty()).then(|| report::terminal::plain(&self.message))
    }

    /// Exit code of the process.
    pub fn exit_code(&self) -> u8 {
        self.code
    }
}

impl From<data::DataError> for Failure {
    fn from(e: data::DataError) -> Failure {
        Failure::data(e.to_string())
    }
}

impl From<files::FileError> for Failure {
    fn from(e: files::FileError) -> Failure {
        Failure::data(e.to_string())
    }
}

impl From<tables::ReadError> for Failure {
    fn from(e: tables::ReadError) -> Failure {
        Failure::data(e.to_string())
    }
}

impl From<runfile::ConfigError> for Failure {
    fn from(e: runfile::ConfigError) -> Failure {
        Failure::config(e.to_string())
    }
}

impl From<sweep::store::StoreError> for Failure {
    fn from(e: sweep::store::StoreError) -> Failure {
        Failure::data(e.to_string())
    }
}

impl From<sweep::table::TableError> for Failure {
    fn from(e: sweep::table::TableError) -> Failure {
        Failure::data(e.to_string())
    }
}
