//! Every text that ships, damaged by a seed: refused with a message, or read as something that checks and prints. Never a
//! panic, never a number that is not finite.
//!
//! `ALVH_FUZZ` asks for more texts of each kind.

use std::panic::{AssertUnwindSafe, catch_unwind};

use runfile::ConfigError;
use runfile::config::Assembly;
use runfile::constraint::Constraint;
use runfile::door;
use runfile::study_file::StudyFile;
use runfile::sweep_file::SweepFile;

use crate::shipped::{assemble, texts};

/// SplitMix64 (Steele, Lea and Flood 2014).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n.max(1) as u64) as usize
    }
}

/// Words that have broken parsers before.
const WORDS: &[&str] = &[
    "nan",
    "inf",
    "-inf",
    "1e999",
    "-0.0",
    "9223372036854775808",
    "-1",
    "0",
    "1e308",
    "\"\"",
    "[]",
    "{}",
    "[[",
    "]]",
    "true",
    "1979-05-27T07:32:00Z",
    "\u{0}",
    "\u{feff}",
    "\u{202e}",
    "\\u0000",
    "'''",
    "\"\"\"",
    "=",
    ".",
    "#",
    "\r",
    "\n\n",
    "\t",
    "series:x",
    "extends = \"replay\"\n",
    "[policies]\n",
    "[claims.rows]\n",
    "windows = []\n",
];

fn damage(text: &str, dice: &mut Dice) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len());
        let end = (at + dice.below(30)).min(bytes.len());
        match dice.below(8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            1 => drop(bytes.drain(at..end)),
            2 => bytes.truncate(at),
            3 => {
                let piece = bytes[at..end].to_vec();
                let to = dice.below(bytes.len());
                bytes.splice(to..to, piece);
            }
            4 => {
                // Another value for a key.
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let lines: Vec<&str> = text.split('\n').collect();
                let line = dice.below(lines.len());
                let changed = lines[line]
                    .split_once('=')
                    .map(|(key, _)| format!("{key}= {}", WORDS[dice.below(WORDS.len())]));
                let all: Vec<String> = lines
                    .iter()
                    .enumerate()
                    .map(|(n, l)| match (&changed, n == line) {
                        (Some(changed), true) => changed.clone(),
                        _ => l.to_string(),
                    })
                    .collect();
                bytes = all.join("\n").into_bytes();
            }
            5 => {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let mut lines: Vec<&str> = text.split('\n').collect();
                let (one, other) = (dice.below(lines.len()), dice.below(lines.len()));
                lines.swap(one, other);
                bytes = lines.join("\n").into_bytes();
            }
            _ => {
                let word = WORDS[dice.below(WORDS.len())].bytes();
                bytes.splice(at..at, word);
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Damages texts and reads them; returns how many were refused and how many still read.
fn executions(
    name: &str,
    corpus: &[(String, String)],
    texts: u64,
    read: impl Fn(&str) -> Result<(), ConfigError>,
) -> (u64, u64) {
    let asked = std::env::var("ALVH_FUZZ").ok().and_then(|n| n.parse().ok());
    let (mut refused, mut good) = (0, 0);
    for seed in 0..asked.unwrap_or(texts) {
        let mut dice = Dice(seed);
        let (file, text) = &corpus[dice.below(corpus.len())];
        let damaged = damage(text, &mut dice);
        let said = catch_unwind(AssertUnwindSafe(|| read(&damaged)));
        match said.unwrap_or_else(|_| panic!("{name}: seed {seed} of {file} panics:\n{damaged}")) {
            Ok(()) => good += 1,
            Err(error) => {
                assert!(
                    !error.to_string().trim().is_empty(),
                    "{name}: seed {seed} says nothing"
                );
                refused += 1;
            }
        }
    }
    eprintln!(
        "{name}: {} executions, {refused} refused, {good} read",
        refused + good
    );
    assert!(
        refused > 0 && good > 0,
        "{name}: {refused} refused, {good} read"
    );
    (refused, good)
}

fn is_finite(stored: &str) {
    door::table("stored", stored)
        .expect("what was read can be read again, and every number is finite");
}

#[test]
fn runs() {
    executions("runs", &texts("runs"), 200, |text| {
        let config = assemble(text)?;
        is_finite(&config.to_toml());
        Ok(())
    });
}

#[test]
fn policies() {
    executions("policies", &texts("policies"), 1500, |text| {
        let is_hedge = text.contains("budget_fraction_of_credit");
        let wrong = |error: runfile::KeyError| ConfigError(error.to_string());
        let printed = match is_hedge {
            true => {
                let hedge: policy::hedge::Hedge = door::read("policy.toml", text)?;
                hedge.check().map_err(wrong)?;
                toml::to_string(&hedge)
            }
            false => {
                let condor: policy::condor::Condor = door::read("policy.toml", text)?;
                condor.check().map_err(wrong)?;
                toml::to_string(&condor)
            }
        };
        is_finite(&printed.expect("plain data"));
        Ok(())
    });
}

#[test]
fn sweeps_and_studies() {
    executions("sweeps", &texts("sweeps"), 800, |text| {
        let file = SweepFile::parse("sweep.toml", text)?;
        for (place, axis) in file.axes.iter().enumerate() {
            let at = format!("axes[{place}]");
            runfile::axis::Axis::new(axis, &at).map_err(|e| ConfigError(e.to_string()))?;
        }
        Ok(())
    });
    executions("studies", &texts("studies"), 600, |text| {
        StudyFile::parse("study.toml", text).map(|_| ())
    });
}

#[test]
fn settings() {
    let (name, text) = texts("runs").remove(0);
    let (assembly, _) = Assembly::new(&name, &text).expect("a run");
    let keys: Vec<(String, String)> = [
        "execution.half_spread_fraction=0.5",
        "windows.0.first=\"2022-01-03\"",
        "claims.rows={}",
        "stand_ins.skew=135",
        "model.dated_events={}",
        "bands.atm_shift=[0.1,0.2]",
    ]
    .map(|key| (key.to_string(), key.to_string()))
    .to_vec();
    executions("--set", &keys, 1500, |setting| {
        assembly.clone().set(setting)
    });
}

#[test]
fn constraints() {
    let axes = ["a", "b", "c"].map(|name| {
        let text = format!("name = \"{name}\"\nkey = \"x.{name}\"\nvalues = [1, 2]");
        runfile::axis::Axis::new(&toml::from_str(&text).expect("an axis"), "axes").expect("an axis")
    });
    let corpus: Vec<(String, String)> = ["a < b", "a <= b < c", "a + 0.5 < b", "a != c", "a < 3"]
        .map(|text| (text.to_string(), text.to_string()))
        .to_vec();
    executions("constraints", &corpus, 3000, |text| {
        Constraint::parse(text, &axes)
            .map(|_| ())
            .map_err(|e| ConfigError(e.to_string()))
    });
}
