//! The reality check and the test for superior predictive ability over any number of configurations, in parts.
//!
//! Both tests compare the best configuration with the best of many draws, and a greatest value of parts is the greatest
//! value of the whole. So configurations can be read in groups, on any number of threads, and forgotten: a [`Part`] keeps
//! four numbers a draw. The draws are those of [`crate::reality_check`] and [`crate::spa`]; a mean over a draw's blocks
//! is a difference of running sums, which takes as many steps as a draw has blocks, not sessions. (As a product of two
//! matrices, weights of sessions times gains, it would be twenty times the additions.) Eight configurations go through
//! the draws side by side.

use crate::blocks::StationaryBlocks;
use crate::bootstrap::Plan;
use crate::defined;
use crate::moments::{mean, nonzero_deviation};
use crate::reality_check::{RealityCheck, error, p_value, scales_of};
use crate::spa::{Candidate, Superiority};
use crate::widest::{LANES, Lanes, widest};
use crate::words::{WordReader, Words};

/// The draws of a plan, as blocks of sessions.
#[derive(Clone, Debug)]
pub struct Resamples {
    sessions: usize,
    plan: Plan,
    draws: Vec<Vec<(u32, u32)>>,
}

/// What a group of configurations contributes.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    sessions: usize,
    plan: Plan,
    /// Greatest mean gain and whose it is.
    white: Leader,
    white_draws: Vec<f64>,
    /// Greatest gain in standard errors and whose it is; none if no gain varies.
    spa: Option<Leader>,
    spa_draws: [Vec<f64>; 3],
}

#[derive(Clone, Debug, PartialEq)]
struct Leader {
    index: usize,
    value: f64,
    /// Its daily gains.
    gains: Vec<f64>,
}

impl Leader {
    /// The greater; of equals the one with the lower number, whichever part it came from.
    fn lead(self, other: &Leader) -> Leader {
        let wins =
            other.value > self.value || (other.value == self.value && other.index < self.index);
        if wins { other.clone() } else { self }
    }

    fn write(&self, out: &mut Words) {
        out.number(self.index as u64);
        out.fraction(self.value);
        out.fractions(&self.gains);
    }

    fn read(input: &mut WordReader<'_>, first: usize) -> Option<Leader> {
        Some(Leader {
            index: input.count()?.checked_add(first)?,
            value: input.fraction()?,
            gains: input.fractions()?,
        })
    }
}

/// The configurations ahead so far in a group: number and value.
#[derive(Default)]
struct Leaders {
    white: Option<(usize, f64)>,
    spa: Option<(usize, f64)>,
}

impl Leaders {
    /// Of equals the one looked at first stays.
    fn look_at(&mut self, index: usize, mean: f64, candidate: Option<&Candidate>) {
        let ahead = |best: &mut Option<(usize, f64)>, value: f64| {
            if best.is_none_or(|(_, known)| value > known) {
                *best = Some((index, value));
            }
        };
        ahead(&mut self.white, mean);
        if let Some(one) = candidate {
            ahead(&mut self.spa, one.mean / one.standard_error);
        }
    }
}

impl Resamples {
    /// The draws of `plan` over `sessions` sessions.
    ///
    /// # Panics
    /// As [`StationaryBlocks::new`].
    pub fn new(sessions: usize, plan: &Plan) -> Resamples {
        let blocks = StationaryBlocks::new(sessions, plan.mean_block_sessions, plan.seed);
        Resamples {
            sessions,
            plan: *plan,
            draws: (0..plan.draws as u64)
                .map(|draw| blocks.blocks(draw))
                .collect(),
        }
    }

    /// Per draw the standard error of the series over that of its draw.
    fn scales(&self, series: &[f64]) -> Vec<f64> {
        scales_of(
            error(series),
            &self
                .draws
                .iter()
                .map(|blocks| {
                    let sessions = blocks
                        .iter()
                        .flat_map(|&(first, length)| first..first + length);
                    error(
                        &sessions
                            .map(|session| series[session as usize % self.sessions])
                            .collect::<Vec<_>>(),
                    )
                })
                .collect::<Vec<_>>(),
        )
    }
}

/// The greatest values of each draw, lane by lane: White's, then Hansen's under each of the three centrings.
struct Greatest(Vec<[Lanes; 4]>);

