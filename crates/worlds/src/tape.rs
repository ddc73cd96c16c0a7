//! Which day of the dataset each session of a world takes.
//!
//! Blocks of consecutive days, of geometric length (the stationary bootstrap of Politis & Romano 1994), the start of each
//! drawn among the days whose state was most like that at the end of the block before, the nearest most likely (Lall &
//! Sharma 1996). So what follows a fall in a world is what followed such falls.

use std::ops::Range;

use market::math::{exp, ln};
use market::observations::names;

use crate::plan::Plan;
use crate::random::Random;
use crate::rule::{FAST_HALF_LIFE, fade};
use crate::source::{RETURN_SESSIONS, Source, State, WorldsError};
use crate::step::{Step, scripted_vix};
use crate::stress::Stress;
use crate::walker::Offset;

/// Days around the end of a block that do not start the next: the world would go on as it was.
const APART: usize = 5;
/// Sessions of a window's beginning and end in which no stress begins or ends.
const MARGIN: usize = 21;
/// Places among which that of a stress is drawn.
const PLACES: usize = 20;

/// The sessions of a world.
#[derive(Clone, Debug, PartialEq)]
pub struct Tape {
    /// One per session. The first gives levels alone.
    pub steps: Vec<Step>,
    /// Sessions at which a block begins.
    pub joints: Vec<usize>,
    /// The stress it was forced to hold, and its sessions.
    pub forced: Option<(Stress, Range<usize>)>,
}

/// The market of a world in as much as its next block depends on it.
struct Walk<'a> {
    source: &'a Source<'a>,
    vix: Offset,
    far: Offset,
    /// Logarithms of the index, those of the month before the first session among them.
    closes: Vec<f64>,
    /// Logarithms of VIX.
    levels: Vec<f64>,
    states: Vec<State>,
}

impl<'a> Walk<'a> {
    fn new(source: &'a Source<'a>, day: usize) -> Walk<'a> {
        let before = day - RETURN_SESSIONS..=day;
        let vix = source.term[0].level[day];
        Walk {
            source,
            vix: Offset::at(day, fade(FAST_HALF_LIFE)),
            far: Offset::at(day, fade(FAST_HALF_LIFE)),
            closes: before.map(|t| ln(source.spx.close[t])).collect(),
            levels: vec![vix],
            states: vec![source.states[day]],
        }
    }

    fn step(&mut self, step: &Step) {
        let source = self.source;
        let day = step.day;
        let far = source.term_of(names::VIX3M);
        let before = self.levels[self.levels.len() - 1];
        let (ln_return, vix, slope) = match step.script {
            None => {
                let levels = &source.term[0].level;
                let vix = levels[day] + self.vix.step(levels, day);
                let far = far.map(|far| far.level[day] + self.far.step(&far.level, day));
                (source.ln_return(day), vix, far.map_or(0.0, |far| vix - far))
            }
            Some(script) => {
                let vix = scripted_vix(&script, before);
                let off = vix - source.term[0].level[day];
                self.vix.set(off, day);
                self.far.set(off, day);
                (script.ln_return, vix, source.states[day][1])
            }
        };
        let close = self.closes[self.closes.len() - 1] + ln_return;
        self.closes.push(close);
        let month = self.closes[self.closes.len() - 1 - RETURN_SESSIONS];
        self.levels.push(vix);
        self.states.push([vix, slope, close - month]);
    }
}

impl Tape {
    /// The dataset as it was, from a day on.
    pub fn as_it_was(days: Range<usize>) -> Tape {
        Tape {
            steps: days.map(Step::day).collect(),
            joints: Vec::new(),
            forced: None,
        }
    }

    /// World `number`, of so many sessions; a stress lies within `window`.
    ///
    /// # Errors
    /// Where the dataset does not hold a stress it is to be forced to.
    pub fn draw(
        source: &Source<'_>,
        plan: &Plan,
        number: u64,
        sessions: usize,
        window: Range<usize>,
        random: &mut Random,
    ) -> Result<Tape, WorldsError> {
        let first = source.span.start + random.below(source.span.len());
        let mut walk = Walk::new(source, first);
        let mut tape = Tape {
            steps: vec![Step::day(first)],
            joints: Vec::new(),
            forced: None,
        };
        tape.go_on(&mut walk, plan, sessions, random);
        let Some(stress) = plan.forced(number) else {
            return Ok(tape);
        };
        let held = stress.steps(source)?;
        let at = place(&walk, &held, window, random);
        tape.steps.truncate(at);
        tape.joints.retain(|joint| *joint < at);
        tape.joints.push(at);
        tape.steps.extend(&held);
        tape.steps.truncate(sessions);
        tape.forced = Some((stress, at..tape.steps.len()));
        let mut walk = Walk::new(source, first);
        tape.steps[1..].iter().for_each(|step| walk.step(step));
        tape.go_on(&mut walk, plan, sessions, random);
        Ok(tape)
    }

