//! The reality check and the test for superior predictive ability over any number of configurations, in parts.
//!
//! Both tests compare the best configuration with the best of many draws, and a greatest value of parts is the greatest
//! value of the whole. So configurations can be read in groups, on any number of threads, and forgotten: a [`Part`] keeps
//! four numbers a draw. The draws are those of [`crate::reality_check`] and [`crate::spa`]; a mean over a draw's blocks
//! is a difference of running sums, which takes as many steps as a draw has blocks, not sessions.

use crate::blocks::StationaryBlocks;
use crate::bootstrap::Plan;
use crate::defined;
use crate::moments::{mean, nonzero_deviation};
use crate::reality_check::{RealityCheck, error, p_value, scales_of};
use crate::spa::{Candidate, Superiority};

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
    /// Per draw the leader's standard error in the sample over that in the draw.
    scales: Vec<f64>,
}

impl Leader {
    /// The greater; of equals the one with the lower number, whichever part it came from.
    fn lead(self, other: &Leader) -> Leader {
        let wins =
            other.value > self.value || (other.value == self.value && other.index < self.index);
        if wins { other.clone() } else { self }
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
        let of_draw = |blocks: &Vec<(u32, u32)>| {
            let sessions = blocks
                .iter()
                .flat_map(|&(first, length)| first..first + length);
            error(
                &sessions
                    .map(|session| series[session as usize % self.sessions])
                    .collect::<Vec<_>>(),
            )
        };
        scales_of(
            error(series),
            &self.draws.iter().map(of_draw).collect::<Vec<_>>(),
        )
    }

    /// Mean of the series in each draw.
    fn means(&self, series: &[f64]) -> impl Iterator<Item = f64> {
        let twice = series.iter().chain(series);
        let running: Vec<f64> = std::iter::once(0.0)
            .chain(twice.scan(0.0, |sum, value| {
                *sum += value;
                Some(*sum)
            }))
            .collect();
        self.draws.iter().map(move |blocks| {
            let sum = |&(start, length): &(u32, u32)| {
                running[(start + length) as usize] - running[start as usize]
            };
            blocks.iter().map(sum).sum::<f64>() / self.sessions as f64
        })
    }
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
        let none = vec![f64::NEG_INFINITY; draws];
        let mut part: Option<Part> = None;
        for (index, series) in (first..).zip(gains) {
            assert_eq!(
                series.len(),
                resamples.sessions,
                "all series must cover the sessions of the draws"
            );
            let center = mean(series)?;
            let leader = |value| Leader {
                index,
                value,
                scales: Vec::new(),
            };
            let part = part.get_or_insert_with(|| Part {
                sessions: resamples.sessions,
                plan: resamples.plan,
                white: leader(center),
                white_draws: none.clone(),
                spa: None,
                spa_draws: std::array::from_fn(|_| none.clone()),
            });
            part.white = part.white.clone().lead(&leader(center));
            let varies = nonzero_deviation(series).is_some();
            let candidate = varies
                .then(|| Candidate::of(series, resamples.plan.mean_block_sessions))
                .flatten();
            if let Some(candidate) = &candidate {
                let leader = leader(candidate.mean / candidate.standard_error);
                part.spa = Some(
                    part.spa
                        .take()
                        .map_or(leader.clone(), |best| best.lead(&leader)),
                );
            }
            for (draw, drawn) in resamples.means(series).enumerate() {
                raise(&mut part.white_draws[draw], drawn - center);
                let Some(candidate) = &candidate else {
                    continue;
                };
                for (greatest, center) in part.spa_draws.iter_mut().zip(candidate.centers) {
                    raise(
                        &mut greatest[draw],
                        (drawn - center) / candidate.standard_error,
                    );
                }
            }
        }
        // Of the leaders only, once their group is through.
        if let Some(part) = &mut part {
            for leader in std::iter::once(&mut part.white).chain(&mut part.spa) {
                leader.scales = resamples.scales(gains[leader.index - first]);
            }
        }
        part
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

    /// White's reality check of all configurations so far.
    pub fn reality_check(&self) -> Option<RealityCheck> {
        let draws = self.white_draws.iter().zip(&self.white.scales);
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

    /// Hansen's test of all configurations so far; none if no gain varies.
    pub fn superiority(&self) -> Option<Superiority> {
        let best = self.spa.as_ref()?;
        let statistic = defined(best.value.max(0.0))?;
        // As in `spa`: the greatest of a draw is never below zero.
        let reached = |draws: &Vec<f64>| {
            draws
                .iter()
                .zip(&best.scales)
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

fn raise(greatest: &mut f64, value: f64) {
    if value > *greatest {
        *greatest = value;
    }
}
