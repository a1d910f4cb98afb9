//! Changes by path against the plainest model there is: a map from paths to contents.

use std::collections::BTreeMap;

use llmos_lite::kernel::volume::{Change, ChangeKind, MemoryRows, Oid, RefName, Revision, VolumeError};
use pollster::block_on;
use proptest::prelude::*;
use proptest::strategy::ValueTree;

use crate::native::{Folder, create, open, path, request};

type Files = BTreeMap<String, Vec<u8>>;

#[derive(Clone, Debug)]
enum Step {
    Put(String, Vec<u8>),
    Remove(String),
    RemoveFolder(String),
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[ab](/[ab.]b?){0,3}", 1 => "[a-c]{1,2}/(é|😀 x|[0-9]{1,2})"]
        .prop_filter("not a name", |name| llmos_lite::kernel::volume::VolumePath::new(name).is_ok())
}

fn steps() -> impl Strategy<Value = Vec<Vec<Step>>> {
    let step = prop_oneof![
        6 => (name(), prop::collection::vec(any::<u8>(), 0..4)).prop_map(|(name, bytes)| Step::Put(name, bytes)),
        2 => name().prop_map(Step::Remove),
        1 => name().prop_map(Step::RemoveFolder),
    ];
    prop::collection::vec(prop::collection::vec(step, 1..5), 1..8)
}

/// The files after a step, or `None` if the step makes no sense.
fn model(before: &Files, steps: &[Step]) -> Option<Files> {
    let mut after = before.clone();
    let mut named = Vec::new();
    for step in steps {
        let (Step::Put(name, _) | Step::Remove(name) | Step::RemoveFolder(name)) = step;
        if named.contains(name) {
            return None;
        }
        named.push(name.clone());
    }
    // Folders go first, then what stands inside them is changed: edits of one commit have no order.
    for step in steps {
        if let Step::RemoveFolder(name) = step {
            let inside = |path: &String| path.starts_with(&format!("{name}/"));
            if !before.keys().any(inside) {
                return None;
            }
            after.retain(|path, _| !inside(path));
        }
    }
    let removed: Vec<&String> =
        steps.iter().filter_map(|step| if let Step::Remove(name) = step { Some(name) } else { None }).collect();
    for name in removed {
        after.remove(name)?;
    }
    for step in steps {
        if let Step::Put(name, bytes) = step {
            after.insert(name.clone(), bytes.clone());
        }
    }
    let clash = after.keys().any(|path| path.match_indices('/').any(|(at, _)| after.contains_key(&path[..at])));
    if clash { None } else { Some(after) }
}

fn changes(steps: &[Step]) -> Vec<Change> {
    let change = |step: &Step| match step {
        Step::Put(name, bytes) => Change::put(path(name), bytes.clone()),
        Step::Remove(name) => Change::remove(path(name)),
        Step::RemoveFolder(name) => Change { path: path(name), kind: ChangeKind::RemoveFolder },
    };
    steps.iter().map(change).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn volumes_hold_what_a_map_would_hold(commits in steps()) {
        let rows = MemoryRows::new();
        let volume = create(&rows);
        let mut files = Files::new();
        let mut versions: Vec<(Oid, Files)> = Vec::new();
        for (number, steps) in commits.iter().enumerate() {
            let before = rows.snapshot();
            let made = block_on(volume.commit(&RefName::main(), &request(changes(steps), number as i64)));
            match model(&files, steps) {
                Some(after) if after == files => prop_assert!(made.is_err() || versions.last().is_none_or(|(last, _)| made == Ok(*last))),
                Some(after) => {
                    versions.push((made.unwrap(), after.clone()));
                    files = after;
                }
                None => {
                    prop_assert!(made.is_err(), "{steps:?} on {files:?}");
                    prop_assert_eq!(before, rows.snapshot());
                }
            }
        }
        // Every version reads as it was, through eyes that have seen nothing before.
        let volume = open(&rows);
        for (oid, files) in &versions {
            let at = Revision::Commit(*oid);
            let listed: Vec<String> = block_on(volume.list(None, &at)).unwrap().into_iter().map(|file| file.path).collect();
            prop_assert_eq!(&listed, &files.keys().cloned().collect::<Vec<_>>());
            for (name, bytes) in files {
                prop_assert_eq!(&block_on(volume.read(&path(name), &at)).unwrap(), bytes);
            }
        }
        let log = block_on(volume.log(&Revision::Head, 100, 0)).unwrap();
        let expected: Vec<Oid> = versions.iter().rev().map(|(oid, _)| *oid).collect();
        prop_assert_eq!(log.entries.iter().map(|entry| entry.oid).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn what_was_made_by_chance_is_sound() {
    let rows = MemoryRows::new();
    let volume = create(&rows);
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for number in 0..300 {
        let steps = steps().new_tree(&mut runner).unwrap().current();
        for steps in &steps {
            let _ = block_on(volume.commit(&RefName::main(), &request(changes(steps), number)));
        }
    }
    Folder::of(&rows).must_be_sound();
}

#[test]
fn a_change_that_makes_no_sense_says_so() {
    let rows = MemoryRows::new();
    let volume = create(&rows);
    let commit = |changes| block_on(volume.commit(&RefName::main(), &request(changes, 1)));
    commit(vec![Change::put(path("a/b/c"), "1"), Change::put(path("f"), "1")]).unwrap();
    let message = |changes| commit(changes).unwrap_err().to_string();
    assert_eq!(message(vec![Change::put(path("a/b"), "2")]), "'a/b' is a folder, so no file can have this name");
    assert_eq!(message(vec![Change::put(path("f/x/y"), "2")]), "'f' is a file, so nothing can stand inside it");
    assert_eq!(message(vec![Change::remove(path("a/b"))]), "'a/b' is a folder, so no file can have this name");
    assert_eq!(message(vec![Change::remove(path("a/x"))]), "there is no file 'a/x'");
    let twice = vec![Change::put(path("g"), "2"), Change::remove(path("g"))];
    assert_eq!(message(twice), "'g' is changed twice in one commit");
    let swap = vec![Change::remove(path("f")), Change::put(path("f/x"), "2")];
    assert!(commit(swap).is_ok());
    let absent =
        Change { path: path("z"), kind: ChangeKind::Set(llmos_lite::kernel::volume::Mode::File, Oid::EMPTY_TREE) };
    assert!(matches!(commit(vec![absent]), Err(VolumeError::Missing { .. })));
}
