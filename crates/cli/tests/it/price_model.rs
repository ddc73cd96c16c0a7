//! The bars of docs/accuracy.md on the public chains of 2022 to 2024, through `alvh data fit`.

use crate::support::{alvh, failure, only_folder, real_data, scratch, stderr, stdout};

#[test]
fn closing_chains_are_priced_within_the_stated_error() {
    let Some(from) = real_data("the fit to real chains") else {
        return;
    };
    let folder = scratch("fit");
    let (dataset, out) = (folder.join("dataset"), folder.join("out"));
    let (dataset, out) = (
        dataset.to_str().expect("UTF-8"),
        out.to_str().expect("UTF-8"),
    );
    let output = alvh(&[
        "data", "import", "--quiet", "--from", &from, "--into", dataset,
    ]);
    assert!(output.status.success(), "{}", stderr(&output));
    let output = alvh(&["data", "fit", dataset, "--json", "--out", out]);
    assert!(output.status.success(), "{}", stderr(&output));
    let summary: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    let of = |measure: &str, what: &str| {
        summary["closing"][measure][what]
            .as_f64()
            .expect("a number")
    };
    assert!(
        of("atm", "n") >= 230.0 && of("atm", "bias").abs() <= 0.1 && of("atm", "rmse") <= 0.5,
        "{summary}"
    );
    let condor = |what| of("condor_16_5", what);
    assert!(
        condor("n") >= 200.0 && condor("bias").abs() <= 3.0 && condor("rmse") <= 8.1,
        "{summary}"
    );
    let written = only_folder(out.as_ref());
    for file in ["fit.csv", "fit.md", "fit.svg"] {
        assert!(
            std::fs::metadata(written.join(file)).is_ok_and(|m| m.len() > 1_000),
            "{file}"
        );
    }
    let text = std::fs::read_to_string(written.join("fit.md")).expect("the tables");
    assert!(
        text.lines().all(|line| line.chars().count() <= 96),
        "wider than a page"
    );
}

#[test]
fn a_dataset_without_chains_says_how_to_get_some() {
    let (code, message) = failure(&["data", "fit", "datasets/reconstruction"]);
    assert_eq!(code, 3, "{message}");
    assert!(
        message.contains("neither option chains nor prices of single options")
            && message.contains("alvh data import"),
        "{message}"
    );
    let (code, message) = failure(&["data", "fit"]);
    assert_eq!(code, 2, "{message}");
    assert!(message.contains("alvh data fit DATASET"), "{message}");
}
