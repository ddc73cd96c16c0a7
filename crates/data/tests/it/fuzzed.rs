//! Every importer's own fixture with bytes changed by chance: refused by name, or values that a dataset may hold.
//!
//! Seeded, and bounded by default; `ALVH_FUZZ` says how many changes of each file are tried.

use dice::Dice;

use crate::Inbox;
use crate::fixtures::{Fixture, stems};

/// Changes of each fixture's file.
const EACH: u64 = 6;

/// What stands in files that parsers fall over.
const PIECES: [&str; 20] = [
    ",",
    ";",
    "\t",
    "\"",
    "\n",
    "\r\n",
    "-",
    "e999",
    "9999999999999999999",
    "NaN",
    "inf",
    "0",
    "-1",
    "\u{feff}",
    "\0",
    "é",
    "=1+1",
    "1970-01-01",
    "9999-12-31",
    "[",
];

fn changed(good: &str, seed: u64) -> Vec<u8> {
    let mut dice = Dice(seed);
    let mut bytes = good.as_bytes().to_vec();
    for _ in 0..1 + dice.below(4) {
        if bytes.is_empty() {
            break;
        }
        let at = dice.below(bytes.len());
        let some = (1 + dice.below(30)).min(bytes.len() - at);
        let piece = PIECES[dice.below(PIECES.len())].bytes();
        match dice.below(8) {
            0 => bytes[at] = dice.next() as u8,
            1 => bytes[at] ^= 1 << dice.below(8),
            2 => bytes.truncate(at),
            3 => drop(bytes.drain(at..at + some)),
            4 => drop(bytes.splice(at..at, bytes[at..at + some].to_vec())),
            5 => drop(bytes.splice(at..at + some, piece)),
            6 => drop(bytes.splice(at..at, piece)),
            _ => bytes[at] = b'0' + dice.below(10) as u8,
        }
    }
    bytes
}

#[test]
fn a_changed_file_is_refused_by_name_or_holds_what_a_dataset_may() {
    let each = std::env::var("ALVH_FUZZ")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(EACH);
    let (mut tried, mut taken) = (0, 0);
    for name in stems("tests/fixtures") {
        let fixture = Fixture::read(&name);
        for seed in 0..each {
            let which = seed as usize % fixture.good.len();
            let mut inbox = Inbox::core("fuzzed");
            for (file, text) in &fixture.good {
                inbox = inbox.file(file, text);
            }
            let (file, text) = &fixture.good[which];
            let bytes = changed(text, seed * 1_000 + name.len() as u64);
            std::fs::write(inbox.from().join(file), &bytes).expect("a file");
            let again = || format!("{name}, seed {seed}: {}", String::from_utf8_lossy(&bytes));
            tried += 1;
            let report = match inbox.try_import() {
                Ok(report) => report,
                // The file changed into a part of the core, say, and the core does not go without.
                Err(error) => {
                    assert!(!error.to_string().is_empty(), "{}", again());
                    continue;
                }
            };
            taken += usize::from(report.taken.iter().any(|one| one.file == *file));
            for refused in &report.refused {
                assert!(!refused.reason.is_empty(), "{}", again());
            }
            let found = inbox.load().observations;
            let finite = found
                .daily
                .values()
                .all(|series| series.values.iter().flatten().all(|v| v.is_finite()));
            let vx = found.vx.iter().all(|row| row.settle.is_finite());
            let slow = found
                .slow
                .values()
                .flatten()
                .all(|release| release.value.is_finite());
            assert!(finite && vx && slow, "{}", again());
        }
    }
    eprintln!("{tried} changed files, {taken} taken");
    assert!(taken > 0 && taken < tried, "{taken} of {tried}");
}
