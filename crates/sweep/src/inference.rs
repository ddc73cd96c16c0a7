//! `inference.csv`: how much of the best cell is luck. Every row carries the n behind it.
//!
//! The chosen configuration is the one with the highest Sharpe ratio of the hedged book over all windows, one after the
//! other. Everything here says what that choice is worth.

mod bands;
mod ground;
mod overfitting;
mod walks;

use std::ops::Range;
use std::sync::atomic::AtomicBool;

use crate::store::Store;
use chrono::NaiveDate;
use runfile::axis::Role;
use stats::block_length::politis_white;
use stats::bootstrap::{Draws, Panel, Plan};
use stats::contest::Resamples;
use stats::order::quantiles;
use stats::overfit::{deflated_sharpe, expected_best_sharpe};
use stats::paired::Measure;
use stats::plateau::plateau_above;
use stats::walk_forward::Memory;

use crate::configurations::{Configurations, Series, Shelf};
pub use crate::overfitting::Unjudged;
use crate::overfitting::{Judged, PassResult, Sharpes};
use crate::selection::Selection;
use crate::spec::SweepConfig;
use crate::work::Ledger;
use runfile::sweep_file::Statistics;
use study::batch::Stopped;
use tables::InferenceRow as Row;

use ground::Ground;
pub use ground::judge_part;

/// Sessions of the year that turn a Sharpe ratio per session into one per year.
const YEAR: f64 = 252.0;
/// Names of the two ways of walking forward.
const WALKS: [(&str, Memory); 2] = [("anchored", Memory::Anchored), ("rolling", Memory::Rolling)];

/// Judges all cells of a finished sweep; `tried` counts every configuration ever run on its store. Of a sweep in `parts` what
/// each found by itself is taken from the store. `progress` hears how many of both passes are done, of how many, and the part of
/// the work.
///
/// Empty if no configuration has a result for every phase.
///
/// # Errors
/// Where `stop` is raised before the end, the store cannot be read, or a file not written.
pub fn judge(
    config: &SweepConfig,
    (store, parts): (&Store, Option<usize>),
    ledger: &Ledger,
    tried: usize,
    progress: &(dyn Fn(usize, usize, f64) + Sync),
    stop: &AtomicBool,
) -> Result<Vec<Row>, Unjudged> {
    let cells = Selection::range(0..ledger.len());
    let Some(ground) = Ground::new(config, store, &cells, ledger)? else {
        return Ok(Vec::new());
    };
    let rows = judge_on(&ground, (store, parts), tried, progress, stop)?;
    // What could not be read is not what does not exist.
    ground.shelf.check()?;
    Ok(rows.unwrap_or_default())
}

/// The rows; `None` where no configuration has a result for every phase, or the store lacks one.
fn judge_on(
    ground: &Ground<'_>,
    (store, parts): (&Store, Option<usize>),
    tried: usize,
    progress: &(dyn Fn(usize, usize, f64) + Sync),
    stop: &AtomicBool,
) -> Result<Option<Vec<Row>>, Unjudged> {
    let pass = ground.pass();
    let count = ground.all.len();
    progress(0, 2 * count, 0.0);
    let known = match parts {
        Some(of) => Judged::joined(store, of, count, &ground.windows)?,
        None => None,
    };
    let (luck, sharpes) = match known {
        Some(known) => known,
        None => {
            let mut sharpes = Sharpes::new(store.folder());
            let told = in_pass(0, count, progress);
            let Some(luck) = pass.luck(0..count, Some(&mut sharpes), &told, stop)? else {
                return Ok(None);
            };
            (luck, sharpes)
        }
    };
    let Some(ranks) = pass.ranks(0..count, &luck, &in_pass(1, count, progress), stop)? else {
        return Ok(None);
    };
    let ratios = sharpes.iter().map_while(|ratio| ground.shelf.read(ratio));
    let Some(best) = best(ratios) else {
        return Ok(None);
    };
    let Some(chosen) = ground.shelf.series(&ground.all.get(best)) else {
        return Ok(None);
    };
    let judge = Judge {
        config: ground.config,
        shelf: &ground.shelf,
        all: &ground.all,
        windows: &ground.windows,
        dates: &ground.dates,
        luck: &luck,
        sharpes: &sharpes,
        resamples: &ground.resamples,
        best,
        tried,
        stop,
    };
    let mut rows = judge.choice(&chosen);
    rows.extend(judge.overfitting(&pass, &ranks));
    rows.extend(judge.contests());
    rows.extend(judge.headlines(&chosen)?);
    rows.extend(judge.phases());
    rows.extend(judge.bands(&ground.base));
    rows.extend(judge.walks(&ground.walks)?);
    Ok(Some(rows))
}

/// Parts of the time before each of the two passes over the configurations, and in it. The first one has the draws: of 10,800
/// configurations 9.4 seconds of 11.7.
const PASSES: [(f64, f64); 2] = [(0.0, 0.8), (0.8, 0.2)];

