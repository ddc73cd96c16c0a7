//! The cases of option quotes.

use super::*;

pub const CHAIN: &str = "quote_date,quote_time,kind,symbol,root,option_symbol,expiration,type,strike,bid,ask,last,volume,open_interest,iv,delta,gamma,underlying\n";

pub fn chain_row(date: &str, expiry: &str, strike: u32, bid: &str, ask: &str) -> String {
    format!("{date},close,eod,SPX,SPXW,,{expiry},P,{strike},{bid},{ask},,1,1,,,,4600\n")
}

#[test]
fn r4_snapshots_before_the_close_are_intraday() {
    let row = |time: &str, bid: u32| {
        format!(
            "^SPX,2022-01-13 {time},SPXW,2022-01-28,4500,P,{bid}.0,{}.5\n",
            bid
        )
    };
    let text = format!(
        "underlying_symbol,quote_datetime,root,expiration,strike,option_type,bid,ask\n{}{}{}",
        row("09:31:00", 28),
        row("12:00:00", 34),
        row("16:00:00", 40)
    );
    let map = "[[files]]\nmatch = \"Un*.csv\"\nkind = \"option_quotes\"\ndate_format = \"%Y-%m-%d %H:%M:%S\"\n[files.columns]\ndate = \"quote_datetime\"\n\
               root = \"root\"\nexpiry = \"expiration\"\nstrike = \"strike\"\nright = \"option_type\"\nbid = \"bid\"\nask = \"ask\"\n";
    // As the publisher's own layout, and by a map with and without a format for the time.
    let short = map.replace("date_format = \"%Y-%m-%d %H:%M:%S\"\n", "");
    for (name, map) in [("r4", ""), ("r4_map", short.as_str())] {
        let inbox = inbox(name).file("UnderlyingOptionsIntervals.csv", &text);
        let inbox = if map.is_empty() {
            inbox
        } else {
            inbox.file("alvh.columns.toml", map)
        };
        takes_all(&inbox);
        let quotes = data::chains::load_chains(&inbox.dataset()).unwrap();
        let shown: Vec<_> = quotes
            .iter()
            .map(|q| format!("{} {} {}", q.kind, q.quote_time, q.bid.unwrap()))
            .collect();
        assert_eq!(
            shown,
            ["intraday 09:31 28", "intraday 12:00 34", "eod 16:00 40"],
            "{name}"
        );
        let all = NaiveDate::MIN..=NaiveDate::MAX;
        let loaded = data::chains::load_closes_and_moments(&inbox.dataset(), &all);
        let (closes, moments) = loaded.unwrap();
        let moments: Vec<(&str, bool)> = moments
            .iter()
            .map(|m| (m.moment.as_str(), m.is_close))
            .collect();
        assert_eq!(
            moments,
            [
                ("close 16:00", true),
                ("intraday 09:31", false),
                ("intraday 12:00", false)
            ]
        );
        assert_eq!(
            closes
                .values()
                .flat_map(|quotes| quotes.iter())
                .map(|q| q.bid.unwrap().points())
                .collect::<Vec<_>>(),
            [40.0]
        );
    }
    // The normalised layout's own word for it is not believed against the clock.
    let noon = format!(
        "{CHAIN}{}",
        chain_row("2022-01-13", "2022-01-28", 4500, "34", "35").replace(",close,", ",12:00,")
    );
    let inbox2 = inbox("r4_noon").file("q.csv", &noon);
    takes_all(&inbox2);
    assert_eq!(
        data::chains::load_chains(&inbox2.dataset()).unwrap()[0].kind,
        "intraday"
    );
}

#[test]
fn s1_strikes_stand_as_they_are_quoted() {
    let rows: String = (0..9)
        .map(|i| chain_row("2022-01-13", "2022-02-18", 4300 + 25 * i, "40", "41"))
        .collect();
    let inbox = inbox("s1").file("q.csv", &format!("{CHAIN}{rows}"));
    takes_all(&inbox);
    let strikes: Vec<f64> = data::chains::load_chains(&inbox.dataset())
        .unwrap()
        .iter()
        .map(|q| q.strike)
        .collect();
    assert_eq!(
        strikes,
        (0..9).map(|i| f64::from(4300 + 25 * i)).collect::<Vec<_>>()
    );
}

