//! One row of a chain's table, read by its layout.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use market::calendar::{Calendar, spx_am_settlement, third_friday};

use super::{ChainLayout, Name, RootOf, Side, SideRight, Time};
use crate::DataError;
use crate::chains::ChainQuote;
use crate::chains::store::Writer;
use crate::publishers::rows::Cells;

/// Columns that every row is asked for.
pub(super) struct Places {
    pub(super) date: usize,
    pub(super) expiry: usize,
}

impl Places {
    pub(super) fn of(layout: &ChainLayout, names: &[String]) -> Places {
        let place = |name: &str| names.iter().position(|h| h.eq_ignore_ascii_case(name));
        Places {
            date: place(&layout.date).unwrap_or(usize::MAX),
            expiry: place(&layout.expiry).unwrap_or(usize::MAX),
        }
    }
}

/// Whether a standard SPX expiry falls on this day. Outside of the calendar's years it is not known whether the third Friday
/// was a session, so the day before it may be one too.
fn may_settle_in_the_morning(expiry: NaiveDate) -> bool {
    let friday = third_friday(expiry.year(), expiry.month());
    let is_known = Calendar::nyse().covers(expiry);
    let thursday = friday.and_then(|day| day.pred_opt()).filter(|_| !is_known);
    let settlement = spx_am_settlement(expiry.year(), expiry.month());
    [friday, thursday, settlement].contains(&Some(expiry))
}

pub(super) struct Row<'a> {
    pub(super) layout: &'a ChainLayout,
    pub(super) cells: Cells<'a>,
    pub(super) places: &'a Places,
    /// Of the quote and of the expiry.
    pub(super) moments: [Option<NaiveDateTime>; 2],
}

