//! The report of a study: the answer, year by year, against fewer condors and random dates, the frontier, named falls,
//! claims, alternative histories.

mod answer;
mod controls;
mod crashes;
mod folder;
mod frontier;
mod verdict;
mod verdicts;
mod words;
mod worlds;
mod years;

pub use crashes::{fall, names as fall_names};
pub use folder::{StudyFolder, StudyManifest};
pub use words::{books, helped, more_sentences, verdict};
pub(crate) use worlds::told as told_of_worlds;

use crate::document::{Banner, Block, Document, Fact, Folded, Section};
use crate::section::files::downloads;
use crate::section::{BaseBook, base_books, stand_ins};
use crate::write;
use tables::manifest::DatasetKind;

/// A section; none where the study did not ask.
type Part = fn(&StudyFolder) -> Option<Section>;

/// What stands open, in the order of the questions.
const MAIN: [Part; 7] = [
    answer::section,
    answer::arms,
    worlds::section,
    years::section,
    frontier::section,
    crashes::section,
    verdicts::section,
];

/// What is folded away, each with a line that says what it holds.
const APPENDIX: [(Part, &str); 4] = [
    (
        years::others,
        "profit kept, return given up, tail and random dates, year by year",
    ),
    (crashes::layers, "every fall arm by arm and layer by layer"),
    (controls::section, "which books a hedge helps"),
    (about, "what the books and arms are, and the study file"),
];

/// The report of a study as one self-contained HTML page.
pub fn study_html(study: &StudyFolder) -> String {
    write::html(&document(study))
}

/// The same sections and tables as Markdown, with the pictures it shows.
pub fn study_markdown(study: &StudyFolder) -> write::Pages {
    write::pages(&document(study))
}

fn document(study: &StudyFolder) -> Document {
    let sections = MAIN.iter().filter_map(|section| section(study));
    let folded = APPENDIX.iter().filter_map(|(section, line)| {
        let section = section(study)?;
        Some(Folded { line, section })
    });
    Document {
        kind: "alvh study report",
        title: study.manifest.name.clone(),
        subtitle: words::size(study),
        banners: banners(study),
        arms: Vec::new(),
        appendix: folded.chain([crate::section::glossary::folded()]).collect(),
        sections: sections.chain([provenance(study)]).collect(),
    }
}

fn banners(study: &StudyFolder) -> Vec<Banner> {
    let doubts = study.doubts.iter().map(|text| Banner {
        title: "Do not trust this folder".into(),
        text: text.clone(),
    });
    let made = study
        .manifest
        .dataset
        .iter()
        .filter(|dataset| dataset.kind == DatasetKind::Reconstruction)
        .map(|dataset| Banner {
            title: "Not market history".into(),
            text: dataset.notice.clone(),
        });
    let early = words::indicative(study).into_iter().map(|text| Banner {
        title: "Indicative".into(),
        text,
    });
    doubts
        .chain(made)
        .chain(early)
        .chain(of_prices(study))
        .collect()
}

/// What must be known of prices and base books before any number.
pub(crate) fn of_prices(study: &StudyFolder) -> Vec<Banner> {
    let of_window = |window: &str| {
        let own = study.books.iter().filter(|row| row.window == window);
        let books = own.filter_map(|row| row.condors_ordered.zip(row.condors_traded));
        let books = books.map(|(ordered, traded)| BaseBook { ordered, traded });
        base_books(window, "cell", books)
    };
    let windows = study.manifest.windows.iter();
    let hardly = windows.filter_map(|window| of_window(&window.name));
    hardly.chain(stand_ins(&study.manifest.inputs)).collect()
}

/// Where the numbers come from, how to make them again, and the files to take away.
fn provenance(study: &StudyFolder) -> Section {
    let manifest = &study.manifest;
    let mut facts = Vec::new();
    facts.extend(manifest.dataset.as_ref().map(|dataset| {
        let kind = match dataset.kind {
            DatasetKind::History => "market history",
            DatasetKind::Reconstruction => "a reconstruction, not market history",
        };
        let span = format!("{} to {}", dataset.first, dataset.last);
        Fact::new("Dataset", format!("{}: {kind}, {span}", dataset.name))
    }));
    facts.extend(manifest.engine.as_ref().map(|engine| {
        let version = format!(
            "{}, results version {}",
            engine.version, engine.results_version
        );
        Fact::new("Engine", version)
    }));
    let interval = manifest
        .interval
        .as_ref()
        .map(crate::folder::interval_words);
    facts.extend(interval.map(|said| Fact::new("Intervals", said)));
    let again = crate::words::command_here(&manifest.command);
    facts.push(Fact::code(
        "Command that makes it again, in this folder",
        again,
    ));
    let verify = "Command that checks every byte, in this folder";
    facts.push(Fact::code(verify, "alvh verify ."));
    facts.push(Fact::code("Config hash", manifest.config_hash.clone()));
    facts.push(Fact::code("Dataset hash", manifest.dataset_hash.clone()));
    let mut blocks = vec![Block::Facts(facts), Block::List(manifest.notes.clone())];
    blocks.extend(downloads(manifest.files.keys()));
    Section {
        id: "provenance",
        title: "Where this comes from, and its files",
        blocks,
    }
}

fn about(study: &StudyFolder) -> Option<Section> {
    let books = study.manifest.books.iter();
    let books = books.map(|book| (book.name.clone(), book.title.clone()));
    let arms = study.manifest.arms.iter();
    let arms = arms.map(|arm| match study.label(&arm.name) {
        label if label == arm.name => (label, arm.summary.clone()),
        label => (format!("{label} ({})", arm.name), arm.summary.clone()),
    });
    let code = vec![Block::Code(study.config.clone())];
    Some(Section {
        id: "about",
        title: "Books, arms and configuration",
        blocks: vec![
            Block::Heading("Books".into()),
            Block::Terms(books.collect()),
            Block::Heading("Arms".into()),
            Block::Terms(arms.collect()),
            Block::Details("study.toml".to_owned(), code),
        ],
    })
}
