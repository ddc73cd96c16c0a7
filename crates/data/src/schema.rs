//! The canonical tables and series, with their units and the moment their values are known.
//!
//! | table | columns |
//! |---|---|
//! | `daily.parquet` | `date`, then one column of numbers per series in alphabetical order; missing = not published |
//! | `vx.parquet` | `trade_date`, `expiry`, `settle`, `open`, `high`, `low`, `close` \[index points\], `volume`, `open_interest` \[contracts\] |
//! | `slow.parquet` | `series`, `period` (first day described), `known` (day from whose close it may be used), `value` |
//! | `events.parquet` | `date`, `minute` (New York time, minutes after midnight), `kind` |
//! | `marks.parquet` | see [`crate::marks`]; only where prices of single options were imported |
//! | `chains/<date>.parquet` | see [`crate::chains`]; one file per session, only where option chains were imported |

use crate::known::Rule;

/// File of the daily series.
pub const DAILY: &str = "daily.parquet";
/// File of the VIX futures.
pub const VX: &str = "vx.parquet";
/// File of the slow series.
pub const SLOW: &str = "slow.parquet";
/// File of the macro events.
pub const EVENTS: &str = "events.parquet";
/// Folder of the option chains, where there are any.
pub const CHAINS: &str = "chains";
/// File of single option prices, where there are any.
pub const MARKS: &str = "marks.parquet";
/// File of the manifest.
pub const MANIFEST: &str = "manifest.json";

/// Series without which nothing can be replayed: a dataset spans the sessions on which all of them exist.
pub const CORE: [&str; 2] = ["spx_close", "vix"];

/// Opens of the S&P 500: they stand in for the special opening quotation. None of the free publishers has them.
pub const OPEN: &str = "spx_open";

/// What is known about a daily series before any value is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Daily {
    /// Canonical name.
    pub name: &'static str,
    /// Unit of its values.
    pub unit: &'static str,
    /// Sessions between the date of a value and the session at whose close it is known.
    pub lag_sessions: usize,
    /// The same rule in words.
    pub known: &'static str,
    /// Sessions over which a missing value may be replaced by the one before.
    pub carry_sessions: usize,
    /// Smallest and greatest believable value; anything else is a damaged file.
    pub range: (f64, f64),
    /// Difference between two publishers that rounding explains.
    pub tolerance: f64,
    /// Equal values in a row from which on the publisher may have stopped; 0 where repeats are normal.
    pub repeats: usize,
}

/// What is known about a slow series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slow {
    /// Canonical name.
    pub name: &'static str,
    /// Unit of its values.
    pub unit: &'static str,
    /// When a value is known.
    pub rule: Rule,
    /// Smallest and greatest believable value.
    pub range: (f64, f64),
    /// Whether the values are later vintages than the ones first released.
    pub revised: bool,
}

const CLOSE: &str = "at the close of its session";
const QUARTER_PAST: &str = "at 16:15 of its session: for decisions that fill on the next one";
const MORNING: &str = "published on the morning of the next session";
const WEEKLY: &str = "published weekly: known five sessions later";
const ADJUSTED: &str = "at the close of its session; adjusted for later dividends and splits, so only returns are free of hindsight";

const POINTS: &str = "index points";
const VOL: &str = "vol points";
const PERCENT_YEAR: &str = "percent per year";
const PERCENT: &str = "percent";
const ISSUES: &str = "issues";
const USD: &str = "USD, adjusted";

const fn close(name: &'static str, unit: &'static str, range: (f64, f64), tolerance: f64) -> Daily {
    Daily {
        name,
        unit,
        lag_sessions: 0,
        known: CLOSE,
        carry_sessions: 0,
        range,
        tolerance,
        repeats: 4,
    }
}

const fn vol(name: &'static str, range: (f64, f64)) -> Daily {
    Daily {
        known: QUARTER_PAST,
        carry_sessions: 1,
        ..close(name, VOL, range, 0.011)
    }
}

const fn rate(name: &'static str) -> Daily {
    let base = close(name, PERCENT_YEAR, (-5.0, 40.0), 0.0051);
    Daily {
        lag_sessions: 1,
        known: MORNING,
        carry_sessions: 5,
        repeats: 0,
        ..base
    }
}

/// Yields of a year and more; those of bills stand still for weeks while policy holds them near zero.
const fn treasury(name: &'static str) -> Daily {
    Daily {
        repeats: 13,
        ..rate(name)
    }
}