#[test]
fn t1_one_contract_twice_in_one_file() {
    let row = |bid: &str, ask: &str| chain_row("2022-01-13", "2022-01-28", 4500, bid, ask);
    let different = format!("{CHAIN}{}{}", row("32", "33"), row("40", "41"));
    let inbox1 = inbox("t1").file("q.csv", &different);
    let expected = "found SPXW 2022-01-28 4500 P on 2022-01-13 twice at one moment, with bid 32 ask 33 and with bid 40 ask 41, \
                    allowed: one quote, or duplicates = \"first\" or \"last\" in alvh.columns.toml";
    assert_eq!(reason(&inbox1, "q.csv"), expected);
    assert!(
        data::chains::load_chains(&inbox1.dataset())
            .unwrap()
            .is_empty()
    );
    // Equal ones are one, and counted.
    let inbox2 = inbox("t1_equal").file(
        "q.csv",
        &format!("{CHAIN}{}{}", row("32", "33"), row("32", "33")),
    );
    assert_eq!(count_of(&takes_all(&inbox2), "chain_contract_twice"), 1);
    assert_eq!(
        data::chains::load_chains(&inbox2.dataset()).unwrap().len(),
        1
    );
    // The map says which counts.
    for (word, bid) in [("first", 32.0), ("last", 40.0)] {
        let map = format!(
            "[[files]]\nmatch = \"q.csv\"\nkind = \"option_quotes\"\nduplicates = \"{word}\"\n[files.columns]\ndate = \"quote_date\"\nroot = \"root\"\n\
             expiry = \"expiration\"\nstrike = \"strike\"\nright = \"type\"\nbid = \"bid\"\nask = \"ask\"\n"
        );
        let inbox = inbox(&format!("t1_{word}"))
            .file("q.csv", &different)
            .file("alvh.columns.toml", &map);
        takes_all(&inbox);
        let quotes = data::chains::load_chains(&inbox.dataset()).unwrap();
        assert_eq!(
            quotes.iter().map(|q| q.bid.unwrap()).collect::<Vec<_>>(),
            [bid]
        );
    }
    // A refused file takes nothing of the others with it.
    let good = format!(
        "{CHAIN}{}",
        chain_row("2022-01-13", "2022-02-04", 4400, "50", "51")
    );
    let inbox3 = inbox("t1_others")
        .file("q.csv", &different)
        .file("r.csv", &good);
    inbox3.import();
    assert_eq!(
        data::chains::load_chains(&inbox3.dataset()).unwrap().len(),
        1
    );
}

#[test]
fn u1_strikes_off_the_level() {
    let file = |strike: &str| {
        let rows: String = [4400, 4500, 4600]
            .map(|k| format!("2022-01-13,2022-01-28,{}{strike},P,40,41\n", k))
            .concat();
        format!("ts,expiry,strike,cp,bid,ask\n{rows}")
    };
    let map = "[[files]]\nmatch = \"om.csv\"\nkind = \"option_quotes\"\nroot = \"SPXW\"\n[files.columns]\ndate = \"ts\"\nexpiry = \"expiry\"\n\
               strike = \"strike\"\nright = \"cp\"\nbid = \"bid\"\nask = \"ask\"\n";
    for (name, zeros, times) in [("u1", "000", "947.4"), ("u1_ten", "0", "9.5")] {
        let inbox = inbox(name)
            .file("alvh.columns.toml", map)
            .file("om.csv", &file(zeros));
        let reason = reason(&inbox, "om.csv");
        assert!(
            reason.contains(&format!("{times} times the level 4644.25, and 3 of 3 so")),
            "{reason}"
        );
    }
    let scaled = map.replace("root =", "strike_factor = 0.001\nroot =");
    takes_all(
        &inbox("u1_said")
            .file("alvh.columns.toml", &scaled)
            .file("om.csv", &file("000")),
    );
    // Another underlying than the root's.
    let spy = CHAIN.to_string()
        + &chain_row("2022-01-13", "2022-01-28", 4500, "40", "41").replace(",4600\n", ",460\n");
    let words = reason(&inbox("u1_level").file("q.csv", &spy), "q.csv");
    assert!(
        words.starts_with(
            "found the level 460 beside quotes of SPXW on 2022-01-13, whose level was 4644.25"
        ),
        "{words}"
    );
}

