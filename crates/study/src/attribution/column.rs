//! One contract from close to close: its greeks, its change, and what the greeks say the change should have been.

use std::collections::BTreeMap;
use std::ops::Range;

use engine::settle::settlement_value;
use market::contract::Contract;
use market::history::{MarketHistory, MarketView};
use market::price::Price;

/// Terms of the expansion of a change of price, in the order of [`TERMS`].
pub const TERMS: [&str; 6] = ["delta", "gamma", "vega", "theta", "vanna", "volga"];

/// One long contract from one close to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Step {
    /// Change of the mid, or to the settlement value (points).
    pub change: Price,
    /// What each greek of the first close explains of it (points).
    pub terms: [f64; TERMS.len()],
    /// Greeks at the first close: delta (per point of its forward), gamma (per point squared), vega (per 1.00 of
    /// volatility), theta (per year of calendar time).
    pub greeks: [f64; 4],
}

/// The steps of one contract over the closes at which somebody held it.
#[derive(Clone, Debug)]
pub struct Column {
    first: usize,
    steps: Vec<Step>,
}

/// Columns of all contracts that are held in a window.
pub type Columns = BTreeMap<Contract, Column>;

/// What a close says about a contract.
#[derive(Clone, Copy)]
struct Close {
    mid: Price,
    forward: f64,
    vol: f64,
}

impl Column {
    /// Steps from each close of `held` (positions in the history) to the one after.
    pub fn new(history: &MarketHistory, contract: &Contract, held: Range<usize>) -> Column {
        let mut before = close(history.view(held.start), contract, Price::ZERO);
        Column {
            first: held.start,
            steps: held
                .map(|t| {
                    let today = history.view(t);
                    let next = history.view(t + 1);
                    let (step, after) = step(today, next, contract, before);
                    before = after;
                    step
                })
                .collect(),
        }
    }

    /// The step from the close of session `t` to the next.
    ///
    /// # Panics
    /// If nobody held the contract at that close.
    pub fn step(&self, t: usize) -> &Step {
        &self.steps[t - self.first]
    }
}

/// A mid that the snapshot lacks is that of the close before, as in the marks.
fn close(view: MarketView<'_>, contract: &Contract, carried: Price) -> Close {
    let mid = view.today().mid(contract).unwrap_or(carried);
    let Some((_, strike)) = contract.option else {
        return Close {
            mid,
            forward: mid.points(),
            vol: 0.0,
        };
    };
    match view.today().slice(contract.root, contract.expiry) {
        Some(slice) => Close {
            mid,
            forward: slice.forward,
            vol: slice.vol(strike.points()),
        },
        None => Close {
            mid,
            forward: 0.0,
            vol: 0.0,
        },
    }
}

fn step(
    today: MarketView<'_>,
    next: MarketView<'_>,
    contract: &Contract,
    before: Close,
) -> (Step, Close) {
    let settles = next.today().date >= contract.expiry;
    let after = if settles {
        let (value, _) = settlement_value(contract.root, contract.expiry, next);
        // At expiry volatility has no meaning any more; what it explained is in the residual.
        Close {
            mid: contract.payoff(value),
            forward: value.points(),
            vol: before.vol,
        }
    } else {
        close(next, contract, before.mid)
    };
    let years = f64::from(next.day_number() - today.day_number()) / 365.0;
    let greeks = greeks(today, contract);
    let mut step = Step {
        change: after.mid - before.mid,
        greeks: greeks.first,
        ..Step::default()
    };
    if before.forward > 0.0 && after.forward > 0.0 {
        let move_ = after.forward - before.forward;
        let vol = after.vol - before.vol;
        let [delta, gamma, vega, theta] = greeks.first;
        step.terms = [
            delta * move_,
            0.5 * gamma * move_ * move_,
            vega * vol,
            theta * years,
            greeks.vanna * move_ * vol,
            0.5 * greeks.volga * vol * vol,
        ];
    }
    (step, after)
}

struct Greeks {
    first: [f64; 4],
    vanna: f64,
    volga: f64,
}

