//! Where the market stood at each close.

use market::math::ln;
use market::observations::names;

use super::{Column, RETURN_SESSIONS, State};

/// Where the market stood at each close; without three-month VIX the slope is level.
pub(super) fn states(close: &[f64], term: &[Column]) -> Vec<State> {
    let of = |name: &str| term.iter().find(|column| column.name == name);
    let vix = of(names::VIX);
    let far = of(names::VIX3M);
    let at = |column: Option<&Column>, t: usize| column.map(|column| column.level[t]);
    (0..close.len())
        .map(|t| {
            let level = at(vix, t).unwrap_or(0.0);
            let slope = at(far, t).map_or(0.0, |far| level - far);
            let back = t.saturating_sub(RETURN_SESSIONS);
            [level, slope, ln(close[t] / close[back])]
        })
        .collect()
}

/// Standard deviations; 1 where a part never moves.
pub(super) fn scale(states: &[State]) -> State {
    let n = states.len() as f64;
    std::array::from_fn(|part| {
        let mean = states.iter().map(|state| state[part]).sum::<f64>() / n;
        let off = |state: &State| (state[part] - mean) * (state[part] - mean);
        let deviation = (states.iter().map(off).sum::<f64>() / n).sqrt();
        if deviation > 0.0 { deviation } else { 1.0 }
    })
}
