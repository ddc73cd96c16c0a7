//! `docs/limits.md` is what the code checks.

#[test]
fn the_table_of_limits_is_the_one_of_the_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/limits.md");
    let text = std::fs::read_to_string(path).unwrap();
    let table = data::limits_table();
    assert!(table.lines().count() > 60, "{table}");
    let (above, _) = text.split_once("| series |").expect("a table");
    let wanted = format!("{above}{table}");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, &wanted).unwrap();
        return;
    }
    assert!(
        text == wanted,
        "UPDATE_GOLDEN=1 writes docs/limits.md again"
    );
}
