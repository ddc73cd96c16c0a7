//! Does the hedge pay? The one answer of a run, from the numbers of `summary.csv`.
//!
//! A *case* is one hedged arm in one window. It is better than trading less where it made the worst fall shallower and
//! left more money than a book of fewer condors with the same worst fall would have, or cost nothing. It is worse where
//! the fall became deeper or that smaller book left as much. A case whose fall became deeper while it earned more is
//! neither.

use crate::folder::{FEW_TRADES, Placed, RunFolder};
use crate::number::{self, Dollars, Money};
use crate::words::{about, about_fall, listed};
use tables::SummaryRow;

/// From this many windows on, they are told together.
pub const MANY: usize = 3;

/// What became of one window.
#[derive(Clone, Debug, PartialEq)]
pub struct WindowVerdict {
    /// Name of the window.
    pub name: String,
    /// Least and most trading P&L a hedge cost; negative where it added `[USD]`.
    pub cost: Option<(Money, Money)>,
    /// Least and most reduction of the worst fall `[fraction]`; negative where it became deeper.
    pub reduction: Option<(f64, f64)>,
    /// Cases whose fall became shallower.
    pub shallower: usize,
    /// Cases.
    pub cases: usize,
    /// Packages the unhedged book closed.
    pub trades: Option<usize>,
}

/// The answer of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// By window, in the order of the run.
    pub windows: Vec<WindowVerdict>,
    /// Hedged arms.
    pub hedges: usize,
    /// Cases with a defined fall and P&L.
    pub cases: usize,
    /// Cases better than trading less.
    pub better: usize,
    /// Cases worse than trading less, or not better than it.
    pub worse: usize,
    /// Cases whose interval of the reduction excludes 0.
    pub sure: usize,
}

/// The word that answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Every case is better than trading less, and every interval excludes 0.
    Yes,
    /// No case is better than trading less.
    No,
    /// Some are, or they are and an interval includes 0.
    Partly,
    /// There is no case, or nothing was traded.
    CannotTell,
}

impl Verdict {
    /// Judges a run; `None` where it has no hedged arm or nothing to compare with.
    pub fn of(run: &RunFolder) -> Option<Verdict> {
        let base = run.unhedged()?;
        let policies = run.policies();
        if policies.is_empty() {
            return None;
        }
        let mut verdict = Verdict {
            windows: Vec::new(),
            hedges: policies.len(),
            cases: 0,
            better: 0,
            worse: 0,
            sure: 0,
        };
        for (window, named) in run.manifest.windows.iter().enumerate() {
            let unhedged = run.summary_of(window, base);
            let rows: Vec<&Placed<SummaryRow>> = policies
                .iter()
                .filter_map(|&arm| run.summary_of(window, arm))
                .collect();
            let mut seen = WindowVerdict {
                name: named.name.clone(),
                cost: None,
                reduction: None,
                shallower: 0,
                cases: 0,
                trades: unhedged.and_then(|row| row.trades),
            };
            for row in rows {
                verdict.case(&mut seen, row, unhedged.and_then(|row| row.pnl_usd));
            }
            verdict.windows.push(seen);
        }
        Some(verdict)
    }

    fn case(&mut self, window: &mut WindowVerdict, row: &Placed<SummaryRow>, base: Option<Money>) {
        let Some(((own, base), reduction)) = row.pnl_usd.zip(base).zip(row.drawdown_reduction)
        else {
            return;
        };
        let cost = base - own;
        let wider = |span: Option<(Money, Money)>| match span {
            None => (cost, cost),
            Some((least, most)) => (least.min(cost), most.max(cost)),
        };
        window.cost = Some(wider(window.cost));
        window.reduction = Some(match window.reduction {
            None => (reduction, reduction),
            Some((least, most)) => (least.min(reduction), most.max(reduction)),
        });
        window.cases += 1;
        window.shallower += usize::from(reduction > 0.0);
        self.cases += 1;
        let interval = row.drawdown_reduction_lo.zip(row.drawdown_reduction_hi);
        self.sure += usize::from(interval.is_some_and(|(lo, hi)| lo > 0.0 || hi < 0.0));
        let free = cost <= Money::ZERO;
        let beats_less = row.deleveraged_pnl_usd.is_some_and(|less| own > less);
        if reduction > 0.0 && (free || beats_less) {
            self.better += 1;
        } else if reduction > 0.0 || !free {
            self.worse += 1;
        }
    }

