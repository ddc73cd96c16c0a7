//! The same seed gives the same bits, everywhere and always.

use market::observations::Observations;
use reconstruction::{SEED, reconstruct};

use crate::bundled;

/// FNV-1a over every date, name and bit pattern. A change here changes every result on the bundled dataset.
const FINGERPRINT: u64 = 0x0ce9_7a53_e83a_da9a;

struct Fnv(u64);

impl Fnv {
    fn bytes(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.0 = (self.0 ^ u64::from(*b)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    fn text(&mut self, x: impl ToString) {
        self.bytes(x.to_string().as_bytes());
    }

    fn number(&mut self, x: f64) {
        self.bytes(&x.to_bits().to_le_bytes());
    }
}

fn fingerprint(data: &Observations) -> u64 {
    let mut f = Fnv(0xcbf2_9ce4_8422_2325);
    data.sessions.iter().for_each(|d| f.text(d));
    for (name, series) in &data.daily {
        f.text(name);
        f.text(series.lag_sessions);
        series
            .values
            .iter()
            .for_each(|v| f.number(v.unwrap_or(f64::INFINITY)));
    }
    for row in &data.vx {
        f.text(row.trade_date);
        f.text(row.expiry);
        f.number(row.settle);
    }
    for (name, releases) in &data.slow {
        f.text(name);
        for release in releases {
            f.text(release.period);
            f.text(release.known);
            f.number(release.value);
        }
    }
    data.events
        .iter()
        .for_each(|e| f.text(format!("{} {} {:?}", e.date, e.minute, e.kind)));
    f.0
}

#[test]
fn the_fingerprint_is_the_recorded_one() {
    let found = fingerprint(bundled());
    assert_eq!(found, FINGERPRINT, "found {found:#018x}");
}

#[test]
fn two_runs_agree_and_two_seeds_do_not() {
    assert_eq!(fingerprint(&reconstruct(SEED)), fingerprint(bundled()));
    assert_ne!(fingerprint(&reconstruct(SEED + 1)), fingerprint(bundled()));
}
