//! What prices rest on: names, what may stand in, when a value is too old, and how far the release calendar reaches.

use chrono::{Days, NaiveDate};
use market::inputs::{Audit, Input, InputCount, InputRules, Needs, StandIn, Standing};
use market::observations::{EventKind, MacroEvent, Observations, PublishedBy};
use market::surface::EventWeights;

use crate::edges::{observations, series};

const SURFACE: Needs = Needs {
    surface: true,
    vix_options: false,
    vx_days: 0,
    am_settlement: false,
    mornings: false,
};

fn standing(
    data: &Observations,
    rules: &InputRules,
    needs: &Needs,
    weights: &EventWeights,
    t: usize,
    input: Input,
) -> Option<Standing> {
    let all = Audit::new(data, rules).standings_on(data.sessions[t], needs, weights);
    all.into_iter()
        .find(|(found, _)| *found == input)
        .map(|(_, standing)| standing)
}

#[test]
fn an_input_is_called_by_its_series() {
    for (input, name) in [
        (Input::Bill1Month, "dgs1mo"),
        (Input::Bill3Months, "dgs3mo"),
        (Input::Bill6Months, "dgs6mo"),
        (Input::Bill1Year, "dgs1"),
        (Input::Overnight, "dff"),
        (Input::Vix9d, "vix9d"),
        (Input::Vix6m, "vix6m"),
    ] {
        assert_eq!(input.name(), name);
    }
}

/// Values that contracts settle at stay required where quotes alone are traded.
#[test]
fn settlement_values_get_no_stand_in_where_quotes_are_traded() {
    let last_resort = |input| InputRules::lenient().of(input).stand_in;
    let mut rules = InputRules::required();
    rules.allow_unpriced();
    for input in Input::ALL {
        let settles = [Input::SpxOpen, Input::VixOpen, Input::Vro].contains(&input);
        let wanted = if settles { None } else { last_resort(input) };
        assert_eq!(rules.of(input).stand_in, wanted, "{}", input.name());
    }
    rules.allow_rest();
    for input in Input::ALL {
        assert_eq!(
            rules.of(input).stand_in,
            last_resort(input),
            "{}",
            input.name()
        );
    }
}

#[test]
fn what_stands_in_already_is_kept() {
    let mut rules = InputRules::required();
    rules.allow(Input::Vvix, StandIn::Number(80.0));
    rules.allow_unpriced();
    rules.allow_rest();
    assert_eq!(rules.of(Input::Vvix).stand_in, Some(StandIn::Number(80.0)));
}

/// An open that is no price is none: the index has no level of nothing.
#[test]
fn an_open_of_nothing_is_missing() {
    let needs = Needs {
        mornings: true,
        ..SURFACE
    };
    for (open, wanted) in [
        (Some(0.0), Standing::Missing { age: None }),
        (Some(-1.0), Standing::Missing { age: None }),
        (Some(f64::NAN), Standing::Missing { age: None }),
        (None, Standing::Missing { age: None }),
        (Some(0.01), Standing::Published),
    ] {
        let mut data = observations(&[4000.0; 2]);
        data.daily.insert("spx_open".into(), series(vec![open; 2]));
        let found = standing(
            &data,
            &InputRules::required(),
            &needs,
            &EventWeights::default(),
            1,
            Input::SpxOpen,
        );
        assert_eq!(found, Some(wanted), "{open:?}");
    }
}

/// The value that contracts settle at stands for the open on settlement day, where nothing else asks for mornings.
#[test]
fn a_settlement_value_is_the_open_of_its_day_alone() {
    let settles = Needs {
        am_settlement: true,
        ..SURFACE
    };
    let mornings = Needs {
        mornings: true,
        ..settles
    };
    for (set, needs, wanted) in [
        (Some(4000.0), settles, Standing::Published),
        (None, settles, Standing::Missing { age: None }),
        (Some(4000.0), mornings, Standing::Missing { age: None }),
    ] {
        let mut data = observations(&[4000.0; 20]);
        let third_friday = data
            .sessions
            .partition_point(|on| on.to_string().as_str() < "2022-01-21");
        data.daily.insert("spx_set".into(), series(vec![set; 20]));
        let weights = EventWeights::default();
        let rules = InputRules::required();
        let found = standing(
            &data,
            &rules,
            &needs,
            &weights,
            third_friday,
            Input::SpxOpen,
        );
        assert_eq!(found, Some(wanted), "{set:?}");
    }
}

/// VIX futures settled on 2022-01-19: that day alone asks for their final value, and only of who holds them.
#[test]
fn a_final_value_is_asked_for_on_its_day_by_who_holds_futures() {
    let data = observations(&[4000.0; 20]);
    let rules = InputRules::required();
    for (vx_days, on, asked) in [
        (30, "2022-01-19", true),
        (30, "2022-01-18", false),
        (0, "2022-01-19", false),
    ] {
        let needs = Needs { vx_days, ..SURFACE };
        let at = data
            .sessions
            .partition_point(|day| day.to_string().as_str() < on);
        let found = standing(
            &data,
            &rules,
            &needs,
            &EventWeights::default(),
            at,
            Input::Vro,
        );
        assert_eq!(found.is_some(), asked, "{vx_days} days on {on}");
    }
}

