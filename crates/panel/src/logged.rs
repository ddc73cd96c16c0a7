//! Trade logs as the books of a study: which of their trades its market allows.

use std::borrow::Cow;

use chrono::Days;
use market::observations::Observations;
use runfile::config::Window;
use tables::{LogMarkRow, LogTradeRow};

use crate::spec::StudyConfig;
use crate::work::{StudyError, YEAR_BEFORE_DAYS, market_of_windows, spans};

/// A study whose logs hold what its market allows, and nothing else.
pub struct Admitted<'a> {
    /// The study; its file still holds every trade.
    pub config: Cow<'a, StudyConfig>,
    /// `log_trades.csv`: every trade of every log, used or not.
    pub trades: Vec<LogTradeRow>,
    /// `log_marks.csv`: what the used ones were worth at each close.
    pub marks: Vec<LogMarkRow>,
}

/// Leaves in the logs of a study what can be used in its windows. A study without logs is itself.
///
/// # Errors
/// Where the dataset cannot be priced, no window lies inside it, or nothing is left of a log.
pub fn admitted<'a>(
    config: &'a StudyConfig,
    observations: &Observations,
) -> Result<Admitted<'a>, StudyError> {
    if !config.file.books.is_logged() {
        return Ok(Admitted {
            config: Cow::Borrowed(config),
            trades: Vec::new(),
            marks: Vec::new(),
        });
    }
    let windows = config.windows(&observations.sessions);
    let history = market_of_windows(config, observations, &windows)?;
    let mut run = config.base.clone();
    run.condor_tiers = config.file.books.tiers();
    run.windows = spans(&windows);
    let last = observations.sessions.last();
    let falls = config.file.crashes.iter().map(|crash| Window {
        first: crash.first - Days::new(YEAR_BEFORE_DAYS),
        last: last.map_or(crash.last, |last| *last),
        ..crash.clone()
    });
    run.windows.extend(falls);
    let (run, trades) = study::logged::admitted(&run, &history)?;
    let marks = study::logged::marks(&run, &history);
    let mut own = config.clone();
    own.books = (config.file.books.all(&run.condors))
        .expect("books of a checked study with fewer trades are books");
    Ok(Admitted {
        config: Cow::Owned(own),
        trades,
        marks,
    })
}
