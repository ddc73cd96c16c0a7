//! What must be seen before any number: a folder that contradicts itself, a market that is none, a book that hardly
//! traded, prices that rest on something else than what was published.

use std::collections::BTreeMap;

use tables::manifest::{DatasetKind, Input, QuotedAt};

use crate::document::Banner;
use crate::folder::{FEW_TRADES, RunFolder};
use crate::number;

/// What must be seen before any number.
pub fn banners(run: &RunFolder) -> Vec<Banner> {
    let doubts = run.doubts.iter().map(|text| Banner {
        title: "Do not trust this folder".into(),
        text: text.clone(),
    });
    let hardly = (0..run.manifest.windows.len()).filter_map(|window| hardly_traded(run, window));
    doubts
        .chain(reconstruction(run))
        .chain(hardly)
        .chain(stand_ins(&run.manifest.inputs))
        .chain(quoted_at(&run.manifest.quotes).map(|text| Banner {
            title: "Option quotes".into(),
            text,
        }))
        .collect()
}

/// Of which moments the option quotes of a run are; nothing where it reads none. Moments that it does not trade at are
/// counted together, `sources.csv` names each.
pub fn quoted_at(quotes: &[QuotedAt]) -> Option<String> {
    let used: Vec<String> = quotes
        .iter()
        .filter(|at| at.used)
        .map(|at: &QuotedAt| {
            let all = number::counted(at.of, "session");
            let sessions = number::count(at.sessions);
            format!("{} on {sessions} of {all} of {}", at.moment, at.window)
        })
        .collect();
    let others = quotes.iter().filter(|at| !at.used).count();
    let others = match others {
        0 => String::new(),
        count => format!(
            " {} of other moments are in the dataset and not traded at (sources.csv).",
            number::counted(count, "set")
        ),
    };
    (!quotes.is_empty()).then(|| match used.is_empty() {
        true => format!("No quotes of a close.{others}"),
        false => format!("Quotes of {}.{others}", used.join("; ")),
    })
}

/// The warning of a dataset that is not market history.
fn reconstruction(run: &RunFolder) -> Option<Banner> {
    let dataset = &run.manifest.dataset;
    (dataset.kind == DatasetKind::Reconstruction).then(|| Banner {
        title: "Not market history".into(),
        text: match dataset.notice.as_str() {
            "" => {
                "The dataset is a seeded reconstruction: it passes through public closes, its daily path is invented."
                    .to_owned()
            }
            notice => notice.to_owned(),
        },
    })
}

/// The warning of a window whose condors traded on fewer than half of the days on which they were to be entered. Where
/// none were ever to be entered, a book without condors, there is nothing to warn of.
fn hardly_traded(run: &RunFolder, window: usize) -> Option<Banner> {
    let base = run.unhedged()?;
    let place = (window, base);
    let own = run.decisions.iter().filter(|row| row.place == place);
    let (mut decided, mut not_traded) = (0, 0);
    let mut refused: BTreeMap<&str, usize> = BTreeMap::new();
    for row in own {
        decided += 1;
        if row.action == "refused" {
            not_traded += 1;
            *refused.entry(&row.reason_code).or_default() += 1;
        }
    }
    let traded = run.trades.iter().filter(|row| row.place == place).count();
    let due = traded + not_traded;
    if decided == 0 || (traded > 0 && 2 * traded >= due) {
        return None;
    }
    let name = &run.manifest.windows[window].name;
    let mut reasons: Vec<(&str, usize)> = refused.into_iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let reasons: Vec<String> = reasons
        .iter()
        .map(|(reason, count)| format!("{} {}", reason.replace('_', " "), number::count(*count)))
        .collect();
    let why = match (due, reasons.is_empty()) {
        (0, _) => "no condor was ever ordered".to_owned(),
        (_, true) => "decisions.csv says why".to_owned(),
        (_, false) => format!(
            "refused: {}; decisions.csv names each contract, its bid and its ask",
            reasons.join(", ")
        ),
    };
    let title = if traded == 0 {
        "The condors traded nothing"
    } else {
        "The condors hardly traded"
    };
    Some(Banner {
        title: title.into(),
        text: format!(
            "In {name} the base book traded on {} of {} ({why}). What follows compares books that are mostly empty.",
            number::count(traded),
            number::counted(due, "entry day"),
        ),
    })
}

