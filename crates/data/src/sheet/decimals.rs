//! Which sign parts whole numbers from fractions in a column.

use super::Sheet;
use crate::error::Refusal;
use crate::numbers::{Decimal, Evidence, evidence, is_missing_word};

impl Sheet {
    /// The decimal mark of a column whose values lie in this range.
    pub(super) fn decimal_of(&self, column: usize, range: (f64, f64)) -> Result<Decimal, Refusal> {
        let all = self.evidence.get_or_init(|| {
            (0..self.header.len())
                .map(|c| evidence(self.cells_of(c)))
                .collect()
        });
        match (self.decimal, all.get(column).copied()) {
            (Some(decimal), _) | (None, Some(Evidence::Only(decimal))) => return Ok(decimal),
            (None, Some(Evidence::Undecided)) => {}
            _ => return Ok(Decimal::Point),
        }
        if let Some(decimal) = self.shown.get().or(self.usual.get()) {
            return Ok(*decimal);
        }
        // The other columns of the file, then the values that the series can have.
        let others = |decimal| all[1..].contains(&Evidence::Only(decimal));
        let fits = |decimal: Decimal| {
            let mut cells = self.values_of(column);
            cells.all(|c| {
                decimal
                    .parse(c)
                    .is_some_and(|v| (range.0..=range.1).contains(&v))
            })
        };
        let both = (Decimal::Point, Decimal::Comma);
        match (others(both.0), others(both.1), fits(both.0), fits(both.1)) {
            (true, false, ..) | (_, _, true, false) => Ok(both.0),
            (false, true, ..) | (_, _, false, true) => Ok(both.1),
            _ => {
                let shown = self
                    .cells_of(column)
                    .find(|c| both.0.parse(c) != both.1.parse(c))
                    .unwrap_or_default();
                let value = |d: Decimal| {
                    d.parse(shown)
                        .map_or("nothing".to_string(), |v| v.to_string())
                };
                Err(Refusal(format!(
                    "column {}: found numbers such as `{shown}`, which may be {} or {}; say decimal = \".\" or \",\" in alvh.columns.toml",
                    self.header[column],
                    value(both.0),
                    value(both.1)
                )))
            }
        }
    }

    /// Says which decimal mark the publisher writes: it counts where the numbers of a column leave it open.
    pub fn assume_decimal(&self, decimal: Decimal) {
        let _ = self.usual.set(decimal);
    }

    /// Settles the decimal mark by a column whose middle value lies in this range under one reading only.
    pub fn settle_decimal(&self, column: usize, (low, high): (f64, f64)) {
        let middle = |decimal: Decimal| {
            let mut values: Vec<f64> = self
                .values_of(column)
                .filter_map(|c| decimal.parse(c))
                .collect();
            values.sort_by(f64::total_cmp);
            values.get(values.len().saturating_sub(1) / 2).copied()
        };
        let fits = |decimal| middle(decimal).is_some_and(|v| (low..=high).contains(&v));
        let found = match (fits(Decimal::Point), fits(Decimal::Comma)) {
            (true, false) => Decimal::Point,
            (false, true) => Decimal::Comma,
            _ => return,
        };
        if evidence(self.cells_of(column)) == Evidence::Undecided {
            let _ = self.shown.set(found);
        }
    }

    fn values_of(&self, column: usize) -> impl Iterator<Item = &str> {
        self.cells_of(column)
            .filter(|c| !c.is_empty() && !is_missing_word(c))
    }

    /// The comma, where some numbers have it before their decimals and none has a point there.
    pub fn decimal_comma(&self) -> Option<Decimal> {
        let all: Vec<Evidence> = (0..self.header.len())
            .map(|c| evidence(self.cells_of(c)))
            .collect();
        let found = |decimal| all.contains(&Evidence::Only(decimal));
        (found(Decimal::Comma) && !found(Decimal::Point)).then_some(Decimal::Comma)
    }

    fn cells_of(&self, column: usize) -> impl Iterator<Item = &str> {
        self.rows
            .iter()
            .filter_map(move |row| row.cells.get(column))
            .map(String::as_str)
    }
}

pub(super) fn quoted(text: &str) -> String {
    if text.is_empty() {
        "nothing".into()
    } else {
        format!("`{text}`")
    }
}
