//! True series written in more than two thousand ways, from a seed: what comes of each is the true value, or a refusal with its
//! reason; never another value.
//!
//! SYNTHETIC: every number is made up.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use dice::Dice;
use market::calendar::Calendar;

use crate::Inbox;

/// Variants that are tried.
const VARIANTS: usize = 2_400;
/// Rows of a series.
const ROWS: usize = 60;

/// A series that publishers write as daily prices or values.
#[derive(Clone, Copy, Debug)]
struct Truth {
    series: &'static str,
    file: &'static str,
    /// Header of the date and of the values; four prices where there are four.
    header: &'static [&'static str],
    level: f64,
    decimals: usize,
}

const TRUTHS: &[Truth] = &[
    Truth {
        series: "spx_close",
        file: "GSPC.csv",
        header: &["Date", "Open", "High", "Low", "Close", "Volume"],
        level: 4600.0,
        decimals: 2,
    },
    Truth {
        series: "spx_close",
        file: "S&P 500 Historical Data.csv",
        header: &["Date", "Price", "Open", "High", "Low", "Vol."],
        level: 4600.0,
        decimals: 2,
    },
    Truth {
        series: "vix3m",
        file: "VIX3M_History.csv",
        header: &["DATE", "OPEN", "HIGH", "LOW", "CLOSE"],
        level: 22.0,
        decimals: 2,
    },
    Truth {
        series: "vix9d",
        file: "vix9d.csv",
        header: &["time", "open", "high", "low", "close"],
        level: 17.0,
        decimals: 3,
    },
    Truth {
        series: "vvix",
        file: "v.csv",
        header: &["DATE", "VVIX"],
        level: 110.0,
        decimals: 2,
    },
    Truth {
        series: "dgs10",
        file: "x.csv",
        header: &["observation_date", "DGS10"],
        level: 1.6,
        decimals: 2,
    },
    Truth {
        series: "spy",
        file: "SPY.csv",
        header: &["Date", "Open", "High", "Low", "Close", "Volume"],
        level: 460.0,
        decimals: 3,
    },
    Truth {
        series: "tlt",
        file: "tlt_us_d.csv",
        header: &["Date", "Open", "High", "Low", "Close", "Volume"],
        level: 140.0,
        decimals: 2,
    },
    Truth {
        series: "dgs2",
        file: "curve.csv",
        header: &["Date", "3 Mo", "1 Yr", "2 Yr"],
        level: 0.9,
        decimals: 2,
    },
    Truth {
        series: "nyse_adv",
        file: "USI_ADV.csv",
        header: &["time", "open", "high", "low", "close"],
        level: 1500.0,
        decimals: 0,
    },
];

/// How one variant is written.
#[derive(Debug)]
struct Style {
    date: &'static str,
    comma: bool,
    thousands: bool,
    delimiter: char,
    quoted: bool,
    crlf: bool,
    encoding: usize,
    newest_first: bool,
    shuffled_columns: bool,
    extra_columns: usize,
    footer: bool,
    notice: bool,
    blank_lines: bool,
    missing: Option<&'static str>,
    duplicated: bool,
    /// The file as a column map calls it, else as a publisher's.
    rows: usize,
}

impl Style {
    fn roll(dice: &mut Dice) -> Style {
        let comma = dice.once_in(3);
        let mut style = Style {
            date: dice.one(&[
                "%Y-%m-%d",
                "%Y-%m-%d",
                "%m/%d/%Y",
                "%d/%m/%Y",
                "%d.%m.%Y",
                "%Y%m%d",
                "%b %d, %Y",
                "%d-%b-%Y",
                "%d-%m-%y",
                "%m/%d/%y",
                "%Y-%m-%d 00:00:00-05:00",
                "%Y-%m-%dT00:00:00Z",
                "%s",
            ]),
            comma,
            thousands: dice.once_in(3),
            delimiter: if comma {
                dice.one(&[';', '\t', ';', ','])
            } else {
                dice.one(&[',', ',', ';', '\t', '|'])
            },
            quoted: dice.once_in(3),
            crlf: dice.once_in(3),
            encoding: dice.below(5),
            newest_first: dice.once_in(3),
            shuffled_columns: dice.once_in(3),
            extra_columns: dice.below(3),
            footer: dice.once_in(4),
            notice: dice.once_in(6),
            blank_lines: dice.once_in(5),
            missing: if dice.once_in(3) {
                Some(dice.one(&["NaN", "ND", ".", "null", "-", "N/A", ""]))
            } else {
                None
            },
            duplicated: dice.once_in(5),
            rows: dice.one(&[ROWS, ROWS, ROWS, 12, 5, 2, 1]),
        };
        if style.rows == 1 {
            // The only value is there; and a lone day with strokes is read as the publisher is known to write it.
            style.missing = None;
            if style.date == "%d/%m/%Y" {
                style.date = "%m/%d/%Y";
            }
        }
        style
    }

