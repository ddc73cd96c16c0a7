//! The level of implied volatility that published option indices say: the shift at which our CNDR and PUT earn what the
//! published ones earned.
//!
//! Both books sell options and hold them to settlement, so what they earn rises with the level at which they sold. The shipped
//! runs are replayed over all sessions at a few shifts; between those the account is interpolated. A run may follow what the
//! indices said of the twelve months before each month (`[model] index_implied_level = true`), never of its own.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use chrono::{Datelike, NaiveDate};
use engine::execution::FillAt;
use engine::run::{Keep, run};
use market::chain::{Quotes, RawChains};
use market::history::{HistoryError, MarketHistory, Pricing};
use market::inputs::InputRules;
use market::observations::Observations;
use market::price::Money;
use market::surface::ModelParams;
use runfile::config::Window;
use runfile::published_index::PublishedIndex;

use crate::arms::arm;
use crate::batch::{Stopped, map_until};
use crate::replicate::morning::late_morning;

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

/// Month-ends of one index: its published level and our accounts at each of [`SHIFTS`].
#[derive(Clone, Debug, PartialEq)]
pub struct IndexLevels {
    /// Which.
    pub index: PublishedIndex,
    months: Vec<MonthEnd>,
}

#[derive(Clone, Debug, PartialEq)]
struct MonthEnd {
    date: NaiveDate,
    published: f64,
    accounts: Vec<f64>,
}

/// What a span of months says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ImpliedShift {
    /// The month-end it begins with.
    pub from: NaiveDate,
    /// Return of the published index.
    pub published: f64,
    /// Return of our account without a shift.
    pub ours: f64,
    /// The shift at which both are equal; `None` outside the shifts tried.
    pub shift: Option<f64>,
}

