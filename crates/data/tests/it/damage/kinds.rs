//! The damages. What each does, and which of them count, was fixed before any was tried.
//!
//! A change of size counts where it is more than what its series does: one value where it lies beyond both its neighbours, and a
//! change that stays where it moves the level, by at least [`SIGMAS`] (or [`STEP_SIGMAS`]) usual changes of the rows around it
//! and by the least of its kind (`table.rs`). What is smaller is measured apart, and named in `docs/formats.md`.

use dice::Dice;

use super::table::{Column, Kind, Table};

/// Usual changes by which one wrong value lies beyond both its neighbours, at least.
pub(super) const SIGMAS: f64 = 8.0;
/// Usual changes by which a level moves, at least.
pub(super) const STEP_SIGMAS: f64 = 15.0;

/// One damaged file.
pub(super) struct Damage {
    pub what: String,
    /// The row of the one wrong cell, or of the first wrong row, where there is one.
    pub row: Option<usize>,
    pub table: Table,
    /// Another file that is damaged with it.
    pub other: Option<Table>,
}

/// Whether a cell, a level or a structure was damaged, for the rule above.
enum Size {
    Cell(usize),
    Level(usize),
    Always,
}

/// Every kind of damage once on every column, each at places of its own from the dice.
pub(super) fn all(table: &Table, dice: &mut Dice) -> Vec<Damage> {
    let mut damages = Vec::new();
    for column in &table.columns {
        if column.kind != Kind::Other {
            of_column(table, column, dice, &mut damages);
        }
    }
    swaps(table, &mut damages);
    swaps_of_rows(table, dice, &mut damages);
    of_rows(table, dice, &mut damages);
    damages
}

fn push(
    damages: &mut Vec<Damage>,
    table: &Table,
    column: &Column,
    what: String,
    size: Size,
    change: impl Fn(usize, f64) -> Option<f64>,
) {
    let mut damaged = table.clone();
    for row in 0..table.rows.len() {
        let new = table.value(row, column).and_then(|v| change(row, v));
        if let Some(new) = new {
            damaged.set(row, column, new);
        }
    }
    let (counts, row) = match size {
        Size::Always => (true, None),
        Size::Cell(row) => (counts(table, &damaged, column, row, true), Some(row)),
        Size::Level(row) => (counts(table, &damaged, column, row, false), Some(row)),
    };
    if counts && damaged.rows != table.rows {
        let what = format!("{}: {what}", table.header[column.at]);
        damages.push(Damage {
            what,
            row,
            table: damaged,
            other: None,
        });
    }
}

fn counts(table: &Table, damaged: &Table, column: &Column, row: usize, is_cell: bool) -> bool {
    let Some((_, least)) = column.kind.least() else {
        return true;
    };
    let usual = table.usual(row, column);
    if is_cell {
        damaged.beyond(row, column) >= least.max(SIGMAS * usual)
    } else {
        damaged.change(row, column) >= (2.0 * least).max(STEP_SIGMAS * usual)
    }
}

fn of_column(table: &Table, column: &Column, dice: &mut Dice, damages: &mut Vec<Damage>) {
    let n = table.rows.len();
    let from = if n > 601 { 600 } else { n / 2 };
    // The level of an adjusted fund that pays nothing says no more than its returns do where no other of its index stands beside it.
    let is_free = table.name == "VXX.csv";
    for factor in [10.0, 0.1, 100.0].into_iter().filter(|_| !is_free) {
        let what = format!("times {factor}");
        push(damages, table, column, what, Size::Always, |_, v| {
            Some(v * factor)
        });
    }
    for factor in [10.0, 0.1, 100.0, 1.1] {
        let what = format!("times {factor} from row {} on", from + 2);
        push(damages, table, column, what, Size::Level(from), |i, v| {
            (i >= from).then_some(v * factor)
        });
    }
    let length = (n / 30).clamp(3, 20);
    let start = n / 4 + dice.below(n / 4);
    for factor in [10.0, 0.1, 1.1] {
        let what = format!("times {factor} for {length} rows from row {} on", start + 2);
        push(damages, table, column, what, Size::Level(start), |i, v| {
            (start..start + length).contains(&i).then_some(v * factor)
        });
    }
    cells(table, column, dice, damages);
    if column.kind != Kind::Overnight {
        let length = if table.slow { 8 } else { 25 };
        let at = n / 3 + dice.below(n / 3);
        let still = table.value(at, column);
        let what = format!("the same value for {length} rows from row {} on", at + 2);
        push(damages, table, column, what, Size::Always, |i, _| {
            (at..at + length).contains(&i).then_some(still).flatten()
        });
    }
    let by = if has_companion(table, column) {
        &[1isize, -1][..]
    } else {
        &[]
    };
    for by in by.iter().copied() {
        let what = format!("shifted by {by} row");
        push(damages, table, column, what, Size::Always, |i, _| {
            table.value(i.checked_add_signed(-by)?, column)
        });
    }
}

