//! Forty sessions whose journal `docs/a-day.md` explains line by line. The market is drawn, with a spike, a missing final
//! settlement and the half-day after Thanksgiving of 2022 in it; the lines of the page are what the engine does, and the
//! naive ledger has worked out every one of them too.

use std::fmt::Write;

use book::event::{Action, Event, LegFill, PackageFill};
use book::journal::Entry;
use book::portfolio::Portfolio;
use engine::execution::Execution;
use engine::run::{Keep, Run, straight};
use market::history::MarketHistory;
use market::price::Money;
use market::surface::ModelParams;
use policy::arm::Arm;

use super::audit::{Case, audit};
use crate::support::{day, execution, observations, read_condor, read_hedge};

const CAPITAL: Money = Money(2_200_000);
const SESSIONS: usize = 40;
const FIRST: &str = "2022-11-01";

const CONDOR_AM: &str = r#"
name = "am"
summary = "The third Friday of December, settled at the opening."
underlying = "spx"
entry = { every = "month", on = "third_friday" }
expiry = { rule = "nearest", target_days = 28, min_days = 21, max_days = 35 }
"#;

const CONDOR_PM: &str = r#"
name = "pm"
summary = "Two weeks, settled at the close."
underlying = "spxw"
entry = { every = "week", weekday = "wed" }
expiry = { rule = "nearest", target_days = 14, min_days = 10, max_days = 18 }
exit = [{ kind = "profit_target", fraction_of_credit = 0.75 }]
"#;

/// What both condors have in common.
const ONE_CONDOR: &str = r#"
size = { by = "fixed", contracts = 1 }
min_credit_points = 0.5
max_open = 1
put = { short_delta = 0.16, delta_tolerance = 0.05, long = { by = "width", points = 25.0 } }
call = { short_delta = 0.16, delta_tolerance = 0.05, long = { by = "width", points = 25.0 } }
"#;

const HEDGE: &str = r#"
name = "example"
title = "Example"
summary = "VIX calls of a purse, and one short VIX future of the account."
claims = []
budget_fraction_of_credit = 0.5
purse_cap_weeks = 13
redeploy_salvage = true
tier = { by = "always" }

[[layers]]
name = "calls"
share = 1.0
underlying = "vix"
expiry = { rule = "first", min_days = 10, max_days = 50 }
legs = [{ side = "long", right = "call", strike = { by = "delta", delta = 0.2, tolerance = 0.1 } }]
max_open_units = 2

[[layers]]
name = "future"
share = 0.0
underlying = "vx"
expiry = { rule = "first", min_days = 20, max_days = 60 }
future_side = "short"
paid_from = "account"
size = [{ by = "units", units = 1 }]
max_open_units = 1
entry = { every = "month", on = "third_friday_mon" }
exit = []
"#;

fn arm() -> Arm {
    let condor = |text: &str| read_condor(&format!("{text}{ONE_CONDOR}"));
    let hedge = read_hedge(HEDGE);
    let condors = [condor(CONDOR_AM), condor(CONDOR_PM)];
    condors
        .iter()
        .for_each(|condor| condor.check().expect("a good policy"));
    hedge.check().expect("a good policy");
    Arm::new(&condors, &hedge)
}

/// The drawn market with a spike of VIX on three sessions of December and one final settlement nobody published.
fn market() -> MarketHistory {
    let mut seen = observations().clone();
    let first = seen.sessions.binary_search(&day(FIRST)).expect("a session");
    let last = seen.sessions[first + SESSIONS];
    let spike = [
        (day("2022-12-06"), 1.25),
        (day("2022-12-07"), 1.6),
        (day("2022-12-08"), 1.3),
    ];
    for (date, factor) in spike {
        let t = seen.sessions.binary_search(&date).expect("a session");
        for name in ["vix", "vix9d", "vix3m", "vix6m", "vix_high"] {
            if let Some(value) = seen.daily.get_mut(name).and_then(|s| s.values[t].as_mut()) {
                *value *= factor;
            }
        }
        for row in seen
            .vx
            .iter_mut()
            .filter(|row| row.trade_date == date && row.expiry != date)
        {
            row.settle = (row.settle * factor * 20.0).round() / 20.0;
        }
    }
    seen.vx
        .retain(|row| row.trade_date != row.expiry || row.expiry != day("2022-11-16"));
    MarketHistory::build(&seen, day(FIRST), last, &ModelParams::default(), 60).expect("a market")
}

fn replay(market: &MarketHistory, arm: &Arm, execution: &Execution) -> Run {
    straight(market, 0..SESSIONS, arm, execution, CAPITAL, Keep::Journal)
}

/// `sold SPXW … at 21.05 (mid 21.15)`, leg by leg, as traded.
fn legs(fill: &PackageFill, opens: bool) -> String {
    let leg = |leg: &LegFill| {
        let traded = if opens { leg.quantity } else { -leg.quantity };
        let verb = if traded > 0 { "bought" } else { "sold" };
        format!("{verb} {} at {} (mid {})", leg.contract, leg.fill, leg.mid)
    };
    fill.legs.iter().map(leg).collect::<Vec<_>>().join(", ")
}

