//! Datasets from the command line.

use crate::support::{alvh, bytes, failure, root, scratch, stderr, stdout};

#[test]
fn reconstruct_builds_the_bundled_dataset_bit_for_bit() {
    let into = scratch("reconstruct").join("reconstruction");
    let output = alvh(&[
        "data",
        "reconstruct",
        "--into",
        into.to_str().expect("UTF-8"),
    ]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains("not market history"));
    let mut bundled = bytes(&root().join("datasets/reconstruction"));
    bundled.remove("README.md");
    assert!(
        bytes(&into) == bundled,
        "the bundled dataset is not what the code builds"
    );
}

#[test]
fn check_names_the_dataset_and_says_what_it_is() {
    let output = alvh(&["data", "check"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(
        text.contains("1028 sessions") && text.contains("not market history"),
        "{text}"
    );
}

#[test]
fn an_empty_folder_is_refused_and_nothing_is_written() {
    let from = scratch("empty");
    let into = scratch("empty-into").join("dataset");
    let (code, message) = failure(&[
        "data",
        "import",
        "--quiet",
        "--from",
        from.to_str().expect("UTF-8"),
        "--into",
        into.to_str().expect("UTF-8"),
    ]);
    assert_eq!(code, 3, "{message}");
    assert!(!into.exists());
}

/// A folder of made-up files: the S&P 500, VIX, and forty files that nobody knows.
pub fn many_files(name: &str) -> String {
    let from = scratch(name);
    let days = ["03", "04", "05", "06", "07", "10", "11", "12", "13", "14"];
    let table = |header: &str, row: &dyn Fn(usize, &str) -> String| {
        let rows: String = days
            .iter()
            .enumerate()
            .map(|(i, day)| row(i, day))
            .collect();
        format!("{header}\n{rows}")
    };
    let spx = table("Date,Open,High,Low,Close,Volume", &|i, day| {
        format!("2022-01-{day},400{i}.5,401{i}.25,399{i}.75,400{i}.0,1000\n")
    });
    let vix = table("DATE,OPEN,HIGH,LOW,CLOSE", &|i, day| {
        format!("01/{day}/2022,20.0,23.0,19.0,20.{i}\n")
    });
    let write = |name: String, text: &str| std::fs::write(from.join(name), text).expect("a file");
    write("GSPC.csv".into(), &spx);
    write("VIX_History.csv".into(), &vix);
    for i in 0..40 {
        write(format!("note_{i:02}.txt"), "hello\n");
    }
    from.display().to_string()
}

#[test]
fn an_import_is_a_page_and_with_full_it_names_every_file_and_finding() {
    let from = many_files("page");
    let into = scratch("page-into").join("dataset").display().to_string();
    let import = |more: &[&str]| {
        let args = [
            &[
                "data", "import", "--quiet", "--from", &from, "--into", &into,
            ],
            more,
        ]
        .concat();
        let output = alvh(&args);
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    let (page, full) = (import(&[]), import(&["--full"]));
    // Why a file was refused is always printed; what was taken is told by publisher, and findings as far as a page goes.
    for i in 0..40 {
        let refused = format!("note_{i:02}.txt  ");
        assert!(page.contains(&refused) && full.contains(&refused), "{i}");
    }
    assert!(
        !page.contains("GSPC.csv   ") && page.contains("Yahoo or a copy"),
        "{page}"
    );
    assert!(
        full.contains("GSPC.csv   ") && full.contains("40 values"),
        "{full}"
    );
    let findings = |text: &str| text.matches("file_refused").count();
    assert_eq!((findings(&page), findings(&full)), (0, 40), "{page}");
    // Both end with what can be run and what to type next.
    for text in [&page, &full] {
        assert!(text.contains("alvh data check"), "{text}");
    }
}

#[test]
fn a_dry_run_says_what_each_file_would_be_taken_for_and_writes_nothing() {
    let from = many_files("plan");
    let out = scratch("plan-into");
    let into = out.join("dataset").display().to_string();
    let plan = |more: &[&str]| {
        let args = ["data", "import", "--dry-run", "--quiet", "--from", &from];
        alvh(&[&args[..], more].concat())
    };
    for more in [&["--full"][..], &["--full", "--into", &into]] {
        let output = plan(more);
        assert!(output.status.success(), "{}", stderr(&output));
        let text = stdout(&output);
        for words in ["GSPC.csv   ", "VIX_History.csv   ", "note_07.txt   "] {
            assert!(text.contains(words), "{words}: {text}");
        }
        let ends = "would span 2022-01-03 to 2022-01-14; nothing was written";
        assert!(text.contains(ends), "{text}");
    }
    let json = stdout(&plan(&["--json", "--into", &into]));
    let plan_of: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(plan_of["dry_run"], true);
    assert_eq!(plan_of["taken"].as_array().expect("files").len(), 2);
    assert_eq!(plan_of["refused"].as_array().expect("files").len(), 40);
    assert_eq!(std::fs::read_dir(&out).expect("a folder").count(), 0);
    // Without a core series an import would end with 3, and so does its plan.
    std::fs::remove_file(std::path::Path::new(&from).join("GSPC.csv")).expect("a file");
    let output = plan(&["--into", &into]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert!(stderr(&output).contains("spx_close"), "{}", stderr(&output));
}
