//! The joint path of SPX, VIX and VIX3M between anchors.
//!
//! Each segment between two anchors is drawn many times from one process; the draw that comes closest to the next
//! anchor by itself is kept, and the small gap that remains is spread over the segment as a bridge does. Selection
//! before correction keeps the daily moves as the process made them: a path pulled to its anchor by the correction
//! alone would drift visibly before each month end.
//!
//! The process, with `e` mostly Student-t, of unit variance:
//! * SPX: `r = drift + sigma*e`, `sigma = realised(year) * VIX(t-1)/100/sqrt(252)`. Fat tails and clustering come from the
//!   level of VIX as much as from `e`, as in the measured returns: divided by the VIX before them they are almost normal.
//! * VIX: `d ln VIX = slope of a path between the anchors - reversion to it + response to e + own noise`. The
//!   response is convex: falls raise VIX more than rises lower it.
//! * VIX3M: `ln VIX3M - 0.67*ln VIX` runs straight between its anchors with bridged noise of its own.

use chrono::{Datelike, NaiveDate};
use market::math::{exp, ln};

use crate::anchors::{ANCHORS, Anchor, Turn};
use crate::days::{Days, round};
use crate::draws::{Draws, Stream};
use crate::noise::bridge_weights;

// All constants of this file are fitted so that the path statistics look like those of 2021-2024 (the table in
// datasets/reconstruction/README.md), never to the result of any hedge.

/// Draws per segment of which the closest is kept.
const CANDIDATES: usize = 300;
/// Rate at which the effect of a shock on VIX fades, where one number must do [1/session].
const REVERSION: f64 = 0.12;
/// Greatest rate at which a spike builds or fades [1/session].
const FASTEST: f64 = 0.40;
/// Log return of SPX per unit of log VIX slope beyond the segment's mean slope.
const DRIFT_PER_SLOPE: f64 = -0.07;
/// Weights of a Student-t and a normal draw in the shock: unit variance, kurtosis 3.8.
const TAIL: (f64, f64) = (0.85, 0.526_782_687_642_637);
/// Response of ln VIX to the SPX shock and to its square, and to a shock of its own and to its square.
const RESPONSE: [f64; 4] = [-0.0575, 0.0095, 0.0430, 0.0060];
/// Elasticity of VIX3M to VIX.
const ELASTICITY: f64 = 0.67;
/// Reversion [1/session] and innovation deviation of the noise in ln VIX3M.
const VIX3M_NOISE: (f64, f64) = (0.25, 0.0105);
/// Closes of VIX stay within these between anchors [vol points]: the range of 2021-2024, the top of which is an anchor.
const VIX_RANGE: (f64, f64) = (11.9, 37.5);
/// Greatest daily log change of VIX between anchors.
const VIX_JUMP: f64 = 0.45;

/// What differs between the years.
struct Character {
    /// Realised over implied volatility.
    realised: f64,
    /// Strength of the response of VIX.
    response: f64,
    /// Rate at which VIX reverts to the path between its anchors from above and from below it [1/session]. Where they
    /// differ, excursions upwards are the shorter ones.
    reversion: [f64; 2],
    /// Curvature of that path per squared log distance between the anchors [1/session]: spikes build late and fade
    /// early.
    curvature: f64,
}

const fn character(year: i32) -> Character {
    match year {
        ..=2021 => Character {
            realised: 0.68,
            response: 1.17,
            reversion: [0.17, 0.08],
            curvature: 0.8,
        },
        2022 => Character {
            realised: 0.98,
            response: 0.85,
            reversion: [0.08, 0.18],
            curvature: 0.2,
        },
        2023 => Character {
            realised: 0.76,
            response: 0.83,
            reversion: [0.13, 0.11],
            curvature: 0.6,
        },
        _ => Character {
            realised: 0.77,
            response: 0.97,
            reversion: [0.17, 0.08],
            curvature: 0.8,
        },
    }
}

/// The path, one value per session.
pub(crate) struct Path {
    /// Close [index points].
    pub(crate) spx: Vec<f64>,
    /// Close [vol points].
    pub(crate) vix: Vec<f64>,
    /// Close [vol points].
    pub(crate) vix3m: Vec<f64>,
}

impl Path {
    pub(crate) fn new(days: &Days, seed: u64) -> Path {
        let (ln_spx, ln_vix) = spx_and_vix(days, &mut Draws::new(seed, Stream::Path));
        let ln_vix3m = vix3m(days, &ln_vix, &mut Draws::new(seed, Stream::Vix3m));
        let closes = |x: Vec<f64>| x.into_iter().map(|x| round(exp(x), 2)).collect();
        Path {
            spx: closes(ln_spx),
            vix: closes(ln_vix),
            vix3m: closes(ln_vix3m),
        }
    }

    /// Log returns of SPX; the first session has none and gets 0.
    pub(crate) fn returns(&self) -> Vec<f64> {
        log_changes(&self.spx)
    }

    /// Log changes of VIX; the first session has none and gets 0.
    pub(crate) fn vix_changes(&self) -> Vec<f64> {
        log_changes(&self.vix)
    }

