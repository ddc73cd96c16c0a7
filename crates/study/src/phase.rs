//! A phase of a long job: how much of its work is done, told while threads are at it.

use std::sync::{Mutex, PoisonError};

/// Hears a phase, how many of how many items of it are done, and what part of its work that is, of 1.
pub type Hearer<'a> = &'a (dyn Fn(&'static str, usize, usize, f64) + Sync);

/// Counts the items of a phase, and the work they are: items differ in what they take, and work may be done of one that
/// goes on.
pub struct Phase<'a> {
    name: &'static str,
    items: usize,
    /// In units of its own; what a store knows is none.
    work: u64,
    done: Mutex<(usize, u64)>,
    hearer: Hearer<'a>,
}

impl<'a> Phase<'a> {
    /// Begins a phase of so many items and so much work. It is told at once: the first item may take a while, and
    /// what came before is over.
    pub fn begin(name: &'static str, (items, work): (usize, u64), hearer: Hearer<'a>) -> Self {
        let phase = Phase {
            name,
            items,
            work,
            done: Mutex::default(),
            hearer,
        };
        if items > 0 {
            phase.tell(0, 0);
        }
        phase
    }

    /// So much work is done of an item that goes on.
    pub fn work(&self, work: u64) {
        self.tell(0, work);
    }

    /// An item is done, and with it so much work that was not told before.
    pub fn item(&self, work: u64) {
        self.tell(1, work);
    }

    fn tell(&self, items: usize, work: u64) {
        // Held while it is told: of two threads the second one tells more.
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        done.0 += items;
        done.1 += work;
        let part = match self.work {
            0 => done.0 as f64 / self.items.max(1) as f64,
            all => done.1 as f64 / all as f64,
        };
        (self.hearer)(self.name, done.0, self.items, part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type News = (&'static str, usize, usize, f64);

    fn told(of: (usize, u64), work: impl FnOnce(&Phase<'_>)) -> Vec<News> {
        let heard = Mutex::new(Vec::new());
        let hear = |name, done, all, part| heard.lock().unwrap().push((name, done, all, part));
        work(&Phase::begin("cells", of, &hear));
        heard.into_inner().unwrap()
    }

    #[test]
    fn a_phase_is_told_of_before_its_first_item_and_ends_at_all_of_its_work() {
        let news = told((2, 8), |phase| {
            phase.work(1);
            phase.item(2);
            phase.item(5);
        });
        let parts = [(0, 0.0), (0, 0.125), (1, 0.375), (2, 1.0)];
        assert_eq!(news, parts.map(|(done, part)| ("cells", done, 2, part)));
    }

    #[test]
    fn where_nothing_is_left_to_work_on_items_are_told() {
        let news = told((2, 0), |phase| {
            phase.item(0);
            phase.item(0);
        });
        assert_eq!(
            news.iter().map(|news| news.3).collect::<Vec<_>>(),
            [0.0, 0.5, 1.0]
        );
        assert!(told((0, 0), |_| ()).is_empty());
    }

    #[test]
    fn threads_never_tell_less_than_was_told() {
        let heard = Mutex::new(Vec::new());
        let hear = |_, done, _, part| heard.lock().unwrap().push((done, part));
        let phase = Phase::begin("cells", (800, 800), &hear);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..100).for_each(|_| phase.item(1)));
            }
        });
        let heard = heard.into_inner().unwrap();
        assert!(heard.is_sorted());
        assert_eq!(heard.last(), Some(&(800, 1.0)));
    }
}
