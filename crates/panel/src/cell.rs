//! What is kept of a cell: one book on one weekday in one window, under every arm.

use market::price::Money;
use sweep::cell::Condors;
use sweep::codec::{Reader, Writer};
use sweep::random_dates::Told;

/// One cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// Daily trading P&L of the condors alone (cents).
    pub unhedged: Vec<i64>,
    /// One per hedged arm, in the order of the study.
    pub arms: Vec<ArmCell>,
    /// What the condors alone traded.
    pub condors: Condors,
}

/// A hedged arm of a cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArmCell {
    /// Hedged less unhedged daily P&L (cents).
    pub gains: Vec<i64>,
    /// Its layers.
    pub layers: Vec<LayerCell>,
    /// Whether the condors are those of the unhedged arm, in flows, fees and slippage.
    pub condors_identical: bool,
    /// Intervals within the window, of drawdown reduction and of return given up.
    pub intervals: [Option<(f64, f64)>; 2],
    /// The same purchases at random dates, draw by draw.
    pub random: Vec<Told>,
    /// The arm at each budget of the frontier, with the premium it spent (cents).
    pub budgets: Vec<(Told, i64)>,
    /// Sessions with a sale on a trigger, where a claim asks for them.
    pub unwinds: Vec<i64>,
    /// Layer by layer, cash by calendar day since each purchase (cents), where a claim asks for it.
    pub cash: Vec<Vec<i64>>,
}

/// A hedge layer of an arm of a cell (cents).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LayerCell {
    /// P&L after costs.
    pub pnl: i64,
    /// Premium spent.
    pub premium: i64,
    /// Slippage and fees, never positive.
    pub costs: i64,
    /// Units bought.
    pub units: i64,
    /// Purchases.
    pub purchases: i64,
}

impl ArmCell {
    /// Daily P&L (USD).
    pub fn daily(&self, unhedged: &[i64]) -> Vec<f64> {
        let both = self.gains.iter().zip(unhedged);
        both.map(|(gain, base)| Money(gain + base).usd()).collect()
    }

    /// Premium of all layers.
    pub fn premium(&self) -> i64 {
        self.layers.iter().map(|layer| layer.premium).sum()
    }
}

/// Daily P&L (USD) of a column of cents.
pub fn usd(cents: &[i64]) -> Vec<f64> {
    cents.iter().map(|cents| Money(*cents).usd()).collect()
}

impl Cell {
    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.column(self.unhedged.iter().copied());
        self.condors.encode(&mut out);
        out.number(self.arms.len() as u64);
        for arm in &self.arms {
            out.column(arm.gains.iter().copied());
            let layers = arm.layers.iter().flat_map(|layer| {
                [
                    layer.pnl,
                    layer.premium,
                    layer.costs,
                    layer.units,
                    layer.purchases,
                ]
            });
            out.column(layers.collect::<Vec<i64>>().into_iter());
            out.number(u64::from(arm.condors_identical));
            for interval in arm.intervals {
                let ends = interval.map_or(vec![], |(lo, hi)| vec![lo, hi]);
                out.column(ends.into_iter().map(|end: f64| end.to_bits() as i64));
            }
            let told = arm.random.iter().flat_map(|t| [t.pnl, t.max_drawdown]);
            out.column(told.collect::<Vec<i64>>().into_iter());
            let budgets = arm
                .budgets
                .iter()
                .flat_map(|(told, premium)| [told.pnl, told.max_drawdown, *premium]);
            out.column(budgets.collect::<Vec<i64>>().into_iter());
            out.column(arm.unwinds.iter().copied());
            out.number(arm.cash.len() as u64);
            arm.cash
                .iter()
                .for_each(|by_day| out.column(by_day.iter().copied()));
        }
        out.finish()
    }

    /// From its bytes; `None` where they are not of a cell.
    pub fn decode(bytes: &[u8]) -> Option<Cell> {
        let mut input = Reader::new(bytes);
        let unhedged = input.column()?;
        let condors = Condors::decode(&mut input)?;
        let count = input.number()?;
        let arms = (0..count).map(|_| arm(&mut input)).collect::<Option<_>>()?;
        Some(Cell {
            unhedged,
            arms,
            condors,
        })
    }
}

fn arm(input: &mut Reader<'_>) -> Option<ArmCell> {
    let gains = input.column()?;
    let layers = input.column()?;
    let condors_identical = input.number()? == 1;
    let mut intervals = [None; 2];
    for interval in &mut intervals {
        *interval = match input.column()?.as_slice() {
            [lo, hi] => Some((f64::from_bits(*lo as u64), f64::from_bits(*hi as u64))),
            _ => None,
        };
    }
    let random = input.column()?;
    let budgets = input.column()?;
    let unwinds = input.column()?;
    let count = input.number()?;
    let cash = (0..count).map(|_| input.column()).collect::<Option<_>>()?;
    Some(ArmCell {
        unwinds,
        cash,
        gains,
        layers: layers
            .as_chunks::<5>()
            .0
            .iter()
            .map(|[pnl, premium, costs, units, purchases]| LayerCell {
                pnl: *pnl,
                premium: *premium,
                costs: *costs,
                units: *units,
                purchases: *purchases,
            })
            .collect(),
        condors_identical,
        intervals,
        random: random
            .as_chunks::<2>()
            .0
            .iter()
            .map(|[pnl, fall]| told(*pnl, *fall))
            .collect(),
        budgets: budgets
            .as_chunks::<3>()
            .0
            .iter()
            .map(|[pnl, fall, premium]| (told(*pnl, *fall), *premium))
            .collect(),
    })
}

fn told(pnl: i64, max_drawdown: i64) -> Told {
    Told { pnl, max_drawdown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_a_cut_record_is_none() {
        let arm = ArmCell {
            gains: vec![1, -2, 3],
            layers: vec![LayerCell {
                pnl: -5,
                premium: 7,
                costs: -1,
                units: 3,
                purchases: 2,
            }],
            condors_identical: true,
            intervals: [Some((-0.5, 0.25)), None],
            random: vec![told(4, -9), told(-4, 0)],
            budgets: vec![(told(1, -1), 11)],
            unwinds: vec![4, 90],
            cash: vec![vec![-7, 0, 3], Vec::new()],
        };
        let cell = Cell {
            unhedged: vec![100, -300, 50],
            arms: vec![arm, ArmCell::default()],
            condors: Condors {
                ordered: 51,
                traded: 49,
            },
        };
        let bytes = cell.encode();
        assert_eq!(Cell::decode(&bytes), Some(cell));
        for cut in 0..bytes.len() {
            assert_eq!(Cell::decode(&bytes[..cut]), None, "cut at {cut}");
        }
    }
}
