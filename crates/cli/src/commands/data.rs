//! `alvh data`: datasets in and out.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::args::Common;
use crate::configs::load_dataset;
use crate::error::Failure;
use crate::out::{outln, width};
use crate::progress::Progress;
use crate::stop::Stop;

/// How far the second line of an entry stands to the right.
const FURTHER: usize = 8;

/// The dataset that comes with the project.
const BUNDLED: &str = "datasets/reconstruction";

/// Imports a folder of publishers' files.
pub fn import(from: &Path, into: &Path, common: &Common, stop: &Stop) -> Result<(), Failure> {
    let job = stop.job("the dataset was not changed; the same command starts again");
    let progress = Progress::new(common.quiet);
    let report = data::import_until(
        from,
        into,
        &mut |p| progress.tell("import", p.done, p.total),
        job.flag(),
    );
    progress.finish();
    let report = report.map_err(|e| match e {
        data::DataError::Stopped => job.interrupted(),
        e => e.into(),
    })?;
    if common.json {
        let manifest = &report.manifest;
        outln!(
            "{}",
            json!({ "dataset": into.display().to_string(), "dataset_hash": manifest.dataset_hash })
        )?;
        return Ok(());
    }
    print_import(&report)?;
    outln!("\ndataset  {}", into.display())?;
    Ok(())
}

/// A line of a list; on a terminal it breaks between words and goes on further to the right. Scripts get whole lines.
fn say(line: &str) -> Result<(), Failure> {
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

fn print_import(report: &data::ImportReport) -> Result<(), Failure> {
    outln!("took {} files", report.taken.len())?;
    for taken in &report.taken {
        let span = match (taken.first, taken.last) {
            (Some(first), Some(last)) => format!("{first} to {last}"),
            _ => String::new(),
        };
        let series = if taken.series.is_empty() {
            "(comparison only)".to_string()
        } else {
            taken.series.join(", ")
        };
        say(&format!(
            "  {:36} {:18} {:>8} values  {span:24}  {series}",
            taken.file, taken.publisher, taken.values
        ))?;
    }
    outln!("refused {} files", report.refused.len())?;
    for refused in &report.refused {
        say(&format!("  {:36} {}", refused.file, refused.reason))?;
    }
    outln!("{} findings", report.manifest.findings.len())?;
    report.manifest.findings.iter().try_for_each(print_finding)
}

fn print_finding(finding: &data::Finding) -> Result<(), Failure> {
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

/// Prints the findings of a dataset.
pub fn check(dataset: Option<&Path>, common: &Common) -> Result<(), Failure> {
    let path: PathBuf = match (dataset, &common.dataset) {
        (Some(path), _) => path.to_path_buf(),
        (None, Some(path)) => path.clone(),
        (None, None) => PathBuf::from(BUNDLED),
    };
    let loaded = load_dataset(&path)?;
    let findings = data::check(&path)?;
    if common.json {
        outln!(
            "{}",
            json!({ "dataset": loaded.manifest.name, "findings": findings })
        )?;
    } else {
        let m = &loaded.manifest;
        say(&format!(
            "{} ({}): {} sessions, {} to {}",
            m.name,
            path.display(),
            m.sessions,
            m.first_session,
            m.last_session
        ))?;
        if !m.notice.is_empty() {
            say(&m.notice)?;
        }
        findings.iter().try_for_each(print_finding)?;
        outln!("{} findings", findings.len())?;
    }
    match findings
        .iter()
        .filter(|f| f.severity == data::Severity::Error)
        .count()
    {
        0 => Ok(()),
        n => Err(Failure::data(format!("{n} of the findings are errors"))),
    }
}

/// Builds the bundled dataset again.
pub fn reconstruct(into: &Path, common: &Common, stop: &Stop) -> Result<(), Failure> {
    let job = stop.job("the dataset was not changed; the same command starts again");
    let observations = reconstruction::reconstruct(reconstruction::SEED);
    let info = data::DatasetInfo {
        name: "reconstruction".to_string(),
        kind: data::Kind::Reconstruction,
        notice: reconstruction::NOTICE.to_string(),
        publisher: "alvh data reconstruct".to_string(),
        sources: Default::default(),
        findings: Vec::new(),
    };
    job.check()?;
    let manifest = data::write_dataset(into, &observations, &info)?;
    if common.json {
        outln!(
            "{}",
            json!({ "dataset": into.display().to_string(), "dataset_hash": manifest.dataset_hash })
        )?;
    } else {
        outln!(
            "{} sessions, hash {}",
            manifest.sessions,
            manifest.dataset_hash
        )?;
        outln!("{}", manifest.notice)?;
        outln!("dataset  {}", into.display())?;
    }
    Ok(())
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