/// Whether anything moves with a series within its period: else nobody can tell that it is a row off.
fn has_companion(table: &Table, column: &Column) -> bool {
    let alone = [
        "SKEW_History.csv",
        "INDEX_MAHN.csv",
        "INDEX_MALN.csv",
        "CPIAUCSL.csv",
        "top10.csv",
    ];
    let columns = ["D", "E", "Dividend", "Earnings", "CNDR"];
    let is_slow = column.kind == Kind::Slow;
    let is_alone = alone.contains(&table.name.as_str())
        || (is_slow && columns.contains(&table.header[column.at].as_str()));
    !is_alone
}

/// One wrong value: a slipped point, a digit too many, a value of another row.
fn cells(table: &Table, column: &Column, dice: &mut Dice, damages: &mut Vec<Damage>) {
    let n = table.rows.len();
    let mut at = || 1 + dice.below(n - 2);
    for factor in [10.0, 0.1, 100.0, 1.1, 0.9, 1.5, 0.5, 2.0] {
        let row = at();
        let what = format!("times {factor} in row {}", row + 2);
        push(damages, table, column, what, Size::Cell(row), |i, v| {
            (i == row).then_some(v * factor)
        });
    }
    let (row, other) = (at(), at());
    let what = format!("row {} has the value of row {}", row + 2, other + 2);
    push(damages, table, column, what, Size::Cell(row), |i, _| {
        (i == row).then(|| table.value(other, column)).flatten()
    });
    if let Some((is_log, least)) = column.kind.least() {
        // Just as much as counts, up and down, where both neighbours allow it.
        for sign in [1.0, -1.0] {
            let row = at();
            let usual = table.usual(row, column);
            let by = least.max(SIGMAS * usual) + 2.0 * usual;
            let what = format!("{sign:+} times the least that counts in row {}", row + 2);
            push(damages, table, column, what, Size::Cell(row), |i, v| {
                let new = if is_log {
                    v * market::math::exp(sign * by)
                } else {
                    v + sign * by
                };
                (i == row).then_some(new)
            });
        }
    }
}

/// Every two columns of numbers exchanged, also those that are not kept.
fn swaps(table: &Table, damages: &mut Vec<Damage>) {
    for (i, a) in table.columns.iter().enumerate() {
        for b in &table.columns[i + 1..] {
            let mut damaged = table.clone();
            damaged.rows.iter_mut().for_each(|row| row.swap(a.at, b.at));
            let what = format!(
                "{} and {} exchanged",
                table.header[a.at], table.header[b.at]
            );
            damages.push(Damage {
                what,
                row: None,
                table: damaged,
                other: None,
            });
        }
    }
}

/// Every two columns that are kept exchanged in one row, in ten and from a row on, where both jump by what counts.
fn swaps_of_rows(table: &Table, dice: &mut Dice, damages: &mut Vec<Damage>) {
    let kept: Vec<&Column> = (table.columns.iter())
        .filter(|c| c.kind.least().is_some())
        .collect();
    for (i, a) in kept.iter().enumerate() {
        for b in &kept[i + 1..] {
            for (from, to) in places(table.rows.len(), dice) {
                let mut damaged = table.clone();
                let rows = damaged.rows[from..to].iter_mut();
                rows.for_each(|row| row.swap(a.at, b.at));
                let counts = [a, b]
                    .iter()
                    .all(|column| jumps(table, &damaged, column, from));
                if counts {
                    let names = [a, b].map(|column| table.header[column.at].as_str());
                    damages.push(Damage {
                        what: exchanged(names, from, to),
                        row: Some(from),
                        table: damaged,
                        other: None,
                    });
                }
            }
        }
    }
}

/// Rows in which values change places: one, ten, and all from a row on.
pub(super) fn places(n: usize, dice: &mut Dice) -> [(usize, usize); 3] {
    let mut at = || n / 4 + dice.below(n / 2);
    let one = at();
    let ten = at();
    let from = at();
    [(one, one + 1), (ten, (ten + 10).min(n - 1)), (from, n)]
}

/// What was exchanged, in words.
pub(super) fn exchanged([a, b]: [&str; 2], from: usize, to: usize) -> String {
    match to - from {
        1 => format!("{a} and {b} exchanged in row {}", from + 2),
        rows => format!(
            "{a} and {b} exchanged for {rows} rows from row {} on",
            from + 2
        ),
    }
}

/// Whether a column jumps into a row by what counts.
pub(super) fn jumps(table: &Table, damaged: &Table, column: &Column, row: usize) -> bool {
    let least = column.kind.least().map_or(0.0, |l| l.1);
    damaged.change(row, column) >= least.max(SIGMAS * table.usual(row, column))
}

