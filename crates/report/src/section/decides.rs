//! The picture that decides: what the hedges added or cost so far, over all windows, under VIX and beside the falls.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::chart::{LineChart, Series, Unit};
use crate::document::Block;
use crate::folder::{Curve, RunFolder};
use crate::number;
use crate::style::Style;
use crate::words::{self, listed};
use tables::{MarketRow, Money};

/// Days that every reader of these markets asks for, as year, month and day.
const KNOWN: [(i32, u32, u32); 2] = [(2022, 6, 13), (2024, 8, 5)];
/// Days that are marked: those, or the largest moves.
const EVENTS: usize = 2;

/// Hedged minus unhedged P&L over VIX on the left, the falls over the market on the right; nothing without a comparison.
pub fn picture(run: &RunFolder) -> Option<Block> {
    let base = run.unhedged()?;
    let arms = chosen(run);
    if arms.is_empty() {
        return None;
    }
    let frame = Frame::new(run, base);
    let difference = difference(run, &frame, &arms);
    let falls = falls(run, &frame, base, &arms);
    let level =
        |name, what, value: fn(&MarketRow) -> Option<f64>| frame.level(run, name, what, value);
    let vix = level("VIX", "VIX at the close", |row| row.vix);
    let spx = level("S&P 500", "S&P 500 at the close", |row| row.spx_close);
    let spx = spx.map(|strip| LineChart {
        room: Some(falls.own_letters()),
        ..strip
    });
    let column = |chart: LineChart, below: Option<LineChart>| {
        std::iter::once(chart)
            .chain(below)
            .map(Block::Lines)
            .collect()
    };
    Some(Block::Columns(vec![
        column(difference, vix),
        column(falls, spx),
    ]))
}

/// The hedges that are drawn: all, or of many the first of the run file and the best and the worst of all windows together.
fn chosen(run: &RunFolder) -> Vec<usize> {
    let policies = run.policies();
    if !run.is_large() {
        return policies;
    }
    let sum = |arm: &usize| -> Money {
        let windows = 0..run.manifest.windows.len();
        windows
            .filter_map(|window| run.summary_of(window, *arm)?.pnl_usd)
            .sum()
    };
    let extreme = [
        policies.first().copied(),
        policies.iter().copied().max_by_key(sum),
        policies.iter().copied().min_by_key(sum),
    ];
    let mut chosen: Vec<usize> = Vec::new();
    for arm in extreme.into_iter().flatten() {
        if !chosen.contains(&arm) {
            chosen.push(arm);
        }
    }
    chosen
}

/// All windows beside one another.
struct Frame {
    days: Vec<NaiveDate>,
    /// First day of each window but the first.
    breaks: Vec<usize>,
    events: Vec<(usize, String)>,
    group: usize,
}

impl Frame {
    fn new(run: &RunFolder, base: usize) -> Frame {
        let (mut days, mut breaks) = (Vec::new(), Vec::new());
        for window in 0..run.manifest.windows.len() {
            let dates = run
                .curve_of(window, base)
                .map(|curve| curve.dates.as_slice());
            let dates = dates.unwrap_or_default();
            if !days.is_empty() && !dates.is_empty() {
                breaks.push(days.len());
            }
            days.extend_from_slice(dates);
        }
        let events = events(run, &days);
        Frame {
            days,
            breaks,
            events,
            // No window has this number, so that only these pictures zoom together.
            group: run.manifest.windows.len(),
        }
    }

    fn chart(&self, caption: &str, height: u32) -> LineChart {
        LineChart {
            caption: caption.to_owned(),
            group: self.group,
            height,
            days: self.days.clone(),
            breaks: self.breaks.clone(),
            ..LineChart::default()
        }
    }

    /// A strip of the market; none where the folder has no market table.
    fn level(
        &self,
        run: &RunFolder,
        name: &str,
        what: &str,
        value: fn(&MarketRow) -> Option<f64>,
    ) -> Option<LineChart> {
        let rows: BTreeMap<NaiveDate, &MarketRow> = run
            .market
            .iter()
            .flatten()
            .map(|row| (row.date, row))
            .collect();
        let values: Vec<Option<f64>> = self
            .days
            .iter()
            .map(|day| rows.get(day).and_then(|row| value(row)))
            .collect();
        values.iter().any(Option::is_some).then(|| LineChart {
            unit: Unit::Points,
            series: vec![Series {
                name: name.to_owned(),
                style: Style::plain(0),
                values,
                shaded: false,
            }],
            terse: true,
            ..self.chart(what, 46)
        })
    }
}

fn difference(run: &RunFolder, frame: &Frame, arms: &[usize]) -> LineChart {
    let value =
        |own: &Curve, base: &Curve, at: usize| own.trading_equity[at] - base.trading_equity[at];
    let series = |&arm: &usize| {
        series(run, arm, |window| {
            let base = run.curve_of(window, run.unhedged()?)?;
            let own = run.curve_of(window, arm)?;
            Some(
                (0..base.dates.len())
                    .map(|at| Some(value(own, base, at).usd()))
                    .collect(),
            )
        })
    };
    let many = run.policies().len() - arms.len();
    let caption = match many {
        0 => "Hedged minus unhedged P&L so far; every window starts at 0".to_owned(),
        _ => format!(
            "Hedged minus unhedged P&L so far: the first hedge of the run file, the best and the worst of {}",
            run.policies().len()
        ),
    };
    LineChart {
        finding: finding(run),
        series: arms.iter().map(series).collect(),
        marks: vec![(0.0, "as unhedged".to_owned())],
        include: vec![0.0],
        events: frame.events.clone(),
        bold: vec![0],
        ..frame.chart(&caption, 215)
    }
}

