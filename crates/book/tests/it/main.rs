//! What events add up to, checked by hand.

mod accounts;
mod logged_trades;
mod purses;
