//! The first pass over the configurations of a part of a sweep, kept beside its cells until all parts are there.

use std::collections::BTreeMap;
use std::ops::Range;

use stats::contest::Part;
use stats::overfit::Leaders;
use stats::walk_forward::Choices;
use stats::words::{WordReader, Words};

use super::{PassResult, Sharpes};
use crate::store::{Key, LONGEST, NO_TRIAL, Store, StoreError, key};

/// Version of the record.
const LAYOUT: u64 = 1;
/// Bytes of a word.
const WORD: usize = 8;

/// What a part found out about its configurations, numbered from 0 on in each part.
#[derive(Clone, Debug)]
pub struct Judged {
    /// How many configurations it has.
    pub configurations: usize,
    /// Where its windows lie in a series.
    pub windows: Vec<Range<usize>>,
    /// The first pass; none without a configuration.
    words: Vec<u64>,
}

/// The key under which part `index` of `of` is kept.
fn key_of(index: usize, of: usize) -> Key {
    let [index, of] = [index, of].map(|number| (number as u64).to_le_bytes());
    key(&[b"judged part of a sweep", &index, &of])
}

impl Judged {
    /// Of a part.
    pub fn new(
        configurations: usize,
        windows: &[Range<usize>],
        luck: Option<&PassResult>,
    ) -> Judged {
        let mut words = Words::default();
        words.maybe(luck, |out, luck| luck.write(out));
        Judged {
            configurations,
            windows: windows.to_vec(),
            words: words.finish(),
        }
    }

    /// Keeps it in the store of part `index` of `of`. That of more than eight million configurations is longer than a record may
    /// be and is not kept: whoever joins the parts judges them.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn keep(&self, store: &Store, index: usize, of: usize) -> Result<(), StoreError> {
        let mut out = Words::default();
        out.number(LAYOUT);
        out.number(self.configurations as u64);
        out.number(self.windows.len() as u64);
        for window in &self.windows {
            out.number(window.start as u64);
            out.number(window.end as u64);
        }
        let head = out.finish();
        let bytes: Vec<u8> = (head.iter().chain(&self.words))
            .flat_map(|word| word.to_le_bytes())
            .collect();
        if bytes.len() > LONGEST {
            return Ok(());
        }
        store.append(&key_of(index, of), &NO_TRIAL, &bytes)
    }

    /// Whether a store has that of part `index` of `of`.
    pub fn is_kept(store: &Store, index: usize, of: usize) -> bool {
        store.has(&key_of(index, of))
    }

    /// That of a part, as it is stored.
    fn read(bytes: &[u8]) -> Option<Judged> {
        let words = bytes.as_chunks::<WORD>().0;
        let words: Vec<u64> = words.iter().map(|word| u64::from_le_bytes(*word)).collect();
        let mut input = WordReader::new(&words);
        if input.number()? != LAYOUT {
            return None;
        }
        let configurations = input.count()?;
        let count = input.count()?;
        let windows = (0..count)
            .map(|_| Some(input.count()?..input.count()?))
            .collect::<Option<_>>()?;
        Some(Judged {
            configurations,
            windows,
            words: input.rest().to_vec(),
        })
    }

    /// The first pass over all configurations and their Sharpe ratios, from what the parts of a sweep found; `None` where one of
    /// the `of` parts is not in the store, or they are not parts of these configurations over these windows.
    ///
    /// # Errors
    /// Where the store cannot be read, or a file not written.
    pub fn joined(
        store: &Store,
        of: usize,
        configurations: usize,
        windows: &[Range<usize>],
    ) -> Result<Option<(PassResult, Sharpes)>, StoreError> {
        let mut sharpes = Sharpes::new(store.folder());
        let mut whole: Option<PassResult> = None;
        let mut first = 0;
        for index in 0..of {
            let bytes = store.get(&key_of(index, of))?;
            let Some(part) = bytes.as_deref().and_then(Judged::read) else {
                return Ok(None);
            };
            if part.configurations > 0 {
                let Some(luck) = part.luck(first, windows) else {
                    return Ok(None);
                };
                let mut joined = match whole {
                    Some(whole) => whole.join(luck),
                    None => luck,
                };
                sharpes.take(&mut joined.sharpe)?;
                whole = Some(joined);
            }
            first += part.configurations;
        }
        Ok(whole
            .filter(|_| first == configurations)
            .map(|whole| (whole, sharpes)))
    }

    /// The first pass over its configurations, numbered from `first` on; `None` where it is not one over these windows.
    fn luck(&self, first: usize, windows: &[Range<usize>]) -> Option<PassResult> {
        let mut input = WordReader::new(&self.words);
        let luck = input.maybe(|input| PassResult::read(input, first))??;
        (input.is_done() && self.windows == windows).then_some(luck)
    }
}

impl PassResult {
    fn write(&self, out: &mut Words) {
        out.number(self.sharpe.len() as u64);
        for (first, group) in &self.sharpe {
            out.number(*first as u64);
            out.fractions(group);
        }
        out.number(self.leaders.len() as u64);
        for leaders in &self.leaders {
            out.maybe(leaders.as_ref(), |out, leaders| leaders.write(out));
        }
        for part in [&self.unhedged, &self.deleveraged, &self.random] {
            out.maybe(part.as_ref(), |out, part| part.write(out));
        }
        out.number(self.choices.len() as u64);
        self.choices.iter().for_each(|choices| choices.write(out));
    }

