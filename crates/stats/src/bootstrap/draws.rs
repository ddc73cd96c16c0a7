//! Outcomes of all draws, and the intervals they make.

use super::Sample;
use crate::interval::{Interval, Student};
use crate::paired::{Measure, Outcome};
use crate::stretches;
use crate::stretches::Sums;

/// The outcomes of every book in a run of consecutive draws.
#[derive(Clone, Debug, PartialEq)]
pub struct Draws {
    pub(super) first: usize,
    /// Outcome of book `s` in draw `first + d` at `[s][d]`.
    pub(super) outcomes: Vec<Vec<Outcome>>,
    /// Its P&L over each stretch of the draw, at the same place.
    pub(super) sums: Vec<Vec<Sums>>,
    pub(super) sample: Vec<Sample>,
}

impl Draws {
    /// Puts the parts of one plan back together, in any order.
    ///
    /// # Panics
    /// If the parts leave a gap, overlap, or are of different panels.
    pub fn combine(mut parts: Vec<Draws>) -> Draws {
        parts.sort_by_key(|part| (part.first, part.len()));
        let mut parts = parts.into_iter();
        let mut whole = parts.next().expect("at least one part");
        for part in parts {
            assert_eq!(
                whole.first + whole.len(),
                part.first,
                "parts must follow each other"
            );
            assert_eq!(whole.sample, part.sample, "parts must be of one panel");
            for (book, more) in whole.outcomes.iter_mut().zip(part.outcomes) {
                book.extend(more);
            }
            for (book, more) in whole.sums.iter_mut().zip(part.sums) {
                book.extend(more);
            }
        }
        whole
    }

    /// Number of draws.
    pub fn len(&self) -> usize {
        self.outcomes[0].len()
    }

    /// Whether there is no draw.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The outcomes of one book, draw by draw.
    pub fn outcomes(&self, book: usize) -> &[Outcome] {
        &self.outcomes[book]
    }

    /// A measure of book `hedged` against book `unhedged`, draw by draw; none where it is undefined.
    ///
    /// Any two books may be compared, for example an arm with its random-timing control.
    pub fn measure(&self, measure: Measure, unhedged: usize, hedged: usize) -> Vec<Option<f64>> {
        let pairs = self.outcomes[unhedged].iter().zip(&self.outcomes[hedged]);
        pairs
            .map(|(unhedged, hedged)| measure.of(unhedged, hedged))
            .collect()
    }

    /// The interval of a measure of book `hedged` against book `unhedged`, by the method that holds the truth about as
    /// often as it says in worlds whose truth is known (`docs/calibration.md`).
    ///
    /// A sum is studentised. What is as uncertain as a sum (tail mean, share of profit, gain over fewer condors) has its
    /// percentile interval stretched. A drawdown and the scales, which lie between nothing and one, keep the percentile
    /// interval, as does everything where there is no standard error, or no value in the sample.
    pub fn interval(
        &self,
        measure: Measure,
        unhedged: usize,
        hedged: usize,
        level: f64,
    ) -> Option<Interval> {
        let draws = self.measure(measure, unhedged, hedged);
        let estimate = measure.of(&self.sample[unhedged].outcome, &self.sample[hedged].outcome);
        match measure {
            Measure::PnlDifference => {
                let student = self.student(unhedged, hedged);
                student.and_then(|student| Interval::studentized(&student, level))
            }
            Measure::CvarDifference
            | Measure::Retention
            | Measure::SameDrawdownAdvantage
            | Measure::SamePnlAdvantage => estimate.and_then(|estimate| {
                let stretch = self.student(unhedged, hedged)?.stretch(level)?;
                Interval::stretched(&draws, estimate, stretch, level)
            }),
            Measure::DrawdownReduction | Measure::SameDrawdownScale | Measure::SamePnlScale => None,
        }
        .or_else(|| Interval::percentile(&draws, level))
    }

    /// The P&L of book `hedged` less that of book `unhedged` in units of its standard error; none without one.
    pub fn student(&self, unhedged: usize, hedged: usize) -> Option<Student> {
        let of = |book: usize| (&self.sample[book].sums, self.sums[book].as_slice());
        student(self.sample[unhedged].sessions, of(unhedged), of(hedged))
    }
}

/// The P&L of one book less that of another in units of its standard error, from the sums over the stretches of their
/// samples of so many sessions, and of their draws.
pub(super) fn student(
    sessions: usize,
    unhedged: (&Sums, &[Sums]),
    hedged: (&Sums, &[Sums]),
) -> Option<Student> {
    let own = |unhedged: &Sums, hedged: &Sums| {
        let gains: Sums = std::array::from_fn(|at| hedged[at] - unhedged[at]);
        let magnitude = stretches::magnitude(unhedged).max(stretches::magnitude(hedged));
        (
            gains.iter().sum::<f64>(),
            stretches::standard_error(&gains, sessions, magnitude),
        )
    };
    let (estimate, error) = own(unhedged.0, hedged.0);
    let pairs = unhedged.1.iter().zip(hedged.1);
    let ratios = pairs.map(|(unhedged, hedged)| {
        let (sum, error) = own(unhedged, hedged);
        error.map(|error| (sum - estimate) / error)
    });
    Some(Student {
        estimate,
        standard_error: error?,
        ratios: ratios.collect(),
    })
}
