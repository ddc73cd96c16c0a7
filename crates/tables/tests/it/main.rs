//! What the files of a folder say, and what is refused of them.

mod cells;
mod folders;
mod manifests;
mod numbers;
mod rows;
mod texts;
