//! Sweeps whose axes put plain numbers into policies and vary nothing else: a cell is the run with these numbers, without
//! anything read, and its key is that of a text with the numbers written into it.

use std::collections::BTreeMap;

use policy::hedge::Hedge;
use policy::hedge_number::HedgeNumber;
use runfile::axis::Axis;
use runfile::space::Points;
use toml::Value;

use super::{START, start_of};
use crate::cell::{Cell, Common, policy_bytes};
use crate::store::{Key, key};

/// What every level of every axis puts where.
#[derive(Clone, Debug)]
pub(super) struct Numbers {
    policies: Vec<Numbered>,
    /// Per axis and level.
    levels: Vec<Vec<Vec<Put>>>,
}

/// A policy of which numbers are varied.
#[derive(Clone, Debug)]
struct Numbered {
    name: String,
    hedge: Hedge,
    numbers: Vec<HedgeNumber>,
    /// What the policy is found by, cut where its numbers stand.
    pieces: Vec<Vec<u8>>,
    /// Which number stands after each piece but the last.
    order: Vec<usize>,
}

/// What a level of an axis decides.
#[derive(Clone, Debug)]
enum Put {
    /// How many sessions later than its windows a cell starts.
    Start(usize),
    /// A number of a policy, by their places, with its text.
    Number {
        policy: usize,
        number: usize,
        value: f64,
        text: Vec<u8>,
    },
}

impl Numbers {
    /// `None` where an axis varies anything else. The run before anything is varied has passed its checks.
    pub fn new(common: &Common, axes: &[Axis]) -> Option<Numbers> {
        let mut found = Numbers {
            policies: Vec::new(),
            levels: Vec::new(),
        };
        for axis in axes {
            let levels = axis.levels.iter().map(|level| {
                let puts = level.iter().map(|setting| found.put(common, setting));
                puts.collect::<Option<Vec<Put>>>()
            });
            let levels = levels.collect::<Option<Vec<_>>>()?;
            found.levels.push(levels);
        }
        let cut = found.policies.iter_mut().map(Numbered::cut);
        cut.collect::<Option<()>>()?;
        Some(found)
    }

    fn put(&mut self, common: &Common, (key, value): &(String, Value)) -> Option<Put> {
        if key == START {
            return start_of(value).map(Put::Start);
        }
        let (name, number, value) = number_of(key, value)?;
        let known = self.policies.iter().position(|policy| policy.name == name);
        let policy = match known {
            Some(place) => place,
            None => {
                self.policies.push(Numbered {
                    name: name.to_string(),
                    hedge: common.config().policies.get(name)?.clone(),
                    numbers: Vec::new(),
                    pieces: Vec::new(),
                    order: Vec::new(),
                });
                self.policies.len() - 1
            }
        };
        let numbers = &mut self.policies[policy].numbers;
        let known = numbers.iter().position(|other| *other == number);
        Some(Put::Number {
            policy,
            number: known.unwrap_or_else(|| {
                numbers.push(number);
                numbers.len() - 1
            }),
            value,
            text: text_of(value),
        })
    }

    /// The cell of a point with its [`Cell::trial`]; `None` where a policy fails its checks.
    pub fn cell(&self, common: &Common, points: &Points, number: usize) -> Option<(Cell, Key)> {
        let mut start_sessions = 0;
        let mut put: Vec<Vec<(f64, &[u8])>> = (self.policies.iter())
            .map(|policy| vec![(0.0, &[][..]); policy.numbers.len()])
            .collect();
        for (levels, level) in self.levels.iter().zip(points.get(number)) {
            for one in &levels[usize::from(level)] {
                match one {
                    Put::Start(sessions) => start_sessions = *sessions,
                    Put::Number {
                        policy,
                        number,
                        value,
                        text,
                    } => put[*policy][*number] = (*value, text.as_slice()),
                }
            }
        }
        let mut varied = BTreeMap::new();
        let mut keys = BTreeMap::new();
        for (policy, put) in self.policies.iter().zip(&put) {
            varied.insert(policy.name.clone(), policy.with(put)?);
            keys.insert(policy.name.as_str(), key(&[&policy.bytes(put)]));
        }
        let cell = Cell::beside(common, varied, start_sessions);
        let trial = cell.trial_beside(common, &keys);
        Some((cell, trial))
    }
}

