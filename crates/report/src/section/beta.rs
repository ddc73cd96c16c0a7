//! Rolling beta of each arm to the S&P 500.

use std::collections::BTreeMap;

use crate::chart::{LineChart, Series, Unit};
use crate::document::{Block, Section};
use crate::folder::{Curve, RunFolder};
use crate::section::{absent, measures, per_window};
use chrono::NaiveDate;

/// Sessions of one estimate: a quarter.
const SESSIONS: usize = 63;

/// Beta over the last 63 sessions, every fifth session.
pub fn section(run: &RunFolder) -> Section {
    let blocks = match run.market.is_none() {
        true => vec![absent("market.csv", "the beta to the S&P 500")],
        false => {
            let intro = "Slope of daily trading P&L over the starting capital on the daily return of the S&P 500, over the \
                         last 63 sessions, drawn every fifth session: 0.05 means that a fall of 1 % cost 0.05 % of \
                         the starting capital on average.";
            let charts = per_window(run, |window| {
                let drawn = match chart(run, window) {
                    Some(chart) => Block::Lines(chart),
                    None => Block::Note("The window is shorter than one estimate.".to_owned()),
                };
                std::iter::once(drawn)
                    .chain(measures::betas(run, window))
                    .collect()
            });
            std::iter::once(Block::Paragraph(intro.to_owned()))
                .chain(charts)
                .collect()
        }
    };
    Section {
        id: "beta",
        title: "Rolling beta",
        blocks,
    }
}

fn chart(run: &RunFolder, window: usize) -> Option<LineChart> {
    let close: BTreeMap<NaiveDate, f64> = run
        .market
        .iter()
        .flatten()
        .filter_map(|row| Some((row.date, row.spx_close?)))
        .collect();
    let main = run.main_arms();
    let curves: Vec<&Curve> = run
        .curves
        .iter()
        .filter(|curve| curve.place.0 == window && main.contains(&curve.place.1))
        .collect();
    let dates = &curves.first()?.dates;
    let ends: Vec<usize> = (SESSIONS..dates.len()).step_by(5).collect();
    let market: Vec<Option<f64>> = (0..dates.len())
        .map(|at| {
            let before = close.get(&dates[at.checked_sub(1)?])?;
            Some(close.get(&dates[at])? / before - 1.0)
        })
        .collect();
    let series = |curve: &&Curve| Series {
        name: run.label(curve.place.1),
        style: run.style(curve.place.1),
        values: ends
            .iter()
            .map(|&end| beta(run, curve, &market, end))
            .collect(),
        shaded: false,
    };
    (!ends.is_empty()).then(|| LineChart {
        caption: format!(
            "{}: beta to the S&P 500 over 63 sessions",
            run.manifest.windows[window].name
        ),
        group: window,
        unit: Unit::Ratio,
        height: 220,
        days: ends.iter().map(|&end| dates[end]).collect(),
        series: curves.iter().map(series).collect(),
        marks: Vec::new(),
        include: vec![0.0],
        ..LineChart::default()
    })
}

/// Covariance over variance of the sessions that end at `end`; undefined where a close is missing. All curves of a
/// window share the dates that `market` has the returns of.
fn beta(run: &RunFolder, curve: &Curve, market: &[Option<f64>], end: usize) -> Option<f64> {
    let capital = run.capital();
    let pairs: Vec<(f64, f64)> = (end + 1 - SESSIONS..=end)
        .map(|at: usize| {
            Some((
                market[at]?,
                curve.trading_pnl(at, capital).usd() / capital.usd(),
            ))
        })
        .collect::<Option<_>>()?;
    let n = pairs.len() as f64;
    let mean_x = pairs.iter().map(|(x, _)| x).sum::<f64>() / n;
    let mean_y = pairs.iter().map(|(_, y)| y).sum::<f64>() / n;
    let covariance: f64 = pairs.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    let variance: f64 = pairs.iter().map(|(x, _)| (x - mean_x) * (x - mean_x)).sum();
    (variance > 0.0).then(|| covariance / variance)
}
