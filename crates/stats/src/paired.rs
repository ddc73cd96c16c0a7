//! A hedged book against the same book without the hedge.
//!
//! Both series are daily trading P&L (USD per session), net of fees and slippage and *without* interest, over the same
//! sessions, from the same starting capital, with the same condor fills. The hedge's own P&L is therefore their
//! difference. Condors are not re-sized by equity, so dollars compare on equal capital.

mod measure;

use crate::ratios::cvar95;
use crate::{SESSIONS_PER_YEAR, curve, defined, ratio};

pub use measure::Measure;

/// What a comparison needs to know of one P&L series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Sum of the daily P&L (USD).
    pub pnl_usd: f64,
    /// Maximum drawdown of the cumulated P&L, its start at zero included (USD), zero or negative.
    pub max_drawdown_usd: f64,
    /// Mean P&L of the worst `int(0.05 (n - 1)) + 1` sessions (USD per session).
    pub cvar95_usd: f64,
}

impl Outcome {
    /// The outcome of `daily_pnl` (USD per session).
    ///
    /// # Panics
    /// If the series is empty or holds a value that is not finite.
    pub fn of(daily_pnl: &[f64]) -> Outcome {
        assert!(
            !daily_pnl.is_empty(),
            "an outcome needs at least one session"
        );
        let curve = curve::equity(0.0, daily_pnl);
        let undamaged = "daily P&L must be finite";
        Outcome {
            pnl_usd: *curve.last().expect("a curve has a start"),
            max_drawdown_usd: curve::max_drawdown_usd(&curve).expect(undamaged),
            cvar95_usd: cvar95(daily_pnl).expect(undamaged),
        }
    }

    /// The same with a tail of zero, for measures that do not ask for it: the tail is most of the work.
    ///
    /// # Panics
    /// If the series holds a value that is not finite.
    pub fn without_tail(daily_pnl: &[f64]) -> Outcome {
        let curve = curve::equity(0.0, daily_pnl);
        Outcome {
            pnl_usd: *curve.last().expect("a curve has a start"),
            max_drawdown_usd: curve::max_drawdown_usd(&curve).expect("daily P&L must be finite"),
            cvar95_usd: 0.0,
        }
    }

    /// The outcome of the same book at `scale` times its size: every amount is proportional.
    pub fn scaled(self, scale: f64) -> Outcome {
        Outcome {
            pnl_usd: self.pnl_usd * scale,
            max_drawdown_usd: self.max_drawdown_usd * scale,
            cvar95_usd: self.cvar95_usd * scale,
        }
    }
}

/// A hedged and an unhedged series over the same sessions.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    start_capital: f64,
    unhedged: &'a [f64],
    hedged: &'a [f64],
}

/// The hedge comparison of one window. Fields that cannot be computed are none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// The unhedged book.
    pub unhedged: Outcome,
    /// The hedged book.
    pub hedged: Outcome,
    /// [`Measure::DrawdownReduction`], in USD on equal capital (fraction).
    pub drawdown_reduction: Option<f64>,
    /// The same with both drawdowns in percent of their peaks (fraction).
    pub drawdown_reduction_of_equity: Option<f64>,
    /// [`Measure::Retention`] (fraction).
    pub retention: Option<f64>,
    /// [`roc_cost`] with the starting capital on both sides (fraction).
    pub roc_cost: Option<f64>,
    /// P&L of the hedge legs after fees (USD).
    pub hedge_pnl_usd: f64,
    /// That P&L per year of 252 sessions over starting capital (fraction per year); negative while the hedge costs.
    pub cost_drag: f64,
    /// [`Measure::CvarDifference`] (USD per session).
    pub cvar_difference_usd: f64,
    /// CVaR saved (USD per session) for each dollar a year the hedge costs; undefined unless it costs.
    pub hedge_efficiency: Option<f64>,
    /// [`Pair::hit_ratio`] on the ten worst days.
    pub hit_ratio: Option<f64>,
    /// The unhedged book, de-leveraged to the hedged drawdown.
    pub same_drawdown: Option<Deleveraged>,
    /// The unhedged book, de-leveraged to the hedged P&L.
    pub same_pnl: Option<Deleveraged>,
}

/// A smaller unhedged book: the control that needs no skill.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Deleveraged {
    /// Size relative to the unhedged book, within [0, 1].
    pub scale: f64,
    /// What that book would have done.
    pub outcome: Outcome,
}

impl<'a> Pair<'a> {
    /// Worst unhedged days that the reported [`Pair::hit_ratio`] looks at.
    pub const HIT_DAYS: usize = 10;

