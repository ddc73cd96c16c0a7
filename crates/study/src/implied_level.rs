//! The level of implied volatility that published option indices say: the shift at which our CNDR and PUT earn what the
//! published ones earned.
//!
//! Both books sell options and hold them to settlement, so what they earn rises with the level at which they sold. The shipped
//! runs are replayed over all sessions at a few shifts; between those the account is interpolated. A run may follow what the
//! indices said of the twelve months before each month (`[model] index_implied_level = true`), never of its own.

mod index_levels;

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use chrono::{Datelike, NaiveDate};
use market::history::HistoryError;
use market::inputs::InputRules;
use market::observations::Observations;
use market::surface::ModelParams;
use runfile::config::{RunConfig, Window};
use runfile::published_index::PublishedIndex;

use crate::batch::Stopped;
use crate::replicate::morning::late_morning;

use index_levels::account;

pub use index_levels::{ImpliedShift, IndexLevels};

/// The shifts of the at-the-money constant that are tried.
pub const SHIFTS: [f64; 11] = [
    -0.20, -0.16, -0.12, -0.09, -0.06, -0.03, 0.0, 0.03, 0.06, 0.10, 0.15,
];

/// Why there is no implied level.
#[derive(Debug, thiserror::Error)]
pub enum ImpliedLevelError {
    /// The observations lack what the simulated sessions need.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The user wanted to stop.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// A shipped run is wrong.
    #[error(transparent)]
    Config(#[from] runfile::ConfigError),
    /// There is nothing to compare with.
    #[error(
        "the dataset has no levels of a published index; one of the series {0} is needed (docs/replication.md says where \
         they come from)"
    )]
    NoIndex(String),
}

/// Months that a shift looks back on, and the fewest that say something.
const MONTHS: (i32, i32) = (12, 6);
/// No index moves the model further than this.
const MOST: f64 = 0.12;

/// The shift of each session that the indices said before its month.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImpliedLevel {
    indices: Vec<IndexLevels>,
    /// By month.
    shifts: BTreeMap<(i32, u32), f64>,
    rules: InputRules,
}

/// The sessions whose prices the shifts of the sessions from `first` to `last` rest on.
pub(crate) fn rests_on(first: NaiveDate, last: NaiveDate) -> (NaiveDate, NaiveDate) {
    let begin = months_before(first, MONTHS.0 + 1);
    (begin.unwrap_or(NaiveDate::MIN), last)
}

impl ImpliedLevel {
    /// That of a run; nothing where it follows none.
    ///
    /// # Errors
    /// As [`ImpliedLevel::new`].
    pub fn of_run(
        config: &RunConfig,
        observations: &Observations,
        stop: &AtomicBool,
    ) -> Result<ImpliedLevel, ImpliedLevelError> {
        match config.model.index_implied_level {
            true => {
                let model = config.model_params();
                ImpliedLevel::new(observations, &model, config.input_rules(), stop)
            }
            false => Ok(ImpliedLevel::default()),
        }
    }

    /// Replays both indices under the rules of a run; where they let nothing stand in, what serves on sessions that no
    /// shift in use rests on is the stand-in of last resort.
    ///
    /// # Errors
    /// Where the dataset holds levels of neither, cannot be priced, or `stop` is raised before the end.
    pub fn new(
        observations: &Observations,
        params: &ModelParams,
        mut rules: InputRules,
        stop: &AtomicBool,
    ) -> Result<ImpliedLevel, ImpliedLevelError> {
        rules.allow_rest();
        let mut indices = Vec::new();
        for index in PublishedIndex::ALL {
            let priced_by = (params, &rules);
            indices.extend(IndexLevels::new(index, observations, priced_by, stop)?);
        }
        if indices.is_empty() {
            let series: Vec<&str> = PublishedIndex::ALL
                .iter()
                .flat_map(|index| index.series())
                .collect();
            return Err(ImpliedLevelError::NoIndex(series.join(", ")));
        }
        let months = observations.sessions.iter();
        let shifts = months
            .map(|date| ((date.year(), date.month()), shift(&indices, *date)))
            .collect();
        Ok(ImpliedLevel {
            indices,
            shifts,
            rules,
        })
    }

