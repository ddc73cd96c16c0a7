//! What to ask for: addresses, file names and what the answer must look like.

use chrono::{Datelike, NaiveDate};
use market::calendar::vix_settlement;

use crate::error::AddressError;
use crate::layout::Layout;

/// Who gives files out freely.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Publisher {
    /// Cboe Global Indices: one file per index, its whole history.
    Cboe,
    /// Cboe Futures Exchange: one file per VIX future.
    Cfe,
    /// Federal Reserve Bank of St. Louis: one file per series.
    Fred,
    /// United States Treasury: one file per year of the par yield curve.
    Treasury,
}

impl Publisher {
    /// All of them, in the order in which they are asked.
    pub const ALL: [Publisher; 4] = [
        Publisher::Cboe,
        Publisher::Cfe,
        Publisher::Fred,
        Publisher::Treasury,
    ];

    /// Name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Publisher::Cboe => "cboe",
            Publisher::Cfe => "cfe",
            Publisher::Fred => "fred",
            Publisher::Treasury => "treasury",
        }
    }

    fn home(self) -> &'static str {
        match self {
            Publisher::Cboe => "https://cdn.cboe.com/api/global/us_indices/daily_prices",
            Publisher::Cfe => {
                "https://cdn.cboe.com/data/us/futures/market_statistics/historical_data/VX"
            }
            Publisher::Fred => "https://fred.stlouisfed.org/graph",
            Publisher::Treasury => {
                "https://home.treasury.gov/resource-center/data-chart-center/interest-rates/daily-treasury-rates.csv"
            }
        }
    }
}

/// Base addresses, without the last slash; those of the publishers unless changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addresses {
    bases: [String; 4],
}

impl Default for Addresses {
    fn default() -> Addresses {
        Addresses {
            bases: Publisher::ALL.map(|p| p.home().to_string()),
        }
    }
}

impl Addresses {
    /// Replaces a base address, given as `publisher=URL`.
    ///
    /// # Errors
    /// Where there is no such publisher, or the address is none of `http` or `https`.
    pub fn set(&mut self, setting: &str) -> Result<(), AddressError> {
        let publishers = || Publisher::ALL.map(Publisher::name).join(", ");
        let (name, url) = setting.split_once('=').ok_or_else(|| AddressError::NoUrl {
            setting: setting.to_string(),
            publishers: publishers(),
        })?;
        let at = Publisher::ALL
            .iter()
            .position(|p| p.name() == name)
            .ok_or_else(|| AddressError::NoPublisher {
                setting: setting.to_string(),
                name: name.to_string(),
                publishers: publishers(),
            })?;
        if !(url.starts_with("https://") || url.starts_with("http://")) {
            return Err(AddressError::Scheme {
                setting: setting.to_string(),
                url: url.to_string(),
            });
        }
        self.bases[at] = url.trim_end_matches('/').to_string();
        Ok(())
    }

    fn of(&self, publisher: Publisher) -> &str {
        &self.bases[Publisher::ALL
            .iter()
            .position(|p| *p == publisher)
            .unwrap_or(0)]
    }
}

/// One file to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Who has it.
    pub publisher: Publisher,
    /// Its address.
    pub url: String,
    /// Its place in the folder: `cboe/VIX_History.csv`.
    pub path: String,
    /// What it must look like.
    pub layout: Layout,
    /// Nothing is wrong if the publisher does not have it: a future that is not listed yet, a year that has not begun.
    pub may_be_absent: bool,
}

/// Index histories of Cboe.
const INDICES: [&str; 10] = [
    "VIX", "VIX9D", "VIX3M", "VIX6M", "VVIX", "SKEW", "SPX", "CNDR", "VXTH", "PUT",
];

/// Series of FRED that the importer reads.
const SERIES: [&str; 21] = [
    "DFF",
    "SOFR",
    "DGS1MO",
    "DGS3MO",
    "DGS6MO",
    "DGS1",
    "DGS2",
    "DGS10",
    "BAA10Y",
    "BAMLH0A0HYM2",
    "BAMLC0A0CM",
    "DTWEXBGS",
    "VIXCLS",
    "VXVCLS",
    "SP500",
    "CPIAUCSL",
    "PPIACO",
    "PPIFIS",
    "GDP",
    "GDPC1",
    "RBUSBIS",
];

/// Months a VIX future is listed before it settles.
const LISTED_MONTHS: u32 = 10;

