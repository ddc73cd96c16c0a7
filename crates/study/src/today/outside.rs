//! What does not depend on an arm: levels of the market, coming releases, the age of every series.

use chrono::NaiveDate;
use market::calendar::Calendar;
use market::history::{MarketHistory, Snapshot};
use market::inputs::{Audit, Input, Needs, Standing};
use market::observations::{DailySeries, EventKind, MacroEvent, Observations, names};
use runfile::config::RunConfig;
use tables::today::{Coming, Level, SeriesAge};

/// So many sessions ahead releases are told of.
const SESSIONS_AHEAD: usize = 10;

/// Levels of the market at the last close.
pub fn levels(history: &MarketHistory) -> Vec<Level> {
    let view = history.view(history.len() - 1);
    let before = view.back(1);
    type Read = fn(&Snapshot) -> Option<f64>;
    let all: [(&str, &str, Read); 4] = [
        ("S&P 500", "index points", |s| Some(s.spot)),
        ("VIX", "vol points", |s| Some(s.vix)),
        ("front VIX future", "index points", |s| {
            s.futures.first().map(|future| future.settle.points())
        }),
        ("VIX future at 30 days", "index points", |s| {
            s.constant_maturity_future(30.0)
        }),
    ];
    all.into_iter()
        .map(|(name, unit, read): (&str, &str, Read)| Level {
            name: name.to_string(),
            value: read(view.today()),
            before: before.and_then(read),
            unit: unit.to_string(),
        })
        .collect()
}

/// Scheduled releases of the coming sessions. One on a closed day acts on the session after it.
pub fn coming(history: &MarketHistory) -> Vec<Coming> {
    let calendar = Calendar::nyse();
    let today = history.view(history.len() - 1).today().date;
    let mut sessions = vec![today];
    while let Some(next) = calendar.next(sessions[sessions.len() - 1])
        && sessions.len() <= SESSIONS_AHEAD
    {
        sessions.push(next);
    }
    let last = sessions[sessions.len() - 1];
    let ahead = history
        .events()
        .iter()
        .filter(|event| event.date > today && event.date <= last);
    ahead
        .map(|event: &MacroEvent| Coming {
            date: event.date,
            time: format!("{:02}:{:02}", event.minute / 60, event.minute % 60),
            event: words(event.kind).to_string(),
            sessions_ahead: sessions.partition_point(|date| *date < event.date),
        })
        .collect()
}

fn words(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Fomc => "FOMC decision",
        EventKind::Cpi => "consumer prices",
        EventKind::Ppi => "producer prices",
        EventKind::Payrolls => "payrolls",
        EventKind::GdpAdvance => "GDP, advance estimate",
    }
}

/// How old every series is at the last session, those that prices rest on first.
pub fn ages(config: &RunConfig, needs: &Needs, observations: &Observations) -> Vec<SeriesAge> {
    let Some(&today) = observations.sessions.last() else {
        return Vec::new();
    };
    let rules = config.input_rules();
    let weights = config.model_params().event_weights;
    let audit = Audit::new(observations, &rules);
    let standings = audit.standings_on(today, needs, &weights);
    let of = |name: &str| {
        let found = standings.iter().find(|(input, _)| input.name() == name);
        found.map(|(_, standing)| *standing)
    };
    let series = |name: &str, (last, age_sessions): (Option<NaiveDate>, Option<usize>)| {
        let standing = match name {
            names::SPX_CLOSE => Some(Standing::Published),
            other => of(other),
        };
        SeriesAge {
            name: name.to_string(),
            last,
            age_sessions,
            priced: standing.is_some(),
            standing: standing.map_or("", word).to_string(),
        }
    };
    let daily = observations
        .daily
        .iter()
        .map(|(name, of)| series(name, last_daily(observations, name, of)));
    let slow = observations.slow.iter().map(|(name, releases)| {
        let last = releases.last().map(|release| release.known);
        series(name, (last, last.map(|known| sessions_since(known, today))))
    });
    let marks = observations.vx.iter().map(|row| row.trade_date).max();
    let vx = series(
        Input::Vx.name(),
        (marks, marks.map(|d| sessions_since(d, today))),
    );
    let mut all: Vec<SeriesAge> = daily.chain(slow).chain([vx]).collect();
    all.sort_by_key(|series| !series.priced);
    all
}

fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Published => "published",
        Standing::Carried { .. } => "carried",
        Standing::StandIn => "stand_in",
        Standing::Missing { .. } => "missing",
    }
}

fn sessions_since(date: NaiveDate, today: NaiveDate) -> usize {
    Calendar::nyse().sessions_between(date, today).max(0) as usize
}

/// The date of a series' last published value, and the sessions since the close at which it was known.
fn last_daily(
    observations: &Observations,
    name: &str,
    series: &DailySeries,
) -> (Option<NaiveDate>, Option<usize>) {
    let sessions = &observations.sessions;
    let carried = observations
        .carried
        .get(name)
        .map_or(&[][..], Vec::as_slice);
    let is_own =
        |t: &usize| series.values[*t].is_some() && carried.binary_search(&sessions[*t]).is_err();
    let last = (0..series.values.len()).rev().find(is_own);
    let age = last.map(|t| (sessions.len() - 1).saturating_sub(t + series.lag_sessions));
    (last.map(|t| sessions[t]), age)
}

#[cfg(test)]
mod tests {
    use super::*;
    use runfile::config::Window;
    use runfile::published_index::PublishedIndex;
    use std::sync::atomic::AtomicBool;

    /// Two weeks of the reconstruction, with a release of consumer prices at half past eight of every day.
    fn history() -> MarketHistory {
        let day = |text: &str| -> NaiveDate { text.parse().expect("a date") };
        let window = Window {
            name: "made".to_string(),
            first: day("2022-03-01"),
            last: day("2022-03-11"),
        };
        let config = PublishedIndex::Put.run(window).expect("the shipped run");
        let mut observations = reconstruction::reconstruct(reconstruction::SEED);
        let days = day("2022-03-01").iter_days().take(60);
        let events = days.map(|date| MacroEvent {
            date,
            minute: 510,
            kind: EventKind::Cpi,
        });
        observations.events = events.collect();
        let (chains, stop) = (Default::default(), AtomicBool::new(false));
        crate::markets::headline_market(&config, &observations, &chains, 60, &stop)
            .expect("a complete market")
    }

    #[test]
    fn levels_are_those_of_the_last_close_and_of_the_one_before() {
        let history = history();
        let sessions = [1, 2].map(|back| history.view(history.len() - back).today());
        let [today, before] = sessions;
        let levels = levels(&history);
        let of = |name: &str| {
            levels
                .iter()
                .find(|level| level.name == name)
                .expect("a level")
        };
        let spot = of("S&P 500");
        assert_eq!(
            (spot.value, spot.before),
            (Some(today.spot), Some(before.spot))
        );
        assert_ne!(today.spot, before.spot);
        let vix = of("VIX");
        assert_eq!((vix.value, vix.before), (Some(today.vix), Some(before.vix)));
        // Between the futures before and after the thirtieth day, by days.
        let days = |expiry: NaiveDate| (expiry - today.date).num_days() as f64;
        let after = today.futures.iter().position(|f| days(f.expiry) >= 30.0);
        let after = after.expect("a future of two months");
        let [near, far] = [after - 1, after].map(|at| &today.futures[at]);
        let share = (30.0 - days(near.expiry)) / (days(far.expiry) - days(near.expiry));
        let wanted = near.settle.points() + share * (far.settle - near.settle).points();
        let found = of("VIX future at 30 days").value.expect("two futures");
        assert!((found - wanted).abs() < 1e-9, "{found} for {wanted}");
    }

    #[test]
    fn releases_of_the_next_ten_sessions_are_told_of_and_act_on_the_session_on_or_after_their_day()
    {
        let found: Vec<(String, usize)> = coming(&history())
            .into_iter()
            .map(|coming| {
                assert_eq!(
                    (coming.time.as_str(), coming.event.as_str()),
                    ("08:30", "consumer prices")
                );
                (coming.date.to_string(), coming.sessions_ahead)
            })
            .collect();
        // From Saturday 12 March to Friday 25 March.
        assert_eq!(found.len(), 14);
        let first = ["2022-03-12", "2022-03-13", "2022-03-14"];
        for (found, date) in found.iter().zip(first) {
            assert_eq!(*found, (date.to_string(), 1), "acts on Monday");
        }
        assert_eq!(found[13], ("2022-03-25".to_string(), 10));
    }
}
