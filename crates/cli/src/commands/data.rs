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

/// Lines of a list that fit on a page; `--full` prints the rest.
const PAGE: usize = 12;

/// Imports a folder of publishers' files.
pub fn import(
    from: &Path,
    into: &Path,
    full: bool,
    common: &Common,
    stop: &Stop,
) -> Result<(), Failure> {
    let job = stop.job("the dataset was not changed; the same command starts again");
    let progress = Progress::new(common.quiet);
    let report = data::import_until(
        from,
        into,
        &mut |p| progress.tell("import", p.done, p.total),
        job.flag(),
    );
    progress.finish();
    let report = match report {
        Ok(report) => report,
        Err(data::DataError::Stopped) => return Err(job.interrupted()),
        Err(error) => {
            if common.json {
                outln!(
                    "{}",
                    json!({ "error": error.to_string(), "refused": refused(error.refused()) })
                )?;
            }
            return Err(error.into());
        }
    };
    if common.json {
        let manifest = &report.manifest;
        outln!(
            "{}",
            json!({
                "dataset": into.display().to_string(),
                "dataset_hash": manifest.dataset_hash,
                "taken": taken(&report.taken),
                "refused": refused(&report.refused),
                "findings": manifest.findings,
            })
        )?;
        return Ok(());
    }
    print_files(&report.taken, &report.refused, full)?;
    print_coverage(&report.manifest)?;
    print_findings(&report.manifest.findings, full)?;
    outln!("\ndataset  {}", into.display())?;
    Ok(())
}

/// Says what each file of a folder would be taken for.
pub fn plan(from: &Path, full: bool, common: &Common, stop: &Stop) -> Result<(), Failure> {
    let job = stop.job("nothing was written; the same command starts again");
    let progress = Progress::new(common.quiet);
    let plan = data::plan(
        from,
        &mut |p| progress.tell("read", p.done, p.total),
        job.flag(),
    );
    progress.finish();
    let plan = plan.map_err(|e| match e {
        data::DataError::Stopped => job.interrupted(),
        e => e.into(),
    })?;
    if common.json {
        let span = plan
            .span
            .as_ref()
            .ok()
            .map(|(a, b)| [a.to_string(), b.to_string()]);
        outln!(
            "{}",
            json!({
                "dry_run": true,
                "span": span,
                "error": plan.span.as_ref().err(),
                "taken": taken(&plan.taken),
                "refused": refused(&plan.refused),
                "findings": plan.findings,
            })
        )?;
    } else {
        print_files(&plan.taken, &plan.refused, full)?;
        print_findings(&plan.findings, full)?;
        if let Ok((first, last)) = &plan.span {
            outln!("\nwould span {first} to {last}; nothing was written")?;
        }
    }
    plan.span.map(|_| ()).map_err(Failure::data)
}

fn taken(taken: &[data::Taken]) -> serde_json::Value {
    let file = |t: &data::Taken| {
        json!({
            "file": t.file, "publisher": t.publisher, "holds": t.holds, "series": t.series, "values": t.values,
            "first": t.first, "last": t.last,
        })
    };
    taken.iter().map(file).collect()
}

fn refused(refused: &[data::Refused]) -> serde_json::Value {
    refused
        .iter()
        .map(|r| json!({ "file": r.file, "reason": r.reason }))
        .collect()
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

fn print_files(
    taken: &[data::Taken],
    refused: &[data::Refused],
    full: bool,
) -> Result<(), Failure> {
    outln!("took {} files", taken.len())?;
    let shown = if full { taken.len() } else { PAGE };
    for taken in taken.iter().take(shown) {
        let span = match (taken.first, taken.last) {
            (Some(first), Some(last)) => format!("{first} to {last}"),
            _ => String::new(),
        };
        let series = match (
            &taken.series[..],
            taken.holds.strip_prefix("option quotes: "),
        ) {
            ([], _) => "(comparison only)".to_string(),
            (_, Some(kinds)) => format!("chains ({kinds})"),
            (series, None) => series.join(", "),
        };
        say(&format!(
            "  {:36} {:18} {:>8} values  {span:24}  {series}",
            taken.file, taken.publisher, taken.values
        ))?;
    }
    rest(taken.len(), shown)?;
    // Why a file was refused is always said.
    outln!("refused {} files", refused.len())?;
    for refused in refused {
        say(&format!("  {:36} {}", refused.file, refused.reason))?;
    }
    Ok(())
}

/// The span, and what does not cover all of it.
fn print_coverage(manifest: &data::Manifest) -> Result<(), Failure> {
    outln!(
        "{} sessions, {} to {}",
        manifest.sessions,
        manifest.first_session,
        manifest.last_session
    )?;
    for series in manifest.series.iter().filter(|s| s.missing > 0) {
        say(&format!(
            "  {:22} {} of {} sessions",
            series.name, series.rows, manifest.sessions
        ))?;
    }
    Ok(())
}

fn print_findings(findings: &[data::Finding], full: bool) -> Result<(), Failure> {
    outln!("{} findings", findings.len())?;
    // Refused files were listed with their reasons.
    let graver: Vec<&data::Finding> = findings
        .iter()
        .filter(|f| full || f.code != "file_refused")
        .collect();
    let shown = if full { graver.len() } else { PAGE };
    graver
        .iter()
        .take(shown)
        .try_for_each(|f| print_finding(f))?;
    rest(graver.len(), shown)
}

fn rest(all: usize, shown: usize) -> Result<(), Failure> {
    if all > shown {
        outln!("  and {} more; --full prints them", all - shown)?;
    }
    Ok(())
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
