//! The claims page: what was claimed, what was measured, the verdict, and the rule it follows from.

use crate::chart::Unit;
use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::folder::RunFolder;
use tables::ClaimRow;

/// Verdicts, in the order they are counted.
const VERDICTS: [&str; 4] = [
    "supported",
    "not supported",
    "inconclusive",
    "not measurable here",
];

/// Every claim of `claims.csv`, counted by verdict, with its rule.
pub fn section(run: &RunFolder) -> Section {
    let intro = "Every number of the public texts about this hedge is a hypothesis. A verdict follows from a rule that was \
                 fixed before the run and stands beside it, and there is none without an n and an interval.";
    let mut blocks = vec![Block::Paragraph(intro.to_owned())];
    match run.claims.is_empty() {
        true => blocks.push(Block::Note("No claim was measured by this run.".to_owned())),
        false => {
            blocks.push(Block::Lead(tally(&run.claims)));
            blocks.extend(rules(&run.claims));
            blocks.push(Block::Note(doubt(run)));
            blocks.push(Block::Table(table(&run.claims)));
            blocks.extend(reasons(&run.claims));
        }
    }
    Section {
        id: "claims",
        title: "Claims",
        blocks,
    }
}

/// Whether a run asks for claims: it measured at least half of its rows. A run of other arms carries the same rows, and
/// can say of most only that they are not measurable here.
pub fn asked(run: &RunFolder) -> bool {
    let measured = run
        .claims
        .iter()
        .filter(|claim| verdict(claim) != VERDICTS[3])
        .count();
    measured > 0 && 2 * measured >= run.claims.len()
}

/// The verdicts counted, and the claims that were decided.
pub fn scoreboard(run: &RunFolder) -> Section {
    let decided = |wanted: &str| -> Vec<String> {
        let own = run.claims.iter().filter(|claim| verdict(claim) == wanted);
        own.map(|claim| {
            let measured = claim
                .measured
                .map_or(String::new(), |value| format!(": {}", print(claim, value)));
            format!("{} ({}), {}{measured}", claim.claim, claim.id, place(claim))
        })
        .collect()
    };
    let mut blocks = vec![Block::Lead(tally(&run.claims))];
    for wanted in &VERDICTS[..3] {
        let rows = decided(wanted);
        if !rows.is_empty() {
            let title = format!("{} {}", crate::number::count(rows.len()), wanted);
            blocks.push(Block::Details(title, vec![Block::List(rows)]));
        }
    }
    blocks.push(Block::Note(
        "Each verdict follows from a rule that was fixed before the run; the appendix has rule, interval and n of every row."
            .to_owned(),
    ));
    Section {
        id: "scoreboard",
        title: "The claims, counted",
        blocks,
    }
}

/// How many verdicts chance alone would give, said beside them.
fn doubt(run: &RunFolder) -> String {
    let decided = ["supported", "not supported"];
    let n = run
        .claims
        .iter()
        .filter(|claim| decided.contains(&verdict(claim).as_str()))
        .count();
    format!(
        "{} verdicts rest on {} intervals that are not independent of each other: some would be wrong even if every \
         interval were exact. Under each interval stands how it was made: a sum of P&L is studentised, what is as uncertain as \
         a sum has its percentile interval stretched, everything else has the percentile interval; the summary does the \
         same, so that one number has one interval. Claims about profit kept are undefined where the unhedged book earns \
         nothing.",
        crate::number::count(n),
        super::level(run)
    )
}

/// The claims that this run does not answer, by reason.
fn reasons(claims: &[ClaimRow]) -> Option<Block> {
    let mut all: Vec<(&str, Vec<&str>)> = Vec::new();
    for claim in claims
        .iter()
        .filter(|claim| verdict(claim) == VERDICTS[3] && !claim.note.is_empty())
    {
        match all.iter_mut().find(|(reason, _)| *reason == claim.note) {
            Some((_, ids)) if ids.contains(&claim.id.as_str()) => {}
            Some((_, ids)) => ids.push(&claim.id),
            None => all.push((&claim.note, vec![&claim.id])),
        }
    }
    let items: Vec<String> = all
        .iter()
        .map(|(reason, ids)| format!("{}: {}.", ids.join(", "), crate::text::minus(reason)))
        .collect();
    (!items.is_empty()).then(|| {
        Block::Details(
            "What this run cannot answer, and why".to_owned(),
            vec![Block::List(items)],
        )
    })
}

/// A verdict without an n or an interval is none, whatever the file says.
fn verdict(claim: &ClaimRow) -> String {
    let said = claim.verdict.replace('_', " ");
    let bare = claim.lo.zip(claim.hi).is_none() || claim.n.is_none();
    match bare && ["supported", "not supported", "inconclusive"].contains(&said.as_str()) {
        true => format!("none (the file says {said}, without n or interval)"),
        false => said,
    }
}

