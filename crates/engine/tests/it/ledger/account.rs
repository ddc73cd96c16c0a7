//! An account kept by hand: cash, what is held, purses and sums by layer.

use book::portfolio::Portfolio;
use chrono::{Datelike, NaiveDate};
use engine::execution::Execution;
use market::contract::Root;
use market::history::{MarketView, Snapshot};

use super::naive::{self, Leg, cents, dollars};

/// What went wrong, in words.
pub type Found<T> = Result<T, String>;

/// Two numbers that must be one.
pub fn same<T: PartialEq + std::fmt::Debug>(what: &str, engine: T, naive: T) -> Found<()> {
    match engine == naive {
        true => Ok(()),
        false => Err(format!(
            "{what}: the engine says {engine:?}, the naive ledger {naive:?}"
        )),
    }
}

/// Something held.
#[derive(Clone, Debug)]
pub struct Held {
    pub id: u32,
    pub layer: usize,
    /// With their last known mids.
    pub legs: Vec<Leg>,
    pub contracts: i64,
    pub entry_net: i64,
    pub opened: NaiveDate,
    pub margin: i64,
    pub is_margined: bool,
    pub last_settle: i64,
    pub variation: i64,
}

impl Held {
    pub fn root(&self) -> Root {
        self.legs[0].contract.root
    }

    pub fn expiry(&self) -> NaiveDate {
        self.legs[0].contract.expiry
    }

    /// Worth of one unit at the last known mids.
    pub fn worth(&self) -> i64 {
        self.legs.iter().map(|leg| leg.mid * leg.quantity).sum()
    }
}

/// Money set aside for a layer.
#[derive(Clone, Debug, Default)]
pub struct Purse {
    pub balance: i64,
    pub credited: i64,
    pub refilled: i64,
    pub spent: i64,
    pub premium: i64,
    pub forgone: i64,
    pub lapsed: i64,
    received: Vec<(NaiveDate, i64)>,
}

impl Purse {
    /// What is more than was received in the last weeks, before today's credit.
    pub fn lapses(&self, today: NaiveDate, weeks: i64) -> i64 {
        let mut recent = 0;
        for (date, amount) in &self.received {
            if (today - *date).num_days() < weeks * 7 {
                recent += amount;
            }
        }
        (self.balance - recent).max(0)
    }

    pub fn credit(&mut self, today: NaiveDate, amount: i64, lapsed: i64) {
        self.received.push((today, amount));
        self.credited += amount;
        self.lapsed += lapsed;
        self.balance = self.balance - lapsed + amount;
    }

    pub fn refill(&mut self, today: NaiveDate, amount: i64) {
        self.received.push((today, amount));
        self.refilled += amount;
        self.balance += amount;
    }
}

/// Sums of a layer.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    pub flows_at_mid: i64,
    pub slippage: i64,
    pub fees: i64,
    pub premium: i64,
    pub units: i64,
    pub value: i64,
}

/// The account.
#[derive(Clone, Debug)]
pub struct Account {
    pub start: i64,
    pub cash: i64,
    pub interest: i64,
    pub held: Vec<Held>,
    pub purses: Vec<Purse>,
    pub sums: Vec<Sums>,
    pub numbers: u32,
    /// What purchases of a calendar year were charged.
    charged: (i32, i64),
    pub last_purchase: Vec<Option<NaiveDate>>,
}

/// What was traded of a package, in money.
#[derive(Clone, Copy, Debug)]
pub struct Moved {
    pub cash: i64,
    pub at_mid: i64,
    pub slippage: i64,
    pub fees: i64,
}

impl Account {
    pub fn new(start: i64, layers: usize) -> Account {
        Account {
            start,
            cash: start,
            interest: 0,
            held: Vec::new(),
            purses: vec![Purse::default(); layers],
            sums: vec![Sums::default(); layers],
            numbers: 0,
            charged: (0, 0),
            last_purchase: vec![None; layers],
        }
    }

    pub fn find(&mut self, id: u32) -> Found<usize> {
        let place = self.held.iter().position(|held| held.id == id);
        place.ok_or_else(|| format!("package {id} is not held"))
    }

    /// Books a trade: a future moves no premium, only what it cost against mid.
    pub fn book(&mut self, layer: usize, moved: Moved) {
        self.cash += moved.cash + moved.fees;
        self.sums[layer].flows_at_mid += moved.at_mid;
        self.sums[layer].slippage += moved.slippage;
        self.sums[layer].fees += moved.fees;
    }

    /// Cash, and what is held at its last marks.
    pub fn worth(&self) -> i64 {
        let open = self.held.iter().filter(|held| !held.is_margined);
        self.cash
            + open
                .map(|held| dollars(held.worth(), held.contracts, held.root()))
                .sum::<i64>()
    }