    fn number(&self, value: f64, decimals: usize) -> String {
        let text = format!("{value:.decimals$}");
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let (mark, between) = if self.comma { (',', '.') } else { ('.', ',') };
        let mut grouped = String::new();
        for (i, c) in whole.chars().enumerate() {
            if self.thousands && i > 0 && (whole.len() - i) % 3 == 0 {
                grouped.push(between);
            }
            grouped.push(c);
        }
        if fraction.is_empty() {
            grouped
        } else {
            format!("{grouped}{mark}{fraction}")
        }
    }

    fn cell(&self, text: &str) -> String {
        if self.quoted || text.contains(self.delimiter) {
            format!("\"{text}\"")
        } else {
            text.to_string()
        }
    }

    fn date_of(&self, day: NaiveDate) -> String {
        match self.date {
            // The open, by the seconds of a clock that knows summer time: from 2022-03-14 on it is an hour earlier.
            "%s" => {
                let summer = day >= NaiveDate::from_ymd_opt(2022, 3, 14).unwrap();
                let open = day
                    .and_hms_opt(if summer { 13 } else { 14 }, 30, 0)
                    .unwrap();
                open.and_utc().timestamp().to_string()
            }
            format => day.format(format).to_string(),
        }
    }

    fn bytes(&self, text: &str) -> Vec<u8> {
        match self.encoding {
            0 | 1 => text.as_bytes().to_vec(),
            2 => format!("\u{feff}{text}").into_bytes(),
            3 => format!("\u{feff}{text}")
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect(),
            _ => format!("\u{feff}{text}")
                .encode_utf16()
                .flat_map(u16::to_be_bytes)
                .collect(),
        }
    }
}

fn days() -> Vec<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(2022, 1, 3).unwrap();
    Calendar::nyse()
        .sessions()
        .iter()
        .copied()
        .filter(|d| *d >= first)
        .take(ROWS)
        .collect()
}

fn value(truth: Truth, i: usize, seed: u64) -> f64 {
    let mut dice = Dice(seed ^ (i as u64) << 8);
    let wave = (dice.below(1000) as f64 / 1000.0 - 0.5) * 0.04;
    let scale = 10f64.powi(truth.decimals as i32);
    (truth.level * (1.0 + wave) * scale).round() / scale
}

/// One variant as the bytes of a file, and the true value of every session in it.
fn write(
    truth: Truth,
    style: &Style,
    dice: &mut Dice,
    seed: u64,
) -> (Vec<u8>, BTreeMap<NaiveDate, f64>) {
    let mut order: Vec<usize> = (1..truth.header.len()).collect();
    if style.shuffled_columns {
        for i in (1..order.len()).rev() {
            order.swap(i, dice.below(i + 1));
        }
    }
    let close = truth
        .header
        .iter()
        .position(|h| {
            ["close", "price", "vvix", "dgs10", "2 yr"].contains(&h.to_lowercase().as_str())
        })
        .unwrap();
    let missing_row = dice.below(style.rows);
    let mut lines = Vec::new();
    let mut truths = BTreeMap::new();
    for (i, day) in days().into_iter().take(style.rows).enumerate() {
        let v = value(truth, i, seed);
        let is_missing = style.missing.filter(|_| i == missing_row);
        let mut cells = vec![style.cell(&style.date_of(day))];
        for column in &order {
            let number = match truth.header[*column].to_lowercase().as_str() {
                "volume" | "vol." => "1200".to_string(),
                "high" => style.number(v * 1.01, truth.decimals),
                "low" => style.number(v * 0.99, truth.decimals),
                _ => style.number(v, truth.decimals),
            };
            cells.push(style.cell(match is_missing {
                Some(word) if *column == close => word,
                _ => &number,
            }));
        }
        cells.extend((0..style.extra_columns).map(|_| style.cell("0")));
        lines.push(cells.join(&style.delimiter.to_string()));
        if is_missing.is_none() {
            truths.insert(day, v);
        }
    }
    if style.duplicated {
        let copy = lines[dice.below(lines.len())].clone();
        let at = lines.iter().position(|l| *l == copy).unwrap();
        lines.insert(at, copy);
    }
    if style.newest_first {
        lines.reverse();
    }
    let mut header = vec![style.cell(truth.header[0])];
    header.extend(order.iter().map(|c| style.cell(truth.header[*c])));
    header.extend((0..style.extra_columns).map(|i| style.cell(&format!("Note {i}"))));
    lines.insert(0, header.join(&style.delimiter.to_string()));
    if style.notice {
        lines.insert(0, "Data as is".into());
    }
    if style.blank_lines {
        lines.insert(2, String::new());
    }
    if style.footer {
        lines.push("End of data".into());
    }
    let end = if style.crlf { "\r\n" } else { "\n" };
    (style.bytes(&(lines.join(end) + end)), truths)
}

