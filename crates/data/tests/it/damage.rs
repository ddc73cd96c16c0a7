//! Damaged files of every publisher, from a seed: the table of the dataset is what it was, or the file is refused with its
//! reason, or a finding names the series and the place. Never another table in silence.
//!
//! SYNTHETIC: every number is made up (`damage/market.rs`), dates of calendars are public.

mod forms;
mod kinds;
mod market;
mod pairs;
mod quotes;
mod real;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use ::market::observations::Observations;
use chrono::NaiveDate;
use data::{Finding, ImportReport};
use dice::Dice;

use crate::Inbox;
use kinds::Damage;
use table::Table;

/// What came of a damage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// The table is what it was.
    Harmless,
    /// The file is refused, or nothing is written, with this reason.
    Refused(String),
    /// The table differs, and new findings say so.
    Found(String),
    /// The table differs, and nothing says so.
    Silent(String),
}

/// A folder with a file and its friends, imported once as it is.
struct Folder {
    inbox: Inbox,
    report: ImportReport,
    before: Observations,
    quotes: BTreeSet<String>,
}

impl Folder {
    fn of(test: &str, table: &Table, tables: &[Table]) -> Folder {
        let mut inbox = Inbox::empty(test).file(&table.name, &table.text());
        for friend in &table.friends {
            let friend = tables.iter().find(|t| t.name == *friend);
            let friend = friend.unwrap_or_else(|| panic!("{}: {:?}", table.name, table.friends));
            inbox = inbox.file(&friend.name, &friend.text());
        }
        let report = inbox.import();
        let before = inbox.load().observations;
        let quotes = quotes_of(&inbox);
        Folder {
            inbox,
            report,
            before,
            quotes,
        }
    }

    fn outcome(&self, damage: &Damage) -> Outcome {
        std::fs::write(
            self.inbox.from().join(&damage.table.name),
            damage.table.text(),
        )
        .unwrap();
        if let Some(other) = &damage.other {
            std::fs::write(self.inbox.from().join(&other.name), other.text()).unwrap();
        }
        let report = match self.inbox.try_import() {
            Err(error) => return Outcome::Refused(error.to_string()),
            Ok(report) => report,
        };
        let damaged = |file: &str| {
            let other = damage.other.as_ref().map(|table| table.name.as_str());
            file == damage.table.name || other == Some(file)
        };
        if let Some(refused) = report.refused.iter().find(|r| damaged(&r.file)) {
            return Outcome::Refused(refused.reason.clone());
        }
        let contents = |r: &ImportReport| -> Vec<String> {
            let files = r.manifest.files.values();
            files.map(|f| f.content_sha256.clone()).collect()
        };
        if contents(&self.report) == contents(&report) {
            return Outcome::Harmless;
        }
        let mut changed = changed(&self.before, &self.inbox.load().observations);
        if quotes_of(&self.inbox) != self.quotes {
            changed.insert("quotes".into());
        }
        if changed.is_empty() {
            return Outcome::Harmless;
        }
        let old: BTreeSet<String> = self.report.manifest.findings.iter().map(told).collect();
        let new = report.manifest.findings.iter();
        let new: Vec<&Finding> = new.filter(|f| !old.contains(&told(f))).collect();
        let about = new.iter().filter(|f| is_about(f, &changed, damage));
        let codes: BTreeSet<&str> = about.clone().map(|f| f.code.as_str()).collect();
        if codes.is_empty() {
            let others: Vec<String> = new.iter().map(|f| told(f)).collect();
            return Outcome::Silent(format!("{changed:?} changed; others: {others:?}"));
        }
        Outcome::Found(codes.into_iter().collect::<Vec<_>>().join(" "))
    }
}

/// Every option quote and price of a dataset, as a run or a fit of the model sees it.
fn quotes_of(inbox: &Inbox) -> BTreeSet<String> {
    let dir = inbox.dataset();
    let quotes = data::chains::load_chains(&dir).unwrap().into_iter();
    let quotes = quotes.map(|q| {
        let moment = (q.quote_date, q.quote_time, q.kind);
        format!(
            "{moment:?} {} {} {} {} {:?} {:?}",
            q.root, q.expiry, q.is_call, q.strike, q.bid, q.ask
        )
    });
    let marks = data::marks::load_marks(&dir).unwrap().into_iter();
    quotes
        .chain(marks.map(|mark| format!("{mark:?}")))
        .collect()
}

fn told(f: &Finding) -> String {
    format!("{} {} {} {}", f.series, f.code, f.count, f.message)
}

