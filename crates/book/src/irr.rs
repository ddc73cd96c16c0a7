//! Money-weighted return of dated cash flows (XIRR): the rate at which what came back was worth what was paid.

use market::kernel::flows::discount;
use market::math::ln;

/// Highest rate that is looked for (per year).
const HIGHEST: f64 = 1000.0;
/// Halvings of the bracket: below 1e-12 of it.
const STEPS: usize = 60;

/// The yearly rate, compounded by days/365, at which the flows `(day number, USD received)` are worth nothing on
/// balance. `None` if they have one sign only or no rate between -99.99 % and 100,000 % does it.
pub fn money_weighted_return(flows: &[(i32, f64)]) -> Option<f64> {
    let mut search = Search::new(flows)?;
    while search.halve() {}
    Some(search.middle())
}

/// Whether [`money_weighted_return`] is below a limit; `None` where there is none. It stops halving as soon as the rate
/// that would be found lies on one side of the limit.
pub fn earns_less(flows: &[(i32, f64)], limit: f64) -> Option<bool> {
    let mut search = Search::new(flows)?;
    while search.low < limit && limit <= search.high && search.halve() {}
    Some(search.middle() < limit)
}

/// A bracket around the rate.
struct Search {
    flows: Flows,
    /// Whether the worth of the flows rises with the rate.
    rises: bool,
    low: f64,
    high: f64,
    steps: usize,
}

/// Flows in columns.
struct Flows {
    /// Days after the first of them.
    days: Vec<f64>,
    usd: Vec<f64>,
    /// What each is worth at the rate asked last.
    worth: Vec<f64>,
}

impl Search {
    fn new(flows: &[(i32, f64)]) -> Option<Search> {
        if !flows.iter().any(|(_, usd)| *usd > 0.0) || !flows.iter().any(|(_, usd)| *usd < 0.0) {
            return None;
        }
        let mut flows = Flows::new(flows);
        let low = -0.9999;
        let at_low = flows.worth(low);
        let rises = at_low < 0.0;
        if at_low == 0.0 || rises == (flows.worth(HIGHEST) < 0.0) {
            return None;
        }
        Some(Search {
            flows,
            rises,
            low,
            high: HIGHEST,
            steps: 0,
        })
    }

    fn middle(&self) -> f64 {
        0.5 * (self.low + self.high)
    }

    /// Leaves half of the bracket; false where it is narrow enough.
    fn halve(&mut self) -> bool {
        if self.steps == STEPS {
            return false;
        }
        self.steps += 1;
        let middle = self.middle();
        if (self.flows.worth(middle) < 0.0) == self.rises {
            self.low = middle
        } else {
            self.high = middle
        }
        true
    }
}

impl Flows {
    fn new(flows: &[(i32, f64)]) -> Flows {
        let start = flows.first().map_or(0, |(day, _)| *day);
        Flows {
            days: flows
                .iter()
                .map(|(day, _)| f64::from(day - start))
                .collect(),
            usd: flows.iter().map(|(_, usd)| *usd).collect(),
            worth: vec![0.0; flows.len()],
        }
    }

    /// What they are worth on the day of the first at a yearly rate.
    fn worth(&mut self, rate: f64) -> f64 {
        discount(ln(1.0 + rate), &self.days, &self.usd, &mut self.worth);
        self.worth.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_at_ten_percent() {
        let rate = money_weighted_return(&[(0, -100.0), (365, 110.0)]).expect("a return");
        assert!((rate - 0.10).abs() < 1e-9, "{rate}");
    }

    #[test]
    fn two_purchases_and_half_of_it_back() {
        // 100 at the start and after a year, 90 after two: 100 (1+r)^2 + 100 (1+r) = 90, 1 + r = (-1 + sqrt 4.6) / 2.
        let rate =
            money_weighted_return(&[(0, -100.0), (365, -100.0), (730, 90.0)]).expect("a return");
        assert!(
            (1.0 + rate - (4.6_f64.sqrt() - 1.0) / 2.0).abs() < 1e-9,
            "{rate}"
        );
    }

    #[test]
    fn a_loss_of_nine_tenths_and_a_loan() {
        let rate = |flows: &[(i32, f64)]| money_weighted_return(flows).expect("a return");
        // Small amounts, and days that count from wherever they like.
        assert!((rate(&[(738_000, -0.5), (738_365, 0.05)]) + 0.9).abs() < 1e-9);
        // What is received first and paid back later: worth rises with the rate.
        assert!((rate(&[(738_000, 100.0), (738_365, -110.0)]) - 0.1).abs() < 1e-9);
        assert!((rate(&[(738_000, 0.5), (738_365, -0.55)]) - 0.1).abs() < 1e-9);
        // Of a thousandth of a cent half is lost.
        assert!((rate(&[(0, -1e-5), (365, 5e-6)]) + 0.5).abs() < 1e-9);
    }

    /// Whatever the flows: also with many changes of sign, and where the limit is the rate itself.
    #[test]
    fn earning_less_is_the_return_compared_with_the_limit() {
        let mut state = 7_u64;
        let mut draw = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f64 / f64::from(1 << 24)
        };
        let mut compared = 0;
        for case in 0..4_000 {
            let flow = |at: i32| (738_000 + 3 * at, 0.0);
            let mut flows: Vec<(i32, f64)> = (0..1 + case % 40).map(flow).collect();
            flows
                .iter_mut()
                .for_each(|flow| flow.1 = 200.0 * draw() - 90.0);
            let found = money_weighted_return(&flows);
            let far = found.unwrap_or(0.1);
            let near = [
                0.0,
                0.08,
                far,
                far.next_up(),
                far.next_down(),
                far + 1e-9,
                far - 1e-9,
            ];
            for limit in near
                .into_iter()
                .chain([-0.9999, -2.0, HIGHEST, 5e6, 3.0 * draw()])
            {
                assert_eq!(
                    earns_less(&flows, limit),
                    found.map(|found| found < limit),
                    "{flows:?} against {limit}"
                );
            }
            compared += usize::from(found.is_some());
        }
        assert!(compared > 500, "{compared} of the cases have a return");
    }

    #[test]
    fn the_highest_rate_is_a_hundred_thousand_percent() {
        let rate = |back: f64| money_weighted_return(&[(0, -1.0), (365, back)]);
        assert!((rate(1_000.0).expect("a return") - 999.0).abs() < 1e-9);
        assert_eq!(rate(1_002.0), None);
    }

    /// Its bracket ends there: (x - 2) (x - 2001) (x - 3001) of x = 1 + r has one root within it and two beyond.
    #[test]
    fn rates_beyond_the_highest_are_not_found() {
        let amounts = [1.0, -5_004.0, 6_015_005.0, -12_010_002.0];
        let flows: Vec<(i32, f64)> = (0..).step_by(365).zip(amounts).collect();
        let rate = money_weighted_return(&flows).expect("a return");
        assert!((rate - 1.0).abs() < 1e-9, "{rate}");
    }

    #[test]
    fn two_rates_are_no_answer() {
        // 10 % and 20 % both make it nothing.
        let flows = [(0, -100.0), (365, 230.0), (730, -132.0)];
        assert_eq!(money_weighted_return(&flows), None);
    }

    #[test]
    fn flows_of_one_sign_have_no_return() {
        assert_eq!(money_weighted_return(&[(0, -100.0), (30, -1.0)]), None);
        assert_eq!(money_weighted_return(&[]), None);
        // So far off that a high rate makes it nothing.
        assert_eq!(money_weighted_return(&[(0, 0.0), (40_000, -5.0)]), None);
    }
}
