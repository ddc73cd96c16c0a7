use files::{Draft, put_back};

fn entries(folder: &std::path::Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|e| {
            e.expect("an entry")
                .file_name()
                .into_string()
                .expect("UTF-8")
        })
        .collect();
    names.sort();
    names
}

#[test]
fn a_draft_replaces_the_folder_as_a_whole() {
    let out = tempfile::tempdir().expect("a folder");
    let target = out.path().join("run");
    for file in ["first", "second"] {
        let draft = Draft::new(&target).expect("a draft");
        std::fs::write(draft.path().join(file), file).expect("a file");
        assert_eq!(draft.commit().expect("a folder"), target);
        assert_eq!(entries(&target), [file], "nothing of an older folder stays");
        assert_eq!(entries(out.path()), ["run"]);
    }
}

#[test]
fn a_dropped_draft_leaves_nothing() {
    let out = tempfile::tempdir().expect("a folder");
    let draft = Draft::new(&out.path().join("run")).expect("a draft");
    std::fs::write(draft.path().join("half"), "a table").expect("a file");
    drop(draft);
    assert_eq!(entries(out.path()), [""; 0]);
}

#[cfg(unix)]
#[test]
fn what_a_killed_process_left_goes_and_what_another_writes_stays() {
    let out = tempfile::tempdir().expect("a folder");
    let target = out.path().join("run");
    for left in [
        ".run.partial-1234",
        ".run.partial-Ab3dEf",
        ".other.partial-1",
    ] {
        std::fs::create_dir(out.path().join(left)).expect("a folder");
        std::fs::write(out.path().join(left).join("half"), "a table").expect("a file");
    }
    let running = Draft::new(&target).expect("a draft");
    let second = Draft::new(&target).expect("a draft");
    assert!(running.path().is_dir() && second.path().is_dir());
    assert_eq!(entries(out.path()).len(), 3, "{:?}", entries(out.path()));
    assert_eq!(
        entries(out.path())[0],
        ".other.partial-1",
        "of another target"
    );
    running.commit().expect("a folder");
    second.commit().expect("a folder");
    assert_eq!(entries(out.path()), [".other.partial-1", "run"]);
}

#[cfg(unix)]
#[test]
fn what_killed_runs_with_other_settings_left_goes_too() {
    let out = tempfile::tempdir().expect("a folder");
    let left = [
        ".replay-0123456789ab.partial-Ab3dEf",
        ".sweep-0123456789ab-cells-0-10.partial-Ab3dEf",
    ];
    let others = [
        ".notes.partial-Ab3dEf",
        ".replay-0123456789ab.partial-Ab3dEf7",
        ".replay-0123456789aX.partial-Ab3dEf",
        "replay-0123456789ab",
    ];
    for name in left.iter().chain(&others) {
        std::fs::create_dir(out.path().join(name)).expect("a folder");
    }
    let running = Draft::new(&out.path().join("run-ba9876543210")).expect("a draft");
    let second = Draft::new(&out.path().join("run-0123456789ab")).expect("a draft");
    assert!(running.path().is_dir(), "another process writes it");
    drop((running, second));
    let mut kept = others.map(str::to_string);
    kept.sort();
    assert_eq!(entries(out.path()), kept);
}

#[test]
fn whether_a_place_can_be_written_is_known_without_writing() {
    let out = tempfile::tempdir().expect("a folder");
    files::check_writable(&out.path().join("a/b/run")).expect("it can be made");
    assert_eq!(entries(out.path()), [""; 0]);
    std::fs::write(out.path().join("a"), "no folder").expect("a file");
    let message = files::check_writable(&out.path().join("a/b/run"))
        .expect_err("a file is no folder")
        .to_string();
    assert!(message.starts_with("cannot write "), "{message}");
}

#[test]
fn the_old_folder_is_kept_until_the_new_one_stands() {
    // Killed between the two renames: the target is gone, its old content waits under a hidden name.
    let out = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(out.path().join(".run.old")).expect("a folder");
    let draft = Draft::new(&out.path().join("run")).expect("a draft");
    assert!(out.path().join(".run.old").is_dir());
    draft.commit().expect("a folder");
    assert_eq!(entries(out.path()), ["run"]);
}

#[cfg(unix)]
#[test]
fn others_may_read_what_the_mask_of_the_user_lets_them_read() {
    use std::os::unix::fs::PermissionsExt;
    let out = tempfile::tempdir().expect("a folder");
    let plain = out.path().join("plain");
    std::fs::create_dir(&plain).expect("a folder");
    let drafted = Draft::new(&out.path().join("run")).expect("a draft");
    let drafted = drafted.commit().expect("a folder");
    let mode = |path| {
        std::fs::metadata(path)
            .expect("it is there")
            .permissions()
            .mode()
    };
    assert_eq!(mode(&drafted), mode(&plain));
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let out = tempfile::tempdir().expect("a folder");
    let file = out.path().join("file");
    std::fs::write(&file, "no folder").expect("a file");
    let message = Draft::new(&file.join("run"))
        .err()
        .expect("a file is no folder")
        .to_string();
    assert!(
        message.starts_with("cannot create ") && message.contains("file"),
        "{message}"
    );
}

#[test]
fn what_was_set_aside_comes_back_where_nothing_stands_in_its_place() {
    let out = tempfile::tempdir().expect("a folder");
    let target = out.path().join("run");
    put_back(&target).expect("nothing to do");
    let old = out.path().join(".run.old");
    std::fs::create_dir(&old).expect("a folder");
    std::fs::write(old.join("table"), "old").expect("a file");
    put_back(&target).expect("renamed");
    assert_eq!(entries(&target), ["table"]);
    // Beside a good folder it is a leftover, which the next commit takes away.
    std::fs::create_dir(&old).expect("a folder");
    put_back(&target).expect("nothing to do");
    assert_eq!(entries(&target), ["table"]);
    Draft::new(&target)
        .expect("a draft")
        .commit()
        .expect("a folder");
    assert_eq!(entries(out.path()), ["run"]);
}
