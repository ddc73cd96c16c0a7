//! The tables of a study: many books on many weekdays in many windows.

use crate::Money;
use crate::row::row;

row! {
    /// `books.csv`: an arm over one book, weekday and window.
    BookRow = "books.csv" {
        /// Condor book.
        book: String [""],
        /// Weekday of entry.
        weekday: String [""],
        /// Window.
        window: String [""],
        /// Whether prices of this window are indicative only.
        indicative: bool [""],
        /// Arm.
        arm: String [""],
        /// Trading P&L net of costs.
        pnl_usd: Money ["USD"],
        /// Largest fall of trading equity from its peak, never positive.
        max_drawdown_usd: Money ["USD"],
        /// Mean of the worst five percent of days.
        cvar95_usd: Money ["USD"],
        /// P&L less that of the condors alone.
        hedge_pnl_usd: Option<Money> ["USD"],
        /// 1 − drawdown / drawdown of the condors alone.
        drawdown_reduction: Option<f64> ["fraction"],
        /// Lower end of its interval within this window, book and weekday.
        drawdown_reduction_lo: Option<f64> ["fraction"],
        /// Upper end.
        drawdown_reduction_hi: Option<f64> ["fraction"],
        /// P&L / P&L of the condors alone, where they earn.
        profit_kept: Option<f64> ["fraction"],
        /// P&L of the condors alone less P&L, over the capital.
        return_given_up: Option<f64> ["fraction"],
        /// Lower end of its interval within this window, book and weekday.
        return_given_up_lo: Option<f64> ["fraction"],
        /// Upper end.
        return_given_up_hi: Option<f64> ["fraction"],
        /// 1 − tail mean / tail mean of the condors alone.
        cvar_reduction: Option<f64> ["fraction"],
        /// P&L less that of so many condors that they have this drawdown; undefined where the hedge deepens it.
        over_fewer_condors_usd: Option<Money> ["USD"],
        /// Median drawdown reduction of the same purchases at random dates.
        random_reduction: Option<f64> ["fraction"],
        /// Share of the random dates whose drawdown reduction is at least as great.
        random_as_good: Option<f64> ["fraction"],
        /// Premium spent.
        premium_usd: Option<Money> ["USD"],
        /// Slippage and fees of the hedge, never positive.
        costs_usd: Option<Money> ["USD"],
        /// Purchases.
        purchases: Option<usize> [""],
        /// Whether its condors are those of the condors alone, in flows, fees and slippage.
        condors_identical: bool [""],
    } later {
        /// Condors that were ordered, those refused at the fill among them; of the condors alone.
        condors_ordered: Option<usize> [""],
        /// Condors that were opened; of the condors alone.
        condors_traded: Option<usize> [""],
    }
}

row! {
    /// `years.csv`: one number of an arm in one window, over books and weekdays.
    YearRow = "years.csv" {
        /// Arm.
        arm: String [""],
        /// Window.
        window: String [""],
        /// Whether prices of this window are indicative only.
        indicative: bool [""],
        /// What is measured.
        measure: String [""],
        /// Books and weekdays in which it is defined.
        n: usize [""],
        /// Books and weekdays.
        of: usize [""],
        /// Median over them.
        median: Option<f64> ["fraction"],
        /// Least.
        lowest: Option<f64> ["fraction"],
        /// A quarter lies below.
        lower_quartile: Option<f64> ["fraction"],
        /// A quarter lies above.
        upper_quartile: Option<f64> ["fraction"],
        /// Greatest.
        highest: Option<f64> ["fraction"],
        /// How many are above zero.
        positive: usize [""],
    }
    later {
        /// Lower end of the median in worlds of the price model's error, of years whose prices are indicative.
        band_lo: Option<f64> ["fraction"],
        /// Upper end.
        band_hi: Option<f64> ["fraction"],
    }
}

