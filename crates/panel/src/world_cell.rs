//! What is kept of a world: every book on every weekday under every arm, and how the market looked.

use stats::paired::Outcome;
use sweep::codec::{Reader, Writer};
use sweep::random_dates::Told;
use worlds::classes::Classes;
use worlds::realism;
use worlds::stress::Stress;

/// Sessions whose P&L is added up, to look at how the condors' is spread.
pub const MONTH: usize = 21;

/// One world, or one span of the dataset told the same way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WorldCell {
    /// The stress it was forced to hold.
    pub forced: Option<Stress>,
    /// Sessions on which its volatility indices were mended.
    pub mended: u64,
    /// As [`realism::Measure::ALL`].
    pub market: Vec<Option<f64>>,
    /// Session by session, the class of the market's state at the close before ([`worlds::classes::Classes`]); of the worlds
    /// of the control only.
    pub classes: Vec<usize>,
    /// Book by book, weekday by weekday.
    pub places: Vec<WorldPlace>,
    /// The same with every VIX option and future at its fair price ([`worlds::fair`]); of the worlds of the control only, where
    /// it is asked for.
    pub fair: Vec<WorldPlace>,
}

/// One book on one weekday in a world (cents).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WorldPlace {
    /// The condors alone, then every hedged arm.
    pub arms: Vec<WorldArm>,
    /// P&L of the condors alone, month by month of 21 sessions.
    pub months: Vec<i64>,
    /// Daily P&L of the condors alone, then what every hedged arm gains over it; of the worlds of the control only.
    pub daily: Vec<Vec<i64>>,
}

/// An arm of a place of a world (cents).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WorldArm {
    /// P&L and drawdown.
    pub told: Told,
    /// Mean of the worst five percent of days.
    pub tail: i64,
    /// Premium spent on hedges.
    pub premium: i64,
}

impl WorldArm {
    /// As an outcome (USD).
    pub fn outcome(&self) -> Outcome {
        let usd = |cents: i64| market::price::Money(cents).usd();
        Outcome {
            pnl_usd: usd(self.told.pnl),
            max_drawdown_usd: usd(self.told.max_drawdown),
            cvar95_usd: usd(self.tail),
        }
    }
}

impl WorldCell {
    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::default();
        let forced = Stress::ALL.iter().position(|s| Some(*s) == self.forced);
        out.number(forced.map_or(0, |place| place as u64 + 1));
        out.number(self.mended);
        // Two numbers a measure: whether it is defined, and its bits.
        let market = self.market.iter().flat_map(|value| {
            let bits = value.unwrap_or(0.0).to_bits() as i64;
            [i64::from(value.is_some()), bits]
        });
        out.column(market.collect::<Vec<i64>>().into_iter());
        out.column(self.classes.iter().map(|class| *class as i64));
        write_places(&mut out, &self.places);
        write_places(&mut out, &self.fair);
        out.finish()
    }

    /// From its bytes; `None` where they are not of a world.
    pub fn decode(bytes: &[u8]) -> Option<WorldCell> {
        let mut input = Reader::new(bytes);
        let forced = match input.number()? {
            0 => None,
            place => Some(*Stress::ALL.get(usize::try_from(place).ok()? - 1)?),
        };
        let mended = input.number()?;
        let market = input.column()?;
        let market: Vec<Option<f64>> = (market.as_chunks::<2>().0.iter())
            .map(|[is_defined, bits]| (*is_defined == 1).then(|| f64::from_bits(*bits as u64)))
            .collect();
        let classes: Option<Vec<usize>> = (input.column()?.into_iter())
            .map(|class| {
                usize::try_from(class)
                    .ok()
                    .filter(|class| *class < Classes::COUNT)
            })
            .collect();
        let places = read_places(&mut input)?;
        let fair = read_places(&mut input)?;
        (market.len() == realism::Measure::ALL.len()).then_some(WorldCell {
            forced,
            mended,
            market,
            classes: classes?,
            places,
            fair,
        })
    }
}

fn write_places(out: &mut Writer, places: &[WorldPlace]) {
    out.number(places.len() as u64);
    for place in places {
        let arms = place
            .arms
            .iter()
            .flat_map(|arm| [arm.told.pnl, arm.told.max_drawdown, arm.tail, arm.premium]);
        out.column(arms.collect::<Vec<i64>>().into_iter());
        out.column(place.months.iter().copied());
        out.number(place.daily.len() as u64);
        for daily in &place.daily {
            out.column(daily.iter().copied());
        }
    }
}

fn read_places(input: &mut Reader<'_>) -> Option<Vec<WorldPlace>> {
    let count = input.number()?;
    (0..count).map(|_| place(input)).collect()
}

fn place(input: &mut Reader<'_>) -> Option<WorldPlace> {
    let arms = input.column()?;
    let months = input.column()?;
    let count = input.number()?;
    let daily = (0..count).map(|_| input.column()).collect::<Option<_>>()?;
    let arm = |[pnl, max_drawdown, tail, premium]: &[i64; 4]| WorldArm {
        told: Told {
            pnl: *pnl,
            max_drawdown: *max_drawdown,
        },
        tail: *tail,
        premium: *premium,
    };
    Some(WorldPlace {
        arms: arms.as_chunks::<4>().0.iter().map(arm).collect(),
        months,
        daily,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_a_cut_record_is_none() {
        let mut market = vec![Some(-0.25); realism::Measure::ALL.len()];
        market[3] = None;
        let arm = |pnl| WorldArm {
            told: Told {
                pnl,
                max_drawdown: -7,
            },
            tail: -3,
            premium: 11,
        };
        let cell = WorldCell {
            forced: Some(Stress::Crash1987),
            mended: 2,
            market,
            classes: vec![0, 124, 7],
            places: vec![
                WorldPlace {
                    arms: vec![arm(5), arm(-6)],
                    months: vec![1, -2, 3],
                    daily: vec![vec![1, 2], vec![-3, 4]],
                },
                WorldPlace::default(),
            ],
            fair: vec![WorldPlace {
                daily: vec![vec![1, 2], vec![-5, 6]],
                ..WorldPlace::default()
            }],
        };
        let bytes = cell.encode();
        assert_eq!(WorldCell::decode(&bytes), Some(cell));
        for cut in 0..bytes.len() {
            assert_eq!(WorldCell::decode(&bytes[..cut]), None, "cut at {cut}");
        }
    }
}
