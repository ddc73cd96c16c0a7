//! Mistakes in the tables of a policy file, and the message that helps.

use crate::support::book;

fn refused(toml: &str, parts: &[&str]) {
    let message = book(toml).expect_err(toml);
    for part in parts {
        assert!(message.contains(part), "{message:?} lacks {part:?}");
    }
}

#[test]
fn unknown_names_come_with_the_nearest_spelling() {
    refused(
        "[signals]\na = { kind = \"level\", of = \"vix3n\" }",
        &["signals.a", "vix3n", "did you mean \"vix3m\""],
    );
    refused(
        "[triggers]\nt = { signal = \"vxi\", above = 1 }",
        &["triggers.t", "did you mean \"vix\""],
    );
    refused(
        "[triggers]\nstress = { signal = \"vix\", above = 30 }\nt = { trigger = \"stres\" }",
        &["triggers.t", "did you mean \"stress\""],
    );
    refused(
        "[signals]\na = { kind = \"rsy\", of = \"vix\" }",
        &["rsy", "`rsi`"],
    );
    refused(
        "[signals]\na = { kind = \"level\", off = \"vix\" }",
        &["off", "of"],
    );
}

#[test]
fn circles_are_refused_and_shown() {
    let toml =
        "[signals]\na = { kind = \"level\", of = \"b\" }\nb = { kind = \"level\", of = \"a\" }";
    refused(toml, &["goes in a circle", "a -> b -> a"]);
    refused(
        "[triggers]\nt = { not = { trigger = \"t\" } }",
        &["goes in a circle", "t -> t"],
    );
}

/// Triggers `t0` to `tN`, each made of the one before by `form`.
fn levels(n: usize, form: &dyn Fn(usize) -> String) -> String {
    let above: String = (1..=n)
        .map(|n| format!("t{n} = {}\n", form(n - 1)))
        .collect();
    format!("[triggers]\nt0 = {{ signal = \"vix\", above = 20 }}\n{above}")
}

#[test]
fn a_name_used_twice_counts_twice() {
    let twice =
        |n: usize| format!("{{ all = [{{ trigger = \"t{n}\" }}, {{ trigger = \"t{n}\" }}] }}");
    // Three parts of its own, and twice those below: 1, 5, 13, … 2^(n+2) − 3.
    assert!(book(&levels(6, &twice)).is_ok(), "253 parts");
    refused(
        &levels(7, &twice),
        &["triggers.t7: 509 parts with those of all it names, at most 500"],
    );
    refused(&levels(60, &twice), &["at most 500"]);
    let flat = |tests: usize| {
        let tests = vec!["{ signal = \"vix\", above = 20 }"; tests].join(", ");
        format!("[triggers]\nt = {{ all = [{tests}] }}")
    };
    assert!(book(&flat(499)).is_ok(), "500 parts");
    refused(&flat(500), &["triggers.t: 501 parts"]);
    let terms = |n: usize| {
        format!(
            "s{n} = {{ kind = \"ratio\", of = \"s{0}\", over = \"s{0}\" }}\n",
            n - 1
        )
    };
    let signals: String = (1..=40).map(terms).collect();
    let signals = format!("[signals]\ns0 = {{ kind = \"level\", of = \"vix\" }}\n{signals}");
    refused(&signals, &["policies.test.signals.s", "at most 500"]);
}

#[test]
fn a_chain_of_names_ends() {
    let next = |n: usize| format!("{{ not = {{ trigger = \"t{n}\" }} }}");
    assert!(book(&levels(49, &next)).is_ok());
    refused(&levels(50, &next), &["more than 50 names deep"]);
    refused(&levels(100_000, &next), &["more than 50 names deep"]);
    // The first name by the alphabet rests on all others: the chain is walked from its top.
    let chain = |last: usize| -> String {
        let names =
            (0..last).map(|n| format!("a{n:03} = {{ not = {{ trigger = \"a{:03}\" }} }}\n", n + 1));
        let names: String = names.collect();
        format!("[triggers]\n{names}a{last:03} = {{ signal = \"vix\", above = 20 }}\n")
    };
    assert!(book(&chain(49)).is_ok());
    for last in [50, 51, 200] {
        refused(&chain(last), &["triggers.a000: more than 50 names deep"]);
    }
}

#[test]
fn numbers_out_of_range_name_their_key() {
    refused(
        "[signals]\na = { kind = \"rsi\", of = \"vix\", sessions = 0, timeframe = \"daily\" }",
        &["signals.a", "sessions is 0"],
    );
    refused(
        "[triggers]\nt = { for = { sessions = 0, of = { signal = \"vix\", above = 1 } } }",
        &["sessions is 0"],
    );
    refused(
        "[triggers]\nt = { at_least = { k = 3, of = [{ signal = \"vix\", above = 1 }] } }",
        &["k is 3", "1 to 1"],
    );
    refused(
        "[triggers]\nt = { signal = \"vix\", between = [5, 1] }",
        &["between [5, 1]"],
    );
    refused(
        "[triggers]\nt = { signal = \"vix\", above = nan }",
        &["NaN"],
    );
}

#[test]
fn a_trigger_has_one_form_and_a_signal_one_test() {
    refused(
        "[triggers]\nt = { signal = \"vix\" }",
        &["exactly one test", "crosses_above"],
    );
    refused(
        "[triggers]\nt = { signal = \"vix\", above = 1, below = 2 }",
        &["exactly one test, found 2"],
    );
    refused("[triggers]\nt = { above = 1 }", &["needs `signal"]);
    refused("[triggers]\nt = {}", &["empty trigger", "latch"]);
    refused("[triggers]\nt = { all = [], any = [] }", &["2 forms"]);
    refused("[triggers]\nt = { signal = \"vix\", abov = 1 }", &["abov"]);
}

#[test]
fn a_name_of_a_policy_hides_no_source() {
    refused(
        "[signals]\nvix = { kind = \"level\", of = \"spx\" }",
        &["\"vix\" is a built-in source"],
    );
    refused(
        "[signals]\n\"a b\" = { kind = \"level\", of = \"spx\" }",
        &["a-z, 0-9 and _"],
    );
}

#[test]
fn prints_are_counted_of_slow_series_only() {
    let toml =
        "[signals]\na = { kind = \"surprise\", of = \"vix\", forecast_prints = 3, sd_prints = 24 }";
    refused(toml, &["\"vix\" is no slow series", "cpiaucsl"]);
}
