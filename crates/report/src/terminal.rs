//! The comparison table for a terminal: aligned, signed, with units, at any width from 60 columns.

use anstyle::{AnsiColor, Style};

use crate::document::Banner;
use crate::folder::{Placed, RunFolder};
use crate::number::{self, Dollars, Money};
use crate::section::{banners, level};
use crate::text;
use tables::SummaryRow;
use tables::manifest::ArmKind;

mod answer;
mod bands;
mod benchmark;
mod layout;
mod other_condors;
mod study;
mod sweep;
mod worlds;

pub use answer::{answer, command, worst_day};
pub use layout::wrap;
pub use study::{study, study_answer};
pub use sweep::{sweep, sweep_answer};

use layout::{Grid, Line};

/// Text with a sign for everything that a terminal would obey.
pub fn plain(text: &str) -> String {
    text::visible(text)
}

/// The codes of the colours of these tables, as a terminal reads them.
pub const COLOURS: [&str; 4] = ["\x1b[1m", "\x1b[2m", "\x1b[33m", "\x1b[0m"];

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();

/// From this width on the comparison has further columns.
const WIDE: usize = 132;
/// Longest arm name that is printed whole.
const NAME: usize = 24;

/// The comparison of all arms, one block per window.
///
/// Columns that do not fit `width` go to a second table under the first, so nothing is cut. Colour only
/// repeats what signs and words say.
pub fn table(run: &RunFolder, width: usize, color: bool) -> String {
    printed(run, width, color, Extent::Full)
}

/// The comparison alone, without what serves a diagnosis: twins, the price model's band, remarks.
pub fn page(run: &RunFolder, width: usize, color: bool) -> String {
    printed(run, width, color, Extent::Page)
}

/// How much is printed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    Page,
    Full,
}

fn printed(run: &RunFolder, width: usize, color: bool, extent: Extent) -> String {
    let width = width.max(60);
    let paint = Paint { color };
    let mut out = String::new();
    for banner in banners(run) {
        out.push_str(&(warning(&banner, width, &paint) + "\n"));
    }
    for window in 0..run.manifest.windows.len() {
        out.push_str(&block(run, window, width, &paint, extent));
        out.push('\n');
    }
    if let Some(grid) = other_condors::grid(run) {
        out.push_str("a second look: the same hedges over other condors, each alone\n");
        out.push_str(&grid.print(width, str::to_owned));
        out.push('\n');
    }
    if let Some(grid) = benchmark::grid(run) {
        out.push_str("the account, interest included, beside the published index\n");
        out.push_str(&grid.print(width, str::to_owned));
        out.push('\n');
    }
    if extent == Extent::Full {
        out.push_str(&remarks(run, width));
    }
    out.replace(['−', '–'], "-")
}

/// What must be seen before any number.
fn warning(banner: &Banner, width: usize, paint: &Paint) -> String {
    let text = format!(
        "{}: {}",
        banner.title.to_uppercase(),
        text::one_line(&banner.text)
    );
    let lines = layout::wrap(&text, width).into_iter();
    lines.map(|line| paint.warn(&line) + "\n").collect()
}

fn block(run: &RunFolder, window: usize, width: usize, paint: &Paint, extent: Extent) -> String {
    let named = &run.manifest.windows[window];
    let title = format!(
        "{}  {} to {}, {}",
        named.name,
        named.first,
        named.last,
        number::counted(named.sessions, "session")
    );
    let of = |twins: bool| -> Vec<&Placed<SummaryRow>> {
        run.summary
            .iter()
            .filter(|row: &&Placed<SummaryRow>| {
                row.place.0 == window
                    && (run.arm(row.place.1).kind == ArmKind::EqualSpendTwin) == twins
            })
            .collect()
    };
    let title = layout::wrap(&text::one_line(&title), width);
    let mut out: String = title.iter().map(|line| paint.bold(line) + "\n").collect();
    let arms = of(false);
    if extent == Extent::Page {
        return out + &page_grid(run, &arms).print(width, str::to_owned);
    }
    out.push_str(&main_grid(run, &arms, width >= WIDE).print(width, str::to_owned));
    let hedged: Vec<&Placed<SummaryRow>> = arms
        .into_iter()
        .filter(|row| row.hedge_premium_usd.is_some())
        .collect();
    if !hedged.is_empty() {
        out.push_str("what the hedges cost (one cap for all, not one cost)\n");
        out.push_str(&cost_grid(run, &hedged).print(width, str::to_owned));
    }
    if let Some((worlds, grid)) = worlds::grid(run, window) {
        let middle = level(run);
        out.push_str(&format!(
            "in {worlds} worlds of the price model's measured error: the middle {middle}\n"
        ));
        out.push_str(&grid.print(width, str::to_owned));
    } else if let Some(grid) = bands::grid(run, window) {
        out.push_str("with the price model wrong by its own stated error\n");
        out.push_str(&grid.print(width, str::to_owned));
    }
    let twins = of(true);
    if !twins.is_empty() {
        out.push_str("equal-spend twins (diagnostic; they look ahead)\n");
        out.push_str(&twin_grid(run, &twins).print(width, |line| paint.dim(line)));
    }
    out
}

