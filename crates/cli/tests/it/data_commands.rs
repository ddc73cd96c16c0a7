//! Datasets from the command line.

use crate::support::{alvh, bytes, failure, root, scratch, stderr, stdout};

#[test]
fn reconstruct_builds_the_bundled_dataset_bit_for_bit() {
    let into = scratch("reconstruct").join("reconstruction");
    let output = alvh(&[
        "data",
        "reconstruct",
        "--into",
        into.to_str().expect("UTF-8"),
    ]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains("not market history"));
    let mut bundled = bytes(&root().join("datasets/reconstruction"));
    bundled.remove("README.md");
    assert!(
        bytes(&into) == bundled,
        "the bundled dataset is not what the code builds"
    );
}

#[test]
fn check_names_the_dataset_and_says_what_it_is() {
    let output = alvh(&["data", "check"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(
        text.contains("1028 sessions") && text.contains("not market history"),
        "{text}"
    );
}

#[test]
fn an_empty_folder_is_refused_and_nothing_is_written() {
    let from = scratch("empty");
    let into = scratch("empty-into").join("dataset");
    let (code, message) = failure(&[
        "data",
        "import",
        "--quiet",
        "--from",
        from.to_str().expect("UTF-8"),
        "--into",
        into.to_str().expect("UTF-8"),
    ]);
    assert_eq!(code, 3, "{message}");
    assert!(!into.exists());
}
