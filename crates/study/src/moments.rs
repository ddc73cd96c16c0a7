//! Of which moments the option quotes of a run are: closes, which it trades at, and others, which it leaves alone.

use std::collections::BTreeMap;

use market::chain::QuoteMoment;
use tables::manifest::QuotedAt;
use tables::{QUOTES, SourceRow, UNUSED};

use crate::results::Study;

/// Sessions by window and moment, those that are used first.
pub fn quoted_at(study: &Study) -> Vec<QuotedAt> {
    let mut all = Vec::new();
    for window in &study.windows {
        let mut counts: BTreeMap<(bool, &str), usize> = BTreeMap::new();
        for moment in study
            .moments
            .iter()
            .filter(|m: &&QuoteMoment| window.sessions.binary_search(&m.date).is_ok())
        {
            let key = (!moment.is_close, moment.moment.as_str());
            *counts.entry(key).or_default() += 1;
        }
        all.extend(counts.into_iter().map(
            |((is_unused, moment), sessions): ((bool, &str), usize)| QuotedAt {
                window: window.window.name.clone(),
                moment: moment.to_string(),
                sessions,
                of: window.sessions.len(),
                used: !is_unused,
            },
        ));
    }
    all
}

/// The same as rows of `sources.csv`.
pub(crate) fn rows(study: &Study) -> Vec<SourceRow> {
    quoted_at(study)
        .into_iter()
        .map(|at: QuotedAt| SourceRow {
            window: at.window,
            arm: String::new(),
            what: QUOTES.to_string(),
            root: at.moment,
            source: if at.used { "used" } else { UNUSED }.to_string(),
            count: at.sessions,
        })
        .collect()
}
