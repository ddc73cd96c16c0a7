//! What size rules and corridors will ask of a package, worked out for its whole life at once.
//!
//! A rule asks the same of every open package on every session: what it gains in a shock, or its delta. The shock of a
//! session depends on the condors and on the weight of the hedge, not on the account, so it is known beforehand. A value
//! stands for the session and the measure it was worked out with; where a rule asks another one, it is worked out then.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use book::event::LegFill;
use market::history::{MarketHistory, MarketView};
use market::mark_path::MarkPath;

use crate::held_shock::{Shocks, deltas_held, gains_held};
use crate::shock::{Shock, deltas, gains};
use crate::size::{Measure, Unit};

/// Values of one unit, session by session.
#[derive(Debug)]
struct Column {
    first: usize,
    values: Vec<Option<f64>>,
}

/// One measure of all units.
#[derive(Debug)]
struct Kind<'p> {
    /// What is asked on each session of the window; nothing where nobody asks.
    asked: Vec<Option<Measure>>,
    /// The shocks, where gains are asked.
    shocks: Option<Shocks>,
    units: RefCell<Units<'p>>,
}

/// The columns of what was asked for.
#[derive(Debug, Default)]
struct Units<'p> {
    /// By layer, by condor and by hedge.
    of: [Vec<Option<Rc<Column>>>; 3],
    /// The latest of the same contracts, by their mark path.
    alike: BTreeMap<PathAt<'p>, Rc<Column>>,
}

/// The mark path of a unit, by where it stands: units of the same contracts share one.
#[derive(Clone, Copy, Debug)]
struct PathAt<'p>(&'p MarkPath);

impl Ord for PathAt<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        std::ptr::from_ref(self.0).cmp(&std::ptr::from_ref(other.0))
    }
}

impl PartialOrd for PathAt<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for PathAt<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for PathAt<'_> {}

/// The contracts of a unit.
pub(super) enum Legs<'p, F> {
    /// Those of one that is held, on all sessions, and their mark path.
    Held(&'p [LegFill], &'p MarkPath),
    /// Those of what would be bought on a session.
    Daily(F),
}

/// Nothing is bought: the legs of a unit that is held.
pub(super) type NoLegs<'p> = fn(MarketView<'p>) -> Option<&'p [LegFill]>;

/// The measures that the layers of a run ask for.
#[derive(Debug, Default)]
pub(super) struct Columns<'p> {
    kinds: Vec<Kind<'p>>,
}

impl<'p> Columns<'p> {
    /// Adds a measure, given for each session of the window that begins on session `first`.
    pub fn push(&mut self, asked: Vec<Option<Measure>>, (history, first): (&MarketHistory, usize)) {
        let is_gain = |one: &Option<Measure>| matches!(one, None | Some(Measure::Gain(_)));
        let shocks = asked.iter().all(is_gain).then(|| {
            // A session on which nobody asks has any shock.
            let shocks = asked.iter().map(|one| match one {
                Some(Measure::Gain(shock)) => *shock,
                _ => Shock::default(),
            });
            Shocks::new(shocks, history, first)
        });
        self.kinds.push(Kind {
            asked,
            shocks,
            units: RefCell::default(),
        });
    }