const fn etf(name: &'static str) -> Daily {
    Daily {
        known: ADJUSTED,
        ..close(name, USD, (0.0001, 1e8), 0.011)
    }
}

/// What a share cost on the day, but for later splits; without the dividends that its adjusted series holds.
const fn paid(name: &'static str) -> Daily {
    close(name, "USD", (0.0001, 1e8), 0.011)
}

const fn breadth(name: &'static str, unit: &'static str, high: f64) -> Daily {
    Daily {
        repeats: 6,
        ..close(name, unit, (0.0, high), 0.5)
    }
}

const fn benchmark(name: &'static str) -> Daily {
    close(name, POINTS, (1.0, 1e6), 0.011)
}

const SPX: (f64, f64) = (10.0, 100_000.0);
const VIX: (f64, f64) = (4.0, 250.0);

/// Every daily series that an importer can bring.
pub const DAILY_SERIES: &[Daily] = &[
    close("spx_open", POINTS, SPX, 0.06),
    close("spx_high", POINTS, SPX, 0.06),
    close("spx_low", POINTS, SPX, 0.06),
    close("spx_close", POINTS, SPX, 0.06),
    Daily {
        known: "at the open of its session",
        repeats: 0,
        ..close("spx_set", POINTS, SPX, 0.06)
    },
    Daily {
        known: "at the open of its session",
        carry_sessions: 0,
        ..vol("vix_open", VIX)
    },
    Daily {
        carry_sessions: 0,
        ..vol("vix_high", VIX)
    },
    Daily {
        carry_sessions: 0,
        ..vol("vix_low", VIX)
    },
    vol("vix", VIX),
    vol("vix9d", VIX),
    vol("vix3m", VIX),
    vol("vix6m", VIX),
    vol("vvix", (20.0, 500.0)),
    Daily {
        unit: "index points",
        ..vol("skew", (80.0, 250.0))
    },
    rate("dff"),
    rate("sofr"),
    rate("dgs1mo"),
    rate("dgs3mo"),
    rate("dgs6mo"),
    treasury("dgs1"),
    treasury("dgs2"),
    treasury("dgs10"),
    Daily {
        unit: "percentage points",
        repeats: 9,
        ..rate("baa10y")
    },
    Daily {
        unit: "percentage points",
        repeats: 9,
        ..rate("hy_oas")
    },
    Daily {
        unit: "percentage points",
        repeats: 18,
        ..rate("ig_oas")
    },
    Daily {
        unit: "index, January 2006 = 100",
        lag_sessions: 5,
        known: WEEKLY,
        range: (30.0, 300.0),
        repeats: 4,
        ..rate("dtwexbgs")
    },
    breadth("nyse_adv", ISSUES, 10_000.0),
    breadth("nyse_decl", ISSUES, 10_000.0),
    breadth("nyse_unch", ISSUES, 10_000.0),
    breadth("nyse_new_highs", ISSUES, 10_000.0),
    // In 2020 and 2021 no issue made a new low for fifteen sessions.
    Daily {
        repeats: 20,
        ..breadth("nyse_new_lows", ISSUES, 10_000.0)
    },
    breadth("pct_above_200d_sp500", PERCENT, 100.0),
    breadth("pct_above_200d_all", PERCENT, 100.0),
    etf("spy"),
    etf("rsp"),
    etf("iwm"),
    etf("hyg"),
    etf("lqd"),
    etf("tlt"),
    etf("vnq"),
    etf("iyr"),
    etf("vixy"),
    etf("vxx"),
    paid("spy_unadjusted"),
    paid("rsp_unadjusted"),
    paid("iwm_unadjusted"),
    paid("hyg_unadjusted"),
    paid("lqd_unadjusted"),
    paid("tlt_unadjusted"),
    paid("vnq_unadjusted"),
    paid("iyr_unadjusted"),
    paid("vixy_unadjusted"),
    paid("vxx_unadjusted"),
    benchmark("cndr"),
    benchmark("put"),
    benchmark("pput"),
    benchmark("bxm"),
    benchmark("cll"),
    benchmark("bfly"),
    benchmark("vxth"),
];

const fn slow(name: &'static str, unit: &'static str, rule: Rule, range: (f64, f64)) -> Slow {
    Slow {
        name,
        unit,
        rule,
        range,
        revised: true,
    }
}

const ANY: (f64, f64) = (0.0, 1e9);

