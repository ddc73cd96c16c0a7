//! The simulated markets.
//!
//! A world is a short-premium book over some sessions: small gains most days, losses whose size has a heavy tail and
//! which come in clusters (a two-state chain of calm and stress). A hedge pays a premium a day and gains on the days of
//! stress. *Worthless*: its expected gain is what it costs. *Worth a known amount*: it earns that much more a session.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Random numbers of one world.
pub struct Dice(ChaCha8Rng);

impl Dice {
    pub fn new(seed: u64, world: usize) -> Dice {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(world as u64);
        Dice(random)
    }

    pub fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
    }

    pub fn normal(&mut self) -> f64 {
        stats::normal::quantile(self.uniform()).unwrap_or(0.0)
    }
}

/// A kind of world.
#[derive(Clone, Copy)]
pub struct Kind {
    pub name: &'static str,
    pub sessions: usize,
    /// Chance a session that calm ends, and that stress does. One session in six is of stress in all of them.
    pub turns: (f64, f64),
}

/// The one the targets are judged on: eight clusters of ten sessions in two years.
pub const BASE: Kind = Kind {
    name: "clusters of 10 sessions",
    sessions: 502,
    turns: (0.02, 0.10),
};

/// Others, so that no method is chosen for one world only.
pub const OTHERS: [Kind; 5] = [
    Kind {
        name: "independent sessions",
        sessions: 502,
        turns: (1.0 / 6.0, 5.0 / 6.0),
    },
    Kind {
        name: "clusters of 4 sessions",
        sessions: 502,
        turns: (0.05, 0.25),
    },
    Kind {
        name: "clusters of 20 sessions",
        sessions: 502,
        turns: (0.01, 0.05),
    },
    Kind {
        name: "clusters of 10, one year",
        sessions: 251,
        turns: (0.02, 0.10),
    },
    Kind {
        name: "clusters of 10, four years",
        sessions: 1_004,
        turns: (0.02, 0.10),
    },
];

/// Daily P&L of the book alone and of the book with its hedge (USD).
pub struct World {
    pub unhedged: Vec<f64>,
    pub hedged: Vec<f64>,
}

impl World {
    pub fn gains(&self) -> Vec<f64> {
        self.hedged
            .iter()
            .zip(&self.unhedged)
            .map(|(hedged, unhedged)| hedged - unhedged)
            .collect()
    }
}

/// What the hedge gains on a day of stress before its cost (USD), on average.
const PAYS: f64 = 1_200.0;

/// A world whose hedge is worth `worth` (USD per session) beyond its cost.
pub fn world(dice: &mut Dice, worth: f64, kind: &Kind) -> World {
    let share_of_stress = kind.turns.0 / (kind.turns.0 + kind.turns.1);
    let premium = PAYS * share_of_stress - worth;
    let mut stress = dice.uniform() < share_of_stress;
    let mut found = World {
        unhedged: Vec::with_capacity(kind.sessions),
        hedged: Vec::with_capacity(kind.sessions),
    };
    for _ in 0..kind.sessions {
        let turn = if stress { kind.turns.1 } else { kind.turns.0 };
        if dice.uniform() < turn {
            stress = !stress;
        }
        let book = if stress {
            // Student's t with four degrees of freedom: tails as heavy as those of daily index returns.
            let squares: f64 = (0..4).map(|_| dice.normal()).map(|x| x * x).sum();
            -900.0 + 3_000.0 * dice.normal() / (squares / 4.0).sqrt()
        } else {
            450.0 + 700.0 * dice.normal()
        };
        // The hedge gains as the book loses, never less than nothing, on average PAYS.
        let gain = if stress {
            PAYS * (1.0 - 0.5 * (book + 900.0).clamp(-4_000.0, 4_000.0) / 4_000.0)
        } else {
            0.0
        };
        found.unhedged.push(book);
        found
            .hedged
            .push(book + gain - premium + 150.0 * dice.normal());
    }
    found
}
