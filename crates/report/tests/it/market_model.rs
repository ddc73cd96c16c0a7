//! A toy market for the fixture: sessions, SPX and VIX with the right look, nothing more.

/// A small linear congruential generator (Knuth's MMIX constants): the same numbers on every machine.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    /// Between 0 and 1.
    pub fn uniform(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Roughly standard normal: twelve uniforms.
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

/// One close.
pub struct Close {
    pub date: String,
    pub spx: f64,
    pub vix: f64,
    /// Return of the day, as a fraction.
    pub change: f64,
    /// Change of VIX [vol points].
    pub vix_change: f64,
}

/// Weekdays from a day on, with a path over them; `shock` is the place of one crash day.
pub fn path(
    first: (i32, u32, u32),
    sessions: usize,
    calm_vix: f64,
    shock: usize,
    dice: &mut Dice,
) -> Vec<Close> {
    let (mut spx, mut vix) = (4500.0, calm_vix);
    let mut days = weekdays(first);
    let mut closes = Vec::with_capacity(sessions);
    for at in 0..sessions {
        let surprise = if at == shock { -3.4 } else { dice.normal() };
        let change = 0.0003 + vix / 1600.0 * surprise;
        let vix_change = (-2.2 * surprise + dice.normal()) * vix / 40.0 + (calm_vix - vix) * 0.06;
        spx *= 1.0 + change;
        vix = (vix + vix_change).max(10.0);
        let date = days.next().expect("weekdays never end");
        closes.push(Close {
            date,
            spx,
            vix,
            change,
            vix_change,
        });
    }
    closes
}

fn weekdays((mut year, mut month, mut day): (i32, u32, u32)) -> impl Iterator<Item = String> {
    // 2022-01-03 and the other first days used here are Mondays or Tuesdays; Zeller's congruence finds which.
    std::iter::from_fn(move || {
        loop {
            let today = (year, month, day);
            (year, month, day) = next_day(year, month, day);
            if weekday(today.0, today.1, today.2) < 5 {
                return Some(format!("{:04}-{:02}-{:02}", today.0, today.1, today.2));
            }
        }
    })
}

fn next_day(year: i32, month: u32, day: u32) -> (i32, u32, u32) {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = [
        31,
        if leap { 29 } else { 28 },
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ][month as usize - 1];
    match (day < last, month < 12) {
        (true, _) => (year, month, day + 1),
        (false, true) => (year, month + 1, 1),
        (false, false) => (year + 1, 1, 1),
    }
}

/// Monday is 0.
fn weekday(year: i32, month: u32, day: u32) -> i32 {
    let (y, m) = if month < 3 {
        (year - 1, month as i32 + 12)
    } else {
        (year, month as i32)
    };
    (day as i32 + 13 * (m + 1) / 5 + y + y / 4 - y / 100 + y / 400 + 5) % 7
}

#[test]
fn weekdays_are_right() {
    assert_eq!(weekday(2022, 1, 3), 0);
    assert_eq!(weekday(2024, 8, 5), 0);
    assert_eq!(weekday(2024, 2, 29), 3);
}