    /// The same tape gone on to so many sessions, by random numbers of its own.
    pub fn longer(
        &self,
        source: &Source<'_>,
        plan: &Plan,
        sessions: usize,
        random: &mut Random,
    ) -> Tape {
        let mut longer = self.clone();
        let mut walk = Walk::new(source, longer.steps[0].day);
        longer.steps[1..].iter().for_each(|step| walk.step(step));
        longer.go_on(&mut walk, plan, sessions, random);
        longer
    }

    /// Blocks until there are enough sessions.
    fn go_on(&mut self, walk: &mut Walk<'_>, plan: &Plan, sessions: usize, random: &mut Random) {
        let source = walk.source;
        while self.steps.len() < sessions {
            let state = walk.states[walk.states.len() - 1];
            let last = self.steps[self.steps.len() - 1].day;
            let first = next_block(source, plan, &state, last, random);
            let left = sessions - self.steps.len();
            let length = random.block(plan.mean_block_sessions).min(left);
            self.joints.push(self.steps.len());
            for day in first..source.span.end.min(first + length) {
                walk.step(&Step::day(day));
                self.steps.push(Step::day(day));
            }
        }
    }
}

/// The day a block starts with: the one after a day whose state was like this.
fn next_block(
    source: &Source<'_>,
    plan: &Plan,
    state: &State,
    last: usize,
    random: &mut Random,
) -> usize {
    let candidates = source.span.start - 1..source.span.end - 1;
    let mut near: Vec<(f64, usize)> = candidates
        .filter(|day| day.abs_diff(last) > APART)
        .map(|day| (source.distance(&source.states[day], state), day))
        .collect();
    let k = plan
        .neighbours
        .unwrap_or_else(|| (near.len() as f64).sqrt() as usize);
    let nearest = nearest(&mut near, k.max(1));
    nearest[random.rank(nearest.len())].1 + 1
}

/// The `k` nearest, in order; of equal distances the earlier.
fn nearest(all: &mut [(f64, usize)], k: usize) -> &[(f64, usize)] {
    let order = |a: &(f64, usize), b: &(f64, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
    let k = k.min(all.len());
    if k < all.len() {
        all.select_nth_unstable_by(k, order);
    }
    all[..k].sort_by(order);
    &all[..k]
}

/// The session at which a stress begins: one of those before which the world stands most as the market stood before it.
fn place(walk: &Walk<'_>, held: &[Step], window: Range<usize>, random: &mut Random) -> usize {
    let source = walk.source;
    let before = match held[0].script {
        None => source.states[held[0].day - 1],
        // A script says nothing of slope and month: those of the place itself are as good as any.
        Some(script) => [script.ln_vix_before, 0.0, 0.0],
    };
    let is_script = held[0].script.is_some();
    let first = window.start + MARGIN.min(window.len() / 4);
    let last = (window.end.saturating_sub(held.len() + MARGIN)).max(first + 1);
    let mut near: Vec<(f64, usize)> = (first..last)
        .map(|at| {
            let mut wanted = before;
            let state = walk.states[at - 1];
            if is_script {
                wanted[1..].copy_from_slice(&state[1..]);
            }
            (source.distance(&state, &wanted), at)
        })
        .collect();
    let nearest = nearest(&mut near, PLACES);
    nearest[random.rank(nearest.len())].1
}

/// VIX of a world, session by session, as its blocks are matched by.
pub fn vix(source: &Source<'_>, tape: &Tape) -> Vec<f64> {
    let mut walk = Walk::new(source, tape.steps[0].day);
    tape.steps[1..].iter().for_each(|step| walk.step(step));
    walk.levels.iter().map(|level| exp(*level)).collect()
}
