//! The sample of a study: years, each with every book on every weekday under every arm.

use stats::bootstrap::Panel;
use stats::interval::Interval;
use stats::paired::Outcome;
use stats::two_stage::{Drawn, OverYears, Years};

use crate::cell::usd;
use crate::numbers::Sums;
use crate::spec::StudyConfig;
use crate::work::Computed;

/// Years of a study, as panels of daily P&L.
pub struct Sample {
    /// The calendar years.
    pub years: Vec<i32>,
    /// Places of their windows.
    pub windows: Vec<usize>,
    /// Books times weekdays.
    pub cells: usize,
    /// Arms, the unhedged one included.
    pub arms: usize,
    /// Capital (USD).
    pub capital: f64,
    bootstrap: Years,
}

impl Sample {
    /// The years among these, or all where none is named; `None` where there is none of them.
    pub fn new(config: &StudyConfig, computed: &Computed, wanted: &[i32]) -> Option<Sample> {
        let all = &computed.windows.all;
        let windows: Vec<usize> = computed
            .years()
            .into_iter()
            .filter(|place| {
                let year = all[*place].year;
                wanted.is_empty() || year.is_some_and(|year| wanted.contains(&year))
            })
            .collect();
        if windows.is_empty() {
            return None;
        }
        let i = config.file.inference;
        let panels = windows.iter().map(|place| panel(computed, *place));
        Some(Sample {
            years: windows
                .iter()
                .filter_map(|place| all[*place].year)
                .collect(),
            cells: computed.of_window(windows[0]).len(),
            arms: config.hedges.len(),
            capital: config.file.starting_capital_usd,
            bootstrap: Years::new(panels.collect(), i.mean_block_sessions, i.seed),
            windows,
        })
    }

    /// The years as they were.
    pub fn as_it_was(&self) -> Vec<Drawn> {
        self.bootstrap.sample()
    }

    /// A draw of years, and of blocks within them.
    pub fn draw(&self, number: u64) -> Vec<Drawn> {
        self.bootstrap.draw(number)
    }

    /// The places of the years of a draw.
    pub fn choice(&self, number: u64) -> Vec<usize> {
        self.bootstrap.choice(number)
    }

    /// The outcomes of the condors alone and of an arm (1 is the first hedged one), cell by cell, of a drawn year.
    pub fn pairs<'d>(
        &self,
        outcomes: &'d [Outcome],
        arm: usize,
    ) -> impl Iterator<Item = (&'d Outcome, &'d Outcome)> + use<'d> {
        let cells = outcomes.chunks(self.arms);
        cells.map(move |cell| (&cell[0], &cell[arm]))
    }

    /// Sums of an arm over all cells of some drawn years.
    pub fn sums(&self, drawn: &[Drawn], arm: usize) -> Sums {
        let mut sums = Sums::default();
        for (_, outcomes) in drawn {
            for (u, h) in self.pairs(outcomes, arm) {
                sums.add(
                    (u.pnl_usd, u.max_drawdown_usd),
                    (h.pnl_usd, h.max_drawdown_usd),
                );
            }
        }
        sums
    }
}

/// Daily P&L of a window: cell by cell the condors alone, then every hedged arm.
fn panel(computed: &Computed, window: usize) -> Panel {
    let mut daily: Vec<Vec<f64>> = Vec::new();
    for cell in computed.of_window(window) {
        daily.push(usd(&cell.unhedged));
        daily.extend(cell.arms.iter().map(|arm| arm.daily(&cell.unhedged)));
    }
    Panel::new(&daily.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// The interval of a number over years; within the one year where there is no other.
pub(crate) fn interval(
    kind: OverYears,
    draws: &[Option<f64>],
    value: Option<f64>,
    years: usize,
    level: f64,
) -> Option<Interval> {
    let value = value?;
    // In most draws undefined: an interval of the others would describe worlds that did not happen.
    let defined = draws.iter().flatten().count();
    if 2 * defined < draws.len() {
        return None;
    }
    match years {
        1 => Interval::percentile(draws, level),
        _ => kind.interval(draws, value, years, level),
    }
}

/// A number of years and its draws, where years alone are drawn. `of` gets places of years.
pub(crate) fn over_years(
    config: &StudyConfig,
    sample: &Sample,
    of: &dyn Fn(&[usize]) -> Option<f64>,
) -> (Option<f64>, Vec<Option<f64>>) {
    let all: Vec<usize> = (0..sample.years.len()).collect();
    let draws = 0..config.file.inference.draws as u64;
    let drawn = draws.map(|number| of(&sample.choice(number)));
    (of(&all), drawn.collect())
}
