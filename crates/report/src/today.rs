//! What a run would do next: a page that prints and a text for the terminal, of [`Today`].

mod arms;
mod text;
mod words;

pub use text::text as today_text;

use tables::manifest::DatasetKind;
use tables::today::{Coming, Level, SeriesAge, Today};

use crate::document::{Banner, Block, Cell, Column, Document, Row, Section, Table};
use crate::number;
use crate::write;

/// Everything that was found, as one self-contained page that prints.
pub fn today_html(today: &Today) -> String {
    write::html(&document(today))
}

fn document(today: &Today) -> Document {
    Document {
        kind: "alvh today",
        title: format!("{}: close of {}", today.run, today.date),
        subtitle: words::subtitle(today),
        banners: banners(today),
        arms: Vec::new(),
        sections: vec![
            arms::orders(today),
            arms::layers(today),
            arms::held(today),
            arms::signals(today),
            outside(today),
        ],
        appendix: Vec::new(),
    }
}

fn banners(today: &Today) -> Vec<Banner> {
    let paper = Banner {
        title: "A paper book".into(),
        text: words::PAPER.into(),
    };
    let made = (today.dataset.kind == DatasetKind::Reconstruction).then(|| Banner {
        title: "Not market history".into(),
        text: today.dataset.notice.clone(),
    });
    let stood_in = words::stood_in(today).map(|text| Banner {
        title: "Not published".into(),
        text,
    });
    made.into_iter().chain(stood_in).chain([paper]).collect()
}

fn outside(today: &Today) -> Section {
    let mut blocks = vec![
        Block::Table(levels(&today.market)),
        Block::Heading("Coming ten sessions".into()),
    ];
    if today.events.is_empty() {
        blocks.push(Block::Note(words::no_events(today)));
    } else {
        blocks.push(Block::Table(events(&today.events)));
    }
    blocks.push(Block::Heading("Age of the data".into()));
    blocks.push(Block::Note(words::AGES.into()));
    blocks.push(Block::Table(ages(&today.series)));
    Section {
        id: "market",
        title: "Market, releases, data",
        blocks,
    }
}

fn levels(levels: &[Level]) -> Table {
    let print = |value: Option<f64>| value.map(|v| number::fixed(v, 2));
    Table {
        caption: "Levels at the close.".into(),
        columns: vec![
            Column::text("level"),
            Column::number("close", ""),
            Column::number("session before", ""),
            Column::text("unit"),
        ],
        rows: levels
            .iter()
            .map(|level: &Level| {
                Row::plain(vec![
                    Cell::text(&level.name),
                    Cell::maybe(print(level.value)),
                    Cell::maybe(print(level.before)),
                    Cell::text(&level.unit),
                ])
            })
            .collect(),
    }
}

fn events(events: &[Coming]) -> Table {
    Table {
        caption: "Scheduled releases, New York time.".into(),
        columns: vec![
            Column::text("date"),
            Column::text("time"),
            Column::text("release"),
            Column::number("ahead", "sessions"),
        ],
        rows: events
            .iter()
            .map(|event: &Coming| {
                Row::plain(vec![
                    Cell::text(event.date.to_string()),
                    Cell::text(&event.time),
                    Cell::text(&event.event),
                    Cell::text(event.sessions_ahead.to_string()),
                ])
            })
            .collect(),
    }
}

fn ages(series: &[SeriesAge]) -> Table {
    Table {
        caption: "Every series of the dataset; those that prices rest on first.".into(),
        columns: vec![
            Column::text("series"),
            Column::text("last value of"),
            Column::number("age", "sessions"),
            Column::text("for prices"),
        ],
        rows: series
            .iter()
            .map(|series: &SeriesAge| {
                Row::quiet_if(
                    !series.priced,
                    vec![
                        Cell::text(&series.name),
                        Cell::maybe(series.last.map(|date| date.to_string())),
                        Cell::maybe(series.age_sessions.map(number::count)),
                        Cell::text(series.standing.replace('_', " ")),
                    ],
                )
            })
            .collect(),
    }
}
