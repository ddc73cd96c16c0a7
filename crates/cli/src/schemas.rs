//! Versions of what other programs read.

/// Version of the folder's layout.
pub const FOLDER_SCHEMA: u32 = 1;

/// Version of what `--json` prints.
pub const JSON_SCHEMA: u32 = 2;
