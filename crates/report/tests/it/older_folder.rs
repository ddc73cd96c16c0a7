//! Folders written before a table existed: the section says so in one line, the rest is as good as ever.

use crate::fixture;

#[test]
fn each_missing_table_costs_one_line() {
    let cases = [
        (
            "layers.csv",
            "This folder has no layers.csv, so the ledgers of the layers cannot be shown.",
        ),
        (
            "bands.csv",
            "This folder has no bands.csv, so the effect of the price model&#39;s error cannot be shown.",
        ),
        (
            "slippage.csv",
            "This folder has no slippage.csv, so the sensitivity to slippage cannot be shown.",
        ),
        (
            "market.csv",
            "This folder has no market.csv, so SPX and VIX cannot be shown.",
        ),
        (
            "findings.csv",
            "This folder has no findings.csv, so the findings of the dataset&#39;s checks cannot be shown.",
        ),
    ];
    for (file, line) in cases {
        let run = fixture::standard().without(file).run();
        let page = report::html(&run);
        assert!(
            page.contains(&format!("<p class=\"note\">{line}</p>")),
            "{file}"
        );
        assert_eq!(page.matches("<section ").count(), 29, "{file}");
        assert!(
            report::markdown(&run).contains(&format!("has no {file}")),
            "{file}"
        );
    }
}

#[test]
fn a_folder_with_none_of_them_is_still_a_report() {
    let mut fixture = fixture::standard();
    for file in [
        "layers.csv",
        "bands.csv",
        "slippage.csv",
        "market.csv",
        "findings.csv",
    ] {
        fixture = fixture.without(file);
    }
    fixture.manifest.as_object_mut().unwrap().remove("interval");
    fixture.manifest.as_object_mut().unwrap().remove("notes");
    let page = report::html(&fixture.run());
    assert!(page.contains("2022: Trading equity [$]</figcaption>"));
    assert!(page.contains("The manifest does not say how the intervals were computed."));
}

#[test]
fn columns_after_the_contract_may_be_missing_and_print_as_dashes() {
    let keep = |line: &str| line.split(',').take(26).collect::<Vec<_>>().join(",") + "\n";
    let run = fixture::standard()
        .edit("summary.csv", |text| text.lines().map(keep).collect())
        .run();
    let page = report::html(&run);
    assert!(page.contains("The control is undefined for every arm of this folder"));
    assert!(
        page.contains("the control with fewer condors instead of a hedge is not in this folder.")
    );
    let net = page.find("2022: what the hedge cost").unwrap();
    let table = &page[net..net + page[net..].find("</table>").unwrap()];
    assert!(
        !table.contains("Net cost"),
        "a column without a value is left out"
    );
    assert!(report::terminal::table(&run, 100, false).contains(" - "));
}

#[test]
fn a_run_without_hedges_or_without_the_unhedged_arm_is_reported() {
    let only = |kept: &'static [&'static str]| {
        let mut fixture = fixture::standard();
        let arms = fixture.manifest["arms"].as_array().unwrap().clone();
        let kept_arm = |arm: &serde_json::Value| kept.contains(&arm["name"].as_str().unwrap());
        fixture.manifest["arms"] = arms.into_iter().filter(kept_arm).collect();
        let files: Vec<String> = fixture.files.keys().cloned().collect();
        for file in files {
            let Some(at) = fixture.files[&file]
                .lines()
                .next()
                .unwrap()
                .split(',')
                .position(|name| name == "arm")
            else {
                continue;
            };
            let keep = move |(line, text): &(usize, &str)| {
                *line == 0 || kept.contains(&text.split(',').nth(at).unwrap())
            };
            fixture = fixture.edit(&file, |text| {
                text.lines()
                    .enumerate()
                    .filter(keep)
                    .map(|(_, line)| format!("{line}\n"))
                    .collect()
            });
        }
        report::html(&fixture.run())
    };
    assert!(
        only(&["unhedged"]).contains("The run has no hedged arm, so there is nothing to compare.")
    );
    assert!(
        only(&["always_on", "tiered"])
            .contains("The run has no unhedged arm to choose the days by.")
    );
}
