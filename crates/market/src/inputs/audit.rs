//! How often each input of a run was published, carried, stood in for, or missing.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{Datelike, Days, NaiveDate};

use super::{Input, InputRule, InputRules, Standing, column};
use crate::calendar::{spx_am_settlement, vix_settlement};
use crate::listing;
use crate::observations::{EventKind, MacroEvent, Observations, names};
use crate::surface::EventWeights;

/// A fact of one day, which is there or not.
fn standing_of(is_there: bool, rule: InputRule) -> Standing {
    match (is_there, rule.stand_in) {
        (true, _) => Standing::Published,
        (false, Some(_)) => Standing::StandIn,
        (false, None) => Standing::Missing { age: None },
    }
}

/// The longest time between two releases of a kind: rate decisions were 91 days apart in 2020 [calendar days].
const MOST_DAYS_BETWEEN_RELEASES: i64 = 100;
/// The curve of the volatility indices ends at the Friday after their farthest node, at most this far ahead.
const CALENDAR_DAYS: u64 = 191;

/// Whether the release calendar, sorted by date, reaches beyond the curve of `date`, without a gap, for every kind that has a weight.
fn has_releases(events: &[MacroEvent], date: NaiveDate, weights: &EventWeights) -> bool {
    let weighted = [
        (EventKind::Cpi, weights.cpi),
        (EventKind::Fomc, weights.fomc),
        (EventKind::Payrolls, weights.payrolls),
    ];
    let end = date + Days::new(CALENDAR_DAYS);
    let ahead = &events[events.partition_point(|e| e.date <= date)..];
    let reaches = |kind: EventKind| {
        let mut before = date;
        for event in ahead.iter().filter(|e| e.kind == kind) {
            if before > end || (event.date - before).num_days() > MOST_DAYS_BETWEEN_RELEASES {
                break;
            }
            before = event.date;
        }
        before > end
    };
    weighted
        .iter()
        .all(|(kind, weight)| *weight == 0.0 || reaches(*kind))
}

/// Which inputs a run can use. Bill yields, VIX and the overnight rate are read by every run: money earns interest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// The SPX surface: an SPX option is traded, or a signal looks at one.
    pub surface: bool,
    /// VIX options are traded.
    pub vix_options: bool,
    /// VIX futures, or options on them, this many calendar days ahead; 0 where none are traded or read.
    pub vx_days: i64,
    /// SPX options that settle at the open are traded.
    pub am_settlement: bool,
    /// Orders fill in the late morning.
    pub mornings: bool,
}

impl Needs {
    /// What either needs.
    pub fn or(self, other: Needs) -> Needs {
        Needs {
            surface: self.surface || other.surface,
            vix_options: self.vix_options || other.vix_options,
            vx_days: self.vx_days.max(other.vx_days),
            am_settlement: self.am_settlement || other.am_settlement,
            mornings: self.mornings || other.mornings,
        }
    }

    /// Whether prices of the session `date` can rest on `input`. `models_vx` is whether the model may price a future.
    fn is_needed(&self, input: Input, date: NaiveDate, models_vx: bool) -> bool {
        let modelled = models_vx && self.vx_days > 0;
        match input {
            Input::Vix
            | Input::Overnight
            | Input::Bill1Month
            | Input::Bill3Months
            | Input::Bill6Months
            | Input::Bill1Year => true,
            Input::Vix9d | Input::Vix3m | Input::Vix6m => self.surface || modelled,
            Input::Skew | Input::Releases => self.surface,
            Input::Vvix => self.vix_options || modelled,
            Input::SpxOpen => {
                let settles = || spx_am_settlement(date.year(), date.month()) == Some(date);
                self.mornings || (self.am_settlement && settles())
            }
            Input::VixOpen => self.mornings,
            Input::Vx => self.vx_days > 0,
            Input::Vro => {
                self.vx_days > 0 && vix_settlement(date.year(), date.month()) == Some(date)
            }
        }
    }
}

/// How the inputs of a dataset stand under the rules of a run.
pub struct Audit<'a> {
    obs: &'a Observations,
    rules: &'a InputRules,
    aged: BTreeMap<Input, Vec<Standing>>,
}

