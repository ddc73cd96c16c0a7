//! VIX futures against their own day and their own contract. Against their neighbours and the index: [`super::curve`].

use std::collections::BTreeMap;

use chrono::NaiveDate;
use market::calendar::Calendar;
use market::math::ln;

use super::jumps::{Line, jumps};
use super::shape::{Scale, Shape, median};
use super::{DONE, Doubt, Findings, Severity};
use crate::tables::{Origins, Tables, VxRow};

/// How far a settlement may lie outside the trades of its day, as a fraction: of a thin contract, which settles at a quote, and
/// of one with [`MANY`] trades. The most of such from 2018 to 2024 was 0.011.
const OUTSIDE: f64 = 0.15;
const OUTSIDE_OF_MANY: f64 = 0.03;
/// How far a high may lie above open, close and settlement, as a difference of logarithms: from 2018 to 2024 four were further
/// above, of 2018-02-05, 2018-02-06 and 2024-08-05, of which two by more than any other price of those days explains.
const ABOVE: f64 = 0.20;
/// Contracts traded in a day that bound its settlement.
const MANY: i64 = 100;
/// Rows that say something about two columns.
const ENOUGH: usize = 20;
/// Days by which a contract may be listed later than others.
const LATE: f64 = 10.0;
/// Sessions with one settlement from which on the file may have stopped; four was the most from 2018 to 2024.
const REPEATS: usize = 8;
/// The least move of a settlement that is doubted. On 2018-02-05 they moved by up to 13.6 usual changes.
const SHAPE: Shape = Shape {
    scale: Scale::Log,
    spike: 0.15,
    step: 0.80,
};

/// Doubts about single settlements.
pub(super) fn all(tables: &Tables, findings: &mut Findings) -> Vec<Doubt> {
    let mut doubts = within_the_day(tables, findings);
    let mut contracts: BTreeMap<NaiveDate, Vec<usize>> = BTreeMap::new();
    let marks = tables.vx.iter().enumerate();
    for (at, row) in marks.filter(|(_, r)| r.expiry > r.trade_date) {
        contracts.entry(row.expiry).or_default().push(at);
    }
    begins(tables, &contracts, findings);
    for (expiry, at) in &contracts {
        let contract = Contract {
            expiry: *expiry,
            at,
            rows: &tables.vx,
            origins: &tables.origins,
        };
        contract.holes(findings);
        contract.columns(findings);
        contract.repeats(findings);
        doubts.extend(contract.history(findings));
    }
    doubts
}

fn within_the_day(tables: &Tables, findings: &mut Findings) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    // The settlement day itself has the auction's value, which no trade of the day bounds.
    let marks = tables.vx.iter().enumerate();
    for (at, row) in marks.filter(|(_, r)| r.trade_date < r.expiry) {
        let (Some(high), Some(low)) = (row.high, row.low) else {
            continue;
        };
        let expiry = row.expiry;
        let settle = row.settle;
        let place = || tables.origins.place_of(row);
        let volume = row.volume.unwrap_or(0);
        // Without a trade the two are quotes, in either order.
        let (low, high) = if volume > 0 {
            (low, high)
        } else {
            (low.min(high), low.max(high))
        };
        let most = if volume >= MANY {
            OUTSIDE_OF_MANY
        } else {
            OUTSIDE
        };
        if settle > high * (1.0 + most) || settle < low * (1.0 - most) {
            let day = Some(row.trade_date);
            findings.note(Severity::Warning, "settle_outside_day", "vx", day, || {
                format!("{}: found a settlement of {settle} for {expiry} beside low {low} and high {high}, expected: within {most} of them; {DONE}", place())
            });
            doubts.push(Doubt::of("vx", at));
        }
        let others = [row.open, row.close].into_iter().flatten();
        let top = others.fold(settle, f64::max);
        if volume > 0 && ln(high / top) > ABOVE {
            let day = Some(row.trade_date);
            findings.note(Severity::Warning, "high_far_above_day", "vx", day, || {
                format!(
                    "{}: found a high of {high} for {expiry} above {top}, the highest of its open, close and settlement, expected: \
                     nearer; kept",
                    place()
                )
            });
        }
        let inside = |price: Option<f64>| price.is_none_or(|p| (low..=high).contains(&p));
        if volume > 0 && (!inside(row.open) || !inside(row.close)) {
            let day = Some(row.trade_date);
            findings.note(Severity::Warning, "trades_outside_day", "vx", day, || {
                format!(
                    "{}: found open {:?} and close {:?} for {expiry} beside low {low} and high {high}, expected: within them; kept",
                    place(),
                    row.open,
                    row.close
                )
            });
        }
    }
    doubts
}

/// Contracts are listed about equally long before they settle; those that were listed before the dataset begins say nothing.
fn begins(tables: &Tables, contracts: &BTreeMap<NaiveDate, Vec<usize>>, findings: &mut Findings) {
    let first = |at: &Vec<usize>| tables.vx[at[0]].trade_date;
    let Some(begin) = contracts.values().map(first).min() else {
        return;
    };
    let lives = contracts.iter().filter(|(_, at)| first(at) > begin);
    let lives: Vec<(NaiveDate, NaiveDate, f64)> = lives
        .map(|(expiry, at)| (*expiry, first(at), (*expiry - first(at)).num_days() as f64))
        .collect();
    let usual = median(lives.iter().map(|l| l.2).collect()).unwrap_or(0.0);
    for (expiry, first, _) in lives.iter().filter(|l| l.2 + LATE < usual) {
        findings.note(Severity::Info, "contract_starts_late", "vx", Some(*first), || {
            format!("{first}: found the first settlement of {expiry} here, expected: about {usual} days before it settles, as of the others")
        });
    }
}