impl IndexLevels {
    /// Replays the shipped run of `index` at every shift over all sessions of the dataset; `None` where the dataset has no
    /// levels of it.
    ///
    /// # Errors
    /// Where the dataset cannot be priced, or `stop` is raised before the end.
    fn new(
        index: PublishedIndex,
        observations: &Observations,
        (params, rules): (&ModelParams, &InputRules),
        stop: &AtomicBool,
    ) -> Result<Option<IndexLevels>, ImpliedLevelError> {
        let published = published(index, observations);
        let sessions = &observations.sessions;
        let (Some(first), Some(last), false) =
            (sessions.first(), sessions.last(), published.is_empty())
        else {
            return Ok(None);
        };
        let window = Window {
            name: "all".into(),
            first: *first,
            last: *last,
        };
        let mornings = late_morning(observations);
        let accounts = map_until(&SHIFTS, stop, |shift| {
            let params = ModelParams {
                atm_shift: params.atm_shift + shift,
                ..params.clone()
            };
            let of_session = |_| params.clone();
            let priced_by = (&of_session as &OfSession<'_>, rules);
            account(index, &window, (observations, &mornings), priced_by)
        })?
        .into_iter()
        .collect::<Result<Vec<_>, ImpliedLevelError>>()?;
        let at = |date: NaiveDate| -> Option<Vec<f64>> {
            accounts
                .iter()
                .map(|account| account.get(&date).copied())
                .collect()
        };
        let months = published
            .into_iter()
            .filter_map(|(date, published)| {
                Some(MonthEnd {
                    date,
                    published,
                    accounts: at(date)?,
                })
            })
            .collect();
        Ok(Some(IndexLevels { index, months }))
    }

    /// What the months from the end of the month of `from` to that of `to` say; `None` where one of them has no level.
    pub fn between(&self, from: NaiveDate, to: NaiveDate) -> Option<ImpliedShift> {
        let month_end = |date: NaiveDate| {
            let same =
                |m: &&MonthEnd| (m.date.year(), m.date.month()) == (date.year(), date.month());
            self.months.iter().find(same)
        };
        let (begin, end) = (month_end(from)?, month_end(to)?);
        let published = end.published / begin.published - 1.0;
        let earned = |i: usize| end.accounts[i] / begin.accounts[i] - 1.0;
        let plain = SHIFTS.iter().position(|shift| *shift == 0.0)?;
        let crossing = |i: usize| {
            let (low, high) = (earned(i), earned(i + 1));
            let share = (published - low) / (high - low);
            (low <= published && published <= high && high > low)
                .then(|| SHIFTS[i] + share * (SHIFTS[i + 1] - SHIFTS[i]))
        };
        Some(ImpliedShift {
            from: begin.date,
            published,
            ours: earned(plain),
            shift: (0..SHIFTS.len() - 1).find_map(crossing),
        })
    }

    /// The years of the index, from its first month-end on where the December before is not there.
    pub fn years(&self) -> Vec<(i32, ImpliedShift)> {
        let years: std::collections::BTreeSet<i32> =
            self.months.iter().map(|m| m.date.year()).collect();
        let december = |year| NaiveDate::from_ymd_opt(year, 12, 31);
        years
            .into_iter()
            .filter_map(|year| Some((year, self.between(december(year - 1)?, december(year)?)?)))
            .collect()
    }
}

/// The model's parameters on a session.
type OfSession<'a> = dyn Fn(NaiveDate) -> ModelParams + Sync + 'a;

/// Our account at its closes \[USD\], interest included; observations are those of the closes and of the late mornings.
fn account(
    index: PublishedIndex,
    window: &Window,
    (closes, mornings): (&Observations, &Observations),
    (params, inputs): (&OfSession<'_>, &InputRules),
) -> Result<BTreeMap<NaiveDate, f64>, ImpliedLevelError> {
    let config = index.run(window.clone())?;
    let arm = arm(&config, index.arm());
    let horizon = arm.horizon_days();
    let chains = RawChains::new();
    let pricing = Pricing {
        params,
        quotes: Quotes::Model,
        chains: &chains,
        inputs,
    };
    let build = |of: &Observations| {
        MarketHistory::build_priced(of, window.first, window.last, &pricing, horizon)
    };
    let history = match config.execution.fill_at {
        FillAt::NextSession => build(closes)?,
        FillAt::LateMorning => build(closes)?.with_mornings(build(mornings)?),
    };
    let capital = Money::from_usd(config.starting_capital_usd);
    let sessions = 0..history.len();
    let run = run(
        &history,
        sessions,
        &arm,
        &config.execution,
        capital,
        Keep::Journal,
    );
    let statement = book::statement::statement(&run.journal, capital, arm.layers());
    let sessions = statement.sessions.iter();
    Ok(sessions.map(|row| (row.date, row.equity.usd())).collect())
}

/// Published levels at month-ends, those of month-end series and of daily ones together.
fn published(index: PublishedIndex, observations: &Observations) -> BTreeMap<NaiveDate, f64> {
    let mut months: BTreeMap<(i32, u32), (NaiveDate, f64)> = BTreeMap::new();
    let mut add = |date: NaiveDate, value: f64| {
        if value > 0.0 && observations.sessions.binary_search(&date).is_ok() {
            months.insert((date.year(), date.month()), (date, value));
        }
    };
    for name in index.series() {
        if let Some(series) = observations.daily.get(name) {
            let dated = observations.sessions.iter().zip(&series.values);
            let last_of_month = |date: &NaiveDate| {
                market::calendar::Calendar::nyse().is_last_session_of_month(*date)
            };
            dated
                .filter(|(date, _)| last_of_month(date))
                .filter_map(|(date, value)| Some((*date, (*value)?)))
                .for_each(|(date, value)| add(date, value));
        }
        for release in observations.slow.get(name).into_iter().flatten() {
            add(release.known, release.value);
        }
    }
    months.into_values().collect()
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
            let of_year = |m: &&MonthEnd| m.date.year() == year;
            levels.months.iter().rfind(of_year).map(|m| m.date)
        };
        let earned = |(year, found): (i32, ImpliedShift)| {
            let (begin, end) = (account.get(&found.from)?, account.get(&end_of(year)?)?);
            Some((year, end / begin - 1.0))
        };
        Ok(levels.years().into_iter().filter_map(earned).collect())
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
        let priced_by = (&of_session as &OfSession<'_>, &InputRules::lenient());
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
