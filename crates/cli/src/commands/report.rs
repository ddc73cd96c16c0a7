//! `alvh report`: renders a run folder again, without simulating.

use std::path::Path;

use report::{Pages, RunFolder, StudyFolder, SweepFolder};

use crate::args::Common;
use crate::error::Failure;
use crate::out::{color, out, outln, summary_json, width};
use crate::schemas::JSON_SCHEMA;

/// Renders the pages of a run or sweep folder; of a run it prints the comparison too.
pub fn report(folder: &Path, full: bool, common: &Common) -> Result<(), Failure> {
    if is_sweep(folder) {
        return sweep(folder, common);
    }
    if is_study(folder) {
        let study = StudyFolder::read(folder)?;
        write_study_pages(folder, &study)?;
        return say_study(&study, folder, common);
    }
    let run = render(folder)?;
    if common.json {
        return outln!("{}", summary_json(folder, &run));
    }
    tell(&run, folder, full, common)
}

/// How the comparison of a run is printed.
pub struct Comparison {
    full: bool,
    columns: usize,
    color: bool,
}

impl Comparison {
    /// As the command line asks for it, at the width that stdout has now.
    pub fn new(full: bool, common: &Common) -> Comparison {
        let color = color(common.color);
        Comparison {
            color,
            ..Comparison::plain(full, width())
        }
    }

    /// Without colours, so many columns wide.
    pub fn plain(full: bool, columns: usize) -> Comparison {
        Comparison {
            full,
            columns,
            color: false,
        }
    }

    /// The comparison of a run.
    pub fn of(&self, run: &RunFolder) -> String {
        match self.full {
            true => report::terminal::table(run, self.columns, self.color) + "\n",
            false => report::terminal::page(run, self.columns, self.color),
        }
    }
}

/// Prints what a run found. It ends with the answer, the place of the report and what to type next.
pub fn tell(run: &RunFolder, folder: &Path, full: bool, common: &Common) -> Result<(), Failure> {
    out!("{}", Comparison::new(full, common).of(run))?;
    tell_answer(run, folder, full)
}

/// What follows the comparison.
pub fn tell_answer(run: &RunFolder, folder: &Path, full: bool) -> Result<(), Failure> {
    if !full {
        outln!("{:11}alvh report {} --full", "more", folder.display())?;
    }
    out!("{}", report::terminal::answer(run, width()))?;
    let next = match report::terminal::worst_day(run) {
        Some((arm, date)) => format!(
            "alvh explain {} --arm {arm} --date {date}",
            folder.display()
        ),
        None => format!("alvh verify {}", folder.display()),
    };
    say_place(folder, &next)
}

/// The last two lines of a result: where the page is, and what to type next.
fn say_place(folder: &Path, next: &str) -> Result<(), Failure> {
    outln!("{:11}{}", "report", folder.join("report.html").display())?;
    out!("{}", report::terminal::command("next", next, width()))
}

/// Prints what a sweep found. It ends with the answer, the place of the report and what to type next.
pub fn tell_sweep(sweep: &SweepFolder, folder: &Path, common: &Common) -> Result<(), Failure> {
    let tables = report::terminal::sweep(sweep, width(), color(common.color));
    let answer = report::terminal::sweep_answer(sweep, width());
    sweep.check()?;
    out!("{tables}\n{answer}")?;
    say_place(folder, &format!("alvh verify {}", folder.display()))
}

fn sweep(folder: &Path, common: &Common) -> Result<(), Failure> {
    let sweep = SweepFolder::read(folder)?;
    write_sweep_pages(folder, &sweep)?;
    if !common.json {
        return tell_sweep(&sweep, folder, common);
    }
    outln!(
        "{}",
        serde_json::json!({
            "schema": JSON_SCHEMA,
            "folder": folder.display().to_string(),
            "rows": sweep.cells.len(),
        })
    )
}