impl Row<'_> {
    pub(super) fn push(&self, quotes: &mut Writer<'_>) -> Result<(), DataError> {
        let date = self.date(0, self.places.date)?;
        let expiry = self.expiry()?;
        let Some(root) = self.root(expiry)? else {
            quotes.left_out("chain_root_unknown", date, || {
                let allowed = "a root that says morning or afternoon (third_friday_root of the column map)";
                format!("found an option of {expiry}, which may settle in the morning, allowed: {allowed}; left out")
            });
            return Ok(());
        };
        for side in self.layout.sides.iter() {
            quotes.push(self.quote(side, date, expiry, root.clone())?)?;
        }
        Ok(())
    }

    pub(super) fn quote(
        &self,
        side: &Side,
        date: NaiveDate,
        expiry: NaiveDate,
        root: String,
    ) -> Result<ChainQuote, DataError> {
        let strike = self.column(&self.layout.strike);
        let (price, strike_factor) = self.layout.factors;
        let (quote_time, kind) = self.moment(date)?;
        let count = |name: &Option<Name>| -> Result<Option<i64>, DataError> {
            let Some(name) = name else { return Ok(None) };
            Ok(self.number(name)?.map(|v| v as i64))
        };
        Ok(ChainQuote {
            quote_date: date,
            quote_time,
            kind,
            root,
            expiry,
            is_call: self.is_call(side)?,
            strike: self
                .cells
                .number(strike)?
                .filter(|k| *k > 0.0)
                .map(|k| k * strike_factor)
                .ok_or_else(|| self.cells.wrong(strike, "a strike above 0"))?,
            bid: self.number(&side.quote[0])?.map(|bid| bid * price),
            ask: self.number(&side.quote[1])?.map(|ask| ask * price),
            volume: count(&side.counts[0])?,
            open_interest: count(&side.counts[1])?,
            iv: side
                .iv
                .as_ref()
                .map(|name| self.cells.volatility(self.column(name)))
                .transpose()?
                .flatten(),
            underlying: self.underlying()?,
        })
    }

    /// Time and kind of the quotes. A time that is written decides; before the close of the session it is no closing quote.
    fn moment(&self, date: NaiveDate) -> Result<(String, String), DataError> {
        let hour = if Calendar::nyse().is_early_close(date) {
            13
        } else {
            16
        };
        let close = NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        let kind = |time: NaiveTime| if time >= close { "eod" } else { "intraday" };
        let name = match &self.layout.time {
            Time::Hours(name) => name,
            Time::Close(stated) => {
                let stamp = self.moments[0].map(|m| m.time());
                return Ok(match stamp.filter(|t| *t != NaiveTime::MIN) {
                    Some(time) => (time.format("%H:%M").to_string(), kind(time).into()),
                    None => (stated.to_string(), "eod".into()),
                });
            }
        };
        let column = self.column(name);
        let hours = self.cells.number(column)?.filter(|h| *h < 24.0);
        let hours = hours.ok_or_else(|| {
            self.cells
                .wrong(column, "a time in hours from 0 to 24, such as 16.0")
        })?;
        let seconds = (hours * 3600.0).round() as u32;
        let time = NaiveTime::from_num_seconds_from_midnight_opt(seconds.min(86_399), 0)
            .unwrap_or_default();
        Ok((time.format("%H:%M").to_string(), kind(time).into()))
    }

    fn column(&self, name: &str) -> usize {
        self.cells
            .names
            .iter()
            .position(|h| h.eq_ignore_ascii_case(name))
            .unwrap_or(usize::MAX)
    }

    fn number(&self, name: &str) -> Result<Option<f64>, DataError> {
        self.cells.number(self.column(name))
    }

    /// The day of the quote (0) or of the expiry (1).
    pub(super) fn date(&self, which: usize, column: usize) -> Result<NaiveDate, DataError> {
        let example = &self.layout.dates.1;
        let moment = self.moments[which].map(|m| m.date());
        moment.ok_or_else(|| self.cells.wrong(column, &format!("a date like {example}")))
    }

    /// Saturday expirations ended with those of January 2015 (OCC moved them to Friday from 2015-02-01).
    pub(super) fn expiry(&self) -> Result<NaiveDate, DataError> {
        let expiry = self.date(1, self.places.expiry)?;
        if expiry.weekday() != Weekday::Sat {
            return Ok(expiry);
        }
        let allowed = "a weekday; Saturdays only before 2015-02-01";
        let friday = expiry
            .checked_sub_days(Days::new(1))
            .filter(|_| (expiry.year(), expiry.month()) < (2015, 2));
        friday.ok_or_else(|| self.cells.wrong(self.places.expiry, allowed))
    }

    pub(super) fn root(&self, expiry: NaiveDate) -> Result<Option<String>, DataError> {
        let name = match &self.layout.root {
            RootOf::Column(name) => name,
            RootOf::Stated(root, third_friday) => {
                let root = if may_settle_in_the_morning(expiry) {
                    third_friday.as_ref()
                } else {
                    Some(root)
                };
                return Ok(root.map(ToString::to_string));
            }
        };
        let column = self.column(name);
        let symbol = self.cells.text(column).trim_start_matches(['^', '.']);
        let root: String = symbol
            .chars()
            .take_while(char::is_ascii_alphabetic)
            .collect();
        if root.is_empty() {
            Err(self
                .cells
                .wrong(column, "a root or an option symbol such as SPXW"))
        } else {
            Ok(Some(root))
        }
    }

    fn is_call(&self, side: &Side) -> Result<bool, DataError> {
        let name = match &side.right {
            SideRight::Call => return Ok(true),
            SideRight::Put => return Ok(false),
            SideRight::Column(name) => name,
        };
        let column = self.column(name);
        match self.cells.text(column).to_ascii_uppercase().as_str() {
            "C" | "CALL" => Ok(true),
            "P" | "PUT" => Ok(false),
            _ => Err(self.cells.wrong(column, "C, P, call or put")),
        }
    }

    /// The mean of the columns; zero is the publishers' "not available".
    pub(super) fn underlying(&self) -> Result<Option<f64>, DataError> {
        if self.layout.underlying.is_empty() {
            return Ok(None);
        }
        let mut sum = 0.0;
        for name in self.layout.underlying.iter() {
            match self.number(name)?.filter(|level| *level > 0.0) {
                Some(level) => sum += level,
                None => return Ok(None),
            }
        }
        Ok(Some(sum / self.layout.underlying.len() as f64))
    }
}
