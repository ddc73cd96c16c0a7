//! What is varied: an axis is a list of levels, each the values of one key or of several keys that move together.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::Value;

use crate::{AxisFault, SpecError};

/// Most levels of one axis.
pub(crate) const MOST_LEVELS: usize = 10_000;
/// Keys that begin so vary the day a window starts on.
const PHASE: &str = "phase.";
/// Keys that end so vary the weekday condors are rolled on.
const ROLL: &str = ".entry.weekday";
/// Keys that begin so vary the price model, whose own error is a band of every result.
const MODEL: &str = "model.";
/// The key of slippage, the other band of every result.
const SLIPPAGE: &str = "execution.half_spread_fraction";

/// An axis as its file says it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AxisSpec {
    /// Name in constraints and tables; the key where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Dotted key of the run that is set. Either this or `keys`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Keys that move together. A level is one value for all of them, or a list with one value for each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    /// The levels. Either these or a range.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "any_list")]
    pub values: Vec<Value>,
    /// Levels from one number to another, both included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<RangeSpec>,
}

/// Schema of a list of anything: what a level may be depends on the key it is for.
fn any_list(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": "array" })
}

/// Evenly spaced numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RangeSpec {
    /// First number.
    pub from: f64,
    /// Last number; reached if a whole number of steps leads there.
    pub to: f64,
    /// Distance (above zero).
    pub step: f64,
}

/// What an axis is to the statistics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A parameter somebody chooses.
    Parameter,
    /// The day a run happens to start on: nobody chooses it, results are averaged over it.
    Phase,
    /// The price model or the fills: nobody chooses it, results are spread by it.
    Error,
}

/// A checked axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Name in constraints and tables.
    pub name: String,
    /// What it is to the statistics.
    pub role: Role,
    /// Per level the settings `(key, value)` it makes.
    pub levels: Vec<Vec<(String, Value)>>,
    /// Per level its text in a table.
    pub texts: Vec<String>,
    /// Per level its number, where it is one.
    pub numbers: Vec<Option<f64>>,
}

impl Axis {
    /// Checks an axis; `at` names it in messages.
    ///
    /// # Errors
    /// Where it has no key, no level, too many of them, or a level does not fit its keys.
    pub fn new(spec: &AxisSpec, at: &str) -> Result<Axis, SpecError> {
        let wrong = |fault: AxisFault| SpecError::Axis {
            at: at.to_string(),
            fault,
        };
        let keys = match (&spec.key, spec.keys.as_slice()) {
            (Some(key), []) => vec![key.clone()],
            (None, [_, ..]) => spec.keys.clone(),
            _ => return Err(wrong(AxisFault::Keys)),
        };
        let values = match (spec.values.as_slice(), spec.range) {
            ([_, ..], None) => spec.values.clone(),
            ([], Some(range)) => range.values().map_err(wrong)?,
            _ => return Err(wrong(AxisFault::Levels)),
        };
        if values.len() > MOST_LEVELS {
            return Err(wrong(AxisFault::TooMany(values.len())));
        }
        let name = spec.name.clone().unwrap_or_else(|| keys[0].clone());
        if name.is_empty()
            || !name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
        {
            return Err(wrong(AxisFault::Name(name)));
        }
        let levels = values.iter().map(|value| settings(&keys, value)).collect();
        let texts: Vec<String> = values.iter().map(text).collect();
        let numbers: Vec<Option<f64>> = values.iter().map(number).collect();
        if let Some((first, second)) = told_twice(&texts, &numbers) {
            return Err(wrong(AxisFault::Twice {
                first,
                second,
                text: texts[second].clone(),
            }));
        }
        Ok(Axis {
            name,
            role: role(&keys),
            levels,
            texts,
            numbers,
        })
    }

    /// Number of levels.
    pub fn len(&self) -> usize {
        self.levels.len()
    }

    /// Whether there is no level; a checked axis has one.
    pub fn is_empty(&self) -> bool {
        self.levels.is_empty()
    }
}

/// The first two levels with one text, if there are any.
fn told_twice(texts: &[String], numbers: &[Option<f64>]) -> Option<(usize, usize)> {
    // Rising numbers differ, and so do their texts: most axes are looked at no further.
    if numbers.iter().all(Option::is_some) && numbers.is_sorted_by(|a, b| a < b) {
        return None;
    }
    let mut known = BTreeMap::new();
    let mut places = texts.iter().enumerate();
    places.find_map(|(place, text)| known.insert(text, place).map(|first| (first, place)))
}

fn role(keys: &[String]) -> Role {
    if keys
        .iter()
        .all(|key| key.starts_with(PHASE) || key.ends_with(ROLL))
    {
        Role::Phase
    } else if keys
        .iter()
        .all(|key| key.starts_with(MODEL) || key == SLIPPAGE)
    {
        Role::Error
    } else {
        Role::Parameter
    }
}

