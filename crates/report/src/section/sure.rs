//! How sure it is: every hedge with its intervals, and sentences a sceptic can check against `summary.csv`.

use crate::chart::{RangeChart, RangeRow, Unit};
use crate::document::{Block, Section};
use crate::folder::{Placed, RunFolder};
use crate::number::{self, Dollars, Money};
use crate::words;
use tables::SummaryRow;

/// How many intervals exclude 0, every hedge ranked with its interval, and folded a sentence for every hedge.
pub fn section(run: &RunFolder) -> Section {
    let policies = run.policies();
    let mut blocks = match policies.is_empty() {
        true => vec![Block::Note(
            "The run has no hedged arm, so there is nothing to compare.".to_owned(),
        )],
        false => vec![Block::Lead(controls_sentence(run))],
    };
    if !policies.is_empty() {
        blocks.extend(pictures(run));
        let all = windows(run)
            .flat_map(|window| policies.iter().map(move |&arm| sentence(run, window, arm)))
            .collect();
        blocks.push(Block::Details(
            "Every hedge in a sentence".to_owned(),
            vec![Block::List(all)],
        ));
    }
    blocks.push(Block::Note(how_to_read(run)));
    Section {
        id: "sure",
        title: "How sure is it",
        blocks,
    }
}

/// P&L and worst fall of every hedge against unhedged, ranked, per window: side by side where the screen is wide.
fn pictures(run: &RunFolder) -> Vec<Block> {
    windows(run)
        .map(|window: usize| {
            let pnl = Block::Ranges(ranked(run, window, &PNL));
            let fall = Block::Ranges(ranked(run, window, &FALL));
            Block::Columns(vec![vec![pnl], vec![fall]])
        })
        .collect()
}

/// A value and its interval, each where it is defined.
type Estimate = (Option<f64>, Option<(f64, f64)>);

/// What is ranked: its name, its unit, the heading of its value, and the value with its interval.
struct Ranked {
    name: &'static str,
    unit: Unit,
    head: &'static str,
    of: fn(&RunFolder, &Placed<SummaryRow>) -> Estimate,
}

const PNL: Ranked = Ranked {
    name: "P&L against unhedged",
    unit: Unit::Usd,
    head: "Added",
    of: |run, row| {
        let base = run
            .unhedged()
            .and_then(|base| run.summary_of(row.place.0, base)?.pnl_usd);
        let value = row.pnl_usd.zip(base).map(|(own, base)| (own - base).usd());
        (
            value,
            row.pnl_difference_span()
                .map(|(lo, hi)| (lo.usd(), hi.usd())),
        )
    },
};

const FALL: Ranked = Ranked {
    name: "worst fall against unhedged, shallower above 0",
    unit: Unit::Percent,
    head: "Shallower by",
    of: |_, row| {
        let span = row.drawdown_reduction_lo.zip(row.drawdown_reduction_hi);
        (row.drawdown_reduction, span)
    },
};

fn ranked(run: &RunFolder, window: usize, what: &Ranked) -> RangeChart {
    let row = |arm: usize| {
        let (value, span) = run
            .summary_of(window, arm)
            .map_or((None, None), |found| (what.of)(run, found));
        RangeRow {
            name: match run.few_trades(window, arm) {
                Some(few) => format!("{} ({few})", run.label(arm)),
                None => run.label(arm),
            },
            group: String::new(),
            style: run.style(arm),
            value,
            span,
            points: Vec::new(),
        }
    };
    let mut rows: Vec<RangeRow> = run.policies().into_iter().map(row).collect();
    let place = |row: &RangeRow| row.value.unwrap_or(f64::NEG_INFINITY);
    rows.sort_by(|a, b| place(b).total_cmp(&place(a)));
    RangeChart {
        caption: format!(
            "{}: {} [{}]",
            run.manifest.windows[window].name,
            what.name,
            what.unit.sign()
        ),
        unit: what.unit,
        rows,
        head: "Hedge",
        group_head: "",
        value_head: what.head.to_owned(),
        span_head: format!("{} interval", level(run)),
    }
}

