//! Signals that read several sources at once: headline days, how far a fall has resolved, and when time decay is cheap.

use super::{SignalContext, z_score};
use crate::breadth::realised_vol;
use crate::releases;
use crate::signal::{EventName, Signal, Window};
use crate::window::{Values, against_before, both, max, mean, trailing};

impl SignalContext<'_> {
    pub(super) fn headline(self, deviations: f64, vix_fall: f64) -> Values {
        let spx = self.source("spx");
        let vix = self.source("vix");
        let moved = against_before(&spx, 1, |new, old| new / old - 1.0);
        let near = |event| releases::sessions_since(self.history, event);
        let fomc = near(EventName::Fomc);
        let cpi = near(EventName::Cpi);
        (0..spx.len())
            .map(|t| {
                let r = moved[t]?;
                let before = vix[t.checked_sub(1)?]?;
                let fallen = vix[t]? <= (1.0 - vix_fall) * vix[t.checked_sub(2)?]?;
                let jump = fallen && r >= deviations * before / 100.0 / 252f64.sqrt();
                let release = fomc[t] == Some(0.0) || cpi[t] == Some(0.0);
                Some(f64::from(u8::from(jump || (release && r > 0.0))))
            })
            .collect()
    }

    pub(super) fn resolution(
        self,
        vix_ratio: f64,
        advance_ratio: f64,
        cpi: &[Option<f64>],
        ppi: &[Option<f64>],
    ) -> Values {
        let is = |values: Values, test: &dyn Fn(f64) -> bool| -> Values {
            values
                .into_iter()
                .map(|v| v.map(|v| f64::from(u8::from(test(v)))))
                .collect()
        };
        let spx = self.source("spx");
        let ratio = both(&self.source("vix"), &self.source("vix3m"), |a, b| a / b);
        let vvix = against_before(&self.source("vvix"), 10, |new, old| new - old);
        let spread = against_before(&self.source("credit_spread"), 5, |new, old| new - old);
        let advance = trailing(&self.source("advance_ratio"), 10, mean);
        let worst = both(cpi, ppi, f64::max);
        let calmer = both(
            &realised_vol(&spx, 5),
            &realised_vol(&spx, 21),
            |short, long| short - long,
        );
        let points = [
            is(ratio, &|v| v < vix_ratio),
            is(vvix, &|v| v < 0.0),
            is(spread, &|v| v < 0.0),
            is(advance, &|v| v > advance_ratio),
            is(worst, &|v| v <= 0.0),
            is(calmer, &|v| v < 0.0),
        ];
        points.iter().fold(vec![Some(0.0); spx.len()], |sum, p| {
            both(&sum, p, |a, b| a + b)
        })
    }

    pub(super) fn temporal_theta(self, signal: &Signal) -> Values {
        let Signal::TemporalTheta {
            high_ratio,
            vix9d_ratio,
            vix9d_z,
            vix_fall,
        } = signal
        else {
            return Vec::new();
        };
        let spx = self.source("spx");
        let vix = self.source("vix");
        let high = trailing(&spx, 252, |w| Some(w.last()? / max(w)));
        let ratio = both(&self.source("vix9d"), &vix, |short, long| short / long);
        let z = z_score(&ratio, 63, Window::Trailing);
        let change = against_before(&vix, 5, |new, old| new / old - 1.0);
        let premium = both(&vix, &realised_vol(&spx, 21), |iv, rv| iv - rv);
        (0..spx.len())
            .map(|t| {
                let short_cheap = ratio[t]? <= *vix9d_ratio || z[t]? <= *vix9d_z;
                let pressed = high[t]? >= *high_ratio
                    && short_cheap
                    && change[t]? <= -vix_fall
                    && premium[t]? > 0.0;
                Some(f64::from(u8::from(pressed)))
            })
            .collect()
    }
}
