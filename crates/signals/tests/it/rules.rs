//! Each form of a trigger on a series one can follow by eye: `Y` yes, `n` no, `?` missing.

use signals::Truth;

use crate::support::{book, market};

/// The answers of the trigger `t` of this text, session by session.
fn answers(trigger: &str, x: &[i32]) -> String {
    let values: Vec<Option<f64>> = x
        .iter()
        .map(|v| (*v >= 0).then_some(f64::from(*v)))
        .collect();
    let toml = format!(
        "[signals]\ns = {{ kind = \"level\", of = \"series:x\" }}\n[triggers]\nt = {trigger}\n"
    );
    let history = market(&values);
    let columns = book(&toml).unwrap().columns(&history);
    let letter = |t| match columns.trigger("t").unwrap().at(history.view(t)) {
        Truth::Yes => 'Y',
        Truth::No => 'n',
        Truth::Missing(input) => {
            assert_eq!(input, "s");
            '?'
        }
    };
    (0..x.len()).map(letter).collect()
}

#[test]
fn tests_of_a_signal() {
    let x = [1, 2, 3, 2, 1];
    assert_eq!(answers("{ signal = \"s\", below = 2 }", &x), "YnnnY");
    assert_eq!(answers("{ signal = \"s\", above = 2 }", &x), "nnYnn");
    assert_eq!(
        answers("{ signal = \"s\", between = [2, 3] }", &x),
        "nYnYn",
        "the upper edge is excluded"
    );
    assert_eq!(answers("{ signal = \"s\", is = 2 }", &x), "nYnYn");
    assert_eq!(
        answers("{ signal = \"s\", crosses_above = 1 }", &x),
        "?Ynnn",
        "the first has no session before it"
    );
    assert_eq!(
        answers("{ signal = \"s\", crosses_below = 2 }", &x),
        "?nnnY"
    );
}

#[test]
fn a_missing_input_is_missing_unless_the_others_decide() {
    // Nothing published at the start of the dataset is missing, whoever asks.
    let x = [-1, -1, 3, 1];
    let (low, high) = (
        "{ signal = \"s\", below = 2 }",
        "{ signal = \"s\", above = 2 }",
    );
    let sure = "{ signal = \"vix\", above = 1 }";
    let never = "{ signal = \"vix\", above = 99 }";
    assert_eq!(answers(&format!("{{ all = [{low}, {sure}] }}"), &x), "??nY");
    assert_eq!(
        answers(&format!("{{ all = [{low}, {never}] }}"), &x),
        "nnnn"
    );
    assert_eq!(answers(&format!("{{ any = [{low}, {sure}] }}"), &x), "YYYY");
    assert_eq!(
        answers(&format!("{{ any = [{low}, {never}] }}"), &x),
        "??nY"
    );
    assert_eq!(answers(&format!("{{ not = {low} }}"), &x), "??Yn");
    assert_eq!(
        answers(
            &format!("{{ at_least = {{ k = 2, of = [{low}, {high}, {sure}] }} }}"),
            &x
        ),
        "??YY"
    );
    assert_eq!(
        answers(
            &format!("{{ at_least = {{ k = 2, of = [{low}, {never}, {never}] }} }}"),
            &x
        ),
        "nnnn"
    );
}

#[test]
fn sessions_in_a_row_within_and_at_rest() {
    let x = [5, 5, 5, 1, 5, 5, 1, 1, 1, 5];
    let high = "{ signal = \"s\", above = 2 }";
    assert_eq!(
        answers(&format!("{{ for = {{ sessions = 3, of = {high} }} }}"), &x),
        "nnYnnnnnnn"
    );
    assert_eq!(
        answers(
            &format!("{{ within = {{ sessions = 3, of = {high} }} }}"),
            &x
        ),
        "YYYYYYYYnY"
    );
    assert_eq!(
        answers(
            &format!("{{ cool_down = {{ sessions = 3, of = {high} }} }}"),
            &x
        ),
        "YnnnYnnnnY"
    );
}

#[test]
fn what_is_missing_is_not_a_yes() {
    let answers = [Truth::Yes, Truth::No, Truth::Missing("vix")];
    assert_eq!(answers.map(Truth::is_yes), [true, false, false]);
}

#[test]
fn a_latch_holds_from_on_until_off() {
    let latch =
        "{ latch = { on = { signal = \"s\", above = 4 }, off = { signal = \"s\", below = 2 } } }";
    assert_eq!(answers(latch, &[3, 5, 3, 3, 1, 3, 5, 1]), "nYYYnnYn");
    assert_eq!(answers(latch, &[-1, 5, 3]), "?YY");
}

