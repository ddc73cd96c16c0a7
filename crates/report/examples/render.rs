//! Renders a finished folder of a run, a sweep or a study without the program, for work on the pages: nothing of the engine
//! is built. `cargo run -p alvh-report --example render -- FOLDER PAGE.html` writes the page, its Markdown and pictures beside it.

use std::error::Error;
use std::path::{Path, PathBuf};

use report::{Pages, RunFolder, StudyFolder, SweepFolder};

fn main() -> Result<(), Box<dyn Error>> {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [folder, page] = paths.as_slice() else {
        return Err("usage: render FOLDER PAGE.html".into());
    };
    let (html, pages) = rendered(folder)?;
    std::fs::write(page, html)?;
    std::fs::write(page.with_extension("md"), &pages.text)?;
    let beside = page.parent().unwrap_or(Path::new("."));
    for (name, picture) in &pages.pictures {
        let path = beside.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(beside))?;
        std::fs::write(path, picture)?;
    }
    Ok(())
}

fn rendered(folder: &Path) -> Result<(String, Pages), Box<dyn Error>> {
    if folder.join("sweep.toml").exists() {
        let sweep = SweepFolder::read(folder)?;
        return Ok((report::sweep_html(&sweep), report::sweep_markdown(&sweep)));
    }
    if folder.join("study.toml").exists() {
        let study = StudyFolder::read(folder)?;
        return Ok((report::study_html(&study), report::study_markdown(&study)));
    }
    let run = RunFolder::read(folder)?;
    let rendered = report::render(&run);
    Ok((rendered.html, rendered.pages))
}
