//! What things cost, in transactions and bytes: the same in a large volume as in a small one.

use llmos_lite::kernel::volume::{Change, MemoryRows, RefName, Revision, VolumePath};
use pollster::block_on;

use crate::native::{create, open, path, put, request};

fn trace(number: usize) -> VolumePath {
    path(&format!("traces/2026/{:02}/{:02}/{number}.md", number % 12 + 1, number / 12 % 28 + 1))
}

/// A volume of so many traces.
fn filled(rows: &MemoryRows, count: usize) {
    let changes = (0..count).map(|number| Change::put(trace(number), "a trace")).collect();
    block_on(create(rows).commit(&RefName::main(), &request(changes, 1))).unwrap();
}

#[test]
fn a_commit_costs_the_same_in_a_large_volume() {
    let mut bytes = Vec::new();
    for count in [100, 5_000] {
        let rows = MemoryRows::new();
        filled(&rows, count);
        let volume = open(&rows);
        // The first commit takes to hand what the following ones find there.
        put(&volume, &[("traces/2026/01/01/first.md", b"1")], 2);
        let (reads, writes, before) = (rows.reads(), rows.writes(), rows.snapshot());
        for number in 0..10 {
            put(&volume, &[(&format!("traces/2026/01/01/more-{number}.md"), b"1")], 3 + number);
        }
        assert_eq!((rows.reads() - reads, rows.writes() - writes), (0, 10));
        let after = rows.snapshot();
        let objects = after.iter().filter(|(key, _)| key.starts_with("objects/") && !before.contains_key(*key));
        let sizes: Vec<usize> = objects.map(|(_, row)| row.len()).collect();
        // A commit, five folders and, once, the content that they share.
        assert!(sizes.len() <= 10 * 6 + 1, "{}", sizes.len());
        bytes.push(sizes.iter().sum::<usize>());
    }
    // Folders are fuller: a few entries of fifty bytes each. Fifty times the files are not fifty times the bytes.
    assert!(bytes[1] < bytes[0] * 2, "{bytes:?}");
}

#[test]
fn after_a_reload_each_level_of_folders_is_one_read() {
    let rows = MemoryRows::new();
    filled(&rows, 5_000);
    put(&open(&rows), &[("traces/2026/05/05/last.md", b"1")], 8);
    let reads = |work: &dyn Fn()| {
        let before = rows.reads();
        work();
        rows.reads() - before
    };
    // Open, two folders, content: the branch, its newest commit and the folders that this wrote come along with opening.
    assert_eq!(reads(&|| drop(block_on(open(&rows).read(&trace(77), &Revision::Head)).unwrap())), 4);
    // Open, the levels below.
    assert_eq!(reads(&|| drop(block_on(open(&rows).list(None, &Revision::Head)).unwrap())), 3);
    let many: Vec<VolumePath> = (0..500).map(trace).collect();
    assert_eq!(reads(&|| drop(block_on(open(&rows).read_many(&many, &Revision::Head)).unwrap())), 4);
    // Open, the newest commits, two folders; the branch comes along with opening.
    let write = || {
        put(&open(&rows), &[("traces/2026/06/05/new.md", b"1")], 9);
    };
    assert_eq!(reads(&write), 4);
}
