//! Every kind of signal against a second way of working it out, on drawn markets full of ties and holes.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use chrono::{Datelike, NaiveDate};
use market::calendar::Calendar;
use market::history::MarketHistory;
use market::math::ln;
use market::observations::{EventKind, Observations};
use signals::SignalDefinitions;

use crate::drawn::{SESSIONS, Values, history, observations, values};
use crate::naive::{
    ago, beta, divergence, greatest, half_life, known, last, least, macd, mean, month_ends,
    percentile, rank, realised, rsi, sd, slope, strength, weekly, z_prior, z_trailing,
};
use crate::support::book;

mod marked;

const SEEDS: u64 = 3;

struct Drawn {
    data: Observations,
    /// The daily series as known: the last value for 75 days.
    carried: BTreeMap<String, Values>,
    history: MarketHistory,
}

/// The market of a seed, made once.
fn drawn(seed: u64) -> &'static Drawn {
    static ALL: OnceLock<Vec<Drawn>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let of = |seed| {
            let data = observations(seed);
            Drawn {
                history: history(&data),
                carried: carried(&data),
                data,
            }
        };
        (1..=SEEDS).map(of).collect()
    });
    &all[seed as usize - 1]
}

fn carried(data: &Observations) -> BTreeMap<String, Values> {
    let known = |values: &Values| -> Values {
        (0..SESSIONS)
            .map(|t| {
                let at = (0..=t).rev().find(|at| values[*at].is_some())?;
                let days = (data.sessions[t] - data.sessions[at]).num_days();
                values[at].filter(|_| days <= 75)
            })
            .collect()
    };
    let of = data.daily.iter();
    of.map(|(name, series)| (name.clone(), known(&series.values)))
        .collect()
}

struct Scene {
    data: &'static Observations,
    carried: &'static BTreeMap<String, Values>,
    history: &'static MarketHistory,
    book: SignalDefinitions,
}

impl Scene {
    fn new(seed: u64, signals: &str) -> Scene {
        let Drawn {
            data,
            carried,
            history,
        } = drawn(seed);
        Scene {
            data,
            carried,
            history,
            book: book(&format!("[signals]\n{signals}")).expect("signals"),
        }
    }

    fn of(&self, name: &str) -> Values {
        values(&self.book, self.history, name)
    }

    fn daily(&self, name: &str) -> &[Option<f64>] {
        &self.carried[name]
    }

    fn sessions(&self) -> &[NaiveDate] {
        &self.data.sessions
    }
}

/// A signal of this definition is the second way's on every session; `of` is asked for a session.
fn same(definition: &str, of: impl Fn(&Scene, usize) -> Option<f64>) {
    same_beside("", definition, of);
}

