//! A dataset that somebody changed is not trusted: neither its bytes, nor its manifest, nor its values.

use std::path::{Path, PathBuf};

use data::Manifest;
use data::manifest::FileEntry;
use data::table::{Column, Values, content_sha256, read_parquet};

use crate::Inbox;

/// A dataset with a daily table, one contract and one slow series.
fn dataset(test: &str) -> PathBuf {
    let vx = "Trade Date,Futures,Open,High,Low,Close,Settle,Change,Total Volume,EFP,Open Interest\n\
              2022-01-12,F (Jan 2022),20.1,21,20,20.5,20.55,0.1,900,0,4000\n\
              2022-01-13,F (Jan 2022),20.1,21,20,20.5,20.65,0.1,900,0,4000\n";
    let cpi = "DATE,CPIAUCSL\n2021-10-01,276.5\n2021-11-01,278.5\n";
    let inbox = Inbox::core(test)
        .file("VX_2022-01-19.csv", vx)
        .file("CPIAUCSL.csv", cpi);
    inbox.import();
    data::load(&inbox.dataset()).unwrap();
    inbox.dataset()
}

fn edit(dir: &Path, change: impl FnOnce(&str) -> String) {
    let path = dir.join("manifest.json");
    let text = std::fs::read_to_string(&path).unwrap();
    let changed = change(&text);
    assert_ne!(text, changed, "nothing was changed");
    std::fs::write(path, changed).unwrap();
}

/// Writes a table as another program would, which knows no rule of ours.
fn write(path: &Path, columns: &[Column]) {
    use polars::prelude::{DataFrame, DataType, IntoColumn, NamedFrom, ParquetWriter, Series};
    let column = |c: &Column| {
        let name = c.name.as_str().into();
        let number = |d: &Option<chrono::NaiveDate>| {
            d.map(|d| (d - chrono::NaiveDate::default()).num_days() as i32)
        };
        match &c.values {
            Values::I64(v) => Series::new(name, v),
            Values::F64(v) => Series::new(name, v),
            Values::Str(v) => Series::new(name, v),
            Values::Bool(v) => Series::new(name, v),
            Values::Date(v) => {
                let days: Vec<Option<i32>> = v.iter().map(number).collect();
                Series::new(name, days).cast(&DataType::Date).unwrap()
            }
        }
        .into_column()
    };
    let columns: Vec<_> = columns.iter().map(column).collect();
    let mut frame = DataFrame::new(columns[0].len(), columns).unwrap();
    let file = std::fs::File::create(path).unwrap();
    ParquetWriter::new(file).finish(&mut frame).unwrap();
}

/// Changes a table and its file hash, as somebody would who knows of that one.
fn forge(dir: &Path, table: &str, change: impl FnOnce(&mut Vec<Column>)) {
    let path = dir.join(table);
    let mut columns = read_parquet(&path).unwrap();
    change(&mut columns);
    let old = Manifest::read(dir).unwrap().files[table].clone();
    std::fs::remove_file(&path).unwrap();
    write(&path, &columns);
    let new = data::sha256_file(&path).unwrap();
    edit(dir, |text| text.replace(&old.sha256, &new));
}

/// The same with every other hash too: only the values can tell.
fn forge_all(dir: &Path, table: &str, change: impl FnOnce(&mut Vec<Column>)) {
    let mut content = String::new();
    forge(dir, table, |columns| {
        change(columns);
        content = content_sha256(columns);
    });
    let FileEntry { content_sha256, .. } = Manifest::read(dir).unwrap().files[table].clone();
    edit(dir, |text| text.replace(&content_sha256, &content));
    let said = Manifest::read(dir).unwrap().dataset_hash;
    // The refusal itself says which hash would do.
    let message = data::load(dir).unwrap_err().to_string();
    let hash = message.split("allowed: ").nth(1).unwrap()[..64].to_string();
    edit(dir, |text| text.replace(&said, &hash));
}

fn number(columns: &mut [Column], name: &str, row: usize, value: f64) {
    let column = columns.iter_mut().find(|c| c.name == name).unwrap();
    let Values::F64(values) = &mut column.values else {
        panic!("{name} holds no numbers");
    };
    values[row] = Some(value);
}

fn refusal(dir: &Path) -> String {
    let message = data::load(dir).unwrap_err().to_string();
    message.replace(&format!("{}/", dir.display()), "")
}

#[test]
fn an_edited_rule_of_the_manifest_is_noticed() {
    for (from, to) in [
        ("\"carry_sessions\": 1", "\"carry_sessions\": 9"),
        ("\"lag_sessions\": 0", "\"lag_sessions\": 3"),
        ("\"revised\": true", "\"revised\": false"),
        ("\"kind\": \"history\"", "\"kind\": \"reconstruction\""),
    ] {
        let dir = dataset("edited_rule");
        edit(&dir, |text| text.replacen(from, to, 1));
        let message = refusal(&dir);
        assert!(
            message.starts_with("manifest.json: dataset_hash: found "),
            "{message}"
        );
        assert!(message.ends_with("import the dataset again"), "{message}");
    }
}

