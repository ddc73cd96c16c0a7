//! `alvh explain`: one day of one arm on one screen, from the run folder alone.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::NaiveDate;
use data::table::{Column, Values, read_parquet};
use market::price::{Money, Price};
use report::RunFolder;
use report::terminal::wrap;
use runfile::keys::suggestion;

use crate::args::Common;
use crate::error::Failure;
use crate::out::{out, outln};

/// Prints what the engine saw, did and decided on `date`, and why.
pub fn explain(folder: &Path, arm: &str, date: NaiveDate, common: &Common) -> Result<(), Failure> {
    let run = RunFolder::read(folder)?;
    let arms: Vec<String> = run.manifest.arms.iter().map(|a| a.name.clone()).collect();
    if !arms.iter().any(|a| a == arm) {
        let hint = suggestion(arm, &arms);
        return Err(Failure::config(format!(
            "no arm {arm:?} in {}{hint} (there are: {})",
            folder.display(),
            arms.join(", ")
        )));
    }
    let journal = Journal::read(&folder.join("journal.parquet"))?;
    let rows = journal.rows(arm, date);
    if rows.is_empty() {
        let windows: Vec<String> = run
            .manifest
            .windows
            .iter()
            .map(|w| format!("{} ({} to {})", w.name, w.first, w.last))
            .collect();
        return Err(Failure::config(format!(
            "{date} is no session of this run; its windows are {}",
            windows.join(", ")
        )));
    }
    let day = Day { folder, arm, date };
    if common.json {
        outln!("{}", day.json(&journal, &rows)?);
    } else {
        out!(
            "{}",
            folded(
                &day.text(&journal, &rows)?,
                crate::commands::report::width()
            )
        );
    }
    Ok(())
}

/// The journal's columns by name.
struct Journal {
    columns: Vec<Column>,
}

impl Journal {
    fn read(path: &Path) -> Result<Journal, Failure> {
        Ok(Journal {
            columns: read_parquet(path)?,
        })
    }

    fn rows(&self, arm: &str, date: NaiveDate) -> Vec<usize> {
        let (Some(Values::Str(arms)), Some(Values::Date(dates))) =
            (self.values("arm"), self.values("date"))
        else {
            return Vec::new();
        };
        (0..arms.len())
            .filter(|i| arms[*i].as_deref() == Some(arm) && dates[*i] == Some(date))
            .collect()
    }

    fn values(&self, name: &str) -> Option<&Values> {
        self.columns
            .iter()
            .find(|c| c.name == name)
            .map(|c| &c.values)
    }

    fn text(&self, name: &str, row: usize) -> &str {
        match self.values(name) {
            Some(Values::Str(v)) => v[row].as_deref().unwrap_or(""),
            _ => "",
        }
    }

    fn whole(&self, name: &str, row: usize) -> Option<i64> {
        match self.values(name) {
            Some(Values::I64(v)) => v[row],
            _ => None,
        }
    }

    fn number(&self, name: &str, row: usize) -> Option<f64> {
        match self.values(name) {
            Some(Values::F64(v)) => v[row],
            _ => None,
        }
    }

    fn money(&self, name: &str, row: usize) -> String {
        self.whole(name, row)
            .map(|cents| Money(cents).to_string())
            .unwrap_or_default()
    }

    fn price(&self, name: &str, row: usize) -> String {
        self.whole(name, row)
            .map(|units| Price(units).to_string())
            .unwrap_or_default()
    }
}

/// Lines that are too long, continued below and further in.
fn folded(text: &str, width: usize) -> String {
    let fold = |line: &str| {
        let indent = line.len() - line.trim_start().len();
        match line.chars().count() <= width {
            true => format!("{line}\n"),
            false => {
                let lines = wrap(line, width.saturating_sub(indent + 4).max(20))
                    .into_iter()
                    .enumerate();
                lines
                    .map(|(i, text)| {
                        format!("{:1$}{text}\n", "", indent + if i == 0 { 0 } else { 4 })
                    })
                    .collect()
            }
        }
    };
    text.lines().map(fold).collect()
}

