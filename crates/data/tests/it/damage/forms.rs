//! SYNTHETIC: the made-up market as each publisher writes it.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use dice::Dice;
use market::math::exp;

use super::market::{Session, contract};
use super::table::{Column, Kind, Table};

/// Every table, one per series or file.
pub(super) fn all(market: &[Session]) -> Vec<Table> {
    let mut tables = vec![
        cboe(market, "VIX_History.csv", |s| s.vix),
        cboe(market, "VIX9D_History.csv", |s| s.vix9d),
        cboe(market, "VIX3M_History.csv", |s| s.vix3m),
        one(
            market,
            "VVIX_History.csv",
            "DATE,VVIX",
            Kind::Volatility,
            |s| s.vvix,
        ),
        one(market, "SKEW_History.csv", "DATE,SKEW", Kind::Skew, |s| {
            s.skew
        }),
        one(market, "CNDR_History.csv", "DATE,CNDR", Kind::Price, |s| {
            s.cndr
        }),
    ];
    tables.extend(fred(market));
    tables.push(treasury(market));
    tables.extend(prices(market));
    tables.extend(breadth(market));
    tables.extend(futures(market));
    tables.extend(slow(market));
    tables.extend(calendars());
    for table in &mut tables {
        table.friends = friends(&table.name);
    }
    tables
}

/// What a file is imported beside: the index and VIX always, and the single source of each series that moves with it.
fn friends(name: &str) -> Vec<&'static str> {
    const CURVE: &[&str] = &[
        "DFF.csv",
        "SOFR.csv",
        "DGS1MO.csv",
        "DGS3MO.csv",
        "DGS6MO.csv",
        "DGS1.csv",
        "DGS2.csv",
        "DGS10.csv",
    ];
    let more: &[&str] = match name {
        "GSPC.csv" => &[
            "SPY.csv",
            "iwm_us_d.csv",
            "USI_ADV.csv",
            "USI_DECL.csv",
            "USI_UNCH.csv",
        ],
        "SPX Historical Data.csv" => &["SPY.csv", "iwm_us_d.csv"],
        "VIX_History.csv" => &[
            "VIX9D_History.csv",
            "VIX3M_History.csv",
            "VVIX_History.csv",
            "VX_2020-06-17.csv",
        ],
        "VIX9D_History.csv" => &["VIX3M_History.csv"],
        "VIX3M_History.csv" => &["VIX9D_History.csv"],
        "BAA10Y.csv" => &["BAMLC0A0CM.csv", "DGS10.csv"],
        "BAMLC0A0CM.csv" => &["BAMLH0A0HYM2.csv", "BAA10Y.csv"],
        "BAMLH0A0HYM2.csv" => &["BAMLC0A0CM.csv"],
        "fredgraph.csv" => &["DGS3MO.csv", "DGS10.csv"],
        "USI_ADV.csv" | "USI_DECL.csv" | "USI_UNCH.csv" => {
            &["USI_ADV.csv", "USI_DECL.csv", "USI_UNCH.csv"]
        }
        "GDP.csv" | "GDPC1.csv" => &["GDP.csv", "GDPC1.csv"],
        "PPIACO.csv" | "PPIFIS.csv" => &["PPIACO.csv", "PPIFIS.csv"],
        "RBUSBIS.csv" => &["DTWEXBGS.csv"],
        "vx_positions.csv" => &["VX_2020-06-17.csv"],
        _ if name.starts_with("DGS") || name == "DFF.csv" || name == "SOFR.csv" => CURVE,
        _ if name.starts_with("VX_") => &[
            "VX_2020-04-15.csv",
            "VX_2020-05-20.csv",
            "VX_2020-06-17.csv",
            "VX_2020-07-22.csv",
            "VX_2020-08-19.csv",
        ],
        _ => &[],
    };
    let core = match name {
        "SPX Historical Data.csv" => ["VIX_History.csv", "VIX_History.csv"],
        _ => ["GSPC.csv", "VIX_History.csv"],
    };
    let mut all: Vec<&'static str> = core.into_iter().chain(more.iter().copied()).collect();
    all.retain(|f| *f != name);
    all.dedup();
    all
}

