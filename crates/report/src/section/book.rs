//! The condor book that is hedged: its trades, its two sides, its months.

use std::collections::BTreeMap;

use chrono::Datelike;

use crate::chart::{HeatMap, HeatMaps, Unit};
use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::folder::{FEW_TRADES, Placed, RunFolder};
use crate::number::{self, Dollars, Money};
use crate::section::{cells, other_condors};
use crate::words::about;
use tables::TradeRow;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A row per window and tier, then the months of the unhedged book.
pub fn section(run: &RunFolder) -> Section {
    let mut blocks = Vec::new();
    match run.unhedged() {
        None => blocks.push(Block::Note(
            "The run has no book of condors alone.".to_owned(),
        )),
        Some(base) => {
            let books = books(run, base);
            let said = books.iter().map(|book| sentence(run, book));
            blocks.push(Block::List(
                said.chain(other_condors::sentence(run)).collect(),
            ));
            blocks.push(Block::Table(table(run, &books)));
            blocks.push(Block::Note(NOTE.to_owned()));
            blocks.extend(months(run, base).map(Block::Heat));
        }
    }
    Section {
        id: "book",
        title: "The condor book",
        blocks,
    }
}

const NOTE: &str = "P&L of a condor is net of its own fees and slippage. Put side and call side are what the two spreads made at \
                    their fills, before fees; legs.csv has every leg.";

/// P&L by calendar month.
type Months = [Option<Money>; 12];

/// The condors of one tier in one window.
struct Book<'a> {
    window: usize,
    layer: &'a str,
    trades: Vec<&'a Placed<TradeRow>>,
    /// Put side and call side.
    sides: Option<(Money, Money)>,
}

fn books(run: &RunFolder, base: usize) -> Vec<Book<'_>> {
    let mut groups: BTreeMap<(usize, &str), Vec<&Placed<TradeRow>>> = BTreeMap::new();
    for trade in run
        .trades
        .iter()
        .filter(|trade| trade.place.1 == base && run.is_condor(&trade.layer))
    {
        groups
            .entry((trade.place.0, &trade.layer))
            .or_default()
            .push(trade);
    }
    let legs = sides(run);
    let mut books = Vec::new();
    for ((window, layer), trades) in groups {
        let own = trades
            .iter()
            .map(|trade| legs.get(trade.id.as_str()).copied());
        let own: Option<Vec<(f64, f64)>> = own.collect();
        let sum = own.map(|own| {
            own.iter()
                .fold((0.0, 0.0), |sum, side| (sum.0 + side.0, sum.1 + side.1))
        });
        books.push(Book {
            window,
            layer,
            trades,
            sides: sum.and_then(|(puts, calls)| {
                number::nearest_cent(puts).zip(number::nearest_cent(calls))
            }),
        });
    }
    books
}

/// What the puts and the calls of every package made [USD]: quantity × change of price × 100. A package with a leg of
/// unknown price is not there.
fn sides(run: &RunFolder) -> BTreeMap<&str, (f64, f64)> {
    let mut sides: BTreeMap<&str, Option<(f64, f64)>> = BTreeMap::new();
    for leg in &run.legs {
        let made = leg.quantity.zip(leg.open_price.zip(leg.close_price)).map(
            |(quantity, (open, close))| quantity as f64 * (close.points() - open.points()) * 100.0,
        );
        let sum = sides.entry(&leg.id).or_insert(Some((0.0, 0.0)));
        *sum = match (*sum, made, leg.right.as_str()) {
            (Some((puts, calls)), Some(made), "P") => Some((puts + made, calls)),
            (Some((puts, calls)), Some(made), "C") => Some((puts, calls + made)),
            _ => None,
        };
    }
    sides
        .into_iter()
        .filter_map(|(id, sum)| Some((id, sum?)))
        .collect()
}

/// `In 2022, 52 condors: 62 % won $9,310 on average, the others lost $37,204; the put side cost $134k, the call side $248k.`
fn sentence(run: &RunFolder, book: &Book<'_>) -> String {
    let won = mean(book, true);
    let lost = mean(book, false);
    let name = &run.manifest.windows[book.window].name;
    let few = match book.trades.len() < FEW_TRADES {
        true => " (too few to conclude anything)",
        false => "",
    };
    let share = number::fixed(share_won(book) * 100.0, 0);
    let side = |usd: Money| {
        let verb = if usd < Money::ZERO { "lost" } else { "made" };
        format!("{verb} {}", about(usd))
    };
    let sides = book.sides.map_or(String::new(), |(puts, calls)| {
        format!(
            "; the put side {}, the call side {}",
            side(puts),
            side(calls)
        )
    });
    let amount =
        |usd: Option<Money>| usd.map_or("–".to_owned(), |usd| format!("${}", usd.abs().whole()));
    format!(
        "In {name}, {}{few}: {share} % won {} on average, the others lost {}{sides}.",
        number::counted(book.trades.len(), "condor"),
        amount(won),
        amount(lost)
    )
}

