//! The words of the report, with their formulas (docs/model.md#metrics).

use crate::document::{Block, Folded, Section};
use crate::terms::TERMS;

/// Terms with their meaning.
pub fn section() -> Section {
    let terms = TERMS
        .iter()
        .map(|(term, meaning)| ((*term).to_owned(), (*meaning).to_owned()))
        .collect();
    Section {
        id: "glossary",
        title: "Glossary",
        blocks: vec![Block::Terms(terms)],
    }
}

/// The glossary at the end of a page.
pub fn folded() -> Folded {
    Folded {
        line: "every word of the tables with its formula",
        section: section(),
    }
}
