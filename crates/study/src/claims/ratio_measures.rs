//! Measures of ratios of daily P&L to capital, deviation or drawdown, and of slopes over the members of a family.

use std::sync::Arc;

use runfile::claims::{Pick, Ratio};
use stats::curve::equity;
use stats::moments::mean;
use stats::regression::{beta, downside_beta};

use crate::claims::evidence::{Draws, Evidence, Like};
use crate::claims::unmeasured::Unmeasured;
use crate::claims::verdict::Found;
/// A ratio of a daily P&L on starting capital.
fn ratio_of(ratio: Ratio, daily: &[f64], capital: f64) -> Result<f64, Unmeasured> {
    let curve = equity(capital, daily);
    let returns = stats::curve::returns(&curve).unwrap_or_default();
    let value = match ratio {
        Ratio::Sharpe => stats::ratios::sharpe(&returns),
        Ratio::Sortino => stats::ratios::sortino(&returns),
        Ratio::Calmar => stats::ratios::calmar(&curve),
        Ratio::CagrOverCvar => {
            let tail = stats::ratios::cvar95(&returns).filter(|tail| *tail < 0.0);
            stats::ratios::cagr(&curve)
                .zip(tail)
                .map(|(cagr, tail)| cagr / -tail)
        }
    };
    value.ok_or_else(|| Unmeasured::undefined("a ratio has no value"))
}

/// The ratio of the picked member.
fn picked(pick: Pick, mut ratios: Vec<f64>) -> Option<f64> {
    ratios.sort_by(f64::total_cmp);
    match pick {
        Pick::Best => ratios.last().copied(),
        Pick::Median => stats::interval::quantile(&ratios, 0.5),
    }
}

/// A family, how its member is picked, and by which ratio.
type Picked<'a> = (&'a str, Pick, Ratio);

/// A number of two ratios, where the first may be used.
struct Compared<'a> {
    usable: &'a dyn Fn(f64) -> Result<f64, Unmeasured>,
    number: fn(f64, f64) -> f64,
}

/// A number of the ratio of `against` and of that of the picked member, and both ratios.
fn of_ratios(
    evidence: &Evidence<'_>,
    windows: &[usize],
    (family, pick, ratio): Picked<'_>,
    against: &str,
    compared: Compared<'_>,
) -> Result<(Found, (f64, f64)), Unmeasured> {
    let mut columns = vec![((against.to_string(), 0), evidence.daily(windows, against)?)];
    for (at, member) in evidence.family(family)?.iter().enumerate() {
        let daily = evidence.daily_of(windows, member);
        columns.push(((family.to_string(), at), daily));
    }
    let sessions = columns[0].1.len();
    if sessions == 0 {
        return Err(Unmeasured::undefined("there is no observation"));
    }
    let capital = evidence.capital().usd();
    let of = |daily: &[f64]| ratio_of(ratio, daily, capital);
    let own = (compared.usable)(of(&columns[0].1)?)?;
    let members = columns[1..].iter().map(|(_, daily)| of(daily));
    let member = picked(pick, members.collect::<Result<_, _>>()?)
        .ok_or_else(|| Unmeasured::undefined("the family has no member"))?;
    let drawn = columns.iter().map(|(account, daily)| {
        evidence.drawn_ratio(&(windows.to_vec(), account.clone(), ratio), daily, &of)
    });
    let drawn: Vec<Arc<Draws>> = drawn.collect::<Result<_, _>>()?;
    let of_draw = |draw: usize| {
        let own = (compared.usable)(drawn[0][draw]?).ok()?;
        let members = drawn[1..].iter().map(|ratios| ratios[draw]);
        let member = picked(pick, members.collect::<Option<_>>()?)?;
        Some((compared.number)(own, member))
    };
    let draws: Draws = (0..drawn[0].len()).map(of_draw).collect();
    let found = evidence.judge_drawn(sessions, (compared.number)(own, member), &draws);
    Ok((found, (own, member)))
}

/// How much worse the picked member is.
pub(super) fn shortfall(
    evidence: &Evidence<'_>,
    windows: &[usize],
    picked: Picked<'_>,
    against: &str,
) -> Result<Found, Unmeasured> {
    let usable = |base: f64| {
        if base <= 0.0 {
            return Err(Unmeasured::undefined(format!(
                "the ratio of {against} is {base:.4}: a share of what is not positive says nothing"
            )));
        }
        Ok(base)
    };
    let compared = Compared {
        usable: &usable,
        number: |base, member| 1.0 - member / base,
    };
    Ok(of_ratios(evidence, windows, picked, against, compared)?.0)
}

/// The ratio of `against` less that of the picked member.
pub(super) fn ratio_difference(
    evidence: &Evidence<'_>,
    windows: &[usize],
    picked: Picked<'_>,
    against: &str,
) -> Result<Found, Unmeasured> {
    let compared = Compared {
        usable: &Ok,
        number: |own, member| own - member,
    };
    let (found, (own, member)) = of_ratios(evidence, windows, picked, against, compared)?;
    Ok(found.noted(&format!("ratios {own:+.4} and {member:+.4}")))
}

