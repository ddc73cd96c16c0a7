//! The configuration, whole.

use crate::document::{Block, Section};
use crate::folder::RunFolder;

/// `config.toml` as the run resolved it.
pub fn section(run: &RunFolder) -> Section {
    let code = vec![Block::Code(run.config.clone())];
    let blocks = vec![
        Block::Paragraph(
            "The fully resolved configuration: every key, with its unit in its name.".to_owned(),
        ),
        Block::Details("config.toml".to_owned(), code),
    ];
    Section {
        id: "config",
        title: "Configuration",
        blocks,
    }
}
