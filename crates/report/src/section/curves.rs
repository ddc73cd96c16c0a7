//! Equity and drawdown of all arms over each other, per window, under the market they lived in.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::chart::{LineChart, Series, Unit};
use crate::document::{Block, Section};
use crate::folder::{Curve, RunFolder};
use crate::section::absent;
use crate::style::Style;
use crate::words::about;
use tables::MarketRow;
use tables::Money;

/// Trading equity beside drawdown, per window.
pub fn section(run: &RunFolder) -> Section {
    let intro = "Starting capital plus trading P&L net of costs, without interest; every curve of a window starts from the same capital \
                 and holds the same condors. Touch a curve or a name to bring it forward.";
    let mut blocks = vec![Block::Note(intro.to_owned())];
    if run.is_large() {
        let note = "With so many arms every arm has a small picture of its own, one value a week: the last trading equity and \
                    the deepest drawdown. Twins are left out; equity.csv has every day and every arm.";
        blocks.push(Block::Note(note.to_owned()));
    } else {
        blocks.push(Block::Switches);
    }
    blocks.extend(
        run.market
            .is_none()
            .then(|| absent("market.csv", "SPX and VIX")),
    );
    blocks.extend((0..run.manifest.windows.len()).map(|window| {
        let pair = [equity(run, window), drawdown(run, window)];
        Block::Columns(pair.map(|chart| vec![Block::Lines(chart)]).to_vec())
    }));
    Section {
        id: "curves",
        title: "Equity and drawdown",
        blocks,
    }
}

/// SPX and VIX of a window as two panels; none where the folder has no market table.
pub fn market_panels(run: &RunFolder, window: usize) -> Vec<LineChart> {
    run.market
        .iter()
        .flat_map(|rows| market(run, window, rows))
        .collect()
}

fn equity(run: &RunFolder, window: usize) -> LineChart {
    let values = |curve: &Curve| {
        spans(run, curve)
            .into_iter()
            .map(|days: Range<usize>| curve.trading_equity[days.end - 1].usd())
            .map(Some)
            .collect()
    };
    let start = run.capital().usd();
    LineChart {
        finding: place_of_unhedged(run, window),
        height: 230,
        marks: vec![(start, "start".to_owned())],
        include: vec![start],
        ..panel(
            run,
            window,
            if run.is_large() {
                "Trading equity, last close of each week [$]"
            } else {
                "Trading equity [$]"
            },
            values,
        )
    }
}

fn drawdown(run: &RunFolder, window: usize) -> LineChart {
    let capital = run.capital();
    let values = |curve: &Curve| {
        let daily = curve.drawdowns(capital);
        spans(run, curve)
            .into_iter()
            .map(|days: Range<usize>| daily[days].iter().min().copied().map(Money::usd))
            .collect()
    };
    let what = if run.is_large() {
        "Drawdown from the peak, deepest of each week [$]"
    } else {
        "Drawdown from the peak [$]"
    };
    let mut chart = LineChart {
        finding: deepest(run, window),
        height: 230,
        terse: !run.is_large(),
        include: vec![0.0],
        ..panel(run, window, what, values)
    };
    if let Some(base) = chart
        .series
        .iter_mut()
        .find(|series| series.style.toggle == run.unhedged())
    {
        base.shaded = true;
    }
    chart
}

/// Where the unhedged book ended among all.
fn place_of_unhedged(run: &RunFolder, window: usize) -> String {
    let ends: Vec<(usize, Money)> = run
        .main_arms()
        .into_iter()
        .filter_map(|arm| Some((arm, *run.curve_of(window, arm)?.trading_equity.last()?)))
        .collect();
    let base = ends.iter().find(|(arm, _)| Some(*arm) == run.unhedged());
    base.map_or(String::new(), |(_, own)| {
        let ahead = ends.iter().filter(|(_, end)| end > own).count();
        let place = match ahead {
            0 => "ahead of every hedged book".to_owned(),
            n if n + 1 == ends.len() => "behind every hedged book".to_owned(),
            n => format!("behind {n} of {} hedged books", ends.len() - 1),
        };
        format!("Unhedged ended {place}, at {}", about(*own))
    })
}

