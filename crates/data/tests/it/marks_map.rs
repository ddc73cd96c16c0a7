//! Prices of single options by a column map.

use crate::Inbox;

/// Prices of two sessions; puts and calls about as dear as VIX says.
const TEXT: &str = "Day;Minute;Expires;K;C/P;Mid;SPX\n\
    01/03/2022;15:45;01/21/2022;3900,00;P;35,50;4001,25\n\
    01/03/2022;3:45 PM;01/21/2022;4100,00;call;30,25;4001,25\n\
    01/04/2022;15:45;01/21/2022;3.900,00;P;-;4002,50\n\
    01/04/2022;15:46;01/21/2022;3.900,00;put;33,10;4002,50\n";

const MAP: &str = "[[files]]\nmatch = \"fills*.csv\"\nkind = \"option_marks\"\ndate_format = \"%m/%d/%Y\"\ndelimiter = \";\"\n\
    root = \"SPX*\"\n[files.columns]\ndate = \"Day\"\ntime = \"Minute\"\nexpiry = \"Expires\"\nstrike = \"K\"\n\
    right = \"C/P\"\nprice = \"Mid\"\nunderlying = \"SPX\"\n";

fn inbox(test: &str, text: &str, map: &str) -> Inbox {
    Inbox::core(test)
        .file("fills_1.csv", text)
        .file("alvh.columns.toml", map)
}

fn shown(inbox: &Inbox) -> Vec<String> {
    let marks = data::marks::load_marks(&inbox.dataset()).unwrap();
    let line = |m: &data::marks::OptionMark| {
        let right = if m.is_call { 'C' } else { 'P' };
        let time = m.quote_time.format("%H:%M");
        let (date, expiry) = (m.quote_date, m.expiry);
        let numbers = format!("{} {} at {}", m.strike, m.mid, m.underlying);
        format!("{date} {time} {} {expiry} {right} {numbers}", m.root)
    };
    marks.iter().map(line).collect()
}

const READ: [&str; 3] = [
    "2022-01-03 15:45 SPX* 2022-01-21 P 3900 35.5 at 4001.25",
    "2022-01-03 15:45 SPX* 2022-01-21 C 4100 30.25 at 4001.25",
    "2022-01-04 15:46 SPX* 2022-01-21 P 3900 33.1 at 4002.5",
];

#[test]
fn prices_are_read_as_the_map_says() {
    let inbox = inbox("marks_map", TEXT, MAP);
    let report = inbox.import();
    assert!(report.refused.is_empty(), "{:?}", report.refused);
    let taken = report.taken.iter().find(|t| t.file == "fills_1.csv");
    let holds = taken.map(|t| t.holds.as_str());
    assert_eq!(holds, Some("prices of single options, by a column map"));
    assert_eq!(shown(&inbox), READ);
}

#[test]
fn the_time_may_stand_in_the_date_or_in_the_map_and_units_are_scaled() {
    // In cents and thousandths, with an instant in UTC.
    let text = "When,Expires,K,Side,Cents,SPX\n\
        2022-01-03T20:45:00+0000,2022-01-21T00:00:00-0500,3900000,P,3550,4001.25\n\
        2022-01-03T20:45:00+0000,2022-01-21T00:00:00-0500,4100000,C,3025,4001.25\n";
    let map = "[[files]]\nmatch = \"fills*.csv\"\nkind = \"option_marks\"\ndate_format = \"%Y-%m-%dT%H:%M:%S%z\"\n\
        root = \"SPX*\"\nprice_factor = 0.01\nstrike_factor = 0.001\n[files.columns]\ndate = \"When\"\nexpiry = \"Expires\"\n\
        strike = \"K\"\nright = \"Side\"\nprice = \"Cents\"\nunderlying = \"SPX\"\n";
    let instants = inbox("marks_instants", text, map);
    instants.import();
    assert_eq!(shown(&instants), READ[..2]);
    let text = "Day,Expires,K,Side,Mid,SPX,Root\n2022-01-03,2022-01-21,3900,P,35.5,4001.25,SPXW\n";
    let map = "[[files]]\nmatch = \"fills*.csv\"\nkind = \"option_marks\"\ntime = \"15:45\"\n[files.columns]\ndate = \"Day\"\n\
        expiry = \"Expires\"\nstrike = \"K\"\nright = \"Side\"\nprice = \"Mid\"\nunderlying = \"SPX\"\nroot = \"Root\"\n";
    let stated = inbox("marks_stated", text, map);
    stated.import();
    assert_eq!(shown(&stated), [READ[0].replace("SPX*", "SPXW")]);
}

#[test]
fn what_cannot_be_read_is_refused_with_row_column_and_what_is_allowed() {
    let rows: Vec<&str> = TEXT.lines().collect();
    let with = |from: &str, to: &str| rows.join("\r\n").replacen(from, to, 1);
    for (text, reason) in [
        (with("35,50", "soon"), "row 2, column Mid: found `soon`"),
        (with("35,50", "-3,5"), "row 2, column Mid: found `-3,5`"),
        (
            with("3:45 PM", "noon"),
            "row 3, column Minute: found `noon`, allowed: a New York time like 15:45",
        ),
        (
            with("15:46;01/21/2022", "15:46;21.01.2022"),
            "row 5, column Expires: found `21.01.2022`",
        ),
        (
            with(";put;", ";X;"),
            "row 5, column C/P: found `X`, allowed: C, P, call or put",
        ),
        (
            with(";SPX", ";Index"),
            "row 1, column SPX: found the columns Day, Minute",
        ),
        (with("K;C/P", "K;K"), "column C/P"),
    ] {
        let report = inbox("marks_wrong", &text, MAP).import();
        let refused: Vec<&str> = report.refused.iter().map(|r| r.reason.as_str()).collect();
        assert!(
            refused.len() == 1 && refused[0].contains(reason),
            "{reason}: {refused:?}"
        );
    }
    for (from, to, message) in [
        ("price = \"Mid\"\n", "", "files[1].columns.price"),
        ("price = \"Mid\"", "bid = \"Mid\"", "files[1].columns.bid"),
        ("root = \"SPX*\"", "root = \"SPXX\"", "nearest: SPX"),
        ("root = \"SPX*\"\n", "", "or columns.root"),
        ("option_marks", "option_mark", "nearest: option_marks"),
        (
            "root =",
            "duplicates = \"first\"\nroot =",
            "files[1].duplicates",
        ),
        (
            "root =",
            "time = \"3\"\nroot =",
            "a New York time such as 15:45",
        ),
    ] {
        let error = inbox("marks_wrong_map", TEXT, &MAP.replacen(from, to, 1))
            .try_import()
            .unwrap_err()
            .to_string();
        assert!(error.contains(message), "{message}: {error}");
    }
}
