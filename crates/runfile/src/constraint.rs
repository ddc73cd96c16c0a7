//! Which combinations of levels make sense: chains of comparisons over the names of axes, `low + 2 < mid < high`.

use std::collections::BTreeSet;

use crate::axis::Axis;
use crate::{ConstraintFault, SpecError};

/// A checked constraint.
#[derive(Clone, Debug, PartialEq)]
pub struct Constraint {
    terms: Vec<Term>,
    /// Between each term and the next.
    relations: Vec<Relation>,
}

/// A sum of numbers and axes.
#[derive(Clone, Debug, PartialEq)]
struct Term(Vec<(f64, Atom)>);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Atom {
    Number(f64),
    /// Place of an axis.
    Axis(usize),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Relation {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
}

impl Constraint {
    /// Reads a constraint over these axes.
    ///
    /// # Errors
    /// Where it is no chain of comparisons, or names something that is not an axis of numbers.
    pub fn parse(text: &str, axes: &[Axis]) -> Result<Constraint, SpecError> {
        chain(text, axes).map_err(|fault| SpecError::Constraint {
            text: text.to_string(),
            fault,
        })
    }

    /// Places of the axes it names, ascending.
    pub fn axes(&self) -> Vec<usize> {
        let atoms = self.terms.iter().flat_map(|term| &term.0);
        let named = atoms.filter_map(|(_, atom)| match atom {
            Atom::Axis(axis) => Some(*axis),
            Atom::Number(_) => None,
        });
        named.collect::<BTreeSet<usize>>().into_iter().collect()
    }

    /// Whether a point, one level per axis, satisfies it.
    pub fn holds(&self, axes: &[Axis], point: &[usize]) -> bool {
        let value = |term: &Term| -> f64 {
            term.0
                .iter()
                .map(|(sign, atom)| sign * atom.value(axes, point))
                .sum()
        };
        let pairs = self.terms.windows(2).zip(&self.relations);
        pairs
            .into_iter()
            .all(|(pair, relation)| relation.holds(value(&pair[0]), value(&pair[1])))
    }
}

impl Atom {
    fn value(self, axes: &[Axis], point: &[usize]) -> f64 {
        match self {
            Atom::Number(number) => number,
            // Parsing refuses axes with a level that is no number.
            Atom::Axis(axis) => axes[axis].numbers[point[axis]].unwrap_or(0.0),
        }
    }
}

impl Relation {
    fn holds(self, a: f64, b: f64) -> bool {
        match self {
            Relation::Less => a < b,
            Relation::LessOrEqual => a <= b,
            Relation::Greater => a > b,
            Relation::GreaterOrEqual => a >= b,
            Relation::Equal => a == b,
            Relation::NotEqual => a != b,
        }
    }
}

/// The terms and relations of a text.
fn chain(text: &str, axes: &[Axis]) -> Result<Constraint, ConstraintFault> {
    let mut terms = Vec::new();
    let mut relations = Vec::new();
    let mut rest = text;
    loop {
        let end = rest.find(['<', '>', '=', '!']).unwrap_or(rest.len());
        terms.push(term(&rest[..end], axes)?);
        rest = &rest[end..];
        if rest.is_empty() {
            break;
        }
        let (relation, length) = relation(rest).ok_or(ConstraintFault::Relation)?;
        relations.push(relation);
        rest = &rest[length..];
    }
    if relations.is_empty() {
        return Err(ConstraintFault::NoRelation);
    }
    Ok(Constraint { terms, relations })
}

fn relation(text: &str) -> Option<(Relation, usize)> {
    let known = [
        ("<=", Relation::LessOrEqual),
        (">=", Relation::GreaterOrEqual),
        ("==", Relation::Equal),
        ("!=", Relation::NotEqual),
        ("<", Relation::Less),
        (">", Relation::Greater),
    ];
    known
        .into_iter()
        .find(|(sign, _)| text.starts_with(sign))
        .map(|(sign, relation)| (relation, sign.len()))
}

/// A sum: signs must stand apart from names, because a name may hold a minus.
fn term(text: &str, axes: &[Axis]) -> Result<Term, ConstraintFault> {
    let mut parts = Vec::new();
    let mut sign = Some(1.0);
    for word in text.split_whitespace() {
        match (word, sign) {
            ("+", None) => sign = Some(1.0),
            ("-", None) => sign = Some(-1.0),
            (_, Some(s)) => {
                parts.push((s, atom(word, axes)?));
                sign = None;
            }
            (_, None) => return Err(ConstraintFault::NoSign(word.to_string())),
        }
    }
    if sign.is_some() {
        return Err(ConstraintFault::Missing);
    }
    Ok(Term(parts))
}

fn atom(word: &str, axes: &[Axis]) -> Result<Atom, ConstraintFault> {
    if let Ok(number) = word.parse::<f64>() {
        return Ok(Atom::Number(number));
    }
    let Some(place) = axes.iter().position(|axis| axis.name == word) else {
        let names: Vec<&str> = axes.iter().map(|axis| axis.name.as_str()).collect();
        return Err(ConstraintFault::NoAxis {
            word: word.to_string(),
            known: names.join(", "),
        });
    };
    if axes[place].numbers.contains(&None) {
        return Err(ConstraintFault::NoNumber(word.to_string()));
    }
    Ok(Atom::Axis(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axes() -> Vec<Axis> {
        let axis = |name: &str, values: &str| {
            let text = format!("key = \"{name}\"\nvalues = {values}");
            Axis::new(&toml::from_str(&text).unwrap(), "axes").unwrap()
        };
        vec![
            axis("low", "[10, 15]"),
            axis("mid", "[15, 20]"),
            axis("kind", "[\"a\"]"),
        ]
    }

    fn holds(text: &str, point: &[usize]) -> bool {
        let axes = axes();
        Constraint::parse(text, &axes).unwrap().holds(&axes, point)
    }

    #[test]
    fn chains_hold_link_by_link() {
        assert!(holds("low < mid", &[0, 0, 0]));
        assert!(!holds("low < mid", &[1, 0, 0]));
        assert!(holds("low <= mid < 21", &[1, 0, 0]));
        assert!(!holds("low + 5 < mid - 0.5 != 3", &[1, 1, 0]));
        assert!(holds("mid > low == 10", &[0, 1, 0]));
    }

    #[test]
    fn mistakes_are_named() {
        let axes = axes();
        let said = |text: &str| Constraint::parse(text, &axes).unwrap_err().to_string();
        assert!(said("low").contains("a comparison is needed"));
        assert!(said("low < hihg").contains("there are low, mid, kind"));
        assert!(said("low = mid").contains("allowed are"));
        assert!(said("kind < 3").contains("no number"));
        assert!(said("low < ").contains("missing"));
        assert!(said("low mid < 3").contains("expected + or -"));
    }
}
