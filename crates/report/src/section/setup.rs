//! The set-up card: which book, how entered, sized and left, over which days, at which costs, on which prices. Read from the
//! resolved configuration; a key that is not there leaves its line out.

use toml::{Table, Value};

use crate::document::Fact;
use crate::folder::RunFolder;
use crate::number::{self, Dollars};
use crate::words::listed;

/// The card.
pub fn card(run: &RunFolder) -> Vec<Fact> {
    let config: Table = run.config.parse().unwrap_or_default();
    let mut facts = books(&config);
    facts.push(Fact::new("Hedges", hedges(run)));
    facts.push(Fact::new("Windows", windows(run)));
    let capital = format!("${} in each window", run.capital().whole());
    facts.push(Fact::new("Starting capital", capital));
    facts.extend(costs(&config).map(|said| Fact::new("Costs", said)));
    facts.push(Fact::new("Option prices", prices(&run.manifest.prices)));
    facts
}

/// What the manifest says of option prices.
pub fn prices(said: &str) -> String {
    match said {
        "model" => "modelled from index data, not quoted".to_owned(),
        other => other.to_owned(),
    }
}

/// The condor tiers of the run: one in several lines, several in one line each.
fn books(config: &Table) -> Vec<Fact> {
    let tiers = config.get("condor_tiers").and_then(Value::as_array);
    let names = tiers.into_iter().flatten().filter_map(Value::as_str);
    let all = config.get("condors").and_then(Value::as_table);
    let known: Vec<(&str, &Table)> = names
        .filter_map(|name| Some((name, all?.get(name)?.as_table()?)))
        .collect();
    match known.as_slice() {
        [] => Vec::new(),
        [(_, only)] => one_book(only),
        several => several
            .iter()
            .map(|(name, condor)| {
                Fact::new("Condor tier", format!("{name}: {}", in_a_line(condor)))
            })
            .collect(),
    }
}

fn one_book(condor: &Table) -> Vec<Fact> {
    let lines = [
        ("Condors on", underlying(condor)),
        ("Entered", entry(condor)),
        ("Days to expiry", days(condor)),
        ("Short strikes", shorts(condor)),
        ("Wings", wings(condor)),
        ("Size", size(condor)),
        ("Exit", Some(exit(condor))),
    ];
    lines
        .into_iter()
        .filter_map(|(name, said)| Some(Fact::new(name, said?)))
        .collect()
}

fn in_a_line(condor: &Table) -> String {
    let days = days(condor).map(|days| format!("{days} days"));
    let wings = wings(condor).map(|wings| format!("wings {wings}"));
    let said = [
        underlying(condor),
        entry(condor),
        days,
        shorts(condor),
        wings,
        size(condor),
    ];
    let said = said.into_iter().flatten().chain([exit(condor)]);
    said.collect::<Vec<String>>().join(", ")
}

fn underlying(condor: &Table) -> Option<String> {
    Some(match condor.get("underlying")?.as_str()? {
        "spxw" => "SPXW options on the S&P 500".to_owned(),
        "spx" => "SPX options on the S&P 500, settled in the morning".to_owned(),
        other => other.to_uppercase(),
    })
}

fn entry(condor: &Table) -> Option<String> {
    let entry = condor.get("entry")?.as_table()?;
    let every = entry.get("every")?.as_str()?;
    let on = entry
        .get("weekday")
        .or_else(|| entry.get("on"))
        .and_then(Value::as_str);
    let on = on.map_or(String::new(), |on| format!(", {}", on.replace('_', " ")));
    let held = |key: &str| condor.get(key).and_then(Value::as_str);
    let when = held("when").map_or(String::new(), |name| format!(", only when {name}"));
    let unless = held("no_entry_when").map_or(String::new(), |name| format!(", not when {name}"));
    Some(format!("every {every}{on}{when}{unless}"))
}

fn days(condor: &Table) -> Option<String> {
    let expiry = condor.get("expiry")?.as_table()?;
    let of = |key: &str| expiry.get(key).and_then(Value::as_integer);
    let least = of("min_days")?;
    let most = of("max_days")?;
    Some(match of("target_days") {
        Some(target) => format!("{target} ({least} to {most})"),
        None => format!("{least} to {most}"),
    })
}

fn shorts(condor: &Table) -> Option<String> {
    let of = |side: &str| number_of(condor.get(side)?.as_table()?, "short_delta");
    Some(match (of("put")?, of("call")?) {
        (put, call) if put == call => format!("{} delta, puts and calls", hundredths(put)),
        (put, call) => format!(
            "puts {} delta, calls {} delta",
            hundredths(put),
            hundredths(call)
        ),
    })
}

fn wings(condor: &Table) -> Option<String> {
    let of = |side: &str| {
        let long = condor.get(side)?.as_table()?.get("long")?.as_table()?;
        number_of(long, "points")
            .map(|points| format!("{} points", plain(points)))
            .or_else(|| {
                number_of(long, "delta").map(|delta| format!("to {} delta", hundredths(delta)))
            })
    };
    Some(match (of("put")?, of("call")?) {
        (put, call) if put == call => put,
        (put, call) => format!("puts {put}, calls {call}"),
    })
}

