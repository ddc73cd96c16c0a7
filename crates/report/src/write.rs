//! The same document, written for different readers.

mod html;
mod markdown;

pub use html::html;
pub use markdown::markdown;
