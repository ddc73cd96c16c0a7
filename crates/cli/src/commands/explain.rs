//! `alvh explain`: one day of one arm on one screen, from the run folder alone.

mod quoted;

use std::collections::BTreeSet;
use std::path::Path;

use chrono::NaiveDate;
use data::frames::read_rows;
use report::RunFolder;
use report::terminal::wrap;
use signals::key_error::suggestion;
use tables::files::FolderFiles;
use tables::{
    DecisionRow, EquityRow, JournalRow, LogTradeRow, MarketRow, Money, Price, SignalRow, Word,
    table_of, texts_of,
};

use crate::args::Common;
use crate::error::Failure;
use crate::out::{out, outln, width};
use crate::schemas::JSON_SCHEMA;

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
    let day = Day::read(folder, arm, date)?;
    if day.events.is_empty() {
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
    if common.json {
        outln!("{}", day.json())?;
    } else {
        out!("{}", folded(&day.text(), width()))?;
    }
    Ok(())
}

/// Lines that are too long, continued below and further in.
fn folded(text: &str, width: usize) -> String {
    let mut out = String::new();
    for line in text.lines() {
        if line.chars().count() <= width {
            out += &format!("{line}\n");
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let parts = wrap(line, width.saturating_sub(indent + 4).max(20));
        for (at, part) in parts.iter().enumerate() {
            let further = if at == 0 { 0 } else { 4 };
            out += &format!("{:1$}{part}\n", "", indent + further);
        }
    }
    out
}

/// What a folder says of one arm and one session.
struct Day {
    arm: String,
    date: NaiveDate,
    market: Option<MarketRow>,
    account: Option<EquityRow>,
    signals: Vec<SignalRow>,
    decisions: Vec<DecisionRow>,
    events: Vec<JournalRow>,
}

impl Day {
    fn read(folder: &Path, arm: &str, date: NaiveDate) -> Result<Day, Failure> {
        let journal: Vec<JournalRow> = read_rows(&folder.join("journal.parquet"))?;
        let mut files = FolderFiles::on_disk(folder, "the tables of a run");
        let market = files.rows(|_, row: MarketRow| Ok(row))?;
        let account = files.rows(|_, row: EquityRow| Ok(row))?;
        let decisions = files.rows(|_, row: DecisionRow| Ok(row))?;
        // Folders of earlier versions have none.
        let signals = files
            .maybe(|_, row: SignalRow| Ok(row))?
            .unwrap_or_default();
        let trades = files
            .maybe(|_, row: LogTradeRow| Ok(row))?
            .unwrap_or_default();
        let journal = quoted::as_quoted(kept(journal, |row| row.arm == arm), &trades);
        let here = |of: &str, day: NaiveDate| of == arm && day == date;
        Ok(Day {
            arm: arm.to_string(),
            date,
            market: market.into_iter().find(|row| row.date == date),
            account: account.into_iter().find(|row| here(&row.arm, row.date)),
            signals: kept(signals, |row| here(&row.arm, row.date)),
            decisions: kept(decisions, |row| here(&row.arm, row.date)),
            events: kept(journal, |row| row.date == date),
        })
    }

    fn text(&self) -> String {
        let mut out = format!("{} {}\n", self.arm, self.date);
        if let Some(row) = &self.market {
            let texts = texts_of(row.clone());
            out += &format!(
                "\nsaw      {}\n",
                pairs(&["spx close", "vix", "vx front"], &texts[1..])
            );
        }
        if let Some(row) = &self.account {
            let of = [
                ("equity", row.equity_usd),
                ("trading equity", row.trading_equity_usd),
                ("cash", row.cash_usd),
                ("margin", row.margin_usd),
                ("drawdown", row.drawdown_usd),
                ("condor pnl", row.condor_pnl_usd),
                ("slippage", row.slippage_usd),
            ];
            let words: Vec<String> = of
                .iter()
                .map(|(name, usd)| format!("{name} {usd}"))
                .collect();
            out += &format!("account  {}\n", words.join("  "));
        }
        let mut stage = "";
        for row in &self.events {
            if row.stage != stage {
                out += &format!("\n{}\n", row.stage.replace('_', " "));
                stage = &row.stage;
            }
            out += &format!("  {}\n", event_line(row));
        }
        out + &signal_lines(&self.signals) + &self.why()
    }

    fn why(&self) -> String {
        let mut out = String::from("\nwhy\n");
        let mut regime = Word::default();
        let mut told = BTreeSet::new();
        for row in &self.decisions {
            if row.regime != regime {
                regime.clone_from(&row.regime);
                out += &format!("  regime {regime}\n");
            }
            out += &format!(
                "  {:10} {:12} {:18} {}\n",
                row.layer, row.action, row.reason_code, row.detail
            );
            // What sets the weight of the whole hedge is said once, at the first layer.
            for said in row.signals.split(" | ") {
                if !said.is_empty() && told.insert(said.to_string()) {
                    out += &format!("      {said}\n");
                }
            }
        }
        out
    }

    fn json(&self) -> serde_json::Value {
        let events: Vec<String> = self.events.iter().map(event_line).collect();
        serde_json::json!({
            "schema": JSON_SCHEMA,
            "arm": self.arm,
            "date": self.date.to_string(),
            "market": table_of(self.market.clone()).json().first(),
            "account": table_of(self.account.clone()).json().first(),
            "signals": table_of(self.signals.iter().cloned()).json(),
            "events": events,
            "decisions": table_of(self.decisions.iter().cloned()).json(),
        })
    }
}

fn kept<T>(rows: Vec<T>, wanted: impl Fn(&T) -> bool) -> Vec<T> {
    rows.into_iter().filter(wanted).collect()
}

/// Signals line by line, then the triggers that hold, do not, or lack an input.
fn signal_lines(rows: &[SignalRow]) -> String {
    let mut out = String::new();
    let signals = rows.iter().filter(|row| row.kind == "signal");
    let lines: Vec<String> = signals
        .map(|row| {
            let value = row.value.map(f64::from);
            let value = value.map_or("missing".to_string(), signals::number);
            let more = [row.unit.as_str(), row.flags.as_str()];
            let more: Vec<&str> = more.into_iter().filter(|text| !text.is_empty()).collect();
            format!("{:22} {value:>10} {}", row.name, more.join(", "))
        })
        .collect();
    if !lines.is_empty() {
        out += "\nsignals\n";
    }
    for line in lines {
        out += &format!("  {}\n", line.trim_end());
    }
    for (value, words) in [
        (Some(1.0), "holds"),
        (Some(0.0), "does not hold"),
        (None, "cannot be told"),
    ] {
        let of = rows
            .iter()
            .filter(|row| row.kind == "trigger" && row.value.map(f64::from) == value);
        let names: Vec<&str> = of.map(|row| row.name.as_str()).collect();
        if !names.is_empty() {
            out += &format!("  {words:22} {}\n", names.join(", "));
        }
    }
    out
}

fn pairs(names: &[&str], texts: &[String]) -> String {
    let both = names.iter().zip(texts);
    let words: Vec<String> = both.map(|(name, text)| format!("{name} {text}")).collect();
    words.join("  ")
}

/// One row of the journal in a line.
fn event_line(row: &JournalRow) -> String {
    let text = |of: &Option<Word>| of.as_deref().unwrap_or_default().to_string();
    let price = |units: Option<i64>| units.map_or(String::new(), |n| Price(n).to_string());
    let money = |cents: Option<i64>| cents.map_or(String::new(), |n| Money(n).to_string());
    let delta = row.delta.filter(|delta| *delta != 0.0);
    let mut parts = vec![format!("{:14}", row.event)];
    for (label, text) in [
        ("", text(&row.layer)),
        (
            "package ",
            row.package.map_or(String::new(), |n| n.to_string()),
        ),
        ("", text(&row.reason)),
        ("", leg_text(row)),
        ("mid ", price(row.mid)),
        ("at ", price(row.price)),
        (
            "delta ",
            delta.map_or(String::new(), |delta| format!("{delta:.3}")),
        ),
        ("USD ", money(row.amount_cents)),
        ("fees ", money(row.fees_cents)),
        ("", text(&row.detail)),
    ] {
        if !text.is_empty() {
            parts.push(format!("{label}{text}"));
        }
    }
    parts.join("  ")
}

fn leg_text(row: &JournalRow) -> String {
    match (row.quantity, row.contracts) {
        (Some(quantity), Some(contracts)) => format!(
            "{:+} {}",
            quantity * contracts,
            row.contract.as_deref().unwrap_or("")
        ),
        _ => String::new(),
    }
}
