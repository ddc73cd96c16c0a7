//! What the releases ahead of a session add to its clock (docs/model.md#the-clock).

use chrono::{Datelike, NaiveDate};

use super::EventWeights;
use crate::observations::{EventKind, MacroEvent};

/// The releases after a session with their weights, which every expiry of the session asks for.
#[derive(Clone, Debug)]
pub(super) struct Releases {
    /// Day and weight `[sessions]`, as listed.
    ahead: Vec<(i32, f64)>,
    /// Weight of the first n of them; none where they are not listed in the order of their days.
    sums: Option<Vec<f64>>,
}

impl Releases {
    /// Those after `date`; none without weights.
    pub(super) fn after(
        date: NaiveDate,
        events: &[MacroEvent],
        weights: &EventWeights,
    ) -> Releases {
        if *weights == EventWeights::default() {
            return Releases {
                ahead: Vec::new(),
                sums: None,
            };
        }
        let ahead: Vec<(i32, f64)> = events
            .iter()
            .filter(|event| event.date > date)
            .map(|event| (event.date.num_days_from_ce(), weight(event.kind, weights)))
            .collect();
        let sums = ahead.is_sorted_by_key(|(day, _)| *day).then(|| {
            // Begins with what an empty sum is, so that every sum has the bits of the plain one.
            let mut total: f64 = std::iter::empty::<f64>().sum();
            let mut sums = Vec::with_capacity(ahead.len() + 1);
            sums.push(total);
            sums.extend(ahead.iter().map(|(_, weight)| {
                total += weight;
                total
            }));
            sums
        });
        Releases { ahead, sums }
    }

    /// Weight of those up to and including `to`.
    pub(super) fn weight_until(&self, to: i32) -> f64 {
        match &self.sums {
            Some(sums) => sums[self.ahead.partition_point(|(day, _)| *day <= to)],
            None if self.ahead.is_empty() => 0.0,
            None => self.plain(to),
        }
    }

    fn plain(&self, to: i32) -> f64 {
        let until = self.ahead.iter().filter(|(day, _)| *day <= to);
        until.map(|(_, weight)| *weight).sum()
    }
}

fn weight(kind: EventKind, weights: &EventWeights) -> f64 {
    match kind {
        EventKind::Cpi => weights.cpi,
        EventKind::Fomc => weights.fomc,
        EventKind::Payrolls => weights.payrolls,
        EventKind::Ppi | EventKind::GdpAdvance => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weight_of_releases_is_their_plain_sum_to_the_last_bit_in_any_order() {
        let weights = EventWeights {
            cpi: 0.83,
            fomc: 0.71,
            payrolls: 0.19,
        };
        let builtin = crate::events::builtin();
        let backwards: Vec<MacroEvent> = builtin.iter().rev().cloned().collect();
        for (events, in_order) in [(builtin, true), (backwards.as_slice(), false)] {
            for date in ["2021-12-31", "2022-06-15", "2023-03-14", "2024-11-29"] {
                let date: NaiveDate = date.parse().unwrap();
                let releases = Releases::after(date, events, &weights);
                assert_eq!(releases.sums.is_some(), in_order);
                for day in date.iter_days().take(400) {
                    let plain: f64 = events
                        .iter()
                        .filter(|event| event.date > date && event.date <= day)
                        .map(|event| weight(event.kind, &weights))
                        .sum();
                    let found = releases.weight_until(day.num_days_from_ce());
                    assert_eq!(found.to_bits(), plain.to_bits());
                }
            }
        }
    }

    #[test]
    fn without_weights_no_release_counts() {
        let date = NaiveDate::from_ymd_opt(2022, 1, 3).unwrap();
        let none = Releases::after(date, crate::events::builtin(), &EventWeights::default());
        let year = date + chrono::Days::new(365);
        assert_eq!(
            none.weight_until(year.num_days_from_ce()).to_bits(),
            0.0_f64.to_bits()
        );
    }
}
