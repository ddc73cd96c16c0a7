//! What every world must be: possible, always the same, made of the dataset's days, with the stress it was to hold.

use std::collections::BTreeSet;

use market::history::MarketHistory;
use market::observations::names;
use market::surface::ModelParams;
use proptest::prelude::*;
use worlds::check::{Defect, check};
use worlds::realism::{Measure, measures};
use worlds::source::{Source, WorldsError};
use worlds::stress::Stress;
use worlds::tape;
use worlds::world::Worlds;

use crate::support::{day, plan, reconstruction, two_years};

#[test]
fn no_world_is_impossible() {
    let observations = reconstruction();
    let worlds = Worlds::new(&observations, two_years(), plan(3)).expect("worlds");
    let mut forced = BTreeSet::new();
    for number in 0..40 {
        let world = worlds.world(number);
        check(&world.observations).unwrap_or_else(|defect| panic!("world {number}: {defect}"));
        forced.extend(world.forced().map(Stress::name));
        assert_eq!(world.observations.sessions.len(), worlds.window().end);
    }
    assert_eq!(
        forced.into_iter().collect::<Vec<_>>(),
        ["1987", "2008", "august_2024"]
    );
}

#[test]
fn a_world_is_the_same_whenever_it_is_made_and_another_is_another() {
    let observations = reconstruction();
    let worlds = Worlds::new(&observations, two_years(), plan(5)).expect("worlds");
    let (one, other) = (worlds.world(7), worlds.world(8));
    assert_eq!(one.observations, worlds.world(7).observations);
    assert_eq!(one.tape, worlds.world(7).tape);
    assert_ne!(one.tape.steps, other.tape.steps);
    let seeds = Worlds::new(&observations, two_years(), plan(6)).expect("worlds");
    assert_ne!(seeds.world(7).tape.steps, one.tape.steps);
}

#[test]
fn blocks_start_where_the_market_stood_as_the_world_does() {
    let observations = reconstruction();
    let worlds = Worlds::new(&observations, two_years(), plan(11)).expect("worlds");
    let source = &worlds.source;
    let (mut matched, mut at_random) = (0.0, 0.0);
    let mut joints = 0;
    for number in (0..40).filter(|number| worlds.plan.forced(*number).is_none()) {
        let tape = worlds.world(number).tape;
        let vix = tape::vix(source, &tape);
        for joint in &tape.joints {
            let day = tape.steps[*joint].day - 1;
            let level = market::math::ln(vix[joint - 1]);
            matched += (source.states[day][0] - level).abs();
            let other = source.span.start + (joint * 7919 + number as usize) % source.span.len();
            at_random += (source.states[other][0] - level).abs();
            joints += 1;
        }
    }
    assert!(joints > 500, "{joints} joints");
    assert!(matched < 0.3 * at_random, "{matched} against {at_random}");
}

#[test]
fn a_forced_world_holds_its_stress_and_goes_on_from_it() {
    let observations = reconstruction();
    let worlds = Worlds::new(&observations, two_years(), plan(2)).expect("worlds");
    let window = worlds.window();
    let mut crashes = 0;
    for number in 0..20 {
        let world = worlds.world(number);
        let Some((stress, held)) = world.tape.forced.clone() else {
            assert_eq!(worlds.plan.forced(number), None);
            continue;
        };
        assert!(
            window.contains(&held.start) && held.end < window.end,
            "{held:?}"
        );
        let close = &world.observations.daily[names::SPX_CLOSE].values;
        let close = |t: usize| close[t].expect("a close");
        let moved = close(held.end - 1) / close(held.start - 1) - 1.0;
        let wanted = match stress {
            Stress::Crash1987 => 224.84 / 282.70 - 1.0,
            Stress::Crisis2008 => 752.44 / 1251.70 - 1.0,
            _ => continue,
        };
        assert!(
            (moved - wanted).abs() < 1e-9,
            "world {number}: {moved}, {wanted}"
        );
        crashes += 1;
    }
    assert!(crashes >= 6, "{crashes}");
}

#[test]
fn a_market_of_a_world_prices_without_arbitrage_between_expiries() {
    let observations = reconstruction();
    let worlds = Worlds::new(&observations, two_years(), plan(4)).expect("worlds");
    let (first, last) = two_years();
    let params = ModelParams::default();
    for number in [0, 1, 3, 5] {
        let world = worlds.world(number).observations;
        let market = MarketHistory::build(&world, first, last, &params, 60).expect("a market");
        assert_eq!(market.len(), 502);
        for t in 0..market.len() {
            let today = market.view(t).today();
            for slices in [&today.spx, &today.spxw] {
                for pair in slices.windows(2) {
                    assert!(
                        pair[0].theta <= pair[1].theta * (1.0 + 1e-9),
                        "{}",
                        today.date
                    );
                }
            }
            assert!(
                today.futures.iter().all(|future| !future.modelled),
                "{}",
                today.date
            );
            if worlds::check::settles_vix(today.date) {
                assert!(
                    matches!(today.settlements.vro, Some((_, false))),
                    "{}",
                    today.date
                );
            }
        }
    }
}

