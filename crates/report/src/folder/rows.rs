//! One type per table of a run folder: what a row says, checked. Units are in the names, as in the files.

use crate::date::Date;
use crate::error::ReportError;
use crate::number::Usd;

use super::table::CsvRow;

/// Names that rows refer to by place.
pub struct Names<'a> {
    /// Windows, in the manifest's order.
    pub windows: Vec<&'a str>,
    /// Arms, in the manifest's order.
    pub arms: Vec<&'a str>,
}

impl Names<'_> {
    /// Places of a row's window and arm.
    pub fn place(&self, row: CsvRow<'_>) -> Result<(usize, usize), ReportError> {
        Ok((
            row.one_of("window", &self.windows)?,
            row.one_of("arm", &self.arms)?,
        ))
    }
}

/// A closed package.
#[derive(Clone, Debug)]
pub struct TradeRow {
    /// Place of its window and of its arm in the manifest.
    pub place: (usize, usize),
    /// The package's number.
    pub id: String,
    /// `condor` or a hedge layer.
    pub layer: String,
    /// Session it was filled in.
    pub opened: Date,
    /// Session it was closed or settled in.
    pub closed: Date,
    /// Why it was closed.
    pub reason: String,
    /// Units.
    pub contracts: Option<f64>,
    /// The legs of one unit, as `+1 SPXW 2022-02-04 P 4300 | …`.
    pub legs: String,
    /// What one unit brought when it was opened (points): a credit is positive.
    pub entry_price: Option<f64>,
    /// Fees of all fills, at most 0.
    pub fees_usd: Usd,
    /// Profit or loss net of costs.
    pub pnl_usd: Usd,
}

impl TradeRow {
    /// The columns that must be there.
    pub const COLUMNS: [&'static str; 13] = [
        "window",
        "arm",
        "id",
        "layer",
        "opened",
        "closed",
        "reason",
        "contracts",
        "legs",
        "entry_price",
        "exit_price",
        "fees_usd",
        "pnl_usd",
    ];

    /// Reads a row.
    pub fn read(row: CsvRow<'_>, names: &Names<'_>) -> Result<TradeRow, ReportError> {
        row.number("exit_price")?;
        Ok(TradeRow {
            legs: row.text("legs").to_owned(),
            entry_price: row.number("entry_price")?,
            place: names.place(row)?,
            id: row.text("id").to_owned(),
            layer: row.text("layer").to_owned(),
            opened: row.date("opened")?,
            closed: row.date("closed")?,
            reason: row.text("reason").to_owned(),
            contracts: row.number("contracts")?,
            fees_usd: row.money("fees_usd")?,
            pnl_usd: row.money("pnl_usd")?,
        })
    }
}

/// A leg of a package; only what the report counts.
#[derive(Clone, Debug)]
pub struct LegRow {
    /// Option root or future.
    pub root: String,
    /// The value that settled it, with ` (proxy)` where it is a stand-in; empty where it was traded out.
    pub settlement: String,
    /// Units; long is positive.
    pub quantity: Option<f64>,
    /// Delta at the fill.
    pub open_delta: Option<f64>,
}

impl LegRow {
    /// The columns that must be there.
    pub const COLUMNS: [&'static str; 10] = [
        "id",
        "root",
        "expiry",
        "right",
        "strike",
        "quantity",
        "open_price",
        "close_price",
        "open_delta",
        "settlement",
    ];

    /// Reads a row.
    pub fn read(row: CsvRow<'_>) -> Result<LegRow, ReportError> {
        // A fund has no expiry.
        if !row.text("expiry").is_empty() {
            row.date("expiry")?;
        }
        row.number("strike")?;
        row.number("open_price")?;
        row.number("close_price")?;
        Ok(LegRow {
            root: row.text("root").to_owned(),
            settlement: row.text("settlement").to_owned(),
            quantity: row.number("quantity")?,
            open_delta: row.number("open_delta")?,
        })
    }
}

/// What was decided for one layer of one arm at one close, also if nothing was done.
#[derive(Clone, Debug)]
pub struct DecisionRow {
    /// Place of its window and of its arm in the manifest.
    pub place: (usize, usize),
    /// `condor` or a hedge layer.
    pub layer: String,
    /// The session whose close was decided on.
    pub date: Date,
    /// The regime the policy saw.
    pub regime: String,
    /// What was done.
    pub action: String,
    /// Why.
    pub reason_code: String,
}

