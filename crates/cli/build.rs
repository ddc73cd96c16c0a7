//! Puts the commit into `alvh --version`: that of the package, or of the checkout. Where there is neither it builds all the
//! same.

use std::process::Command;

/// Where `cargo package` writes the commit.
const PACKAGED: &str = ".cargo_vcs_info.json";
/// Letters of a commit that are told.
const LETTERS: usize = 12;

fn main() {
    let commit = of_package().or_else(of_checkout);
    println!(
        "cargo::rustc-env=ALVH_COMMIT={}",
        commit.as_deref().unwrap_or("unknown")
    );
    println!("cargo::rerun-if-changed=../../.git/HEAD");
    println!("cargo::rerun-if-changed=../../.git/logs/HEAD");
}

fn of_package() -> Option<String> {
    let text = std::fs::read_to_string(PACKAGED).ok()?;
    let (_, rest) = text.split_once("\"sha1\": \"")?;
    rest.get(..LETTERS).map(str::to_string)
}

fn of_checkout() -> Option<String> {
    let head = Command::new("git")
        .args(["rev-parse", &format!("--short={LETTERS}"), "HEAD"])
        .output()
        .ok()?;
    let text = String::from_utf8(head.stdout).ok()?;
    head.status.success().then(|| text.trim().to_string())
}
