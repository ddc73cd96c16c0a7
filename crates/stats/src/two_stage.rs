//! Uncertainty over years: a bootstrap in two stages.
//!
//! The years are the sample. A draw chooses as many years as there are, with replacement, and draws the sessions of each
//! chosen year anew in blocks ([`crate::blocks`]). So it knows both that other years may come and that these could have
//! gone otherwise. All books of a year keep their days together, so every comparison is paired.
//!
//! Davison & Hinkley, *Bootstrap Methods and their Application* (1997), section 3.8, on data in groups: with replacement in
//! both stages, which errs towards too wide where years hardly differ. `docs/calibration.md` says how often the intervals
//! hold the truth.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::blocks::{StationaryBlocks, uniform_below};
use crate::bootstrap::Panel;
use crate::interval::Interval;
use crate::normal;
use crate::paired::Outcome;

/// Years of the same books, each with the daily P&L of all of them.
pub struct Years {
    panels: Vec<Panel>,
    blocks: Vec<StationaryBlocks>,
    chooser: ChaCha8Rng,
}

/// A year of a draw: its place in the sample, and what each book did in it.
pub type Drawn = (usize, Vec<Outcome>);

impl Years {
    /// One panel per year; all of them have the same books in the same order.
    ///
    /// # Panics
    /// If there is no year, or the years have different numbers of books.
    pub fn new(panels: Vec<Panel>, mean_block_sessions: f64, seed: u64) -> Years {
        let books = panels.first().expect("at least one year").books();
        assert!(
            panels.iter().all(|panel| panel.books() == books),
            "every year has the same books"
        );
        Years {
            blocks: panels
                .iter()
                .enumerate()
                .map(|(year, panel)| {
                    // A seed of its own per year: two years of equally many sessions must not be cut alike.
                    let own = seed.wrapping_add(1 + year as u64);
                    StationaryBlocks::new(panel.sessions(), mean_block_sessions, own)
                })
                .collect(),
            panels,
            chooser: ChaCha8Rng::seed_from_u64(seed),
        }
    }

    /// Number of years.
    pub fn len(&self) -> usize {
        self.panels.len()
    }

    /// Whether there is no year; never.
    pub fn is_empty(&self) -> bool {
        self.panels.is_empty()
    }

    /// The years as they were.
    pub fn sample(&self) -> Vec<Drawn> {
        self.panels
            .iter()
            .enumerate()
            .map(|(year, panel)| {
                let all: Vec<u32> = (0..panel.sessions() as u32).collect();
                (year, panel.outcomes(&all))
            })
            .collect()
    }

    /// The places of the years of draw number `draw`.
    pub fn choice(&self, draw: u64) -> Vec<usize> {
        let mut random = self.chooser.clone();
        random.set_stream(draw);
        let years = self.len();
        (0..years)
            .map(|_| uniform_below(random.next_u64(), years))
            .collect()
    }

    /// Draw number `draw`: the same on any thread and in any order.
    pub fn draw(&self, draw: u64) -> Vec<Drawn> {
        let slots = self.len() as u64;
        (0..)
            .zip(self.choice(draw))
            .map(|(slot, year)| {
                let panel = &self.panels[year];
                let mut sessions = vec![0; panel.sessions()];
                self.blocks[year].fill(draw * slots + slot, &mut sessions);
                (year, panel.outcomes(&sessions))
            })
            .collect()
    }
}

/// What kind of number an interval is of; it decides the method that held the truth about as often as it said, in worlds
/// whose truth is known (`docs/calibration.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverYears {
    /// A share of a drawdown or of a tail mean: the quantiles of the draws.
    Depth,
    /// A sum of P&L or a ratio of sums: those quantiles, moved away from the estimate by [`stretch`].
    Sum,
}

impl OverYears {
    /// The interval of a number over so many years, from its draws.
    ///
    /// None without a defined draw, or where there are fewer than two years: one year says nothing about others.
    pub fn interval(
        self,
        draws: &[Option<f64>],
        estimate: f64,
        years: usize,
        level: f64,
    ) -> Option<Interval> {
        let stretch = stretch(years, level)?;
        match self {
            OverYears::Depth => Interval::percentile(draws, level),
            OverYears::Sum => Interval::stretched(draws, estimate, stretch, level),
        }
    }
}

/// How far draws of so many years are moved: the quantile of Student's t with one degree of freedom less than there are
/// years, over that of the normal distribution. A bootstrap of few clusters takes their spread for known; t does not.
pub fn stretch(years: usize, level: f64) -> Option<f64> {
    let freedom = years.checked_sub(1).filter(|freedom| *freedom > 0)?;
    let tail = (1.0 + level) / 2.0;
    Some(student_quantile(tail, freedom)? / normal::quantile(tail)?)
}