    /// Log returns of SPX in deviations of the evening before.
    pub(crate) fn shocks(&self, days: &Days) -> impl Iterator<Item = f64> {
        self.returns()
            .into_iter()
            .zip(self.deviations(days))
            .map(|(r, sigma)| r / sigma)
    }

    /// Deviation of each session's SPX return as the process saw it the evening before.
    pub(crate) fn deviations(&self, days: &Days) -> Vec<f64> {
        let before = std::iter::once(&self.vix[0]).chain(&self.vix);
        days.sessions
            .iter()
            .zip(before)
            .map(|(day, vix)| deviation(*day, ln(*vix)))
            .collect()
    }
}

fn log_changes(x: &[f64]) -> Vec<f64> {
    std::iter::once(0.0)
        .chain(x.windows(2).map(|w| ln(w[1] / w[0])))
        .collect()
}

/// Deviation of the SPX log return of `day` after a VIX close of logarithm `ln_vix`.
fn deviation(day: NaiveDate, ln_vix: f64) -> f64 {
    character(day.year()).realised * exp(ln_vix) / 100.0 / 252f64.sqrt()
}

/// Logarithms of both closes on every session.
fn spx_and_vix(days: &Days, draws: &mut Draws) -> (Vec<f64>, Vec<f64>) {
    let mut spx = vec![ln(ANCHORS[0].spx)];
    let mut vix = vec![ln(ANCHORS[0].vix)];
    for pair in ANCHORS.windows(2) {
        let segment = Segment::new(days, pair[0], pair[1]);
        let walk = segment.closest(draws);
        spx.extend(walk.spx);
        vix.extend(walk.vix);
    }
    (spx, vix)
}

/// The sessions after one anchor up to and including the next.
struct Segment<'a> {
    from: Anchor,
    to: Anchor,
    sessions: &'a [NaiveDate],
    /// Central path of ln VIX, from the first anchor (included) to the second.
    centre: Vec<f64>,
}

/// Logarithms of the closes of a segment, and how far the free draw ended from the anchor in deviations squared.
struct Walk {
    spx: Vec<f64>,
    vix: Vec<f64>,
    gap: f64,
}

