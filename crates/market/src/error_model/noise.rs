//! Errors that have a part which stays and a part which fades: what a price model is off by, session after session.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::math::ln;

/// The scale of an error over a row of sessions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ErrorScale {
    /// Standard deviation of the part that stays, per session.
    pub level: Vec<f64>,
    /// Sessions of one group share one draw of that part; the groups are numbered from 0.
    pub group: Vec<usize>,
    /// Standard deviation of the part that fades, per session.
    pub noise: Vec<f64>,
    /// What is left of the fading part after one session, at least 0 and below 1: an AR(1) process.
    pub memory: f64,
}

impl ErrorScale {
    /// One error per session: `level z + noise x` with `x` a stationary AR(1) process of unit variance. Stream `stream`
    /// of `seed` is the same on every machine and every thread.
    ///
    /// # Panics
    /// If the columns differ in length.
    pub fn draw(&self, seed: u64, stream: u64) -> Vec<f64> {
        assert_eq!(self.level.len(), self.group.len());
        assert_eq!(self.level.len(), self.noise.len());
        let mut normals = Normals::new(seed, stream);
        let groups = self.group.iter().max().map_or(0, |last| last + 1);
        let stays: Vec<f64> = (0..groups).map(|_| normals.next()).collect();
        let renewed = (1.0 - self.memory * self.memory).sqrt();
        let mut fades = normals.next();
        let mut errors = Vec::with_capacity(self.level.len());
        for (t, level) in self.level.iter().enumerate() {
            if t > 0 {
                fades = self.memory * fades + renewed * normals.next();
            }
            errors.push(level * stays[self.group[t]] + self.noise[t] * fades);
        }
        errors
    }
}

/// Standard normal numbers by the polar method (Marsaglia and Bray, *SIAM Review* 6 (1964), 260).
struct Normals {
    random: ChaCha8Rng,
    spare: Option<f64>,
}

impl Normals {
    fn new(seed: u64, stream: u64) -> Normals {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(stream);
        Normals {
            random,
            spare: None,
        }
    }

    /// Uniform in (-1, 1).
    fn uniform(&mut self) -> f64 {
        let bits = (self.random.next_u64() >> 12) as f64 + 0.5;
        2.0 * bits / (1u64 << 52) as f64 - 1.0
    }

    fn next(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        loop {
            let u = self.uniform();
            let v = self.uniform();
            let w = u * u + v * v;
            if w < 1.0 && w > 0.0 {
                let factor = (-2.0 * ln(w) / w).sqrt();
                self.spare = Some(v * factor);
                return u * factor;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale(level: f64, noise: f64, memory: f64, sessions: usize) -> ErrorScale {
        ErrorScale {
            level: vec![level; sessions],
            group: (0..sessions)
                .map(|t| usize::from(t >= sessions / 2))
                .collect(),
            noise: vec![noise; sessions],
            memory,
        }
    }

    fn product(paths: &[Vec<f64>], a: usize, b: usize) -> f64 {
        paths.iter().map(|p| p[a] * p[b]).sum::<f64>() / paths.len() as f64
    }

    #[test]
    fn the_fading_part_has_its_variance_and_its_memory_from_the_first_session_on() {
        let scale = scale(0.0, 2.0, 0.68, 12);
        let paths: Vec<_> = (0..20_000).map(|stream| scale.draw(1, stream)).collect();
        for (a, b, expected) in [
            (0, 0, 4.0),
            (11, 11, 4.0),
            (3, 4, 2.72),
            (3, 8, 4.0 * 0.68f64.powi(5)),
        ] {
            let found = product(&paths, a, b);
            assert!(
                (found - expected).abs() < 0.12,
                "{a} {b}: {found}, expected {expected}"
            );
        }
    }

    #[test]
    fn the_part_that_stays_is_one_number_a_group() {
        let scale = scale(3.0, 0.0, 0.5, 10);
        let paths: Vec<_> = (0..20_000).map(|stream| scale.draw(1, stream)).collect();
        assert!(paths.iter().all(|p| p[0] == p[4] && p[5] == p[9]));
        assert!((product(&paths, 0, 4) - 9.0).abs() < 0.4);
        assert!(product(&paths, 0, 5).abs() < 0.3, "groups are drawn apart");
    }

    /// One number a group, then one for the first session and one for each after it.
    #[test]
    fn numbers_are_drawn_in_this_order() {
        let errors = scale(3.0, 2.0, 0.6, 4).draw(7, 2);
        let mut normals = Normals::new(7, 2);
        let stays = [normals.next(), normals.next()];
        let mut fades = normals.next();
        for (t, error) in errors.iter().enumerate() {
            if t > 0 {
                fades = 0.6 * fades + 0.8 * normals.next();
            }
            assert!(
                (error - (3.0 * stays[t / 2] + 2.0 * fades)).abs() < 1e-12,
                "{t}"
            );
        }
    }

    #[test]
    fn a_stream_repeats_itself_and_begins_as_a_longer_one() {
        let (long, short) = (scale(1.0, 1.0, 0.7, 40), scale(1.0, 1.0, 0.7, 20));
        assert_eq!(long.draw(5, 3), long.draw(5, 3));
        assert_ne!(long.draw(5, 3), long.draw(5, 4));
        let same_groups = ErrorScale {
            group: vec![0; 20],
            ..short
        };
        let longer = ErrorScale {
            group: vec![0; 40],
            ..long
        };
        assert_eq!(same_groups.draw(5, 3)[..], longer.draw(5, 3)[..20]);
    }
}
