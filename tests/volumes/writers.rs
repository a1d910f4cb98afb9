//! Several tabs that write to one volume at the same time.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use llmos_lite::kernel::volume::{Change, Import, MemoryRows, Oid, RefName, Repository, Revision, Rows, VolumeError};
use pollster::block_on;

use crate::native::{Folder, create, open, path, put, request};

/// Runs futures side by side, each in turn as far as it gets.
fn run_together(futures: Vec<Pin<Box<dyn Future<Output = ()> + '_>>>) {
    let mut waiting = futures;
    block_on(poll_fn(|context| {
        waiting.retain_mut(|future| future.as_mut().poll(context).is_pending());
        if waiting.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    }));
}

#[test]
fn two_and_four_writers_lose_nothing() {
    for writers in [2, 4] {
        let rows = MemoryRows::new();
        put(&create(&rows), &[("seed", b"")], 0);
        rows.let_others_in();
        let writer = |writer: usize| {
            let rows = &rows;
            Box::pin(async move {
                let volume = Repository::open(rows).await.unwrap();
                for number in 0..60 {
                    let file = format!("writer-{writer}/{:02}/{number}.md", number % 7);
                    let changes = vec![Change::put(path(&file), number.to_string())];
                    volume.commit(&RefName::main(), &request(changes, number)).await.unwrap();
                }
            }) as Pin<Box<dyn Future<Output = ()>>>
        };
        run_together((0..writers).map(writer).collect());
        let volume = open(&rows);
        let log = block_on(volume.log(&Revision::Head, 1000, 0)).unwrap();
        assert_eq!(log.entries.len(), 1 + 60 * writers);
        assert_eq!(block_on(volume.list(None, &Revision::Head)).unwrap().len(), 1 + 60 * writers);
        let git = Folder::of(&rows);
        git.must_be_sound();
        assert_eq!(git.git(&["rev-list", "--count", "main"]).trim(), (1 + 60 * writers).to_string());
    }
}

#[test]
fn the_same_file_changed_twice_is_a_conflict_for_the_second() {
    let rows = MemoryRows::new();
    let first = put(&create(&rows), &[("a", b"1"), ("b", b"1")], 1);
    let (one, two) = (open(&rows), open(&rows));
    let change = |file: &str, text: &str| {
        let mut request = request(vec![Change::put(path(file), text)], 2);
        request.expected_parent = Some(first);
        request
    };
    let second = block_on(one.commit(&RefName::main(), &change("a", "one"))).unwrap();
    let error = block_on(two.commit(&RefName::main(), &change("a", "two"))).unwrap_err();
    assert_eq!(error, VolumeError::Conflict { paths: vec![path("a")], head: Some(second) });
    assert_eq!(error.to_string(), "'a' changed since you read it: look at both versions and save again");
    // The same change of both, and changes of other files, come together.
    assert_eq!(block_on(two.commit(&RefName::main(), &change("a", "one"))), Ok(second));
    block_on(two.commit(&RefName::main(), &change("b", "two"))).unwrap();
    let read = |file| block_on(one.read(&path(file), &Revision::Head)).unwrap();
    assert_eq!((read("a"), read("b")), (b"one".to_vec(), b"two".to_vec()));
}

#[test]
fn a_log_after_a_reload_is_two_reads_and_sees_what_others_wrote() {
    let rows = MemoryRows::new();
    let volume = create(&rows);
    let oids: Vec<Oid> = (0..200).map(|number| put(&volume, &[("a", number.to_string().as_bytes())], number)).collect();
    let other = open(&rows);
    put(&other, &[("b", b"1")], 300);
    put(&volume, &[("c", b"1")], 301);
    let before = rows.reads();
    let volume = open(&rows);
    let log = block_on(volume.log(&Revision::Head, 50, 0)).unwrap();
    assert_eq!(rows.reads() - before, 2);
    assert!(log.has_more);
    assert_eq!(log.entries[2].oid, oids[199]);
    // Without those rows, or with rubbish in them, it is the same log.
    for key in rows.snapshot().keys().filter(|key| key.starts_with("llmos/")) {
        rows.alter(key, |row| row[0] ^= 1);
    }
    assert_eq!(block_on(open(&rows).log(&Revision::Head, 50, 0)).unwrap(), log);
    let page = block_on(open(&rows).log(&Revision::Head, 50, 152)).unwrap();
    assert_eq!((page.entries.len(), page.has_more, page.entries[49].oid), (50, false, oids[0]));
    assert!(rows.snapshot().keys().filter(|key| key.starts_with("llmos/")).count() <= 6);
}

