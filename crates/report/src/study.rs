//! The report of a study: the answer, year by year, against fewer condors and random dates, the frontier, named falls,
//! claims, alternative histories.

mod answer;
mod controls;
mod crashes;
mod folder;
mod frontier;
mod verdicts;
mod words;
mod worlds;
mod years;

pub use crashes::{fall, names as fall_names};
pub use folder::{StudyFolder, StudyManifest};
pub use words::sentences;
pub(crate) use worlds::told as told_of_worlds;

use crate::document::{Banner, Block, Document, Section};
use crate::section::{BaseBook, base_books, stand_ins};
use crate::write;
use tables::manifest::DatasetKind;

/// Every section, in the order of the questions.
const ALL: [fn(&StudyFolder) -> Option<Section>; 7] = [
    answer::section,
    worlds::section,
    years::section,
    frontier::section,
    controls::section,
    crashes::section,
    verdicts::section,
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
    let sections = ALL.iter().filter_map(|section| section(study));
    Document {
        kind: "alvh study report",
        title: study.manifest.name.clone(),
        subtitle: words::size(study),
        banners: banners(study),
        arms: Vec::new(),
        appendix: vec![crate::section::glossary::folded()],
        sections: sections.chain([about(study)]).collect(),
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
        base_books(window, "cell", &books.collect::<Vec<_>>())
    };
    let windows = study.manifest.windows.iter();
    let hardly = windows.filter_map(|window| of_window(&window.name));
    hardly.chain(stand_ins(&study.manifest.inputs)).collect()
}

fn about(study: &StudyFolder) -> Section {
    let books = study.manifest.books.iter();
    let books = books.map(|book| (book.name.clone(), book.title.clone()));
    let arms = study.manifest.arms.iter();
    let arms = arms.map(|arm| (arm.name.clone(), arm.summary.clone()));
    let code = vec![Block::Code(study.config.clone())];
    Section {
        id: "about",
        title: "Books, arms and configuration",
        blocks: vec![
            Block::Heading("Books".into()),
            Block::Terms(books.collect()),
            Block::Heading("Arms".into()),
            Block::Terms(arms.collect()),
            Block::List(study.manifest.notes.clone()),
            Block::Details("study.toml".to_owned(), code),
        ],
    }
}