/// Series that differ, as a run sees them: of slow ones what is known by the last session.
fn changed(before: &Observations, after: &Observations) -> BTreeSet<String> {
    let mut changed = BTreeSet::new();
    if before.sessions != after.sessions {
        changed.insert("sessions".into());
    }
    let names = before.daily.keys().chain(after.daily.keys());
    let by_day = |o: &Observations, name: &str| -> Vec<(NaiveDate, u64)> {
        let values = o.daily.get(name).map_or(&[][..], |s| &s.values);
        let all = o.sessions.iter().zip(values);
        all.filter_map(|(d, v)| Some((*d, (*v)?.to_bits())))
            .collect()
    };
    changed.extend(
        names
            .filter(|n| by_day(before, n) != by_day(after, n))
            .cloned(),
    );
    let last = before.sessions.last().max(after.sessions.last()).copied();
    let known = |o: &Observations, name: &str| -> Vec<(NaiveDate, NaiveDate, u64)> {
        let all = o.slow.get(name).into_iter().flatten();
        let known = all.filter(|r| Some(r.known) <= last);
        known
            .map(|r| (r.period, r.known, r.value.to_bits()))
            .collect()
    };
    let names = before.slow.keys().chain(after.slow.keys());
    changed.extend(
        names
            .filter(|n| known(before, n) != known(after, n))
            .cloned(),
    );
    if before.vx != after.vx {
        changed.insert("vx".into());
    }
    if before.events != after.events {
        changed.insert("events".into());
    }
    changed
}

/// Whether a finding names a series that changed, or one beside it, and the day of the one wrong row where there is one.
fn is_about(f: &Finding, changed: &BTreeSet<String>, damage: &Damage) -> bool {
    const EVENTS: [&str; 3] = ["cpi", "fomc", "calendar"];
    let names = |name: &String| {
        f.series == *name
            || f.message.contains(name.as_str())
            || (name == "events" && EVENTS.contains(&f.series.as_str()))
            || (name == "sessions" && f.code.starts_with("span"))
            || (name == "quotes" && f.series == "marks")
    };
    let file = f.series == damage.table.name || f.message.contains(&damage.table.name);
    if !(changed.iter().any(names) || file) {
        return false;
    }
    let Some(row) = damage
        .row
        .filter(|_| f.first.is_some() && damage.what.contains(" in row "))
    else {
        return true;
    };
    if let Some(words) = quotes::words_of(&damage.table, row) {
        let mut all = std::iter::once(&f.message).chain(&f.further);
        return all.any(|message| words.iter().all(|word| message.contains(word)));
    }
    let lines = [",", ":"].map(|mark| format!("row {}{mark}", row + 2));
    let day = day_of(&damage.table, row).map(|d| d.to_string());
    let mut all = std::iter::once(&f.message).chain(&f.further);
    all.any(|m| {
        lines
            .iter()
            .chain(&day)
            .any(|place| m.contains(place.as_str()))
    })
}

fn day_of(table: &Table, row: usize) -> Option<NaiveDate> {
    let text = &table.rows.get(row)?[0];
    let forms = ["%Y-%m-%d", "%m/%d/%Y"];
    forms
        .iter()
        .find_map(|f| NaiveDate::parse_from_str(text, f).ok())
}

/// Counts by kind of outcome.
#[derive(Default)]
struct Counts {
    by_publisher: BTreeMap<&'static str, [usize; 4]>,
    silent: Vec<String>,
}

impl Counts {
    /// Those of `of(0)`, `of(1)` and so on, until it has no more.
    fn on_two_threads(of: impl Fn(usize) -> Option<Counts> + Sync) -> Counts {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut counts = Counts::default();
            while let Some(more) = of(next.fetch_add(1, Ordering::Relaxed)) {
                counts.join(more);
            }
            counts
        };
        std::thread::scope(|scope| {
            let other = scope.spawn(work);
            let mut counts = work();
            counts.join(other.join().unwrap());
            counts
        })
    }

    fn add(&mut self, damage: &Damage, outcome: &Outcome) {
        let at = match outcome {
            Outcome::Harmless => 0,
            Outcome::Refused(_) => 1,
            Outcome::Found(_) => 2,
            Outcome::Silent(why) => {
                let name = &damage.table.name;
                self.silent.push(format!("{name}, {}: {why}", damage.what));
                3
            }
        };
        self.by_publisher.entry(damage.table.publisher).or_default()[at] += 1;
    }

    fn join(&mut self, other: Counts) {
        for (publisher, counts) in other.by_publisher {
            let own = self.by_publisher.entry(publisher).or_default();
            own.iter_mut().zip(counts).for_each(|(sum, n)| *sum += n);
        }
        self.silent.extend(other.silent);
        self.silent.sort();
    }

    fn all(&self) -> usize {
        self.by_publisher.values().flatten().sum()
    }

    /// Prints the counts; fails where a damage changed a table and nothing said so.
    fn assert_none_silent(&self) {
        self.print();
        let silent = &self.silent;
        assert!(
            silent.is_empty(),
            "{} in silence:\n{}",
            silent.len(),
            silent.join("\n")
        );
    }

    fn print(&self) {
        println!("| publisher | harmless | refused | found | silent |");
        let mut all = [0; 4];
        for (publisher, counts) in &self.by_publisher {
            let [a, b, c, d] = counts;
            println!("| {publisher} | {a} | {b} | {c} | {d} |");
            all.iter_mut().zip(counts).for_each(|(sum, n)| *sum += n);
        }
        println!(
            "| all {} | {} | {} | {} | {} |",
            all.iter().sum::<usize>(),
            all[0],
            all[1],
            all[2],
            all[3]
        );
    }
}