    /// The yearly returns of our account of an index when it follows this: of the years the index has both ends of.
    ///
    /// # Errors
    /// Where the dataset cannot be priced.
    pub fn followed(
        &self,
        levels: &IndexLevels,
        observations: &Observations,
        base: &ModelParams,
    ) -> Result<BTreeMap<i32, f64>, ImpliedLevelError> {
        let sessions = &observations.sessions;
        let (Some(first), Some(last)) = (sessions.first(), sessions.last()) else {
            return Ok(BTreeMap::new());
        };
        let window = Window {
            name: "all".into(),
            first: *first,
            last: *last,
        };
        let mornings = late_morning(observations);
        let of_session = |date| self.params(base, date);
        let account = account(
            levels.index,
            &window,
            (observations, &mornings),
            (&of_session, &self.rules),
        )?;
        let end_of = |year: i32| {
            levels
                .months
                .iter()
                .rfind(|m| m.date.year() == year)
                .map(|m| m.date)
        };
        Ok(levels
            .years()
            .into_iter()
            .filter_map(|(year, found)| {
                let begin = account.get(&found.from)?;
                let end = account.get(&end_of(year)?)?;
                Some((year, end / begin - 1.0))
            })
            .collect())
    }

    /// The indices that were found.
    pub fn indices(&self) -> &[IndexLevels] {
        &self.indices
    }

    /// The shift of a session: the mean over the indices of what their last twelve whole months before this month said,
    /// of as many as there are but no fewer than six. Without any it is nothing.
    pub fn shift(&self, date: NaiveDate) -> f64 {
        let month = (date.year(), date.month());
        self.shifts.get(&month).copied().unwrap_or(0.0)
    }

    /// Parameters of a session.
    pub fn params(&self, base: &ModelParams, date: NaiveDate) -> ModelParams {
        let shift = self.shift(date);
        ModelParams {
            atm_shift: base.atm_shift + shift,
            ..base.clone()
        }
    }
}

fn shift(indices: &[IndexLevels], date: NaiveDate) -> f64 {
    let found: Vec<f64> = indices.iter().filter_map(|i| before(i, date)).collect();
    let mean = found.iter().sum::<f64>() / found.len().max(1) as f64;
    mean.clamp(-MOST, MOST)
}

fn before(index: &IndexLevels, date: NaiveDate) -> Option<f64> {
    (MONTHS.1..=MONTHS.0).rev().find_map(|months| {
        let span = index.between(months_before(date, months + 1)?, months_before(date, 1)?)?;
        span.shift
    })
}

