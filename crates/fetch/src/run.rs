//! A plan carried out: a few files at a time, each of them whole or not at all.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use crate::get::{Answer, agent, get};
use crate::plan::Item;
use crate::state::{Fetched, State, sha256, write_whole};

/// How requests behave.
pub struct Manners<'a> {
    /// Files asked for at the same time.
    pub parallel: usize,
    /// Attempts per file.
    pub attempts: u32,
    /// Wait before the second attempt; doubled before each further one.
    pub first_wait: Duration,
    /// Longest wait, also if the server asks for more.
    pub longest_wait: Duration,
    /// Time for a whole request.
    pub timeout: Duration,
    /// How to wait.
    pub wait: &'a (dyn Fn(Duration) + Sync),
    /// Set when the user wants to stop: what is under way is finished, nothing new begins.
    pub stop: &'a AtomicBool,
}

/// What became of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Fetched, so many bytes.
    New(u64),
    /// The publisher says that it has not changed.
    Unchanged,
    /// The publisher does not have it, and need not.
    Absent,
    /// It could not be had.
    Failed(String),
    /// Not asked for: the user stopped.
    Skipped,
}

/// Fetches every item into `folder`; one outcome per item, in their order. `done` hears how many are finished.
///
/// # Errors
/// Where the folder or its list of fetched files cannot be read or written. A file that cannot be had is an outcome.
pub fn run(
    items: &[Item],
    folder: &Path,
    manners: &Manners<'_>,
    done: &(dyn Fn(usize) + Sync),
) -> Result<Vec<Outcome>, String> {
    std::fs::create_dir_all(folder)
        .map_err(|e| format!("cannot create {}: {e}", folder.display()))?;
    let state = Mutex::new(State::read(folder)?);
    let outcomes = Mutex::new(vec![Outcome::Skipped; items.len()]);
    let (next, finished) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let trouble = Mutex::new(None);
    let agent = agent(manners);
    let worker = || {
        while !manners.stop.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { return };
            let result = one(&agent, item, folder, manners, &state);
            match result {
                Ok(outcome) => lock(&outcomes)[index] = outcome,
                Err(message) => {
                    *lock(&trouble) = Some(message);
                    return;
                }
            }
            done(finished.fetch_add(1, Ordering::Relaxed) + 1);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..manners.parallel.clamp(1, items.len().max(1)) {
            scope.spawn(worker);
        }
    });
    match trouble
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
    {
        Some(message) => Err(message),
        None => Ok(outcomes
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner)),
    }
}

fn one(
    agent: &ureq::Agent,
    item: &Item,
    folder: &Path,
    manners: &Manners<'_>,
    state: &Mutex<State>,
) -> Result<Outcome, String> {
    let known = lock(state)
        .clone()
        .intact(folder, &item.path, &item.url)
        .cloned();
    let answer = match get(agent, item, known.as_ref(), manners) {
        Ok(answer) => answer,
        Err(message) => return Ok(Outcome::Failed(message)),
    };
    match answer {
        Answer::NotModified => Ok(Outcome::Unchanged),
        Answer::Absent => Ok(Outcome::Absent),
        Answer::Body {
            bytes,
            etag,
            last_modified,
        } => {
            let path = folder.join(&item.path);
            let parent = path.parent().unwrap_or(folder);
            std::fs::create_dir_all(parent)
                .map_err(|e| format!("cannot create {}: {e}", parent.display()))?;
            write_whole(&path, &bytes)?;
            let (sha256, length) = (sha256(&bytes), bytes.len() as u64);
            let is_same = known.as_ref().is_some_and(|known| known.sha256 == sha256);
            let entry = Fetched {
                url: item.url.clone(),
                sha256,
                bytes: length,
                etag,
                last_modified,
            };
            let mut state = lock(state);
            state.files.insert(item.path.clone(), entry);
            // After every file: what was fetched before a break is not asked for again.
            state.write(folder)?;
            Ok(if is_same {
                Outcome::Unchanged
            } else {
                Outcome::New(length)
            })
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
