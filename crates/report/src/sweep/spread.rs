//! How the cells are spread, against no effect and against the honest control of fewer condors.

use super::cells::CellRow;
use super::chosen::chosen;
use super::folder::SweepFolder;
use crate::chart::{Histogram, Unit};
use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::number;
use stats::order::{self, Quantiles};

/// A number of a cell, or nothing where it is undefined.
type Measure<'a> = &'a dyn Fn(&CellRow<'_>) -> Option<f64>;

/// Histograms per window with the quantiles as a table.
pub fn section(sweep: &SweepFolder) -> Section {
    let intro = "The control holds as many condors as give the unhedged book the cell's own drawdown, and no hedge. Where \
                 a cell's drawdown is deeper than the unhedged one, that control does not exist, and the cell is not in \
                 its picture.";
    let mut blocks = vec![Block::Paragraph(intro.to_owned())];
    for view in 0..sweep.views.len() {
        blocks.push(Block::Heading(sweep.view_name(view)));
        blocks.extend(one(sweep, view));
    }
    Section {
        id: "distribution",
        title: "All cells against the controls",
        blocks,
    }
}

fn one(sweep: &SweepFolder, view: usize) -> Vec<Block> {
    let gain = |cell: &CellRow<'_>| Some((cell.pnl_usd()? - cell.deleveraged_pnl_usd()?).usd());
    let measures: [(&str, Unit, Measure<'_>); 3] = [
        ("Drawdown reduction", Unit::Percent, &|cell| {
            cell.reduction()
        }),
        ("P&L against unhedged", Unit::Usd, &|cell| {
            cell.hedge_pnl_usd().map(|usd| usd.usd())
        }),
        (
            "P&L against fewer condors with the same drawdown",
            Unit::Usd,
            &gain,
        ),
    ];
    let mut blocks = Vec::new();
    let mut rows = Vec::new();
    for (what, unit, value) in measures {
        let values = || sweep.of_view(view).filter_map(|cell| value(&cell));
        let found = order::quantiles(values, &[0.05, 0.25, 0.5, 0.75, 0.95]);
        let above = values().filter(|value| *value > 0.0).count();
        rows.push(quantiles(what, unit, &found, above));
        if found.count == 0 {
            blocks.push(Block::Note(format!(
                "{what}: defined for no cell of this window."
            )));
            continue;
        }
        let best = chosen(sweep, view)
            .and_then(|cell| value(&cell))
            .map(|value| (value, "chosen".to_owned()));
        let marks = std::iter::once((0.0, "none".to_owned()))
            .chain(best)
            .collect();
        blocks.push(Block::Bars(Histogram {
            caption: format!(
                "{}: {what}, cells counted [{}]",
                sweep.view_name(view),
                unit.sign()
            ),
            head: what.to_owned(),
            ..Histogram::of(|| values().map(|value| (value, 1)), unit, marks)
        }));
    }
    blocks.push(Block::Table(Table {
        caption: format!("{}: quantiles over all cells", sweep.view_name(view)),
        columns: [Column::text("Measure"), Column::number("Cells", "")]
            .into_iter()
            .chain(
                ["5 %", "25 %", "Median", "75 %", "95 %", "Above 0 [%]"]
                    .map(|head| Column::number(head, "")),
            )
            .collect(),
        rows,
    }));
    blocks
}

fn quantiles(what: &str, unit: Unit, found: &Quantiles, above: usize) -> Row {
    let at = found.at.iter();
    let known = at.map(|value| Cell::maybe(value.map(|value| unit.print(value))));
    let above = above as f64 / found.count.max(1) as f64;
    let above = Cell::maybe((found.count > 0).then(|| number::percent(above)));
    let unit_words = if unit.sign().is_empty() {
        String::new()
    } else {
        format!(" [{}]", unit.sign())
    };
    let named = [
        Cell::text(format!("{what}{unit_words}")),
        Cell::text(number::count(found.count)),
    ];
    Row::plain(named.into_iter().chain(known).chain([above]).collect())
}
