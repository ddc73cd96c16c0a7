//! Studies and datasets of the tests.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use market::observations::Observations;
use panel::spec::StudyConfig;
use panel::work::{Computed, StudyError, Workshop};
use runfile::config::Assembly;
use runfile::study_file::StudyFile;
use study::phase::Hearer;
use sweep::store::Store;

/// A shipped study.
pub fn shipped(name: &str) -> StudyConfig {
    study(name, |text| text)
}

/// A shipped study whose text was changed.
pub fn study(name: &str, change: impl Fn(String) -> String) -> StudyConfig {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../configs");
    let read = |path: String| {
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    let text = change(read(format!("{root}/studies/{name}.toml")));
    let file = StudyFile::parse(name, &text).unwrap();
    let run = file.run.as_str().unwrap().to_string();
    let (mut assembly, _) = Assembly::new(&run, &read(format!("{root}/studies/{run}"))).unwrap();
    let list = |names: &[String]| toml::Value::from(names.to_vec()).to_string();
    let settings = [
        format!("arms={}", list(&file.policies())),
        format!("condor_tiers={}", list(&file.books.named)),
        "equal_spend_twins=false".to_string(),
    ];
    settings
        .iter()
        .for_each(|setting| assembly.set(setting).unwrap());
    for (section, policy) in assembly.missing() {
        let text = read(format!("{root}/policies/{policy}.toml"));
        assembly.add(section, &policy, &policy, &text).unwrap();
    }
    StudyConfig::new(file, assembly.finish(&run).unwrap(), name).unwrap()
}

/// The bundled reconstruction, drawn anew.
pub fn observations() -> Observations {
    reconstruction::reconstruct(reconstruction::SEED)
}

/// A study of two books, two weekdays and three arms on few draws.
pub fn small() -> StudyConfig {
    small_with(
        "arms = [\"unhedged\", \"always_on\", \"tiered_inverse\"]",
        "[claims.one]\nid = \"O1\"\nclaim = \"it helps\"\nmeasure = { kind = \"drawdown_reduction\", arm = \"always_on\" }\n\
         claimed = { above = 0.0 }\nminimum_years = 2\n",
    )
}

/// The same with other arms and claims.
pub fn small_with(arms: &str, claims: &str) -> StudyConfig {
    study("alvh", |text| {
        let cut = |text: String, from: &str, to: &str| {
            let (before, rest) = text.split_once(from).unwrap();
            let (_, after) = rest.split_once(to).unwrap();
            format!("{before}{after}")
        };
        let text = cut(text, "arms = [", "]\n");
        let text = cut(text, "claim_arms = [", "]\n");
        let (text, _) = text.split_once("# The rule of every row").unwrap();
        let text = text
            .replace("years = \"all\"", "years = [2022, 2023]")
            .replace(
                "\"mon\", \"tue\", \"wed\", \"thu\", \"fri\"",
                "\"tue\", \"fri\"",
            )
            .replace(
                "named = [\"cndr\", \"condor_weekly_14d\"]",
                "named = [\"cndr\"]",
            )
            .replace("days = [7, 14, 21, 30, 45]", "days = [14]")
            .replace("exits = [\"held\", \"managed\"]", "exits = [\"held\"]")
            .replace("draws = 1000", "draws = 200")
            .replace("window_draws = 500", "window_draws = 100")
            .replace("draws = 100 ", "draws = 5 ");
        format!("{arms}\n{text}\n{claims}")
    })
}

/// A folder of its own for a store.
pub fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("alvh-panel-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// All cells of a study, kept in a store of this folder.
pub fn compute(
    config: &StudyConfig,
    observations: &Observations,
    folder: &std::path::Path,
) -> Result<Computed, StudyError> {
    compute_told(config, observations, folder, &|_, _, _, _| ())
}

/// The same, and who hears how far it is.
pub fn compute_told(
    config: &StudyConfig,
    observations: &Observations,
    folder: &std::path::Path,
    progress: Hearer<'_>,
) -> Result<Computed, StudyError> {
    let store = Store::open(&folder.join("cells.study"))?;
    let workshop = Workshop {
        config,
        observations,
        dataset_hash: "test",
        store: &store,
        stop: &AtomicBool::new(false),
        progress,
    };
    workshop.compute()
}
