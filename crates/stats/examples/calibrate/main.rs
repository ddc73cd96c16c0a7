//! Are the statistics calibrated? Simulated markets in which the truth is known, and how often each statistic says it.
//!
//! Prints the tables of `docs/calibration.md`; `cargo run --release -p alvh-stats --example calibrate`. Deterministic. The methods
//! were chosen on other seeds (10 and 11) than those used here. The truth of a drawdown, of a tail mean or of a ratio has
//! no formula; it is the median of 20,000 other worlds.

mod worlds;
mod years;

use stats::bootstrap::{Draws, Panel, Plan};
use stats::contest::{Part, Resamples};
use stats::interval::{Interval, quantile};
use stats::overfit::cscv;
use stats::paired::{Measure, Outcome};

use worlds::{BASE, Dice, Kind, OTHERS, World, world};

const WORLDS: usize = 600;
const TRUTH_WORLDS: usize = 20_000;
const DRAWS: usize = 500;
const LEVEL: f64 = 0.9;
/// Mean block length of the runs' own configuration (sessions).
const BLOCK: f64 = 21.0;
/// Configurations of a grid.
const GRID: usize = 40;

/// What the hedge is worth beyond its cost (USD per session).
const WORTHS: [f64; 3] = [0.0, 60.0, -60.0];

const MEASURES: [(&str, Measure); 6] = [
    ("P&L difference", Measure::PnlDifference),
    ("difference in CVaR", Measure::CvarDifference),
    ("drawdown reduction", Measure::DrawdownReduction),
    ("profit retained", Measure::Retention),
    (
        "gain over fewer condors, same drawdown",
        Measure::SameDrawdownAdvantage,
    ),
    (
        "drawdown saved over fewer condors, same P&L",
        Measure::SamePnlAdvantage,
    ),
];
const COUNT: usize = MEASURES.len();

fn measures(world: &World) -> [Option<f64>; COUNT] {
    let (u, h) = (Outcome::of(&world.unhedged), Outcome::of(&world.hedged));
    MEASURES.map(|(_, measure)| measure.of(&u, &h))
}

fn truth(worth: f64, kind: &Kind) -> [f64; COUNT] {
    let found: Vec<[Option<f64>; COUNT]> = (0..TRUTH_WORLDS)
        .map(|number| measures(&world(&mut Dice::new(77, number), worth, kind)))
        .collect();
    std::array::from_fn(|at| {
        let mut values: Vec<f64> = found.iter().filter_map(|row| row[at]).collect();
        values.sort_by(f64::total_cmp);
        // A sum has its expectation by construction.
        if MEASURES[at].1 == Measure::PnlDifference {
            return worth * kind.sessions as f64;
        }
        quantile(&values, 0.5).unwrap_or(f64::NAN)
    })
}

const METHODS: [&str; 5] = [
    "reported",
    "reported, blocks of 5",
    "reported, blocks of 63",
    "percentile",
    "BCa",
];

/// Worlds whose interval holds the truth, of those that have one.
#[derive(Clone, Copy, Default)]
struct Hits {
    inside: usize,
    of: usize,
}

impl Hits {
    fn count(&mut self, found: Option<Interval>, truth: f64) {
        self.of += usize::from(found.is_some());
        self.inside += usize::from(found.is_some_and(|i| i.lo <= truth && truth <= i.hi));
    }

    fn percent(self) -> String {
        format!(
            "{:.1} %",
            100.0 * self.inside as f64 / self.of.max(1) as f64
        )
    }
}

