//! A run folder damaged by a seed: refused with a message, or read with a doubt, or read with every number as it was.
//!
//! `ALVH_DAMAGES` asks for more.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::fixture;

/// Damages tried.
const DAMAGES: u64 = 250;

/// SplitMix64 (Steele, Lea and Flood 2014).
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n.max(1) as u64) as usize
    }
}

/// Bytes, truncation, exchanged columns and lines, another digit, lines gone or doubled.
fn damaged(text: &str, dice: &mut Seeded) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
    let line = dice.below(lines.len());
    match dice.below(8) {
        0 => {
            let at = dice.below(bytes.len());
            bytes[at] ^= 1 << dice.below(7);
            return String::from_utf8_lossy(&bytes).into_owned();
        }
        1 => {
            bytes.truncate(dice.below(bytes.len()));
            return String::from_utf8_lossy(&bytes).into_owned();
        }
        2 => {
            let mut cells: Vec<&str> = lines[line].split(',').collect();
            let (one, other) = (dice.below(cells.len()), dice.below(cells.len()));
            cells.swap(one, other);
            lines[line] = cells.join(",");
        }
        3 => {
            for text in &mut lines {
                let mut cells: Vec<&str> = text.split(',').collect();
                if cells.len() > 2 {
                    cells.swap(1, 2);
                }
                *text = cells.join(",");
            }
        }
        4 => {
            let digits: Vec<usize> = (0..bytes.len())
                .filter(|at| bytes[*at].is_ascii_digit())
                .collect();
            if let Some(at) = digits.get(dice.below(digits.len())) {
                bytes[*at] = b'0' + (bytes[*at] - b'0' + 1 + dice.below(9) as u8) % 10;
            }
            return String::from_utf8_lossy(&bytes).into_owned();
        }
        5 => drop(lines.remove(line)),
        6 => lines.insert(line, lines[line].clone()),
        _ => {
            let words = [
                "NaN",
                "inf",
                "-1e308",
                "9999999999999999999999",
                "",
                "\u{0}",
                "\"",
                "2022-13-45",
            ];
            let mut cells: Vec<&str> = lines[line].split(',').collect();
            let at = dice.below(cells.len());
            cells[at] = words[dice.below(words.len())];
            lines[line] = cells.join(",");
        }
    }
    lines.join("\n") + "\n"
}

#[test]
fn no_number_changes_without_a_word() {
    let good = fixture::standard().with_hashes();
    let run = good.run();
    assert!(run.doubts.is_empty(), "{:?}", run.doubts);
    let numbers = |run: &report::RunFolder| format!("{:?} {:?}", run.summary, run.curves);
    let whole = numbers(&run);
    let names: Vec<&String> = good.files.keys().collect();
    let asked = std::env::var("ALVH_DAMAGES")
        .ok()
        .and_then(|n| n.parse().ok());
    let (mut refused, mut doubted, mut same) = (0, 0, 0);
    for seed in 0..asked.unwrap_or(DAMAGES) {
        let mut dice = Seeded(seed);
        let mut changed = good.clone();
        let place = dice.below(names.len() + 1);
        let what = match names.get(place) {
            Some(name) => {
                let text = damaged(&good.files[*name], &mut dice);
                changed = changed.edit(name, |_| text.clone());
                name.as_str()
            }
            None => {
                let text = serde_json::to_string_pretty(&good.manifest).expect("JSON");
                match serde_json::from_str(&damaged(&text, &mut dice)) {
                    Ok(manifest) => changed.manifest = manifest,
                    Err(_) => continue,
                }
                "manifest.json"
            }
        };
        let read = catch_unwind(AssertUnwindSafe(|| changed.read()));
        match read.unwrap_or_else(|_| panic!("seed {seed} of {what} panics")) {
            Err(error) => {
                assert!(!error.to_string().is_empty(), "seed {seed} of {what}");
                refused += 1;
            }
            Ok(run) if !run.doubts.is_empty() => doubted += 1,
            Ok(run) => {
                assert!(
                    numbers(&run) == whole,
                    "seed {seed}: a number of {what} changed without a word"
                );
                same += 1;
            }
        }
    }
    eprintln!("{refused} refused, {doubted} read with a doubt, {same} read as they were");
    assert!(
        refused > 100 && doubted > 100,
        "{refused} refused, {doubted} doubted"
    );
}