    /// The word that answers.
    pub fn answer(&self) -> Answer {
        let traded = self.windows.iter().any(|w| w.trades.is_none_or(|n| n > 0));
        if self.cases == 0 || !traded {
            Answer::CannotTell
        } else if self.better == 0 {
            Answer::No
        } else if self.better == self.cases && self.sure == self.cases {
            Answer::Yes
        } else {
            Answer::Partly
        }
    }

    /// Windows in which the unhedged book closed fewer than ten packages: name and number.
    pub fn thin(&self) -> Vec<(&str, usize)> {
        let counted = self
            .windows
            .iter()
            .filter_map(|w| Some((w.name.as_str(), w.trades?)));
        counted.filter(|(_, n)| *n < FEW_TRADES).collect()
    }

    /// The answer in a word or two, and the sentence that says why: what the first hedge of the run file cost and did to
    /// the worst fall, then how many of all hedges were better than trading less.
    pub fn words(&self, run: &RunFolder) -> (String, String) {
        let answer = match self.answer() {
            Answer::Yes => "Yes.",
            Answer::No => "No.",
            Answer::Partly => "Not shown.",
            Answer::CannotTell => {
                let why = "No hedged book traded, or its worst fall is undefined.";
                return ("It cannot be told.".to_owned(), why.to_owned());
            }
        };
        let lead = run.policies().first().map(|&arm| first(run, arm));
        let cases = match (self.hedges, self.cases) {
            (1, _) => format!(
                "It was better than trading less in {} of {} windows.",
                none_or(self.better),
                self.cases
            ),
            (hedges, cases) => format!(
                "Of all {hedges} hedges in {}, {} of {cases} cases were better than trading less.",
                number::counted(self.windows.len(), "window"),
                none_or(self.better)
            ),
        };
        let why = [lead.unwrap_or_default(), cases];
        (answer.to_owned(), why.join(" ").trim().to_owned())
    }
}

fn none_or(count: usize) -> String {
    match count {
        0 => "none".to_owned(),
        n => number::count(n),
    }
}

/// `4/4/2, always on cost $57k in 2022 and $114k in 2023-2024, and made the worst fall 10 % and 14 % deeper.`
fn first(run: &RunFolder, arm: usize) -> String {
    let cases = cases(run, arm);
    if cases.is_empty() {
        return String::new();
    }
    if cases.len() > MANY {
        return together_of(run, arm, &cases);
    }
    let fell = |case: &Case| about_fall(case.reduction);
    format!(
        "{} {}; it made the worst fall {}.",
        run.label(arm),
        joined(
            &cases
                .iter()
                .map(|case: &Case| {
                    let verb = if case.cost < Money::ZERO {
                        "added"
                    } else {
                        "cost"
                    };
                    (verb, format!("{} in {}", about(case.cost), case.window))
                })
                .collect::<Vec<_>>()
        ),
        alike(&cases, &fell)
    )
}

/// One hedge in one window.
struct Case<'a> {
    window: &'a str,
    cost: Money,
    reduction: f64,
}

fn cases(run: &RunFolder, arm: usize) -> Vec<Case<'_>> {
    (0..run.manifest.windows.len())
        .filter_map(|window: usize| {
            let row = run.summary_of(window, arm)?;
            let base = run.summary_of(window, run.unhedged()?)?;
            Some(Case {
                window: &run.manifest.windows[window].name,
                cost: base.pnl_usd? - row.pnl_usd?,
                reduction: row.drawdown_reduction?,
            })
        })
        .collect()
}

