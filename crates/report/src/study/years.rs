//! Year by year: the median over books and weekdays, and how far they lie apart.

use super::folder::StudyFolder;
use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::number;
use crate::section::cells;

/// Measures that are shown window by window, with their heading.
const SHOWN: [(&str, &str); 5] = [
    ("drawdown_reduction", "Drawdown reduction [%]"),
    (
        "profit_kept",
        "Profit kept, where the condors alone earn [%]",
    ),
    ("return_given_up", "Return given up [% of capital]"),
    ("cvar_reduction", "Tail mean cut [%]"),
    (
        "over_random_dates",
        "Drawdown reduction over that of random dates [%]",
    ),
];

/// The drawdown reduction, year by year.
pub fn section(study: &StudyFolder) -> Option<Section> {
    if study.years.is_empty() {
        return None;
    }
    let mut blocks = vec![Block::Paragraph(
        "In each window every book starts from flat. A cell is the median over books and weekdays; in smaller letters the least \
         and the greatest, and in how many it is above zero. A window that is no calendar year is not in the sample. Where prices are \
         indicative only, prices is where the median lies in worlds of the price model's error of that era."
            .into(),
    )];
    let (measure, head) = SHOWN[0];
    blocks.push(Block::Table(table(study, measure, head)));
    Some(Section {
        id: "years",
        title: "Year by year",
        blocks,
    })
}

/// The other measures, a table each.
pub fn others(study: &StudyFolder) -> Option<Section> {
    (!study.years.is_empty()).then(|| Section {
        id: "more-years",
        title: "Year by year, other measures",
        blocks: SHOWN[1..]
            .iter()
            .map(|(measure, head): &(&str, &str)| Block::Table(table(study, measure, head)))
            .collect(),
    })
}

fn table(study: &StudyFolder, measure: &str, head: &str) -> Table {
    let windows = || study.manifest.windows.iter();
    let cell = |arm: &str, window: &str| {
        let Some(row) = study.year(arm, measure, window) else {
            return Cell::default();
        };
        let span = row.lowest.zip(row.highest).map(|(lo, hi)| {
            let band = row.band_lo.zip(row.band_hi).map(|(lo, hi)| {
                let lo = number::percent(lo);
                let hi = number::percent(hi);
                format!("; prices {lo} to {hi}")
            });
            format!(
                "{} to {}, {} of {}{}",
                number::percent(lo),
                number::percent(hi),
                row.positive,
                row.n,
                band.unwrap_or_default()
            )
        });
        cells::signed_percent(row.median).with_span(span)
    };
    let line = |arm: &str| {
        let own = windows().map(|window| cell(arm, &window.name));
        let first = study.cell(arm);
        Row::plain([first].into_iter().chain(own).collect())
    };
    Table {
        caption: head.to_owned(),
        columns: [Column::text("Arm")]
            .into_iter()
            .chain(windows().map(|window: &super::folder::StudySpan| {
                let mark = if window.indicative {
                    " (indicative)"
                } else {
                    ""
                };
                Column::number(&format!("{}{mark}", window.name), "%")
            }))
            .collect(),
        rows: study.arms().map(line).collect(),
    }
}
