//! What a dataset can be used for now: windows that can be replayed, and the commands that do it.

use std::path::Path;

use data::coverage::{Coverage, Span};
use data::{Dataset, Kind};
use market::chain::RawChains;
use market::inputs::{Input, InputCount};
use runfile::config::{RunConfig, Window};
use serde_json::json;

use super::lists::say;
use crate::args::Common;
use crate::configs::{DEFAULT_RUN, load_run};
use crate::error::Failure;
use crate::out::outln;

/// The run on market history.
const HISTORY_RUN: &str = "configs/runs/history.toml";

/// What can be done with a dataset.
pub(super) struct Next {
    /// The run file that suits the dataset.
    pub run: &'static str,
    /// What it says; `None` outside of the project's folder.
    pub config: Option<RunConfig>,
    /// Its windows, and whether the dataset covers each.
    pub asked: Vec<(Window, bool)>,
    /// The windows that can be replayed: those asked for, else one over the longest span of sessions.
    pub windows: Vec<Window>,
    /// Series that the prices of those windows rest on, and which are missing.
    pub missing: Vec<InputCount>,
    /// Commands, with what each is for.
    pub commands: Vec<(String, &'static str)>,
}

impl Next {
    /// Of a dataset in the folder `path`.
    pub fn of(path: &Path, dataset: &Dataset, coverage: &Coverage, common: &Common) -> Next {
        let run = match dataset.manifest.kind {
            Kind::History => HISTORY_RUN,
            Kind::Reconstruction => DEFAULT_RUN,
        };
        let common = Common {
            dataset: Some(path.to_path_buf()),
            sets: Vec::new(),
            ..common.clone()
        };
        let config = load_run(Some(Path::new(run)), &common)
            .ok()
            .map(|loaded| loaded.config);
        let windows = config.iter().flat_map(|c| c.windows.clone());
        let asked: Vec<(Window, bool)> = windows
            .map(|w| (w.clone(), coverage.covers(w.first, w.last)))
            .collect();
        let covered = asked.iter().filter(|(_, covered)| *covered);
        let mut windows: Vec<Window> = covered.map(|(window, _)| window.clone()).collect();
        if windows.is_empty() {
            windows.extend(coverage.spans.first().and_then(own_window));
        }
        let missing = config.iter().flat_map(|config| {
            let needs = study::inputs::needs(config);
            let observations = &dataset.observations;
            let chains = RawChains::default();
            let audit =
                study::inputs::audit_windows(config, &windows, &needs, observations, &chains);
            audit.err().map_or(Vec::new(), |missing| missing.0)
        });
        let missing: Vec<InputCount> = missing.collect();
        let mut next = Next {
            run,
            missing,
            config,
            asked,
            windows,
            commands: Vec::new(),
        };
        next.commands = next.commands(path, coverage);
        next
    }

    fn commands(&self, path: &Path, coverage: &Coverage) -> Vec<(String, &'static str)> {
        let dataset = quoted(&path.display().to_string());
        let mut commands = vec![(
            format!("alvh data check {dataset}"),
            "every finding, and the policies that lack a series",
        )];
        if coverage.chains.is_some() || coverage.marks.is_some() {
            commands.push((
                format!("alvh data fit {dataset}"),
                "the price model against the quoted prices",
            ));
        }
        if self.windows.is_empty() {
            return commands;
        }
        let all = self.asked.len() == self.windows.len() && self.asked.iter().all(|a| a.1);
        let windows = if all {
            String::new()
        } else {
            format!(" --set {}", quoted(&setting(&self.windows)))
        };
        let stand_ins: String = self
            .stand_ins()
            .iter()
            .map(|setting| format!(" --set {}", quoted(setting)))
            .collect();
        let what = match stand_ins.is_empty() {
            true => "every arm over these windows, and the report",
            false => "the same with stand-ins for what is missing, counted in the report",
        };
        commands.push((
            format!(
                "alvh replay {} --dataset {dataset}{windows}{stand_ins}",
                self.run
            ),
            what,
        ));
        commands
    }

