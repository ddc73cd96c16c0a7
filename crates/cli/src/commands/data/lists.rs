//! Lists that fit on a page: files, coverage, findings.

use std::collections::BTreeMap;
use std::io::IsTerminal;

use chrono::NaiveDate;
use data::coverage::{Coverage, Covered, Rows};
use data::{Finding, Refused, Taken};

use crate::error::Failure;
use crate::out::{outln, width};

/// How far the second line of an entry stands to the right.
const FURTHER: usize = 8;

/// Lines of a list that fit on a page; `--full` prints the rest.
const PAGE: usize = 12;

/// A line of a list; on a terminal it breaks between words and goes on further to the right. Scripts get whole lines.
pub(super) fn say(line: &str) -> Result<(), Failure> {
    if !std::io::stdout().is_terminal() {
        return outln!("{line}");
    }
    fold(line, width())
        .iter()
        .try_for_each(|part| outln!("{part}"))
}

/// A line in parts of at most `width`, its columns kept.
fn fold(line: &str, width: usize) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest: Vec<char> = line.chars().collect();
    loop {
        let indent = if parts.is_empty() { 0 } else { FURTHER };
        let room = width.saturating_sub(indent).max(1);
        if rest.len() <= room {
            parts.push(" ".repeat(indent) + &rest.iter().collect::<String>());
            return parts;
        }
        // A word that is longer than a line is broken where the line ends.
        let end = rest[..=room]
            .iter()
            .rposition(|c| *c == ' ')
            .filter(|end| *end > 0)
            .unwrap_or(room);
        let text: String = rest[..end].iter().collect();
        parts.push(" ".repeat(indent) + text.trim_end());
        rest = rest[end..]
            .iter()
            .copied()
            .skip_while(|c| *c == ' ')
            .collect();
    }
}

/// What was taken, publisher by publisher; with `full` file by file.
pub(super) fn taken(taken: &[Taken], full: bool) -> Result<(), Failure> {
    outln!("took {} files", taken.len())?;
    if full {
        return taken.iter().try_for_each(taken_file);
    }
    let mut publishers: BTreeMap<&str, Vec<&Taken>> = BTreeMap::new();
    for file in taken {
        publishers.entry(&file.publisher).or_default().push(file);
    }
    for (publisher, files) in publishers {
        let first = files.iter().filter_map(|t| t.first).min();
        let last = files.iter().filter_map(|t| t.last).max();
        let mut series: Vec<String> = files.iter().map(|t| series_of(t)).collect();
        series.sort();
        series.dedup();
        say(&format!(
            "  {publisher:26} {:>3}  {:24}  {}",
            files.len(),
            span(first.zip(last)),
            series.join(", ")
        ))?;
    }
    Ok(())
}

fn taken_file(taken: &Taken) -> Result<(), Failure> {
    // Of option quotes a dry run looks at the layout alone.
    let values = match taken.values {
        0 => "not counted".to_string(),
        n => format!("{n:>8} values"),
    };
    say(&format!(
        "  {:36} {:18} {values:15}  {:24}  {}",
        taken.file,
        taken.publisher,
        span(taken.first.zip(taken.last)),
        series_of(taken)
    ))
}

fn series_of(taken: &Taken) -> String {
    let kinds = taken.holds.strip_prefix("option quotes: ");
    match (&taken.series[..], kinds) {
        ([], _) => "(comparison only)".to_string(),
        (_, Some(kinds)) => format!("chains ({kinds})"),
        (series, None) => series.join(", "),
    }
}

fn span(span: Option<(NaiveDate, NaiveDate)>) -> String {
    span.map_or(String::new(), |(first, last)| format!("{first} to {last}"))
}

/// What was refused. Why is always said; copies of one file are one line, unless all is to be told.
pub(super) fn refused(refused: &[Refused], full: bool) -> Result<(), Failure> {
    outln!("refused {} files", refused.len())?;
    let mut copies: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for file in refused {
        match file.duplicate_of.as_ref().filter(|_| !full) {
            Some(of) => copies.entry(of).or_default().push(&file.file),
            None => say(&format!("  {:36} {}", file.file, file.reason))?,
        }
    }
    for (of, files) in copies {
        let others = match files.len() {
            1 => String::new(),
            n => format!(" and {} more; --full names them", n - 1),
        };
        say(&format!(
            "  {} {}: all of their quotes are of expiries and moments that {of} has, and that file is used: {}{others}",
            files.len(),
            if files.len() == 1 {
                "duplicate"
            } else {
                "duplicates"
            },
            files[0]
        ))?;
    }
    Ok(())
}

