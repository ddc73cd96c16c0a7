//! How much of the hedge signals call for, on top of the tier.
//!
//! The tier sets the most, signals decide whether (docs/claims.md, row T3). In this order:
//! `tier x sum of the steps that hold`, then each `raise`, then `scale` and the decay into expiry, then each `cap`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signals::key_error::{KeyError, within};

/// A part of the hedge that a trigger switches on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The trigger.
    pub when: String,
    /// Weight it adds, of the tier's.
    pub add: f64,
}

/// A bound on the weight while a trigger holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bound {
    /// The trigger.
    pub when: String,
    /// The bound, in [0, 1].
    pub weight: f64,
}

/// A factor of the weight that depends on a signal: linear between the points, constant beyond them. Without a value of
/// the signal nothing is bought.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// The signal.
    pub signal: String,
    /// `[value, factor]`, values ascending.
    pub points: Vec<(f64, f64)>,
}

impl Scale {
    /// The factor at a value.
    pub fn factor(&self, value: f64) -> f64 {
        let after = self.points.partition_point(|(x, _)| *x <= value);
        match (
            after.checked_sub(1).map(|i| self.points[i]),
            self.points.get(after),
        ) {
            (Some((x0, y0)), Some((x1, y1))) => y0 + (value - x0) / (x1 - x0) * (y1 - y0),
            (Some((_, y)), None) | (None, Some(&(_, y))) => y,
            (None, None) => 1.0,
        }
    }

    pub(crate) fn check(&self, at: &str) -> Result<(), KeyError> {
        if self.points.is_empty() {
            return Err(KeyError::at(
                format!("{at}.points"),
                "at least one point is needed",
            ));
        }
        if let Some(pair) = self
            .points
            .windows(2)
            .find(|p| p[0].0.partial_cmp(&p[1].0) != Some(std::cmp::Ordering::Less))
        {
            return Err(KeyError::at(
                format!("{at}.points"),
                format!("values must ascend, found {} then {}", pair[0].0, pair[1].0),
            ));
        }
        self.points.iter().try_for_each(|(x, factor)| {
            within(at, "value", *x, -1e9, 1e9)?;
            within(at, "factor", *factor, 0.0, 10.0)
        })
    }
}

impl Step {
    pub(crate) fn check(&self, at: &str) -> Result<(), KeyError> {
        within(at, "add", self.add, 0.0, 1.0)
    }
}

impl Bound {
    pub(crate) fn check(&self, at: &str) -> Result<(), KeyError> {
        within(at, "weight", self.weight, 0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_is_linear_between_its_points_and_constant_beyond() {
        let scale = Scale {
            signal: "vrp".to_string(),
            points: vec![(0.0, 1.0), (4.0, 0.5), (8.0, 0.0)],
        };
        let found: Vec<f64> = [-3.0, 0.0, 1.0, 4.0, 6.0, 8.0, 99.0]
            .iter()
            .map(|x| scale.factor(*x))
            .collect();
        assert_eq!(found, [1.0, 1.0, 0.875, 0.5, 0.25, 0.0, 0.0]);
    }

    #[test]
    fn points_that_do_not_ascend_are_refused() {
        let scale = |points: &[(f64, f64)]| Scale {
            signal: "vrp".to_string(),
            points: points.to_vec(),
        };
        assert!(
            scale(&[(2.0, 1.0), (2.0, 0.5)])
                .check("scale")
                .unwrap_err()
                .to_string()
                .contains("ascend")
        );
        assert!(
            scale(&[(f64::NAN, 1.0), (2.0, 0.5)])
                .check("scale")
                .is_err()
        );
        assert!(
            scale(&[])
                .check("scale")
                .unwrap_err()
                .to_string()
                .contains("at least one")
        );
        assert_eq!(scale(&[(1.0, 1.0), (2.0, 0.5)]).check("scale"), Ok(()));
    }
}
