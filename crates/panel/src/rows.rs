//! The rows of a study's tables.

use market::price::Money;
use stats::paired::Outcome;
use sweep::random_dates::Told;
use tables::{AnswerRow, BookRow, YearRow};

use crate::cell::{ArmCell, Cell, usd};
use crate::numbers::{Number, Spread, median};
use crate::spec::{StudyConfig, StudyWindow};
use crate::work::{Computed, places};

/// `books.csv`: window by window, book by book, weekday by weekday, the condors alone and then every arm.
pub fn books(config: &StudyConfig, computed: &Computed) -> Vec<BookRow> {
    let places = places(config);
    let mut rows = Vec::new();
    for (at, window) in computed.windows.all.iter().enumerate() {
        for ((book, weekday), cell) in places.iter().zip(computed.of_window(at)) {
            let mut own = of_cell(config, window, cell);
            for row in &mut own {
                row.book.clone_from(&config.books[*book].name);
                row.weekday = config.weekday_name(*weekday);
            }
            rows.append(&mut own);
        }
    }
    rows
}

fn of_cell(config: &StudyConfig, window: &StudyWindow, cell: &Cell) -> Vec<BookRow> {
    let base = Outcome::of(&usd(&cell.unhedged));
    let own = |name: &str, outcome: &Outcome| BookRow {
        window: window.name.clone(),
        indicative: window.indicative,
        arm: name.to_string(),
        pnl_usd: Money::from_usd(outcome.pnl_usd),
        max_drawdown_usd: Money::from_usd(outcome.max_drawdown_usd),
        cvar95_usd: Money::from_usd(outcome.cvar95_usd),
        condors_identical: true,
        ..BookRow::default()
    };
    let mut rows = vec![BookRow {
        condors_ordered: usize::try_from(cell.condors.ordered).ok(),
        condors_traded: usize::try_from(cell.condors.traded).ok(),
        ..own(&config.hedges[0].name, &base)
    }];
    for (at, name) in config.arm_names()[..config.shown()].iter().enumerate() {
        let arm = &cell.arms[at];
        let outcome = Outcome::of(&arm.daily(&cell.unhedged));
        let row = own(name, &outcome);
        rows.push(compared(config, row, (&base, &outcome), (cell, at)));
    }
    rows
}

fn compared(
    config: &StudyConfig,
    row: BookRow,
    (base, outcome): (&Outcome, &Outcome),
    (cell, at): (&Cell, usize),
) -> BookRow {
    let capital = config.file.starting_capital_usd;
    let arm = &cell.arms[at];
    let number = |number: Number| number.of(base, outcome, capital);
    let [reduction, given_up] = arm.intervals;
    let random: Vec<Option<f64>> = random_reductions(arm, base);
    let own = number(Number::DrawdownReduction);
    let as_good = own.filter(|_| !random.is_empty()).map(|own| {
        let good = random.iter().flatten().filter(|value| **value >= own);
        good.count() as f64 / random.len() as f64
    });
    BookRow {
        hedge_pnl_usd: Some(Money::from_usd(outcome.pnl_usd - base.pnl_usd)),
        drawdown_reduction: own,
        drawdown_reduction_lo: reduction.map(|ends| ends.0),
        drawdown_reduction_hi: reduction.map(|ends| ends.1),
        profit_kept: number(Number::ProfitKept),
        return_given_up: number(Number::ReturnGivenUp),
        return_given_up_lo: given_up.map(|ends| ends.0),
        return_given_up_hi: given_up.map(|ends| ends.1),
        cvar_reduction: number(Number::CvarReduction),
        over_fewer_condors_usd: number(Number::OverFewerCondors)
            .map(|share| Money::from_usd(share * capital)),
        random_reduction: median(random.iter().copied()),
        random_as_good: as_good,
        premium_usd: Some(Money(arm.premium())),
        costs_usd: Some(Money(arm.layers.iter().map(|layer| layer.costs).sum())),
        purchases: usize::try_from(arm.layers.iter().map(|layer| layer.purchases).sum::<i64>())
            .ok(),
        condors_identical: arm.condors_identical,
        ..row
    }
}