fn main_grid(run: &RunFolder, rows: &[&Placed<SummaryRow>], wide: bool) -> Grid {
    let interval = format!("{} interval", level(run));
    let heads: [(&str, &str); 8] = [
        ("arm", ""),
        ("P&L", "$"),
        ("return", "%"),
        ("max fall", "$"),
        ("fall", "%"),
        ("reduced", "%"),
        (&interval, "%"),
        ("kept", "%"),
    ];
    let line = |row: &&Placed<SummaryRow>| -> Line {
        let percent = |value: Option<f64>| value.map(number::percent);
        let span = row.drawdown_reduction_lo.zip(row.drawdown_reduction_hi);
        vec![
            Some(name(run, row)),
            row.pnl_usd.map(Money::signed),
            row.return_on_capital.map(number::signed_percent),
            row.max_drawdown_usd.map(|usd| (-usd.abs()).whole()),
            percent(row.max_drawdown_pct.map(|fall| -fall.abs())),
            row.drawdown_reduction.map(number::signed_percent),
            span.map(|(lo, hi)| {
                format!(
                    "{}..{}",
                    number::signed_percent(lo),
                    number::signed_percent(hi)
                )
            }),
            percent(row.profit_retained),
        ]
    };
    let mut lines: Vec<Line> = rows.iter().map(line).collect();
    let mut heads = heads.to_vec();
    let dollars = format!("{interval} of it");
    if wide {
        heads.extend([
            ("to unhedged", "$"),
            (dollars.as_str(), "$"),
            ("Sharpe", ""),
            ("CVaR 95", "% a day"),
        ]);
        lines
            .iter_mut()
            .zip(rows)
            .for_each(|(line, row)| line.extend(wide_cells(run, row)));
    }
    Grid::new(&heads, lines)
}

/// What decides: what was left, what the hedge cost or added, what it did to the worst fall.
fn page_grid(run: &RunFolder, rows: &[&Placed<SummaryRow>]) -> Grid {
    let interval = format!("{} interval", level(run));
    let heads: [(&str, &str); 7] = [
        ("arm", ""),
        ("P&L", "$"),
        ("hedge", "$"),
        ("fall", "%"),
        ("reduced", "%"),
        (&interval, "%"),
        ("kept", "%"),
    ];
    let line = |row: &&Placed<SummaryRow>| -> Line {
        let wide = wide_cells(run, row);
        let span = row.drawdown_reduction_lo.zip(row.drawdown_reduction_hi);
        vec![
            Some(name(run, row)),
            row.pnl_usd.map(Money::signed),
            wide.into_iter().next().flatten(),
            row.max_drawdown_pct
                .map(|fall| number::percent(-fall.abs())),
            row.drawdown_reduction.map(number::signed_percent),
            span.map(|(lo, hi)| {
                let lo = number::signed_percent(lo);
                let hi = number::signed_percent(hi);
                format!("{lo}..{hi}")
            }),
            row.profit_retained.map(number::percent),
        ]
    };
    Grid::new(&heads, rows.iter().map(line).collect())
}

/// What a wide terminal has room for: the difference to the unhedged arm with its interval, and two ratios.
fn wide_cells(run: &RunFolder, row: &Placed<SummaryRow>) -> Line {
    let base = run
        .unhedged()
        .filter(|base| *base != row.place.1)
        .and_then(|base| run.summary_of(row.place.0, base));
    let difference = base.and_then(|base| Some(row.pnl_usd? - base.pnl_usd?));
    let span = row.pnl_difference_span().filter(|_| difference.is_some());
    vec![
        difference.map(Money::signed),
        span.map(|(lo, hi)| format!("{}..{}", lo.signed(), hi.signed())),
        row.sharpe.map(|sharpe| number::signed(sharpe, 2)),
        row.cvar95.map(|cvar| number::signed(cvar * 100.0, 2)),
    ]
}

