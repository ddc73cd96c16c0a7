//! A CSV text under way: what the library would write, without a text for every cell.

/// Rows of cells in one text, with `\n` line ends. A cell stands in quotes where a reader needs them.
#[derive(Default)]
pub(crate) struct CsvText {
    text: String,
    /// Where the row begins.
    row: usize,
    /// Whether the row has a cell.
    is_begun: bool,
}

impl CsvText {
    /// Appends a cell with any text.
    pub(crate) fn cell(&mut self, text: &str) {
        self.separate();
        // Every byte is looked at, many at once.
        let needs_quotes = text.bytes().fold(false, |needed, b| {
            needed | (b == b',') | (b == b'"') | (b == b'\n') | (b == b'\r')
        });
        if !needs_quotes {
            self.text.push_str(text);
            return;
        }
        self.text.push('"');
        for (at, part) in text.split('"').enumerate() {
            self.text.push_str(if at == 0 { "" } else { "\"\"" });
            self.text.push_str(part);
        }
        self.text.push('"');
    }

    /// Appends a cell whose text has neither quotes nor commas nor line ends.
    pub(crate) fn plain(&mut self, print: impl FnOnce(&mut String)) {
        self.separate();
        print(&mut self.text);
    }

    fn separate(&mut self) {
        if self.is_begun {
            self.text.push(',');
        }
        self.is_begun = true;
    }

    /// Ends the row.
    pub(crate) fn end_row(&mut self) {
        // A row of one empty cell: without quotes a reader would take it for an empty line.
        if self.text.len() == self.row {
            self.text.push_str("\"\"");
        }
        self.text.push('\n');
        self.row = self.text.len();
        self.is_begun = false;
    }

    /// The text.
    pub(crate) fn finish(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same by the library.
    fn written(rows: &[Vec<&str>]) -> String {
        let mut writer = csv::WriterBuilder::new()
            .flexible(true)
            .from_writer(Vec::new());
        for row in rows {
            writer.write_record(row).expect("memory takes it");
        }
        let bytes = writer.into_inner().expect("memory takes it");
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn a_text_is_what_the_library_writes() {
        let texts = [
            "", "a", ",", "\"", "a,b", "a\"b\"", "\"\"", "\n", "a\rb", " ", "\t", "#", "-1", "é,ü",
            "'=1", "a;b",
        ];
        let mut rows: Vec<Vec<&str>> = texts.iter().map(|text| vec![*text]).collect();
        for first in texts {
            rows.extend(texts.iter().map(|second| vec![first, second]));
            rows.push(vec![first, "", first]);
        }
        let mut found = CsvText::default();
        for row in &rows {
            row.iter().for_each(|cell| found.cell(cell));
            found.end_row();
        }
        assert_eq!(found.finish(), written(&rows));
        let mut plain = CsvText::default();
        plain.plain(|out| out.push_str("12.50"));
        plain.plain(|_| {});
        plain.end_row();
        plain.plain(|_| {});
        plain.end_row();
        assert_eq!(plain.finish(), written(&[vec!["12.50", ""], vec![""]]));
    }
}
