//! Every key a file lacks, in one message, each with the value a shipped file has for it.
//!
//! What is required is read from the schema of the file, the one that `alvh schema` prints: serde would name the first
//! missing key only.

use runfile::ConfigError;
use serde_json::Value as Json;
use toml::{Table, Value};

use crate::args::SchemaKind;
use crate::commands::schema::of;
use crate::error::Failure;
use crate::places::{Kind, find};

/// The failure of a file that could not be read: of the keys it lacks where it lacks any, else as it came.
pub fn told(error: ConfigError, file: &str, kind: Kind, table: &Table) -> Failure {
    let schema = of(match kind {
        Kind::Run => SchemaKind::Run,
        Kind::Policy => SchemaKind::Policy,
        Kind::Sweep => SchemaKind::Sweep,
        Kind::Study => SchemaKind::Study,
    });
    let file_schema = variant(&schema, &schema, table);
    let mut missing = Vec::new();
    collect(&schema, file_schema, table, "", &mut missing);
    // A key that nobody reads is the nearer mistake: it may be a missing one, spelled wrong.
    if missing.is_empty() || has_unknown(&schema, file_schema, table) {
        return error.into();
    }
    let example = usual(kind, table);
    let text = example.and_then(|name| find(name.as_ref(), kind).ok());
    let shipped = text.and_then(|found| toml::from_str::<Table>(&found.text).ok());
    let lines: Vec<String> = missing
        .iter()
        .map(|key| line(key, shipped.as_ref()))
        .collect();
    let keys = match missing.len() {
        1 => "a key is missing".to_string(),
        n => format!("{n} keys are missing"),
    };
    let values = example.map_or(String::new(), |name| {
        format!(
            ", here with the values of {name:?}; or begin the file with `extends = \"{name}\"` and say only what differs"
        )
    });
    Failure::config(format!("{file}: {keys}{values}\n  {}", lines.join("\n  ")))
}

/// The same for a file that is still text.
pub fn told_of_text(error: ConfigError, file: &str, kind: Kind, text: &str) -> Failure {
    match toml::from_str(text) {
        Ok(table) => told(error, file, kind, &table),
        Err(_) => error.into(),
    }
}

/// The shipped file a file of a kind is best compared with.
fn usual(kind: Kind, table: &Table) -> Option<&'static str> {
    match kind {
        Kind::Run => Some("replay"),
        Kind::Policy if is_condor(table) => Some("condor_weekly_14d"),
        Kind::Policy => Some("tiered"),
        Kind::Sweep => Some("small"),
        Kind::Study => Some("alvh"),
    }
}

fn is_condor(table: &Table) -> bool {
    table.contains_key("underlying") || table.contains_key("entry")
}

/// `key = value`, the value being that of the shipped file; the key alone where that has none, or a long one.
fn line(key: &str, shipped: Option<&Table>) -> String {
    // What a file is called is its own.
    let own = ["name", "title", "summary"].contains(&key);
    let value = shipped
        .filter(|_| !own)
        .and_then(|table| lookup(table, key));
    match value {
        Some(value) if !matches!(value, Value::Table(_)) && value.to_string().len() <= 100 => {
            format!("{key} = {value}")
        }
        Some(Value::Table(_)) => format!("[{key}]"),
        _ => key.to_string(),
    }
}

fn lookup<'t>(table: &'t Table, key: &str) -> Option<&'t Value> {
    let mut parts = key.split('.');
    let mut place = table.get(parts.next()?)?;
    for part in parts {
        place = match place {
            Value::Table(table) => table.get(part)?,
            Value::Array(list) => list.first()?,
            _ => return None,
        };
    }
    Some(place)
}

/// The schema a value follows: references resolved; of several kinds of file the one whose keys it has.
fn variant<'s>(root: &'s Json, schema: &'s Json, table: &Table) -> &'s Json {
    let schema = resolved(root, schema);
    let Some(kinds) = schema["anyOf"].as_array() else {
        return schema;
    };
    kinds
        .iter()
        .rev()
        .max_by_key(|kind: &&Json| {
            let properties = resolved(root, kind)["properties"].as_object();
            let keys = table
                .keys()
                .filter(|key| properties.is_some_and(|p| p.contains_key(*key)));
            keys.count()
        })
        .map_or(schema, |kind| resolved(root, kind))
}

fn resolved<'s>(root: &'s Json, schema: &'s Json) -> &'s Json {
    let name = schema["$ref"]
        .as_str()
        .and_then(|path| path.rsplit('/').next());
    name.map_or(schema, |name| resolved(root, &root["$defs"][name]))
}

/// Whether a table, or one of the tables in it, has a key that its schema does not know.
fn has_unknown(root: &Json, schema: &Json, table: &Table) -> bool {
    let schema = resolved(root, schema);
    let Some(properties) = schema["properties"].as_object() else {
        return false;
    };
    let is_closed = schema["additionalProperties"] == Json::Bool(false);
    table.iter().any(|(key, value)| match properties.get(key) {
        None => is_closed,
        Some(property) => match value {
            Value::Table(inner) => has_unknown(root, property, inner),
            Value::Array(list) => list
                .iter()
                .filter_map(Value::as_table)
                .any(|inner| has_unknown(root, &property["items"], inner)),
            _ => false,
        },
    })
}

/// Adds the required keys that a table, and the tables in it, do not have. Lists and values of several forms are left to
/// the reader of the file.
fn collect(root: &Json, schema: &Json, table: &Table, path: &str, missing: &mut Vec<String>) {
    let schema = resolved(root, schema);
    let dotted = |key: &str| match path {
        "" => key.to_string(),
        _ => format!("{path}.{key}"),
    };
    for key in schema["required"].as_array().into_iter().flatten() {
        let key = key.as_str().unwrap_or_default();
        if !table.contains_key(key) {
            missing.push(dotted(key));
        }
    }
    for (key, property) in schema["properties"].as_object().into_iter().flatten() {
        match table.get(key) {
            Some(Value::Table(inner)) => collect(root, property, inner, &dotted(key), missing),
            Some(Value::Array(list)) => {
                for (number, item) in list.iter().enumerate() {
                    if let Value::Table(inner) = item {
                        let path = dotted(&format!("{key}.{number}"));
                        collect(root, &property["items"], inner, &path, missing);
                    }
                }
            }
            _ => {}
        }
    }
}
