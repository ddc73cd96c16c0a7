//! Which points of the axes are tried, and in what order: the whole grid, or a seeded sample of it.
//!
//! A sample is drawn in the unit cube and rounded down to levels, so that a list of thresholds and a fine range are
//! treated alike. Latin hypercube: McKay, Beckman & Conover, *Technometrics* 21 (1979). Sobol sequence with the
//! direction numbers of Joe & Kuo (2008, `new-joe-kuo-6`), in Gray-code order, with a random digital shift.

mod points;
mod sobol;

use std::collections::BTreeSet;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::SpecError;
use crate::axis::Axis;
use crate::constraint::Constraint;
use points::MOST_POINTS;
pub use points::{Point, Points};

use sobol::sobol;

/// Points of a sequence looked at for each one wanted, before a constraint counts as too narrow.
const PATIENCE: usize = 256;

/// How points are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
pub enum Sample {
    /// Every combination of levels, the last axis fastest.
    Grid,
    /// Each axis is cut into as many strata as there are points; every stratum is used once.
    LatinHypercube {
        /// Points drawn; those that break a constraint or repeat another are left out.
        points: usize,
        /// Seed.
        seed: u64,
    },
    /// A sequence that fills the space evenly.
    Sobol {
        /// Distinct points wanted that satisfy the constraints.
        points: usize,
        /// Seed of the shift.
        seed: u64,
    },
}

/// All points, in the order that numbers the cells.
///
/// # Errors
/// Where there are too many of them, or none.
pub fn points(
    axes: &[Axis],
    constraints: &[Constraint],
    sample: Sample,
) -> Result<Points, SpecError> {
    let holds = |point: &[usize]| {
        constraints
            .iter()
            .all(|constraint| constraint.holds(axes, point))
    };
    let found = match sample {
        Sample::Grid => Points::grid(axes, constraints)?,
        Sample::LatinHypercube { points, seed } => {
            Points::listed(latin_hypercube(axes, check(points)?, seed, holds))
        }
        Sample::Sobol { points, seed } => Points::listed(sobol(axes, check(points)?, seed, holds)?),
    };
    if found.is_empty() {
        return Err(SpecError::NoPoint);
    }
    Ok(found)
}

fn check(points: usize) -> Result<usize, SpecError> {
    let most = MOST_POINTS / PATIENCE;
    match (1..=most).contains(&points) {
        true => Ok(points),
        false => Err(SpecError::SampleSize {
            found: points,
            most,
        }),
    }
}

fn narrow(point: &[usize]) -> Point {
    point.iter().map(|level| *level as u16).collect()
}

/// A level from a random number in [0, 2^32): the same rounding everywhere, because it is whole numbers.
fn level(random: u32, levels: usize) -> usize {
    ((u64::from(random) * levels as u64) >> 32) as usize
}

