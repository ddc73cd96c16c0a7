//! Daily prices under the names of their columns, whoever publishes them: which series a file holds, and its four prices.
//!
//! A name is a hint. Symbols inside the file come first, then the words of its name; words that mean something else
//! (`futures`) or two series refuse it. What is read must then have the values of the series (`plausible.rs`).

use super::{Part, check_ohlc, daily, daily_part};
use crate::check::{Findings, Severity};
use crate::error::Refusal;
use crate::schema;
use crate::sheet::{DateStyle, Sheet, on_sessions};

/// Symbols and words of names, all in lower case and without marks between, and the series they mean.
const SYMBOLS: &[(&str, &str)] = &[
    ("gspc", "spx_close"),
    ("spx", "spx_close"),
    ("sp500", "spx_close"),
    ("spx500", "spx_close"),
    ("sandp500", "spx_close"),
    ("vix", "vix"),
    ("cboevolatilityindex", "vix"),
    ("vix9d", "vix9d"),
    ("vxst", "vix9d"),
    ("vix3m", "vix3m"),
    ("vxv", "vix3m"),
    ("vix6m", "vix6m"),
    ("vxmt", "vix6m"),
    ("vvix", "vvix"),
    ("skew", "skew"),
    ("spy", "spy"),
    ("rsp", "rsp"),
    ("iwm", "iwm"),
    ("hyg", "hyg"),
    ("lqd", "lqd"),
    ("tlt", "tlt"),
    ("vnq", "vnq"),
    ("iyr", "iyr"),
    ("vixy", "vixy"),
    ("vxx", "vxx"),
    ("adv", "nyse_adv"),
    ("decl", "nyse_decl"),
    ("unch", "nyse_unch"),
    ("uchg", "nyse_unch"),
    ("mahn", "nyse_new_highs"),
    ("maln", "nyse_new_lows"),
    ("s5th", "pct_above_200d_sp500"),
    ("mmth", "pct_above_200d_all"),
];

/// Words beside a symbol that make it another thing than the index or the fund.
const OTHERS: &[&str] = &[
    "futures",
    "future",
    "fut",
    "emini",
    "mini",
    "micro",
    "es",
    "es1",
    "vx",
    "vx1",
    "options",
    "option",
    "dividend",
    "dividends",
    "return",
    "tr",
    "equal",
    "short",
    "ultra",
    "leveraged",
    "growth",
    "cfd",
];

/// How a symbol was found, for messages.
pub(super) struct Named {
    pub series: &'static str,
    /// Whether the file itself says it.
    pub inside: bool,
}

/// The series of a sheet, by a symbol in it or by the words of its name.
pub(super) fn series_of(sheet: &Sheet, notes: &mut Findings) -> Result<Named, Refusal> {
    if let [first, rest @ ..] = &sheet.symbols[..] {
        if !rest.is_empty() {
            return Err(Refusal(format!(
                "found {} symbols in one file ({}), allowed: one; save each by itself",
                sheet.symbols.len(),
                sheet.symbols.join(", ")
            )));
        }
        let series = of_symbol(first).ok_or_else(|| {
            Refusal(format!(
                "symbol `{first}` is not used by this version; used: {}",
                symbols()
            ))
        })?;
        return Ok(Named {
            series,
            inside: true,
        });
    }
    let (word, series) = of_name(&sheet.name_words())?;
    notes.note(Severity::Info, "name_decides", series, None, || {
        format!(
            "{}: the layout does not say which series it is; `{word}` in the file name does",
            sheet.file
        )
    });
    Ok(Named {
        series,
        inside: false,
    })
}

/// The series of a symbol as publishers write it: `^GSPC`, `SPY.US`.
pub(super) fn of_symbol(symbol: &str) -> Option<&'static str> {
    let lower = symbol.to_lowercase();
    let bare = lower
        .trim_start_matches(['^', '$', '.'])
        .trim_end_matches(".us");
    SYMBOLS.iter().find(|(name, _)| *name == bare).map(|s| s.1)
}

fn symbols() -> String {
    SYMBOLS.iter().map(|s| s.0).collect::<Vec<_>>().join(", ")
}

