//! The claims page: what was claimed, what was measured, the verdict, and the rule it follows from.

use crate::chart::Unit;
use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::folder::{ClaimRow, RunFolder};

/// Verdicts, in the order they are counted.
const VERDICTS: [&str; 4] = ["supported", "not supported", "inconclusive", "not measurable here"];

/// Every claim of `claims.csv`, counted by verdict, with its rule.
pub fn section(run: &RunFolder) -> Section {
    let intro = "Every number of the public texts about this hedge is a hypothesis. A verdict follows from a rule that was \
                 fixed before the run and stands beside it, and there is none without an n and an interval.";
    let mut blocks = vec![Block::Paragraph(intro.to_owned())];
    match run.claims.is_empty() {
        true => blocks.push(Block::Note("No claim was measured by this run.".to_owned())),
        false => {
            blocks.push(Block::Paragraph(tally(&run.claims)));
            blocks.push(Block::Table(table(&run.claims)));
            blocks.extend(rules(&run.claims));
        }
    }
    Section { id: "claims", title: "Claims", blocks }
}

/// A verdict without an n or an interval is none, whatever the file says.
fn verdict(claim: &ClaimRow) -> String {
    let said = claim.verdict.replace('_', " ");
    let bare = claim.lo.zip(claim.hi).is_none() || claim.n.is_empty();
    match bare && ["supported", "not supported", "inconclusive"].contains(&said.as_str()) {
        true => format!("none (the file says {said}, without n or interval)"),
        false => said,
    }
}

fn tally(claims: &[ClaimRow]) -> String {
    let of = |name: &&str| claims.iter().filter(|claim| verdict(claim) == **name).count();
    let parts: Vec<String> = VERDICTS.iter().map(|name| format!("{name} {}", crate::number::count(of(name)))).collect();
    format!("{}: {}.", crate::number::counted(claims.len(), "row"), parts.join(", "))
}

/// Each rule once, with the claims that it decides.
fn rules(claims: &[ClaimRow]) -> Option<Block> {
    let mut rules: Vec<(&str, Vec<&str>)> = Vec::new();
    for claim in claims.iter().filter(|claim| !claim.rule.is_empty()) {
        match rules.iter_mut().find(|(rule, _)| *rule == claim.rule) {
            Some((_, ids)) if ids.contains(&claim.id.as_str()) => {}
            Some((_, ids)) => ids.push(&claim.id),
            None => rules.push((&claim.rule, vec![&claim.id])),
        }
    }
    let lines = rules
        .iter()
        .enumerate()
        .map(|(at, (rule, ids))| (format!("Rule {} ({})", at + 1, ids.join(", ")), (*rule).to_owned()));
    (!rules.is_empty()).then(|| Block::Terms(lines.collect()))
}

/// Place of a claim's rule among the rules, from 1.
fn rule_number(claims: &[ClaimRow], claim: &ClaimRow) -> Option<usize> {
    let mut seen: Vec<&str> = Vec::new();
    for other in claims.iter().filter(|other| !other.rule.is_empty()) {
        if !seen.contains(&other.rule.as_str()) {
            seen.push(&other.rule);
        }
    }
    seen.iter().position(|rule| *rule == claim.rule).map(|at| at + 1)
}

fn table(claims: &[ClaimRow]) -> Table {
    let with_rule = claims.iter().any(|claim| !claim.rule.is_empty());
    let with_place = claims.iter().any(|claim| !claim.place.is_empty());
    let mut columns = vec![
        Column::text("Id"),
        Column::text("Claim"),
        Column::text("Claimed"),
        Column::number("Measured", ""),
        Column::number("Interval", ""),
        Column::number("n", ""),
        Column::text("Verdict"),
    ];
    columns.extend(with_place.then(|| Column::text("Measured on")));
    columns.extend(with_rule.then(|| Column::number("Rule", "")));
    let row = |claim: &ClaimRow| {
        let span = claim.lo.zip(claim.hi).map(|(lo, hi)| format!("{} to {}", print(claim, lo), print(claim, hi)));
        let mut cells = vec![
            Cell::text(claim.id.clone()),
            Cell::text(claim.claim.clone()),
            Cell::text(claimed(claim)),
            Cell::maybe(claim.measured.map(|value| print(claim, value))),
            Cell::maybe(span),
            Cell::text(claim.n.clone()),
            Cell::text(verdict(claim)),
        ];
        cells.extend(with_place.then(|| Cell::text(claim.place.clone())));
        cells.extend(with_rule.then(|| Cell::maybe(rule_number(claims, claim).map(|n| n.to_string()))));
        Row::plain(cells)
    };
    let caption = "Claims, measured values with intervals, and verdicts".to_owned();
    Table { caption, columns, rows: claims.iter().map(row).collect() }
}

/// What was claimed: `0.35 to 0.4` of a fraction prints as percent, as the measured value does; words stay words.
fn claimed(claim: &ClaimRow) -> String {
    let numbers: Option<Vec<f64>> = claim.claimed.split(" to ").map(crate::number::parse).collect();
    match numbers.filter(|_| claim.unit == "fraction") {
        Some(numbers) => {
            let percent: Vec<String> = numbers.into_iter().map(|value| print(claim, value)).collect();
            percent.join(" to ")
        }
        None => claim.claimed.clone(),
    }
}

/// A measured value in the unit its row names; without one, as a plain number.
fn print(claim: &ClaimRow, value: f64) -> String {
    match claim.unit.as_str() {
        "fraction" => Unit::Percent.spoken(value),
        "usd" => super::controls::print("_usd", value),
        _ => crate::number::fixed(value, 4),
    }
}
