//! The simulator against what must hold of every run. One file a situation.

mod support;

mod accounts;
mod curves;
mod exits;
mod fills;
mod look_ahead;
mod margin;
mod nulls;
mod oracle;
mod settlement;
mod sizes;
mod tapes;
