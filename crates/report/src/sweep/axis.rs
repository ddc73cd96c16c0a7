//! An axis of a sweep and its levels: the values as they are where they are few, ranges of them where they are many.

use crate::number;

/// Most levels an axis is shown with; more values are put into ranges.
pub const LEVELS: usize = 24;

/// One parameter that was varied.
#[derive(Clone, Debug)]
pub struct Axis {
    /// Its key.
    pub name: String,
    /// The shortest end of the key that no other axis has.
    pub short: String,
    /// Its levels in words, rising where they are numbers.
    pub levels: Vec<String>,
    values: Values,
}

#[derive(Clone, Debug)]
enum Values {
    /// One level per text.
    Each(Vec<String>),
    /// Upper ends of the ranges; a value belongs to the first that is not below it.
    Ranges(Vec<f64>),
}

impl Axis {
    /// An axis with the values that its column holds; `all` are the names of all axes.
    pub fn new<'a>(name: &str, all: &[String], column: impl Iterator<Item = &'a str>) -> Axis {
        let mut texts: Vec<String> = column.map(str::to_owned).collect();
        texts.sort_unstable();
        texts.dedup();
        let numbers: Option<Vec<f64>> = texts.iter().map(|text| number::parse(text)).collect();
        let (values, levels) = match numbers {
            Some(numbers) if texts.len() > LEVELS => ranges(numbers),
            Some(numbers) => {
                let mut order: Vec<usize> = (0..texts.len()).collect();
                order.sort_by(|a, b| numbers[*a].total_cmp(&numbers[*b]));
                let sorted: Vec<String> = order.into_iter().map(|at| texts[at].clone()).collect();
                (Values::Each(sorted.clone()), sorted)
            }
            None => (Values::Each(texts.clone()), texts),
        };
        let levels = levels.iter().map(|level| {
            if level.is_empty() {
                "empty".to_owned()
            } else {
                level.clone()
            }
        });
        Axis {
            name: name.to_owned(),
            short: short(name, all),
            levels: levels.collect(),
            values,
        }
    }

    /// Place of a value's level.
    pub fn level(&self, text: &str) -> usize {
        match &self.values {
            Values::Each(texts) => texts.iter().position(|known| known == text).unwrap_or(0),
            Values::Ranges(ends) => {
                let value = number::parse(text).unwrap_or(f64::INFINITY);
                ends.iter()
                    .position(|end| value <= *end)
                    .unwrap_or(ends.len() - 1)
            }
        }
    }
}

/// Ten ranges with about as many distinct values each.
fn ranges(mut numbers: Vec<f64>) -> (Values, Vec<String>) {
    numbers.sort_by(f64::total_cmp);
    let n = numbers.len();
    let parts = 10;
    let cut = |part: usize| part * n / parts;
    let ends: Vec<f64> = (1..=parts).map(|part| numbers[cut(part) - 1]).collect();
    (
        Values::Ranges(ends),
        (0..parts)
            .map(|part: usize| {
                let lo = numbers[cut(part)];
                let hi = numbers[cut(part + 1) - 1];
                format!("{} to {}", plain(lo), plain(hi))
            })
            .collect(),
    )
}

/// A number with at most four decimals and no trailing zeros.
fn plain(value: f64) -> String {
    number::fixed(value, 4)
        .trim_end_matches('0')
        .trim_end_matches('.')
        .to_owned()
}

/// The shortest dotted end of a key that no other key has, so that tables stay narrow.
fn short(name: &str, all: &[String]) -> String {
    let parts: Vec<&str> = name.split('.').collect();
    for take in 1..parts.len() {
        let tail = parts[parts.len() - take..].join(".");
        let other = |key: &&String| {
            key.as_str() != name && (**key == tail || key.ends_with(&format!(".{tail}")))
        };
        let begins_with_a_number = number::parse(parts[parts.len() - take]).is_some();
        if !all.iter().any(|key| other(&key)) && !begins_with_a_number {
            return tail;
        }
    }
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_are_levels_in_the_order_of_numbers() {
        let axis = Axis::new(
            "a.x",
            &["a.x".to_owned()],
            ["10", "9", "10", "9.5"].into_iter(),
        );
        assert_eq!(axis.levels, ["9", "9.5", "10"]);
        assert_eq!((axis.level("10"), axis.short.as_str()), (2, "x"));
    }

    #[test]
    fn many_values_are_ranges_that_hold_each_of_them() {
        let texts: Vec<String> = (0..37)
            .map(|n| format!("{}", f64::from(n) * 0.25))
            .collect();
        let axis = Axis::new("x", &["x".to_owned()], texts.iter().map(String::as_str));
        assert_eq!(
            (axis.levels.len(), axis.levels[0].as_str()),
            (10, "0 to 0.5")
        );
        let places: Vec<usize> = texts.iter().map(|text| axis.level(text)).collect();
        assert!(
            places.is_sorted() && places[0] == 0 && places[36] == 9,
            "{places:?}"
        );
    }

    #[test]
    fn names_are_cut_as_far_as_they_stay_apart() {
        let all = ["p.bands.0.to", "p.bands.1.to", "p.weight"].map(str::to_owned);
        let shorts: Vec<String> = all.iter().map(|name| short(name, &all)).collect();
        assert_eq!(shorts, ["bands.0.to", "bands.1.to", "weight"]);
    }
}