/// Per method and measure the interval of a world; none where the measure has no value in it.
fn intervals(world: &World, seed: u64) -> [[Option<Interval>; COUNT]; METHODS.len()] {
    let panel = Panel::new(&[&world.unhedged, &world.hedged]);
    let estimates = measures(world);
    let jackknife = panel.jackknife(BLOCK as usize);
    let draws: [Draws; 3] = [BLOCK, 5.0, 63.0].map(|length| {
        panel.draw_all(&Plan {
            draws: DRAWS,
            mean_block_sessions: length,
            seed,
        })
    });
    std::array::from_fn(|method| {
        std::array::from_fn(|at| {
            let measure = MEASURES[at].1;
            let (estimate, values) = (estimates[at]?, draws[0].measure(measure, 0, 1));
            match method {
                3 => Interval::percentile(&values, LEVEL),
                4 => Interval::bca(&values, estimate, &jackknife.measure(measure, 0, 1), LEVEL),
                length => draws[length].interval(measure, 0, 1, LEVEL),
            }
        })
    })
}

fn hits(
    kind: &Kind,
    worth: f64,
    seed: u64,
    truth: &[f64; COUNT],
) -> [[Hits; COUNT]; METHODS.len()] {
    let mut hits = [[Hits::default(); COUNT]; METHODS.len()];
    for number in 0..WORLDS {
        let world = world(&mut Dice::new(seed, number), worth, kind);
        for (hits, found) in hits.iter_mut().zip(intervals(&world, number as u64)) {
            for (at, (hits, found)) in hits.iter_mut().zip(found).enumerate() {
                hits.count(found, truth[at]);
            }
        }
    }
    hits
}

fn coverage() {
    println!("## Coverage of the 90 % interval\n");
    println!(
        "{WORLDS} worlds of {} sessions, {DRAWS} draws each, blocks of 21 sessions where no other length is named;",
        BASE.sessions
    );
    println!("share of the worlds with an interval whose interval holds the truth.\n");
    println!(
        "| worth (USD/session) | headline | truth | {} |",
        METHODS.join(" | ")
    );
    println!("|---|---|---|{}", "---|".repeat(METHODS.len()));
    for (index, worth) in WORTHS.into_iter().enumerate() {
        let truth = truth(worth, &BASE);
        let found = hits(&BASE, worth, 1_000 + index as u64, &truth);
        for (at, (name, _)) in MEASURES.iter().enumerate() {
            let cells = found.map(|row| row[at].percent());
            println!(
                "| {worth:+.0} | {name} | {:.3} | {} |",
                truth[at],
                cells.join(" | ")
            );
        }
    }
    println!("\n## The same in other worlds\n");
    println!(
        "A worthless hedge; the reported interval, and the percentile interval in brackets.\n"
    );
    println!("| world | {} |", MEASURES.map(|(name, _)| name).join(" | "));
    println!("|---|{}", "---|".repeat(COUNT));
    for (index, kind) in OTHERS.iter().enumerate() {
        let found = hits(kind, 0.0, 1_100 + index as u64, &truth(0.0, kind));
        let cells: [String; COUNT] = std::array::from_fn(|at| {
            format!("{} ({})", found[0][at].percent(), found[3][at].percent())
        });
        println!("| {} | {} |", kind.name, cells.join(" | "));
    }
}

/// A grid of hedges on one market: all worth nothing, or one in ten worth `worth` (USD per session).
/// Each has noise of its own of `own_noise` (USD per session).
fn grid(dice: &mut Dice, worth: f64, kind: &Kind, own_noise: f64) -> Vec<Vec<f64>> {
    let gains = world(dice, 0.0, kind).gains();
    let one = |number: usize| -> Vec<f64> {
        let (scale, own) = (
            0.3 + 0.7 * dice.uniform(),
            if number % 10 == 3 { worth } else { 0.0 },
        );
        gains
            .iter()
            .map(|gain| scale * gain + own + own_noise * dice.normal())
            .collect()
    };
    (0..GRID).map(one).collect()
}

fn rejections(kind: &Kind, worth: f64, seed: u64) -> [String; 2] {
    share_rejected(seed, |dice| grid(dice, worth, kind, 200.0))
}

