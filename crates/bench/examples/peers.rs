//! The bare condor of the peers in `peers/`: writes the quotes they trade on, and runs the same cells on the engine.
//!
//! ```sh
//! cargo run --release -p alvh-bench --example peers -- export DIR     # quotes.csv, sessions.csv
//! cargo run --release -p alvh-bench --example peers -- run 1000 1     # cells, threads: one line of JSON
//! ```
//!
//! The job: on the last session of each week one SPXW condor of the expiry nearest to fourteen days (seven to 21), short
//! strikes nearest to a delta, wings of fifty points, one contract, at mid rounded to 0.05 against the trader, all-in
//! fees; left the session after half the credit (or what the cell says) is earned or a multiple of it lost, else settled;
//! three years of the bundled reconstruction. Exported are the expiries that are traded, at every strike listed on the
//! day of the entry between 0.75 and 1.2 of the forward: what the peers' strike rule may choose and must mark.

#![expect(
    clippy::disallowed_methods,
    reason = "it measures how long the cells take"
)]

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use bench::{CAPITAL, arm, execution, history, jobs, observations};
use chrono::NaiveDate;
use engine::entry_sessions::EntryCache;
use engine::execution::Execution;
use engine::fill::delta;
use market::contract::{Contract, Right, Root};
use market::history::MarketHistory;
use market::listing::nearest_strike;
use market::price::Price;
use policy::arm::Arm;
use policy::condor::{Condor, Size, Wing};
use policy::rule::ExitRule;
use policy::select::pick_expiry;

/// Strikes written, as fractions of the forward.
const STRIKES: (f64, f64) = (0.75, 1.2);
/// Short deltas, profit targets (fractions of the credit) and stops (multiples of it) of a thousand cells.
const DELTAS: [f64; 5] = [0.10, 0.12, 0.16, 0.20, 0.25];
const TARGETS: usize = 20;
const STOPS: usize = 10;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let market = history(&observations());
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["export", folder] => export(&market, Path::new(folder)),
        ["run", cells, threads] => {
            run(&market, cells.parse()?, threads.parse()?);
            Ok(())
        }
        _ => Err("say `export DIR` or `run CELLS THREADS`".into()),
    }
}

/// The condor of the reference run with one contract, these short deltas and these exits.
fn cell(delta: f64, target: f64, stop: f64) -> Arm {
    let plain = arm("unhedged");
    let wing = |wing: &Wing| Wing {
        short_delta: delta,
        ..*wing
    };
    let condor = &plain.condors[0];
    let exit = vec![
        ExitRule::ProfitTarget {
            fraction_of_credit: target,
        },
        ExitRule::StopLoss {
            multiple_of_credit: stop,
        },
    ];
    let (put, call, size) = (
        wing(&condor.put),
        wing(&condor.call),
        Size::Fixed { contracts: 1 },
    );
    Arm::new(
        &[Condor {
            put,
            call,
            size,
            exit,
            ..condor.clone()
        }],
        &plain.hedge,
    )
}

/// A thousand cells; the first of them are those of a smaller number.
fn cells(count: usize) -> Vec<Arm> {
    let all = (0..STOPS).flat_map(|stop| {
        (0..TARGETS).flat_map(move |target| DELTAS.iter().map(move |delta| (*delta, target, stop)))
    });
    let arm =
        |(delta, target, stop)| cell(delta, 0.04 * (target + 1) as f64, 1.0 + 0.25 * stop as f64);
    all.take(count).map(arm).collect()
}

fn at_mid() -> Execution {
    Execution {
        half_spread_fraction: 0.0,
        ..execution()
    }
}

fn run(market: &MarketHistory, count: usize, threads: usize) {
    let (execution, arms) = (at_mid(), cells(count));
    // Twice: the first time nothing of these condors has been quoted yet.
    for state in ["new market", "known market"] {
        let start = Instant::now();
        let runs = study::batch::on_threads(threads, || {
            study::batch::run_all(&jobs(market, &arms, &execution), &|_| {})
        });
        let seconds = start.elapsed().as_secs_f64();
        let last = |run: &engine::run::Run| run.curve.last().copied().unwrap_or(CAPITAL).usd();
        let sum: f64 = runs.iter().map(last).sum();
        println!(
            "{{\"peer\": \"alvh, {state}\", \"cells\": {count}, \"threads\": {threads}, \"seconds\": {seconds:.6}, \
             \"first\": {:.2}, \"sum\": {sum:.2}}}",
            last(&runs[0])
        );
    }
}

fn export(market: &MarketHistory, folder: &Path) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    let mut sessions = BufWriter::new(File::create(folder.join("sessions.csv"))?);
    writeln!(sessions, "session,date,close,entry_expiry")?;
    let mut quotes = BufWriter::new(File::create(folder.join("quotes.csv"))?);
    writeln!(quotes, "session,expiry,right,strike,mid,delta,is_entry")?;
    let plain = arm("unhedged");
    let entries = market
        .derived::<EntryCache>()
        .of(market, plain.condors[0].entry);
    for t in 0..market.len() {
        let today = market.view(t).today();
        let is_entry = t > 0 && entries.next_is_entry(market.view(t - 1));
        let listed = today.slices(Root::Spxw).iter().map(|slice| slice.expiry);
        let expiry = pick_expiry(plain.condors[0].expiry, today.date, listed).filter(|_| is_entry);
        let day = expiry.map_or(String::new(), |expiry| number(expiry).to_string());
        let close = Price::from_points(today.spot).0;
        writeln!(sessions, "{t},{},{close},{day}", number(today.date))?;
        for contract in expiry
            .iter()
            .flat_map(|expiry| contracts(market, t, *expiry))
        {
            life(market, t, contract, &mut quotes)?;
        }
    }
    Ok(())
}

/// Days since 1970-01-01.
fn number(date: NaiveDate) -> i64 {
    (date - NaiveDate::default()).num_days()
}

/// Everything listed of an expiry on session `t`.
fn contracts(market: &MarketHistory, t: usize, expiry: NaiveDate) -> Vec<Contract> {
    let Some(slice) = market.view(t).today().slice(Root::Spxw, expiry) else {
        return Vec::new();
    };
    let (low, high) = (
        STRIKES.0 * slice.forward / 5.0,
        STRIKES.1 * slice.forward / 5.0,
    );
    let grid = (low as i64..high as i64).map(|step| Price::from_points(5.0 * step as f64));
    let is_listed =
        |strike: &Price| nearest_strike(Root::Spxw, *strike, slice.forward, slice.dte) == *strike;
    let both = |strike| {
        [Right::Put, Right::Call].map(|right| Contract::option(Root::Spxw, expiry, right, strike))
    };
    grid.filter(is_listed).flat_map(both).collect()
}

/// Mids of a contract from session `t` to its expiry or the end; one that is missing is the one before.
fn life(
    market: &MarketHistory,
    t: usize,
    contract: Contract,
    out: &mut impl Write,
) -> std::io::Result<()> {
    let Some((right, strike)) = contract.option else {
        return Ok(());
    };
    let mut mid = Price::ZERO;
    for s in t..market.len() {
        let today = market.view(s).today();
        if today.date > contract.expiry {
            break;
        }
        mid = today.mid(&contract).unwrap_or(mid);
        let (code, entry) = (
            if right == Right::Put { "P" } else { "C" },
            u8::from(s == t),
        );
        let delta = if s == t { delta(&contract, today) } else { 0.0 };
        writeln!(
            out,
            "{s},{},{code},{},{},{delta},{entry}",
            number(contract.expiry),
            strike.0,
            mid.0
        )?;
    }
    Ok(())
}
