//! The honest controls: fewer condors instead of a hedge, and the same premium at random dates.

use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::folder::{Placed, RunFolder};
use tables::{ControlRow, Quantity, SummaryRow};

use crate::number;
use crate::number::Dollars;
use crate::section::{absent, cells, level, per_window};

/// Per window, each hedged arm against the unhedged book scaled down to the same drawdown; then every control.
pub fn section(run: &RunFolder) -> Section {
    let known = run.summary.iter().any(|row| row.deleveraged_x.is_some());
    let mut blocks = vec![Block::Paragraph(
        "Holding fewer condors cuts the drawdown too, without any skill. The control scales the unhedged book so that \
         its maximum drawdown equals the hedged arm's, and compares what is earned. A hedge earns its place only where \
         the last column is above zero."
            .to_owned(),
    )];
    match known {
        true => blocks.extend(per_window(run, |window| vec![Block::Table(table(run, window))])),
        false => blocks.push(Block::Note(
            "The control is undefined for every arm of this folder: it exists only where an arm's drawdown is smaller \
             than the unhedged one's."
                .to_owned(),
        )),
    }
    blocks.extend(others(run));
    Section {
        id: "controls",
        title: "Honest controls",
        blocks,
    }
}

/// What `controls.csv` has on every control, arm by arm.
fn others(run: &RunFolder) -> Vec<Block> {
    let Some(rows) = &run.controls else {
        return vec![absent(
            "controls.csv",
            "the control that spends the same premium at random dates",
        )];
    };
    let intro = "Every control with its interval, as controls.csv has it. p is the share of the control's draws that did \
                 at least as well as the arm: a small p means that the arm's timing, not its spending, made the \
                 difference. Controls that are fitted over a whole window look ahead by construction; they are yardsticks, \
                 not policies.";
    let tables = per_window(run, |window| match listed(run, window, rows) {
        Some(table) => {
            let all = Block::Details(
                "Every measure of every control".to_owned(),
                vec![Block::Table(table)],
            );
            beside(run, window, rows)
                .map(Block::Table)
                .into_iter()
                .chain([all])
                .collect()
        }
        None => vec![Block::Note(
            "controls.csv has no row for this window.".to_owned(),
        )],
    });
    std::iter::once(Block::Paragraph(intro.to_owned()))
        .chain(tables)
        .collect()
}

/// Each arm beside the controls that have a P&L of their own and a p-value: the same money at other dates.
fn beside(run: &RunFolder, window: usize, rows: &[Placed<ControlRow>]) -> Option<Table> {
    let tested = |row: &&Placed<ControlRow>| {
        row.place.0 == window && row.measure == "pnl_usd" && row.p.is_some()
    };
    let line = |row: &Placed<ControlRow>| {
        let summary = run.summary_of(window, row.place.1);
        let other = |measure: &str| {
            rows.iter().find(|other: &&Placed<ControlRow>| {
                other.place == row.place && other.control == row.control && other.measure == measure
            })
        };
        let value = |found: Option<&Placed<ControlRow>>| {
            let print = |measure: &str, value: f64| print(measure, value);
            let span = found.and_then(|r| {
                r.lo.zip(r.hi)
                    .map(|(lo, hi)| (print(&r.measure, lo.into()), print(&r.measure, hi.into())))
            });
            Cell::maybe(found.and_then(|r| Some(print(&r.measure, r.value?.into()))))
                .with_span(span.map(|(lo, hi)| format!("{lo} to {hi}")))
        };
        let p = |found: Option<&Placed<ControlRow>>| {
            Cell::maybe(found.and_then(|r| r.p).map(|p| number::fixed(p, 3)))
        };
        let reduction = other("drawdown_reduction");
        Row::plain(vec![
            cells::arm_in(run, window, row.place.1),
            Cell::text(row.control.replace('_', " ")),
            cells::signed_usd(summary.and_then(|row| row.pnl_usd)),
            value(Some(row)),
            p(Some(row)),
            cells::signed_percent(summary.and_then(|row| row.drawdown_reduction)),
            value(reduction),
            p(reduction),
            Cell::text(cells::plain(row.n)),
        ])
    };
    let found: Vec<Row> = rows.iter().filter(tested).map(line).collect();
    let numbers = [
        ("P&L of the arm", "$"),
        ("P&L of the control", "$"),
        ("p", ""),
        ("Reduction of the arm", "%"),
        ("Reduction of the control", "%"),
        ("p", ""),
        ("Draws", ""),
    ];
    let text = ["Arm", "Control"].into_iter().map(Column::text);
    (!found.is_empty()).then(|| Table {
        caption: format!(
            "{}: each arm beside the same premium at random dates; below a value the {} range of the draws",
            run.manifest.windows[window].name,
            level(run)
        ),
        columns: text.chain(numbers.into_iter().map(|(head, unit)| Column::number(head, unit))).collect(),
        rows: found,
    })
}

