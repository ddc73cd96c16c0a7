//! `claims.csv`: the outcome claims.

use crate::row::row;

row! {
    /// An outcome claim and what was measured.
    ClaimRow = "claims.csv" {
        /// Its number in the list of claims.
        id: String [""],
        /// The claim in words.
        claim: String [""],
        /// What was claimed.
        claimed: String [""],
        /// What was measured.
        measured: Option<f64> ["see unit"],
        /// Lower end of its interval.
        lo: Option<f64> ["see unit"],
        /// Upper end of its interval.
        hi: Option<f64> ["see unit"],
        /// Observations behind it.
        n: Option<usize> [""],
        /// supported, not supported, inconclusive, not measurable here.
        verdict: String [""],
    } later {
        /// Windows it was measured on.
        window: String [""],
        /// Arms it was measured on; empty where it concerns none.
        arm: String [""],
        /// `fraction`, `usd` or another unit of the measured value.
        unit: String [""],
        /// The rule of the verdict.
        rule: String [""],
        /// What n counts.
        n_counts: String [""],
        /// The least n that the rule asks for.
        minimum_n: Option<usize> [""],
        /// Details, or the reason why there is no value.
        note: String [""],
        /// How the interval was made.
        method: String [""],
    }
}
