//! Tiers, triggers, purses and decisions of a real-history run, recomputed from the publishers' files by other code.
//!
//! What is taken from the run: the fills (`trades.csv`) and what one unit cost at the decision, whose pricing has its own
//! oracle. Everything between, from the levels of the files to the reason in `decisions.csv`, is computed here again.
#![expect(
    clippy::disallowed_methods,
    reason = "an independent way to the same numbers"
)]

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use crate::raw::{DAYS, Raw, date, deviation, maturity, mean, smooth, wilder};
use crate::support::{Row, alvh, only_folder, real_dataset, rows, scratch, stderr};

const ARMS: [&str; 5] = [
    "unhedged",
    "tiered",
    "rigid_18",
    "rigid_22",
    "adaptive_confluence",
];
const FIRST: [&str; 2] = ["2022-01-03", "2023-01-03"];

/// Everything the decisions are made of, by session of the files.
struct Levels {
    raw: Raw,
    spx: Vec<f64>,
    vix: Vec<f64>,
    ad_line: Vec<f64>,
    /// Contango between thirty and sixty days, and the thirty-day future; from the first session of 2021.
    slope: Vec<f64>,
    cmf30: Vec<f64>,
}

impl Levels {
    fn new(raw: Raw) -> Levels {
        let (adv, decl) = (
            raw.on_sessions("breadth/NYSE_ADV.csv", 4),
            raw.on_sessions("breadth/NYSE_DECL.csv", 4),
        );
        let mut sum = 0.0;
        let ad_line = adv.iter().zip(&decl).map(|(a, d)| {
            sum += a - d;
            sum
        });
        let at = |days: f64| -> Vec<f64> {
            raw.sessions
                .iter()
                .map(|d| maturity(&raw.curve(*d), days))
                .collect()
        };
        let cmf30 = at(30.0);
        Levels {
            spx: raw.on_sessions("spx/SP500.csv", 1),
            vix: raw.on_sessions("vol/VIX_History.csv", 4),
            ad_line: ad_line.collect(),
            slope: at(60.0)
                .iter()
                .zip(&cmf30)
                .map(|(far, near)| (far / near).ln())
                .collect(),
            cmf30,
            raw,
        }
    }

    /// The weight of `tiered` after session `t` of the window that began at `first`: hysteresis of a point, three sessions.
    fn tier(&self, first: usize, t: usize) -> f64 {
        let edges = [15.0, 22.0, 25.0];
        let (mut band, mut stayed) = (usize::MAX, 0);
        for &vix in &self.vix[first..=t] {
            let wanted = edges.iter().filter(|edge| vix >= **edge).count();
            let beyond = |band: usize| {
                (band < 3 && vix >= edges[band] + 1.0) || (band > 0 && vix < edges[band - 1] - 1.0)
            };
            let moves = band == usize::MAX || (beyond(band) && stayed >= 3);
            (band, stayed) = if moves && wanted != band {
                (wanted, 1)
            } else {
                (band, stayed + 1)
            };
        }
        let share = ((self.vix[t] - 22.0) / 3.0).clamp(0.0, 1.0);
        [
            1.0 / 3.0,
            2.0 / 3.0,
            2.0 / 3.0 + share * (1.0 - 2.0 / 3.0),
            1.0,
        ][band]
    }

    /// Layer 1 of the S0 set: contango eroded with a weakening index, or an inverted curve near 15.
    fn layer_1(&self, t: usize) -> bool {
        let before = &self.slope[t - 30..t];
        let z = (self.slope[t] - mean(before)) / deviation(before);
        let (rsi, earlier) = (wilder(&self.spx[..=t]), wilder(&self.spx[..=t - 5]));
        let curve = self.raw.curve(self.raw.sessions[t]);
        // Against -9.5, .., 9.5, whose squares sum to 665.
        let falling: f64 = (0..20)
            .map(|i| (i as f64 - 9.5) * self.ad_line[t - 19 + i])
            .sum::<f64>()
            / 665.0;
        let eroded = z < -1.5 && rsi < 50.0 && rsi < earlier;
        eroded || ((14.0..16.0).contains(&curve[0].1) && curve[1].1 < curve[0].1 && falling < 0.0)
    }