    /// Two daily P&L series (USD per session) from `start_capital` (USD).
    ///
    /// # Panics
    /// If the series are empty, differ in length or hold a value that is not finite, or if there is no capital.
    pub fn new(start_capital: f64, unhedged: &'a [f64], hedged: &'a [f64]) -> Pair<'a> {
        assert!(
            start_capital > 0.0 && start_capital.is_finite(),
            "starting capital must be above zero"
        );
        assert!(
            !unhedged.is_empty(),
            "a comparison needs at least one session"
        );
        assert_eq!(
            unhedged.len(),
            hedged.len(),
            "both books must cover the same sessions"
        );
        assert!(
            unhedged.iter().chain(hedged).all(|day| day.is_finite()),
            "daily P&L must be finite"
        );
        Pair {
            start_capital,
            unhedged,
            hedged,
        }
    }

    /// Every number of the comparison.
    pub fn compare(&self) -> Comparison {
        let unhedged = Outcome::of(self.unhedged);
        let hedged = Outcome::of(self.hedged);
        let measure = |measure: Measure| measure.of(&unhedged, &hedged);
        let deleveraged = |scale: f64| Deleveraged {
            scale,
            outcome: unhedged.scaled(scale),
        };
        let years = self.unhedged.len() as f64 / SESSIONS_PER_YEAR;
        let hedge_pnl_usd = hedged.pnl_usd - unhedged.pnl_usd;
        let cvar_difference_usd = hedged.cvar95_usd - unhedged.cvar95_usd;
        Comparison {
            unhedged,
            hedged,
            drawdown_reduction: measure(Measure::DrawdownReduction),
            drawdown_reduction_of_equity: self.drawdown_reduction_of_equity(),
            retention: measure(Measure::Retention),
            roc_cost: roc_cost(
                unhedged.pnl_usd,
                self.start_capital,
                hedged.pnl_usd,
                self.start_capital,
            ),
            hedge_pnl_usd,
            cost_drag: hedge_pnl_usd / years / self.start_capital,
            cvar_difference_usd,
            hedge_efficiency: hedge_efficiency(cvar_difference_usd, hedge_pnl_usd / years),
            hit_ratio: self.hit_ratio(Self::HIT_DAYS),
            same_drawdown: measure(Measure::SameDrawdownScale).map(deleveraged),
            same_pnl: measure(Measure::SamePnlScale).map(deleveraged),
        }
    }

    /// Hedge P&L on the `days` worst unhedged sessions over the loss made there (fraction); 1 is a full offset.
    ///
    /// Of equal days the earlier counts. Undefined with fewer sessions, or if those days together lost nothing.
    pub fn hit_ratio(&self, days: usize) -> Option<f64> {
        if self.unhedged.len() < days {
            return None;
        }
        let mut worst_first: Vec<usize> = (0..self.unhedged.len()).collect();
        worst_first.sort_by(|a, b| self.unhedged[*a].total_cmp(&self.unhedged[*b]));
        let worst = &worst_first[..days];
        let loss: f64 = worst.iter().map(|&day| self.unhedged[day]).sum();
        let offset: f64 = worst
            .iter()
            .map(|&day| self.hedged[day] - self.unhedged[day])
            .sum();
        if loss < 0.0 {
            ratio(offset, -loss)
        } else {
            None
        }
    }

    fn drawdown_reduction_of_equity(&self) -> Option<f64> {
        let depth = |pnl| curve::max_drawdown(&curve::equity(self.start_capital, pnl));
        defined(1.0 - ratio(depth(self.hedged)?, depth(self.unhedged)?)?)
    }
}

/// Cost in return on capital, `1 - RoC_h / RoC_u` (fraction), with `RoC = P&L / capital`; P&L and capital in USD.
///
/// On equal capital this is one less [`Measure::Retention`]; it differs where capital is margin, which a hedge changes.
/// Undefined unless the unhedged book earns and both capitals are above zero.
pub fn roc_cost(
    unhedged_pnl: f64,
    unhedged_capital: f64,
    hedged_pnl: f64,
    hedged_capital: f64,
) -> Option<f64> {
    if unhedged_pnl <= 0.0 || unhedged_capital <= 0.0 || hedged_capital <= 0.0 {
        return None;
    }
    defined(1.0 - ratio(hedged_pnl * unhedged_capital, unhedged_pnl * hedged_capital)?)
}