fn money(fill: &PackageFill) -> String {
    let (units, points, fees) = (fill.contracts, fill.multiplier, fill.fees);
    match fill.margined {
        true => format!(
            "pays {units} x {points} x {} = {} of slippage and {fees} of fees",
            fill.net - fill.net_mid,
            fill.cash()
        ),
        false => format!(
            "{units} x {points} x {} = {}; fees {fees}",
            fill.net,
            fill.cash()
        ),
    }
}

/// One event in words and numbers; nothing for what moves and decides nothing.
fn line(entry: &Entry, before: &Portfolio, arm: &Arm) -> Option<String> {
    let name = |layer| arm.layer_name(layer);
    let held = |id| before.package(id).expect("it is open");
    Some(match &entry.event {
        Event::Interest { amount, rate } => {
            format!(
                "{} in cash at {:.4} % a year: {amount}",
                before.cash,
                rate * 100.0
            )
        }
        Event::Opened {
            package,
            layer,
            fill,
            margin_per_unit,
        } => format!(
            "{} opens package {}: {}; {}; margin {margin_per_unit} a unit",
            name(*layer),
            package.0,
            legs(fill, true),
            money(fill)
        ),
        Event::Closed {
            package,
            reason,
            fill,
        } => format!(
            "{} closes package {} ({}): {}; {}",
            name(held(*package).layer),
            package.0,
            reason.code(),
            legs(fill, false),
            money(fill)
        ),
        Event::Settled {
            package,
            value,
            proxy,
            fill,
        } => format!(
            "{} package {} settles at {value}{}: {}",
            name(held(*package).layer),
            package.0,
            if *proxy { " (a stand-in)" } else { "" },
            money(fill)
        ),
        Event::Variation {
            package,
            settle,
            amount,
        } => format!(
            "{} package {} from {} to {settle}: {amount}",
            name(held(*package).layer),
            package.0,
            held(*package).last_settle
        ),
        Event::PurseCredited {
            layer,
            amount,
            lapsed,
        } => {
            format!(
                "purse of {}: {} + {amount} - {lapsed} lapsed",
                name(*layer),
                before.purses[*layer].balance
            )
        }
        Event::PurseCharged {
            layer,
            spent,
            forgone,
            premium,
        } => format!(
            "purse of {}: {} - {spent} (premium {premium}) - {forgone} forgone",
            name(*layer),
            before.purses[*layer].balance
        ),
        Event::PurseRefilled { layer, amount } => {
            format!(
                "purse of {}: {} + {amount} of salvage",
                name(*layer),
                before.purses[*layer].balance
            )
        }
        Event::Marked {
            values,
            defined_risk_margin,
            futures_margin,
            ..
        } => {
            let worth: Money = values.iter().copied().sum();
            format!(
                "cash {} + packages {worth} = {}; margin {defined_risk_margin} + {futures_margin}",
                before.cash,
                before.cash + worth
            )
        }
        Event::Decided {
            layer,
            action: action @ (Action::Open | Action::Close),
            reason,
            detail,
        } => {
            format!(
                "{}: {} ({}) {detail}",
                name(*layer),
                action.name(),
                reason.code()
            )
        }
        Event::Refused {
            layer,
            reason,
            detail,
        } => format!("{} refused ({}): {detail}", name(*layer), reason.code()),
        _ => return None,
    })
}

fn page(run: &Run, arm: &Arm) -> String {
    let mut account = Portfolio::new(CAPITAL, arm.layers());
    let (mut text, mut date) = (String::new(), None);
    for entry in &run.journal.entries {
        if let Some(words) = line(entry, &account, arm) {
            if date.replace(entry.date) != Some(entry.date) {
                writeln!(text, "\n{}", entry.date.format("%A %Y-%m-%d")).expect("memory");
            }
            let words = words.trim_end();
            writeln!(text, "  {:<15}{words}", entry.stage.name()).expect("memory");
        }
        account.apply(entry.date, &entry.event);
    }
    text
}

const BEGIN: &str = "```text\n";
const END: &str = "```\n";

#[test]
fn the_page_explains_what_the_engine_does() {
    let (market, arm, execution) = (market(), arm(), execution());
    let run = replay(&market, &arm, &execution);
    let case = Case {
        history: &market,
        window: 0..SESSIONS,
        arm: &arm,
        execution: &execution,
        capital: CAPITAL.0,
    };
    audit(&case, &run).unwrap_or_else(|e| panic!("{e}"));
    let lines = page(&run, &arm);
    for (what, word) in [
        ("an AM expiry", "am package"),
        ("a PM expiry", "pm package"),
        ("a VIX expiry", "calls package"),
        ("a stand-in", "(a stand-in)"),
        ("a margin call", "(margin_call)"),
        ("a half-day", "2022-11-25"),
        ("salvage", "of salvage"),
    ] {
        assert!(lines.contains(word), "{what} is missing:\n{lines}");
    }
    let path = format!("{}/../../docs/a-day.md", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let start = text.find(BEGIN).expect("a block of lines") + BEGIN.len();
    let end = start + text[start..].find(END).expect("its end");
    if std::env::var("UPDATE_GOLDEN").is_ok() {
        let updated = format!(
            "{}{}{}",
            &text[..start],
            lines.trim_start_matches('\n'),
            &text[end..]
        );
        std::fs::write(&path, updated).expect("the page");
        return;
    }
    assert_eq!(
        &text[start..end],
        lines.trim_start_matches('\n'),
        "docs/a-day.md: UPDATE_GOLDEN=1 writes it again"
    );
}
