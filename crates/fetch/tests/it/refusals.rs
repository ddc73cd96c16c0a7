//! Answers that are no file.

use fetch::run::Outcome;

use crate::server::{SERIES, Server, fetch_all, files, folder, ok, reply};

fn message(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Failed(message) => message,
        other => panic!("expected a failure, found {other:?}"),
    }
}

#[test]
fn a_missing_file_fails_unless_it_may_be_absent() {
    let server = Server::new(|_| reply("404 Not Found", &[], "no such page"));
    let mut optional = server.item("future");
    optional.may_be_absent = true;
    let at = folder("missing");
    let (outcomes, waits) = fetch_all(&[server.item("index"), optional], &at);
    assert_eq!(message(&outcomes[0]), "the server answered 404 Not Found");
    assert_eq!(outcomes[1], Outcome::Absent);
    assert!(waits.is_empty(), "an absent file is not asked for twice");
    assert!(files(&at).is_empty());
}

#[test]
fn a_page_of_excuses_is_no_file_and_is_not_asked_for_again() {
    let page = "<!DOCTYPE html>\n<html>Please enable JavaScript</html>";
    let server = Server::new(move |_| reply("200 OK", &[("Content-Type", "text/html")], page));
    let at = folder("html");
    let (outcomes, waits) = fetch_all(&[server.item("DFF")], &at);
    let expected = "expected a csv file that begins with observation_date,<series>, found \"<!DOCTYPE html>\" \
                    (content type \"text/html\")";
    assert_eq!(message(&outcomes[0]), expected);
    assert!(waits.is_empty());
    assert!(files(&at).is_empty());
}

#[test]
fn a_changed_layout_is_refused_with_what_was_found() {
    let server = Server::new(|_| ok("day;value\n2022-01-03;1\n"));
    let (outcomes, _) = fetch_all(&[server.item("DFF")], &folder("layout"));
    assert!(
        message(&outcomes[0]).contains("found \"day;value\""),
        "{:?}",
        outcomes[0]
    );
}

#[test]
fn a_file_already_there_survives_a_bad_answer() {
    let server = Server::new(|asked| {
        if asked.time == 1 {
            ok(SERIES)
        } else {
            ok("gone fishing")
        }
    });
    let at = folder("survives");
    let items = [server.item("DFF")];
    assert_eq!(
        fetch_all(&items, &at).0,
        [Outcome::New(SERIES.len() as u64)]
    );
    assert!(matches!(fetch_all(&items, &at).0[0], Outcome::Failed(_)));
    assert_eq!(
        std::fs::read_to_string(at.join("fred/DFF.csv")).expect("still there"),
        SERIES
    );
}

#[test]
fn a_server_that_fails_everything_is_left_alone_after_three_files() {
    let server = Server::new(|_| reply("503 Service Unavailable", &[], ""));
    let items: Vec<_> = (0..200).map(|n| server.item(&format!("S{n}"))).collect();
    let (outcomes, waits) = fetch_all(&items, &folder("down"));
    assert!(outcomes.iter().all(|o| matches!(o, Outcome::Failed(_))));
    let last = message(&outcomes[199]);
    assert!(
        last.starts_with("not asked for: http://127.0.0.1:"),
        "{last}"
    );
    assert!(last.contains("gave none of the last"), "{last}");
    let asked = server.asked.lock().expect("the requests").len();
    assert!(
        asked <= 6 * 4 && waits.len() <= 6 * 3,
        "{asked} requests, {} waits",
        waits.len()
    );
}

#[test]
fn a_file_that_comes_between_two_failures_counts() {
    let server = Server::new(|asked| match asked.path.contains("bad") {
        true => reply("503 Service Unavailable", &[], ""),
        false => ok(SERIES),
    });
    let items: Vec<_> = (0..24)
        .map(|n| match n % 3 {
            0 => server.item(&format!("good{n}")),
            _ => server.item(&format!("bad{n}")),
        })
        .collect();
    let at = folder("between");
    let (outcomes, _) = fetch_all(&items, &at);
    let new = outcomes.iter().filter(|o| matches!(o, Outcome::New(_)));
    assert_eq!(new.count(), 8, "{outcomes:?}");
}

#[test]
fn an_address_that_leads_in_circles_is_given_up() {
    let server = Server::new(|asked| reply("302 Found", &[("Location", &asked.path)], ""));
    let (outcomes, waits) = fetch_all(&[server.item("DFF")], &folder("circles"));
    assert_eq!(
        message(&outcomes[0]),
        "the address leads in circles: more than 5 redirects"
    );
    assert!(waits.is_empty());
}

#[test]
fn a_moved_file_is_followed() {
    let server = Server::new(|asked| match asked.path.as_str() {
        "/old" => reply("301 Moved Permanently", &[("Location", "/new")], ""),
        _ => ok(SERIES),
    });
    let (outcomes, _) = fetch_all(&[server.item("old")], &folder("moved"));
    assert_eq!(outcomes, [Outcome::New(SERIES.len() as u64)]);
    assert_eq!(server.requests(), ["/old", "/new"]);
}