#[test]
fn an_edited_span_of_the_manifest_is_noticed() {
    let dir = dataset("edited_span");
    edit(&dir, |text| {
        text.replace("\"sessions\": 10", "\"sessions\": 11")
    });
    assert!(
        refusal(&dir).contains("found 10 sessions"),
        "{}",
        refusal(&dir)
    );
}

#[test]
fn a_forged_file_hash_does_not_hide_other_contents() {
    let dir = dataset("forged_file");
    forge(&dir, "daily.parquet", |c| number(c, "vix", 4, 21.0));
    let message = refusal(&dir);
    assert!(
        message.starts_with("daily.parquet: found sha256 "),
        "{message}"
    );
    assert!(message.contains("of its contents"), "{message}");
}

#[test]
fn values_that_no_market_can_have_are_refused_with_file_row_and_value() {
    let cases: [(&str, &str, usize, f64, &str); 6] = [
        (
            "daily.parquet",
            "vix",
            3,
            f64::NAN,
            "daily.parquet: row 4, column vix: found NaN on 2022-01-06, allowed: 4 to 250 vol points",
        ),
        (
            "daily.parquet",
            "spx_close",
            4,
            -4005.0,
            "daily.parquet: row 5, column spx_close: found -4005 on 2022-01-07, allowed: 10 to 100000 index points",
        ),
        (
            "daily.parquet",
            "vix",
            0,
            0.0,
            "daily.parquet: row 1, column vix: found 0 on 2022-01-03, allowed: 4 to 250 vol points",
        ),
        (
            "vx.parquet",
            "settle",
            1,
            -20.0,
            "vx.parquet: row 2, column settle: found -20 of 2022-01-19 on 2022-01-13, allowed: 0.01 to 250 index points",
        ),
        (
            "slow.parquet",
            "value",
            0,
            -1.0,
            "slow.parquet: row 1, column value: found -1 for 2021-10-01 of cpiaucsl, allowed: 0 to 1000000000",
        ),
        (
            "daily.parquet",
            "vix",
            9,
            f64::INFINITY,
            "daily.parquet: row 10, column vix: found inf on 2022-01-14",
        ),
    ];
    for (table, column, row, value, expected) in cases {
        let dir = dataset("impossible");
        forge_all(&dir, table, |c| number(c, column, row, value));
        let message = refusal(&dir);
        assert!(message.starts_with(expected), "{message}");
    }
}

#[test]
fn sessions_and_rows_out_of_order_or_twice_are_refused() {
    let swap = |c: &mut Vec<Column>, name: &str, a: usize, b: usize| {
        let column = c.iter_mut().find(|c| c.name == name).unwrap();
        let Values::Date(days) = &mut column.values else {
            panic!("{name} holds no days");
        };
        days.swap(a, b);
    };
    let dir = dataset("out_of_order");
    forge_all(&dir, "daily.parquet", |c| swap(c, "date", 3, 4));
    assert!(
        refusal(&dir).starts_with("daily.parquet: row 4, column date: found 2022-01-07, allowed: 2022-01-06, the session after 2022-01-05"),
        "{}",
        refusal(&dir)
    );
    let dir = dataset("vx_order");
    forge_all(&dir, "vx.parquet", |c| swap(c, "trade_date", 0, 1));
    assert!(
        refusal(&dir).starts_with("vx.parquet: row 2, column trade_date: found 2022-01-12"),
        "{}",
        refusal(&dir)
    );
    let dir = dataset("twice");
    forge_all(&dir, "daily.parquet", |c| {
        let Values::Date(days) = &mut c[0].values else {
            panic!("no dates")
        };
        days[5] = days[4];
    });
    assert!(
        refusal(&dir).starts_with("daily.parquet: row 6, column date: found 2022-01-07"),
        "{}",
        refusal(&dir)
    );
}

/// Option quotes are looked at when their session is read.
#[test]
fn a_changed_chain_is_refused_where_it_is_read() {
    let quotes = "quote_date,quote_time,kind,symbol,root,option_symbol,expiration,type,strike,bid,ask,last,volume,open_interest,iv,delta,gamma,underlying\n\
                  2022-01-07,close,eod,SPX,SPXW,SPXW220204P03900000,2022-02-04,P,3900,41.2,41.9,41,120,800,0.2371,-0.28,0.0011,4005.5\n";
    let inbox = Inbox::core("changed_chain").file("quotes.csv", quotes);
    inbox.import();
    let dir = inbox.dataset();
    let all = chrono::NaiveDate::MIN..=chrono::NaiveDate::MAX;
    assert_eq!(data::chains::load_closes(&dir, &all).unwrap().len(), 1);
    forge(&dir, "chains/2022-01-07.parquet", |c| {
        number(c, "bid", 0, -41.0)
    });
    data::load(&dir).unwrap();
    let message = data::chains::load_closes(&dir, &all)
        .unwrap_err()
        .to_string();
    assert!(message.ends_with("chains/2022-01-07.parquet: row 1, column bid: found -41, allowed: a finite number from 0; import the dataset again"), "{message}");
    let path = dir.join("chains/2022-01-07.parquet");
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let message = data::chains::load_closes(&dir, &all)
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("2022-01-07.parquet: found sha256"),
        "{message}"
    );
}