/// Share of grids that White's and Hansen's tests reject at 10 %.
fn share_rejected(seed: u64, grid: impl Fn(&mut Dice) -> Vec<Vec<f64>>) -> [String; 2] {
    let (mut white, mut hansen) = (0, 0);
    for number in 0..WORLDS {
        let gains = grid(&mut Dice::new(seed, number));
        let plan = Plan {
            draws: DRAWS,
            mean_block_sessions: BLOCK,
            seed: number as u64,
        };
        let series: Vec<&[f64]> = gains.iter().map(Vec::as_slice).collect();
        let resamples = Resamples::new(gains[0].len(), &plan);
        let Some(part) = Part::of(&series, 0, &resamples) else {
            continue;
        };
        white += usize::from(
            part.reality_check(&resamples)
                .is_some_and(|found| found.p_value <= 0.10),
        );
        hansen += usize::from(
            part.superiority(&resamples)
                .is_some_and(|found| found.p_consistent <= 0.10),
        );
    }
    [white, hansen].map(|count| format!("{:.1} %", 100.0 * count as f64 / WORLDS as f64))
}

fn luck() {
    println!("\n## Tests against luck\n");
    println!(
        "{WORLDS} grids of {GRID} configurations, {DRAWS} draws each, rejected at p <= 0.10.\n"
    );
    println!("| world | grid | White rejects | Hansen (consistent) rejects |");
    println!("|---|---|---|---|");
    let words = [
        "worthless",
        "one in ten worth 40 USD a session",
        "one in ten worth 80",
    ];
    for (name, worth) in words.into_iter().zip([0.0, 40.0, 80.0]) {
        println!(
            "| {} | {name} | {} |",
            BASE.name,
            rejections(&BASE, worth, 2_000).join(" | ")
        );
    }
    for kind in &OTHERS {
        println!(
            "| {} | worthless | {} |",
            kind.name,
            rejections(kind, 0.0, 2_100).join(" | ")
        );
    }
    let loose = Kind {
        name: "clusters of 10, configurations of their own",
        ..BASE
    };
    println!(
        "| {} | worthless | {} |",
        loose.name,
        share_rejected(2_200, |dice| grid(dice, 0.0, &loose, 1_000.0)).join(" | ")
    );
    let alone = |dice: &mut Dice| -> Vec<Vec<f64>> {
        (0..GRID)
            .map(|_| (0..BASE.sessions).map(|_| 500.0 * dice.normal()).collect())
            .collect()
    };
    println!(
        "| independent configurations and sessions | worthless | {} |",
        share_rejected(2_300, alone).join(" | ")
    );
}

fn overfitting() {
    println!("\n## Probability of overfitting\n");
    println!(
        "{WORLDS} grids of {GRID} configurations, 10 blocks (252 splits); mean over the grids.\n"
    );
    println!("| grid | mean PBO | 5 % | 95 % |");
    println!("|---|---|---|---|");
    for (name, worth) in [
        ("independent noise", 0.0),
        ("noise, one in ten with a Sharpe ratio of 2 a year", 2.0),
    ] {
        let mut found: Vec<f64> = Vec::new();
        for number in 0..WORLDS {
            let mut dice = Dice::new(3_000, number);
            let one = |k: usize, dice: &mut Dice| -> Vec<f64> {
                let drift = if k % 10 == 3 {
                    worth / 252.0_f64.sqrt()
                } else {
                    0.0
                };
                (0..BASE.sessions).map(|_| drift + dice.normal()).collect()
            };
            let all: Vec<Vec<f64>> = (0..GRID).map(|k| one(k, &mut dice)).collect();
            let series: Vec<&[f64]> = all.iter().map(Vec::as_slice).collect();
            found.extend(cscv(&series, 10).map(|found| found.pbo));
        }
        found.sort_by(f64::total_cmp);
        let mean = found.iter().sum::<f64>() / found.len() as f64;
        let at = |p: f64| quantile(&found, p).unwrap_or(f64::NAN);
        println!("| {name} | {mean:.3} | {:.3} | {:.3} |", at(0.05), at(0.95));
    }
}

fn main() {
    // `years` alone, by a word of the command line: the tables before it take minutes.
    if std::env::args().nth(1).as_deref() != Some("years") {
        coverage();
        luck();
        overfitting();
    }
    years::print();
}
