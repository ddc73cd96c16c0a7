//! What was decided and why, counted: also what was not done.

use std::collections::BTreeMap;

use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::folder::RunFolder;
use crate::section::{cells, per_window};

/// Decisions per layer, action and reason code, one column per arm.
pub fn section(run: &RunFolder) -> Section {
    let intro = "One decision per session and layer, with the code of its reason. decisions.csv has each of them, with \
                 its numbers; alvh explain tells a day in words.";
    let mut blocks = vec![Block::Paragraph(intro.to_owned())];
    blocks.extend(per_window(run, |window| {
        vec![Block::Table(table(run, window))]
    }));
    Section {
        id: "decisions",
        title: "Decisions by reason",
        blocks,
    }
}

fn table(run: &RunFolder, window: usize) -> Table {
    let main = run.main_arms();
    let mut counts: BTreeMap<(usize, &str, &str, &str), Vec<usize>> = BTreeMap::new();
    let mut ranks: BTreeMap<&str, usize> = BTreeMap::new();
    for row in run.decisions.iter().filter(|row| row.place.0 == window) {
        let Some(column) = main.iter().position(|&arm| arm == row.place.1) else {
            continue;
        };
        let rank = *ranks
            .entry(&row.layer)
            .or_insert_with(|| run.layer_rank(&row.layer));
        let key = (
            rank,
            row.layer.as_str(),
            row.action.as_str(),
            row.reason_code.as_str(),
        );
        counts.entry(key).or_insert_with(|| vec![0; main.len()])[column] += 1;
    }
    let row = |(key, counts): (&(usize, &str, &str, &str), &Vec<usize>)| {
        let named = [key.1, key.2, key.3].map(Cell::text);
        Row::plain(
            named
                .into_iter()
                .chain(counts.iter().map(|&n| cells::count(n)))
                .collect(),
        )
    };
    let text = ["Layer", "Action", "Reason code"]
        .into_iter()
        .map(Column::text);
    let arms = main.iter().map(|&arm| Column::number(&run.label(arm), ""));
    Table {
        caption: format!(
            "{}: decisions by layer, action and reason code",
            run.manifest.windows[window].name
        ),
        columns: text.chain(arms).collect(),
        rows: counts.iter().map(row).collect(),
    }
}