    /// The measure of a unit on session `at` of the window, if it is one of these; `legs` are those of the unit on a
    /// session of its life, which is `life`.
    pub fn measured<F: Fn(MarketView<'p>) -> Option<&'p [LegFill]>>(
        &self,
        unit: Unit,
        (measure, at): (&Measure, usize),
        life: impl FnOnce() -> (Range<usize>, Legs<'p, F>),
        (history, first): (&'p MarketHistory, usize),
    ) -> Option<Option<f64>> {
        let mut kinds = self.kinds.iter();
        let kind = kinds.find(|kind| kind.asked[at].as_ref() == Some(measure))?;
        let mut units = kind.units.borrow_mut();
        let (class, number) = match unit {
            Unit::Today(layer) => (0, usize::from(layer.0)),
            Unit::Condor(number) => (1, number as usize),
            Unit::Hedge(number) => (2, number as usize),
        };
        let Units { of, alike } = &mut *units;
        let of = &mut of[class];
        if of.len() <= number {
            of.resize_with(number + 1, || None);
        }
        let column = of[number].get_or_insert_with(|| {
            let (life, legs) = life();
            let start = life.start.max(first);
            let sessions = start..life.end.min(first + kind.asked.len()).max(start);
            let path = match &legs {
                Legs::Held(_, path) => Some(PathAt(path)),
                Legs::Daily(_) => None,
            };
            let known = path.and_then(|path| alike.get(&path));
            if let Some(known) = known.filter(|known| known.holds(&sessions, first)) {
                return Rc::clone(known);
            }
            let column = Rc::new(Column {
                first: sessions.start - first,
                values: kind.work_out(sessions, &legs, (history, first)),
            });
            path.map(|path| alike.insert(path, Rc::clone(&column)));
            column
        });
        let value = column.values.get(at.checked_sub(column.first)?);
        value.copied()
    }
}

impl Column {
    /// Whether these sessions are among its own, `first` being that of the window.
    fn holds(&self, sessions: &Range<usize>, first: usize) -> bool {
        let own = first + self.first..first + self.first + self.values.len();
        own.start <= sessions.start && sessions.end <= own.end
    }
}

impl<'p> Kind<'p> {
    /// One value for each of these sessions.
    fn work_out<F: Fn(MarketView<'p>) -> Option<&'p [LegFill]>>(
        &self,
        sessions: Range<usize>,
        legs: &Legs<'p, F>,
        (history, first): (&'p MarketHistory, usize),
    ) -> Vec<Option<f64>> {
        let from = sessions.start - first;
        let asked = &self.asked[from..sessions.end - first];
        let views = sessions.clone().map(|t| history.view(t));
        let legs = match legs {
            Legs::Daily(legs) => return each(asked, views.map(|view| (view, legs(view)))),
            Legs::Held(legs, _) => *legs,
        };
        let known = match &self.shocks {
            Some(shocks) => gains_held(legs, &sessions, (shocks, from), history)
                .map(|values| values.into_iter().map(Some).collect()),
            None if asked.iter().all(|one| *one == Some(Measure::Delta)) => {
                deltas_held(legs, &sessions, history)
            }
            None => None,
        };
        known.unwrap_or_else(|| each(asked, views.map(|view| (view, Some(legs)))))
    }
}

/// One value for each session, whatever is asked of whatever legs.
fn each<'p>(
    asked: &[Option<Measure>],
    units: impl Iterator<Item = (MarketView<'p>, Option<&'p [LegFill]>)>,
) -> Vec<Option<f64>> {
    let units: Vec<(MarketView<'p>, Option<&'p [LegFill]>)> = units.collect();
    let there = units
        .iter()
        .zip(asked)
        .filter_map(|((view, legs), measure)| Some((*view, (*legs)?, (*measure)?)));
    let shocks = there.clone().filter_map(|(view, legs, measure)| {
        let Measure::Gain(shock) = measure else {
            return None;
        };
        Some((legs, view.today(), shock))
    });
    let of_delta = there
        .clone()
        .filter(|(_, _, measure)| *measure == Measure::Delta);
    let mut gained = gains(shocks).into_iter();
    let mut delta = deltas(of_delta.map(|(view, legs, _)| (legs, view))).into_iter();
    units
        .iter()
        .zip(asked)
        .map(|((view, legs), measure)| {
            let legs = (*legs)?;
            match measure.as_ref()? {
                Measure::Gain(_) => gained.next().flatten(),
                Measure::Delta => delta.next().flatten(),
                Measure::Gamma => Measure::Gamma.of(legs, *view),
            }
        })
        .collect()
}
