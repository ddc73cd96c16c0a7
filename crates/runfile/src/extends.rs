//! `extends`: a run, policy or sweep file that starts from another and says only what differs.
//!
//! Tables are joined key by key, at every depth. Everything else replaces what stood there, lists whole: the windows of
//! a run that names windows are those it names, and no others.

use toml::{Table, Value};

use crate::{ConfigError, ConfigFault};

/// Takes the key `extends` out of a file's table: the file it starts from, if it does.
///
/// # Errors
/// Where the key is not a text.
pub fn take_base(file: &str, table: &mut Table) -> Result<Option<String>, ConfigError> {
    match table.remove("extends") {
        None => Ok(None),
        Some(Value::String(base)) => Ok(Some(base)),
        Some(found) => Err(ConfigError::of(file, ConfigFault::Extends { found })),
    }
}

/// The base with everything the other table says put over it.
pub fn join(mut base: Table, over: Table) -> Table {
    for (key, value) in over {
        let joined = match (base.remove(&key), value) {
            // A table that chooses another variant (`by`, `rule`, `kind`, `every`, `method`) shares no key with the one before.
            (Some(Value::Table(old)), Value::Table(new)) if !another_variant(&old, &new) => {
                Value::Table(join(old, new))
            }
            (_, value) => value,
        };
        base.insert(key, joined);
    }
    base
}

/// Keys that choose among variants of a table.
const TAGS: [&str; 5] = ["by", "rule", "kind", "every", "method"];

fn another_variant(old: &Table, new: &Table) -> bool {
    TAGS.iter().any(|tag| match (old.get(*tag), new.get(*tag)) {
        (Some(before), Some(now)) => before != now,
        (None, Some(_)) => true,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Table {
        toml::from_str(text).expect("TOML")
    }

    #[test]
    fn tables_are_joined_and_lists_replaced() {
        let base = table("a = 1\nlist = [1, 2]\n[t]\nx = 1\ny = 2\n[t.deep]\nz = 3");
        let over = table("list = [9]\n[t]\ny = 5\n[t.deep]\nw = 4");
        let both = table("a = 1\nlist = [9]\n[t]\nx = 1\ny = 5\n[t.deep]\nz = 3\nw = 4");
        assert_eq!(join(base, over), both);
    }

    #[test]
    fn another_variant_starts_anew() {
        let base = table("size = { by = \"max_loss\", pct_of_start_capital = 4.0 }");
        let over = table("size = { by = \"contracts\", contracts = 2 }");
        assert_eq!(join(base.clone(), over.clone()), over);
        let same = table("size = { pct_of_start_capital = 2.0 }");
        let both = table("size = { by = \"max_loss\", pct_of_start_capital = 2.0 }");
        assert_eq!(join(base, same), both);
    }

    #[test]
    fn the_base_is_a_text() {
        let mut with = table("extends = \"replay\"\nname = \"mine\"");
        assert_eq!(take_base("f", &mut with), Ok(Some("replay".to_string())));
        assert_eq!(with, table("name = \"mine\""));
        assert_eq!(take_base("f", &mut with), Ok(None));
        let wrong = take_base("f", &mut table("extends = 3")).expect_err("not a text");
        let wrong = wrong.to_string();
        assert!(wrong.starts_with("f: extends is 3, allowed"), "{wrong}");
    }
}
