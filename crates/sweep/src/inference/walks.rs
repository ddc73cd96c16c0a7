//! Walking forward: what the choice of each fold did in the sessions after it.

use chrono::NaiveDate;
use runfile::sweep_file::Statistics;
use stats::bootstrap::Panel;
use stats::walk_forward::{Fold, folds};
use study::batch::Stopped;

use super::{HEADLINES, Judge, Row, WALKS, YEAR, draw, plan};
use crate::configurations::Series;

/// The folds of both ways of walking forward.
pub(super) fn all_folds(sessions: usize, asked: &Statistics) -> Vec<Vec<Fold>> {
    WALKS
        .into_iter()
        .map(|(_, memory)| {
            folds(
                sessions,
                asked.train_sessions,
                asked.purge_sessions,
                asked.test_sessions,
                memory,
            )
        })
        .collect()
}

impl Judge<'_> {
    /// Walking forward: per fold the choice and what became of it, then the stitched record and its curve.
    pub(super) fn walks(&self, walks: &[Vec<Fold>]) -> Result<Vec<Row>, Stopped> {
        let mut rows = Vec::new();
        for ((name, _), (folds, choices)) in WALKS.iter().zip(walks.iter().zip(&self.luck.choices))
        {
            let mut stitched = Series::default();
            let mut days = Vec::new();
            for (number, (fold, chosen)) in folds.iter().zip(choices.chosen()).enumerate() {
                let Some(place) = chosen else { continue };
                let configuration = self.all.get(place);
                let Some(series) = self.shelf.series(&configuration) else {
                    continue;
                };
                let own = &series.hedged[fold.test.clone()];
                let gain: f64 = series.gains()[fold.test.clone()].iter().sum();
                let note = format!(
                    "gain over the condors alone (USD) of cell {}, chosen on {} to {}, held {} to {}; n sessions",
                    configuration.cell,
                    self.dates[fold.train.start],
                    self.dates[fold.train.end - 1],
                    self.dates[fold.test.start],
                    self.dates[fold.test.end - 1]
                );
                let row = self.row(
                    &format!("walk_forward_{name}_fold"),
                    format!("fold {}", number + 1),
                    own.len(),
                    note,
                );
                rows.push(Row {
                    value: Some(gain),
                    ..row
                });
                stitched.hedged.extend(own);
                stitched
                    .unhedged
                    .extend(&series.unhedged[fold.test.clone()]);
                stitched.random.extend(&series.random[fold.test.clone()]);
                days.extend(&self.dates[fold.test.clone()]);
            }
            rows.extend(self.stitched(name, &stitched, &days)?);
        }
        Ok(rows)
    }

    fn stitched(
        &self,
        name: &str,
        stitched: &Series,
        days: &[NaiveDate],
    ) -> Result<Vec<Row>, Stopped> {
        if days.len() < 2 {
            return Ok(Vec::new());
        }
        let statistics = self.config.file.statistics;
        let books = [stitched.unhedged.as_slice(), stitched.hedged.as_slice()];
        let panel = Panel::new(&books);
        let draws = draw(
            &panel,
            &plan(&statistics, statistics.mean_block_sessions),
            self.stop,
        )?;
        let outcomes = books.map(stats::paired::Outcome::of);
        let mut rows = Vec::new();
        for (words, measure) in HEADLINES {
            let Some(value) = measure.of(&outcomes[0], &outcomes[1]) else {
                continue;
            };
            let found = draws.interval(measure, 0, 1, statistics.level);
            let method = found.map_or(String::new(), |found| {
                format!("; {} interval", found.method)
            });
            let note = format!("out of sample, folds put one after the other{method}; n sessions");
            let row = self.row(
                &format!("walk_forward_{name}_{words}"),
                "stitched",
                days.len(),
                note,
            );
            rows.push(Row {
                value: Some(value),
                lo: found.map(|found| found.lo),
                hi: found.map(|found| found.hi),
                p: found.map(|found| 1.0 - found.share_positive),
                ..row
            });
        }
        let year =
            |book: &[f64]| stats::ratios::session_sharpe(book).map(|sharpe| sharpe * YEAR.sqrt());
        let note = "Sharpe ratio per year out of sample; n sessions";
        let row = self.row(
            &format!("walk_forward_{name}_sharpe"),
            "stitched",
            days.len(),
            note,
        );
        rows.push(Row {
            value: year(books[1]),
            ..row
        });
        rows.extend(self.stitched_curve(name, stitched, days));
        Ok(rows)
    }

    /// The gain over the condors alone, summed from fold to fold.
    fn stitched_curve(&self, name: &str, stitched: &Series, days: &[NaiveDate]) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut total = 0.0;
        for (place, (day, gain)) in days.iter().zip(stitched.gains()).enumerate() {
            total += gain;
            // One point a week draws the same curve as five.
            if place % 5 == 4 || place + 1 == days.len() {
                let note = "cumulated gain over the condors alone; n sessions";
                let row = self.row(
                    &format!("walk_forward_{name}_usd"),
                    day.to_string(),
                    place + 1,
                    note,
                );
                rows.push(Row {
                    value: Some(total),
                    ..row
                });
            }
        }
        rows
    }
}