#[test]
fn a_variant_of_a_true_series_is_the_true_value_or_a_refusal_with_its_reason() {
    let mut dice = Dice(20_220_103);
    let core = Inbox::empty("variants");
    let calm = |level: f64| -> String {
        days()
            .iter()
            .enumerate()
            .map(|(i, d)| format!("{d},{:.2}\n", level + 0.3 * (i % 5) as f64))
            .collect()
    };
    // The core comes from files of their own; where a variant is the index, it is compared with nothing.
    let core = core.file(
        "VIXCLS.csv",
        &format!("observation_date,VIXCLS\n{}", calm(18.0)),
    );
    let (mut read, mut refused) = (0, BTreeMap::<String, usize>::new());
    let mut wrong = Vec::new();
    for n in 0..VARIANTS {
        let truth = TRUTHS[n % TRUTHS.len()];
        let style = Style::roll(&mut dice);
        let seed = dice.next();
        let (bytes, truths) = write(truth, &style, &mut dice, seed);
        let spx = core.from().join("SP500.csv");
        if truth.series == "spx_close" {
            let _ = std::fs::remove_file(&spx);
        } else {
            std::fs::write(&spx, format!("observation_date,SP500\n{}", calm(4600.0))).unwrap();
        }
        let path = core.from().join(truth.file);
        std::fs::write(&path, bytes).unwrap();
        let report = core.try_import();
        std::fs::remove_file(&path).unwrap();
        let reasons = match &report {
            Ok(report) => report.refused.clone(),
            Err(error) => error.refused().to_vec(),
        };
        if let Some(reason) = reasons.iter().find(|r| r.file == truth.file) {
            assert!(reason.reason.len() > 10, "{reason:?}");
            *refused.entry(kind_of(&reason.reason)).or_default() += 1;
            continue;
        }
        if let Err(error) = report {
            wrong.push(format!("{n} {truth:?} {style:?}: {error}"));
            continue;
        }
        let dataset = core.load().observations;
        let values = &dataset
            .daily
            .get(truth.series)
            .map_or(Vec::new(), |s| s.values.clone());
        // Where a variant is the core itself, the dataset spans its rows only.
        let carried = data::schema::daily(truth.series).map_or(0, |s| s.carry_sessions);
        for (day, found) in dataset.sessions.iter().zip(values) {
            let expected = truths.get(day);
            let same = match (expected, found) {
                (Some(a), Some(b)) => (a - b).abs() < 1e-9,
                (None, None) => true,
                (None, Some(_)) => carried > 0,
                (Some(_), None) => false,
            };
            if !same {
                wrong.push(format!(
                    "{n} {truth:?} {style:?}: {day}: {expected:?} became {found:?}"
                ));
                break;
            }
        }
        if values.is_empty() {
            wrong.push(format!(
                "{n} {truth:?} {style:?}: taken, but nothing came of it"
            ));
        }
        read += 1;
    }
    let refusals: usize = refused.values().sum();
    println!(
        "{VARIANTS} variants: {read} read with the true value, {refusals} refused: {refused:#?}"
    );
    assert!(
        wrong.is_empty(),
        "{} wrong, such as\n{}",
        wrong.len(),
        wrong[..wrong.len().min(5)].join("\n")
    );
    assert!(
        read * 10 >= VARIANTS * 8,
        "only {read} of {VARIANTS} were read"
    );
}

/// A reason without what differs from file to file.
fn kind_of(reason: &str) -> String {
    let words = [
        "which may be",
        "found numbers such as",
        "no known layout",
        "cells, allowed",
        "again, with values",
        "monthly bars",
        "weekly bars",
        "a date like",
        "a number from",
    ];
    words
        .iter()
        .find(|w| reason.contains(*w))
        .map_or(reason.chars().take(60).collect(), |w| (*w).to_string())
}

#[test]
fn the_days_begin_with_those_of_2022() {
    assert_eq!(days()[0].year(), 2022);
}