/// Prints a study, and where its folder is.
pub fn say_study(study: &StudyFolder, folder: &Path, common: &Common) -> Result<(), Failure> {
    if common.json {
        let rows = tables::table_of(study.answers.iter().cloned()).json();
        outln!(
            "{}",
            serde_json::json!({ "schema": 1, "folder": folder, "answers": rows })
        )?;
        return Ok(());
    }
    let tables = report::terminal::study(study, width(), color(common.color));
    out!(
        "{tables}\n{}",
        report::terminal::study_answer(study, width())
    )?;
    say_place(folder, &format!("alvh verify {}", folder.display()))
}

/// Writes the pages of a study.
pub fn write_study_pages(folder: &Path, study: &StudyFolder) -> Result<(), Failure> {
    replace(folder, "report.html", &report::study_html(study))?;
    write_text(folder, &report::study_markdown(study))
}

/// Writes the pages of a sweep.
pub fn write_sweep_pages(folder: &Path, sweep: &SweepFolder) -> Result<(), Failure> {
    let rendered = report::render_sweep(sweep);
    sweep.check()?;
    replace(folder, "report.html", &rendered.html)?;
    write_text(folder, &rendered.pages)
}

/// Puts two folders side by side, of runs or of sweeps: what differs in configuration, data, engine and results.
pub fn compare(folder: &Path, other: &Path, common: &Common) -> Result<(), Failure> {
    let pages = match (is_sweep(folder), is_sweep(other)) {
        (true, true) => {
            let left = SweepFolder::read(folder)?;
            let right = SweepFolder::read(other)?;
            let pages = [
                report::compare_sweeps_html(&left, &right),
                report::compare_sweeps_markdown(&left, &right),
            ];
            left.check()?;
            right.check()?;
            pages
        }
        (false, false) => {
            let left = RunFolder::read(folder)?;
            let right = RunFolder::read(other)?;
            [
                report::compare_html(&left, &right),
                report::compare_markdown(&left, &right),
            ]
        }
        (first, _) => {
            let (sweep, run) = if first {
                (folder, other)
            } else {
                (other, folder)
            };
            return Err(Failure::data(format!(
                "{} is a sweep, {} is a run: only like folders compare",
                sweep.display(),
                run.display()
            )));
        }
    };
    std::fs::create_dir_all(common.out()).map_err(Failure::io("create", common.out()))?;
    for (name, text) in ["compare.html", "compare.md"].into_iter().zip(&pages) {
        replace(common.out(), name, text)?;
    }
    let page = common.out().join("compare.html");
    if common.json {
        return outln!(
            "{}",
            serde_json::json!({
                "schema": JSON_SCHEMA,
                "folders": [folder.display().to_string(), other.display().to_string()],
                "report": page.display().to_string(),
            })
        );
    }
    outln!("compared {} with {}", folder.display(), other.display())?;
    outln!("report   {}", page.display())?;
    Ok(())
}

fn is_study(folder: &Path) -> bool {
    folder.join("answers.csv").is_file()
}

fn is_sweep(folder: &Path) -> bool {
    folder.join("cells.csv").is_file()
}

/// Reads a folder and writes its reports.
pub fn render(folder: &Path) -> Result<RunFolder, Failure> {
    let run = RunFolder::read(folder)?;
    write_pages(folder, &run)?;
    Ok(run)
}

/// Writes the two reports of a run; each replaces the old one only when it is complete.
pub fn write_pages(folder: &Path, run: &RunFolder) -> Result<(), Failure> {
    let rendered = report::render(run);
    replace(folder, "report.html", &rendered.html)?;
    write_text(folder, &rendered.pages)
}

/// `report.md` and the pictures it shows. Pictures of an earlier report go: none may stay that nothing shows.
fn write_text(folder: &Path, pages: &Pages) -> Result<(), Failure> {
    let figures = folder.join("figures");
    if figures.is_dir() {
        std::fs::remove_dir_all(&figures).map_err(Failure::io("replace", &figures))?;
    }
    std::fs::create_dir_all(&figures).map_err(Failure::io("create", &figures))?;
    for (name, picture) in &pages.pictures {
        let path = folder.join(name);
        std::fs::write(&path, picture).map_err(Failure::io("write", &path))?;
    }
    replace(folder, "report.md", &pages.text)
}

fn replace(folder: &Path, name: &str, text: &str) -> Result<(), Failure> {
    Ok(files::write_whole(&folder.join(name), text.as_bytes())?)
}