impl DecisionRow {
    /// The columns that must be there.
    pub const COLUMNS: [&'static str; 8] = [
        "window",
        "arm",
        "date",
        "layer",
        "regime",
        "action",
        "reason_code",
        "detail",
    ];

    /// Reads a row.
    pub fn read(row: CsvRow<'_>, names: &Names<'_>) -> Result<DecisionRow, ReportError> {
        Ok(DecisionRow {
            place: names.place(row)?,
            layer: row.text("layer").to_owned(),
            date: row.date("date")?,
            regime: row.text("regime").to_owned(),
            action: row.text("action").to_owned(),
            reason_code: row.text("reason_code").to_owned(),
        })
    }
}

/// An outcome claim and what was measured.
#[derive(Clone, Debug)]
pub struct ClaimRow {
    /// Its number in the list of claims.
    pub id: String,
    /// The claim in words.
    pub claim: String,
    /// What was claimed.
    pub claimed: String,
    /// What was measured, as the file has it.
    pub measured: Option<f64>,
    /// Lower end of the interval.
    pub lo: Option<f64>,
    /// Upper end of the interval.
    pub hi: Option<f64>,
    /// Observations behind it.
    pub n: String,
    /// supported, not supported, inconclusive, not measurable here.
    pub verdict: String,
    /// The rule of the verdict, where the file has one.
    pub rule: String,
    /// `fraction` or `usd` where the file says; otherwise the number is printed as it stands.
    pub unit: String,
    /// Window and arm it was measured on, where the file says.
    pub place: String,
    /// What n counts (`sessions`), where the file says.
    pub n_counts: String,
    /// The least n that the rule asks for.
    pub minimum_n: Option<f64>,
    /// Details, or the reason why there is no value.
    pub note: String,
    /// How the interval was made, where the file says.
    pub method: String,
}

impl ClaimRow {
    /// The columns that must be there.
    pub const COLUMNS: [&'static str; 8] = [
        "id", "claim", "claimed", "measured", "lo", "hi", "n", "verdict",
    ];

    /// Reads a row.
    pub fn read(row: CsvRow<'_>) -> Result<ClaimRow, ReportError> {
        Ok(ClaimRow {
            id: row.text("id").to_owned(),
            claim: row.text("claim").to_owned(),
            claimed: row.text("claimed").to_owned(),
            measured: row.number("measured")?,
            lo: row.number("lo")?,
            hi: row.number("hi")?,
            n: row.text("n").to_owned(),
            verdict: row.text("verdict").to_owned(),
            rule: row.text("rule").to_owned(),
            unit: row.text("unit").to_owned(),
            place: place(row.text("arm").trim(), row.text("window").trim()),
            n_counts: row.text("n_counts").to_owned(),
            minimum_n: row.number("minimum_n")?,
            note: row.text("note").to_owned(),
            method: row.text("method").to_owned(),
        })
    }
}

/// `always_on, 2022`; of what concerns no arm the window alone.
fn place(arm: &str, window: &str) -> String {
    let window = if window == "all" {
        "all windows"
    } else {
        window
    };
    [arm, window]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}

/// What one hedge layer cost and brought.
#[derive(Clone, Debug)]
pub struct LayerRow {
    /// Place of its window and of its arm in the manifest.
    pub place: (usize, usize),
    /// The layer.
    pub layer: String,
    /// Orders filled.
    pub orders: usize,
    /// Units bought.
    pub contracts: Option<f64>,
    /// Amounts in the order of [`LayerRow::MONEY`].
    pub money: [Option<Usd>; 9],
}

impl LayerRow {
    /// The money columns, in the order they are kept and printed.
    pub const MONEY: [&'static str; 9] = [
        "premium_usd",
        "salvage_usd",
        "fees_usd",
        "slippage_usd",
        "pnl_usd",
        "purse_credited_usd",
        "purse_forgone_usd",
        "purse_lapsed_usd",
        "purse_unspent_usd",
    ];
    /// The columns that must be there.
    pub const COLUMNS: [&'static str; 7] = [
        "window",
        "arm",
        "layer",
        "orders",
        "contracts",
        "premium_usd",
        "pnl_usd",
    ];

    /// Reads a row.
    pub fn read(row: CsvRow<'_>, names: &Names<'_>) -> Result<LayerRow, ReportError> {
        let mut money = [None; 9];
        for (place, column) in money.iter_mut().zip(Self::MONEY) {
            *place = row.usd(column)?;
        }
        Ok(LayerRow {
            place: names.place(row)?,
            layer: row.text("layer").to_owned(),
            orders: row.count("orders")?,
            contracts: row.number("contracts")?,
            money,
        })
    }
}

