//! SYNTHETIC: option quotes and prices of single options, and their damages.
//!
//! What counts was fixed before any was tried. A side of a quote counts where it is off the price that made it by half, and by
//! two points; a price of one option where it is ten times too dear, its strike or level where it is off by a third and more.
//! The first and the last strike of an expiry have one neighbour alone and are not damaged singly.

use chrono::{Days, NaiveDate};
use dice::Dice;
use market::black;
use market::contract::Right;

use super::kinds::Damage;
use super::market::Session;
use super::table::Table;

const CHAIN: &str = "quote_date,quote_time,kind,symbol,root,option_symbol,expiration,type,strike,bid,ask,last,volume,\
    open_interest,iv,delta,gamma,underlying";
const MARKS: &str = "quote_date,quote_time,root,expiration,strike,type,mid,index_level,vix";
const OMEGA: &str = "Date Opened,Time Opened,Opening Price,Legs,P/L";

/// Columns of the chain.
const EXPIRY: usize = 6;
const TYPE: usize = 7;
const STRIKE: usize = 8;
const BID: usize = 9;
const ASK: usize = 10;

/// The price of an option on a session, `days` before it expires.
fn fair(session: &Session, right: Right, strike: f64, days: f64) -> f64 {
    let level = session.spx[3];
    let k = market::math::ln(strike / level);
    let vol = session.vix[3] / 100.0 * (0.9 - 1.2 * k).clamp(0.5, 2.5);
    black::price(right, level, strike, days / 365.0, 1.0, vol)
}

/// A session of the market on a day that may be a month too.
fn day_of_chain(market: &[Session]) -> &Session {
    let is_either = |s: &&Session| s.day == NaiveDate::from_ymd_opt(2021, 5, 6).expect("a day");
    market.iter().find(is_either).expect("a session")
}

fn table(publisher: &'static str, name: &str, header: &str, rows: Vec<Vec<String>>) -> Table {
    Table {
        publisher,
        name: name.into(),
        header: header.split(',').map(String::from).collect(),
        rows,
        columns: Vec::new(),
        friends: vec!["GSPC.csv", "VIX_History.csv"],
        slow: false,
    }
}

const EXPIRIES: [u64; 2] = [15, 43];

/// One close: strikes every 25 points around the level, that have a bid.
fn chain(market: &[Session]) -> Table {
    let session = day_of_chain(market);
    let level = session.spx[3];
    let mut rows = Vec::new();
    for days in EXPIRIES {
        let expiry = session.day + Days::new(days);
        for (right, letter) in [(Right::Call, "C"), (Right::Put, "P")] {
            for step in -24..=16 {
                let strike = (level / 25.0).round() * 25.0 + 25.0 * f64::from(step);
                let mid = fair(session, right, strike, days as f64 + 0.5);
                let half = (0.01 * mid).max(0.1);
                let (bid, ask) = (mid - half, mid + half);
                if bid < 0.3 {
                    continue;
                }
                rows.push(vec![
                    session.day.to_string(),
                    "close".into(),
                    "eod".into(),
                    "SPX".into(),
                    "SPXW".into(),
                    "X".into(),
                    expiry.to_string(),
                    letter.into(),
                    format!("{strike:.1}"),
                    format!("{bid:.2}"),
                    format!("{ask:.2}"),
                    String::new(),
                    "10".into(),
                    "100".into(),
                    String::new(),
                    String::new(),
                    String::new(),
                    format!("{level:.2}"),
                ]);
            }
        }
    }
    table(
        "option quotes, normalised",
        "option_quotes.csv",
        CHAIN,
        rows,
    )
}

/// Strike about one deviation out on each side, fifteen days ahead.
fn leg(session: &Session, right: Right) -> (f64, f64) {
    let level = session.spx[3];
    let deviation = session.vix[3] / 100.0 * (15.0_f64 / 365.0).sqrt();
    let sign = if right == Right::Put { -0.7 } else { 0.7 };
    let strike = (level * (1.0 + sign * deviation) / 5.0).round() * 5.0;
    (strike, fair(session, right, strike, 15.5))
}

