//! Numbers as a reader says them: `$57k`, `10.3 % deeper`.

use chrono::NaiveDate;

use crate::number::{self, Dollars, Money};

/// `$1.2M`, `$57k`, `$840`: without its sign, as sentences write amounts.
pub fn about(amount: Money) -> String {
    let dollars = amount.abs().usd();
    match dollars {
        d if d >= 999_500.0 => format!("${}M", number::fixed(d / 1e6, 2)),
        d if d >= 999.5 => format!("${}k", number::fixed(d / 1e3, 0)),
        _ => format!("${}", amount.abs().whole()),
    }
}

/// A reduction of the worst fall in words: `10.3 % deeper`, `4.0 % shallower`, `as deep`.
pub fn fall(reduction: f64) -> String {
    match number::percent(reduction.abs()).as_str() {
        "0.0" => "as deep".to_owned(),
        size if reduction < 0.0 => format!("{size} % deeper"),
        size => format!("{size} % shallower"),
    }
}

/// The same in whole percent where it is one or more.
pub fn about_fall(reduction: f64) -> String {
    let size = match reduction.abs() {
        size if size >= 0.01 => number::fixed(size * 100.0, 0),
        size => number::percent(size),
    };
    match size.as_str() {
        "0.0" => "as deep".to_owned(),
        _ if reduction < 0.0 => format!("{size} % deeper"),
        _ => format!("{size} % shallower"),
    }
}

/// An interval of reductions: `36.8 % deeper to 0.7 % shallower`, `6.2 to 49.9 % deeper`.
pub fn falls(lo: f64, hi: f64) -> String {
    let size = |value: f64| number::percent(value.abs());
    match (lo < 0.0, hi > 0.0) {
        (true, false) => format!("{} to {} % deeper", size(hi), size(lo)),
        (false, true) => format!("{} to {} % shallower", size(lo), size(hi)),
        _ => format!("{} to {}", fall(lo), fall(hi)),
    }
}

/// A command of a manifest as it runs in the folder itself, whose `build.json` names the dataset.
pub fn command_here(command: &str) -> String {
    command
        .replace("FOLDER/", "")
        .replace(" --dataset DATASET", "")
}

/// `13 Jun 2022`.
pub fn day(date: NaiveDate) -> String {
    date.format("%-d %b %Y").to_string()
}

/// `a`, `a and b`, `a, b and c`.
pub fn listed(items: &[String]) -> String {
    match items.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_falls_are_said_as_people_say_them() {
        let money = [-5_734_049, 123_456_700, 84_049, -99_960_000];
        assert_eq!(
            money.map(|cents| about(Money(cents))),
            ["$57k", "$1.23M", "$840", "$1.00M"]
        );
        assert_eq!(fall(-0.103), "10.3 % deeper");
        assert_eq!(fall(0.04), "4.0 % shallower");
        assert_eq!(fall(-0.0004), "as deep");
        assert_eq!(
            (about_fall(-0.103), about_fall(0.004)),
            ("10 % deeper".into(), "0.4 % shallower".into())
        );
        assert_eq!(falls(-0.368, 0.007), "36.8 % deeper to 0.7 % shallower");
        assert_eq!(falls(-0.499, -0.062), "6.2 to 49.9 % deeper");
        assert_eq!(falls(0.12, 0.453), "12.0 to 45.3 % shallower");
        assert_eq!(listed(&["a".into(), "b".into(), "c".into()]), "a, b and c");
    }

    #[test]
    fn a_command_runs_where_the_folder_is() {
        let command = "alvh replay FOLDER/config.toml --dataset DATASET";
        assert_eq!(command_here(command), "alvh replay config.toml");
    }
}
