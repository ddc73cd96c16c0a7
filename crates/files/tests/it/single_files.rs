use files::write_whole;

#[test]
fn a_file_is_replaced_as_a_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("report.md");
    for text in ["a long first text", "short"] {
        write_whole(&path, text.as_bytes()).expect("a file");
        assert_eq!(std::fs::read_to_string(&path).expect("text"), text);
        let entries = std::fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(entries, 1);
    }
}

#[cfg(unix)]
#[test]
fn what_a_killed_process_left_goes_with_the_next_write() {
    let folder = tempfile::tempdir().expect("a folder");
    let left = folder.path().join(".report.md.partial-Ab3dEf");
    std::fs::write(&left, "half a te").expect("a file");
    let held_path = folder.path().join(".report.md.partial-Gh1jKl");
    let held = std::fs::File::create(&held_path).expect("a file");
    held.try_lock().expect("nobody else has it");
    write_whole(&folder.path().join("report.md"), b"text").expect("a file");
    assert!(!left.exists(), "nobody writes it any more");
    assert!(held_path.exists(), "another process is writing it");
}

#[cfg(unix)]
#[test]
fn a_file_has_the_permissions_of_any_other() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let (plain, whole) = (folder.path().join("plain"), folder.path().join("whole"));
    std::fs::write(&plain, "text").expect("a file");
    write_whole(&whole, b"text").expect("a file");
    let mode = |path| {
        std::fs::metadata(path)
            .expect("it is there")
            .permissions()
            .mode()
    };
    assert_eq!(mode(&plain), mode(&whole));
}
