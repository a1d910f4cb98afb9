//! Histories that we make, as native git sees them.

use llmos_lite::kernel::volume::{Change, ChangeKind, MemoryRows, Mode, RefName, Revision};
use pollster::block_on;

use crate::native::{Folder, create, open, path, put, request};

#[test]
fn native_git_sees_the_history_that_was_made() {
    let rows = MemoryRows::new();
    let volume = create(&rows);
    let first = put(&volume, &[("skills/a.md", b"one\n"), ("metadata.json", b"{}")], 1);
    let second = put(&volume, &[("skills/a.md", b"two\n")], 2);
    let third = put(&volume, &[("traces/2026/01/02/x.md", b"trace")], 3);
    let remove = request(vec![Change::remove(path("skills/a.md"))], 4);
    let fourth = block_on(volume.commit(&RefName::main(), &remove)).unwrap();

    let git = Folder::of(&rows);
    git.must_be_sound();
    let log = git.git(&["log", "--format=%H|%an|%ae|%cn|%at|%ai|%s|%B"]);
    assert_eq!(
        log.lines().next().unwrap(),
        format!(
            "{fourth}|Ada Lovelace|ada@example.org|LLMos-Lite|1700000004|2023-11-14 23:13:24 +0100|Change 4|Change 4"
        )
    );
    let names: Vec<String> = block_on(volume.log(&Revision::Head, 10, 0))
        .unwrap()
        .entries
        .iter()
        .map(|entry| entry.oid.to_string())
        .collect();
    assert_eq!(names.join("\n"), git.git(&["log", "--format=%H"]).trim());
    assert_eq!(names, [fourth, third, second, first].map(|oid| oid.to_string()));
    assert_eq!(git.git(&["show", &format!("{second}:skills/a.md")]), "two\n");
    assert_eq!(
        git.git(&["diff", "--name-status", &first.to_string(), &fourth.to_string()]),
        "D\tskills/a.md\nA\ttraces/2026/01/02/x.md\n"
    );
    assert_eq!(block_on(volume.read(&path("skills/a.md"), &Revision::Commit(first))).unwrap(), b"one\n");
    assert!(block_on(volume.read(&path("skills/a.md"), &Revision::Head)).is_err());

    let by_path = block_on(volume.log_of_path(&path("skills/a.md"), &Revision::Head, 10, 0)).unwrap();
    let by_path: Vec<String> = by_path.entries.iter().map(|entry| entry.oid.to_string()).collect();
    assert_eq!(by_path.join("\n"), git.git(&["log", "--format=%H", "--", "skills/a.md"]).trim());
    assert_eq!(by_path.len(), 3);
}

