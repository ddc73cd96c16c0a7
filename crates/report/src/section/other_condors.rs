//! The same hedges over other condors, which the headline knows nothing of.

use crate::document::{Block, Column, Row, Section, Table};
use crate::folder::{Placed, RunFolder};
use crate::number;
use crate::section::{cells, level};
use tables::{Money, OtherCondorRow};

/// A table for each condor and window, where the run names any.
pub fn section(run: &RunFolder) -> Option<Section> {
    let rows = run
        .other_condors
        .as_deref()
        .filter(|rows| !rows.is_empty())?;
    let words = "Each of these condors is traded alone, under every arm, with the capital, windows and prices of the run. \
                 They are a second look: the answer and every other section are of the run's own condors.";
    let mut blocks = vec![Block::Paragraph(words.to_owned())];
    let same = |a: &Placed<OtherCondorRow>, b: &Placed<OtherCondorRow>| {
        a.condor == b.condor && a.place.0 == b.place.0
    };
    let tables = rows.chunk_by(same).map(|rows| table(run, rows));
    blocks.extend(tables.map(Block::Table));
    Some(Section {
        id: "other-condors",
        title: "Other condors",
        blocks,
    })
}

/// What became of the hedges over each of these condors, in a sentence.
pub fn sentence(run: &RunFolder) -> Option<String> {
    let rows = run.other_condors.as_deref().unwrap_or_default();
    let of_condor = |rows: &[Placed<OtherCondorRow>]| {
        let hedged = rows
            .iter()
            .filter(|row| run.policies().contains(&row.place.1));
        let cases: Vec<(f64, Money)> = hedged
            .filter_map(|row| row.drawdown_reduction.zip(row.hedge_pnl_usd))
            .collect();
        let shallower = cases
            .iter()
            .filter(|(reduction, _)| *reduction > 0.0)
            .count();
        let ahead = cases
            .iter()
            .filter(|(_, added)| *added > Money::ZERO)
            .count();
        format!(
            "over {} hedges made the worst fall shallower in {} of {} cases and added P&L in {}",
            rows[0].condor.replace('_', " "),
            number::count(shallower),
            number::count(cases.len()),
            number::count(ahead)
        )
    };
    let said: Vec<String> = rows
        .chunk_by(|a, b| a.condor == b.condor)
        .map(of_condor)
        .collect();
    (!said.is_empty()).then(|| format!("A second look, in the appendix: {}.", said.join("; ")))
}

fn table(run: &RunFolder, rows: &[Placed<OtherCondorRow>]) -> Table {
    let number = Column::number;
    Table {
        caption: format!(
            "{}, {}: result net of costs, without interest; below a value its {} interval",
            rows[0].condor,
            rows[0].window,
            level(run)
        ),
        columns: vec![
            Column::text("Arm"),
            number("P&L", "$"),
            number("Hedge P&L", "$"),
            number("Max drawdown", "$"),
            number("Drawdown reduction", "%"),
            number("Profit retained", "%"),
            number("Trades", ""),
        ],
        rows: rows
            .iter()
            .map(|row: &Placed<OtherCondorRow>| {
                let span = row.drawdown_reduction_lo.zip(row.drawdown_reduction_hi);
                Row::plain(vec![
                    cells::arm(run, row.place.1),
                    cells::signed_usd(row.pnl_usd),
                    cells::signed_usd(row.hedge_pnl_usd),
                    cells::fall(row.max_drawdown_usd),
                    cells::signed_percent(row.drawdown_reduction)
                        .with_span(cells::percent_span(span)),
                    cells::percent(row.profit_retained),
                    cells::count(row.trades),
                ])
            })
            .collect(),
    }
}
