//! Stationary bootstrap of many arms at once.
//!
//! A [`Panel`] holds the daily P&L of several books over the same sessions: the unhedged one, the arms, the controls. A
//! draw chooses sessions once ([`crate::blocks`]) and applies the choice to all, so every comparison of two books is
//! paired, and comparing arms costs no further draws. Per draw the books' [`Outcome`]s are kept, nothing else; any
//! [`Measure`](crate::paired::Measure) of any two books follows from them, with the de-leveraged control refitted in each draw.
//!
//! One year holds 12 to 30 condor cycles: expect wide intervals, and count windows, not draws, as observations.

mod drawn_book;
mod draws;
mod walk;

use std::ops::Range;

use crate::blocks::{DrawnBlocks, Run, StationaryBlocks, count_runs, runs_of};
use crate::paired::Outcome;
use crate::ratios::tail_sessions;
use crate::stretches::{STRETCHES, Sums};

pub use drawn_book::DrawnBook;
pub use draws::Draws;
use walk::walk;

/// How to resample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// Number of draws; 2,000 or more for a 90% interval.
    pub draws: usize,
    /// Mean block length (sessions); 21 is a month, with 5 and 63 as sensitivity.
    pub mean_block_sessions: f64,
    /// Seed of all random streams.
    pub seed: u64,
}

/// Books that are advanced together. Four fit two SSE2 registers or one of AVX; padding wastes at most three.
const LANES: usize = 4;

/// Daily P&L of several books over the same sessions.
#[derive(Clone, Debug)]
pub struct Panel {
    series: usize,
    sessions: usize,
    /// For each group of [`LANES`] books its days, the books of one day side by side.
    groups: Vec<Vec<[f64; LANES]>>,
    /// For each book its sessions from worst to best, with the P&L: the tail of a draw is read off in this order.
    worst_first: Vec<Vec<(u32, f64)>>,
}

/// A book as it was.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Sample {
    sessions: usize,
    outcome: Outcome,
    sums: Sums,
}

impl Panel {
    /// Books by their daily P&L (USD per session). By convention the unhedged book comes first.
    ///
    /// # Panics
    /// If there is no book or no session, if lengths differ, or if a value is not finite.
    pub fn new(books: &[&[f64]]) -> Panel {
        let sessions = books
            .first()
            .expect("a panel needs at least one book")
            .len();
        assert!(sessions > 0, "a panel needs at least one session");
        assert!(
            books.iter().all(|book| book.len() == sessions),
            "all books must cover the same sessions"
        );
        assert!(
            books
                .iter()
                .all(|book| book.iter().all(|day| day.is_finite())),
            "daily P&L must be finite"
        );
        Panel {
            series: books.len(),
            sessions,
            groups: books.chunks(LANES).map(side_by_side).collect(),
            worst_first: books.iter().map(|book| worst_first(book)).collect(),
        }
    }

    /// Number of books.
    pub fn books(&self) -> usize {
        self.series
    }

    /// Number of sessions.
    pub fn sessions(&self) -> usize {
        self.sessions
    }

    /// The outcome of every book over these sessions, in this order; a session may come more than once.
    ///
    /// # Panics
    /// If an index is beyond the last session.
    pub fn outcomes(&self, indices: &[u32]) -> Vec<Outcome> {
        let runs = runs_of(indices);
        let mut counts = vec![0; self.sessions];
        count_runs(&runs, &mut counts);
        let mut found = Vec::with_capacity(self.series);
        for (group, days) in self.groups.iter().enumerate() {
            let (levels, max_drawdown) = walk(days, &runs);
            let books = group * LANES..((group + 1) * LANES).min(self.series);
            found.extend(books.enumerate().map(|(lane, book)| Outcome {
                pnl_usd: levels[STRETCHES][lane],
                max_drawdown_usd: max_drawdown[lane],
                cvar95_usd: tail_mean(&self.worst_first[book], &counts, indices.len()),
            }));
        }
        found
    }

    /// All draws of `plan` on the calling thread.
    pub fn draw_all(&self, plan: &Plan) -> Draws {
        self.draw(plan, 0..plan.draws)
    }

    /// The draws of `plan` numbered `range`. Parts computed on different threads go into [`Draws::combine`]; the result
    /// is the same for every partition.
    ///
    /// # Panics
    /// If `range` reaches beyond the plan.
    pub fn draw(&self, plan: &Plan, range: Range<usize>) -> Draws {
        assert!(
            range.end <= plan.draws,
            "draws {range:?} of a plan with {}",
            plan.draws
        );
        let blocks = StationaryBlocks::new(self.sessions, plan.mean_block_sessions, plan.seed);
        let mut draws = self.no_draws(range.start, range.len());
        let mut runs = Vec::new();
        let mut counts = vec![0; self.sessions];
        for number in range.clone() {
            runs.clear();
            blocks.runs(number as u64, &mut runs);
            count_runs(&runs, &mut counts);
            self.push_outcomes(&runs, &counts, &mut draws);
        }
        draws
    }

