//! The files of a folder against the hashes of its manifest.

use std::path::PathBuf;

use tables::files::{FolderFiles, sha256};
use tables::{BandRow, CsvForm, ReadError, Row, seal, table_of};

const NEEDED: &str = "summary.csv";

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &[u8])]) -> Folder {
        let folder =
            std::env::temp_dir().join(format!("alvh-tables-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        for (file, bytes) in files {
            std::fs::write(folder.join(file), bytes).expect("a file");
        }
        Folder(folder)
    }

    fn files(&self, hashes: &[(&str, String)]) -> FolderFiles<'_> {
        let mut files = FolderFiles::on_disk(&self.0, NEEDED);
        files.hashes = hashes
            .iter()
            .map(|(name, hash)| (name.to_string(), hash.clone()))
            .collect();
        files
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).expect("the folder");
    }
}

#[test]
fn a_file_that_is_not_what_was_noted_is_told_once() {
    let text = b"a,b\n1,2\n3,4\n";
    let folder = Folder::new("noted", &[("t.csv", text)]);
    let right = sha256(text);
    for (noted, is_changed) in [
        (right.clone(), false),
        (right.to_uppercase(), false),
        (sha256(b"x"), true),
    ] {
        let mut files = folder.files(&[("t.csv", noted.clone())]);
        let mut rows = 0;
        for _ in 0..2 {
            let each = &mut |_: tables::CsvRow<'_>| {
                rows += 1;
                Ok(())
            };
            files.each_row("t.csv", &["a"], each).expect("rows");
        }
        assert_eq!(
            (rows, files.changed.len()),
            (4, usize::from(is_changed)),
            "{noted}"
        );
        let mut files = folder.files(&[("t.csv", noted)]);
        assert_eq!(files.text("t.csv").expect("a text").as_bytes(), text);
        assert_eq!(files.changed.len(), usize::from(is_changed));
    }
    let mut files = folder.files(&[]);
    files.table("t.csv", &["b"]).expect("a table");
    assert!(
        files.changed.is_empty(),
        "a file without a hash is not compared"
    );
    // Seen to be changed by one reader, it is not told again by the other.
    let mut files = folder.files(&[("t.csv", sha256(b"x"))]);
    files.text("t.csv").expect("a text");
    files.each_row("t.csv", &[], &mut |_| Ok(())).expect("rows");
    assert_eq!(files.changed, ["t.csv"]);
}

#[test]
fn a_table_that_is_absent_is_none_and_one_that_cannot_be_read_is_a_fault() {
    let row = BandRow::default();
    let text = table_of([row.clone(), row.clone()]).csv();
    let folder = Folder::new(
        "absent",
        &[(BandRow::FILE, text.as_bytes()), ("bad.csv", b"\xff")],
    );
    std::fs::create_dir(folder.0.join("controls.csv")).expect("a folder in the place of a file");
    let mut files = folder.files(&[]);
    let rows = files.maybe(|_, row: BandRow| Ok(row)).expect("a table");
    assert_eq!(rows, Some(vec![row.clone(), row]));
    assert_eq!(files.maybe_text("nothing.csv").expect("no fault"), None);
    assert!(files.maybe_text("controls.csv").is_err());
    let said = files
        .text("nothing.csv")
        .expect_err("it is needed")
        .to_string();
    assert!(
        said.contains("nothing.csv: cannot be read")
            && said.ends_with("a run folder holds summary.csv"),
        "{said}"
    );
    let said = files.text("bad.csv").expect_err("not text").to_string();
    assert_eq!(said, "bad.csv: byte 0 is not UTF-8");
    let refusal = |_: tables::CsvRow<'_>| {
        Err(ReadError::Whole {
            file: "x".into(),
            message: "y".into(),
        })
    };
    assert!(
        files
            .each_row(BandRow::FILE, &[], &mut { refusal })
            .is_err()
    );
}

#[test]
fn a_seal_needs_its_whole_hash() {
    let cut = format!("{{ \"{}\": \"{}", seal::KEY, &seal::UNSEALED[1..]);
    assert!(seal::check(&cut).is_ok(), "there is no seal to break");
    let whole = format!("{{ \"{}\": \"{}", seal::KEY, seal::UNSEALED);
    assert!(seal::check(&whole).is_err() && seal::check(&seal::seal(&whole)).is_ok());
    assert_eq!(
        CsvForm::of(&serde_json::json!({ "csv_version": "2" }))
            .map_err(|e| e.to_string())
            .err()
            .as_deref(),
        Some("manifest.json: key `csv_version`: found \"2\", allowed are none and 2")
    );
}