fn settings(keys: &[String], value: &Value) -> Vec<(String, Value)> {
    match value {
        Value::Array(each) if keys.len() > 1 && each.len() == keys.len() => {
            keys.iter().cloned().zip(each.iter().cloned()).collect()
        }
        _ => keys
            .iter()
            .map(|key| (key.clone(), value.clone()))
            .collect(),
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Integer(n) => Some(*n as f64),
        Value::Float(x) => Some(*x),
        _ => None,
    }
}

/// A level in a table: text without quotes, lists with strokes between.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(each) => each.iter().map(text).collect::<Vec<_>>().join("/"),
        Value::Float(x) => format!("{x}"),
        other => other
            .to_string()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
    }
}

impl RangeSpec {
    fn values(&self) -> Result<Vec<Value>, AxisFault> {
        let finite = self.from.is_finite() && self.to.is_finite() && self.step.is_finite();
        if !finite || self.step <= 0.0 || self.to < self.from {
            return Err(AxisFault::Range {
                from: self.from,
                to: self.to,
                step: self.step,
            });
        }
        // A share of a step forgives the rounding of steps that are no binary fraction.
        let steps = ((self.to - self.from) / self.step + 1e-9).floor();
        if steps >= MOST_LEVELS as f64 {
            return Err(AxisFault::RangeTooLong);
        }
        // Rounded to twelve decimals, so that 0.1 + 2 * 0.1 is written 0.3.
        let at = |step: usize| ((self.from + step as f64 * self.step) * 1e12).round() / 1e12;
        Ok((0..=steps as usize)
            .map(|step| Value::Float(at(step)))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(text: &str) -> Result<Axis, SpecError> {
        Axis::new(&toml::from_str(text).unwrap(), "axes[0]")
    }

    #[test]
    fn a_range_holds_both_ends() {
        let axis = axis("key = \"a.b\"\nrange = { from = 0.1, to = 0.3, step = 0.1 }").unwrap();
        assert_eq!(axis.texts, ["0.1", "0.2", "0.3"]);
        assert_eq!((axis.name.as_str(), axis.role), ("a.b", Role::Parameter));
    }

    #[test]
    fn linked_keys_take_one_value_or_one_each() {
        let shared =
            axis("name = \"low\"\nkeys = [\"x.to\", \"y.from\"]\nvalues = [14, 15]").unwrap();
        assert_eq!(
            shared.levels[1],
            [
                ("x.to".into(), Value::Integer(15)),
                ("y.from".into(), Value::Integer(15))
            ]
        );
        let each = axis("name = \"w\"\nkeys = [\"x\", \"y\"]\nvalues = [[0.4, 0.6]]").unwrap();
        assert_eq!(
            each.levels[0],
            [
                ("x".into(), Value::Float(0.4)),
                ("y".into(), Value::Float(0.6))
            ]
        );
        assert_eq!(each.texts, ["0.4/0.6"]);
    }

    #[test]
    fn roles_follow_from_the_keys() {
        assert_eq!(
            axis("key = \"phase.start_sessions\"\nvalues = [0, 1]")
                .unwrap()
                .role,
            Role::Phase
        );
        assert_eq!(
            axis("key = \"model.atm_shift\"\nvalues = [0.0]")
                .unwrap()
                .role,
            Role::Error
        );
        assert_eq!(
            axis("key = \"execution.half_spread_fraction\"\nvalues = [0.0]")
                .unwrap()
                .role,
            Role::Error
        );
    }

    #[test]
    fn mistakes_are_named() {
        let said = |text: &str| axis(text).unwrap_err().to_string();
        assert!(said("values = [1]").contains("exactly one of `key` and `keys`"));
        assert!(said("key = \"a\"").contains("exactly one of `values`"));
        assert!(said("key = \"a\"\nvalues = [1, 2, 1]").contains("levels 0 and 2 are both 1"));
        assert!(said("key = \"a\"\nrange = { from = 1, to = 0, step = 1 }").contains("from <= to"));
        assert!(said("key = \"a\"\nname = \"a b\"\nvalues = [1]").contains("may hold only"));
    }

    #[test]
    fn levels_with_one_text_are_named_whatever_they_are() {
        let twice = |values: &str| match axis(&format!("key = \"a\"\nvalues = [{values}]")) {
            Err(SpecError::Axis {
                fault:
                    AxisFault::Twice {
                        first,
                        second,
                        text,
                    },
                ..
            }) => Some((first, second, text)),
            Err(other) => panic!("{other}"),
            Ok(_) => None,
        };
        let at = |first, second, text: &str| Some((first, second, text.to_string()));
        assert_eq!(twice("1, 2, 3"), None);
        assert_eq!(twice("0.1, 0.2, 0.30000000000000004, 0.3"), None);
        assert_eq!(twice("1, 2, 1"), at(0, 2, "1"));
        assert_eq!(twice("0.5, 0.5"), at(0, 1, "0.5"));
        assert_eq!(twice("1, 1.0"), at(0, 1, "1"));
        assert_eq!(twice("\"x\", 1, \"x\""), at(0, 2, "x"));
    }
}
