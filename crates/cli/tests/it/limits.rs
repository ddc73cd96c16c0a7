//! Small inputs that ask for everything: refused in bounded time and memory, with the limit named.

use std::path::Path;
use std::process::{Command, Output};

use crate::support::{root, scratch, stderr, stdout};

/// Memory and seconds of processor a refusal may take.
const KIB: u32 = 3_000_000;
const SECONDS: u32 = 30;

/// The program within those bounds.
fn bounded(args: &[&str]) -> Output {
    Command::new("sh")
        .args([
            "-c",
            &format!("ulimit -v {KIB}; ulimit -t {SECONDS}; exec \"$0\" \"$@\""),
        ])
        .arg(env!("CARGO_BIN_EXE_alvh"))
        .args(args)
        .current_dir(root())
        .output()
        .expect("a shell")
}

/// Refuses with a code and a short message that holds all of this.
#[track_caller]
fn refused(args: &[&str], code: i32, words: &[&str]) {
    let output = bounded(args);
    let message = stderr(&output);
    assert_eq!(output.status.code(), Some(code), "{args:?}: {message}");
    assert_eq!(stdout(&output), "", "{args:?}");
    assert!(message.len() < 10_000, "{args:?}: {} bytes", message.len());
    for word in words {
        assert!(message.contains(word), "{args:?}: no {word:?} in {message}");
    }
}

fn path(folder: &Path, file: &str, text: &str) -> String {
    let path = folder.join(file);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(&path, text).expect("a file");
    path.to_str().expect("UTF-8").to_string()
}

/// A run of one policy that buys VIX calls when the trigger `when` holds.
fn policy(folder: &Path, name: &str, tables: &str, when: &str) -> String {
    let policy = format!(
        "extends = \"single_vix_call\"\nname = \"{name}\"\n{tables}\n[[layers]]\nname = \"calls\"\nshare = 1.0\n\
         underlying = \"vix\"\nwhen = \"{when}\"\nexpiry = {{ rule = \"first\", min_days = 20, max_days = 60 }}\n\
         legs = [{{ side = \"long\", right = \"call\", strike = {{ by = \"delta\", delta = 0.3, tolerance = 0.1 }} }}]\n"
    );
    path(folder, &format!("policies/{name}.toml"), &policy);
    let run = format!(
        "extends = \"replay\"\nname = \"{name}\"\narms = [\"unhedged\", \"{name}\"]\nequal_spend_twins = false\n"
    );
    path(folder, &format!("runs/{name}.toml"), &run)
}

#[test]
fn numbers_that_are_none_are_refused_whatever_the_key() {
    let nan = |key: &str, value: &str| {
        let set = format!("{key}={value}");
        refused(
            &["replay", "--set", &set],
            2,
            &[&format!("{key} is {value}, allowed is finite numbers")],
        );
    };
    nan("policies.tiered.tier.bands.1.from", "nan");
    nan("policies.tiered.tier.bands.1.from", "-inf");
    nan("policies.always_on.budget_fraction_of_credit", "inf");
    nan("model.psi_factor", "nan");
    let folder = scratch("limits-nan");
    let run = path(
        &folder,
        "run.toml",
        "extends = \"replay\"\n[model]\natm_shift = nan\n",
    );
    refused(&["replay", &run], 2, &["model.atm_shift is nan"]);
    let axis = |values: &str| {
        format!(
            "extends = \"small\"\n[[axes]]\nname = \"budget\"\n\
             key = \"policies.tiered.budget_fraction_of_credit\"\nvalues = {values}\n"
        )
    };
    let sweep = path(&folder, "sweep.toml", &axis("[0.1, nan]"));
    refused(&["sweep", &sweep], 2, &["axes.0.values.1 is nan"]);
}

#[test]
fn names_that_are_nowhere_are_refused() {
    let folder = scratch("limits-names");
    let trigger = "[triggers]\nhigh = { signal = \"series:vix3mm\", above = 1.0 }";
    let run = policy(&folder, "slip", trigger, "high");
    refused(
        &["replay", &run],
        3,
        &[
            "no series \"vix3mm\"",
            "policies.slip.triggers.high.signal",
            "did you mean \"vix3m\"?",
        ],
    );
    let weekday = [
        "replay",
        "--set",
        "condors.condor_14d_16_5.entry.weekday=\"sun\"",
    ];
    refused(&weekday, 2, &["weekday is \"sun\"", "mon to fri"]);
    let stop = "policies.always_on.layers.1.exit=[{kind=\"stop_loss\",multiple_of_credit=2.0}]";
    refused(
        &["replay", "--set", stop],
        2,
        &[
            "layers.medium.exit: stop_loss never applies",
            "never opened for one",
        ],
    );
}