/// The `p`-quantile of Student's t distribution; exact for one and two degrees of freedom, within 1 % of the value for more.
///
/// Abramowitz & Stegun, *Handbook of Mathematical Functions* (1964), 26.7.5.
pub fn student_quantile(p: f64, freedom: usize) -> Option<f64> {
    let z = normal::quantile(p)?;
    let sign = if p < 0.5 { -1.0 } else { 1.0 };
    match freedom {
        0 => None,
        1 => Some(libm::tan(std::f64::consts::PI * (p - 0.5))),
        2 => Some(sign * (2.0 * (2.0 * p - 1.0).powi(2) / (4.0 * p * (1.0 - p))).sqrt()),
        _ => {
            let v = freedom as f64;
            let z2 = z * z;
            let g1 = (z2 + 1.0) / 4.0;
            let g2 = ((5.0 * z2 + 16.0) * z2 + 3.0) / 96.0;
            let g3 = (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) / 384.0;
            let g4 = ((((79.0 * z2 + 776.0) * z2 + 1482.0) * z2 - 1920.0) * z2 - 945.0) / 92_160.0;
            Some(z * (1.0 + (g1 + (g2 + (g3 + g4 / v) / v) / v) / v))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn years(count: usize) -> Years {
        let panel = |year: usize| {
            let day = |t: usize, book: usize| ((t * 7 + year * 13 + book * 5) % 11) as f64 - 5.0;
            let books: Vec<Vec<f64>> = (0..3)
                .map(|book| (0..40 + year).map(|t| day(t, book)).collect())
                .collect();
            Panel::new(&books.iter().map(Vec::as_slice).collect::<Vec<_>>())
        };
        Years::new((0..count).map(panel).collect(), 5.0, 3)
    }

    #[test]
    fn quantiles_of_student_are_those_of_the_tables() {
        // Any table of the distribution, 5 % above: 1, 2, 3, 6 and 30 degrees of freedom.
        for (freedom, table) in [(1, 6.314), (2, 2.920), (3, 2.353), (6, 1.943), (30, 1.697)] {
            let found = student_quantile(0.95, freedom).unwrap();
            assert!((found / table - 1.0).abs() < 0.01, "{freedom}: {found}");
            let mirrored = student_quantile(0.05, freedom).unwrap();
            assert!((found + mirrored).abs() < 1e-9, "{freedom}");
            let [low, high] = [0.3, 0.7].map(|p| student_quantile(p, freedom).unwrap());
            assert!(low < 0.0 && (low + high).abs() < 1e-9, "{freedom}");
        }
        assert_eq!(student_quantile(0.95, 0), None);
        assert_eq!(stretch(1, 0.9), None);
    }

    #[test]
    fn the_series_of_student_is_the_printed_one() {
        // 26.7.5 as printed, in powers of the normal quantile, where its last terms matter.
        for (p, v) in [(0.999, 3.0), (0.9999, 4.0), (0.9, 3.0), (0.01, 5.0)] {
            let x: f64 = normal::quantile(p).unwrap();
            let power = |n: i32| x.powi(n);
            let g1 = (power(3) + x) / 4.0;
            let g2 = (5.0 * power(5) + 16.0 * power(3) + 3.0 * x) / 96.0;
            let g3 = (3.0 * power(7) + 19.0 * power(5) + 17.0 * power(3) - 15.0 * x) / 384.0;
            let g4 = (79.0 * power(9) + 776.0 * power(7) + 1482.0 * power(5)
                - 1920.0 * power(3)
                - 945.0 * x)
                / 92_160.0;
            let printed = x + g1 / v + g2 / (v * v) + g3 / v.powi(3) + g4 / v.powi(4);
            let found = student_quantile(p, v as usize).unwrap();
            assert!(
                (found / printed - 1.0).abs() < 1e-12,
                "{p} {v}: {found} {printed}"
            );
        }
    }

    #[test]
    fn draws_of_two_years_are_stretched_by_student_of_one_degree() {
        // 6.313752 over 1.644854 (tables of both distributions).
        assert!((stretch(2, 0.9).unwrap() - 6.313_752 / 1.644_854).abs() < 1e-5);
        assert!((stretch(3, 0.9).unwrap() - 2.919_986 / 1.644_854).abs() < 1e-5);
        assert_eq!(stretch(0, 0.9), None);
    }

    #[test]
    fn a_year_is_cut_by_a_seed_of_its_own_in_every_draw_and_slot() {
        let years = years(3);
        assert!(!years.is_empty());
        for draw in 0..5 {
            for (slot, (year, found)) in (0..).zip(years.draw(draw)) {
                let panel = &years.panels[year];
                let blocks = StationaryBlocks::new(panel.sessions(), 5.0, 3 + 1 + year as u64);
                let mut sessions = vec![0; panel.sessions()];
                blocks.fill(3 * draw + slot, &mut sessions);
                assert_eq!(found, panel.outcomes(&sessions), "{draw} {slot}");
            }
        }
    }

    #[test]
    fn the_sample_is_what_the_books_did() {
        let years = years(3);
        let sample = years.sample();
        assert_eq!(
            sample.iter().map(|(year, _)| *year).collect::<Vec<_>>(),
            [0, 1, 2]
        );
        let first: Vec<f64> = (0..40).map(|t| ((t * 7) % 11) as f64 - 5.0).collect();
        assert_eq!(sample[0].1[0], Outcome::of(&first));
    }

    #[test]
    fn draws_repeat_themselves_and_choose_every_year_alike() {
        let years = years(4);
        assert_eq!(years.draw(9), years.draw(9));
        assert_ne!(years.draw(9), years.draw(10));
        let mut counts = [0_usize; 4];
        for draw in 0..2_000 {
            years
                .choice(draw)
                .into_iter()
                .for_each(|year| counts[year] += 1);
        }
        // 2,000 expected each, with a deviation of 39.
        assert!(
            counts.iter().all(|count| count.abs_diff(2_000) < 160),
            "{counts:?}"
        );
    }

    #[test]
    fn a_year_that_is_chosen_twice_is_cut_anew() {
        let years = years(2);
        let twice = (0..50).find_map(|draw| match years.draw(draw).as_slice() {
            [(a, first), (b, second)] if a == b => Some((first.clone(), second.clone())),
            _ => None,
        });
        let (first, second) = twice.expect("half of the draws choose a year twice");
        assert_ne!(first, second);
    }
}
