//! Means on either side of a flag, with the strata made alike.

/// Values where a flag is set and their counterparts: for each of them the mean of those of its stratum where it is not set.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Matched {
    /// Sum of the values where the flag is set.
    pub on: f64,
    /// Sum of their counterparts.
    pub off: f64,
    /// How many they are.
    pub n: usize,
}

impl Matched {
    /// Of values with a flag and a stratum below `strata`. One whose stratum has no counterpart is left out.
    pub fn of(values: impl Iterator<Item = (bool, usize, f64)>, strata: usize) -> Matched {
        let mut sums = vec![[(0.0, 0_usize); 2]; strata];
        for (flag, stratum, value) in values {
            let side = &mut sums[stratum][usize::from(flag)];
            side.0 += value;
            side.1 += 1;
        }
        let mut matched = Matched::default();
        for [(off, others), (on, n)] in sums {
            if others > 0 {
                matched.on += on;
                matched.off += off / others as f64 * n as f64;
                matched.n += n;
            }
        }
        matched
    }

    /// The two means; none where nothing has a counterpart.
    pub fn means(self) -> Option<(f64, f64)> {
        let n = self.n as f64;
        (self.n > 0).then(|| (self.on / n, self.off / n))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stratum_alone_makes_no_difference() {
        // Every value is that of its stratum, and the flag is never set in the first: raw means differ, matched ones do not.
        let days = [
            (false, 0, -6.0),
            (false, 0, -7.0),
            (false, 1, -1.0),
            (true, 1, -1.0),
            (true, 2, 2.0),
            (false, 2, 1.0),
            (false, 2, 3.0),
        ];
        let matched = Matched::of(days.into_iter(), 3);
        assert_eq!(matched.means(), Some((0.5, 0.5)));
        assert_eq!(matched.n, 2);
    }

    #[test]
    fn what_has_no_counterpart_is_left_out() {
        let days = [(true, 0, 9.0), (true, 1, 4.0), (false, 1, 1.0)];
        let matched = Matched::of(days.into_iter(), 2);
        assert_eq!(matched.means(), Some((4.0, 1.0)));
        assert_eq!(Matched::of([(true, 0, 9.0)].into_iter(), 1).means(), None);
    }
}
