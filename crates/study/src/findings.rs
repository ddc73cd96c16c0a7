//! `findings.csv`.

use crate::results::Study;
use crate::tables::{FindingCells, Sheet};
use crate::unchanged;

/// `findings.csv`: what the dataset's checks and the run itself found.
pub fn findings(study: &Study, of_dataset: Vec<FindingCells>) -> String {
    let mut sheet = Sheet::new(&[
        "severity", "code", "series", "count", "first", "last", "message",
    ]);
    let own = |code: &str, series: &str, count: usize, message: &str| FindingCells {
        severity: "info".into(),
        code: code.into(),
        series: series.into(),
        count,
        first: String::new(),
        last: String::new(),
        message: message.into(),
    };
    let mut all = of_dataset;
    if study.modelled_futures > 0 {
        let message = "listed VIX futures without a published settlement, priced by the model";
        all.push(own(
            "modelled_future",
            "vx",
            study.modelled_futures,
            message,
        ));
    }
    all.extend(repaired(study));
    all.extend(unchanged::findings(study));
    for f in all {
        sheet.row(vec![
            f.severity,
            f.code,
            f.series,
            f.count.to_string(),
            f.first,
            f.last,
            f.message,
        ]);
    }
    sheet.text()
}

/// What was mended of the model's surface to keep the calendar order: how often, and the largest with its date and size.
fn repaired(study: &Study) -> Option<FindingCells> {
    let repairs = &study.repairs;
    let ((first, last), (date, expiry, largest)) = (repairs.span?, repairs.largest?);
    let points = |vol: f64| format!("{:.2} vol points", 100.0 * vol);
    Some(FindingCells {
        severity: "info".into(),
        code: "lifted_slice".into(),
        series: "surface".into(),
        count: repairs.count,
        first: first.to_string(),
        last: last.to_string(),
        message: format!(
            "surface slices lifted where an earlier expiry lay above them; the most on {date}, expiry {expiry}, {} at {:+.1} \
             deviations; at the money {} at most",
            points(largest.lift),
            largest.at,
            points(repairs.most_atm_lift),
        ),
    })
}
