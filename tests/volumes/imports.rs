//! Repositories that native git made, as volumes; and what volumes cannot hold, refused in words.

use std::path::Path;

use llmos_lite::kernel::volume::{Import, ImportedFile, MemoryRows, Mode, Revision, VolumePath};
use pollster::block_on;

use crate::native::{Folder, open, path, put};

/// Every file below a folder, as a page would hand them over.
fn files_below(folder: &Path) -> Vec<ImportedFile> {
    let mut files = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(path) = waiting.pop() {
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            waiting.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            files.push(ImportedFile { path: name, bytes: std::fs::read(path).unwrap() });
        }
    }
    files
}

/// A working copy with branches, a merge, tags, a link, a script and odd names.
fn project() -> Folder {
    let project = Folder::new();
    let git = |arguments: &[&str]| project.git(arguments);
    git(&["init", "-q", "-b", "trunk"]);
    let write = |name: &str, text: &str| {
        let path = project.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let commit = |message: &str| {
        git(&["add", "-A"]);
        git(&["commit", "-q", "-m", message]);
    };
    for number in 0..30 {
        write("long.txt", &"a line of text that repeats\n".repeat(number * 10 + 1));
        write(&format!("many/{number}.txt"), &number.to_string());
        commit(&format!("Commit {number}"));
    }
    write("run.sh", "#!/bin/sh\n");
    std::fs::set_permissions(project.0.join("run.sh"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    std::os::unix::fs::symlink("run.sh", project.0.join("link")).unwrap();
    write("con.txt", "reserved on Windows");
    write("😀 name", "smile");
    commit("Odd things");
    git(&["checkout", "-q", "-b", "side", "HEAD~5"]);
    write("side.txt", "side");
    commit("Side");
    git(&["checkout", "-q", "trunk"]);
    git(&["merge", "-q", "--no-ff", "-m", "Merge side", "side"]);
    git(&["tag", "light"]);
    git(&["tag", "-a", "-m", "An annotated tag", "heavy"]);
    git(&["tag", "-a", "-m", "A tag of a tag", "heavier", "heavy"]);
    project
}

#[test]
fn packed_loose_and_mixed_repositories_come_in_whole() {
    let project = project();
    for step in ["loose", "packed", "mixed"] {
        match step {
            "packed" => drop(project.git(&["gc", "-q", "--aggressive", "--prune=now"])),
            "mixed" => drop(project.git(&["commit", "-q", "--allow-empty", "-m", "Another"])),
            _ => {}
        }
        let import = block_on(Import::of_files(files_below(&project.0))).unwrap();
        assert_eq!((import.branches.len(), import.tags), (2, 3));
        let rows = MemoryRows::new();
        block_on(import.keep(&rows)).unwrap();
        let git = Folder::of(&rows);
        git.must_be_sound();
        let refs = ["for-each-ref", "--format=%(objectname) %(refname)"];
        assert_eq!(git.git(&refs), project.git(&refs));
        assert_eq!(git.git(&["rev-parse", "HEAD"]), project.git(&["rev-parse", "trunk"]));
        let volume = open(&rows);
        assert_eq!(volume.main().as_str(), "trunk");
        let stands = |name: &str| {
            block_on(volume.entry(&VolumePath::existing(name).unwrap(), &Revision::Head)).unwrap().unwrap().0
        };
        assert_eq!([stands("run.sh"), stands("link"), stands("con.txt")], [Mode::Executable, Mode::Link, Mode::File]);
        assert_eq!(block_on(volume.read(&path("link"), &Revision::Head)).unwrap(), b"run.sh");
        let ours: Vec<String> = block_on(volume.log(&Revision::Head, 1000, 0))
            .unwrap()
            .entries
            .iter()
            .map(|entry| entry.oid.to_string())
            .collect();
        assert_eq!(ours.join("\n"), project.git(&["log", "--format=%H"]).trim());
        for name in ["long.txt", "side.txt", "many/3.txt"] {
            let ours = block_on(volume.log_of_path(&path(name), &Revision::Head, 1000, 0)).unwrap();
            let ours: Vec<String> = ours.entries.iter().map(|entry| entry.oid.to_string()).collect();
            assert_eq!(ours.join("\n"), project.git(&["log", "--format=%H", "--", name]).trim(), "{name}");
        }
        let tags = block_on(volume.tags()).unwrap();
        let head = block_on(volume.tags()).unwrap().iter().find(|tag| tag.name.as_str() == "light").unwrap().oid;
        assert!(tags.iter().all(|tag| tag.target == head));
        assert_eq!(block_on(volume.check()).unwrap().damages, []);
        let new: llmos_lite::kernel::volume::CommitRequest =
            crate::native::request(vec![llmos_lite::kernel::volume::Change::put(path("new"), "1")], 1);
        block_on(volume.commit(volume.main(), &new)).unwrap();
        Folder::of(&rows).must_be_sound();
    }
}

#[test]
fn diffs_between_any_two_commits_are_gits() {
    let project = project();
    let rows = MemoryRows::new();
    block_on(block_on(Import::of_files(files_below(&project.0))).unwrap().keep(&rows)).unwrap();
    let volume = open(&rows);
    let log: Vec<_> =
        block_on(volume.log(&Revision::Head, 1000, 0)).unwrap().entries.iter().map(|entry| entry.oid).collect();
    for (before, after) in [(0, 1), (1, 0), (30, 2), (2, 30), (5, 6), (3, 3)] {
        let native = project.git(&[
            "diff",
            "--no-renames",
            "--name-status",
            "-z",
            &log[before].to_string(),
            &log[after].to_string(),
        ]);
        let native: Vec<&str> = native.split_terminator('\0').collect();
        let mut native: Vec<(String, String)> =
            native.chunks(2).map(|pair| (pair[1].to_owned(), pair[0].to_owned())).collect();
        native.sort();
        let ours = block_on(volume.diff(Some(log[before]), Some(log[after]))).unwrap();
        let letter = |kind| match kind {
            llmos_lite::kernel::volume::ChangedKind::Added => "A",
            llmos_lite::kernel::volume::ChangedKind::Removed => "D",
            _ => "M",
        };
        let ours: Vec<(String, String)> =
            ours.into_iter().map(|file| (file.path, letter(file.kind).to_owned())).collect();
        assert_eq!(ours, native);
    }
}

#[test]
fn what_a_volume_cannot_hold_is_refused_in_words() {
    let why = |files| block_on(Import::of_files(files)).unwrap_err().to_string();
    let project = project();
    let inner = Folder::new();
    inner.git(&["init", "-q"]);
    inner.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
    let with_submodule = Folder::new();
    with_submodule.git(&["init", "-q"]);
    with_submodule.git(&[
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        inner.0.to_str().unwrap(),
        "libs/inner",
    ]);
    with_submodule.git(&["commit", "-q", "-m", "x"]);
    assert!(why(files_below(&with_submodule.0)).contains("another repository at 'libs/inner' (a submodule)"));

    let shallow = Folder::new();
    shallow.git(&["clone", "-q", "--depth=1", &format!("file://{}", project.0.display()), "x"]);
    assert!(why(files_below(&shallow.0)).contains("shallow"));
    let borrowed = Folder::new();
    borrowed.git(&["clone", "-q", "--shared", project.0.to_str().unwrap(), "x"]);
    assert!(why(files_below(&borrowed.0)).contains("borrows objects"));
    let sha256 = Folder::new();
    sha256.git(&["init", "-q", "--object-format=sha256"]);
    sha256.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
    assert!(why(files_below(&sha256.0)).contains("SHA-256"));
    let empty = Folder::new();
    empty.git(&["init", "-q"]);
    assert!(why(files_below(&empty.0)).contains("no"));
    assert!(why(vec![]).contains("no git repository"));

    let mut files = files_below(&project.0);
    let long = project.git(&["rev-parse", "HEAD:long.txt"]);
    let long = format!(".git/objects/{}/{}", &long[..2], long[2..].trim());
    let file = files.iter_mut().find(|file| file.path == long).unwrap();
    file.bytes.truncate(20);
    let message = why(files.clone());
    assert!(message.contains("at 'long.txt' is not sound"), "{message}");
    files.retain(|file| file.path != long);
    assert!(why(files).contains("it is missing"));

    let rows = MemoryRows::new();
    put(&crate::native::create(&rows), &[("a", b"1")], 1);
    let before = rows.snapshot();
    let import = block_on(Import::of_files(files_below(&project.0))).unwrap();
    assert!(block_on(import.keep(&rows)).unwrap_err().to_string().contains("already"));
    assert_eq!(rows.snapshot(), before);
}
