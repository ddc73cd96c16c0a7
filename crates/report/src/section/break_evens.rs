//! Where the open condors begin to lose, and what time value is left in them.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::chart::{LineChart, Series, Unit};
use crate::document::{Block, Section};
use crate::folder::RunFolder;
use crate::section::per_window;
use crate::style::Style;
use tables::BreakEvenRow;

/// Two pictures per window: the break-even points about the index, and the time value still to decay.
pub fn section(run: &RunFolder) -> Option<Section> {
    let rows = run.break_evens.as_deref().filter(|rows| !rows.is_empty())?;
    let words = "The condors are the same under every arm. The nearest break-even points at expiry of all that are open move as \
                 condors come and go; the index leaves them before a loss. Below: the time value that was sold and has not \
                 decayed yet. break_evens.csv has it day by day.";
    let mut blocks = vec![Block::Paragraph(words.to_owned())];
    blocks.extend(per_window(run, |window| {
        let name = &run.manifest.windows[window].name;
        let own: Vec<&BreakEvenRow> = rows.iter().filter(|row| row.window == *name).collect();
        vec![
            Block::Lines(points(run, window, &own)),
            Block::Lines(time_value(window, &own)),
        ]
    }));
    Some(Section {
        id: "break-evens",
        title: "Break-even points and time value",
        blocks,
    })
}

fn chart(window: usize, rows: &[&BreakEvenRow], caption: &str, unit: Unit) -> LineChart {
    LineChart {
        caption: caption.to_owned(),
        group: window,
        unit,
        height: 220,
        days: rows.iter().map(|row| row.date).collect(),
        series: Vec::new(),
        marks: Vec::new(),
        include: Vec::new(),
        finding: String::new(),
        events: Vec::new(),
        breaks: Vec::new(),
        bold: Vec::new(),
        room: None,
        terse: false,
    }
}

fn curve(slot: usize, name: &str, values: Vec<Option<f64>>) -> Series {
    Series {
        name: name.to_owned(),
        style: Style::plain(slot),
        values,
        shaded: false,
    }
}

fn points(run: &RunFolder, window: usize, rows: &[&BreakEvenRow]) -> LineChart {
    let market = run.market.iter().flatten();
    let spx: BTreeMap<NaiveDate, f64> = market
        .filter_map(|row| Some((row.date, row.spx_close?)))
        .collect();
    let of = |value: fn(&BreakEvenRow) -> Option<f64>| rows.iter().map(|row| value(row)).collect();
    let index = rows.iter().map(|row| spx.get(&row.date).copied()).collect();
    let caption = "S&P 500 and the nearest break-even points of the open condors [points]";
    LineChart {
        series: vec![
            curve(0, "S&P 500", index),
            curve(1, "lower", of(|row| row.lower_break_even)),
            curve(2, "upper", of(|row| row.upper_break_even)),
        ],
        ..chart(window, rows, caption, Unit::Points)
    }
}

fn time_value(window: usize, rows: &[&BreakEvenRow]) -> LineChart {
    let left = rows
        .iter()
        .map(|row| row.extrinsic_usd.map(|usd| usd.usd()))
        .collect();
    LineChart {
        series: vec![curve(0, "time value", left)],
        include: vec![0.0],
        ..chart(
            window,
            rows,
            "Time value sold and not yet decayed [$]",
            Unit::Usd,
        )
    }
}
