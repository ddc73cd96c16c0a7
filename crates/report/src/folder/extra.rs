//! Tables that say why a result is what it is: controls, attribution, greeks and the sources of prices.

use super::rows::Names;
use super::table::CsvRow;
use crate::date::Date;
use crate::error::ReportError;
use crate::number::Usd;

/// One measure of one honest control of an arm: the same premium at random dates, or fewer condors.
#[derive(Clone, Debug)]
pub struct ControlRow {
    /// Place of its window and of its arm in the manifest.
    pub place: (usize, usize),
    /// Which control.
    pub control: String,
    /// What was measured; its last word is the unit where it has one (`pnl_usd`).
    pub measure: String,
    /// Draws or observations behind it.
    pub n: String,
    /// The value.
    pub value: Option<f64>,
    /// Lower end of its interval.
    pub lo: Option<f64>,
    /// Upper end of its interval.
    pub hi: Option<f64>,
    /// Share of the control that did at least as well as the arm.
    pub p: Option<f64>,
    /// A remark.
    pub note: String,
}

impl ControlRow {
    /// The columns that must be there.
    pub const COLUMNS: [&'static str; 10] = [
        "window", "arm", "control", "measure", "n", "value", "lo", "hi", "p", "note",
    ];

    /// Reads a row.
    pub fn read(row: CsvRow<'_>, names: &Names<'_>) -> Result<ControlRow, ReportError> {
        Ok(ControlRow {
            place: names.place(row)?,
            control: row.text("control").to_owned(),
            measure: row.text("measure").to_owned(),
            n: row.text("n").to_owned(),
            value: row.number("value")?,
            lo: row.number("lo")?,
            hi: row.number("hi")?,
            p: row.number("p")?,
            note: row.text("note").to_owned(),
        })
    }
}

/// A part of the P&L of one layer.
#[derive(Clone, Debug)]
pub struct AttributionRow {
    /// Place of its window and of its arm in the manifest.
    pub place: (usize, usize),
    /// The layer; condor tiers too.
    pub layer: String,
    /// How the P&L was cut: `reason`, `greek` or `leg`.
    pub kind: String,
    /// The part.
    pub component: String,
    /// Its P&L.
    pub usd: Usd,
}

impl AttributionRow {
    /// The columns that must be there.
    pub const COLUMNS: [&'static str; 6] = ["window", "arm", "layer", "kind", "component", "usd"];

    /// Reads a row.
    pub fn read(row: CsvRow<'_>, names: &Names<'_>) -> Result<AttributionRow, ReportError> {
        Ok(AttributionRow {
            place: names.place(row)?,
            layer: row.text("layer").to_owned(),
            kind: row.text("kind").to_owned(),
            component: row.text("component").to_owned(),
            usd: row.money("usd")?,
        })
    }
}

/// The greeks of an arm's whole book at one close.
#[derive(Clone, Debug)]
pub struct GreekRow {
    /// Place of its window and of its arm in the manifest.
    pub place: (usize, usize),
    /// The session.
    pub date: Date,
    /// Values in the order of [`GreekRow::GREEKS`]; those of VIX options and futures may be missing.
    pub values: [Option<f64>; 7],
}

impl GreekRow {
    /// The greeks with what they are, in the order they are kept.
    pub const GREEKS: [(&'static str, &'static str); 7] = [
        ("delta", "delta of the SPX options [$ per point]"),
        ("gamma", "gamma of the SPX options [$ per point squared]"),
        ("vega", "vega of the SPX options [$ per vol point]"),
        ("theta", "theta of the whole book [$ a day]"),
        (
            "vix_delta",
            "delta of the VIX options and futures [$ per point]",
        ),
        (
            "vix_gamma",
            "gamma of the VIX options [$ per point squared]",
        ),
        ("vix_vega", "vega of the VIX options [$ per vol point]"),
    ];
    /// The columns that must be there.
    pub const COLUMNS: [&'static str; 7] =
        ["window", "arm", "date", "delta", "gamma", "vega", "theta"];

    /// Reads a row.
    pub fn read(row: CsvRow<'_>, names: &Names<'_>) -> Result<GreekRow, ReportError> {
        let mut values = [None; 7];
        for (place, (column, _)) in values.iter_mut().zip(Self::GREEKS) {
            *place = row.number(column)?;
        }
        Ok(GreekRow {
            place: names.place(row)?,
            date: row.date("date")?,
            values,
        })
    }
}

/// A further number of an arm, of a layer, or of the market.
#[derive(Clone, Debug)]
pub struct MeasureRow {
    /// The window, as the file names it.
    pub window: String,
    /// The arm; empty for the market.
    pub arm: String,
    /// The layer; empty for the whole book.
    pub layer: String,
    /// A quarter; empty for the whole window.
    pub period: String,
    /// What was measured.
    pub measure: String,
    /// Observations behind it.
    pub n: String,
    /// The value.
    pub value: Option<f64>,
    /// A remark.
    pub note: String,
}

impl MeasureRow {
    /// The columns that must be there.
    pub const COLUMNS: [&'static str; 8] = [
        "window", "arm", "layer", "period", "measure", "n", "value", "note",
    ];

