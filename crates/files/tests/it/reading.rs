use files::{as_text, read_at_most, read_own};

#[test]
fn a_file_is_read_up_to_a_limit() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("text");
    std::fs::write(&path, "12345").expect("a file");
    assert_eq!(read_at_most(&path, 5).expect("five bytes"), b"12345");
    let error = read_own(&path, 4).expect_err("one too many").to_string();
    assert_eq!(error, "it is longer than 4 bytes, the most that is read");
    assert!(read_at_most(folder.path(), 5).is_err(), "a folder");
    assert!(read_at_most(&folder.path().join("none"), 5).is_err());
    let error = as_text(vec![b'a', 0xff]).expect_err("no text").to_string();
    assert_eq!(error, "byte 1 is not UTF-8");
}

#[cfg(unix)]
#[test]
fn neither_devices_nor_a_strangers_links_are_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, link) = (folder.path().join("file"), folder.path().join("link"));
    std::fs::write(&file, "secret").expect("a file");
    std::os::unix::fs::symlink(&file, &link).expect("a link");
    assert_eq!(read_at_most(&link, 10).expect("one's own link"), b"secret");
    let error = read_own(&link, 10).expect_err("a stranger's").to_string();
    assert!(error.contains("symbolic link"), "{error}");
    let error = read_at_most("/dev/zero".as_ref(), 10).expect_err("a device");
    assert_eq!(error.to_string(), "it is no regular file");
}
