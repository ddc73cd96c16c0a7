//! The comparison of a run on a terminal while its folder is being written: nobody waits for a folder to read the first
//! numbers.

use report::RunFolder;

use super::report::Comparison;
use crate::args::Common;
use crate::error::Failure;
use crate::folder::Finished;
use crate::out::{note, out, terminal_width};

/// A comparison that stands on the terminal before the folder does. Dropped without [`Shown::check`], it says that there is
/// none.
pub struct Shown {
    layout: Comparison,
    text: String,
    is_written: bool,
}

impl Shown {
    /// Shows the comparison of a finished run, after the line of what was `counted`, where stdout is a terminal: whatever
    /// else reads it gets nothing of a run that is not written.
    ///
    /// # Errors
    /// Where a table of the run cannot be read from its own text: a fault of ours.
    pub fn on_terminal(
        finished: &Finished<'_>,
        full: bool,
        common: &Common,
        counted: &str,
    ) -> Result<Option<Shown>, Failure> {
        if common.json || terminal_width().is_none() {
            return Ok(None);
        }
        let layout = Comparison::new(full, common);
        let text = layout.of(&finished.headline()?);
        if !common.quiet {
            eprintln!("{counted}");
        }
        // A terminal that is gone must not keep the folder from being written.
        let is_shown = out!("{text}").is_ok();
        Ok(is_shown.then(|| Shown {
            layout,
            text,
            is_written: false,
        }))
    }

    /// The folder stands. What it says is shown where it is something else than what stands on the terminal.
    ///
    /// # Errors
    /// Where stdout cannot be written.
    pub fn check(mut self, run: &RunFolder) -> Result<(), Failure> {
        self.is_written = true;
        let text = self.layout.of(run);
        if text != self.text {
            note("alvh: the files say something else than the tables above; they say:");
            out!("{text}")?;
        }
        Ok(())
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        if !self.is_written {
            note("alvh: the tables above are of a run that was not written");
        }
    }
}
