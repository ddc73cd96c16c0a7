//! A world: observations like those of a dataset.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::{Datelike, NaiveDate};
use market::calendar::{Calendar, spx_am_settlement};
use market::listing;
use market::math::exp;
use market::observations::{DailySeries, Observations, VxSettlement, names};

use crate::check::settles_vix;
use crate::columns::{self, AROUND_SPX, AROUND_VIX, Term, has, put};
use crate::curve::{AtNodes, between};
use crate::plan::{Plan, WARM_UP};
use crate::random::Random;
use crate::rule::{FAST_HALF_LIFE, fade};
use crate::source::{Source, WorldsError};
use crate::step::Step;
use crate::stress::Stress;
use crate::tape::Tape;
use crate::walker::Offset;

/// Contracts this far ahead have a settlement every session \[days\].
const LISTED_DAYS: i64 = 270;

/// One alternative history.
#[derive(Clone, Debug)]
pub struct World {
    /// What was published in it: on real sessions, with the real calendar of releases and their values.
    pub observations: Observations,
    /// The days it takes.
    pub tape: Tape,
    /// Sessions on which the volatility indices all took the offset of VIX, see docs/worlds.md.
    pub mended: usize,
}

/// What the worlds of one plan share.
#[derive(Clone, Debug)]
pub struct Worlds<'a> {
    /// The dataset.
    pub source: Source<'a>,
    /// How they are drawn.
    pub plan: Plan,
    dates: Dates,
}

/// The sessions of every world, and what is listed on them.
#[derive(Clone, Debug)]
struct Dates {
    sessions: Vec<NaiveDate>,
    /// The simulated ones.
    window: Range<usize>,
    /// By session, the futures that are listed: settlement day and days to it.
    futures: Vec<Vec<(NaiveDate, f64)>>,
}

impl Dates {
    fn new(first: NaiveDate, last: NaiveDate) -> Result<Dates, WorldsError> {
        let calendar = Calendar::nyse();
        let all = calendar.sessions();
        let begin = all.partition_point(|date| *date < first);
        let end = all.partition_point(|date| *date <= last);
        let warm = begin
            .checked_sub(WARM_UP)
            .ok_or(WorldsError::Calendar(first))?;
        let sessions = all[warm..end].to_vec();
        let days = |on: &NaiveDate| -> Vec<(NaiveDate, f64)> {
            let listed = listing::vx_expiries(*on, LISTED_DAYS);
            let ahead = |expiry: NaiveDate| (expiry - *on).num_days() as f64;
            listed.into_iter().map(|e| (e, ahead(e))).collect()
        };
        Ok(Dates {
            futures: sessions.iter().map(days).collect(),
            window: WARM_UP..sessions.len(),
            sessions,
        })
    }
}

