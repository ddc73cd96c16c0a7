//! The error model as text: what was measured, by year and by VIX, and how its intervals hold the year that judges it.

use std::fmt::Write;

use chrono::Datelike;
use market::error_model::{VIX_HEIGHTS, vix_height};

use crate::coverage::{Coverage, LEVEL, WORLDS, coverage};
use crate::marks::{MarkErrors, MarkPair, chooses, is_near_close};
use crate::pool::ALL_DAYS;
use crate::session_error::{Behaviour, SessionError, behaviour, session_errors};

/// The pairs that measure an error: near the close, 7 to 45 days.
fn near(errors: &MarkErrors) -> Vec<MarkPair> {
    errors
        .pairs
        .iter()
        .filter(|p| is_near_close(p.time) && (ALL_DAYS.0..=ALL_DAYS.1).contains(&p.days))
        .copied()
        .collect()
}

/// The tables; none without pairs. `errors` are those of the parameters the error model belongs to.
pub fn error_markdown(errors: &MarkErrors) -> String {
    let pairs = near(errors);
    let mut text = String::new();
    if pairs.is_empty() {
        return text;
    }
    let sessions = session_errors(pairs.iter());
    let _ = writeln!(
        text,
        "\n## The error model\n\nWhat would have to be added to the model to meet a put and a call near 25 delta: to the logarithm of the\n\
         volatility (level) and to the inverse tangent of rho (skew), means by session, in hundredths. Parameters: those that are kept.\n"
    );
    for (name, of) in [
        ("level", (|e| 100.0 * e.level) as fn(&SessionError) -> f64),
        ("skew", |e| 100.0 * e.skew),
    ] {
        part(&mut text, name, &sessions, of);
    }
    let held: Vec<MarkPair> = pairs.iter().filter(|p| !chooses(p.date)).copied().collect();
    let earlier: Vec<MarkPair> = pairs.iter().filter(|p| chooses(p.date)).copied().collect();
    covered(&mut text, "2022 and 2023", &coverage(&earlier));
    covered(&mut text, "2024", &coverage(&held));
    text
}

fn part(text: &mut String, name: &str, all: &[SessionError], of: fn(&SessionError) -> f64) {
    let _ = writeln!(
        text,
        "| {name:<14} |     n |   bias | standard error | deviation |  after 1 |  after 5 | after 10 |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|"
    );
    let series = |keep: &dyn Fn(&SessionError) -> bool| -> Vec<(usize, f64)> {
        let kept = all.iter().filter(|e| keep(e));
        kept.map(|e| (e.session, of(e))).collect()
    };
    let whole = behaviour(&series(&|_| true), None);
    let kept = Some(whole.memory[0]);
    let mut line = |name: String, keep: &dyn Fn(&SessionError) -> bool| {
        row(text, &name, &behaviour(&series(keep), kept));
    };
    for year in 2022..=2024 {
        line(year.to_string(), &|e| e.date.year() == year);
    }
    line("2022 and 2023".into(), &|e| chooses(e.date));
    for (i, (from, to)) in VIX_HEIGHTS.iter().enumerate() {
        line(format!("VIX {from} to {to}"), &|e| vix_height(e.vix) == i);
        line(format!("VIX {from}, to 2023"), &|e| {
            vix_height(e.vix) == i && chooses(e.date)
        });
    }
    line("all".into(), &|_| true);
    let _ = writeln!(text);
}

fn row(text: &mut String, name: &str, b: &Behaviour) {
    let _ = writeln!(
        text,
        "| {name:<14} | {:>5} | {:>+6.2} | {:>14.2} | {:>9.2} | {:>+8.2} | {:>+8.2} | {:>+8.2} |",
        b.n, b.bias, b.standard_error, b.deviation, b.memory[0], b.memory[1], b.memory[2]
    );
}

fn covered(text: &mut String, span: &str, all: &[Coverage]) {
    let _ = writeln!(
        text,
        "Share that the {:.0} % interval of {WORLDS} worlds holds, {span}:\n\n\
         | measure        |   pairs |  held % |  months |  held % |\n|---|---:|---:|---:|---:|",
        100.0 * LEVEL
    );
    for c in all {
        let share = |inside: usize, n: usize| 100.0 * inside as f64 / n.max(1) as f64;
        let _ = writeln!(
            text,
            "| {:<14} | {:>7} | {:>7.1} | {:>7} | {:>7.1} |",
            c.measure,
            c.pairs,
            share(c.pairs_inside, c.pairs),
            c.months,
            share(c.months_inside, c.months)
        );
    }
    let _ = writeln!(text);
}
