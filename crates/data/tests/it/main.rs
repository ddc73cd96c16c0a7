//! Situations in which data arrives, good and bad.
//!
//! All files are made up here, in the publishers' layouts with numbers of our own.

mod calendar_repair;
mod cases;
mod chain_faults;
mod closed_days;
mod coverage;
mod damage;
mod damaged_files;
mod doubted_values;
mod early_years;
mod fixtures;
mod folder;
mod forms;
mod frames;
mod fuzzed;
mod limits;
mod marks_map;
mod option_publishers;
mod packed;
mod publishers;
mod real_data;
mod refusals;
mod tables;
mod tampered;
mod trade_logs;
mod two_sources;
mod variants;

use std::path::{Path, PathBuf};

use data::{DataError, Finding, ImportReport};

/// A folder of publishers' files for one test, and the place of the dataset made of it.
pub(crate) struct Inbox {
    root: PathBuf,
}

/// Sessions of the first two weeks of 2022.
pub(crate) const DAYS: [&str; 10] = [
    "2022-01-03",
    "2022-01-04",
    "2022-01-05",
    "2022-01-06",
    "2022-01-07",
    "2022-01-10",
    "2022-01-11",
    "2022-01-12",
    "2022-01-13",
    "2022-01-14",
];

impl Inbox {
    /// An empty folder.
    pub(crate) fn empty(test: &str) -> Inbox {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("data")
            .join(test);
        if root.exists() {
            std::fs::remove_dir_all(&root).unwrap();
        }
        std::fs::create_dir_all(root.join("from")).unwrap();
        Inbox { root }
    }

    /// A folder with what every dataset needs: the S&P 500 and VIX on [`DAYS`].
    pub(crate) fn core(test: &str) -> Inbox {
        Inbox::empty(test)
            .file("GSPC.csv", &spx())
            .file("VIX_History.csv", &vix())
    }

    /// Adds or replaces a file.
    pub(crate) fn file(self, name: &str, text: &str) -> Inbox {
        let path = self.from().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    pub(crate) fn from(&self) -> PathBuf {
        self.root.join("from")
    }

    pub(crate) fn dataset(&self) -> PathBuf {
        self.root.join("dataset")
    }

    pub(crate) fn try_import(&self) -> Result<ImportReport, DataError> {
        data::import(&self.from(), &self.dataset(), &mut |_| {})
    }

    pub(crate) fn import(&self) -> ImportReport {
        self.try_import().unwrap()
    }

    pub(crate) fn load(&self) -> data::Dataset {
        data::load(&self.dataset()).unwrap()
    }
}

/// Closes 4001, 4002, ... in Yahoo's layout.
pub(crate) fn spx() -> String {
    let row = |(i, day): (usize, &&str)| {
        format!(
            "{day},{}.5,{}.25,{}.75,{}.0,1000\n",
            4000 + i,
            4010 + i,
            3990 + i,
            4001 + i
        )
    };
    format!(
        "Date,Open,High,Low,Close,Volume\n{}",
        DAYS.iter().enumerate().map(row).collect::<String>()
    )
}

/// Closes 20.1, 20.2, ... in Cboe's layout.
pub(crate) fn vix() -> String {
    let row = |(i, day): (usize, &&str)| {
        format!(
            "{},20.000000,23.000000,19.000000,{:.6}\n",
            us(day),
            20.1 + i as f64 / 10.0
        )
    };
    format!(
        "DATE,OPEN,HIGH,LOW,CLOSE\n{}",
        DAYS.iter().enumerate().map(row).collect::<String>()
    )
}

/// `2022-01-03` as `01/03/2022`.
pub(crate) fn us(day: &str) -> String {
    format!("{}/{}/{}", &day[5..7], &day[8..], &day[..4])
}

/// One line per finding: severity, code, series, count, days, message.
pub(crate) fn show(findings: &[Finding], code: &str) -> String {
    let day = |d: Option<chrono::NaiveDate>| d.map_or("-".to_string(), |d| d.to_string());
    let line = |f: &Finding| {
        format!(
            "{:?} {} {} {}..{}: {}",
            f.severity,
            f.series,
            f.count,
            day(f.first),
            day(f.last),
            f.message
        )
    };
    findings
        .iter()
        .filter(|f| f.code == code)
        .map(line)
        .collect::<Vec<_>>()
        .join("\n")
}