fn hedge_efficiency(cvar_saved_usd: f64, hedge_pnl_per_year_usd: f64) -> Option<f64> {
    if hedge_pnl_per_year_usd < 0.0 {
        ratio(cvar_saved_usd, -hedge_pnl_per_year_usd)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNHEDGED: [f64; 5] = [100.0, 100.0, -400.0, 100.0, 300.0];
    const HEDGED: [f64; 5] = [80.0, 80.0, -200.0, 70.0, 120.0];

    #[test]
    fn outcome_by_hand() {
        let outcome = Outcome::of(&UNHEDGED);
        assert_eq!(
            outcome,
            Outcome {
                pnl_usd: 200.0,
                max_drawdown_usd: -400.0,
                cvar95_usd: -400.0
            }
        );
    }

    #[test]
    fn only_a_hedge_that_costs_has_an_efficiency() {
        assert_eq!(hedge_efficiency(3.0, -0.5), Some(6.0));
        assert_eq!(hedge_efficiency(3.0, 0.0), None);
        assert_eq!(hedge_efficiency(3.0, 0.5), None);
    }

    #[test]
    fn comparison_by_hand() {
        let found = Pair::new(1000.0, &UNHEDGED, &HEDGED).compare();
        assert_eq!(found.drawdown_reduction, Some(0.5));
        assert_eq!(found.retention, Some(0.75));
        assert_eq!(found.roc_cost, Some(0.25));
        assert_eq!(found.hedge_pnl_usd, -50.0);
        assert!((found.cost_drag + 0.05 * 252.0 / 5.0).abs() < 1e-12);
        assert_eq!(found.cvar_difference_usd, 200.0);
        assert!((found.hedge_efficiency.unwrap() - 200.0 / (50.0 * 252.0 / 5.0)).abs() < 1e-15);
        // In percent: 1200 -> 800 is a third, 1160 -> 960 is 5/29.
        let of_equity = found.drawdown_reduction_of_equity.unwrap();
        assert!((of_equity - (1.0 - 15.0 / 29.0)).abs() < 1e-14);
    }

    /// Ten dollars are offset of losses of 100, 99, … 91: 100 of 955.
    #[test]
    fn a_comparison_has_the_hit_ratio_of_its_ten_worst_days() {
        let unhedged: Vec<f64> = (0..11).map(|day| -100.0 + f64::from(day)).collect();
        let hedged: Vec<f64> = unhedged.iter().map(|loss| loss + 10.0).collect();
        let ratio = |days: usize| {
            Pair::new(1000.0, &unhedged[..days], &hedged[..days])
                .compare()
                .hit_ratio
        };
        assert_eq!([ratio(9), ratio(10)], [None, Some(100.0 / 955.0)]);
        assert_eq!(ratio(11), ratio(10), "the eleventh is the best of them");
    }

    #[test]
    fn deleveraging_by_hand() {
        let found = Pair::new(1000.0, &UNHEDGED, &HEDGED).compare();
        let by_drawdown = found.same_drawdown.unwrap();
        assert_eq!(
            (by_drawdown.scale, by_drawdown.outcome.pnl_usd),
            (0.5, 100.0)
        );
        let by_pnl = found.same_pnl.unwrap();
        assert_eq!(
            (by_pnl.scale, by_pnl.outcome.max_drawdown_usd),
            (0.75, -300.0)
        );
        let (unhedged, hedged) = (found.unhedged, found.hedged);
        assert_eq!(
            Measure::SameDrawdownAdvantage.of(&unhedged, &hedged),
            Some(50.0)
        );
        assert_eq!(
            Measure::SamePnlAdvantage.of(&unhedged, &hedged),
            Some(100.0)
        );
    }

    #[test]
    fn hit_ratio_by_hand() {
        let pair = Pair::new(1000.0, &UNHEDGED, &HEDGED);
        // The two worst days lose 400 - 100; the hedge made 200 - 20 there (of equal days the earlier).
        assert_eq!(pair.hit_ratio(2), Some(0.6));
        assert_eq!(pair.hit_ratio(1), Some(0.5));
        assert_eq!(
            pair.hit_ratio(6),
            None,
            "fewer sessions than days asked for"
        );
        assert_eq!(pair.hit_ratio(5), None, "those days together earned");
    }

    #[test]
    fn a_smaller_book_shows_reduction_but_no_advantage() {
        let half = UNHEDGED.map(|day| day / 2.0);
        let found = Pair::new(1000.0, &UNHEDGED, &half).compare();
        assert_eq!(found.drawdown_reduction, Some(0.5));
        let advantage = Measure::SameDrawdownAdvantage.of(&found.unhedged, &found.hedged);
        assert_eq!(advantage, Some(0.0));
    }

    #[test]
    fn undefined_where_the_domain_says_so() {
        let losing = UNHEDGED.map(|day| day - 50.0);
        let found = Pair::new(1000.0, &losing, &HEDGED).compare();
        assert_eq!(
            (found.retention, found.roc_cost, found.same_pnl),
            (None, None, None)
        );
        // The hedged book falls further: no size within [0, 1] falls as far.
        let found = Pair::new(1000.0, &HEDGED, &UNHEDGED).compare();
        assert_eq!(found.drawdown_reduction, Some(-1.0));
        assert_eq!((found.same_drawdown, found.hedge_efficiency), (None, None));
        let rising = [1.0; 5];
        let found = Pair::new(1000.0, &rising, &HEDGED).compare();
        assert_eq!(
            (found.drawdown_reduction, found.same_drawdown),
            (None, None)
        );
    }

    #[test]
    fn a_hedge_that_removes_every_drawdown_has_no_book_left_to_match_it() {
        let found = Pair::new(1000.0, &UNHEDGED, &[10.0; 5]).compare();
        assert_eq!(found.drawdown_reduction, Some(1.0));
        let control = found.same_drawdown.unwrap();
        assert!(control.scale == 0.0 && control.scale.is_sign_positive());
        assert_eq!(control.outcome.pnl_usd, 0.0);
    }

    #[test]
    fn return_on_margin_counts_the_margin_of_each_side() {
        assert_eq!(roc_cost(200.0, 1000.0, 150.0, 1500.0), Some(0.5));
    }
}
