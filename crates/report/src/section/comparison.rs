//! All arms side by side, per window: the result, what the hedge cost, and the ratios.

use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::folder::{Placed, RunFolder};
use crate::section::{cells, level, per_window};
use tables::SummaryRow;
use tables::manifest::ArmKind;

/// Three tables per window.
pub fn section(run: &RunFolder) -> Section {
    let blocks = per_window(run, |window| {
        vec![
            Block::Table(result(run, window)),
            Block::Table(cost(run, window)),
            Block::Details(
                "Ratios, costs and interest".to_owned(),
                vec![Block::Table(ratios(run, window))],
            ),
        ]
    });
    let note = "Twins are diagnostics: always the reference hedge, scaled so that it spends what the named arm spent. \
                They look ahead by construction. A dash is undefined, for example a ratio over zero. The interval of the \
                difference to unhedged is studentised, that of profit retained is a stretched percentile interval, that \
                of the drawdown reduction a percentile interval: the kinds that hold the truth as often as they say \
                (docs/calibration.md).";
    let notes = [note.to_owned()]
        .into_iter()
        .chain(no_profit(run))
        .map(Block::Note);
    let blocks = blocks.into_iter().chain(notes).collect();
    Section {
        id: "comparison",
        title: "Comparison",
        blocks,
    }
}

/// Why a whole column is dashes.
fn no_profit(run: &RunFolder) -> Option<String> {
    let base = run.unhedged()?;
    let windows = &run.manifest.windows;
    let named: Vec<&str> = (0..windows.len())
        .filter(|window: &usize| {
            run.summary_of(*window, base)
                .and_then(|row| row.pnl_usd)
                .is_some_and(|pnl| pnl <= tables::Money::ZERO)
        })
        .map(|window| windows[window].name.as_str())
        .collect();
    (!named.is_empty()).then(|| {
        format!(
            "Profit retained is undefined in {}: the unhedged arm earned nothing of which a share could be kept.",
            named.join(" and in ")
        )
    })
}

fn result(run: &RunFolder, window: usize) -> Table {
    let columns = vec![
        Column::text("Arm"),
        Column::number("P&L", "$"),
        Column::number("Return on capital", "%"),
        Column::number("Against unhedged", "$"),
        Column::number("Profit retained", "%"),
        Column::number("Max drawdown", "$"),
        Column::number("Max drawdown", "%"),
        Column::number("Drawdown reduction", "%"),
        Column::number("Draws above 0", "%"),
    ];
    let base = run.unhedged();
    let base_pnl = base
        .and_then(|arm| run.summary_of(window, arm))
        .and_then(|row| row.pnl_usd);
    let what = format!(
        "result net of costs, without interest; below a value its {} interval",
        level(run)
    );
    rows(run, window, &what, columns, |row| {
        let against = row
            .pnl_usd
            .zip(base_pnl)
            .filter(|_| Some(row.place.1) != base);
        let against = cells::signed_usd(against.map(|(own, base)| own - base));
        let reduction_span = row.drawdown_reduction_lo.zip(row.drawdown_reduction_hi);
        vec![
            cells::signed_usd(row.pnl_usd),
            cells::signed_percent(row.return_on_capital),
            against.with_span(cells::usd_span(row.pnl_difference_span())),
            cells::percent(row.profit_retained)
                .with_span(cells::percent_span(row.profit_retained_span())),
            cells::fall(row.max_drawdown_usd),
            cells::percent(row.max_drawdown_pct.map(|fall| -fall.abs())),
            cells::signed_percent(row.drawdown_reduction)
                .with_span(cells::percent_span(reduction_span)),
            cells::percent(row.p_reduction_positive),
        ]
    })
}

fn cost(run: &RunFolder, window: usize) -> Table {
    let columns = vec![
        Column::text("Arm"),
        Column::number("Gross premium", "$"),
        Column::number("Salvage", "$"),
        Column::number("Net cost", "$"),
        Column::number("Unspent purse", "$"),
        Column::number("Hedge P&L", "$"),
        Column::number("Reduction per net $1,000", "points of %"),
        Column::number("Spent of the copied arm", "%"),
    ];
    rows(
        run,
        window,
        "what the hedge cost; the budget is a cap, so arms spend different amounts",
        columns,
        |row| {
            vec![
                cells::usd(row.hedge_premium_usd),
                cells::usd(row.hedge_salvage_usd),
                cells::usd(row.hedge_net_cost_usd),
                cells::usd(row.hedge_unspent_usd),
                cells::signed_usd(row.hedge_pnl_usd),
                cells::ratio(
                    row.drawdown_reduction_per_net_usd_1000
                        .map(|ratio| ratio * 100.0),
                    2,
                ),
                cells::percent(row.equal_spend_ratio),
            ]
        },
    )
}

fn ratios(run: &RunFolder, window: usize) -> Table {
    let columns = vec![
        Column::text("Arm"),
        Column::number("Return on margin", "% a year"),
        Column::number("CAGR", "%"),
        Column::number("Sharpe", ""),
        Column::number("Sortino", ""),
        Column::number("Calmar", ""),
        Column::number("CVaR 95", "% a day"),
        Column::number("Ulcer", "%"),
        Column::number("Packages", ""),
        Column::number("Fees", "$"),
        Column::number("Slippage", "$"),
        Column::number("Interest", "$"),
        Column::number("P&L before window end", "$"),
    ];
    rows(run, window, "ratios, costs and interest", columns, |row| {
        vec![
            cells::signed_percent(row.return_on_margin),
            cells::signed_percent(row.cagr),
            cells::ratio(row.sharpe, 2),
            cells::ratio(row.sortino, 2),
            cells::ratio(row.calmar, 2),
            Cell::maybe(row.cvar95.map(|cvar| crate::number::fixed(cvar * 100.0, 2))),
            Cell::maybe(
                row.ulcer
                    .map(|ulcer| crate::number::fixed(ulcer * 100.0, 2)),
            ),
            Cell::maybe(row.trades.map(crate::number::count)),
            cells::usd(row.fees_usd),
            cells::usd(row.slippage_usd),
            cells::usd(row.interest_usd),
            cells::signed_usd(row.pnl_before_window_end_usd),
        ]
    })
}

fn rows(
    run: &RunFolder,
    window: usize,
    what: &str,
    columns: Vec<Column>,
    cells_of: impl Fn(&Placed<SummaryRow>) -> Vec<Cell>,
) -> Table {
    Table {
        caption: format!("{}: {what}", run.manifest.windows[window].name),
        columns,
        rows: (0..run.manifest.arms.len())
            .filter_map(|arm: usize| {
                let found = run.summary_of(window, arm)?;
                let cells = std::iter::once(cells::arm_in(run, window, arm))
                    .chain(cells_of(found))
                    .collect();
                Some(Row::quiet_if(
                    run.arm(arm).kind == ArmKind::EqualSpendTwin,
                    cells,
                ))
            })
            .collect(),
    }
}
