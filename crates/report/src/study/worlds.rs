//! Alternative histories: how the numbers of each hedge are spread over worlds, how likely a claim is, where the dataset
//! lies among them, and how real they look.

use super::folder::StudyFolder;
use super::verdict::StudyVerdict;
use crate::chart::{RangeChart, RangeRow, Unit};
use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::number::{count, counted, fixed, percent, signed_percent};
use crate::section::cells;
use crate::style::Style;
use crate::words::about_fall;
use tables::{RealismRow, WorldAnswerRow, WorldChanceRow, WorldControlRow};

/// What is drawn of every arm: measure, its sign in the picture, and what it is called.
const PICTURES: [(&str, f64, &str); 4] = [
    ("drawdown_reduction", 1.0, "Drawdown reduction"),
    (
        "profit_kept",
        1.0,
        "Profit kept, where the condors alone earn",
    ),
    (
        "return_given_up",
        -1.0,
        "P&L less that of the condors alone, of capital",
    ),
    (
        "over_fewer_condors",
        1.0,
        "P&L less that of fewer condors with the same drawdown, of capital",
    ),
];

/// What is asked, and what it is called.
const QUESTIONS: [(&str, &str); 6] = [
    ("beats_fewer_condors", "Beats fewer condors"),
    ("shallower", "Falls less"),
    ("drawdown_32_to_41", "Drawdown cut by 32 to 41 %"),
    ("kept_75_to_85", "75 to 85 % of profit kept"),
    ("both_of_selective", "Both of these"),
    ("drawdown_35_to_40", "Drawdown cut by 35 to 40 %"),
];

const NOTE: &str = "Everything here rests on worlds: days of the dataset in another order, in blocks that begin where the \
                    market stood as the world did before. A world can hold nothing the dataset did not, apart from stresses \
                    it was forced to. The bar is the middle nine worlds in ten, the dot their median, the black line \
                    what happened. Intervals of chances say how far another seed can move them, not how far the worlds are from \
                    the truth.";

/// Pictures, chances and realism; nothing where the study drew no worlds.
pub fn section(study: &StudyFolder) -> Option<Section> {
    let worlds = study.manifest.worlds.as_ref()?;
    let mut blocks = vec![Block::Paragraph(worlds.said.clone())];
    for (measure, sign, name) in PICTURES {
        let chart = spread(study, measure, sign, name);
        blocks.extend((!chart.rows.is_empty()).then_some(Block::Ranges(chart)));
    }
    blocks.push(Block::Ranges(likely(study)));
    blocks.push(Block::Table(chances(study)));
    if !study.world_control.is_empty() {
        blocks.push(Block::Table(control(study)));
    }
    blocks.push(Block::Note(NOTE.into()));
    blocks.push(Block::Details(
        "How real the worlds look".to_owned(),
        vec![
            Block::Paragraph(misses(study)),
            Block::Table(realism(study)),
        ],
    ));
    Some(Section {
        id: "worlds",
        title: "In other histories",
        blocks,
    })
}

/// Whether a hedge pays in the worlds; nothing where there are none.
pub fn verdict(study: &StudyFolder) -> Option<StudyVerdict> {
    let drawn = study.manifest.worlds.as_ref()?;
    let beats = of_question(study, "beats_fewer_condors");
    let all = beats.len();
    let likely = |value: Option<f64>| value > Some(0.5);
    let ahead = beats.iter().filter(|row| likely(row.chance)).count();
    let sure = beats.iter().filter(|row| likely(row.chance_lo)).count();
    let answer = match (all, ahead, sure) {
        (0, _, _) => return None,
        (_, 0, _) => "No.",
        (_, _, 0) => "Not shown.",
        (_, _, sure) if sure == all => "Yes.",
        _ => "Some do.",
    };
    let fell = study
        .arms()
        .filter_map(|arm| study.world_answer(arm, "drawdown_reduction"))
        .filter(|row| row.median > Some(0.0))
        .count();
    let some = match ahead {
        0 => "None".to_owned(),
        n => n.to_string(),
    };
    Some(StudyVerdict {
        answer,
        ahead: format!(
            "{some} of {} beat fewer condors of the same drawdown in more than half of {} worlds of {}.",
            counted(all, "hedge"),
            count(drawn.count),
            counted(drawn.years, "year")
        ),
        fell: format!("{fell} of {all} fell less in the middle world."),
    })
}

/// How likely something is of each arm.
fn of_question<'s>(study: &'s StudyFolder, question: &str) -> Vec<&'s WorldChanceRow> {
    let arms = study.arms();
    arms.filter_map(|arm| study.chance(arm, question)).collect()
}