fn of_rows(table: &Table, dice: &mut Dice, damages: &mut Vec<Damage>) {
    let n = table.rows.len();
    let mut push = |what: String, row: Option<usize>, rows: Vec<Vec<String>>| {
        let table = Table {
            rows,
            ..table.clone()
        };
        damages.push(Damage {
            what,
            row,
            table,
            other: None,
        });
    };
    let without = |from: usize, length: usize| {
        let mut rows = table.rows.clone();
        rows.drain(from..(from + length).min(n));
        rows
    };
    let at = n / 4 + dice.below(n / 2);
    // Of several values a week any may be missing.
    if table.name != "forward_pe.csv" {
        push(format!("row {} missing", at + 2), Some(at), without(at, 1));
    }
    let length = if table.slow { (n / 3).min(16) } else { 15 };
    let start = n / 4 + dice.below(n / 3);
    push(
        format!("{length} rows missing from row {} on", start + 2),
        Some(start),
        without(start, length),
    );
    let end = (n / 8).max(2);
    push(
        format!("the last {end} rows missing"),
        None,
        without(n - end, end),
    );
    push(
        format!("the first {end} rows missing"),
        None,
        without(0, end),
    );
    let mut twice = table.rows.clone();
    twice.insert(at, twice[at].clone());
    push(format!("row {} doubled", at + 2), Some(at), twice);
    let mut other = table.rows.clone();
    let mut copy = other[at].clone();
    copy[1..].clone_from_slice(&table.rows[(at + 7) % n][1..]);
    other.insert(at, copy);
    push(
        format!("row {} doubled with other values", at + 2),
        Some(at),
        other,
    );
    let mut reversed = table.rows.clone();
    reversed[start..(start + 10).min(n)].reverse();
    push(
        format!("10 rows in reverse from row {} on", start + 2),
        None,
        reversed,
    );
    let mut reordered = table.rows.clone();
    for i in (1..n).rev() {
        reordered.swap(i, dice.below(i + 1));
    }
    push("rows in any order".into(), None, reordered);
    days_and_months(table, &mut push);
}

/// As a spreadsheet of another country does: days and months change places where both may be either.
fn days_and_months(table: &Table, push: &mut dyn FnMut(String, Option<usize>, Vec<Vec<String>>)) {
    let mut rows = table.rows.clone();
    for row in &mut rows {
        let mark = if row[0].contains('/') { '/' } else { '-' };
        let mut parts: Vec<String> = row[0].split(mark).map(String::from).collect();
        let at = if mark == '/' { (0, 1) } else { (1, 2) };
        let is_either = |p: &str| p.parse::<u32>().is_ok_and(|n| n <= 12);
        if parts.len() == 3 && is_either(&parts[at.0]) && is_either(&parts[at.1]) {
            parts.swap(at.0, at.1);
        }
        row[0] = parts.join(&mark.to_string());
    }
    if rows != table.rows {
        push(
            "days and months exchanged where both may be either".into(),
            None,
            rows,
        );
    }
}

/// The damages that the issue names, by file.
pub(super) fn named(tables: &[Table]) -> Vec<Damage> {
    let mut all = Vec::new();
    let mut one = |file: &str, at: usize, what: &str, row: usize, value: &str| {
        let Some(table) = tables.iter().find(|t| t.name == file) else {
            panic!("no table {file}");
        };
        let mut damaged = table.clone();
        damaged.rows[row][at] = value.into();
        all.push(Damage {
            what: what.into(),
            row: Some(row),
            table: damaged,
            other: None,
        });
    };
    one(
        "VX_2020-06-17.csv",
        6,
        "a settlement of 99.9 beside a high far below",
        60,
        "99.9",
    );
    one(
        "SKEW_History.csv",
        1,
        "SKEW of 250 for one day",
        500,
        "250.00",
    );
    one("DFF.csv", 1, "DFF of 18.3 for one day", 500, "18.30");
    let of = |file: &str| tables.iter().find(|t| t.name == file).unwrap();
    let fund = of("VNQ.csv");
    let mut swapped = fund.clone();
    swapped.rows.iter_mut().for_each(|r| r.swap(1, 2));
    all.push(Damage {
        what: "close and volume exchanged".into(),
        row: None,
        table: swapped,
        other: None,
    });
    let adv = of("USI_ADV.csv");
    let mut tenth = adv.clone();
    for row in 599..adv.rows.len() {
        for at in 1..5 {
            let value: f64 = adv.rows[row][at].parse().unwrap();
            tenth.rows[row][at] = format!("{}", value / 10.0);
        }
    }
    all.push(Damage {
        what: "a tenth from row 601 on".into(),
        row: Some(599),
        table: tenth,
        other: None,
    });
    let cpi = of("CPIAUCSL.csv");
    let mut months = cpi.clone();
    months.rows.drain(20..36);
    all.push(Damage {
        what: "sixteen months missing".into(),
        row: Some(20),
        table: months,
        other: None,
    });
    // Silent once: both columns are levels that the other can have.
    let mut ends = of("month_ends.csv").clone();
    ends.rows.iter_mut().for_each(|r| r.swap(2, 3));
    all.push(Damage {
        what: "CNDR and PPUT exchanged".into(),
        row: None,
        table: ends,
        other: None,
    });
    all
}
