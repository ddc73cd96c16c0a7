//! Every configuration in the repository is loaded; every wrong one fails, and well.

use crate::support::{alvh, failure, reference, root, scratch, stderr};

fn texts(folder: &str) -> Vec<(String, String)> {
    let folder = root().join(folder);
    let mut all: Vec<(String, String)> = std::fs::read_dir(&folder)
        .unwrap_or_else(|e| panic!("{}: {e}", folder.display()))
        .map(|e| e.expect("an entry").path())
        .filter(|p| p.extension().is_some_and(|x| x == "toml"))
        .map(|p| {
            (
                p.file_stem()
                    .expect("a name")
                    .to_string_lossy()
                    .into_owned(),
                std::fs::read_to_string(&p).expect("text"),
            )
        })
        .collect();
    all.sort();
    assert!(!all.is_empty());
    all
}

#[test]
fn every_shipped_policy_prints_its_resolved_form() {
    for (name, _) in texts("configs/policies") {
        let output = alvh(&["policies", &name]);
        assert!(output.status.success(), "{name}: {}", stderr(&output));
    }
}

#[test]
fn every_shipped_run_loads() {
    for folder in ["configs/runs", "configs/benchmarks"] {
        for (name, _) in texts(folder) {
            // A dataset that is not there is reached only by a run that is right in itself.
            let output = alvh(&[
                "replay",
                &format!("{folder}/{name}.toml"),
                "--dataset",
                "datasets/nowhere",
            ]);
            assert_eq!(output.status.code(), Some(3), "{name}: {}", stderr(&output));
        }
    }
}

#[test]
fn every_shipped_study_loads() {
    for (name, _) in texts("configs/studies") {
        let output = alvh(&[
            "study",
            &format!("configs/studies/{name}.toml"),
            "--dataset",
            "datasets/nowhere",
        ]);
        assert_eq!(output.status.code(), Some(3), "{name}: {}", stderr(&output));
    }
}

#[test]
fn every_shipped_sweep_loads() {
    for (name, _) in texts("configs/sweeps") {
        let output = alvh(&[
            "sweep",
            &format!("configs/sweeps/{name}.toml"),
            "--dataset",
            "datasets/nowhere",
        ]);
        assert_eq!(output.status.code(), Some(3), "{name}: {}", stderr(&output));
    }
}

#[test]
fn the_two_reference_runs_differ_in_name_dataset_release_days_and_worlds_only() {
    let runs = texts("configs/runs");
    let body = |name: &str| -> Vec<String> {
        let text = &runs.iter().find(|(n, _)| n == name).expect("the run").1;
        text.lines()
            .filter(|l| {
                !l.starts_with('#') && !l.starts_with("name =") && !l.starts_with("dataset")
            })
            // The reconstruction has no release days in its prices (docs/accuracy.md).
            .filter(|l| !l.starts_with("event_weights"))
            // Its prices are the model's own: there is no error to draw.
            .filter(|l| !l.starts_with("worlds"))
            .map(str::to_string)
            .collect()
    };
    assert_eq!(body("replay"), body("history"));
}

/// A wrong policy put in the place of a shipped one, and what its message must say.
const WRONG: &[(&str, &str, &str, &[&str])] = &[
    (
        "tiered",
        "share = 0.40",
        "shar = 0.40",
        &["tiered.toml", "shar", "did you mean \"share\"?"],
    ),
    (
        "tiered",
        "share = 0.40",
        "share = 0.90",
        &["sum to", "at most 1"],
    ),
    (
        "tiered",
        "to = 22.0",
        "to = 21.0",
        &["gap", "between 21 and 22"],
    ),
    (
        "tiered",
        "signal = \"vix\"",
        "signal = \"vixx\"",
        &["vixx", "vix"],
    ),
    (
        "tiered",
        "delta = 0.30",
        "delta = 30.0",
        &["delta is 30", "0.005 to 0.995"],
    ),
    ("tiered", "min_days = 1,", "min_days = 0,", &["min_days 0"]),
    (
        "tiered",
        "underlying = \"vix\"",
        "underlying = \"vx\"",
        &["option legs"],
    ),
    (
        "tiered",
        "name = \"tiered\"",
        "name = \"tired\"",
        &["carry its own name"],
    ),
    (
        "tiered",
        "side = \"short\"",
        "side = \"sold\"",
        &["sold", "short"],
    ),
    (
        "tiered",
        "budget_fraction_of_credit = 0.20",
        "budget_fraction_of_credit = \"much\"",
        &["tiered.toml"],
    ),
    (
        "condor_weekly_14d",
        "points = 50.0",
        "points = 0.0",
        &["long.points is 0"],
    ),
    (
        "condor_weekly_14d",
        "weekday = \"fri\"",
        "weekday = \"friiday\"",
        &["condor_weekly_14d.toml"],
    ),
    (
        "condor_weekly_14d",
        "underlying = \"spxw\"",
        "underlying = \"spy\"",
        &["spy", "spxw"],
    ),
    (
        "condor_weekly_14d",
        "max_open = 10",
        "max_open = -1",
        &["condor_weekly_14d.toml"],
    ),
];

