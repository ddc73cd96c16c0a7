//! What the keys of a policy mean, from the schema of its file.

use std::collections::BTreeSet;

use report::terminal::wrap;
use serde_json::Value as Json;
use toml::Value;

/// Columns a comment may take.
const WIDTH: usize = 100;

/// The text with the meaning of every key above it, where it stands for the first time.
pub fn annotated(text: &str, schema: &Json) -> String {
    let Ok(root) = toml::from_str::<toml::Table>(text) else {
        return text.to_string();
    };
    let root = Value::Table(root);
    let mut path = Vec::new();
    let mut told = BTreeSet::new();
    let mut lists = Lists::default();
    let mut out = String::new();
    for line in text.lines() {
        let key = if let Some(header) = line.strip_prefix('[') {
            path = lists.enter(header.trim_matches(['[', ']']), line.starts_with("[["));
            None
        } else {
            line.split_once(" = ").map(|(key, _)| key.to_string())
        };
        let place: Vec<String> = path.iter().cloned().chain(key).collect();
        let meaning = meaning(schema, &root, &place)
            .filter(|text| !line.is_empty() && told.insert(text.clone()));
        for words in meaning.iter().flat_map(|text| wrap(text, WIDTH - 2)) {
            out += &format!("# {words}\n");
        }
        out += line;
        out.push('\n');
    }
    out
}

/// Counts the elements of lists of tables, so that a header leads to its own element.
#[derive(Default)]
struct Lists {
    seen: Vec<(String, usize)>,
}

impl Lists {
    /// The path a header means: keys, and the index of an element after the name of its list.
    fn enter(&mut self, header: &str, is_element: bool) -> Vec<String> {
        if is_element {
            match self.seen.iter_mut().find(|(name, _)| name == header) {
                Some((_, count)) => *count += 1,
                None => self.seen.push((header.to_string(), 0)),
            }
            // The lists of the next element begin again.
            let inside = format!("{header}.");
            self.seen.retain(|(name, _)| !name.starts_with(&inside));
        }
        let mut path = Vec::new();
        let mut name = String::new();
        for key in header.split('.') {
            name = if name.is_empty() {
                key.to_string()
            } else {
                format!("{name}.{key}")
            };
            path.push(key.to_string());
            path.extend(
                self.seen
                    .iter()
                    .find(|(list, _)| *list == name)
                    .map(|(_, index)| index.to_string()),
            );
        }
        path
    }
}

/// The description of what stands at a path, if the schema has one.
fn meaning(schema: &Json, root: &Value, path: &[String]) -> Option<String> {
    let mut node = vec![schema];
    let mut value = root;
    let mut found = None;
    for key in path {
        let inside = match value {
            Value::Table(table) => {
                let inner = table.get(key)?;
                let at = node
                    .iter()
                    .flat_map(|n| variants(schema, n))
                    .filter(|n| fits(n, table))
                    .filter_map(|n| {
                        let own = n["properties"].get(key);
                        own.or_else(|| n.get("additionalProperties").filter(|n| n.is_object()))
                            .map(|inner| (n, inner))
                    });
                // For `kind`, `by` and `rule`, the description of the chosen variant.
                let at: Vec<_> = at.collect();
                found = at.iter().find_map(|(n, inner)| {
                    let chosen = if inner.get("const").is_some() {
                        *n
                    } else {
                        *inner
                    };
                    // A variant that is one key is described as a whole.
                    let alone = n["properties"].as_object().is_some_and(|p| p.len() == 1);
                    described(schema, chosen)
                        .or_else(|| alone.then(|| described(schema, n)).flatten())
                });
                node = at.into_iter().map(|(_, inner)| inner).collect();
                inner
            }
            Value::Array(list) => {
                node = node
                    .iter()
                    .flat_map(|n| variants(schema, n))
                    .filter_map(|n| n.get("items"))
                    .collect();
                list.get(key.parse::<usize>().ok()?)?
            }
            _ => return None,
        };
        value = inside;
    }
    found
}

fn described(schema: &Json, node: &Json) -> Option<String> {
    let own = |n: &Json| {
        n["description"]
            .as_str()
            .map(|text| text.replace('\n', " "))
    };
    own(node).or_else(|| {
        node["$ref"]
            .as_str()
            .and_then(|name| own(resolve(schema, name)?))
    })
}

fn resolve<'s>(schema: &'s Json, reference: &str) -> Option<&'s Json> {
    schema.pointer(reference.strip_prefix('#')?)
}

