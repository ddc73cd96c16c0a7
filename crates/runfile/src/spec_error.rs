//! Why the axes, constraints or sample of a sweep are refused.

use crate::axis::MOST_LEVELS;

/// What is wrong with the axes of a sweep.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SpecError {
    /// An axis is refused.
    #[error("{at}: {fault}")]
    Axis {
        /// Its place in the file: `axes[2]`.
        at: String,
        /// What is wrong with it.
        fault: AxisFault,
    },
    /// A constraint is refused.
    #[error("constraint {text:?}: {fault}")]
    Constraint {
        /// As the file has it.
        text: String,
        /// What is wrong with it.
        fault: ConstraintFault,
    },
    /// Nothing is left to try.
    #[error("no point satisfies the constraints")]
    NoPoint,
    /// A grid is too large.
    #[error("the grid has more than {most} points; draw a sample")]
    GridTooLarge {
        /// Most points.
        most: usize,
    },
    /// A sample asks for too few points, or too many.
    #[error("sample.points is {found}, allowed is 1 to {most}")]
    SampleSize {
        /// Points asked for.
        found: usize,
        /// Most points.
        most: usize,
    },
    /// A Sobol sequence has direction numbers for fewer axes.
    #[error("a Sobol sample takes at most {most} axes")]
    SobolAxes {
        /// Most axes.
        most: usize,
    },
}

/// What can be wrong with an axis.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum AxisFault {
    /// Both or neither of `key` and `keys` stand there.
    #[error("exactly one of `key` and `keys` is needed")]
    Keys,
    /// Both or neither of `values` and `range` stand there.
    #[error("exactly one of `values` (not empty) and `range` is needed")]
    Levels,
    /// Too many levels are listed.
    #[error("{0} levels, at most {MOST_LEVELS}")]
    TooMany(usize),
    /// The ends or the step of a range are wrong.
    #[error("range from {from} to {to} by {step}: needs from <= to and a step above zero")]
    Range {
        /// First number.
        from: f64,
        /// Last number.
        to: f64,
        /// Distance.
        step: f64,
    },
    /// The step of a range is too fine.
    #[error("range has more than {MOST_LEVELS} levels")]
    RangeTooLong,
    /// A name cannot stand in constraints and tables.
    #[error("name {0:?} may hold only letters, digits, and `_ - .`")]
    Name(String),
    /// Two levels read the same.
    #[error("levels {first} and {second} are both {text}")]
    Twice {
        /// Place of the one.
        first: usize,
        /// Place of the other.
        second: usize,
        /// Their text.
        text: String,
    },
}

/// What can be wrong with a constraint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConstraintFault {
    /// No comparison this version knows stands between two terms.
    #[error("allowed are < <= > >= == !=")]
    Relation,
    /// Nothing is compared.
    #[error("a comparison is needed, like `low < mid < high`")]
    NoRelation,
    /// Two names or numbers follow each other.
    #[error("expected + or - before {0:?}")]
    NoSign(String),
    /// A term is empty, or ends with a sign.
    #[error("a name or a number is missing")]
    Missing,
    /// A name is no axis.
    #[error("no axis is called {word:?}; there are {known}")]
    NoAxis {
        /// The name.
        word: String,
        /// The axes, parted by commas.
        known: String,
    },
    /// An axis cannot be compared.
    #[error("axis {0:?} has a level that is no number")]
    NoNumber(String),
}
