//! What `--part` says, of sweeps and of studies.

use std::path::Path;

use serde_json::json;

use crate::args::Common;
use crate::error::Failure;
use crate::out::{JSON_SCHEMA, outln};
use crate::parts::Part;

/// Says where a part is. `counts` are further keys of `--json`; `is_known` where it was there before.
pub fn say(
    folder: &Path,
    part: Part,
    is_known: bool,
    counts: &[(&str, Option<usize>)],
    common: &Common,
) -> Result<(), Failure> {
    if common.json {
        let mut told = json!({
            "schema": JSON_SCHEMA,
            "folder": folder,
            "part": part.index,
            "of": part.of,
            "known": is_known,
        });
        for (key, count) in counts {
            told[*key] = json!(count);
        }
        return outln!("{told}");
    }
    let known = if is_known { ", there already" } else { "" };
    outln!("part     {}{known}", folder.display())
}