fn table(
    publisher: &'static str,
    name: &str,
    header: &str,
    rows: Vec<Vec<String>>,
    columns: &[(usize, Kind, usize)],
) -> Table {
    Table {
        publisher,
        name: name.into(),
        header: header.split(',').map(String::from).collect(),
        rows,
        columns: columns
            .iter()
            .map(|(at, kind, decimals)| Column {
                at: *at,
                kind: *kind,
                decimals: *decimals,
            })
            .collect(),
        friends: Vec::new(),
        slow: false,
    }
}

fn us(day: NaiveDate) -> String {
    day.format("%m/%d/%Y").to_string()
}

fn fixed(values: &[f64], decimals: usize) -> Vec<String> {
    values.iter().map(|v| format!("{v:.decimals$}")).collect()
}

fn row(date: String, cells: Vec<String>) -> Vec<String> {
    std::iter::once(date).chain(cells).collect()
}

fn cboe(market: &[Session], name: &str, of: fn(&Session) -> [f64; 4]) -> Table {
    let rows = market.iter().map(|s| row(us(s.day), fixed(&of(s), 2)));
    let columns = [1, 2, 3, 4].map(|at| (at, Kind::Volatility, 2));
    table(
        "Cboe, four prices",
        name,
        "DATE,OPEN,HIGH,LOW,CLOSE",
        rows.collect(),
        &columns,
    )
}

fn one(market: &[Session], name: &str, header: &str, kind: Kind, of: fn(&Session) -> f64) -> Table {
    let rows = market.iter().map(|s| row(us(s.day), fixed(&[of(s)], 2)));
    table(
        "Cboe, one value",
        name,
        header,
        rows.collect(),
        &[(1, kind, 2)],
    )
}

/// Bills stand still for weeks, as the overnight rate does.
fn of_maturity(place: usize) -> Kind {
    if place < 3 {
        Kind::Overnight
    } else {
        Kind::Rate
    }
}

fn fred(market: &[Session]) -> Vec<Table> {
    let of = |id: &str, kind: Kind, decimals: usize, value: &dyn Fn(&Session) -> f64| {
        let rows = market
            .iter()
            .map(|s| row(s.day.to_string(), fixed(&[value(s)], decimals)));
        let (name, header) = (format!("{id}.csv"), format!("observation_date,{id}"));
        table(
            "FRED, one series",
            &name,
            &header,
            rows.collect(),
            &[(1, kind, decimals)],
        )
    };
    let mut all: Vec<Table> = ["DGS1MO", "DGS3MO", "DGS6MO", "DGS1", "DGS2", "DGS10"]
        .iter()
        .enumerate()
        .map(|(i, id)| of(id, of_maturity(i), 2, &|s| s.yields[i]))
        .collect();
    all.push(of("DFF", Kind::Overnight, 2, &|s| s.dff));
    all.push(of("SOFR", Kind::Overnight, 2, &|s| s.sofr));
    all.push(of("BAA10Y", Kind::Rate, 2, &|s| s.baa));
    all.push(of("BAMLC0A0CM", Kind::Rate, 2, &|s| s.ig));
    all.push(of("BAMLH0A0HYM2", Kind::Rate, 2, &|s| s.hy));
    all.push(of("DTWEXBGS", Kind::Dollar, 4, &|s| s.dollar));
    let rows = market.iter().map(|s| {
        let (y, day) = (s.yields, s.day.to_string());
        row(day, fixed(&[y[0], y[2], y[4]], 2))
    });
    let columns = [
        (1, of_maturity(0), 2),
        (2, of_maturity(2), 2),
        (3, of_maturity(4), 2),
    ];
    let header = "observation_date,DGS1MO,DGS6MO,DGS2";
    all.push(table(
        "FRED, several series",
        "fredgraph.csv",
        header,
        rows.collect(),
        &columns,
    ));
    all
}

