//! Politeness: asking for changes only, waiting as told, few at a time.

use std::time::Duration;

use fetch::run::Outcome;
use fetch::state::State;

use crate::server::{SERIES, Server, fetch_all, folder, ok, reply};

#[test]
fn the_second_run_asks_whether_anything_changed() {
    let server =
        Server::new(
            |asked| match asked.headers.get("if-none-match").map(String::as_str) {
                Some("\"one\"") => {
                    b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n".to_vec()
                }
                _ => ok(SERIES),
            },
        );
    let at = folder("conditional");
    let items = [server.item("DFF")];
    assert_eq!(
        fetch_all(&items, &at).0,
        [Outcome::New(SERIES.len() as u64)]
    );
    assert_eq!(fetch_all(&items, &at).0, [Outcome::Unchanged]);
    let entry = &State::read(&at).expect("a state").files["fred/DFF.csv"];
    assert_eq!(
        (entry.bytes, entry.etag.as_deref()),
        (SERIES.len() as u64, Some("\"one\""))
    );
    assert_eq!(entry.sha256, files::sha256(SERIES.as_bytes()));
    // A file somebody changed is not ours any more: it is asked for without a condition.
    std::fs::write(
        at.join("fred/DFF.csv"),
        "observation_date,DFF\n2022-01-03,9\n",
    )
    .expect("a file");
    assert_eq!(
        fetch_all(&items, &at).0,
        [Outcome::New(SERIES.len() as u64)]
    );
    assert_eq!(
        std::fs::read_to_string(at.join("fred/DFF.csv")).expect("a file"),
        SERIES
    );
}

#[test]
fn the_date_of_the_last_change_serves_where_there_is_no_tag() {
    const DATE: &str = "Mon, 03 Jan 2022 22:00:00 GMT";
    let server =
        Server::new(
            |asked| match asked.headers.get("if-modified-since").map(String::as_str) {
                Some(DATE) => b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n".to_vec(),
                _ => reply("200 OK", &[("Last-Modified", DATE)], SERIES),
            },
        );
    let at = folder("modified");
    let items = [server.item("DFF")];
    assert!(matches!(fetch_all(&items, &at).0[0], Outcome::New(_)));
    assert_eq!(fetch_all(&items, &at).0, [Outcome::Unchanged]);
}

#[test]
fn too_many_requests_waits_as_long_as_the_server_says() {
    let busy = |wait: &str| reply("429 Too Many Requests", &[("Retry-After", wait)], "");
    let server = Server::new(move |asked| match asked.time {
        1 => busy("7"),
        2 => busy("86400"),
        3 => busy("Wed, 21 Oct 2015 07:28:00 GMT"),
        _ => ok(SERIES),
    });
    let (outcomes, waits) = fetch_all(&[server.item("DFF")], &folder("busy"));
    assert_eq!(outcomes, [Outcome::New(SERIES.len() as u64)]);
    assert_eq!(
        waits,
        [7, 120, 4].map(Duration::from_secs),
        "as told, at most two minutes, the usual where it is a date"
    );
}

#[test]
fn a_fault_of_the_server_passes() {
    let server = Server::new(|asked| match asked.time {
        1 => reply("500 Internal Server Error", &[], ""),
        2 => reply("503 Service Unavailable", &[], ""),
        _ => ok(SERIES),
    });
    let (outcomes, waits) = fetch_all(&[server.item("DFF")], &folder("passing"));
    assert_eq!(outcomes, [Outcome::New(SERIES.len() as u64)]);
    assert_eq!(waits, [1, 2].map(Duration::from_secs));
}

#[test]
fn no_more_than_the_allowed_number_at_once() {
    let server = Server::new(|_| {
        std::thread::sleep(Duration::from_millis(30));
        ok(SERIES)
    });
    let items: Vec<_> = (0..12).map(|n| server.item(&format!("s{n}"))).collect();
    let (outcomes, _) = fetch_all(&items, &folder("parallel"));
    assert!(
        outcomes.iter().all(|o| matches!(o, Outcome::New(_))),
        "{outcomes:?}"
    );
    assert!(
        server
            .most_at_once
            .load(std::sync::atomic::Ordering::SeqCst)
            <= 2
    );
}