/// The cell of a level of an axis alone, where it puts plain numbers into policies; `None` where it varies anything else, or
/// a policy fails its checks. The run before has passed its own.
pub(super) fn alone(common: &Common, level: &[(String, Value)]) -> Option<Cell> {
    let mut start_sessions = 0;
    let mut varied: BTreeMap<String, Hedge> = BTreeMap::new();
    for (key, value) in level {
        if key == START {
            start_sessions = start_of(value)?;
            continue;
        }
        let (name, number, value) = number_of(key, value)?;
        if !varied.contains_key(name) {
            let hedge = common.config().policies.get(name)?.clone();
            varied.insert(name.to_string(), hedge);
        }
        varied.get_mut(name)?.set_number(number, value)?;
    }
    let are_sound = varied.values().all(|hedge| hedge.check().is_ok());
    are_sound.then(|| Cell::beside(common, varied, start_sessions))
}

/// Of which policy a setting varies which plain number, and what it is then.
fn number_of<'k>(key: &'k str, value: &Value) -> Option<(&'k str, HedgeNumber, f64)> {
    let (name, keys) = key.strip_prefix("policies.")?.split_once('.')?;
    let value = match value {
        Value::Float(number) => *number,
        Value::Integer(number) => *number as f64,
        _ => return None,
    };
    Some((name, HedgeNumber::at(keys)?, value))
}

impl Numbered {
    /// Finds where the numbers stand in what the policy is found by.
    fn cut(&mut self) -> Option<()> {
        // Numbers that no policy holds, each with a text of its own.
        let marks: Vec<f64> = (0..self.numbers.len())
            .map(|place| 8_765_432_109.125 + place as f64)
            .collect();
        let mut marked = self.hedge.clone();
        for (number, mark) in self.numbers.iter().zip(&marks) {
            marked.set_number(*number, *mark)?;
        }
        let bytes = policy_bytes(&marked);
        let mut found = Vec::with_capacity(marks.len());
        for (place, mark) in marks.iter().enumerate() {
            let text = text_of(*mark);
            let windows = bytes.windows(text.len()).enumerate();
            let mut places = windows.filter(|(_, window)| *window == text);
            let (start, _) = places.next()?;
            if places.next().is_some() {
                return None;
            }
            found.push((start, start + text.len(), place));
        }
        found.sort_unstable();
        let mut from = 0;
        for (start, end, place) in found {
            self.pieces.push(bytes[from..start].to_vec());
            self.order.push(place);
            from = end;
        }
        self.pieces.push(bytes[from..].to_vec());
        Some(())
    }

    /// The policy with these numbers; `None` where it fails its checks.
    fn with(&self, put: &[(f64, &[u8])]) -> Option<Hedge> {
        let mut hedge = self.hedge.clone();
        for (number, (value, _)) in self.numbers.iter().zip(put) {
            hedge.set_number(*number, *value)?;
        }
        hedge.check().ok()?;
        Some(hedge)
    }

    /// What the policy with these numbers is found by.
    fn bytes(&self, put: &[(f64, &[u8])]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.pieces.iter().map(Vec::len).sum::<usize>() + 256);
        for (place, piece) in self.pieces.iter().enumerate() {
            bytes.extend_from_slice(piece);
            if let Some(number) = self.order.get(place) {
                bytes.extend_from_slice(put[*number].1);
            }
        }
        bytes
    }
}

/// A number as it stands in what a policy is found by.
fn text_of(value: f64) -> Vec<u8> {
    serde_json::to_vec(&value).expect("a number is plain data")
}
