//! Two folders side by side.

use crate::fixture;

#[test]
fn equal_runs_differ_nowhere() {
    let run = fixture::standard().run();
    let page = report::compare_html(&run, &run);
    assert!(page.contains("Every key has the same value in both."));
    assert!(
        page.contains("Configuration: the same.")
            && page.contains("Data: the same, byte for byte.")
    );
    assert!(page.contains("Result: the P&amp;L of all 10 rows is the same, to the cent."));
    assert!(!page.contains("<td class=t>differs"));
    assert_eq!(page.matches("<td class=t>same").count(), 9);
}

#[test]
fn changes_in_config_data_engine_and_result_are_shown() {
    let left = fixture::standard().run();
    let mut other = fixture::standard();
    other.files.insert(
        "config.toml".into(),
        "name = \"replay\"\nstarting_capital_usd = 1000000\n[condor]\nshort_delta = 0.20\nwing_points = 50\n".into(),
    );
    other.manifest["engine"]["results_version"] = 2.into();
    other.manifest["dataset_hash"] = "00ff".into();
    let right = other.run();
    let text = report::compare_markdown(&left, &right);
    assert!(
        text.contains("| condor.short\\_delta | 0.16 | 0.20 |"),
        "{text}"
    );
    assert!(
        text.contains(
            "Configuration: one key differs: condor.short\\_delta is 0.16 in A and 0.20 in B."
        ),
        "{text}"
    );
    assert!(
        text.contains("Engine: 0.1.0 with results version 1 against 0.1.0 with results version 2.")
    );
    assert!(text.contains("Data: another state of reconstruction."));
    assert!(
        !text.contains("wing_points"),
        "lines that both have are not shown"
    );
    assert!(text.contains("| Results version | 1 | 2 | differs |"));
    assert!(text.contains("| Dataset hash | ") && text.contains(" | 00ff | differs |"));
    assert!(text.contains("| always\\_on | 2022 | "));
    let page = report::compare_html(&left, &right);
    assert!(!page.contains("http") && page.contains("Two run folders side by side"));
}

#[test]
fn arms_that_only_one_run_has_print_dashes() {
    let (left, right) = (fixture::standard().run(), fixture::ten_arms().run());
    let text = report::compare_markdown(&left, &right);
    let line = text
        .lines()
        .find(|line| line.starts_with("| policy\\_with\\_a\\_long\\_name\\_1 | 2022 |"))
        .unwrap();
    assert!(
        line.starts_with("| policy\\_with\\_a\\_long\\_name\\_1 | 2022 | – | "),
        "{line}"
    );
}
