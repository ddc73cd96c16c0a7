//! Whether the tables of a folder belong together.

use tables::manifest::ArmKind;
use tables::{Money, ReadError, SummaryRow};

use crate::number::Dollars;

use super::curve;
use super::{Curve, Placed, RunFolder, of_place};

/// What must hold for a report to make sense: a headline row and a curve for every window and arm.
pub fn whole(run: &RunFolder) -> Result<(), ReadError> {
    let windows: Vec<(String, usize)> = run
        .manifest
        .windows
        .iter()
        .map(|w| (w.name.clone(), w.sessions))
        .collect();
    let arms: Vec<&str> = run
        .manifest
        .arms
        .iter()
        .map(|arm| arm.name.as_str())
        .collect();
    for (window, (name, _)) in windows.iter().enumerate() {
        for (arm, arm_name) in arms.iter().enumerate() {
            let rows = of_place(&run.summary, (window, arm)).len();
            let which = crate::text::one_line(&format!("window `{name}`, arm `{arm_name}`"));
            // A twin of an arm that bought nothing in a window has nothing to copy there.
            let twin = run.manifest.arms[arm].kind == ArmKind::EqualSpendTwin;
            if twin && rows == 0 && run.curve_of(window, arm).is_none() {
                continue;
            }
            if rows != 1 {
                return Err(missing(
                    "summary.csv",
                    format!("{which}: found {rows} rows, allowed is exactly one"),
                ));
            }
            if run.curve_of(window, arm).is_none() {
                return Err(missing("equity.csv", format!("{which}: has no rows")));
            }
        }
    }
    curve::check(&run.curves, &windows, &arms)
}

/// Contradictions that a reader must see but that do not stop a report.
pub fn doubts(run: &RunFolder, changed: Vec<&'static str>) -> Vec<String> {
    let edited = changed.into_iter().map(|file| {
        format!("{file} is not the file this run wrote: its sha256 differs from the manifest's. Run alvh verify.")
    });
    edited
        .chain(run.summary.iter().flat_map(|row| disagreements(run, row)))
        .collect()
}

/// Where a headline row is not what the curve beside it gives, to the cent.
fn disagreements(run: &RunFolder, row: &Placed<SummaryRow>) -> Vec<String> {
    let Some(curve) = run.curve_of(row.place.0, row.place.1) else {
        return Vec::new();
    };
    let which = format!(
        "window {}, arm {}",
        run.manifest.windows[row.place.0].name,
        run.arm(row.place.1).name
    );
    let capital = run.capital();
    let pnl = curve
        .trading_equity
        .last()
        .map_or(Money::ZERO, |last| *last - capital);
    let depth = curve
        .drawdowns(capital)
        .into_iter()
        .min()
        .unwrap_or_default();
    let mut found = Vec::new();
    if row.pnl_usd.is_some_and(|stated| stated != pnl) {
        let stated = row.pnl_usd.unwrap_or_default().signed();
        found.push(format!(
            "{which}: summary.csv says a P&L of ${stated}, equity.csv gives ${}.",
            pnl.signed()
        ));
    }
    if row
        .max_drawdown_usd
        .is_some_and(|stated| stated.abs() != depth.abs())
    {
        let stated = row.max_drawdown_usd.unwrap_or_default().abs().whole();
        found.push(format!(
            "{which}: summary.csv says a maximum drawdown of ${stated}, equity.csv gives ${}.",
            depth.abs().whole()
        ));
    }
    found.extend(percent_disagrees(run, row, curve).map(|text| format!("{which}: {text}")));
    found
}

fn percent_disagrees(run: &RunFolder, row: &Placed<SummaryRow>, curve: &Curve) -> Option<String> {
    let stated = -row.max_drawdown_pct?.abs();
    let own = deepest_fraction(curve, run.capital());
    // Files may round a fraction to four decimals; more than that is a contradiction.
    let agrees = (stated - own).abs() <= 1e-4;
    let percent = crate::number::percent;
    (!agrees).then(|| {
        format!(
            "summary.csv says a maximum drawdown of {} %, equity.csv gives {} %.",
            percent(stated),
            percent(own)
        )
    })
}

/// Deepest fall of trading equity over its peak, a fraction of at most 0.
pub fn deepest_fraction(curve: &Curve, capital: Money) -> f64 {
    let falls = curve.drawdowns(capital);
    let peaks = curve
        .trading_equity
        .iter()
        .zip(&falls)
        .map(|(equity, fall)| (*equity - *fall).usd());
    falls
        .iter()
        .zip(peaks)
        .map(|(fall, peak)| fall.usd() / peak)
        .fold(0.0, f64::min)
}

fn missing(file: &str, message: String) -> ReadError {
    ReadError::Whole {
        file: file.to_owned(),
        message,
    }
}