/// The deepest fall and that of the unhedged book.
fn deepest(run: &RunFolder, window: usize) -> String {
    let falls: Vec<(usize, Money)> = run
        .main_arms()
        .into_iter()
        .filter_map(|arm| Some((arm, run.summary_of(window, arm)?.max_drawdown_usd?.abs())))
        .collect();
    let base = falls.iter().find(|(arm, _)| Some(*arm) == run.unhedged());
    let most = falls.iter().max_by_key(|(_, fall)| *fall);
    base.zip(most)
        .map_or(String::new(), |((base, own), (most, fall))| {
            match base == most {
                true => format!("Unhedged fell deepest, by {}", about(*own)),
                false => format!(
                    "{} fell deepest, by {}; unhedged by {}",
                    run.label(*most),
                    about(*fall),
                    about(*own)
                ),
            }
        })
}

/// The sessions that one value of a picture stands for: one each, or those of a week where there are many arms.
fn spans(run: &RunFolder, curve: &Curve) -> Vec<Range<usize>> {
    if !run.is_large() {
        return (0..curve.dates.len()).map(|at| at..at + 1).collect();
    }
    let mut from = 0;
    curve
        .week_ends()
        .into_iter()
        .map(|end: usize| std::mem::replace(&mut from, end + 1)..end + 1)
        .collect()
}

fn panel(
    run: &RunFolder,
    window: usize,
    what: &str,
    values: impl Fn(&Curve) -> Vec<Option<f64>>,
) -> LineChart {
    let series = |curve: &Curve| Series {
        name: run.label(curve.place.1),
        style: run.style(curve.place.1),
        values: values(curve),
        shaded: false,
    };
    let curves: Vec<&Curve> = run
        .curves
        .iter()
        .filter(|curve: &&Curve| curve.place.0 == window && run.is_drawn(curve.place.1))
        .collect();
    let days = |curve: &&Curve| {
        spans(run, curve)
            .into_iter()
            .map(|days| curve.dates[days.end - 1])
            .collect()
    };
    LineChart {
        caption: format!("{}: {what}", run.manifest.windows[window].name),
        group: window,
        unit: Unit::Usd,
        height: 230,
        days: curves.first().map(days).unwrap_or_default(),
        bold: bold(run, &curves),
        series: curves.into_iter().map(series).collect(),
        marks: Vec::new(),
        include: Vec::new(),
        ..LineChart::default()
    }
}

/// The unhedged book stands out of its picture.
fn bold(run: &RunFolder, curves: &[&Curve]) -> Vec<usize> {
    let base = run.unhedged();
    let place = curves.iter().position(|curve| Some(curve.place.1) == base);
    place.into_iter().collect()
}

/// SPX and VIX as two panels: two scales in one picture can be made to show anything.
fn market(run: &RunFolder, window: usize, rows: &[MarketRow]) -> Vec<LineChart> {
    let by_day: BTreeMap<_, &MarketRow> = rows.iter().map(|row| (row.date, row)).collect();
    let panel = |name: &str, what: &str, slot: usize, value: fn(&MarketRow) -> Option<f64>| {
        let mut chart = panel(run, window, what, |_| Vec::new());
        chart.days = run
            .curves
            .iter()
            .find(|curve| curve.place.0 == window)
            .map_or_else(Vec::new, |c| c.dates.clone());
        let values = chart
            .days
            .iter()
            .map(|day| by_day.get(day).and_then(|row| value(row)))
            .collect();
        chart.bold = Vec::new();
        chart.series = vec![Series {
            name: name.to_owned(),
            style: Style::plain(slot),
            values,
            shaded: false,
        }];
        LineChart {
            unit: Unit::Points,
            height: 130,
            ..chart
        }
    };
    let spx = panel("SPX", "S&P 500 close [points]", 0, |row| row.spx_close);
    let vix = panel("VIX", "VIX close [vol points]", 1, |row| row.vix);
    [spx, vix]
        .into_iter()
        .filter(|chart| chart.series[0].values.iter().any(Option::is_some))
        .collect()
}