fn treasury(market: &[Session]) -> Table {
    let rows = market.iter().map(|s| row(us(s.day), fixed(&s.yields, 2)));
    let columns = [1, 2, 3, 4, 5, 6].map(|at| (at, of_maturity(at - 1), 2));
    let header = "Date,1 Mo,3 Mo,6 Mo,1 Yr,2 Yr,10 Yr";
    table("US Treasury", "curve.csv", header, rows.collect(), &columns)
}

fn prices(market: &[Session]) -> Vec<Table> {
    let bars = |of: fn(&Session) -> [f64; 4], volume: bool| -> Vec<Vec<String>> {
        let line = |s: &Session| {
            let mut cells = fixed(&of(s), 2);
            cells.extend(volume.then(|| format!("{}", s.volume)));
            row(s.day.to_string(), cells)
        };
        market.iter().map(line).collect()
    };
    let four = [1, 2, 3, 4].map(|at| (at, Kind::Price, 2));
    let five = [four[0], four[1], four[2], four[3], (5, Kind::Other, 0)];
    let header = "Date,Open,High,Low,Close,Volume";
    // Dividends of 1.5 % a year lie between what was paid and what is adjusted.
    let spy = market.iter().enumerate().map(|(i, s)| {
        let paid = s.spx.map(|p| p / 10.0);
        let left = (market.len() - 1 - i) as f64 / 252.0;
        let mut cells = fixed(&paid, 2);
        cells.push(format!(
            "{:.4}",
            paid[3] * exp(-0.015 * (left * 4.0).floor() / 4.0)
        ));
        cells.push(format!("{}", s.volume));
        row(s.day.to_string(), cells)
    });
    let six = [
        four[0],
        four[1],
        four[2],
        four[3],
        (5, Kind::Price, 4),
        (6, Kind::Other, 0),
    ];
    let vnq = market.iter().map(|s| {
        row(
            s.day.to_string(),
            vec![format!("{:.4}", s.vnq), format!("{}", s.volume)],
        )
    });
    let vxx = market
        .iter()
        .map(|s| row(s.day.to_string(), vec![format!("{:.2}", s.vxx)]));
    let investing = market.iter().map(|s| {
        let [o, h, l, c] = s.spx;
        row(us(s.day), fixed(&[c, o, h, l], 2))
    });
    vec![
        table(
            "Yahoo, index",
            "GSPC.csv",
            header,
            bars(|s| s.spx, true),
            &five,
        ),
        table(
            "Yahoo, fund with adjusted closes",
            "SPY.csv",
            "Date,Open,High,Low,Close,Adj Close,Volume",
            spy.collect(),
            &six,
        ),
        table(
            "Yahoo, closes and volumes",
            "VNQ.csv",
            "Date,Close,Volume",
            vnq.collect(),
            &[(1, Kind::Price, 4), (2, Kind::Other, 0)],
        ),
        table(
            "Yahoo, closes alone",
            "VXX.csv",
            "Date,VXX",
            vxx.collect(),
            &[(1, Kind::Volatility, 2)],
        ),
        table(
            "Stooq",
            "iwm_us_d.csv",
            header,
            bars(|s| s.iwm, true),
            &five,
        ),
        table(
            "Investing.com",
            "SPX Historical Data.csv",
            "Date,Price,Open,High,Low",
            investing.collect(),
            &four,
        ),
    ]
}