fn tally(claims: &[ClaimRow]) -> String {
    let of = |name: &&str| {
        claims
            .iter()
            .filter(|claim| verdict(claim) == **name)
            .count()
    };
    let parts: Vec<String> = VERDICTS
        .iter()
        .map(|name| format!("{name} {}", crate::number::count(of(name))))
        .collect();
    format!(
        "{}: {}.",
        crate::number::counted(claims.len(), "row"),
        parts.join(", ")
    )
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
        .map(|(at, (rule, ids))| match rules.len() {
            1 => ("The rule of every row".to_owned(), (*rule).to_owned()),
            _ => (
                format!("Rule {} ({})", at + 1, ids.join(", ")),
                (*rule).to_owned(),
            ),
        });
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
    seen.iter()
        .position(|rule| *rule == claim.rule)
        .map(|at| at + 1)
}

fn table(claims: &[ClaimRow]) -> Table {
    let with_rule = claims.iter().any(|claim| !claim.rule.is_empty());
    let mut columns = vec![
        Column::text("Id"),
        Column::text("Claim"),
        Column::text("Claimed"),
        Column::number("Measured", ""),
        Column::number("Interval", ""),
        Column::number("n", ""),
        Column::text("Verdict"),
    ];
    let with_note = claims.iter().any(|claim| !claim.note.is_empty());
    columns.extend(with_note.then(|| Column::text("In detail")));
    // One rule for all needs no column of numbers that are all 1.
    let with_rule = with_rule
        && claims
            .iter()
            .any(|claim| rule_number(claims, claim) != Some(1));
    columns.extend(with_rule.then(|| Column::number("Rule", "")));
    let row = |claim: &ClaimRow| {
        let span = claim
            .lo
            .zip(claim.hi)
            .map(|(lo, hi)| format!("{} to {}", print(claim, lo), print(claim, hi)));
        let mut cells = vec![
            Cell::text(claim.id.clone()),
            // Where it was measured stands under the claim: a column of its own would push the verdict off a screen.
            Cell::text(claim.claim.clone())
                .with_span(Some(place(claim)).filter(|place| !place.is_empty())),
            Cell::text(claimed(claim)),
            Cell::maybe(claim.measured.map(|value| print(claim, value))),
            Cell::maybe(span)
                .with_span(Some(claim.method.clone()).filter(|method| !method.is_empty())),
            Cell::text(format!("{} {}", super::cells::plain(claim.n), claim.n_counts).trim())
                .with_span(too_few(claim)),
            Cell::text(verdict(claim)),
        ];
        cells.extend(with_note.then(|| Cell::text(crate::text::minus(&claim.note))));
        cells.extend(
            with_rule.then(|| Cell::maybe(rule_number(claims, claim).map(|n| n.to_string()))),
        );
        Row::plain(cells)
    };
    let caption = "Claims, measured values with intervals, and verdicts";
    let caption = if claims.iter().any(|claim| !claim.method.is_empty()) {
        format!("{caption}; under an interval its kind")
    } else {
        caption.to_owned()
    };
    Table {
        caption,
        columns,
        rows: claims.iter().map(row).collect(),
    }
}

/// `always_on, 2022`; of what concerns no arm the window alone.
fn place(claim: &ClaimRow) -> String {
    let window = match claim.window.trim() {
        "all" => "all windows",
        window => window,
    };
    [claim.arm.trim(), window]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}

/// The least n that a verdict needs, where there are fewer.
fn too_few(claim: &ClaimRow) -> Option<String> {
    let least = claim.minimum_n.filter(|_| claim.measured.is_some())?;
    claim
        .n
        .filter(|n| *n < least)
        .map(|_| format!("needs {least}"))
}

/// What was claimed: `0.35 to 0.4` of a fraction prints as percent, as the measured value does, `above 0` too; other words
/// stay words.
fn claimed(claim: &ClaimRow) -> String {
    let (sign, text) = ["above ", "below "]
        .into_iter()
        .find_map(|sign| claim.claimed.strip_prefix(sign).map(|rest| (sign, rest)))
        .unwrap_or(("", &claim.claimed));
    let numbers: Option<Vec<f64>> = text.split(" to ").map(crate::number::parse).collect();
    match numbers.filter(|_| claim.unit == "fraction") {
        Some(numbers) => {
            let percent: Vec<String> = numbers
                .into_iter()
                .map(|value| print(claim, value))
                .collect();
            format!("{sign}{}", percent.join(" to "))
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
