//! `alvh init` and `alvh new`: files to start from, which say only what differs from a shipped one.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::args::{Common, SchemaKind};
use crate::commands::schema::published;
use crate::error::Failure;
use crate::out::outln;
use crate::places::{Kind, find, policy};

/// Name of the run and the policy of a new project.
const MINE: &str = "mine";

const README: &str = "\
# My hedge

    alvh replay runs/mine.toml                 # run it: table, report, files in reports/
    alvh policies                              # policies to start from
    alvh new sweep thresholds                  # vary numbers of it
    alvh sweep sweeps/thresholds.toml
    alvh verify reports/<folder>               # the same numbers again, to the byte

`policies/mine.toml` is what you trade, `runs/mine.toml` what it is compared with.
";

/// Writes a small project into a folder, which may hold other files, but none of these.
pub fn init(folder: &Path, common: &Common) -> Result<(), Failure> {
    let mut files = vec![
        ("README.md".to_string(), README.to_string()),
        (".gitignore".to_string(), "reports/\n".to_string()),
        (
            "policies/mine.toml".to_string(),
            policy_file(MINE, "tiered")?,
        ),
        (
            "runs/mine.toml".to_string(),
            run_file(MINE, "replay", &[MINE])?,
        ),
    ];
    for kind in [
        SchemaKind::Run,
        SchemaKind::Policy,
        SchemaKind::Sweep,
        SchemaKind::Study,
    ] {
        let text = serde_json::to_string_pretty(&published(kind))
            .map_err(|e| Failure::fault(e.to_string()))?;
        files.push((format!("schemas/{}.json", kind.word()), text + "\n"));
    }
    write_new(folder, &files)?;
    if common.json {
        let paths: Vec<PathBuf> = files.iter().map(|(name, _)| folder.join(name)).collect();
        return outln!("{}", json!({ "files": paths }));
    }
    for (name, _) in &files {
        outln!("wrote    {}", folder.join(name).display())?;
    }
    outln!()?;
    if folder != Path::new(".") {
        outln!("next     cd {}", folder.display())?;
    }
    outln!("next     edit policies/mine.toml, then: alvh replay runs/mine.toml")
}

/// Writes one file of a kind, into the folder of its kind below the current one.
pub fn new(
    kind: SchemaKind,
    name: &str,
    from: Option<&str>,
    common: &Common,
) -> Result<(), Failure> {
    if !policy::hedge::is_name(name) {
        return Err(Failure::config(format!(
            "{name:?} is no name: allowed are 1 to 40 of a to z, 0 to 9 and _"
        )));
    }
    let (folder, text) = match kind {
        SchemaKind::Policy => ("policies", policy_file(name, from.unwrap_or("tiered"))?),
        SchemaKind::Run => {
            let own = Path::new("policies").join(format!("{name}.toml")).is_file();
            let arms: &[&str] = if own { &[name] } else { &[] };
            ("runs", run_file(name, from.unwrap_or("replay"), arms)?)
        }
        SchemaKind::Sweep => ("sweeps", sweep_file(name, from.unwrap_or("small"))?),
        SchemaKind::Study => ("studies", study_file(name, from.unwrap_or("alvh"))?),
    };
    let file = format!("{folder}/{name}.toml");
    write_new(Path::new(""), &[(file.clone(), text)])?;
    if common.json {
        return outln!("{}", json!({ "files": [file] }));
    }
    outln!("wrote    {file}")?;
    let next = match kind {
        SchemaKind::Policy => {
            format!("name it under `arms` (or `condor_tiers`) of a run file: alvh new run {name}")
        }
        SchemaKind::Run => format!("alvh replay {file}"),
        SchemaKind::Sweep => format!("alvh sweep {file}"),
        SchemaKind::Study => format!("alvh study {file}"),
    };
    outln!("next     {next}")
}

