//! What every pass over configurations needs, and the pass that a part of a sweep makes by itself.

use std::ops::Range;
use std::sync::atomic::AtomicBool;

use chrono::NaiveDate;
use stats::contest::Resamples;
use stats::walk_forward::Fold;

use super::{plan, walks};
use crate::configurations::{Configurations, Shelf};
use crate::overfitting::{Judged, Pass, Unjudged};
use crate::selection::Selection;
use crate::spec::SweepConfig;
use crate::store::{Store, StoreError};
use crate::work::Ledger;

/// What passes over the configurations of some cells need.
pub(super) struct Ground<'a> {
    pub config: &'a SweepConfig,
    pub shelf: Shelf<'a>,
    /// Error levels of the configurations: the run's own.
    pub base: Vec<u16>,
    pub all: Configurations<'a>,
    pub windows: Vec<Range<usize>>,
    pub dates: Vec<NaiveDate>,
    pub walks: Vec<Vec<Fold>>,
    pub resamples: Resamples,
}

impl<'a> Ground<'a> {
    /// `None` where no cell has a result.
    pub(super) fn new(
        config: &'a SweepConfig,
        store: &'a Store,
        cells: &Selection,
        ledger: &'a Ledger,
    ) -> Result<Option<Ground<'a>>, StoreError> {
        let shelf = Shelf::new(config, store, ledger);
        let base = config.own_errors();
        let all = Configurations::of(config, cells, ledger, &base)?;
        let sessions = shelf.sessions();
        shelf.check()?;
        let Some(sessions) = sessions else {
            return Ok(None);
        };
        let mut windows = Vec::with_capacity(sessions.len());
        let mut end = 0;
        for dates in &sessions {
            windows.push(end..end + dates.len());
            end += dates.len();
        }
        let dates: Vec<NaiveDate> = sessions.concat();
        let statistics = config.file.statistics;
        Ok(Some(Ground {
            walks: walks::all_folds(dates.len(), &statistics),
            resamples: Resamples::new(
                dates.len(),
                &plan(&statistics, statistics.mean_block_sessions),
            ),
            config,
            shelf,
            base,
            all,
            windows,
            dates,
        }))
    }

    pub(super) fn pass(&self) -> Pass<'_> {
        Pass {
            shelf: &self.shelf,
            configurations: &self.all,
            windows: &self.windows,
            resamples: &self.resamples,
            blocks: self.config.file.statistics.cscv_blocks,
            folds: &self.walks,
        }
    }
}

/// Judges the configurations of part `index` of `of` as far as it can be done without the others, and keeps what was found
/// in the store `into`: [`judge`](super::judge) does not do it again.
///
/// # Errors
/// Where `stop` is raised before the end, or a store cannot be read or written.
pub fn judge_part(
    config: &SweepConfig,
    (store, into): (&Store, &Store),
    (cells, ledger): (&Selection, &Ledger),
    (index, of): (usize, usize),
    stop: &AtomicBool,
) -> Result<(), Unjudged> {
    let nobody = Judged::new(0, &[], None);
    let Some(ground) = Ground::new(config, store, cells, ledger)? else {
        return Ok(nobody.keep(into, index, of)?);
    };
    let count = ground.all.len();
    let luck = ground.pass().luck(0..count, None, &|_| {}, stop)?;
    ground.shelf.check()?;
    match (count, luck) {
        (0, _) => nobody.keep(into, index, of)?,
        (_, Some(luck)) => {
            let judged = Judged::new(count, &ground.windows, Some(&luck));
            judged.keep(into, index, of)?
        }
        // A cell lacks a session: whoever joins the parts finds that out.
        (_, None) => {}
    }
    Ok(())
}