fn share_won(book: &Book<'_>) -> f64 {
    let won = book
        .trades
        .iter()
        .filter(|trade| trade.pnl_usd > Money::ZERO)
        .count();
    won as f64 / book.trades.len().max(1) as f64
}

/// Mean P&L of the condors that won, or of the others.
fn mean(book: &Book<'_>, winners: bool) -> Option<Money> {
    let own: Vec<Money> = book
        .trades
        .iter()
        .map(|trade| trade.pnl_usd)
        .filter(|pnl| (*pnl > Money::ZERO) == winners)
        .collect();
    let sum: Money = own.iter().copied().sum();
    (!own.is_empty())
        .then(|| number::nearest_cent(sum.usd() / own.len() as f64))
        .flatten()
}

fn table(run: &RunFolder, books: &[Book<'_>]) -> Table {
    let row = |book: &Book<'_>| {
        let pnl: Money = book.trades.iter().map(|trade| trade.pnl_usd).sum();
        let n = book.trades.len();
        let days: i64 = book
            .trades
            .iter()
            .map(|trade| (trade.closed - trade.opened).num_days())
            .sum();
        Row::plain(vec![
            Cell::text(run.manifest.windows[book.window].name.clone()),
            Cell::text(book.layer.replace('_', " ")),
            cells::count(n),
            cells::percent(Some(share_won(book))),
            cells::signed_usd(mean(book, true)),
            cells::signed_usd(mean(book, false)),
            cells::signed_usd(book.trades.iter().map(|trade| trade.pnl_usd).min()),
            cells::ratio(Some(days as f64 / n.max(1) as f64), 1),
            cells::signed_usd(book.sides.map(|sides| sides.0)),
            cells::signed_usd(book.sides.map(|sides| sides.1)),
            cells::signed_usd(Some(pnl)),
        ])
    };
    let numbers = [
        ("Condors", ""),
        ("Won", "%"),
        ("Average win", "$"),
        ("Average loss", "$"),
        ("Worst", "$"),
        ("Days held", ""),
        ("Put side", "$"),
        ("Call side", "$"),
        ("P&L", "$"),
    ];
    let text = ["Window", "Tier"].into_iter().map(Column::text);
    Table {
        caption: "The condors of the unhedged book".to_owned(),
        columns: text
            .chain(
                numbers
                    .into_iter()
                    .map(|(head, unit)| Column::number(head, unit)),
            )
            .collect(),
        rows: books.iter().map(row).collect(),
    }
}

/// Trading P&L of every month and year, unhedged and of the first hedge.
fn months(run: &RunFolder, base: usize) -> Option<HeatMaps> {
    let arms: Vec<usize> = std::iter::once(base)
        .chain(run.policies().first().copied())
        .collect();
    let mut rows: Vec<(String, Months)> = Vec::new();
    for window in 0..run.manifest.windows.len() {
        for &arm in &arms {
            rows.extend(years(run, window, arm));
        }
    }
    rows.sort_by_key(|(name, _)| name.chars().take(4).collect::<String>());
    let values = rows
        .iter()
        .flat_map(|(_, months)| months.iter().map(|usd| usd.map(|usd| usd.usd() / 1e3)))
        .collect();
    let map = HeatMap {
        x: "month".to_owned(),
        y: "year".to_owned(),
        x_levels: MONTHS.iter().map(|month| (*month).to_owned()).collect(),
        counts: vec![1; rows.len() * 12],
        y_levels: rows.iter().map(|(name, _)| name.clone()).collect(),
        rest: String::new(),
        values,
        chosen: None,
    };
    (!rows.is_empty()).then(|| HeatMaps {
        caption: "Trading P&L by month [$ thousand]: the unhedged book, and with the first hedge"
            .to_owned(),
        unit: Unit::Count,
        maps: vec![map],
    })
}

/// `+1,234` thousand dollars.
fn thousands(sum: Money) -> String {
    number::signed(sum.usd() / 1e3, 0)
}

/// Year by year, what an arm made in each month of a window, and in all of them.
fn years(run: &RunFolder, window: usize, arm: usize) -> Vec<(String, Months)> {
    let Some(curve) = run.curve_of(window, arm) else {
        return Vec::new();
    };
    let mut years: BTreeMap<i32, Months> = BTreeMap::new();
    for (at, day) in curve.dates.iter().enumerate() {
        let made = curve.trading_pnl(at, run.capital());
        let year = years.entry(day.year()).or_default();
        let month = &mut year[day.month0() as usize];
        *month = Some(month.unwrap_or(Money::ZERO) + made);
    }
    let name = run.label(arm);
    years
        .into_iter()
        .map(|(year, months)| {
            let sum: Money = months.iter().flatten().copied().sum();
            (format!("{year} {name}: {}", thousands(sum)), months)
        })
        .collect()
}
