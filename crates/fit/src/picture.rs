//! The errors as a picture: one panel for the volatility at the money, one for the condor credit.

use std::fmt::Write;

use crate::error::Row;
use crate::pool::{ALL_DAYS, at_close};
use crate::target::Measure;

const WIDTH: f64 = 860.0;
const PANEL: f64 = 220.0;
const LEFT: f64 = 70.0;

/// A self-contained SVG: error over days to expiry, a dot an expiry, the aim as a band.
pub fn svg(rows: &[Row<'_>]) -> String {
    let height = 2.0 * (PANEL + 60.0);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         font-family=\"sans-serif\" font-size=\"13\">\n<title>Price model less quotes, SPX options at the close</title>\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#fff\"/>\n"
    );
    panel(
        rows,
        Measure::Atm,
        ("At the money: model less quoted (vol points)", 2.0, 0.5),
        40.0,
        &mut text,
    );
    let title = "Condor 16/5 delta, same strikes: model over quoted credit (%)";
    panel(
        rows,
        Measure::Condor,
        (title, 30.0, 7.0),
        100.0 + PANEL,
        &mut text,
    );
    text.push_str("</svg>\n");
    text
}

/// One panel: title, largest error shown, aim.
fn panel(
    rows: &[Row<'_>],
    measure: Measure,
    (title, most, aim): (&str, f64, f64),
    top: f64,
    text: &mut String,
) {
    let right = WIDTH - 20.0;
    let x = |days: i64| {
        LEFT + (right - LEFT) * (days - ALL_DAYS.0) as f64 / (ALL_DAYS.1 - ALL_DAYS.0) as f64
    };
    let y = |error: f64| top + PANEL * (most - error.clamp(-most, most)) / (2.0 * most);
    let high = y(aim);
    let low = y(-aim);
    let _ = writeln!(
        text,
        "<text x=\"{LEFT}\" y=\"{:.0}\" font-weight=\"bold\">{title}</text>",
        top - 12.0
    );
    let _ = writeln!(
        text,
        "<rect x=\"{LEFT}\" y=\"{high:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"#dceaf6\"/>",
        right - LEFT,
        low - high
    );
    for level in [-most, -aim, 0.0, aim, most] {
        let at = y(level);
        let _ = writeln!(
            text,
            "<line x1=\"{LEFT}\" x2=\"{right}\" y1=\"{at:.1}\" y2=\"{at:.1}\" stroke=\"#999\" stroke-width=\"0.6\"/>\
             <text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{level:+}</text>",
            LEFT - 6.0,
            at + 4.0
        );
    }
    for days in [7, 14, 21, 30, 45] {
        let _ = writeln!(
            text,
            "<text x=\"{:.1}\" y=\"{:.0}\" text-anchor=\"middle\">{days} d</text>",
            x(days),
            top + PANEL + 18.0
        );
    }
    for row in rows.iter().filter(|row| {
        row.measure == measure
            && at_close(row)
            && (ALL_DAYS.0..=ALL_DAYS.1).contains(&row.target.days)
    }) {
        let _ = writeln!(
            text,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\" fill=\"#0b5394\" fill-opacity=\"0.55\"><title>{} {} {}: {:+.2}</title></circle>",
            x(row.target.days),
            y(row.error),
            row.target.date,
            row.target.root.name(),
            row.target.expiry,
            row.error
        );
    }
}
