//! A report before it is HTML or Markdown: sections of blocks. All text here is plain; writers escape it.

use crate::chart::{
    CloudChart, HeatMaps, Histogram, LineChart, RangeChart, RibbonChart, StripChart,
};
use crate::style::Style;

/// A whole report.
#[derive(Clone, Debug)]
pub struct Document {
    /// What kind of report it is, in a few words.
    pub kind: &'static str,
    /// What it is about.
    pub title: String,
    /// One line under the title.
    pub subtitle: String,
    /// What must be seen before anything else, most important first.
    pub banners: Vec<Banner>,
    /// The arms, with their looks, for the page's switches; one without a name is in no picture and has none.
    pub arms: Vec<(String, Style)>,
    /// In reading order.
    pub sections: Vec<Section>,
    /// Sections that are folded away, after the others: a reader opens what he wants to check.
    pub appendix: Vec<Folded>,
}

/// A section that is folded away.
#[derive(Clone, Debug)]
pub struct Folded {
    /// What it holds, in a line.
    pub line: &'static str,
    /// The section.
    pub section: Section,
}

/// A warning at the top.
#[derive(Clone, Debug)]
pub struct Banner {
    /// In two or three words.
    pub title: String,
    /// In a sentence or two.
    pub text: String,
}

/// A section with a heading of its own.
#[derive(Clone, Debug)]
pub struct Section {
    /// Its address on the page; never text from a file.
    pub id: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What it holds.
    pub blocks: Vec<Block>,
}

/// A piece of a section.
#[derive(Clone, Debug)]
pub enum Block {
    /// A heading inside a section, usually a window's name.
    Heading(String),
    /// Text.
    Paragraph(String),
    /// The question and its answer in a few words, then the sentence that says why, in the largest letters.
    Verdict(String, String),
    /// A sentence in larger letters: the answer.
    Lead(String),
    /// A remark in smaller letters: how to read something, what is missing.
    Note(String),
    /// Sentences as a list.
    List(Vec<String>),
    /// Names with short values.
    Facts(Vec<Fact>),
    /// Terms with their meaning.
    Terms(Vec<(String, String)>),
    /// Where the page has its switches for arms; other forms have none.
    Switches,
    /// A table.
    Table(Table),
    /// A table with a field that filters its rows; without a script it is whole.
    Filtered(Table),
    /// Files beside the page.
    Downloads(Vec<Download>),
    /// Blocks side by side where the screen is wide; the first column is the widest.
    Columns(Vec<Vec<Block>>),
    /// Curves over the sessions of a window.
    Lines(LineChart),
    /// Values with their intervals.
    Ranges(RangeChart),
    /// States over the sessions of a window.
    Strips(StripChart),
    /// Values over pairs of parameters.
    Heat(HeatMaps),
    /// Many points and their front.
    Cloud(CloudChart),
    /// How values are spread.
    Bars(Histogram),
    /// Parallel axes with ribbons.
    Ribbons(RibbonChart),
    /// Text as it stands, such as a file.
    Code(String),
    /// Blocks that open on demand.
    Details(String, Vec<Block>),
}

/// Blocks two in a row where the screen is wide.
pub fn side_by_side(blocks: impl Iterator<Item = Block>) -> Vec<Block> {
    let all: Vec<Block> = blocks.collect();
    all.chunks(2)
        .map(|pair: &[Block]| match pair {
            [one] => one.clone(),
            several => Block::Columns(several.iter().map(|block| vec![block.clone()]).collect()),
        })
        .collect()
}

/// A file beside the page, in the forms that the folder has it in.
#[derive(Clone, Debug)]
pub struct Download {
    /// Its name without the end.
    pub name: String,
    /// What it holds.
    pub what: &'static str,
    /// The files.
    pub files: Vec<String>,
}

/// A name with a value.
#[derive(Clone, Debug)]
pub struct Fact {
    /// The name.
    pub name: &'static str,
    /// The value.
    pub value: String,
    /// Whether the value is to be copied: a hash, a command.
    pub code: bool,
}

