//! `summary.csv`: the headline numbers, one row per window and arm.

use crate::error::ReportError;
use crate::number::Usd;

use super::rows::Names;
use super::table::CsvRow;

/// One window × arm. `None` is undefined, as the empty cell it was. Ratios are fractions unless said otherwise.
#[derive(Clone, Debug, Default)]
pub struct SummaryRow {
    /// Place of its window and of its arm in the manifest.
    pub place: (usize, usize),
    /// Sessions replayed.
    pub sessions: usize,
    /// Trading P&L net of costs, without interest.
    pub pnl_usd: Option<Usd>,
    /// P&L over the starting capital.
    pub return_on_capital: Option<f64>,
    /// P&L over the mean margin, a year.
    pub return_on_margin: Option<f64>,
    /// Compound growth a year.
    pub cagr: Option<f64>,
    /// Largest fall of trading equity from its peak.
    pub max_drawdown_usd: Option<Usd>,
    /// The same over its peak, as a fraction.
    pub max_drawdown_pct: Option<f64>,
    /// 1 − hedged drawdown / unhedged drawdown [in dollars on equal capital].
    pub drawdown_reduction: Option<f64>,
    /// Lower end of its interval.
    pub drawdown_reduction_lo: Option<f64>,
    /// Upper end of its interval.
    pub drawdown_reduction_hi: Option<f64>,
    /// P&L over the unhedged P&L; undefined unless that is positive.
    pub profit_retained: Option<f64>,
    /// P&L of the hedge layers after their own costs.
    pub hedge_pnl_usd: Option<Usd>,
    /// Gross premium of the hedges.
    pub hedge_premium_usd: Option<Usd>,
    /// Sales and settlements of the hedges.
    pub hedge_salvage_usd: Option<Usd>,
    /// Money left in the purses.
    pub hedge_unspent_usd: Option<Usd>,
    /// Interest, outside every headline number.
    pub interest_usd: Option<Usd>,
    /// Sharpe ratio a year.
    pub sharpe: Option<f64>,
    /// Sortino ratio a year.
    pub sortino: Option<f64>,
    /// CAGR over maximum drawdown.
    pub calmar: Option<f64>,
    /// Mean of the worst 5 % of daily returns.
    pub cvar95: Option<f64>,
    /// Root mean square drawdown.
    pub ulcer: Option<f64>,
    /// Closed packages.
    pub trades: usize,
    /// Fees.
    pub fees_usd: Option<Usd>,
    /// Slippage.
    pub slippage_usd: Option<Usd>,
    /// P&L without the closing at the window's end.
    pub pnl_before_window_end_usd: Option<Usd>,
    /// P&L of the condors.
    pub condor_pnl_usd: Option<Usd>,
    /// Premium and costs of the hedges minus salvage; negative where they earned.
    pub hedge_net_cost_usd: Option<Usd>,
    /// Drawdown reduction per 1,000 net dollars.
    pub drawdown_reduction_per_net_usd_1000: Option<f64>,
    /// The share of the condors that, unhedged, has this arm's drawdown.
    pub deleveraged_x: Option<f64>,
    /// What that share earned.
    pub deleveraged_pnl_usd: Option<Usd>,
    /// A twin's premium over the premium it copies.
    pub equal_spend_ratio: Option<f64>,
    /// Whether the condors are those of the unhedged arm, fill by fill.
    pub condors_identical: Option<bool>,
    /// Share of bootstrap draws with a positive drawdown reduction.
    pub p_reduction_positive: Option<f64>,
    /// Interval of the retained profit.
    pub profit_retained_span: Option<(f64, f64)>,
    /// Interval of the P&L's difference to the unhedged arm.
    pub pnl_difference_span: Option<(Usd, Usd)>,
}

impl SummaryRow {
    /// The columns that must be there.
    pub const COLUMNS: [&'static str; 26] = [
        "window",
        "arm",
        "sessions",
        "pnl_usd",
        "return_on_capital",
        "return_on_margin",
        "cagr",
        "max_drawdown_usd",
        "max_drawdown_pct",
        "drawdown_reduction",
        "drawdown_reduction_lo",
        "drawdown_reduction_hi",
        "profit_retained",
        "hedge_pnl_usd",
        "hedge_premium_usd",
        "hedge_salvage_usd",
        "hedge_unspent_usd",
        "interest_usd",
        "sharpe",
        "sortino",
        "calmar",
        "cvar95",
        "ulcer",
        "trades",
        "fees_usd",
        "slippage_usd",
    ];

    /// Reads a row.
    pub fn read(row: CsvRow<'_>, names: &Names<'_>) -> Result<SummaryRow, ReportError> {
        Ok(SummaryRow {
            place: (
                row.one_of("window", &names.windows)?,
                row.one_of("arm", &names.arms)?,
            ),
            sessions: row.count("sessions")?,
            trades: row.count("trades")?,
            condors_identical: row.flag("condors_identical")?,
            ..SummaryRow::money(row, SummaryRow::ratios(row)?)?
        })
    }

    fn ratios(row: CsvRow<'_>) -> Result<SummaryRow, ReportError> {
        Ok(SummaryRow {
            return_on_capital: row.number("return_on_capital")?,
            return_on_margin: row.number("return_on_margin")?,
            cagr: row.number("cagr")?,
            max_drawdown_pct: row.number("max_drawdown_pct")?,
            drawdown_reduction: row.number("drawdown_reduction")?,
            drawdown_reduction_lo: row.number("drawdown_reduction_lo")?,
            drawdown_reduction_hi: row.number("drawdown_reduction_hi")?,
            profit_retained: row.number("profit_retained")?,
            sharpe: row.number("sharpe")?,
            sortino: row.number("sortino")?,
            calmar: row.number("calmar")?,
            cvar95: row.number("cvar95")?,
            ulcer: row.number("ulcer")?,
            drawdown_reduction_per_net_usd_1000: row
                .number("drawdown_reduction_per_net_usd_1000")?,
            deleveraged_x: row.number("deleveraged_x")?,
            equal_spend_ratio: row.number("equal_spend_ratio")?,
            p_reduction_positive: row.number("p_reduction_positive")?,
            profit_retained_span: row
                .number("profit_retained_lo")?
                .zip(row.number("profit_retained_hi")?),
            ..SummaryRow::default()
        })
    }

    fn money(row: CsvRow<'_>, rest: SummaryRow) -> Result<SummaryRow, ReportError> {
        Ok(SummaryRow {
            pnl_usd: row.usd("pnl_usd")?,
            max_drawdown_usd: row.usd("max_drawdown_usd")?,
            hedge_pnl_usd: row.usd("hedge_pnl_usd")?,
            hedge_premium_usd: row.usd("hedge_premium_usd")?,
            hedge_salvage_usd: row.usd("hedge_salvage_usd")?,
            hedge_unspent_usd: row.usd("hedge_unspent_usd")?,
            interest_usd: row.usd("interest_usd")?,
            fees_usd: row.usd("fees_usd")?,
            slippage_usd: row.usd("slippage_usd")?,
            pnl_before_window_end_usd: row.usd("pnl_before_window_end_usd")?,
            condor_pnl_usd: row.usd("condor_pnl_usd")?,
            hedge_net_cost_usd: row.usd("hedge_net_cost_usd")?,
            deleveraged_pnl_usd: row.usd("deleveraged_pnl_usd")?,
            pnl_difference_span: row
                .usd("pnl_difference_lo_usd")?
                .zip(row.usd("pnl_difference_hi_usd")?),
            ..rest
        })
    }
}
