//! Whose layout a file has, and what is said of a file that was taken.

use super::refusal_of;
use crate::error::Refusal;
use crate::publishers::option_chains::{ChainReader, Chains};
use crate::publishers::{Part, SheetLayout, column_map, option_chains};
use crate::report::Taken;
use crate::sheet::Sheet;
use crate::unpack::Place;
use crate::{decode, publishers, trade_logs};

/// What the beginning of a file shows.
pub(super) enum Layout {
    Table(Table),
    Chains(ChainReader),
}

/// Who reads a table.
pub(super) enum Table {
    Known(&'static SheetLayout),
    Mapped(column_map::TableMap),
}

impl Table {
    pub(super) fn publisher(&self) -> &str {
        match self {
            Table::Known(layout) => layout.publisher,
            Table::Mapped(map) => map.publisher(),
        }
    }

    pub(super) fn holds(&self) -> &str {
        match self {
            Table::Known(layout) => layout.holds,
            Table::Mapped(map) => map.holds(),
        }
    }
}

pub(super) fn layout(file: &str, place: &Place) -> Result<Layout, Refusal> {
    let beginning = place.head().map_err(|e| refusal_of(place, e))?;
    let sheet = Sheet::parse_beginning(file, &beginning)?;
    match (
        option_chains::recognise(&sheet),
        publishers::recognise(&sheet),
    ) {
        (Some(Chains::Imported(reader)), _) => Ok(Layout::Chains(reader)),
        (Some(Chains::NotImported(what)), _) => Err(Refusal(format!(
            "option chains, recognised but not imported by this version: {what}"
        ))),
        (None, Some(layout)) => Ok(Layout::Table(Table::Known(layout))),
        (None, None) => match trade_logs::recognised(&sheet) {
            Some(publisher) => Err(Refusal(trade_logs::use_of(file, publisher))),
            None => Err(Refusal(format!(
                "no known layout: {}",
                first_line(&beginning)?
            ))),
        },
    }
}

pub(super) fn taken(file: &str, table: &Table, parts: &[Part]) -> Taken {
    let mut series = Vec::new();
    let mut days = Vec::new();
    for part in parts {
        match part {
            Part::Daily {
                series: name,
                points,
                ..
            }
            | Part::Slow {
                series: name,
                points,
                ..
            } => {
                series.push(name.to_string());
                days.extend(points.iter().map(|p| p.0));
            }
            Part::Vx(rows) => {
                series.push("vx".into());
                days.extend(rows.iter().map(|r| r.trade_date));
            }
            Part::Positions(rows) => days.extend(rows.iter().map(|r| r.0)),
            Part::Sessions(rows) => days.extend(rows.iter().map(|r| r.0)),
            Part::Event(event, _) => days.push(event.date),
            Part::Marks(marks) => {
                series.push("marks".into());
                days.extend(marks.iter().map(|m| m.quote_date));
            }
        }
    }
    let publisher = table.publisher().into();
    let holds = table.holds().into();
    let first = days.iter().min().copied();
    let last = days.iter().max().copied();
    Taken {
        file: file.into(),
        publisher,
        holds,
        series,
        values: days.len(),
        first,
        last,
    }
}

/// The first line with something in it, as it stands in the file, and which line an editor shows it as.
fn first_line(beginning: &[u8]) -> Result<String, Refusal> {
    let text = decode::beginning(beginning)?;
    // A line ends with either mark, or with both in this order.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut lines = (1..).zip(
        text.split('\n')
            .map(|line| line.trim_matches(['\u{feff}', ' ', '\t'])),
    );
    let (number, line) = lines.find(|(_, l)| !l.is_empty()).unwrap_or((1, ""));
    let shown = match line.char_indices().nth(80) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line.to_string(),
    };
    Ok(match number {
        1 => format!("its first line is `{shown}`"),
        number => format!("its first line with text is row {number}, `{shown}`"),
    })
}
