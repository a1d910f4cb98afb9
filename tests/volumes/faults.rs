//! Storage that fails: a clear message, and a volume that reads as it was.

use llmos_lite::kernel::volume::{
    Change, MemoryRows, RefName, Repository, Revision, Rows, RowsError, RowsWrite, VolumeError,
};
use pollster::block_on;

use crate::native::{Folder, create, open, path, put, request};

#[test]
fn a_failed_write_leaves_the_volume_as_it_was() {
    let abort = RowsError::Failed { name: "AbortError".into(), message: "the transaction was aborted".into() };
    let closed = RowsError::Closed { reason: "a newer version was opened".into() };
    for error in [RowsError::QuotaExceeded, abort, closed] {
        let rows = MemoryRows::new();
        let volume = create(&rows);
        let first = put(&volume, &[("a/b", b"1")], 1);
        let before = rows.snapshot();
        rows.fail_write_after(0, error.clone());
        let change = request(vec![Change::put(path("a/b"), "2"), Change::put(path("c"), "3")], 2);
        assert_eq!(block_on(volume.commit(&RefName::main(), &change)), Err(VolumeError::Rows(error)));
        assert_eq!(rows.snapshot(), before);
        assert_eq!(block_on(volume.head(&RefName::main())), Ok(Some(first)));
        assert_eq!(block_on(volume.read(&path("a/b"), &Revision::Head)).unwrap(), b"1");
        // The next try is as good as a first one.
        block_on(volume.commit(&RefName::main(), &change)).unwrap();
        assert_eq!(block_on(open(&rows).read(&path("c"), &Revision::Head)).unwrap(), b"3");
        Folder::of(&rows).must_be_sound();
    }
}

#[test]
fn an_altered_row_is_named_and_the_rest_still_reads() {
    let rows = MemoryRows::new();
    put(&create(&rows), &[("a", b"content of a"), ("b", b"content of b")], 1);
    let (_, oid) = block_on(open(&rows).entry(&path("a"), &Revision::Head)).unwrap().unwrap();
    let hex = oid.to_string();
    let key = format!("objects/{}/{}", &hex[..2], &hex[2..]);
    assert!(rows.alter(&key, |row| row[20] ^= 1));
    let error = block_on(open(&rows).read(&path("a"), &Revision::Head)).unwrap_err();
    assert!(matches!(&error, VolumeError::Damaged { oid: damaged, .. } if *damaged == oid), "{error}");
    assert!(error.to_string().contains(&hex));
    assert_eq!(block_on(open(&rows).read(&path("b"), &Revision::Head)).unwrap(), b"content of b");
    assert!(rows.lose(&key));
    let error = block_on(open(&rows).read(&path("a"), &Revision::Head)).unwrap_err();
    assert_eq!(error, VolumeError::Missing { what: "blob", oid });
    // A new version can be written over a lost one.
    put(&open(&rows), &[("a", b"new")], 2);
    assert_eq!(block_on(open(&rows).read(&path("a"), &Revision::Head)).unwrap(), b"new");
}

#[test]
fn damaged_refs_and_heads_are_named() {
    let rows = MemoryRows::new();
    put(&create(&rows), &[("a", b"1")], 1);
    rows.alter("refs/heads/main", |row| row.truncate(10));
    let error = block_on(open(&rows).read(&path("a"), &Revision::Head)).unwrap_err();
    assert!(error.to_string().starts_with("'refs/heads/main' of the volume is damaged"), "{error}");
    rows.alter("HEAD", |row| row.clear());
    assert!(matches!(block_on(Repository::open(&rows)), Err(VolumeError::DamagedRow { .. })));
    assert!(matches!(block_on(Repository::open(MemoryRows::new())), Err(VolumeError::NotAVolume)));
    assert!(matches!(block_on(Repository::create(&rows)), Err(VolumeError::AlreadyAVolume)));
}

#[test]
fn a_check_reports_every_damage_and_where_it_is() {
    let rows = MemoryRows::new();
    let volume = create(&rows);
    put(&volume, &[("a/b", b"content"), ("c", b"other"), ("d", b"lost")], 1);
    put(&volume, &[("a/b", b"newer")], 2);
    let report = block_on(open(&rows).check()).unwrap();
    assert_eq!((report.commits, report.trees, report.blobs, report.damages.len()), (2, 4, 4, 0));
    let row = |name: &str| {
        let (_, oid) = block_on(open(&rows).entry(&path(name), &Revision::Head)).unwrap().unwrap();
        let hex = oid.to_string();
        format!("objects/{}/{}", &hex[..2], &hex[2..])
    };
    let (c, d) = (row("c"), row("d"));
    rows.alter(&c, |row| row[15] ^= 1);
    rows.lose(&d);
    rows.alter("refs/heads/main", |_| {});
    let report = block_on(open(&rows).check()).unwrap();
    let damages: Vec<(Option<&str>, &str)> =
        report.damages.iter().map(|damage| (damage.path.as_deref(), damage.why.as_str())).collect();
    assert_eq!(damages, [(Some("c"), "its content is not what its name stands for"), (Some("d"), "it is missing")]);
}

#[test]
fn a_ref_that_we_could_not_write_hides_no_other() {
    let rows = MemoryRows::new();
    let first = put(&create(&rows), &[("a", b"1")], 1);
    let odd = format!("refs/heads/{}", "x".repeat(230));
    let write = RowsWrite { put: vec![(odd.clone(), format!("{first}\n").into_bytes())], ..RowsWrite::default() };
    block_on(rows.write(write)).unwrap();
    assert_eq!(block_on(open(&rows).branches()).unwrap(), [(RefName::main(), first)]);
    let damages = block_on(open(&rows).check()).unwrap().damages;
    assert_eq!(damages.iter().map(|damage| damage.name.as_str()).collect::<Vec<_>>(), [odd]);
}
