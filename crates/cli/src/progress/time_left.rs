//! How much time a phase has left, told from when its units were done.
//!
//! Units differ: some are known beforehand and take no time, some are seven times as long as others, and several are worked on
//! at once. So work is told in parts of the phase's whole, by who knows what a unit costs, and the speed is that of the later
//! half of the time so far: what was quick at the beginning says nothing of what is left.

use std::collections::VecDeque;

/// Seconds before which nothing is told: the first units say little about the rest.
pub(super) const SETTLED: f64 = 2.0;
/// Moments in the later half of the time from which on its speed says something, or the part of the work that does.
const ENOUGH: usize = 4;
const PART: f64 = 0.2;
/// Seconds below which nothing is told once all that is left may be in hand and units are large: nobody knows how far each is.
const SHORT: f64 = 10.0;
/// Part of the work from which the units in hand are large.
const LARGE: f64 = 0.25;
/// Moments that are kept; of more, every second one goes.
const KEPT: usize = 512;

/// The moments at which units of a phase were done.
#[derive(Debug)]
pub(super) struct TimeLeft {
    /// Units that can be in work at once.
    hands: f64,
    /// Seconds since the phase began, and the part of its work done by then.
    told: VecDeque<(f64, f64)>,
    /// Greatest part of the work that came at once: what is in hand may be as much.
    step: f64,
}

impl TimeLeft {
    /// A phase that begins, whose units are worked on by so many threads.
    pub(super) fn new(threads: usize) -> TimeLeft {
        TimeLeft {
            hands: threads as f64,
            told: VecDeque::new(),
            step: 0.0,
        }
    }

    /// So much of the work (of 1) is done `at` seconds after the phase began.
    pub(super) fn tell(&mut self, at: f64, done: f64) {
        // Threads tell as they come: what was done stays done, and time goes on.
        let (at, done) = match self.told.back() {
            Some((before, most)) => (at.max(*before), done.max(*most)),
            None => (at, done),
        };
        if let Some((_, before)) = self.told.back() {
            self.step = self.step.max(done - before);
        }
        self.told.push_back((at, done));
        if self.told.len() > KEPT {
            let mut place = 0;
            // Odd places stay: the last one is among them.
            self.told.retain(|_| {
                place += 1;
                place % 2 == 1
            });
        }
    }

    /// Work a second, of the later half of the time so far; nothing where too little of it is told.
    fn speed(&self) -> Option<f64> {
        let (end, done) = *self.told.back()?;
        let later = self.told.partition_point(|(at, _)| *at <= end / 2.0);
        if self.told.len() - later < ENOUGH && done < PART {
            return None;
        }
        let (begin, behind) = match later.checked_sub(1) {
            Some(last) => self.told[last],
            None => (0.0, 0.0),
        };
        let speed = (done - behind) / (end - begin);
        (speed.is_finite() && speed > 0.0).then_some(speed)
    }

