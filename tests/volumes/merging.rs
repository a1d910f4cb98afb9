//! Merges and reverts: what comes together by itself, what somebody decides, and what git says of it.

use llmos_lite::kernel::volume::{
    Change, ChangeKind, CommitRequest, MemoryRows, MergeOutcome, Oid, RefName, Revision, Undecided, Unsigned,
    VolumeError,
};
use pollster::block_on;

use crate::native::{Folder, Volume, create, path, put, request};

fn merge_request(number: i64) -> CommitRequest {
    CommitRequest { message: "Merge".into(), ..request(Vec::new(), number) }
}

/// A branch from `at` with these changes.
fn side(volume: &Volume<'_>, at: Oid, changes: Vec<Change>, number: i64) -> Oid {
    let name: RefName = format!("side-{number}").parse().unwrap();
    block_on(volume.create_branch(&name, at)).unwrap();
    block_on(volume.commit(&name, &request(changes, number))).unwrap()
}

fn read(volume: &Volume<'_>, name: &str) -> String {
    String::from_utf8(block_on(volume.read(&path(name), &Revision::Head)).unwrap()).unwrap()
}

fn lines(count: usize) -> String {
    (0..count).map(|number| format!("line {number}\n")).collect()
}

#[test]
fn what_fits_together_is_merged_as_git_merges_it() {
    let rows = MemoryRows::new();
    let volume = create(&rows);
    let text = lines(20);
    let base = put(&volume, &[("text", text.as_bytes()), ("gone", b"1"), ("kept", b"1"), ("x/y", b"1")], 1);
    let theirs_text = text.replace("line 15\n", "theirs\n");
    let theirs = side(
        &volume,
        base,
        vec![
            Change::put(path("text"), theirs_text),
            Change::remove(path("gone")),
            Change::put(path("new/there"), "1"),
            Change { path: path("x"), kind: ChangeKind::RemoveFolder },
            Change::put(path("x.z"), "file"),
        ],
        2,
    );
    put(&volume, &[("text", text.replace("line 3\n", "ours\n").as_bytes()), ("new/here", b"1")], 3);
    let outcome = block_on(volume.merge_into(&RefName::main(), theirs, &merge_request(4), &Unsigned)).unwrap();
    let MergeOutcome::Committed(merge) = outcome else { panic!("{outcome:?}") };
    assert_eq!(read(&volume, "text"), text.replace("line 15\n", "theirs\n").replace("line 3\n", "ours\n"));
    let files: Vec<String> =
        block_on(volume.list(None, &Revision::Head)).unwrap().into_iter().map(|file| file.path).collect();
    assert_eq!(files, ["kept", "new/here", "new/there", "text", "x.z"]);
    let git = Folder::of(&rows);
    git.must_be_sound();
    // Git's own merge of the same two commits is the same tree.
    let ours = git.git(&["rev-parse", "main^1"]);
    let tree = git.git(&["merge-tree", "--write-tree", ours.trim(), &theirs.to_string()]);
    assert_eq!(tree.trim(), git.git(&["rev-parse", "main^{tree}"]).trim());
    assert_eq!(git.git(&["rev-parse", "main^2"]).trim(), theirs.to_string());
    assert_eq!(
        block_on(volume.merge_into(&RefName::main(), theirs, &merge_request(5), &Unsigned)).unwrap(),
        MergeOutcome::Nothing
    );
    assert_eq!(block_on(volume.head(&RefName::main())).unwrap(), Some(merge));
}

#[test]
fn a_branch_without_changes_of_its_own_goes_forward() {
    let rows = MemoryRows::new();
    let volume = create(&rows);
    let base = put(&volume, &[("a", b"1")], 1);
    let theirs = side(&volume, base, vec![Change::put(path("a"), "2")], 2);
    let outcome = block_on(volume.merge_into(&RefName::main(), theirs, &merge_request(3), &Unsigned)).unwrap();
    assert_eq!(outcome, MergeOutcome::FastForward(theirs));
    assert_eq!(read(&volume, "a"), "2");
}

