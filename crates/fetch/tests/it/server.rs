//! A small HTTP/1.1 server: a route answers with what the test says, and every request is written down.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fetch::layout::Layout;
use fetch::manners::Manners;
use fetch::plan::{Item, Publisher};
use fetch::run::{Outcome, run};

/// What a request saw and is answered with.
pub struct Asked {
    pub path: String,
    pub headers: BTreeMap<String, String>,
    /// Which request of this path it is, from 1.
    pub time: usize,
}

/// Bytes to send back as they are.
pub type Reply = Vec<u8>;

pub fn reply(status: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    let mut text = format!(
        "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        text += &format!("{name}: {value}\r\n");
    }
    (text + "\r\n" + body).into_bytes()
}

pub fn ok(body: &str) -> Reply {
    reply(
        "200 OK",
        &[("Content-Type", "text/csv"), ("ETag", "\"one\"")],
        body,
    )
}

pub const SERIES: &str = "observation_date,DFF\n2022-01-03,0.08\n";

pub struct Server {
    pub base: String,
    pub asked: Arc<Mutex<Vec<String>>>,
    pub most_at_once: Arc<AtomicUsize>,
    closing: Arc<AtomicBool>,
}

impl Server {
    /// Serves until dropped.
    pub fn new(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let (most_at_once, now) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let closing = Arc::new(AtomicBool::new(false));
        let (log, most, stop, answer) = (
            asked.clone(),
            most_at_once.clone(),
            closing.clone(),
            Arc::new(answer),
        );
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let (log, most, now, answer) =
                    (log.clone(), most.clone(), now.clone(), answer.clone());
                std::thread::spawn(move || {
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    serve(stream, &log, &*answer);
                    now.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Server {
            base,
            asked,
            most_at_once,
            closing,
        }
    }

    pub fn requests(&self) -> Vec<String> {
        self.asked.lock().expect("no panic").clone()
    }

    pub fn item(&self, name: &str) -> Item {
        Item {
            publisher: Publisher::Fred,
            url: format!("{}/{name}", self.base),
            path: format!("fred/{name}.csv"),
            layout: Layout::Fred,
            may_be_absent: false,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.base.trim_start_matches("http://"));
    }
}

fn serve(
    mut stream: TcpStream,
    log: &Mutex<Vec<String>>,
    answer: &(dyn Fn(&Asked) -> Reply + Sync),
) {
    let mut lines = BufReader::new(stream.try_clone().expect("a second handle"))
        .lines()
        .map_while(Result::ok);
    let Some(path) = lines
        .next()
        .and_then(|line| line.split(' ').nth(1).map(str::to_string))
    else {
        return;
    };
    let pairs = lines.take_while(|line| !line.is_empty());
    let headers = pairs
        .filter_map(|l| {
            l.split_once(": ")
                .map(|(k, v)| (k.to_lowercase(), v.to_string()))
        })
        .collect();
    let time = {
        let mut log = log.lock().expect("no panic");
        log.push(path.clone());
        log.iter().filter(|p| **p == path).count()
    };
    let _ = stream.write_all(&answer(&Asked {
        path,
        headers,
        time,
    }));
}

/// A folder of a test, empty.
pub fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

/// Runs a plan with quick manners; what came of it, and the waits it asked for.
pub fn fetch_all(items: &[Item], folder: &std::path::Path) -> (Vec<Outcome>, Vec<Duration>) {
    let waits = Mutex::new(Vec::new());
    let outcomes = {
        let wait = |duration| waits.lock().expect("no panic").push(duration);
        let never = AtomicBool::new(false);
        run(items, folder, &manners(&wait, &never), &|_| ()).expect("the folder can be written")
    };
    (outcomes, waits.into_inner().expect("no panic"))
}

pub fn manners<'a>(wait: &'a (dyn Fn(Duration) + Sync), stop: &'a AtomicBool) -> Manners<'a> {
    Manners {
        parallel: 2,
        attempts: 4,
        first_wait: Duration::from_secs(1),
        longest_wait: Duration::from_secs(120),
        timeout: Duration::from_millis(400),
        wait,
        stop,
    }
}

/// Every file below a folder, by name.
pub fn files(folder: &std::path::Path) -> Vec<String> {
    let mut all = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                open.push(entry.path());
            } else {
                all.push(
                    entry
                        .path()
                        .strip_prefix(folder)
                        .expect("inside")
                        .display()
                        .to_string(),
                );
            }
        }
    }
    all.sort();
    all
}