/// The answer of the worlds, in sentences: the same on the page and in a terminal.
pub fn sentences(study: &StudyFolder) -> Vec<String> {
    let Some(worlds) = &study.manifest.worlds else {
        return Vec::new();
    };
    let beats = of_question(study, "beats_fewer_condors");
    let likely = |row: &&&WorldChanceRow| row.chance > Some(0.5);
    let mut all = vec![format!(
        "Resting on {} worlds of {}: {} of {} beat fewer condors of the same drawdown in more than half of the worlds.",
        count(worlds.count),
        counted(worlds.years, "year"),
        beats.iter().filter(likely).count(),
        counted(beats.len(), "hedge"),
    )];
    let by_chance = |a: &&&WorldChanceRow, b: &&&WorldChanceRow| {
        a.chance.unwrap_or(0.0).total_cmp(&b.chance.unwrap_or(0.0))
    };
    if let Some(best) = beats.iter().max_by(by_chance) {
        let chance = best.chance.unwrap_or(0.0);
        let cut = study.world_answer(&best.arm, "drawdown_reduction");
        let middle = cut.and_then(|row| row.median).map_or(String::new(), |cut| {
            format!("; in the middle world its drawdown is {}", about_fall(cut))
        });
        all.push(format!(
            "Most often {}: in {} % of them{middle}.",
            study.label(&best.arm),
            percent(chance)
        ));
    }
    let both = of_question(study, "both_of_selective");
    if let Some(best) = both.iter().max_by(by_chance) {
        let chance = best.chance.unwrap_or(0.0);
        all.push(format!(
            "The claimed 32 to 41 % less drawdown with 75 to 85 % of the profit came together in at most {} % of the worlds \
             ({}).",
            percent(chance),
            study.label(&best.arm),
        ));
    }
    all
}

/// A number of every arm over the worlds.
fn spread(study: &StudyFolder, measure: &str, sign: f64, name: &str) -> RangeChart {
    let row = |arm: &str| -> Option<RangeRow> {
        let found: &WorldAnswerRow = study.world_answer(arm, measure)?;
        let ends = found.p05.zip(found.p95)?;
        let (lo, hi) = (sign * ends.0, sign * ends.1);
        Some(RangeRow {
            name: study.label(arm),
            group: String::new(),
            style: Style {
                toggle: None,
                ..study.style(arm)
            },
            value: found.median.map(|value| sign * value),
            span: Some((lo.min(hi), lo.max(hi))),
            points: found.real.map(|real| sign * real).into_iter().collect(),
        })
    };
    RangeChart {
        caption: format!("{name}: nine worlds in ten, and the dataset [%]"),
        unit: Unit::Percent,
        rows: study.arms().filter_map(row).collect(),
        head: "Arm",
        group_head: "",
        value_head: "Median world".to_owned(),
        span_head: "Nine worlds in ten".to_owned(),
    }
}

/// How likely each hedge beats fewer condors.
fn likely(study: &StudyFolder) -> RangeChart {
    let row = |arm: &str| -> Option<RangeRow> {
        let found = study.chance(arm, "beats_fewer_condors")?;
        Some(RangeRow {
            name: study.label(arm),
            group: String::new(),
            style: Style {
                toggle: None,
                ..study.style(arm)
            },
            value: found.chance,
            span: found.chance_lo.zip(found.chance_hi),
            points: Vec::new(),
        })
    };
    RangeChart {
        caption:
            "Worlds in which the hedge earns more than fewer condors with the same drawdown [%]"
                .to_owned(),
        unit: Unit::Percent,
        rows: study.arms().filter_map(row).collect(),
        head: "Arm",
        group_head: "",
        value_head: "Share of worlds".to_owned(),
        span_head: "Interval".to_owned(),
    }
}

/// A row per arm, a column per question.
fn chances(study: &StudyFolder) -> Table {
    let line = |arm: &str| {
        let own = QUESTIONS.iter().map(|(question, _)| {
            let found = study.chance(arm, question);
            let ends = found.and_then(|row| row.chance_lo.zip(row.chance_hi));
            cells::percent(found.and_then(|row| row.chance)).with_span(cells::percent_span(ends))
        });
        let rank = study.world_answer(arm, "drawdown_reduction");
        let first = study.cell(arm);
        let rank = cells::percent(rank.and_then(|row| row.real_rank));
        Row::plain([first].into_iter().chain(own).chain([rank]).collect())
    };
    let heads = QUESTIONS
        .iter()
        .map(|(_, head)| Column::number(head, "% of worlds"));
    Table {
        caption: "How likely it is".to_owned(),
        columns: [Column::text("Arm")]
            .into_iter()
            .chain(heads)
            .chain([Column::number(
                "Worlds with less drawdown cut than the dataset",
                "%",
            )])
            .collect(),
        rows: study.arms().map(line).collect(),
    }
}