fn cost_grid(run: &RunFolder, rows: &[&Placed<SummaryRow>]) -> Grid {
    let heads = [
        ("arm", ""),
        ("premium", "$"),
        ("salvage", "$"),
        ("net cost", "$"),
        ("unspent", "$"),
        ("reduced per", "net $1,000 %"),
    ];
    Grid::new(
        &heads,
        rows.iter()
            .map(|row: &&Placed<SummaryRow>| -> Line {
                vec![
                    Some(name(run, row)),
                    row.hedge_premium_usd.map(Money::whole),
                    row.hedge_salvage_usd.map(Money::whole),
                    row.hedge_net_cost_usd.map(Money::whole),
                    row.hedge_unspent_usd.map(Money::whole),
                    row.drawdown_reduction_per_net_usd_1000
                        .map(|per| format!("{:+.2}", 100.0 * per)),
                ]
            })
            .collect(),
    )
}

fn twin_grid(run: &RunFolder, rows: &[&Placed<SummaryRow>]) -> Grid {
    let heads = [
        ("arm", ""),
        ("P&L", "$"),
        ("max fall", "$"),
        ("reduced", "%"),
        ("premium", "$"),
        ("spent", "%"),
    ];
    Grid::new(
        &heads,
        rows.iter()
            .map(|row: &&Placed<SummaryRow>| -> Line {
                vec![
                    Some(name(run, row)),
                    row.pnl_usd.map(Money::signed),
                    row.max_drawdown_usd.map(|usd| (-usd.abs()).whole()),
                    row.drawdown_reduction.map(number::signed_percent),
                    row.hedge_premium_usd.map(Money::whole),
                    row.equal_spend_ratio.map(number::percent),
                ]
            })
            .collect(),
    )
}

fn name(run: &RunFolder, row: &Placed<SummaryRow>) -> String {
    let limit = if run.arm(row.place.1).kind == ArmKind::EqualSpendTwin {
        NAME + 12
    } else {
        NAME
    };
    let name = layout::shorten(&text::one_line(&run.arm(row.place.1).name), limit);
    match run.few_trades(row.place.0, row.place.1) {
        Some(few) => format!("{name} ({few})"),
        None => name,
    }
}

fn remarks(run: &RunFolder, width: usize) -> String {
    let own = "P&L and drawdown are trading results net of costs, without interest, in $ on the same starting capital. \
               reduced: 1 - hedged/unhedged maximum drawdown; where its interval includes 0, no effect is shown. \
               kept: share of the unhedged P&L. net cost: premium and costs minus salvage. can turn: what has both \
               signs within the model's error.";
    // The run's own notes say where its prices come from; only a folder without notes needs the sentence.
    let model = run.manifest.prices == "model" && run.manifest.notes.is_empty();
    let prices = model.then(|| "Option prices are modelled, not quoted.".to_owned());
    let all = std::iter::once(own.to_owned())
        .chain(prices)
        .chain(run.manifest.notes.iter().map(|note| text::one_line(note)));
    all.flat_map(|remark| layout::wrap(&remark, width))
        .map(|line| line + "\n")
        .collect()
}

struct Paint {
    color: bool,
}

impl Paint {
    fn with(&self, style: Style, text: &str) -> String {
        if self.color {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    fn bold(&self, text: &str) -> String {
        self.with(BOLD, text)
    }

    fn dim(&self, text: &str) -> String {
        self.with(DIM, text)
    }

    fn warn(&self, text: &str) -> String {
        self.with(WARNING, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_is_made_of_the_codes_that_are_let_through() {
        for style in [BOLD, DIM, WARNING] {
            let painted = Paint { color: true }.with(style, "x");
            let bare = COLOURS
                .iter()
                .fold(painted.clone(), |text, code| text.replace(code, ""));
            assert!(painted.len() > bare.len() && bare == "x", "{painted:?}");
            assert_eq!(Paint { color: false }.with(style, "x"), "x");
        }
    }
}
