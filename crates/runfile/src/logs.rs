//! Trade logs as condor tiers and books: how a file names one, and what the tier is called.

use std::path::Path;

/// What a tier or book that repeats a log begins with.
const PREFIX: &str = "log:";

/// The file of a tier or book that repeats a log: `my_trades.csv` of `log:my_trades.csv`; `None` for a policy.
pub fn file_of(name: &str) -> Option<&str> {
    name.strip_prefix(PREFIX)
}

/// What the tier of a log is called in every table: `log_my_trades`.
pub fn tier(file: &str) -> String {
    let stem = Path::new(file).file_stem().unwrap_or_default();
    let stem: String = stem
        .to_string_lossy()
        .chars()
        .map(|c: char| match c.to_ascii_lowercase() {
            c if c.is_ascii_lowercase() || c.is_ascii_digit() => c,
            _ => '_',
        })
        .collect();
    format!("log_{stem}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_named_by_its_file_and_called_by_its_stem() {
        assert_eq!(file_of("log:a/My Trades.csv"), Some("a/My Trades.csv"));
        assert_eq!(file_of("cndr"), None);
        assert_eq!(tier("a/My Trades.csv"), "log_my_trades");
    }
}
