//! Two examples for the help of every command.

use std::ffi::OsString;

use clap::{Command, CommandFactory, FromArgMatches};

use super::Args;

/// By the words of the command; the program itself has none.
const EXAMPLES: [(&str, [&str; 2]); 26] = [
    ("", ["alvh", "alvh replay history --dataset DATASET"]),
    (
        "replay",
        [
            "alvh replay runs/mine.toml --dry-run",
            "alvh replay history --dataset DATASET --set execution.half_spread_fraction=1.0",
        ],
    ),
    (
        "sweep",
        [
            "alvh sweep tiers --dataset DATASET",
            "alvh sweep sweeps/mine.toml --part 3/100 --into OUT",
        ],
    ),
    (
        "sweep merge",
        [
            "alvh sweep merge OUT --into OUT/merged",
            "alvh sweep merge SHARD-A SHARD-B --into merged",
        ],
    ),
    (
        "sweep plan",
        [
            "alvh sweep plan tiers --dataset DATASET",
            "alvh sweep plan sweeps/mine.toml --into OUT --unit-seconds 5",
        ],
    ),
    (
        "study",
        [
            "alvh study alvh --dataset DATASET",
            "alvh study crashes --dataset DATASET --dry-run",
        ],
    ),
    (
        "study merge",
        [
            "alvh study merge OUT --into OUT/merged --dataset DATASET",
            "alvh study merge OUT-A OUT-B --into merged --dataset DATASET",
        ],
    ),
    (
        "report",
        [
            "alvh report reports/FOLDER --full",
            "alvh report reports/FOLDER --compare reports/OTHER",
        ],
    ),
    (
        "verify",
        [
            "alvh verify reports/FOLDER",
            "alvh verify reports/FOLDER --dataset DATASET --json",
        ],
    ),
    (
        "explain",
        [
            "alvh explain reports/FOLDER --arm tiered --date 2022-06-13",
            "alvh explain reports/FOLDER --arm always_on --date 2024-08-05 --json",
        ],
    ),
    (
        "today",
        [
            "alvh today history --dataset DATASET",
            "alvh today history --policy tiered --at 2024-08-05 --dataset DATASET",
        ],
    ),
    ("policies", ["alvh policies", "alvh policies tiered"]),
    ("init", ["alvh init", "alvh init mine"]),
    (
        "new",
        [
            "alvh new policy calm --from tiered",
            "alvh new sweep thresholds",
        ],
    ),
    ("dataset", ["alvh dataset list", "alvh dataset use DATASET"]),
    (
        "dataset list",
        ["alvh dataset list", "alvh dataset list --json"],
    ),
    (
        "dataset use",
        ["alvh dataset use DATASET", "alvh dataset use ../DATASET"],
    ),
    (
        "completions",
        [
            "alvh completions bash > ~/.local/share/bash-completion/completions/alvh",
            "alvh completions fish > ~/.config/fish/completions/alvh.fish",
        ],
    ),
    (
        "manual",
        ["alvh manual | man -l -", "alvh manual sweep | man -l -"],
    ),
    (
        "schema",
        [
            "alvh schema run > schemas/run.json",
            "alvh schema policy > schemas/policy.json",
        ],
    ),
    (
        "data",
        [
            "alvh data import --from FOLDER --into DATASET",
            "alvh data check DATASET",
        ],
    ),
    (
        "data import",
        [
            "alvh data import --from FOLDER --dry-run",
            "alvh data import --from FOLDER --into DATASET",
        ],
    ),
    (
        "data fetch",
        [
            "alvh data fetch --into DATASET --dry-run",
            "alvh data fetch --into DATASET --from 2018-01-02",
        ],
    ),
    (
        "data check",
        ["alvh data check DATASET", "alvh data check DATASET --json"],
    ),
    (
        "data fit",
        ["alvh data fit DATASET", "alvh data fit DATASET --indices"],
    ),
    (
        "data reconstruct",
        [
            "alvh data reconstruct --into reconstruction",
            "alvh data reconstruct --into reconstruction --quiet",
        ],
    ),
];

/// The command line with its examples.
pub fn command() -> Command {
    with_examples(Args::command(), "")
}

/// Reads a command line, the program's name first.
///
/// # Errors
/// What is wrong with it, or the help or version that was asked for.
pub fn parse<A: Into<OsString> + Clone>(
    args: impl IntoIterator<Item = A>,
) -> Result<Args, clap::Error> {
    let mut command = command();
    let matches = command.try_get_matches_from_mut(args)?;
    Args::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

fn with_examples(command: Command, path: &str) -> Command {
    let names: Vec<String> = command
        .get_subcommands()
        .map(|found| found.get_name().to_string())
        .collect();
    let told = format!("Examples:\n  {}", examples(path).join("\n  "));
    names
        .iter()
        .fold(command.after_help(told), |command, name| {
            let path = format!("{path} {name}");
            command.mut_subcommand(name, |found| with_examples(found, path.trim()))
        })
}

fn examples(path: &str) -> &'static [&'static str] {
    let found = EXAMPLES.iter().find(|(of, _)| *of == path);
    found.map_or(&[], |(_, two)| two)
}

#[cfg(test)]
mod tests {
    use clap::Command;

    use super::{EXAMPLES, command, examples, parse};

    fn paths(command: &Command, path: &str, found: &mut Vec<String>) {
        found.push(path.to_string());
        for sub in command.get_subcommands() {
            paths(sub, format!("{path} {}", sub.get_name()).trim(), found);
        }
    }

    #[test]
    fn every_command_has_examples_and_each_can_be_typed() {
        let mut all = Vec::new();
        paths(&command(), "", &mut all);
        assert_eq!(all.len(), EXAMPLES.len());
        for path in &all {
            let told = examples(path);
            assert_eq!(told.len(), 2, "{path:?}");
            for example in told {
                let typed = example.split(['|', '>']).next().unwrap_or_default();
                let words: Vec<&str> = typed.split_whitespace().collect();
                assert!(parse(&words).is_ok(), "{example}");
                assert!(
                    example.starts_with(format!("alvh {path}").trim()),
                    "{example}"
                );
            }
        }
    }

    #[test]
    fn the_help_ends_with_them() {
        let help = parse(["alvh", "sweep", "--help"]).err().expect("the help");
        let text = help.to_string();
        assert!(
            text.contains("Examples:\n  alvh sweep tiers --dataset DATASET\n"),
            "{text}"
        );
    }
}