#[test]
fn the_newest_commit_is_looked_up_once_until_somebody_writes() {
    let rows = MemoryRows::new();
    let volume = create(&rows);
    let other = open(&rows);
    let head = |volume: &Repository<_>| block_on(volume.resolve(&Revision::Head)).unwrap();
    for number in 0..3 {
        let written = put(if number == 1 { &volume } else { &other }, &[("a", &[number])], i64::from(number));
        let before = rows.reads();
        assert_eq!((head(&volume), rows.reads() - before), (Some(written), 1));
        assert_eq!((head(&volume), rows.reads() - before), (Some(written), 1));
    }
}

#[test]
fn who_reads_everything_does_not_blind_who_writes() {
    let rows = MemoryRows::new();
    let volume = create(&rows);
    for number in 0..40 {
        put(&volume, &[(&format!("a/{number}"), b"1")], number);
    }
    rows.let_others_in();
    let checks = async {
        for _ in 0..5 {
            assert_eq!(volume.check().await.unwrap().damages, []);
        }
    };
    let writes = async {
        for number in 0..40 {
            // Another eye writes, so that this one has to read what came.
            let other = Repository::open(&rows).await.unwrap();
            let changes = vec![Change::put(path(&format!("b/{number}")), number.to_string())];
            other.commit(&RefName::main(), &request(changes, 100 + number)).await.unwrap();
            let read = volume.read(&path(&format!("b/{number}")), &Revision::Head).await.unwrap();
            assert_eq!(read, number.to_string().into_bytes());
        }
    };
    run_together(vec![Box::pin(checks), Box::pin(writes)]);
}

#[test]
fn readers_of_a_packed_volume_find_its_packs_side_by_side() {
    let source = MemoryRows::new();
    put(&create(&source), &[("notes.md", b"one")], 1);
    let bundle = block_on(open(&source).bundle()).unwrap().encode();
    let rows = MemoryRows::new();
    block_on(block_on(Import::of_bundle(&bundle)).unwrap().keep(&rows)).unwrap();
    let volume = open(&rows);
    rows.let_others_in();
    let reader = |steps_behind: usize| {
        let volume = &volume;
        Box::pin(async move {
            for _ in 0..steps_behind {
                volume.rows().read(&["HEAD".to_owned()]).await.unwrap();
            }
            assert_eq!(volume.read(&path("notes.md"), &Revision::Head).await.unwrap(), b"one");
        }) as Pin<Box<dyn Future<Output = ()>>>
    };
    run_together((0..6).map(reader).collect());
}

#[test]
fn an_import_takes_the_place_of_a_volume_whole_or_not_at_all() {
    let source = MemoryRows::new();
    put(&create(&source), &[("notes.md", b"one")], 1);
    let bundle = block_on(open(&source).bundle()).unwrap().encode();
    let import = || block_on(Import::of_bundle(&bundle)).unwrap();
    let rows = MemoryRows::new();
    let volume = create(&rows);
    let first = put(&volume, &[("metadata.json", b"{}")], 1);
    let second = put(&volume, &[("work", b"kept")], 2);
    let before = rows.snapshot();
    assert!(block_on(import().keep_over(&rows, &RefName::main(), first)).is_err());
    assert_eq!(rows.snapshot(), before);
    block_on(import().keep_over(&rows, &RefName::main(), second)).unwrap();
    // Who had the volume open reads on, in what came.
    assert_eq!(block_on(volume.read(&path("notes.md"), &Revision::Head)).unwrap(), b"one");
    let git = Folder::of(&rows);
    git.must_be_sound();
    assert_eq!(git.git(&["count-objects"]).trim(), "0 objects, 0 kilobytes");
}