#[test]
fn wrong_policies_fail_with_a_message_that_names_file_key_and_what_is_allowed() {
    for (index, (policy, right, wrong, words)) in WRONG.iter().enumerate() {
        let folder = scratch(&format!("wrong-{index}"));
        for kind in ["policies", "runs"] {
            std::fs::create_dir_all(folder.join(kind)).expect("a folder");
            for (name, text) in texts(&format!("configs/{kind}")) {
                let text = if name == *policy {
                    assert!(text.contains(right), "{policy} no longer says {right}");
                    text.replacen(right, wrong, 1)
                } else {
                    text
                };
                std::fs::write(folder.join(kind).join(format!("{name}.toml")), text)
                    .expect("a file");
            }
        }
        let run = folder.join("runs/replay.toml");
        let output = alvh(&["replay", run.to_str().expect("UTF-8")]);
        let message = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{wrong}: {message}");
        for word in *words {
            assert!(message.contains(word), "{wrong}: no {word:?} in: {message}");
        }
    }
}

#[test]
fn a_resolved_sweep_is_its_own_file() {
    let folder = crate::support::scratch("resolved-again");
    let dataset = crate::support::root().join("datasets/reconstruction");
    let mut seen = 0;
    for entry in
        std::fs::read_dir(crate::support::root().join("configs/sweeps")).expect("the sweeps")
    {
        let path = entry.expect("an entry").path();
        let resolve = |path: &std::path::Path| {
            let found =
                alvh_cli::host::resolved_sweep(Some(path), Some(dataset.clone()), Vec::new());
            found.unwrap_or_else(|e| panic!("{}: {e}", path.display()))
        };
        let (text, hash, _) = resolve(&path);
        let stored = folder.join("sweep.toml");
        std::fs::write(&stored, &text).expect("a file");
        let (again, same, _) = resolve(&stored);
        assert_eq!((text, hash), (again, same), "{}", path.display());
        seen += 1;
    }
    assert!(seen >= 7, "{seen} sweeps");
}

#[test]
fn a_stored_policy_is_called_what_its_table_is_called() {
    // A configuration with another name inside was computed whole; then the report refused the folder.
    let stored = std::fs::read_to_string(reference().join("config.toml")).expect("a configuration");
    let folder = scratch("stored-names");
    for (table, name, other) in [
        ("policies", "tiered", "unhedged"),
        ("policies", "tiered", "an arm, <b>bold</b>"),
        ("condors", "condor_weekly_14d", "other"),
    ] {
        let head = format!("[{table}.{name}]\nname = ");
        let right = format!("{head}\"{name}\"");
        assert!(stored.contains(&right), "no {right} in config.toml");
        let wrong = stored.replacen(&right, &format!("{head}\"{other}\""), 1);
        let path = folder.join("config.toml");
        std::fs::write(&path, wrong).expect("a file");
        let (code, message) = failure(&["replay", path.to_str().expect("UTF-8")]);
        assert_eq!(code, 2, "{message}");
        let said = format!("{table}.{name}.name: found {other:?}, it must be {name:?}");
        assert!(message.contains(&said), "no {said} in: {message}");
    }
}
