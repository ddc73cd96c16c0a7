//! Columns that line up, tables that break between columns, text that wraps between words.

/// The cells of one line; `None` is undefined.
pub type Line = Vec<Option<String>>;

/// A table whose first column names the line and is set to the left; the others are set to the right.
pub struct Grid {
    heads: Vec<(String, String)>,
    lines: Vec<Line>,
    widths: Vec<usize>,
}

impl Grid {
    /// A table with headings and their units.
    pub fn new(heads: &[(&str, &str)], lines: Vec<Line>) -> Grid {
        let heads: Vec<(String, String)> = heads
            .iter()
            .map(|(h, u)| ((*h).to_owned(), (*u).to_owned()))
            .collect();
        let cell = |line: &Line, at: usize| length(line[at].as_deref().unwrap_or("-"));
        let widest = |at: usize| lines.iter().map(|line| cell(line, at)).max().unwrap_or(0);
        let widths = (0..heads.len())
            .map(|at| {
                widest(at)
                    .max(length(&heads[at].0))
                    .max(length(&heads[at].1))
            })
            .collect();
        Grid {
            heads,
            lines,
            widths,
        }
    }

    /// The table in lines of at most `width`, each passed through `paint`; columns that do not fit follow in a
    /// table of their own.
    pub fn print(&self, width: usize, paint: impl Fn(&str) -> String) -> String {
        let mut out = String::new();
        for (part, columns) in self.parts(width).into_iter().enumerate() {
            out.push_str(if part > 0 { "\n" } else { "" });
            let head = |unit: bool| -> Line {
                self.heads
                    .iter()
                    .map(|(head, sign)| Some(if unit { sign.clone() } else { head.clone() }))
                    .collect()
            };
            let all = [head(false), head(true)]
                .into_iter()
                .chain(self.lines.iter().cloned());
            for line in all {
                out.push_str(&paint(self.line(&line, &columns).trim_end()));
                out.push('\n');
            }
        }
        out
    }

    /// Columns of each part, the first always among them. Two spaces between columns, or one where that saves
    /// a second table.
    fn parts(&self, width: usize) -> Vec<Vec<usize>> {
        let mut parts = Vec::new();
        let mut part = vec![0];
        let mut used = self.widths[0];
        for at in 1..self.widths.len() {
            if used + 1 + self.widths[at] > width && part.len() > 1 {
                parts.push(std::mem::replace(&mut part, vec![0]));
                used = self.widths[0];
            }
            part.push(at);
            used += 1 + self.widths[at];
        }
        parts.push(part);
        parts
    }

    fn line(&self, line: &Line, columns: &[usize]) -> String {
        let mut out = String::new();
        for (place, &at) in columns.iter().enumerate() {
            let text = line[at].as_deref().unwrap_or("-");
            let pad = " ".repeat(self.widths[at] - length(text));
            match place {
                0 => out.push_str(&format!("{text}{pad}")),
                _ => out.push_str(&format!(" {pad}{text}")),
            }
        }
        out
    }
}

/// Text in lines of at most `width`, broken between words where there are any.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace().flat_map(|word| pieces(word, width)) {
        let line = lines.last().map_or(0, |line| length(line));
        if line > 0 && line + 1 + length(&word) > width {
            lines.push(word);
        } else if let Some(last) = lines.last_mut() {
            last.push_str(if line > 0 { " " } else { "" });
            last.push_str(&word);
        }
    }
    lines
}

/// A name with an ellipsis in its middle where it is longer than `limit`: names of one family differ at their ends.
pub fn shorten(text: &str, limit: usize) -> String {
    let all: Vec<char> = text.chars().collect();
    if all.len() <= limit {
        return text.to_owned();
    }
    let head = limit / 2;
    let tail = limit - 1 - limit / 2;
    all[..head]
        .iter()
        .chain(['…'].iter())
        .chain(&all[all.len() - tail..])
        .collect()
}

fn pieces(word: &str, width: usize) -> Vec<String> {
    word.chars()
        .collect::<Vec<char>>()
        .chunks(width.max(1))
        .map(|piece| piece.iter().collect())
        .collect()
}

fn length(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_that_do_not_fit_follow_below() {
        let line = |name: &str, a: &str| vec![Some(name.to_owned()), Some(a.to_owned()), None];
        let grid = Grid::new(
            &[("arm", ""), ("P&L", "$"), ("kept", "%")],
            vec![line("one", "+1,234"), line("three", "-5")],
        );
        let wide = "arm      P&L kept\n           $    %\none   +1,234    -\nthree     -5    -\n";
        assert_eq!(grid.print(80, str::to_owned), wide);
        let narrow = "arm      P&L\n           $\none   +1,234\nthree     -5\n\narm   kept\n         %\none      -\nthree    -\n";
        assert_eq!(grid.print(14, str::to_owned), narrow);
    }

    #[test]
    fn text_wraps_between_words() {
        assert_eq!(wrap("aaa bb cccc d", 6), ["aaa bb", "cccc d"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
    }

    #[test]
    fn long_names_are_shortened() {
        assert_eq!(shorten("always_on_futures", 8), "alwa…res");
        assert_eq!(shorten("always_on", 9), "always_on");
        assert_ne!(
            shorten("tiered_extend_upwards", 9),
            shorten("tiered_extend_down", 9)
        );
    }
}