/// Sessions by series. Without `full` those that have a value on every session are named in one entry.
pub(super) fn coverage(coverage: &Coverage, sessions: usize, full: bool) -> Result<(), Failure> {
    let whole: Vec<&str> = coverage
        .daily
        .iter()
        .filter(|c| c.missing == 0)
        .map(|c| c.name.as_str())
        .collect();
    if !whole.is_empty() {
        say(&format!("  on every session: {}", whole.join(", ")))?;
    }
    let parts: Vec<&Covered> = coverage.daily.iter().filter(|c| c.missing > 0).collect();
    let shown = if full {
        parts.len()
    } else {
        PAGE.max(parts.len().min(PAGE + 4))
    };
    for series in parts.iter().take(shown) {
        say(&format!(
            "  {:22} {:>5} of {sessions}  {}",
            series.name,
            series.values,
            span(series.span)
        ))?;
    }
    rest(parts.len(), shown)?;
    let slow: Vec<&str> = coverage.slow.iter().map(|c| c.name.as_str()).collect();
    if !slow.is_empty() {
        say(&format!("  monthly and rarer: {}", slow.join(", ")))?;
    }
    let rows = |what: &str, groups: &str, rows: &Rows, unit: &str| {
        let (first, last) = rows.span;
        let n = rows.groups;
        let of = rows.rows;
        say(&format!(
            "  {what:22} {n} {groups}, {of} {unit}, {first} to {last}"
        ))
    };
    if let Some(futures) = &coverage.futures {
        rows("VIX futures", "contracts", futures, "settlements")?;
    }
    if let Some(chains) = &coverage.chains {
        rows("option quotes", "sessions", chains, "quotes")?;
    }
    coverage.marks.map_or(Ok(()), |marks| {
        outln!("  {:22} {marks} prices of single options", "option marks")
    })
}

/// Findings, the gravest first. Without `full` not those that the list of refused files has said.
pub(super) fn findings(
    findings: &[Finding],
    refused: &[Refused],
    full: bool,
) -> Result<(), Failure> {
    outln!("{} findings", findings.len())?;
    let is_copy = |file: &str| {
        let copies = refused.iter().filter(|r| r.duplicate_of.is_some());
        copies.into_iter().any(|r| r.file == file)
    };
    let is_said =
        |f: &Finding| f.code == "file_refused" || f.code == "chain_twice" && is_copy(&f.series);
    let graver: Vec<&Finding> = findings.iter().filter(|f| full || !is_said(f)).collect();
    let shown = if full { graver.len() } else { PAGE };
    graver.iter().take(shown).try_for_each(|f| finding(f))?;
    rest(graver.len(), shown)
}

fn rest(all: usize, shown: usize) -> Result<(), Failure> {
    if all > shown {
        outln!("  and {} more; --full prints them", all - shown)?;
    }
    Ok(())
}

pub(super) fn finding(finding: &Finding) -> Result<(), Failure> {
    let span = match (finding.first, finding.last) {
        (Some(first), Some(last)) if first == last => format!(" on {first}"),
        (Some(first), Some(last)) => format!(" from {first} to {last}"),
        _ => String::new(),
    };
    say(&format!(
        "{:7} {:22} {:18} x{:<5}{span}: {}",
        finding.severity.name(),
        finding.code,
        finding.series,
        finding.count,
        finding.message
    ))
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn an_entry_breaks_between_words_and_keeps_its_columns() {
        let line = "info    carried_forward        baa10y             x10    from 2020-10-12 to 2024-11-11: 2020-10-12: found no value";
        let parts = fold(line, 80);
        assert!(
            parts.iter().all(|part| part.chars().count() <= 80),
            "{parts:?}"
        );
        assert_eq!(
            parts[0],
            "info    carried_forward        baa10y             x10    from 2020-10-12 to"
        );
        assert_eq!(parts[1], "        2024-11-11: 2020-10-12: found no value");
        assert_eq!(fold("short", 80), ["short"]);
        assert_eq!(
            fold(&"x".repeat(100), 60),
            ["x".repeat(60), format!("        {}", "x".repeat(40))]
        );
        assert_eq!(fold("", 80), [""]);
    }
}