/// What one arm did to drawdown and profit in one window. Never claims an effect whose interval includes 0.
pub fn sentence(run: &RunFolder, window: usize, arm: usize) -> String {
    let name = &run.manifest.windows[window].name;
    let arm_name = run.label(arm);
    let Some(row) = run.summary_of(window, arm) else {
        return String::new();
    };
    let mut n = number::counted(run.manifest.windows[window].sessions, "session");
    n.extend(run.few_trades(window, arm).map(|few| format!(", {few}")));
    format!(
        "In {name} ({n}), {arm_name} {}; {}.",
        drawdown_clause(run, row),
        profit_clause(run, row)
    )
}

fn drawdown_clause(run: &RunFolder, row: &Placed<SummaryRow>) -> String {
    let Some(reduction) = row.drawdown_reduction else {
        return "has no defined drawdown reduction".to_owned();
    };
    let Some((lo, hi)) = row.drawdown_reduction_lo.zip(row.drawdown_reduction_hi) else {
        return format!(
            "had a worst fall that was {} (no interval was computed)",
            words::fall(reduction)
        );
    };
    let level = level(run);
    let span = words::falls(lo, hi);
    if reduction > 0.0 && lo > 0.0 || reduction < 0.0 && hi < 0.0 {
        let fall = words::fall(reduction);
        return format!("made the worst fall {fall} ({level} interval {span})");
    }
    format!(
        "did not show an effect on the worst fall: it was {}, but the {level} interval, {span}, {}",
        words::fall(reduction),
        if interval_includes_zero(row) {
            "includes 0"
        } else {
            "lies on the other side of 0"
        }
    )
}

fn interval_includes_zero(row: &Placed<SummaryRow>) -> bool {
    row.drawdown_reduction_lo.is_none_or(|lo| lo <= 0.0)
        && row.drawdown_reduction_hi.is_none_or(|hi| hi >= 0.0)
}

fn profit_clause(run: &RunFolder, row: &Placed<SummaryRow>) -> String {
    let base = run
        .unhedged()
        .and_then(|base| run.summary_of(row.place.0, base))
        .and_then(|base| base.pnl_usd);
    match (row.pnl_usd, base) {
        (Some(own), Some(base)) => {
            let both = format!("{} against {} unhedged", dollars(own), dollars(base));
            format!(
                "{}: {both}",
                difference_clause(run, own - base, row.pnl_difference_span())
            )
        }
        (Some(own), None) => format!("its trading P&L was {}", dollars(own)),
        (None, _) => "its trading P&L is undefined".to_owned(),
    }
}

/// The P&L it cost or added, never as a fact where the interval of the difference includes 0.
fn difference_clause(run: &RunFolder, difference: Money, span: Option<(Money, Money)>) -> String {
    let word = if difference < Money::ZERO {
        "cost"
    } else {
        "added"
    };
    let amount = difference.abs().whole();
    let shown = |(lo, hi): (Money, Money)| match difference < Money::ZERO {
        true => hi < Money::ZERO,
        false => lo > Money::ZERO,
    };
    match span {
        None => format!("it {word} ${amount} of trading P&L (no interval was computed)"),
        Some((lo, hi)) if !shown((lo, hi)) => format!(
            "the ${amount} of trading P&L it {word} cannot be told from 0 ({} interval {} to {})",
            level(run),
            dollars(lo),
            dollars(hi)
        ),
        Some((lo, hi)) => {
            let near = lo.abs().min(hi.abs()).whole();
            let far = lo.abs().max(hi.abs()).whole();
            format!(
                "it {word} ${amount} of trading P&L ({} interval ${near} to ${far})",
                level(run)
            )
        }
    }
}