    /// Seconds left `now` seconds after the phase began; nothing before the speed has settled, and nothing once all is done:
    /// what is computed before the next phase is nobody's work.
    pub(super) fn at(&self, now: f64) -> Option<f64> {
        let speed = self.speed().filter(|_| now >= SETTLED)?;
        let (last, done) = *self.told.back()?;
        if done >= 1.0 {
            return None;
        }
        let left = (1.0 - done).max(0.0) / speed;
        // Units in hand go on while none is done; but what comes after them is left in any case.
        let in_hand = self.hands * self.step;
        let after_those = (1.0 - done - in_hand).max(0.0) / speed;
        if after_those == 0.0 && in_hand > LARGE && left < SHORT {
            return None;
        }
        Some((left - (now - last)).max(after_those))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The worst factor between what is told and what is left, from two seconds on, ten times a second; an
    /// error of a second, or of one unit, is none. And the part of the time in which something is told.
    fn worst(units: &[(f64, f64)], unit: f64) -> (f64, f64) {
        let end = units[units.len() - 1].0;
        let mut left = TimeLeft::new(2);
        let mut next = units.iter().peekable();
        let mut worst: f64 = 1.0;
        let mut told = 0.0;
        let mut all = 0.0;
        let mut now = 0.0;
        while now < end {
            while let Some((at, done)) = next.next_if(|(at, _)| *at <= now) {
                left.tell(*at, *done);
            }
            all += 1.0;
            if let Some(said) = left.at(now) {
                told += 1.0;
                let truth = end - now;
                if (said - truth).abs() > 1.0_f64.max(unit) {
                    worst = worst.max(said / truth).max(truth / said);
                }
            }
            now += 0.1;
        }
        (worst, told / all)
    }

    /// Units of these times, `at_once` of them in work, each with a part of the work as its time says.
    fn phase(times: &[f64], at_once: usize, weighted: bool) -> Vec<(f64, f64)> {
        let mut free = vec![0.0; at_once];
        let sum: f64 = times.iter().sum();
        let mut ends: Vec<(f64, f64)> = Vec::new();
        for time in times {
            free.sort_by(f64::total_cmp);
            free[0] += time;
            let part = if weighted {
                time / sum
            } else {
                1.0 / times.len() as f64
            };
            ends.push((free[0], part));
        }
        ends.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut done = 0.0;
        let units = ends.into_iter().map(|(at, part)| {
            done += part;
            (at, done)
        });
        units.collect()
    }

    #[test]
    fn a_phase_that_is_done_promises_nothing() {
        let mut left = TimeLeft::new(1);
        for second in 1..=10 {
            left.tell(f64::from(second), f64::from(second) / 10.0);
            assert_eq!(
                left.at(f64::from(second) + 0.5).is_some(),
                (2..10).contains(&second)
            );
        }
        assert_eq!(left.at(13.0), None);
    }

    /// Cells that a store knows are told of without work: none of them makes a promise, and those after them do as ever.
    #[test]
    fn items_without_work_say_nothing_of_the_rest() {
        let mut left = TimeLeft::new(1);
        for item in 0..300 {
            left.tell(f64::from(item) / 100.0, 0.0);
        }
        assert_eq!(left.at(3.0), None);
        for second in 1..=10 {
            left.tell(3.0 + f64::from(second), f64::from(second) / 20.0);
        }
        assert_eq!(left.at(13.0).map(f64::round), Some(10.0));
    }

    /// Of two threads the second one may tell what was true before the first one told.
    #[test]
    fn what_was_done_stays_done() {
        let mut left = TimeLeft::new(1);
        for second in 1..=10 {
            left.tell(f64::from(second), f64::from(second) / 20.0);
        }
        let before = left.at(10.0);
        left.tell(9.9, 0.45);
        assert_eq!(left.at(10.0), before);
        assert_eq!(before.map(f64::round), Some(10.0));
    }

    /// What a store knows takes no time: the speed of the beginning says nothing.
    #[test]
    fn units_that_are_known_beforehand_make_no_promise() {
        let mut times = vec![0.0; 500];
        times.extend((0..300).map(|i| 0.1 + 0.02 * f64::from(i % 5)));
        let (off, told) = worst(&phase(&times, 2, false), 0.0);
        assert!(off < 2.0 && told > 0.5, "{off} {told}");
    }

    /// A study: four years, then all of them in one piece, whose cells take four times as long.
    #[test]
    fn cells_of_several_years_count_as_much_as_they_take() {
        let years = (0..240).map(|i| 0.2 + 0.03 * f64::from(i % 7));
        let whole = (0..60).map(|i| 0.8 + 0.12 * f64::from(i % 7));
        let times: Vec<f64> = years.chain(whole).collect();
        let (off, told) = worst(&phase(&times, 2, true), 0.0);
        assert!(off < 2.0 && told > 0.9, "{off} {told}");
        let (off, _) = worst(&phase(&times, 2, false), 0.0);
        assert!(off > 3.0, "without weights: {off}");
    }

    /// The time left goes by while a long unit is in work, and never says that less is left than what comes after it.
    #[test]
    fn between_two_units_time_goes_by() {
        let mut left = TimeLeft::new(2);
        for i in 1..=8 {
            left.tell(f64::from(i) * 5.0, f64::from(i) / 20.0);
        }
        assert_eq!(left.at(1.0), None);
        let whole = |now: f64| left.at(now).map(f64::round);
        assert_eq!(whole(40.0), Some(60.0));
        assert_eq!(whole(43.0), Some(57.0));
        // Two units of twenty are in work, at five seconds each.
        assert_eq!(whole(70.0), Some(50.0));
    }

    /// The tables of a run: the largest is a quarter of the work, and is told of once it is written.
    #[test]
    fn a_short_end_that_may_be_in_hand_is_not_told() {
        let mut left = TimeLeft::new(2);
        for (at, done) in [(0.5, 0.05), (1.0, 0.1), (1.5, 0.15), (2.0, 0.4)] {
            left.tell(at, done);
        }
        assert_eq!(left.at(2.1).map(f64::round), Some(2.0));
        left.tell(2.5, 0.55);
        assert_eq!(left.at(2.6), None);
        // Of an hour's work it is told: to say nothing for long helps nobody.
        let mut long = TimeLeft::new(2);
        for part in 1..=3 {
            long.tell(f64::from(part) * 900.0, f64::from(part) * 0.25);
        }
        assert!(long.at(2_701.0).is_some());
    }

    /// Twenty worlds of nine seconds and more, two at a time. The last two are in work together, and nobody knows how far each is:
    /// what is told may be off by the time of one.
    #[test]
    fn few_long_units_are_told_late_rather_than_wrong() {
        let times: Vec<f64> = (0..20).map(|i| 9.0 + f64::from(i * 7 % 5) * 0.4).collect();
        let (off, told) = worst(&phase(&times, 2, false), 10.6);
        assert!(off < 2.0 && told > 0.5, "{off} {told}");
    }
}
