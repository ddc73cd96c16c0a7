//! The numbers a hedge is judged by.

use stats::interval::quantile;
use stats::paired::{Measure, Outcome};
use stats::two_stage::OverYears;

/// A number of one arm over one book, weekday and window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// `1 - |drawdown| / |drawdown of the condors alone|` (fraction).
    DrawdownReduction,
    /// P&L over that of the condors alone, where that is positive (fraction).
    ProfitKept,
    /// P&L of the condors alone less P&L, over capital (fraction per window).
    ReturnGivenUp,
    /// `1 - |tail mean| / |tail mean of the condors alone|` (fraction).
    CvarReduction,
    /// P&L less that of so many condors that they fall as deep, over capital (fraction per window); undefined where the
    /// hedge deepens the drawdown.
    OverFewerCondors,
}

impl Number {
    /// All of them, in the order of the tables.
    pub const ALL: [Number; 5] = [
        Number::DrawdownReduction,
        Number::ProfitKept,
        Number::ReturnGivenUp,
        Number::CvarReduction,
        Number::OverFewerCondors,
    ];

    /// Its name in the tables.
    pub fn name(self) -> &'static str {
        match self {
            Number::DrawdownReduction => "drawdown_reduction",
            Number::ProfitKept => "profit_kept",
            Number::ReturnGivenUp => "return_given_up",
            Number::CvarReduction => "cvar_reduction",
            Number::OverFewerCondors => "over_fewer_condors",
        }
    }

    /// How its interval over years is made.
    pub fn kind(self) -> OverYears {
        match self {
            Number::DrawdownReduction | Number::CvarReduction => OverYears::Depth,
            Number::ProfitKept | Number::ReturnGivenUp | Number::OverFewerCondors => OverYears::Sum,
        }
    }

    /// The number of a hedged outcome against the condors alone.
    pub fn of(self, unhedged: &Outcome, hedged: &Outcome, capital: f64) -> Option<f64> {
        match self {
            Number::DrawdownReduction => Measure::DrawdownReduction.of(unhedged, hedged),
            Number::ProfitKept => Measure::Retention.of(unhedged, hedged),
            Number::ReturnGivenUp => Measure::PnlDifference
                .of(unhedged, hedged)
                .map(|gain| -gain / capital),
            Number::CvarReduction => {
                (unhedged.cvar95_usd < 0.0).then(|| 1.0 - hedged.cvar95_usd / unhedged.cvar95_usd)
            }
            Number::OverFewerCondors => Measure::SameDrawdownAdvantage
                .of(unhedged, hedged)
                .map(|gain| gain / capital),
        }
    }
}

/// A number of sums over books, weekdays and years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooled {
    /// `1 - sum of drawdowns / sum of drawdowns of the condors alone` (fraction).
    Reduction,
    /// Sum of P&L over that of the condors alone, both of the books, weekdays and years in which the condors alone earn
    /// (fraction). Years alone are drawn: which books earn is what happened, and other blocks of days would choose others.
    Kept,
    /// Sum of P&L less that of so many condors that their drawdowns have the same sum, over capital (fraction per book and
    /// year). Above zero lies above the line of fewer condors.
    OverLine,
}

/// Sums of one arm and of the condors alone over the same cells (USD).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sums {
    /// P&L and drawdown of the condors alone.
    pub unhedged: (f64, f64),
    /// The same of the arm.
    pub hedged: (f64, f64),
    /// P&L of the condors alone and of the arm in the cells in which the condors alone earn.
    pub earned: (f64, f64),
    /// Cells.
    pub cells: usize,
}

impl Sums {
    /// Adds a cell: P&L and drawdown of the condors alone, then of the arm.
    pub fn add(&mut self, unhedged: (f64, f64), hedged: (f64, f64)) {
        self.unhedged = (self.unhedged.0 + unhedged.0, self.unhedged.1 + unhedged.1);
        self.hedged = (self.hedged.0 + hedged.0, self.hedged.1 + hedged.1);
        if unhedged.0 > 0.0 {
            self.earned = (self.earned.0 + unhedged.0, self.earned.1 + hedged.0);
        }
        self.cells += 1;
    }
}

