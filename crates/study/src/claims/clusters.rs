//! How many observations a number really has: sessions that follow each other, or events whose consequences overlap, are
//! one cluster.

/// Blocks of so many observations, at least one.
pub(super) fn blocks(observations: usize, mean: f64) -> usize {
    ((observations as f64 / mean) as usize).max(1)
}

/// Runs of flags that are set, one after the other.
pub(super) fn stretches(flags: &[f64]) -> usize {
    let before = [0.0].into_iter().chain(flags.iter().copied());
    let begins = |(before, now): &(f64, &f64)| *before == 0.0 && **now > 0.0;
    before.zip(flags).filter(begins).count()
}

/// Events that lie more than so many sessions after the last one that was counted.
pub(super) fn apart(flags: &[f64], sessions: usize) -> usize {
    let mut free = 0;
    let mut count = 0;
    for (at, flag) in flags.iter().enumerate() {
        if *flag > 0.0 && at >= free {
            count += 1;
            free = at + sessions + 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_overlaps_is_counted_once() {
        assert_eq!((blocks(251, 21.0), blocks(12, 21.0)), (11, 1));
        let flags = [1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0];
        assert_eq!(stretches(&flags), 3);
        assert_eq!(stretches(&[0.0; 4]), 0);
        // Of the events on 0, 1, 3, 6 and 7 those on 0, 3 and 6 are more than two sessions apart; on 0 and 6 more than three.
        assert_eq!((apart(&flags, 2), apart(&flags, 3)), (3, 2));
        assert_eq!(apart(&[], 20), 0);
    }
}
