//! Two processes on one output, an output that goes away, no HOME, a locale of bytes, a closed stdout: the same bytes or a
//! message and the right code, and nothing left behind.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::support::{alvh, bytes, only_folder, root, scratch, spring_run, stderr};

/// A run of one spring into a folder.
fn spring(out: &Path) -> Vec<String> {
    spring_run(out).map(String::from).to_vec()
}

fn started(out: &Path, change: impl FnOnce(&mut Command)) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_alvh"));
    command
        .args(spring(out))
        .current_dir(root())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    change(&mut command);
    command.spawn().expect("the program starts")
}

/// What a run gives in an ordinary shell.
fn ordinary(name: &str) -> BTreeMap<String, Vec<u8>> {
    let out = scratch(name);
    let args = spring(&out);
    let output = alvh(&args.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(output.status.success(), "{}", stderr(&output));
    bytes(&only_folder(&out))
}

fn code(child: Child) -> (Option<i32>, String) {
    let output = child.wait_with_output().expect("it ends");
    (output.status.code(), stderr(&output))
}

#[test]
fn two_processes_on_one_output_write_one_whole_folder() {
    let wanted = ordinary("alone");
    for round in 0..4 {
        let out = scratch("two-at-once");
        let first = started(&out, |_| {});
        std::thread::sleep(Duration::from_millis(40 * round));
        let second = started(&out, |_| {});
        for child in [first, second] {
            let (code, said) = code(child);
            assert_eq!(code, Some(0), "{said}");
        }
        assert!(bytes(&only_folder(&out)) == wanted, "round {round}");
    }
}

#[test]
fn an_output_that_goes_away_is_named_or_made_again() {
    let wanted = ordinary("stays");
    for round in 1..6 {
        let out = scratch("goes-away");
        let child = started(&out, |_| {});
        std::thread::sleep(Duration::from_millis(90 * round));
        // The folder may be written at this moment; what cannot be removed is removed the next time.
        let _ = std::fs::remove_dir_all(&out);
        let (code, said) = code(child);
        assert!(
            code == Some(0) || (code == Some(3) && said.contains("goes-away")),
            "{code:?} {said}"
        );
        std::fs::create_dir_all(&out).expect("a folder");
        let (code, said) = self::code(started(&out, |_| {}));
        assert_eq!(code, Some(0), "{said}");
        assert!(bytes(&only_folder(&out)) == wanted, "round {round}");
    }
}

#[cfg(unix)]
#[test]
fn no_home_a_locale_of_bytes_another_clock_and_a_closed_stdout_change_nothing() {
    let wanted = ordinary("at-home");
    let out = scratch("homeless");
    let run = started(&out, |command| {
        command
            .env_clear()
            .env("LC_ALL", "C")
            .env("TZ", "Asia/Kathmandu");
    });
    let (code, said) = code(run);
    assert_eq!(code, Some(0), "{said}");
    assert!(bytes(&only_folder(&out)) == wanted);
    let out = scratch("closed");
    let line = spring(&out)
        .iter()
        .map(|word| format!("'{word}'"))
        .collect::<Vec<_>>()
        .join(" ");
    let shell = format!("{} {line} >&-", env!("CARGO_BIN_EXE_alvh"));
    let closed = Command::new("sh")
        .args(["-c", &shell])
        .current_dir(root())
        .output()
        .expect("a shell");
    assert!(closed.status.success(), "{}", stderr(&closed));
    assert!(bytes(&only_folder(&out)) == wanted);
}