/// Everything for sessions from `first` to `last`. Files that hold a whole history are asked for once.
pub fn plan(first: NaiveDate, last: NaiveDate, addresses: &Addresses) -> Vec<Item> {
    let mut all: Vec<Item> = INDICES
        .iter()
        .map(|ticker| index(ticker, addresses))
        .collect();
    all.extend(
        settlements(first, last)
            .into_iter()
            .map(|day| contract(day, addresses)),
    );
    all.extend(
        SERIES
            .iter()
            .map(|series| fred(series, first, last, addresses)),
    );
    all.extend((first.year()..=last.year()).map(|year| curve(year, addresses)));
    all
}

fn index(ticker: &str, addresses: &Addresses) -> Item {
    let file = format!("{ticker}_History.csv");
    Item {
        publisher: Publisher::Cboe,
        url: format!("{}/{file}", addresses.of(Publisher::Cboe)),
        path: format!("cboe/{file}"),
        layout: Layout::CboeIndex,
        may_be_absent: false,
    }
}

fn contract(settlement: NaiveDate, addresses: &Addresses) -> Item {
    let file = format!("VX_{settlement}.csv");
    Item {
        publisher: Publisher::Cfe,
        url: format!("{}/{file}", addresses.of(Publisher::Cfe)),
        path: format!("cfe/{file}"),
        layout: Layout::CfeFuture,
        may_be_absent: true,
    }
}

fn fred(series: &str, first: NaiveDate, last: NaiveDate, addresses: &Addresses) -> Item {
    let base = addresses.of(Publisher::Fred);
    // A year before the first session, so that signals are warm on it.
    let from = first.with_year(first.year() - 1).unwrap_or(first);
    Item {
        publisher: Publisher::Fred,
        url: format!("{base}/fredgraph.csv?id={series}&cosd={from}&coed={last}"),
        path: format!("fred/{series}.csv"),
        layout: Layout::Fred,
        may_be_absent: false,
    }
}

fn curve(year: i32, addresses: &Addresses) -> Item {
    let base = addresses.of(Publisher::Treasury);
    Item {
        publisher: Publisher::Treasury,
        url: format!(
            "{base}/{year}/all?type=daily_treasury_yield_curve&field_tdr_date_value={year}&page&_format=csv"
        ),
        path: format!("treasury/daily-treasury-rates-{year}.csv"),
        layout: Layout::Treasury,
        may_be_absent: true,
    }
}

/// Settlement days of the monthly VIX futures that trade on some session of the span.
fn settlements(first: NaiveDate, last: NaiveDate) -> Vec<NaiveDate> {
    let until = last + chrono::Months::new(LISTED_MONTHS);
    (0..)
        .map(|months| first + chrono::Months::new(months))
        .take_while(|month| *month <= until)
        .filter_map(|month| vix_settlement(month.year(), month.month()))
        .filter(|day| *day >= first)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_plan_names_every_file_once() {
        let items = plan(
            date("2022-01-03"),
            date("2022-12-30"),
            &Addresses::default(),
        );
        let mut paths: Vec<&str> = items.iter().map(|item| item.path.as_str()).collect();
        assert!(paths.contains(&"cboe/VIX_History.csv"));
        assert!(
            paths.contains(&"cfe/VX_2022-03-15.csv"),
            "the March settlement of 2022 was a Tuesday"
        );
        assert!(
            paths.contains(&"cfe/VX_2023-10-18.csv"),
            "listed ten months ahead"
        );
        assert!(paths.contains(&"fred/DGS1MO.csv"));
        assert!(paths.contains(&"treasury/daily-treasury-rates-2022.csv"));
        let all = paths.len();
        paths.sort_unstable();
        paths.dedup();
        assert_eq!(paths.len(), all);
        assert!(items.iter().all(|item| item.url.starts_with("https://")));
    }

    #[test]
    fn a_base_address_names_its_publisher() {
        let mut addresses = Addresses::default();
        addresses
            .set("fred=http://127.0.0.1:1/x/")
            .expect("an address");
        let items = plan(date("2024-01-02"), date("2024-12-31"), &addresses);
        let of_fred = items
            .iter()
            .find(|i| i.path == "fred/DFF.csv")
            .expect("a series");
        assert_eq!(
            of_fred.url,
            "http://127.0.0.1:1/x/fredgraph.csv?id=DFF&cosd=2023-01-02&coed=2024-12-31"
        );
        assert!(
            addresses
                .set("fed=http://x")
                .unwrap_err()
                .to_string()
                .contains("cboe, cfe, fred, treasury")
        );
        assert!(
            addresses
                .set("fred=ftp://x")
                .unwrap_err()
                .to_string()
                .contains("http://")
        );
        assert!(
            addresses
                .set("fred")
                .unwrap_err()
                .to_string()
                .contains("publisher=URL")
        );
    }
}
