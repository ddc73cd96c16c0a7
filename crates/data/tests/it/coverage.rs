//! What a dataset covers, as `alvh data check` shows it.

use chrono::NaiveDate;
use data::coverage::{Coverage, Span};

use crate::{DAYS, Inbox, spx, vix};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn series_have_their_own_span_and_holes_are_counted() {
    // The fund begins on the third session and lacks the sixth; a yield is carried over a hole, which is no value of its own.
    let fund: String = DAYS
        .iter()
        .enumerate()
        .filter(|(i, _)| *i >= 2 && *i != 5)
        .map(|(_, d)| format!("{d},81.0,82.0,80.0,81.5,1000\n"))
        .collect();
    let yields: String = DAYS[..9].iter().map(|d| format!("{d},0.1\n")).collect();
    let inbox = Inbox::core("coverage")
        .file(
            "HYG.csv",
            &format!("Date,Open,High,Low,Close,Volume\n{fund}"),
        )
        .file("DGS1MO.csv", &format!("observation_date,DGS1MO\n{yields}"));
    inbox.import();
    let coverage = Coverage::of(&inbox.load());
    let of = |name: &str| {
        let found = coverage.daily.iter().find(|c| c.name == name).unwrap();
        let (first, last) = found.span.unwrap();
        (found.values, found.missing, first, last)
    };
    assert_eq!(of("hyg"), (7, 3, day(DAYS[2]), day(DAYS[9])));
    assert_eq!(of("dgs1mo"), (9, 1, day(DAYS[0]), day(DAYS[8])));
    assert_eq!(of("vix"), (10, 0, day(DAYS[0]), day(DAYS[9])));
    assert_eq!((coverage.futures, coverage.chains), (None, None));
    assert_eq!(
        coverage.spans,
        [Span {
            first: day(DAYS[0]),
            last: day(DAYS[9]),
            sessions: 10
        }]
    );
}

#[test]
fn a_run_needs_both_indices_on_every_session() {
    let without = |text: &str, rows: &[usize]| -> String {
        text.lines()
            .enumerate()
            .filter(|(i, _)| !rows.contains(i))
            .map(|(_, line)| format!("{line}\n"))
            .collect()
    };
    // Row 0 is the header: closes lack the fourth session; VIX lacks the fifth, which a run carries over.
    let inbox = Inbox::empty("spans")
        .file("GSPC.csv", &without(&spx(), &[4]))
        .file("VIX_History.csv", &without(&vix(), &[5]));
    inbox.import();
    let coverage = Coverage::of(&inbox.load());
    let spans: Vec<(NaiveDate, NaiveDate, usize)> = coverage
        .spans
        .iter()
        .map(|s| (s.first, s.last, s.sessions))
        .collect();
    assert_eq!(
        spans,
        [
            (day(DAYS[4]), day(DAYS[9]), 6),
            (day(DAYS[0]), day(DAYS[2]), 3)
        ]
    );
    assert!(coverage.covers(day(DAYS[6]), day(DAYS[9])));
    assert!(!coverage.covers(day(DAYS[2]), day(DAYS[6])));
    assert!(!coverage.covers(day(DAYS[9]), day(DAYS[6])));
}
