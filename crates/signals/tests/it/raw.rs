//! The publishers' files read without the program, and indicators written a second time: what days are recomputed from.
//!
//! Needs `ALVH_REAL_DATA`; without it [`Raw::new`] says so and gives nothing.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::NaiveDate;

/// The days that are recomputed.
pub const DAYS: [&str; 12] = [
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

/// The publishers' files, by session.
pub struct Raw {
    pub folder: PathBuf,
    pub sessions: Vec<NaiveDate>,
    curves: BTreeMap<NaiveDate, Vec<(f64, f64)>>,
}

pub fn date(text: &str) -> NaiveDate {
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .or_else(|_| NaiveDate::parse_from_str(text, "%m/%d/%Y"))
        .unwrap()
}

impl Raw {
    pub fn new() -> Option<Raw> {
        let Some(folder) = std::env::var_os("ALVH_REAL_DATA").map(PathBuf::from) else {
            eprintln!(
                "SKIPPED: set ALVH_REAL_DATA to a folder of publishers' files to run this test"
            );
            return None;
        };
        let mut raw = Raw {
            folder,
            sessions: Vec::new(),
            curves: BTreeMap::new(),
        };
        raw.sessions = raw
            .table("spx/GSPC_daily_yahoo.csv", 4)
            .into_keys()
            .collect();
        raw.read_futures();
        Some(raw)
    }

    /// Date to the number in a column, rows without a number left out.
    pub fn table(&self, file: &str, column: usize) -> BTreeMap<NaiveDate, f64> {
        let text = std::fs::read_to_string(self.folder.join(file)).unwrap();
        let rows = text
            .lines()
            .skip(1)
            .map(|line| line.split(',').collect::<Vec<_>>());
        rows.filter_map(|cells| Some((date(cells[0]), cells.get(column)?.parse().ok()?)))
            .collect()
    }

    pub fn on_sessions(&self, file: &str, column: usize) -> Vec<f64> {
        let table = self.table(file, column);
        self.sessions
            .iter()
            .map(|d| *table.get(d).unwrap_or_else(|| panic!("{file} lacks {d}")))
            .collect()
    }

    /// As known on the morning after, the last value carried over holidays of the bond market.
    pub fn next_morning(&self, file: &str) -> Vec<f64> {
        let table = self.table(file, 1);
        let before = |d: &NaiveDate| {
            table
                .range(..*d)
                .rfind(|(day, _)| self.sessions.contains(day))
        };
        self.sessions
            .iter()
            .map(|d| before(d).map_or(f64::NAN, |(_, v)| *v))
            .collect()
    }

    fn read_futures(&mut self) {
        let mut files: Vec<_> = std::fs::read_dir(self.folder.join("vx"))
            .unwrap()
            .map(|f| f.unwrap().path())
            .collect();
        files.sort();
        for file in files {
            let name = file.file_stem().unwrap().to_string_lossy().into_owned();
            let Some(expiry) = name.strip_prefix("VX_").filter(|n| n.len() == 10).map(date) else {
                continue;
            };
            for line in std::fs::read_to_string(&file).unwrap().lines().skip(1) {
                let cells: Vec<&str> = line.split(',').collect();
                let (day, settle) = (date(cells[0]), cells[6].parse::<f64>().unwrap());
                if settle > 0.0 && expiry > day {
                    self.curves
                        .entry(day)
                        .or_default()
                        .push(((expiry - day).num_days() as f64, settle));
                }
            }
        }
    }

    /// Days to settlement and settlement price of the listed monthly contracts of a session.
    pub fn curve(&self, day: NaiveDate) -> Vec<(f64, f64)> {
        self.curves[&day].clone()
    }

    pub fn at(&self, day: NaiveDate) -> usize {
        self.sessions.iter().position(|d| *d == day).unwrap()
    }
}

pub fn maturity(curve: &[(f64, f64)], days: f64) -> f64 {
    // Right after a settlement the front contract lies beyond thirty days: the line of the first two is continued.
    let far = curve.iter().position(|p| p.0 >= days).unwrap().max(1);
    let ((x1, y1), (x0, y0)) = (curve[far], curve[far - 1]);
    (y0 * (x1 - days) + y1 * (days - x0)) / (x1 - x0)
}

pub fn wilder(x: &[f64]) -> f64 {
    let steps: Vec<f64> = x.windows(2).map(|w| w[1] - w[0]).collect();
    let start = |sign: f64| steps[..14].iter().map(|s| (sign * s).max(0.0)).sum::<f64>() / 14.0;
    let roll = |sign: f64| {
        steps[14..]
            .iter()
            .fold(start(sign), |a, s| (13.0 * a + (sign * s).max(0.0)) / 14.0)
    };
    100.0 - 100.0 / (1.0 + roll(1.0) / roll(-1.0))
}

pub fn smooth(x: &[f64], n: usize) -> Vec<f64> {
    let mut out = vec![x[..n].iter().sum::<f64>() / n as f64];
    x[n..].iter().for_each(|v| {
        out.push((2.0 * v + (n as f64 - 1.0) * out[out.len() - 1]) / (n as f64 + 1.0))
    });
    out
}

pub fn histogram(x: &[f64]) -> f64 {
    // Both means start at the twenty-sixth value.
    let line: Vec<f64> = smooth(&x[14..], 12)
        .iter()
        .zip(smooth(x, 26))
        .map(|(fast, slow)| fast - slow)
        .collect();
    line[line.len() - 1] - smooth(&line, 9)[line.len() - 9]
}

pub fn mean(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len() as f64
}

pub fn deviation(x: &[f64]) -> f64 {
    let squares: f64 = x.iter().map(|v| v * v).sum();
    ((squares - x.len() as f64 * mean(x) * mean(x)) / (x.len() as f64 - 1.0)).sqrt()
}
