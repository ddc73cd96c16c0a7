//! Values of a Parquet page: definition levels, plain texts, dictionaries (`Encodings.md`).

use indexmap::IndexSet;

use super::thrift::varint;

/// Distinct texts that are always worth a dictionary.
const FEW: usize = 256;

/// Whether each value is there, as definition levels of a data page of version 1: their length, then runs. Rows after the last
/// one told of have no value.
pub(super) fn levels(there: impl ExactSizeIterator<Item = bool>, rows: usize) -> Vec<u8> {
    let mut levels = Vec::with_capacity(rows.max(there.len()));
    levels.extend(there);
    levels.resize(rows, false);
    // Most columns have a value in every row.
    if !levels.contains(&false) {
        return level(true, rows);
    }
    let mut runs = Vec::new();
    runs_of(&levels, 1, &mut runs);
    with_length(runs)
}

/// The levels of a page with a value in every row, or in none: what [`levels`] gives for so many rows, one or more.
pub(super) fn level(there: bool, rows: usize) -> Vec<u8> {
    let mut run = Vec::new();
    varint((rows as u64) << 1, &mut run);
    run.push(u8::from(there));
    with_length(run)
}

fn with_length(mut runs: Vec<u8>) -> Vec<u8> {
    let mut page = (runs.len() as u32).to_le_bytes().to_vec();
    page.append(&mut runs);
    page
}

/// Places in a dictionary of `entries`: the width in bits, then runs.
pub(super) fn hybrid(places: &[u32], entries: usize, out: &mut Vec<u8>) {
    // One entry would need no bit; not every reader expects that.
    let width = (usize::BITS - entries.saturating_sub(1).leading_zeros()).max(1);
    out.push(width as u8);
    runs_of(places, width, out);
}

/// Numbers of `width` bits in the hybrid of runs and packed groups of eight.
///
/// Equal groups become a run, all between runs is packed.
fn runs_of<N: Copy + PartialEq + Into<u32>>(values: &[N], width: u32, out: &mut Vec<u8>) {
    let mut from = 0;
    let mut at = 0;
    while at < values.len() {
        let same = values[at..]
            .iter()
            .take_while(|v| **v == values[at])
            .count();
        // A run pays where it replaces a packed group. It may begin only where the groups before it are whole.
        if same >= 16 || same == values.len() - at {
            let whole = (8 - (at - from) % 8) % 8;
            if same > whole {
                groups(&values[from..at + whole], width, out);
                varint(((same - whole) as u64) << 1, out);
                let bytes = values[at].into().to_le_bytes();
                out.extend(&bytes[..width.div_ceil(8) as usize]);
                from = at + same;
            }
        }
        at += same;
    }
    groups(&values[from..], width, out);
}

/// Packed groups of eight, the last one filled up.
fn groups<N: Copy + Into<u32>>(values: &[N], width: u32, out: &mut Vec<u8>) {
    if !values.is_empty() {
        varint((values.len().div_ceil(8) as u64) << 1 | 1, out);
        let from = out.len();
        packed(values, width, out);
        out.resize(from + values.len().div_ceil(8) * width as usize, 0);
    }
}

/// Numbers of `width` bits one after the other, the lowest bit first.
pub(super) fn packed<N: Copy + Into<u32>>(values: &[N], width: u32, out: &mut Vec<u8>) {
    let mut bits = 0_u64;
    let mut held = 0;
    for value in values {
        bits |= u64::from((*value).into()) << held;
        held += width;
        while held >= 8 {
            out.push(bits as u8);
            bits >>= 8;
            held -= 8;
        }
    }
    if held > 0 {
        out.push(bits as u8);
    }
}

/// The different texts in the order of their first places, and per text its place among them. None where they hardly
/// repeat, and without a text.
pub(super) fn dictionary<'a>(
    texts: impl Iterator<Item = &'a str>,
) -> Option<(Vec<&'a str>, Vec<u32>)> {
    let mut entries: IndexSet<&str> = IndexSet::new();
    let mut places: Vec<u32> = Vec::with_capacity(texts.size_hint().1.unwrap_or_default());
    // Words that many rows share are found by where they stand in memory.
    let mut met: [(&str, u32); SLOTS] = [("", u32::MAX); SLOTS];
    for text in texts {
        let slot = &mut met[slot_of(text)];
        let place = match slot {
            (held, place) if *place != u32::MAX && std::ptr::eq(*held, text) => *place,
            _ => entries.insert_full(text).0 as u32,
        };
        *slot = (text, place);
        places.push(place);
        if entries.len() > FEW && entries.len() > places.len() / 2 {
            return None;
        }
    }
    (!entries.is_empty()).then(|| (entries.into_iter().collect(), places))
}

/// Texts whose places are remembered.
const SLOTS: usize = 64;

/// Where the place of a text is remembered: by its address, which decides nothing but the time it takes.
fn slot_of(text: &str) -> usize {
    let address = text.as_ptr() as usize;
    (address / 8 + address / 512 + text.len()) % SLOTS
}

/// Texts with their lengths before them.
pub(super) fn plain_texts<'a>(texts: impl Iterator<Item = &'a str>, out: &mut Vec<u8>) {
    for text in texts {
        out.extend((text.len() as u32).to_le_bytes());
        out.extend(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(values: &[u32], width: u32) -> Vec<u8> {
        let mut out = Vec::new();
        runs_of(values, width, &mut out);
        out
    }

    #[test]
    fn runs_and_groups_by_hand() {
        assert_eq!(runs(&[1; 20], 1), [40, 1]);
        assert_eq!(runs(&[], 1), [0_u8; 0]);
        // The example of the format: 0 to 7 in three bits.
        let counted: Vec<u32> = (0..8).collect();
        assert_eq!(
            runs(&counted, 3),
            [3, 0b1000_1000, 0b1100_0110, 0b1111_1010]
        );
        // Five values, then a run: three of the run fill the group.
        let mixed: Vec<u32> = [1, 0, 1, 0, 1].into_iter().chain([0; 20]).collect();
        assert_eq!(runs(&mixed, 1), [3, 0b1_0101, 34, 0]);
        assert_eq!(runs(&[1, 0, 1], 1), [3, 0b101]);
    }

    #[test]
    fn texts_that_hardly_repeat_have_no_dictionary() {
        let (entries, places) = dictionary(["b", "a", "b", "b"].into_iter()).unwrap();
        assert_eq!((entries, places), (vec!["b", "a"], vec![0, 1, 0, 0]));
        let many: Vec<String> = (0..1_000).map(|n| n.to_string()).collect();
        assert_eq!(dictionary(many.iter().map(String::as_str)), None);
        let shared: Vec<&str> = (0..2_000).map(|n| many[n * n % 300].as_str()).collect();
        let own: Vec<String> = shared.iter().map(|text| text.to_string()).collect();
        let found = dictionary(shared.iter().copied()).expect("they repeat");
        assert_eq!(Some(found), dictionary(own.iter().map(String::as_str)));
        let twice = many.iter().flat_map(|text| [text.as_str(); 3]);
        assert_eq!(dictionary(twice).unwrap().0.len(), 1_000);
    }
}
