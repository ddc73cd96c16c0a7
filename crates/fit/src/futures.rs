//! The VIX futures model against published settlements.

use market::history::{HistoryError, MarketHistory};
use market::observations::Observations;
use market::surface::ModelParams;

use crate::pool::{Days, Pooled, pool};

/// Spans of days to settlement.
pub const SPANS: [Days; 5] = [(1, 30), (31, 60), (61, 90), (91, 135), (136, 185)];

/// Model less settlement by span: in points, and in percent of the settlement.
///
/// # Errors
/// Where the observations lack what the model needs.
pub fn futures(observations: &Observations) -> Result<Vec<(Days, Pooled, Pooled)>, HistoryError> {
    let (Some(first), Some(last)) = (observations.sessions.first(), observations.sessions.last())
    else {
        return Err(HistoryError::Empty);
    };
    // Without settlements every future is the model's.
    let blind = Observations {
        vx: Vec::new(),
        ..observations.clone()
    };
    let history = MarketHistory::build(&blind, *first, *last, &ModelParams::default(), 0)?;
    let mut errors: Vec<(i64, f64, f64)> = Vec::new();
    for row in observations
        .vx
        .iter()
        .filter(|row| row.expiry > row.trade_date && row.settle > 0.0)
    {
        let at = history.window(row.trade_date, row.trade_date);
        let Some(model) = at
            .into_iter()
            .next()
            .and_then(|t| history.view(t).today().future(row.expiry))
        else {
            continue;
        };
        let gap = model.settle.points() - row.settle;
        errors.push((
            (row.expiry - row.trade_date).num_days(),
            gap,
            100.0 * gap / row.settle,
        ));
    }
    let of = |days: Days, value: fn(&(i64, f64, f64)) -> f64| {
        pool(
            errors
                .iter()
                .filter(|e| (days.0..=days.1).contains(&e.0))
                .map(value),
        )
    };
    Ok(SPANS
        .iter()
        .map(|days| (*days, of(*days, |e| e.1), of(*days, |e| e.2)))
        .collect())
}
