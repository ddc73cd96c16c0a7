//! `alvh schema`: JSON Schema of the config files, for editors.

use policy::condor::Condor;
use policy::hedge::Hedge;
use runfile::config::RunConfig;
use runfile::study_file::StudyFile;
use runfile::sweep_file::SweepFile;
use schemars::{JsonSchema, Schema, schema_for};
use serde_json::{Value, json};

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
    let text =
        serde_json::to_string_pretty(&of(kind)).map_err(|e| Failure::fault(e.to_string()))?;
    outln!("{text}")?;
    Ok(())
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
