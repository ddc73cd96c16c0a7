//! What is kept of cells and references as bytes, and back.

use chrono::NaiveDate;

use super::{CellResult, Condors, Drawn, Outcome, Reference, StoredRow};
use crate::codec::{Reader, Writer};
use crate::random_timing_baseline::Bought;
use crate::store::Key;

/// Separates the cells of a summary row in a record: no number and no name holds it.
const BETWEEN: char = '\u{1f}';

impl Condors {
    /// Adds its bytes.
    pub fn encode(self, out: &mut Writer) {
        out.number(self.ordered);
        out.number(self.traded);
    }

    /// From its bytes; `None` where they end.
    pub fn decode(input: &mut Reader<'_>) -> Option<Condors> {
        Some(Condors {
            ordered: input.number()?,
            traded: input.number()?,
        })
    }
}

impl Drawn {
    fn encode(self, out: &mut Writer) {
        let mut numbers = vec![self.pnl];
        numbers.extend(self.reduction.map(|reduction| reduction.to_bits() as i64));
        out.column(numbers.into_iter());
    }

    fn decode(input: &mut Reader<'_>) -> Option<Drawn> {
        let numbers = input.column()?;
        let (pnl, reduction) = numbers.split_first()?;
        Some(Drawn {
            pnl: *pnl,
            reduction: reduction.first().map(|bits| f64::from_bits(*bits as u64)),
        })
    }
}

impl CellResult {
    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        // Room for nearly every cell: a gain takes three bytes, a row and what was bought some hundred.
        let rooms = self.outcomes.iter().map(|one| 1_024 + 4 * one.gains.len());
        let mut out = Writer::with_room(64 + rooms.sum::<usize>());
        out.bytes(&self.reference);
        out.number(self.outcomes.len() as u64);
        for outcome in &self.outcomes {
            out.bytes(
                outcome
                    .row
                    .join(BETWEEN.encode_utf8(&mut [0; 4]))
                    .as_bytes(),
            );
            out.column(outcome.gains.iter().copied());
            out.number(outcome.bought.len() as u64);
            for bought in &outcome.bought {
                out.bytes(&bought.baseline);
                out.number(bought.amount.to_bits());
            }
            outcome.at_random.encode(&mut out);
            outcome.condors.encode(&mut out);
        }
        out.finish()
    }

    /// Keys of the records it rests on: its reference and its baselines; `None` where the bytes are not of a cell.
    pub fn rests_on(bytes: &[u8]) -> Option<Vec<Key>> {
        let mut input = Reader::new(bytes);
        let mut keys = vec![input.bytes()?.try_into().ok()?];
        for _ in 0..input.number()? {
            input.bytes()?;
            input.skip_column()?;
            keys.extend(all_bought(&mut input)?.iter().map(|bought| bought.baseline));
            Drawn::decode(&mut input)?;
            Condors::decode(&mut input)?;
        }
        Some(keys)
    }

    /// The rows alone, one per window and hedged arm; `None` where the bytes are not of a cell.
    pub fn rows(bytes: &[u8]) -> Option<Vec<StoredRow<'_>>> {
        let mut input = Reader::new(bytes);
        input.bytes()?;
        let count = input.number()?;
        let mut rows = Vec::new();
        for _ in 0..count {
            let summary = input.text()?.split(BETWEEN).collect();
            input.skip_column()?;
            all_bought(&mut input)?;
            rows.push(StoredRow {
                summary,
                at_random: Drawn::decode(&mut input)?,
                condors: Condors::decode(&mut input)?,
            });
        }
        Some(rows)
    }

    /// The key of its reference and what the hedge of one of `arms` hedged arms added, window by window, from its bytes without the
    /// rest; `None` where they are not of a cell.
    pub fn gains(bytes: &[u8], arm: usize, arms: usize) -> Option<(Key, Vec<Vec<i64>>)> {
        let mut input = Reader::new(bytes);
        let reference = input.bytes()?.try_into().ok()?;
        let mut gains = Vec::new();
        for place in 0..usize::try_from(input.number()?).ok()? {
            input.bytes()?;
            match place % arms == arm {
                true => gains.push(input.column()?),
                false => input.skip_column()?,
            }
            for _ in 0..input.number()? {
                input.bytes()?;
                input.number()?;
            }
            input.skip_column()?;
            Condors::decode(&mut input)?;
        }
        Some((reference, gains))
    }

    /// From its bytes; `None` where they are not of a cell.
    pub fn decode(bytes: &[u8]) -> Option<CellResult> {
        let mut input = Reader::new(bytes);
        let reference = input.bytes()?.try_into().ok()?;
        let count = input.number()?;
        let outcome = |input: &mut Reader<'_>| -> Option<Outcome> {
            let row = input.text()?.split(BETWEEN).map(str::to_string).collect();
            Some(Outcome {
                row,
                gains: input.column()?,
                bought: all_bought(input)?,
                at_random: Drawn::decode(input)?,
                condors: Condors::decode(input)?,
            })
        };
        let outcomes = (0..count)
            .map(|_| outcome(&mut input))
            .collect::<Option<_>>()?;
        Some(CellResult {
            reference,
            outcomes,
        })
    }
}

