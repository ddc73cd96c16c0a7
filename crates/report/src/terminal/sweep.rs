//! The table after a sweep: per window, how many cells worked, the chosen one, and the tests of the best.

use super::Paint;
use super::answer::labelled;
use super::layout::{self, Grid, Line};
use crate::number;
use crate::number::Dollars;
use crate::sweep::{SweepFolder, chosen, chosen_in_short, overfit_sentence, sweep_verdict};
use crate::text;
use crate::verdict::MANY;
use stats::order;

/// What a sweep found, for a terminal of `width` columns. Colour only repeats what signs and words say.
pub fn sweep(sweep: &SweepFolder, width: usize, color: bool) -> String {
    let width = width.max(60);
    let paint = Paint { color };
    let title = format!(
        "{}  {} over {}",
        sweep.manifest.name,
        number::counted(sweep.cells.len(), "row"),
        number::counted(sweep.axes.len(), "parameter")
    );
    let warnings = crate::sweep::of_prices(sweep);
    let warnings = warnings.iter().map(|b| super::warning(b, width, &paint));
    let mut out = warnings.collect::<String>() + &paint.bold(text::one_line(&title).trim()) + "\n";
    out.push_str(&spread(sweep).print(width, str::to_owned));
    out.push_str("\nthe chosen cell of each window\n");
    out.push_str(&best(sweep).print(width, str::to_owned));
    for view in 0..sweep.views.len() {
        let Some(cell) = chosen(sweep, view) else {
            continue;
        };
        let words = format!(
            "{}: cell {}, {}",
            sweep.view_name(view),
            cell.id(),
            sweep.cell_words(&cell)
        );
        layout::wrap(&text::one_line(&words), width)
            .into_iter()
            .for_each(|line| out.push_str(&(line + "\n")));
    }
    out.push('\n');
    layout::wrap(&text::one_line(&overfit_sentence(sweep)), width)
        .into_iter()
        .for_each(|line| out.push_str(&(line + "\n")));
    for note in &sweep.manifest.notes {
        layout::wrap(&text::one_line(note), width)
            .into_iter()
            .for_each(|line| out.push_str(&(line + "\n")));
    }
    out.replace(['−', '–'], "-")
}

/// The last lines of a sweep: does any cell pay, what the chosen one did, how likely it is luck.
pub fn sweep_answer(sweep: &SweepFolder, width: usize) -> String {
    let verdict = sweep_verdict(sweep);
    let mut lines = vec![(
        "pays?".to_owned(),
        format!("{} {}", verdict.answer, verdict.cases),
    )];
    let windows = (0..sweep.views.len()).filter_map(|view| {
        let (money, fall) = chosen_in_short(sweep, view)?;
        Some((
            sweep.view_name(view),
            format!("the chosen cell {money}; worst fall {fall}"),
        ))
    });
    match sweep.views.len() {
        0..MANY => lines.extend(windows),
        n => lines.push(("windows".to_owned(), format!("{n}, in the table above"))),
    }
    lines.push(("how sure".to_owned(), how_sure(sweep)));
    lines
        .iter()
        .map(|(label, text)| labelled(label, text, width))
        .collect::<String>()
        .replace(['−', '–'], "-")
}

/// What the probability of overfitting says, and what it does not: a grid in which nothing pays can have none.
fn ranking(pbo: f64) -> String {
    let says = match pbo < 0.5 {
        true => "the best cell stays good on other days, which is not to say that it pays",
        false => "the best cell is not the best on other days",
    };
    format!("{says} (PBO {} %)", number::percent(pbo))
}

/// The tests of the best cell, in a line.
fn how_sure(sweep: &SweepFolder) -> String {
    let value = |names: &[&str]| {
        let found = sweep.statistics(|name| names.contains(&name));
        found.iter().find_map(|row| row.value)
    };
    let pbo = value(&["pbo"]).map(ranking);
    let dsr = value(&["dsr"]).map(|share| format!("deflated Sharpe {}", number::fixed(share, 2)));
    let tried = sweep
        .manifest
        .tried
        .map(|tried| format!("{} tried", number::counted(tried, "configuration")));
    let said: Vec<String> = pbo.into_iter().chain(dsr).chain(tried).collect();
    match said.is_empty() {
        true => "no statistics in this folder".to_owned(),
        false => said.join("; "),
    }
}

fn spread(sweep: &SweepFolder) -> Grid {
    let heads = [
        ("window", ""),
        ("cells", ""),
        ("failed", ""),
        ("reduced", "% of cells"),
        ("5 %", "%"),
        ("median", "%"),
        ("95 %", "%"),
    ];
    let line = |view: usize| -> Line {
        let values = || {
            let cells = sweep.of_view(view);
            cells.filter_map(|cell| cell.reduction())
        };
        let (computed, failed) = sweep.cells.counts(view);
        let above = values().filter(|value| *value > 0.0).count();
        let found = order::quantiles(values, &[0.05, 0.5, 0.95]);
        let above = above as f64 / found.count.max(1) as f64;
        let at = |place: usize| found.at[place].map(number::signed_percent);
        vec![
            Some(layout::shorten(
                &text::one_line(&sweep.view_name(view)),
                super::NAME,
            )),
            Some(number::count(computed + failed)),
            Some(number::count(failed)),
            (found.count > 0).then(|| number::percent(above)),
            at(0),
            at(1),
            at(2),
        ]
    };
    Grid::new(&heads, (0..sweep.views.len()).map(line).collect())
}

fn best(sweep: &SweepFolder) -> Grid {
    let heads = [
        ("window", ""),
        ("cell", ""),
        ("reduced", "%"),
        ("interval", "%"),
        ("kept", "%"),
        ("to unhedged", "$"),
        ("max fall", "$"),
    ];
    let line = |view: usize| -> Option<Line> {
        let cell = chosen(sweep, view)?;
        let span = cell.reduction_span().map(|(lo, hi)| {
            format!(
                "{}..{}",
                number::signed_percent(lo),
                number::signed_percent(hi)
            )
        });
        Some(vec![
            Some(layout::shorten(
                &text::one_line(&sweep.view_name(view)),
                super::NAME,
            )),
            Some(layout::shorten(&text::one_line(&cell.id()), super::NAME)),
            cell.reduction().map(number::signed_percent),
            span,
            cell.retained().map(number::percent),
            cell.hedge_pnl_usd().map(Dollars::signed),
            cell.max_drawdown_usd().map(|usd| (-usd.abs()).whole()),
        ])
    };
    Grid::new(&heads, (0..sweep.views.len()).filter_map(line).collect())
}
