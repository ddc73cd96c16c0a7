//! Many options on many smiles at once: what each gains when its market moves, and its delta.

use super::{Columns, dispatch};
use crate::black;
use crate::contract::Right;
use crate::math::{ln, norm_cdf};
use crate::surface::{Slice, ssvi};

/// Where a move leaves an option.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moved {
    /// Its forward (index points); at least a hundredth.
    pub forward: f64,
    /// What its volatility rises by; at least 0.001 is left.
    pub vol_added: f64,
    /// Years to expiry.
    pub t: f64,
}

/// What a price needs of a slice and a strike, in columns.
#[derive(Clone, Debug, Default)]
struct Options {
    sign: Vec<f64>,
    strike: Vec<f64>,
    log_strike: Vec<f64>,
    forward: Vec<f64>,
    log_forward: Vec<f64>,
    discount: Vec<f64>,
    theta: Vec<f64>,
    phi: Vec<f64>,
    rho: Vec<f64>,
    t: Vec<f64>,
}

/// One of them.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    pub sign: f64,
    pub strike: f64,
    pub log_strike: f64,
    pub forward: f64,
    pub log_forward: f64,
    pub discount: f64,
    pub theta: f64,
    pub phi: f64,
    pub rho: f64,
    pub t: f64,
}

impl Terms {
    #[inline(always)]
    fn of(slice: &Slice, right: Right, strike: f64) -> Terms {
        Terms {
            sign: right.sign(),
            strike,
            log_strike: ln(strike),
            forward: slice.forward,
            log_forward: slice.log_forward,
            discount: slice.discount,
            theta: slice.theta,
            phi: slice.phi,
            rho: slice.rho,
            t: slice.t,
        }
    }

    /// Log-moneyness and total variance.
    #[inline(always)]
    fn variance(&self) -> (f64, f64) {
        let k = self.log_strike - self.log_forward;
        (k, ssvi(self.theta, self.phi, self.rho, k))
    }

    /// Volatility of a total variance; 0 without time.
    #[inline(always)]
    fn vol(&self, variance: f64) -> f64 {
        let vol = (variance / self.t).sqrt();
        if self.t <= 0.0 { 0.0 } else { vol }
    }

    /// Selections instead of branches: the body of a column too.
    #[inline(always)]
    fn gain(&self, moved: Moved) -> f64 {
        let (k, variance) = self.variance();
        let before = black::price_at(
            self.sign,
            self.forward,
            self.strike,
            self.discount,
            k,
            variance.sqrt(),
        );
        let forward = moved.forward.max(0.01);
        let vol = (self.vol(variance) + moved.vol_added).max(0.001);
        let after = black::price_at(
            self.sign,
            forward,
            self.strike,
            self.discount,
            ln(self.strike / forward),
            vol * moved.t.max(0.0).sqrt(),
        );
        after - before
    }

    /// [`black::delta`] without its branches.
    #[inline(always)]
    fn delta(&self) -> f64 {
        let deviation = self.vol(self.variance().1) * self.t.max(0.0).sqrt();
        let d1 = ln(self.forward / self.strike) / deviation + 0.5 * deviation;
        let with_time = self.discount * self.sign * norm_cdf(self.sign * d1);
        let inside = if self.sign * (self.forward - self.strike) > 0.0 {
            self.discount * self.sign
        } else {
            0.0
        };
        if deviation <= 0.0 { inside } else { with_time }
    }
}

impl Options {
    fn push(&mut self, one: Terms) {
        let Terms {
            sign,
            strike,
            log_strike,
            forward,
            log_forward,
            discount,
            theta,
            phi,
            rho,
            t,
        } = one;
        self.sign.push(sign);
        self.strike.push(strike);
        self.log_strike.push(log_strike);
        self.forward.push(forward);
        self.log_forward.push(log_forward);
        self.discount.push(discount);
        self.theta.push(theta);
        self.phi.push(phi);
        self.rho.push(rho);
        self.t.push(t);
    }

