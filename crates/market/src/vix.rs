//! VIX futures and VIX options from index levels (docs/model.md#vix-futures-and-vix-options). Published settlements always override the model.

use std::sync::OnceLock;

use chrono::NaiveDate;

use crate::contract::Settlement;
use crate::math::{exp, ln, powf};
use crate::pchip::Pchip;
use crate::surface::{IndexLevels, Slice, nodes_of, total_variance};

/// Long-run volatility of VIX options, in units of VVIX / 100.
const LONG_RUN: f64 = 0.90;
/// Decay per year of that long-run part, and of excursions from it.
const SLOW: f64 = 1.45;
const FAST: f64 = 6.0;
/// At-the-money volatility over VVIX at thirty days.
const ATM_OVER_VVIX: f64 = 0.88;
/// Skew of VIX options: calls are dearer.
const RHO: f64 = 0.70;
const PSI_RANGE: (f64, f64) = (0.50, 1.10);
/// VVIX where a dataset has none.
const VVIX_WITHOUT_DATA: f64 = 90.0;

/// Knots of the regression for futures from ninety days: days, c, a, g.
const REGRESSION: [(f64, f64, f64, f64); 8] = [
    (0.0, -0.012, 0.912, 0.141),
    (15.0, -0.037, 0.234, 0.001),
    (30.0, -0.052, -0.015, 0.180),
    (60.0, -0.066, -0.218, 0.645),
    (90.0, -0.078, -0.088, 1.337),
    (120.0, -0.080, 0.042, 1.851),
    (150.0, -0.087, 0.129, 2.260),
    (180.0, -0.081, 0.274, 2.703),
];

/// The VIX market of one session.
#[derive(Clone, Debug)]
pub struct VixTerm {
    date: NaiveDate,
    variance: Pchip,
    vix: f64,
    vix3m: f64,
    vix6m: f64,
    vvix: f64,
}

impl VixTerm {
    /// From closing levels. Without VVIX its long-run level stands in, without the six-month index the three-month one.
    pub fn new(date: NaiveDate, levels: &IndexLevels, vvix: Option<f64>) -> VixTerm {
        let mut nodes = [(0.0, 0.0); 5];
        let mut n = 1;
        for (days, level) in nodes_of(levels) {
            nodes[n] = (days as f64, total_variance(level, days).max(nodes[n - 1].1));
            n += 1;
        }
        VixTerm {
            date,
            variance: Pchip::new(&nodes[..n]),
            vix: levels.vix,
            vix3m: levels.vix3m,
            vix6m: levels.vix6m.unwrap_or(levels.vix3m),
            vvix: vvix.unwrap_or(VVIX_WITHOUT_DATA),
        }
    }

    /// Model price of a future `days` calendar days ahead (vol points): structural to 60 days, regression from 90, a
    /// linear blend between.
    pub fn future(&self, days: f64) -> f64 {
        if days <= 60.0 {
            self.structural(days)
        } else if days >= 90.0 {
            self.regression(days)
        } else {
            let share = (days - 60.0) / 30.0;
            (1.0 - share) * self.structural(days) + share * self.regression(days)
        }
    }

    /// The structural model: forward variance of the thirty days after `days`, less the convexity of the square root.
    pub fn structural(&self, days: f64) -> f64 {
        let forward_variance =
            (self.variance.at(days + 30.0) - self.variance.at(days)) * 365.0 / 30.0;
        let t = days / 365.0;
        let vol = if t > 0.0 { self.atm_vol(t) } else { 0.0 };
        100.0 * forward_variance.max(0.0).sqrt() * exp(-0.5 * vol * vol * t)
    }