#[test]
fn triggers_that_name_each_other_stay_small() {
    let folder = scratch("limits-triggers");
    let twice = |n: usize| {
        format!(
            "t{n} = {{ all = [{{ trigger = \"t{0}\" }}, {{ trigger = \"t{0}\" }}] }}\n",
            n - 1
        )
    };
    let chain = |n: usize| format!("t{n} = {{ not = {{ trigger = \"t{}\" }} }}\n", n - 1);
    let first = "[triggers]\nt0 = { signal = \"vix\", above = 20.0 }\n";
    let table = |levels: usize, level: &dyn Fn(usize) -> String| {
        first.to_string() + &(1..=levels).map(level).collect::<String>()
    };
    let doubled = policy(&folder, "doubled", &table(22, &twice), "t22");
    refused(
        &["replay", &doubled],
        2,
        &["parts with those of all it names, at most 500"],
    );
    let long = policy(&folder, "long", &table(1_000, &chain), "t1000");
    refused(&["replay", &long], 2, &["more than 50 names deep"]);
    let deep = format!(
        "t0 = {}{{ signal = \"vix\", above = 1.0 }}{}",
        "{ not = ".repeat(10_000),
        " }".repeat(10_000)
    );
    let deep = policy(&folder, "deep", &format!("[triggers]\n{deep}"), "t0");
    refused(&["replay", &deep], 2, &["recurs"]);
}

#[test]
fn long_lists_and_texts_are_refused_with_the_limit() {
    let folder = scratch("limits-long");
    let head = "extends = \"replay\"\nname = \"many\"\n";
    let windows: String = (0..20_000)
        .map(|n| format!("[[windows]]\nname = \"w{n}\"\nfirst = 2022-01-03\nlast = 2022-01-31\n"))
        .map(|window| {
            window
                .replace("2022-01-03", "\"2022-01-03\"")
                .replace("2022-01-31", "\"2022-01-31\"")
        })
        .collect();
    let many = path(&folder, "many.toml", &format!("{head}{windows}"));
    refused(
        &["replay", &many],
        2,
        &["windows: 20000 entries, at most 500"],
    );
    let huge = path(
        &folder,
        "huge.toml",
        &format!("{head}x = \"{}\"\n", "x".repeat(50_000_000)),
    );
    refused(&["replay", &huge], 2, &["4194304 bytes"]);
    refused(&["replay", "/dev/zero"], 2, &["no run file /dev/zero"]);
    refused(
        &["replay", "--set", "inference.draws=1000000000"],
        2,
        &["100 to 1000000"],
    );
    refused(
        &["replay", "--set", "starting_capital_usd=1e308"],
        2,
        &["(310 characters)"],
    );
    let axis = |name: &str, key: &str| {
        format!(
            "[[axes]]\nname = \"{name}\"\nkey = \"{key}\"\nrange = {{ from = 0.1, to = 1.0, step = 0.0001 }}\n"
        )
    };
    let axes = axis("a", "policies.tiered.budget_fraction_of_credit")
        + &axis("b", "execution.half_spread_fraction")
        + &axis("c", "model.psi_factor");
    let sweep = format!("extends = \"small\"\nname = \"vast\"\nconstraints = []\n{axes}");
    let sweep = path(&folder, "vast.toml", &sweep);
    refused(&["sweep", &sweep], 2, &["more than 50000000 points"]);
}

#[test]
fn a_strangers_folder_is_read_within_bounds() {
    let folder = scratch("limits-folder");
    let own = folder.to_str().expect("UTF-8");
    path(&folder, "manifest.json", "{}");
    path(
        &folder,
        "config.toml",
        &format!("name = \"{}\"", "x".repeat(50_000_000)),
    );
    refused(
        &["verify", own, "--dataset", "datasets/reconstruction"],
        2,
        &["4194304"],
    );
    #[cfg(unix)]
    {
        let link = |name: &str, to: &str| {
            let _ = std::fs::remove_file(folder.join(name));
            std::os::unix::fs::symlink(to, folder.join(name)).expect("a link");
        };
        link("config.toml", "/dev/zero");
        refused(
            &["verify", own, "--dataset", "datasets/reconstruction"],
            3,
            &["symbolic link"],
        );
        link("manifest.json", "/etc/hostname");
        refused(&["report", own], 3, &["symbolic link"]);
        refused(
            &["verify", own, "--dataset", "datasets/reconstruction"],
            3,
            &["symbolic link"],
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_place_that_cannot_be_written_is_found_before_the_computation() {
    let folder = scratch("limits-out");
    let file = path(&folder, "file", "no folder");
    let out = format!("{file}/below");
    // A computation would say how far it is.
    let output = bounded(&["replay", "--out", &out]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    let message = stderr(&output);
    assert!(message.starts_with("alvh: cannot write "), "{message}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_stdout_is_no_bug_of_ours() {
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .expect("a full device");
    let output = Command::new(env!("CARGO_BIN_EXE_alvh"))
        .arg("policies")
        .current_dir(root())
        .stdout(full)
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(3));
    let message = stderr(&output);
    assert!(
        message.contains("cannot write the results to stdout"),
        "{message}"
    );
}
