//! A single source is still checked against itself: damages that nothing else covers become findings.

use chrono::{Datelike, NaiveDate};
use market::calendar::Calendar;

use crate::Inbox;

/// Two years of made-up markets: one row per session.
struct Market {
    days: Vec<NaiveDate>,
    spx: Vec<f64>,
    vix: Vec<f64>,
    skew: Vec<f64>,
}

/// Numbers from -1 to 1, the same every time.
fn noise(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / f64::from(1 << 23) - 1.0
    }
}

fn market() -> Market {
    let sessions = Calendar::nyse().sessions().iter().copied();
    let days: Vec<NaiveDate> = sessions
        .filter(|d| (2021..=2022).contains(&d.year()))
        .collect();
    let mut draw = noise(7);
    let mut m = Market {
        days,
        spx: Vec::new(),
        vix: Vec::new(),
        skew: Vec::new(),
    };
    let (mut level, mut fear) = (4000.0_f64, 20.0_f64);
    for _ in 0..m.days.len() {
        let r = 0.012 * draw();
        level *= 1.0 + r;
        fear = (fear * (1.0 - 4.0 * r) * (1.0 + 0.02 * draw()) + 0.4) / 1.02;
        m.spx.push(level);
        m.vix.push(fear);
        m.skew.push(140.0 + 3.0 * draw());
    }
    m
}

fn table(header: &str, m: &Market, row: impl Fn(usize) -> String) -> String {
    let rows: String = (0..m.days.len())
        .map(|i| format!("{},{}\n", m.days[i], row(i)))
        .collect();
    format!("{header}\n{rows}")
}

fn us_table(header: &str, m: &Market, row: impl Fn(usize) -> String) -> String {
    let rows: String = (0..m.days.len())
        .map(|i| format!("{},{}\n", m.days[i].format("%m/%d/%Y"), row(i)))
        .collect();
    format!("{header}\n{rows}")
}

fn inbox(test: &str, m: &Market) -> Inbox {
    let spx = table("Date,Close,Volume", m, |i| format!("{:.2},1000", m.spx[i]));
    let vix = us_table("DATE,OPEN,HIGH,LOW,CLOSE", m, |i| {
        let v = m.vix[i];
        format!("{v:.2},{:.2},{:.2},{v:.2}", v * 1.02, v * 0.98)
    });
    Inbox::empty(test)
        .file("GSPC.csv", &spx)
        .file("VIX_History.csv", &vix)
}

/// Codes of the warnings about a series that its true form does not have.
fn codes(test: &str, series: &str, m: &Market, file: &str, text: &str) -> Vec<String> {
    let inbox = inbox(test, m).file(file, text);
    let findings = inbox.import().manifest.findings;
    let about = findings
        .into_iter()
        .filter(|f| f.series == series && f.severity > data::Severity::Info);
    about.map(|f| f.code).collect()
}

fn skew_file(m: &Market, values: &[f64]) -> String {
    us_table("DATE,SKEW", m, |i| format!("{:.2}", values[i]))
}

#[test]
fn a_true_file_has_no_warning_and_one_wrong_day_has() {
    let m = market();
    assert!(
        codes(
            "skew_true",
            "skew",
            &m,
            "SKEW_History.csv",
            &skew_file(&m, &m.skew)
        )
        .is_empty()
    );
    let mut wrong = m.skew.clone();
    wrong[300] = 250.0;
    assert_eq!(
        codes(
            "skew_250",
            "skew",
            &m,
            "SKEW_History.csv",
            &skew_file(&m, &wrong)
        ),
        ["jump"]
    );
    let dff = |wrong: Option<usize>| {
        table("DATE,DFF", &m, |i| {
            if wrong == Some(i) {
                "18.3".into()
            } else {
                "0.08".into()
            }
        })
    };
    assert!(codes("dff_true", "dff", &m, "DFF.csv", &dff(None)).is_empty());
    assert_eq!(
        codes("dff_18", "dff", &m, "DFF.csv", &dff(Some(200))),
        ["jump"]
    );
}

#[test]
fn a_fund_with_its_volume_for_a_close_or_a_row_off_is_noticed() {
    let m = market();
    let mut draw = noise(3);
    let volumes: Vec<f64> = m
        .days
        .iter()
        .map(|_| (1.1e7 * market::math::exp(0.8 * draw())).round())
        .collect();
    let spy = |close: &dyn Fn(usize) -> f64| {
        table("Date,Close,Volume", &m, |i| {
            format!("{:.4},{}", close(i), volumes[i])
        })
    };
    let fine = spy(&|i| m.spx[i] / 10.0);
    assert!(codes("spy_true", "spy", &m, "SPY.csv", &fine).is_empty());
    let swapped = spy(&|i| volumes[i]);
    // Eleven million dollars a share are no price of a fund: the file is refused, with the reason.
    let report = inbox("spy_swapped", &m).file("SPY.csv", &swapped).import();
    let refused = report.refused.iter().find(|r| r.file == "SPY.csv");
    assert!(
        refused.is_some_and(|r| r.reason.contains("spy")),
        "{:?}",
        report.refused
    );
    assert!(report.taken.iter().all(|t| t.file != "SPY.csv"));
    let late = spy(&|i| m.spx[i.saturating_sub(1)] / 10.0);
    assert!(
        codes("spy_late", "spy", &m, "SPY.csv", &late).contains(&"shifted_session".to_string())
    );
}

