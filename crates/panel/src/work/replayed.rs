//! One cell: a book on a weekday over a window, under every arm.

use chrono::Weekday;
use engine::run::{Keep, Run, run};
use policy::arm::Arm;
use stats::bootstrap::{Panel, Plan};
use stats::paired::Measure;
use sweep::cell::{Condors, daily_cents};
use sweep::random_dates::Told;

use super::Workshop;
use super::cells::InWindow;
use study::phase::Phase;

use crate::cell::{ArmCell, Cell, LayerCell, usd};
use crate::purchases::cash_by_age;
use crate::spec::StudyConfig;

impl Workshop<'_> {
    /// Replays a cell; its intervals, the last of its work, are told with the cell.
    pub(super) fn replay(
        &self,
        book: usize,
        weekday: Weekday,
        within: &InWindow<'_>,
        phase: &Phase<'_>,
    ) -> Cell {
        let config = self.config;
        let capital = self.config.capital();
        let arms = config.arms(book, weekday);
        let replay = |arm: &Arm| {
            let execution = &config.base.execution;
            let range = within.range.clone();
            run(within.history, range, arm, execution, capital, Keep::Curve)
        };
        let base = replay(&arms[0]);
        phase.work(within.cost.unhedged);
        let unhedged = daily_cents(&base.curve, capital, 0);
        let condors = usd(&unhedged);
        let mut cell = Cell {
            condors: Condors::of(&base, &arms[0]),
            arms: Vec::with_capacity(arms.len() - 1),
            unhedged,
        };
        let by_purchase = config.told_of_purchases();
        for (place, arm) in arms[1..].iter().enumerate() {
            let hedged = replay(arm);
            let mut own = told_arm(&base, &hedged, arm, &cell.unhedged, config);
            if within.window.year.is_some() && by_purchase.contains(&arm.name.as_str()) {
                add_purchases(&mut own, arm, within, config);
            }
            if place < config.shown() {
                let random = config.file.random_dates;
                if random.draws > 0 {
                    let draws = (random.draws, random.seed);
                    own.random = within.stocks.draws(place, &own.layers, &condors, draws);
                }
                if within.window.year.is_some() {
                    own.budgets = self.budgets(arm, &replay);
                }
            }
            cell.arms.push(own);
            phase.work(within.cost.arms[place]);
        }
        self.add_intervals(&condors, &mut cell);
        cell
    }

    /// The arm at each budget of the frontier; nothing where its budget does not follow the credit.
    fn budgets(&self, arm: &Arm, replay: &dyn Fn(&Arm) -> Run) -> Vec<(Told, i64)> {
        if !arm.hedge.budget.is_empty() {
            return Vec::new();
        }
        let capital = self.config.capital();
        self.config
            .file
            .frontier
            .budgets
            .iter()
            .map(|budget| {
                let mut hedge = arm.hedge.clone();
                hedge.budget_fraction_of_credit = *budget;
                let run = replay(&Arm::new(&arm.condors, &hedge));
                let told = Told {
                    pnl: study::curves::pnl(&run, capital).0,
                    max_drawdown: study::curves::max_drawdown(&run.curve, capital).0,
                };
                (told, study::twin::gross_premium(&run).0)
            })
            .collect()
    }

    /// Intervals within the window, book and weekday: the paired stationary bootstrap of all arms.
    fn add_intervals(&self, condors: &[f64], cell: &mut Cell) {
        let i = self.config.file.inference;
        if i.window_draws == 0 {
            return;
        }
        let shown = self.config.shown();
        let daily: Vec<Vec<f64>> = cell.arms[..shown]
            .iter()
            .map(|arm| arm.daily(&cell.unhedged))
            .collect();
        let books: Vec<&[f64]> = [condors]
            .into_iter()
            .chain(daily.iter().map(Vec::as_slice))
            .collect();
        let plan = Plan {
            draws: i.window_draws,
            mean_block_sessions: i.mean_block_sessions,
            seed: i.seed,
        };
        let draws = Panel::new(&books).draw_all(&plan);
        let capital = self.config.file.starting_capital_usd;
        for (place, arm) in cell.arms[..shown].iter_mut().enumerate() {
            let of = |measure| draws.interval(measure, 0, place + 1, i.level);
            let reduction = of(Measure::DrawdownReduction).map(|found| (found.lo, found.hi));
            let given_up =
                of(Measure::PnlDifference).map(|found| (-found.hi / capital, -found.lo / capital));
            arm.intervals = [reduction, given_up];
        }
    }
}

/// What claims ask of single purchases, from a replay that keeps its journal.
fn add_purchases(own: &mut ArmCell, arm: &Arm, within: &InWindow<'_>, config: &StudyConfig) {
    let execution = &config.base.execution;
    let range = within.range.clone();
    let capital = config.capital();
    let told = run(
        within.history,
        range,
        arm,
        execution,
        capital,
        Keep::Journal,
    );
    let sold = study::unwinds::sessions(&told, arm);
    own.unwinds = sold.into_iter().map(|session| session as i64).collect();
    own.cash = cash_by_age(&told, arm);
}

/// What is kept of a hedged run.
fn told_arm(
    base: &Run,
    hedged: &Run,
    arm: &Arm,
    unhedged: &[i64],
    config: &StudyConfig,
) -> ArmCell {
    let mut gains = daily_cents(&hedged.curve, config.capital(), 0);
    gains
        .iter_mut()
        .zip(unhedged)
        .for_each(|(hedged, unhedged)| *hedged -= unhedged);
    ArmCell {
        gains,
        layers: arm
            .hedge_ids()
            .map(|id| {
                let ledger = &hedged.portfolio.ledgers[id];
                LayerCell {
                    pnl: ledger.pnl().0,
                    premium: ledger.premium.0,
                    costs: (ledger.slippage + ledger.fees).0,
                    units: ledger.units,
                    purchases: i64::from(ledger.openings),
                }
            })
            .collect(),
        condors_identical: base.portfolio.ledgers.before(arm.first_hedge())
            == hedged.portfolio.ledgers.before(arm.first_hedge()),
        ..ArmCell::default()
    }
}
