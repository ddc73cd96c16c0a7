//! The tables of a study that rest on worlds: alternative histories made from the dataset.

use crate::Money;
use crate::row::row;

row! {
    /// `world_cells.csv`: an arm over one book and weekday in one world.
    WorldCellRow = "world_cells.csv" {
        /// Number of the world; empty for a span of the dataset.
        world: Option<usize> [""],
        /// Span of the dataset; empty for a world.
        span: String [""],
        /// The stress it was forced to hold; empty where none.
        stress: String [""],
        /// Condor book.
        book: String [""],
        /// Weekday of entry.
        weekday: String [""],
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
        /// P&L / P&L of the condors alone, where they earn.
        profit_kept: Option<f64> ["fraction"],
        /// P&L less that of so many condors that they have this drawdown; undefined where the hedge deepens it.
        over_fewer_condors_usd: Option<Money> ["USD"],
        /// Premium spent.
        premium_usd: Option<Money> ["USD"],
    }
}

row! {
    /// `world_answers.csv`: how a number of an arm is spread over worlds.
    WorldAnswerRow = "world_answers.csv" {
        /// Arm.
        arm: String [""],
        /// What is measured; of several books and weekdays a world counts with their median.
        measure: String [""],
        /// Which worlds: `all`, `drawn` or `forced`.
        among: String [""],
        /// How many.
        worlds: usize [""],
        /// Worlds in which it is defined.
        defined: usize [""],
        /// Mean.
        mean: Option<f64> ["fraction"],
        /// One world in twenty lies below.
        p05: Option<f64> ["fraction"],
        /// One in four.
        p25: Option<f64> ["fraction"],
        /// Half of them.
        median: Option<f64> ["fraction"],
        /// Three in four.
        p75: Option<f64> ["fraction"],
        /// Nineteen in twenty.
        p95: Option<f64> ["fraction"],
        /// Share of the worlds above zero, of those in which it is defined.
        above_zero: Option<f64> ["fraction"],
        /// The number in the dataset, on the sessions of the worlds.
        real: Option<f64> ["fraction"],
        /// Share of the worlds below it.
        real_rank: Option<f64> ["fraction"],
    }
}

row! {
    /// `world_chances.csv`: how likely something is, as a share of worlds.
    WorldChanceRow = "world_chances.csv" {
        /// Arm.
        arm: String [""],
        /// What is asked.
        question: String [""],
        /// Which worlds: `all`, `drawn` or `forced`.
        among: String [""],
        /// How many.
        worlds: usize [""],
        /// Worlds in which it is so.
        so: usize [""],
        /// Worlds in which it is neither so nor not so.
        undefined: usize [""],
        /// Share of the worlds in which it is so; undefined ones count as not so.
        chance: Option<f64> ["fraction"],
        /// Lower end of its interval: how much another seed can move it.
        chance_lo: Option<f64> ["fraction"],
        /// Upper end.
        chance_hi: Option<f64> ["fraction"],
        /// Share among the worlds in which it is so or not so.
        chance_defined: Option<f64> ["fraction"],
        /// Whether it was so in the dataset, on the sessions of the worlds.
        real: Option<bool> [""],
        /// Spans of the dataset in which it was so.
        real_so: usize [""],
        /// Spans of the dataset.
        real_spans: usize [""],
    }
}

row! {
    /// `world_control.csv`: how often a hedge beats fewer condors by chance.
    WorldControlRow = "world_control.csv" {
        /// Arm.
        arm: String [""],
        /// `as_it_is`; `fair`: its mean over worlds paid back in equal parts each session; `fair_elsewhere`: the same over the
        /// condors of another world; `fair_by_state`: its mean in every class of the market's state paid back on the sessions that
        /// begin in it; `fair_by_state_elsewhere`; `fair_by_price`: replayed
        /// with VIX options and futures at the mean of what they settle at; `fair_by_price_elsewhere`.
        hedge: String [""],
        /// Worlds of the control.
        worlds: usize [""],
        /// Mean of what the hedge gains over the condors alone, per world and book.
        mean_gain_usd: Option<Money> ["USD"],
        /// Worlds in which it earns more than fewer condors with the same drawdown.
        so: usize [""],
        /// Worlds in which it deepens the drawdown, or nothing falls.
        undefined: usize [""],
        /// Share of the worlds in which it is so; undefined ones count as not so.
        chance: Option<f64> ["fraction"],
        /// Lower end of its interval.
        chance_lo: Option<f64> ["fraction"],
        /// Upper end.
        chance_hi: Option<f64> ["fraction"],
        /// Share among the worlds in which it is so or not so.
        chance_defined: Option<f64> ["fraction"],
    }
}

row! {
    /// `realism.csv`: how worlds look beside the dataset.
    RealismRow = "realism.csv" {
        /// `market`, or `condors` alone.
        of: String [""],
        /// What is measured.
        measure: String [""],
        /// In the dataset, on the sessions of the worlds.
        real: Option<f64> [""],
        /// Spans of the dataset as long as a world.
        real_spans: usize [""],
        /// Least of them.
        real_lowest: Option<f64> [""],
        /// Their median.
        real_median: Option<f64> [""],
        /// Greatest of them.
        real_highest: Option<f64> [""],
        /// Worlds that were forced to nothing.
        worlds: usize [""],
        /// One of them in twenty lies below.
        p05: Option<f64> [""],
        /// Half of them.
        median: Option<f64> [""],
        /// Nineteen in twenty.
        p95: Option<f64> [""],
        /// Share of them below the median of the spans.
        real_rank: Option<f64> [""],
        /// Whether the median of the spans lies among the middle nine in ten.
        inside: Option<bool> [""],
    }
}
