//! Damages of publishers' own files, where the machine has them: the rules were found on made-up ones. Nothing of the files is kept.

use std::path::{Path, PathBuf};

use dice::Dice;

use super::kinds::{self, Damage};
use super::table::{Column, Kind, Table};
use super::{Counts, Folder, Outcome, quotes_of};
use crate::Inbox;

/// How many damages are tried; all of [`kinds::all`] are thousands, and each is an import of the folder.
const TRIED: usize = 24;

/// The folder without option chains, which are large and have tests of their own.
fn copy(from: &Path, into: &Path) {
    std::fs::create_dir_all(into).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_owned();
        if path.is_dir() && name != "chains" {
            copy(&path, &into.join(name));
        } else if path.is_file() {
            std::fs::copy(&path, into.join(name)).unwrap();
        }
    }
}

/// How the values of a series are judged.
fn kind(series: &str) -> Kind {
    let unit = data::schema::daily(series).map(|s| s.unit);
    match (series, unit) {
        ("skew", _) => Kind::Skew,
        ("dff" | "sofr" | "dgs1mo" | "dgs3mo" | "dgs6mo", _) => Kind::Overnight,
        (_, None) => Kind::Slow,
        (_, Some("vol points")) => Kind::Volatility,
        (_, Some("percent per year" | "percentage points")) => Kind::Rate,
        (_, Some("percent")) => Kind::Percent,
        (_, Some("issues")) => Kind::Count,
        (_, Some("index, January 2006 = 100")) => Kind::Dollar,
        _ => Kind::Price,
    }
}

/// A file as a table; `None` where its first line is no header of what follows.
fn table(folder: &Path, taken: &data::Taken) -> Option<Table> {
    let series = taken.series.first()?;
    if ["vx", "marks", "chains"].contains(&series.as_str()) {
        return None;
    }
    let text = std::fs::read_to_string(folder.join(&taken.file)).ok()?;
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header: Vec<String> = reader.headers().ok()?.iter().map(String::from).collect();
    let rows: Result<Vec<Vec<String>>, _> = reader
        .records()
        .map(|record| Ok::<_, csv::Error>(record?.iter().map(String::from).collect()))
        .collect();
    let rows = rows.ok().filter(|rows| rows.len() > 120)?;
    let is_number = |at: usize| {
        rows.iter()
            .all(|r| r[at].is_empty() || r[at].parse::<f64>().is_ok())
    };
    let decimals = |at: usize| {
        let of = |row: &Vec<String>| row[at].split_once('.').map_or(0, |(_, d)| d.len());
        rows.iter().map(of).max().unwrap_or(0)
    };
    let columns: Vec<Column> = (1..header.len())
        .filter(|at| is_number(*at) && !header[*at].to_lowercase().contains("volume"))
        .map(|at| Column {
            at,
            kind: kind(series),
            decimals: decimals(at),
        })
        .collect();
    (!columns.is_empty()).then(|| Table {
        publisher: "a real folder",
        name: taken.file.clone(),
        header,
        rows,
        columns,
        friends: Vec::new(),
        slow: data::schema::daily(series).is_none(),
    })
}

#[test]
fn damaged_files_of_a_real_folder_never_change_a_table_in_silence() {
    let Some(from) = std::env::var_os("ALVH_REAL_DATA").map(PathBuf::from) else {
        eprintln!("SKIPPED: set ALVH_REAL_DATA to a folder of publishers' files to run this test");
        return;
    };
    let inbox = Inbox::empty("damage_real");
    copy(&from, &inbox.from());
    let report = inbox.import();
    let folder = Folder {
        before: inbox.load().observations,
        quotes: quotes_of(&inbox),
        report,
        inbox,
    };
    let at = folder.inbox.from();
    let tables: Vec<Table> = folder
        .report
        .taken
        .iter()
        .filter_map(|t| table(&at, t))
        .collect();
    assert!(tables.len() > 20, "{} tables", tables.len());
    let all = std::env::var("ALVH_DAMAGES").is_ok_and(|v| v == "all");
    let tried = if all { 20 * TRIED } else { TRIED };
    let mut dice = Dice(12);
    let mut counts = Counts::default();
    for _ in 0..tried {
        let table = &tables[dice.below(tables.len())];
        let mut damages = kinds::all(table, &mut dice);
        let damage: Damage = damages.swap_remove(dice.below(damages.len()));
        let path = at.join(&table.name);
        let whole = std::fs::read(&path).unwrap();
        let outcome = folder.outcome(&damage);
        std::fs::write(&path, whole).unwrap();
        if let Outcome::Silent(why) = &outcome {
            println!("{}, {}: {why}", table.name, damage.what);
        }
        counts.add(&damage, &outcome);
    }
    counts.assert_none_silent();
}
