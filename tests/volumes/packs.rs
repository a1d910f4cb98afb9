//! Packs and bundles, ours for native git and native git's for us.

use llmos_lite::kernel::volume::{
    Bundle, Change, Compression, Import, MemoryRows, Oid, RefName, RefUpdate, Revision, RowsError, VolumeError,
};
use pollster::block_on;

use crate::native::{Folder, create, open, path, put, request};

/// A volume with some history: folders, changes, removals, a branch.
fn history(rows: &MemoryRows) -> Vec<Oid> {
    let volume = create(rows);
    let mut oids = Vec::new();
    for number in 0..40 {
        let text = "line\n".repeat(number as usize * 7);
        let name = format!("traces/2026/{:02}/{:02}/{number}.md", number % 12 + 1, number % 5 + 1);
        oids.push(put(
            &volume,
            &[(&name, text.as_bytes()), ("a.b", &[number as u8]), ("a/b", &[number as u8]), ("a-", b"x")],
            number,
        ));
    }
    let side: RefName = "pr/alice/side".parse().unwrap();
    block_on(volume.create_branch(&side, oids[20])).unwrap();
    block_on(volume.commit(&side, &request(vec![Change::put(path("side"), "side")], 100))).unwrap();
    block_on(volume.create_tag(&"v1".parse().unwrap(), oids[10])).unwrap();
    oids
}

#[test]
fn native_git_takes_our_packs() {
    let rows = MemoryRows::new();
    let oids = history(&rows);
    let volume = open(&rows);
    let head = oids[39];
    for (compression, have) in [(Compression::None, None), (Compression::Fast, Some(oids[30]))] {
        let pack = block_on(volume.pack(&[head], have.as_slice(), compression)).unwrap();
        let objects = pack.objects();
        let git = Folder::of(&rows);
        let native = match have {
            None => git.git(&["rev-list", "--objects", &head.to_string()]),
            Some(have) => git.git(&["rev-list", "--objects", &head.to_string(), &format!("^{have}")]),
        };
        assert_eq!(objects as usize, native.lines().count());
        let other = Folder::new();
        other.git(&["init", "-q", "--bare"]);
        if let Some(have) = have {
            other.git(&["fetch", "-q", git.0.to_str().unwrap(), "main"]);
            other.git(&["update-ref", "refs/heads/main", &have.to_string()]);
        }
        std::fs::write(other.0.join("x.pack"), pack.finish()).unwrap();
        other.git(&["index-pack", "--strict", "x.pack"]);
        let verified = other.git(&["verify-pack", "x.idx"]);
        assert_eq!(verified, "");
    }
    // What the other side has beyond us is no reason to fail.
    let unknown = Oid::of_bytes(b"unknown");
    assert!(block_on(volume.pack(&[head], &[unknown, oids[38]], Compression::Fast)).unwrap().objects() < 12);
    assert_eq!(block_on(volume.pack(&[head], &[head], Compression::Fast)).unwrap().objects(), 0);
}

