//! Drawdown episodes of a curve: from a peak to a trough to the first day back at the peak.

use tables::Money;

/// One fall below a peak. Places count sessions of the window; the starting capital is the peak before all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Episode {
    /// Session of the peak; `None` is the start of the window.
    pub peak: Option<usize>,
    /// Session of the trough.
    pub trough: usize,
    /// First session back at the peak; `None` if there is none in the window.
    pub recovered: Option<usize>,
    /// Fall from peak to trough, below 0.
    pub depth: Money,
    /// Equity at the peak.
    pub from: Money,
}

/// Every episode of a curve that starts from `capital`, deepest first; equals in order of time.
pub fn episodes(equity: &[Money], capital: Money) -> Vec<Episode> {
    let mut found: Vec<Episode> = Vec::new();
    let (mut peak, mut top) = (None, capital);
    let mut open: Option<Episode> = None;
    for (at, &value) in equity.iter().enumerate() {
        if value >= top {
            found.extend(open.take().map(|episode| Episode {
                recovered: Some(at),
                ..episode
            }));
            (peak, top) = (Some(at), value);
        } else if open.is_none_or(|episode| value - top < episode.depth) {
            open = Some(Episode {
                peak,
                trough: at,
                recovered: None,
                depth: value - top,
                from: top,
            });
        }
    }
    found.extend(open);
    found.sort_by_key(|episode| (episode.depth, episode.trough));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dollars(values: &[i64]) -> Vec<Money> {
        values.iter().map(|value| Money(value * 100)).collect()
    }

    #[test]
    fn episodes_are_found_deepest_first() {
        let found = episodes(&dollars(&[98, 101, 103, 100, 95, 104, 100]), Money(10_000));
        let brief: Vec<_> = found
            .iter()
            .map(|e| (e.peak, e.trough, e.recovered, e.depth.0 / 100))
            .collect();
        assert_eq!(
            brief,
            [
                (Some(2), 4, Some(5), -8),
                (Some(5), 6, None, -4),
                (None, 0, Some(1), -2)
            ]
        );
    }

    #[test]
    fn a_curve_that_never_falls_has_none() {
        assert_eq!(episodes(&dollars(&[100, 100, 101]), Money(10_000)), []);
        assert_eq!(episodes(&[], Money(10_000)), []);
    }
}
