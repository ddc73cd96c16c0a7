//! The binary alone, in an empty folder, as after an installation.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::{only_folder, scratch, stderr, stdout};

/// A folder with a home of its own; nothing of the checkout is near it.
struct Machine {
    folder: PathBuf,
    home: PathBuf,
}

impl Machine {
    fn new(name: &str) -> Machine {
        let home = scratch(&format!("{name}-home"));
        let folder = scratch(name);
        Machine { folder, home }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_alvh"));
        command
            .args(args)
            .current_dir(&self.folder)
            .env("HOME", &self.home)
            .env_remove("XDG_CACHE_HOME")
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("ALVH_DATASET")
            .env_remove("ALVH_OUT")
            .env_remove("ALVH_THREADS");
        command
    }

    fn alvh(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("the program starts")
    }

    fn done(&self, args: &[&str]) -> String {
        let output = self.alvh(args);
        assert!(output.status.success(), "{args:?}: {}", stderr(&output));
        stdout(&output)
    }

    fn refused(&self, args: &[&str]) -> String {
        let output = self.alvh(args);
        assert_eq!(
            output.status.code(),
            Some(2),
            "{args:?}: {}",
            stdout(&output)
        );
        stderr(&output)
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.folder.join(file);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
}

fn edit(path: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(path).expect("a file");
    assert!(text.contains(from), "{from:?} is not in {text}");
    std::fs::write(path, text.replace(from, to)).expect("a file");
}

#[test]
fn the_main_job_runs_where_nothing_is() {
    let machine = Machine::new("installed-main");
    machine.done(&["--quiet"]);
    let folder = only_folder(&machine.folder.join("reports"));
    let said = stderr(&machine.alvh(&["policies", "tiered", "-v"]));
    assert!(said.is_empty(), "{said}");
    let said = stderr(&machine.alvh(&["-v", "--set", "windows.0.first=2022-02-30"]));
    assert!(
        said.contains("inside the program: configs/runs/replay.toml"),
        "{said}"
    );
    assert!(said.contains("policy   configs/policies/condor"), "{said}");
    let build = std::fs::read_to_string(folder.join("build.json")).expect("build.json");
    let build: serde_json::Value = serde_json::from_str(&build).expect("JSON");
    let shipped = build["shipped_files"].as_array().expect("a list");
    assert_eq!(shipped[0], "configs/runs/replay.toml");
    let verified = machine.done(&["verify", folder.to_str().expect("UTF-8")]);
    assert!(verified.starts_with("verified: "), "{verified}");
}

#[test]
fn a_project_is_made_changed_run_and_swept() {
    let machine = Machine::new("installed-project");
    machine.done(&["init"]);
    edit(
        &machine.folder.join("policies/mine.toml"),
        "# budget_fraction_of_credit = 0.2",
        "budget_fraction_of_credit = 0.1",
    );
    edit(
        &machine.folder.join("runs/mine.toml"),
        "# starting_capital_usd = 10000000.0",
        "starting_capital_usd = 2000000.0",
    );
    machine.done(&["replay", "runs/mine.toml", "--quiet"]);
    let folder = only_folder(&machine.folder.join("reports"));
    let config = std::fs::read_to_string(folder.join("config.toml")).expect("config.toml");
    for said in [
        "starting_capital_usd = 2000000.0",
        "budget_fraction_of_credit = 0.1",
        "arms = [\"unhedged\", \"mine\"]",
    ] {
        assert!(config.contains(said), "{said} is not in {config}");
    }
    assert!(!config.contains("extends"), "the stored run is whole");
    let taken = machine.refused(&["init"]);
    assert!(
        taken.contains("README.md is there already; nothing was written"),
        "{taken}"
    );
    machine.done(&["new", "sweep", "budgets", "--from", "small"]);
    machine.write(
        "sweeps/budgets.toml",
        "extends = \"small\"\nname = \"budgets\"\nrun = \"../runs/mine.toml\"\nconstraints = []\n\
         [set]\narms = [\"unhedged\", \"tiered\"]\n\
         [[axes]]\nname = \"budget\"\nkey = \"policies.tiered.budget_fraction_of_credit\"\nvalues = [0.1, 0.2]\n\
         [[axes]]\nkey = \"model.atm_shift\"\nvalues = [0.0]\n",
    );
    machine.done(&["sweep", "sweeps/budgets.toml", "--quiet"]);
}

#[test]
fn a_file_on_disk_of_a_shipped_name_wins() {
    let machine = Machine::new("installed-wins");
    machine.write(
        "configs/policies/tiered.toml",
        "extends = \"tiered\"\nname = \"tiered\"\nsummary = \"Mine.\"\n",
    );
    let own = machine.done(&["policies", "tiered"]);
    assert!(own.contains("summary = \"Mine.\""), "{own}");
    let list = machine.done(&["policies"]);
    assert!(
        list.lines()
            .any(|l| l.starts_with("tiered ") && l.ends_with("Mine.")),
        "{list}"
    );
}

#[test]
fn a_wrong_name_or_kind_is_told_what_there_is() {
    let machine = Machine::new("installed-wrong");
    machine.write(
        "circle.toml",
        "extends = \"./other.toml\"\nname = \"circle\"\n",
    );
    machine.write(
        "other.toml",
        "extends = \"./circle.toml\"\nname = \"other\"\n",
    );
    machine.write(
        "policies/mine.toml",
        "extends = \"tiered\"\nname = \"mine\"\nsummary = \"x\"\n",
    );
    for (args, wanted) in [
        (
            ["replay", "configs/runs/reply.toml"],
            "did you mean \"replay\"?",
        ),
        (
            ["replay", "small"],
            "small is a sweep: `alvh sweep` takes it",
        ),
        (
            ["replay", "policies/mine.toml"],
            "is a policy file, wanted is a run file",
        ),
        (
            ["sweep", "history"],
            "history is a run: `alvh replay` takes it",
        ),
        (["policies", "tierd"], "did you mean \"tiered\"?"),
        (["replay", "circle.toml"], "extends itself"),
    ] {
        let message = machine.refused(&args);
        assert!(message.contains(wanted), "{args:?}: {message}");
        assert!(!message.contains("os error"), "{args:?}: {message}");
    }
}

#[test]
fn settings_are_taken_in_their_order() {
    let machine = Machine::new("installed-settings");
    machine.write("alvh.toml", "out = \"results\"\n");
    machine.write(
        "run.toml",
        "extends = \"replay\"\nname = \"run\"\narms = [\"unhedged\"]\nequal_spend_twins = false\n",
    );
    machine.done(&["replay", "run.toml", "--quiet"]);
    assert!(
        machine.folder.join("results").is_dir(),
        "the project file says where"
    );
    let from_environment = machine
        .command(&["replay", "run.toml", "--quiet"])
        .env("ALVH_OUT", "elsewhere")
        .output()
        .expect("the program starts");
    assert!(
        from_environment.status.success(),
        "{}",
        stderr(&from_environment)
    );
    assert!(
        machine.folder.join("elsewhere").is_dir(),
        "the environment goes before a file"
    );
    machine.write("alvh.toml", "outt = \"results\"\n");
    let message = machine.refused(&["replay", "run.toml"]);
    assert!(message.contains("did you mean \"out\"?"), "{message}");
}

#[test]
fn a_dataset_is_made_the_usual_one() {
    let machine = Machine::new("installed-dataset");
    machine.done(&["data", "reconstruct", "--into", "mine", "--quiet"]);
    machine.done(&["dataset", "use", "mine"]);
    let list = machine.done(&["dataset", "list"]);
    assert!(list.contains("the usual one"), "{list}");
    machine.write(
        "run.toml",
        "extends = \"replay\"\nname = \"run\"\narms = [\"unhedged\"]\nequal_spend_twins = false\n",
    );
    machine.done(&["replay", "run.toml", "--quiet"]);
    let folder = only_folder(&machine.folder.join("reports"));
    let build = std::fs::read_to_string(folder.join("build.json")).expect("build.json");
    assert!(build.contains("installed-dataset/mine"), "{build}");
    let missing = machine.alvh(&["dataset", "use", "nothing"]);
    assert_eq!(missing.status.code(), Some(3), "{}", stderr(&missing));
}

#[test]
fn completions_and_manual_pages_are_printed() {
    let machine = Machine::new("installed-manual");
    assert!(machine.done(&["completions", "bash"]).contains("_alvh()"));
    assert!(machine.done(&["manual"]).contains(".TH alvh"));
    assert!(machine.done(&["manual", "replay"]).contains("run folder"));
    assert!(
        machine
            .refused(&["manual", "reply"])
            .contains("did you mean \"replay\"?")
    );
}