#[test]
fn native_git_clones_our_bundles_and_we_read_its() {
    let rows = MemoryRows::new();
    history(&rows);
    let bundle = block_on(open(&rows).bundle()).unwrap();
    let folder = Folder::new();
    std::fs::write(folder.0.join("ours.bundle"), bundle.encode()).unwrap();
    folder.git(&["clone", "-q", "--mirror", "ours.bundle", "clone.git"]);
    let clone = Folder(folder.0.join("clone.git"));
    clone.must_be_sound();
    let refs = ["for-each-ref", "--format=%(objectname) %(refname)"];
    assert_eq!(clone.git(&refs), Folder::of(&rows).git(&refs));

    clone.git(&["tag", "-a", "-m", "annotated", "v2", "main"]);
    clone.git(&["repack", "-adfq", "--depth=50", "--window=50"]);
    clone.git(&["bundle", "create", "-q", "native.bundle", "--all"]);
    let native = std::fs::read(clone.0.join("native.bundle")).unwrap();
    let import = block_on(Import::of_bundle(&native)).unwrap();
    assert_eq!((import.branches.len(), import.tags, import.report.commits), (2, 2, 41));
    let kept = MemoryRows::new();
    block_on(import.keep(&kept)).unwrap();
    let again = Folder::of(&kept);
    again.must_be_sound();
    assert_eq!(again.git(&refs), clone.git(&refs));
    // Deltas of deltas read as what they were, and new commits stand on them.
    let volume = open(&kept);
    let files = block_on(volume.list(None, &Revision::Head)).unwrap();
    let contents = block_on(volume.read_blobs(&files.iter().map(|file| file.oid).collect::<Vec<_>>())).unwrap();
    assert_eq!(contents.len(), 43);
    put(&volume, &[("new", b"1")], 200);
    Folder::of(&kept).must_be_sound();
    assert_eq!(block_on(volume.log(&Revision::Head, 100, 0)).unwrap().entries.len(), 41);

    let mut altered = native.clone();
    let middle = altered.len() / 2;
    altered[middle] ^= 1;
    assert!(block_on(Import::of_bundle(&altered)).is_err());
    let part = Bundle { needs: vec![Oid::EMPTY_TREE], ..bundle };
    assert!(block_on(Import::of_bundle(&part.encode())).unwrap_err().to_string().contains("part of a history"));
}

/// A native clone of a volume with a change of its own, and the pack that a push of it would send.
fn pushed(rows: &MemoryRows, arguments: &[&str]) -> (Oid, Vec<u8>) {
    let origin = Folder::of(rows);
    let work = Folder::new();
    work.git(&["clone", "-q", origin.0.to_str().unwrap(), "clone"]);
    let clone = Folder(work.0.join("clone"));
    for name in ["traces/2026/01/01/0.md", "a/b", "new/file"] {
        let path = clone.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let before = std::fs::read(&path).unwrap_or_default();
        std::fs::write(&path, [&before[..], b"one more line\n"].concat()).unwrap();
    }
    clone.git(&["add", "-A"]);
    clone.git(&["commit", "-q", "-m", "native"]);
    let head = clone.git(&["rev-parse", "HEAD"]).trim().parse().unwrap();
    std::fs::write(clone.0.join("wanted"), "HEAD\n^origin/main\n").unwrap();
    let command = format!("git pack-objects --revs --stdout -q {} < wanted > x.pack", arguments.join(" "));
    let done = std::process::Command::new("sh").args(["-c", &command]).current_dir(&clone.0).status().unwrap();
    assert!(done.success());
    (head, std::fs::read(clone.0.join("x.pack")).unwrap())
}

#[test]
fn thin_packs_are_completed_and_kept_with_their_refs() {
    for arguments in [&["--thin", "--delta-base-offset"][..], &["--thin"], &[]] {
        let rows = MemoryRows::new();
        let oids = history(&rows);
        let (head, pack) = pushed(&rows, arguments);
        let volume = open(&rows);
        let name = "refs/remotes/origin/main".to_owned();
        let update = [RefUpdate { name: name.clone(), from: None, to: Some(head) }];
        assert!(block_on(volume.receive(Some(pack), &update)).unwrap() >= 8);
        assert_eq!(block_on(volume.remote_branches()).unwrap()[0].1, head);
        block_on(volume.move_branch(&RefName::main(), Some(oids[39]), head)).unwrap();
        assert_eq!(block_on(volume.read(&path("new/file"), &Revision::Head)).unwrap(), b"one more line\n");
        Folder::of(&rows).must_be_sound();
        let stale = [RefUpdate { name, from: None, to: Some(head) }];
        assert!(matches!(block_on(volume.receive(None, &stale)), Err(VolumeError::Conflict { .. })));
    }
}

