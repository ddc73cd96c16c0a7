//! Files as they are packed, and two imports at once.

use std::io::Write;

use crate::{DAYS, Inbox};

fn gzip(text: &str) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text.as_bytes()).unwrap();
    gzip.finish().unwrap()
}

#[test]
fn every_member_of_a_gzip_file_is_read() {
    let text: String = DAYS
        .iter()
        .enumerate()
        .map(|(i, d)| format!("{d},1.{i}\n"))
        .collect();
    let (first, second) = text.split_at(text.len() / 2);
    let header = "observation_date,DGS10\n";
    let inbox = Inbox::core("gzip_members");
    let members = [gzip(&format!("{header}{first}")), gzip(second)].concat();
    std::fs::write(inbox.from().join("DGS10.csv.gz"), members).unwrap();
    assert!(inbox.import().refused.is_empty());
    let values: Vec<_> = inbox.load().observations.daily["dgs10"]
        .values
        .iter()
        .map(|v| v.unwrap())
        .collect();
    assert_eq!(
        values,
        (0..10)
            .map(|i| 1.0 + f64::from(i) / 10.0)
            .collect::<Vec<_>>()
    );
}

#[test]
fn an_archive_of_thousands_of_files_is_listed_once() {
    const FILES: usize = 4_000;
    let inbox = Inbox::core("zip_many");
    let mut archive =
        zip::ZipWriter::new(std::fs::File::create(inbox.from().join("many.zip")).unwrap());
    for i in 0..FILES {
        archive
            .start_file(
                format!("{i:04}.csv"),
                zip::write::SimpleFileOptions::default(),
            )
            .unwrap();
        let name = if i == 1_234 { "DGS10" } else { "M2SL" };
        archive
            .write_all(format!("observation_date,{name}\n2022-01-03,1.5\n").as_bytes())
            .unwrap();
    }
    archive.finish().unwrap();
    let report = inbox.import();
    assert_eq!((report.taken.len(), report.refused.len()), (3, FILES - 1));
    assert_eq!(
        inbox.load().observations.daily["dgs10"].values[0],
        Some(1.5)
    );
}

#[test]
fn a_second_import_into_the_same_dataset_is_told_to_wait() {
    let inbox = Inbox::core("locked");
    inbox.import();
    let lock = std::fs::File::create(inbox.dataset().with_file_name(".dataset.lock")).unwrap();
    lock.lock().unwrap();
    let error = inbox.try_import().unwrap_err().to_string();
    assert!(
        error.ends_with("is under way; wait until it has ended, or name another dataset"),
        "{error}"
    );
    inbox.load();
    drop(lock);
    inbox.import();
    assert!(!inbox.dataset().with_file_name(".dataset.lock").exists());
}

#[test]
fn a_plan_says_what_each_file_would_be_and_writes_nothing() {
    let inbox = Inbox::core("plan").file("note.txt", "hello\n");
    let plan = data::plan(&inbox.from(), &mut |_| {}, &Default::default()).unwrap();
    let taken: Vec<_> = plan
        .taken
        .iter()
        .map(|t| format!("{} {}", t.file, t.series.join(" ")))
        .collect();
    assert_eq!(
        taken,
        [
            "GSPC.csv spx_close spx_open spx_high spx_low",
            "VIX_History.csv vix vix_open vix_high vix_low"
        ]
    );
    assert_eq!(plan.refused.len(), 1);
    assert_eq!(plan.span.unwrap().0.to_string(), "2022-01-03");
    assert!(!inbox.dataset().exists());
    let empty = Inbox::empty("plan_empty").file("VIX_History.csv", &crate::vix());
    let span = data::plan(&empty.from(), &mut |_| {}, &Default::default())
        .unwrap()
        .span;
    assert!(
        span.unwrap_err()
            .to_string()
            .starts_with("no values for the series spx_close")
    );
}
