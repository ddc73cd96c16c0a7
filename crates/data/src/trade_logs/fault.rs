//! Why a row of a log is no trade, or no execution of one.

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RowFault {
    /// A cell that does not hold what its column is to hold.
    #[error("column {column}: found `{found}`, allowed: {allowed}")]
    Cell {
        /// The column, as the header spells it.
        column: String,
        /// What stands there.
        found: String,
        /// What may stand there.
        allowed: &'static str,
    },
    /// Neither a call nor a put.
    #[error("found `{0}`, allowed: C, P, CALL, PUT")]
    Right(String),
    /// Contracts that are no whole number.
    #[error("{0} contracts, allowed: a whole number from 1")]
    Contracts(f64),
    /// Units that are no whole number.
    #[error("{0} units, allowed: a whole number from 1")]
    Units(f64),
    /// An option of another underlying.
    #[error("another class")]
    Class,
    /// Not closed yet.
    #[error("it was still open when the log was written")]
    Open,
    /// Contracts of a leg that are no whole number per unit.
    #[error("a leg of {count} contracts in {units} units")]
    Leg {
        /// Contracts of the leg in the whole trade.
        count: i32,
        /// Units of the trade.
        units: f64,
    },
    /// Profit, premium and closing cost contradict each other.
    #[error("P/L is {profit}, which {premium} of premium and {cost} of closing cost do not give")]
    Profit {
        /// Of the trade \[USD\].
        profit: f64,
        /// Received for one contract \[USD\].
        premium: f64,
        /// Paid for one contract \[USD\].
        cost: f64,
    },
}

impl RowFault {
    /// A cell that is refused.
    pub fn cell(column: &str, found: &str, allowed: &'static str) -> RowFault {
        RowFault::Cell {
            column: column.to_string(),
            found: found.to_string(),
            allowed,
        }
    }
}