/// One contract: the places of its marks among the rows.
struct Contract<'a> {
    expiry: NaiveDate,
    at: &'a [usize],
    rows: &'a [VxRow],
    origins: &'a Origins,
}

impl Contract<'_> {
    fn row(&self, i: usize) -> &VxRow {
        &self.rows[self.at[i]]
    }

    /// A settlement is nearest to the last trade of its day. Where it is nearer to another, columns may be swapped or a row off.
    fn columns(&self, findings: &mut Findings) {
        let traded: Vec<&VxRow> = (0..self.at.len())
            .map(|i| self.row(i))
            .filter(|r| r.volume.unwrap_or(0) > 0)
            .collect();
        let usual = |other: &dyn Fn(usize) -> Option<f64>| {
            let all: Vec<f64> = (0..traded.len())
                .filter_map(|i: usize| Some(ln(traded[i].settle / other(i)?).abs()))
                .collect();
            (all.len() >= ENOUGH).then(|| median(all)).flatten()
        };
        let Some(last) = usual(&|i| traded[i].close) else {
            return;
        };
        let others: [(&str, Option<f64>); 5] = [
            ("the first trade", usual(&|i| traded[i].open)),
            ("the highest trade", usual(&|i| traded[i].high)),
            ("the lowest trade", usual(&|i| traded[i].low)),
            (
                "the last trade of the session before",
                usual(&|i| traded[i.checked_sub(1)?].close),
            ),
            (
                "the last trade of the session after",
                usual(&|i| traded.get(i + 1)?.close),
            ),
        ];
        let nearer = others
            .iter()
            .filter_map(|(name, off)| Some((*name, (*off)?)));
        let Some((name, off)) = nearer
            .filter(|(_, off)| *off < 0.8 * last)
            .min_by(|a, b| a.1.total_cmp(&b.1))
        else {
            return;
        };
        let first = traded.first().map(|r| r.trade_date);
        findings.note(Severity::Warning, "settle_unlike_close", "vx", first, || {
            format!(
                "{}: found settlements of {} usually {:.2}% from the last trade of their day and {:.2}% from {name}, expected: \
                 nearest to the last; columns may be swapped, or a row off; kept",
                traded.first().map_or(String::new(), |r| self.origins.place_of(r)),
                self.expiry,
                100.0 * last,
                100.0 * off
            )
        });
    }

    fn repeats(&self, findings: &mut Findings) {
        let mut run = 1;
        for i in 1..self.at.len() {
            let before = self.row(i - 1);
            let row = self.row(i);
            run = if before.settle == row.settle {
                run + 1
            } else {
                1
            };
            if run == REPEATS {
                let day = Some(row.trade_date);
                findings.note(Severity::Warning, "stale_repeat", "vx", day, || {
                    format!(
                        "{}: found {} of {} for the {run}th session in a row, expected: fewer than {run}; kept",
                        self.origins.place_of(row),
                        row.settle,
                        self.expiry
                    )
                });
            }
        }
    }

    /// The contract against its own days.
    fn history(&self, findings: &mut Findings) -> Vec<Doubt> {
        let indices = 0..self.at.len();
        let days: Vec<NaiveDate> = indices.clone().map(|i| self.row(i).trade_date).collect();
        let values: Vec<Option<f64>> = indices.map(|i| Some(self.row(i).settle)).collect();
        let place = |i: usize| format!("{} of {}", self.origins.place_of(self.row(i)), self.expiry);
        let line = Line::of_futures(&days, &values, SHAPE, &place);
        let doubts = jumps(&line, findings).into_iter();
        doubts.map(|d| Doubt::of("vx", self.at[d.at])).collect()
    }

    /// Sessions within the life of a contract without a settlement.
    fn holes(&self, findings: &mut Findings) {
        let at = self.at;
        let rows = self.rows;
        let expiry = self.expiry;
        for pair in at.windows(2) {
            let before = rows[pair[0]].trade_date;
            let after = rows[pair[1]].trade_date;
            let missing = Calendar::nyse().sessions_between(before, after) - 1;
            if missing > 0 {
                findings.note(Severity::Warning, "contract_gap", "vx", Some(after), || {
                    format!("{after}: found no settlements of {expiry} on {missing} sessions after {before}, expected one per session; left missing")
                });
            }
        }
        if let Some(last) = at.last().map(|i| rows[*i].trade_date) {
            let end = rows.last().map_or(last, |r| r.trade_date);
            let missing = Calendar::nyse().sessions_between(last, end.min(expiry)) - 1;
            if missing > 0 && end > expiry {
                findings.note(Severity::Warning, "contract_ends_early", "vx", Some(last), || {
                    format!("{last}: found the last settlement of {expiry} here, expected: up to the session before it settles; left missing")
                });
            }
        }
    }
}