/// The headline under a shifted price model.
#[derive(Clone, Debug)]
pub struct BandRow {
    /// Place of its window and of its arm in the manifest.
    pub place: (usize, usize),
    /// `base`, or what was shifted.
    pub variant: String,
    /// P&L of the condors.
    pub condor_pnl_usd: Option<Usd>,
    /// Hedged minus unhedged trading P&L.
    pub hedge_effect_usd: Option<Usd>,
    /// 1 − hedged drawdown / unhedged drawdown, as a fraction.
    pub drawdown_reduction: Option<f64>,
}

impl BandRow {
    /// The columns that must be there.
    pub const COLUMNS: [&'static str; 6] = [
        "window",
        "arm",
        "variant",
        "condor_pnl_usd",
        "hedge_effect_usd",
        "drawdown_reduction",
    ];

    /// Reads a row.
    pub fn read(row: CsvRow<'_>, names: &Names<'_>) -> Result<BandRow, ReportError> {
        Ok(BandRow {
            place: names.place(row)?,
            variant: row.text("variant").to_owned(),
            condor_pnl_usd: row.usd("condor_pnl_usd")?,
            hedge_effect_usd: row.usd("hedge_effect_usd")?,
            drawdown_reduction: row.number("drawdown_reduction")?,
        })
    }
}

/// The headline at another slippage.
#[derive(Clone, Debug)]
pub struct SlippageRow {
    /// Place of its window and of its arm in the manifest.
    pub place: (usize, usize),
    /// Share of the half spread paid on every leg.
    pub half_spread_fraction: f64,
    /// Trading P&L.
    pub pnl_usd: Option<Usd>,
    /// Maximum drawdown.
    pub max_drawdown_usd: Option<Usd>,
    /// 1 − hedged drawdown / unhedged drawdown, as a fraction.
    pub drawdown_reduction: Option<f64>,
}

impl SlippageRow {
    /// The columns that must be there.
    pub const COLUMNS: [&'static str; 6] = [
        "window",
        "arm",
        "half_spread_fraction",
        "pnl_usd",
        "max_drawdown_usd",
        "drawdown_reduction",
    ];

    /// Reads a row.
    pub fn read(row: CsvRow<'_>, names: &Names<'_>) -> Result<SlippageRow, ReportError> {
        Ok(SlippageRow {
            place: names.place(row)?,
            half_spread_fraction: row.number("half_spread_fraction")?.unwrap_or(0.0),
            pnl_usd: row.usd("pnl_usd")?,
            max_drawdown_usd: row.usd("max_drawdown_usd")?,
            drawdown_reduction: row.number("drawdown_reduction")?,
        })
    }
}

/// The market at one close.
#[derive(Clone, Debug)]
pub struct MarketRow {
    /// The session.
    pub date: Date,
    /// S&P 500 [index points].
    pub spx_close: Option<f64>,
    /// VIX [vol points].
    pub vix: Option<f64>,
}

impl MarketRow {
    /// The columns that must be there.
    pub const COLUMNS: [&'static str; 3] = ["date", "spx_close", "vix"];

    /// Reads a row.
    pub fn read(row: CsvRow<'_>) -> Result<MarketRow, ReportError> {
        Ok(MarketRow {
            date: row.date("date")?,
            spx_close: row.number("spx_close")?,
            vix: row.number("vix")?,
        })
    }
}

/// A finding of the dataset's checks.
#[derive(Clone, Debug)]
pub struct FindingRow {
    /// How bad.
    pub severity: String,
    /// Which check.
    pub code: String,
    /// Which series.
    pub series: String,
    /// How often.
    pub count: usize,
    /// First and last day, where the finding has days.
    pub span: (String, String),
    /// In words.
    pub message: String,
}

impl FindingRow {
    /// The columns that must be there.
    pub const COLUMNS: [&'static str; 7] = [
        "severity", "code", "series", "count", "first", "last", "message",
    ];

    /// Reads a row.
    pub fn read(row: CsvRow<'_>) -> Result<FindingRow, ReportError> {
        Ok(FindingRow {
            severity: row.text("severity").to_owned(),
            code: row.text("code").to_owned(),
            series: row.text("series").to_owned(),
            count: row.count("count")?,
            span: (row.text("first").to_owned(), row.text("last").to_owned()),
            message: row.text("message").to_owned(),
        })
    }
}
