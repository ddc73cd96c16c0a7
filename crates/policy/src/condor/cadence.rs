//! When a condor is entered: by weekday, or around the third Friday of a month.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use market::calendar::Calendar;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use signals::key_error::KeyError;

/// The sessions on which orders are filled.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "every", rename_all = "snake_case", deny_unknown_fields)]
pub enum Cadence {
    /// Each session.
    Session,
    /// One session a week: the last one that is not after `weekday`, or the first of the week if there is none.
    Week {
        /// `mon` to `fri`; `fri` is the last session of the week.
        #[schemars(schema_with = "weekday_names")]
        weekday: Weekday,
    },
    /// One session a month.
    Month {
        /// Which one.
        on: MonthDay,
    },
}

/// The names of files and the names of the stored configuration, which are chrono's.
fn weekday_names(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "string",
        "enum": ["mon", "tue", "wed", "thu", "fri", "Mon", "Tue", "Wed", "Thu", "Fri"],
    })
}

/// A day of the month, moved to a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MonthDay {
    /// First session of the month.
    FirstSession,
    /// Last session of the month.
    LastSession,
    /// Third Friday, or the session before if that is closed.
    ThirdFriday,
    /// Monday of the week of the third Friday; this and the next three are the session before where they are closed.
    ThirdFridayMon,
    /// Tuesday of that week.
    ThirdFridayTue,
    /// Wednesday of that week.
    ThirdFridayWed,
    /// Thursday of that week.
    ThirdFridayThu,
    /// The day on which VIX contracts settle in the morning.
    VixSettlement,
}

impl MonthDay {
    /// The day of the week of the third Friday that is this weekday; nothing for a Saturday or Sunday.
    pub fn in_week_of_third_friday(weekday: Weekday) -> Option<MonthDay> {
        match weekday {
            Weekday::Mon => Some(MonthDay::ThirdFridayMon),
            Weekday::Tue => Some(MonthDay::ThirdFridayTue),
            Weekday::Wed => Some(MonthDay::ThirdFridayWed),
            Weekday::Thu => Some(MonthDay::ThirdFridayThu),
            Weekday::Fri => Some(MonthDay::ThirdFriday),
            Weekday::Sat | Weekday::Sun => None,
        }
    }
}

impl Cadence {
    /// Whether the weekday is one on which the exchange trades.
    pub(crate) fn check(self, at: &str) -> Result<(), KeyError> {
        match self {
            Cadence::Week {
                weekday: weekday @ (Weekday::Sat | Weekday::Sun),
            } => Err(KeyError::at(
                at,
                format!(
                    "weekday is \"{}\", allowed is mon to fri",
                    weekday.to_string().to_lowercase()
                ),
            )),
            _ => Ok(()),
        }
    }

    /// Whether orders of this cadence are filled on `date`, which is a session.
    pub fn is_entry(self, calendar: &Calendar, date: NaiveDate) -> bool {
        match self {
            Cadence::Session => true,
            Cadence::Week { weekday } => is_weekly_entry(calendar, date, weekday),
            Cadence::Month { on } => is_monthly_entry(calendar, date, on),
        }
    }
}

/// A session up to the weekday is the entry if the next one lies beyond it; a session after the weekday is, if the
/// week has none before it.
fn is_weekly_entry(calendar: &Calendar, date: NaiveDate, weekday: Weekday) -> bool {
    let today = date.weekday().num_days_from_monday();
    let wanted = weekday.num_days_from_monday();
    if today <= wanted {
        let latest = date + Days::new(u64::from(wanted - today));
        calendar.next(date).is_none_or(|next| next > latest)
    } else {
        let monday = date - Days::new(u64::from(today));
        calendar
            .previous(date)
            .is_none_or(|previous| previous < monday)
    }
}

/// Whether the session lies so many days before a third Friday, or is the last one before such a day that is closed.
fn is_before_third_friday(calendar: &Calendar, date: NaiveDate, days: u64) -> bool {
    // A closed Monday falls back into the week before; third Fridays lie in the middle of a month, so the month is the same.
    market::calendar::third_friday(date.year(), date.month())
        .and_then(|friday| calendar.on_or_before(friday - Days::new(days)))
        == Some(date)
}

fn is_monthly_entry(calendar: &Calendar, date: NaiveDate, on: MonthDay) -> bool {
    match on {
        MonthDay::FirstSession => calendar
            .previous(date)
            .is_none_or(|d| d.month() != date.month()),
        MonthDay::LastSession => calendar
            .next(date)
            .is_none_or(|d| d.month() != date.month()),
        MonthDay::ThirdFriday => is_before_third_friday(calendar, date, 0),
        MonthDay::ThirdFridayMon => is_before_third_friday(calendar, date, 4),
        MonthDay::ThirdFridayTue => is_before_third_friday(calendar, date, 3),
        MonthDay::ThirdFridayWed => is_before_third_friday(calendar, date, 2),
        MonthDay::ThirdFridayThu => is_before_third_friday(calendar, date, 1),
        MonthDay::VixSettlement => {
            market::calendar::vix_settlement(date.year(), date.month()) == Some(date)
        }
    }
}
