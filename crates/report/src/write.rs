//! The same document, written for different readers.

mod html;
mod markdown;
mod markup;
mod svg;

pub use html::html;
pub use markdown::{Pages, pages};
