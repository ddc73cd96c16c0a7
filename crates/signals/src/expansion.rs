//! How large named definitions become when every name is replaced by what it stands for.
//!
//! A signal or trigger that uses another twice holds it twice: fourteen levels of that are 16,384 copies. So the size with
//! all names replaced is bounded, and counted without replacing any.

use std::collections::BTreeMap;

use crate::key_error::KeyError;

/// Most parts of one signal or trigger, those of everything it names included.
pub(crate) const MOST_PARTS: usize = 500;
/// Most names between a definition and the last one it rests on.
pub(crate) const MOST_DEPTH: usize = 50;

/// What a definition is made of.
pub(crate) struct Uses {
    /// Its own parts.
    pub parts: usize,
    /// The names it uses, as often as it uses them.
    pub names: Vec<String>,
}

/// Checks that no definition goes in a circle, and that none is too large; `at` is their table.
pub(crate) fn check(at: &str, all: &BTreeMap<String, Uses>) -> Result<(), KeyError> {
    let mut sizes = BTreeMap::new();
    all.keys()
        .try_for_each(|name| size(at, name, all, &mut Vec::new(), &mut sizes).map(|_| ()))
}

/// Parts and depth of a definition; names of none are built in and count nothing more.
fn size<'a>(
    at: &str,
    name: &'a str,
    all: &'a BTreeMap<String, Uses>,
    above: &mut Vec<&'a str>,
    sizes: &mut BTreeMap<&'a str, (usize, usize)>,
) -> Result<(usize, usize), KeyError> {
    let Some(uses) = all.get(name) else {
        return Ok((0, 0));
    };
    if let Some(known) = sizes.get(name) {
        return Ok(*known);
    }
    if above.contains(&name) {
        return Err(KeyError::at(
            format!("{at}.{name}"),
            format!("goes in a circle: {} -> {name}", above.join(" -> ")),
        ));
    }
    let too_deep = |name: &str| {
        KeyError::at(
            format!("{at}.{name}"),
            format!("more than {MOST_DEPTH} names deep"),
        )
    };
    if above.len() >= MOST_DEPTH {
        return Err(too_deep(above.first().unwrap_or(&name)));
    }
    above.push(name);
    let mut parts = uses.parts;
    let mut depth = 0;
    for used in &uses.names {
        let (inner, below) = size(at, used, all, above, sizes)?;
        parts = parts.saturating_add(inner);
        depth = depth.max(below);
    }
    above.pop();
    if parts > MOST_PARTS {
        return Err(KeyError::at(
            format!("{at}.{name}"),
            format!("{parts} parts with those of all it names, at most {MOST_PARTS}"),
        ));
    }
    if depth >= MOST_DEPTH {
        return Err(too_deep(name));
    }
    sizes.insert(name, (parts, depth + 1));
    Ok((parts, depth + 1))
}
