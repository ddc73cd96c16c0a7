//! A publisher's file as a table whose cells can be damaged.

/// How a column is judged: what a change of one of its values must be to count, beside the changes around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    /// Prices of indices and funds.
    Price,
    /// Volatility indices and VIX futures.
    Volatility,
    Skew,
    /// Yields and spreads, percentage points.
    Rate,
    /// Overnight rates and yields of bills, which stand still for weeks.
    Overnight,
    /// Shares in percent.
    Percent,
    Dollar,
    /// Issues.
    Count,
    /// Monthly and quarterly values.
    Slow,
    /// No number, or one that is not kept.
    Other,
}

impl Kind {
    /// Whether changes are told as logarithms, and the least change of one value that counts: 4 % of a price, 25 % of a
    /// volatility, 10 % of SKEW, half a point of a yield, twelve points of a share, 2 % of the dollar.
    pub(super) fn least(self) -> Option<(bool, f64)> {
        Some(match self {
            Kind::Price => (true, 0.04),
            Kind::Volatility => (true, 0.25),
            Kind::Skew => (true, 0.10),
            Kind::Rate | Kind::Overnight => (false, 0.5),
            Kind::Percent => (false, 12.0),
            Kind::Dollar => (true, 0.02),
            Kind::Slow => (true, 0.25),
            Kind::Count | Kind::Other => return None,
        })
    }
}

#[derive(Clone, Debug)]
pub(super) struct Column {
    pub at: usize,
    pub kind: Kind,
    pub decimals: usize,
}

#[derive(Clone, Debug)]
pub(super) struct Table {
    /// Publisher, in the words of the sheet it is of.
    pub publisher: &'static str,
    pub name: String,
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
    /// Columns of numbers.
    pub columns: Vec<Column>,
    /// Files beside which it is imported, by name.
    pub friends: Vec<&'static str>,
    /// Whether its rows are months or quarters.
    pub slow: bool,
}

impl Table {
    pub(super) fn text(&self) -> String {
        let line = |cells: &Vec<String>| {
            let quoted = cells.iter().map(|c| {
                if c.contains(',') {
                    format!("\"{c}\"")
                } else {
                    c.clone()
                }
            });
            quoted.collect::<Vec<_>>().join(",") + "\n"
        };
        std::iter::once(&self.header)
            .chain(&self.rows)
            .map(line)
            .collect()
    }

    pub(super) fn value(&self, row: usize, column: &Column) -> Option<f64> {
        self.rows.get(row)?.get(column.at)?.parse().ok()
    }

    pub(super) fn set(&mut self, row: usize, column: &Column, value: f64) {
        let text = format!("{value:.*}", column.decimals);
        self.rows[row][column.at] = text;
    }

    /// Values of a column on the scale on which its changes are told.
    fn scaled(&self, column: &Column) -> Vec<Option<f64>> {
        let is_log = column.kind.least().is_some_and(|l| l.0);
        let all = (0..self.rows.len()).map(|i| self.value(i, column));
        all.map(|v| {
            if is_log {
                v.filter(|v| *v > 0.0).map(market::math::ln)
            } else {
                v
            }
        })
        .collect()
    }

    /// The usual change of a column around a row: the greater of 1.48 middle changes and the 90 % quantile over 1.64, of up to
    /// 60 changes around, as the undamaged file has them.
    pub(super) fn usual(&self, row: usize, column: &Column) -> f64 {
        let values: Vec<f64> = self.scaled(column).into_iter().flatten().collect();
        let from = row.saturating_sub(30);
        let to = (row + 30).min(values.len());
        let mut sizes: Vec<f64> = values
            .get(from..to)
            .unwrap_or(&[])
            .windows(2)
            .map(|w| (w[1] - w[0]).abs())
            .collect();
        sizes.sort_by(f64::total_cmp);
        let at = |share: usize| sizes.get(sizes.len() * share / 100).copied().unwrap_or(0.0);
        (1.4826 * at(50)).max(at(90) / 1.645)
    }

    /// By how much a value lies beyond both its neighbours to the same side, on its scale; 0 where between them.
    pub(super) fn beyond(&self, row: usize, column: &Column) -> f64 {
        let values = self.scaled(column);
        let at = |i: Option<usize>| i.and_then(|i| values.get(i).copied().flatten());
        let (Some(before), Some(now), Some(after)) =
            (at(row.checked_sub(1)), at(Some(row)), at(Some(row + 1)))
        else {
            return 0.0;
        };
        let (a, b) = (now - before, now - after);
        if a * b > 0.0 {
            a.abs().min(b.abs())
        } else {
            0.0
        }
    }

    /// The change from the row before, on its scale.
    pub(super) fn change(&self, row: usize, column: &Column) -> f64 {
        let values = self.scaled(column);
        match (
            row.checked_sub(1)
                .and_then(|b| values.get(b).copied().flatten()),
            values.get(row),
        ) {
            (Some(before), Some(Some(now))) => (now - before).abs(),
            _ => 0.0,
        }
    }
}
