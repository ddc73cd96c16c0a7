//! Publishers' file layouts. The header decides, and the first row where two publishers share a header; a file name
//! decides only which series it is where nothing inside the file says so, and that is a finding.
//!
//! To add a layout: a file in `publishers/` whose header comment is its specification, and its line in [`LAYOUTS`].

use chrono::NaiveDate;
use market::observations::MacroEvent;

use crate::check::{Findings, Severity, like_closes, night_and_day};
use crate::error::Refusal;
use crate::marks::OptionMark;
use crate::plausible;
use crate::schema;
use crate::sheet::{Day, Sheet};
use crate::tables::{Lines, VxRow};

mod benchmark_month_end;
mod cboe_ohlc;
mod cboe_quotes;
mod cboe_value;
mod cfe_vx;
pub(crate) mod chain_layout;
pub(crate) mod column_map;
mod cpi_calendar;
mod datahub_shiller;
mod datashop;
mod fomc_calendar;
mod forward_pe;
mod fred;
mod investing;
mod ivolatility;
mod level3;
mod multpl;
pub(crate) mod option_chains;
mod option_marks;
mod option_omega;
pub(crate) use option_omega::leg as option_omega_leg;
mod optionsdx;
mod orats;
mod prices;
pub(crate) mod rows;
mod shiller;
mod stooq;
mod top10_weight;
mod trading_calendar;
mod tradingview;
mod treasury_curve;
mod vx_positions;
mod yahoo;
mod yahoo_options;

/// One layout of one publisher.
pub(crate) struct SheetLayout {
    /// Publisher, for people.
    pub publisher: &'static str,
    /// What the files hold.
    pub holds: &'static str,
    /// Whether header and first row are of this layout.
    pub fits: fn(&Sheet) -> bool,
    /// What the file says.
    pub read: fn(&Sheet, &mut Findings) -> Result<Vec<Part>, Refusal>,
}

/// Every layout, in the order in which they are tried: the more particular ones first.
pub(crate) const LAYOUTS: &[SheetLayout] = &[
    cboe_ohlc::LAYOUT,
    fred::LAYOUT,
    cboe_value::LAYOUT,
    cfe_vx::LAYOUT,
    treasury_curve::LAYOUT,
    stooq::LAYOUT,
    investing::LAYOUT,
    tradingview::LAYOUT,
    vx_positions::LAYOUT,
    benchmark_month_end::LAYOUT,
    shiller::LAYOUT,
    datahub_shiller::LAYOUT,
    multpl::LAYOUT,
    forward_pe::LAYOUT,
    top10_weight::LAYOUT,
    trading_calendar::LAYOUT,
    cpi_calendar::LAYOUT,
    fomc_calendar::LAYOUT,
    option_marks::LAYOUT,
    option_omega::LAYOUT,
    yahoo::LAYOUT,
];

/// What a file says, in canonical terms.
pub(crate) enum Part {
    /// Values of a daily series. Of several sources the one with the lowest rank wins, session by session.
    Daily {
        series: &'static str,
        rank: u8,
        points: Vec<(NaiveDate, f64)>,
        /// Row of each date, as an editor shows it.
        lines: Lines,
        /// Whether the file itself says which series it is; else its name does.
        named: bool,
    },
    /// Values of a slow series by the first day of their period.
    Slow {
        series: &'static str,
        rank: u8,
        points: Vec<(NaiveDate, f64)>,
        /// Row of each date, as an editor shows it.
        lines: Lines,
    },
    /// Settlements of one VIX future.
    Vx(Vec<VxRow>),
    /// Settlements of VIX futures by position, front first: for comparison only.
    Positions(Vec<(NaiveDate, Vec<Option<f64>>)>),
    /// Sessions and whether they close early: for comparison only.
    Sessions(Vec<(NaiveDate, bool)>),
    /// A scheduled event, with the first day of the period it releases.
    Event(MacroEvent, Option<NaiveDate>),
    /// Prices of single options.
    Marks(Vec<OptionMark>),
}

/// The layout of a sheet.
pub(crate) fn recognise(sheet: &Sheet) -> Option<&'static SheetLayout> {
    LAYOUTS.iter().find(|l| (l.fits)(sheet))
}

/// The schema entry of a series that a layout names in its own code.
fn daily(name: &str) -> &'static schema::Daily {
    schema::daily(name).expect("publishers name series of the schema")
}