    /// Margin of defined risk, and initial margin of what is margined.
    pub fn margins(&self, snapshot: &Snapshot, execution: &Execution) -> (i64, i64) {
        let (mut defined, mut futures) = (0, 0);
        for held in &self.held {
            match held.is_margined {
                true => {
                    let leg = &held.legs[0];
                    let each =
                        naive::future_margin(&leg.contract, held.last_settle, snapshot, execution);
                    futures += each * held.contracts * leg.quantity.abs();
                }
                false => defined += held.margin * held.contracts,
            }
        }
        (defined, futures)
    }

    /// Margin less the credits of what ties it up.
    pub fn buying_power(&self, snapshot: &Snapshot, execution: &Execution) -> i64 {
        let (defined, futures) = self.margins(snapshot, execution);
        let mut credits = 0;
        for held in &self.held {
            if held.margin > 0 && held.entry_net > 0 {
                credits += dollars(held.entry_net, held.contracts, held.root());
            }
        }
        defined + futures - credits
    }

    /// Takes today's mids, and the value of each layer from them.
    pub fn mark(&mut self, snapshot: &Snapshot) {
        for sums in &mut self.sums {
            sums.value = 0;
        }
        for held in &mut self.held {
            for leg in &mut held.legs {
                if let Some(mid) = snapshot.mid(&leg.contract) {
                    leg.mid = mid.0;
                }
            }
            if !held.is_margined {
                self.sums[held.layer].value += dollars(held.worth(), held.contracts, held.root());
            }
        }
    }

    /// Equity without interest.
    pub fn trading_equity(&self) -> i64 {
        self.cash - self.interest + self.sums.iter().map(|sums| sums.value).sum::<i64>()
    }

    pub fn note_purchase(&mut self, layer: usize, charge: i64, today: NaiveDate) {
        let before = if self.charged.0 == today.year() {
            self.charged.1
        } else {
            0
        };
        self.charged = (today.year(), before + charge);
        self.last_purchase[layer] = Some(today);
    }

    /// What is left of a yearly cap.
    pub fn left_of(&self, cap_usd: f64, today: NaiveDate) -> i64 {
        let spent = if self.charged.0 == today.year() {
            self.charged.1
        } else {
            0
        };
        (cents(cap_usd) - spent).max(0)
    }

    /// Whether the engine's account at the end is this one.
    pub fn compare(&self, engine: &Portfolio) -> Found<()> {
        same("cash", engine.cash.0, self.cash)?;
        same("interest", engine.interest.0, self.interest)?;
        same("packages", engine.packages.len(), self.held.len())?;
        for (layer, (theirs, ours)) in engine.ledgers.iter().zip(&self.sums).enumerate() {
            let theirs = [
                theirs.flows_at_mid.0,
                theirs.slippage.0,
                theirs.fees.0,
                theirs.premium.0,
                theirs.units,
            ];
            let ours = [
                ours.flows_at_mid,
                ours.slippage,
                ours.fees,
                ours.premium,
                ours.units,
            ];
            same(&format!("sums of layer {layer}"), theirs, ours)?;
        }
        for (layer, (theirs, ours)) in engine.purses.iter().zip(&self.purses).enumerate() {
            let out = ours.spent + ours.forgone + ours.lapsed + ours.balance;
            same(
                &format!("what came into purse {layer}"),
                ours.credited + ours.refilled,
                out,
            )?;
            let theirs = [
                theirs.balance.0,
                theirs.credited.0,
                theirs.refilled.0,
                theirs.spent.0,
                theirs.premium.0,
                theirs.forgone.0,
                theirs.lapsed.0,
            ];
            let ours = [
                ours.balance,
                ours.credited,
                ours.refilled,
                ours.spent,
                ours.premium,
                ours.forgone,
                ours.lapsed,
            ];
            same(&format!("purse {layer}"), theirs, ours)?;
        }
        Ok(())
    }
}

/// The value contracts settle at on their day, and whether it stands in for the official one.
pub fn settlement(root: Root, expiry: NaiveDate, view: MarketView<'_>) -> Found<(i64, bool)> {
    let today = &view.today().settlements;
    let before = view.back(1).ok_or("nothing settles on the first session")?;
    Ok(match root {
        Root::Spxw => (today.spx_close.0, false),
        Root::Spx => match (today.spx_set, today.spx_open) {
            (Some(set), _) => (set.0, false),
            (None, Some(open)) => (open.0, true),
            (None, None) => (before.settlements.spx_close.0, true),
        },
        Root::Vix | Root::Vx => match (
            today.vro,
            before.futures.iter().find(|f| f.expiry == expiry),
        ) {
            (Some((vro, stands_in)), _) => (vro.0, stands_in),
            (None, Some(future)) => (future.settle.0, true),
            (None, None) => (naive::units(before.vix), true),
        },
        Root::Fund(_) => return Err("a fund settled".into()),
    })
}
