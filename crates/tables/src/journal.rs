//! `journal.parquet`: every event of every arm as flat rows, one per leg where an event has legs.
//!
//! The journal is exact: money is in cents and prices in 1/10,000 points, whole numbers both. It has no CSV.

use chrono::NaiveDate;

use crate::column::Decimals;
use crate::row::row;
use crate::word::Word;

row! {
    /// One row of the journal. The columns after `later` are those of version 2; version 1 had their numbers as words
    /// in `detail` only.
    JournalRow = "journal.csv" {
        /// Position of the event in its arm's journal.
        seq: i64 [""],
        /// Window.
        window: Word [""],
        /// Arm.
        arm: Word [""],
        /// Session.
        date: NaiveDate [""],
        /// Step of the day.
        stage: Word [""],
        /// Kind of event.
        event: Word [""],
        /// Layer, where the event has one.
        layer: Option<Word> [""],
        /// Package, where the event has one.
        package: Option<i64> [""],
        /// Reason code, where the event has one.
        reason: Option<Word> [""],
        /// Contract of the leg.
        contract: Option<Word> [""],
        /// Contracts per unit as held.
        quantity: Option<i64> [""],
        /// Units.
        contracts: Option<i64> [""],
        /// Mid of the leg.
        mid: Option<i64> ["1/10,000 points"],
        /// Price of the leg, or the settlement price of a variation.
        price: Option<i64> ["1/10,000 points"],
        /// Delta of the leg at an opening.
        delta: Option<f64> ["", Decimals::Shortest],
        /// Money moved: cash of the fill on its first leg, interest, variation, purse amount, market value.
        amount_cents: Option<i64> ["cents"],
        /// Fees of the fill, on its first leg.
        fees_cents: Option<i64> ["cents"],
        /// A second amount: slippage of a fill, lapsed or forgone money of a purse, margin.
        other_cents: Option<i64> ["cents"],
        /// Numbers of an event in words.
        detail: Option<Word> [""],
        /// Where the mid of the leg comes from, or that of a package's marks from now on.
        source: Option<Word> [""],
    } later {
        /// Version of the journal.
        journal_version: i64 [""],
        /// Capital at the start of the window, on the arm's first row.
        start_cents: Option<i64> ["cents"],
        /// Rate of an interest posting, ACT/360.
        rate: Option<f64> ["1/year", Decimals::Shortest],
        /// Margin one unit needs, on the first leg of an opening.
        margin_per_unit_cents: Option<i64> ["cents"],
        /// Value a package settled at, on its first leg.
        settlement: Option<i64> ["1/10,000 points"],
        /// Whether that value is a stand-in, not the official one.
        proxy: Option<bool> [""],
        /// Number of the part that leaves a package.
        part: Option<i64> [""],
        /// Where the marks of a package came from until now.
        source_before: Option<Word> [""],
        /// The premium in what a purse was charged.
        premium_cents: Option<i64> ["cents"],
        /// Margin of the defined-risk packages at the marks, on the first layer.
        defined_risk_margin_cents: Option<i64> ["cents"],
        /// Initial margin of the futures at the marks, on the first layer.
        futures_margin_cents: Option<i64> ["cents"],
        /// Marks carried from an earlier session, on the first layer.
        carried: Option<i64> [""],
        /// What a decision asked for.
        action: Option<Word> [""],
        /// Package that a decision or refusal is about.
        of_package: Option<i64> [""],
        /// Money at hand, of a decision or refusal.
        have_cents: Option<i64> ["cents"],
        /// Money needed, of a decision or refusal.
        need_cents: Option<i64> ["cents"],
        /// Weight of the hedge in a decision.
        weight: Option<f64> ["", Decimals::Shortest],
        /// A value that was found against a limit.
        found: Option<f64> ["", Decimals::Shortest],
        /// The limit.
        limit: Option<f64> ["", Decimals::Shortest],
        /// A day that a decision names, such as the next entry session.
        day: Option<NaiveDate> [""],
        /// The size rule that bound.
        rule: Option<Word> [""],
        /// Money the size rule meant.
        meant_cents: Option<i64> ["cents"],
        /// Units the size rule comes to beyond what is held, or units of a package to be sold.
        units: Option<i64> [""],
        /// The contract that came nearest to what a decision looked for.
        nearest: Option<Word> [""],
        /// What a seller of it would have received.
        bid: Option<i64> ["1/10,000 points"],
        /// What a buyer of it would have paid.
        ask: Option<i64> ["1/10,000 points"],
        /// Its delta, absolute.
        nearest_delta: Option<f64> ["", Decimals::Shortest],
        /// Sessions since the last purchase.
        passed_sessions: Option<i64> ["sessions"],
        /// Sessions to be waited.
        wait_sessions: Option<i64> ["sessions"],
    }
}
