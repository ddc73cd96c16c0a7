//! What the cells and the market of a study say besides daily curves: costs, layers, betas, strata, sales, events.
//!
//! A measure is made of [`Parts`] of each window, and a number of these over years ([`joined`]).

use market::price::Money;
use runfile::claims::During;
use runfile::study_claim::{StudyMeasure, StudyRatio, StudyYield};
use stats::SESSIONS_PER_YEAR;
use stats::irr::irr;
use stats::moments;
use stats::paired::Outcome;
use study::unwinds;

use crate::cell::{Cell, usd};
use crate::numbers::{Number, Sums, median};
use crate::spec::StudyConfig;
use crate::work::Computed;

/// What a window adds to a measure; what the numbers are depends on the measure.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parts {
    /// Sums.
    pub sums: [f64; 5],
    /// Cash by calendar day since a purchase (USD), where a rate of return is asked: of what is judged, and of all.
    pub cash: [Vec<f64>; 2],
}

impl Parts {
    /// Sums alone.
    pub(crate) fn of<const N: usize>(sums: [f64; N]) -> Parts {
        let mut parts = Parts::default();
        parts.sums[..N].copy_from_slice(&sums);
        parts
    }

    fn add(&mut self, other: &Parts) {
        let sums = self.sums.iter_mut().zip(other.sums);
        sums.for_each(|(sum, own)| *sum += own);
        for (cash, own) in self.cash.iter_mut().zip(&other.cash) {
            cash.resize(cash.len().max(own.len()), 0.0);
            cash.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
        }
    }

    /// Whether the window has a session, event or sale that the measure is about: a year without one stands behind nothing.
    pub fn is_there(&self, measure: &StudyMeasure) -> bool {
        match measure {
            StudyMeasure::EventStudy { .. }
            | StudyMeasure::FlaggedYield { .. }
            | StudyMeasure::ConditionDifference { .. }
            | StudyMeasure::PrematureUnwinds { .. } => self.sums[1] > 0.0,
            _ => measure.during().is_none() || self.sums[HELD] > 0.0,
        }
    }
}

/// Place of the number of sessions of a condition.
const HELD: usize = 4;

/// What the cells of a study say besides their curves.
pub struct Evidence<'a> {
    pub(crate) config: &'a StudyConfig,
    pub(crate) computed: &'a Computed,
    /// Daily returns of the S&P 500 by window; the first session of a window has none.
    spx: Vec<Vec<f64>>,
}

/// A number of the parts of some windows; `None` where one of them has none, or it is undefined.
pub fn joined<'p>(
    measure: &StudyMeasure,
    parts: impl Iterator<Item = &'p Option<Parts>>,
) -> Option<f64> {
    let mut whole = Parts::default();
    for own in parts {
        whole.add(own.as_ref()?);
    }
    let [a, b, c, d, n] = whole.sums;
    let share = || (b > 0.0).then(|| a / b);
    let difference = || (b > 0.0 && d > 0.0).then(|| a / b - c / d);
    let [own, all] = &whole.cash;
    match measure {
        // P&L and costs.
        StudyMeasure::CostShare { .. } => (a < 0.0).then(|| b / a),
        // P&L and premium; sums of betas, or of reductions, and their number; deviations; P&L of the arm and of the condors
        // alone, where these earn.
        StudyMeasure::LayerYield {
            of: StudyYield::Pnl,
            ..
        }
        | StudyMeasure::BetaChange { .. }
        | StudyMeasure::DrawdownReduction { .. }
        | StudyMeasure::PhaseDispersion { .. }
        | StudyMeasure::ProfitKept { .. } => share(),
        StudyMeasure::ReturnTrimmed { .. } => share().map(|kept| 1.0 - kept),
        // The same twice: after the flag or event, while the condition holds or in the other arm, and beside it.
        StudyMeasure::FlaggedYield {
            of: StudyYield::Pnl,
            ..
        }
        | StudyMeasure::EventStudy { .. }
        | StudyMeasure::PrematureUnwinds { .. }
        | StudyMeasure::ConditionDifference { .. } => difference(),
        StudyMeasure::LayerYield {
            of: StudyYield::Irr,
            ..
        } => irr(own),
        StudyMeasure::FlaggedYield {
            of: StudyYield::Irr,
            ..
        } => Some(irr(own)? - irr(all)?),
        // P&L and squares of the arm, then of the other.
        StudyMeasure::RatioDifference { ratio, .. } => {
            Some(daily_ratio(*ratio, a, b, n)? - daily_ratio(*ratio, c, d, n)?)
        }
        StudyMeasure::RatioShortfall { ratio, .. } => {
            let base = daily_ratio(*ratio, c, d, n).filter(|base| *base > 0.0)?;
            Some(1.0 - daily_ratio(*ratio, a, b, n)? / base)
        }
        StudyMeasure::ReductionDifference { .. }
        | StudyMeasure::ReturnDifference { .. }
        | StudyMeasure::WeekdayDispersion { .. } => None,
    }
}

