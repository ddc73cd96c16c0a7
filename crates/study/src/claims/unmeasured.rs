//! Why a question has no answer on this run. The words stand in the note of `claims.csv`.

use crate::batch::Stopped;

/// What is missing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unmeasured {
    /// The run has no such arm, twin, window or variant.
    #[error("needs {0}, which this run does not have")]
    Lacks(String),
    /// The question does not fit the windows, arms or levels it names.
    #[error("{0}")]
    Unfit(String),
    /// The number is not defined on what happened.
    #[error("{0}")]
    Undefined(String),
    /// One of the above, with what else is known.
    #[error("{reason}; {remark}")]
    Remarked {
        /// The reason.
        reason: Box<Unmeasured>,
        /// The remark.
        remark: String,
    },
    /// The user wanted to stop.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

impl Unmeasured {
    /// The question does not fit.
    pub(super) fn unfit(why: impl Into<String>) -> Unmeasured {
        Unmeasured::Unfit(why.into())
    }

    /// The number is not defined.
    pub(super) fn undefined(why: impl Into<String>) -> Unmeasured {
        Unmeasured::Undefined(why.into())
    }

    /// The same with a remark after the reason, if there is one.
    pub(super) fn remarked(self, remark: &str) -> Unmeasured {
        match remark.is_empty() {
            true => self,
            false => Unmeasured::Remarked {
                reason: Box::new(self),
                remark: remark.to_string(),
            },
        }
    }
}