fn together_of(run: &RunFolder, arm: usize, cases: &[Case<'_>]) -> String {
    let cost: Money = cases.iter().map(|case| case.cost).sum();
    let deeper = cases.iter().filter(|case| case.reduction < 0.0).count();
    format!(
        "{} {} {} over {} windows and made the worst fall deeper in {deeper} of them.",
        run.label(arm),
        if cost < Money::ZERO { "added" } else { "cost" },
        about(cost),
        cases.len()
    )
}

/// Verbs with their objects, a verb once where it repeats: `cost $57k in 2022 and $114k in 2023`.
fn joined(parts: &[(&str, String)]) -> String {
    let mut verb = "";
    let said = parts.iter().map(|(own, object)| {
        let words = if *own == verb {
            object.clone()
        } else {
            format!("{own} {object}")
        };
        verb = own;
        words
    });
    listed(&said.collect::<Vec<String>>())
}

/// `10 % and 14 % deeper` where all say the same, else each with its window.
fn alike(cases: &[Case<'_>], said: &dyn Fn(&Case<'_>) -> String) -> String {
    let words: Vec<String> = cases.iter().map(said).collect();
    for end in [" deeper", " shallower"] {
        let sizes: Option<Vec<String>> = words
            .iter()
            .map(|word| word.strip_suffix(end).map(str::to_owned))
            .collect();
        if let Some(sizes) = sizes {
            return format!("{}{end}", listed(&sizes));
        }
    }
    let each: Vec<String> = words
        .iter()
        .zip(cases)
        .map(|(word, case)| format!("{word} in {}", case.window))
        .collect();
    listed(&each)
}

/// What the hedges of a window cost and did to the worst fall.
pub fn of_window(window: &WindowVerdict) -> String {
    let Some(((least, most), (deepest, best))) = window.cost.zip(window.reduction) else {
        return "no hedge can be compared".to_owned();
    };
    let cost = match (least > Money::ZERO, most < Money::ZERO) {
        (true, _) => format!("hedges cost {}", span(least, most)),
        (_, true) => format!("hedges added {}", span(most, least)),
        _ => format!(
            "hedges cost up to {}, added up to {}",
            about(most),
            about(least)
        ),
    };
    let fall = match (deepest > 0.0, best < 0.0) {
        (true, _) => format!("{} shallower", percents(deepest, best)),
        (_, true) => format!("{} deeper", percents(-best, -deepest)),
        _ => format!(
            "{} % deeper to {} % shallower",
            number::percent(-deepest),
            number::percent(best)
        ),
    };
    format!("{cost}; worst fall {fall}")
}

fn span(least: Money, most: Money) -> String {
    match least == most {
        true => about(least),
        false => format!("{} to {}", about(least), about(most)),
    }
}

fn percents(least: f64, most: f64) -> String {
    let low = number::percent(least);
    let high = number::percent(most);
    match low == high {
        true => format!("{low} %"),
        false => format!("{low} to {high} %"),
    }
}

/// The same over all windows.
pub fn together(verdict: &Verdict) -> String {
    let shallower: usize = verdict.windows.iter().map(|w| w.shallower).sum();
    let costs: Vec<(Money, Money)> = verdict.windows.iter().filter_map(|w| w.cost).collect();
    let least = costs.iter().map(|(least, _)| *least).min();
    let most = costs.iter().map(|(_, most)| *most).max();
    let cost = least.zip(most).map_or(String::new(), |(least, most)| {
        format!("cost ${} to ${} a window; ", least.whole(), most.whole())
    });
    format!(
        "{cost}worst fall shallower in {shallower} of {} cases",
        verdict.cases
    )
}

/// How often the interval decides, and on which prices.
pub fn how_sure(run: &RunFolder, verdict: &Verdict) -> String {
    let mut parts = vec![format!(
        "the {} interval of the fall excludes 0 in {} of {}",
        run.level(),
        verdict.sure,
        verdict.cases
    )];
    parts.push(match run.manifest.prices.as_str() {
        "model" => "option prices modelled, not quoted".to_owned(),
        other => format!("option prices: {other}"),
    });
    let thin: Vec<String> = verdict
        .thin()
        .iter()
        .map(|(name, n)| format!("{name} has only {}", number::counted(*n, "trade")))
        .collect();
    parts.extend((!thin.is_empty()).then(|| thin.join(", ")));
    parts.join("; ")
}
