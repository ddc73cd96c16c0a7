//! The curve of VIX futures of a day, by days to settlement.

use chrono::NaiveDate;
use market::math::ln;
use market::observations::VxSettlement;

/// Days at which curves of different days are compared.
pub(crate) const NODES: [f64; 10] = [
    0.0, 30.0, 60.0, 90.0, 120.0, 150.0, 180.0, 210.0, 240.0, 270.0,
];

/// Logarithms of one number per node.
pub(crate) type AtNodes = [f64; NODES.len()];

/// A future as a day saw it.
#[derive(Clone, Copy, Debug)]
struct Point {
    days: f64,
    /// Logarithm of the settlement over VIX.
    ratio: f64,
    /// Logarithm of the highest trade over the settlement.
    high: Option<f64>,
}

/// The curve of one day: settlements over VIX, on a line in days from VIX itself, level beyond the last contract.
#[derive(Clone, Debug, Default)]
pub(crate) struct Curve(Vec<Point>);

impl Curve {
    /// From the rows of a day; `None` where there is no settlement.
    pub fn new(date: NaiveDate, vix: f64, rows: &[VxSettlement]) -> Option<Curve> {
        let live = rows
            .iter()
            .filter(|row| row.expiry > date && row.settle > 0.0);
        let points: Vec<Point> = live
            .map(|row| Point {
                days: (row.expiry - date).num_days() as f64,
                ratio: ln(row.settle / vix),
                high: row
                    .high
                    .filter(|high| *high > 0.0)
                    .map(|high| ln(high / row.settle)),
            })
            .collect();
        (!points.is_empty()).then_some(Curve(points))
    }

    /// Logarithm of the future over VIX so many days ahead.
    pub fn at(&self, days: f64) -> f64 {
        let after = self.0.partition_point(|point| point.days < days);
        let Some(far) = self.0.get(after) else {
            return self.0.last().map_or(0.0, |last| last.ratio);
        };
        if far.days == days {
            return far.ratio;
        }
        let (near_days, near) = match after.checked_sub(1) {
            Some(before) => (self.0[before].days, self.0[before].ratio),
            None => (0.0, 0.0),
        };
        near + (days - near_days) / (far.days - near_days) * (far.ratio - near)
    }

    /// The same at every node.
    pub fn at_nodes(&self) -> AtNodes {
        NODES.map(|days| self.at(days))
    }

    /// Logarithm of the highest trade over the settlement, of the contract nearest to so many days ahead.
    pub fn high(&self, days: f64) -> Option<f64> {
        let distance = |point: &&Point| (point.days - days).abs();
        let nearest = self
            .0
            .iter()
            .min_by(|a, b| distance(a).total_cmp(&distance(b)));
        nearest.and_then(|point| point.high)
    }
}

/// A value between nodes.
pub(crate) fn between(at_nodes: &AtNodes, days: f64) -> f64 {
    let after = NODES.partition_point(|node| *node < days).max(1);
    let Some(far) = NODES.get(after) else {
        return at_nodes[NODES.len() - 1];
    };
    let near = NODES[after - 1];
    let share = (days - near) / (far - near);
    at_nodes[after - 1] + share * (at_nodes[after] - at_nodes[after - 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_meets_its_contracts_and_vix() {
        let date = NaiveDate::from_ymd_opt(2022, 6, 1).unwrap();
        let row = |days: u64, settle: f64, high: Option<f64>| VxSettlement {
            trade_date: date,
            expiry: date + chrono::Days::new(days),
            settle,
            high,
        };
        let rows = [row(14, 21.0, Some(22.0)), row(49, 23.0, None)];
        let curve = Curve::new(date, 20.0, &rows).unwrap();
        let future = |days: f64| 20.0 * market::math::exp(curve.at(days));
        for (days, wanted) in [(0.0, 20.0), (14.0, 21.0), (49.0, 23.0), (200.0, 23.0)] {
            assert!((future(days) - wanted).abs() < 1e-12, "{days}");
        }
        assert!(future(7.0) > 20.0 && future(7.0) < 21.0);
        assert_eq!(curve.high(10.0), Some(ln(22.0 / 21.0)));
        assert_eq!(curve.high(40.0), None);
        assert!(Curve::new(date, 20.0, &[]).is_none());
        let nodes = curve.at_nodes();
        assert_eq!(between(&nodes, 0.0), 0.0);
        assert_eq!(between(&nodes, 60.0), nodes[2]);
        assert_eq!(between(&nodes, 500.0), nodes[9]);
    }
}