/// How often a hedge that is worth nothing beats fewer condors.
fn control(study: &StudyFolder) -> Table {
    let is_priced = (study.world_control.iter()).any(|row| row.hedge == "fair_by_price");
    let line = |arm: &str| {
        let of = |hedge: &'static str| -> Option<&WorldControlRow> {
            let is_wanted = |row: &&WorldControlRow| row.arm == arm && row.hedge == hedge;
            study.world_control.iter().find(is_wanted)
        };
        let chance = |hedge: &'static str| {
            let row = of(hedge);
            let ends = row.and_then(|row| row.chance_lo.zip(row.chance_hi));
            cells::percent(row.and_then(|row| row.chance)).with_span(cells::percent_span(ends))
        };
        let by_chance = of("fair_by_state_elsewhere").or(of("fair_elsewhere"));
        let defined = cells::percent(by_chance.and_then(|row| row.chance_defined));
        let mut all = vec![
            study.cell(arm),
            chance("as_it_is"),
            chance("fair"),
            chance("fair_by_state"),
            chance("fair_elsewhere"),
            chance("fair_by_state_elsewhere"),
            defined,
        ];
        if is_priced {
            all.extend([chance("fair_by_price"), chance("fair_by_price_elsewhere")]);
        }
        Row::plain(all)
    };
    let mut columns = vec![
        Column::text("Arm"),
        Column::number("As it is", "% of worlds"),
        Column::number("Fair on average", "% of worlds"),
        Column::number("Fair in every state", "% of worlds"),
        Column::number("Fair on average, over another world", "% of worlds"),
        Column::number("Fair in every state, over another world", "% of worlds"),
        Column::number("The same where it falls less", "% of worlds"),
    ];
    if is_priced {
        columns.extend([
            Column::number("At fair prices", "% of worlds"),
            Column::number("At fair prices, over another world", "% of worlds"),
        ]);
    }
    Table {
        caption:
            "Beats fewer condors: as it is, at the price that is fair in the worlds, and by chance"
                .to_owned(),
        columns,
        rows: study.arms().map(line).collect(),
    }
}

/// Which measures of the dataset lie outside the worlds.
fn misses(study: &StudyFolder) -> String {
    let asked = study.realism.iter().filter(|row| row.inside.is_some());
    let missed: Vec<&str> = asked
        .clone()
        .filter(|row| row.inside == Some(false))
        .map(|row| row.measure.as_str())
        .collect();
    let all = asked.count();
    match missed.as_slice() {
        [] => format!(
            "The dataset lies among the middle nine worlds in ten in all of {all} measures."
        ),
        missed => format!(
            "The dataset lies among the middle nine worlds in ten in {} of {all} measures; not in {}.",
            all - missed.len(),
            missed.join(", ")
        ),
    }
}

fn realism(study: &StudyFolder) -> Table {
    let line = |row: &RealismRow| {
        let print = |value: Option<f64>| Cell::maybe(value.map(|value| fixed(value, 3)));
        let span = |ends: Option<(f64, f64)>| {
            ends.map(|(lo, hi)| format!("{} to {}", fixed(lo, 3), fixed(hi, 3)))
        };
        let inside = match row.inside {
            Some(true) => "yes",
            Some(false) => "no",
            None => "",
        };
        Row::plain(vec![
            Cell::text(row.of.as_str()),
            Cell::text(row.measure.as_str()),
            print(row.real),
            print(row.real_median).with_span(span(row.real_lowest.zip(row.real_highest))),
            print(row.median).with_span(span(row.p05.zip(row.p95))),
            Cell::text(inside),
        ])
    };
    Table {
        caption:
            "Measured the same way on the dataset and on the worlds that were forced to nothing"
                .to_owned(),
        columns: vec![
            Column::text("Of"),
            Column::text("Measure"),
            Column::number("Dataset, same sessions", ""),
            Column::number("Dataset, all spans", ""),
            Column::number("Worlds", ""),
            Column::text("Inside"),
        ],
        rows: study.realism.iter().map(line).collect(),
    }
}

/// A number of a hedge over worlds, as a terminal prints it: median, and nine worlds in ten.
pub(crate) fn told(
    study: &StudyFolder,
    arm: &str,
    measure: &str,
) -> (Option<String>, Option<String>) {
    let found = study.world_answer(arm, measure);
    let ends = found.and_then(|row| row.p05.zip(row.p95));
    (
        found.and_then(|row| row.median).map(signed_percent),
        ends.map(|(lo, hi)| format!("{}..{}", signed_percent(lo), signed_percent(hi))),
    )
}
