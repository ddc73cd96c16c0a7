//! Publishers that misbehave, on a server of our own on the loopback.

mod server;

mod breaks;
mod manners;
mod refusals;