/// The one series that the words of a file name mean, longest phrases first (`vix_3m` is VIX3M and not VIX).
fn of_name(words: &[String]) -> Result<(String, &'static str), Refusal> {
    let mut found: Vec<(String, &'static str)> = Vec::new();
    let mut taken = vec![false; words.len()];
    for length in (1..=3usize).rev() {
        for at in 0..(words.len() + 1).saturating_sub(length) {
            let joined = words[at..at + length].concat();
            let known = SYMBOLS.iter().find(|(name, _)| *name == joined);
            let is_other = OTHERS.contains(&joined.as_str());
            if taken[at..at + length].contains(&true) || (known.is_none() && !is_other) {
                continue;
            }
            taken[at..at + length].fill(true);
            if is_other {
                return Err(Refusal(format!(
                    "its name says `{}`, and no series of this layout is that; used: {}",
                    words[at..at + length].join(" "),
                    symbols()
                )));
            }
            found.extend(known.map(|k| (words[at..at + length].join(" "), k.1)));
        }
    }
    // A count of stocks names its index beside it (`SP500_pct_above_200d_S5TH`).
    let is_breadth = |series: &str| series.starts_with("nyse_") || series.starts_with("pct_");
    if found.iter().any(|f| is_breadth(f.1)) {
        found.retain(|f| is_breadth(f.1));
    }
    let mut series: Vec<&str> = found.iter().map(|f| f.1).collect();
    series.sort_unstable();
    series.dedup();
    match series.len() {
        0 => Err(Refusal(format!(
            "its header does not say which series it is, and its name holds none of: {}",
            symbols()
        ))),
        1 => Ok(found.swap_remove(0)),
        _ => Err(Refusal(format!(
            "its name means several series ({}), allowed: one",
            series.join(", ")
        ))),
    }
}

/// Ranks of a publisher: of the S&P 500, of volatility indices, of everything else. The lowest of several files wins.
#[derive(Clone, Copy)]
pub(super) struct Ranks {
    pub index: u8,
    pub volatility: u8,
    pub others: u8,
}

/// The close, and of the S&P 500 and VIX also open, high and low; of a fund also what was paid.
pub(super) fn read(
    sheet: &Sheet,
    style: DateStyle,
    close: &str,
    ranks: Ranks,
    notes: &mut Findings,
) -> Result<Vec<Part>, Refusal> {
    let named = series_of(sheet, notes)?;
    let series = named.series;
    let prefix = if series == "spx_close" { "spx" } else { series };
    let columns = ["open", "high", "low", close].map(|name| sheet.column(name));
    let days = on_sessions(sheet.days(style, notes)?, prefix, notes);
    if let (Some(close), Some(range)) = (columns[3], schema::typical(series)) {
        sheet.settle_decimal(close, range);
    }
    if let [Some(open), Some(high), Some(low), Some(close)] = columns {
        check_ohlc(
            &days,
            [open, high, low, close],
            prefix,
            daily(series).range,
            notes,
        )?;
    }
    let is_volatility = ["vix", "vix9d", "vix3m", "vix6m", "vvix"].contains(&series);
    let rank = match (series, is_volatility) {
        ("spx_close", _) => ranks.index,
        (_, true) => ranks.volatility,
        _ => ranks.others,
    };
    let paid = columns[3].ok_or_else(|| Refusal(format!("no column {close}")))?;
    let adjusted = sheet.column("adj close");
    let is_fund = schema::daily(&format!("{series}_unadjusted")).is_some();
    let value = if is_fund {
        adjusted.unwrap_or(paid)
    } else {
        paid
    };
    let mut parts = vec![daily_part(&days, value, series, rank)?];
    if is_fund && adjusted.is_some() {
        parts.push(daily_part(
            &days,
            paid,
            &format!("{series}_unadjusted"),
            rank,
        )?);
    }
    if ["spx", "vix"].contains(&prefix) {
        for (column, name) in columns.iter().zip(["open", "high", "low"]) {
            if let Some(column) = column {
                parts.push(daily_part(
                    &days,
                    *column,
                    &format!("{prefix}_{name}"),
                    rank,
                )?);
            }
        }
    }
    if named.inside {
        super::mark_named(&mut parts);
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is(name: &str, expected: &str) {
        let sheet = Sheet::parse(name, b"a").unwrap();
        let found = of_name(&sheet.name_words()).map(|n| n.1.to_string());
        assert_eq!(
            found.unwrap_or_else(|e| e.0.split(',').next().unwrap_or("").into()),
            expected,
            "{name}"
        );
    }

    #[test]
    fn names_mean_the_longest_phrase_in_them_and_only_one_series() {
        is("VIX_History.csv", "vix");
        is("VIX_3M.csv", "vix3m");
        is("vix_9d.csv", "vix9d");
        is("S&P 500 Historical Data.csv", "spx_close");
        is("^GSPC.csv", "spx_close");
        is("spy_us_d.csv", "spy");
        is("CBOE Volatility Index Historical Data.csv", "vix");
        is(
            "S&P 500 VIX Futures Historical Data.csv",
            "its name says `futures`",
        );
        is("S&P 500 E-mini.csv", "its name says `e mini`");
        is("SP500_pct_above_200d_S5TH.csv", "pct_above_200d_sp500");
        is("sp500_vix.csv", "its name means several series (spx_close");
    }
}