row! {
    /// `answers.csv`: one number of an arm over all years.
    AnswerRow = "answers.csv" {
        /// Arm.
        arm: String [""],
        /// What is measured.
        measure: String [""],
        /// How years become one number: `mean_of_years` or `pooled`.
        over_years: String [""],
        /// The number.
        value: Option<f64> ["fraction"],
        /// Lower end of the two-stage interval.
        lo: Option<f64> ["fraction"],
        /// Upper end.
        hi: Option<f64> ["fraction"],
        /// Median of the years.
        median_year: Option<f64> ["fraction"],
        /// Least of the years.
        lowest_year: Option<f64> ["fraction"],
        /// Greatest of the years.
        highest_year: Option<f64> ["fraction"],
        /// Years above zero.
        years_positive: usize [""],
        /// Years in which it is defined.
        years: usize [""],
        /// Books, weekdays and years above zero.
        cells_positive: usize [""],
        /// Books, weekdays and years in which it is defined.
        cells: usize [""],
        /// Draws in which it was defined.
        draws: usize [""],
        /// Draws in which it was not.
        undefined: usize [""],
    }
}

row! {
    /// `frontier.csv`: drawdown reduction against profit kept, all books, weekdays and years together.
    FrontierRow = "frontier.csv" {
        /// `arm`, `fewer_condors` or `random_dates`.
        kind: String [""],
        /// Arm; empty for fewer condors.
        arm: String [""],
        /// Budget, as a fraction of the credit; for fewer condors the share that is left.
        level: f64 ["fraction"],
        /// Number of the draw, for random dates.
        draw: Option<usize> [""],
        /// 1 − sum of drawdowns / sum of drawdowns of the condors alone.
        reduction: Option<f64> ["fraction"],
        /// Sum of P&L / sum of P&L of the condors alone, both where the condors alone earn.
        kept: Option<f64> ["fraction"],
        /// P&L per book and year, over capital.
        pnl: Option<f64> ["fraction"],
        /// P&L less that of fewer condors with the same sum of drawdowns, over capital, per book and year.
        over_line: Option<f64> ["fraction"],
        /// Premium, per book and year, over capital.
        premium: Option<f64> ["fraction"],
    }
}

row! {
    /// `crashes.csv`: what a layer of an arm did in a fall of the S&P 500.
    CrashRow = "crashes.csv" {
        /// The fall.
        crash: String [""],
        /// Whether prices were indicative only.
        indicative: bool [""],
        /// Highest close before it.
        peak: chrono::NaiveDate [""],
        /// Lowest close.
        trough: chrono::NaiveDate [""],
        /// First close at the peak's level or above; undefined where the dataset ends before.
        recovery: Option<chrono::NaiveDate> [""],
        /// Fall of the S&P 500 from peak to trough.
        fall: f64 ["fraction"],
        /// Arm; the unhedged one is the condors themselves.
        arm: String [""],
        /// Layer, alone beside the condors; empty for the whole hedge.
        layer: String [""],
        /// `year_before`, `fall` or `recovery`.
        phase: String [""],
        /// Sessions of it.
        sessions: usize [""],
        /// Books and weekdays.
        n: usize [""],
        /// Median of the P&L over capital.
        median: Option<f64> ["fraction"],
        /// Least.
        lowest: Option<f64> ["fraction"],
        /// Greatest.
        highest: Option<f64> ["fraction"],
        /// How many are above zero.
        positive: usize [""],
    }
}

row! {
    /// `verdicts.csv`: a claim judged on the study.
    VerdictRow = "verdicts.csv" {
        /// Name of the question.
        name: String [""],
        /// Row of the claims table.
        id: String [""],
        /// The claim in words.
        claim: String [""],
        /// Arms it looks at.
        arms: String [""],
        /// The claimed values.
        claimed: String [""],
        /// The measured value.
        value: Option<f64> [""],
        /// Lower end of its interval.
        lo: Option<f64> [""],
        /// Upper end.
        hi: Option<f64> [""],
        /// Books behind it.
        books: usize [""],
        /// Weekdays behind it.
        weekdays: usize [""],
        /// Years behind it.
        years: usize [""],
        /// Years whose own value lies among the claimed ones.
        years_as_claimed: usize [""],
        /// `supported`, `not supported`, `inconclusive` or `not measurable`.
        verdict: String [""],
        /// Why.
        note: String [""],
    }
}
