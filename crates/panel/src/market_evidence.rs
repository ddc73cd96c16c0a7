//! What the market of a study says without any book: events, conditions, units bought after a flag, phases of a roll.

use std::ops::Range;

use chrono::Datelike;
use engine::placebo_trades::PlaceboTrades;
use market::price::Money;
use policy::arm::Arm;
use runfile::claims::Outcome;
use runfile::study_claim::StudyMeasure;
use signals::Trigger;
use stats::moments;
use stats::strata::Matched;
use study::crash_phases;

use crate::evidence::{Evidence, Parts};

/// Strata by day of the week.
const WEEKDAYS: usize = 7;

impl Evidence<'_> {
    /// The arm over the first book on the first weekday: for what no book decides.
    fn arm(&self, arm: usize) -> Arm {
        let config = self.config;
        let book = config.books[0].on(config.weekdays()[0]);
        Arm::new(&[book], &config.hedges[arm])
    }

    /// The parts of a measure that asks no book.
    pub(crate) fn of_market(&self, measure: &StudyMeasure, window: usize) -> Option<Parts> {
        let place = |name: &str| self.place(name);
        match measure {
            StudyMeasure::PhaseDispersion {
                single,
                ladder,
                crash_sessions,
                phases,
            } => {
                let of = |arm| self.phase_deviation(window, arm, (*crash_sessions, *phases));
                Some(Parts::of([of(place(ladder)?)?, of(place(single)?)?]))
            }
            StudyMeasure::ConditionDifference {
                arm,
                trigger,
                signal,
                same_weekday,
            } => Some(self.condition(window, place(arm)?, trigger, (signal, *same_weekday))),
            StudyMeasure::FlaggedYield {
                arm,
                trigger,
                layers,
                of: _,
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

    fn range(&self, window: usize) -> Range<usize> {
        self.computed.ranges[window].clone()
    }

    /// Session by session of a window, whether a trigger in the words of an arm holds at the close.
    pub(crate) fn held(&self, window: usize, arm: usize, trigger: &Trigger) -> Vec<bool> {
        let history = &self.computed.history;
        let definitions = self.config.hedges[arm].definitions();
        let column = definitions.trigger_column(history, trigger);
        let range = self.range(window);
        range.map(|t| column.at(history.view(t)).is_yes()).collect()
    }

    /// Deviation over roll phases of what an arm's layers pay in the worst span of a window, per dollar of premium; `None`
    /// where a layer buys futures, which have no premium.
    fn phase_deviation(
        &self,
        window: usize,
        arm: usize,
        (crash_sessions, phases): (usize, usize),
    ) -> Option<f64> {
        let history = &self.computed.history;
        let range = self.range(window);
        let spot = |t: usize| history.view(t).today().spot;
        let closes: Vec<f64> = range.clone().map(spot).collect();
        // Before that not every phase has bought.
        let before = phases.checked_sub(1)?;
        let worst = crash_phases::worst_span(closes.get(before..)?, crash_sessions)?;
        let crash = worst.start + before..worst.end + before;
        let arm = (&self.arm(arm), &self.config.base.execution);
        let payoffs = crash_phases::payoffs(history, range, arm, &crash, phases).ok()?;
        moments::deviation(&payoffs)
    }

    /// Sum and number of a signal's values on the sessions of a condition, then on the others; or then of as many
    /// counterparts, each the mean of the others of its weekday.
    fn condition(
        &self,
        window: usize,
        arm: usize,
        trigger: &Trigger,
        (signal, same_weekday): (&str, bool),
    ) -> Parts {
        let history = &self.computed.history;
        let definitions = self.config.hedges[arm].definitions();
        let column = definitions.signal_column(history, signal);
        let held = self.held(window, arm, trigger);
        if same_weekday {
            let values = self.range(window).zip(held).filter_map(|(t, held)| {
                let weekday = history.view(t).today().date.weekday();
                let value = column.at(history.view(t))?;
                Some((held, weekday.num_days_from_monday() as usize, value))
            });
            let matched = Matched::of(values, WEEKDAYS);
            let n = matched.n as f64;
            return Parts::of([matched.on, n, matched.off, n]);
        }
        let mut sums = [0.0; 4];
        for (t, held) in self.range(window).zip(held) {
            if let Some(value) = column.at(history.view(t)) {
                let at = if held { 0 } else { 2 };
                sums[at] += value;
                sums[at + 1] += 1.0;
            }
        }
        Parts::of(sums)
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
        Parts::of(sums)
    }

    /// P&L and premium of units bought the session after a flag, then of units bought on any session (USD), and their cash by
    /// calendar day.
    fn flagged(&self, window: usize, arm: usize, trigger: &Trigger, layers: &[String]) -> Parts {
        let history = &self.computed.history;
        let range = self.range(window);
        let held = self.held(window, arm, trigger);
        let own = self.arm(arm);
        let mut parts = Parts::default();
        for layer in layers.iter().filter_map(|name| own.hedge_named(name)) {
            let execution = &self.config.base.execution;
            let trades = PlaceboTrades::new(history, range.clone(), &own, layer, execution);
            for at in 1..range.len() {
                let unit = trades.unit(at);
                let Some(unit) = unit.filter(|unit| unit.premium > Money::ZERO) else {
                    continue;
                };
                let mut daily = vec![Money::ZERO; unit.sessions()];
                unit.add(0, 1, &mut daily);
                let date = |at: usize| history.view(range.start + at).today().date;
                let days = date(at + unit.sessions() - 1) - date(at);
                let pnl = daily.into_iter().sum::<Money>();
                let bought = (pnl.usd(), unit.premium.usd(), days.num_days() as usize);
                add_unit(&mut parts, 1, bought);
                if held[at - 1] {
                    add_unit(&mut parts, 0, bought);
                }
            }
        }
        parts
    }
}

/// Adds a unit to what was flagged (0) or to all (1): P&L and premium (USD), and calendar days it was held.
fn add_unit(parts: &mut Parts, place: usize, (pnl, premium, days): (f64, f64, usize)) {
    parts.sums[2 * place] += pnl;
    parts.sums[2 * place + 1] += premium;
    let cash = &mut parts.cash[place];
    cash.resize(cash.len().max(days + 1), 0.0);
    cash[0] -= premium;
    cash[days] += premium + pnl;
}
