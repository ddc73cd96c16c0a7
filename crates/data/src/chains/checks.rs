//! Quotes against the calendar and the level of their index: what a file as a whole must pass.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, Weekday};
use market::calendar::Calendar;

use super::ChainQuote;

/// Closes of the S&P 500 and VIX by session, where the dataset has them \[index points\].
pub(crate) type Levels = BTreeMap<NaiveDate, LevelsOfDay>;

/// Closes of the S&P 500 and VIX.
type LevelsOfDay = (Option<f64>, Option<f64>);

/// Why a quote is left out, as the code of its finding, and in words.
pub(crate) fn left_out(quote: &ChainQuote) -> Option<(&'static str, String)> {
    let calendar = Calendar::nyse();
    let date = quote.quote_date;
    if calendar.covers(date) && !calendar.is_session(date) {
        let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
        let code = if weekend {
            "chain_weekend_row"
        } else {
            "chain_holiday_row"
        };
        let day = if weekend {
            date.format("%A").to_string()
        } else {
            "holiday".into()
        };
        return Some((
            code,
            format!("found quotes of {date}, a {day}, allowed: NYSE sessions; left out"),
        ));
    }
    if quote.expiry < date {
        let words = format!(
            "found quotes of {date} for the expiry {}, allowed: an expiry on or after the day of the quote; left out",
            quote.expiry
        );
        return Some(("chain_expired", words));
    }
    None
}

/// What the quotes of one file show about their level, counted.
#[derive(Default)]
pub(crate) struct LevelCheck {
    strikes: Tally,
    underlyings: Tally,
    prices: Tally,
    worths: Tally,
    /// Levels of the session last looked at: quotes come in blocks.
    today: Option<(NaiveDate, LevelsOfDay)>,
}

/// How many values are believable, and the first that is not.
#[derive(Default)]
struct Tally {
    good: usize,
    bad: usize,
    example: Option<String>,
}

impl Tally {
    fn count(&mut self, is_good: bool, example: impl FnOnce() -> String) {
        if is_good {
            self.good += 1;
        } else {
            self.bad += 1;
            self.example.get_or_insert_with(example);
        }
    }
}

/// Strikes within these multiples of the level are near: most strikes of a listed chain are.
const NEAR_INDEX: (f64, f64) = (0.2, 5.0);
const NEAR_VOLATILITY: (f64, f64) = (0.25, 6.5);
/// How far the stated level of a quote may be from the close of its session.
const LEVEL: (f64, f64) = (0.75, 1.33);
const VOLATILITY_LEVEL: (f64, f64) = (0.3, 3.0);
/// The level that closing quotes state is within this part of the close; publishers agree to a ten-thousandth.
const CLOSE: f64 = 0.01;
/// An option this far in the money (part of the level), this near to its expiry, pays most of that whatever rates are.
const DEEP: (f64, i64) = (0.06, 60);
/// What moves and rates can take of it (part of the level).
const SLACK: f64 = 0.04;

impl LevelCheck {
    /// Looks at one quote.
    pub fn look(&mut self, quote: &ChainQuote, levels: &Levels) {
        if self.today.is_none_or(|t| t.0 != quote.quote_date) {
            let known = levels.get(&quote.quote_date).copied();
            self.today = Some((quote.quote_date, known.unwrap_or((None, None))));
        }
        let Some((_, (index, volatility))) = self.today else {
            return;
        };
        let (level, near, around) = match quote.root.as_str() {
            "SPX" | "SPXW" => (index, NEAR_INDEX, LEVEL),
            "XSP" | "SPY" => (index.map(|i| i / 10.0), NEAR_INDEX, LEVEL),
            "VIX" | "VIXW" => (volatility, NEAR_VOLATILITY, VOLATILITY_LEVEL),
            _ => return,
        };
        let Some(level) = level else { return };
        let within = |value: f64, (low, high): (f64, f64)| (low..=high).contains(&(value / level));
        let of = || format!("{} on {}", quote.root, quote.quote_date);
        self.strikes.count(within(quote.strike, near), || {
            let times = quote.strike / level;
            format!(
                "strike {} of {}, {times:.1} times the level {level}",
                quote.strike,
                of()
            )
        });
        if let Some(found) = quote.underlying {
            self.underlyings.count(within(found, around), || {
                format!(
                    "the level {found} beside quotes of {}, whose level was {level}",
                    of()
                )
            });
        }
        // Nobody sells what pays more at once, but for what the index moves between the quote and the close.
        // The level stated beside a quote is nearer to it in time than the close.
        let spot = quote
            .underlying
            .filter(|found| within(*found, around))
            .unwrap_or(level);
        let sign = if quote.is_call { 1.0 } else { -1.0 };
        let inside = sign * (spot - quote.strike);
        let is_index = near == NEAR_INDEX;
        let days = (quote.expiry - quote.quote_date).num_days();
        if let Some(ask) = quote.ask.filter(|ask| *ask > 0.0)
            && is_index
            && days <= DEEP.1
            && inside > DEEP.0 * spot
        {
            self.worths.count(ask >= inside - SLACK * spot, || {
                format!(
                    "ask {ask} for strike {} of {}, at a level of {spot}",
                    quote.strike,
                    of()
                )
            });
        }
        // Nobody pays more for a call than the index costs, or for a put than it can pay.
        let most = if quote.is_call { level } else { quote.strike };
        if let Some(bid) = quote.bid.filter(|_| quote.strike < level * near.1) {
            self.prices.count(bid <= most * 1.5 + 1.0, || {
                format!(
                    "bid {bid} for strike {} of {}, at a level of {level}",
                    quote.strike,
                    of()
                )
            });
        }
    }

    /// The close beside which a closing quote states another level.
    pub fn other_close(&self, quote: &ChainQuote) -> Option<f64> {
        let (date, (index, _)) = self.today?;
        let index = index.filter(|_| date == quote.quote_date && quote.kind == "eod")?;
        let close = match quote.root.as_str() {
            "SPX" | "SPXW" => index,
            "XSP" => index / 10.0,
            _ => return None,
        };
        let stated = quote.underlying?;
        ((stated / close - 1.0).abs() > CLOSE).then_some(close)
    }

    /// Why the file cannot be what it claims to be, if so.
    pub fn verdict(&self) -> Option<String> {
        let half = |tally: &Tally| tally.bad > tally.good;
        let few = |tally: &Tally| tally.bad * 20 > tally.good;
        let (tally, allowed) = if half(&self.underlyings) {
            (&self.underlyings, "the level of the stated root")
        } else if half(&self.strikes) {
            (
                &self.strikes,
                "most strikes near the level (strike_factor of a column map scales them)",
            )
        } else if few(&self.prices) {
            (
                &self.prices,
                "bids below what the option can pay (price_factor of a column map scales them)",
            )
        } else if half(&self.worths) {
            // Stale quotes of a download are a few of them, other units most.
            (
                &self.worths,
                "most asks above what the option pays at once (price_factor of a column map scales them)",
            )
        } else {
            return None;
        };
        let example = tally.example.clone().unwrap_or_default();
        Some(format!(
            "found {example}, and {} of {} so, allowed: {allowed}",
            tally.bad,
            tally.bad + tally.good
        ))
    }
}
