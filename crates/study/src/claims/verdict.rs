//! From an interval to a verdict.

use runfile::claims::Claimed;
use stats::interval::Method;

use crate::claims::unmeasured::Unmeasured;

/// The rule of every verdict, printed beside it.
pub const RULE: &str = "supported: the whole interval lies among the claimed values; not supported: none of it does; \
    inconclusive: part of it does, or n is below the least n of the row; without a value or an interval not measurable \
    here, for the reason given";

/// What a measure came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The value of the sample.
    pub value: Option<f64>,
    /// Its interval.
    pub interval: Option<(f64, f64)>,
    /// How the interval was made.
    pub method: Option<Method>,
    /// Observations behind it, in the unit of the measure.
    pub n: usize,
    /// A remark; where there is no value, the reason.
    pub note: String,
}

impl Found {
    /// Nothing, for this reason.
    pub fn not_measurable(reason: &Unmeasured) -> Found {
        Found {
            note: reason.to_string(),
            ..Found::default()
        }
    }

    /// The same with a remark before what it says already.
    pub(super) fn noted(mut self, remark: &str) -> Found {
        self.note = [remark, self.note.as_str()]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join("; ");
        self
    }
}

/// The verdict of [`RULE`].
pub fn verdict(claimed: Claimed, found: &Found, minimum_n: usize) -> &'static str {
    let (Some(_), Some(interval)) = (found.value, found.interval) else {
        return "not measurable here";
    };
    if found.n == 0 {
        return "not measurable here";
    }
    match (claimed.holds_all(interval), claimed.holds_none(interval)) {
        _ if found.n < minimum_n => "inconclusive",
        (true, _) => "supported",
        (_, true) => "not supported",
        _ => "inconclusive",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(claimed: Claimed, lo: f64, hi: f64) -> &'static str {
        let found = Found {
            value: Some(0.5 * (lo + hi)),
            interval: Some((lo, hi)),
            n: 251,
            ..Found::default()
        };
        verdict(claimed, &found, 200)
    }

    #[test]
    fn the_whole_interval_decides() {
        let range = Claimed::Between([0.35, 0.40]);
        assert_eq!(said(range, 0.35, 0.40), "supported");
        assert_eq!(said(range, 0.36, 0.41), "inconclusive");
        assert_eq!(said(range, 0.10, 0.50), "inconclusive");
        assert_eq!(said(range, 0.10, 0.34), "not supported");
        assert_eq!(said(range, 0.41, 0.50), "not supported");
        assert_eq!(said(Claimed::Above(0.0), 0.01, 0.5), "supported");
        assert_eq!(said(Claimed::Above(0.0), 0.0, 0.5), "inconclusive");
        assert_eq!(said(Claimed::Above(0.0), -0.5, 0.0), "not supported");
        assert_eq!(said(Claimed::Below(1.0), 0.2, 0.9), "supported");
        assert_eq!(said(Claimed::Below(1.0), 1.0, 2.0), "not supported");
        assert_eq!(said(Claimed::Below(1.0), 0.2, 1.0), "inconclusive");
        // No difference at all is none, in either direction.
        assert_eq!(said(Claimed::Above(0.0), 0.0, 0.0), "not supported");
    }

    #[test]
    fn no_verdict_without_n_and_interval() {
        let claimed = Claimed::Above(0.0);
        let whole = Found {
            value: Some(0.3),
            interval: Some((0.1, 0.5)),
            n: 30,
            ..Found::default()
        };
        assert_eq!(verdict(claimed, &whole, 30), "supported");
        assert_eq!(
            verdict(claimed, &whole, 31),
            "inconclusive",
            "fewer than the rule asks for"
        );
        let none = "not measurable here";
        assert_eq!(
            verdict(
                claimed,
                &Found {
                    interval: None,
                    ..whole.clone()
                },
                30
            ),
            none
        );
        assert_eq!(
            verdict(
                claimed,
                &Found {
                    value: None,
                    ..whole.clone()
                },
                30
            ),
            none
        );
        assert_eq!(verdict(claimed, &Found { n: 0, ..whole }, 0), none);
        assert_eq!(
            verdict(
                claimed,
                &Found::not_measurable(&Unmeasured::undefined("no")),
                1
            ),
            none
        );
    }
}
