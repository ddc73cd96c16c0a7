//! Dated cash flows, discounted side by side.

use crate::math::exp;
use crate::widest::widest;

widest! {
    /// Writes into `out` what each flow is worth at a yearly rate whose logarithm of one more is `log`: it is due in so many
    /// `days`. As far as all three columns reach.
    pub discount = discount_body(log: f64, days: &[f64], usd: &[f64], out: &mut [f64])
}

#[inline(always)]
fn discount_body(log: f64, days: &[f64], usd: &[f64], out: &mut [f64]) {
    let n = out.len().min(days.len()).min(usd.len());
    let days = &days[..n];
    let usd = &usd[..n];
    let out = &mut out[..n];
    for i in 0..n {
        out[i] = usd[i] * exp(-log * days[i] / 365.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flows_discounted_side_by_side_are_each_discounted_alone_to_the_last_bit() {
        for n in (0..40).chain([257]) {
            let days: Vec<f64> = (0..n).map(|i| f64::from(i * 7_919 % 4_001)).collect();
            let usd: Vec<f64> = (0..n).map(|i| f64::from(i * 31 % 97) - 48.5).collect();
            for log in [-9.2, -0.3, 0.0, 0.07, 6.9] {
                let mut found = vec![0.0; days.len()];
                discount(log, &days, &usd, &mut found);
                let alone = days.iter().zip(&usd);
                let alone: Vec<u64> = alone
                    .map(|(days, usd)| (usd * exp(-log * days / 365.0)).to_bits())
                    .collect();
                let found: Vec<u64> = found.into_iter().map(f64::to_bits).collect();
                assert_eq!(found, alone, "{n} flows at {log}");
            }
        }
    }
}
