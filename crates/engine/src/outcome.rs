//! What a run leaves behind, whichever way it was found.

use std::sync::Arc;

use book::journal::Journal;
use book::portfolio::Portfolio;
use market::price::Money;
use policy::tier::Regime;

/// What a run leaves behind.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Every event, if the run was asked to keep them; empty otherwise.
    pub journal: Journal,
    /// The account at the end.
    pub portfolio: Portfolio,
    /// Trading equity at the end of each session.
    pub curve: Vec<Money>,
    /// Regime after each session's close; runs under one tier table share them.
    pub regimes: Arc<[Regime]>,
    /// What the account at the end no longer shows.
    pub tally: Tally,
}

/// Sums over the sessions of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Buying power in use at the end of each session, added up: margin net of the credits of the packages that need it.
    pub buying_power: Money,
    /// Trading P&L before the closing of everything at the window's end.
    pub pnl_before_window_end: Money,
    /// Packages closed by the window's end.
    pub closed_by_window_end: usize,
    /// Condors that were ordered, those that were refused at the fill among them.
    pub condors_ordered: usize,
}

/// Whether a run keeps its journal. Without it a run returns the same account and the same curve, in less memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Every event.
    Journal,
    /// The curve and the final account only.
    Curve,
}