    /// Layer 2: a break of the A/D line, or two sessions of strong MACD of the thirty-day future.
    fn layer_2(&self, t: usize) -> bool {
        let low = |x: &[f64]| x[t - 20..t].iter().copied().fold(f64::INFINITY, f64::min);
        let new_low = self.ad_line[t] < low(&self.ad_line) && self.spx[t] >= low(&self.spx);
        let weak = |t: usize| {
            let slope: f64 = (0..10)
                .map(|i| (i as f64 - 4.5) * self.ad_line[t - 9 + i])
                .sum();
            self.ad_line[t] < mean(&self.ad_line[t - 49..=t]) && slope < 0.0
        };
        let histogram = self.histogram();
        let strong = |t: usize| {
            let at = t + 1 - (self.cmf30.len() - histogram.len());
            histogram[at - 1] / deviation(&histogram[at - 60..at]) > 0.25
        };
        new_low || (t - 2..=t).all(weak) || (t - 1..=t).all(strong)
    }

    fn histogram(&self) -> Vec<f64> {
        let line: Vec<f64> = smooth(&self.cmf30[14..], 12)
            .iter()
            .zip(smooth(&self.cmf30, 26))
            .map(|(fast, slow)| fast - slow)
            .collect();
        line[8..]
            .iter()
            .zip(smooth(&line, 9))
            .map(|(line, signal)| line - signal)
            .collect()
    }
}

/// The cents in a purse of the short layer on a day: `share` of a fifth of each condor's credit, of thirteen weeks at
/// most, less what purchases took, at weight `w` one dollar in `w`.
fn purse(
    trades: &[Row],
    arm: &str,
    first: NaiveDate,
    day: NaiveDate,
    weight: impl Fn(NaiveDate) -> f64,
) -> i64 {
    let mut flows: Vec<(NaiveDate, bool, i64)> = Vec::new();
    for row in trades.iter().filter(|r| r.text("arm") == arm) {
        let opened = date(row.text("opened"));
        let number = |column: &str| row.number(column).expect("a number");
        // Points times a hundred dollars, in cents.
        let cash = (number("entry_price") * number("contracts") * 1e4).round() as i64;
        if (first..=day).contains(&opened) {
            match row.text("layer") {
                "condor_14d_16_5" => {
                    flows.push((opened, false, (cash as f64 * (0.4 * 0.2)).floor() as i64))
                }
                "short" => flows.push((opened, true, -cash - row.cents("fees_usd"))),
                _ => {}
            }
        }
    }
    flows.sort();
    let (mut balance, mut credits): (i64, Vec<(NaiveDate, i64)>) = (0, Vec::new());
    for (on, is_purchase, cents) in flows {
        if is_purchase {
            let weight = weight(on);
            let taken = (cents as f64 / weight).round_ties_even() as i64;
            balance -= taken.min(balance);
        } else {
            let kept: i64 = credits
                .iter()
                .filter(|(d, _)| (on - *d).num_days() < 91)
                .map(|(_, c)| c)
                .sum();
            balance = balance.min(kept) + cents;
            credits.push((on, cents));
        }
    }
    balance
}

/// `weight W of HAVE USD, one unit NEED USD`, in cents.
fn numbers(detail: &str) -> Option<(f64, i64, i64)> {
    let text = &detail[detail.find("weight ")?..];
    let words: Vec<&str> = text.split([' ', ';', ',']).collect();
    let cents = |text: &str| (text.parse::<f64>().expect("dollars") * 100.0).round() as i64;
    let unit = words.iter().position(|w| *w == "unit")?;
    Some((
        words[1].parse().ok()?,
        cents(words[3]),
        cents(words[unit + 1]),
    ))
}

/// What the rules say a layer does: its reason, in the order in which they are asked.
fn expected(
    weight: f64,
    holds: Option<bool>,
    since: Option<usize>,
    listed: bool,
    money: Option<(f64, i64, i64)>,
) -> &'static str {
    let buys = money.is_some_and(|(_, have, need)| (have as f64 * weight).floor() as i64 >= need);
    match (weight > 0.0, holds, since) {
        (false, ..) => "no_step",
        (_, None, _) => "signal_missing",
        (_, Some(false), _) => "not_triggered",
        (_, _, Some(0..5)) => "cool_down",
        _ if !listed => "no_expiry",
        _ if buys => "purse_covers",
        _ => "purse_short",
    }
}