/// Black-76 greeks with the strike's own smile volatility, the smile moving with the strike held: what its volatility
/// does when the forward moves is vega's, vanna's and volga's.
fn greeks(view: MarketView<'_>, contract: &Contract) -> Greeks {
    let none = Greeks {
        first: [0.0; 4],
        vanna: 0.0,
        volga: 0.0,
    };
    let Some((right, strike)) = contract.option else {
        return Greeks {
            first: [1.0, 0.0, 0.0, 0.0],
            ..none
        };
    };
    let Some(slice) = view.today().slice(contract.root, contract.expiry) else {
        return none;
    };
    let strike = strike.points();
    let g = slice.greeks(right, strike);
    let vol = slice.vol(strike);
    let deviation = vol * slice.t.max(0.0).sqrt();
    if deviation <= 0.0 {
        return Greeks {
            first: [g.delta, 0.0, 0.0, 0.0],
            ..none
        };
    }
    let d1 = (slice.log_forward - market::math::ln(strike)) / deviation + 0.5 * deviation;
    let d2 = d1 - deviation;
    // d vega / dF = vega / F (1 - d1 / deviation); d vega / d vol = vega d1 d2 / vol.
    let vanna = g.vega / slice.forward * (1.0 - d1 / deviation);
    Greeks {
        first: [g.delta, g.gamma, g.vega, g.theta],
        vanna,
        volga: g.vega * d1 * d2 / vol,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use market::contract::{Right, Root};
    use runfile::config::Window;
    use runfile::published_index::PublishedIndex;
    use std::sync::atomic::AtomicBool;

    fn history() -> MarketHistory {
        let day = |text: &str| text.parse().expect("a date");
        let window = Window {
            name: "made".to_string(),
            first: day("2022-03-01"),
            last: day("2022-03-04"),
        };
        let config = PublishedIndex::Put.run(window).expect("the shipped run");
        let observations = reconstruction::reconstruct(reconstruction::SEED);
        let (chains, stop) = (Default::default(), AtomicBool::new(false));
        crate::markets::headline_market(&config, &observations, &chains, 60, &stop)
            .expect("a complete market")
    }

    #[test]
    fn vanna_and_volga_are_the_slopes_of_vega_in_the_forward_and_in_the_volatility() {
        let history = history();
        let view = history.view(0);
        let mut slices = view.today().slices(Root::Spxw).iter();
        let slice = slices.find(|slice| slice.t > 0.05).expect("weeks ahead");
        for share in [0.9, 1.0, 1.1] {
            let strike = (slice.forward * share / 5.0).round() * 5.0;
            let contract = Contract {
                root: Root::Spxw,
                expiry: slice.expiry,
                option: Some((Right::Put, Price::from_points(strike))),
            };
            let found = greeks(view, &contract);
            let vol = slice.vol(strike);
            // Vega is the discount times F phi(d1) sqrt(t); the discount follows from the vega that is told.
            let plain = |forward: f64, vol: f64| {
                let deviation = vol * slice.t.sqrt();
                let d1 = market::math::ln(forward / strike) / deviation + 0.5 * deviation;
                forward * market::math::exp(-0.5 * d1 * d1)
            };
            let scale = found.first[2] / plain(slice.forward, vol);
            let step = 1e-4;
            let up = slice.forward * (1.0 + step);
            let down = slice.forward * (1.0 - step);
            let vanna = scale * (plain(up, vol) - plain(down, vol)) / (up - down);
            let volga = scale
                * (plain(slice.forward, vol + step) - plain(slice.forward, vol - step))
                / (2.0 * step);
            let close = |a: f64, b: f64| (a - b).abs() < 1e-3 * (b.abs() + found.first[2] * 1e-3);
            assert!(
                close(found.vanna, vanna),
                "{share}: {} {vanna}",
                found.vanna
            );
            assert!(
                close(found.volga, volga),
                "{share}: {} {volga}",
                found.volga
            );
        }
    }

    #[test]
    fn a_contract_without_a_smile_has_no_greeks_and_a_future_only_its_delta() {
        let history = history();
        let view = history.view(0);
        let far = "2031-01-17".parse().expect("a date");
        let none = Contract {
            root: Root::Spxw,
            expiry: far,
            option: Some((Right::Call, Price::from_points(4000.0))),
        };
        let found = greeks(view, &none);
        assert_eq!(
            (found.first, found.vanna, found.volga),
            ([0.0; 4], 0.0, 0.0)
        );
        let future = Contract {
            root: Root::Vx,
            expiry: far,
            option: None,
        };
        let found = greeks(view, &future);
        let first = [1.0, 0.0, 0.0, 0.0];
        assert_eq!((found.first, found.vanna, found.volga), (first, 0.0, 0.0));
    }
}
