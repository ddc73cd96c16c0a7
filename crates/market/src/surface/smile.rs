//! From a variance to a smile: the formulas of a slice, for one expiry or for all of a session side by side.

use crate::curve::BillCurve;
use crate::math::{exp, ln, tanh};
use crate::widest::widest;

const ATM_RATIO_RANGE: (f64, f64) = (0.65, 1.00);
const PSI_RANGE: (f64, f64) = (0.25, 1.30);
const RHO_RANGE: (f64, f64) = (-0.80, -0.20);

/// The numbers that all slices of a session have in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbers {
    pub spot: f64,
    pub log_vix: f64,
    pub skew: f64,
    pub atm_shift: f64,
    pub psi_factor: f64,
    pub rho_shift: f64,
    pub dividend_yield: f64,
}

/// What a slice consists of besides its expiry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Smile {
    pub forward: f64,
    pub log_forward: f64,
    pub discount: f64,
    pub atm_vol: f64,
    pub psi: f64,
    pub rho: f64,
    pub theta: f64,
    pub phi: f64,
}

impl Numbers {
    /// The smile `dte` days and `t` years ahead of a total variance and a bond-equivalent yield.
    #[inline(always)]
    pub fn smile(&self, dte: f64, t: f64, variance: f64, bond_yield: f64) -> Smile {
        let swap_vol = (variance / t).sqrt();
        let log_dte = ln(dte / 30.0);
        let atm_vol = swap_vol * self.atm_ratio(log_dte);
        let rate = BillCurve::rate_of(bond_yield);
        let forward = self.spot * exp((rate - self.dividend_yield) * t);
        let psi = self.psi(log_dte);
        let theta = atm_vol * atm_vol * t;
        Smile {
            forward,
            log_forward: ln(forward),
            discount: exp(-rate * t),
            atm_vol,
            psi,
            rho: self.rho(log_dte),
            theta,
            phi: psi / theta.sqrt(),
        }
    }

    /// At-the-money volatility over variance-swap volatility.
    #[inline(always)]
    fn atm_ratio(&self, log_dte: f64) -> f64 {
        let log_ratio = -0.149 + self.atm_shift + 0.021 * self.log_vix
            - 0.050 * (self.skew - 130.0) / 10.0
            - 0.050 * log_dte;
        exp(log_ratio).clamp(ATM_RATIO_RANGE.0, ATM_RATIO_RANGE.1)
    }

    #[inline(always)]
    fn psi(&self, log_dte: f64) -> f64 {
        let log_psi =
            -0.253 - 0.343 * self.log_vix + 0.147 * (self.skew - 130.0) / 10.0 + 0.217 * log_dte;
        (exp(log_psi) * self.psi_factor).clamp(PSI_RANGE.0, PSI_RANGE.1)
    }

    #[inline(always)]
    fn rho(&self, log_dte: f64) -> f64 {
        tanh(self.rho_shift - 0.756 - 0.727 * self.log_vix - 0.114 * log_dte)
            .clamp(RHO_RANGE.0, RHO_RANGE.1)
    }
}

/// Smiles worked out at a time.
pub(super) const SIDE_BY_SIDE: usize = 64;

/// One number of each smile.
type Column = [f64; SIDE_BY_SIDE];

/// Smiles side by side: what they are made from, and what they are.
pub(super) struct Smiles {
    /// Days and years to expiry, total variance and bond-equivalent yield.
    pub from: [Column; 4],
    made: [Column; 8],
}

impl Smiles {
    /// Nothing yet.
    pub fn new() -> Smiles {
        Smiles {
            from: [[0.0; SIDE_BY_SIDE]; 4],
            made: [[0.0; SIDE_BY_SIDE]; 8],
        }
    }

    /// Works out the first `count`.
    pub fn work_out(&mut self, numbers: &Numbers, count: usize) {
        // Whole vectors: what the last of them holds beyond the count is not read.
        let lanes = count.next_multiple_of(8).min(SIDE_BY_SIDE);
        work_out(numbers, &self.from, lanes, &mut self.made);
    }