/// Mean over deviation, or over that of losses, of `n` days with this sum and these squares, per root of a year.
fn daily_ratio(ratio: StudyRatio, sum: f64, squares: f64, n: f64) -> Option<f64> {
    let mean = sum / n;
    let variance = match ratio {
        StudyRatio::Sharpe => (squares - n * mean * mean) / (n - 1.0),
        StudyRatio::Sortino => squares / n,
        StudyRatio::Calmar | StudyRatio::PnlOverCvar => return None,
    };
    (n > 1.0 && variance > 0.0).then(|| mean / variance.sqrt() * SESSIONS_PER_YEAR.sqrt())
}

impl<'a> Evidence<'a> {
    /// Of the cells of a study.
    pub fn new(config: &'a StudyConfig, computed: &'a Computed) -> Evidence<'a> {
        let spot = |t: usize| computed.history.view(t).today().spot;
        Evidence {
            config,
            computed,
            spx: computed
                .ranges
                .iter()
                .map(|range| {
                    let later = range.start + 1..range.end;
                    later.map(|t| spot(t) / spot(t - 1) - 1.0).collect()
                })
                .collect(),
        }
    }

    /// The place of an arm by its name.
    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        let mut hedges = self.config.hedges.iter();
        hedges.position(|hedge| hedge.name == name)
    }

    /// The parts of a window a measure is made of; `None` where it is made of outcomes of daily curves, or there are none.
    pub fn parts(&self, measure: &StudyMeasure, window: usize) -> Option<Parts> {
        let place = |name: &str| self.place(name);
        match measure {
            StudyMeasure::CostShare { arm } => {
                let [pnl, _, costs] = self.layers(window, place(arm)?, None);
                Some(Parts::of([pnl, costs]))
            }
            StudyMeasure::LayerYield { arm, layer, of } => {
                Some(self.layer_yield(window, place(arm)?, layer, *of))
            }
            StudyMeasure::BetaChange { arm, downside } => {
                Some(Parts::of([self.beta(window, place(arm)?, *downside)?, 1.0]))
            }
            StudyMeasure::DrawdownReduction {
                arm,
                during: Some(during),
            } => self.reduction_during(window, place(arm)?, place(&during.words)?, during),
            StudyMeasure::ProfitKept {
                arm,
                during: Some(during),
            } => Some(self.earned_during(window, place(arm)?, place(&during.words)?, during)),
            StudyMeasure::ProfitKept { arm, during: None }
            | StudyMeasure::ReturnTrimmed { arm } => {
                let (alone, hedged) = self.earned(window, place(arm)?);
                Some(Parts::of([hedged, alone]))
            }
            StudyMeasure::RatioDifference {
                arm,
                against,
                ratio,
            }
            | StudyMeasure::RatioShortfall {
                arm,
                against,
                ratio,
            } => {
                let [pnl, squares, n] = self.days(window, place(arm)?, *ratio);
                let [other, other_squares, _] = self.days(window, place(against)?, *ratio);
                Some(Parts::of([pnl, squares, other, other_squares, n]))
            }
            StudyMeasure::PrematureUnwinds {
                arm,
                against,
                within_sessions,
            } => {
                let [other, others] = self.unwinds(window, place(against)?, *within_sessions);
                let [own, all] = self.unwinds(window, place(arm)?, *within_sessions);
                Some(Parts::of([other, others, own, all]))
            }
            StudyMeasure::PhaseDispersion { .. }
            | StudyMeasure::ConditionDifference { .. }
            | StudyMeasure::FlaggedYield { .. }
            | StudyMeasure::EventStudy { .. } => self.of_market(measure, window),
            StudyMeasure::DrawdownReduction { during: None, .. }
            | StudyMeasure::ReductionDifference { .. }
            | StudyMeasure::ReturnDifference { .. }
            | StudyMeasure::WeekdayDispersion { .. } => None,
        }
    }

    /// P&L and premium of a layer, and its cash where a rate of return is asked.
    fn layer_yield(&self, window: usize, arm: usize, layer: &str, of: StudyYield) -> Parts {
        let [pnl, premium, _] = self.layers(window, arm, Some(layer));
        let cash = match of {
            StudyYield::Pnl => Vec::new(),
            StudyYield::Irr => self.cash(window, arm, layer),
        };
        Parts {
            cash: [cash, Vec::new()],
            ..Parts::of([pnl, premium])
        }
    }

    /// P&L of the condors alone and of an arm, summed over the cells of a window in which the condors alone earn (USD).
    pub fn earned(&self, window: usize, arm: usize) -> (f64, f64) {
        let mut sums = Sums::default();
        for cell in self.computed.of_window(window) {
            let alone: i64 = cell.unhedged.iter().sum();
            let gained: i64 = cell.arms[arm - 1].gains.iter().sum();
            let usd = |cents: i64| (Money(cents).usd(), 0.0);
            sums.add(usd(alone), usd(alone + gained));
        }
        sums.earned
    }

    /// Premium of an arm in a cell (USD).
    pub fn premium(&self, window: usize, cell: usize, arm: usize) -> f64 {
        Money(self.computed.of_window(window)[cell].arms[arm - 1].premium()).usd()
    }

    /// Sums over the cells of a window of what a layer or the whole hedge did: P&L, premium, costs (USD).
    fn layers(&self, window: usize, arm: usize, layer: Option<&str>) -> [f64; 3] {
        let hedge = &self.config.hedges[arm];
        let mut sums = [0.0; 3];
        for cell in self.computed.of_window(window) {
            for (rules, own) in hedge.layers.iter().zip(&cell.arms[arm - 1].layers) {
                if layer.is_none_or(|name| rules.name == name) {
                    for (sum, cents) in sums.iter_mut().zip([own.pnl, own.premium, own.costs]) {
                        *sum += Money(cents).usd();
                    }
                }
            }
        }
        sums
    }

    /// Beta of the hedge's own P&L over capital in a window, the median over its cells.
    fn beta(&self, window: usize, arm: usize, downside: bool) -> Option<f64> {
        let capital = self.config.file.starting_capital_usd;
        median(self.computed.of_window(window).iter().map(|cell| {
            let gains = usd(&cell.arms[arm - 1].gains);
            let days = self.spx[window].iter().zip(&gains[1..]);
            let days = days.filter(|(spx, _)| !downside || **spx < 0.0);
            let (x, y): (Vec<f64>, Vec<f64>) = days.map(|(x, y)| (*x, y / capital)).unzip();
            slope(&x, &y)
        }))
    }

    /// Daily P&L of the condors alone and of an arm on the sessions of a condition, cell by cell (USD); how many there are.
    fn during(
        &self,
        window: usize,
        arm: usize,
        words: usize,
        during: &During,
    ) -> (Vec<[Vec<f64>; 2]>, usize) {
        let held = self.held(window, words, &during.trigger);
        let kept = |daily: Vec<f64>| -> Vec<f64> {
            let days = daily.into_iter().zip(&held);
            days.filter(|(_, held)| **held).map(|day| day.0).collect()
        };
        let cells = self.computed.of_window(window).iter();
        let both = cells.map(|cell| {
            let hedged = cell.arms[arm - 1].daily(&cell.unhedged);
            [kept(usd(&cell.unhedged)), kept(hedged)]
        });
        (both.collect(), held.iter().filter(|held| **held).count())
    }

    /// The median drawdown reduction on the sessions of a condition, played one after the other.
    fn reduction_during(
        &self,
        window: usize,
        arm: usize,
        words: usize,
        during: &During,
    ) -> Option<Parts> {
        let (cells, held) = self.during(window, arm, words, during);
        if held == 0 {
            return Some(Parts::default());
        }
        let reduction = median(cells.iter().map(|cell| {
            let [alone, hedged] = cell.each_ref().map(|daily| Outcome::without_tail(daily));
            Number::DrawdownReduction.of(&alone, &hedged, 1.0)
        }));
        Some(Parts::of([reduction?, 1.0, 0.0, 0.0, held as f64]))
    }

    /// P&L of an arm and of the condors alone on the sessions of a condition, over the cells in which these earn on them (USD).
    fn earned_during(&self, window: usize, arm: usize, words: usize, during: &During) -> Parts {
        let (cells, held) = self.during(window, arm, words, during);
        let mut sums = Sums::default();
        for cell in &cells {
            let [alone, hedged] = cell.each_ref().map(|daily| (daily.iter().sum(), 0.0));
            sums.add(alone, hedged);
        }
        Parts::of([sums.earned.1, sums.earned.0, 0.0, 0.0, held as f64])
    }

    /// Daily P&L of an arm in all cells of a window: its sum, the sum of squares that a ratio asks for, and the days.
    fn days(&self, window: usize, arm: usize, ratio: StudyRatio) -> [f64; 3] {
        let mut sums = [0.0; 3];
        for cell in self.computed.of_window(window) {
            for day in cell.arms[arm - 1].daily(&cell.unhedged) {
                let risked = match ratio {
                    StudyRatio::Sortino => day.min(0.0),
                    _ => day,
                };
                let own = [day, risked * risked, 1.0];
                sums.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
            }
        }
        sums
    }

    /// How many sales on a trigger came before a new low of the condors alone, and how many there were.
    fn unwinds(&self, window: usize, arm: usize, within: usize) -> [f64; 2] {
        let mut counts = [0.0; 2];
        for cell in self.computed.of_window(window) {
            let mut level = Money::ZERO;
            let curve = cell.unhedged.iter().map(|day| {
                level += Money(*day);
                level
            });
            let depth = unwinds::depths(&curve.collect::<Vec<Money>>(), Money::ZERO);
            for session in &cell.arms[arm - 1].unwinds {
                let session = usize::try_from(*session).unwrap_or(0);
                counts[0] += f64::from(u8::from(unwinds::is_premature(&depth, session, within)));
                counts[1] += 1.0;
            }
        }
        counts
    }

    /// Cash of a layer in all cells of a window, by calendar day since each purchase (USD).
    fn cash(&self, window: usize, arm: usize, layer: &str) -> Vec<f64> {
        let mut sum: Vec<f64> = Vec::new();
        let layers = &self.config.hedges[arm].layers;
        let place = layers.iter().position(|own| own.name == layer);
        let own = |cell: &'a Cell| cell.arms[arm - 1].cash.get(place?);
        for by_day in self.computed.of_window(window).iter().filter_map(own) {
            sum.resize(sum.len().max(by_day.len()), 0.0);
            let days = sum.iter_mut().zip(by_day);
            days.for_each(|(sum, cents)| *sum += Money(*cents).usd());
        }
        sum
    }
}