/// Tells how many configurations of a pass are done as a part of both.
fn in_pass(
    pass: usize,
    count: usize,
    progress: &(dyn Fn(usize, usize, f64) + Sync),
) -> impl Fn(usize) + Sync {
    let (before, share) = PASSES[pass];
    move |done| {
        let part = before + share * done as f64 / count.max(1) as f64;
        progress(pass * count + done, 2 * count, part);
    }
}

fn best(sharpes: impl Iterator<Item = (usize, f64)>) -> Option<usize> {
    // Of equals the first.
    sharpes
        .reduce(|best, one| if one.1 > best.1 { one } else { best })
        .map(|(place, _)| place)
}

fn plan(statistics: &Statistics, mean_block_sessions: f64) -> Plan {
    Plan {
        draws: statistics.draws,
        mean_block_sessions,
        seed: statistics.seed,
    }
}

struct Judge<'a> {
    config: &'a SweepConfig,
    shelf: &'a Shelf<'a>,
    all: &'a Configurations<'a>,
    windows: &'a [Range<usize>],
    dates: &'a [NaiveDate],
    luck: &'a PassResult,
    sharpes: &'a Sharpes,
    resamples: &'a Resamples,
    best: usize,
    tried: usize,
    stop: &'a AtomicBool,
}

impl Judge<'_> {
    fn cell(&self) -> String {
        self.all.get(self.best).cell.to_string()
    }

    fn window(&self, place: usize) -> &str {
        &self.config.base.windows[place].name
    }

    fn arm(&self) -> &str {
        &self.config.base.arms[1 + self.all.get(self.best).arm]
    }

    /// Sharpe ratio per session of a configuration over all windows, if it varies.
    fn sharpe(&self, number: usize) -> Option<f64> {
        self.shelf.read(self.sharpes.get(number)).flatten()
    }

    /// Those of all configurations that vary.
    fn sharpes(&self) -> impl Iterator<Item = f64> {
        let ratios = self.sharpes.iter();
        ratios.map_while(|ratio| Some(self.shelf.read(ratio)?.1))
    }

    fn row(
        &self,
        statistic: &str,
        subject: impl Into<String>,
        n: usize,
        note: impl Into<String>,
    ) -> Row {
        Row {
            statistic: statistic.into(),
            subject: subject.into(),
            n: Some(n),
            note: note.into(),
            ..Row::default()
        }
    }

    /// The choice, its deflated Sharpe ratio and its plateau.
    fn choice(&self, chosen: &Series) -> Vec<Row> {
        let sessions = self.dates.len();
        let known = self.sharpes().count();
        let own = self.sharpe(self.best).unwrap_or(0.0);
        let year = |sharpe: f64| sharpe * YEAR.sqrt();
        let note = format!(
            "Sharpe ratio per year of the hedged book, highest of {} configurations; arm {}; n sessions",
            known,
            self.arm()
        );
        let mut rows = vec![Row {
            value: Some(year(own)),
            ..self.row("chosen", self.cell(), sessions, note)
        }];
        let unhedged = stats::ratios::session_sharpe(&chosen.unhedged).map(year);
        let note = "Sharpe ratio per year of the same condors alone; n sessions";
        rows.push(Row {
            value: unhedged,
            ..self.row("unhedged_sharpe", self.cell(), sessions, note)
        });
        let note = "different configurations ever run on this store, abandoned ones included";
        rows.push(Row {
            value: Some(self.tried as f64),
            ..self.row("configurations_tried", "all", self.tried, note)
        });
        let left_out = self.all.left_out;
        if left_out > 0 {
            let note =
                "configurations without a result for every phase, not judged; n configurations";
            rows.push(Row {
                value: Some(left_out as f64),
                ..self.row("left_out", "all", self.all.len(), note)
            });
        }
        let variance = stats::moments::deviation_of(|| self.sharpes())
            .map(|deviation| deviation * deviation)
            .unwrap_or(0.0);
        let trials = self.tried.max(known);
        let hurdle = expected_best_sharpe(trials, variance).map(year);
        let note = format!(
            "probability that the true Sharpe ratio exceeds the best expected of {trials} trials without skill; n sessions"
        );
        let value = deflated_sharpe(&chosen.hedged, trials, variance);
        rows.push(Row {
            value,
            ..self.row("dsr", format!("cell {}", self.cell()), sessions, note)
        });
        let note = "Sharpe ratio per year expected of the best of that many trials without skill; n trials";
        rows.push(Row {
            value: hurdle,
            ..self.row("dsr_hurdle", "all", trials, note)
        });
        rows.extend(self.plateau(own));
        rows
    }

    /// The choice judged by its neighbours.
    fn plateau(&self, own: f64) -> Option<Row> {
        let neighbours: Vec<f64> = self
            .neighbours()
            .into_iter()
            .filter_map(|place| self.sharpe(place))
            .collect();
        let median = quantiles(|| self.sharpes(), &[0.5]).at[0]?;
        let found = plateau_above(own, &neighbours, median)?;
        let year = YEAR.sqrt();
        let note = format!(
            "1 is level ground, 0 a lone peak: mean of the neighbours {:.3}, lowest {:.3}, median of all {:.3}, chosen \
             {:.3}, per year; n neighbours",
            found.neighbours * year,
            found.lowest * year,
            found.median * year,
            own * year
        );
        Some(Row {
            value: Some(found.score),
            ..self.row("plateau", self.cell(), found.n, note)
        })
    }

    /// Configurations one level to the side on one parameter; of a sample the nearest, two for every parameter.
    fn neighbours(&self) -> Vec<usize> {
        let parameters = self.config.of_role(Role::Parameter);
        let point = |place: usize| self.config.points.get(self.all.get(place).cell);
        let own = point(self.best);
        let arm = self.all.get(self.best).arm;
        let steps = |place: usize| -> usize {
            let point = point(place);
            parameters
                .iter()
                .map(|&axis| usize::from(point[axis].abs_diff(own[axis])))
                .sum()
        };
        let others = (0..self.all.len()).filter(|&p| p != self.best && self.all.get(p).arm == arm);
        let beside: Vec<usize> = others.clone().filter(|&place| steps(place) == 1).collect();
        if !beside.is_empty() || self.config.file.sample == runfile::space::Sample::Grid {
            return beside;
        }
        let distance = |place: usize| -> f64 {
            let point = point(place);
            parameters
                .iter()
                .map(|&axis: &usize| {
                    let steps = f64::from(point[axis].abs_diff(own[axis]));
                    steps / (self.config.axes[axis].len().max(2) - 1) as f64
                })
                .map(|share| share * share)
                .sum()
        };
        let mut near: Vec<(f64, usize)> = others.map(|place| (distance(place), place)).collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        near.into_iter()
            .take(2 * parameters.len())
            .map(|(_, place)| place)
            .collect()
    }

    /// Every headline of the choice in each window, with intervals at the chosen, the automatic and two other lengths.
    fn headlines(&self, chosen: &Series) -> Result<Vec<Row>, Stopped> {
        let statistics = self.config.file.statistics;
        let mut rows = Vec::new();
        for (place, window) in self.windows.iter().enumerate() {
            let books = [
                &chosen.unhedged[window.clone()],
                &chosen.hedged[window.clone()],
            ];
            let gains = chosen.gains();
            let series = [books[0], books[1], &gains[window.clone()]];
            let automatic = series
                .iter()
                .filter_map(|s| politis_white(s))
                .reduce(f64::max);
            let mut lengths = vec![("", statistics.mean_block_sessions)];
            lengths.extend(automatic.map(|length| ("_auto", length)));
            lengths.extend([("_block5", 5.0), ("_block63", 63.0)]);
            for (suffix, length) in lengths {
                rows.extend(self.headline(place, &books, suffix, length)?);
            }
        }
        Ok(rows)
    }

    fn headline(
        &self,
        place: usize,
        books: &[&[f64]; 2],
        suffix: &str,
        length: f64,
    ) -> Result<Vec<Row>, Stopped> {
        let statistics = self.config.file.statistics;
        let panel = Panel::new(books);
        let draws = draw(&panel, &plan(&statistics, length), self.stop)?;
        let outcomes = books.map(stats::paired::Outcome::of);
        let row = |(name, measure): (&str, Measure)| {
            let estimate = measure.of(&outcomes[0], &outcomes[1])?;
            let found = draws.interval(measure, 0, 1, statistics.level)?;
            let note = format!(
                "cell {}; {} interval, blocks of {length:.1} sessions, {} draws, {} undefined; p: share of draws not above \
                 zero; n sessions",
                self.cell(),
                found.method,
                statistics.draws,
                found.n_undefined
            );
            let row = self.row(
                &format!("{name}{suffix}"),
                self.window(place),
                books[0].len(),
                note,
            );
            Some(Row {
                value: Some(estimate),
                lo: Some(found.lo),
                hi: Some(found.hi),
                p: Some(1.0 - found.share_positive),
                ..row
            })
        };
        Ok(HEADLINES.into_iter().filter_map(row).collect())
    }
}

/// The headlines of a comparison, by the names of their rows.
const HEADLINES: [(&str, Measure); 6] = [
    ("drawdown_reduction", Measure::DrawdownReduction),
    ("profit_retained", Measure::Retention),
    ("pnl_difference_usd", Measure::PnlDifference),
    ("cvar_difference_usd", Measure::CvarDifference),
    (
        "same_drawdown_advantage_usd",
        Measure::SameDrawdownAdvantage,
    ),
    ("same_pnl_advantage_usd", Measure::SamePnlAdvantage),
];

fn draw(panel: &Panel, plan: &Plan, stop: &AtomicBool) -> Result<Draws, Stopped> {
    study::interval::draw(panel, plan, stop)
}
