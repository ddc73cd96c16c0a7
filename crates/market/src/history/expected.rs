//! The same market with VIX futures and options at the mean of what they settle at: a control (docs/worlds.md).

use std::sync::Arc;

use chrono::NaiveDate;

use super::{MarketHistory, Snapshot};
use crate::contract::Right;
use crate::math::norm_inv;
use crate::memo::SharedValues;
use crate::price::Price;
use crate::settlement_law::Expected;
use crate::surface::Slice;

impl MarketHistory {
    /// This market with VIX futures and options worth what `law` expects them to settle at, by position of the session and
    /// expiry. What was published stays: index, VIX, settlement values, and futures where signals read them.
    pub fn with_expected_vix(self, law: impl Fn(usize, NaiveDate) -> Expected) -> MarketHistory {
        let mut snapshots = self.snapshots.to_vec();
        for (t, snapshot) in snapshots.iter_mut().enumerate() {
            snapshot.expect_vix(|expiry| law(t, expiry));
        }
        MarketHistory {
            snapshots: snapshots.into(),
            mornings: None,
            derived: SharedValues::default(),
            ..self
        }
    }

    /// Whether VIX options are worth what they are expected to settle at.
    pub(crate) fn expects_vix(&self) -> bool {
        self.snapshots
            .first()
            .is_some_and(|snapshot| snapshot.vix_expected.is_some())
    }
}

impl Snapshot {
    fn expect_vix(&mut self, law: impl Fn(NaiveDate) -> Expected) {
        let expected: Vec<(NaiveDate, Expected)> = self
            .futures
            .iter()
            .map(|future| (future.expiry, law(future.expiry)))
            .collect();
        for (future, (_, expected)) in self.futures.iter_mut().zip(&expected) {
            future.settle = Price::from_points(expected.future());
            future.modelled = true;
            // Nobody knows how high such a future would have traded.
            future.high = None;
        }
        for slice in &mut self.vix_options {
            let own = expected.binary_search_by_key(&slice.expiry, |(expiry, _)| *expiry);
            if let Ok(at) = own {
                *slice = smile_of(slice, &expected[at].1);
            }
        }
        self.vix_expected = Some(Arc::from(expected));
    }

    /// What a VIX option is expected to settle at, discounted (points); `None` where its prices are the smile's.
    pub(super) fn expected_vix(
        &self,
        slice: &Slice,
        (right, strike): (Right, Price),
    ) -> Option<f64> {
        let all = self.vix_expected.as_ref()?;
        let at = all.binary_search_by_key(&slice.expiry, |(expiry, _)| *expiry);
        Some(
            all[at.ok()?]
                .1
                .option(right, strike.points(), slice.discount),
        )
    }
}

/// The slice's smile on the expected future, at the volatility the expectation has at the money: strikes are looked for on
/// it, nothing is traded at its prices.
fn smile_of(slice: &Slice, expected: &Expected) -> Slice {
    let future = expected.future();
    let moved = slice.moved_to(future, slice.discount);
    // At the money Black's price is F (2 N(d / 2) - 1), with d the deviation to expiry.
    let deviation = 2.0 * norm_inv(0.5 + 0.5 * expected.option(Right::Call, future, 1.0) / future);
    match deviation.is_finite() && deviation > 0.0 {
        true => moved.with_smile(deviation * deviation, slice.psi, slice.rho),
        false => moved,
    }
}