fn falls(run: &RunFolder, frame: &Frame, base: usize, arms: &[usize]) -> LineChart {
    let capital = run.capital();
    let drawn: Vec<usize> = std::iter::once(base).chain(arms.iter().copied()).collect();
    let series = |&arm: &usize| {
        series(run, arm, |window| {
            let curve = run.curve_of(window, arm)?;
            Some(
                curve
                    .drawdowns(capital)
                    .into_iter()
                    .map(|fall| Some(fall.usd()))
                    .collect(),
            )
        })
    };
    let mut chart = LineChart {
        finding: deepest(run),
        series: drawn.iter().map(series).collect(),
        include: vec![0.0],
        events: frame.events.clone(),
        bold: vec![0, 1],
        terse: true,
        ..frame.chart("Fall from the last peak", 215)
    };
    chart.series[0].shaded = chart.breaks.is_empty();
    chart
}

/// The curve of an arm over all windows.
fn series(
    run: &RunFolder,
    arm: usize,
    values: impl Fn(usize) -> Option<Vec<Option<f64>>>,
) -> Series {
    let windows = 0..run.manifest.windows.len();
    Series {
        name: run.label(arm),
        style: run.style(arm),
        values: windows.filter_map(values).flatten().collect(),
        shaded: false,
    }
}

/// In how many of the windows how many hedges ended ahead.
fn finding(run: &RunFolder) -> String {
    let policies = run.policies();
    let base = run.unhedged();
    let ahead = |window: usize| {
        let own = |arm: usize| run.summary_of(window, arm)?.pnl_usd;
        let base = own(base?)?;
        Some(
            policies
                .iter()
                .filter(|&&arm| own(arm).is_some_and(|own| own > base))
                .count(),
        )
    };
    let windows = &run.manifest.windows;
    let counts: Vec<Option<usize>> = (0..windows.len()).map(ahead).collect();
    let all = policies.len();
    let none = counts.iter().all(|count| *count == Some(0));
    match (all, none) {
        (1, true) => format!(
            "{} ended behind unhedged in every window",
            run.label(policies[0])
        ),
        (_, true) => format!("None of {all} hedges ended ahead of unhedged in any window"),
        _ => {
            let said = counts.iter().zip(windows).filter_map(|(count, window)| {
                Some(format!("{} of {all} in {}", (*count)?, window.name))
            });
            format!(
                "Hedges that ended ahead of unhedged: {}",
                listed(&said.collect::<Vec<String>>())
            )
        }
    }
}

/// How many hedges fell less.
fn deepest(run: &RunFolder) -> String {
    let cases: Vec<f64> = run
        .summary
        .iter()
        .filter(|row| run.policies().contains(&row.place.1))
        .filter_map(|row| row.drawdown_reduction)
        .collect();
    let deeper = cases.iter().filter(|reduction| **reduction < 0.0).count();
    match cases.len() {
        0 => String::new(),
        all if deeper == all => "Every hedge fell deeper than unhedged".to_owned(),
        all => format!("The worst fall was deeper than unhedged in {deeper} of {all} cases"),
    }
}

/// The known days that the windows have, or the days of the largest moves of the S&P 500.
fn events(run: &RunFolder, days: &[NaiveDate]) -> Vec<(usize, String)> {
    let rows = run.market.as_deref().unwrap_or_default();
    let moves: BTreeMap<NaiveDate, (f64, Option<f64>)> = rows
        .windows(2)
        .filter_map(|two| {
            let change = two[1].spx_close? / two[0].spx_close? - 1.0;
            Some((two[1].date, (change, two[1].vix)))
        })
        .collect();
    let known = KNOWN
        .iter()
        .filter_map(|(year, month, day)| NaiveDate::from_ymd_opt(*year, *month, *day));
    let mut chosen: Vec<NaiveDate> = known
        .filter(|day| days.contains(day) && moves.contains_key(day))
        .collect();
    let size = |day: &NaiveDate| moves.get(day).map_or(0.0, |(change, _)| change.abs());
    let mut by_size: Vec<NaiveDate> = days
        .iter()
        .copied()
        .filter(|day| moves.contains_key(day))
        .collect();
    by_size.sort_by(|a, b| size(b).total_cmp(&size(a)).then(a.cmp(b)));
    for day in by_size {
        if chosen.len() < EVENTS && !chosen.contains(&day) {
            chosen.push(day);
        }
    }
    chosen.sort_unstable();
    let word = |day: &NaiveDate| {
        let (change, vix) = moves.get(day)?;
        let vix = vix.map_or(String::new(), |vix| {
            format!(", VIX {}", number::fixed(vix, 0))
        });
        Some(format!(
            "{}: S&P 500 {} %{vix}",
            words::day(*day),
            number::signed(change * 100.0, 1)
        ))
    };
    let place = |day: &NaiveDate| days.iter().position(|other| other == day);
    chosen
        .iter()
        .filter_map(|day| Some((place(day)?, word(day)?)))
        .collect()
}
