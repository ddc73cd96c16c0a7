//! Macro releases against the reference.

use market::events::{Confidence, builtin, releases};
use market::observations::{EventKind, MacroEvent};

use crate::tables::{day, rows};

fn kind(name: &str) -> (EventKind, bool) {
    match name {
        "FOMC" => (EventKind::Fomc, true),
        "FOMC_UNSCHEDULED" => (EventKind::Fomc, false),
        "CPI" => (EventKind::Cpi, true),
        "PPI" => (EventKind::Ppi, true),
        "NFP" => (EventKind::Payrolls, true),
        "GDP_ADVANCE" => (EventKind::GdpAdvance, true),
        other => panic!("unknown event {other}"),
    }
}

#[test]
fn releases_equal_the_reference() {
    let mut expected: Vec<_> = rows("events.csv")
        .iter()
        .map(|r| {
            let (hour, minute) = r[1].split_once(':').unwrap();
            let minute = hour.parse::<u16>().unwrap() * 60 + minute.parse::<u16>().unwrap();
            let (kind, scheduled) = kind(&r[2]);
            (
                MacroEvent {
                    date: day(&r[0]),
                    minute,
                    kind,
                },
                scheduled,
                r[3].to_string(),
                r[4].to_string(),
            )
        })
        .collect();
    expected.sort();
    let name = |c| {
        if c == Confidence::High {
            "high"
        } else {
            "medium"
        }
    };
    let found: Vec<_> = releases()
        .iter()
        .map(|r| {
            (
                r.event.clone(),
                r.scheduled,
                r.period.to_string(),
                name(r.confidence).to_string(),
            )
        })
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn decisions_are_at_two_and_data_at_half_past_eight() {
    for event in builtin() {
        let expected = if event.kind == EventKind::Fomc {
            14 * 60
        } else {
            8 * 60 + 30
        };
        assert_eq!(event.minute, expected, "{event:?}");
    }
}

#[test]
fn eight_scheduled_decisions_a_year() {
    for year in 2018..=2025 {
        let of_year = |e: &&MacroEvent| {
            e.kind == EventKind::Fomc && e.date.to_string().starts_with(&year.to_string())
        };
        let cancelled = usize::from(year == 2020);
        assert_eq!(
            builtin().iter().filter(of_year).count(),
            8 - cancelled,
            "{year}"
        );
    }
}