/// Writes files that are not there yet; nothing where one of them is.
fn write_new(folder: &Path, files: &[(String, String)]) -> Result<(), Failure> {
    if let Some(taken) = files
        .iter()
        .map(|(name, _)| folder.join(name))
        .find(|p| p.exists())
    {
        return Err(Failure::config(format!(
            "{} is there already; nothing was written",
            taken.display()
        )));
    }
    for (name, text) in files {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(Path::new(""));
        std::fs::create_dir_all(parent).map_err(Failure::io("create", parent))?;
        files::write_whole(&path, text.as_bytes())?;
    }
    Ok(())
}

/// A shipped file of a kind, or an error that names those there are.
fn base(kind: Kind, name: &str) -> Result<toml::Table, Failure> {
    let found = match kind {
        Kind::Policy => policy(name, &[])?,
        _ => find(Path::new(name), kind)?,
    };
    toml::from_str(&found.text).map_err(|e| Failure::config(format!("{}: {e}", found.name)))
}

fn policy_file(name: &str, from: &str) -> Result<String, Failure> {
    let table = base(Kind::Policy, from)?;
    let summary = table
        .get("summary")
        .and_then(|s| s.as_str())
        .unwrap_or_default();
    let mut text = format!(
        "#:schema ../schemas/policy.json\n# What is not said here is as in {from}: alvh policies {from}\n# {summary}\n\n\
         extends = {from:?}\nname = {name:?}\nsummary = \"{from}, changed.\"\n"
    );
    if table.contains_key("title") {
        text += &format!("title = {name:?}\n");
    }
    text += "\n# Keys to change, with their present values:\n";
    for (key, value) in &table {
        let plain = value.is_float() || value.is_integer() || value.is_bool();
        if plain {
            text += &format!("# {key} = {value}\n");
        }
    }
    Ok(text)
}

fn run_file(name: &str, from: &str, arms: &[&str]) -> Result<String, Failure> {
    let table = base(Kind::Run, from)?;
    let first = table
        .get("arms")
        .and_then(|a| a.get(0))
        .and_then(|a| a.as_str());
    let arms: Vec<String> = first
        .into_iter()
        .chain(arms.iter().copied())
        .map(|arm| format!("{arm:?}"))
        .collect();
    Ok(format!(
        "#:schema ../schemas/run.json\n# What is not said here is as in {from}.\n\nextends = {from:?}\nname = {name:?}\n\
         # The first arm is the one without a hedge. Policies are files in ../policies, or shipped ones.\n\
         arms = [{}]\nequal_spend_twins = false\n\n# Your own data: alvh data import --from FOLDER --into DATASET\n\
         # dataset = \"../DATASET\"\n# starting_capital_usd = {}\n",
        arms.join(", "),
        table
            .get("starting_capital_usd")
            .map_or_else(String::new, ToString::to_string),
    ))
}

fn study_file(name: &str, from: &str) -> Result<String, Failure> {
    let table = base(Kind::Study, from)?;
    let mut text = format!(
        "#:schema ../schemas/study.json\n# What is not said here is as in {from}; lists are replaced whole.\n\n\
         extends = {from:?}\nname = {name:?}\n\n# Keys to change, with their present values:\n"
    );
    for key in ["starting_capital_usd", "weekdays", "arms"] {
        if let Some(value) = table.get(key) {
            text += &format!("# {key} = {value}\n");
        }
    }
    Ok(text)
}

fn sweep_file(name: &str, from: &str) -> Result<String, Failure> {
    let table = base(Kind::Sweep, from)?;
    let axes = table
        .get("axes")
        .cloned()
        .unwrap_or(toml::Value::Array(Vec::new()));
    let mut part = toml::Table::new();
    part.insert("axes".to_string(), axes);
    Ok(format!(
        "#:schema ../schemas/sweep.json\n# What is not said here is as in {from}; the lists of axes and constraints are replaced whole.\n\n\
         extends = {from:?}\nname = {name:?}\n\n{part}"
    ))
}
