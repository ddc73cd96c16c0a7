//! Publishers' own files, where the machine has them: `ALVH_REAL_DATA` names the folder.

use std::path::PathBuf;

use chrono::NaiveDate;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn the_whole_folder_is_imported_with_known_values() {
    let Some(from) = std::env::var_os("ALVH_REAL_DATA").map(PathBuf::from) else {
        eprintln!("SKIPPED: set ALVH_REAL_DATA to a folder of publishers' files to run this test");
        return;
    };
    let inbox = crate::Inbox::empty("real");
    let report = data::import(&from, &inbox.dataset(), &mut |_| {}).unwrap();
    let dataset = inbox.load();
    let o = &dataset.observations;

    let core: Vec<usize> = (0..o.sessions.len())
        .filter(|i| o.sessions[*i] >= day("2022-01-01") && o.sessions[*i] <= day("2024-12-31"))
        .collect();
    assert_eq!(core.len(), 753);
    for name in [
        "spx_open",
        "spx_close",
        "vix_open",
        "vix",
        "vix9d",
        "vix3m",
        "vix6m",
        "vvix",
        "skew",
        "dff",
        "dgs1mo",
        "dgs3mo",
        "dgs6mo",
        "dgs1",
    ] {
        assert!(
            core.iter().all(|i| o.daily[name].values[*i].is_some()),
            "{name} has gaps in the core"
        );
    }

    let value = |name: &str, date: &str| {
        o.daily[name].values[o.sessions.binary_search(&day(date)).unwrap()].unwrap()
    };
    assert_eq!(value("spx_close", "2022-01-03"), 4796.56);
    assert_eq!(value("spx_close", "2022-10-12"), 3577.03);
    assert_eq!(value("vix", "2024-08-05"), 38.57);
    assert_eq!(value("vix", "2024-12-18"), 27.62);

    let settle = |trade: &str, expiry: &str| {
        o.vx.iter()
            .find(|r| r.trade_date == day(trade) && r.expiry == day(expiry))
            .unwrap()
            .settle
    };
    assert_eq!(settle("2022-06-15", "2022-06-15"), 31.0);
    assert_eq!(settle("2022-06-13", "2022-06-15"), 33.4687);

    let finding = |series: &str, code: &str| {
        report
            .manifest
            .findings
            .iter()
            .find(|f| f.series == series && f.code == code)
    };
    let count = |series: &str, code: &str| finding(series, code).map_or(0, |f| f.count);
    assert_eq!(count("vix", "holiday_row"), 19);
    assert_eq!(
        finding("vix", "holiday_row").unwrap().first,
        Some(day("2022-05-30"))
    );
    assert_eq!(count("skew", "carried_forward"), 1);
    assert_eq!(dataset.observations.carried["skew"], [day("2024-11-29")]);
    assert_eq!(count("dgs3mo", "carried_forward"), 9);
    assert_eq!(count("vix", "sources_differ"), 0);
    assert_eq!(count("dgs3mo", "sources_differ"), 0);
    assert_eq!(count("spx_close", "sources_differ"), 1);
    assert_eq!(count("vx", "positions_differ"), 34);
    assert_eq!(count("vx", "no_final_settlement"), 0);
    assert_eq!(count("calendar", "session_differs"), 0);
    assert_eq!(
        report
            .manifest
            .findings
            .iter()
            .filter(|f| f.severity == data::Severity::Error)
            .count(),
        0
    );

    let cpi = &o.slow["cpiaucsl"];
    assert_eq!(
        cpi.iter()
            .find(|r| r.period == day("2022-05-01"))
            .unwrap()
            .known,
        day("2022-06-10")
    );
    // A download that the normalised file holds already is refused as what it is, a duplicate.
    let (copies, refused): (Vec<_>, Vec<_>) = report
        .refused
        .iter()
        .partition(|r| r.reason.starts_with("a duplicate:"));
    assert!(copies.iter().all(|r| r.file.starts_with("chains/raw/")));
    assert_eq!(copies.len(), 28);
    let refused: Vec<&str> = refused.iter().map(|r| r.file.as_str()).collect();
    let expected = [
        "PROVENANCE.md",
        "chains/raw/vix_2024-06-03_trades.csv.gz",
        "chains/snapshots.csv",
        "chains/spx_implied_vol_2023-02-15.csv.gz",
        "chains/vix_implied_vol_2023-02-15.csv.gz",
    ];
    assert_eq!(refused, expected);
    // The normalised file holds what the downloads in `raw` hold, and comes first by name.
    let quotes = data::chains::load_chains(&inbox.dataset()).unwrap();
    assert_eq!(quotes.len(), 384_086);
}

/// What a folder with some of the publishers' chain files becomes, beside the core series.
fn chains_of(
    test: &str,
    from: &std::path::Path,
    wanted: fn(&str) -> bool,
) -> Vec<data::chains::ChainQuote> {
    let inbox = crate::Inbox::core(test);
    for folder in ["chains", "chains/raw"] {
        for entry in std::fs::read_dir(from.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_file() && wanted(&format!("{folder}/{name}")) {
                std::fs::copy(&path, inbox.from().join(name)).unwrap();
            }
        }
    }
    let report = inbox.import();
    assert!(
        report
            .refused
            .iter()
            .all(|r| r.file == "vix_2024-06-03_trades.csv.gz"),
        "{:?}",
        report.refused
    );
    data::chains::load_chains(&inbox.dataset()).unwrap()
}

/// Both were made from the same downloads: one by hand, the other by the rules of `cboe_quotes.rs` and `level3.rs`.
#[test]
fn cboes_own_downloads_become_what_the_normalised_file_says_quote_by_quote() {
    let Some(from) = std::env::var_os("ALVH_REAL_DATA").map(PathBuf::from) else {
        eprintln!("SKIPPED: set ALVH_REAL_DATA to a folder of publishers' files to run this test");
        return;
    };
    let normalised = chains_of("real_normalised", &from, |file| {
        file.ends_with("option_quotes_normalised.csv.gz")
    });
    let raw = chains_of("real_raw", &from, |file| file.starts_with("chains/raw/"));
    type Told = (
        Option<f64>,
        Option<f64>,
        Option<i64>,
        Option<i64>,
        Option<f64>,
    );
    let by_contract =
        |quotes: &[data::chains::ChainQuote]| -> std::collections::BTreeMap<_, (String, Told)> {
            let told = |q: &data::chains::ChainQuote| {
                (q.bid, q.ask, q.volume, q.open_interest, q.underlying)
            };
            let key = |q: &data::chains::ChainQuote| {
                (
                    q.quote_date,
                    q.root.clone(),
                    q.expiry,
                    q.is_call,
                    (q.strike * 1000.0) as i64,
                )
            };
            quotes
                .iter()
                .filter(|q| q.kind != "trades")
                .map(|q| (key(q), (q.kind.clone(), told(q))))
                .collect()
        };
    let (normalised, raw) = (by_contract(&normalised), by_contract(&raw));
    assert_eq!((normalised.len(), raw.len()), (382_986, 382_986));
    let mut kinds = std::collections::BTreeSet::new();
    for ((key, (kind, quote)), (other_key, (other_kind, other))) in normalised.iter().zip(&raw) {
        assert_eq!((key, quote), (other_key, other));
        if kind != other_kind {
            kinds.insert(format!("{} {kind} {other_kind}", key.0));
        }
    }
    // Downloaded on the evening before a session, after the overnight one had begun: by the rule not closing quotes.
    assert_eq!(
        kinds.into_iter().collect::<Vec<_>>(),
        ["2023-04-14 eod gth", "2025-01-06 eod gth"]
    );
}