/// Eight configurations side by side. A lane without one, or without a standard error, holds `NaN`, which is never the
/// greatest.
struct Abreast {
    /// Running sums of the daily gains, taken twice, because a block may go round the end.
    running: Vec<Lanes>,
    mean: Lanes,
    standard_error: Lanes,
    /// Whether a drawn mean is measured from the mean or from zero, under each centring.
    from_mean: [[bool; LANES]; 3],
}

impl Abreast {
    fn new(sessions: usize) -> Abreast {
        Abreast {
            running: vec![[0.0; LANES]; 2 * sessions + 1],
            mean: [f64::NAN; LANES],
            standard_error: [f64::NAN; LANES],
            from_mean: [[true; LANES]; 3],
        }
    }

    fn put(&mut self, lane: usize, gains: &[f64], mean: f64, candidate: Option<&Candidate>) {
        let mut sum = 0.0;
        for (running, gain) in self.running[1..].iter_mut().zip(gains.iter().chain(gains)) {
            sum += gain;
            running[lane] = sum;
        }
        self.mean[lane] = mean;
        self.standard_error[lane] = candidate.map_or(f64::NAN, |one| one.standard_error);
        for (from_mean, center) in self
            .from_mean
            .iter_mut()
            .zip(candidate.map_or([mean; 3], |one| one.centers))
        {
            from_mean[lane] = center == mean;
        }
    }
}

#[inline(always)]
fn raise_all_body(abreast: &Abreast, draws: &[Vec<(u32, u32)>], greatest: &mut Greatest) {
    let sessions = (abreast.running.len() / 2) as f64;
    let mean = &abreast.mean;
    let error = &abreast.standard_error;
    for (blocks, [white, hansen @ ..]) in draws.iter().zip(&mut greatest.0) {
        let mut drawn = [0.0; LANES];
        for &(start, length) in blocks {
            let from = &abreast.running[start as usize];
            let to = &abreast.running[(start + length) as usize];
            for lane in 0..LANES {
                drawn[lane] += to[lane] - from[lane];
            }
        }
        let mut above_mean = [0.0; LANES];
        let mut above_zero = [0.0; LANES];
        for lane in 0..LANES {
            drawn[lane] /= sessions;
            let gain = drawn[lane] - mean[lane];
            raise(&mut white[lane], gain);
            above_mean[lane] = gain / error[lane];
            above_zero[lane] = drawn[lane] / error[lane];
        }
        for (greatest, from_mean) in hansen.iter_mut().zip(&abreast.from_mean) {
            for lane in 0..LANES {
                let value = if from_mean[lane] {
                    above_mean[lane]
                } else {
                    above_zero[lane]
                };
                raise(&mut greatest[lane], value);
            }
        }
    }
}

widest! {
    /// Raises the greatest values of every draw by those of eight configurations.
    raise_all = raise_all_body(abreast: &Abreast, draws: &[Vec<(u32, u32)>], greatest: &mut Greatest)
}

impl Part {
    /// A group of configurations by their daily gains over the benchmark; the first has number `first`.
    ///
    /// None without a configuration or a draw, with fewer than three sessions, or if a value is not finite.
    ///
    /// # Panics
    /// If a series does not cover the sessions of the draws.
    pub fn of(gains: &[&[f64]], first: usize, resamples: &Resamples) -> Option<Part> {
        let draws = resamples.draws.len();
        if draws == 0 || resamples.sessions < 3 {
            return None;
        }
        let mut greatest = Greatest(vec![[[f64::NEG_INFINITY; LANES]; 4]; draws]);
        let mut leaders = Leaders::default();
        for (place, eight) in gains.chunks(LANES).enumerate() {
            let mut abreast = Abreast::new(resamples.sessions);
            for (lane, series) in eight.iter().enumerate() {
                assert_eq!(
                    series.len(),
                    resamples.sessions,
                    "all series must cover the sessions of the draws"
                );
                let center = mean(series)?;
                let varies = nonzero_deviation(series).is_some();
                let candidate = varies
                    .then(|| Candidate::of(series, resamples.plan.mean_block_sessions))
                    .flatten();
                leaders.look_at(first + place * LANES + lane, center, candidate.as_ref());
                abreast.put(lane, series, center, candidate.as_ref());
            }
            raise_all(&abreast, &resamples.draws, &mut greatest);
        }
        let leader = |(index, value): (usize, f64)| Leader {
            index,
            value,
            gains: gains[index - first].to_vec(),
        };
        let of_draws = |kind: usize| {
            greatest
                .0
                .iter()
                .map(|lanes| {
                    lanes[kind]
                        .iter()
                        .copied()
                        .fold(f64::NEG_INFINITY, f64::max)
                })
                .collect()
        };
        Some(Part {
            sessions: resamples.sessions,
            plan: resamples.plan,
            white: leader(leaders.white?),
            white_draws: of_draws(0),
            spa: leaders.spa.map(leader),
            spa_draws: std::array::from_fn(|at| of_draws(1 + at)),
        })
    }

