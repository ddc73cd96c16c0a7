//! Why a study has no result.

use market::history::HistoryError;
use market::inputs::MissingInputs;

use crate::batch::Stopped;
use crate::implied_level::ImpliedLevelError;
use crate::logged::NoTrade;

/// Why there is no study.
#[derive(Debug, thiserror::Error)]
pub enum StudyError {
    /// The observations lack what the simulated sessions need.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// Prices would rest on series that are missing.
    #[error(transparent)]
    Inputs(#[from] MissingInputs),
    /// The user wanted to stop.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// The condors are those of a log, and the market allows none.
    #[error(transparent)]
    NoTrade(#[from] NoTrade),
    /// `[model] index_implied_level` has nothing to follow.
    #[error("model.index_implied_level: {0}")]
    ImpliedLevel(ImpliedLevelError),
}

impl From<ImpliedLevelError> for StudyError {
    fn from(error: ImpliedLevelError) -> StudyError {
        match error {
            ImpliedLevelError::Stopped(stopped) => StudyError::Stopped(stopped),
            other => StudyError::ImpliedLevel(other),
        }
    }
}