impl<'a> Audit<'a> {
    /// Reads every series that may be carried.
    pub fn new(obs: &'a Observations, rules: &'a InputRules) -> Audit<'a> {
        let aged = Input::ALL.into_iter().filter(|input| input.has_age());
        Audit {
            obs,
            rules,
            aged: aged.map(|i| (i, column(obs, i, rules).standings)).collect(),
        }
    }

    /// How often, on the sessions from `first` to `last`, an input that a run can use was not its own published value.
    /// Inputs that always were are left out. `weights` are those of the release days.
    pub fn counts(
        &self,
        (first, last): (NaiveDate, NaiveDate),
        needs: &Needs,
        weights: &EventWeights,
    ) -> Vec<InputCount> {
        let sessions = &self.obs.sessions;
        let from = sessions.partition_point(|date| *date < first);
        let to = sessions.partition_point(|date| *date <= last);
        self.counts_on(&sessions[from..to.max(from)], needs, weights)
    }

    /// Sessions from `first` to `last` by series and publisher: of the close of the index, and of every input that prices of
    /// one of them can rest on. Nothing of series of which the dataset does not say who published them.
    pub fn publishers(
        &self,
        (first, last): (NaiveDate, NaiveDate),
        needs: &Needs,
    ) -> BTreeMap<String, BTreeMap<String, usize>> {
        let models_vx = self.rules.of(Input::Vx).stand_in.is_some();
        let sessions = &self.obs.sessions;
        let from = sessions.partition_point(|date| *date < first);
        let to = sessions.partition_point(|date| *date <= last);
        let days = &sessions[from..to.max(from)];
        let is_used = |input: &Input| {
            let mut days = days.iter();
            days.any(|day| needs.is_needed(*input, *day, models_vx))
        };
        let used = Input::ALL.into_iter().filter(is_used).map(Input::name);
        let mut all = BTreeMap::new();
        for series in used.chain([names::SPX_CLOSE]) {
            let mut of_series: BTreeMap<String, usize> = BTreeMap::new();
            for span in self.obs.published_by.get(series).into_iter().flatten() {
                let within = days
                    .iter()
                    .filter(|day| (span.first..=span.last).contains(*day));
                let has_value = |day: &&NaiveDate| {
                    let t = sessions.binary_search(day).ok();
                    t.is_some_and(|t| self.published(series, t))
                };
                *of_series.entry(span.publisher.clone()).or_default() +=
                    within.filter(has_value).count();
            }
            of_series.retain(|_, sessions| *sessions > 0);
            if !of_series.is_empty() {
                all.insert(series.to_string(), of_series);
            }
        }
        all
    }

    /// Whether a series has a value of its own at a session.
    fn published(&self, series: &str, t: usize) -> bool {
        let carried = self.obs.carried.get(series).map_or(&[][..], Vec::as_slice);
        let value = self.obs.daily.get(series).and_then(|s| *s.values.get(t)?);
        value.is_some() && carried.binary_search(&self.obs.sessions[t]).is_err()
    }

    /// [`Self::counts`] on these sessions, in order; days that are no sessions of the dataset are left out.
    pub fn counts_on(
        &self,
        days: &[NaiveDate],
        needs: &Needs,
        weights: &EventWeights,
    ) -> Vec<InputCount> {
        let models_vx = self.rules.of(Input::Vx).stand_in.is_some();
        let places: Vec<(usize, NaiveDate)> = days
            .iter()
            .filter_map(|date| Some((self.obs.sessions.binary_search(date).ok()?, *date)))
            .collect();
        let count = |input: Input| {
            let mut count = InputCount::new(input);
            for (t, date) in &places {
                if needs.is_needed(input, *date, models_vx) {
                    count.add(*date, self.standing(input, *t, needs, weights));
                }
            }
            count
        };
        let counts = Input::ALL.into_iter().map(count);
        counts.filter(|count| !count.is_whole()).collect()
    }

    /// How every input that prices of one session can rest on stood at it; none where the dataset has no such session.
    pub fn standings_on(
        &self,
        date: NaiveDate,
        needs: &Needs,
        weights: &EventWeights,
    ) -> Vec<(Input, Standing)> {
        let models_vx = self.rules.of(Input::Vx).stand_in.is_some();
        let Ok(t) = self.obs.sessions.binary_search(&date) else {
            return Vec::new();
        };
        let needed = Input::ALL.into_iter();
        let needed = needed.filter(|input| needs.is_needed(*input, date, models_vx));
        needed
            .map(|input| (input, self.standing(input, t, needs, weights)))
            .collect()
    }

    fn standing(&self, input: Input, t: usize, needs: &Needs, weights: &EventWeights) -> Standing {
        let obs = self.obs;
        let date = self.obs.sessions[t];
        let rule = self.rules.of(input);
        match input {
            Input::SpxOpen => {
                let is_set = !needs.mornings && self.has(names::SPX_SET, t);
                standing_of(is_set || self.has(names::SPX_OPEN, t), rule)
            }
            Input::VixOpen => standing_of(self.has(names::VIX_OPEN, t), rule),
            Input::Releases => standing_of(has_releases(&obs.events, date, weights), rule),
            Input::Vx => {
                let listed = listing::vix_expiries(date, needs.vx_days);
                standing_of(
                    listed
                        .into_iter()
                        .all(|expiry| obs.settlement(date, expiry).is_some()),
                    rule,
                )
            }
            // The open of VIX stands in only where there is one.
            Input::Vro if obs.settlement(date, date).is_some() => Standing::Published,
            Input::Vro if self.has(names::VIX_OPEN, t) => standing_of(false, rule),
            Input::Vro => Standing::Missing { age: None },
            _ => self.aged[&input][t],
        }
    }

    fn has(&self, name: &str, t: usize) -> bool {
        let value = self.obs.daily.get(name).and_then(|s| s.values.get(t));
        value
            .copied()
            .flatten()
            .is_some_and(|v| v.is_finite() && v > 0.0)
    }
}

