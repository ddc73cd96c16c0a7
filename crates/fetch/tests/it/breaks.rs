//! Connections that break, servers that are slow, runs that are interrupted.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use fetch::run::{Outcome, run};
use fetch::state::State;

use crate::server::{SERIES, Server, fetch_all, files, folder, manners, ok};

#[test]
fn a_body_that_breaks_off_is_asked_for_again_and_never_kept() {
    let half = || {
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 500\r\n\r\nobservation_date,DFF\n20".to_vec()
    };
    let server = Server::new(move |asked| {
        if asked.path == "/twice" && asked.time == 3 {
            ok(SERIES)
        } else {
            half()
        }
    });
    let at = folder("truncated");
    let (outcomes, waits) = fetch_all(&[server.item("always")], &at);
    assert!(
        matches!(&outcomes[0], Outcome::Failed(m) if m.contains("broke") && m.contains("4 attempts")),
        "{outcomes:?}"
    );
    assert_eq!(waits, [1, 2, 4].map(Duration::from_secs));
    assert!(files(&at).is_empty(), "{:?}", files(&at));
    let (outcomes, _) = fetch_all(&[server.item("twice")], &at);
    assert_eq!(outcomes, [Outcome::New(SERIES.len() as u64)]);
    assert_eq!(files(&at), ["fetch.json", "fred/twice.csv"]);
}

#[test]
fn a_server_too_slow_is_given_up_after_its_attempts() {
    let server = Server::new(|_| {
        std::thread::sleep(Duration::from_millis(700));
        ok(SERIES)
    });
    let (outcomes, waits) = fetch_all(&[server.item("DFF")], &folder("slow"));
    assert_eq!(
        outcomes,
        [Outcome::Failed(
            "no answer in time (4 attempts)".to_string()
        )]
    );
    assert_eq!(waits.len(), 3);
}

#[test]
fn nobody_answers() {
    let server = Server::new(|_| ok(SERIES));
    let mut item = server.item("DFF");
    // A port of ours that was closed again.
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|l| l.local_addr())
        .expect("an address");
    item.url = format!("http://{closed}/DFF");
    let (outcomes, _) = fetch_all(&[item], &folder("nobody"));
    assert!(
        matches!(&outcomes[0], Outcome::Failed(m) if m.contains("the connection broke")),
        "{outcomes:?}"
    );
}

#[test]
fn an_interrupted_run_asks_only_for_the_rest() {
    let server = Server::new(|_| ok(SERIES));
    let items: Vec<_> = (0..8).map(|n| server.item(&format!("s{n}"))).collect();
    let at = folder("interrupted");
    let stop = AtomicBool::new(false);
    let after_three = |done: usize| stop.store(done >= 3, Ordering::Relaxed);
    let outcomes = run(&items, &at, &manners(&|_| (), &stop), &after_three).expect("a folder");
    let skipped = outcomes.iter().filter(|o| **o == Outcome::Skipped).count();
    assert!((3..=5).contains(&skipped), "{outcomes:?}");
    let before = server.requests().len();
    assert_eq!(before, 8 - skipped);
    assert_eq!(
        State::read(&at).expect("a state").files.len(),
        before,
        "everything fetched is noted"
    );
    let (outcomes, _) = fetch_all(&items, &at);
    assert_eq!(
        outcomes
            .iter()
            .filter(|o| matches!(o, Outcome::New(_)))
            .count(),
        skipped
    );
}

#[test]
fn a_list_of_fetched_files_that_cannot_be_read_is_an_error_with_a_way_out() {
    let at = folder("broken_state");
    std::fs::create_dir_all(&at).expect("a folder");
    std::fs::write(at.join("fetch.json"), "{ \"files\": 3 }").expect("a file");
    let stop = AtomicBool::new(false);
    let error = run(&[], &at, &manners(&|_| (), &stop), &|_| ()).unwrap_err();
    assert!(
        error.to_string().contains("fetch.json") && error.to_string().contains("remove it"),
        "{error}"
    );
}
