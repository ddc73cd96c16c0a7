//! `findings.csv`.

use tables::FindingRow;

use crate::results::Study;
use crate::unchanged;

/// `findings.csv`: what the dataset's checks and the run itself found.
pub fn rows(study: &Study, of_dataset: Vec<FindingRow>) -> Vec<FindingRow> {
    let mut all = of_dataset;
    if study.modelled_futures > 0 {
        all.push(FindingRow {
            severity: "info".into(),
            code: "modelled_future".into(),
            series: "vx".into(),
            count: study.modelled_futures,
            first: None,
            last: None,
            message: "listed VIX futures without a published settlement, priced by the model"
                .into(),
        });
    }
    all.extend(crate::logged::findings(study));
    all.extend(repaired(study));
    all.extend(unchanged::rows(study));
    all
}

/// What was mended of the model's surface to keep the calendar order: how often, and the largest with its date and size.
fn repaired(study: &Study) -> Option<FindingRow> {
    let repairs = &study.repairs;
    let ((first, last), (date, expiry, largest)) = (repairs.span?, repairs.largest?);
    let points = |vol: f64| format!("{:.2} vol points", 100.0 * vol);
    Some(FindingRow {
        severity: "info".into(),
        code: "lifted_slice".into(),
        series: "surface".into(),
        count: repairs.count,
        first: Some(first),
        last: Some(last),
        message: format!(
            "surface slices lifted where an earlier expiry lay above them; the most on {date}, expiry {expiry}, {} at {:+.1} \
             deviations; at the money {} at most",
            points(largest.lift),
            largest.at,
            points(repairs.most_atm_lift),
        ),
    })
}
