//! What a run is asked about the claims, and what it answers.

use runfile::claims::Claimed;
use runfile::config::RunConfig;
use study::claims::Answer;

use crate::support::{config, reference, study};

fn answers() -> &'static [Answer] {
    &reference().claims
}

fn of(name: &str) -> &'static Answer {
    let row = &config(&[]).claims.rows[name];
    answers()
        .iter()
        .find(|answer| answer.row == *row)
        .unwrap_or_else(|| panic!("no answer to {name}"))
}

fn wrong(change: impl Fn(&mut toml::Table)) -> String {
    let mut table: toml::Table = toml::from_str(&config(&[]).to_toml()).expect("TOML");
    change(
        table
            .get_mut("claims")
            .and_then(|claims| claims.as_table_mut())
            .expect("a section"),
    );
    let (assembly, _) =
        runfile::config::Assembly::new("run.toml", &table.to_string()).expect("TOML");
    assembly
        .finish("run.toml")
        .expect_err("a wrong section")
        .to_string()
}

fn set(claims: &mut toml::Table, path: &[&str], value: impl Into<toml::Value>) {
    let (last, keys) = path.split_last().expect("a key");
    let place = keys.iter().fold(claims, |at, key| {
        at.get_mut(*key)
            .and_then(|v| v.as_table_mut())
            .expect("a table")
    });
    place.insert((*last).to_string(), value.into());
}

#[test]
fn every_row_has_an_answer_and_no_verdict_stands_without_n_and_interval() {
    assert_eq!(answers().len(), config(&[]).claims.rows.len());
    for answer in answers() {
        let found = &answer.found;
        match answer.verdict() {
            "not measurable here" => {
                assert!(!found.note.is_empty(), "{}: no reason", answer.row.claim)
            }
            _ => {
                let (lo, hi) = found.interval.expect("an interval");
                assert!(
                    found.n > 0 && lo <= hi && found.value.is_some(),
                    "{}",
                    answer.row.claim
                );
            }
        }
    }
    let csv = tables::table_of(study::claims::rows(reference())).csv();
    assert!(csv.starts_with(
        "id,claim,claimed,measured,lo,hi,n,verdict,window,arm,unit,rule,n_counts,minimum_n,note,method\n"
    ));
    for (row, answer) in study::claims::rows(reference())
        .iter()
        .zip(&reference().claims)
    {
        let asked = &answer.row.windows;
        let wanted = if asked.is_empty() {
            "all".to_string()
        } else {
            asked.join(" + ")
        };
        assert_eq!(row.window, wanted, "{}", row.id);
    }
    for id in [
        "O1", "O2", "O3", "O4", "O5", "O6", "O7", "O8", "O9", "O10", "O11", "O12", "L2", "T1",
        "R9", "N2", "N16",
    ] {
        assert!(
            csv.lines().any(|line| line.starts_with(&format!("{id},"))),
            "{id} is not asked"
        );
    }
}

#[test]
fn the_reduction_of_a_window_is_that_of_the_summary_with_its_interval() {
    let arm = reference().windows[0]
        .arms
        .iter()
        .find(|arm| arm.replay.name == "always_on")
        .expect("the arm");
    let found = &of("O1_2022").found;
    let (lo, hi) = found.interval.expect("an interval");
    let close = |a: f64, b: Option<f64>| (a - b.expect("a number")).abs() < 1e-9;
    assert!(close(
        found.value.expect("a value"),
        arm.summary.drawdown_reduction
    ));
    assert!(
        close(lo, arm.summary.drawdown_reduction_lo)
            && close(hi, arm.summary.drawdown_reduction_hi)
    );
    // Sessions follow each other: eleven blocks of 21 are what 251 of them are worth.
    assert_eq!((arm.summary.sessions, found.n), (251, 11));
}

#[test]
fn the_share_of_profit_has_the_interval_of_the_summary() {
    // Half a year in which the condors earn: in both windows of the reference run they lose, and nothing is retained.
    let half = study(&["windows=[{name=\"half\",first=\"2023-01-03\",last=\"2023-06-30\"}]"]);
    let arm = half.windows[0]
        .arms
        .iter()
        .find(|arm| arm.replay.name == "adaptive_confluence")
        .expect("the arm");
    let row = &config(&[]).claims.rows["O6_profit_all"];
    let found = &half
        .claims
        .iter()
        .find(|answer| answer.row == *row)
        .expect("an answer")
        .found;
    let (lo, hi) = found.interval.expect("an interval");
    let close = |a: f64, b: Option<f64>| (a - b.expect("a number")).abs() < 1e-9;
    assert!(close(
        found.value.expect("a value"),
        arm.summary.profit_retained
    ));
    assert!(close(lo, arm.summary.profit_retained_lo) && close(hi, arm.summary.profit_retained_hi));
    assert_eq!(
        found.method.expect("a method").to_string(),
        "stretched percentile"
    );
    // Both files print the same digits.
    let printed = tables::table_of(study::claims::rows(&half)).csv();
    let summary = tables::table_of(study::summary::rows(&half)).csv();
    let number = |value: f64| format!("{value:.6}");
    for value in [found.value.expect("a value"), lo, hi] {
        assert!(
            printed.contains(&number(value)) && summary.contains(&number(value)),
            "{value}"
        );
    }
}