/// The curve of a session ends 191 days ahead at most: releases must be known beyond it, none more than 100 days apart.
#[test]
fn the_release_calendar_reaches_beyond_the_curve() {
    let mut data = observations(&[4000.0; 2]);
    let today: NaiveDate = data.sessions[0];
    let weights = EventWeights {
        cpi: 1.0,
        fomc: 0.0,
        payrolls: 0.0,
    };
    let mut found = |days: &[u64]| {
        let event = |n: &u64| MacroEvent {
            date: today + Days::new(*n),
            minute: 510,
            kind: EventKind::Cpi,
        };
        data.events = days.iter().map(event).collect();
        standing(
            &data,
            &InputRules::required(),
            &SURFACE,
            &weights,
            0,
            Input::Releases,
        )
    };
    for (days, is_whole) in [
        (&[0, 100, 192][..], true),
        (&[91, 191], false),
        (&[92, 192], true),
        (&[91, 191, 240], true),
        (&[101, 192], false),
        (&[92, 193, 240], false),
        (&[], false),
    ] {
        let wanted = if is_whole {
            Standing::Published
        } else {
            Standing::Missing { age: None }
        };
        assert_eq!(found(days), Some(wanted), "{days:?}");
    }
}

fn count(input: Input) -> InputCount {
    InputCount {
        input,
        sessions: 5,
        carried: 0,
        oldest: 0,
        stand_in: 0,
        missing: 0,
        first_missing: None,
    }
}

#[test]
fn a_count_is_whole_where_every_value_was_published() {
    let whole = count(Input::Vvix);
    assert!(whole.is_whole());
    assert!(
        !InputCount {
            carried: 1,
            ..whole
        }
        .is_whole()
    );
    assert!(
        !InputCount {
            stand_in: 1,
            ..whole
        }
        .is_whole()
    );
    assert!(
        !InputCount {
            missing: 1,
            ..whole
        }
        .is_whole()
    );
    let late = InputCount {
        carried: 2,
        oldest: 3,
        missing: 1,
        first_missing: Some((NaiveDate::MAX, None)),
        ..whole
    };
    let early = InputCount {
        carried: 1,
        oldest: 7,
        stand_in: 4,
        first_missing: Some((NaiveDate::MIN, Some(9))),
        ..whole
    };
    let both = InputCount {
        input: Input::Vvix,
        sessions: 10,
        carried: 3,
        oldest: 7,
        stand_in: 4,
        missing: 1,
        first_missing: early.first_missing,
    };
    assert_eq!((late.and(early), early.and(late)), (both, both));
}

/// What is counted over a span is what stood on each of its sessions, both ends among them.
#[test]
fn a_span_counts_both_its_ends() {
    let mut data = observations(&[4000.0; 6]);
    data.daily.insert(
        "vvix".into(),
        series(vec![Some(90.0), None, None, None, Some(91.0), None]),
    );
    let needs = Needs {
        vix_options: true,
        ..Needs::default()
    };
    let mut rules = InputRules::required();
    rules.set_max_age(Input::Vvix, 2);
    let (audit, sessions) = (Audit::new(&data, &rules), data.sessions.clone());
    let of = |first: usize, last: usize| {
        let counts = audit.counts(
            (sessions[first], sessions[last]),
            &needs,
            &EventWeights::default(),
        );
        counts.into_iter().find(|count| count.input == Input::Vvix)
    };
    let all = of(0, 5).expect("it was carried");
    assert_eq!(
        (all.sessions, all.carried, all.oldest, all.missing),
        (6, 3, 2, 1)
    );
    assert_eq!(all.first_missing, Some((sessions[3], Some(3))));
    assert_eq!(of(0, 0), None);
    assert_eq!(of(4, 4), None);
    assert_eq!(
        of(1, 1).map(|count| (count.sessions, count.carried)),
        Some((1, 1))
    );
    assert_eq!(
        of(3, 4).map(|count| (count.sessions, count.missing)),
        Some((2, 1))
    );
    assert_eq!(
        of(5, 0),
        None,
        "a span that ends before it begins has no session"
    );
}

#[test]
fn sessions_with_a_stand_in_are_counted() {
    let mut data = observations(&[4000.0; 4]);
    let vvix = vec![Some(90.0), None, None, None];
    data.daily.insert("vvix".into(), series(vvix));
    let needs = Needs {
        vix_options: true,
        ..Needs::default()
    };
    let mut rules = InputRules::required();
    rules.set_max_age(Input::Vvix, 0);
    rules.allow(Input::Vvix, StandIn::Number(80.0));
    let span = (data.sessions[0], data.sessions[3]);
    let counts = Audit::new(&data, &rules).counts(span, &needs, &EventWeights::default());
    let found = counts.into_iter().find(|count| count.input == Input::Vvix);
    assert_eq!(
        found.map(|count| (count.sessions, count.stand_in, count.missing, count.oldest)),
        Some((4, 3, 0, 0))
    );
}

#[test]
fn publishers_are_counted_where_they_published() {
    let mut data = observations(&[4000.0; 4]);
    let days = data.sessions.clone();
    data.daily.insert(
        "vix".into(),
        series(vec![Some(20.0), Some(20.0), None, Some(20.0)]),
    );
    data.carried.insert("vix".into(), vec![days[3]]);
    let span = |publisher: &str, first: usize, last: usize| PublishedBy {
        publisher: publisher.into(),
        first: days[first],
        last: days[last],
    };
    data.published_by
        .insert("vix".into(), vec![span("one", 0, 0), span("other", 1, 3)]);
    let rules = InputRules::required();
    let found = Audit::new(&data, &rules).publishers((days[0], days[3]), &Needs::default());
    let vix: Vec<(&str, usize)> = found["vix"]
        .iter()
        .map(|(name, n)| (name.as_str(), *n))
        .collect();
    assert_eq!(vix, [("one", 1), ("other", 1)]);
    let none = Audit::new(&data, &rules).publishers((days[2], days[3]), &Needs::default());
    assert!(none.is_empty(), "{none:?}");
}
