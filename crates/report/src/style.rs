//! How a line is drawn: colour and dash belong together, so that neither alone carries the meaning.

/// Look of one series. The colours of the slots are in `write/html/style.css`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Which colour and dash pattern.
    pub slot: usize,
    /// Drawn thin and dotted: the equal-spend twin of the arm in that slot.
    pub twin: bool,
    /// The arm whose switch on the page shows and hides the series.
    pub toggle: Option<usize>,
}

/// Slots with a look of their own; after them the looks repeat.
pub const SLOTS: usize = 10;

impl Style {
    /// A series that no switch belongs to.
    pub fn plain(slot: usize) -> Style {
        Style {
            slot,
            twin: false,
            toggle: None,
        }
    }

    /// Class names of its colour and dash in HTML.
    pub fn look(self) -> String {
        format!(
            "s{}{}",
            self.slot % SLOTS,
            if self.twin { " twin" } else { "" }
        )
    }

    /// Class name of the piece of line beside a name in HTML: one word, so that it needs no quotes.
    pub fn key(self) -> String {
        format!(
            "k-{}{}",
            self.slot % SLOTS,
            if self.twin { "-twin" } else { "" }
        )
    }

    /// The look, with the class by which its arm's switch shows and hides it.
    pub fn classes(self) -> String {
        self.toggle
            .map_or(self.look(), |arm| format!("{} a{arm}", self.look()))
    }
}
