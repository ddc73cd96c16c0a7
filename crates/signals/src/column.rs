//! One value per session, read through a view that ends today.

use market::history::MarketView;

/// What a reader should know about a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Flags {
    /// The window is shorter than its stated length, but not shorter than the least that is allowed.
    pub short_history: bool,
    /// Built on a later vintage than the first release.
    pub revised: bool,
    /// A stand-in for what the definition names.
    pub proxy: bool,
    /// Built on modelled, not quoted, option prices.
    pub modelled: bool,
}

/// A signal over the sessions of a dataset, those before the first simulated one included.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Column {
    values: Vec<Option<f64>>,
    flags: Flags,
    /// What holds for single sessions; empty where nothing does.
    marks: Vec<Flags>,
    unit: &'static str,
}

impl Flags {
    /// Both.
    pub fn and(self, other: Flags) -> Flags {
        Flags {
            short_history: self.short_history || other.short_history,
            revised: self.revised || other.revised,
            proxy: self.proxy || other.proxy,
            modelled: self.modelled || other.modelled,
        }
    }

    /// The names of what is set, separated by blanks.
    pub fn names(self) -> String {
        let all = [
            (self.short_history, "short_history"),
            (self.revised, "revised"),
            (self.proxy, "proxy"),
            (self.modelled, "modelled"),
        ];
        all.iter()
            .filter(|(set, _)| *set)
            .map(|(_, name)| *name)
            .collect::<Vec<_>>()
            .join(" ")
    }
}

impl Column {
    /// A column of these values, one per session of the dataset.
    pub(crate) fn new(values: Vec<Option<f64>>, unit: &'static str) -> Column {
        let values = values
            .into_iter()
            .map(|v| v.filter(|v| v.is_finite()))
            .collect();
        Column {
            values,
            flags: Flags::default(),
            marks: Vec::new(),
            unit,
        }
    }

    pub(crate) fn with_flags(mut self, flags: Flags) -> Column {
        self.flags = self.flags.and(flags);
        self
    }

    /// Adds what holds for single sessions.
    pub(crate) fn with_marks(mut self, marks: &[Flags]) -> Column {
        if self.marks.is_empty() {
            self.marks = marks.to_vec();
        } else {
            self.marks
                .iter_mut()
                .zip(marks)
                .for_each(|(mine, other)| *mine = mine.and(*other));
        }
        self
    }

    /// The value at today's close.
    #[inline]
    pub fn at(&self, view: MarketView<'_>) -> Option<f64> {
        self.values.get(view.position()).copied().flatten()
    }

    /// The value `sessions` before today; sessions before the first simulated one count.
    pub fn back(&self, view: MarketView<'_>, sessions: usize) -> Option<f64> {
        let at = view.position().checked_sub(sessions)?;
        self.values.get(at).copied().flatten()
    }

    /// What to know about today's value.
    pub fn flags(&self, view: MarketView<'_>) -> Flags {
        self.flags
            .and(self.marks.get(view.position()).copied().unwrap_or_default())
    }

    /// Unit of the values.
    pub fn unit(&self) -> &'static str {
        self.unit
    }

    pub(crate) fn values(&self) -> &[Option<f64>] {
        &self.values
    }

    pub(crate) fn fixed_flags(&self) -> Flags {
        self.flags
    }

    pub(crate) fn marks(&self) -> &[Flags] {
        &self.marks
    }
}