/// A table. The first column names the row.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// What it shows, units included.
    pub caption: String,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its heading.
    pub head: String,
    /// Its unit; may be empty.
    pub unit: String,
    /// Whether its cells are numbers: set to the right.
    pub number: bool,
}

/// A row of a table.
#[derive(Clone, Debug)]
pub struct Row {
    /// One cell per column.
    pub cells: Vec<Cell>,
    /// What kind of row.
    pub role: RowRole,
}

/// What kind of row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowRole {
    /// As the others.
    Plain,
    /// A diagnostic or a remark: set back.
    Quiet,
    /// A sum of the rows above.
    Total,
}

/// A cell.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// What it says; `None` is undefined and prints as a dash.
    pub text: Option<String>,
    /// Its interval, in smaller letters.
    pub span: Option<String>,
    /// A bar beside it, from −1 to 1 of the table's largest.
    pub bar: Option<f64>,
    /// How the thing it names is drawn in the charts.
    pub style: Option<Style>,
}

impl Table {
    /// The same without columns in which no row has anything; the first one, which names the rows, stays.
    pub fn without_empty(&self) -> Table {
        let empty = |at: usize| {
            at > 0
                && self
                    .rows
                    .iter()
                    .all(|row| row.cells.get(at).is_none_or(|cell| cell.text.is_none()))
        };
        let kept: Vec<usize> = (0..self.columns.len())
            .filter(|at| self.rows.is_empty() || !empty(*at))
            .collect();
        let cells = |row: &Row| Row {
            cells: kept
                .iter()
                .filter_map(|at| row.cells.get(*at).cloned())
                .collect(),
            role: row.role,
        };
        Table {
            caption: self.caption.clone(),
            columns: kept.iter().map(|at| self.columns[*at].clone()).collect(),
            rows: self.rows.iter().map(cells).collect(),
        }
    }
}

impl Column {
    /// A column of text.
    pub fn text(head: &str) -> Column {
        Column {
            head: head.to_owned(),
            unit: String::new(),
            number: false,
        }
    }

    /// A column of numbers.
    pub fn number(head: &str, unit: &str) -> Column {
        Column {
            head: head.to_owned(),
            unit: unit.to_owned(),
            number: true,
        }
    }
}

impl Cell {
    /// Text; empty text is undefined.
    pub fn text(text: impl Into<String>) -> Cell {
        let text = text.into();
        Cell {
            text: (!text.is_empty()).then_some(text),
            ..Cell::default()
        }
    }

    /// A number already printed, or undefined.
    pub fn maybe(text: Option<String>) -> Cell {
        Cell {
            text,
            ..Cell::default()
        }
    }

    /// The same with its interval; an undefined one is left out.
    pub fn with_span(self, span: Option<String>) -> Cell {
        Cell {
            span: span.filter(|_| self.text.is_some()),
            ..self
        }
    }

    /// The same with a bar, of which `largest` is the full length.
    pub fn with_bar(self, value: f64, largest: f64) -> Cell {
        Cell {
            bar: (largest > 0.0).then(|| (value / largest).clamp(-1.0, 1.0)),
            ..self
        }
    }

    /// The same with the look of the series it names.
    pub fn styled(self, style: Style) -> Cell {
        Cell {
            style: Some(style),
            ..self
        }
    }
}

impl Row {
    /// An ordinary row.
    pub fn plain(cells: Vec<Cell>) -> Row {
        Row {
            cells,
            role: RowRole::Plain,
        }
    }

    /// A row that is set back where `quiet`.
    pub fn quiet_if(quiet: bool, cells: Vec<Cell>) -> Row {
        Row {
            cells,
            role: if quiet {
                RowRole::Quiet
            } else {
                RowRole::Plain
            },
        }
    }
}

impl Fact {
    /// A value to read.
    pub fn new(name: &'static str, value: impl Into<String>) -> Fact {
        Fact {
            name,
            value: value.into(),
            code: false,
        }
    }

    /// A value to copy.
    pub fn code(name: &'static str, value: impl Into<String>) -> Fact {
        Fact {
            name,
            value: value.into(),
            code: true,
        }
    }
}
