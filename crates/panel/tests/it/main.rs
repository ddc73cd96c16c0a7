//! What a study promises.

mod books;
mod by_hand;
mod claims;
mod logged;
mod small;
mod stand_ins;
mod support;
