//! A plan carried out: a few files at a time, each of them whole or not at all.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use files::{Claim, FileError, sha256, write_whole};

use crate::error::FetchError;
use crate::get::{Answer, Body, GetError, agent, get};
use crate::manners::Manners;
use crate::plan::Item;
use crate::state::{Fetched, State};

/// Files in a row whose attempts are used up, after which a server is left alone that never gave one: what is down stays
/// down for a while, and each file would wait for all its attempts.
const MOST_AT_FIRST: u32 = 3;
/// The same of a server that gave some.
const MOST_IN_A_ROW: u32 = 10;

/// How a server answered.
#[derive(Clone, Copy, Default)]
struct Answered {
    has_given: bool,
    /// Files in a row that it did not give in all their attempts.
    in_a_row: u32,
}

impl Answered {
    fn is_down(self) -> bool {
        let most = match self.has_given {
            true => MOST_IN_A_ROW,
            false => MOST_AT_FIRST,
        };
        self.in_a_row >= most
    }
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
/// Where another process fetches into the folder, or it or its list of fetched files cannot be read or written. A file that cannot be had is an outcome.
pub fn run(
    items: &[Item],
    folder: &Path,
    manners: &Manners<'_>,
    done: &(dyn Fn(usize) + Sync),
) -> Result<Vec<Outcome>, FetchError> {
    let _claim = Claim::take(folder)?;
    create(folder)?;
    let errand = Errand {
        items,
        folder,
        manners,
        agent: agent(manners),
        state: Mutex::new(State::read(folder)?),
        outcomes: Mutex::new(vec![Outcome::Skipped; items.len()]),
        failing: Mutex::new(BTreeMap::new()),
        next: AtomicUsize::new(0),
        finished: AtomicUsize::new(0),
    };
    let workers = manners.parallel.clamp(1, items.len().max(1));
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..workers)
            .map(|_| scope.spawn(|| errand.work(done)))
            .collect();
        workers
            .into_iter()
            .try_for_each(|worker| match worker.join() {
                Ok(result) => result,
                Err(fault) => std::panic::resume_unwind(fault),
            })
    })?;
    Ok(errand
        .outcomes
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner))
}

/// A plan under way, shared by its workers.
struct Errand<'a> {
    items: &'a [Item],
    folder: &'a Path,
    manners: &'a Manners<'a>,
    agent: ureq::Agent,
    state: Mutex<State>,
    outcomes: Mutex<Vec<Outcome>>,
    /// How the servers answered so far.
    failing: Mutex<BTreeMap<String, Answered>>,
    /// The first item nobody has begun.
    next: AtomicUsize,
    finished: AtomicUsize,
}

impl Errand<'_> {
    /// Takes one item after the other, until there is none or the user wants to stop.
    fn work(&self, done: &(dyn Fn(usize) + Sync)) -> Result<(), FetchError> {
        while !self.manners.stop.load(Ordering::Relaxed) {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = self.items.get(index) else {
                break;
            };
            let outcome = self.fetch(item)?;
            lock(&self.outcomes)[index] = outcome;
            done(self.finished.fetch_add(1, Ordering::Relaxed) + 1);
        }
        Ok(())
    }

    fn fetch(&self, item: &Item) -> Result<Outcome, FetchError> {
        let known = lock(&self.state)
            .clone()
            .intact(self.folder, &item.path, &item.url)
            .cloned();
        let server = server(&item.url);
        let record = lock(&self.failing).get(server).copied().unwrap_or_default();
        if record.is_down() {
            return Ok(Outcome::Failed(format!(
                "not asked for: {server} gave none of the last {} files",
                record.in_a_row
            )));
        }
        let answer = get(&self.agent, item, known.as_ref(), self.manners);
        match &answer {
            Err(GetError::UsedUp { .. }) => {
                let mut servers = lock(&self.failing);
                servers.entry(server.to_string()).or_default().in_a_row += 1;
            }
            _ => {
                let answered = Answered {
                    has_given: true,
                    in_a_row: 0,
                };
                lock(&self.failing).insert(server.to_string(), answered);
            }
        }
        match answer {
            Err(failed) => Ok(Outcome::Failed(failed.to_string())),
            Ok(Answer::NotModified) => Ok(Outcome::Unchanged),
            Ok(Answer::Absent) => Ok(Outcome::Absent),
            Ok(Answer::Body(body)) => self.keep(item, known.as_ref(), body),
        }
    }

    /// Writes a file and notes it.
    fn keep(
        &self,
        item: &Item,
        known: Option<&Fetched>,
        body: Body,
    ) -> Result<Outcome, FetchError> {
        let path = self.folder.join(&item.path);
        create(path.parent().unwrap_or(self.folder))?;
        write_whole(&path, &body.bytes)?;
        let entry = Fetched {
            url: item.url.clone(),
            sha256: sha256(&body.bytes),
            bytes: body.bytes.len() as u64,
            etag: body.etag,
            last_modified: body.last_modified,
        };
        let outcome = match known {
            Some(known) if known.sha256 == entry.sha256 => Outcome::Unchanged,
            _ => Outcome::New(entry.bytes),
        };
        let mut state = lock(&self.state);
        state.files.insert(item.path.clone(), entry);
        // After every file: what was fetched before a break is not asked for again.
        state.write(self.folder)?;
        Ok(outcome)
    }
}

/// Scheme, host and port of an address.
fn server(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url[host..].find('/').map_or(url.len(), |at| host + at);
    &url[..end]
}

fn create(folder: &Path) -> Result<(), FileError> {
    std::fs::create_dir_all(folder).map_err(FileError::of("create", folder))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