    /// One of those worked out.
    pub fn get(&self, at: usize) -> Smile {
        let [
            forward,
            log_forward,
            discount,
            atm_vol,
            psi,
            rho,
            theta,
            phi,
        ] = self.made.each_ref().map(|column| column[at]);
        Smile {
            forward,
            log_forward,
            discount,
            atm_vol,
            psi,
            rho,
            theta,
            phi,
        }
    }
}

widest! {
    work_out = body(numbers: &Numbers, from: &[Column; 4], lanes: usize, made: &mut [Column; 8])
}

#[inline(always)]
fn body(numbers: &Numbers, from: &[Column; 4], lanes: usize, made: &mut [Column; 8]) {
    let lanes = lanes.min(SIDE_BY_SIDE);
    let [dte, t, variance, yields] = from;
    let [
        forward,
        log_forward,
        discount,
        atm_vol,
        psi,
        rho,
        theta,
        phi,
    ] = made;
    for at in 0..lanes {
        let smile = numbers.smile(dte[at], t[at], variance[at], yields[at]);
        forward[at] = smile.forward;
        log_forward[at] = smile.log_forward;
        discount[at] = smile.discount;
        atm_vol[at] = smile.atm_vol;
        psi[at] = smile.psi;
        rho[at] = smile.rho;
        theta[at] = smile.theta;
        phi[at] = smile.phi;
    }
}

#[cfg(test)]
mod tests {
    use chrono::{Days, NaiveDate};

    use crate::calendar::Calendar;
    use crate::contract::Settlement;
    use crate::curve::BillCurve;
    use crate::surface::{
        DatedEvent, EventWeights, IndexLevels, ModelParams, Slice, TermStructure,
    };

    fn bits(slice: &Slice) -> [u64; 9] {
        [
            slice.t,
            slice.forward,
            slice.log_forward,
            slice.discount,
            slice.atm_vol,
            slice.psi,
            slice.rho,
            slice.theta,
            slice.phi,
        ]
        .map(f64::to_bits)
    }

    #[test]
    fn slices_side_by_side_are_each_worked_out_alone_to_the_last_bit() {
        let date = NaiveDate::from_ymd_opt(2022, 6, 13).expect("a date");
        let bills = BillCurve::new(&[(1.0 / 12.0, 1.1), (0.25, 1.7), (1.0, 2.9)]);
        let mut params = ModelParams::measured();
        params.event_weights = EventWeights {
            cpi: 0.83,
            fomc: 0.71,
            payrolls: 0.19,
        };
        params.dated_events = vec![DatedEvent {
            date: date + Days::new(40),
            sessions: 1.7,
            known_from: date,
        }];
        for (vix, skew) in [(9.1, None), (34.02, Some(127.3)), (82.7, Some(170.0))] {
            let levels = IndexLevels {
                spot: 3_749.63,
                vix9d: Some(vix * 1.1),
                vix,
                vix3m: vix * 0.97,
                vix6m: None,
                skew,
            };
            let events = crate::events::builtin();
            let term = TermStructure::new(Calendar::nyse(), date, &levels, &bills, &params, events);
            for settlement in [Settlement::Pm, Settlement::Am] {
                for count in (0..20).chain([63, 64, 65, 200]) {
                    let expiries: Vec<NaiveDate> =
                        (0..count).map(|day| date + Days::new(day)).collect();
                    let found = term.slices(&expiries, settlement);
                    assert_eq!(found.len(), expiries.len());
                    for (found, expiry) in found.iter().zip(expiries) {
                        let alone = term.slice(expiry, settlement);
                        assert_eq!(found, &alone);
                        assert_eq!(bits(found), bits(&alone), "{expiry}");
                    }
                }
            }
        }
    }
}
