//! The comparison as texts: every row as CSV, the pooled tables as Markdown and for a terminal of 80 columns.

use std::fmt::Write;

use crate::candidate::Judged;
use crate::error::Row;
use crate::pool::{ALL_DAYS, BUCKETS, Days, Pooled, at_close, by_measure, moments};
use crate::target::{Measure, Targets};

/// Everything there is to say.
pub struct Report<'t> {
    /// Every comparison.
    pub rows: Vec<Row<'t>>,
    /// What was left out of the chains.
    pub targets: &'t Targets,
    /// VIX futures: span, points, percent.
    pub futures: Vec<(Days, Pooled, Pooled)>,
    /// Candidates with the judged date left out.
    pub judged: Vec<Judged>,
}

/// One line a comparison. Volatilities are decimals, credits points; `error` is in vol points or percent.
pub fn csv(report: &Report<'_>) -> String {
    let mut text = String::from("date,time,kind,root,expiry,days,measure,quoted,model,error\n");
    for row in &report.rows {
        let t = row.target;
        let _ = writeln!(
            text,
            "{},{},{},{},{},{},{},{:.6},{:.6},{:.4}",
            t.date,
            t.time,
            t.kind,
            t.root.name(),
            t.expiry,
            t.days,
            row.measure.name(),
            row.quoted,
            row.model,
            row.error
        );
    }
    text
}

/// The tables, in Markdown that also reads in a terminal.
pub fn markdown(report: &Report<'_>) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "# The price model against quotes\n");
    let _ = writeln!(
        text,
        "Model less quoted at the same strikes, on the forward of the chain: vol points;"
    );
    let _ = writeln!(
        text,
        "the 16/5-delta condor's credit in percent. bias / rmse.\n"
    );
    closing(report, &mut text);
    by_date(report, &mut text);
    vix(report, &mut text);
    candidates(report, &mut text);
    left_out(report, &mut text);
    text
}

const SMILE: [Measure; 10] = [
    Measure::Atm,
    Measure::Put(25),
    Measure::Put(16),
    Measure::Put(10),
    Measure::Put(5),
    Measure::Call(25),
    Measure::Call(16),
    Measure::Call(10),
    Measure::Call(5),
    Measure::Condor,
];

fn cell(pooled: Option<&Pooled>) -> String {
    pooled.map_or(String::from("-"), |p| {
        format!("{:+.2} / {:.2}", p.bias, p.rmse)
    })
}

fn closing(report: &Report<'_>, text: &mut String) {
    let _ = writeln!(text, "## SPX options at the close, by days to expiry\n");
    let spans: Vec<Days> = [ALL_DAYS].into_iter().chain(BUCKETS).collect();
    let pooled: Vec<_> = spans
        .iter()
        .map(|days| by_measure(&report.rows, *days, at_close))
        .collect();
    let _ = write!(text, "| {:<11} | {:>4} |", "", "n");
    for (first, last) in &spans {
        let _ = write!(text, " {:>13} |", format!("{first}-{last} d"));
    }
    let _ = writeln!(text, "\n|---|---:|---:|---:|---:|---:|");
    for measure in SMILE {
        let n = pooled[0].get(&measure).map_or(0, |p| p.n);
        let _ = write!(text, "| {:<11} | {n:>4} |", measure.name());
        for span in &pooled {
            let _ = write!(text, " {:>13} |", cell(span.get(&measure)));
        }
        let _ = writeln!(text);
    }
}