fn size(condor: &Table) -> Option<String> {
    let size = condor.get("size")?.as_table()?;
    let percent = |key: &str| number_of(size, key).map(plain);
    let each = match size.get("by")?.as_str()? {
        "fixed" => format!("{} contracts each", size.get("contracts")?.as_integer()?),
        "max_loss" => format!(
            "{} % of the starting capital at risk each",
            percent("pct_of_start_capital")?
        ),
        "margin" => format!(
            "margin of {} % of the account each",
            percent("pct_of_account")?
        ),
        other => other.replace('_', " "),
    };
    let most = condor.get("max_open").and_then(Value::as_integer);
    Some(most.map_or(each.clone(), |most| format!("{each}, at most {most} open")))
}

fn exit(condor: &Table) -> String {
    let rules = condor.get("exit").and_then(Value::as_array);
    let said: Vec<String> = rules
        .into_iter()
        .flatten()
        .filter_map(Value::as_table)
        .filter_map(rule)
        .collect();
    match said.is_empty() {
        true => "held to settlement".to_owned(),
        false => listed(&said),
    }
}

fn rule(rule: &Table) -> Option<String> {
    Some(match rule.get("kind")?.as_str()? {
        "profit_target" => format!(
            "at {} % of the credit",
            plain(number_of(rule, "fraction_of_credit")? * 100.0)
        ),
        "stop_loss" => format!(
            "at a loss of {} × the credit",
            plain(number_of(rule, "multiple_of_credit")?)
        ),
        "days_to_expiry" => format!("at {} days to expiry", rule.get("at_most")?.as_integer()?),
        other => other.replace('_', " "),
    })
}

fn hedges(run: &RunFolder) -> String {
    let policies = run.policies();
    match policies.as_slice() {
        [] => "none".to_owned(),
        [only] => run.label(*only),
        [first, ..] => format!(
            "{}; the first is {}",
            number::counted(policies.len(), "policy").replace("policys", "policies"),
            run.label(*first)
        ),
    }
}

fn windows(run: &RunFolder) -> String {
    let windows = &run.manifest.windows;
    match windows.as_slice() {
        [first, .., last] if windows.len() > 3 => {
            format!(
                "{}, {} to {}",
                number::counted(windows.len(), "window"),
                first.name,
                last.name
            )
        }
        _ => windows
            .iter()
            .map(|window: &tables::manifest::ReplayedWindow| {
                format!(
                    "{} ({})",
                    window.name,
                    number::counted(window.sessions, "session")
                )
            })
            .collect::<Vec<String>>()
            .join(", "),
    }
}

fn costs(config: &Table) -> Option<String> {
    let execution = config.get("execution")?.as_table()?;
    let share = number_of(execution, "half_spread_fraction")?;
    let fees = execution
        .get("fees")
        .and_then(Value::as_str)
        .map_or(String::new(), |fees| {
            format!("; fees {}", fees.replace('_', " "))
        });
    let at = match share {
        0.0 => "fills at the middle".to_owned(),
        1.0 => "fills at bid or ask".to_owned(),
        s => format!(
            "fills {} % of half the spread from the middle",
            plain(s * 100.0)
        ),
    };
    Some(format!("{at}{fees}"))
}

/// A number, written with or without a decimal point.
fn number_of(table: &Table, key: &str) -> Option<f64> {
    let value = table.get(key)?;
    value
        .as_float()
        .or_else(|| value.as_integer().map(|whole| whole as f64))
}

/// 0.16 is `16`.
fn hundredths(delta: f64) -> String {
    plain(delta * 100.0)
}

/// At most two decimals, no trailing zeros.
fn plain(value: f64) -> String {
    let text = number::fixed(value, 2);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONDOR: &str = "underlying = \"spxw\"\nmax_open = 2\nwhen = \"calm\"\n[entry]\nevery = \"month\"\non = \"first_session\"\n\
        [expiry]\nrule = \"nearest\"\ntarget_days = 45\nmin_days = 35\nmax_days = 60\n\
        [put]\nshort_delta = 0.2\nlong = { by = \"delta\", delta = 0.05 }\n[call]\nshort_delta = 0.1\nlong = { by = \"width\", points = 50 }\n\
        [size]\nby = \"max_loss\"\npct_of_start_capital = 5.0\n\
        [[exit]]\nkind = \"profit_target\"\nfraction_of_credit = 0.5\n[[exit]]\nkind = \"days_to_expiry\"\nat_most = 21\n\
        [[exit]]\nkind = \"stop_loss\"\nmultiple_of_credit = 2.0\n";

    #[test]
    fn a_condor_is_told_in_words() {
        let condor: Table = CONDOR.parse().unwrap();
        let expected = "SPXW options on the S&P 500, every month, first session, only when calm, 45 (35 to 60) days, \
                        puts 20 delta, calls 10 delta, wings puts to 5 delta, calls 50 points, \
                        5 % of the starting capital at risk each, at most 2 open, \
                        at 50 % of the credit, at 21 days to expiry and at a loss of 2 × the credit";
        assert_eq!(in_a_line(&condor), expected);
        assert_eq!(one_book(&condor).len(), 7);
    }

    #[test]
    fn what_a_configuration_lacks_is_left_out() {
        assert!(books(&Table::new()).is_empty());
        assert_eq!(in_a_line(&Table::new()), "held to settlement");
        assert_eq!(costs(&Table::new()), None);
    }
}