#[test]
fn tiers_triggers_purses_and_decisions_of_twelve_days_are_those_computed_by_hand() {
    let Some(dataset) = real_dataset("decisions by hand") else {
        return;
    };
    let levels = Levels::new(Raw::new().expect("the publishers' files"));
    let out = scratch("hand-decisions");
    let arms = format!("arms={ARMS:?}");
    let set = [
        "--set",
        &arms,
        "--set",
        "equal_spend_twins=false",
        "--set",
        "controls.random_timing_draws=0",
    ];
    let place = [
        "--dataset",
        dataset.to_str().expect("UTF-8"),
        "--out",
        out.to_str().expect("UTF-8"),
        "--quiet",
    ];
    let output = alvh(
        &[
            &["replay", "configs/runs/history.toml"],
            &place[..],
            &set[..],
        ]
        .concat(),
    );
    assert!(output.status.success(), "{}", stderr(&output));
    let run = only_folder(&out);
    let (trades, decisions) = (rows(&run, "trades.csv"), rows(&run, "decisions.csv"));
    let signals = rows(&run, "signals.csv");
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    let mut purses = 0;
    for day in DAYS.map(date) {
        let first = FIRST.map(date)[usize::from(day.year() > 2022)];
        let (t, start) = (levels.raw.at(day), levels.raw.at(first));
        let tier = |on: NaiveDate| levels.tier(start, levels.raw.at(on));
        for row in decisions
            .iter()
            .filter(|r| r.text("date") == day.to_string())
        {
            let (arm, layer) = (row.text("arm"), row.text("layer"));
            if layer == "condor_14d_16_5" {
                continue;
            }
            let front = levels.raw.curve(day)[0].1;
            let (weight, holds) = match (arm, layer) {
                ("tiered", _) => (tier(day), Some(true)),
                ("rigid_18", _) => (f64::from(front > 18.0), Some(true)),
                ("rigid_22", _) => (f64::from(front > 22.0), Some(true)),
                (_, "short") => (tier(day), Some(levels.layer_1(t))),
                (_, "medium") => (tier(day), Some(levels.layer_2(t))),
                _ => {
                    let of = |r: &&Row| r.text("arm") == arm && r.text("date") == day.to_string();
                    let slow = signals
                        .iter()
                        .filter(of)
                        .find(|r| r.text("name") == "layer_3")
                        .expect("layer_3");
                    (
                        tier(day),
                        Some(slow.text("value"))
                            .filter(|v| !v.is_empty())
                            .map(|v| v == "1.0"),
                    )
                }
            };
            if arm == "tiered" || arm == "adaptive_confluence" {
                let wanted = format!("weight {weight:.3} at vix {:.2}", levels.vix[t]);
                assert!(
                    row.text("regime").ends_with(&wanted),
                    "{arm} {day}: {}, by hand {wanted}",
                    row.text("regime")
                );
            }
            let bought = trades
                .iter()
                .filter(|r| r.text("arm") == arm && r.text("layer") == layer);
            let bought = bought
                .map(|r| date(r.text("opened")))
                .filter(|d| (first..=day).contains(d))
                .max();
            let since = bought
                .filter(|_| arm == "adaptive_confluence")
                .map(|d| t - levels.raw.at(d));
            let money = numbers(row.text("detail"));
            // VIX options expire with the futures; the short layer takes those of at most thirty days.
            let listed = layer != "short" || levels.raw.curve(day)[0].0 <= 30.0;
            let reason = expected(weight, holds, since, listed, money);
            assert_eq!(
                row.text("reason_code"),
                reason,
                "{arm} {layer} {day}: {}",
                row.text("detail")
            );
            assert_eq!(
                row.text("action") == "order_open",
                reason == "purse_covers",
                "{arm} {layer} {day}"
            );
            *reasons.entry(reason.to_string()).or_default() += 1;
            if let (Some((_, have, _)), "short") = (money, layer) {
                // What a purchase takes is scaled by the weight of the session that decided it, the one before its fill.
                let decided = |on: NaiveDate| match arm {
                    "tiered" | "adaptive_confluence" => {
                        tier(levels.raw.sessions[levels.raw.at(on) - 1])
                    }
                    _ => 1.0,
                };
                assert_eq!(
                    have,
                    purse(&trades, arm, first, day, decided),
                    "{arm} {day}: the purse"
                );
                purses += 1;
            }
        }
    }
    assert!(
        purses >= 20 && reasons.len() >= 5,
        "{purses} purses, {reasons:?}"
    );
    println!("{purses} purses to the cent; reasons {reasons:?}");
}