    /// Settings that let something stand in for what is missing.
    fn stand_ins(&self) -> Vec<String> {
        let bills = [
            Input::Bill1Month,
            Input::Bill3Months,
            Input::Bill6Months,
            Input::Bill1Year,
        ];
        // A curve through the other yields needs one of them.
        let no_bills = bills
            .iter()
            .all(|input| self.missing.iter().any(|m| m.input == *input));
        let mut settings: Vec<String> = self
            .missing
            .iter()
            .filter(|m| !(no_bills && bills.contains(&m.input)))
            .filter_map(|m| m.input.key())
            .map(|key| format!("stand_ins.{}", key.replace(" = ", "=")))
            .collect();
        settings.extend(no_bills.then(|| "stand_ins.bills=0.0".to_string()));
        settings
    }

    /// Prints windows and commands; `without` is the command that was just given.
    pub fn print(&self, coverage: &Coverage, without: &str) -> Result<(), Failure> {
        outln!("\nwhat can be run")?;
        let longest = coverage.spans.first();
        for (window, covered) in &self.asked {
            let first = window.first;
            let last = window.last;
            let why = match longest {
                _ if *covered => "covered".to_string(),
                Some(span) => format!(
                    "not covered: closes of the S&P 500 and VIX go from {} to {}",
                    span.first, span.last
                ),
                None => "not covered".to_string(),
            };
            say(&format!(
                "  window {:12} {first} to {last}  {why}",
                window.name
            ))?;
        }
        match longest {
            Some(span)
                if self
                    .windows
                    .iter()
                    .any(|w| !self.asked.iter().any(|a| a.0 == *w)) =>
            {
                let first = span.first;
                let last = span.last;
                let n = span.sessions;
                say(&format!(
                    "  longest span        {first} to {last}  {n} sessions in a row"
                ))?;
            }
            Some(_) => {}
            None => outln!("  nothing: no session has a close of the S&P 500 and of VIX")?,
        }
        if self.config.is_none() {
            say(&format!(
                "  {} was not found here: give the next commands in the project's folder",
                self.run
            ))?;
        }
        for lack in &self.missing {
            let name = lack.input.name();
            let source = lack.input.source();
            let missing = lack.missing;
            let all = lack.sessions;
            say(&format!(
                "  prices lack {name} on {missing} of {all} sessions: get {source}"
            ))?;
        }
        outln!("\nnext")?;
        for (command, what) in self.commands.iter().filter(|c| !c.0.starts_with(without)) {
            // A command stays on one line, to be copied.
            outln!("  {command}\n        {what}")?;
        }
        Ok(())
    }

    /// For `--json`.
    pub fn json(&self) -> serde_json::Value {
        let window = |w: &Window, covered: bool| json!({ "name": w.name, "first": w.first, "last": w.last, "covered": covered });
        let asked: Vec<_> = self.asked.iter().map(|(w, c)| window(w, *c)).collect();
        let usable: Vec<_> = self.windows.iter().map(|w| window(w, true)).collect();
        let commands: Vec<_> = self.commands.iter().map(|c| c.0.as_str()).collect();
        json!({ "run": self.run, "asked": asked, "windows": usable, "commands": commands })
    }
}

/// One window over a span, named by its years; `None` where it is no more than a session.
fn own_window(span: &Span) -> Option<Window> {
    let [from, to] = [span.first, span.last].map(|day| day.format("%Y").to_string());
    let name = if from == to {
        from
    } else {
        format!("{from}-{to}")
    };
    (span.sessions > 1).then_some(Window {
        name,
        first: span.first,
        last: span.last,
    })
}

/// `windows=[...]`, as `--set` takes it.
fn setting(windows: &[Window]) -> String {
    let all: Vec<String> = windows
        .iter()
        .map(|w| {
            format!(
                "{{name=\"{}\",first=\"{}\",last=\"{}\"}}",
                w.name, w.first, w.last
            )
        })
        .collect();
    format!("windows=[{}]", all.join(","))
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    if !word.is_empty()
        && word
            .chars()
            .all(|c| c.is_alphanumeric() || "/._-+:,=@%".contains(c))
    {
        word.to_string()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_are_quoted_where_a_shell_would_read_them_otherwise() {
        assert_eq!(quoted("data/ds-1.2"), "data/ds-1.2");
        assert_eq!(quoted("my data"), "'my data'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted("windows=[{name=\"a\"}]"), "'windows=[{name=\"a\"}]'");
        assert_eq!(quoted(""), "''");
    }
}
