//! Monotone cubic interpolation.

/// PCHIP: harmonic-mean slopes of Fritsch and Butland (1984) with three-point ends, as SciPy and MATLAB have it.
/// At most five nodes, kept in place: a term structure is built once per session and must not allocate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pchip {
    n: usize,
    x: [f64; Pchip::MOST],
    y: [f64; Pchip::MOST],
    slope: [f64; Pchip::MOST],
}

impl Pchip {
    /// Most nodes.
    pub const MOST: usize = 6;

    /// Through `(x, y)` nodes with ascending `x`; two at least.
    ///
    /// # Panics
    /// With fewer than two nodes, more than [`Pchip::MOST`], or `x` that do not ascend.
    pub fn new(nodes: &[(f64, f64)]) -> Pchip {
        let n = nodes.len();
        assert!((2..=Pchip::MOST).contains(&n), "{n} nodes");
        assert!(nodes.windows(2).all(|w| w[0].0 < w[1].0), "nodes ascend");
        let mut curve = Pchip {
            n,
            x: [0.0; Pchip::MOST],
            y: [0.0; Pchip::MOST],
            slope: [0.0; Pchip::MOST],
        };
        for (i, (x, y)) in nodes.iter().enumerate() {
            (curve.x[i], curve.y[i]) = (*x, *y);
        }
        curve.set_slopes();
        curve
    }

    fn set_slopes(&mut self) {
        let n = self.n;
        let width = |i: usize| self.x[i + 1] - self.x[i];
        let secant = |i: usize| (self.y[i + 1] - self.y[i]) / width(i);
        let mut slope = [0.0; Pchip::MOST];
        if n == 2 {
            slope[..2].fill(secant(0));
        } else {
            for (i, slope) in slope.iter_mut().enumerate().take(n - 1).skip(1) {
                *slope = harmonic(width(i - 1), width(i), secant(i - 1), secant(i));
            }
            slope[0] = end(width(0), width(1), secant(0), secant(1));
            slope[n - 1] = end(width(n - 2), width(n - 3), secant(n - 2), secant(n - 3));
        }
        self.slope = slope;
    }

    /// The value at `x`, not below the first node; beyond the last node the last segment's secant goes on.
    pub fn at(&self, x: f64) -> f64 {
        let last = self.n - 1;
        if x >= self.x[last] {
            let secant = (self.y[last] - self.y[last - 1]) / (self.x[last] - self.x[last - 1]);
            return self.y[last] + secant * (x - self.x[last]);
        }
        let i = self.x[1..last]
            .iter()
            .take_while(|node| **node <= x)
            .count();
        let h = self.x[i + 1] - self.x[i];
        let s = (x - self.x[i]) / h;
        let s2 = s * s;
        let s3 = s * s * s;
        (2.0 * s3 - 3.0 * s2 + 1.0) * self.y[i]
            + (s3 - 2.0 * s2 + s) * h * self.slope[i]
            + (3.0 * s2 - 2.0 * s3) * self.y[i + 1]
            + (s3 - s2) * h * self.slope[i + 1]
    }
}

fn harmonic(h0: f64, h1: f64, m0: f64, m1: f64) -> f64 {
    if m0 * m1 <= 0.0 {
        return 0.0;
    }
    let w0 = 2.0 * h1 + h0;
    let w1 = h1 + 2.0 * h0;
    (w0 + w1) / (w0 / m0 + w1 / m1)
}

/// Three-point end slope, limited so that the curve stays monotone.
fn end(h0: f64, h1: f64, m0: f64, m1: f64) -> f64 {
    let slope = ((2.0 * h0 + h1) * m0 - h0 * m1) / (h0 + h1);
    if slope * m0 <= 0.0 {
        0.0
    } else if m0 * m1 <= 0.0 && slope.abs() > 3.0 * m0.abs() {
        3.0 * m0
    } else {
        slope
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values by `scipy.interpolate.PchipInterpolator` 1.17.
    #[test]
    fn agrees_with_scipy() {
        let curve = Pchip::new(&[(0.0, 0.0), (1.0, 2.0), (3.0, 2.5), (4.0, 7.0)]);
        for (x, wanted) in [
            (0.25, 0.652_977_195_945_945_9),
            (1.5, 2.165_639_259_389_259_5),
            (2.9, 2.451_216_654_966_654_8),
            (3.5, 4.076_163_419_913_42),
        ] {
            assert!((curve.at(x) - wanted).abs() < 1e-14, "{x}: {}", curve.at(x));
        }
        assert_eq!(curve.at(5.0), 7.0 + 4.5, "the last secant goes on");
    }
}