const BOTH: [(Right, &str); 2] = [(Right::Put, "P"), (Right::Call, "C")];

fn marks(market: &[Session]) -> Table {
    let mut rows = Vec::new();
    for session in market[300..].iter().take(60) {
        for (right, letter) in BOTH {
            let (strike, mid) = leg(session, right);
            rows.push(vec![
                session.day.to_string(),
                "15:45".into(),
                "SPX*".into(),
                (session.day + Days::new(15)).to_string(),
                format!("{strike:.1}"),
                letter.into(),
                format!("{mid:.2}"),
                format!("{:.2}", session.spx[3]),
                String::new(),
            ]);
        }
    }
    table("prices of single options", "leg_marks.csv", MARKS, rows)
}

fn omega(market: &[Session]) -> Table {
    let mut rows = Vec::new();
    for session in market[300..].iter().step_by(2).take(40) {
        let expiry = (session.day + Days::new(15)).format("%b %-d");
        let legs = BOTH.map(|(right, letter)| {
            let (strike, mid) = leg(session, right);
            format!("1 {expiry} {strike} {letter} STO {mid:.2}")
        });
        rows.push(vec![
            session.day.to_string(),
            "3:45 PM".into(),
            format!("{:.2}", session.spx[3]),
            legs.join(" | "),
            "12.5".into(),
        ]);
    }
    table("Option Omega", "trade_log.csv", OMEGA, rows)
}

/// Whether a file is one of the three.
pub(super) fn is_of(table: &Table) -> bool {
    ["option_quotes.csv", "leg_marks.csv", "trade_log.csv"].contains(&&*table.name)
}

/// The three files.
pub(super) fn all(market: &[Session]) -> Vec<Table> {
    vec![chain(market), marks(market), omega(market)]
}

/// The damages of one of the three files, from a seed.
pub(super) fn damages(table: &Table, market: &[Session], dice: &mut Dice) -> Vec<Damage> {
    let mut of = Damages {
        table,
        all: Vec::new(),
    };
    match table.name.as_str() {
        "option_quotes.csv" => {
            of.chain_cells(day_of_chain(market), dice);
            of.chain_columns();
        }
        "leg_marks.csv" => of.marks(dice),
        _ => of.omega(dice),
    }
    of.rows(dice);
    of.all
}

/// What a finding about one row of a file of quotes must name.
pub(super) fn words_of(table: &Table, row: usize) -> Option<Vec<String>> {
    let at = table.header.iter().position(|h| h == "strike")?;
    let cells = table.rows.get(row)?;
    let strike: f64 = cells[at].parse().ok()?;
    Some(vec![cells[0].clone(), format!(" {strike}")])
}

struct Damages<'a> {
    table: &'a Table,
    all: Vec<Damage>,
}