/// Least-squares slope of y on x.
fn slope(x: &[f64], y: &[f64]) -> Option<f64> {
    let mx = moments::mean(x)?;
    let my = moments::mean(y)?;
    let xy: f64 = x.iter().zip(y).map(|(x, y)| (x - mx) * (y - my)).sum();
    let xx: f64 = x.iter().map(|x| (x - mx) * (x - mx)).sum();
    (xx > 0.0).then(|| xy / xx)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some<const N: usize>(sums: [f64; N]) -> Option<Parts> {
        Some(Parts::of(sums))
    }

    #[test]
    fn sums_of_years_become_one_number() {
        let layer = StudyMeasure::LayerYield {
            arm: "a".into(),
            layer: "l".into(),
            of: StudyYield::Pnl,
        };
        let years = [some([-50.0, 100.0]), some([20.0, 50.0])];
        assert_eq!(joined(&layer, years.iter()), Some(-0.2));
        assert_eq!(joined(&layer, [None].iter()), None);
        let costs = StudyMeasure::CostShare { arm: "a".into() };
        assert_eq!(joined(&costs, [some([-50.0, -5.0])].iter()), Some(0.1));
        assert_eq!(joined(&costs, [some([50.0, -5.0])].iter()), None);
        assert_eq!(slope(&[0.0, 1.0, 2.0], &[1.0, 3.0, 5.0]), Some(2.0));
        assert_eq!(slope(&[1.0, 1.0], &[1.0, 3.0]), None);
    }

    #[test]
    fn a_rate_of_return_is_that_of_the_cash_of_all_years() {
        let layer = StudyMeasure::LayerYield {
            arm: "a".into(),
            layer: "l".into(),
            of: StudyYield::Irr,
        };
        let year = |last: usize, back: f64| {
            let mut cash = vec![0.0; last + 1];
            cash[0] = -100.0;
            cash[last] += back;
            Some(Parts {
                cash: [cash, Vec::new()],
                ..Parts::default()
            })
        };
        // 200 paid, 220 back after a year: 10 %, wherever it came from.
        let found = joined(&layer, [year(365, 150.0), year(365, 70.0)].iter());
        assert!((found.expect("a rate") - 0.10).abs() < 1e-9, "{found:?}");
        assert_eq!(joined(&layer, [year(365, 0.0)].iter()), None);
    }

    #[test]
    fn daily_ratios_are_those_of_all_days_together() {
        // Days of 3, -1 and -2, 4 in two years: mean 1, squares 30, losses squared 5.
        let days = [3.0, -1.0, -2.0, 4.0];
        let sums = |of: fn(f64) -> f64| -> f64 { days.iter().map(|day| of(*day)).sum() };
        let squares = sums(|day| day * day);
        let sharpe = daily_ratio(StudyRatio::Sharpe, sums(|day| day), squares, 4.0).unwrap();
        assert!((sharpe - stats::ratios::sharpe(&days).unwrap()).abs() < 1e-12);
        let losses = sums(|day| day.min(0.0).powi(2));
        let sortino = daily_ratio(StudyRatio::Sortino, sums(|day| day), losses, 4.0).unwrap();
        assert!((sortino - stats::ratios::sortino(&days).unwrap()).abs() < 1e-12);
        let measure = StudyMeasure::RatioDifference {
            arm: "a".into(),
            against: "b".into(),
            ratio: StudyRatio::Sharpe,
        };
        // The other arm has the same days: no difference, in whatever years they lie.
        let years = [
            some([2.0, 10.0, 2.0, 10.0, 2.0]),
            some([2.0, 20.0, 2.0, 20.0, 2.0]),
        ];
        assert_eq!(joined(&measure, years.iter()), Some(0.0));
    }

    #[test]
    fn years_without_the_condition_are_not_counted() {
        let measure = StudyMeasure::DrawdownReduction {
            arm: "a".into(),
            during: Some(During {
                words: "a".into(),
                trigger: signals::Trigger::Named("event".into()),
            }),
        };
        let years = [some([0.2, 1.0, 0.0, 0.0, 90.0]), Some(Parts::default())];
        assert_eq!(joined(&measure, years.iter()), Some(0.2));
        let there = years.iter().flatten().filter(|own| own.is_there(&measure));
        assert_eq!(there.count(), 1);
        // Events of one year alone are one observation, however many other years there are.
        let events = StudyMeasure::EventStudy {
            arm: "a".into(),
            trigger: signals::Trigger::Named("event".into()),
            outcome: runfile::claims::Outcome::Decline,
            sessions: 20,
        };
        let years = [
            some([-0.3, 2.0, -9.0, 250.0]),
            some([0.0, 0.0, -8.0, 251.0]),
        ];
        let there = years.iter().flatten().filter(|own| own.is_there(&events));
        assert_eq!(there.count(), 1);
    }
}