struct Day<'a> {
    folder: &'a Path,
    arm: &'a str,
    date: NaiveDate,
}

impl Day<'_> {
    fn text(&self, journal: &Journal, rows: &[usize]) -> Result<String, Failure> {
        let mut out = format!("{} {}\n", self.arm, self.date);
        let levels = self.cells(
            "market.csv",
            |cells| cells("date") == self.date.to_string(),
            MARKET,
        )?;
        if let Some(first) = levels.first() {
            out += &format!("\nsaw      {}\n", pairs(MARKET, first));
        }
        let here = |cells: &dyn Fn(&str) -> String| {
            cells("arm") == self.arm && cells("date") == self.date.to_string()
        };
        if let Some(first) = self.cells("equity.csv", |c| here(c), EQUITY)?.first() {
            out += &format!("account  {}\n", pairs(EQUITY, first));
        }
        let mut stage = "";
        for row in rows {
            let now = journal.text("stage", *row);
            if now != stage {
                out += &format!("\n{}\n", now.replace('_', " "));
                stage = now;
            }
            out += &format!("  {}\n", event_line(journal, *row));
        }
        out += &signal_lines(&self.cells("signals.csv", |c| here(c), SIGNALS)?);
        out += "\nwhy\n";
        let (mut regime, mut told) = (String::new(), BTreeSet::new());
        for cells in self.cells("decisions.csv", |c| here(c), DECISIONS)? {
            if cells[1] != regime {
                regime.clone_from(&cells[1]);
                out += &format!("  regime {regime}\n");
            }
            out += &format!(
                "  {:10} {:12} {:18} {}\n",
                cells[0], cells[2], cells[3], cells[4]
            );
            // What sets the weight of the whole hedge is said once, at the first layer.
            for said in cells[5]
                .split(" | ")
                .filter(|said| !said.is_empty() && told.insert(said.to_string()))
            {
                out += &format!("      {said}\n");
            }
        }
        Ok(out)
    }

    fn json(&self, journal: &Journal, rows: &[usize]) -> Result<serde_json::Value, Failure> {
        let here = |cells: &dyn Fn(&str) -> String| {
            cells("arm") == self.arm && cells("date") == self.date.to_string()
        };
        let object = |columns: &[&str], cells: &Vec<String>| -> serde_json::Value {
            columns
                .iter()
                .zip(cells)
                .map(|(c, t)| (c.to_string(), t.clone().into()))
                .collect::<serde_json::Map<_, _>>()
                .into()
        };
        let market = self.cells("market.csv", |c| c("date") == self.date.to_string(), MARKET)?;
        let account = self.cells("equity.csv", |c| here(c), EQUITY)?;
        let decisions = self.cells("decisions.csv", |c| here(c), DECISIONS)?;
        let events: Vec<String> = rows.iter().map(|r| event_line(journal, *r)).collect();
        Ok(serde_json::json!({
            "arm": self.arm,
            "date": self.date.to_string(),
            "market": market.first().map(|c| object(MARKET, c)),
            "account": account.first().map(|c| object(EQUITY, c)),
            "signals": self.cells("signals.csv", |c| here(c), SIGNALS)?.iter().map(|c| object(SIGNALS, c)).collect::<Vec<_>>(),
            "events": events,
            "decisions": decisions.iter().map(|c| object(DECISIONS, c)).collect::<Vec<_>>(),
        }))
    }

    /// Cells of the wanted columns of every row of a table that passes.
    fn cells(
        &self,
        file: &str,
        pass: impl Fn(&dyn Fn(&str) -> String) -> bool,
        wanted: &[&str],
    ) -> Result<Vec<Vec<String>>, Failure> {
        let path = self.folder.join(file);
        if file == "signals.csv" && !path.exists() {
            // Folders of earlier versions have none.
            return Ok(Vec::new());
        }
        let mut reader = csv::Reader::from_path(&path)
            .map_err(|e| Failure::data(format!("cannot read {}: {e}", path.display())))?;
        let columns = reader
            .headers()
            .map_err(|e| Failure::data(format!("{}: {e}", path.display())))?
            .clone();
        let mut found = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|e| Failure::data(format!("{}: {e}", path.display())))?;
            let cell = |name: &str| {
                let at = columns.iter().position(|c| c == name);
                at.and_then(|i| record.get(i)).unwrap_or("").to_string()
            };
            if pass(&cell) {
                found.push(wanted.iter().map(|name| cell(name)).collect());
            }
        }
        Ok(found)
    }
}

