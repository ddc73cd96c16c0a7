//! The words of the report, with their formulas (docs/model.md#metrics).

use crate::document::{Block, Section};
use crate::folder::RunFolder;

const TERMS: [(&str, &str); 31] = [
    (
        "Arm",
        "One complete trading policy. All arms of a run share the condors.",
    ),
    (
        "Window",
        "A span of sessions replayed from flat with the starting capital C0.",
    ),
    (
        "Trading equity",
        "E = C0 + cumulative trading P&L net of fees and slippage, without interest.",
    ),
    ("Return on capital", "P&L / C0, over the whole window."),
    (
        "Return on margin",
        "P&L / time-average of the margin net of credits, a year.",
    ),
    ("CAGR", "(E_n / E_0)^(252 / n) − 1, n sessions."),
    (
        "Maximum drawdown",
        "Lowest E_t minus its running peak, E_0 included; in percent: E_t / peak − 1.",
    ),
    (
        "Drawdown reduction",
        "R = 1 − |max drawdown, hedged| / |max drawdown, unhedged|, in dollars on equal capital.",
    ),
    (
        "Interval of R",
        "Percentiles of R over bootstrap draws of paired daily P&L in blocks; both drawdowns computed anew in each draw.",
    ),
    (
        "Draws above 0",
        "Share of the bootstrap draws with R above 0.",
    ),
    (
        "Profit retained",
        "P&L hedged / P&L unhedged; undefined unless the unhedged P&L is above zero.",
    ),
    (
        "Gross premium",
        "Money charged for hedges: option premium; for a VIX future 1000 × max(F − VIX, 0).",
    ),
    ("Salvage", "Money back from hedges: sales and settlements."),
    (
        "Net cost",
        "Gross premium plus costs minus salvage; below zero where the hedge earned.",
    ),
    (
        "Purse",
        "A layer's account: every condor fill credits it, purchases charge it; what is not spent is reported.",
    ),
    (
        "Reduction per net $1,000",
        "R in points of percent for every thousand dollars of net cost.",
    ),
    (
        "Fewer condors (de-leveraged)",
        "Unhedged trading P&L times x, with x such that its maximum drawdown equals the arm's.",
    ),
    (
        "Equal-spend twin",
        "The reference hedge scaled to the gross premium another arm spent. A diagnostic that looks ahead.",
    ),
    (
        "Answered",
        "Hedge P&L on the ten worst condor days / the condors' loss on them.",
    ),
    (
        "Sharpe",
        "mean(r) / sd(r) × √252, r daily returns of trading equity, sd with n − 1.",
    ),
    ("Sortino", "mean(r) × √252 / √mean(min(r, 0)²)."),
    (
        "Calmar",
        "CAGR / |maximum drawdown in percent|, over the window.",
    ),
    (
        "CVaR 95",
        "Mean of the worst int(0.05 × (n − 1)) + 1 daily returns.",
    ),
    (
        "Ulcer",
        "√mean(d²), d the daily drawdown in percent of the peak.",
    ),
    (
        "Beta",
        "cov(p, m) / var(m) over 63 sessions, p daily trading P&L / C0, m daily return of the S&P 500.",
    ),
    (
        "Money at risk of a condor",
        "100 × units × (width of the wider side − credit), points to dollars.",
    ),
    (
        "Break-even multiple",
        "Slippage at which the P&L is zero / the slippage the run paid, on the line through two runs.",
    ),
    (
        "Attribution",
        "P&L = Σ parts, to the cent; by greek: delta·ΔS + ½·gamma·ΔS² + vega·Δσ + theta·Δt + residual.",
    ),
    (
        "Random-timing control",
        "The arm's purchases with the same premium on random dates of the window; seeded draws.",
    ),
    (
        "p of a control",
        "Share of the control's draws that did at least as well as the arm.",
    ),
    (
        "Verdict",
        "Supported, not supported, inconclusive or not measurable here, by the rule printed beside the claims.",
    ),
];

/// Terms with their meaning.
pub fn section(_: &RunFolder) -> Section {
    let terms = TERMS
        .iter()
        .map(|(term, meaning)| ((*term).to_owned(), (*meaning).to_owned()))
        .collect();
    Section {
        id: "glossary",
        title: "Glossary",
        blocks: vec![Block::Terms(terms)],
    }
}
