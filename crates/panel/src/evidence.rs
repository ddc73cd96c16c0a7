//! What the cells and the market of a study say besides daily curves: costs, layers, betas, events.
//!
//! A measure is four sums of a window ([`Evidence::parts`]), and a number of those sums over years ([`joined`]).

use engine::placebo_trades::PlaceboTrades;
use market::price::Money;
use policy::arm::Arm;
use runfile::claims::Outcome;
use runfile::study_claim::StudyMeasure;
use signals::Trigger;
use stats::moments;

use crate::cell::usd;
use crate::numbers::{Sums, median};
use crate::spec::StudyConfig;
use crate::work::Computed;

/// Sums of one window; what they are depends on the measure.
pub type Parts = [f64; 4];

/// What the cells of a study say besides their curves.
pub struct Evidence<'a> {
    config: &'a StudyConfig,
    computed: &'a Computed,
    /// Daily returns of the S&P 500 by window; the first session of a window has none.
    spx: Vec<Vec<f64>>,
}

/// A number of the sums of some windows; `None` where one of them has none, or it is undefined.
pub fn joined<'p>(
    measure: &StudyMeasure,
    parts: impl Iterator<Item = &'p Option<Parts>>,
) -> Option<f64> {
    let mut sums = [0.0; 4];
    for own in parts {
        let own = (*own)?;
        sums.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
    }
    let [a, b, c, d] = sums;
    match measure {
        // P&L and costs.
        StudyMeasure::CostShare { .. } => (a < 0.0).then(|| b / a),
        // P&L and premium; the sum of betas and their number.
        StudyMeasure::LayerYield { .. } | StudyMeasure::BetaChange { .. } => {
            (b > 0.0).then(|| a / b)
        }
        // P&L of the arm and of the condors alone, where these earn.
        StudyMeasure::ProfitKept { .. } => (b > 0.0).then(|| a / b),
        StudyMeasure::ReturnTrimmed { .. } => (b > 0.0).then(|| 1.0 - a / b),
        // The same twice: after the flag or event, and on all sessions.
        StudyMeasure::FlaggedYield { .. } | StudyMeasure::EventStudy { .. } => {
            (b > 0.0 && d > 0.0).then(|| a / b - c / d)
        }
        _ => None,
    }
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

    /// The sums of a window a measure is made of; `None` where it is made of daily curves.
    pub fn parts(&self, measure: &StudyMeasure, window: usize) -> Option<Parts> {
        let place = |name: &str| {
            let mut hedges = self.config.hedges.iter();
            hedges.position(|hedge| hedge.name == name)
        };
        match measure {
            StudyMeasure::CostShare { arm } => {
                let [pnl, _, costs] = self.layers(window, place(arm)?, None);
                Some([pnl, costs, 0.0, 0.0])
            }
            StudyMeasure::LayerYield { arm, layer } => {
                let [pnl, premium, _] = self.layers(window, place(arm)?, Some(layer));
                Some([pnl, premium, 0.0, 0.0])
            }
            StudyMeasure::BetaChange { arm, downside } => {
                Some([self.beta(window, place(arm)?, *downside)?, 1.0, 0.0, 0.0])
            }
            StudyMeasure::ProfitKept { arm } | StudyMeasure::ReturnTrimmed { arm } => {
                let (alone, hedged) = self.earned(window, place(arm)?);
                Some([hedged, alone, 0.0, 0.0])
            }
            StudyMeasure::FlaggedYield {
                arm,
                trigger,
                layers,
            } => Some(self.flagged(window, place(arm)?, trigger, layers)),
            StudyMeasure::EventStudy {
                arm,
                trigger,
                outcome,
                sessions,
            } => Some(self.events(window, place(arm)?, trigger, (*outcome, *sessions))),
            _ => None,
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

    /// Outcomes of the S&P 500 after the first session of a trigger and after any session, each with their number.
    fn events(
        &self,
        window: usize,
        arm: usize,
        trigger: &Trigger,
        (outcome, sessions): (Outcome, usize),
    ) -> Parts {
        let history = &self.computed.history;
        let hedge = &self.config.hedges[arm];
        let column = hedge.definitions().trigger_column(history, trigger);
        let is_yes = |t: usize| column.at(history.view(t)).is_yes();
        let spot = |t: usize| history.view(t).today().spot;
        let mut sums = [0.0; 4];
        let range = self.computed.ranges[window].clone();
        for t in range.filter(|t| t + sessions < history.len()) {
            let mut since = (t..=t + sessions).map(|at| spot(at) / spot(t) - 1.0);
            let own = match outcome {
                Outcome::Return => since.next_back().unwrap_or(0.0),
                Outcome::Decline => since.fold(0.0, f64::min),
            };
            if is_yes(t) && t.checked_sub(1).is_none_or(|before| !is_yes(before)) {
                sums[0] += own;
                sums[1] += 1.0;
            }
            sums[2] += own;
            sums[3] += 1.0;
        }
        sums
    }

    /// P&L and premium of units bought the session after a flag, then of units bought on any session (USD).
    fn flagged(&self, window: usize, arm: usize, trigger: &Trigger, layers: &[String]) -> Parts {
        let history = &self.computed.history;
        let range = self.computed.ranges[window].clone();
        let config = self.config;
        let hedge = &self.config.hedges[arm];
        let column = hedge.definitions().trigger_column(history, trigger);
        let own = Arm::new(&[config.books[0].on(config.file.weekdays[0])], hedge);
        let mut sums = [0.0; 4];
        for layer in layers.iter().filter_map(|name| own.hedge_named(name)) {
            let execution = &config.base.execution;
            let trades = PlaceboTrades::new(history, range.clone(), &own, layer, execution);
            for at in 1..range.len() {
                let unit = trades.unit(at);
                let Some(unit) = unit.filter(|unit| unit.premium > Money::ZERO) else {
                    continue;
                };
                let mut daily = vec![Money::ZERO; unit.sessions()];
                unit.add(0, 1, &mut daily);
                let both = [daily.into_iter().sum::<Money>().usd(), unit.premium.usd()];
                let is_flagged = column.at(history.view(range.start + at - 1)).is_yes();
                for (place, amount) in both.into_iter().enumerate() {
                    sums[place] += if is_flagged { amount } else { 0.0 };
                    sums[2 + place] += amount;
                }
            }
        }
        sums
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

    #[test]
    fn sums_of_years_become_one_number() {
        let layer = StudyMeasure::LayerYield {
            arm: "a".into(),
            layer: "l".into(),
        };
        let years = [Some([-50.0, 100.0, 0.0, 0.0]), Some([20.0, 50.0, 0.0, 0.0])];
        assert_eq!(joined(&layer, years.iter()), Some(-0.2));
        assert_eq!(joined(&layer, [None].iter()), None);
        let costs = StudyMeasure::CostShare { arm: "a".into() };
        assert_eq!(
            joined(&costs, [Some([-50.0, -5.0, 0.0, 0.0])].iter()),
            Some(0.1)
        );
        assert_eq!(joined(&costs, [Some([50.0, -5.0, 0.0, 0.0])].iter()), None);
        assert_eq!(slope(&[0.0, 1.0, 2.0], &[1.0, 3.0, 5.0]), Some(2.0));
        assert_eq!(slope(&[1.0, 1.0], &[1.0, 3.0]), None);
    }
}