/// How often the interval excludes 0 on either side, and what fewer condors would have done.
fn controls_sentence(run: &RunFolder) -> String {
    let policies = run.policies();
    let rows: Vec<&Placed<SummaryRow>> = run
        .summary
        .iter()
        .filter(|row| policies.contains(&row.place.1))
        .collect();
    let reduced = rows
        .iter()
        .filter(|row| row.drawdown_reduction_lo.is_some_and(|lo| lo > 0.0))
        .count();
    let deepened = rows
        .iter()
        .filter(|row| row.drawdown_reduction_hi.is_some_and(|hi| hi < 0.0))
        .count();
    let all = number::counted(rows.len(), "comparison");
    format!(
        "Of {all} (hedges × windows), {} made the worst fall shallower with an interval above 0 and {} made it deeper with \
         one below 0; {}{}.",
        none_or(reduced),
        none_or(deepened),
        fewer_condors_clause(&rows),
        random_dates_clause(run)
    )
}

/// How often an arm's drawdown reduction was better than chance dates give; nothing where no such control was run.
fn random_dates_clause(run: &RunFolder) -> String {
    let tested = run
        .controls
        .iter()
        .flatten()
        .filter(|row| row.measure == "drawdown_reduction");
    let p: Vec<f64> = tested.filter_map(|row| row.p).collect();
    let better = p.iter().filter(|p| **p <= 0.05).count();
    match p.len() {
        0 => String::new(),
        n => format!(
            "; against the same premium spent at random dates, {} of {n} had a better drawdown with p of at most 0.05",
            none_or(better)
        ),
    }
}

fn none_or(count: usize) -> String {
    if count == 0 {
        "none".to_owned()
    } else {
        number::count(count)
    }
}

fn fewer_condors_clause(rows: &[&Placed<SummaryRow>]) -> String {
    let pairs: Vec<_> = rows
        .iter()
        .filter_map(|row| row.pnl_usd.zip(row.deleveraged_pnl_usd))
        .collect();
    let beaten = pairs.iter().filter(|(own, fewer)| fewer >= own).count();
    let deeper = rows.iter().all(|row| {
        row.drawdown_reduction
            .is_some_and(|reduction| reduction < 0.0)
    });
    match pairs.len() {
        0 if deeper => {
            "every measured drawdown was deeper than the unhedged one, so no hedge did what simply holding fewer \
                      condors does"
                .to_owned()
        }
        0 => "the control with fewer condors instead of a hedge is not in this folder".to_owned(),
        1 => format!(
            "simply holding fewer condors, at the same drawdown, would have earned {} in the one case where that control \
             is defined",
            if beaten == 1 { "as much or more" } else { "less" }
        ),
        n => format!(
            "simply holding fewer condors, at the same drawdown, would have earned as much or more in {} of the {n} \
             where that control is defined",
            none_or(beaten)
        ),
    }
}

fn how_to_read(run: &RunFolder) -> String {
    let method = match &run.manifest.interval {
        Some(interval) => format!(
            "Intervals within this window, book and weekday: {}, {} draws, mean block {} sessions; the drawdowns of both arms are \
             computed anew in every draw. They say how these days could have fallen otherwise, and nothing of other years.",
            interval.method,
            number::fixed(interval.draws as f64, 0),
            number::fixed(interval.mean_block_sessions, 0)
        ),
        None => "The manifest does not say how the intervals were computed.".to_owned(),
    };
    format!(
        "An arm whose interval includes 0 has not shown an effect here. P&L is trading P&L net of costs, without interest. \
         {method}"
    )
}

/// Coverage of the intervals.
pub fn level(run: &RunFolder) -> String {
    run.level()
}

fn dollars(value: Money) -> String {
    let sign = if value < Money::ZERO { "−" } else { "+" };
    format!("{sign}${}", value.abs().whole())
}

fn windows(run: &RunFolder) -> std::ops::Range<usize> {
    0..run.manifest.windows.len()
}
