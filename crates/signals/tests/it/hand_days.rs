//! Days recomputed by hand from the publishers' files: another parser, other loops, the same numbers.
//!
//! Needs `ALVH_REAL_DATA`; without it the tests say so and pass.
#![expect(clippy::disallowed_methods, reason = "an independent way to the same numbers, compared with a tolerance")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use market::history::MarketHistory;
use market::surface::ModelParams;
use signals::SignalColumns;

use crate::support::book;

const DAYS: [&str; 12] = [
    "2022-01-24",
    "2022-03-07",
    "2022-06-13",
    "2022-08-16",
    "2022-10-12",
    "2023-03-13",
    "2023-07-03",
    "2023-10-27",
    "2024-04-19",
    "2024-08-05",
    "2024-11-29",
    "2024-12-18",
];

const BOOK: &str = r#"
[signals]
rsi_spx = { kind = "rsi", of = "spx", sessions = 14, timeframe = "daily" }
rsi_vix_weekly = { kind = "rsi", of = "vix", sessions = 14, timeframe = "weekly" }
macd_vix = { kind = "macd", of = "vix", sessions = { fast = 12, slow = 26, signal = 9 }, output = "histogram", timeframe = "daily" }
contango = { kind = "contango", pair = "vx1_vx2" }
cmf_slope = { kind = "contango", pair = "cmf30_cmf60" }
contango_z = { kind = "z_score", of = "cmf_slope", sessions = 30, window = "prior" }
spot_slope = { kind = "contango", pair = "vix_vix3m" }
vrp = { kind = "implied_minus_realised", implied = "vix", of = "spx", sessions = 21 }
spread_change = { kind = "change", of = "credit_spread", sessions = 5, measure = "difference" }
spread_z = { kind = "z_score", of = "spread_change", sessions = 252, window = "trailing" }
ad_slope = { kind = "slope", of = "ad_line", sessions = 20 }
to_fomc = { kind = "sessions_to", event = "fomc" }
"#;

/// The publishers' files, by session.
struct Raw {
    folder: PathBuf,
    sessions: Vec<NaiveDate>,
}

fn date(text: &str) -> NaiveDate {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").or_else(|_| NaiveDate::parse_from_str(text, "%m/%d/%Y")).unwrap()
}

impl Raw {
    fn new() -> Option<Raw> {
        let Some(folder) = std::env::var_os("ALVH_REAL_DATA").map(PathBuf::from) else {
            eprintln!("SKIPPED: set ALVH_REAL_DATA to a folder of publishers' files to run this test");
            return None;
        };
        let mut raw = Raw { folder, sessions: Vec::new() };
        raw.sessions = raw.table("spx/GSPC_daily_yahoo.csv", 4).into_keys().collect();
        Some(raw)
    }

    /// Date to the number in a column, rows without a number left out.
    fn table(&self, file: &str, column: usize) -> BTreeMap<NaiveDate, f64> {
        let text = std::fs::read_to_string(self.folder.join(file)).unwrap();
        let rows = text.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
        rows.filter_map(|cells| Some((date(cells[0]), cells.get(column)?.parse().ok()?))).collect()
    }

    fn on_sessions(&self, file: &str, column: usize) -> Vec<f64> {
        let table = self.table(file, column);
        self.sessions.iter().map(|d| *table.get(d).unwrap_or_else(|| panic!("{file} lacks {d}"))).collect()
    }

    /// As known on the morning after, the last value carried over holidays of the bond market.
    fn next_morning(&self, file: &str) -> Vec<f64> {
        let table = self.table(file, 1);
        let before = |d: &NaiveDate| table.range(..*d).rfind(|(day, _)| self.sessions.contains(day));
        self.sessions.iter().map(|d| before(d).map_or(f64::NAN, |(_, v)| *v)).collect()
    }