fn by_date(report: &Report<'_>, text: &mut String) {
    let _ = writeln!(
        text,
        "\n## By date, 7 to 45 days\n\nOnly `eod` is taken at a close; the levels the model reads are.\n"
    );
    let _ = writeln!(
        text,
        "| {:<25} | {:>3} | {:>13} | {:>14} | {:>6} |",
        "moment", "n", "atm", "condor_16_5 %", "worst"
    );
    let _ = writeln!(text, "|---|---:|---:|---:|---:|");
    for (date, time, kind) in moments(&report.rows) {
        let pooled = by_measure(&report.rows, ALL_DAYS, |row| {
            (
                row.target.date,
                row.target.time.as_str(),
                row.target.kind.as_str(),
            ) == (date, time, kind)
                && row.target.root != market::contract::Root::Vix
        });
        let atm = pooled.get(&Measure::Atm);
        let condor = pooled.get(&Measure::Condor);
        if atm.is_none() && condor.is_none() {
            continue;
        }
        let n = atm.map_or(0, |p| p.n);
        let worst = condor.map_or(String::new(), |p| format!("{:+.1}", p.worst));
        let moment = format!("{date} {time} {kind}");
        let _ = writeln!(
            text,
            "| {moment:<25} | {n:>3} | {:>13} | {:>14} | {worst:>6} |",
            cell(atm),
            cell(condor)
        );
    }
}

fn vix(report: &Report<'_>, text: &mut String) {
    let _ = writeln!(
        text,
        "\n## VIX futures: structural and regression model against settlements\n"
    );
    let _ = writeln!(
        text,
        "| {:<9} | {:>5} | {:>13} | {:>14} |",
        "days", "n", "points", "%"
    );
    let _ = writeln!(text, "|---|---:|---:|---:|");
    for ((from, to), points, percent) in &report.futures {
        let span = format!("{from}-{to}");
        let _ = writeln!(
            text,
            "| {span:<9} | {:>5} | {:>13} | {:>14} |",
            points.n,
            cell(Some(points)),
            cell(Some(percent))
        );
    }
    let _ = writeln!(
        text,
        "\n## VIX options, vol points\n\n| {:<13} | {:>3} | {:>14} | {:>6} |",
        "", "n", "7-185 d", "worst"
    );
    let _ = writeln!(text, "|---|---:|---:|---:|");
    for (measure, pooled) in by_measure(&report.rows, (7, 185), |row| {
        row.target.root == market::contract::Root::Vix
    }) {
        let _ = writeln!(
            text,
            "| {:<13} | {:>3} | {:>14} | {:>+6.1} |",
            measure.name(),
            pooled.n,
            cell(Some(&pooled)),
            pooled.worst
        );
    }
}

fn candidates(report: &Report<'_>, text: &mut String) {
    let _ = writeln!(
        text,
        "\n## Candidates, each date judged by what was chosen on all others\n"
    );
    let _ = writeln!(
        text,
        "Chosen by the mean of squared errors over the aims (0.5 vol points, 7 %). smile: rmse of the\n\
         16- and 5-delta puts and calls, held out, vol points. better: dates on which it was.\n\n\
         | {:<18} | {:>14} | {:>12} | {:>12} | {:>5} | {:>5} |\n|---|---:|---:|---:|---:|---:|",
        "change", "value (range)", "atm", "condor %", "smile", "better"
    );
    for j in &report.judged {
        let value = format!("{} ({}..{})", j.value, j.range.0, j.range.1);
        let better = format!("{}/{}", j.better, j.dates);
        let _ = writeln!(
            text,
            "| {:<18} | {value:>14} | {:>12} | {:>12} | {:>5.2} | {better:>5} |",
            j.name,
            cell(Some(&j.atm)),
            cell(Some(&j.credit)),
            j.smile.rmse
        );
    }
}

fn left_out(report: &Report<'_>, text: &mut String) {
    let _ = writeln!(
        text,
        "\n## Quotes that are no prices\n\n| code | moments | count |\n|---|---:|---:|"
    );
    let mut codes: std::collections::BTreeMap<&str, (usize, u32)> = Default::default();
    for (_, code, count) in &report.targets.findings {
        let entry = codes.entry(code).or_default();
        *entry = (entry.0 + 1, entry.1 + count);
    }
    for (code, (moments, count)) in codes {
        let _ = writeln!(text, "| {code} | {moments} | {count} |");
    }
}