#[test]
fn the_reason_carries_the_numbers() {
    let toml = "[signals]\ns = { kind = \"change\", of = \"series:x\", sessions = 1, measure = \"difference\" }\n\
                [triggers]\nlow = { signal = \"s\", below = -1.5 }\n\
                t = { all = [{ trigger = \"low\" }, { signal = \"vix\", crosses_above = 19 }] }\n";
    let history = market(&[Some(1.0), Some(5.0), Some(3.17)]);
    let columns = book(toml).unwrap().columns(&history);
    let why = columns.trigger("t").unwrap().why(history.view(2));
    assert_eq!(
        why,
        "all of: no (low: yes (s -1.83 < -1.5: yes); vix 20.00 crosses above 19, 20.00 before: no)"
    );
    let why = columns.trigger("t").unwrap().why(history.view(0));
    assert!(
        why.starts_with("all of: missing (low: missing (s ? < -1.5: missing)"),
        "{why}"
    );
    let lines = columns.trigger("t").unwrap().lines(history.view(2));
    let lines: Vec<(usize, &str)> = lines
        .iter()
        .map(|(depth, text)| (*depth, &**text))
        .collect();
    let wanted = [
        (0, "all of: no"),
        (1, "low: yes"),
        (2, "s -1.83 < -1.5: yes"),
        (1, "vix 20.00 crosses above 19, 20.00 before: no"),
    ];
    assert_eq!(lines, wanted);
}

#[test]
fn equal_definitions_share_a_column_and_different_ones_do_not() {
    let level = |of: &str| {
        format!(
            "[signals]\na = {{ kind = \"level\", of = \"{of}\" }}\nb = {{ kind = \"level\", of = \"a\" }}"
        )
    };
    let history = market(&[Some(1.0)]);
    let of = |toml: &str| book(toml).unwrap().signal_column(&history, "b");
    assert!(std::sync::Arc::ptr_eq(
        &of(&level("vix")),
        &of(&level("vix"))
    ));
    assert_eq!(of(&level("vix")).at(history.view(0)), Some(20.0));
    assert_eq!(
        of(&level("spx")).at(history.view(0)),
        Some(4000.0),
        "the same name with another meaning"
    );
}

#[test]
fn spans_are_told_in_words() {
    let of = "of = { signal = \"series:x\", above = 2 }";
    let told = |form: &str, sessions: usize| {
        let text = format!("[triggers]\nt = {{ {form} = {{ sessions = {sessions}, {of} }} }}");
        let history = market(&[Some(3.0), Some(3.0)]);
        let columns = book(&text).expect("a trigger").columns(&history);
        columns
            .trigger("t")
            .expect("a trigger")
            .why(history.view(1))
    };
    let test = "(series:x 3.00 > 2: yes)";
    for (form, sessions, words) in [
        ("for", 1, "for session: yes"),
        ("for", 2, "for 2 sessions: yes"),
        ("within", 1, "within the last session: yes"),
        ("within", 2, "within the last 2 sessions: yes"),
        ("cool_down", 2, "with 2 sessions of rest after it fires: no"),
    ] {
        assert_eq!(told(form, sessions), format!("{words} {test}"));
    }
}

/// What a value must gain to reach the nearest level of its test.
#[test]
fn a_condition_says_how_far_its_level_is() {
    let distance = |test: &str| {
        let text = format!("[triggers]\nt = {{ signal = \"series:x\", {test} }}");
        let history = market(&[Some(3.0), Some(5.0)]);
        let columns = book(&text).expect("a trigger").columns(&history);
        let trigger = columns.trigger("t").expect("a trigger");
        trigger.conditions(history.view(1))[0].distance
    };
    for (test, wanted) in [
        ("below = 2", -3.0),
        ("above = 7.5", 2.5),
        ("is = 5", 0.0),
        ("crosses_above = 6", 1.0),
        ("crosses_below = 4", -1.0),
        ("between = [1, 4]", -1.0),
        ("between = [6, 9]", 1.0),
        ("between = [4, 8]", -1.0),
        ("between = [3, 7]", -2.0),
    ] {
        assert_eq!(distance(test), Some(wanted), "{test}");
    }
}

#[test]
fn small_values_have_four_decimals() {
    for (value, text) in [
        (0.0, "0.00"),
        (0.5, "0.5000"),
        (0.7, "0.7000"),
        (-0.9999, "-0.9999"),
        (1.0, "1.00"),
        (-1.0, "-1.00"),
        (3.17, "3.17"),
    ] {
        assert_eq!(signals::number(value), text);
    }
}

/// Of six letters three may be wrong, of two or three one.
#[test]
fn the_nearest_name_is_suggested_where_it_is_near() {
    let suggested =
        |wrong: &str, known: &str| !signals::key_error::suggestion(wrong, &[known]).is_empty();
    for (wrong, known, is_near) in [
        ("abcdef", "abcxyz", true),
        ("abcdef", "abwxyz", false),
        ("abc", "abx", true),
        ("abc", "axy", false),
        ("a", "b", true),
        ("ab", "xy", false),
    ] {
        assert_eq!(suggested(wrong, known), is_near, "{wrong} {known}");
    }
}