    /// Days to settlement and settlement price of the listed monthly contracts of a session.
    fn curve(&self, day: NaiveDate) -> Vec<(f64, f64)> {
        let mut files: Vec<_> = std::fs::read_dir(self.folder.join("vx")).unwrap().map(|f| f.unwrap().path()).collect();
        files.sort();
        let mut curve = Vec::new();
        for file in files {
            let name = file.file_stem().unwrap().to_string_lossy().into_owned();
            let Some(expiry) = name.strip_prefix("VX_").filter(|n| n.len() == 10).map(date) else { continue };
            let text = std::fs::read_to_string(&file).unwrap();
            let row = text.lines().find(|l| l.starts_with(&format!("{day},")));
            let settle = row.map(|l| l.split(',').nth(6).unwrap().parse::<f64>().unwrap());
            if let Some(settle) = settle.filter(|s| expiry > day && *s > 0.0) {
                curve.push(((expiry - day).num_days() as f64, settle));
            }
        }
        curve
    }

    fn at(&self, day: NaiveDate) -> usize {
        self.sessions.iter().position(|d| *d == day).unwrap()
    }
}

fn maturity(curve: &[(f64, f64)], days: f64) -> f64 {
    // Right after a settlement the front contract lies beyond thirty days: the line of the first two is continued.
    let far = curve.iter().position(|p| p.0 >= days).unwrap().max(1);
    let ((x1, y1), (x0, y0)) = (curve[far], curve[far - 1]);
    (y0 * (x1 - days) + y1 * (days - x0)) / (x1 - x0)
}

fn wilder(x: &[f64]) -> f64 {
    let steps: Vec<f64> = x.windows(2).map(|w| w[1] - w[0]).collect();
    let start = |sign: f64| steps[..14].iter().map(|s| (sign * s).max(0.0)).sum::<f64>() / 14.0;
    let roll = |sign: f64| steps[14..].iter().fold(start(sign), |a, s| (13.0 * a + (sign * s).max(0.0)) / 14.0);
    100.0 - 100.0 / (1.0 + roll(1.0) / roll(-1.0))
}

fn smooth(x: &[f64], n: usize) -> Vec<f64> {
    let mut out = vec![x[..n].iter().sum::<f64>() / n as f64];
    x[n..].iter().for_each(|v| out.push((2.0 * v + (n as f64 - 1.0) * out[out.len() - 1]) / (n as f64 + 1.0)));
    out
}

fn histogram(x: &[f64]) -> f64 {
    // Both means start at the twenty-sixth value.
    let line: Vec<f64> = smooth(&x[14..], 12).iter().zip(smooth(x, 26)).map(|(fast, slow)| fast - slow).collect();
    line[line.len() - 1] - smooth(&line, 9)[line.len() - 9]
}

fn mean(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len() as f64
}

fn deviation(x: &[f64]) -> f64 {
    let squares: f64 = x.iter().map(|v| v * v).sum();
    ((squares - x.len() as f64 * mean(x) * mean(x)) / (x.len() as f64 - 1.0)).sqrt()
}

/// The history of the program over the same files.
fn program(raw: &Raw, name: &str, policy: &str) -> (MarketHistory, SignalColumns) {
    let folder = std::env::temp_dir().join(format!("alvh-signals-{name}-{}", std::process::id()));
    data::import(&raw.folder, &folder, &mut |_| {}).unwrap();
    let observations = data::load(Path::new(&folder)).unwrap().observations;
    std::fs::remove_dir_all(&folder).unwrap();
    let span = (date("2022-01-03"), date("2024-12-31"));
    let history = MarketHistory::build(&observations, span.0, span.1, &ModelParams::default(), 60).unwrap();
    let columns = book(policy).unwrap().columns(&history);
    (history, columns)
}

