//! The rows of a study's tables that rest on worlds.

use market::price::Money;
use stats::interval::quantile;
use stats::paired::Outcome;
use tables::{RealismRow, WorldAnswerRow, WorldCellRow, WorldChanceRow};
use worlds::realism;
use worlds::stress::Stress;

use crate::numbers::{Number, median};
use crate::of_worlds::OfWorlds;
use crate::spec::StudyConfig;
use crate::work::places;
use crate::world_cell::{WorldCell, WorldPlace};

/// Which worlds a number is spread over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    /// Every one.
    All,
    /// Those that were forced to nothing.
    Drawn,
    /// Those that were forced to hold a stress.
    Forced,
}

impl Among {
    const ALL: [Among; 3] = [Among::All, Among::Drawn, Among::Forced];

    fn name(self) -> &'static str {
        match self {
            Among::All => "all",
            Among::Drawn => "drawn",
            Among::Forced => "forced",
        }
    }

    fn holds(self, cell: &WorldCell) -> bool {
        match self {
            Among::All => true,
            Among::Drawn => cell.forced.is_none(),
            Among::Forced => cell.forced.is_some(),
        }
    }
}

/// What may be so in a world, and its name: numbers of the claims (docs/claims.md).
const QUESTIONS: [(&str, Question); 6] = [
    ("beats_fewer_condors", |n| {
        // Where the hedge deepens the drawdown, no number of fewer condors falls as deep.
        n(Number::OverFewerCondors).map(|over| over > 0.0)
    }),
    ("shallower", |n| {
        n(Number::DrawdownReduction).map(|cut| cut > 0.0)
    }),
    ("drawdown_32_to_41", |n| {
        n(Number::DrawdownReduction).map(|cut| within(cut, 0.32, 0.41))
    }),
    ("drawdown_35_to_40", |n| {
        n(Number::DrawdownReduction).map(|cut| within(cut, 0.35, 0.40))
    }),
    ("kept_75_to_85", |n| {
        n(Number::ProfitKept).map(|kept| within(kept, 0.75, 0.85))
    }),
    ("both_of_selective", |n| {
        let (cut, kept) = (n(Number::DrawdownReduction)?, n(Number::ProfitKept)?);
        Some(within(cut, 0.32, 0.41) && within(kept, 0.75, 0.85))
    }),
];

/// Whether something is so, by the numbers of a world; `None` where they say neither.
type Question = fn(&dyn Fn(Number) -> Option<f64>) -> Option<bool>;

fn within(value: f64, least: f64, most: f64) -> bool {
    (least..=most).contains(&value)
}

/// Coverage of the intervals of chances.
const LEVEL_NORMAL: f64 = 1.6448536269514722;

/// A number of an arm in a world: the median over books and weekdays.
fn number(cell: &WorldCell, arm: usize, number: Number, capital: f64) -> Option<f64> {
    median(cell.places.iter().map(|place| {
        let (base, own) = pair(place, arm);
        number.of(&base, &own, capital)
    }))
}

fn pair(place: &WorldPlace, arm: usize) -> (Outcome, Outcome) {
    (place.arms[0].outcome(), place.arms[arm].outcome())
}

/// `world_cells.csv`: world by world, then the spans of the dataset; book by book, weekday by weekday, arm by arm.
pub fn cells(config: &StudyConfig, worlds: &OfWorlds) -> Vec<WorldCellRow> {
    let drawn = worlds.cells.iter().enumerate();
    let drawn = drawn.map(|(number, cell)| (Some(number), "", cell));
    let real = worlds.real.iter();
    let real = real.map(|(span, cell)| (None, span.name.as_str(), cell));
    let mut rows = Vec::new();
    for (world, span, cell) in drawn.chain(real) {
        for ((book, weekday), place) in places(config).iter().zip(&cell.places) {
            for (at, hedge) in config.hedges[..=config.shown()].iter().enumerate() {
                let row = WorldCellRow {
                    world,
                    span: span.to_string(),
                    stress: cell.forced.map_or("", Stress::name).to_string(),
                    book: config.books[*book].name.clone(),
                    weekday: config.weekday_name(*weekday),
                    arm: hedge.name.clone(),
                    ..WorldCellRow::default()
                };
                rows.push(of_arm(row, place, at, config.file.starting_capital_usd));
            }
        }
    }
    rows
}

fn of_arm(row: WorldCellRow, place: &WorldPlace, at: usize, capital: f64) -> WorldCellRow {
    let arm = place.arms[at];
    let row = WorldCellRow {
        pnl_usd: Money(arm.told.pnl),
        max_drawdown_usd: Money(arm.told.max_drawdown),
        cvar95_usd: Money(arm.tail),
        ..row
    };
    if at == 0 {
        return row;
    }
    let (base, own) = pair(place, at);
    WorldCellRow {
        hedge_pnl_usd: Some(Money(arm.told.pnl - place.arms[0].told.pnl)),
        drawdown_reduction: Number::DrawdownReduction.of(&base, &own, capital),
        profit_kept: Number::ProfitKept.of(&base, &own, capital),
        over_fewer_condors_usd: Number::OverFewerCondors
            .of(&base, &own, capital)
            .map(|share| Money::from_usd(share * capital)),
        premium_usd: Some(Money(arm.premium)),
        ..row
    }
}