    /// Two groups together, in any order.
    ///
    /// # Panics
    /// If they are of different draws.
    pub fn join(mut self, other: &Part) -> Part {
        assert!(
            self.plan == other.plan && self.sessions == other.sessions,
            "parts must share their draws"
        );
        self.white = self.white.lead(&other.white);
        self.spa = match (self.spa, &other.spa) {
            (Some(a), Some(b)) => Some(a.lead(b)),
            (a, b) => a.or(b.clone()),
        };
        let pairs = self.spa_draws.iter_mut().zip(&other.spa_draws);
        for (mine, theirs) in pairs.chain([(&mut self.white_draws, &other.white_draws)]) {
            mine.iter_mut()
                .zip(theirs)
                .for_each(|(mine, theirs)| raise(mine, *theirs));
        }
        self
    }

    /// Writes it down, to be joined elsewhere.
    pub fn write(&self, out: &mut Words) {
        out.number(self.sessions as u64);
        out.number(self.plan.draws as u64);
        out.fraction(self.plan.mean_block_sessions);
        out.number(self.plan.seed);
        self.white.write(out);
        out.maybe(self.spa.as_ref(), |out, spa| spa.write(out));
        let draws = std::iter::once(&self.white_draws).chain(&self.spa_draws);
        draws.for_each(|draws| out.fractions(draws));
    }

    /// What [`Part::write`] wrote of configurations that were numbered from 0 on; their numbers begin with `first`.
    pub fn read(input: &mut WordReader<'_>, first: usize) -> Option<Part> {
        let sessions = input.count()?;
        let plan = Plan {
            draws: input.count()?,
            mean_block_sessions: input.fraction()?,
            seed: input.number()?,
        };
        let white = Leader::read(input, first)?;
        let spa = input.maybe(|input| Leader::read(input, first))?;
        let mut draws = || input.fractions().filter(|draws| draws.len() == plan.draws);
        Some(Part {
            sessions,
            plan,
            white,
            spa,
            white_draws: draws()?,
            spa_draws: [draws()?, draws()?, draws()?],
        })
    }

    /// White's reality check of all configurations so far, by the draws they were taken through.
    pub fn reality_check(&self, resamples: &Resamples) -> Option<RealityCheck> {
        let scales = resamples.scales(&self.white.gains);
        let draws = self.white_draws.iter().zip(&scales);
        let reached = draws
            .filter(|(drawn, scale)| **drawn * **scale >= self.white.value)
            .count();
        let statistic = defined(self.white.value * (self.sessions as f64).sqrt())?;
        Some(RealityCheck {
            best: self.white.index,
            statistic,
            p_value: p_value(reached, &self.plan)?,
        })
    }

    /// Hansen's test of all configurations so far, by the same draws; none if no gain varies.
    pub fn superiority(&self, resamples: &Resamples) -> Option<Superiority> {
        let best = self.spa.as_ref()?;
        let scales = resamples.scales(&best.gains);
        let statistic = defined(best.value.max(0.0))?;
        // As in `spa`: the greatest of a draw is never below zero.
        let reached = |draws: &Vec<f64>| {
            draws
                .iter()
                .zip(&scales)
                .filter(|(drawn, scale)| drawn.max(0.0) * **scale >= statistic)
                .count()
        };
        let [p_lower, p_consistent, p_upper] =
            [0, 1, 2].map(|at| p_value(reached(&self.spa_draws[at]), &self.plan));
        Some(Superiority {
            best: best.index,
            statistic,
            p_lower: p_lower?,
            p_consistent: p_consistent?,
            p_upper: p_upper?,
        })
    }
}

#[inline(always)]
fn raise(greatest: &mut f64, value: f64) {
    *greatest = if value > *greatest { value } else { *greatest };
}