/// The same of a signal that reads others.
fn same_beside(others: &str, definition: &str, of: impl Fn(&Scene, usize) -> Option<f64>) {
    let mut compared = 0;
    for seed in 1..=SEEDS {
        let scene = Scene::new(seed, &format!("{others}\nt = {{ {definition} }}"));
        for (t, found) in scene.of("t").into_iter().enumerate() {
            let wanted = of(&scene, t);
            let close = match (found, wanted) {
                (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * b.abs().max(1.0),
                (a, b) => a == b,
            };
            assert!(
                close,
                "{definition}, seed {seed}, session {t}: {found:?}, by hand {wanted:?}"
            );
            compared += usize::from(wanted.is_some());
        }
    }
    assert!(compared > 100, "{definition}: {compared} values");
}

#[test]
fn changes_ratios_and_sums() {
    for (measure, of) in [
        ("difference", (|new, old| new - old) as fn(f64, f64) -> f64),
        ("relative", |new, old| (new - old) / old),
        ("log", |new, old| ln(new) - ln(old)),
    ] {
        same(
            &format!("kind = \"change\", of = \"series:x\", sessions = 4, measure = \"{measure}\""),
            |s, t| Some(of(s.daily("x")[t]?, ago(s.daily("x"), t, 4)?)),
        );
    }
    same(
        "kind = \"ratio\", of = \"series:x\", over = \"series:y\"",
        |s, t| Some(s.daily("x")[t]? / s.daily("y")[t]?),
    );
    same(
        "kind = \"difference\", of = \"series:x\", minus = \"series:y\"",
        |s, t| Some(s.daily("x")[t]? - s.daily("y")[t]?),
    );
    same(
        "kind = \"weighted_sum\", terms = [{ of = \"series:x\", weight = 2.0 }, { of = \"series:y\", weight = -0.5 }]",
        |s, t| Some(2.0 * s.daily("x")[t]? - 0.5 * s.daily("y")[t]?),
    );
    same(
        "kind = \"relative_return\", of = \"series:x\", against = \"series:y\", sessions = 3",
        |s, t| {
            let grown = |name: &str| Some(s.daily(name)[t]? / ago(s.daily(name), t, 3)?);
            Some(grown("x")? - grown("y")?)
        },
    );
}

#[test]
fn means_slopes_and_extremes_of_a_window() {
    same(
        "kind = \"moving_average\", of = \"series:x\", sessions = 5",
        |s, t| last(s.daily("x"), t, 5).map(|w| mean(&w)),
    );
    same(
        "kind = \"slope\", of = \"series:x\", sessions = 5",
        |s, t| last(s.daily("x"), t, 5).map(|w| slope(&w)),
    );
    same(
        "kind = \"from_high\", of = \"series:x\", sessions = 5",
        |s, t| last(s.daily("x"), t, 5).map(|w| (w[4] - greatest(&w)) / greatest(&w)),
    );
    same(
        "kind = \"from_low\", of = \"series:x\", sessions = 5",
        |s, t| last(s.daily("x"), t, 5).map(|w| (w[4] - least(&w)) / least(&w)),
    );
    same(
        "kind = \"z_score\", of = \"series:x\", sessions = 4, window = \"trailing\"",
        |s, t| z_trailing(s.daily("x"), t, 4),
    );
    same(
        "kind = \"z_score\", of = \"series:x\", sessions = 4, window = \"prior\"",
        |s, t| z_prior(s.daily("x"), t, 4),
    );
    for (most, fewest) in [(30, 10), (10, 10), (500, 1)] {
        same(
            &format!(
                "kind = \"percentile\", of = \"series:x\", sessions = {most}, min_sessions = {fewest}"
            ),
            |s, t| percentile(s.daily("x"), t, most, fewest),
        );
    }
    same(
        "kind = \"realised_vol\", of = \"series:x\", sessions = 5",
        |s, t| realised(s.daily("x"), t, 5),
    );
    same(
        "kind = \"implied_minus_realised\", implied = \"series:y\", of = \"series:x\", sessions = 5",
        |s, t| Some(s.daily("y")[t]? - realised(s.daily("x"), t, 5)?),
    );
    same(
        "kind = \"half_life\", of = \"series:x\", sessions = 20",
        |s, t| half_life(s.daily("x"), t, 20),
    );
}

const SESSIONS_OF_MACD: &str = "{ fast = 3, slow = 6, signal = 4 }";

#[test]
fn indicators_of_days_and_weeks() {
    let p = (3, 6, 4);
    same(
        "kind = \"rsi\", of = \"series:x\", sessions = 5, timeframe = \"daily\"",
        |s, t| rsi(s.daily("x"), t, 5),
    );
    same(
        "kind = \"rsi\", of = \"series:z\", sessions = 5, timeframe = \"weekly\"",
        |s, t| weekly(s.daily("z"), s.sessions(), t, |w, i| rsi(w, i, 5)),
    );
    for (output, of) in [("line", 0), ("signal", 1), ("histogram", 2)] {
        let pick = move |(line, signal): (f64, f64)| [line, signal, line - signal][of];
        let definition = |series: &str, timeframe: &str| {
            format!(
                "kind = \"macd\", of = \"series:{series}\", sessions = {SESSIONS_OF_MACD}, output = \"{output}\", timeframe = \"{timeframe}\""
            )
        };
        same(&definition("x", "daily"), |s, t| {
            macd(s.daily("x"), p)[t].map(pick)
        });
        same(&definition("z", "weekly"), |s, t| {
            weekly(s.daily("z"), s.sessions(), t, |w, i| {
                macd(w, p)[i].map(pick)
            })
        });
    }
    let definition = |kind: &str| format!("{kind}, of = \"series:z\", timeframe = \"daily\"");
    same(
        &definition(&format!(
            "kind = \"macd\", sessions = {SESSIONS_OF_MACD}, output = \"strength\""
        )),
        |s, t| strength(s.daily("z"), t, p),
    );
    same(
        &format!(
            "kind = \"macd_divergence\", of = \"series:x\", timeframe = \"daily\", macd = {SESSIONS_OF_MACD}, sessions = 4"
        ),
        |s, t| divergence(s.daily("x"), t, p, 4),
    );
    // Where a high is known before its histogram is.
    same(
        &format!(
            "kind = \"macd_divergence\", of = \"series:x\", timeframe = \"daily\", macd = {SESSIONS_OF_MACD}, sessions = 2"
        ),
        |s, t| divergence(s.daily("x"), t, p, 2),
    );
}

#[test]
fn sources_are_made_of_their_series() {
    let level = |name: &str| format!("kind = \"level\", of = \"{name}\"");
    same(&level("advance_ratio"), |s, t| {
        let (up, down) = (s.daily("nyse_adv")[t]?, s.daily("nyse_decl")[t]?);
        Some(up / (up + down))
    });
    same(&level("ad_line"), |s, t| {
        s.daily("nyse_adv")[t]?;
        let days = s
            .daily("nyse_adv")
            .iter()
            .zip(s.daily("nyse_decl"))
            .take(t + 1);
        Some(days.filter_map(|(up, down)| Some((*up)? - (*down)?)).sum())
    });
    same(&level("rate_differential"), |s, t| {
        Some(s.daily("dgs10")[t]? - s.daily("dgs2")[t]?)
    });
    same(&level("credit_spread"), |s, t| s.daily("baa10y")[t]);
    same(&level("baa_yield"), |s, t| {
        Some(s.daily("baa10y")[t]? + s.daily("dgs10")[t]?)
    });
    same(&level("vx_ratio"), |s, t| {
        Some(s.of("vx2")[t]? / s.of("vx1")[t]?)
    });
}

#[test]
fn the_slope_of_a_curve_is_that_of_its_two_points() {
    let apart = |near: f64, far: f64| ln(far) - ln(near);
    let slope = |pair: &str| format!("kind = \"contango\", pair = \"{pair}\"");
    same(&slope("cmf30_cmf60"), |s, t| {
        Some(apart(s.of("cmf30")[t]?, s.of("cmf60")[t]?))
    });
    same(&slope("vix_vix3m"), |s, t| {
        Some(s.daily("vix3m")[t]? / s.daily("vix")[t]? - 1.0)
    });
    same(&slope("vx1_vx2"), |s, t| {
        let days = s.of("vx2_days")[t]? - s.of("vx1_days")[t]?;
        Some(apart(s.of("vx1")[t]?, s.of("vx2")[t]?) * 30.0 / days)
    });
}

fn flag(is: bool) -> f64 {
    if is { 1.0 } else { 0.0 }
}

#[test]
fn breadth_and_its_stand_in() {
    let proxy = |s: &Scene, t: usize| -> Option<f64> {
        let ratio = |i: usize| Some(s.daily("rsp")[i]? / s.daily("spy")[i]?);
        let moved = |i: usize| Some(ratio(i)? / ratio(i.checked_sub(20)?)? - 1.0);
        let w: Option<Vec<f64>> = (t.checked_sub(251)?..=t).map(moved).collect();
        let w = w?;
        Some(flag(w[251] < mean(&w) - sd(&w)?))
    };
    same(
        "kind = \"breadth_break\", low_sessions = 4, mean_sessions = 6, slope_sessions = 3, confirm_sessions = 2",
        |s, t| {
            let (line, spx) = (s.of("ad_line"), s.of("spx"));
            let rule = |t: usize| {
                let (w, p) = (last(&line, t, 5)?, last(&spx, t, 5)?);
                let apart = w[..4].iter().all(|v| w[4] < *v) && p[..4].iter().any(|v| p[4] > *v);
                let tired = |i: usize| {
                    let w = last(&line, i, 6)?;
                    Some(w[5] < mean(&w) && slope(&last(&line, i, 3)?) < 0.0)
                };
                let tired: Option<Vec<bool>> =
                    [t.checked_sub(1)?, t].into_iter().map(tired).collect();
                let is_tired = tired?.into_iter().all(|is| is);
                Some(flag(apart || is_tired))
            };
            rule(t).or_else(|| proxy(s, t))
        },
    );
    same(
        "kind = \"breadth_divergence\", sessions = 5, timeframe = \"daily\"",
        |s, t| {
            let (line, spx) = (s.of("ad_line"), s.of("spx"));
            let ratio: Values = (0..=t)
                .map(|i| Some(s.daily("rsp")[i]? / s.daily("spy")[i]?))
                .collect();
            let apart = |line: &[Option<f64>]| {
                let (w, p) = (last(line, t, 5)?, last(&spx, t, 5)?);
                Some(flag(p[4] == greatest(&p) && w[4] < greatest(&w)))
            };
            apart(&line).or_else(|| apart(&ratio))
        },
    );
    same(
        "kind = \"breadth_divergence\", sessions = 3, timeframe = \"weekly\"",
        |s, t| {
            let (line, spx) = (s.of("ad_line"), s.of("spx"));
            let ratio: Values = (0..SESSIONS)
                .map(|i| Some(s.daily("rsp")[i]? / s.daily("spy")[i]?))
                .collect();
            let apart = |line: &[Option<f64>]| {
                let high = |of: &[Option<f64>]| {
                    weekly(of, s.sessions(), t, |w, i| {
                        last(w, i, 3).map(|w| flag(w[2] == greatest(&w)))
                    })
                };
                Some(high(&spx)? * (1.0 - high(line)?))
            };
            apart(&line).or_else(|| apart(&ratio))
        },
    );
}

#[test]
fn prints_of_slow_series() {
    let at = |s: &Scene, name: &str, t: usize| {
        let known = known(&s.data.slow[name], s.sessions()[t]);
        known.is_fresh.then_some(known)
    };
    for (window, log) in [("prior", false), ("trailing", false), ("prior", true)] {
        same(
            &format!(
                "kind = \"slow_z_score\", of = \"cpiaucsl\", prints = 8, window = \"{window}\", log = {log}"
            ),
            |s, t| {
                let first = at(s, "cpiaucsl", t)?.first;
                let of: Values = first
                    .iter()
                    .map(|v| Some(if log { ln(*v) } else { *v }))
                    .collect();
                let n = of.len().checked_sub(1)?;
                if window == "prior" {
                    z_prior(&of, n, 8)
                } else {
                    z_trailing(&of, n, 8)
                }
            },
        );
    }
    for (most, fewest) in [(24, 6), (200, 140)] {
        same(
            &format!(
                "kind = \"slow_percentile\", of = \"cpiaucsl\", prints = {most}, min_prints = {fewest}"
            ),
            |s, t| {
                let first = at(s, "cpiaucsl", t)?.first;
                let (today, before) = first.split_last()?;
                let before = &before[before.len().saturating_sub(most)..];
                if before.len() < fewest {
                    None
                } else {
                    Some(rank(before, *today))
                }
            },
        );
    }
    same(
        "kind = \"slow_change\", of = \"gdpc1\", prints = 3, measure = \"relative\"",
        |s, t| {
            let now = at(s, "gdpc1", t)?.now;
            Some(now[now.len() - 1] / now[now.len() - 4] - 1.0)
        },
    );
    same(
        "kind = \"falling_prints\", of = \"gdpc1\", prints = 2",
        |s, t| {
            let now = at(s, "gdpc1", t)?.now;
            let change = |i: usize| now[i] / now[i - 2] - 1.0;
            let mut falls = 0;
            for i in (3..now.len()).rev() {
                if change(i) >= change(i - 1) {
                    break;
                }
                falls += 1;
            }
            Some(f64::from(falls))
        },
    );
    same("kind = \"gdp_stratum\", of = \"gdpc1\"", |s, t| {
        let now = at(s, "gdpc1", t)?.now;
        let grown = |i: usize| now[now.len() - i] / now[now.len() - i - 1] - 1.0;
        Some(match (grown(1) > 0.0, grown(1) > grown(2)) {
            (true, true) => 1.0,
            (true, false) => 2.0,
            (false, true) => 3.0,
            (false, false) => 4.0,
        })
    });
    same(
        "kind = \"surprise\", of = \"cpiaucsl\", forecast_prints = 3, sd_prints = 8",
        |s, t| {
            let changes = at(s, "cpiaucsl", t)?.first_changes;
            let surprise = |i: usize| changes[i] - mean(&changes[i - 3..i]);
            let all: Vec<f64> = (3..changes.len()).map(surprise).collect();
            let (today, before) = all.split_last()?;
            Some(today / sd(&before[before.len().checked_sub(8)?..])?)
        },
    );
}

/// Sessions from one day to another, the first not counted.
fn between(from: NaiveDate, to: NaiveDate) -> f64 {
    Calendar::nyse()
        .sessions()
        .iter()
        .filter(|day| **day > from && **day <= to)
        .count() as f64
}

#[test]
fn sessions_to_and_since_releases() {
    for (name, kind) in [
        ("fomc", EventKind::Fomc),
        ("cpi", EventKind::Cpi),
        ("ppi", EventKind::Ppi),
        ("payrolls", EventKind::Payrolls),
        ("gdp", EventKind::GdpAdvance),
    ] {
        let days = move |s: &Scene| -> Vec<NaiveDate> {
            let of = s.data.events.iter().filter(|event| event.kind == kind);
            of.filter_map(|event| Calendar::nyse().on_or_after(event.date))
                .collect()
        };
        same(
            &format!("kind = \"sessions_to\", event = \"{name}\""),
            |s, t| {
                let today = s.sessions()[t];
                let next = days(s).into_iter().find(|day| *day >= today)?;
                Some(between(today, next))
            },
        );
        same(
            &format!("kind = \"sessions_since\", event = \"{name}\""),
            |s, t| {
                let today = s.sessions()[t];
                let before = days(s).into_iter().rfind(|day| *day <= today)?;
                Some(between(before, today))
            },
        );
    }
}

const PREMIUM: &str = "kind = \"equity_risk_premium\", dividends = \"spx_dividend\", yield_10y = \"dgs10\", min_growth = 0.0, max_growth = 0.005";

/// What the next year's dividend, its growth and the ten-year yield leave.
fn premium(s: &Scene, t: usize) -> Option<f64> {
    let known = known(&s.data.slow["spx_dividend"], s.sessions()[t]);
    let last = known.periods.len().checked_sub(1)?;
    let years = |i: usize| (known.periods[last] - known.periods[i]).num_days() as f64 / 365.25;
    // Ten years, a day or two of leap years less.
    let from = (0..=last).rev().find(|i| years(*i) >= 9.99).unwrap_or(0);
    let paid = known.now[last];
    let growth = market::math::powf(paid / known.first[from], 1.0 / years(from)) - 1.0;
    let growth = growth.clamp(0.0, 0.005);
    let value =
        paid * (1.0 + growth) / s.daily("spx_close")[t]? + growth - s.daily("dgs10")[t]? / 100.0;
    known.is_fresh.then_some(value)
}

#[test]
fn valuation_and_the_cost_of_capital() {
    same(PREMIUM, premium);
    for (months, fewest) in [(12, 4), (5, 5)] {
        same(
            &format!(
                "kind = \"monthly_percentile\", of = \"series:x\", months = {months}, min_months = {fewest}"
            ),
            |s, t| {
                let ends: Vec<usize> = month_ends(s.sessions())
                    .into_iter()
                    .filter(|end| *end < t)
                    .collect();
                let of: Vec<f64> = ends
                    .iter()
                    .rev()
                    .take(months)
                    .filter_map(|end| s.daily("x")[*end])
                    .collect();
                let today = s.daily("x")[t]?;
                if of.len() < fewest {
                    None
                } else {
                    Some(rank(&of, today))
                }
            },
        );
    }
    let definition = |recomputed: &str| {
        format!(
            "kind = \"beta\", of = \"iwm\", against = \"spx\", risk_free = \"dgs3mo\", sessions = 30, recomputed = \"{recomputed}\""
        )
    };
    let of = |s: &Scene, t: usize| {
        beta(
            s.daily("iwm"),
            s.daily("spx_close"),
            s.daily("dgs3mo"),
            t,
            30,
        )
    };
    same(&definition("daily"), of);
    same(&definition("quarterly"), |s, t| {
        let quarter = |end: &usize| s.sessions()[*end].month() % 3 == 0;
        of(
            s,
            month_ends(s.sessions())
                .into_iter()
                .filter(quarter)
                .rfind(|end| *end <= t)?,
        )
    });
    let others =
        "b = { kind = \"level\", of = \"series:x\" }\np = { kind = \"level\", of = \"series:y\" }";
    same_beside(
        others,
        "kind = \"cost_of_equity\", beta = \"b\", premium = \"p\", risk_free = \"dgs3mo\"",
        |s, t| Some(s.daily("dgs3mo")[t]? / 100.0 + s.daily("x")[t]? * s.daily("y")[t]?),
    );
    same_beside(
        others,
        "kind = \"cost_of_capital\", equity = \"b\", debt_yield = \"p\", equity_share = 0.75, tax = 0.2",
        |s, t| Some(0.75 * s.daily("x")[t]? + 0.25 * 0.8 * s.daily("y")[t]? / 100.0),
    );
}

#[test]
fn rules_that_read_several_sources() {
    let to = |s: &Scene, kind: EventKind, t: usize| {
        let mut of = s.data.events.iter().filter(|event| event.kind == kind);
        let next = of.find_map(|e| {
            Calendar::nyse()
                .on_or_after(e.date)
                .filter(|day| *day >= s.sessions()[t])
        })?;
        Some(between(s.sessions()[t], next))
    };
    let others = "c = { kind = \"level\", of = \"series:x\" }\nd = { kind = \"difference\", of = \"series:y\", minus = \"series:z\" }";
    same_beside(
        others,
        "kind = \"inflation_before_fomc\", cpi = \"c\", ppi = \"d\", sessions = 7",
        |s, t| {
            let sum = s.daily("x")[t]? + s.daily("y")[t]? - s.daily("z")[t]?;
            Some(if to(s, EventKind::Fomc, t)? <= 7.0 {
                sum
            } else {
                0.0
            })
        },
    );
    same(
        "kind = \"headline_day\", deviations = 0.5, vix_fall = 0.25",
        |s, t| {
            let (spx, vix) = (s.daily("spx_close"), s.daily("vix"));
            let rise = spx[t]? / ago(spx, t, 1)? - 1.0;
            let is_wide = rise >= 0.5 * ago(vix, t, 1)? / 100.0 / 252f64.sqrt();
            let is_calmer = vix[t]? <= 0.75 * ago(vix, t, 2)?;
            let known = [EventKind::Fomc, EventKind::Cpi].map(|kind| to(s, kind, t) == Some(0.0));
            Some(flag(
                is_wide && is_calmer || rise > 0.0 && known.contains(&true),
            ))
        },
    );
    same_beside(
        others,
        "kind = \"resolution_score\", vix_ratio = 1.0, advance_ratio = 0.5, cpi = \"c\", ppi = \"d\"",
        |s, t| {
            let spread = |n: &str, back: usize| Some(s.daily(n)[t]? - ago(s.daily(n), t, back)?);
            let share = |i: usize| {
                Some(s.daily("nyse_adv")[i]? / (s.daily("nyse_adv")[i]? + s.daily("nyse_decl")[i]?))
            };
            let advance: Option<Vec<f64>> = (t.checked_sub(9)?..=t).map(share).collect();
            let worst = s.daily("x")[t]?.max(s.daily("y")[t]? - s.daily("z")[t]?);
            let spx = s.daily("spx_close");
            Some(
                [
                    s.daily("vix")[t]? / s.daily("vix3m")[t]? < 1.0,
                    spread("vvix", 10)? < 0.0,
                    spread("baa10y", 5)? < 0.0,
                    mean(&advance?) > 0.5,
                    worst <= 0.0,
                    realised(spx, t, 5)? < realised(spx, t, 21)?,
                ]
                .map(flag)
                .iter()
                .sum(),
            )
        },
    );
    for (high, ratio, z, fall) in [
        (0.98, 0.8, -1.0, 0.25),
        (0.99, 1.0, -9.0, 0.0),
        (0.985, 0.1, 0.5, 0.1),
    ] {
        same(
            &format!(
                "kind = \"temporal_theta\", high_ratio = {high:?}, vix9d_ratio = {ratio:?}, vix9d_z = {z:?}, vix_fall = {fall:?}"
            ),
            |s, t| {
                let (spx, vix) = (s.daily("spx_close"), s.daily("vix"));
                let ratios: Values = (0..=t)
                    .map(|i| Some(s.daily("vix9d")[i]? / vix[i]?))
                    .collect();
                // Nothing is told where a part is not known, unless an earlier part has decided.
                let is_cheap = ratios[t]? <= ratio || z_trailing(&ratios, t, 63)? <= z;
                let year = last(spx, t, 252)?;
                let is_high = year[251] / greatest(&year) >= high;
                let is_fallen = || Some(vix[t]? / ago(vix, t, 5)? - 1.0 <= -fall);
                let is_rich = || Some(vix[t]? - realised(spx, t, 21)? > 0.0);
                Some(flag(is_high && is_cheap && is_fallen()? && is_rich()?))
            },
        );
    }
}

#[test]
fn small_variations_return_to_their_mean_too() {
    same(
        "kind = \"half_life\", of = \"series:w\", sessions = 20",
        |s, t| half_life(s.daily("w"), t, 20),
    );
}