/// How the worlds were drawn, in a sentence.
pub fn said(worlds: &OfWorlds) -> String {
    let (first, last, sessions) = worlds.span;
    let (from, to, days) = worlds.drawn_from;
    let forced = worlds
        .cells
        .iter()
        .filter(|cell| cell.forced.is_some())
        .count();
    let names: Vec<&str> = worlds.stresses.iter().map(|stress| stress.name()).collect();
    let stressed = match forced {
        0 => String::new(),
        _ => format!(
            "; {forced} of them are forced to hold a stress ({})",
            names.join(", ")
        ),
    };
    format!(
        "{} worlds on the {sessions} sessions from {first} to {last}, drawn from the {days} days from {from} to {to} in \
         blocks of {} sessions on average, seed {}{stressed}.",
        worlds.cells.len(),
        worlds.spec.mean_block_sessions,
        worlds.spec.seed,
    )
}

/// The span of the dataset on the sessions of the worlds.
fn own(worlds: &OfWorlds) -> Option<&WorldCell> {
    worlds.real.last().map(|(_, cell)| cell)
}

/// Share of ascending values below one.
fn rank(ascending: &[f64], value: f64) -> Option<f64> {
    let below = ascending.partition_point(|other| *other < value);
    (!ascending.is_empty()).then(|| below as f64 / ascending.len() as f64)
}

fn sorted(values: impl Iterator<Item = Option<f64>>) -> Vec<f64> {
    let mut known: Vec<f64> = values.flatten().collect();
    known.sort_by(f64::total_cmp);
    known
}

/// `world_answers.csv`: arm by arm, number by number, for all worlds and for those drawn and forced.
pub fn answers(config: &StudyConfig, worlds: &OfWorlds) -> Vec<WorldAnswerRow> {
    let capital = config.file.starting_capital_usd;
    let mut rows = Vec::new();
    for (at, name) in config.arm_names()[..config.shown()].iter().enumerate() {
        for of in Number::ALL {
            for among in among(worlds) {
                let own_worlds = worlds.cells.iter().filter(|cell| among.holds(cell));
                let values: Vec<Option<f64>> = own_worlds
                    .map(|cell| number(cell, at + 1, of, capital))
                    .collect();
                let known = sorted(values.iter().copied());
                let real = own(worlds).and_then(|cell| number(cell, at + 1, of, capital));
                let above = known.iter().filter(|value| **value > 0.0).count();
                let share =
                    |count: usize| (!known.is_empty()).then(|| count as f64 / known.len() as f64);
                rows.push(WorldAnswerRow {
                    arm: (*name).to_string(),
                    measure: of.name().to_string(),
                    among: among.name().to_string(),
                    worlds: values.len(),
                    defined: known.len(),
                    mean: crate::numbers::mean(values.into_iter()),
                    p05: quantile(&known, 0.05),
                    p25: quantile(&known, 0.25),
                    median: quantile(&known, 0.5),
                    p75: quantile(&known, 0.75),
                    p95: quantile(&known, 0.95),
                    above_zero: share(above),
                    real,
                    real_rank: real.and_then(|real| rank(&known, real)),
                });
            }
        }
    }
    rows
}

/// The groups there are: one where no world was forced.
fn among(worlds: &OfWorlds) -> Vec<Among> {
    match worlds.cells.iter().any(|cell| cell.forced.is_some()) {
        true => Among::ALL.to_vec(),
        false => vec![Among::All],
    }
}

/// `world_chances.csv`: arm by arm, question by question, for all worlds and for those drawn and forced.
pub fn chances(config: &StudyConfig, worlds: &OfWorlds) -> Vec<WorldChanceRow> {
    let capital = config.file.starting_capital_usd;
    let mut rows = Vec::new();
    for (at, name) in config.arm_names()[..config.shown()].iter().enumerate() {
        for (question, is_so) in QUESTIONS {
            let ask = |cell: &WorldCell| is_so(&|of| number(cell, at + 1, of, capital));
            let real: Vec<Option<bool>> = worlds.real.iter().map(|(_, cell)| ask(cell)).collect();
            for among in among(worlds) {
                let own_worlds = worlds.cells.iter().filter(|cell| among.holds(cell));
                let found: Vec<Option<bool>> = own_worlds.map(ask).collect();
                let count = |wanted: Option<bool>| found.iter().filter(|f| **f == wanted).count();
                let (so, not_so) = (count(Some(true)), count(Some(false)));
                let interval = wilson(so, found.len());
                let share = |of: usize| (of > 0).then(|| so as f64 / of as f64);
                rows.push(WorldChanceRow {
                    arm: (*name).to_string(),
                    question: question.to_string(),
                    among: among.name().to_string(),
                    worlds: found.len(),
                    so,
                    undefined: count(None),
                    chance: share(found.len()),
                    chance_lo: interval.map(|ends| ends.0),
                    chance_hi: interval.map(|ends| ends.1),
                    chance_defined: share(so + not_so),
                    real: real.last().copied().flatten(),
                    real_so: real.iter().filter(|so| **so == Some(true)).count(),
                    real_spans: real.len(),
                });
            }
        }
    }
    rows
}

