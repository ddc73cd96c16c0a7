//! Equity and drawdown of all arms over each other, per window, under the market they lived in.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::chart::{LineChart, Series, Unit};
use crate::document::{Block, Section};
use crate::folder::{Curve, RunFolder};
use crate::section::{absent, per_window};
use crate::style::Style;
use tables::MarketRow;
use tables::Money;

/// SPX, VIX, trading equity and drawdown per window.
pub fn section(run: &RunFolder) -> Section {
    let intro = "Trading equity: starting capital plus trading P&L net of costs, without interest. Every curve of a \
                 window starts from the same capital and holds the same condors.";
    let mut blocks = vec![Block::Paragraph(intro.to_owned()), Block::Switches];
    if run.is_large() {
        let note = "With so many arms the two pictures below show one value a week, the last trading equity and the deepest \
                    drawdown, and leave out the twins; equity.csv has every day and every arm.";
        blocks.push(Block::Note(note.to_owned()));
    }
    blocks.extend(
        run.market
            .is_none()
            .then(|| absent("market.csv", "SPX and VIX")),
    );
    blocks.extend(per_window(run, |window| {
        charts(run, window).into_iter().map(Block::Lines).collect()
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

fn charts(run: &RunFolder, window: usize) -> Vec<LineChart> {
    market_panels(run, window)
        .into_iter()
        .chain([equity(run, window), drawdown(run, window)])
        .collect()
}

fn equity(run: &RunFolder, window: usize) -> LineChart {
    let values = |curve: &Curve| {
        let weekly = |days: Range<usize>| curve.trading_equity[days.end - 1].usd();
        spans(run, curve)
            .into_iter()
            .map(weekly)
            .map(Some)
            .collect()
    };
    let start = run.capital().usd();
    LineChart {
        height: 360,
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
        let deepest = |days: Range<usize>| daily[days].iter().min().copied().map(Money::usd);
        spans(run, curve).into_iter().map(deepest).collect()
    };
    let what = if run.is_large() {
        "Drawdown from the peak, deepest of each week [$]"
    } else {
        "Drawdown from the peak [$]"
    };
    let mut chart = LineChart {
        height: 260,
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

/// The sessions that one value of a picture stands for: one each, or those of a week where there are many arms.
fn spans(run: &RunFolder, curve: &Curve) -> Vec<Range<usize>> {
    if !run.is_large() {
        return (0..curve.dates.len()).map(|at| at..at + 1).collect();
    }
    let mut from = 0;
    let week = |end: usize| std::mem::replace(&mut from, end + 1)..end + 1;
    curve.week_ends().into_iter().map(week).collect()
}

fn panel(
    run: &RunFolder,
    window: usize,
    what: &str,
    values: impl Fn(&Curve) -> Vec<Option<f64>>,
) -> LineChart {
    let series = |curve: &Curve| Series {
        name: run.arm(curve.place.1).name.clone(),
        style: run.style(curve.place.1),
        values: values(curve),
        shaded: false,
    };
    let drawn = |curve: &&Curve| curve.place.0 == window && run.is_drawn(curve.place.1);
    let curves: Vec<&Curve> = run.curves.iter().filter(drawn).collect();
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
        height: 300,
        days: curves.first().map(days).unwrap_or_default(),
        series: curves.into_iter().map(series).collect(),
        marks: Vec::new(),
        include: Vec::new(),
    }
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
