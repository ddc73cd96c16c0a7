//! Two files of one series each that changed places: whole, in one row, in ten, from a row on.

use dice::Dice;

use super::kinds::{self, Damage};
use super::market;
use super::table::{Column, Kind, Table};
use super::{Counts, Folder, forms};

/// Of the pairs every so many are tried, all where `ALVH_DAMAGES` is `all`.
const EVERY: usize = 13;

/// Whether anybody can tell which is which: overnight rates and yields of bills stand on one level, and stand still.
fn is_told_apart(a: &Table, b: &Table) -> bool {
    let value = |table: &Table| value(table).map(|column| column.kind);
    let is_short = |table: &Table| value(table) == Some(Kind::Overnight);
    !(is_short(a) && is_short(b))
}

/// The column that becomes the series: the close, or the only one.
fn value(table: &Table) -> Option<&Column> {
    let mut known = table.columns.iter().filter(|c| c.kind.least().is_some());
    known.next_back()
}

/// Daily files of one series.
fn daily(tables: &[Table]) -> Vec<&Table> {
    let is_one = |t: &&Table| {
        let several = ["daily-treasury-rates.csv", "fredgraph.csv"];
        let is_index = t.columns.iter().any(|c| c.kind == Kind::Price) && t.columns.len() > 2;
        let one = !t.slow && !t.name.starts_with("VX_") && !several.contains(&t.name.as_str());
        one && !is_index && value(t).is_some()
    };
    tables.iter().filter(is_one).collect()
}

/// Both tables with the values of some rows exchanged; nothing where that is no change that counts.
fn exchange(pair: [&Table; 2], columns: [&Column; 2], rows: (usize, usize)) -> Option<Damage> {
    let mut damaged = [pair[0].clone(), pair[1].clone()];
    for row in rows.0..rows.1 {
        let values = [0, 1].map(|i| pair[i].value(row, columns[i]));
        let [Some(a), Some(b)] = values else {
            return None;
        };
        damaged[0].set(row, columns[0], b);
        damaged[1].set(row, columns[1], a);
    }
    let names = [pair[0].name.as_str(), pair[1].name.as_str()];
    let is_whole = rows.0 == 0;
    let counts = |i: usize| match is_whole {
        true => apart(pair, columns, i),
        false => kinds::jumps(pair[i], &damaged[i], columns[i], rows.0),
    };
    if !(counts(0) && counts(1)) {
        return None;
    }
    let [table, other] = damaged;
    Some(Damage {
        what: match is_whole {
            true => format!("{} and {} exchanged", names[0], names[1]),
            false => kinds::exchanged(names, rows.0, rows.1),
        },
        row: (!is_whole).then_some(rows.0),
        table,
        other: Some(other),
    })
}

/// Whether the other's values lie off a series' own by what counts as a level, in the middle.
fn apart(pair: [&Table; 2], columns: [&Column; 2], i: usize) -> bool {
    let Some((is_log, least)) = columns[i].kind.least() else {
        return false;
    };
    let rows = pair[i].rows.len();
    let mut distances: Vec<f64> = (0..rows)
        .filter_map(|row| {
            let own = pair[i].value(row, columns[i])?;
            let other = pair[1 - i].value(row, columns[1 - i])?;
            Some(match is_log {
                true => ::market::math::ln(other.max(1e-9) / own).abs(),
                false => (other - own).abs(),
            })
        })
        .collect();
    distances.sort_by(f64::total_cmp);
    let usual = pair[i].usual(rows / 2, columns[i]);
    let middle = distances.get(distances.len() / 2).copied().unwrap_or(0.0);
    middle >= (2.0 * least).max(kinds::STEP_SIGMAS * usual)
}

/// What comes of exchanging two files.
fn of_pair(pair: [&Table; 2], tables: &[Table], k: usize) -> Counts {
    let mut counts = Counts::default();
    let (Some(a), Some(b)) = (value(pair[0]), value(pair[1])) else {
        return counts;
    };
    let n = pair[0].rows.len();
    if n != pair[1].rows.len() || !is_told_apart(pair[0], pair[1]) {
        return counts;
    }
    let mut dice = Dice(12_000 + k as u64);
    let places = kinds::places(n, &mut dice).into_iter().chain([(0, n)]);
    let damages: Vec<Damage> = places
        .filter_map(|rows| exchange(pair, [a, b], rows))
        .collect();
    if damages.is_empty() {
        return counts;
    }
    let mut both = pair[0].clone();
    both.friends.push(pair[1].name.clone().leak());
    both.friends.extend(pair[1].friends.iter().copied());
    both.friends.retain(|friend| *friend != both.name);
    both.friends.sort_unstable();
    both.friends.dedup();
    let folder = Folder::of(&format!("pair_{k}"), &both, tables);
    for damage in damages {
        counts.add(&damage, &folder.outcome(&damage));
    }
    counts
}

#[test]
fn two_files_that_changed_places_never_change_a_table_in_silence() {
    let tables = forms::all(&market::market());
    let files = daily(&tables);
    let mut pairs = Vec::new();
    for (i, a) in files.iter().enumerate() {
        pairs.extend(files[i + 1..].iter().map(|b| [*a, *b]));
    }
    let all = std::env::var("ALVH_DAMAGES").is_ok_and(|v| v == "all");
    let every = if all { 1 } else { EVERY };
    let of = |i: usize| Some(of_pair(*pairs.get(every * i)?, &tables, every * i));
    let counts = Counts::on_two_threads(of);
    counts.assert_none_silent();
    assert!(counts.all() >= 50, "only {} damages", counts.all());
}
