//! The Sobol sequence: direction numbers of Joe & Kuo (2008), Gray-code order, a random digital shift.

use std::collections::BTreeSet;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::{PATIENCE, Point, level, narrow};
use crate::SpecError;
use crate::axis::Axis;

pub(super) fn sobol(
    axes: &[Axis],
    points: usize,
    seed: u64,
    holds: impl Fn(&[usize]) -> bool,
) -> Result<Vec<Point>, SpecError> {
    if axes.len() > POLYNOMIALS.len() + 1 {
        return Err(SpecError::SobolAxes {
            most: POLYNOMIALS.len() + 1,
        });
    }
    let directions: Vec<[u32; 32]> = (0..axes.len()).map(directions).collect();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let shifts: Vec<u32> = axes.iter().map(|_| random.next_u32()).collect();
    let mut state = vec![0_u32; axes.len()];
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for index in 0..points * PATIENCE {
        let point: Vec<usize> = axes
            .iter()
            .zip(state.iter().zip(&shifts))
            .map(|(axis, (state, shift))| level(state ^ shift, axis.len()))
            .collect();
        if holds(&point) && seen.insert(narrow(&point)) {
            found.push(narrow(&point));
            if found.len() == points {
                break;
            }
        }
        let bit = (!index).trailing_zeros() as usize;
        for (state, directions) in state.iter_mut().zip(&directions) {
            *state ^= directions[bit.min(31)];
        }
    }
    Ok(found)
}

/// Joe & Kuo (2008): the coefficients of the primitive polynomial and the first direction numbers of dimension 2, 3, ….
const POLYNOMIALS: [(u32, &[u32]); 15] = [
    (0, &[1]),
    (1, &[1, 3]),
    (1, &[1, 3, 1]),
    (2, &[1, 1, 1]),
    (1, &[1, 1, 3, 3]),
    (4, &[1, 3, 5, 13]),
    (2, &[1, 1, 5, 5, 17]),
    (4, &[1, 1, 5, 5, 5]),
    (7, &[1, 1, 7, 11, 19]),
    (11, &[1, 1, 5, 1, 1]),
    (13, &[1, 1, 1, 3, 11]),
    (14, &[1, 3, 5, 5, 31]),
    (1, &[1, 3, 3, 9, 7, 49]),
    (13, &[1, 1, 1, 15, 21, 21]),
    (16, &[1, 3, 1, 13, 27, 49]),
];

/// Direction numbers of a dimension, as fractions of 2^32.
pub(super) fn directions(dimension: usize) -> [u32; 32] {
    let mut v = [0_u32; 32];
    let Some((coefficients, first)) = dimension.checked_sub(1).map(|place| POLYNOMIALS[place])
    else {
        return std::array::from_fn(|bit| 1 << (31 - bit));
    };
    let degree = first.len();
    for bit in 0..32 {
        if bit < degree {
            v[bit] = first[bit] << (31 - bit);
            continue;
        }
        v[bit] = v[bit - degree] ^ (v[bit - degree] >> degree);
        for k in 1..degree {
            if coefficients >> (degree - 1 - k) & 1 == 1 {
                v[bit] ^= v[bit - k];
            }
        }
    }
    v
}
