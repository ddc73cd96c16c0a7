//! Discounting from Treasury bill yields (docs/model.md#forward-and-discounting).

use crate::math;

/// Bill yields by term. Linear in the term between points, flat outside; no points mean a rate of zero.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BillCurve {
    points: Vec<(f64, f64)>,
}

impl BillCurve {
    /// From `(term in years, bond-equivalent yield in percent per year)`, terms ascending.
    pub fn new(yields: &[(f64, f64)]) -> BillCurve {
        debug_assert!(yields.windows(2).all(|w| w[0].0 < w[1].0), "terms ascend");
        BillCurve {
            points: yields.to_vec(),
        }
    }

    /// Continuously compounded rate per year to `years`: `2 ln(1 + y/2)`.
    pub fn rate(&self, years: f64) -> f64 {
        BillCurve::rate_of(self.bond_equivalent_yield(years))
    }

    /// The rate of a bond-equivalent yield per year.
    #[inline(always)]
    pub(crate) fn rate_of(bond_equivalent_yield: f64) -> f64 {
        2.0 * math::ln(1.0 + bond_equivalent_yield / 2.0)
    }

    /// Discount factor to `years`.
    pub fn discount(&self, years: f64) -> f64 {
        math::exp(-self.rate(years) * years)
    }

    /// The bond-equivalent yield to `years` \[per year\].
    pub(crate) fn bond_equivalent_yield(&self, years: f64) -> f64 {
        let after = self.points.partition_point(|(term, _)| *term < years);
        let percent = match (
            after.checked_sub(1).map(|i| self.points[i]),
            self.points.get(after),
        ) {
            (Some(low), Some(high)) => {
                low.1 + (high.1 - low.1) * (years - low.0) / (high.0 - low.0)
            }
            (Some(last), None) => last.1,
            (None, Some(first)) => first.1,
            (None, None) => 0.0,
        };
        percent / 100.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yields_are_linear_between_terms_and_flat_outside() {
        let curve = BillCurve::new(&[(0.25, 4.0), (0.5, 5.0)]);
        let rate = |y: f64| 2.0 * math::ln(1.0 + y / 200.0);
        assert_eq!(curve.rate(0.1), rate(4.0));
        assert_eq!(curve.rate(0.375), rate(4.5));
        assert_eq!(curve.rate(2.0), rate(5.0));
        assert!((curve.discount(0.5) - 1.0 / (1.0 + 0.025)).abs() < 1e-15);
        assert_eq!(BillCurve::default().discount(1.0), 1.0);
    }
}