impl Pooled {
    /// All of them, in the order of the tables.
    pub const ALL: [Pooled; 3] = [Pooled::Reduction, Pooled::Kept, Pooled::OverLine];

    /// Its name in the tables.
    pub fn name(self) -> &'static str {
        match self {
            Pooled::Reduction => "pooled_reduction",
            Pooled::Kept => "pooled_kept",
            Pooled::OverLine => "over_line",
        }
    }

    /// How its interval over years is made.
    pub fn kind(self) -> OverYears {
        match self {
            Pooled::Reduction => OverYears::Depth,
            Pooled::Kept | Pooled::OverLine => OverYears::Sum,
        }
    }

    /// The number of some sums.
    pub fn of(self, sums: &Sums, capital: f64) -> Option<f64> {
        let ((pnl_u, fall_u), (pnl_h, fall_h)) = (sums.unhedged, sums.hedged);
        let falls = fall_u < 0.0;
        match self {
            Pooled::Reduction => falls.then(|| 1.0 - fall_h / fall_u),
            Pooled::Kept => (sums.earned.0 > 0.0).then(|| sums.earned.1 / sums.earned.0),
            Pooled::OverLine => {
                falls.then(|| (pnl_h - fall_h / fall_u * pnl_u) / (capital * sums.cells as f64))
            }
        }
    }
}

/// How numbers are spread.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spread {
    /// Defined ones.
    pub n: usize,
    /// Those above zero.
    pub positive: usize,
    /// Least, lower quartile, median, upper quartile, greatest.
    pub five: Option<[f64; 5]>,
}

impl Spread {
    /// Of the defined ones among some numbers.
    pub fn of(values: impl Iterator<Item = Option<f64>>) -> Spread {
        let mut known: Vec<f64> = values.flatten().collect();
        known.sort_by(f64::total_cmp);
        let at = |p: f64| quantile(&known, p);
        let five = || Some([at(0.0)?, at(0.25)?, at(0.5)?, at(0.75)?, at(1.0)?]);
        Spread {
            n: known.len(),
            positive: known.iter().filter(|value| **value > 0.0).count(),
            five: five(),
        }
    }

    /// The middle one.
    pub fn median(&self) -> Option<f64> {
        self.five.map(|five| five[2])
    }
}

/// The median of the defined ones among some numbers.
pub fn median(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let mut known: Vec<f64> = values.flatten().collect();
    known.sort_by(f64::total_cmp);
    quantile(&known, 0.5)
}

/// The mean of the defined ones among some numbers.
pub fn mean(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let (sum, n) = values
        .flatten()
        .fold((0.0, 0_usize), |(sum, n), value| (sum + value, n + 1));
    (n > 0).then(|| sum / n as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_condors_lie_on_the_line() {
        let mut half = Sums::default();
        half.add((1_000.0, -400.0), (500.0, -200.0));
        half.add((-200.0, -600.0), (-100.0, -300.0));
        let of = |pooled: Pooled| pooled.of(&half, 1e5).unwrap();
        assert_eq!((of(Pooled::Reduction), of(Pooled::Kept)), (0.5, 0.5));
        assert_eq!(of(Pooled::OverLine), 0.0);
        half.add((0.0, 0.0), (200.0, 0.0));
        assert!((Pooled::OverLine.of(&half, 1e5).unwrap() - 200.0 / 3e5).abs() < 1e-15);
    }

    #[test]
    fn a_spread_by_hand() {
        let spread = Spread::of([Some(3.0), None, Some(-1.0), Some(1.0)].into_iter());
        assert_eq!((spread.n, spread.positive), (3, 2));
        assert_eq!(spread.five, Some([-1.0, 0.0, 1.0, 2.0, 3.0]));
        assert_eq!(mean([Some(1.0), None, Some(4.0)].into_iter()), Some(2.5));
        assert_eq!(median(std::iter::empty()), None);
    }
}
