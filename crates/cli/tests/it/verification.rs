//! The same inputs give the same bytes: again, on any number of threads, and `verify` says so.

use crate::support::{alvh, bytes, failure, reference, replay_into, stderr, stdout};

#[test]
fn w31_one_and_many_threads_write_the_same_bytes() {
    let first = bytes(reference());
    for threads in ["1", "2", "7"] {
        let again = replay_into(&format!("threads-{threads}"), &["--threads", threads]);
        assert_eq!(
            again.file_name(),
            reference().file_name(),
            "the same folder name"
        );
        for (name, content) in bytes(&again) {
            assert!(
                content == first[&name],
                "{name} differs with {threads} threads"
            );
        }
    }
}

#[test]
fn verify_agrees_with_a_fresh_folder_and_finds_a_changed_byte() {
    let folder = replay_into("verified", &["--set", "equal_spend_twins=false"]);
    let text = folder.to_str().expect("UTF-8");
    let good = alvh(&["verify", "--quiet", text]);
    assert!(good.status.success(), "{}", stderr(&good));
    assert!(stdout(&good).contains("the same to the byte"));

    let path = folder.join("trades.csv");
    let trades = std::fs::read_to_string(&path).expect("trades");
    std::fs::write(&path, trades.replacen("unhedged", "unhedgee", 1)).expect("a changed file");
    let (code, message) = failure(&["verify", "--quiet", text]);
    assert_eq!(code, 4);
    assert!(
        message.contains("trades.csv, line 2") && message.contains("unhedgee"),
        "{message}"
    );
}

#[test]
fn report_rebuilds_the_same_pages_from_the_folder_alone() {
    let folder = replay_into("rendered", &["--set", "equal_spend_twins=false"]);
    let before = bytes(&folder);
    for page in ["report.html", "report.md"] {
        std::fs::remove_file(folder.join(page)).expect("a page");
    }
    let output = alvh(&["report", folder.to_str().expect("UTF-8")]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(bytes(&folder) == before, "the pages differ");
}

#[test]
fn another_setting_gets_another_folder() {
    let other = replay_into(
        "other",
        &[
            "--set",
            "equal_spend_twins=false",
            "--set",
            "execution.half_spread_fraction=1",
        ],
    );
    assert_ne!(other.file_name(), reference().file_name());
    let out = crate::support::scratch("compared");
    let paths = [reference(), &other, &out].map(|p| p.to_str().expect("UTF-8"));
    let output = alvh(&["report", paths[0], "--compare", paths[1], "--out", paths[2]]);
    assert!(output.status.success(), "{}", stderr(&output));
    let page = std::fs::read_to_string(out.join("compare.md")).expect("the comparison");
    assert!(
        page.contains("| execution.half\\_spread\\_fraction | 0.5 | 1.0 |"),
        "the changed key is named:\n{page}"
    );
}
