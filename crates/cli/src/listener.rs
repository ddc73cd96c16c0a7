//! Who hears how far a command is, where that is not a terminal.

use std::sync::Arc;

/// Hears a phase and how many of how many items of it are done, from any thread.
#[derive(Clone)]
pub struct Listener(pub Arc<dyn Fn(&'static str, usize, usize) + Send + Sync>);
