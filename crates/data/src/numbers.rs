//! Numbers as people write them. Whether a comma or a point begins the decimals is decided by all numbers of a column.

/// Words that publishers and programs write where there is no value.
const MISSING: [&str; 14] = [
    "nan", "nd", "n/a", "na", "#n/a", "#na", "null", "none", "nil", "-", "--", "\u{2013}",
    "\u{2014}", ".",
];

/// Whether a cell that is not empty says that there is no value.
pub(crate) fn is_missing_word(cell: &str) -> bool {
    MISSING.contains(&cell.to_lowercase().as_str())
}

/// What begins the decimals; the other mark separates thousands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decimal {
    /// `4,515.5`.
    Point,
    /// `4.515,5`.
    Comma,
}

impl Decimal {
    /// The number that a cell means under this reading. Thousands are grouped by three or not at all.
    pub fn parse(self, cell: &str) -> Option<f64> {
        let (decimal, thousands) = match self {
            Decimal::Point => ('.', ','),
            Decimal::Comma => (',', '.'),
        };
        let cell = cell.strip_suffix('%').unwrap_or(cell).trim();
        // Nearly every cell of nearly every file.
        let is_plain = cell
            .bytes()
            .all(|b| b.is_ascii_digit() || b == b'.' || b == b'-');
        if self == Decimal::Point && is_plain && cell.bytes().any(|b| b.is_ascii_digit()) {
            return cell.parse().ok();
        }
        let (sign, digits) = match cell.strip_prefix(['-', '\u{2212}']) {
            Some(rest) => ("-", rest),
            None => ("", cell.strip_prefix('+').unwrap_or(cell)),
        };
        let (mantissa, exponent) = match digits.find(['e', 'E']) {
            Some(at) => (&digits[..at], &digits[at + 1..]),
            None => (digits, ""),
        };
        let (whole, fraction) = mantissa.split_once(decimal).unwrap_or((mantissa, ""));
        let whole = ungrouped(whole, thousands)?;
        let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if !is_digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
            return None;
        }
        let has_power = digits.len() != mantissa.len();
        let power = if has_power { exponent } else { "0" };
        let unsigned = power.trim_start_matches(['-', '+']);
        if unsigned.is_empty() || !is_digits(unsigned) {
            return None;
        }
        let value: f64 = format!("{sign}{whole}.{fraction}e{power}").parse().ok()?;
        value.is_finite().then_some(value)
    }
}

/// The digits before the decimals without the marks between groups of three.
fn ungrouped(whole: &str, thousands: char) -> Option<String> {
    let marks = [thousands, '\'', '\u{2019}', ' ', '\u{a0}', '\u{202f}'];
    if whole.bytes().all(|b| b.is_ascii_digit()) {
        return Some(whole.to_string());
    }
    let mark = whole.chars().find(|c| marks.contains(c))?;
    let groups: Vec<&str> = whole.split(mark).collect();
    let grouped = (1..=3).contains(&groups[0].len())
        && groups[1..].iter().all(|g| g.len() == 3)
        && groups.iter().all(|g| g.bytes().all(|b| b.is_ascii_digit()));
    grouped.then(|| groups.concat())
}

/// What the numbers of a column prove about their decimal mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// No cell has a mark, or every cell means the same either way.
    Either,
    /// Only this reading fits every number.
    Only(Decimal),
    /// Both readings fit and give different numbers: the cell that shows it.
    Undecided,
    /// Cells contradict each other, or are no numbers.
    None,
}

/// Weighs the cells of a column; words for missing values and empty cells say nothing.
pub(crate) fn evidence<'a>(cells: impl Iterator<Item = &'a str>) -> Evidence {
    let mut point = true;
    let mut comma = true;
    let mut differs = false;
    let mut any = false;
    for cell in cells.filter(|c| !c.is_empty() && !is_missing_word(c)) {
        let readings = (Decimal::Point.parse(cell), Decimal::Comma.parse(cell));
        if readings == (None, None) {
            // A word, or a damaged cell: named when it is read.
            continue;
        }
        any = true;
        point &= readings.0.is_some();
        comma &= readings.1.is_some();
        differs |= readings.0 != readings.1;
    }
    match (point, comma) {
        (true, true) if differs => Evidence::Undecided,
        (true, true) if any => Evidence::Either,
        (true, false) => Evidence::Only(Decimal::Point),
        (false, true) => Evidence::Only(Decimal::Comma),
        _ => Evidence::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cells: &[&str]) -> Evidence {
        evidence(cells.iter().copied())
    }

    #[test]
    fn all_numbers_of_a_column_decide_what_a_comma_is() {
        assert_eq!(of(&["24,0", "23,9"]), Evidence::Only(Decimal::Comma));
        assert_eq!(of(&["4,515.5", "4,000"]), Evidence::Only(Decimal::Point));
        assert_eq!(of(&["4.515,5", "4.000"]), Evidence::Only(Decimal::Comma));
        assert_eq!(of(&["4,515", "4,001"]), Evidence::Undecided);
        assert_eq!(of(&["4515", "24"]), Evidence::Either);
        assert_eq!(of(&["4,51", "4.51"]), Evidence::None);
    }

    #[test]
    fn marks_between_thousands_stand_every_three_digits() {
        assert_eq!(Decimal::Point.parse("1,234,567.5"), Some(1_234_567.5));
        assert_eq!(Decimal::Comma.parse("1'234,5"), Some(1234.5));
        assert_eq!(Decimal::Comma.parse("4\u{202f}515,5"), Some(4515.5));
        assert_eq!(Decimal::Point.parse("24,0"), None);
        assert_eq!(Decimal::Point.parse("1,2345"), None);
        assert_eq!(Decimal::Point.parse("1.5e-3"), Some(0.0015));
        assert_eq!(Decimal::Point.parse("-0.07"), Some(-0.07));
        for bad in ["", ".", "-", "1e", "abc", "1..2", "inf", "1 2", "2O.5"] {
            assert_eq!(Decimal::Point.parse(bad), None, "{bad}");
        }
    }
}