/// The interval of a share at nine in ten: Wilson, "Probable inference, the law of succession, and statistical
/// inference", *Journal of the American Statistical Association* 22 (1927).
pub(crate) fn wilson(so: usize, of: usize) -> Option<(f64, f64)> {
    if of == 0 {
        return None;
    }
    let (n, z) = (of as f64, LEVEL_NORMAL);
    let share = so as f64 / n;
    let grown = 1.0 + z * z / n;
    let middle = (share + z * z / (2.0 * n)) / grown;
    let half = z / grown * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    Some(((middle - half).max(0.0), (middle + half).min(1.0)))
}

/// `realism.csv`: the market, then the condors alone.
pub fn realism(config: &StudyConfig, worlds: &OfWorlds) -> Vec<RealismRow> {
    let drawn: Vec<&WorldCell> = worlds
        .cells
        .iter()
        .filter(|cell| Among::Drawn.holds(cell))
        .collect();
    let real: Vec<&WorldCell> = worlds.real.iter().map(|(_, cell)| cell).collect();
    let row = |of: &str, measure: &str, value: &dyn Fn(&WorldCell) -> Option<f64>| {
        let spans = sorted(real.iter().map(|cell| value(cell)));
        let known = sorted(drawn.iter().map(|cell| value(cell)));
        let middle = quantile(&spans, 0.5);
        let (low, high) = (quantile(&known, 0.05), quantile(&known, 0.95));
        let ends = low.zip(high).zip(middle);
        RealismRow {
            of: of.to_string(),
            measure: measure.to_string(),
            real: real.last().and_then(|cell| value(cell)),
            real_spans: spans.len(),
            real_lowest: quantile(&spans, 0.0),
            real_median: middle,
            real_highest: quantile(&spans, 1.0),
            worlds: known.len(),
            p05: low,
            median: quantile(&known, 0.5),
            p95: high,
            real_rank: middle.and_then(|middle| rank(&known, middle)),
            inside: ends.map(|((low, high), middle)| (low..=high).contains(&middle)),
        }
    };
    let market = realism::Measure::ALL.into_iter().enumerate();
    let mut rows: Vec<RealismRow> = market
        .map(|(place, measure)| row("market", measure.name(), &|cell| cell.market[place]))
        .collect();
    let capital = config.file.starting_capital_usd;
    for (name, of_place) in OF_CONDORS {
        let value =
            |cell: &WorldCell| median(cell.places.iter().map(|place| of_place(place, capital)));
        rows.push(row("condors", name, &value));
    }
    rows
}

/// A number of a place (fraction of capital), by what the condors alone did.
type OfPlace = fn(&WorldPlace, f64) -> Option<f64>;

/// What is measured of the condors alone: P&L of the span, its drawdown and tail; then of its months.
const OF_CONDORS: [(&str, OfPlace); 7] = [
    ("pnl", |place, capital| {
        Some(place.arms[0].outcome().pnl_usd / capital)
    }),
    ("drawdown", |place, capital| {
        Some(-place.arms[0].outcome().max_drawdown_usd / capital)
    }),
    ("tail_mean_of_days", |place, capital| {
        Some(place.arms[0].outcome().cvar95_usd / capital)
    }),
    ("month_median", |place, capital| {
        of_months(place, capital, 0.5)
    }),
    ("month_worst", |place, capital| {
        of_months(place, capital, 0.0)
    }),
    ("month_best", |place, capital| {
        of_months(place, capital, 1.0)
    }),
    ("months_losing", |place, _| {
        let losing = place.months.iter().filter(|month| **month < 0).count();
        (!place.months.is_empty()).then(|| losing as f64 / place.months.len() as f64)
    }),
];

fn of_months(place: &WorldPlace, capital: f64, share: f64) -> Option<f64> {
    let months = sorted(
        place
            .months
            .iter()
            .map(|month| Some(Money(*month).usd() / capital)),
    );
    quantile(&months, share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_of_a_share_by_hand() {
        assert_eq!(wilson(0, 0), None);
        // Computed once by other code.
        let (lo, hi) = wilson(50, 100).unwrap();
        assert!(
            (lo - 0.4188478).abs() < 1e-6 && (hi - 0.5811522).abs() < 1e-6,
            "{lo} {hi}"
        );
        let (lo, hi) = wilson(0, 20).unwrap();
        assert!(lo == 0.0 && hi > 0.1 && hi < 0.13, "{hi}");
    }

    #[test]
    fn a_rank_counts_what_lies_below() {
        assert_eq!(rank(&[1.0, 2.0, 3.0, 4.0], 3.0), Some(0.5));
        assert_eq!(rank(&[], 3.0), None);
    }
}
