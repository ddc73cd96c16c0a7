//! One file a command.

pub mod replay;
pub mod report;
pub mod sweep;
pub mod verify;

pub mod explain;
pub mod policies;
pub mod schema;

pub mod data;
pub mod fetch;
pub mod fit;

use std::path::{Path, PathBuf};
use std::sync::Mutex;

static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Ctrl-C takes this half-written folder away before it ends the process.
pub fn forget_on_interrupt(folder: &Path) {
    if let Ok(mut folders) = UNFINISHED.lock() {
        folders.push(folder.to_path_buf());
    }
}

/// Ctrl-C ends with exit code 130, nothing half-written, and a word on how to go on.
pub fn handle_interrupts(advice: &'static str) {
    let _ = ctrlc::set_handler(move || {
        if let Ok(folders) = UNFINISHED.lock() {
            for folder in folders.iter() {
                let _ = std::fs::remove_dir_all(folder);
            }
        }
        eprintln!("\nalvh: interrupted; {advice}");
        std::process::exit(130);
    });
}
