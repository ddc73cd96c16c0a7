//! Plain numbers of a hedge by the keys that lead to them: what a sweep varies ten thousand times.
//!
//! Reading a policy as a table gives the same; it costs hundreds of times as much.

use crate::hedge::Hedge;
use crate::tier::Tier;

/// A plain number of a hedge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HedgeNumber {
    /// `budget_fraction_of_credit`.
    Budget,
    /// `tier.hysteresis`.
    Hysteresis,
    /// `tier.bands.N.from`.
    BandFrom(usize),
    /// `tier.bands.N.to`.
    BandTo(usize),
    /// `tier.bands.N.weight`.
    BandWeight(usize),
    /// `tier.bands.N.weight_at_to`.
    BandWeightAtTo(usize),
    /// `layers.N.share`.
    Share(usize),
}

impl HedgeNumber {
    /// The number that dotted keys below a policy lead to; `None` where it is none of these.
    pub fn at(keys: &str) -> Option<HedgeNumber> {
        let keys: Vec<&str> = keys.split('.').collect();
        let number = |place: &str| place.parse::<usize>().ok();
        Some(match keys[..] {
            ["budget_fraction_of_credit"] => HedgeNumber::Budget,
            ["tier", "hysteresis"] => HedgeNumber::Hysteresis,
            ["tier", "bands", band, "from"] => HedgeNumber::BandFrom(number(band)?),
            ["tier", "bands", band, "to"] => HedgeNumber::BandTo(number(band)?),
            ["tier", "bands", band, "weight"] => HedgeNumber::BandWeight(number(band)?),
            ["tier", "bands", band, "weight_at_to"] => HedgeNumber::BandWeightAtTo(number(band)?),
            ["layers", layer, "share"] => HedgeNumber::Share(number(layer)?),
            _ => return None,
        })
    }
}

impl Hedge {
    /// Puts a value in the place of a number, unchecked; `None` where the hedge has no such place.
    pub fn set_number(&mut self, number: HedgeNumber, value: f64) -> Option<()> {
        let table = match &mut self.tier {
            Tier::Table(table) => Some(table),
            Tier::Always => None,
        };
        match number {
            HedgeNumber::Budget => self.budget_fraction_of_credit = value,
            HedgeNumber::Hysteresis => table?.hysteresis = value,
            HedgeNumber::BandFrom(band) => table?.bands.get_mut(band)?.from = Some(value),
            HedgeNumber::BandTo(band) => table?.bands.get_mut(band)?.to = Some(value),
            HedgeNumber::BandWeight(band) => table?.bands.get_mut(band)?.weight = value,
            HedgeNumber::BandWeightAtTo(band) => {
                table?.bands.get_mut(band)?.weight_at_to = Some(value);
            }
            HedgeNumber::Share(layer) => self.layers.get_mut(layer)?.share = value,
        }
        Some(())
    }
}