#[test]
fn u3_quotes_of_a_saturday_and_of_expired_contracts() {
    let bad = [
        chain_row("2022-01-08", "2022-01-14", 4500, "40", "41"),
        chain_row("2022-01-18", "2022-01-14", 4500, "40", "41"),
    ]
    .concat();
    let inbox1 = inbox("u3").file("q.csv", &format!("{CHAIN}{bad}"));
    let words = reason(&inbox1, "q.csv");
    assert!(
        words.contains("quotes of 2022-01-08, a Saturday")
            && words.contains("for the expiry 2022-01-14"),
        "{words}"
    );
    let good = chain_row("2022-01-13", "2022-01-28", 4500, "40", "41");
    let inbox2 = inbox("u3_some").file("q.csv", &format!("{CHAIN}{bad}{good}"));
    let report = takes_all(&inbox2);
    assert_eq!(
        (
            count_of(&report, "chain_weekend_row"),
            count_of(&report, "chain_expired")
        ),
        (1, 1)
    );
    assert_eq!(
        data::chains::load_chains(&inbox2.dataset()).unwrap().len(),
        1
    );
}

#[test]
fn u4_ivolatility_as_it_is_downloaded() {
    let header = "symbol,exchange,company_name,date,stock_price_close,option_symbol,option_expiration,strike,call/put,style,ask,bid,mean_price,settlement,iv,volume,open_interest,stock_price_for_iv,forward_price,isinterpolated,delta,vega,gamma,theta,rho";
    let row = "SPX,CBOE,S&P 500 Index (SPX),01/13/2022,4600,SPXW  220128P04500000,01/28/2022,4500.0,P,E,41.5,40.5,41,0,-1,7,11,4600,4598,*,0,0,0,0,0";
    let inbox = inbox("u4").file("RawIV.csv", &format!("{header}\n{row}\n"));
    assert_eq!(takes_all(&inbox).taken[0].publisher, "iVolatility");
    let quote = data::chains::load_chains(&inbox.dataset())
        .unwrap()
        .remove(0);
    assert_eq!(
        (
            quote.root.as_str(),
            quote.bid,
            quote.ask,
            quote.open_interest
        ),
        ("SPXW", Some(40.5), Some(41.5), Some(11))
    );
}

#[test]
fn u5_a_volatility_of_minus_one_was_not_computed() {
    let header = "ticker,cOpra,pOpra,stkPx,expirDate,yte,strike,cVolu,cOi,pVolu,pOi,cBidPx,cValue,cAskPx,pBidPx,pValue,pAskPx,cBidIv,cMidIv,cAskIv,smoothSmvVol,pBidIv,pMidIv,pAskIv,trade_date";
    let row = "SPX,SPXW220128C04500000,SPXW220128P04500000,4600,1/28/2022,0.04,4500,1,2,3,4,130,131,132,39,40,41,-1,-1,-1,0.2,0.2,0.21,0.2,1/13/2022";
    let inbox = inbox("u5").file("ORATS.csv", &format!("{header}\n{row}\n"));
    takes_all(&inbox);
    let quotes = data::chains::load_chains(&inbox.dataset()).unwrap();
    let shown: Vec<_> = quotes.iter().map(|q| (q.is_call, q.bid, q.iv)).collect();
    assert_eq!(
        shown,
        [(true, Some(130.0), None), (false, Some(39.0), Some(0.21))]
    );
}