#[test]
fn what_does_not_fit_is_data_until_somebody_decides() {
    let rows = MemoryRows::new();
    let volume = create(&rows);
    let base =
        put(&volume, &[("text", lines(9).as_bytes()), ("image", &[0, 1, 2]), ("removed", b"1"), ("fine", b"1")], 1);
    let theirs = side(
        &volume,
        base,
        vec![
            Change::put(path("text"), lines(9).replace("line 4", "theirs")),
            Change::put(path("image"), vec![0, 9]),
            Change::put(path("removed"), "2"),
            Change::put(path("fine"), "2"),
        ],
        2,
    );
    put(&volume, &[("text", lines(9).replace("line 4", "ours").as_bytes()), ("image", &[0, 8])], 3);
    let ours = block_on(volume.commit(&RefName::main(), &request(vec![Change::remove(path("removed"))], 4))).unwrap();
    let before = rows.snapshot();
    let outcome = block_on(volume.merge_into(&RefName::main(), theirs, &merge_request(5), &Unsigned)).unwrap();
    let MergeOutcome::Undecided(plan) = outcome else { panic!("{outcome:?}") };
    assert_eq!(rows.snapshot(), before);
    let paths: Vec<&str> = plan.undecided.iter().map(|undecided| undecided.path().as_str()).collect();
    assert_eq!(paths, ["image", "removed", "text"]);
    let Undecided::Text { text, .. } = &plan.undecided[2] else { panic!() };
    assert_eq!(text.conflicts().next().unwrap().theirs.text(), "theirs\n");
    assert_eq!((plan.base, plan.ours, plan.theirs), (Some(base), ours, theirs));

    // Part of the decisions is not enough; all of them are.
    let mut decided = merge_request(6);
    decided.expected_parent = Some(ours);
    decided.changes = vec![Change::put(path("text"), "decided\n"), Change::put(path("image"), vec![0, 9])];
    let outcome = block_on(volume.merge_into(&RefName::main(), theirs, &decided, &Unsigned)).unwrap();
    let MergeOutcome::Undecided(plan) = outcome else { panic!("{outcome:?}") };
    assert_eq!(plan.undecided.len(), 1);
    decided.changes.push(Change::put(path("removed"), "2"));
    assert!(matches!(
        block_on(volume.merge_into(&RefName::main(), theirs, &decided, &Unsigned)),
        Ok(MergeOutcome::Committed(_))
    ));
    assert_eq!(
        (read(&volume, "text").as_str(), read(&volume, "fine").as_str(), read(&volume, "removed").as_str()),
        ("decided\n", "2", "2")
    );
    Folder::of(&rows).must_be_sound();
    let again = block_on(volume.merge_into(&RefName::main(), theirs, &decided, &Unsigned));
    assert!(matches!(again, Err(VolumeError::Conflict { .. })));
}

#[test]
fn a_commit_is_taken_back_without_what_came_after() {
    let rows = MemoryRows::new();
    let volume = create(&rows);
    let first = put(&volume, &[("text", lines(20).as_bytes()), ("a", b"1")], 1);
    let bad = put(&volume, &[("text", lines(20).replace("line 5", "bad").as_bytes()), ("bad/new", b"1")], 2);
    put(&volume, &[("text", lines(20).replace("line 5", "bad").replace("line 15", "good").as_bytes())], 3);
    let outcome = block_on(volume.revert(&RefName::main(), bad, &request(Vec::new(), 4), &Unsigned)).unwrap();
    assert!(matches!(outcome, MergeOutcome::Committed(_)));
    assert_eq!(read(&volume, "text"), lines(20).replace("line 15", "good"));
    assert!(block_on(volume.read(&path("bad/new"), &Revision::Head)).is_err());
    assert_eq!(
        block_on(volume.revert(&RefName::main(), bad, &request(Vec::new(), 5), &Unsigned)).unwrap(),
        MergeOutcome::Nothing
    );
    // The first commit can be taken back too, where nothing came after.
    let outcome = block_on(volume.revert(&RefName::main(), first, &request(Vec::new(), 6), &Unsigned)).unwrap();
    let MergeOutcome::Undecided(plan) = outcome else { panic!("{outcome:?}") };
    assert_eq!(plan.undecided.len(), 1);
    let git = Folder::of(&rows);
    git.must_be_sound();
    assert_eq!(git.git(&["rev-list", "--count", "main"]).trim(), "4");
}

