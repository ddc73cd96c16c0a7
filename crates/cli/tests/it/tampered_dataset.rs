//! A dataset that somebody changed with care, every hash made anew: each command that opens it ends with exit code 3 and the
//! file, row and value. What no writer of ours writes (NaN) is in `data/tests/it/tampered.rs`.

use std::path::{Path, PathBuf};

use data::Manifest;
use data::table::{Column, Values, content_sha256, read_parquet, write_parquet};

use crate::support::{alvh, failure, root, scratch, stderr};

/// The bundled dataset with its daily table changed, and all its hashes those of the change.
fn forged(name: &str, change: impl Fn(&mut [Column])) -> PathBuf {
    let folder = scratch(name);
    for entry in std::fs::read_dir(root().join("datasets/reconstruction")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name");
        std::fs::copy(&path, folder.join(name)).expect("a copy");
    }
    let mut manifest = Manifest::read(&folder).expect("a manifest");
    let table = folder.join("daily.parquet");
    let mut columns = read_parquet(&table).expect("a table");
    change(&mut columns);
    write_parquet(&table, &columns).expect("a table");
    let entry = manifest.files.get_mut("daily.parquet").expect("an entry");
    entry.sha256 = data::sha256_file(&table).expect("a file");
    entry.content_sha256 = content_sha256(&columns);
    let write = |manifest: &Manifest| {
        std::fs::write(folder.join("manifest.json"), manifest.text()).expect("a file");
    };
    write(&manifest);
    // The refusal itself says which hash would do.
    let said = data::load(&folder).expect_err("another hash").to_string();
    let hash = said.split("allowed: ").nth(1).expect("the hash");
    manifest.dataset_hash = hash[..64].to_string();
    write(&manifest);
    folder
}

fn column<'a>(columns: &'a mut [Column], name: &str) -> &'a mut Values {
    let found = columns.iter_mut().find(|column| column.name == name);
    &mut found.expect("a column").values
}

/// Every command that opens a dataset refuses it with these words.
fn refused(dataset: &Path, words: &str) {
    let dataset = dataset.to_str().expect("UTF-8");
    let out = scratch("tampered-out");
    let out = out.to_str().expect("UTF-8");
    let of = ["--quiet", "--dataset", dataset, "--out", out];
    let run = "configs/runs/replay.toml";
    let commands = [
        vec!["data", "check", dataset],
        vec!["data", "fit", dataset],
        [&["replay", run][..], &of].concat(),
        [&["today", run][..], &of[..3]].concat(),
        [&["sweep", "configs/sweeps/tiers.toml"][..], &of].concat(),
        [&["study", "configs/studies/alvh.toml"][..], &of].concat(),
    ];
    for command in &commands {
        let (code, message) = failure(command);
        assert_eq!(code, 3, "{command:?}: {message}");
        assert!(message.contains(words), "{command:?}: {message}");
    }
    assert_eq!(std::fs::read_dir(out).expect("a folder").count(), 0);
}

#[test]
fn a_negative_price_ends_every_command_with_file_row_and_value() {
    let folder = forged("tampered-price", |columns| {
        let Values::F64(closes) = column(columns, "spx_close") else {
            panic!("closes are numbers");
        };
        closes[499] = Some(-4005.0);
    });
    let words = "daily.parquet: row 500, column spx_close: found -4005 on 2022-11-22, allowed: 10 to 100000";
    refused(&folder, words);
}

#[test]
fn a_session_out_of_order_ends_every_command_with_file_row_and_value() {
    let folder = forged("tampered-order", |columns| {
        let Values::Date(days) = column(columns, "date") else {
            panic!("dates are days");
        };
        days.swap(499, 500);
    });
    let words = "daily.parquet: row 500, column date: found 2022-11-23, allowed: 2022-11-22";
    refused(&folder, words);
}

/// Written again unchanged, it is the dataset it was: what was refused above is the change.
#[test]
fn the_same_made_anew_without_a_change_is_no_other_dataset() {
    let from = root().join("datasets/reconstruction");
    let good = data::load(&from).expect("the bundled dataset");
    let columns = read_parquet(&from.join("daily.parquet")).expect("a table");
    let entry = &good.manifest.files["daily.parquet"];
    assert_eq!(entry.content_sha256, content_sha256(&columns));
    let checked = alvh(&["data", "check", from.to_str().expect("UTF-8")]);
    assert!(checked.status.success(), "{}", stderr(&checked));
}
