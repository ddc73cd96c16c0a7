//! How the headline moves in worlds drawn from the measured error of the price model.

use tables::WorldsRow;

use super::{bar, of_arms, shown};
use crate::chart::{RangeChart, Unit};
use crate::document::{Block, Column, Row, Table};
use crate::folder::{Placed, RunFolder};
use crate::section::cells;
use crate::style::Style;

/// The middle of the worlds, which of the numbers the error can turn round, and every row.
pub(crate) fn one_window(run: &RunFolder, window: usize, rows: &[Placed<WorldsRow>]) -> Vec<Block> {
    let charts = charts(run, window, rows);
    if charts.is_empty() {
        return Vec::new();
    }
    let rows: Vec<&Placed<WorldsRow>> = rows.iter().filter(|row| row.place.0 == window).collect();
    shown(charts, "The worlds in numbers", table(run, window, &rows))
}

/// P&L of the condors, what the hedges added, and how they changed the worst fall.
pub(crate) fn charts(
    run: &RunFolder,
    window: usize,
    rows: &[Placed<WorldsRow>],
) -> Vec<RangeChart> {
    let rows: Vec<&Placed<WorldsRow>> = rows.iter().filter(|row| row.place.0 == window).collect();
    let Some(first) = rows.first() else {
        return Vec::new();
    };
    let worlds = first.worlds;
    let (condors, hedged): (Vec<_>, Vec<_>) = rows
        .iter()
        .partition(|row| Some(row.place.1) == run.unhedged());
    let title = |what: &str, unit: Unit| {
        let name = &run.manifest.windows[window].name;
        format!(
            "{name}: {what} in {worlds} worlds of the model's error [{}]",
            unit.sign()
        )
    };
    let mut of_condors = chart(run, &condors, title("P&L of the condors", Unit::Usd), &pnl);
    of_condors
        .rows
        .iter_mut()
        .for_each(|row| (row.name, row.style) = ("condors".to_owned(), Style::plain(0)));
    let what = "hedged minus unhedged trading P&L";
    let mut reductions = chart(
        run,
        &hedged,
        title("drawdown reduction", Unit::Percent),
        &reduction,
    );
    reductions.unit = Unit::Percent;
    vec![
        of_condors,
        chart(run, &hedged, title(what, Unit::Usd), &effect),
        reductions,
    ]
}

/// Lower end, median and upper end.
type Ends = Option<(f64, f64, f64)>;

fn pnl(row: &WorldsRow) -> Ends {
    let lo = row.pnl_lo_usd?;
    let middle = row.pnl_median_usd?;
    let hi = row.pnl_hi_usd?;
    Some((lo.usd(), middle.usd(), hi.usd()))
}

fn effect(row: &WorldsRow) -> Ends {
    let lo = row.hedge_effect_lo_usd?;
    let middle = row.hedge_effect_median_usd?;
    Some((lo.usd(), middle.usd(), row.hedge_effect_hi_usd?.usd()))
}

fn reduction(row: &WorldsRow) -> Ends {
    let lo = row.drawdown_reduction_lo?;
    let middle = row.drawdown_reduction_median?;
    Some((lo, middle, row.drawdown_reduction_hi?))
}

fn chart(
    run: &RunFolder,
    rows: &[&&Placed<WorldsRow>],
    caption: String,
    ends: &dyn Fn(&WorldsRow) -> Ends,
) -> RangeChart {
    let bars = rows.iter().filter_map(|row: &&&Placed<WorldsRow>| {
        let (lo, middle, hi) = ends(row)?;
        Some(bar(run, row.place.1, Some(middle), (lo, hi)))
    });
    let heads = ["Median world", "Interval"];
    of_arms(caption, Unit::Usd, bars.collect(), heads)
}

fn table(run: &RunFolder, window: usize, rows: &[&Placed<WorldsRow>]) -> Table {
    Table {
        caption: format!(
            "{}: the middle of the worlds",
            run.manifest.windows[window].name
        ),
        columns: vec![
            Column::text("Arm"),
            Column::number("P&L from", "$"),
            Column::number("P&L to", "$"),
            Column::number("Hedge effect from", "$"),
            Column::number("median", "$"),
            Column::number("to", "$"),
            Column::number("Drawdown reduction from", "%"),
            Column::number("to", "%"),
        ],
        rows: rows
            .iter()
            .map(|row: &&Placed<WorldsRow>| {
                Row::plain(vec![
                    cells::arm(run, row.place.1),
                    cells::signed_usd(row.pnl_lo_usd),
                    cells::signed_usd(row.pnl_hi_usd),
                    cells::signed_usd(row.hedge_effect_lo_usd),
                    cells::signed_usd(row.hedge_effect_median_usd),
                    cells::signed_usd(row.hedge_effect_hi_usd),
                    cells::signed_percent(row.drawdown_reduction_lo),
                    cells::signed_percent(row.drawdown_reduction_hi),
                ])
            })
            .collect(),
    }
}
