//! Month-ends of one published index beside our accounts, and the shift at which both earn the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicBool;

use chrono::{Datelike, NaiveDate};
use engine::execution::FillAt;
use engine::run::{Keep, run};
use market::chain::{Quotes, RawChains};
use market::history::{MarketHistory, Pricing};
use market::inputs::InputRules;
use market::observations::Observations;
use market::price::Money;
use market::surface::ModelParams;
use runfile::config::Window;
use runfile::published_index::PublishedIndex;

use super::{ImpliedLevelError, MONTHS, SHIFTS};
use crate::arms::arm;
use crate::batch::map_until;
use crate::replicate::morning::late_morning;

/// Month-ends of one index: its published level and our accounts at each of [`SHIFTS`].
#[derive(Clone, Debug, PartialEq)]
pub struct IndexLevels {
    /// Which.
    pub index: PublishedIndex,
    pub(super) months: Vec<MonthEnd>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct MonthEnd {
    pub(super) date: NaiveDate,
    pub(super) published: f64,
    pub(super) accounts: Vec<f64>,
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
    pub(super) fn new(
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
            self.months
                .iter()
                .find(|m| (m.date.year(), m.date.month()) == (date.year(), date.month()))
        };
        let begin = month_end(from)?;
        let end = month_end(to)?;
        let published = end.published / begin.published - 1.0;
        let earned = |i: usize| end.accounts[i] / begin.accounts[i] - 1.0;
        let plain = SHIFTS.iter().position(|shift| *shift == 0.0)?;
        Some(ImpliedShift {
            from: begin.date,
            published,
            ours: earned(plain),
            shift: (0..SHIFTS.len() - 1).find_map(|i| {
                let low = earned(i);
                let high = earned(i + 1);
                let share = (published - low) / (high - low);
                (low <= published && published <= high && high > low)
                    .then(|| SHIFTS[i] + share * (SHIFTS[i + 1] - SHIFTS[i]))
            }),
        })
    }

    /// The years of the index that it has both ends of; the first one from its first month-end on, where half a year and more
    /// is left of it.
    pub fn years(&self) -> Vec<(i32, ImpliedShift)> {
        let december = |year| NaiveDate::from_ymd_opt(year, 12, 31);
        let begun = self.months.first().map(|month| month.date);
        let years: BTreeSet<i32> = self.months.iter().map(|m| m.date.year()).collect();
        years
            .into_iter()
            .filter_map(|year| {
                let end = december(year)?;
                let of_first =
                    |date: &NaiveDate| date.year() == year && 12 - date.month() as i32 >= MONTHS.1;
                let whole = self.between(december(year - 1)?, end);
                let part = || self.between(begun.filter(of_first)?, end);
                Some((year, whole.or_else(part)?))
            })
            .collect()
    }
}

/// The model's parameters on a session.
pub(super) type OfSession<'a> = dyn Fn(NaiveDate) -> ModelParams + Sync + 'a;

/// Our account at its closes \[USD\], interest included; observations are those of the closes and of the late mornings.
pub(super) fn account(
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

#[cfg(test)]
mod tests {
    use super::*;

    /// An index and accounts that grow alike, from one month-end to another.
    fn levels(first: (i32, u32), last: (i32, u32)) -> IndexLevels {
        let number = |(year, month): (i32, u32)| year * 12 + month as i32 - 1;
        let month_end = |n: i32| {
            let next = NaiveDate::from_ymd_opt((n + 1) / 12, ((n + 1) % 12) as u32 + 1, 1);
            let date = next.and_then(|date| date.pred_opt()).expect("a month");
            MonthEnd {
                date,
                published: f64::from(n),
                accounts: SHIFTS.map(|shift| f64::from(n) * (1.0 + shift)).to_vec(),
            }
        };
        IndexLevels {
            index: PublishedIndex::Cndr,
            months: (number(first)..=number(last)).map(month_end).collect(),
        }
    }

    #[test]
    fn a_return_between_those_of_two_shifts_lies_as_far_between_the_shifts() {
        let mut levels = levels((2018, 1), (2018, 2));
        let earned = |i: usize| 0.01 * (i + 1) as f64;
        let (from, to) = (levels.months[0].date, levels.months[1].date);
        for (at, month) in levels.months.iter_mut().enumerate() {
            let grown = |i: usize| 100.0 * (1.0 + earned(i) * at as f64);
            month.accounts = (0..SHIFTS.len()).map(grown).collect();
        }
        let mut at = |published: f64| {
            levels.months[0].published = 50.0;
            levels.months[1].published = 50.0 * (1.0 + published);
            levels.between(from, to).expect("both ends").shift
        };
        for i in 0..SHIFTS.len() - 1 {
            let shift = at(0.75 * earned(i) + 0.25 * earned(i + 1)).expect("among those tried");
            let wanted = 0.75 * SHIFTS[i] + 0.25 * SHIFTS[i + 1];
            assert!((shift - wanted).abs() < 1e-9, "{shift} for {wanted}");
        }
        assert_eq!(at(0.009), None);
        assert_eq!(at(0.111), None);
    }

    #[test]
    fn the_first_year_begins_with_the_first_month_end_where_half_of_it_is_left() {
        let begins = |first| -> Vec<(i32, String)> {
            let years = levels(first, (2020, 7)).years().into_iter();
            years
                .map(|(year, found)| (year, found.from.to_string()))
                .collect()
        };
        let next = (2019, "2018-12-31".to_string());
        let from = |date: &str| (2018, date.to_string());
        assert_eq!(begins((2018, 1)), [from("2018-01-31"), next.clone()]);
        assert_eq!(begins((2018, 6)), [from("2018-06-30"), next.clone()]);
        for late in [7, 12] {
            assert_eq!(begins((2018, late))[0], next, "{late}");
        }
        let whole = (2018, "2017-12-31".to_string());
        assert_eq!(begins((2017, 12))[0], whole);
    }
}
