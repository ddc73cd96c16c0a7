//! `alvh schema`: JSON Schema of the config files, for editors.

use policy::condor::Condor;
use policy::hedge::Hedge;
use runfile::config::RunConfig;
use runfile::study_file::StudyFile;
use runfile::sweep_file::SweepFile;
use schemars::{JsonSchema, Schema, schema_for};
use serde_json::{Map, Value, json};

use crate::args::SchemaKind;
use crate::error::Failure;
use crate::out::outln;

/// A policy file: a hedge or a condor.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "only its schema is wanted")]
enum PolicyFile {
    Hedge(Box<Hedge>),
    Condor(Box<Condor>),
}

/// Prints the schema of one kind of file.
pub fn schema(kind: SchemaKind) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(&published(kind))
        .map_err(|e| Failure::fault(e.to_string()))?;
    outln!("{text}")?;
    Ok(())
}

/// What editors are given: a file is whole, or it extends another and may leave out every key.
pub fn published(kind: SchemaKind) -> Value {
    let mut whole = of(kind);
    let mut defs = match whole.as_object_mut().and_then(|o| o.remove("$defs")) {
        Some(Value::Object(defs)) => defs,
        _ => Map::new(),
    };
    let about: Vec<(String, Value)> = ["$schema", "title", "description"]
        .into_iter()
        .filter_map(|key| Some((key.to_string(), whole.as_object_mut()?.remove(key)?)))
        .collect();
    let properties = described(&whole, &defs);
    let mut part = whole.clone();
    extending(&mut part);
    let parts: Vec<(String, Value)> = defs
        .iter()
        .map(|(name, def)| {
            let mut def = def.clone();
            extending(&mut def);
            (format!("{name}{PART}"), def)
        })
        .collect();
    defs.extend(parts);
    allow_extends(&mut part, &mut defs);
    defs.insert("WholeFile".to_string(), whole);
    defs.insert("ExtendingFile".to_string(), part);
    let mut file: Map<String, Value> = about.into_iter().collect();
    file.insert("type".to_string(), json!("object"));
    file.insert("properties".to_string(), Value::Object(properties));
    file.insert("if".to_string(), json!({ "required": ["extends"] }));
    file.insert(
        "then".to_string(),
        json!({ "$ref": "#/$defs/ExtendingFile" }),
    );
    file.insert("else".to_string(), json!({ "$ref": "#/$defs/WholeFile" }));
    file.insert("$defs".to_string(), Value::Object(defs));
    Value::Object(file)
}

/// The keys of a file, or of every kind of file where there are several, with what each means and nothing else.
fn described(file: &Value, defs: &Map<String, Value>) -> Map<String, Value> {
    let kinds = file["anyOf"].as_array().map(Vec::as_slice);
    let named = kinds.unwrap_or_default().iter().filter_map(|kind| {
        let name = kind["$ref"].as_str()?.rsplit('/').next()?;
        defs.get(name)
    });
    let mut keys = Map::new();
    for properties in named
        .chain([file])
        .filter_map(|f| f["properties"].as_object())
    {
        for (key, property) in properties {
            let meaning = property["description"].clone();
            let said = keys
                .get(key)
                .is_some_and(|known: &Value| !known["description"].is_null());
            if !said {
                keys.insert(key.clone(), json!({ "description": meaning }));
            }
        }
    }
    keys.retain(|_, key| !key["description"].is_null());
    keys
}

/// Ends the name of a definition in which every key may be left out.
const PART: &str = "-part";

/// Drops what is required, but for the keys that choose a variant; points at the definitions that did the same.
fn extending(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if let Some(Value::Array(required)) = object.get("required").cloned() {
                let kept: Vec<Value> = required
                    .into_iter()
                    .filter(|key| {
                        let property = &object["properties"][key.as_str().unwrap_or_default()];
                        property.get("const").is_some()
                    })
                    .collect();
                object.insert("required".to_string(), Value::Array(kept));
            }
            if let Some(Value::String(to)) = object.get_mut("$ref") {
                to.push_str(PART);
            }
            object.values_mut().for_each(extending);
        }
        Value::Array(list) => list.iter_mut().for_each(extending),
        _ => {}
    }
}

/// Adds the key `extends` to a file, or to each kind of file where there are several.
fn allow_extends(file: &mut Value, defs: &mut Map<String, Value>) {
    let key = json!({
        "type": "string",
        "description": "The file this one starts from: the name of a shipped one, or a path from this file's folder. \
                        Tables are joined key by key, lists are replaced.",
    });
    let Some(kinds) = file["anyOf"].as_array() else {
        file["properties"]["extends"] = key;
        return;
    };
    for kind in kinds {
        let name = kind["$ref"].as_str().and_then(|r| r.rsplit('/').next());
        if let Some(def) = name.and_then(|name| defs.get_mut(name)) {
            def["properties"]["extends"] = key.clone();
        }
    }
}

/// The schema of one kind of file.
pub fn of(kind: SchemaKind) -> Value {
    match kind {
        SchemaKind::Run => run_file(schema_for!(RunConfig)),
        SchemaKind::Policy => schema_for!(PolicyFile).to_value(),
        SchemaKind::Sweep => schema_for!(SweepFile).to_value(),
        SchemaKind::Study => schema_for!(StudyFile).to_value(),
    }
}

/// A run file names its dataset, and its policies by name, and takes what it does not say of its claims from
/// `configs/claims.toml`: what the stored configuration has in full may be left out.
fn run_file(stored: Schema) -> Value {
    let mut schema = stored.to_value();
    schema["properties"]["dataset"] =
        json!({ "type": "string", "description": "Path of the dataset folder." });
    if let Some(required) = schema["required"].as_array_mut() {
        required.retain(|key| key != "condors" && key != "policies");
    }
    if let Some(claims) = schema["$defs"]["Claims"].as_object_mut() {
        claims.remove("required");
    }
    schema
}
