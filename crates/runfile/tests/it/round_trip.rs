//! What is read can be printed, and the print means the same.

use runfile::config::Assembly;
use runfile::study_file::StudyFile;
use runfile::sweep_file::SweepFile;

use crate::shipped::{assemble, texts};

#[test]
fn a_run_is_what_its_stored_text_says() {
    for folder in ["runs", "benchmarks"] {
        for (name, text) in texts(folder) {
            let config = assemble(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
            let stored = config.to_toml();
            let (assembly, dataset) = Assembly::new("config.toml", &stored).expect("its own text");
            assert_eq!(dataset, None, "{name}: a stored run names no dataset");
            assert!(
                assembly.missing().is_empty(),
                "{name}: it holds its policies"
            );
            let again = assembly
                .finish("config.toml")
                .unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!(again, config, "{name}");
            assert_eq!(again.to_toml(), stored, "{name}");
        }
    }
}

#[test]
fn a_changed_number_comes_back_to_the_last_bit() {
    let (name, text) = &texts("runs")[0];
    for (key, value) in [
        ("starting_capital_usd", 123_456.789_012_345_6),
        ("starting_capital_usd", 1e12),
        ("model.atm_shift", -0.1 - 0.2),
        ("model.psi_factor", f64::from_bits(0x3FF0_0000_0000_0001)),
        ("inference.level", 0.900_000_000_000_000_1),
        ("execution.margin.loan_spread", 5e-324),
    ] {
        let (mut assembly, _) = Assembly::new(name, text).expect("a run");
        for (section, policy) in assembly.missing() {
            let text = crate::shipped::text("policies", &policy);
            assembly
                .add(section, &policy, &policy, &text)
                .expect("a policy");
        }
        assembly.set(&format!("{key}={value:?}")).expect("a key");
        let config = assembly
            .finish(name)
            .unwrap_or_else(|e| panic!("{key}: {e}"));
        let (again, _) = Assembly::new(name, &config.to_toml()).expect("its own text");
        assert_eq!(again.finish(name).expect("its own text"), config, "{key}");
    }
}

#[test]
fn sweeps_and_studies_come_back() {
    for (name, text) in texts("sweeps") {
        let file = SweepFile::parse(&name, &text).unwrap_or_else(|e| panic!("{e}"));
        let stored = toml::to_string(&file).expect("plain data");
        assert_eq!(SweepFile::parse(&name, &stored), Ok(file), "{name}");
    }
    for (name, text) in texts("studies") {
        let file = StudyFile::parse(&name, &text).unwrap_or_else(|e| panic!("{e}"));
        let stored = toml::to_string(&file).expect("plain data");
        assert_eq!(StudyFile::parse(&name, &stored), Ok(file), "{name}");
    }
}
