//! The journal alone rebuilds the account: every cell of `equity.csv` follows from `journal.parquet`, and so does the
//! whole portfolio of every session.

mod portfolio;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use data::frames::read_rows;
use tables::{CsvTable, Equity, EquityRow, JournalRow, Money, Row};

use crate::support::reference;

/// What the rows of one arm over one window add up to.
#[derive(Default)]
struct Account {
    cash: i64,
    interest: i64,
    fees: i64,
    slippage: i64,
    margin: i64,
    peak: i64,
    /// Flows at mid and market value by layer.
    layers: BTreeMap<String, [i64; 2]>,
    /// Layer and units of every open package.
    packages: BTreeMap<i64, (String, i64)>,
    /// Packages opened so far, parts included.
    opened: usize,
}

impl Account {
    fn apply(&mut self, row: &JournalRow) {
        let amount = row.amount_cents.unwrap_or(0);
        match row.event.as_str() {
            "interest" => {
                self.cash += amount;
                self.interest += amount;
            }
            "opened" if row.amount_cents.is_some() => {
                let layer = row.layer.as_deref().expect("an opening has a layer");
                let units = row.contracts.expect("an opening has units");
                let package = row.package.expect("an opening has a package");
                self.packages.insert(package, (layer.to_string(), units));
                self.opened += 1;
                self.fill(layer, row);
            }
            "closed" | "settled" if row.amount_cents.is_some() => {
                let package = row.package.expect("an end has a package");
                let (layer, units) = self.packages.remove(&package).expect("it was open");
                assert_eq!(row.contracts, Some(units), "package {package} ends whole");
                self.fill(&layer, row);
            }
            "split" => {
                let package = row.package.expect("a split has a package");
                let leaving = row.contracts.expect("a split has units");
                let held = self.packages.get_mut(&package).expect("it is open");
                held.1 -= leaving;
                let layer = held.0.clone();
                let part = row.part.expect("a split has a part");
                self.packages.insert(part, (layer, leaving));
                self.opened += 1;
            }
            "variation" => {
                let package = row.package.expect("a variation has a package");
                let layer = self.packages[&package].0.clone();
                self.cash += amount;
                self.layers.entry(layer).or_default()[0] += amount;
            }
            "marked" => {
                let layer = row.layer.as_deref().expect("a mark has a layer");
                self.layers.entry(layer.to_string()).or_default()[1] = amount;
                if let Some(defined) = row.defined_risk_margin_cents {
                    self.margin = defined + row.futures_margin_cents.expect("both margins");
                }
            }
            _ => {}
        }
    }

    fn fill(&mut self, layer: &str, row: &JournalRow) {
        let (cash, fees) = (row.amount_cents.unwrap_or(0), row.fees_cents.unwrap_or(0));
        let slippage = row.other_cents.expect("a fill has slippage");
        self.cash += cash + fees;
        self.fees += fees;
        self.slippage += slippage;
        self.layers.entry(layer.to_string()).or_default()[0] += cash - slippage;
    }

    fn equity(&self) -> i64 {
        self.cash + self.layers.values().map(|layer| layer[1]).sum::<i64>()
    }

    /// P&L at mid of the layers that pass.
    fn at_mid(&self, wanted: impl Fn(&str) -> bool) -> i64 {
        let own = self.layers.iter().filter(|(name, _)| wanted(name));
        own.map(|(_, sums)| sums[0] + sums[1]).sum()
    }
}

/// The row of `equity.csv` that two closes of an account make, with the P&L of the layers.
fn session(
    place: &EquityRow,
    before: &[i64],
    account: &Account,
    hedges: &[String],
) -> (EquityRow, Vec<Money>) {
    let is_hedge = |name: &str| hedges.iter().any(|hedge| hedge == name);
    let trading = account.equity() - account.interest;
    let now = sums(account, hedges);
    let change = |at: usize| Money(now[at] - before[at]);
    let row = EquityRow {
        window: place.window.clone(),
        arm: place.arm.clone(),
        date: place.date,
        equity_usd: Money(account.equity()),
        trading_equity_usd: Money(trading),
        cash_usd: Money(account.cash),
        margin_usd: Money(account.margin),
        drawdown_usd: Money(trading - account.peak),
        interest_usd: change(0),
        fees_usd: change(1),
        slippage_usd: change(2),
        condor_pnl_usd: change(3),
    };
    assert_eq!(now[3], account.at_mid(|name| !is_hedge(name)));
    (row, (0..hedges.len()).map(|at| change(4 + at)).collect())
}