/// Of the damages every fifth is tried, another one of each file; all where `ALVH_DAMAGES` is `all`.
const EVERY: usize = 5;

/// What comes of the damages of one file.
fn of_file(i: usize, tables: &[Table], named: &[Damage], every: usize) -> Counts {
    let table = &tables[i];
    let mut dice = Dice(403 + i as u64);
    let mut counts = Counts::default();
    let folder = Folder::of(&format!("damage_{i}"), table, tables);
    let refused = &folder.report.refused;
    assert!(refused.is_empty(), "{}: {refused:?}", table.name);
    let tried = match quotes::is_of(table) {
        true => quotes::damages(table, &market::market(), &mut dice),
        false => kinds::all(table, &mut dice),
    };
    // Those of quotes are all tried, they are few.
    let every = if quotes::is_of(table) { 1 } else { every };
    let tried = tried.into_iter().enumerate();
    let tried = tried
        .filter(|(k, _)| k % every == i % every)
        .map(|(_, d)| d);
    let tried: Vec<Damage> = tried.collect();
    for damage in tried
        .iter()
        .chain(named.iter().filter(|d| d.table.name == table.name))
    {
        let outcome = folder.outcome(damage);
        if std::env::var_os("ALVH_SHOW").is_some() {
            println!("{}, {}: {outcome:?}", table.name, damage.what);
        }
        counts.add(damage, &outcome);
    }
    counts
}

#[test]
fn a_damaged_file_never_changes_a_table_in_silence() {
    let days = market::market();
    let mut tables = forms::all(&days);
    tables.extend(quotes::all(&days));
    let named = kinds::named(&tables);
    let all = std::env::var("ALVH_DAMAGES").is_ok_and(|v| v == "all");
    let every = if all { 1 } else { EVERY };
    let of = |i: usize| (i < tables.len()).then(|| of_file(i, &tables, &named, every));
    let counts = Counts::on_two_threads(of);
    counts.assert_none_silent();
    assert!(counts.all() >= 403, "only {} damages", counts.all());
}

/// For `docs/formats.md`: of single values moved by so many usual changes beyond both neighbours, how many of a hundred are found.
#[test]
#[ignore = "prints a table; run with --ignored --nocapture"]
fn the_line_below_which_single_values_are_not_found() {
    let days = market::market();
    let tables = forms::all(&days);
    let sizes = [3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0];
    println!("| file | usual change | 3 | 4 | 5 | 6 | 7 | 8 | 10 |");
    let daily = tables
        .iter()
        .filter(|t| !t.slow && !t.name.starts_with("VX_"));
    for (i, table) in daily.enumerate() {
        let column = table.columns.iter().rfind(|c| c.kind.least().is_some());
        let Some((column, (is_log, _))) = column.and_then(|c| Some((c, c.kind.least()?))) else {
            continue;
        };
        let folder = Folder::of(&format!("line_{i}"), table, &tables);
        let rows: Vec<usize> = (40..table.rows.len() - 40).step_by(65).collect();
        let mut shares = String::new();
        for size in sizes {
            let mut damaged = table.clone();
            for row in &rows {
                let value = |r: usize| table.value(r, column).unwrap();
                let (a, b) = (value(row - 1), value(row + 1));
                let by = size * table.usual(*row, column);
                let new = if is_log {
                    a.max(b) * ::market::math::exp(by)
                } else {
                    a.max(b) + by
                };
                damaged.set(*row, column, new);
            }
            std::fs::write(folder.inbox.from().join(&table.name), damaged.text()).unwrap();
            let found = folder.inbox.import().manifest.findings;
            let jumps = found.iter().filter(|f| f.code.starts_with("jump"));
            let count = jumps.map(|f| f.count).max().unwrap_or(0);
            shares += &format!(" {} |", 100 * count.min(rows.len()) / rows.len());
        }
        let usual = table.usual(table.rows.len() / 2, column);
        println!("| {} | {usual:.4} |{shares}", table.name);
    }
}

/// The made-up contracts cover one summer, and positions counted among all of them are compared with five.
const FEW_CONTRACTS: [&str; 3] = ["contract_missing", "few_contracts", "positions_differ"];

#[test]
fn the_undamaged_market_raises_no_alarm() {
    let days = market::market();
    let mut tables = forms::all(&days);
    tables.extend(quotes::all(&days));
    for (i, table) in tables.iter().enumerate() {
        let folder = Folder::of(&format!("undamaged_{i}"), table, &tables);
        let findings = &folder.report.manifest.findings;
        let alarms: Vec<String> = findings
            .iter()
            .filter(|f| f.severity > data::Severity::Info && !FEW_CONTRACTS.contains(&&f.code[..]))
            .map(|f| format!("{} {} {}: {}", f.series, f.code, f.count, f.message))
            .collect();
        assert!(alarms.is_empty(), "{}: {alarms:#?}", table.name);
    }
}
