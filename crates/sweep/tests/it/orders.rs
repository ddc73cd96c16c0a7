//! One order of configurations for a whole sweep and for its parts: what parts find out is joined by it.

use sweep::configurations::Configurations;
use sweep::selection::{Selection, configurations, parts};
use sweep::spec::SweepConfig;
use sweep::store::key;
use sweep::work::Ledger;

use crate::faulty_markets::swept;

/// A parameter and a phase.
const WEEKS_AND_STARTS: &str = r#"
[[axes]]
name = "weeks"
key = "policies.always_on.purse_cap_weeks"
values = [14, 25]
[[axes]]
name = "start"
key = "phase.start_sessions"
values = [0, 20]
"#;

/// The cells of all configurations at the run's own errors, by their numbers.
fn listed(config: &SweepConfig, cells: &Selection) -> Vec<Vec<usize>> {
    let mut ledger = Ledger::new(cells.len(), &std::env::temp_dir()).expect("a place");
    for place in 0..cells.len() {
        let key = key(&[&place.to_le_bytes()]);
        ledger.found(place, key).expect("written");
    }
    let found = Configurations::of(config, cells, &ledger, &config.own_errors()).expect("read");
    let cells_of = |number: usize| {
        let own = found.get(number).cells;
        own.into_iter().map(|place| cells.number(place)).collect()
    };
    (0..found.len()).map(cells_of).collect()
}

#[test]
fn parts_have_the_configurations_of_the_whole_in_its_order() {
    for (axes, constraints, count) in [
        // The first cells over all errors come in another order than those at the run's own.
        (
            r#"
            [[axes]]
            name = "shift"
            key = "model.atm_shift"
            values = [-0.01, 0.0, 0.01]
            [[axes]]
            name = "budget"
            key = "policies.always_on.budget_fraction_of_credit"
            values = [0.0, 0.02]
            "#,
            r#"["shift + budget >= 0"]"#,
            2,
        ),
        // One constraint names no axis, the other ties a parameter to a phase: 25 has no cell.
        (WEEKS_AND_STARTS, r#"["0 < 1", "weeks < start"]"#, 1),
        // Nothing is tied.
        (WEEKS_AND_STARTS, r#"["0 < 1", "start < 30"]"#, 2),
    ] {
        let config = swept(&format!("constraints = {constraints}\n{axes}"));
        let all = Selection::range(0..config.points.len());
        let whole = listed(&config, &all);
        assert_eq!((whole.len(), configurations(&config)), (count, count));
        for of in [1, 2, 3] {
            let cells: Vec<Selection> = parts(&config, of).collect();
            let joined: Vec<Vec<usize>> = cells
                .iter()
                .flat_map(|cells| listed(&config, cells))
                .collect();
            assert_eq!(joined, whole, "{constraints}, {of} parts");
            assert_eq!(cells.iter().map(Selection::len).sum::<usize>(), all.len());
        }
    }
}