#[test]
fn every_interval_says_how_it_was_made() {
    for answer in answers() {
        assert_eq!(
            answer.found.interval.is_some(),
            answer.found.method.is_some(),
            "{}",
            answer.row.claim
        );
    }
    let method = |name: &str| of(name).found.method.expect("a method").to_string();
    assert_eq!(method("O1_2022"), "percentile");
    assert_eq!(method("O11"), "studentized");
    assert_eq!(method("O4"), "stretched percentile");
}

#[test]
fn a_condition_keeps_the_sessions_at_whose_close_it_holds() {
    let during = |condition: &str| {
        format!("during={{words=\"tiered\",trigger={{signal=\"vix\",{condition}}}}}")
    };
    let set = |name: &str, condition: &str| {
        format!(
            "claims.rows.{name}.measure={{kind=\"drawdown_reduction\",arm=\"always_on\",{}}}",
            during(condition)
        )
    };
    let settings = [
        set("O1_2022", "above=0"),
        set("O1_2023", "above=25"),
        set("O1_all", "above=1000"),
    ];
    let rest = set("O5", "below=25");
    let mut all: Vec<&str> = settings.iter().map(String::as_str).collect();
    all.extend([rest.as_str(), "claims.rows.O5.windows=[\"2023-2024\"]"]);
    let run = study(&all);
    let rows = &config(&all).claims.rows;
    let found = |name: &str| {
        &run.claims
            .iter()
            .find(|a| a.row == rows[name])
            .expect("an answer")
            .found
    };
    // A condition that always holds changes nothing.
    let whole = &of("O1_2022").found;
    assert_eq!(
        (found("O1_2022").value, found("O1_2022").interval),
        (whole.value, whole.interval)
    );
    assert_eq!(
        found("O1_2022").note,
        "251 of 251 sessions, in stretches: 1"
    );
    // A condition and its opposite share the sessions out.
    let sessions = run.windows[1].sessions.len();
    let (above, below) = (found("O1_2023"), found("O5"));
    let held = |note: &str| -> usize {
        let (held, rest) = note.split_once(" of ").expect("how many sessions");
        let said = rest.starts_with(&format!("{sessions} sessions, in stretches: "));
        assert!(said, "{note}");
        held.parse().expect("a number")
    };
    let (few, many) = (held(&above.note), held(&below.note));
    assert!(few > 0 && many > few, "{few} and {many}");
    assert_eq!(few + many, sessions);
    assert_eq!((above.n, below.n), ((few / 21).max(1), many / 21));
    assert_ne!(below.value, of("O1_2023").found.value);
    // One that never holds has no answer, and says so.
    assert_eq!(
        found("O1_all").note,
        format!(
            "at no close of {} sessions did the condition hold",
            sessions + 251
        )
    );
    assert_eq!(found("O1_all").value, None);
}

#[test]
fn the_first_start_of_the_phases_is_the_window_itself() {
    let (phases, whole) = (&of("O2").found, of("O1_2022").found.value.expect("a value"));
    assert_eq!(phases.n, 11);
    let range = phases
        .note
        .strip_prefix("over 21 starts from ")
        .expect("the range");
    let mut ends = range
        .split([',', ' '])
        .filter_map(|word| word.parse::<f64>().ok())
        .map(|percent| percent / 100.0);
    let (low, high) = (
        ends.next().expect("a low end"),
        ends.next().expect("a high end"),
    );
    assert!(
        low - 1e-4 <= whole && whole <= high + 1e-4,
        "{whole} is not in {low} to {high}"
    );
    assert!(low < high, "the starts make a difference");
}

#[test]
fn an_arm_or_a_window_that_is_not_there_is_named() {
    assert_eq!(
        of("T1_down").found.note,
        "needs the arm tiered_extend_down, which this run does not have"
    );
    assert!(of("O7_order_best").found.note.contains("rigid_18"));
    let short = study(&[
        "windows=[{name=\"spring\",first=\"2022-03-01\",last=\"2022-05-31\"}]",
        "equal_spend_twins=false",
    ]);
    let answer = |id: &str| {
        short
            .claims
            .iter()
            .find(|answer| answer.row.id == id)
            .expect("a row")
    };
    assert_eq!(
        answer("O2").found.note,
        "needs the window 2022, which this run does not have"
    );
    let twin = short
        .claims
        .iter()
        .find(|answer| answer.row.measure.arms().contains('~'))
        .expect("a row on a twin");
    assert!(
        twin.found
            .note
            .starts_with("needs the equal-spend twin always_on~single_vix_call"),
        "{}",
        twin.found.note
    );
    // Sixty sessions are not enough for a verdict, whatever they say.
    assert_eq!(answer("O5").verdict(), "inconclusive");
}

