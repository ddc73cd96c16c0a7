//! What ALVH is said to do, beside what was measured (CLAIMS section 1).
//!
//! **The rule, fixed before any run.** A claim about a number is *supported* if the claimed value (or range) meets the
//! interval and the interval does not contain "no effect"; *inconclusive* if the interval contains both the claimed
//! value and no effect; *not supported* if the claimed value lies outside the interval. No interval, no verdict: then
//! it is *not measurable here*.

use crate::results::{ArmResult, Study, WindowResult};
use crate::tables::{Sheet, ratio};

/// The rule of the verdicts, printed beside them.
const RULE: &str = "supported: the claim meets the interval and no effect lies outside it; inconclusive: both lie inside; \
    not supported: the claim lies outside; without an interval not measurable here";

/// A claim about one number of one arm in one window.
struct Claim {
    id: &'static str,
    text: &'static str,
    window: &'static str,
    arm: &'static str,
    claimed: (f64, f64),
    no_effect: f64,
    measure: fn(&ArmResult) -> Measured,
}

/// A number with its interval.
struct Measured {
    value: Option<f64>,
    lo: Option<f64>,
    hi: Option<f64>,
    n: usize,
}

const CLAIMS: &[Claim] = &[
    Claim {
        id: "O1",
        text: "drawdown reduction of 35 to 40 %",
        window: "2022",
        arm: "always_on",
        claimed: (0.35, 0.40),
        no_effect: 0.0,
        measure: reduction,
    },
    Claim {
        id: "O2",
        text: "2022, all tiers: maximum drawdown 38 % lower",
        window: "2022",
        arm: "always_on",
        claimed: (0.38, 0.38),
        no_effect: 0.0,
        measure: reduction,
    },
    Claim {
        id: "O3",
        text: "2023-24: return on capital trimmed by 22 %",
        window: "2023-2024",
        arm: "always_on",
        claimed: (0.22, 0.22),
        no_effect: 0.0,
        measure: return_cost,
    },
    Claim {
        id: "O6",
        text: "tiered, 2022: drawdown mitigation of 32 to 41 %",
        window: "2022",
        arm: "tiered",
        claimed: (0.32, 0.41),
        no_effect: 0.0,
        measure: reduction,
    },
    Claim {
        id: "O6",
        text: "tiered, 2023-24: 75 to 85 % of unhedged profit preserved",
        window: "2023-2024",
        arm: "tiered",
        claimed: (0.75, 0.85),
        no_effect: 1.0,
        measure: retained,
    },
];

fn reduction(arm: &ArmResult) -> Measured {
    let s = &arm.summary;
    Measured { value: s.drawdown_reduction, lo: s.drawdown_reduction_lo, hi: s.drawdown_reduction_hi, n: s.sessions }
}

fn retained(arm: &ArmResult) -> Measured {
    let s = &arm.summary;
    Measured { value: s.profit_retained, lo: s.profit_retained_lo, hi: s.profit_retained_hi, n: s.sessions }
}

/// `1 - RoC_h / RoC_u` on equal capital is one less the retained profit.
fn return_cost(arm: &ArmResult) -> Measured {
    let kept = retained(arm);
    let flip = |v: Option<f64>| v.map(|v| 1.0 - v);
    Measured { value: flip(kept.value), lo: flip(kept.hi), hi: flip(kept.lo), n: kept.n }
}

/// `claims.csv`: a row for each claim whose window and arm the run has.
pub fn csv(study: &Study) -> String {
    let columns = ["id", "claim", "claimed", "measured", "lo", "hi", "n", "verdict", "window", "arm", "unit", "rule"];
    let mut sheet = Sheet::new(&columns);
    for claim in CLAIMS {
        let Some((window, arm)) = find(study, claim) else { continue };
        let measured = (claim.measure)(arm);
        let claimed = match claim.claimed {
            (lo, hi) if lo == hi => format!("{lo}"),
            (lo, hi) => format!("{lo} to {hi}"),
        };
        sheet.row(vec![
            claim.id.to_string(),
            claim.text.to_string(),
            claimed,
            ratio(measured.value),
            ratio(measured.lo),
            ratio(measured.hi),
            measured.n.to_string(),
            verdict(claim, &measured).to_string(),
            window.window.name.clone(),
            arm.name.clone(),
            "fraction".to_string(),
            RULE.to_string(),
        ]);
    }
    sheet.text()
}

fn find<'s>(study: &'s Study, claim: &Claim) -> Option<(&'s WindowResult, &'s ArmResult)> {
    let window = study.windows.iter().find(|w| w.window.name == claim.window)?;
    Some((window, window.arms.iter().find(|a| a.name == claim.arm)?))
}

fn verdict(claim: &Claim, measured: &Measured) -> &'static str {
    let (Some(lo), Some(hi)) = (measured.lo, measured.hi) else { return "not measurable here" };
    let meets = claim.claimed.0 <= hi && claim.claimed.1 >= lo;
    let none = (lo..=hi).contains(&claim.no_effect);
    match (meets, none) {
        (true, false) => "supported",
        (true, true) => "inconclusive",
        (false, _) => "not supported",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_needs_an_interval_and_an_effect() {
        let claim = &CLAIMS[1];
        let of = |lo, hi| verdict(claim, &Measured { value: Some(0.3), lo, hi, n: 251 });
        assert_eq!(of(Some(0.1), Some(0.5)), "supported");
        assert_eq!(of(Some(-0.1), Some(0.5)), "inconclusive");
        assert_eq!(of(Some(0.05), Some(0.2)), "not supported");
        assert_eq!(of(Some(-0.2), Some(0.1)), "not supported");
        assert_eq!(of(None, None), "not measurable here");
    }
}