fn breadth(market: &[Session]) -> Vec<Table> {
    let of = |name: &str, kind: Kind, decimals: usize, value: fn(&Session) -> f64| {
        let mut before = value(&market[0]);
        let mut rows = Vec::new();
        for s in market {
            let v = value(s);
            let open = if kind == Kind::Count { v } else { before };
            let bar = [open, open.max(v), open.min(v), v];
            rows.push(row(s.day.to_string(), fixed(&bar, decimals)));
            before = v;
        }
        table(
            "TradingView",
            name,
            "time,open,high,low,close",
            rows,
            &[(4, kind, decimals)],
        )
    };
    vec![
        of("USI_ADV.csv", Kind::Count, 0, |s| s.adv),
        of("USI_DECL.csv", Kind::Count, 0, |s| s.decl),
        of("USI_UNCH.csv", Kind::Count, 0, |s| s.unch),
        of("INDEX_MAHN.csv", Kind::Count, 0, |s| s.highs),
        of("INDEX_MALN.csv", Kind::Count, 0, |s| s.lows),
        of("INDEX_S5TH.csv", Kind::Percent, 2, |s| s.above),
    ]
}

fn futures(market: &[Session]) -> Vec<Table> {
    let months = [
        (1, "F", "Jan"),
        (2, "G", "Feb"),
        (3, "H", "Mar"),
        (4, "J", "Apr"),
        (5, "K", "May"),
        (6, "M", "Jun"),
        (7, "N", "Jul"),
        (8, "Q", "Aug"),
        (9, "U", "Sep"),
        (10, "V", "Oct"),
        (11, "X", "Nov"),
        (12, "Z", "Dec"),
    ];
    let header =
        "Trade Date,Futures,Open,High,Low,Close,Settle,Change,Total Volume,EFP,Open Interest";
    let mut all = Vec::new();
    let mut positions: std::collections::BTreeMap<NaiveDate, Vec<f64>> = Default::default();
    for (month, letter, word) in months {
        let (expiry, days) = contract(market, 2020, month);
        let rows = days.iter().map(|d| {
            let mut cells = vec![format!("{letter} ({word} 2020)")];
            cells.extend(fixed(&d.prices[..4], 2));
            cells.push(format!("{:.4}", d.prices[4]));
            cells.extend([
                "0".into(),
                d.volume.to_string(),
                "0".into(),
                (3 * d.volume).to_string(),
            ]);
            row(d.day.to_string(), cells)
        });
        let mut columns: Vec<_> = [2, 3, 4, 5].map(|at| (at, Kind::Volatility, 2)).to_vec();
        columns.push((6, Kind::Volatility, 4));
        let name = format!("VX_{expiry}.csv");
        all.push(table("CFE", &name, header, rows.collect(), &columns));
        for d in days.iter().filter(|d| d.day < expiry) {
            positions.entry(d.day).or_default().push(d.prices[4]);
        }
    }
    all.retain(|t| {
        ["2020-04", "2020-05", "2020-06", "2020-07", "2020-08"]
            .iter()
            .any(|m| t.name.contains(m))
    });
    let rows = positions.iter().filter(|(_, s)| s.len() >= 3);
    let rows = rows.map(|(d, s)| {
        let mut cells = fixed(&s[..s.len().min(7)], 3);
        cells.resize(7, String::new());
        cells.push("9".into());
        row(d.to_string(), cells)
    });
    let columns = [1, 2, 3].map(|at| (at, Kind::Volatility, 3));
    let header = "Date,M1,M2,M3,M4,M5,M6,M7,days_to_expiration";
    all.push(table(
        "VX by position",
        "vx_positions.csv",
        header,
        rows.collect(),
        &columns,
    ));
    all
}

/// First days of the months of the market.
fn months(market: &[Session]) -> Vec<NaiveDate> {
    let mut all: Vec<NaiveDate> = market.iter().map(|s| s.day.with_day(1).unwrap()).collect();
    all.dedup();
    all
}

fn mean(market: &[Session], month: NaiveDate, of: fn(&Session) -> f64) -> f64 {
    let all: Vec<f64> = market
        .iter()
        .filter(|s| s.day.with_day(1) == Some(month))
        .map(of)
        .collect();
    all.iter().sum::<f64>() / all.len() as f64
}