#[test]
fn more_of_a_losing_hedge_loses_more_and_the_members_of_a_family_are_replayed() {
    let found = &of("O11").found;
    assert!(found.note.starts_with("returns "), "{}", found.note);
    let returns: Vec<f64> = found
        .note
        .split([' ', ','])
        .filter_map(|word| word.parse().ok())
        .collect();
    let arm = reference().windows[1]
        .arms
        .iter()
        .find(|arm| arm.replay.name == "always_on")
        .expect("the arm");
    let own = arm.summary.return_on_capital.expect("a return") * 100.0;
    assert!(
        (returns[0] - own).abs() < 0.006,
        "the first size is the arm itself: {returns:?}, {own}"
    );
    // Sizes 1, 2, 3: the slope is half of the difference of the ends.
    let slope = (returns[2] - returns[0]) / 200.0;
    assert!(
        (found.value.expect("a slope") - slope).abs() < 1e-4,
        "{returns:?}"
    );
}

#[test]
fn a_run_may_ask_nothing_or_something_else() {
    let none: RunConfig = config(&["claims.rows={}"]);
    assert!(none.claims.rows.is_empty());
    let (again, _) = runfile::config::Assembly::new("config.toml", &none.to_toml()).expect("TOML");
    assert_eq!(
        again.finish("config.toml").expect("a run"),
        none,
        "what was stored is what is read"
    );
    let other = config(&["claims.rows.O1_2022.claimed={above=0.1}"]);
    assert_eq!(other.claims.rows["O1_2022"].claimed, Claimed::Above(0.1));
    assert_ne!(
        other.to_toml(),
        config(&[]).to_toml(),
        "the rule is part of the run's hash"
    );
}

#[test]
fn a_wrong_section_is_refused_with_its_key() {
    let row = |key: &'static str, value: toml::Value| {
        wrong(|c| set(c, &["rows", "O1_2022", key], value.clone()))
    };
    let says = |message: String, words: &[&str]| {
        for word in words {
            assert!(message.contains(word), "no {word:?} in: {message}");
        }
    };
    says(
        row("minimum_n", 0.into()),
        &["run.toml", "claims.rows.O1_2022.minimum_n is 0", "1 to"],
    );
    says(
        row("claim", " ".into()),
        &["claims.rows.O1_2022.claim is empty"],
    );
    says(
        row("minimumn", 3.into()),
        &["minimumn", "did you mean \"minimum_n\"?"],
    );
    says(
        wrong(|c| set(c, &["phases"], 1)),
        &["claims.phases is 1", "2 to 250"],
    );
    let between: toml::Table = toml::from_str("between = [0.4, 0.3]").expect("TOML");
    says(
        row("claimed", between.into()),
        &["claimed.between is [0.4, 0.3]"],
    );
    let kind: toml::Table =
        toml::from_str("kind = \"drawdown_reductio\"\narm = \"tiered\"").expect("TOML");
    says(
        row("measure", kind.into()),
        &["drawdown_reductio", "did you mean \"drawdown_reduction\"?"],
    );
    let family: toml::Table =
        toml::from_str("kind = \"size_slope\"\nfamily = \"sizes\"").expect("TOML");
    says(
        row("measure", family.into()),
        &["no variant \"sizes\"", "did you mean \"size\"?"],
    );
    let level = |c: &mut toml::Table| {
        set(
            c,
            &["variants", "size", "levels"],
            vec![toml::Value::from(-1.0)],
        )
    };
    says(
        wrong(level),
        &[
            "claims.variants.size.levels[0]",
            "budget_fraction_of_credit",
        ],
    );
    let key = |c: &mut toml::Table| set(c, &["variants", "size", "key"], "budget");
    says(wrong(key), &["claims.variants.size", "budget"]);
    let trigger: toml::Table = toml::from_str(
        "kind = \"event_study\"\narm = \"adaptive_thirds\"\noutcome = \"return\"\nsessions = 20\n\
         trigger = { signal = \"ad_brek\", is = 1.0 }",
    )
    .expect("TOML");
    says(
        row("measure", trigger.into()),
        &["claims.rows.O1_2022.measure.trigger", "ad_brek"],
    );
    let during: toml::Table = toml::from_str(
        "kind = \"profit_retained\"\narm = \"always_on\"\n\
         during = { words = \"adaptive_thirds\", trigger = { signal = \"stratm\", below = 1.5 } }",
    )
    .expect("TOML");
    says(
        row("measure", during.into()),
        &["claims.rows.O1_2022.measure.trigger", "stratm"],
    );
}
