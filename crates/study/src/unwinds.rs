//! Sales of a hedge on a trigger, and whether they came too early.

use std::collections::BTreeSet;

use book::event::Event;
use book::reason::Reason;
use engine::run::Run;
use market::price::Money;
use policy::arm::Arm;

/// Sessions of a run with a sale of a hedge on a trigger; a session counts once.
pub fn sessions(run: &Run, arm: &Arm) -> Vec<usize> {
    let mut hedges = BTreeSet::new();
    let mut all = Vec::new();
    for (session, (_, entries)) in run.journal.by_session().enumerate() {
        let mut sold = false;
        for entry in entries {
            match &entry.event {
                Event::Opened { package, layer, .. } if !arm.is_condor(*layer) => {
                    hedges.insert(*package);
                }
                Event::Split { package, part, .. } if hedges.contains(package) => {
                    hedges.insert(*part);
                }
                Event::Closed {
                    package,
                    reason: Reason::TriggerSale,
                    ..
                } => sold |= hedges.contains(package),
                _ => {}
            }
        }
        if sold {
            all.push(session);
        }
    }
    all
}

/// Distance of each close below the highest so far, the start included (never positive).
pub fn depths(curve: &[Money], start: Money) -> Vec<Money> {
    let mut peak = start;
    curve
        .iter()
        .map(|equity| {
            peak = peak.max(*equity);
            *equity - peak
        })
        .collect()
}

/// Whether the drawdown gets deeper within so many sessions than it was at any close since its peak.
pub fn is_premature(depth: &[Money], session: usize, within: usize) -> bool {
    let since_peak = depth[..=session]
        .iter()
        .rev()
        .take_while(|usd| **usd < Money::ZERO);
    let lowest = since_peak.copied().min().unwrap_or(Money::ZERO);
    depth[session + 1..]
        .iter()
        .take(within)
        .any(|usd| *usd < lowest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unwind_is_premature_if_the_drawdown_gets_deeper_soon_after() {
        // From 1,000: 1,010, 990, 1,000, 985, 1,020, 1,019.
        let curve: Vec<Money> = [1010, 990, 1000, 985, 1020, 1019]
            .map(|usd| Money(usd * 100))
            .into();
        let depth = depths(&curve, Money(1000 * 100));
        assert_eq!(
            depth.iter().map(|d| d.0 / 100).collect::<Vec<_>>(),
            [0, -20, -10, -25, 0, -1]
        );
        assert!(is_premature(&depth, 2, 1), "-25 comes after -20");
        assert!(!is_premature(&depth, 3, 2), "nothing is deeper than -25");
        assert!(is_premature(&depth, 0, 1));
        assert!(!is_premature(&depth, 1, 1) && is_premature(&depth, 1, 2));
        assert!(!is_premature(&depth, 5, 20), "the window ends");
        let again = [-20, -20].map(Money);
        assert!(!is_premature(&again, 0, 1), "as deep is not deeper");
    }
}
