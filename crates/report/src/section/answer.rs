//! The answer, in sentences a sceptic can check against `summary.csv`.

use crate::chart::{RangeChart, RangeRow, Unit};
use crate::document::{Block, Section};
use crate::folder::{Placed, RunFolder};
use crate::number::{self, Dollars, Money};
use tables::SummaryRow;

/// The answer in three sentences, the picture of all intervals, and the same sentence for every arm.
pub fn section(run: &RunFolder) -> Section {
    let policies = run.policies();
    let mut blocks: Vec<Block> = match policies.first() {
        Some(&lead) => windows(run)
            .map(|window| Block::Lead(sentence(run, window, lead)))
            .collect(),
        None => vec![Block::Note(
            "The run has no hedged arm, so there is nothing to compare.".to_owned(),
        )],
    };
    blocks.extend((!policies.is_empty()).then(|| Block::Lead(controls_sentence(run))));
    blocks.extend((!policies.is_empty()).then(|| Block::Ranges(picture(run))));
    blocks.push(Block::Note(how_to_read(run)));
    if policies.len() > 1 {
        let all = windows(run)
            .flat_map(|window| policies.iter().map(move |&arm| sentence(run, window, arm)))
            .collect();
        blocks.push(Block::Details(
            "The same sentence for every hedged arm".to_owned(),
            vec![Block::List(all)],
        ));
    }
    Section {
        id: "answer",
        title: "The answer",
        blocks,
    }
}

/// What one arm did to drawdown and profit in one window. Never claims an effect whose interval includes 0.
pub fn sentence(run: &RunFolder, window: usize, arm: usize) -> String {
    let (name, arm_name) = (&run.manifest.windows[window].name, &run.arm(arm).name);
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
    let percent = number::percent;
    let Some((lo, hi)) = row.drawdown_reduction_lo.zip(row.drawdown_reduction_hi) else {
        return format!(
            "had a drawdown reduction of {} % (no interval was computed)",
            percent(reduction)
        );
    };
    let level = level(run);
    if reduction > 0.0 && lo > 0.0 {
        let (reduction, lo, hi) = (percent(reduction), percent(lo), percent(hi));
        format!("reduced the maximum drawdown by {reduction} % ({level} interval {lo} to {hi} %)")
    } else if reduction < 0.0 && hi < 0.0 {
        let (deeper, least, most) = (percent(-reduction), percent(-hi), percent(-lo));
        format!(
            "deepened the maximum drawdown by {deeper} % ({level} interval {least} to {most} %)"
        )
    } else {
        let (reduction, lo, hi) = (percent(reduction), percent(lo), percent(hi));
        format!(
            "did not show an effect on the maximum drawdown: the measured reduction is {reduction} %, \
             but its {level} interval, {lo} to {hi} %, {}",
            if interval_includes_zero(row) {
                "includes 0"
            } else {
                "lies on the other side of 0"
            }
        )
    }
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
    let (word, amount) = (
        if difference < Money::ZERO {
            "cost"
        } else {
            "added"
        },
        difference.abs().whole(),
    );
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
            let (near, far) = (
                lo.abs().min(hi.abs()).whole(),
                lo.abs().max(hi.abs()).whole(),
            );
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
        "Of {all} (hedged arms × windows), {} reduced the drawdown with an interval above 0 and {} deepened it with \
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

fn picture(run: &RunFolder) -> RangeChart {
    let row = |window: usize, arm: usize| {
        let found = run.summary_of(window, arm);
        RangeRow {
            name: match run.few_trades(window, arm) {
                Some(few) => format!("{} ({few})", run.arm(arm).name),
                None => run.arm(arm).name.clone(),
            },
            group: run.manifest.windows[window].name.clone(),
            style: run.style(arm),
            value: found.and_then(|row| row.drawdown_reduction),
            span: found.and_then(|row| row.drawdown_reduction_lo.zip(row.drawdown_reduction_hi)),
            points: Vec::new(),
        }
    };
    let policies = run.policies();
    RangeChart {
        caption: format!(
            "Reduction of the maximum drawdown against unhedged, with its {} interval [%]",
            level(run)
        ),
        unit: Unit::Percent,
        rows: windows(run)
            .flat_map(|window| policies.iter().map(move |&arm| row(window, arm)))
            .collect(),
        head: "Arm",
        group_head: "Window",
        value_head: "Reduction".to_owned(),
        span_head: format!("{} interval", level(run)),
    }
}

fn how_to_read(run: &RunFolder) -> String {
    let method = match &run.manifest.interval {
        Some(interval) => format!(
            "Intervals: {}, {} draws, mean block {} sessions; the drawdowns of both arms are computed anew in every draw.",
            interval.method,
            number::fixed(interval.draws as f64, 0),
            number::fixed(interval.mean_block_sessions, 0)
        ),
        None => "The manifest does not say how the intervals were computed.".to_owned(),
    };
    format!(
        "An arm whose interval includes 0 has not shown an effect here. The sentences speak of the first hedged arm of \
         the run file, chosen before the run, not after it. P&L is trading P&L net of costs, without interest. {method}"
    )
}

/// `90 %`, or a word where the manifest does not say.
pub fn level(run: &RunFolder) -> String {
    match &run.manifest.interval {
        Some(interval) => format!("{} %", number::fixed(interval.level * 100.0, 0)),
        None => "stated".to_owned(),
    }
}

fn dollars(value: Money) -> String {
    let sign = if value < Money::ZERO { "−" } else { "+" };
    format!("{sign}${}", value.abs().whole())
}

fn windows(run: &RunFolder) -> std::ops::Range<usize> {
    0..run.manifest.windows.len()
}