    /// Reads a row.
    pub fn read(row: CsvRow<'_>) -> Result<MeasureRow, ReportError> {
        let text = |column| row.text(column).to_owned();
        Ok(MeasureRow {
            window: text("window"),
            arm: text("arm"),
            layer: text("layer"),
            period: text("period"),
            measure: text("measure"),
            n: text("n"),
            value: row.number("value")?,
            note: text("note"),
        })
    }
}

/// How many prices of a kind came from one source.
#[derive(Clone, Debug)]
pub struct SourceRow {
    /// The window, as the file names it.
    pub window: String,
    /// The arm, as the file names it.
    pub arm: String,
    /// What was priced: fills, marks, settlements.
    pub what: String,
    /// Option root or future.
    pub root: String,
    /// Where the price came from: quoted, interpolated, modelled, proxy.
    pub source: String,
    /// How many.
    pub count: usize,
}

impl SourceRow {
    /// The columns that must be there.
    pub const COLUMNS: [&'static str; 6] = ["window", "arm", "what", "root", "source", "count"];

    /// Reads a row.
    pub fn read(row: CsvRow<'_>) -> Result<SourceRow, ReportError> {
        let text = |column| row.text(column).to_owned();
        Ok(SourceRow {
            window: text("window"),
            arm: text("arm"),
            what: text("what"),
            root: text("root"),
            source: text("source"),
            count: row.count("count")?,
        })
    }
}

/// An account beside a published index: all daily returns, month-ends, or the days with and without a roll.
#[derive(Clone, Debug)]
pub struct BenchmarkRow {
    /// The window, as the file names it.
    pub window: String,
    /// The arm, as the file names it.
    pub arm: String,
    /// The published series.
    pub series: String,
    /// `daily`, `monthly`, `roll_days` or `other_days`.
    pub returns: String,
    /// Returns compared.
    pub n: usize,
    /// Correlation of the returns.
    pub correlation: Option<f64>,
    /// Deviation of their difference (fraction per year).
    pub tracking_error: Option<f64>,
    /// Deepest fall of the account and of the index (fractions, never positive).
    pub drawdown: (Option<f64>, Option<f64>),
    /// Return of the account and of the index (fractions).
    pub gain: (Option<f64>, Option<f64>),
    /// Part of the squared differences of all days.
    pub residual_share: Option<f64>,
    /// The largest difference, or why there is none.
    pub note: String,
}

impl BenchmarkRow {
    /// The columns that must be there.
    pub const COLUMNS: [&'static str; 13] = [
        "window",
        "arm",
        "series",
        "returns",
        "n",
        "correlation",
        "tracking_error",
        "account_drawdown",
        "published_drawdown",
        "account_return",
        "published_return",
        "residual_share",
        "note",
    ];

    /// Reads a row.
    pub fn read(row: CsvRow<'_>) -> Result<BenchmarkRow, ReportError> {
        let text = |column| row.text(column).to_owned();
        Ok(BenchmarkRow {
            window: text("window"),
            arm: text("arm"),
            series: text("series"),
            returns: text("returns"),
            n: row.count("n")?,
            correlation: row.number("correlation")?,
            tracking_error: row.number("tracking_error")?,
            drawdown: (
                row.number("account_drawdown")?,
                row.number("published_drawdown")?,
            ),
            gain: (
                row.number("account_return")?,
                row.number("published_return")?,
            ),
            residual_share: row.number("residual_share")?,
            note: text("note"),
        })
    }
}