/// Sums since the start: interest, fees, slippage, P&L of the condors, and of each hedge layer.
fn sums(account: &Account, hedges: &[String]) -> Vec<i64> {
    let condors = account.at_mid(|name| !hedges.iter().any(|hedge| hedge == name));
    let own = [account.interest, account.fees, account.slippage, condors];
    let of_layers = hedges
        .iter()
        .map(|hedge| account.at_mid(|name| name == hedge));
    own.into_iter().chain(of_layers).collect()
}

#[test]
fn every_session_of_every_arm_is_rebuilt_from_the_journal_alone() {
    let journal: Vec<JournalRow> =
        read_rows(&reference().join("journal.parquet")).expect("the journal");
    let version = i64::from(book::journal::JOURNAL_VERSION);
    assert!(journal.iter().all(|row| row.journal_version == version));

    let bytes = std::fs::read(reference().join(EquityRow::FILE)).expect("the table");
    let table = CsvTable::parse(EquityRow::FILE, &bytes, &[]).expect("a table");
    let hedges: Vec<String> = table.header()[EquityRow::COLUMNS.len()..]
        .iter()
        .map(|name| name.trim_end_matches("_pnl_usd").to_string())
        .collect();
    let mut told = Vec::new();
    Equity::stream(&bytes, &hedges, &mut |_, row, layers| {
        told.push((row, layers));
        Ok(())
    })
    .expect("rows");
    // The CSV file begins with the window whose name is a word.
    told.sort_by(|(a, _), (b, _)| a.window.cmp(&b.window));

    let mut rebuilt = Vec::new();
    let same_run = |a: &JournalRow, b: &JournalRow| (&a.window, &a.arm) == (&b.window, &b.arm);
    for run in journal.chunk_by(same_run) {
        let start = run[0].start_cents.expect("the first row has the capital");
        let mut account = Account {
            cash: start,
            peak: start,
            ..Account::default()
        };
        let mut before = vec![0; 4 + hedges.len()];
        for day in run.chunk_by(|a, b| a.date == b.date) {
            day.iter().for_each(|row| account.apply(row));
            account.peak = account.peak.max(account.equity() - account.interest);
            let place = EquityRow {
                window: day[0].window.clone(),
                arm: day[0].arm.clone(),
                date: day[0].date,
                ..EquityRow::default()
            };
            rebuilt.push(session(&place, &before, &account, &hedges));
            before = sums(&account, &hedges);
        }
        assert!(account.packages.is_empty(), "the window ends flat");
        assert!(
            account.opened > 10,
            "{}: {} packages",
            run[0].arm,
            account.opened
        );
    }
    assert_eq!(rebuilt.len(), told.len());
    for (rebuilt, told) in rebuilt.iter().zip(&told) {
        assert_eq!(rebuilt, told);
    }
    let first = NaiveDate::from_ymd_opt(2022, 1, 3);
    assert_eq!(Some(rebuilt[0].0.date), first);
}

#[test]
fn what_the_journal_says_in_words_stands_in_columns_too() {
    let journal: Vec<JournalRow> =
        read_rows(&reference().join("journal.parquet")).expect("the journal");
    let mut checked = 0;
    for row in &journal {
        let words = row.detail.clone().unwrap_or_default();
        let expected = match row.event.as_str() {
            "interest" => row.rate.map(|rate| format!("rate {rate:.6}")),
            "opened" if row.amount_cents.is_some() => row
                .margin_per_unit_cents
                .map(|cents| format!("margin per unit {} USD", Money(cents))),
            "purse_charged" => row
                .premium_cents
                .map(|cents| format!("premium {} USD", Money(cents))),
            "split" => row.part.map(|part| format!("part {part}")),
            _ => continue,
        };
        assert_eq!(expected.as_deref(), Some(words.as_str()), "{row:?}");
        checked += 1;
    }
    assert!(checked > 10_000, "{checked} events");
}