/// The schema entry of a slow series that a layout names in its own code.
fn slow(name: &str) -> &'static schema::Slow {
    schema::slow_series(name).expect("publishers name series of the schema")
}

/// The values of one column as a daily series, if they can be that series.
fn daily_part(days: &[Day], column: usize, series: &str, rank: u8) -> Result<Part, Refusal> {
    let known = daily(series);
    if let (Some(day), Some(range)) = (days.first(), schema::typical(series)) {
        day.sheet().settle_decimal(column, range);
    }
    let points = points(days, column, known.range)?;
    plausible::values(known.name, &points)?;
    Ok(Part::Daily {
        series: known.name,
        rank,
        points,
        lines: lines(days),
        named: false,
    })
}

/// Marks what the file itself says to be that series.
fn mark_named(parts: &mut [Part]) {
    for part in parts {
        if let Part::Daily { named, .. } = part {
            *named = true;
        }
    }
}

/// The values of one column as a slow series.
fn slow_part(days: &[Day], column: usize, series: &str, rank: u8) -> Result<Part, Refusal> {
    let known = slow(series);
    Ok(Part::Slow {
        series: known.name,
        rank,
        points: points(days, column, known.range)?,
        lines: lines(days),
    })
}

/// The row in which each date stands.
fn lines(days: &[Day]) -> Lines {
    days.iter().map(|day| (day.date, day.line())).collect()
}

fn points(
    days: &[Day],
    column: usize,
    range: (f64, f64),
) -> Result<Vec<(NaiveDate, f64)>, Refusal> {
    let mut points = Vec::with_capacity(days.len());
    for day in days {
        points.extend(day.number(column, range)?.map(|value| (day.date, value)));
    }
    Ok(points)
}

/// The series that the words of a file name mean, from a publisher's list; noted, because content could not decide.
fn series_by_name(
    sheet: &Sheet,
    list: &[(&'static str, &'static str)],
    notes: &mut Findings,
) -> Result<&'static str, Refusal> {
    let words = sheet.name_words();
    let Some((word, series)) = list
        .iter()
        .find(|(word, _)| words.iter().any(|w| w == word))
    else {
        let known: Vec<_> = list.iter().map(|(word, _)| *word).collect();
        return Err(Refusal(format!(
            "its header does not say which series it is, and its name holds none of: {}",
            known.join(", ")
        )));
    };
    notes.note(Severity::Info, "name_decides", series, None, || {
        format!(
            "{}: the layout does not say which series it is; `{word}` in the file name does",
            sheet.file
        )
    });
    Ok(series)
}

/// The different values of cells, in the order in which they come.
fn distinct<'a>(cells: impl Iterator<Item = &'a String>) -> Vec<&'a str> {
    let mut values: Vec<&str> = Vec::new();
    for cell in cells {
        if !values.contains(&cell.as_str()) {
            values.push(cell);
        }
    }
    values
}

/// Counts rows whose high or low does not enclose open and close.
fn check_ohlc(
    days: &[Day],
    columns: [usize; 4],
    series: &str,
    range: (f64, f64),
    notes: &mut Findings,
) -> Result<(), Refusal> {
    let mut opens = Vec::new();
    let mut closes = Vec::new();
    for day in days {
        let mut prices = [None; 4];
        for (price, column) in prices.iter_mut().zip(columns) {
            *price = day.number(column, range)?;
        }
        opens.push(prices[0].filter(|p| *p > 0.0));
        closes.push(prices[3].filter(|p| *p > 0.0));
        let [Some(open), Some(high), Some(low), Some(close)] = prices else {
            continue;
        };
        // Publishers round the four prices apart from each other.
        let slack = 1e-4 * close;
        if high + slack < open.max(close) || low - slack > open.min(close) {
            notes.note(Severity::Warning, "ohlc_disorder", series, Some(day.date), || {
                let allowed = "low <= open, close <= high; kept";
                format!("{}: found open {open}, high {high}, low {low}, close {close}, allowed: {allowed}", day.place())
            });
        }
    }
    // Of the S&P 500 and VIX all four prices are kept, and compared where they come together.
    let is_kept_whole = ["spx", "vix"].contains(&series);
    if let (false, Some(moves), Some(day)) =
        (is_kept_whole, night_and_day(&opens, &closes), days.first())
    {
        notes.note(Severity::Warning, "open_like_close", series, None, || {
            format!("{}: {}", day.sheet().file, like_closes(moves))
        });
    }
    Ok(())
}