#[test]
fn worlds_look_like_the_dataset_in_what_is_measured() {
    let observations = reconstruction();
    let mut free = plan(9);
    free.stress = 0.0;
    let worlds = Worlds::new(&observations, two_years(), free).expect("worlds");
    let all = 0..observations.sessions.len();
    let real = measures(&observations, all);
    let made: Vec<_> = (0..60)
        .map(|n| measures(&worlds.world(n).observations, worlds.window()))
        .collect();
    let of = |measure: Measure| {
        let place = Measure::ALL
            .iter()
            .position(|m| *m == measure)
            .expect("a measure");
        let mut values: Vec<f64> = made.iter().filter_map(|m| m[place]).collect();
        values.sort_by(f64::total_cmp);
        assert_eq!(values.len(), 60, "{measure:?}");
        (
            real[place].expect("real"),
            values[3],
            values[30],
            values[56],
        )
    };
    for measure in [
        Measure::Volatility,
        Measure::Leverage,
        Measure::SlopeDown,
        Measure::VixChanges,
        Measure::MeanVix,
        Measure::Backwardation,
        Measure::FutureChanges,
    ] {
        let (real, low, _, high) = of(measure);
        assert!(
            low <= real && real <= high,
            "{measure:?}: {real} in {low} to {high}"
        );
    }
    let (real, _, median, _) = of(Measure::Leverage);
    assert!((median - real).abs() < 0.05, "{median} {real}");
}

#[test]
fn what_cannot_be_drawn_is_refused_with_its_reason() {
    let observations = reconstruction();
    let mut wanted = plan(1);
    wanted.stresses = vec![Stress::March2020];
    let refused = Worlds::new(&observations, two_years(), wanted).expect_err("no such days");
    assert!(
        matches!(
            refused,
            WorldsError::NoStress {
                name: "march_2020",
                ..
            }
        ),
        "{refused}"
    );
    let short = observations.until(day("2021-06-30"));
    let refused = Source::new(&short).expect_err("too short");
    assert!(matches!(refused, WorldsError::TooShort { .. }), "{refused}");
    let mut holed = observations.clone();
    let vix = &mut holed.daily.get_mut(names::VIX).expect("VIX").values;
    vix[500] = None;
    let refused = Source::new(&holed).expect_err("a hole");
    assert!(refused.to_string().contains("\"vix\""), "{refused}");
    holed.daily.remove(names::VIX);
    let refused = Source::new(&holed).expect_err("no VIX");
    assert_eq!(refused, WorldsError::MissingSeries(names::VIX));
}

#[test]
fn every_defect_is_found() {
    let observations = reconstruction();
    let worlds = Worlds::new(&observations, two_years(), plan(4)).expect("worlds");
    let world = worlds.world(0).observations;
    let damaged = |damage: &dyn Fn(&mut market::observations::Observations)| {
        let mut world = world.clone();
        damage(&mut world);
        check(&world).expect_err("a defect")
    };
    let set = |name: &'static str, value: Option<f64>| {
        damaged(&|world| world.daily.get_mut(name).expect("a series").values[400] = value)
    };
    assert!(matches!(
        set(names::SPX_CLOSE, Some(-1.0)),
        Defect::Level { .. }
    ));
    assert!(matches!(set(names::VIX, None), Defect::Level { .. }));
    assert!(matches!(
        set(names::SPX_LOW, Some(1e6)),
        Defect::Range { .. }
    ));
    assert!(matches!(
        set(names::VIX9D, Some(90.0)),
        Defect::Variance { .. }
    ));
    let future = damaged(&|world| world.vx[900].settle = 0.0);
    assert!(matches!(future, Defect::Future { .. }), "{future}");
    let last = |world: &market::observations::Observations| {
        world
            .vx
            .iter()
            .position(|row| row.expiry == row.trade_date)
            .expect("a settlement")
    };
    let far = damaged(&|world| {
        let at = last(world);
        world.vx[at].settle *= 2.0;
    });
    assert!(matches!(far, Defect::Settlement { .. }), "{far}");
    let gone = damaged(&|world| {
        let at = last(world);
        world.vx.remove(at);
    });
    assert!(matches!(gone, Defect::Settlement { .. }), "{gone}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_plan_gives_possible_worlds(
        seed in any::<u64>(),
        number in any::<u64>(),
        mean_block_sessions in 1.0f64..120.0,
        neighbours in proptest::option::of(1usize..400),
        stress in 0.0f64..=1.0,
    ) {
        let observations = reconstruction();
        let plan = worlds::plan::Plan {
            mean_block_sessions,
            neighbours,
            stress,
            ..plan(seed)
        };
        let worlds = Worlds::new(&observations, two_years(), plan).expect("worlds");
        let world = worlds.world(number % 10_000);
        prop_assert_eq!(check(&world.observations), Ok(()));
        prop_assert_eq!(world.tape.steps.len(), world.observations.sessions.len());
    }
}
