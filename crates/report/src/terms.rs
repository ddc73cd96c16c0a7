//! The words of the report with their meaning: the glossary, and what a reader sees who points at one of them.

/// A term and its meaning, with formulas as docs/model.md#metrics has them.
pub const TERMS: [(&str, &str); 41] = [
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
    (
        "P&L",
        "Profit and loss: the change of trading equity, net of fees and slippage, without interest.",
    ),
    (
        "Worst fall",
        "The maximum drawdown: how far trading equity fell from a peak before it came back. \
         `10 % deeper` is that much more than the unhedged book fell.",
    ),
    (
        "Trading less",
        "Holding fewer condors and no hedge, so that the worst fall is the same. It costs nothing, so a hedge must beat it.",
    ),
    (
        "Interval",
        "Where the number would lie had the days come in another order: resampled in blocks, so that bad weeks stay \
         together. One that includes 0 shows no effect.",
    ),
    (
        "Half spread",
        "Half the distance from bid to ask: what a trade at the market costs against the middle.",
    ),
    (
        "Slippage",
        "What fills cost against the middle of bid and ask, before fees.",
    ),
    (
        "PBO",
        "Probability of backtest overfitting: how often the cell that was best in one half of the time is below the middle \
         in the other half. It ranks cells against each other and says nothing on whether the best one earns.",
    ),
    (
        "Deflated Sharpe",
        "The probability that the Sharpe ratio of the best cell is above what the best of so many worthless ones would show.",
    ),
    (
        "Superior ability",
        "A test whether the best of all cells beats doing nothing, all cells counted. A small p says that it does.",
    ),
    (
        "Wing",
        "Distance between the short and the long strike of one side: the most that side can lose.",
    ),
];

/// Heads of columns and turns of speech that mean a term of another name.
const ALSO: [(&str, &str); 22] = [
    ("max drawdown", "Maximum drawdown"),
    ("deepest fall", "Worst fall"),
    ("worst fall against unhedged", "Worst fall"),
    ("fewer condors", "Trading less"),
    ("p&l of fewer condors", "Fewer condors (de-leveraged)"),
    ("p", "p of a control"),
    ("hedge p&l", "P&L"),
    ("against unhedged", "P&L"),
    ("p&l at mid", "P&L"),
    ("reduction", "Drawdown reduction"),
    ("reduction of the arm", "Drawdown reduction"),
    ("reduction of the control", "Drawdown reduction"),
    ("spent of the copied arm", "Equal-spend twin"),
    ("unspent purse", "Purse"),
    ("purse credited", "Purse"),
    ("premium", "Gross premium"),
    ("answered [%]", "Answered"),
    ("chance", "p of a control"),
    ("90 % interval", "Interval"),
    ("half the spread", "Half spread"),
    ("test for superior ability", "Superior ability"),
    ("deflated sharpe probability", "Deflated Sharpe"),
];

/// Terms that are explained where a sentence uses them.
const SPOKEN: [&str; 8] = [
    "worst fall",
    "trading less",
    "90 % interval",
    "half the spread",
    "PBO",
    "deflated Sharpe",
    "superior ability",
    "answered",
];

/// The term that a head or a turn of speech stands for.
pub fn found(text: &str) -> Option<&'static str> {
    let wanted = text.trim().to_lowercase();
    let other = ALSO
        .iter()
        .find(|(also, _)| *also == wanted)
        .map(|(_, term)| *term);
    let own = TERMS
        .iter()
        .find(|(term, _)| term.to_lowercase() == wanted)
        .map(|(term, _)| *term);
    own.or(other)
}

/// Address of a term on a page.
pub fn address(term: &str) -> String {
    format!(
        "t-{}",
        term.chars()
            .map(|c: char| {
                if c.is_ascii_alphanumeric() {
                    c.to_ascii_lowercase()
                } else {
                    '-'
                }
            })
            .collect::<String>()
            .trim_matches('-')
    )
}

/// The text in pieces, each with the term that it stands for; a term is marked where it comes first.
pub fn pieces(text: &str) -> Vec<(&str, Option<&'static str>)> {
    let lower = text.to_lowercase();
    let mut marks: Vec<(usize, usize, &'static str)> = Vec::new();
    // Lower case of a text whose letters change their length cannot be measured in the text itself.
    for spoken in SPOKEN.iter().filter(|_| lower.len() == text.len()) {
        let place = lower
            .match_indices(&spoken.to_lowercase())
            .find(|(at, hit)| whole(&lower, *at, hit.len()));
        let free =
            |at: usize, end: usize| marks.iter().all(|(from, to, _)| end <= *from || at >= *to);
        if let Some(((at, hit), term)) = place.zip(found(spoken))
            && free(at, at + hit.len())
        {
            marks.push((at, at + hit.len(), term));
        }
    }
    marks.sort_unstable();
    let (mut out, mut from) = (Vec::new(), 0);
    for (at, end, term) in marks {
        out.push((&text[from..at], None));
        out.push((&text[at..end], Some(term)));
        from = end;
    }
    out.push((&text[from..], None));
    out.retain(|(piece, _)| !piece.is_empty());
    out
}

/// Whether a hit is a word of its own.
fn whole(text: &str, at: usize, length: usize) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    !letter(text[..at].chars().next_back()) && !letter(text[at + length..].chars().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_other_name_is_that_of_a_term() {
        for (also, term) in ALSO {
            assert!(
                TERMS.iter().any(|(known, _)| *known == term),
                "{also}: {term}"
            );
        }
        for spoken in SPOKEN {
            assert!(found(spoken).is_some(), "{spoken}");
        }
    }

    #[test]
    fn a_sentence_is_cut_at_its_terms() {
        let found = pieces("The worst fall and the worst falls; PBO.");
        let expected = [
            ("The ", None),
            ("worst fall", Some("Worst fall")),
            (" and the worst falls; ", None),
            ("PBO", Some("PBO")),
            (".", None),
        ];
        assert_eq!(found, expected);
        assert_eq!(
            address("Fewer condors (de-leveraged)"),
            "t-fewer-condors--de-leveraged"
        );
    }
}