fn slow(market: &[Session]) -> Vec<Table> {
    let months = months(market);
    let mut dice = Dice(77);
    let mut all = Vec::new();
    let mut path = |start: f64, drift: f64, noise: f64| -> Vec<f64> {
        let mut value = start;
        let mut next = || {
            value *= exp(drift + noise * dice.normal());
            value
        };
        months.iter().map(|_| next()).collect()
    };
    let cpi = path(252.0, 0.003, 0.0018);
    let (ppi, ppi_own) = (path(200.0, 0.004, 0.01), path(0.58, 0.0, 0.002));
    let (real, price) = (path(19_000.0, 0.0018, 0.004), path(1.1, 0.0025, 0.0008));
    let (dollar, dividend) = (path(0.91, 0.0, 0.002), path(55.0, 0.004, 0.0015));
    let (earnings, top10) = (path(135.0, 0.005, 0.004), path(22.0, 0.004, 0.008));
    let by_month =
        |publisher, name: &str, header: &str, every: usize, decimals, of: &dyn Fn(usize) -> f64| {
            let rows = months.iter().enumerate().step_by(every);
            let rows = rows.map(|(i, m)| row(m.to_string(), fixed(&[of(i)], decimals)));
            let mut t = table(
                publisher,
                name,
                header,
                rows.collect(),
                &[(1, Kind::Slow, decimals)],
            );
            t.slow = true;
            t
        };
    let fred = "FRED, one series";
    all.push(by_month(
        fred,
        "CPIAUCSL.csv",
        "observation_date,CPIAUCSL",
        1,
        2,
        &|i| cpi[i],
    ));
    all.push(by_month(
        fred,
        "PPIACO.csv",
        "observation_date,PPIACO",
        1,
        2,
        &|i| ppi[i],
    ));
    all.push(by_month(
        fred,
        "PPIFIS.csv",
        "observation_date,PPIFIS",
        1,
        2,
        &|i| ppi[i] * ppi_own[i],
    ));
    all.push(by_month(
        fred,
        "GDP.csv",
        "observation_date,GDP",
        3,
        2,
        &|i| real[i] * price[i],
    ));
    all.push(by_month(
        fred,
        "GDPC1.csv",
        "observation_date,GDPC1",
        3,
        2,
        &|i| real[i],
    ));
    all.push(by_month(
        fred,
        "RBUSBIS.csv",
        "observation_date,RBUSBIS",
        1,
        2,
        &|i| dollar[i] * mean(market, months[i], |s| s.dollar),
    ));
    let cape = |i: usize| mean(market, months[i], |s| s.spx[3]) / (85.0 + 0.3 * i as f64);
    all.push(by_month(
        "multpl style",
        "shiller_pe_monthly.csv",
        "date,close",
        1,
        2,
        &cape,
    ));
    let shiller = months.iter().enumerate().map(|(i, m)| {
        let index = mean(market, *m, |s| s.spx[3]);
        let mut cells = fixed(&[index, dividend[i], earnings[i], cpi[i]], 2);
        cells.extend([
            m.format("%Y.%m").to_string(),
            "2.1".into(),
            "1".into(),
            "1".into(),
            "1".into(),
            "1".into(),
            "1".into(),
        ]);
        cells.push(format!("{:.4}", cape(i)));
        row(m.format("%Y-%m").to_string(), cells)
    });
    let header = "month,P,D,E,CPI,Fraction,GS10,RealPrice,RealDividend,RealTRPrice,RealEarnings,RealTRScaledEarnings,CAPE";
    let columns = [(2, Kind::Slow, 2), (3, Kind::Slow, 2), (12, Kind::Slow, 4)];
    all.push(table(
        "R. Shiller",
        "ie_data.csv",
        header,
        shiller.collect(),
        &columns,
    ));
    let datahub = months.iter().enumerate().map(|(i, m)| {
        let index = mean(market, *m, |s| s.spx[3]);
        let cells = [
            index,
            dividend[i],
            earnings[i],
            cpi[i],
            2.1,
            1.0,
            1.0,
            1.0,
            cape(i),
        ];
        row(m.to_string(), fixed(&cells, 2))
    });
    let header = "Date,SP500,Dividend,Earnings,Consumer Price Index,Long Interest Rate,Real Price,Real Dividend,Real Earnings,PE10";
    let columns = [(2, Kind::Slow, 2), (3, Kind::Slow, 2), (9, Kind::Slow, 2)];
    all.push(table(
        "DataHub",
        "s-and-p-500.csv",
        header,
        datahub.collect(),
        &columns,
    ));
    let twice = market
        .iter()
        .filter(|s| matches!(s.day.weekday(), Weekday::Tue | Weekday::Fri))
        .map(|s| {
            row(
                s.day.to_string(),
                vec![format!(
                    "{:.2}",
                    s.spx[3] / (170.0 + 0.01 * (s.day.ordinal() as f64))
                )],
            )
        });
    let mut forward = table(
        "forward P/E",
        "forward_pe.csv",
        "date,forward_pe",
        twice.collect(),
        &[(1, Kind::Slow, 2)],
    );
    forward.slow = true;
    all.push(forward);
    let quarters = months
        .iter()
        .enumerate()
        .filter(|(_, m)| m.month() % 3 == 0);
    let holdings = quarters.map(|(i, m)| {
        let end = *m + chrono::Months::new(1) - Days::new(1);
        let cells = [
            "SEC N-PORT".into(),
            "505".into(),
            format!("{:.2}", top10[i] / 5.0),
            format!("{:.2}", top10[i]),
            "99.98".into(),
        ];
        row(end.to_string(), cells.to_vec())
    });
    let header = "date,source,lines,top1_pct,top10_pct,sum_pct";
    all.push(table(
        "SEC N-PORT",
        "top10.csv",
        header,
        holdings.collect(),
        &[(4, Kind::Slow, 2)],
    ));
    let ends = market
        .windows(2)
        .filter(|w| w[0].day.month() != w[1].day.month())
        .map(|w| w[0]);
    let rows = ends.map(|s| row(s.day.to_string(), fixed(&[s.put, s.cndr, s.pput], 2)));
    let columns = [1, 2, 3].map(|at| (at, Kind::Slow, 2));
    all.push(table(
        "Cboe, month ends",
        "month_ends.csv",
        "date,PUT,CNDR,PPUT",
        rows.collect(),
        &columns,
    ));
    for table in &mut all {
        table.slow = true;
    }
    all
}