    /// Every book in the draws numbered `range`, without its tail: [`Panel::draw`] for measures that do not ask for it, of
    /// blocks that are known.
    ///
    /// # Panics
    /// If there are fewer draws, or draws of other sessions.
    pub fn drawn_books(&self, drawn: &DrawnBlocks, range: Range<usize>) -> Vec<DrawnBook> {
        assert_eq!(drawn.sessions(), self.sessions, "draws of this panel");
        let whole = [(0, self.sessions as u32)];
        let mut books = Vec::with_capacity(self.series);
        for days in &self.groups {
            let (levels, _) = walk(days, &whole);
            let lanes = (self.series - books.len()).min(LANES);
            let own = books.len()..books.len() + lanes;
            let book = |lane| DrawnBook::new(self.sessions, sums(&levels, lane), range.len());
            books.extend((0..lanes).map(book));
            for number in range.clone() {
                let (levels, max_drawdown) = walk(days, drawn.runs(number));
                for (lane, book) in books[own.clone()].iter_mut().enumerate() {
                    let outcome = Outcome {
                        pnl_usd: levels[STRETCHES][lane],
                        max_drawdown_usd: max_drawdown[lane],
                        cvar95_usd: 0.0,
                    };
                    book.push(outcome, sums(&levels, lane));
                }
            }
        }
        books
    }

    /// Draws that have the sample, and room for `length` draws.
    fn no_draws(&self, first: usize, length: usize) -> Draws {
        let empty = || Draws {
            first,
            outcomes: vec![Vec::with_capacity(length); self.series],
            sums: vec![Vec::with_capacity(length); self.series],
            sample: Vec::new(),
        };
        let mut sample = empty();
        let whole = [(0, self.sessions as u32)];
        self.push_outcomes(&whole, &vec![1; self.sessions], &mut sample);
        Draws {
            sample: (0..self.series)
                .map(|book| Sample {
                    sessions: self.sessions,
                    outcome: sample.outcomes[book][0],
                    sums: sample.sums[book][0],
                })
                .collect(),
            ..empty()
        }
    }

    /// The outcomes without the first block of `block_sessions` sessions, without the second, and so on: the block
    /// jackknife, which [`Interval::bca`](crate::interval::Interval::bca) reads the skewness of a measure from. A last block that is not whole is kept
    /// in every sample, so that all samples are equally long.
    ///
    /// # Panics
    /// Unless there is room for two blocks of at least one session.
    pub fn jackknife(&self, block_sessions: usize) -> Draws {
        let blocks = self.sessions.checked_div(block_sessions).unwrap_or(0);
        assert!(
            blocks >= 2,
            "no two blocks of {block_sessions} in {} sessions",
            self.sessions
        );
        let mut draws = self.no_draws(0, blocks);
        let mut counts = vec![0; self.sessions];
        for block in 0..blocks {
            let deleted = block * block_sessions..(block + 1) * block_sessions;
            let after = self.sessions - deleted.end;
            let runs = [
                (0, deleted.start as u32),
                (deleted.end as u32, after as u32),
            ];
            count_runs(&runs, &mut counts);
            self.push_outcomes(&runs, &counts, &mut draws);
        }
        draws
    }

    fn push_outcomes(&self, runs: &[Run], counts: &[u32], draws: &mut Draws) {
        let length = runs.iter().map(|run| run.1 as usize).sum();
        for (group, days) in self.groups.iter().enumerate() {
            let (levels, max_drawdown) = walk(days, runs);
            let books = group * LANES..((group + 1) * LANES).min(self.series);
            for (lane, book) in books.enumerate() {
                draws.sums[book].push(sums(&levels, lane));
                draws.outcomes[book].push(Outcome {
                    pnl_usd: levels[STRETCHES][lane],
                    max_drawdown_usd: max_drawdown[lane],
                    cvar95_usd: tail_mean(&self.worst_first[book], counts, length),
                });
            }
        }
    }
}

/// What a lane earned on each stretch.
fn sums(levels: &walk::Levels, lane: usize) -> Sums {
    std::array::from_fn(|at| levels[at + 1][lane] - levels[at][lane])
}

fn side_by_side(books: &[&[f64]]) -> Vec<[f64; LANES]> {
    (0..books[0].len())
        .map(|t| std::array::from_fn(|lane| books.get(lane).map_or(0.0, |book| book[t])))
        .collect()
}

fn worst_first(book: &[f64]) -> Vec<(u32, f64)> {
    let mut days: Vec<(u32, f64)> = (0..).zip(book.iter().copied()).collect();
    days.sort_by(|a, b| a.1.total_cmp(&b.1));
    days
}

/// Mean of the worst sessions of a draw of `length`, given how often it holds each session: no sorting per draw.
fn tail_mean(worst_first: &[(u32, f64)], counts: &[u32], length: usize) -> f64 {
    let wanted = tail_sessions(length);
    let mut missing = wanted;
    let mut sum = 0.0;
    for &(session, pnl) in worst_first {
        let times = (counts[session as usize] as usize).min(missing);
        // Added one by one, so that the sum rounds as that of the sorted draw does.
        for _ in 0..times {
            sum += pnl;
        }
        missing -= times;
        if missing == 0 {
            break;
        }
    }
    sum / wanted as f64
}