fn by_hand(raw: &Raw, day: NaiveDate) -> BTreeMap<&'static str, f64> {
    let t = raw.at(day);
    let upto = |file: &str, column: usize| raw.on_sessions(file, column)[..=t].to_vec();
    let (spx, vix) = (upto("spx/SP500.csv", 1), upto("vol/VIX_History.csv", 4));
    let vix3m = upto("vol/VIX3M_History.csv", 4);
    let is_week_end = |i: &usize| {
        use chrono::Datelike;
        raw.sessions.get(i + 1).is_none_or(|next| next.iso_week() != raw.sessions[*i].iso_week())
    };
    let weeks: Vec<f64> = (0..=t).filter(is_week_end).map(|i| vix[i]).collect();
    let curve = raw.curve(day);
    let slope = |i: usize| {
        let curve = raw.curve(raw.sessions[i]);
        (maturity(&curve, 60.0) / maturity(&curve, 30.0)).ln()
    };
    let before: Vec<f64> = (t - 30..t).map(slope).collect();
    let squares: f64 = (t - 20..=t).map(|i| (spx[i] / spx[i - 1]).ln().powi(2)).sum();
    let spread = raw.next_morning("rates/BAA10Y.csv");
    let changes: Vec<f64> = (t - 251..=t).map(|i| spread[i] - spread[i - 5]).collect();
    let (adv, decl) = (upto("breadth/NYSE_ADV.csv", 4), upto("breadth/NYSE_DECL.csv", 4));
    let net: Vec<f64> = adv.iter().zip(&decl).map(|(a, d)| a - d).collect();
    let line: Vec<f64> = (t - 19..=t).map(|i| net[..=i].iter().sum()).collect();
    // Least squares against -9.5, -8.5, .., 9.5: the sum of squares of those is 665.
    let ad_slope: f64 = line.iter().enumerate().map(|(i, v)| (i as f64 - 9.5) * v).sum::<f64>() / 665.0;
    let meetings = std::fs::read_to_string(raw.folder.join("calendar/fomc_decision_days.csv")).unwrap();
    let next = meetings.lines().skip(1).map(|l| date(l.split(',').next().unwrap())).filter(|d| *d >= day).min();
    BTreeMap::from([
        ("rsi_spx", wilder(&spx)),
        ("rsi_vix_weekly", wilder(&weeks)),
        ("macd_vix", histogram(&vix)),
        ("contango", (curve[1].1 / curve[0].1).ln() * 30.0 / (curve[1].0 - curve[0].0)),
        ("contango_z", (slope(t) - mean(&before)) / deviation(&before)),
        ("spot_slope", vix3m[t] / vix[t] - 1.0),
        ("vrp", vix[t] - 100.0 * (252.0 / 21.0 * squares).sqrt()),
        ("spread_change", changes[251]),
        ("spread_z", (changes[251] - mean(&changes)) / deviation(&changes)),
        ("ad_slope", ad_slope),
        ("to_fomc", (raw.sessions.iter().filter(|d| **d > day && **d <= next.unwrap()).count()) as f64),
        ("vix", vix[t]),
        ("vx1", curve[0].1),
        ("cmf30", maturity(&curve, 30.0)),
    ])
}

#[test]
fn twelve_days_equal_those_computed_by_hand_from_the_publishers_files() {
    let Some(raw) = Raw::new() else { return };
    let (history, columns) = program(&raw, "hand", BOOK);
    let mut table = String::new();
    for day in DAYS.map(date) {
        let t = history.window(day, day).start;
        for (name, wanted) in by_hand(&raw, day) {
            let column = columns.signal(name).unwrap_or_else(|| panic!("no column {name}"));
            let found = column.at(history.view(t));
            let found = found.unwrap_or_else(|| panic!("{name} has no value on {day}, by hand it is {wanted}"));
            assert!(
                (found - wanted).abs() <= 1e-9 * wanted.abs().max(1.0),
                "{name} on {day}: {found}, by hand {wanted}"
            );
            table += &format!("{day} {name} {found:.6}\n");
        }
    }
    println!("{table}");
}

#[test]
fn every_kind_of_signal_has_values_on_the_publishers_files() {
    let Some(raw) = Raw::new() else { return };
    let (history, columns) = program(&raw, "all", include_str!("../data/every_kind.toml"));
    let has = |name: &str| (0..history.len()).any(|t| columns.signal(name).unwrap().at(history.view(t)).is_some());
    let empty: Vec<&str> = columns.signals().map(|(name, _)| name).filter(|name| !has(name)).collect();
    // Trailing dividends are fresh for less than 36 month-ends of these files.
    assert_eq!(empty, ["over_extension"]);
}