/// A node with references followed and alternatives laid out.
fn variants<'s>(schema: &'s Json, node: &'s Json) -> Vec<&'s Json> {
    let target = node["$ref"].as_str().and_then(|name| resolve(schema, name));
    let lists = ["anyOf", "oneOf", "allOf"]
        .iter()
        .filter_map(|key| node[*key].as_array())
        .flatten();
    let inner = target
        .into_iter()
        .chain(lists)
        .flat_map(|n| variants(schema, n));
    std::iter::once(node).chain(inner).collect()
}

/// Whether the constants of an alternative are those of the table, and it knows every key.
fn fits(node: &Json, table: &toml::Table) -> bool {
    let Some(properties) = node["properties"].as_object() else {
        return true;
    };
    let open = node
        .get("additionalProperties")
        .is_none_or(|more| more.as_bool() != Some(false));
    let constants_agree = properties
        .iter()
        .filter_map(|(key, is)| Some((key, is["const"].as_str()?)))
        .all(|(key, wanted)| table.get(key).and_then(Value::as_str) == Some(wanted));
    constants_agree && (open || table.keys().all(|key| properties.contains_key(key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Json {
        serde_json::json!({
            "properties": {
                "layers": { "description": "The layers.", "items": { "$ref": "#/$defs/Layer" } },
                "tier": { "description": "How it is scaled.", "oneOf": [
                    { "description": "In full.", "properties": { "by": { "const": "always" } } },
                    { "description": "By a table.", "properties": {
                        "by": { "const": "table" }, "dwell": { "description": "Sessions." } } }
                ] }
            },
            "$defs": { "Layer": { "properties": { "share": { "description": "Share (fraction of 1)." } } } }
        })
    }

    /// Every key of a file that its schema does not explain.
    fn unexplained(schema: &Json, file: &std::path::Path) -> Vec<String> {
        let text = std::fs::read_to_string(file).expect("a config file");
        let root = Value::Table(
            toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display())),
        );
        let mut missing = Vec::new();
        walk(schema, &root, &root, &mut Vec::new(), &mut missing);
        // What a sweep sets first, or tries on an axis, are keys of its run, checked as those are.
        missing.retain(|key| !key.starts_with("set."));
        missing.retain(|key| !(key.starts_with("axes.") && key.contains(".values.")));
        // So are the levels of a variant: values of a key of its policy.
        missing.retain(|key| !(key.starts_with("claims.variants.") && key.contains(".levels.")));
        missing
            .into_iter()
            .map(|key| format!("{}: {key}", file.display()))
            .collect()
    }

    fn walk(
        schema: &Json,
        root: &Value,
        value: &Value,
        path: &mut Vec<String>,
        missing: &mut Vec<String>,
    ) {
        let inner: Vec<(String, &Value)> = match value {
            Value::Table(table) => table.iter().map(|(key, v)| (key.clone(), v)).collect(),
            Value::Array(list) => list
                .iter()
                .enumerate()
                .map(|(i, v)| (i.to_string(), v))
                .collect(),
            _ => Vec::new(),
        };
        for (key, inner) in inner {
            path.push(key);
            if value.is_table() && meaning(schema, root, path).is_none() {
                missing.push(path.join("."));
            }
            walk(schema, root, inner, path, missing);
            path.pop();
        }
    }

    #[test]
    fn the_schema_explains_every_key_of_every_file_that_ships() {
        use crate::args::SchemaKind;
        let configs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../configs");
        for (folder, kind) in [
            ("policies", SchemaKind::Policy),
            ("runs", SchemaKind::Run),
            ("benchmarks", SchemaKind::Run),
            ("sweeps", SchemaKind::Sweep),
        ] {
            let schema = crate::commands::schema::of(kind);
            let files = std::fs::read_dir(configs.join(folder))
                .expect("configs")
                .map(|e| e.expect("an entry").path());
            let missing: Vec<String> = files.flat_map(|file| unexplained(&schema, &file)).collect();
            assert!(missing.is_empty(), "{missing:#?}");
        }
    }

    #[test]
    fn every_key_is_explained_once_by_its_own_variant() {
        let text = "[tier]\nby = \"table\"\ndwell = 3\n\n[[layers]]\nshare = 0.5\n\n[[layers]]\nshare = 0.25\n";
        let said = annotated(text, &schema());
        let wanted = "# How it is scaled.\n[tier]\n# By a table.\nby = \"table\"\n# Sessions.\ndwell = 3\n\n\
             # The layers.\n[[layers]]\n# Share (fraction of 1).\nshare = 0.5\n\n[[layers]]\nshare = 0.25\n";
        assert_eq!(said, wanted);
    }
}