    /// The regression on the ratios of the indices, flat beyond 180 days.
    pub fn regression(&self, days: f64) -> f64 {
        let days = days.min(REGRESSION[7].0);
        let i = REGRESSION[1..7]
            .iter()
            .take_while(|knot| knot.0 <= days)
            .count();
        let low = REGRESSION[i];
        let high = REGRESSION[i + 1];
        let share = (days - low.0) / (high.0 - low.0);
        let between = |a: f64, b: f64| a + share * (b - a);
        let c = between(low.1, high.1);
        let a = between(low.2, high.2);
        let g = between(low.3, high.3);
        self.vix3m * exp(c + a * ln(self.vix / self.vix3m) + g * ln(self.vix6m / self.vix3m))
    }

    /// At-the-money volatility of options `t` years ahead.
    pub fn atm_vol(&self, t: f64) -> f64 {
        self.atm_vol_of(&OfTime::new(t))
    }

    fn atm_vol_of(&self, of_time: &OfTime) -> f64 {
        ATM_OVER_VVIX * (LONG_RUN * of_time.slow + (self.vvix / 100.0 - LONG_RUN) * of_time.fast)
    }

    /// The smile of options that settle on `expiry`, on the future of the same expiry. `None` without time left or
    /// with a volatility that is none (VVIX far below anything seen).
    pub fn option_slice(
        &self,
        expiry: NaiveDate,
        dte: i32,
        future: f64,
        discount: f64,
    ) -> Option<Slice> {
        debug_assert_eq!((expiry - self.date).num_days(), i64::from(dte));
        if dte <= 0 {
            return None;
        }
        let t = f64::from(dte) / 365.0;
        let of_time = OfTime::of_days(dte);
        let atm_vol = self.atm_vol_of(&of_time);
        if atm_vol <= 0.0 || future <= 0.0 {
            return None;
        }
        let theta = atm_vol * atm_vol * t;
        let psi = of_time.psi;
        Some(Slice {
            expiry,
            settlement: Settlement::Am,
            dte,
            t,
            forward: future,
            log_forward: ln(future),
            discount,
            atm_vol,
            psi,
            rho: RHO,
            theta,
            phi: psi / theta.sqrt(),
        })
    }
}

/// What depends on the time to expiry alone.
#[derive(Clone, Copy, Debug)]
struct OfTime {
    /// What is left of the long-run part, and of an excursion from it.
    slow: f64,
    fast: f64,
    psi: f64,
}

/// Days to expiry of which it is kept: every session asks for eight or nine of these.
const KEPT_DAYS: usize = 400;

impl OfTime {
    fn new(t: f64) -> OfTime {
        OfTime {
            slow: decay(t, SLOW),
            fast: decay(t, FAST),
            psi: (0.98 * powf(t * 365.0 / 30.0, -0.17)).clamp(PSI_RANGE.0, PSI_RANGE.1),
        }
    }

    /// That of so many days, worked out once.
    fn of_days(dte: i32) -> OfTime {
        static KEPT: [OnceLock<OfTime>; KEPT_DAYS] = [const { OnceLock::new() }; KEPT_DAYS];
        let new = || OfTime::new(f64::from(dte) / 365.0);
        let kept = usize::try_from(dte).ok().and_then(|dte| KEPT.get(dte));
        kept.map_or_else(new, |kept| *kept.get_or_init(new))
    }
}

/// Average volatility to `t` of a shock that dies out at `kappa` per year, relative to thirty days, at most 1.
fn decay(t: f64, kappa: f64) -> f64 {
    let damping = |t: f64| {
        let x = 2.0 * kappa * t;
        ((1.0 - exp(-x)) / x).sqrt()
    };
    (damping(t) / damping(30.0 / 365.0)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_a_number_of_days_is_what_its_time_gives() {
        for dte in [1, 2, 30, 399, 400, 1_000, 30] {
            let kept = OfTime::of_days(dte);
            let anew = OfTime::new(f64::from(dte) / 365.0);
            for (kept, anew) in [
                (kept.slow, anew.slow),
                (kept.fast, anew.fast),
                (kept.psi, anew.psi),
            ] {
                assert_eq!(kept.to_bits(), anew.to_bits(), "{dte}");
            }
        }
    }
}
