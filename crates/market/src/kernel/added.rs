//! A column with another added to it.

use crate::widest::widest;

widest! {
    /// Adds `factor` times each value to the slot of `column` in the same place, as far as both reach.
    pub add_scaled = add_numbers(column: &mut [f64], factor: f64, values: &[f64])
}

widest! {
    /// The same of whole numbers, which take half the memory.
    pub add_scaled_whole = add_whole(column: &mut [f64], factor: f64, values: &[i32])
}

#[inline(always)]
fn add_numbers(column: &mut [f64], factor: f64, values: &[f64]) {
    add(column, factor, values);
}

#[inline(always)]
fn add_whole(column: &mut [f64], factor: f64, values: &[i32]) {
    add(column, factor, values);
}

#[inline(always)]
fn add<T: Copy + Into<f64>>(column: &mut [f64], factor: f64, values: &[T]) {
    let count = column.len().min(values.len());
    // Short columns, some dozens of sessions: whole vectors first, then the rest one by one.
    let (slots, last_slots) = column[..count].as_chunks_mut::<8>();
    let (values, last_values) = values[..count].as_chunks::<8>();
    for (slots, values) in slots.iter_mut().zip(values) {
        for lane in 0..8 {
            slots[lane] += factor * values[lane].into();
        }
    }
    for (slot, value) in last_slots.iter_mut().zip(last_values) {
        *slot += factor * (*value).into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_with_another_added_has_the_bits_of_the_plain_loop() {
        let numbers = |seed: i32| move |at: i32| f64::from((at * 7919 + seed) % 2_003) / 7.0 - 99.0;
        for count in (0..70).chain([753]) {
            for longer in [0, 5] {
                let column: Vec<f64> = (0..count).map(numbers(3)).collect();
                let values: Vec<f64> = (0..count + longer).map(numbers(11)).collect();
                let mut plain = column.clone();
                for (slot, value) in plain.iter_mut().zip(&values) {
                    *slot += 0.37 * value;
                }
                for add in [add_scaled, add_numbers] {
                    let mut found = column.clone();
                    add(&mut found, 0.37, &values);
                    let same = found.iter().zip(&plain);
                    assert!(same.clone().all(|(a, b)| a.to_bits() == b.to_bits()));
                    // A column that goes on beyond the values keeps what it has there.
                    let mut found = values.clone();
                    add(&mut found, 0.37, &column);
                    assert_eq!(found[count as usize..], values[count as usize..]);
                }
            }
        }
    }

    #[test]
    fn whole_numbers_are_added_as_numbers_are() {
        for count in (0..70).chain([753]) {
            let column: Vec<f64> = (0..count).map(|at| f64::from(at * 31) / 7.0).collect();
            let whole: Vec<i32> = (0..count).map(|at| (at * 7_919_003) ^ i32::MIN).collect();
            let values: Vec<f64> = whole.iter().copied().map(f64::from).collect();
            let mut wanted = column.clone();
            add_numbers(&mut wanted, -0.37, &values);
            for add in [add_scaled_whole, add_whole] {
                let mut found = column.clone();
                add(&mut found, -0.37, &whole);
                let same = found.iter().zip(&wanted);
                assert!(same.clone().all(|(a, b)| a.to_bits() == b.to_bits()));
            }
        }
    }
}
