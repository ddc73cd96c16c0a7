//! Whether values can be those of the series that a file claims to hold. A name is a hint; values decide.

use chrono::NaiveDate;

use crate::dates::median_gap;
use crate::error::Refusal;
use crate::schema;

/// Days between two rows from which on they are no daily values.
const WEEKLY: i64 = 5;
const MONTHLY: i64 = 20;

/// Refuses values whose middle lies where the series never was for long, and bars of longer periods: those are dated at the
/// beginning of their period and would be known before they happened.
pub(crate) fn values(series: &str, points: &[(NaiveDate, f64)]) -> Result<(), Refusal> {
    if let (Some((low, high)), Some(middle)) = (schema::typical(series), median(points))
        && !(low..=high).contains(&middle)
    {
        return Err(Refusal(format!(
            "its values cannot be {series}: half of them are up to {middle}, allowed for that half: {low} to {high}"
        )));
    }
    let dates: Vec<NaiveDate> = points.iter().map(|p| p.0).collect();
    let gap = median_gap(&dates);
    // Settlement values exist on settlement days only.
    if dates.len() > 3 && gap >= WEEKLY && series != "spx_set" {
        let bars = if gap >= MONTHLY { "monthly" } else { "weekly" };
        return Err(Refusal(format!(
            "found {bars} bars: half of its rows are {gap} days or more apart, allowed for {series}: one row per session"
        )));
    }
    Ok(())
}

/// The middle of the values.
pub(crate) fn median(points: &[(NaiveDate, f64)]) -> Option<f64> {
    let mut values: Vec<f64> = points.iter().map(|p| p.1).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied()
}