impl Damages<'_> {
    fn push(&mut self, what: String, row: Option<usize>, change: impl Fn(usize, &mut Vec<String>)) {
        let mut damaged = self.table.clone();
        for (i, cells) in damaged.rows.iter_mut().enumerate() {
            if row.is_none_or(|row| row == i) {
                change(i, cells);
            }
        }
        if damaged.rows != self.table.rows {
            let table = damaged;
            self.all.push(Damage {
                what,
                row,
                table,
                other: None,
            });
        }
    }

    fn scaled(&mut self, columns: &[usize], factor: f64, row: Option<usize>) {
        let names: Vec<&str> = columns.iter().map(|c| &*self.table.header[*c]).collect();
        let place = row.map_or(String::new(), |row| format!(" in row {}", row + 2));
        let what = format!("{}: times {factor}{place}", names.join(" and "));
        let columns = columns.to_vec();
        self.push(what, row, move |_, cells| {
            for column in &columns {
                times(&mut cells[*column], factor);
            }
        });
    }

    /// Single quotes: whatever side or strike, where it is then off its price by half and two points.
    fn chain_cells(&mut self, session: &Session, dice: &mut Dice) {
        let n = self.table.rows.len();
        let key = |row: usize| self.table.rows[row][EXPIRY..=TYPE].to_vec();
        let inner: Vec<usize> = (1..n - 1)
            .filter(|row| key(row - 1) == key(*row) && key(row + 1) == key(*row))
            .collect();
        for _ in 0..60 {
            let row = inner[dice.below(inner.len())];
            let factor = [10.0, 0.1, 2.0, 0.5, 100.0, 0.01][dice.below(6)];
            let columns: &[usize] = [&[BID][..], &[ASK], &[BID, ASK]][dice.below(3)];
            self.scaled(columns, factor, Some(row));
            let factor = [10.0, 0.1, 1.1, 0.9, 2.0, 0.5][dice.below(6)];
            self.scaled(&[STRIKE], factor, Some(row));
        }
        let days = |text: &str| {
            let expiry: NaiveDate = text.parse().expect("a day");
            (expiry - session.day).num_days() as f64 + 0.5
        };
        let counts = |damage: &Damage| {
            let cells = &damage.table.rows[damage.row.expect("a row")];
            let number = |at: usize| cells[at].parse::<f64>().expect("a number");
            let right = if cells[TYPE] == "C" {
                Right::Call
            } else {
                Right::Put
            };
            let price = fair(session, right, number(STRIKE), days(&cells[EXPIRY]));
            let off = |side: f64| (side - price).abs() >= (0.5 * price.max(side)).max(2.0);
            off(number(BID)) || off(number(ASK))
        };
        self.all.retain(counts);
    }

    /// Whole columns and blocks.
    fn chain_columns(&mut self) {
        for factor in [10.0, 0.1, 100.0, 0.01, 2.0, 0.5] {
            self.scaled(&[BID, ASK], factor, None);
            self.scaled(&[BID], factor, None);
            self.scaled(&[ASK], factor, None);
        }
        for factor in [10.0, 0.1, 1000.0, 0.001] {
            self.scaled(&[STRIKE], factor, None);
        }
        for (a, b) in [(BID, ASK), (BID, STRIKE), (ASK, STRIKE)] {
            let what = format!(
                "{} and {} exchanged",
                self.table.header[a], self.table.header[b]
            );
            self.push(what, None, |_, cells| cells.swap(a, b));
        }
        self.push("calls and puts exchanged".into(), None, |_, cells| {
            let other = if cells[TYPE] == "C" { "P" } else { "C" };
            cells[TYPE] = other.into();
        });
        let from = self.table.rows.len() / 3;
        for factor in [10.0, 2.0, 0.5] {
            let what = format!(
                "bid and ask: times {factor} for 12 rows from row {} on",
                from + 2
            );
            self.push(what, None, |i, cells| {
                if (from..from + 12).contains(&i) {
                    times(&mut cells[BID], factor);
                    times(&mut cells[ASK], factor);
                }
            });
        }
        for column in [BID, ASK] {
            let still = self.table.rows[from][column].clone();
            let what = format!("{}: the same for 12 rows", self.table.header[column]);
            self.push(what, None, |i, cells| {
                if (from..from + 12).contains(&i) {
                    cells[column].clone_from(&still);
                }
            });
        }
        let days = [
            ("a Saturday", "2021-05-08"),
            ("a holiday", "2021-05-31"),
            ("after the expiry", "2021-07-06"),
            ("a month and a day exchanged", "2021-06-05"),
            ("of another session", "2020-11-06"),
        ];
        for (what, day) in days {
            self.push(format!("quotes dated on {what}"), None, |_, cells| {
                cells[0] = day.into();
            });
        }
    }

    fn marks(&mut self, dice: &mut Dice) {
        const STRIKE: usize = 4;
        const MID: usize = 6;
        const LEVEL: usize = 7;
        let n = self.table.rows.len();
        for (column, factors) in [
            (MID, &[10.0, 100.0, 1000.0][..]),
            (STRIKE, &[0.5, 2.0, 10.0, 0.1]),
            (LEVEL, &[0.5, 1.5, 10.0, 0.1]),
        ] {
            for factor in factors {
                self.scaled(&[column], *factor, Some(1 + dice.below(n - 2)));
                self.scaled(&[column], *factor, Some(1 + dice.below(n - 2)));
                self.scaled(&[column], *factor, None);
            }
        }
        self.scaled(&[MID], 0.1, None);
        self.scaled(&[MID], 0.01, None);
        for (a, b) in [(MID, STRIKE), (MID, LEVEL), (STRIKE, LEVEL)] {
            let what = format!(
                "{} and {} exchanged",
                self.table.header[a], self.table.header[b]
            );
            self.push(what, None, |_, cells| cells.swap(a, b));
        }
        self.push("calls and puts exchanged".into(), None, |_, cells| {
            cells[5] = if cells[5] == "C" { "P" } else { "C" }.into();
        });
        let row = 1 + dice.below(n - 2);
        let wrong = [
            (0, "2021-05-08"),
            (1, "03:45"),
            (1, "24:10"),
            (3, "2020-01-17"),
            (3, "17.06.2021"),
            (5, "X"),
            (6, ""),
            (6, "-4.5"),
        ];
        for (column, text) in wrong {
            let what = format!("{}: `{text}`", self.table.header[column]);
            self.push(what, Some(row), |_, cells| cells[column] = text.into());
        }
    }

    fn omega(&mut self, dice: &mut Dice) {
        let n = self.table.rows.len();
        for factor in [0.5, 1.5, 10.0, 0.1] {
            self.scaled(&[2], factor, Some(1 + dice.below(n - 2)));
            self.scaled(&[2], factor, None);
        }
        // Of the first leg: its strike is the fourth word, its price the seventh.
        for (word, factor) in [
            (6, 10.0),
            (6, 100.0),
            (3, 0.5),
            (3, 2.0),
            (3, 10.0),
            (3, 0.1),
        ] {
            let of = |_: usize, cells: &mut Vec<String>| {
                let mut words: Vec<String> = cells[3].split(' ').map(String::from).collect();
                times(&mut words[word], factor);
                cells[3] = words.join(" ");
            };
            let what = format!("word {word} of the legs: times {factor}");
            self.push(what.clone(), Some(1 + dice.below(n - 2)), of);
            self.push(what, None, of);
        }
        let row = 1 + dice.below(n - 2);
        for (column, from, to) in [
            (3, " P STO", " C STO"),
            (3, " STO ", " SELL "),
            (3, " | ", " / "),
            (3, "1 ", "one "),
            (0, "2021-", "21-"),
            (1, "3:45 PM", "3:45 AM"),
            (1, "3:45 PM", "noon"),
        ] {
            let what = format!("{}: `{from}` is `{to}`", self.table.header[column]);
            self.push(what, Some(row), |_, cells| {
                cells[column] = cells[column].replacen(from, to, 1);
            });
        }
        self.push("a trade of a Saturday".into(), Some(row), |_, cells| {
            cells[0] = "2021-05-08".into();
        });
    }

    /// Rows doubled, reordered, cut.
    fn rows(&mut self, dice: &mut Dice) {
        let n = self.table.rows.len();
        let at = n / 4 + dice.below(n / 2);
        let mut push = |what: &str, rows: Vec<Vec<String>>| {
            let table = Table {
                rows,
                ..self.table.clone()
            };
            let (what, row) = (what.into(), None);
            self.all.push(Damage {
                what,
                row,
                table,
                other: None,
            });
        };
        let mut twice = self.table.rows.clone();
        twice.insert(at, twice[at].clone());
        push("a row doubled", twice);
        let mut reversed = self.table.rows.clone();
        reversed.reverse();
        push("rows in reverse", reversed);
        let mut shuffled = self.table.rows.clone();
        for i in (1..n).rev() {
            shuffled.swap(i, dice.below(i + 1));
        }
        push("rows in any order", shuffled);
        let mut cut = self.table.rows.clone();
        cut[n - 1].truncate(ASK.min(self.table.header.len() / 2));
        push("the last row cut off", cut);
    }
}

fn times(cell: &mut String, factor: f64) {
    if let Ok(value) = cell.parse::<f64>() {
        *cell = format!("{:.4}", value * factor);
    }
}
