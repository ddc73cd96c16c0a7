//! What the manifest says of each series.

use super::DatasetInfo;
use crate::manifest::{Kind, SeriesEntry};
use crate::schema;
use crate::tables::Tables;

/// Daily series first, then the futures, then slow series.
pub(super) fn series(tables: &Tables, info: &DatasetInfo) -> Vec<SeriesEntry> {
    let daily = tables.daily.iter().map(|(name, s)| {
        let known = schema::daily(name);
        let rows = s.values.iter().flatten().count();
        SeriesEntry {
            unit: known.map_or("", |k| k.unit).into(),
            known_at: known
                .filter(|k| k.lag_sessions == s.lag_sessions)
                .map_or(lag_words(s.lag_sessions), |k| k.known.into()),
            lag_sessions: s.lag_sessions,
            carry_sessions: known.map_or(0, |k| k.carry_sessions),
            missing: s.values.len() - rows,
            published_by: tables.published_by.get(name).cloned().unwrap_or_default(),
            ..entry(info, name, schema::DAILY, rows)
        }
    });
    let slow = tables.slow.iter().map(|(name, releases)| {
        let known = schema::slow_series(name);
        SeriesEntry {
            unit: known.map_or("", |k| k.unit).into(),
            known_at: known
                .map_or("as dated in the table", |k| k.rule.words())
                .into(),
            revised: info.kind == Kind::History && known.is_some_and(|k| k.revised),
            ..entry(info, name, schema::SLOW, releases.len())
        }
    });
    let vx = (!tables.vx.is_empty()).then(|| SeriesEntry {
        unit: "index points".into(),
        known_at: "settlement, at 16:15 of its session: for decisions that fill on the next one"
            .into(),
        ..entry(info, "vx", schema::VX, tables.vx.len())
    });
    daily.chain(vx).chain(slow).collect()
}

fn lag_words(lag_sessions: usize) -> String {
    format!("at the close {lag_sessions} sessions after the one it describes")
}

fn entry(info: &DatasetInfo, name: &str, table: &str, rows: usize) -> SeriesEntry {
    let source = info.sources.get(name);
    SeriesEntry {
        name: name.into(),
        table: table.into(),
        unit: String::new(),
        publisher: source.map_or(&info.publisher, |s| &s.publisher).clone(),
        sources: source.map_or(Vec::new(), |s| s.files.clone()),
        known_at: String::new(),
        lag_sessions: 0,
        carry_sessions: 0,
        revised: false,
        rows,
        missing: 0,
        published_by: Vec::new(),
    }
}
