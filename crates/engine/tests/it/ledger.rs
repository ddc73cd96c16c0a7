//! A second opinion on the ledger: another implementation, another author's way, the same cents.

mod a_day;
mod account;
mod audit;
mod draw;
mod naive;

use engine::curve::curve;
use engine::run::{Keep, straight};
use market::price::Money;
use rayon::prelude::*;

use audit::{Case, audit};
use draw::{Drawn, draw, markets};

/// Random policies, each on a random market; `ALVH_LEDGER_CASES` asks for more.
const CASES: u64 = 1_000;

fn number(name: &str) -> Option<u64> {
    std::env::var(name)
        .ok()
        .map(|text| text.parse().expect("a number"))
}

/// What a case exercised, for the proof that all of it was.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    fast: u64,
    opened: u64,
    settled: u64,
    calls: u64,
    loans: u64,
    refused: u64,
    parts: u64,
    refills: u64,
    limits: u64,
}

fn check(drawn: &Drawn, history: &market::history::MarketHistory) -> Result<Seen, String> {
    use book::event::Event;
    use book::reason::Reason;
    let window = 3..history.len() - 2;
    let case = Case {
        history,
        window: window.clone(),
        arm: &drawn.arm,
        execution: &drawn.execution,
        capital: drawn.capital,
    };
    let capital = Money(drawn.capital);
    let run = straight(
        history,
        window.clone(),
        &drawn.arm,
        &drawn.execution,
        capital,
        Keep::Journal,
    );
    let equity = audit(&case, &run)?;
    let mut seen = Seen::default();
    if let Ok(fast) = curve(history, window, &drawn.arm, &drawn.execution, capital) {
        seen.fast = 1;
        let fast_equity: Vec<i64> = fast.curve.iter().map(|money| money.0).collect();
        account::same("equity of the fast path", fast_equity, equity)?;
        account::same(
            "account of the fast path",
            fast.portfolio,
            run.portfolio.clone(),
        )?;
    }
    for entry in &run.journal.entries {
        match &entry.event {
            Event::Opened { .. } => seen.opened += 1,
            Event::Settled { .. } => seen.settled += 1,
            Event::Closed {
                reason: Reason::MarginCall,
                ..
            } => seen.calls += 1,
            Event::Closed {
                reason: Reason::LimitReached,
                ..
            } => seen.limits += 1,
            Event::Interest { amount, .. } if amount.0 < 0 => seen.loans += 1,
            Event::Refused { .. } => seen.refused += 1,
            Event::Split { .. } => seen.parts += 1,
            Event::PurseRefilled { .. } => seen.refills += 1,
            _ => {}
        }
    }
    Ok(seen)
}

#[test]
fn a_naive_ledger_agrees_to_the_cent() {
    let markets = markets();
    let one = number("ALVH_LEDGER_SEED");
    let seeds = match one {
        Some(seed) => seed..seed + 1,
        None => 0..number("ALVH_LEDGER_CASES").unwrap_or(CASES),
    };
    let all = seeds.end - seeds.start;
    let seen = seeds
        .into_par_iter()
        .map(|seed| {
            let drawn = draw(seed, markets.len());
            check(&drawn, &markets[drawn.market]).unwrap_or_else(|e| {
                panic!(
                    "{e}\n\nagain: ALVH_LEDGER_SEED={seed} (market {})\n{}",
                    drawn.market,
                    drawn.config()
                )
            })
        })
        .reduce(Seen::default, |a, b| Seen {
            fast: a.fast + b.fast,
            opened: a.opened + b.opened,
            settled: a.settled + b.settled,
            calls: a.calls + b.calls,
            loans: a.loans + b.loans,
            refused: a.refused + b.refused,
            parts: a.parts + b.parts,
            refills: a.refills + b.refills,
            limits: a.limits + b.limits,
        });
    eprintln!("{all} random policies agree to the cent: {seen:?}");
    if one.is_none() && all >= CASES {
        let least = [
            ("fast paths", seen.fast, 300),
            ("openings", seen.opened, 10_000),
            ("settlements", seen.settled, 1_000),
            ("margin calls", seen.calls, 20),
            ("nights on a loan", seen.loans, 20),
            ("refusals", seen.refused, 500),
            ("sales of a part", seen.parts, 100),
            ("refills", seen.refills, 500),
            ("limits reached", seen.limits, 10),
        ];
        for (what, found, least) in least {
            assert!(found >= least, "{what}: {found}, at least {least}");
        }
    }
}
