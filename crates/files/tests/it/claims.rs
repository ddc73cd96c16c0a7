use std::sync::atomic::{AtomicUsize, Ordering};

use files::{Claim, ClaimError};

#[test]
fn a_place_is_had_once_and_given_back_with_the_folders_made_for_it() {
    let out = tempfile::tempdir().expect("a folder");
    let target = out.path().join("a/b/dataset");
    let claim = Claim::take(&target).expect("nobody has it");
    let refused = Claim::take(&target).expect_err("it is had");
    assert!(matches!(&refused, ClaimError::Taken(path) if *path == target));
    let message = format!(
        "{}: another process is writing here; wait until it has ended",
        target.display()
    );
    assert_eq!(refused.to_string(), message);
    Claim::take(&out.path().join("a/b/other")).expect("another place");
    drop(claim);
    assert_eq!(std::fs::read_dir(out.path()).expect("a folder").count(), 0);
    let claim = Claim::take(&target).expect("it was given back");
    std::fs::create_dir(&target).expect("a folder");
    drop(claim);
    assert!(target.is_dir(), "what was written stays");
    let beside = std::fs::read_dir(out.path().join("a/b")).expect("a folder");
    assert_eq!(beside.count(), 1, "and the lock does not");
}

/// What a killed process left is a file that nobody has locked.
#[test]
fn a_lock_without_its_process_is_none() {
    let out = tempfile::tempdir().expect("a folder");
    std::fs::write(out.path().join(".dataset.lock"), "").expect("a file");
    Claim::take(&out.path().join("dataset")).expect("nobody has it");
    assert_eq!(std::fs::read_dir(out.path()).expect("a folder").count(), 0);
}

/// Whoever gives a place back removes a file that another one may have opened: never do two have the place.
#[test]
fn of_many_who_take_and_give_back_one_has_it_at_a_time() {
    const ROUNDS: usize = 2_000;
    let out = tempfile::tempdir().expect("a folder");
    let target = out.path().join("dataset");
    let (inside, had) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        for _ in 0..ROUNDS {
            let Ok(claim) = Claim::take(&target) else {
                continue;
            };
            assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "two have it");
            had.fetch_add(1, Ordering::SeqCst);
            inside.fetch_sub(1, Ordering::SeqCst);
            drop(claim);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(work);
        }
    });
    assert!(had.load(Ordering::SeqCst) >= ROUNDS / 4, "{had:?}");
}
