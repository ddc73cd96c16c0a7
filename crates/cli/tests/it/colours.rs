//! Who decides about colour: the terminal, and the two variables that users know from other programs.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{bytes, reference, root, scratch};

fn copy_of(folder: &Path) -> PathBuf {
    let copy = scratch("colours");
    for (file, content) in bytes(folder) {
        let path = copy.join(file);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, content).expect("a file");
    }
    copy
}

/// What `alvh report` prints where stdout is a pipe.
fn printed(folder: &Path, variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_alvh"));
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CI"] {
        command.env_remove(name);
    }
    let output = command
        .envs(variables.iter().copied())
        .arg("report")
        .arg(folder)
        .current_dir(root())
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn colour_follows_the_terminal_and_the_variables_everybody_knows() {
    let folder = copy_of(reference());
    let plain = printed(&folder, &[]);
    assert!(!plain.contains('\x1b'), "a pipe has no colours");
    let forced = printed(&folder, &[("CLICOLOR_FORCE", "1")]);
    assert!(forced.contains('\x1b'), "colours were asked for");
    assert!(
        !forced.contains('\u{fffd}'),
        "our own colours are let through"
    );
    let both = [("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")];
    assert_eq!(printed(&folder, &both), plain, "NO_COLOR wins");
}