/// Every slow series that an importer can bring.
pub const SLOW_SERIES: &[Slow] = &[
    slow("cpiaucsl", "index, 1982-84 = 100", Rule::Cpi, ANY),
    slow("ppiaco", "index, 1982 = 100", Rule::Ppi, ANY),
    slow("ppifis", "index, November 2009 = 100", Rule::Ppi, ANY),
    slow("gdp", "billion USD per year", Rule::Gdp, ANY),
    slow("gdpc1", "billion 2017 USD per year", Rule::Gdp, ANY),
    slow(
        "rbusbis",
        "index, 2020 = 100",
        Rule::TwentiethOfNextMonth,
        ANY,
    ),
    slow("cape", "ratio", Rule::TwentiethOfNextMonth, (1.0, 200.0)),
    slow(
        "spx_dividend",
        "index points per year, trailing",
        Rule::AfterQuarter,
        ANY,
    ),
    slow(
        "spx_earnings",
        "index points per year, trailing",
        Rule::AfterQuarter,
        (-1e4, 1e5),
    ),
    slow("forward_pe", "ratio", Rule::NextDay, (1.0, 200.0)),
    Slow {
        revised: false,
        ..slow("top10_weight", PERCENT, Rule::AfterQuarter, (0.0, 100.0))
    },
    Slow {
        revised: false,
        ..slow("put_month_end", POINTS, Rule::MonthEndClose, ANY)
    },
    Slow {
        revised: false,
        ..slow("cndr_month_end", POINTS, Rule::MonthEndClose, ANY)
    },
    Slow {
        revised: false,
        ..slow("pput_month_end", POINTS, Rule::MonthEndClose, ANY)
    },
];

/// Where the middle value of a daily series lies that covers weeks or more; `None` where nothing can be said. Wider than all
/// of 1990 to 2026, narrower than the range of single days.
pub fn typical(name: &str) -> Option<(f64, f64)> {
    let range = match name {
        "spx_open" | "spx_high" | "spx_low" | "spx_close" | "spx_set" => (250.0, 30_000.0),
        "vix" | "vix_open" | "vix_high" | "vix_low" | "vix9d" | "vix3m" | "vix6m" => (7.0, 75.0),
        "vvix" => (60.0, 220.0),
        "skew" => (100.0, 190.0),
        "dff" | "sofr" | "dgs1mo" | "dgs3mo" | "dgs6mo" | "dgs1" | "dgs2" | "dgs10" => (-1.0, 20.0),
        "baa10y" | "hy_oas" | "ig_oas" => (0.0, 25.0),
        "dtwexbgs" => (60.0, 180.0),
        "spy" | "spy_unadjusted" => (20.0, 3_000.0),
        "rsp" | "rsp_unadjusted" | "iwm" | "iwm_unadjusted" => (10.0, 1_500.0),
        "hyg" | "hyg_unadjusted" | "lqd" | "lqd_unadjusted" | "tlt" | "tlt_unadjusted" => {
            (15.0, 400.0)
        }
        "vnq" | "vnq_unadjusted" | "iyr" | "iyr_unadjusted" => (10.0, 400.0),
        "nyse_adv" | "nyse_decl" => (50.0, 5_000.0),
        "cndr" | "put" | "pput" | "bxm" | "cll" | "bfly" | "vxth" => (50.0, 20_000.0),
        _ => return None,
    };
    Some(range)
}

/// The entry of a daily series, if it is one of [`DAILY_SERIES`].
pub fn daily(name: &str) -> Option<&'static Daily> {
    DAILY_SERIES.iter().find(|s| s.name == name)
}

/// The entry of a slow series, if it is one of [`SLOW_SERIES`].
pub fn slow_series(name: &str) -> Option<&'static Slow> {
    SLOW_SERIES.iter().find(|s| s.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_series_the_engine_reads_is_in_the_schema() {
        use market::observations::names::*;
        let mut names = vec![
            SPX_OPEN,
            SPX_CLOSE,
            VIX_OPEN,
            super::tests::vix(),
            VIX9D,
            VIX3M,
            VIX6M,
            VVIX,
            SKEW,
            OVERNIGHT,
        ];
        names.extend(BILLS.map(|b| b.0));
        for name in names {
            assert!(daily(name).is_some(), "{name}");
        }
    }

    fn vix() -> &'static str {
        market::observations::names::VIX
    }

    #[test]
    fn what_is_published_later_has_a_lag() {
        assert_eq!(daily("dgs3mo").unwrap().lag_sessions, 1);
        assert_eq!(daily("dtwexbgs").unwrap().lag_sessions, 5);
        assert_eq!(daily("vix").unwrap().lag_sessions, 0);
    }
}