const MARKET: &[&str] = &["spx_close", "vix", "vx_front"];
const EQUITY: &[&str] = &[
    "equity_usd",
    "trading_equity_usd",
    "cash_usd",
    "margin_usd",
    "drawdown_usd",
    "condor_pnl_usd",
    "slippage_usd",
];
const DECISIONS: &[&str] = &[
    "layer",
    "regime",
    "action",
    "reason_code",
    "detail",
    "signals",
];
const SIGNALS: &[&str] = &["name", "kind", "value", "unit", "flags"];

/// Signals line by line, then the triggers that hold, do not, or lack an input.
fn signal_lines(rows: &[Vec<String>]) -> String {
    let mut out = String::new();
    let signals = rows.iter().filter(|cells| cells[1] == "signal");
    let said = |cells: &Vec<String>| {
        let value = cells[2]
            .parse()
            .map_or("missing".to_string(), signals::number);
        let more = [cells[3].as_str(), cells[4].as_str()]
            .into_iter()
            .filter(|text| !text.is_empty());
        format!(
            "{:22} {value:>10} {}",
            cells[0],
            more.collect::<Vec<_>>().join(", ")
        )
    };
    let lines: Vec<String> = signals.map(said).collect();
    if !lines.is_empty() {
        out += "\nsignals\n";
    }
    lines
        .iter()
        .for_each(|line| out += &format!("  {}\n", line.trim_end()));
    for (value, words) in [
        ("1", "holds"),
        ("0", "does not hold"),
        ("", "cannot be told"),
    ] {
        let of = rows
            .iter()
            .filter(|cells| cells[1] == "trigger" && cells[2] == value);
        let names: Vec<&str> = of.map(|cells| cells[0].as_str()).collect();
        if !names.is_empty() {
            out += &format!("  {words:22} {}\n", names.join(", "));
        }
    }
    out
}

fn pairs(columns: &[&str], cells: &[String]) -> String {
    let pair = |(c, t): (&&str, &String)| {
        format!("{} {}", c.trim_end_matches("_usd").replace('_', " "), t)
    };
    columns
        .iter()
        .zip(cells)
        .map(pair)
        .collect::<Vec<_>>()
        .join("  ")
}

fn event_line(journal: &Journal, row: usize) -> String {
    let mut parts = vec![format!("{:14}", journal.text("event", row))];
    for (label, text) in [
        ("", journal.text("layer", row).to_string()),
        (
            "package ",
            journal
                .whole("package", row)
                .map(|n| n.to_string())
                .unwrap_or_default(),
        ),
        ("", journal.text("reason", row).to_string()),
        ("", leg_text(journal, row)),
        ("mid ", journal.price("mid", row)),
        ("at ", journal.price("price", row)),
        (
            "delta ",
            journal
                .number("delta", row)
                .filter(|d| *d != 0.0)
                .map(|d| format!("{d:.3}"))
                .unwrap_or_default(),
        ),
        ("USD ", journal.money("amount_cents", row)),
        ("fees ", journal.money("fees_cents", row)),
        ("", journal.text("detail", row).to_string()),
    ] {
        if !text.is_empty() {
            parts.push(format!("{label}{text}"));
        }
    }
    parts.join("  ")
}

fn leg_text(journal: &Journal, row: usize) -> String {
    match (
        journal.whole("quantity", row),
        journal.whole("contracts", row),
    ) {
        (Some(quantity), Some(contracts)) => format!(
            "{:+} {}",
            quantity * contracts,
            journal.text("contract", row)
        ),
        _ => String::new(),
    }
}
