//! The file alone rebuilds the portfolio: cash, packages, ledgers, purses and margins after every session.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use book::event::{Event, LayerId, LegFill, PackageFill, PackageId};
use book::portfolio::Portfolio;
use book::reason::Reason;
use chrono::NaiveDate;
use data::frames::{FrameWriter, read_rows};
use engine::execution::Execution;
use engine::run::Keep;
use engine::simulator::Simulator;
use market::chain::made::Made;
use market::chain::{Quotes, RawChains, Source};
use market::contract::{Contract, Right, Root};
use market::fund::Fund;
use market::history::{MarketHistory, Pricing};
use market::inputs::InputRules;
use market::price::{Money, Price};
use market::surface::ModelParams;
use policy::arm::Arm;
use policy::condor::Condor;
use policy::hedge::Hedge;
use study::journal_table::{of_arm, table_of_arm};
use tables::{JournalRow, Word, table_of};

use crate::support::{root, scratch};

const CAPITAL: Money = Money(1_000_000_000);
/// Longer than any shipped policy looks ahead.
const HORIZON_DAYS: i64 = 220;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// `SPXW 2022-02-04 P 4300`, `VX 2022-02-16`, `VIXY`.
fn contract(text: &str) -> Contract {
    let words: Vec<&str> = text.split(' ').collect();
    let exchange = [Root::Spx, Root::Spxw, Root::Vix, Root::Vx];
    let roots = exchange.into_iter().chain(Fund::ALL.map(Root::Fund));
    let root = roots.into_iter().find(|root| root.name() == words[0]);
    let root = root.unwrap_or_else(|| panic!("no class is called {text}"));
    let option = words.get(2).map(|letter| {
        let rights = [Right::Call, Right::Put];
        let right = rights
            .into_iter()
            .find(|r| r.letter().to_string() == **letter);
        let strike: f64 = words[3].parse().expect("a strike");
        (right.expect("C or P"), Price::from_points(strike))
    });
    Contract {
        root,
        expiry: words.get(1).map_or(Contract::NEVER, |text| day(text)),
        option,
    }
}

fn leg(row: &JournalRow) -> LegFill {
    let source = row.source.as_deref().expect("a leg has a source");
    let sources = Source::ALL.into_iter();
    LegFill {
        contract: contract(row.contract.as_deref().expect("a leg has a contract")),
        quantity: row.quantity.expect("a leg has a quantity"),
        mid: Price(row.mid.expect("a leg has a mid")),
        fill: Price(row.price.expect("a leg has a price")),
        delta: row.delta.expect("a leg has a delta"),
        source: sources
            .into_iter()
            .find(|s| s.name() == source)
            .expect("a known source"),
    }
}

/// A trade or settlement of a whole package; `sign` is that of the cash a long leg brings.
fn fill(rows: &[JournalRow], sign: i64) -> PackageFill {
    let legs: Arc<[LegFill]> = rows.iter().map(leg).collect();
    let root = legs[0].contract.root;
    let cash = |price: fn(&LegFill) -> Price| -> Price {
        legs.iter()
            .map(|leg| price(leg) * (sign * leg.quantity))
            .sum()
    };
    let fill = PackageFill {
        contracts: rows[0].contracts.expect("a fill has units"),
        net: cash(|leg| leg.fill),
        net_mid: cash(|leg| leg.mid),
        fees: Money(rows[0].fees_cents.expect("a fill has fees")),
        multiplier: root.multiplier(),
        margined: root == Root::Vx || (matches!(root, Root::Fund(_)) && legs[0].quantity < 0),
        legs: Arc::clone(&legs),
    };
    assert_eq!(Some(fill.cash().0), rows[0].amount_cents, "{:?}", rows[0]);
    assert_eq!(
        Some(fill.slippage().0),
        rows[0].other_cents,
        "{:?}",
        rows[0]
    );
    fill
}

