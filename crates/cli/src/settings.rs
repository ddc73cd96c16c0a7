//! Settings of a file as `--set` would have them.

use toml::Value;

/// `a = { b = 1 }` and `"a.b" = 1` are the same setting: `key=value` lines are appended to `out`.
pub fn flatten(prefix: &str, value: &Value, out: &mut Vec<String>) {
    match value {
        Value::Table(table) => {
            for (key, value) in table {
                let dotted = if prefix.is_empty() {
                    key.clone()
                } else {
                    format!("{prefix}.{key}")
                };
                flatten(&dotted, value, out);
            }
        }
        value => out.push(format!("{prefix}={value}")),
    }
}
