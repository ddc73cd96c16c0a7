//! The reference run on the bundled reconstruction, executed once.

use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;

use market::observations::Observations;
use runfile::config::{Assembly, RunConfig};
use study::execute::execute;
use study::results::Study;

pub fn observations() -> &'static Observations {
    static OBSERVATIONS: OnceLock<Observations> = OnceLock::new();
    OBSERVATIONS.get_or_init(|| reconstruction::reconstruct(reconstruction::SEED))
}

pub fn text(folder: &str, name: &str) -> String {
    let path = format!(
        "{}/../../configs/{folder}/{name}.toml",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// The shipped reference run with these settings, its bands and slippage variants left out.
pub fn config(settings: &[&str]) -> RunConfig {
    let (mut assembly, _) =
        Assembly::new("replay.toml", &text("runs", "replay")).expect("the shipped run");
    let fewer = [
        "bands.atm_shift=[]",
        "bands.psi_factor=[]",
        "bands.half_spread_fraction=[]",
        "inference.draws=400",
    ];
    for setting in fewer.iter().chain(settings) {
        assembly.set(setting).expect("a legal setting");
    }
    for (section, name) in assembly.missing() {
        assembly
            .add(section, &name, &name, &text("policies", &name))
            .expect("a shipped policy");
    }
    assembly
        .finish("replay.toml")
        .expect("a whole configuration")
}

pub fn study(settings: &[&str]) -> Study {
    execute_on(&config(settings), observations())
}

/// A run on a complete market.
pub fn execute_on(config: &RunConfig, observations: &Observations) -> Study {
    let stop = AtomicBool::new(false);
    execute(
        config,
        observations,
        &Default::default(),
        &|_, _, _| {},
        &stop,
    )
    .expect("a complete market")
}

pub fn reference() -> &'static Study {
    static STUDY: OnceLock<Study> = OnceLock::new();
    STUDY.get_or_init(|| study(&[]))
}
