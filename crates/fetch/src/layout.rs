//! What a publisher's file begins with. A page of excuses, a changed layout and half a file all look different.

use crate::error::LayoutError;

/// The kind of file an address gives out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// `DATE,OPEN,HIGH,LOW,CLOSE` or `DATE,<index>`.
    CboeIndex,
    /// `Trade Date,Futures,Open,High,Low,Close,Settle,...`.
    CfeFuture,
    /// `observation_date,<series>`, before 2024 `DATE,<series>`.
    Fred,
    /// `Date,"1 Mo",...`.
    Treasury,
}

impl Layout {
    /// Header in words, for messages.
    pub fn expected(self) -> &'static str {
        match self {
            Layout::CboeIndex => "DATE,OPEN,HIGH,LOW,CLOSE or DATE,<index>",
            Layout::CfeFuture => "Trade Date,Futures,Open,High,Low,Close,Settle,...",
            Layout::Fred => "observation_date,<series>",
            Layout::Treasury => "Date,\"1 Mo\",...,\"30 Yr\"",
        }
    }

    /// Checks that `body` begins like a file of this layout and holds at least one row.
    ///
    /// # Errors
    /// What was found instead.
    pub fn check(self, body: &[u8]) -> Result<(), LayoutError> {
        let expected = self.expected();
        let Ok(text) = std::str::from_utf8(body) else {
            return Err(LayoutError::NoText { expected });
        };
        let text = text.trim_start_matches('\u{feff}');
        let mut lines = text.lines();
        let header = lines.next().unwrap_or("");
        if !self.fits(header) {
            let found = header
                .chars()
                .filter(|c| !c.is_control())
                .take(60)
                .collect();
            return Err(LayoutError::Header { expected, found });
        }
        if lines.next().is_none_or(|row| row.trim().is_empty()) {
            return Err(LayoutError::NoRow {
                header: header.to_string(),
            });
        }
        Ok(())
    }

    fn fits(self, header: &str) -> bool {
        let plain: String = header.chars().filter(|c| *c != '"').collect();
        let columns: Vec<&str> = plain.split(',').map(str::trim).collect();
        match self {
            Layout::CboeIndex => columns[0] == "DATE" && (columns.len() == 2 || columns.len() == 5),
            Layout::CfeFuture => {
                columns.starts_with(&["Trade Date", "Futures"]) && columns.contains(&"Settle")
            }
            Layout::Fred => {
                columns.len() == 2 && (columns[0] == "observation_date" || columns[0] == "DATE")
            }
            Layout::Treasury => columns[0] == "Date" && columns.contains(&"3 Mo"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_layout_knows_its_own_and_no_other() {
        let headers = [
            (Layout::CboeIndex, "DATE,OPEN,HIGH,LOW,CLOSE"),
            (
                Layout::CfeFuture,
                "Trade Date,Futures,Open,High,Low,Close,Settle,Change,Total Volume,EFP,Open Interest",
            ),
            (Layout::Fred, "observation_date,DFF"),
            (Layout::Treasury, "Date,\"1 Mo\",\"3 Mo\",\"1 Yr\""),
        ];
        for (layout, _) in headers {
            for (owner, header) in headers {
                let verdict = layout.check(format!("{header}\n1,2\n").as_bytes());
                assert_eq!(
                    verdict.is_ok(),
                    layout == owner,
                    "{layout:?} reads {header}"
                );
            }
        }
    }

    #[test]
    fn what_is_no_file_is_named() {
        let html = Layout::Fred
            .check(b"<!DOCTYPE html><html>")
            .unwrap_err()
            .to_string();
        assert!(
            html.contains("observation_date,<series>") && html.contains("<!DOCTYPE html>"),
            "{html}"
        );
        assert!(
            Layout::Fred
                .check(b"observation_date,DFF\n")
                .unwrap_err()
                .to_string()
                .contains("no row")
        );
        assert!(
            Layout::Fred
                .check(&[0xff, 0xfe])
                .unwrap_err()
                .to_string()
                .contains("no text")
        );
        assert!(
            Layout::Fred
                .check(b"")
                .unwrap_err()
                .to_string()
                .contains("found \"\"")
        );
    }
}
