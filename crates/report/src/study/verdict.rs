//! The answer of a study.

/// The answer of a study in a word or two, and the sentence that says why.
pub struct StudyVerdict {
    /// `No.`
    pub answer: &'static str,
    /// How many hedges earned more than fewer condors.
    pub ahead: String,
    /// How many made the drawdown smaller.
    pub fell: String,
}