fn latin_hypercube(
    axes: &[Axis],
    points: usize,
    seed: u64,
    holds: impl Fn(&[usize]) -> bool,
) -> Vec<Point> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let columns: Vec<Vec<usize>> = axes
        .iter()
        .map(|axis| {
            let mut strata: Vec<usize> = (0..points).collect();
            for at in (1..points).rev() {
                strata.swap(at, level(random.next_u32(), at + 1));
            }
            let place = |stratum: usize, within: u32| {
                let fine = ((stratum as u128) << 32 | u128::from(within)) * axis.len() as u128
                    / points as u128;
                (fine >> 32) as usize
            };
            strata
                .into_iter()
                .map(|stratum| place(stratum, random.next_u32()))
                .collect()
        })
        .collect();
    let mut seen = BTreeSet::new();
    let drawn = (0..points).map(|at| {
        columns
            .iter()
            .map(|column| column[at])
            .collect::<Vec<usize>>()
    });
    drawn
        .filter(|point| holds(point))
        .map(|point| narrow(&point))
        .filter(|point| seen.insert(point.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axes(levels: &[usize]) -> Vec<Axis> {
        let axis = |(place, count): (usize, &usize)| {
            let text = format!(
                "key = \"k{place}\"\nrange = {{ from = 0, to = {}, step = 1 }}",
                count - 1
            );
            Axis::new(&toml::from_str(&text).unwrap(), "axes").unwrap()
        };
        levels.iter().enumerate().map(axis).collect()
    }

    #[test]
    fn a_grid_counts_with_the_last_axis_fastest_and_keeps_what_the_constraint_allows() {
        let axes = axes(&[2, 3]);
        let all = |constraints: &[Constraint]| -> Vec<Point> {
            points(&axes, constraints, Sample::Grid)
                .unwrap()
                .iter()
                .collect()
        };
        assert_eq!(all(&[]), [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]);
        let below = Constraint::parse("k0 < k1", &axes).unwrap();
        assert_eq!(all(&[below]), [[0, 1], [0, 2], [1, 2]]);
        let never = Constraint::parse("k0 > 5", &axes).unwrap();
        assert!(
            points(&axes, &[never], Sample::Grid)
                .unwrap_err()
                .to_string()
                .contains("no point")
        );
    }

    #[test]
    fn a_point_from_its_number_is_the_one_a_walk_through_the_grid_finds() {
        let axes = axes(&[3, 4, 2, 5, 3, 4]);
        let sets: [&[&str]; 7] = [
            &[],
            &["k1 < k3"],
            &["k0 <= k4", "k5 != k1"],
            &["k0 < k2 + 1 < k5", "k3 > 1"],
            &["k4 < k0", "k0 < k3", "1 < 2"],
            &["k0 + k1 + k2 + k3 + k4 + k5 == 7"],
            &["2 < 1"],
        ];
        for set in sets {
            let constraints: Vec<Constraint> = set
                .iter()
                .map(|text| Constraint::parse(text, &axes).unwrap())
                .collect();
            let (mut walked, mut point) = (Vec::new(), vec![0; axes.len()]);
            for _ in 0..axes.iter().map(Axis::len).product() {
                if constraints.iter().all(|one| one.holds(&axes, &point)) {
                    walked.push(narrow(&point));
                }
                for (level, axis) in point.iter_mut().zip(&axes).rev() {
                    *level += 1;
                    if *level < axis.len() {
                        break;
                    }
                    *level = 0;
                }
            }
            let found = Points::grid(&axes, &constraints).unwrap();
            assert_eq!(found.len(), walked.len(), "{set:?}");
            assert_eq!(found.iter().collect::<Vec<_>>(), walked, "{set:?}");
            for (number, point) in walked.iter().enumerate() {
                assert_eq!(found.number(point), Some(number), "{set:?}");
            }
            assert_eq!(found.number(&[0, 0]), None);
            assert_eq!(found.number(&[9; 6]), None);
        }
        // Ten million points are no more work than three: only those of the two axes with a constraint are listed.
        let wide = self::axes(&[200, 50, 10, 100]);
        let below = Constraint::parse("k0 < k3", &wide).unwrap();
        let many = Points::grid(&wide, &[below]).unwrap();
        assert_eq!(many.len(), 4_950 * 500);
        let last = many.get(many.len() - 1);
        assert_eq!(
            (last.clone(), many.number(&last)),
            (vec![98, 49, 9, 99], Some(many.len() - 1))
        );
    }

    #[test]
    fn a_latin_hypercube_uses_every_stratum_of_every_axis_once() {
        let axes = axes(&[40, 40, 40]);
        let drawn = points(
            &axes,
            &[],
            Sample::LatinHypercube {
                points: 40,
                seed: 3,
            },
        )
        .unwrap();
        for axis in 0..3 {
            let mut levels: Vec<u16> = drawn.iter().map(|point| point[axis]).collect();
            levels.sort_unstable();
            assert_eq!(levels, (0..40).collect::<Vec<u16>>(), "axis {axis}");
        }
        assert_eq!(
            drawn,
            points(
                &axes,
                &[],
                Sample::LatinHypercube {
                    points: 40,
                    seed: 3
                }
            )
            .unwrap()
        );
        assert_ne!(
            drawn,
            points(
                &axes,
                &[],
                Sample::LatinHypercube {
                    points: 40,
                    seed: 4
                }
            )
            .unwrap()
        );
    }

    #[test]
    fn every_pair_of_sobol_axes_fills_the_square_evenly() {
        // The first 2^16 points of a good pair put the same number into each of 8 by 8 boxes; the shift keeps that.
        let axes = axes(&[8; 16]);
        let directions: Vec<[u32; 32]> = (0..16).map(sobol::directions).collect();
        for a in 0..16 {
            for b in 0..a {
                let (mut x, mut y, mut boxes) = (0_u32, 0_u32, [0_u32; 64]);
                for index in 0..1_usize << 16 {
                    boxes[level(x, 8) * 8 + level(y, 8)] += 1;
                    let bit = (!index).trailing_zeros() as usize;
                    (x, y) = (x ^ directions[a][bit], y ^ directions[b][bit]);
                }
                assert!(
                    boxes.iter().all(|count| *count == 1024),
                    "axes {b} and {a}: {boxes:?}"
                );
            }
        }
        let drawn = points(
            &axes,
            &[],
            Sample::Sobol {
                points: 300,
                seed: 9,
            },
        )
        .unwrap();
        assert_eq!(drawn.len(), 300);
        assert_eq!(drawn.iter().collect::<BTreeSet<_>>().len(), 300);
    }

    #[test]
    fn a_sobol_sample_goes_on_until_the_constraint_is_met_often_enough() {
        let axes = axes(&[20, 20]);
        let below = Constraint::parse("k0 + 10 < k1", &axes).unwrap();
        let drawn = points(
            &axes,
            &[below],
            Sample::Sobol {
                points: 30,
                seed: 1,
            },
        )
        .unwrap();
        assert_eq!(drawn.len(), 30);
        assert!(drawn.iter().all(|point| point[0] + 10 < point[1]));
    }

    #[test]
    fn the_first_points_of_the_third_dimension_by_hand() {
        // 0, 1/2, 1/4 (Gray code: 0, 1, 3), 3/4, … of x² + x + 1 with m = 1, 3: published as 0, .5, .25, .75, .625, …
        let v = sobol::directions(2);
        let mut x = 0;
        let mut seen = vec![];
        for index in 0..5_usize {
            seen.push(f64::from(x) / 4_294_967_296.0);
            x ^= v[(!index).trailing_zeros() as usize];
        }
        assert_eq!(seen, [0.0, 0.5, 0.25, 0.75, 0.625]);
    }
}