/// Calendars of the publishers, as the built-in ones have them: public dates.
fn calendars() -> Vec<Table> {
    let years = |d: &NaiveDate| (2020..=2022).contains(&d.year());
    let nyse = market::calendar::Calendar::nyse();
    let sessions = nyse.sessions().iter().filter(|d| years(d));
    let sessions = sessions.map(|d| {
        row(
            d.to_string(),
            vec![u8::from(nyse.is_early_close(*d)).to_string()],
        )
    });
    let cpi = market::events::releases()
        .iter()
        .filter(|r| r.event.kind == market::observations::EventKind::Cpi && years(&r.event.date));
    let cpi = cpi.map(|r| {
        row(
            r.event.date.to_string(),
            vec!["08:30".into(), r.period.to_string()],
        )
    });
    let fomc = market::events::builtin()
        .iter()
        .filter(|e| e.kind == market::observations::EventKind::Fomc && years(&e.date));
    let fomc = fomc.map(|e| {
        let day = e.date.to_string();
        row(day.clone(), vec![day, "scheduled".into(), "meeting".into()])
    });
    let none = &[];
    let mut all = vec![
        table(
            "NYSE calendar",
            "sessions.csv",
            "date,early_close",
            sessions.collect(),
            none,
        ),
        table(
            "BLS calendar",
            "cpi.csv",
            "release_date,time_ET,reference_month",
            cpi.collect(),
            none,
        ),
        table(
            "Federal Reserve calendar",
            "fomc.csv",
            "date,meeting_end,kind,notes",
            fomc.collect(),
            none,
        ),
    ];
    for table in &mut all {
        table.slow = true;
    }
    all
}
