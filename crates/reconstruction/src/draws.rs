//! Random numbers that are the same on every machine.
//!
//! ChaCha8 gives the bits. The transformations use `+ - * / sqrt`, which IEEE 754 fixes to the last bit, and the
//! logarithm of [`market::math`].

use market::math::ln;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What a sequence of random numbers is for. Each use has its own, so that a new series leaves the others unchanged.
#[derive(Clone, Copy)]
pub(crate) enum Stream {
    Path = 1,
    Vix3m,
    Vix9d,
    Vix6m,
    Vvix,
    Skew,
    Intraday,
    Curve,
    Settlement,
    Rates,
    Credit,
    Dollar,
    Breadth,
    Funds,
    Macro,
    Valuation,
    /// The first of one stream per VIX future; keep it last.
    Future,
}

/// A sequence of random numbers.
pub(crate) struct Draws(ChaCha8Rng);

impl Draws {
    pub(crate) fn new(seed: u64, stream: Stream) -> Draws {
        Draws::numbered(seed, stream, 0)
    }

    /// The `number`-th sequence from `stream` on.
    pub(crate) fn numbered(seed: u64, stream: Stream, number: u64) -> Draws {
        // The 32 bytes are written out rather than expanded by `seed_from_u64`, whose expansion is the library's own.
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut bits = ChaCha8Rng::from_seed(key);
        bits.set_stream(stream as u64 + number);
        Draws(bits)
    }

    /// Uniform in (0, 1), both ends excluded.
    pub(crate) fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 12) as f64 + 0.5) / (1u64 << 52) as f64
    }

    /// Standard normal, by the polar method (Marsaglia & Bray 1964).
    pub(crate) fn normal(&mut self) -> f64 {
        let (u, w) = self.in_disc();
        u * (-2.0 * ln(w) / w).sqrt()
    }

    /// Student's t with 8 degrees of freedom, scaled to unit variance.
    pub(crate) fn student8(&mut self) -> f64 {
        let (u, w) = self.in_disc();
        bailey(u, w, 8.0, 1.0 / w.sqrt().sqrt())
    }

    /// Student's t with 4 degrees of freedom, scaled to unit variance.
    pub(crate) fn student4(&mut self) -> f64 {
        let (u, w) = self.in_disc();
        bailey(u, w, 4.0, 1.0 / w.sqrt())
    }

    /// First coordinate and squared radius of a point in the open unit disc without its centre.
    fn in_disc(&mut self) -> (f64, f64) {
        loop {
            let u = 2.0 * self.uniform() - 1.0;
            let v = 2.0 * self.uniform() - 1.0;
            let w = u * u + v * v;
            if w < 1.0 && w > 0.0 {
                return (u, w);
            }
        }
    }
}

/// The polar method for Student's t (Bailey, Mathematics of Computation 62, 1994): `power` is `w^(-2/freedom)`, which
/// for 4 and 8 degrees of freedom needs square roots only.
fn bailey(u: f64, w: f64, freedom: f64, power: f64) -> f64 {
    u * (freedom * (power - 1.0) / w).sqrt() / (freedom / (freedom - 2.0)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(mut draw: impl FnMut() -> f64) -> (f64, f64) {
        let n = 100_000;
        let x: Vec<f64> = (0..n).map(|_| draw()).collect();
        let mean = x.iter().sum::<f64>() / n as f64;
        (
            mean,
            x.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n as f64,
        )
    }

    #[test]
    fn draws_are_centred_with_unit_variance() {
        let mut d = Draws::new(1, Stream::Path);
        for (mean, variance) in [
            moments(|| d.normal()),
            moments(|| d.student8()),
            moments(|| d.student4()),
        ] {
            assert!(
                mean.abs() < 0.02 && (variance - 1.0).abs() < 0.06,
                "{mean} {variance}"
            );
        }
    }

    #[test]
    fn streams_and_seeds_differ() {
        let first = |seed, stream| Draws::new(seed, stream).uniform();
        assert_eq!(first(1, Stream::Path), first(1, Stream::Path));
        assert_ne!(first(1, Stream::Path), first(2, Stream::Path));
        assert_ne!(first(1, Stream::Path), first(1, Stream::Skew));
    }
}