/// Slope of the return on the size of the hedge.
pub(super) fn size_slope(
    evidence: &Evidence<'_>,
    windows: &[usize],
    family: &str,
) -> Result<Found, Unmeasured> {
    let members = evidence.family(family)?;
    let levels: Vec<f64> = members.iter().filter_map(|member| member.level).collect();
    if levels.len() != members.len() || levels.len() < 3 || levels[0] == 0.0 {
        return Err(Unmeasured::unfit(format!(
            "needs three numbers or more as levels of {family}, the first not zero"
        )));
    }
    let sizes: Vec<f64> = levels.iter().map(|level| level / levels[0]).collect();
    let columns: Vec<Vec<f64>> = members
        .iter()
        .map(|member| evidence.daily_of(windows, member))
        .collect();
    let capital = evidence.capital().usd();
    let earned = |c: &[Vec<f64>]| -> Vec<f64> {
        c.iter()
            .map(|column| column.iter().sum::<f64>() / capital)
            .collect()
    };
    let slope = |c: &[Vec<f64>]| {
        beta(&earned(c), &sizes).ok_or_else(|| Unmeasured::undefined("the sizes are all the same"))
    };
    let returns: Vec<String> = earned(&columns)
        .iter()
        .map(|r| format!("{:+.2} %", r * 100.0))
        .collect();
    let own = slope_by_session(&columns, &sizes, capital);
    let found = evidence.judge_like(&columns, Like::Sum(&vec![0.0; own.len()], &own), &slope)?;
    Ok(found.noted(&format!("returns {}; per step of size", returns.join(", "))))
}

/// What each session adds to the slope, which is a weighted sum of the sizes' P&L.
fn slope_by_session(columns: &[Vec<f64>], sizes: &[f64], capital: f64) -> Vec<f64> {
    let middle = mean(sizes).unwrap_or_default();
    let spread: f64 = sizes
        .iter()
        .map(|size| (size - middle) * (size - middle))
        .sum();
    let weight = |size: &f64| (size - middle) / spread / capital;
    (0..columns[0].len())
        .map(|t| {
            columns
                .iter()
                .zip(sizes)
                .map(|(column, size)| weight(size) * column[t])
                .sum()
        })
        .collect()
}

/// How much closer to the index, or further from it, the hedge brings the book.
pub(super) fn beta_change(
    evidence: &Evidence<'_>,
    windows: &[usize],
    arm: &str,
    (downside, signed): (bool, bool),
) -> Result<Found, Unmeasured> {
    let capital = evidence.capital().usd();
    let mut columns = vec![
        evidence.unhedged(windows),
        evidence.daily(windows, arm)?,
        Vec::new(),
    ];
    let mut first = 0;
    for &window in windows {
        let range = evidence.window(window).range.clone();
        let close = |t: usize| evidence.history.view(t).today().spot;
        // The first session of a window has no position; it is left out, its return may not be known.
        for column in columns.iter_mut().take(2) {
            column.remove(first);
        }
        first += range.len() - 1;
        columns[2].extend(range.clone().skip(1).map(|t| close(t) / close(t - 1) - 1.0));
    }
    for column in columns.iter_mut().take(2) {
        column.iter_mut().for_each(|usd| *usd /= capital);
    }
    let of = if downside { downside_beta } else { beta };
    let pair = |c: &[Vec<f64>]| {
        of(&c[0], &c[2])
            .zip(of(&c[1], &c[2]))
            .ok_or_else(|| Unmeasured::undefined("a beta has no value"))
    };
    let (unhedged, hedged) = pair(&columns)?;
    let found = evidence.judge(&columns, &|c| {
        pair(c).map(|(unhedged, hedged)| {
            if signed {
                hedged - unhedged
            } else {
                hedged.abs() - unhedged.abs()
            }
        })
    })?;
    Ok(found.noted(&format!("beta {hedged:+.4}, unhedged {unhedged:+.4}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slope_is_the_sum_of_its_sessions() {
        // Totals 4, 10 and 12 dollars on 100 at the sizes 1, 2 and 3: the slope is 4 % per step.
        let columns = [vec![1.0, 3.0], vec![4.0, 6.0], vec![2.0, 10.0]];
        let own = slope_by_session(&columns, &[1.0, 2.0, 3.0], 100.0);
        assert!(
            (own[0] - 0.005).abs() < 1e-15 && (own[1] - 0.035).abs() < 1e-15,
            "{own:?}"
        );
        assert!((own.iter().sum::<f64>() - 0.04).abs() < 1e-15);
    }

    #[test]
    fn the_best_and_the_median_member_are_picked_by_their_ratio() {
        // Mean over deviation, times √252: of (1, 3) dollars on 1,000 it is nearly 2 / √2; of (2, 2) there is none.
        let low = vec![1.0, 5.0];
        let middle = vec![1.0, 3.0];
        let high = vec![2.0, 3.0];
        let of = |daily: &Vec<f64>| ratio_of(Ratio::Sharpe, daily, 1000.0).expect("a ratio");
        assert!(of(&low) < of(&middle) && of(&middle) < of(&high));
        assert!(
            (of(&middle) - 2.0 / 2.0_f64.sqrt() * 252.0_f64.sqrt()).abs() < 0.05,
            "{}",
            of(&middle)
        );
        let ratios = vec![of(&high), of(&low), of(&middle)];
        assert_eq!(picked(Pick::Best, ratios.clone()), Some(of(&high)));
        assert_eq!(picked(Pick::Median, ratios), Some(of(&middle)));
        assert_eq!(picked(Pick::Best, Vec::new()), None);
        assert!(ratio_of(Ratio::Sharpe, &[0.0, 0.0], 1000.0).is_err());
    }
}