/// How often an input that a run can use was not its own published value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InputCount {
    /// Which one.
    pub input: Input,
    /// Sessions on which it is used.
    pub sessions: usize,
    /// Sessions on which an earlier value was used.
    pub carried: usize,
    /// Age of the oldest of them `[sessions]`.
    pub oldest: u32,
    /// Sessions on which something else stood in.
    pub stand_in: usize,
    /// Sessions on which neither was allowed.
    pub missing: usize,
    /// The first of those, and the age of the last value then `[sessions]`.
    pub first_missing: Option<(NaiveDate, Option<u32>)>,
}

impl InputCount {
    fn new(input: Input) -> InputCount {
        InputCount {
            input,
            sessions: 0,
            carried: 0,
            oldest: 0,
            stand_in: 0,
            missing: 0,
            first_missing: None,
        }
    }

    /// The same over the sessions of both; the first missing one is that of the earlier date.
    pub fn and(self, other: InputCount) -> InputCount {
        InputCount {
            input: self.input,
            sessions: self.sessions + other.sessions,
            carried: self.carried + other.carried,
            oldest: self.oldest.max(other.oldest),
            stand_in: self.stand_in + other.stand_in,
            missing: self.missing + other.missing,
            first_missing: self
                .first_missing
                .into_iter()
                .chain(other.first_missing)
                .min_by_key(|(date, _)| *date),
        }
    }

    fn add(&mut self, date: NaiveDate, standing: Standing) {
        self.sessions += 1;
        match standing {
            Standing::Published => {}
            Standing::Carried { age } => {
                self.carried += 1;
                self.oldest = self.oldest.max(age);
            }
            Standing::StandIn => self.stand_in += 1,
            Standing::Missing { age } => {
                self.missing += 1;
                self.first_missing = self.first_missing.or(Some((date, age)));
            }
        }
    }

    /// Whether there is anything to say of it.
    pub fn is_whole(&self) -> bool {
        self.carried + self.stand_in + self.missing == 0
    }
}

/// Inputs that a run can use, are missing, and have no stand-in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct MissingInputs(pub Vec<InputCount>);

impl fmt::Display for MissingInputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "prices of this run rest on series that are missing, and nothing may stand in for them"
        )?;
        for count in &self.0 {
            let input = count.input;
            let Some((date, age)) = count.first_missing else {
                continue;
            };
            let missing = count.missing;
            let sessions = count.sessions;
            write!(
                f,
                "\n  {}: no value on {missing} of the {sessions} sessions that need one, first on {date}",
                input.name()
            )?;
            if let Some(age) = age {
                write!(f, ", where the last is {age} sessions old")?;
            }
            write!(f, "; get {}", input.source())?;
            if let Some(key) = input.key() {
                write!(f, ", or put {key} under [stand_ins] of the run file")?;
            }
            if age.is_some() {
                write!(
                    f,
                    ", or {} = {missing} under [stand_ins.max_age_sessions]",
                    input.name()
                )?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calendar_that_ends_too_early_is_missing_for_what_has_a_weight() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let event = |date| MacroEvent {
            date: day(date),
            minute: 510,
            kind: EventKind::Cpi,
        };
        let dates = [
            "2022-02-10",
            "2022-03-10",
            "2022-05-11",
            "2022-07-13",
            "2022-08-10",
            "2022-09-13",
        ];
        let events = dates.map(event);
        let cpi = EventWeights {
            cpi: 0.5,
            ..EventWeights::default()
        };
        assert!(has_releases(&events, day("2022-02-01"), &cpi));
        assert!(!has_releases(&events, day("2022-03-07"), &cpi));
        let gap: Vec<MacroEvent> = [&events[..2], &events[4..]].concat();
        assert!(!has_releases(&gap, day("2022-02-01"), &cpi));
        assert!(has_releases(
            &events,
            day("2022-03-07"),
            &EventWeights::default()
        ));
    }

    #[test]
    fn the_message_names_series_date_count_and_both_ways_out() {
        let mut count = InputCount::new(Input::Skew);
        let date = |day| NaiveDate::from_ymd_opt(2022, 7, day).unwrap();
        count.add(date(1), Standing::Carried { age: 1 });
        count.add(date(5), Standing::Missing { age: Some(2) });
        let text = MissingInputs(vec![count]).to_string();
        for part in [
            "skew: no value on 1 of the 2 sessions",
            "first on 2022-07-05, where the last is 2 sessions old",
            "SKEW_History.csv",
            "skew = 135.0 under [stand_ins]",
            "skew = 1 under [stand_ins.max_age_sessions]",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
}
