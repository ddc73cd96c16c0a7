//! The files of the folder as links beside the page.

use std::collections::BTreeMap;

use crate::document::{Block, Download};

/// What the tables hold; a file that is not here is linked without a word.
const KNOWN: [(&str, &str); 31] = [
    ("summary", "the headline numbers of every arm and window"),
    ("equity", "every account, session by session"),
    ("trades", "every package: opened, closed, why, P&L"),
    ("legs", "every leg of every package"),
    ("decisions", "what was decided at every close, and why"),
    ("layers", "premium, salvage and P&L of every hedge layer"),
    ("other_condors", "the headline over other condors"),
    ("controls", "fewer condors, and random dates"),
    ("claims", "claims with measured values and intervals"),
    ("bands", "the headline under a shifted price model"),
    ("worlds", "the headline in worlds of the model's error"),
    ("slippage", "the headline at other slippages"),
    ("attribution", "P&L by layer, reason, leg and greek"),
    ("greeks", "greeks of every book, session by session"),
    ("measures", "betas, rates of return and other numbers"),
    ("signals", "every signal, session by session"),
    ("market", "S&P 500, VIX and the front future"),
    ("sources", "where prices came from, counted"),
    ("findings", "what the dataset's checks found"),
    ("break_evens", "where the open condors begin to lose"),
    (
        "log_trades",
        "the trades of the log, used or left out, and why",
    ),
    (
        "log_marks",
        "what the log's trades were worth, session by session",
    ),
    ("config", "the resolved configuration, every key"),
    ("journal", "the append-only record of events"),
    ("cells", "every cell, its parameters and its result"),
    ("inference", "how much of the best is luck"),
    ("answers", "every hedge over all years"),
    ("years", "every hedge year by year"),
    ("books", "every hedge, book, weekday and window"),
    ("frontier", "every hedge over its budgets, and its controls"),
    ("crashes", "named falls, layer by layer"),
];

/// One entry per table of the manifest, in the order above, then the others.
pub fn downloads<'a>(files: impl Iterator<Item = &'a String>) -> Option<Block> {
    let mut groups: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for file in files.filter(|file| is_plain(file)) {
        let (name, _) = file.rsplit_once('.').unwrap_or((file, ""));
        groups.entry(name).or_default().push(file.clone());
    }
    let rank = |name: &str| {
        KNOWN
            .iter()
            .position(|(known, _)| *known == name)
            .unwrap_or(KNOWN.len())
    };
    let mut entries: Vec<Download> = groups
        .into_iter()
        .map(|(name, files)| Download {
            name: name.to_owned(),
            what: KNOWN
                .iter()
                .find(|(known, _)| *known == name)
                .map_or("", |(_, what)| what),
            files,
        })
        .collect();
    entries.sort_by_key(|entry| rank(&entry.name));
    (!entries.is_empty()).then_some(Block::Downloads(entries))
}

/// A name that is a file beside the page and nothing else: a manifest may hold any text.
fn is_plain(file: &str) -> bool {
    file.bytes()
        .all(|b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
        && !file.starts_with('.')
        && !file.contains("..")
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_a_file_beside_the_page_is_linked() {
        assert!(super::is_plain("summary.csv") && super::is_plain("a-b_2.parquet"));
        for name in [
            "../x",
            "javascript:x",
            "a/b",
            ".x",
            "a..b",
            "http://x",
            "a b",
        ] {
            assert!(!super::is_plain(name), "{name}");
        }
    }
}