impl<'a> Worlds<'a> {
    /// The worlds of a dataset, simulated from `first` to `last`: days of the exchange's calendar.
    ///
    /// # Errors
    /// Where the dataset is too short or lacks a stress of the plan, or the calendar has no sessions before `first`.
    pub fn new(
        observations: &'a Observations,
        (first, last): (NaiveDate, NaiveDate),
        plan: Plan,
    ) -> Result<Worlds<'a>, WorldsError> {
        let mut source = Source::new(observations)?;
        source.anchor(first);
        for stress in &plan.stresses {
            stress.steps(&source)?;
        }
        Ok(Worlds {
            source,
            plan,
            dates: Dates::new(first, last)?,
        })
    }

    /// The simulated sessions, as places of [`World::observations`]'s.
    pub fn window(&self) -> Range<usize> {
        self.dates.window.clone()
    }

    /// World `number`: always the same.
    pub fn world(&self, number: u64) -> World {
        let (tape, mut random) = self.draw(number);
        self.of(tape, &mut random)
    }

    /// The days world `number` takes.
    pub fn tape(&self, number: u64) -> Tape {
        self.draw(number).0
    }

    /// The days a world takes, and the random numbers that follow.
    fn draw(&self, number: u64) -> (Tape, Random) {
        let mut random = Random::new(self.plan.seed, number);
        let sessions = self.dates.sessions.len();
        let window = self.dates.window.clone();
        let tape = Tape::draw(
            &self.source,
            &self.plan,
            number,
            sessions,
            window,
            &mut random,
        )
        .expect("stresses are checked when worlds are made");
        (tape, random)
    }

    /// The dataset as it was on the sessions of the worlds, by the same way a world is made: what it loses by being made.
    /// `None` where the dataset does not hold all of them.
    pub fn as_it_was(&self) -> Option<World> {
        let first = self.source.place(self.dates.sessions[0])?;
        let days = first..first + self.dates.sessions.len();
        let own = self.source.observations.sessions.get(days.clone())?;
        (own == self.dates.sessions).then(|| {
            let mut random = Random::new(self.plan.seed, 0);
            self.of(Tape::as_it_was(days), &mut random)
        })
    }

    fn of(&self, tape: Tape, random: &mut Random) -> World {
        let source = &self.source;
        let steps = &tape.steps;
        let anchor = self.dates.window.start - 1;
        let term = columns::term(source, steps);
        let closes = columns::index(source, steps, (anchor, source.anchor_close()));
        let vix = &term.levels[0];
        let around_spx = columns::around(&source.spx, &closes, steps, |script| script.ln_return);
        let around_vix = columns::around(&source.vix, vix, steps, |script| {
            script.ln_vix - script.ln_vix_before
        });
        let vx = self.futures(vix, &around_vix[0], steps, random);
        let mut daily = self.daily(steps, anchor);
        self.put_sets(&mut daily, &around_spx[0], steps, random);
        for (name, values) in AROUND_VIX.into_iter().zip(around_vix) {
            if has(source, name) {
                put(&mut daily, name, 0, values);
            }
        }
        for (name, values) in AROUND_SPX.into_iter().zip(around_spx) {
            if has(source, name) {
                put(&mut daily, name, 0, values);
            }
        }
        let Term { levels, mended } = term;
        for (column, values) in source.term.iter().zip(levels) {
            let values = values.into_iter().map(Some).collect();
            put(&mut daily, &column.name, column.lag, values);
        }
        let closes = closes.into_iter().map(Some).collect();
        put(&mut daily, names::SPX_CLOSE, 0, closes);
        columns::unadjusted(source, &mut daily);
        World {
            observations: Observations {
                sessions: self.dates.sessions.clone(),
                daily,
                vx,
                slow: source.observations.slow.clone(),
                events: source.observations.events.clone(),
                carried: BTreeMap::new(),
                published_by: BTreeMap::new(),
            },
            tape,
            mended,
        }
    }

    /// The series that follow a rule.
    fn daily(&self, steps: &[Step], anchor: usize) -> BTreeMap<String, DailySeries> {
        let source = &self.source;
        let mut daily = BTreeMap::new();
        for column in &source.columns {
            let values = columns::follow(source, column, steps, anchor);
            put(&mut daily, &column.name, column.lag, values);
        }
        daily
    }

    /// Daily settlements of the listed futures and final settlements, in the order of observations.
    fn futures(
        &self,
        vix: &[f64],
        opens: &[Option<f64>],
        steps: &[Step],
        random: &mut Random,
    ) -> Vec<VxSettlement> {
        let source = &self.source;
        let mut offsets = [Offset::at(steps[0].day, fade(FAST_HALF_LIFE)); 10];
        let mut off = AtNodes::default();
        let mut rows = Vec::with_capacity(steps.len() * 9);
        for (t, step) in steps.iter().enumerate() {
            let date = self.dates.sessions[t];
            let day = step.day;
            for (node, offset) in offsets.iter_mut().enumerate().filter(|_| t > 0) {
                off[node] = match step.script {
                    None => {
                        let difference =
                            source.nodes[offset.day()][node] - source.nodes[day - 1][node];
                        offset.step_by(difference, day)
                    }
                    Some(_) => {
                        offset.set(0.0, day);
                        0.0
                    }
                };
            }
            if settles_vix(date) {
                rows.extend(
                    opens[t].and_then(|open| self.final_settlement(date, day, open, random)),
                );
            }
            let Some(curve) = &source.curves[day] else {
                continue;
            };
            for (expiry, days) in &self.dates.futures[t] {
                let settle = vix[t] * exp(curve.at(*days) + between(&off, *days));
                rows.push(VxSettlement {
                    trade_date: date,
                    expiry: *expiry,
                    settle,
                    high: curve.high(*days).map(|high| settle * exp(high)),
                });
            }
        }
        rows
    }

    /// The auction's value off the open of VIX: as on the day taken, where that was a settlement day, else as on one of
    /// the dataset's. `None` where the dataset has none.
    fn final_settlement(
        &self,
        date: NaiveDate,
        day: usize,
        open: f64,
        random: &mut Random,
    ) -> Option<VxSettlement> {
        let off = auction(&self.source.settled, day, random)?;
        Some(VxSettlement {
            trade_date: date,
            expiry: date,
            settle: open * exp(off),
            high: None,
        })
    }

    /// Special opening quotations of the index, where the dataset has some.
    fn put_sets(
        &self,
        daily: &mut BTreeMap<String, DailySeries>,
        opens: &[Option<f64>],
        steps: &[Step],
        random: &mut Random,
    ) {
        if !has(&self.source, names::SPX_SET) {
            return;
        }
        let value = |(t, date): (usize, &NaiveDate)| {
            if spx_am_settlement(date.year(), date.month()) != Some(*date) {
                return None;
            }
            let off = auction(&self.source.opened, steps[t].day, random)?;
            Some(opens[t]? * exp(off))
        };
        let values = self.dates.sessions.iter().enumerate().map(value).collect();
        put(daily, names::SPX_SET, 0, values);
    }
}

/// What an auction made of an open: of the day itself, or of one drawn among all that are known.
pub(crate) fn auction(known: &[Option<f64>], day: usize, random: &mut Random) -> Option<f64> {
    let all: Vec<f64> = known.iter().flatten().copied().collect();
    if all.is_empty() {
        return None;
    }
    let drawn = all[random.below(all.len())];
    Some(known[day].unwrap_or(drawn))
}

impl World {
    /// The stress it was forced to hold.
    pub fn forced(&self) -> Option<Stress> {
        self.tape.forced.as_ref().map(|forced| forced.0)
    }
}