/// The event that the rows of one number tell, if it changes the account.
fn event(rows: &[JournalRow], layers: &[Word]) -> Option<Event> {
    let row = &rows[0];
    let layer = || {
        let name = row.layer.as_ref().expect("the event has a layer");
        let place = layers.iter().position(|layer| layer == name);
        LayerId(place.expect("a layer that was marked") as u8)
    };
    let number = |id: Option<i64>| PackageId(id.expect("the event has a package") as u32);
    let package = || number(row.package);
    let amount = Money(row.amount_cents.unwrap_or(0));
    Some(match row.event.as_str() {
        "interest" => Event::Interest {
            amount,
            rate: row.rate.expect("interest has a rate"),
        },
        "opened" => Event::Opened {
            package: package(),
            layer: layer(),
            fill: fill(rows, -1),
            margin_per_unit: Money(row.margin_per_unit_cents.expect("an opening has a margin")),
        },
        "closed" => Event::Closed {
            package: package(),
            // The account is the same whatever the reason.
            reason: Reason::WindowEnd,
            fill: fill(rows, 1),
        },
        "settled" => Event::Settled {
            package: package(),
            value: Price(row.settlement.expect("a settlement has a value")),
            proxy: row.proxy.expect("a settlement says whose value it is"),
            fill: fill(rows, 1),
        },
        "split" => Event::Split {
            package: package(),
            part: number(row.part),
            contracts: row.contracts.expect("a split has units"),
        },
        "variation" => Event::Variation {
            package: package(),
            settle: Price(row.price.expect("a variation has a price")),
            amount,
        },
        "purse_credited" | "purse_charged" | "purse_refilled" => purse(row, layer()),
        "marked" => {
            let margin =
                |cents: Option<i64>| Money(cents.expect("the first layer has the margins"));
            let values = rows
                .iter()
                .map(|row| Money(row.amount_cents.expect("a value")));
            Event::Marked {
                values: values.collect(),
                defined_risk_margin: margin(row.defined_risk_margin_cents),
                futures_margin: margin(row.futures_margin_cents),
                carried: row.carried.expect("the first layer has the count") as u32,
            }
        }
        "decided" | "refused" | "source_changed" => return None,
        other => panic!("no event is called {other}"),
    })
}

/// Money into or out of the purse of a layer.
fn purse(row: &JournalRow, layer: LayerId) -> Event {
    let amount = Money(row.amount_cents.expect("a purse has an amount"));
    let other = Money(row.other_cents.unwrap_or(0));
    match row.event.as_str() {
        "purse_credited" => Event::PurseCredited {
            layer,
            amount,
            lapsed: other,
        },
        "purse_charged" => Event::PurseCharged {
            layer,
            spent: amount,
            forgone: other,
            premium: Money(row.premium_cents.expect("a charge has a premium")),
        },
        _ => Event::PurseRefilled { layer, amount },
    }
}

/// The portfolio after each session, from the rows of one arm over one window.
pub fn portfolios(rows: &[JournalRow]) -> Vec<(NaiveDate, Portfolio)> {
    let of_event: Vec<&[JournalRow]> = rows.chunk_by(|a, b| a.seq == b.seq).collect();
    let marks = of_event.iter().find(|rows| rows[0].event == "marked");
    let marks = marks.expect("every session is marked");
    let layers: Vec<Word> = marks.iter().flat_map(|row| row.layer.clone()).collect();
    let start = rows[0].start_cents.expect("the first row has the capital");
    let mut portfolio = Portfolio::new(Money(start), layers.len());
    let days = of_event.chunk_by(|a, b| a[0].date == b[0].date);
    days.map(|events| {
        let date = events[0][0].date;
        for event in events.iter().filter_map(|rows| event(rows, &layers)) {
            portfolio.apply(date, &event);
        }
        (date, portfolio.clone())
    })
    .collect()
}

fn shipped(folder: &str) -> Vec<(String, toml::Table)> {
    let files = std::fs::read_dir(root().join("configs").join(folder)).expect("the shipped files");
    let mut all: Vec<(String, toml::Table)> = files
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path
                .file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            let text = std::fs::read_to_string(&path).expect("a text");
            (name, toml::from_str(&text).expect("TOML"))
        })
        .collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

/// Every shipped hedge over three condors of different length, every shipped condor alone.
fn arms() -> Vec<Arm> {
    let (condors, hedges): (Vec<_>, Vec<_>) = shipped("policies")
        .into_iter()
        .partition(|(_, table)| table.contains_key("underlying"));
    let condors: Vec<Condor> = (condors.into_iter())
        .map(|(name, table)| table.try_into().unwrap_or_else(|e| panic!("{name}: {e}")))
        .collect();
    let hedges: Vec<Hedge> = (hedges.into_iter())
        .map(|(name, table)| table.try_into().unwrap_or_else(|e| panic!("{name}: {e}")))
        .collect();
    assert!(
        condors.len() >= 9 && hedges.len() >= 50,
        "{} and {}",
        condors.len(),
        hedges.len()
    );
    let weekly = ["condor_weekly_7d", "condor_weekly_14d", "condor_weekly_21d"];
    let tiers: Vec<Condor> = (condors.iter())
        .filter(|condor| weekly.contains(&condor.name.as_str()))
        .cloned()
        .collect();
    let unhedged = hedges.iter().find(|hedge| hedge.name == "unhedged");
    let unhedged = unhedged.expect("a shipped policy");
    let alone = condors
        .iter()
        .map(|condor| Arm::new(std::slice::from_ref(condor), unhedged));
    hedges
        .iter()
        .map(|hedge| Arm::new(&tiers, hedge))
        .chain(alone)
        .collect()
}

fn execution() -> Execution {
    let (_, run) = shipped("runs")
        .into_iter()
        .find(|(name, _)| name == "replay")
        .expect("it ships");
    run["execution"]
        .clone()
        .try_into()
        .expect("its execution settings")
}

