//! A table of bands over a level: hysteresis, dwell, a ramp between weights.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signals::key_error::{KeyError, within};

use super::{LevelSignal, Regime};

/// Weights by bands of a signal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TierTable {
    /// What is looked up.
    pub signal: LevelSignal,
    /// A band is left only when the signal is this far beyond its edge [in the signal's units].
    pub hysteresis: f64,
    /// And only after this many sessions in it.
    pub dwell_sessions: u32,
    /// Bands in ascending order; the first has no `from`, the last no `to`.
    pub bands: Vec<Band>,
}

/// Weights on `[from, to)`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Lower edge, included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<f64>,
    /// Upper edge, excluded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<f64>,
    /// Weight at the lower edge, and everywhere unless `weight_at_to` is given.
    pub weight: f64,
    /// Weight approached at the upper edge: a linear ramp.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight_at_to: Option<f64>,
}

impl TierTable {
    pub(super) fn next(&self, before: Option<Regime>, signal: Option<f64>) -> Regime {
        let Some(value) = signal else {
            return Regime {
                weight: 0.0,
                signal: None,
                ..before.unwrap_or_default()
            };
        };
        let wanted = self
            .bands
            .iter()
            .position(|b| b.to.is_none_or(|to| value < to))
            .unwrap_or(self.bands.len() - 1);
        let (band, sessions) = match before {
            Some(b) if b.sessions > 0 && !self.leaves(b, value) => {
                (usize::from(b.band), b.sessions + 1)
            }
            Some(b) if usize::from(b.band) == wanted => (wanted, b.sessions + 1),
            _ => (wanted, 1),
        };
        Regime {
            band: band as u8,
            sessions,
            weight: self.bands[band].weight_at(value),
            signal,
        }
    }

    fn leaves(&self, now: Regime, value: f64) -> bool {
        let band = &self.bands[usize::from(now.band)];
        let above = band.to.is_some_and(|to| value >= to + self.hysteresis);
        let below = band.from.is_some_and(|from| value < from - self.hysteresis);
        (above || below) && now.sessions >= self.dwell_sessions
    }

    pub(super) fn check(&self, at: &str) -> Result<(), KeyError> {
        within(at, "hysteresis", self.hysteresis, 0.0, 50.0)?;
        let (Some(first), Some(last)) = (self.bands.first(), self.bands.last()) else {
            return Err(KeyError::at(
                format!("{at}.bands"),
                "at least one band is needed",
            ));
        };
        if self.bands.len() > 100 {
            return Err(KeyError::at(
                format!("{at}.bands"),
                format!("{} bands, at most 100", self.bands.len()),
            ));
        }
        if first.from.is_some() || last.to.is_some() {
            return Err(KeyError::at(
                format!("{at}.bands"),
                "the first band must have no `from` and the last no `to`, so that every level has a weight",
            ));
        }
        self.bands
            .iter()
            .enumerate()
            .try_for_each(|(i, band)| band.check(&format!("{at}.bands[{i}]")))?;
        for (index, pair) in self.bands.windows(2).enumerate() {
            let to = pair[0].to;
            let from = pair[1].from;
            match (to, from) {
                (Some(to), Some(from)) if to < from => {
                    return Err(KeyError::at(
                        format!("{at}.bands"),
                        format!("gap, no weight between {to} and {from} (band {index})"),
                    ));
                }
                (Some(to), Some(from)) if to > from => {
                    return Err(KeyError::at(
                        format!("{at}.bands"),
                        format!("overlap, two weights between {from} and {to} (band {index})"),
                    ));
                }
                (Some(_), Some(_)) => {}
                _ => {
                    return Err(KeyError::at(
                        format!("{at}.bands"),
                        format!("band {index} or {} lacks an inner edge", index + 1),
                    ));
                }
            }
        }
        Ok(())
    }
}

impl Band {
    fn weight_at(&self, value: f64) -> f64 {
        match (self.weight_at_to, self.from, self.to) {
            (Some(end), Some(from), Some(to)) => {
                let share = ((value - from) / (to - from)).clamp(0.0, 1.0);
                self.weight + share * (end - self.weight)
            }
            _ => self.weight,
        }
    }

