//! What size rules and corridors will ask of a package, worked out for its whole life at once.
//!
//! A rule asks the same of every open package on every session: what it gains in a shock, or its delta. The shock of a
//! session depends on the condors and on the weight of the hedge, not on the account, so it is known beforehand. A value
//! stands for the session and the measure it was worked out with; where a rule asks another one, it is worked out then.

use std::cell::RefCell;
use std::ops::Range;

use book::event::LegFill;
use market::history::{MarketHistory, MarketView};

use crate::shock::{deltas, gains};
use crate::size::{Measure, Unit};

/// Values of one unit, session by session.
#[derive(Debug)]
struct Column {
    first: usize,
    values: Vec<Option<f64>>,
}

/// One measure of all units.
#[derive(Debug)]
struct Kind {
    /// What is asked on each session of the window; nothing where nobody asks.
    asked: Vec<Option<Measure>>,
    /// By layer, by condor and by hedge.
    units: RefCell<[Vec<Option<Column>>; 3]>,
}

/// The measures that the layers of a run ask for.
#[derive(Debug, Default)]
pub(super) struct Columns {
    kinds: Vec<Kind>,
}

impl Columns {
    /// Adds a measure, given for each session of the window.
    pub fn push(&mut self, asked: Vec<Option<Measure>>) {
        self.kinds.push(Kind {
            asked,
            units: RefCell::default(),
        });
    }

    /// The measure of a unit on session `at` of the window, if it is one of these; `legs` are those of the unit on a
    /// session of its life, which is `life`.
    pub fn measured<'p>(
        &self,
        unit: Unit,
        (measure, at): (&Measure, usize),
        life: impl FnOnce() -> Range<usize>,
        legs: impl Fn(MarketView<'p>) -> Option<&'p [LegFill]>,
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
        let units = &mut units[class];
        if units.len() <= number {
            units.resize_with(number + 1, || None);
        }
        let column = units[number].get_or_insert_with(|| {
            let life = life();
            let start = life.start.max(first);
            let sessions = start..life.end.min(first + kind.asked.len()).max(start);
            let asked = &kind.asked[sessions.start - first..sessions.end - first];
            let views = sessions.clone().map(|t| history.view(t));
            Column {
                first: sessions.start - first,
                values: work_out(asked, views, &legs),
            }
        });
        let value = column.values.get(at.checked_sub(column.first)?);
        value.copied()
    }
}

/// One value for each session.
fn work_out<'p>(
    asked: &[Option<Measure>],
    views: impl Iterator<Item = MarketView<'p>>,
    legs: &impl Fn(MarketView<'p>) -> Option<&'p [LegFill]>,
) -> Vec<Option<f64>> {
    let units: Vec<(MarketView<'p>, Option<&'p [LegFill]>)> =
        views.map(|view| (view, legs(view))).collect();
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
