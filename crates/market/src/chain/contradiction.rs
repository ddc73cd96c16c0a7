//! Quotes that contradict each other: together they would pay for nothing, whatever the index does.
//!
//! A put is worth no less than the put of a lower strike, and no more than that by which the strikes differ; a call the
//! other way round (Merton 1973, theorems 1 and 2; interest left out, which only widens the bounds). Where a bid lies
//! beyond an ask by more, one of both quotes is of another moment. Chains taken at one moment have none: 0 of 340,000
//! two-sided quotes of 25 snapshots. So the quote that contradicts most others is taken out, then the next, and where two
//! contradict each other alone both go: nothing says which is right.

use super::Quoted;
use crate::contract::Right;
use crate::price::Price;

/// A strike of one right with its quote.
type Quote = ((Right, Price), Quoted);

/// Places of the quotes of one expiry that contradict others. `quotes` ascend, as in
/// [`ChainExpiry::quotes`](super::ChainExpiry::quotes).
pub fn contradictory(quotes: &[Quote]) -> Vec<usize> {
    let mut found = Vec::new();
    for side in [Right::Call, Right::Put] {
        let places: Vec<usize> = (0..quotes.len())
            .filter(|at| quotes[*at].0.0 == side)
            .collect();
        let ladder: Vec<Rung> = places.iter().map(|at| Rung::of(&quotes[*at])).collect();
        if is_contradictory(&ladder) {
            found.extend(worst_first(&ladder).into_iter().map(|at| places[at]));
        }
    }
    found.sort_unstable();
    found
}

/// A quote as a put sees it: its price rises with `level`, at most as fast.
#[derive(Clone, Copy, Debug)]
struct Rung {
    level: i64,
    bid: i64,
    ask: i64,
}

impl Rung {
    fn of(((right, strike), quote): &Quote) -> Rung {
        // A call falls with its strike as a put falls with the strike mirrored.
        let level = match right {
            Right::Put => strike.0,
            Right::Call => -strike.0,
        };
        Rung {
            level,
            bid: quote.bid.0,
            ask: quote.ask.0,
        }
    }

    /// Whether two quotes cannot both be right; `self` has the lower level.
    fn contradicts(self, other: Rung) -> bool {
        self.bid > other.ask || other.bid - self.ask > other.level - self.level
    }
}

/// Whether any two contradict each other, in one walk along ascending or descending levels.
fn is_contradictory(ladder: &[Rung]) -> bool {
    let mut ladder: Vec<Rung> = ladder.to_vec();
    ladder.sort_by_key(|rung| rung.level);
    let mut highest_bid = i64::MIN;
    let mut lowest_ask = i64::MAX;
    for rung in ladder {
        if highest_bid > rung.ask || (rung.bid - rung.level) > lowest_ask {
            return true;
        }
        highest_bid = highest_bid.max(rung.bid);
        lowest_ask = lowest_ask.min(rung.ask - rung.level);
    }
    false
}

/// Takes out the quotes with most contradictions until none is left.
fn worst_first(ladder: &[Rung]) -> Vec<usize> {
    let clash = |a: usize, b: usize| {
        let a = ladder[a];
        let b = ladder[b];
        match a.level < b.level {
            true => a.contradicts(b),
            false => b.contradicts(a),
        }
    };
    let mut left: Vec<usize> = (0..ladder.len()).collect();
    let mut counts: Vec<usize> = left
        .iter()
        .map(|a| left.iter().filter(|b| a != *b && clash(*a, **b)).count())
        .collect();
    let mut out = Vec::new();
    while let Some(most) = left.iter().map(|at| counts[*at]).max().filter(|n| *n > 0) {
        let gone: Vec<usize> = left
            .iter()
            .copied()
            .filter(|at| counts[*at] == most)
            .collect();
        left.retain(|at| counts[*at] != most);
        for at in &left {
            counts[*at] -= gone.iter().filter(|other| clash(*at, **other)).count();
        }
        out.extend(gone);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quotes(right: Right, rows: &[(f64, f64, f64)]) -> Vec<Quote> {
        let points = |x: f64| Price::from_points(x);
        rows.iter()
            .map(|(strike, bid, ask)| {
                let quote = Quoted {
                    bid: points(*bid),
                    ask: points(*ask),
                };
                ((right, points(*strike)), quote)
            })
            .collect()
    }

    /// Strikes every five points around 4000, priced along a straight line of slope one half.
    fn ladder(right: Right) -> Vec<Quote> {
        let slope = if right == Right::Put { 0.5 } else { -0.5 };
        let row = |i: i32| {
            let mid = 40.0 + slope * f64::from(5 * i);
            (4000.0 + f64::from(5 * i), mid - 0.5, mid + 0.5)
        };
        quotes(right, &(-6..=6).map(row).collect::<Vec<_>>())
    }

    fn set(quotes: &mut [Quote], at: usize, bid: f64, ask: f64) {
        let right = quotes[at].0.0;
        quotes[at].1 = self::quotes(right, &[(0.0, bid, ask)])[0].1;
    }

    #[test]
    fn a_quote_of_another_moment_is_found_and_its_neighbours_stay() {
        for right in [Right::Put, Right::Call] {
            let sound = ladder(right);
            assert!(contradictory(&sound).is_empty());
            for (bid, ask) in [(12.0, 12.5), (90.0, 91.0)] {
                for at in 2..11 {
                    let mut bad = ladder(right);
                    set(&mut bad, at, bid, ask);
                    assert_eq!(contradictory(&bad), [at], "{right:?} {at} {bid}");
                }
            }
        }
    }

    #[test]
    fn a_spread_is_worth_no_more_than_its_strikes_are_apart() {
        // Both rise with the strike, the second by 9 points over 5.
        let mut bad = quotes(Right::Put, &[(4000.0, 1.0, 1.5), (4005.0, 10.5, 11.0)]);
        assert_eq!(contradictory(&bad), [0, 1], "nothing says which is right");
        set(&mut bad, 1, 6.4, 7.0);
        assert!(contradictory(&bad).is_empty());
    }

    #[test]
    fn wide_quotes_contradict_nothing() {
        let wide = [
            (4000.0, 0.0, 50.0),
            (4005.0, 20.0, 21.0),
            (4010.0, 0.0, 50.0),
        ];
        assert!(contradictory(&quotes(Right::Put, &wide)).is_empty());
        assert!(contradictory(&quotes(Right::Call, &wide)).is_empty());
        assert!(contradictory(&[]).is_empty());
    }
}
