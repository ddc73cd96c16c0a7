//! When the value of a slow series was known.
//!
//! The release calendar decides where it has the period; otherwise the rule errs on the late side, because a value
//! used too early is hindsight and one used too late is only stale.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, Months, NaiveDate};
use market::observations::EventKind;

/// When a value of a slow series is known, given the first day of its period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The BLS release of the consumer price index; without one, 31 days after the month's end.
    Cpi,
    /// The BLS release of the producer price index; without one, 31 days after the month's end.
    Ppi,
    /// The advance estimate of GDP; without one, 60 days after the quarter's end.
    Gdp,
    /// Published about the middle of the next month: known on its 20th.
    TwentiethOfNextMonth,
    /// Company accounts: 60 days after the end of the quarter the period lies in, 90 after a fourth quarter.
    AfterQuarter,
    /// Known on the following day.
    NextDay,
    /// A closing value of the last session of the month: known on that day, which the file states.
    MonthEndClose,
}

/// Release dates by kind and first day of the period released.
pub type Releases = BTreeMap<(EventKind, NaiveDate), NaiveDate>;

impl Rule {
    /// The day from whose close a value of the period beginning on `period` may be used, and whether a release date said so.
    pub fn known(self, period: NaiveDate, releases: &Releases) -> (NaiveDate, bool) {
        let released = self.event().and_then(|kind| releases.get(&(kind, period)));
        match released {
            Some(day) => (*day, true),
            None => (self.fallback(period), false),
        }
    }

    /// The release that publishes the series, where there is one.
    pub fn event(self) -> Option<EventKind> {
        match self {
            Rule::Cpi => Some(EventKind::Cpi),
            Rule::Ppi => Some(EventKind::Ppi),
            Rule::Gdp => Some(EventKind::GdpAdvance),
            _ => None,
        }
    }

    fn fallback(self, period: NaiveDate) -> NaiveDate {
        match self {
            Rule::Cpi | Rule::Ppi => end_of_months(period, 1) + Days::new(31),
            Rule::Gdp => end_of_months(period, 3) + Days::new(60),
            Rule::TwentiethOfNextMonth => end_of_months(period, 1) + Days::new(20),
            Rule::AfterQuarter => {
                let quarter_end = end_of_months(period, 3 - period.month0() % 3);
                quarter_end + Days::new(if quarter_end.month() == 12 { 90 } else { 60 })
            }
            Rule::NextDay => period + Days::new(1),
            Rule::MonthEndClose => period,
        }
    }

    /// The rule in words, for the manifest.
    pub fn words(self) -> &'static str {
        match self {
            Rule::Cpi => {
                "release day of the consumer price index; where the calendar lacks it, 31 days after the month's end"
            }
            Rule::Ppi => {
                "release day of the producer price index; where the calendar lacks it, 31 days after the month's end"
            }
            Rule::Gdp => {
                "day of the advance estimate; where the calendar lacks it, 60 days after the quarter's end"
            }
            Rule::TwentiethOfNextMonth => "20th of the month after the period",
            Rule::AfterQuarter => {
                "60 days after the end of the quarter the period lies in, 90 after a fourth quarter"
            }
            Rule::NextDay => "the day after",
            Rule::MonthEndClose => "at the close of the last session of the month",
        }
    }
}

/// The last day of the `months`-th month, counting the month of `day` as the first.
fn end_of_months(day: NaiveDate, months: u32) -> NaiveDate {
    let first = day - Days::new(u64::from(day.day0()));
    first + Months::new(months) - Days::new(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(rule: Rule, period: &str) -> String {
        rule.known(period.parse().unwrap(), &Releases::new())
            .0
            .to_string()
    }

    #[test]
    fn without_a_release_day_values_come_late_rather_than_early() {
        assert_eq!(known(Rule::Cpi, "2022-01-01"), "2022-03-03");
        assert_eq!(known(Rule::Gdp, "2022-01-01"), "2022-05-30");
        assert_eq!(
            known(Rule::TwentiethOfNextMonth, "2022-01-01"),
            "2022-02-20"
        );
        assert_eq!(known(Rule::AfterQuarter, "2022-02-01"), "2022-05-30");
        assert_eq!(known(Rule::AfterQuarter, "2022-10-01"), "2023-03-31");
        assert_eq!(known(Rule::AfterQuarter, "2022-12-31"), "2023-03-31");
    }

    #[test]
    fn a_release_day_decides() {
        let (period, day) = ("2021-12-01".parse().unwrap(), "2022-01-12".parse().unwrap());
        let releases = Releases::from([((EventKind::Cpi, period), day)]);
        assert_eq!(Rule::Cpi.known(period, &releases), (day, true));
        assert!(!Rule::Ppi.known(period, &releases).1);
    }
}