#[test]
fn odd_names_and_sizes_are_what_they_are() {
    let rows = MemoryRows::new();
    let volume = create(&rows);
    let longest = format!("deep/{}", "é".repeat(127) + "x");
    let big: Vec<u8> = (0..10 * 1024 * 1024u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let files: Vec<(&str, &[u8])> = vec![
        ("😀/🙂 emoji.md", b"smile"),
        (" leading and trailing ", b"spaces"),
        (".hidden/.dots", b"dots"),
        (&longest, b"long"),
        ("empty", b""),
        ("a", b"file"),
        ("a.b/c", b"sorts before a/"),
        ("a-", b"and this"),
        ("crlf.txt", b"one\r\ntwo\r\n"),
        ("big.bin", &big),
        ("quote\"and'tab-less", b"quotes"),
    ];
    put(&volume, &files, 1);
    let git = Folder::of(&rows);
    git.must_be_sound();
    let mut listed: Vec<String> =
        block_on(volume.list(None, &Revision::Head)).unwrap().into_iter().map(|file| file.path).collect();
    let mut native: Vec<String> =
        git.git(&["ls-tree", "-r", "-z", "--name-only", "HEAD"]).split_terminator('\0').map(str::to_owned).collect();
    listed.sort();
    native.sort();
    assert_eq!(listed, native);
    for (name, bytes) in files {
        assert!(git.git_bytes(&["cat-file", "blob", &format!("HEAD:{name}")]) == bytes, "{name}");
        assert!(block_on(open(&rows).read(&path(name), &Revision::Head)).unwrap() == bytes, "{name}");
    }
    let clone = Folder::new();
    clone.git(&["clone", "-q", git.0.to_str().unwrap(), "clone"]);
    assert_eq!(std::fs::read(clone.0.join("clone/😀/🙂 emoji.md")).unwrap(), b"smile");
    assert_eq!(std::fs::read(clone.0.join("clone/crlf.txt")).unwrap(), b"one\r\ntwo\r\n");
}

#[test]
fn a_thousand_branches_stand_side_by_side() {
    let rows = MemoryRows::new();
    let volume = create(&rows);
    let first = put(&volume, &[("a", b"1")], 1);
    for number in 0..1000 {
        let name: RefName = format!("pr/user-{}/change-{number}", number % 10).parse().unwrap();
        block_on(volume.create_branch(&name, first)).unwrap();
        if number % 100 == 0 {
            block_on(volume.commit(&name, &request(vec![Change::put(path("b"), number.to_string())], number))).unwrap();
        }
    }
    let git = Folder::of(&rows);
    git.must_be_sound();
    let ours: Vec<String> =
        block_on(volume.branches()).unwrap().iter().map(|(name, oid)| format!("{oid} refs/heads/{name}")).collect();
    assert_eq!(ours.len(), 1001);
    assert_eq!(ours.join("\n"), git.git(&["for-each-ref", "--format=%(objectname) %(refname)"]).trim());

    for (name, taken) in [("pr", "pr/user-0/change-0"), ("main", "main"), ("main/x", "main")] {
        let error = block_on(volume.create_branch(&name.parse().unwrap(), first)).unwrap_err();
        assert_eq!(error.to_string(), format!("'{name}' cannot be made: there is '{taken}' already"));
    }
    let name: RefName = "pr/user-1/change-1".parse().unwrap();
    block_on(volume.delete_branch(&name, first)).unwrap();
    assert_eq!(block_on(volume.head(&name)).unwrap(), None);
    assert!(block_on(volume.delete_branch(&RefName::main(), first)).is_err());
    let moved: RefName = "pr/user-0/change-100".parse().unwrap();
    assert!(block_on(volume.delete_branch(&moved, first)).is_err());
}

#[test]
fn tags_are_made_and_read() {
    let rows = MemoryRows::new();
    let volume = create(&rows);
    let first = put(&volume, &[("a", b"1")], 1);
    block_on(volume.create_tag(&"v1".parse().unwrap(), first)).unwrap();
    let git = Folder::of(&rows);
    git.must_be_sound();
    assert_eq!(git.git(&["rev-parse", "v1"]).trim(), first.to_string());
    let tags = block_on(volume.tags()).unwrap();
    assert_eq!((tags[0].name.as_str(), tags[0].oid, tags[0].target), ("v1", first, first));
    block_on(volume.delete_tag(&"v1".parse().unwrap())).unwrap();
    assert_eq!(block_on(volume.tags()).unwrap(), []);
}

#[test]
fn a_file_is_copied_and_restored_without_its_bytes() {
    let rows = MemoryRows::new();
    let volume = create(&rows);
    let first = put(&volume, &[("a/b", b"1")], 1);
    put(&volume, &[("a/b", b"2")], 2);
    let (_, oid) = block_on(volume.entry(&path("a/b"), &Revision::Commit(first))).unwrap().unwrap();
    let change = Change { path: path("a/b"), kind: ChangeKind::Set(Mode::Executable, oid) };
    block_on(volume.commit(&RefName::main(), &request(vec![change], 3))).unwrap();
    let put_again = put(&volume, &[("a/b", b"3")], 4);
    let git = Folder::of(&rows);
    git.must_be_sound();
    assert!(git.git(&["ls-tree", "HEAD~1", "a/"]).starts_with("100755"));
    // A new content leaves a file as runnable as it was.
    assert!(git.git(&["ls-tree", &put_again.to_string(), "a/"]).starts_with("100755"));
}
