//! The condors that are open at each close: what sizes, corridors and decaying weights of a hedge look at.

use std::ops::Range;
use std::sync::Arc;

use book::event::LayerId;
use book::layers::LayerVec;
use market::history::{MarketHistory, MarketView};
use market::mark_path::MarkPath;
use policy::decide::days_left_of;

use crate::package_outcomes::TemplateOutcomes;
use crate::quotes::UnitQuote;
use crate::size::{Position, Unit};

/// A condor that is open at a close.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenCondor {
    /// Its number among all that were opened.
    pub number: u32,
    pub tier: LayerId,
    /// Session of its opening.
    pub opened: u32,
    pub contracts: i64,
    /// Its expiry, see [`MarketView::day_number`].
    pub expiry_day: i32,
}

/// Those of every close of a window, in the order of opening.
#[derive(Debug)]
pub(super) struct OpenCondors {
    /// One per condor tier.
    books: LayerVec<Arc<TemplateOutcomes>>,
    /// Tier and session of the opening of every condor, by number.
    opened: Vec<(LayerId, u32)>,
    all: Vec<OpenCondor>,
    /// Where each close ends in them.
    ends: Vec<usize>,
}

impl OpenCondors {
    pub fn new(books: LayerVec<Arc<TemplateOutcomes>>, sessions: usize) -> OpenCondors {
        OpenCondors {
            books,
            opened: Vec::new(),
            all: Vec::new(),
            ends: Vec::with_capacity(sessions),
        }
    }

    /// One more was opened.
    pub fn note_opened(&mut self, tier: LayerId, session: usize) {
        self.opened.push((tier, session as u32));
    }

    /// The sessions at whose closes a condor is open, at most, and what it is worth on each.
    pub fn life(&self, number: u32, history: &MarketHistory) -> (Range<usize>, &MarkPath) {
        let (tier, opened) = self.opened[number as usize];
        let opened = opened as usize;
        let life = self.books[tier].life(opened, history);
        let life = life.expect("a condor was opened at a quote");
        (opened..life.end, &life.mark_path)
    }

    /// The quote at which a condor was opened.
    pub fn quote<'b>(&'b self, number: u32, history: &'b MarketHistory) -> &'b UnitQuote {
        let (tier, opened) = self.opened[number as usize];
        let quotes = self.books[tier].quotes();
        let quote = quotes.today(history.view(opened as usize));
        quote.expect("a condor was opened at a quote")
    }

    /// Those of the next close.
    pub fn push(&mut self, open: impl Iterator<Item = OpenCondor>) {
        self.all.extend(open);
        self.ends.push(self.all.len());
    }

    /// Those of the close `at` of the window.
    pub fn at(&self, at: usize) -> &[OpenCondor] {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.all[start..self.ends[at]]
    }

    /// As a size rule sees one.
    pub fn position<'b>(&'b self, condor: &OpenCondor, history: &'b MarketHistory) -> Position<'b> {
        let quote = self.quote(condor.number, history);
        position(
            Unit::Condor(condor.number),
            condor.tier,
            quote,
            condor.contracts,
        )
    }

    /// The part of a hedge's weight that the days left to the condors leave of it.
    pub fn days_left(&self, at: usize, days: i64, view: MarketView<'_>) -> f64 {
        let next = view.next_day_number();
        let left = |condor: &OpenCondor| {
            let days_left = i64::from(condor.expiry_day) - i64::from(next);
            (condor.contracts, days_left)
        };
        days_left_of(days, self.at(at).iter().map(left))
    }
}

/// So many units of a package that was opened at a quote, as a size rule sees them.
pub(super) fn position(
    unit: Unit,
    layer: LayerId,
    quote: &UnitQuote,
    contracts: i64,
) -> Position<'_> {
    let one = quote.one();
    Position {
        unit,
        layer,
        legs: &one.legs,
        contracts,
        entry_net: one.net,
        multiplier: one.multiplier,
        margin_per_unit: quote.margin.unwrap_or_default(),
    }
}
