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
