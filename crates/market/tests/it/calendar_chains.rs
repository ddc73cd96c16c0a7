//! The listing rule against the option chains that were published, where they are at hand.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use market::calendar::Calendar;
use market::listing::{spx_am_expiries, spxw_expiries, vix_expiries};

use crate::tables::{day, real_data};

/// Expiries of one root by the day of the chain. The chain of a day may hold only its next few expiries.
type Chains = BTreeMap<NaiveDate, BTreeSet<NaiveDate>>;

fn chains(folder: &std::path::Path, root: &str) -> Chains {
    let path = folder.join("chains/option_quotes_normalised.csv.gz");
    let file = std::fs::File::open(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut reader = csv::Reader::from_reader(flate2::read::GzDecoder::new(file));
    let column =
        |headers: &csv::StringRecord, name| headers.iter().position(|h| h == name).unwrap();
    let headers = reader.headers().unwrap().clone();
    let [quoted, of_root, expiry] =
        ["quote_date", "root", "expiration"].map(|name| column(&headers, name));
    let mut chains = Chains::new();
    for row in reader
        .records()
        .map(Result::unwrap)
        .filter(|r| &r[of_root] == root)
    {
        chains
            .entry(day(&row[quoted]))
            .or_default()
            .insert(day(&row[expiry]));
    }
    assert!(!chains.is_empty(), "no {root} in {}", path.display());
    chains
}

/// Expiries after `on` and at most `max_days` ahead, and not beyond the last one of the chain.
fn near(chain: &BTreeSet<NaiveDate>, on: NaiveDate, max_days: i64) -> BTreeSet<NaiveDate> {
    chain
        .iter()
        .copied()
        .filter(|d| (1..=max_days).contains(&(*d - on).num_days()))
        .collect()
}

fn listed(rule: Vec<NaiveDate>, chain: &BTreeSet<NaiveDate>) -> BTreeSet<NaiveDate> {
    rule.into_iter()
        .filter(|d| Some(d) <= chain.last())
        .collect()
}

/// To thirty days ahead the rule is exact. From 31 to 35 days the newest series of a weekday, at most two of them on a
/// day, may not have been opened yet: the exchange opened them 30 to 33 days ahead until the middle of 2023.
#[test]
fn w38_every_near_expiry_of_the_rule_was_listed() {
    let Some(folder) = real_data("w38_every_near_expiry_of_the_rule_was_listed") else {
        return;
    };
    for (on, chain) in chains(&folder, "SPXW") {
        let missing: Vec<NaiveDate> = listed(spxw_expiries(on, 35), &chain)
            .difference(&near(&chain, on, 35))
            .copied()
            .collect();
        assert!(
            missing.iter().all(|d| (*d - on).num_days() > 30),
            "{on}: not in the chain {missing:?}"
        );
        assert!(missing.len() <= 2, "{on}: not in the chain {missing:?}");
    }
}

/// From 36 days on the sixth expiry of a weekday is listed from June 2023; three of thirteen were opened some days later.
#[test]
fn most_sixth_expiries_of_the_rule_were_listed() {
    let Some(folder) = real_data("most_sixth_expiries_of_the_rule_were_listed") else {
        return;
    };
    let far = |dates: Vec<NaiveDate>, on: NaiveDate| -> Vec<NaiveDate> {
        let ahead = 36..=41;
        let is_far = |d: &NaiveDate| ahead.contains(&(*d - on).num_days());
        let is_weekly = |d: &NaiveDate| {
            let nyse = Calendar::nyse();
            !nyse.is_last_session_of_month(*d) && !nyse.is_last_session_of_week(*d)
        };
        let found = dates.into_iter().filter(|d| is_far(d) && is_weekly(d));
        found.collect()
    };
    let (mut all, mut missing) = (0, 0);
    for (on, chain) in chains(&folder, "SPXW") {
        if on < day("2023-06-01")
            || chain
                .last()
                .is_some_and(|last| (*last - on).num_days() < 60)
        {
            continue;
        }
        let rule = far(spxw_expiries(on, 41), on);
        all += rule.len();
        missing += rule.iter().filter(|d| !chain.contains(d)).count();
    }
    assert!(all >= 12, "{all} expiries");
    assert!(4 * missing <= all, "{missing} of {all} were not listed");
}

/// The one exception is an expiry on a day of mourning that was announced after the series was opened.
#[test]
fn w38_every_near_expiry_of_the_chains_is_in_the_rule() {
    let Some(folder) = real_data("w38_every_near_expiry_of_the_chains_is_in_the_rule") else {
        return;
    };
    for (on, chain) in chains(&folder, "SPXW") {
        let rule = listed(spxw_expiries(on, 35), &chain);
        let unknown: Vec<NaiveDate> = near(&chain, on, 35).difference(&rule).copied().collect();
        assert!(
            unknown.iter().all(|d| !Calendar::nyse().is_session(*d)),
            "{on}: not in the rule {unknown:?}"
        );
    }
}

#[test]
fn w38_monthly_expiries_of_a_year_were_listed() {
    let Some(folder) = real_data("w38_monthly_expiries_of_a_year_were_listed") else {
        return;
    };
    for (on, chain) in chains(&folder, "SPX") {
        assert_eq!(
            listed(spx_am_expiries(on, 365), &chain),
            near(&chain, on, 365),
            "SPX on {on}"
        );
    }
    for (on, chain) in chains(&folder, "VIX") {
        let rule = listed(vix_expiries(on, 270), &chain);
        assert!(near(&chain, on, 270).is_subset(&rule), "VIX on {on}");
    }
}