    fn read(input: &mut WordReader<'_>, first: usize) -> Option<PassResult> {
        let groups = input.count()?;
        let sharpe: BTreeMap<usize, Vec<f64>> = (0..groups)
            .map(|_| Some((input.count()?.checked_add(first)?, input.fractions()?)))
            .collect::<Option<_>>()?;
        let spans = input.count()?;
        let leaders = (0..spans)
            .map(|_| input.maybe(|input| Leaders::read(input, first as u64)))
            .collect::<Option<_>>()?;
        let mut part = || input.maybe(|input| Part::read(input, first));
        let [unhedged, deleveraged, random] = [part()?, part()?, part()?];
        let walks = input.count()?;
        Some(PassResult {
            sharpe,
            leaders,
            unhedged,
            deleveraged,
            random,
            choices: (0..walks)
                .map(|_| Choices::read(input, first))
                .collect::<Option<_>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use stats::bootstrap::Plan;
    use stats::contest::Resamples;
    use stats::overfit::BlockSums;
    use stats::ratios::session_sharpe;
    use stats::walk_forward::{Fold, Memory, folds};

    use super::*;

    const SESSIONS: usize = 60;
    const BLOCKS: usize = 6;

    /// Daily results without a pattern; the second and the eleventh configuration are one, and the seventh never varies.
    fn series(number: usize) -> Vec<f64> {
        let number = if number == 10 { 1 } else { number };
        let day = |t: usize| match number {
            6 => 1.0,
            _ => ((t * 37 + number * 101 + t * t * (number + 3)) % 211) as f64 - 100.0,
        };
        (0..SESSIONS).map(day).collect()
    }

    fn luck(numbers: Range<usize>, first: usize) -> PassResult {
        let all: Vec<Vec<f64>> = numbers.map(series).collect();
        let slices: Vec<&[f64]> = all.iter().map(Vec::as_slice).collect();
        let plan = Plan {
            draws: 50,
            mean_block_sessions: 7.0,
            seed: 3,
        };
        let part = Part::of(&slices, first, &Resamples::new(SESSIONS, &plan));
        let walk: Vec<Fold> = folds(SESSIONS, 20, 2, 10, Memory::Rolling);
        let mut choices = Choices::none(&walk);
        for (place, series) in slices.iter().enumerate() {
            choices.consider(&walk, first + place, series);
        }
        let sums = slices.iter().map(|series| BlockSums::of(series, BLOCKS));
        let mut leaders = Leaders::none(BLOCKS);
        leaders.consider(first as u64, &sums.collect::<Vec<_>>());
        let sharpe = slices
            .iter()
            .map(|series| session_sharpe(series).unwrap_or(f64::NAN));
        PassResult {
            sharpe: BTreeMap::from([(first, sharpe.collect())]),
            leaders: vec![Some(leaders), None],
            unhedged: part.clone(),
            deleveraged: None,
            random: part,
            choices: vec![choices],
        }
    }

    /// All of it but how it lies in groups.
    fn told(mut luck: PassResult, mut sharpes: Sharpes) -> (Vec<(usize, u64)>, Vec<u64>) {
        sharpes.take(&mut luck.sharpe).expect("a place");
        assert!(luck.sharpe.is_empty(), "all of them go on from the first");
        let sharpes = sharpes.iter().map(|one| one.expect("read"));
        let sharpes = sharpes.map(|(number, sharpe)| (number, sharpe.to_bits()));
        let mut words = Words::default();
        luck.write(&mut words);
        (sharpes.collect(), words.finish())
    }

    #[test]
    fn parts_join_to_the_pass_over_all() {
        const ALL: usize = 23;
        let folder = std::env::temp_dir().join(format!("alvh-kept-{}", std::process::id()));
        let windows = [0..40, 40..SESSIONS];
        let whole = told(luck(0..ALL, 0), Sharpes::new(&folder));
        for of in [1, 3, 10, 40] {
            let store = Store::open(&folder.join(format!("{of}.store"))).expect("a store");
            let joined = |of, all, windows: &[Range<usize>]| {
                Judged::joined(&store, of, all, windows).expect("read")
            };
            for index in 0..of {
                let own = ALL * index / of..ALL * (index + 1) / of;
                let count = own.len();
                assert!(joined(of, ALL, &windows).is_none(), "one is missing");
                let found = (count > 0).then(|| luck(own, 0));
                let judged = Judged::new(count, &windows, found.as_ref());
                judged.keep(&store, index, of).expect("kept");
            }
            let (luck, sharpes) = joined(of, ALL, &windows).expect("all parts");
            assert!(told(luck, sharpes) == whole, "{of} parts");
            let others = [
                joined(of, ALL + 1, &windows),
                joined(of + 1, ALL, &windows),
                joined(of, ALL, &windows[..1]),
            ];
            assert!(others.iter().all(Option::is_none));
        }
        std::fs::remove_dir_all(&folder).expect("the folder goes");
    }
}
