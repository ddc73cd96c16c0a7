//! What is marked as short or as a stand-in, at the lengths where that begins.

use super::*;

/// Growth over less than ten years is marked: prints since 2010 reach so far, those since 2014 do not.
#[test]
fn a_short_history_of_dividends_is_marked() {
    for (since, is_short) in [("2010-01-01", false), ("2014-06-01", true)] {
        let mut data = observations(1);
        let prints = data.slow.get_mut("spx_dividend").expect("prints");
        prints.retain(|print| print.period >= since.parse().expect("a day"));
        let market = history(&data);
        let book = book(&format!("[signals]\nt = {{ {PREMIUM} }}")).expect("a signal");
        let column = book.signal_column(&market, "t");
        assert!(column.at(market.view(0)).is_some());
        assert_eq!(
            column.flags(market.view(0)).short_history,
            is_short,
            "{since}"
        );
    }
}

/// What is known of the last value of a signal beside one called `s`.
fn marks(other: &str, definition: &str) -> (bool, bool) {
    let scene = Scene::new(1, &format!("s = {{ {other} }}\nt = {{ {definition} }}"));
    let column = scene.book.signal_column(scene.history, "t");
    let flags = column.flags(scene.history.view(0));
    (flags.short_history, flags.proxy)
}

/// A rank among fewer values than its window holds is marked, and so is what reads it.
#[test]
fn a_window_that_is_not_full_is_marked() {
    let level = "kind = \"level\", of = \"series:z\"";
    let of = |definition: String| marks(level, &definition).0;
    let rank = |n: usize| {
        format!("kind = \"percentile\", of = \"series:z\", sessions = {n}, min_sessions = 1")
    };
    // Every session before the last is one of its window.
    assert_eq!((of(rank(SESSIONS - 1)), of(rank(SESSIONS))), (false, true));
    let scene = Scene::new(1, "");
    let ends = month_ends(scene.sessions())
        .into_iter()
        .filter(|end| *end < SESSIONS - 1)
        .count();
    let monthly = |n: usize| {
        format!("kind = \"monthly_percentile\", of = \"series:z\", months = {n}, min_months = 1")
    };
    assert_eq!((of(monthly(ends)), of(monthly(ends + 1))), (false, true));
    let prints = known(&scene.data.slow["cpiaucsl"], scene.sessions()[SESSIONS - 1])
        .first
        .len()
        - 1;
    let slow = |n: usize| {
        format!("kind = \"slow_percentile\", of = \"cpiaucsl\", prints = {n}, min_prints = 1")
    };
    assert_eq!((of(slow(prints)), of(slow(prints + 1))), (false, true));
    // Marks of what is read come along, beside those of one's own.
    let surprise = "kind = \"surprise\", of = \"cpiaucsl\", forecast_prints = 3, sd_prints = 8";
    let of_it =
        |n: usize| format!("kind = \"percentile\", of = \"s\", sessions = {n}, min_sessions = 1");
    assert_eq!(marks(surprise, &of_it(SESSIONS)), (true, true));
    assert_eq!(marks(surprise, &of_it(2)), (false, true));
    assert_eq!(marks(level, &of_it(2)), (false, false));
    assert_eq!(
        marks(&rank(SESSIONS), "kind = \"level\", of = \"s\""),
        (true, false)
    );
}
