//! What every series is checked against, as a table for readers: `docs/limits.md` is this text, held to it by a test.

use std::fmt::Write as _;

use market::inputs::{Input, InputRules};

use super::shape::{self, PAIRS, Scale, USUAL};
use crate::schema;

const HEADER: &str = "| series | single value | middle value | level | jump, step from | equal values from | companions | age |\n\
    | --- | --- | --- | --- | --- | --- | --- | ---: |\n";

/// A row per series: the least and greatest single value, where the middle value of a file must lie and where its level
/// usually does, the least change that is doubted, companions with theirs, and how old a run lets a value be.
pub fn limits_table() -> String {
    let mut table = String::from(HEADER);
    for series in schema::DAILY_SERIES {
        let changes = changes(series.name);
        let repeats = match series.repeats {
            0 => String::new(),
            count => count.to_string(),
        };
        let middle = schema::typical(series.name);
        row(
            &mut table,
            (series.name, series.range, middle),
            [changes, repeats, companions(series.name), age(series.name)],
        );
    }
    for series in schema::SLOW_SERIES {
        let none = [const { String::new() }; 4];
        row(&mut table, (series.name, series.range, None), none);
    }
    table
}

fn row(
    table: &mut String,
    (name, range, middle): (&str, (f64, f64), Option<(f64, f64)>),
    [changes, repeats, companions, age]: [String; 4],
) {
    let span = |(low, high): (f64, f64)| format!("{low} to {high}");
    let usual = USUAL.iter().find(|(series, ..)| *series == name);
    let usual = usual.map_or(String::new(), |(_, low, high)| span((*low, *high)));
    let middle = middle.map_or(String::new(), span);
    let single = span(range);
    let cells = [
        format!("`{name}`"),
        single,
        middle,
        usual,
        changes,
        repeats,
        companions,
        age,
    ];
    // Writing into a text never fails.
    let _ = writeln!(table, "| {} |", cells.join(" | "));
}

fn changes(name: &str) -> String {
    let own = shape::of(name);
    let unit = match own.scale {
        Scale::Log => " ln",
        Scale::Difference => "",
        Scale::Count => return String::new(),
    };
    format!("{}, {}{unit}", own.spike, own.step)
}

fn companions(name: &str) -> String {
    let pairs = PAIRS.iter().filter(|pair| pair.series == name);
    let words = pairs.map(|pair| match pair.spike.is_finite() {
        true => format!("{} ({}, {})", pair.other, pair.spike, pair.step),
        false => pair.other.to_string(),
    });
    words.collect::<Vec<_>>().join(", ")
}

fn age(name: &str) -> String {
    let input = Input::ALL.into_iter().find(|input| input.name() == name);
    let rules = InputRules::required();
    input.map_or(String::new(), |input| rules.of(input).max_age.to_string())
}
