//! How much of the choice is luck: the ranks of the halves, the contests.

use stats::contest::Part;
use stats::overfit::{Overfitting, Ranks};
use tables::InferenceRow as Row;

use super::Judge;
use crate::overfitting::Pass;

/// Bins of the histogram of logits.
const LOGIT_BIN: f64 = 0.25;

impl Judge<'_> {
    /// Probability of overfitting over all sessions and in each window, with the histogram of logits.
    pub(super) fn overfitting(&self, pass: &Pass<'_>, ranks: &[Option<Ranks>]) -> Vec<Row> {
        let blocks = self.config.file.statistics.cscv_blocks;
        let mut rows = Vec::new();
        let spans = pass.spans().zip(self.luck.leaders.iter().zip(ranks));
        for (place, (span, (leaders, ranks))) in spans.enumerate() {
            let whole = span.len() / blocks * blocks;
            let (Some(leaders), Some(ranks)) = (leaders, ranks) else {
                continue;
            };
            let Some(found) = Overfitting::of(leaders, ranks, whole) else {
                continue;
            };
            let subject = if place == 0 {
                "all windows"
            } else {
                self.window(place - 1)
            };
            let note = format!(
                "share of splits in which the best of {} in sample falls into the worse half; {blocks} blocks of {} \
                 sessions; mean logit {:.3}; n splits",
                leaders.configurations(),
                found.sessions / blocks,
                found.mean_logit()
            );
            let n = found.logits.len();
            rows.push(Row {
                value: Some(found.pbo),
                ..self.row("pbo", subject, n, note)
            });
            let note = "share of splits in which the best in sample has a Sharpe ratio below zero out of sample; n splits";
            rows.push(Row {
                value: Some(found.loss_share),
                ..self.row("pbo_loss_share", subject, n, note)
            });
            if place == 0 {
                rows.extend(self.histogram(&found.logits));
            }
        }
        rows
    }

    fn histogram(&self, logits: &[f64]) -> Vec<Row> {
        let mut bins: std::collections::BTreeMap<i64, usize> = std::collections::BTreeMap::new();
        for logit in logits {
            *bins.entry((logit / LOGIT_BIN).floor() as i64).or_default() += 1;
        }
        let row = |(bin, count): (i64, usize)| {
            let middle = (bin as f64 + 0.5) * LOGIT_BIN;
            Row {
                value: Some(middle),
                ..self.row(
                    "pbo_logit",
                    "all windows",
                    count,
                    "middle of a bin; n splits",
                )
            }
        };
        bins.into_iter().map(row).collect()
    }

    /// White's and Hansen's tests against each benchmark.
    pub(super) fn contests(&self) -> Vec<Row> {
        let fewer = "fewer condors with the same drawdown in each window, fitted in the sample";
        let random = "the same premium spent on the same things at random dates, in the mean, fitted in the sample,";
        let benchmarks = [
            ("unhedged", "the same condors alone", &self.luck.unhedged),
            ("deleveraged", fewer, &self.luck.deleveraged),
            ("random timing", random, &self.luck.random),
        ];
        benchmarks
            .into_iter()
            .flat_map(|(name, words, part)| self.contest(name, words, part.as_ref()))
            .collect()
    }

    /// A configuration by its cell, and whether it is the one that was chosen: a test has a best of its own.
    fn named(&self, place: usize) -> String {
        let words = if place == self.best {
            "the chosen one"
        } else {
            "the greatest by this test, not the chosen one"
        };
        format!("cell {}, {words}", self.all.get(place).cell)
    }

    pub(super) fn contest(&self, name: &str, words: &str, part: Option<&Part>) -> Vec<Row> {
        let Some(part) = part else { return Vec::new() };
        let draws = self.config.file.statistics.draws;
        let subject = format!("against {name}");
        let mut rows = Vec::new();
        if let Some(found) = part.superiority(self.resamples) {
            let note = format!(
                "Hansen, consistent (lower {:.4}, upper {:.4}); value: gain in standard errors over {words} of {}; n draws",
                found.p_lower,
                found.p_upper,
                self.named(found.best)
            );
            let row = self.row("spa", subject.clone(), draws, note);
            rows.push(Row {
                value: Some(found.statistic),
                p: Some(found.p_consistent),
                ..row
            });
        }
        if let Some(found) = part.reality_check(self.resamples) {
            let per_session = found.statistic / (self.dates.len() as f64).sqrt();
            let note = format!(
                "White; value: mean gain over {words} of {}, USD per session; n draws",
                self.named(found.best)
            );
            let row = self.row("reality_check", subject, draws, note);
            rows.push(Row {
                value: Some(per_session),
                p: Some(found.p_value),
                ..row
            });
        }
        rows
    }
}