    /// `f` of every option. Slices of one length: the bounds are checked here and nowhere in the loop.
    #[inline(always)]
    fn each(&self, out: &mut [f64], f: &impl OfOne) {
        let n = out.len();
        let sign = &self.sign[..n];
        let strike = &self.strike[..n];
        let log_strike = &self.log_strike[..n];
        let forward = &self.forward[..n];
        let log_forward = &self.log_forward[..n];
        let discount = &self.discount[..n];
        let theta = &self.theta[..n];
        let phi = &self.phi[..n];
        let rho = &self.rho[..n];
        let t = &self.t[..n];
        for i in 0..n {
            out[i] = f.of_one(
                i,
                Terms {
                    sign: sign[i],
                    strike: strike[i],
                    log_strike: log_strike[i],
                    forward: forward[i],
                    log_forward: log_forward[i],
                    discount: discount[i],
                    theta: theta[i],
                    phi: phi[i],
                    rho: rho[i],
                    t: t[i],
                },
            );
        }
    }
}

/// What is worked out of one option. A trait and no closure: a closure need not be inlined into the path of wide vectors.
pub(super) trait OfOne {
    fn of_one(&self, at: usize, option: Terms) -> f64;
}

/// What options gain.
#[derive(Clone, Debug, Default)]
pub struct Gains {
    options: Options,
    forward: Vec<f64>,
    vol_added: Vec<f64>,
    t: Vec<f64>,
}

impl Gains {
    /// Appends an option of a slice, and where its market moves to.
    pub fn push(&mut self, slice: &Slice, right: Right, strike: f64, moved: Moved) {
        self.options.push(Terms::of(slice, right, strike));
        self.forward.push(moved.forward);
        self.vol_added.push(moved.vol_added);
        self.t.push(moved.t);
    }

    /// Number of options.
    pub fn len(&self) -> usize {
        self.forward.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.forward.is_empty()
    }

    /// What each gains (points), as [`Slice::gain`] has it.
    pub fn points(&self) -> Vec<f64> {
        let mut out = vec![0.0; self.len()];
        dispatch(self, &mut out);
        out
    }
}

/// Where the market of each option moves to, in columns of one length.
#[derive(Clone, Copy, Debug)]
pub struct Moves<'a> {
    /// See [`Moved::forward`].
    pub forward: &'a [f64],
    /// See [`Moved::vol_added`].
    pub vol_added: &'a [f64],
    /// See [`Moved::t`].
    pub t: &'a [f64],
}

impl Moves<'_> {
    /// The first `n` of them.
    pub(super) fn first(self, n: usize) -> Self {
        Moves {
            forward: &self.forward[..n],
            vol_added: &self.vol_added[..n],
            t: &self.t[..n],
        }
    }
}

impl OfOne for Moves<'_> {
    #[inline(always)]
    fn of_one(&self, at: usize, option: Terms) -> f64 {
        option.gain(Moved {
            forward: self.forward[at],
            vol_added: self.vol_added[at],
            t: self.t[at],
        })
    }
}

impl Columns for Gains {
    #[inline(always)]
    fn work_out(&self, out: &mut [f64]) {
        let n = out.len();
        let moves = Moves {
            forward: &self.forward[..n],
            vol_added: &self.vol_added[..n],
            t: &self.t[..n],
        };
        self.options.each(out, &moves);
    }
}

/// Deltas of options.
#[derive(Clone, Debug, Default)]
pub struct Deltas {
    options: Options,
}

impl Deltas {
    /// Appends an option of a slice.
    pub fn push(&mut self, slice: &Slice, right: Right, strike: f64) {
        self.options.push(Terms::of(slice, right, strike));
    }

    /// Number of options.
    pub fn len(&self) -> usize {
        self.options.t.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.options.t.is_empty()
    }

    /// The delta of each, as [`Slice::delta`] has it.
    pub fn deltas(&self) -> Vec<f64> {
        let mut out = vec![0.0; self.len()];
        dispatch(self, &mut out);
        out
    }
}

/// Options whose market does not move.
pub(super) struct AsTheyAre;

impl OfOne for AsTheyAre {
    #[inline(always)]
    fn of_one(&self, _: usize, option: Terms) -> f64 {
        option.delta()
    }
}

impl Columns for Deltas {
    #[inline(always)]
    fn work_out(&self, out: &mut [f64]) {
        self.options.each(out, &AsTheyAre);
    }
}

impl Slice {
    /// What an option gains (points) when its market moves at once.
    #[inline]
    pub fn gain(&self, right: Right, strike: f64, moved: Moved) -> f64 {
        Terms::of(self, right, strike).gain(moved)
    }
}