#[test]
fn what_is_not_sound_is_not_kept() {
    let rows = MemoryRows::new();
    history(&rows);
    let (head, pack) = pushed(&rows, &["--thin"]);
    let volume = open(&rows);
    let before = rows.snapshot();
    let update = |to| [RefUpdate { name: "refs/remotes/origin/main".into(), from: None, to: Some(to) }];
    for at in (0..pack.len()).step_by(7) {
        let mut altered = pack.clone();
        altered[at] ^= 0x41;
        assert!(block_on(volume.receive(Some(altered), &update(head))).is_err(), "{at}");
    }
    for end in [0, 11, 12, 31, 32, pack.len() / 2, pack.len() - 1] {
        assert!(block_on(volume.receive(Some(pack[..end].to_vec()), &update(head))).is_err(), "{end}");
    }
    assert!(block_on(volume.receive(Some(pack.clone()), &update(Oid::of_bytes(b"x")))).is_err());
    assert!(block_on(volume.receive(None, &update(head))).is_err());
    let bad = [RefUpdate { name: "objects/x".into(), from: None, to: Some(head) }];
    assert!(block_on(volume.receive(Some(pack.clone()), &bad)).is_err());
    rows.fail_write_after(0, RowsError::QuotaExceeded);
    assert_eq!(
        block_on(volume.receive(Some(pack.clone()), &update(head))),
        Err(VolumeError::Rows(RowsError::QuotaExceeded))
    );
    // A thin pack for somebody who lacks what it builds on.
    let empty = MemoryRows::new();
    let stranger = create(&empty);
    let error = block_on(stranger.receive(Some(pack), &update(head))).unwrap_err();
    assert!(error.to_string().contains("builds on") || error.to_string().contains("missing"), "{error}");
    assert_eq!(rows.snapshot(), before);
}

#[test]
fn a_pack_with_wrong_claims_is_an_error_and_no_panic() {
    let rows = MemoryRows::new();
    let oids = history(&rows);
    let pack = block_on(open(&rows).pack(&[oids[5]], &[], Compression::Fast)).unwrap().finish();
    for at in (0..pack.len() - 20).step_by(11) {
        for bit in [0x01, 0x80, 0x70] {
            let mut altered = pack[..pack.len() - 20].to_vec();
            altered[at] ^= bit;
            let sum = Oid::of_bytes(&altered);
            altered.extend(sum.as_bytes());
            // Its checksum is right, so only looking at what it holds can tell. Some bits of a stream mean nothing.
            let other = MemoryRows::new();
            let volume = create(&other);
            let update = [RefUpdate { name: "refs/heads/main".into(), from: None, to: Some(oids[5]) }];
            match block_on(volume.receive(Some(altered), &update)) {
                Ok(_) => assert_eq!(block_on(open(&other).check()).unwrap().damages, [], "{at} {bit}"),
                Err(_) => assert_eq!(other.snapshot().len(), 2),
            }
        }
    }
}

#[test]
fn a_remote_brings_back_what_was_lost() {
    let rows = MemoryRows::new();
    let oids = history(&rows);
    let pack = block_on(open(&rows).pack(&[oids[39]], &[], Compression::Fast)).unwrap().finish();
    for oid in [oids[39].to_string(), oids[3].to_string()] {
        assert!(rows.alter(&format!("objects/{}/{}", &oid[..2], &oid[2..]), |row| row.truncate(9)));
    }
    // The newest commit is held once more beside the objects.
    assert!(block_on(open(&rows).list(None, &Revision::Head)).is_ok());
    assert_ne!(block_on(open(&rows).check()).unwrap().damages, []);
    rows.lose("llmos/tip");
    assert!(block_on(open(&rows).list(None, &Revision::Head)).is_err());
    let update = [RefUpdate { name: "refs/remotes/origin/main".into(), from: None, to: Some(oids[39]) }];
    block_on(open(&rows).receive(Some(pack), &update)).unwrap();
    assert_eq!(block_on(open(&rows).check()).unwrap().damages, []);
    assert_eq!(block_on(open(&rows).log(&Revision::Head, 100, 0)).unwrap().entries.len(), 40);
}