fn listed(run: &RunFolder, window: usize, rows: &[Placed<ControlRow>]) -> Option<Table> {
    let own: Vec<&Placed<ControlRow>> = rows.iter().filter(|row| row.place.0 == window).collect();
    let row = |row: &&Placed<ControlRow>| {
        let print = |value: Quantity| print(&row.measure, value.into());
        Row::plain(vec![
            cells::arm_in(run, window, row.place.1),
            Cell::text(row.control.replace('_', " ")),
            Cell::text(measure_words(&row.measure)),
            Cell::maybe(row.value.map(print)),
            Cell::maybe(
                row.lo
                    .zip(row.hi)
                    .map(|(lo, hi)| format!("{} to {}", print(lo), print(hi))),
            ),
            Cell::maybe(row.p.map(|p| number::fixed(p, 3))),
            Cell::text(cells::plain(row.n)),
            Cell::text(row.note.clone()),
        ])
    };
    let text = ["Arm", "Control", "Measure"].into_iter().map(Column::text);
    let numbers = ["Value", "Interval", "p", "n"]
        .into_iter()
        .map(|head| Column::number(head, ""));
    (!own.is_empty()).then(|| Table {
        caption: format!(
            "{}: every control of every arm",
            run.manifest.windows[window].name
        ),
        columns: text.chain(numbers).chain([Column::text("Note")]).collect(),
        rows: own.iter().map(row).collect(),
    })
}

/// A measure in words with its unit. Of a sweep the name may end with the length of the blocks.
pub fn measure_words(measure: &str) -> String {
    let (stem, blocks) = stem(measure);
    let unit = if stem.ends_with("_usd") {
        " [$]"
    } else if is_fraction(stem) {
        " [%]"
    } else {
        ""
    };
    format!(
        "{}{blocks}{unit}",
        stem.trim_end_matches("_usd").replace('_', " ")
    )
}

/// What was measured, and in words the length of the blocks it was resampled in: `_auto`, `_block5`.
fn stem(measure: &str) -> (&str, String) {
    if let Some(stem) = measure.strip_suffix("_auto") {
        return (stem, ", blocks of automatic length".to_owned());
    }
    match measure.rsplit_once("_block") {
        Some((stem, length))
            if !length.is_empty() && length.bytes().all(|b| b.is_ascii_digit()) =>
        {
            (stem, format!(", blocks of {length}"))
        }
        _ => (measure, String::new()),
    }
}

/// Whether a measure is money.
pub fn is_money(measure: &str) -> bool {
    stem(measure).0.ends_with("_usd")
}

/// A value in the unit that its measure's name has.
pub fn print(measure: &str, value: f64) -> String {
    let (stem, _) = stem(measure);
    if stem.ends_with("_usd") {
        number::nearest_cent(value).map_or_else(|| number::signed(value, 0), Dollars::signed)
    } else if is_fraction(stem) {
        number::signed_percent(value)
    } else {
        number::fixed(value, 4)
    }
}

/// Measures that are fractions in the files and percent on the page.
fn is_fraction(measure: &str) -> bool {
    [
        "reduction",
        "retained",
        "return",
        "cvar",
        "share",
        "drawdown_pct",
        "ulcer",
    ]
    .iter()
    .any(|word| measure.contains(word))
}

fn table(run: &RunFolder, window: usize) -> Table {
    let rows: Vec<&Placed<SummaryRow>> = run
        .policies()
        .into_iter()
        .filter_map(|arm| run.summary_of(window, arm))
        .collect();
    let gain = |row: &Placed<SummaryRow>| {
        row.pnl_usd
            .zip(row.deleveraged_pnl_usd)
            .map(|(own, fewer)| own - fewer)
    };
    let largest = rows
        .iter()
        .filter_map(|row| gain(row))
        .map(|usd| usd.abs().usd())
        .fold(0.0, f64::max);
    Table {
        caption: format!(
            "{}: each arm against fewer condors at the same drawdown",
            run.manifest.windows[window].name
        ),
        columns: vec![
            Column::text("Arm"),
            Column::number("Max drawdown", "$"),
            Column::number("Condors kept", "%"),
            Column::number("P&L of fewer condors", "$"),
            Column::number("P&L of the arm", "$"),
            Column::number("Arm minus control", "$"),
        ],
        rows: rows
            .iter()
            .map(|row: &&Placed<SummaryRow>| {
                let difference = cells::signed_usd(gain(row));
                Row::plain(vec![
                    cells::arm_in(run, window, row.place.1),
                    cells::fall(row.max_drawdown_usd),
                    cells::percent(row.deleveraged_x),
                    cells::signed_usd(row.deleveraged_pnl_usd),
                    cells::signed_usd(row.pnl_usd),
                    match gain(row) {
                        Some(usd) => difference.with_bar(usd.usd(), largest),
                        None => difference,
                    },
                ])
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::{measure_words, print};

    #[test]
    fn the_length_of_the_blocks_changes_no_unit() {
        assert_eq!(print("cvar_difference_usd_block5", 446.859), "+447");
        assert_eq!(print("cvar_difference_usd", 446.859), "+447");
        assert_eq!(print("pnl_difference_usd_auto", -24_457.62), "−24,458");
        assert_eq!(
            measure_words("cvar_difference_usd_block63"),
            "cvar difference, blocks of 63 [$]"
        );
        assert_eq!(
            measure_words("drawdown_reduction_auto"),
            "drawdown reduction, blocks of automatic length [%]"
        );
        assert_eq!(measure_words("a_block"), "a block");
    }
}
