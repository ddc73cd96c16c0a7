//! The real history meets the bounds too, and the figures of both are close.
//!
//! Needs the publishers' files in the folder that the environment variable ALVH_REAL_DATA names; prints the table of
//! datasets/reconstruction/README.md. Nothing of them is kept.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use market::calendar::Calendar;
use market::observations::{DailySeries, Observations, VxSettlement, names};
use reconstruction::statistics::{BOUNDS, figures, violations};

use crate::{bundled, day};

#[test]
fn the_real_history_meets_every_bound() {
    let Some(folder) = std::env::var_os("ALVH_REAL_DATA").map(PathBuf::from) else {
        eprintln!("SKIPPED the_real_history: ALVH_REAL_DATA is not set, nothing was compared");
        return;
    };
    let real = real(&folder);
    assert_eq!(violations(&real), Vec::<String>::new());
    eprintln!("| figure | real | reconstruction | bounds |\n|---|---|---|---|");
    for ((real, ours), b) in figures(&real).iter().zip(figures(bundled())).zip(&BOUNDS) {
        eprintln!(
            "| {} | {:.3} | {:.3} | {} to {} |",
            real.0, real.1, ours.1, b.low, b.high
        );
    }
}

fn real(folder: &Path) -> Observations {
    let in_range = |d: &NaiveDate| *d >= day(2020, 11, 30) && *d <= day(2024, 12, 31);
    let sessions: Vec<NaiveDate> = Calendar::nyse()
        .sessions()
        .iter()
        .copied()
        .filter(in_range)
        .collect();
    let sources = [
        (names::SPX_CLOSE, "spx/SP500.csv", "SP500"),
        (names::VIX, "vol/VIX_History.csv", "CLOSE"),
        (names::VIX9D, "vol/VIX9D_History.csv", "CLOSE"),
        (names::VIX3M, "vol/VIX3M_History.csv", "CLOSE"),
    ];
    let mut daily = BTreeMap::new();
    for (name, file, column) in sources {
        let known: BTreeMap<NaiveDate, f64> =
            rows(&folder.join(file), column).into_iter().collect();
        let values = sessions.iter().map(|d| known.get(d).copied()).collect();
        daily.insert(
            name.to_owned(),
            DailySeries {
                lag_sessions: 0,
                values,
            },
        );
    }
    let mut vx = contracts(&folder.join("vx"));
    vx.retain(|row| sessions.binary_search(&row.trade_date).is_ok());
    vx.sort_by_key(|row| (row.trade_date, row.expiry));
    Observations {
        sessions,
        daily,
        vx,
        ..Observations::default()
    }
}

/// One file per contract, `VX_2022-06-15.csv`, named after its settlement day.
fn contracts(folder: &Path) -> Vec<VxSettlement> {
    let files = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut found = Vec::new();
    for file in files.map(|f| f.unwrap().path()) {
        let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
        let Some(expiry) = stem.strip_prefix("VX_").and_then(|d| d.parse().ok()) else {
            continue;
        };
        let settlements = rows(&file, "Settle").into_iter();
        found.extend(settlements.map(|(trade_date, settle)| VxSettlement {
            trade_date,
            expiry,
            settle,
            high: None,
        }));
    }
    assert!(
        found.len() > 5000,
        "{} has few settlements: {}",
        folder.display(),
        found.len()
    );
    found
}

/// Date (first column, ISO or month/day/year) and one named column, without empty cells.
fn rows(file: &Path, column: &str) -> Vec<(NaiveDate, f64)> {
    let text = std::fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let mut lines = text.lines();
    let header = lines.next().unwrap_or_default();
    let at = header
        .split(',')
        .position(|h| h == column)
        .unwrap_or_else(|| panic!("{}: no {column}", file.display()));
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let iso = NaiveDate::parse_from_str(cells[0], "%Y-%m-%d");
        let date = iso.or_else(|_| NaiveDate::parse_from_str(cells[0], "%m/%d/%Y"));
        Some((
            date.unwrap_or_else(|e| panic!("{}: {line}: {e}", file.display())),
            cells[at].parse().ok()?,
        ))
    };
    lines.filter(|l| !l.is_empty()).filter_map(row).collect()
}