/// What a base book of many ordered and opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BaseBook {
    /// Condors ordered, those refused at the fill among them.
    pub ordered: usize,
    /// Condors opened.
    pub traded: usize,
}

impl BaseBook {
    fn hardly_traded(self) -> bool {
        self.traded == 0 || 2 * self.traded < self.ordered
    }
}

/// The warning of a window with base books that traded on fewer than half of their entry days, or so few condors that
/// nothing rests on them; `of` names what each book is of: `cell`.
pub fn base_books(window: &str, of: &str, books: impl Iterator<Item = BaseBook>) -> Option<Banner> {
    let mut all = 0;
    let mut few = 0;
    let mut hardly = 0;
    let mut none = 0;
    let mut least: Option<usize> = None;
    let mut worst: Option<BaseBook> = None;
    for book in books {
        all += 1;
        few += usize::from(book.traded < FEW_TRADES);
        least = Some(least.map_or(book.traded, |least| least.min(book.traded)));
        if book.hardly_traded() {
            hardly += 1;
            none += usize::from(book.traded == 0);
            // Of equals the first.
            worst = worst
                .filter(|worst| worst.traded <= book.traded)
                .or(Some(book));
        }
    }
    let least = least?;
    let counted = number::counted(all, of);
    let Some(worst) = worst else {
        return (few > 0).then(|| Banner {
            title: "Few condors".into(),
            text: format!(
                "In {window} the base book of {} of {counted} traded fewer than {FEW_TRADES} condors, the least {}. No \
                 conclusion rests on so few.",
                number::count(few),
                number::count(least),
            ),
        });
    };
    let title = match none == all {
        true => "The condors traded nothing",
        false => "The condors hardly traded",
    };
    Some(Banner {
        title: title.into(),
        text: format!(
            "In {window} the base book of {} of {counted} traded on fewer than half of its entry days, of {} on none; the \
             least on {} of {}. `alvh replay` of such a cell says why. What follows compares books that are mostly empty.",
            number::count(hardly),
            number::count(none),
            number::count(worst.traded),
            number::counted(worst.ordered, "entry day"),
        ),
    })
}

/// For which series something else stood in, and on how many sessions, those that stood alike together; nothing where
/// nothing did.
pub fn stood_in(inputs: &[Input]) -> Option<String> {
    let mut alike: Vec<(&Input, Vec<&str>)> = Vec::new();
    for input in inputs.iter().filter(|input| input.stand_in > 0) {
        let same = |known: &Input| {
            (&known.window, known.stand_in, known.sessions)
                == (&input.window, input.stand_in, input.sessions)
        };
        match alike.iter_mut().find(|(known, _)| same(known)) {
            Some((_, names)) => names.push(&input.series),
            None => alike.push((input, vec![&input.series])),
        }
    }
    let said = alike.iter().map(|(input, names)| {
        let count = number::count(input.stand_in);
        let all = number::counted(input.sessions, "session");
        let names = names.join(", ");
        format!("{names} on {count} of {all} of {}", input.window)
    });
    let said: Vec<String> = said.collect();
    (!said.is_empty()).then(|| said.join("; "))
}

/// The warning of prices some of which rest on stand-ins.
pub fn stand_ins(inputs: &[Input]) -> Option<Banner> {
    stood_in(inputs).map(|said| Banner {
        title: "Priced with stand-ins".into(),
        text: format!(
            "Something else stood in for series that were not published: {said}. The run file's [stand_ins] say what."
        ),
    })
}