fn all_bought(input: &mut Reader<'_>) -> Option<Vec<Bought>> {
    let count = input.number()?;
    (0..count)
        .map(|_| {
            let baseline = input.bytes()?.try_into().ok()?;
            Some(Bought {
                baseline,
                amount: f64::from_bits(input.number()?),
            })
        })
        .collect()
}

impl Reference {
    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.number(self.windows.len() as u64);
        for window in &self.windows {
            let mut before = NaiveDate::default();
            let days = window.iter().map(|(date, _)| {
                let days = (*date - before).num_days();
                before = *date;
                days
            });
            out.column(days);
            out.column(window.iter().map(|(_, cents)| *cents));
        }
        out.finish()
    }

    /// From its bytes; `None` where they are not of a reference.
    pub fn decode(bytes: &[u8]) -> Option<Reference> {
        let mut input = Reader::new(bytes);
        let count = input.number()?;
        let window = |input: &mut Reader<'_>| -> Option<Vec<(NaiveDate, i64)>> {
            let mut date = NaiveDate::default();
            let days = input.column()?;
            let dates = days.into_iter().map(|days| {
                date = date.checked_add_signed(chrono::TimeDelta::try_days(days)?)?;
                Some(date)
            });
            let dates = dates.collect::<Option<Vec<_>>>()?;
            Some(dates.into_iter().zip(input.column()?).collect())
        };
        let windows = (0..count)
            .map(|_| window(&mut input))
            .collect::<Option<_>>()?;
        Some(Reference { windows })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gains_are_those_of_the_whole_record() {
        const ARMS: usize = 2;
        let outcome = |place: i64| Outcome {
            row: vec!["2022".into(), format!("arm {place}")],
            gains: (0..5 + place / 2)
                .map(|day| (day - 2) * 70 * (place + 1))
                .collect(),
            bought: (0..place)
                .map(|at| Bought {
                    baseline: [at as u8; 32],
                    amount: 1.5 * at as f64,
                })
                .collect(),
            at_random: Drawn {
                pnl: -place * 1_000,
                reduction: (place % 2 == 0).then_some(0.25),
            },
            condors: Condors {
                ordered: 300,
                traded: place as u64,
            },
        };
        let cell = CellResult {
            reference: [7; 32],
            outcomes: (0..4).map(outcome).collect(),
        };
        let bytes = cell.encode();
        assert_eq!(CellResult::decode(&bytes).as_ref(), Some(&cell));
        for arm in 0..ARMS {
            let own = cell.outcomes.iter().skip(arm).step_by(ARMS);
            let gains = own.map(|outcome| outcome.gains.clone()).collect();
            assert_eq!(CellResult::gains(&bytes, arm, ARMS), Some(([7; 32], gains)));
        }
        for cut in 0..bytes.len() {
            assert_eq!(CellResult::gains(&bytes[..cut], 0, ARMS), None, "{cut}");
        }
    }
}