/// What was seen while files were compared with simulators.
#[derive(Debug, Default)]
struct Seen {
    sessions: usize,
    kinds: BTreeSet<Word>,
    roots: BTreeSet<&'static str>,
    sources: BTreeSet<Word>,
}

/// Steps a simulator through the market, keeping its own account after each session; writes its journal, reads the file
/// and compares what the file alone adds up to.
fn compare(folder: &Path, history: &MarketHistory, arm: &Arm, seen: &mut Seen) {
    let execution = execution();
    let mut simulator = Simulator::new(history, arm, &execution, CAPITAL, Keep::Journal);
    let mut told = Vec::new();
    for t in 0..history.len() {
        simulator.step(t);
        if t + 1 == history.len() {
            simulator.close_window();
        }
        told.push((history.view(t).today().date, simulator.portfolio().clone()));
    }
    let path = folder.join(format!("{}.parquet", arm.name));
    let rows = of_arm(("w", &arm.name), arm, simulator.journal(), CAPITAL);
    let mut table = table_of_arm(("w", &arm.name), arm, simulator.journal(), CAPITAL);
    let mut writer = FrameWriter::new(&path, &table_of::<JournalRow>([])).expect("a file");
    writer.write(&table).expect("the rows");
    writer.finish().expect("a file");
    table.fill();
    assert_eq!(table, table_of(rows), "the same rows in columns");
    let rows: Vec<JournalRow> = read_rows(&path).expect("the journal");
    std::fs::remove_file(&path).expect("it was written");
    let rebuilt = portfolios(&rows);
    assert_eq!(rebuilt.len(), told.len(), "{}", arm.name);
    for (rebuilt, told) in rebuilt.iter().zip(&told) {
        assert_eq!(rebuilt, told, "{}", arm.name);
        seen.roots.extend(
            told.1
                .packages
                .iter()
                .map(|held| held.legs[0].contract.root.name()),
        );
    }
    seen.sessions += told.len();
    seen.kinds.extend(rows.iter().map(|row| row.event.clone()));
    seen.sources
        .extend(rows.into_iter().filter_map(|row| row.source));
}

fn market(span: (NaiveDate, NaiveDate), quotes: Quotes, chains: &RawChains) -> MarketHistory {
    let dataset = data::load(&root().join("datasets/reconstruction")).expect("the bundled dataset");
    let pricing = Pricing {
        params: &|_| ModelParams::default(),
        quotes,
        chains,
        inputs: &InputRules::lenient(),
    };
    let (first, last) = span;
    MarketHistory::build_priced(&dataset.observations, first, last, &pricing, HORIZON_DAYS)
        .expect("a market")
}

#[test]
fn the_portfolio_of_every_session_is_rebuilt_for_every_shipped_policy() {
    let folder = scratch("journal_portfolio");
    let span = (day("2022-01-03"), day("2022-12-30"));
    let history = market(span, Quotes::Model, &RawChains::new());
    let mut seen = Seen::default();
    for arm in arms() {
        compare(&folder, &history, &arm, &mut seen);
    }
    assert!(seen.sessions > 14_000, "{} sessions", seen.sessions);
    let kinds = [
        "interest",
        "opened",
        "closed",
        "settled",
        "split",
        "variation",
        "purse_credited",
        "purse_charged",
        "purse_refilled",
        "marked",
        "decided",
        "refused",
    ];
    for kind in kinds {
        assert!(seen.kinds.contains(kind), "{kind}: {seen:?}");
    }
    for root in ["SPX", "SPXW", "VIX", "VX", "VIXY"] {
        assert!(seen.roots.contains(root), "{root}: {seen:?}");
    }
}

#[test]
fn the_portfolio_of_every_session_is_rebuilt_from_trades_at_quotes() {
    let folder = scratch("journal_quotes");
    let span = (day("2022-01-03"), day("2022-02-28"));
    let model = market(span, Quotes::Model, &RawChains::new());
    let made = Made {
        noise: 0.02,
        step: 5.0,
        span: (0.8, 1.15),
    };
    let gap = day("2022-02-01")..=day("2022-02-03");
    let days = model.window(span.0, span.1).map(|t| model.view(t).today());
    let chains: RawChains = days
        .filter(|today| !gap.contains(&today.date))
        .map(|today| (today.date, made.quotes(today).into()))
        .collect();
    let mut seen = Seen::default();
    for quotes in [Quotes::Chain, Quotes::ChainThenModel] {
        let history = market(span, quotes, &chains);
        for arm in arms() {
            compare(&folder, &history, &arm, &mut seen);
        }
    }
    for source in ["chain", "model", "carried"] {
        assert!(seen.sources.contains(source), "{source}: {seen:?}");
    }
    assert!(seen.kinds.contains("source_changed"), "{seen:?}");
}