    pub(super) fn check(&self, at: &str) -> Result<(), KeyError> {
        within(at, "weight", self.weight, 0.0, 1.0)?;
        for (key, edge) in [("from", self.from), ("to", self.to)] {
            if let Some(edge) = edge {
                within(at, key, edge, -1e12, 1e12)?;
            }
        }
        if let Some(end) = self.weight_at_to {
            within(at, "weight_at_to", end, 0.0, 1.0)?;
            if self.from.is_none() || self.to.is_none() {
                return Err(KeyError::at(at, "a ramp needs both edges"));
            }
        }
        match (self.from, self.to) {
            (Some(from), Some(to)) if from >= to => Err(KeyError::at(
                at,
                format!("from {from} must be below to {to}"),
            )),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> TierTable {
        let band = |from, to, weight, weight_at_to| Band {
            from,
            to,
            weight,
            weight_at_to,
        };
        TierTable {
            signal: LevelSignal::Vix,
            hysteresis: 1.0,
            dwell_sessions: 3,
            bands: vec![
                band(None, Some(15.0), 1.0 / 3.0, None),
                band(Some(15.0), Some(22.0), 2.0 / 3.0, None),
                band(Some(22.0), Some(25.0), 2.0 / 3.0, Some(1.0)),
                band(Some(25.0), None, 1.0, None),
            ],
        }
    }

    fn walk(values: &[f64]) -> Vec<u8> {
        let table = table();
        let mut regime = None;
        values
            .iter()
            .map(|v| {
                let next = table.next(regime, Some(*v));
                regime = Some(next);
                next.band
            })
            .collect()
    }

    #[test]
    fn a_band_is_left_only_beyond_the_hysteresis_and_after_the_dwell() {
        assert_eq!(walk(&[14.0, 14.0, 14.0, 15.5, 16.1]), [0, 0, 0, 0, 1]);
        assert_eq!(
            walk(&[14.0, 30.0, 30.0, 30.0]),
            [0, 0, 0, 3],
            "the dwell of three sessions holds the band"
        );
    }

    #[test]
    fn a_band_begins_at_its_lower_edge_and_is_left_at_the_end_of_the_hysteresis() {
        let table = table();
        let band = |v| table.next(None, Some(v)).band;
        assert_eq!(
            [band(14.99), band(15.0), band(22.0), band(25.0)],
            [0, 1, 2, 3]
        );
        // Upwards a band is left one point above its upper edge, at that point too.
        assert_eq!(walk(&[14.0, 14.0, 14.0, 15.99]), [0, 0, 0, 0]);
        assert_eq!(walk(&[14.0, 14.0, 14.0, 16.0]), [0, 0, 0, 1]);
        // Downwards one point below its lower edge is not below it yet.
        assert_eq!(walk(&[16.0, 16.0, 16.0, 14.0]), [1, 1, 1, 1]);
        assert_eq!(walk(&[16.0, 16.0, 16.0, 13.99]), [1, 1, 1, 0]);
        // The third session in a band is the last one it must be held.
        assert_eq!(walk(&[14.0, 14.0, 16.0, 16.0]), [0, 0, 0, 1]);
    }

    #[test]
    fn the_ramp_is_linear_and_closed_at_its_ends() {
        let table = table();
        let weight = |v| table.next(None, Some(v)).weight;
        assert!((weight(22.0) - 2.0 / 3.0).abs() < 1e-15);
        assert!((weight(23.5) - 5.0 / 6.0).abs() < 1e-15);
        assert_eq!(weight(25.0), 1.0);
        assert_eq!(weight(-5.0), 1.0 / 3.0);
    }

    #[test]
    fn gaps_and_overlaps_are_errors_that_name_the_hole() {
        let mut gap = table();
        gap.bands[1].to = Some(21.0);
        assert!(
            gap.check("tier")
                .unwrap_err()
                .to_string()
                .contains("between 21 and 22")
        );
        let mut overlap = table();
        overlap.bands[1].to = Some(23.0);
        assert!(
            overlap
                .check("tier")
                .unwrap_err()
                .to_string()
                .contains("overlap")
        );
        let mut open = table();
        open.bands[0].from = Some(0.0);
        assert!(
            open.check("tier")
                .unwrap_err()
                .to_string()
                .contains("no `from`")
        );
        assert_eq!(table().check("tier"), Ok(()));
    }

    #[test]
    fn an_edge_is_a_number() {
        for edge in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            for (from, to) in [(edge, 15.0), (15.0, edge), (edge, edge)] {
                let mut odd = table();
                (odd.bands[0].to, odd.bands[1].from) = (Some(to), Some(from));
                assert!(odd.check("tier").is_err(), "{from} {to}");
            }
        }
    }

    #[test]
    fn edges_belong_to_the_band_above_and_hysteresis_is_left_at_its_edge() {
        // At 15.0 the second band begins; it is left upwards at 22 + 1, and downwards only below 15 - 1.
        assert_eq!(walk(&[14.999, 14.0, 14.0]), [0, 0, 0]);
        assert_eq!(walk(&[15.0, 15.0, 15.0, 22.999]), [1, 1, 1, 1]);
        assert_eq!(walk(&[15.0, 15.0, 15.0, 23.0]), [1, 1, 1, 2]);
        assert_eq!(walk(&[15.0, 15.0, 15.0, 14.0]), [1, 1, 1, 1]);
        assert_eq!(walk(&[15.0, 15.0, 15.0, 13.999]), [1, 1, 1, 0]);
        // Three sessions in it, today's not counted: on the third the band stays, on the fourth it goes.
        assert_eq!(walk(&[14.0, 14.0, 30.0, 30.0]), [0, 0, 0, 3]);
        assert_eq!(walk(&[14.0, 14.0, 14.0, 30.0]), [0, 0, 0, 3]);
        assert_eq!(walk(&[22.0]), [2]);
        assert_eq!(walk(&[25.0]), [3]);
        assert_eq!(walk(&[24.999]), [2]);
    }

    #[test]
    fn a_missing_signal_holds_back() {
        let regime = table().next(None, None);
        assert_eq!((regime.weight, regime.signal), (0.0, None));
        // The session of the first value is the first one in its band, wherever that is.
        for (value, band) in [(14.0, 0), (16.0, 1)] {
            let first = table().next(Some(regime), Some(value));
            assert_eq!((first.band, first.sessions), (band, 1));
        }
        assert_eq!((regime.band, regime.sessions), (0, 0));
    }

    #[test]
    fn a_ramp_that_is_held_beyond_its_edges_keeps_their_weights() {
        let table = table();
        let ramp = table.next(None, Some(24.0));
        let held = |value| table.next(Some(ramp), Some(value));
        assert_eq!((held(25.9).band, held(25.9).weight), (2, 1.0));
        assert_eq!((held(21.1).band, held(21.1).weight), (2, 2.0 / 3.0));
    }
}
