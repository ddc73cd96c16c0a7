//! A study whose book is a trade log: the engine's own trades of a book, given back as a log, are the same book.

use book::event::LayerId;
use book::statement::{TradeRow, statement};
use book::trade_log::{LoggedLeg, LoggedRoot, LoggedTrade, TradeLog};
use chrono::Weekday;
use engine::run::{Keep, run};
use market::price::Money;
use panel::logged::admitted;
use panel::spec::StudyConfig;
use panel::work::{Computed, StudyError};
use policy::condor::Condor;
use runfile::study_file::StudyFile;

use crate::support::{compute, folder, observations, small_with};

const ARMS: &str = "arms = [\"unhedged\", \"always_on\", \"alvh_442\"]";

/// A book of the rule on one weekday.
fn by_rule() -> StudyConfig {
    let mut config = small_with(ARMS, "");
    config.books.truncate(1);
    config.file.weekdays = vec![Weekday::Fri];
    config
}

/// The same arms over a log.
fn over(config: &StudyConfig, log: TradeLog, text: impl Fn(String) -> String) -> StudyConfig {
    let mut file = config.file.clone();
    file.weekdays = Vec::new();
    file.books.rule = None;
    file.books.concurrent_max_loss_pct = None;
    file.books.named = vec![format!("log:{}", log.file)];
    let text = text(toml::to_string(&file).unwrap());
    let file = StudyFile::parse("log", &text).unwrap();
    let mut base = config.base.clone();
    let tier = runfile::logs::tier(&log.file);
    base.condor_tiers = vec![tier.clone()];
    base.condors
        .insert(tier.clone(), Condor::of_log(&tier, log));
    StudyConfig::new(file, base, "log").unwrap()
}

fn logged(number: usize, trade: &TradeRow) -> LoggedTrade {
    let package = &trade.package;
    let legs = trade.legs().map(|(open, close)| {
        let (right, strike) = open.contract.option.unwrap();
        LoggedLeg {
            root: LoggedRoot::Spxw,
            expiry: open.contract.expiry,
            right,
            strike: strike.points(),
            quantity: open.quantity,
            open_points: Some(open.fill.points()),
            close_points: Some(close.fill.points()),
        }
    });
    LoggedTrade {
        id: number.to_string(),
        opened: package.opened,
        closed: trade.closed,
        contracts: package.contracts,
        entry_points: package.entry_net.points(),
        exit_points: Some(trade.exit.net.points()),
        entry_fees_usd: package.entry_fees.usd(),
        exit_fees_usd: trade.exit.fees.usd(),
        legs: legs.collect(),
    }
}

/// The condors that a book traded in the years of a study, as a log.
fn log_of(config: &StudyConfig, computed: &Computed) -> TradeLog {
    let arm = &config.arms(0, Weekday::Fri)[0];
    let mut trades: Vec<LoggedTrade> = Vec::new();
    for place in computed.years() {
        let range = computed.ranges[place].clone();
        let execution = &config.base.execution;
        let history = &computed.history;
        let capital = config.capital();
        let told = run(history, range, arm, execution, capital, Keep::Journal);
        let told = statement(&told.journal, capital, arm.layers());
        let condors = told.trades.iter();
        let condors = condors.filter(|trade| trade.package.layer == LayerId(0));
        for trade in condors {
            trades.push(logged(trades.len(), trade));
        }
    }
    TradeLog {
        file: "own.csv".into(),
        publisher: "a test".into(),
        trades,
        refused: Vec::new(),
    }
}

fn total(daily: &[i64]) -> Money {
    Money(daily.iter().sum())
}

#[test]
fn a_books_own_trades_as_a_log_are_the_same_book_to_the_cent_under_every_arm() {
    let (config, observations) = (by_rule(), observations());
    let folder = folder("logged");
    let rule = compute(&config, &observations, &folder).unwrap();
    let log = log_of(&config, &rule);
    assert!(log.trades.len() > 90, "{}", log.trades.len());
    let mine = over(&config, log, |text| text);
    let admitted = admitted(&mine, &observations).unwrap();
    assert!(admitted.trades.iter().all(|row| row.state == "used"));
    assert!(admitted.marks.len() > 500);
    // Its file holds every trade: the study is made again from it.
    assert_eq!(admitted.config.to_toml(), mine.to_toml());
    let own = compute(&admitted.config, &observations, &folder).unwrap();
    let mut compared = 0;
    for (place, other) in rule.years().iter().zip(own.years()) {
        let (a, b) = (&rule.of_window(*place)[0], &own.of_window(other)[0]);
        assert_eq!(own.of_window(other).len(), 1, "a log is one place");
        assert_eq!(total(&a.unhedged), total(&b.unhedged));
        assert_eq!(a.condors.traded, b.condors.traded);
        assert_eq!(b.condors.ordered, b.condors.traded);
        for (a, b) in a.arms.iter().zip(&b.arms) {
            assert_eq!(total(&a.gains), total(&b.gains));
            assert_eq!(a.layers, b.layers);
            compared += a.layers.iter().map(|layer| layer.purchases).sum::<i64>();
        }
    }
    assert!(compared > 50, "{compared}");
    let rows = panel::rows::books(&admitted.config, &own);
    assert!(
        rows.iter()
            .all(|row| row.book == "log_own" && row.weekday.is_empty())
    );
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_the_market_contradicts_is_left_out_and_a_log_without_a_trade_is_refused() {
    let (config, observations) = (by_rule(), observations());
    let folder = folder("logged_faults");
    let rule = compute(&config, &observations, &folder).unwrap();
    let mut log = log_of(&config, &rule);
    log.trades[0].legs[0].open_points = Some(500.0);
    let all = log.trades.len();
    let mine = over(&config, log.clone(), |text| text);
    let found = admitted(&mine, &observations).unwrap();
    let left_out: Vec<_> = found
        .trades
        .iter()
        .filter(|row| row.state != "used")
        .collect();
    assert_eq!((left_out.len(), found.trades.len()), (1, all));
    assert!(
        left_out[0].why.contains("no market had"),
        "{:?}",
        left_out[0]
    );
    // The windows hold none of them.
    let years = |text: String| text.replace("years = [2022, 2023]", "years = [2024]");
    let mut file = over(&config, log, years);
    file.file.windows = Default::default();
    match admitted(&file, &observations) {
        Err(StudyError::NoTrade(why)) => {
            let why = why.to_string();
            assert!(
                why.contains("none of the") && why.contains("outside the windows"),
                "{why}"
            );
        }
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("no trade lies in 2024"),
    }
    std::fs::remove_dir_all(folder).unwrap();
}