impl<'a> Segment<'a> {
    fn new(days: &'a Days, from: Anchor, to: Anchor) -> Segment<'a> {
        let sessions = &days.sessions[..];
        let after = |d: NaiveDate| sessions.partition_point(|s| *s <= d);
        let sessions = &sessions[after(from.date)..after(to.date)];
        let curvature = character(to.date.year()).curvature;
        let centre = centre(ln(from.vix), ln(to.vix), sessions.len(), curvature);
        Segment {
            from,
            to,
            sessions,
            centre,
        }
    }

    /// The draw that ends closest to the next anchor, among those that stay within the market's ranges once tied to it.
    fn closest(&self, draws: &mut Draws) -> Walk {
        let walks = (0..CANDIDATES)
            .map(|_| self.draw(draws))
            .filter(|walk| self.is_legal(walk));
        walks
            .min_by(|a, b| a.gap.total_cmp(&b.gap))
            .unwrap_or_else(|| self.straight())
    }

    /// One free draw, tied to the next anchor.
    fn draw(&self, draws: &mut Draws) -> Walk {
        let n = self.sessions.len();
        let mut spx = ln(self.from.spx);
        let mut vix = ln(self.from.vix);
        let mut walk = Walk {
            spx: Vec::with_capacity(n),
            vix: Vec::with_capacity(n),
            gap: 0.0,
        };
        let mut variance = Vec::with_capacity(n);
        for (i, day) in self.sessions.iter().enumerate() {
            let sigma = deviation(*day, vix);
            let year = character(day.year());
            let shock = TAIL.0 * draws.student8() + TAIL.1 * draws.normal();
            let own = draws.student8();
            spx += self.drift(i) + sigma * shock;
            let response = RESPONSE[0] * shock
                + RESPONSE[1] * (shock * shock - 1.0)
                + RESPONSE[2] * own
                + RESPONSE[3] * (own * own - 1.0);
            let excess = vix - self.centre[i];
            let reversion = year.reversion[usize::from(excess < 0.0)];
            vix +=
                self.centre[i + 1] - self.centre[i] - reversion * excess + year.response * response;
            walk.spx.push(spx);
            walk.vix.push(vix);
            variance.push(variance.last().unwrap_or(&0.0) + sigma * sigma);
        }
        self.tie(&mut walk, &variance);
        walk
    }

    /// Expected log return of the segment's session `i`.
    fn drift(&self, i: usize) -> f64 {
        let n = self.sessions.len() as f64;
        let slope = self.centre[i + 1] - self.centre[i];
        let mean_slope = (ln(self.to.vix) - ln(self.from.vix)) / n;
        ln(self.to.spx / self.from.spx) / n + DRIFT_PER_SLOPE * (slope - mean_slope)
    }

    /// Spreads what is missing at the end: SPX in proportion to the `variance` run up, VIX as its reversion forgets.
    fn tie(&self, walk: &mut Walk, variance: &[f64]) {
        let n = self.sessions.len();
        let spx_gap = ln(self.to.spx) - walk.spx[n - 1];
        let vix_gap = ln(self.to.vix) - walk.vix[n - 1];
        let vix_variance =
            RESPONSE.iter().map(|x| x * x).sum::<f64>() * (n as f64).min(1.0 / (2.0 * REVERSION));
        walk.gap = spx_gap * spx_gap / variance[n - 1] + vix_gap * vix_gap / vix_variance;
        for (i, weight) in bridge_weights(n, REVERSION).into_iter().enumerate() {
            walk.spx[i] += spx_gap * variance[i] / variance[n - 1];
            walk.vix[i] += vix_gap * weight;
        }
    }

    fn is_legal(&self, walk: &Walk) -> bool {
        let inner = self.sessions.len() - 1;
        let vix_range = ln(VIX_RANGE.0)..=ln(VIX_RANGE.1);
        let start = std::iter::once(ln(self.from.vix));
        let jumps = start
            .chain(walk.vix.iter().copied())
            .zip(&walk.vix)
            .map(|(a, b)| (b - a).abs());
        walk.vix[..inner].iter().all(|v| vix_range.contains(v))
            && jumps.take(inner).all(|jump| jump < VIX_JUMP)
            && walk.spx[..inner]
                .iter()
                .zip(self.sessions)
                .all(|(s, day)| self.allows(*day, *s))
    }

    /// Whether a close of logarithm `ln_spx` on `day` respects the turning points at the ends of the segment and the
    /// record high of 2022-01-03 and low of 2022-10-12, which stood until the end of 2023.
    fn allows(&self, day: NaiveDate, ln_spx: f64) -> bool {
        let beside = |a: &Anchor| match a.turn {
            Turn::None => true,
            Turn::High => ln_spx < ln(a.spx),
            Turn::Low => ln_spx > ln(a.spx),
        };
        let in_range =
            !matches!(day.year(), 2022 | 2023) || (ln_spx < ln(4797.0) && ln_spx > ln(3577.0));
        in_range && beside(&self.from) && beside(&self.to)
    }

    /// The segment without any noise: what is left when no draw is legal.
    fn straight(&self) -> Walk {
        let n = self.sessions.len();
        let step = ln(self.to.spx / self.from.spx) / n as f64;
        let spx = (1..=n)
            .map(|i| ln(self.from.spx) + step * i as f64)
            .collect();
        Walk {
            spx,
            vix: self.centre[1..].to_vec(),
            gap: 0.0,
        }
    }
}

/// A path of `n` steps from `a` to `b` that stays near the lower end for longer, the more so the farther they are apart.
fn centre(a: f64, b: f64, n: usize, curvature: f64) -> Vec<f64> {
    let rate = (curvature * (b - a) * (b - a)).clamp(1e-4, FASTEST);
    let risen = |i: usize| (exp(rate * i as f64) - 1.0) / (exp(rate * n as f64) - 1.0);
    let share = |i: usize| if b > a { risen(i) } else { 1.0 - risen(n - i) };
    (0..=n).map(|i| a + (b - a) * share(i)).collect()
}

/// Logarithm of VIX3M on every session.
fn vix3m(days: &Days, ln_vix: &[f64], draws: &mut Draws) -> Vec<f64> {
    let residual = |a: &Anchor| ln(a.vix3m) - ELASTICITY * ln(a.vix);
    let (rate, sd) = VIX3M_NOISE;
    let mut values = vec![residual(&ANCHORS[0])];
    for pair in ANCHORS.windows(2) {
        let n = Segment::new(days, pair[0], pair[1]).sessions.len();
        let start = residual(&pair[0]);
        let end = residual(&pair[1]);
        let mut noise = 0.0;
        let free: Vec<f64> = (0..n)
            .map(|_| {
                noise = noise * (1.0 - rate) + sd * draws.student8();
                noise
            })
            .collect();
        let line = |i: usize| start + (end - start) * (i + 1) as f64 / n as f64;
        values.extend(
            bridge_weights(n, rate)
                .iter()
                .enumerate()
                .map(|(i, w)| line(i) + free[i] - free[n - 1] * w),
        );
    }
    values
        .iter()
        .zip(ln_vix)
        .map(|(u, v)| u + ELASTICITY * v)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spikes_build_late_and_fade_early() {
        let (up, down) = (centre(3.0, 3.8, 10, 0.8), centre(3.8, 3.0, 10, 0.8));
        assert_eq!((up[0], up[10]), (3.0, 3.8));
        assert!((down[0] - 3.8).abs() < 1e-15 && (down[10] - 3.0).abs() < 1e-15);
        assert!(up[5] < 3.31 && (down[5] - up[5]).abs() < 1e-12);
    }

    #[test]
    fn the_straight_path_is_legal_in_every_segment() {
        let days = Days::new();
        for pair in ANCHORS.windows(2) {
            let segment = Segment::new(&days, pair[0], pair[1]);
            let walk = segment.straight();
            assert!(
                segment.is_legal(&walk),
                "{} to {}",
                pair[0].date,
                pair[1].date
            );
        }
    }
}
