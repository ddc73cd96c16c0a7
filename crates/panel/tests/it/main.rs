//! What a study promises.

mod books;
mod by_hand;
mod small;
mod support;