#[test]
fn breadth_a_tenth_from_a_row_on_is_noticed() {
    let m = market();
    let mut draw = noise(5);
    // Issues rise with the index.
    let counts: Vec<f64> = (0..m.days.len())
        .map(|i| {
            let moved = m.spx[i] / m.spx[i.saturating_sub(1)] - 1.0;
            (1_600.0 + 60_000.0 * moved + 200.0 * draw()).round()
        })
        .collect();
    let adv = |from: usize| {
        table("date,open,high,low,close", &m, |i| {
            let v = if i >= from {
                counts[i] / 10.0
            } else {
                counts[i]
            };
            format!("{v},{v},{v},{v}")
        })
    };
    assert!(codes("adv_true", "nyse_adv", &m, "NYSE_ADV.csv", &adv(usize::MAX)).is_empty());
    assert_eq!(
        codes("adv_tenth", "nyse_adv", &m, "NYSE_ADV.csv", &adv(300)),
        ["not_whole"]
    );
}

#[test]
fn a_settlement_far_above_the_high_of_its_day_is_noticed() {
    let m = market();
    let header =
        "Trade Date,Futures,Open,High,Low,Close,Settle,Change,Total Volume,EFP,Open Interest";
    let file = |wrong: bool| {
        let rows: String = (100..160)
            .map(|i| {
                let settle = if wrong && i == 130 {
                    99.9
                } else {
                    30.0 + (i % 3) as f64 / 10.0
                };
                format!(
                    "{},V (Oct 2021),29.9,33.32,28,30.1,{settle},0,900,0,4000\n",
                    m.days[i]
                )
            })
            .collect();
        format!("{header}\n{rows}")
    };
    let of = |test: &str, wrong| codes(test, "vx", &m, "VX_2021-10-20.csv", &file(wrong));
    assert!(!of("settle_true", false).contains(&"settle_outside_day".to_string()));
    let found = of("settle_99", true);
    for code in ["settle_outside_day", "jump"] {
        assert!(found.contains(&code.to_string()), "{found:?}");
    }
}

#[test]
fn sixteen_missing_months_are_noticed() {
    let m = market();
    let months = |gap: bool| {
        let rows: String = (0..48)
            .filter(|i| !gap || !(20..36).contains(i))
            .map(|i| {
                format!(
                    "{}-{:02}-01,{:.1}\n",
                    2019 + i / 12,
                    i % 12 + 1,
                    250.0 + f64::from(i)
                )
            })
            .collect();
        format!("DATE,CPIAUCSL\n{rows}")
    };
    assert!(codes("cpi_true", "cpiaucsl", &m, "CPIAUCSL.csv", &months(false)).is_empty());
    let found = codes("cpi_gap", "cpiaucsl", &m, "CPIAUCSL.csv", &months(true));
    assert!(found.contains(&"period_gap".to_string()), "{found:?}");
}

#[test]
fn a_run_keeps_a_doubted_value_or_leaves_it_out() {
    let m = market();
    let mut wrong = m.skew.clone();
    wrong[300] = 250.0;
    let inbox = inbox("skew_left_out", &m).file("SKEW_History.csv", &skew_file(&m, &wrong));
    let report = inbox.import();
    let jump = report.manifest.findings.iter().find(|f| f.code == "jump");
    let jump = &jump.unwrap().message;
    // Row 302 as an editor shows it, its neighbours, and the key.
    let neighbours = [299, 301].map(|i| format!("{:.2}", m.skew[i]).parse::<f64>().unwrap());
    let expected = format!(
        "SKEW_History.csv row 302, {}: found 250 between {} and {}, expected: a value near one of them; kept; a run leaves it \
         out with data.doubted = \"left_out\"",
        m.days[300], neighbours[0], neighbours[1]
    );
    assert_eq!(jump, &expected);
    let kept = inbox.load();
    assert_eq!(kept.observations.daily["skew"].values[300], Some(250.0));
    let without = data::load_without_doubted(&inbox.dataset()).unwrap();
    // SKEW may be carried over one session.
    assert_eq!(
        without.observations.daily["skew"].values[300],
        Some(neighbours[0])
    );
    assert_eq!(without.observations.carried["skew"], [m.days[300]]);
    let left_out = without
        .manifest
        .findings
        .iter()
        .filter(|f| f.code == "doubted_left_out");
    let left_out: Vec<&data::Finding> = left_out.collect();
    assert_eq!((left_out.len(), left_out[0].series.as_str()), (1, "skew"));
    assert_eq!(without.manifest.dataset_hash, kept.manifest.dataset_hash);
    // Nothing else differs.
    for (name, series) in &kept.observations.daily {
        let other = &without.observations.daily[name].values;
        let differ = (0..other.len()).filter(|i| other[*i] != series.values[*i]);
        assert_eq!(differ.count(), usize::from(name == "skew"), "{name}");
    }
}