/// The first day of the month so many months before.
fn months_before(date: NaiveDate, months: i32) -> Option<NaiveDate> {
    let month = date.year() * 12 + date.month0() as i32 - months;
    NaiveDate::from_ymd_opt(month.div_euclid(12), month.rem_euclid(12) as u32 + 1, 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use market::observations::DailySeries;

    /// The reconstruction with a PUT that is our own account at this shift.
    fn with_put(shift: f64) -> Observations {
        let mut observations = reconstruction::reconstruct(reconstruction::SEED);
        let sessions = &observations.sessions;
        let window = Window {
            name: "all".into(),
            first: sessions[0],
            last: sessions[sessions.len() - 1],
        };
        let params = ModelParams {
            atm_shift: shift,
            ..ModelParams::domain()
        };
        let mornings = late_morning(&observations);
        let both = (&observations, &mornings);
        let of_session = |_| params.clone();
        let priced_by = (
            &of_session as &index_levels::OfSession<'_>,
            &InputRules::lenient(),
        );
        let account = account(PublishedIndex::Put, &window, both, priced_by);
        let account = account.expect("a complete market");
        let values = sessions.iter().map(|date| account.get(date).copied());
        let series = DailySeries {
            lag_sessions: 0,
            values: values.collect(),
        };
        observations.daily.insert("put".to_string(), series);
        observations
    }

    fn found(observations: &Observations) -> ImpliedLevel {
        let never = AtomicBool::new(false);
        let rules = InputRules::required();
        ImpliedLevel::new(observations, &ModelParams::domain(), rules, &never).expect("an index")
    }

    #[test]
    fn the_shift_of_an_index_is_found_and_followed_from_earlier_months_alone() {
        let mut observations = with_put(-0.05);
        let level = found(&observations);
        let years = level.indices()[0].years();
        assert!(years.len() >= 3, "{years:?}");
        for (year, of_year) in &years {
            let shift = of_year.shift.expect("within the shifts tried");
            assert!((shift + 0.05).abs() < 0.01, "{year}: {of_year:?}");
        }
        let sessions = observations.sessions.clone();
        assert_eq!(
            level.shift(sessions[0]),
            0.0,
            "nothing is known of earlier months"
        );
        let last = sessions[sessions.len() - 1];
        assert!(
            (level.shift(last) + 0.05).abs() < 0.01,
            "{}",
            level.shift(last)
        );
        // Garbage from some day on changes no shift of its month and of those before.
        let middle = sessions.len() / 2;
        let put = observations.daily.get_mut("put").expect("it was put there");
        put.values[middle..]
            .iter_mut()
            .for_each(|v| *v = v.map(|x| 3.0 * x));
        let other = found(&observations);
        for date in &sessions[..=middle] {
            assert_eq!(level.shift(*date), other.shift(*date), "{date}");
        }
    }

    #[test]
    fn a_shift_rests_on_the_twelve_whole_months_before_its_month_and_on_six_at_least() {
        let day = |text: &str| -> NaiveDate { text.parse().expect("a date") };
        let months = |first: i32| {
            let month_end = |n: i32| {
                let since = f64::from(first - n);
                let next = months_before(day("2020-07-15"), n - 1);
                index_levels::MonthEnd {
                    date: next.and_then(|date| date.pred_opt()).expect("a date"),
                    // Each month says something else.
                    published: 100.0 + since * (1.0 + 0.02 * f64::from((first - n) % 3 - 1)),
                    accounts: SHIFTS.map(|shift| 100.0 + since * (1.0 + shift)).to_vec(),
                }
            };
            IndexLevels {
                index: PublishedIndex::Put,
                months: (0..=first).rev().map(month_end).collect(),
            }
        };
        let date = day("2020-08-15");
        for (first, from) in [(20, "2019-07-31"), (8, "2019-11-30"), (7, "2019-12-31")] {
            let levels = months(first);
            let last = levels.months.last().map(|month| month.date);
            assert_eq!(last, Some(day("2020-07-31")));
            let span = levels.between(day(from), day("2020-07-31"));
            assert!(span.is_some_and(|span| span.shift.is_some()), "{from}");
            assert_eq!(
                before(&levels, date),
                span.expect("both ends").shift,
                "{from}"
            );
        }
        assert_eq!(before(&months(5), date), None, "five months say nothing");
        // The prices behind it begin with the month before the first of them.
        assert_eq!(rests_on(date, date), (day("2019-07-01"), date));
        assert_eq!(rests_on(day("2020-01-31"), date), (day("2018-12-01"), date));
    }

    #[test]
    fn without_a_shift_what_is_followed_is_our_own_account() {
        let observations = with_put(-0.05);
        let level = found(&observations);
        let put = &level.indices()[0];
        let none = ImpliedLevel {
            rules: InputRules::lenient(),
            ..ImpliedLevel::default()
        };
        let base = ModelParams::domain();
        let followed = none.followed(put, &observations, &base);
        let followed = followed.expect("a complete market");
        assert!(followed.len() >= 3, "{followed:?}");
        for (year, of_year) in put.years() {
            let ours = followed[&year];
            assert!(
                (ours - of_year.ours).abs() < 1e-9,
                "{year}: {ours} {of_year:?}"
            );
        }
    }

    #[test]
    fn a_dataset_without_an_index_says_which_series_it_needs() {
        let mut observations = reconstruction::reconstruct(reconstruction::SEED);
        for name in PublishedIndex::ALL.iter().flat_map(|index| index.series()) {
            observations.daily.remove(name);
            observations.slow.remove(name);
        }
        let never = AtomicBool::new(false);
        let rules = InputRules::required();
        let error = ImpliedLevel::new(&observations, &ModelParams::domain(), rules, &never);
        let message = error.expect_err("nothing to follow").to_string();
        assert!(message.contains("put_month_end"), "{message}");
    }
}