#[test]
fn common_versions_are_the_ones_that_git_finds() {
    let rows = MemoryRows::new();
    let volume = create(&rows);
    let mut commits = vec![put(&volume, &[("seed", b"1")], 0)];
    // A history by a fixed recipe: branches off, merges, criss-crosses.
    for number in 1..60_usize {
        let at = commits[number * 7 % commits.len().min(9) + commits.len().saturating_sub(9)];
        let name: RefName = format!("b{number}").parse().unwrap();
        block_on(volume.create_branch(&name, at)).unwrap();
        let file = format!("file-{number}");
        let mut made =
            block_on(volume.commit(&name, &request(vec![Change::put(path(&file), "1")], number as i64))).unwrap();
        if number > 5 && number % 3 == 0 {
            let other = commits[commits.len() - 1 - number % 4];
            match block_on(volume.merge_into(&name, other, &merge_request(number as i64), &Unsigned)).unwrap() {
                MergeOutcome::Committed(merge) | MergeOutcome::FastForward(merge) => made = merge,
                MergeOutcome::Nothing => {}
                outcome @ MergeOutcome::Undecided(_) => panic!("{outcome:?}"),
            }
        }
        commits.push(made);
    }
    let git = Folder::of(&rows);
    git.must_be_sound();
    for (one, other) in (0..commits.len()).flat_map(|one| [(one, one * 5 % 60), (one, one * 11 % 60)]) {
        let (one, other) = (commits[one], commits[other]);
        let (_, native) = git.try_git(&["merge-base", "--all", &one.to_string(), &other.to_string()]);
        let mut native: Vec<&str> = native.lines().collect();
        let mut ours: Vec<String> =
            block_on(volume.merge_bases(one, other)).unwrap().iter().map(Oid::to_string).collect();
        native.sort_unstable();
        ours.sort_unstable();
        assert_eq!(ours, native);
        let (native, _) = git.try_git(&["merge-base", "--is-ancestor", &one.to_string(), &other.to_string()]);
        assert_eq!(block_on(volume.is_ancestor(one, other)).unwrap(), native);
        let mut between: Vec<String> =
            block_on(volume.commits_between(&[one], &[other])).unwrap().iter().map(Oid::to_string).collect();
        let native = git.git(&["rev-list", &one.to_string(), &format!("^{other}")]);
        let mut native: Vec<&str> = native.lines().collect();
        native.sort_unstable();
        between.sort_unstable();
        assert_eq!(between, native);
    }
}

#[test]
fn workflows_come_together_by_their_nodes() {
    let workflow = |nodes: &[(&str, &str)]| {
        let node = |(id, skill): &(&str, &str)| format!(r#"{{"nodeId":"{id}","skillId":"{skill}"}}"#);
        let nodes: Vec<String> = nodes.iter().map(node).collect();
        format!(r#"{{"workflowId":"w","name":"W","nodes":[{}],"edges":[]}}"#, nodes.join(","))
    };
    let rows = MemoryRows::new();
    let volume = create(&rows);
    let file = "workflows/w.json";
    let base = put(&volume, &[(file, workflow(&[("a", "one"), ("b", "one")]).as_bytes())], 1);
    let theirs = workflow(&[("a", "one"), ("b", "one"), ("c", "theirs")]);
    let theirs = side(&volume, base, vec![Change::put(path(file), theirs)], 2);
    put(&volume, &[(file, workflow(&[("a", "ours"), ("b", "one")]).as_bytes())], 3);
    // All of it stands in one line, so lines could not tell.
    let outcome = block_on(volume.merge_into(&RefName::main(), theirs, &merge_request(4), &Unsigned)).unwrap();
    assert!(matches!(outcome, MergeOutcome::Committed(_)), "{outcome:?}");
    let merged: serde_json::Value = serde_json::from_str(&read(&volume, file)).unwrap();
    assert_eq!(merged["nodes"][0]["skillId"], "ours");
    assert_eq!(merged["nodes"][2]["skillId"], "theirs");

    let theirs = side(&volume, base, vec![Change::put(path(file), workflow(&[("a", "other"), ("b", "one")]))], 5);
    let outcome = block_on(volume.merge_into(&RefName::main(), theirs, &merge_request(6), &Unsigned)).unwrap();
    let MergeOutcome::Undecided(plan) = outcome else { panic!("{outcome:?}") };
    let Undecided::Workflow { merge, sides, .. } = &plan.undecided[0] else { panic!() };
    assert_eq!((merge.conflicts.len(), sides[2].nodes[0].skill_id.as_str()), (1, "other"));
}