fn random_reductions(arm: &ArmCell, base: &Outcome) -> Vec<Option<f64>> {
    let base = Told::of(base);
    arm.random.iter().map(|told| told.reduction(base)).collect()
}

/// Drawdown reduction of an arm of a cell less the median one of random dates.
pub(crate) fn over_random(cell: &Cell, arm: usize) -> Option<f64> {
    let base = Outcome::of(&usd(&cell.unhedged));
    let own = Outcome::of(&cell.arms[arm].daily(&cell.unhedged));
    let random = random_reductions(&cell.arms[arm], &base);
    let capital = 1.0;
    Some(Number::DrawdownReduction.of(&base, &own, capital)? - median(random.iter().copied())?)
}

/// `years.csv`: arm by arm, number by number, window by window.
pub fn years(config: &StudyConfig, computed: &Computed) -> Vec<YearRow> {
    let capital = config.file.starting_capital_usd;
    let mut rows = Vec::new();
    for (at, name) in config.arm_names()[..config.shown()].iter().enumerate() {
        let outcomes: Vec<Vec<(Outcome, Outcome)>> = (0..computed.ranges.len())
            .map(|window| {
                computed
                    .of_window(window)
                    .iter()
                    .map(|cell| pair(cell, at))
                    .collect()
            })
            .collect();
        for (of_number, number) in Number::ALL.into_iter().enumerate() {
            let windows = computed.windows.all.iter().zip(&outcomes).enumerate();
            for (place, (window, pairs)) in windows {
                let values = pairs.iter().map(|(u, h)| number.of(u, h, capital));
                let spread = Spread::of(values);
                let band = computed.bands.of(place, at, of_number);
                rows.push(YearRow {
                    band_lo: band.map(|ends| ends.0),
                    band_hi: band.map(|ends| ends.1),
                    ..year(name, window, number.name(), spread, pairs.len())
                });
            }
        }
        if config.file.random_dates.draws > 0 {
            for (place, window) in computed.windows.all.iter().enumerate() {
                let cells = computed.of_window(place);
                let values = cells.iter().map(|cell| over_random(cell, at));
                let spread = Spread::of(values);
                rows.push(year(name, window, "over_random_dates", spread, cells.len()));
            }
        }
    }
    rows
}

fn pair(cell: &Cell, arm: usize) -> (Outcome, Outcome) {
    (
        Outcome::of(&usd(&cell.unhedged)),
        Outcome::of(&cell.arms[arm].daily(&cell.unhedged)),
    )
}

fn year(arm: &str, window: &StudyWindow, measure: &str, spread: Spread, of: usize) -> YearRow {
    let at = |place: usize| spread.five.map(|five| five[place]);
    YearRow {
        arm: arm.to_string(),
        window: window.name.clone(),
        indicative: window.indicative,
        measure: measure.to_string(),
        n: spread.n,
        of,
        median: at(2),
        lowest: at(0),
        lower_quartile: at(1),
        upper_quartile: at(3),
        highest: at(4),
        positive: spread.positive,
        ..YearRow::default()
    }
}

/// A row of `answers.csv` without its value and interval.
pub(crate) fn answer(
    arm: &str,
    measure: &str,
    over_years: &str,
    yearly: &[Option<f64>],
    cells: impl Iterator<Item = Option<f64>>,
) -> AnswerRow {
    let years = Spread::of(yearly.iter().copied());
    let cells = Spread::of(cells);
    let at = |place: usize| years.five.map(|five| five[place]);
    AnswerRow {
        arm: arm.to_string(),
        measure: measure.to_string(),
        over_years: over_years.to_string(),
        median_year: at(2),
        lowest_year: at(0),
        highest_year: at(4),
        years_positive: years.positive,
        years: years.n,
        cells_positive: cells.positive,
        cells: cells.n,
        ..AnswerRow::default()
    }
}
