//! Diffs and merges beside git's own, on random edits; and what holds for every merge.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

#[path = "merge/edits.rs"]
mod edits;
#[path = "merge/git.rs"]
mod git;

use std::collections::BTreeMap;

use edits::{PATHS, any_edited_texts, any_edited_trees, any_text};
use git::Git;
use llmos_lite::kernel::merge::{
    Choice, DiffOptions, Entry, FileDiff, Kind, Mode, TextMerge, Tree, TreeMerge, diff, merge_text, merge_trees,
};
use proptest::prelude::*;

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn clean(text: &str) -> TextMerge {
    TextMerge::Clean(text.as_bytes().to_owned())
}

fn merged(base: &str, ours: &str, theirs: &str) -> TextMerge {
    merge_text(base.as_bytes(), ours.as_bytes(), theirs.as_bytes())
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn who_changed_nothing_gets_the_others_changes(base in any_text(), other in any_text()) {
        prop_assert_eq!(merged(&base, &other, &base), clean(&other));
        prop_assert_eq!(merged(&base, &base, &other), clean(&other));
        prop_assert_eq!(merged(&base, &other, &other), clean(&other));
    }

    #[test]
    fn both_sides_see_the_same_merge([base, ours, theirs] in any_edited_texts()) {
        match (merged(&base, &ours, &theirs), merged(&base, &theirs, &ours)) {
            (TextMerge::Clean(here), TextMerge::Clean(there)) => prop_assert_eq!(here, there),
            (TextMerge::Conflicts(here), TextMerge::Conflicts(there)) => {
                prop_assert_eq!(here.conflicts().count(), there.conflicts().count());
                for (here, there) in here.conflicts().zip(there.conflicts()) {
                    prop_assert_eq!((&here.base, &here.ours, &here.theirs), (&there.base, &there.theirs, &there.ours));
                }
            }
            (here, there) => prop_assert!(false, "{here:?} beside {there:?}"),
        }
    }

    #[test]
    fn choosing_one_side_everywhere_keeps_the_rest_of_the_other([base, ours, theirs] in any_edited_texts()) {
        if let TextMerge::Conflicts(text) = merged(&base, &ours, &theirs) {
            let count = text.conflicts().count();
            for choice in [Choice::Ours, Choice::Theirs, Choice::Base, Choice::OursThenTheirs] {
                let resolved = text.resolve(&vec![choice; count]).unwrap();
                let lines = resolved.split_inclusive(|byte| *byte == b'\n');
                let open = lines.clone().filter(|line| !line.ends_with(b"\n")).count();
                prop_assert!(open <= 1, "only the last line may lack its ending");
            }
        }
    }

    #[test]
    fn a_diff_leads_from_one_text_to_the_other(before in any_text(), after in any_text()) {
        let options = DiffOptions { context_lines: 1_000, ..DiffOptions::default() };
        if let FileDiff::Text(diff) = diff(before.as_bytes(), after.as_bytes(), &options) {
            let side = |kind: Kind| {
                let lines = diff.hunks.iter().flat_map(|hunk| &hunk.lines).filter(|line| [Kind::Equal, kind].contains(&line.kind));
                lines.map(git::text_of).collect::<String>()
            };
            prop_assert_eq!(side(Kind::Removed), before);
            prop_assert_eq!(side(Kind::Added), after);
        } else {
            prop_assert_eq!(before, after);
        }
    }

    #[test]
    fn trees_follow_the_same_laws([base, ours, theirs] in any_edited_trees()) {
        let settled = |merge: &TreeMerge<u8>, from: &Tree<u8>| merge.is_settled().then(|| apply(from, merge));
        prop_assert_eq!(settled(&merge_trees(&base, &ours, &base), &ours), Some(ours.clone()));
        prop_assert_eq!(settled(&merge_trees(&base, &base, &theirs), &base), Some(theirs.clone()));
        prop_assert_eq!(settled(&merge_trees(&base, &ours, &ours), &ours), Some(ours.clone()));
        let (here, there) = (merge_trees(&base, &ours, &theirs), merge_trees(&base, &theirs, &ours));
        prop_assert_eq!(settled(&here, &ours), settled(&there, &theirs));
        prop_assert_eq!(here.contents.len(), there.contents.len());
        prop_assert_eq!(here.conflicts.len(), there.conflicts.len());
    }
}

proptest! {
    // Each asks git, which takes some milliseconds.
    #![proptest_config(cases(80))]

    #[test]
    fn where_git_merges_cleanly_so_do_we_to_the_byte([base, ours, theirs] in any_edited_texts()) {
        let by_git = Git::new("merge-file").merge_file(&base, &ours, &theirs);
        match (by_git, merged(&base, &ours, &theirs)) {
            (Some(by_git), merge) => prop_assert_eq!(clean(&by_git), merge),
            (None, TextMerge::Clean(text)) => {
                prop_assert!(false, "git finds conflicts, we {:?}", String::from_utf8_lossy(&text));
            }
            (None, _) => {}
        }
    }

    #[test]
    fn hunks_are_those_of_git_diff([before, after, _] in any_edited_texts()) {
        let by_git = Git::new("diff").diff(&before, &after);
        let FileDiff::Text(diff) = diff(before.as_bytes(), after.as_bytes(), &DiffOptions::default()) else {
            prop_assert_eq!(by_git, "");
            return Ok(());
        };
        prop_assert_eq!(by_git, git::unified(&diff));
    }
}

#[test]
fn trees_merge_as_git_merges_them() {
    let (git, blobs) = Git::repository("merge-tree", PATHS, 0..4);
    proptest!(cases(40), |([base, ours, theirs] in any_edited_trees())| {
        let merge = merge_trees(&base, &ours, &theirs);
        let by_us = merge.is_settled().then(|| apply(&ours, &merge));
        prop_assert_eq!(git.merge_tree(&blobs, [&base, &ours, &theirs]), by_us);
    });
}

fn apply(ours: &Tree<u8>, merge: &TreeMerge<u8>) -> Tree<u8> {
    let mut tree = ours.clone();
    for (path, entry) in &merge.changes {
        match entry {
            Some(entry) => tree.insert(path.clone(), *entry),
            None => tree.remove(path),
        };
    }
    tree
}

#[test]
fn the_comparison_with_git_sees_conflicts_and_merges() {
    let git = Git::new("sees");
    assert_eq!(git.merge_file("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n").as_deref(), Some("A\nb\nC\n"));
    assert_eq!(git.merge_file("a\n", "b\n", "c\n"), None);
    let (git, blobs) = Git::repository("sees-trees", &["a"], 1..4);
    let tree = |id: u8| BTreeMap::from([("a".to_owned(), Entry { mode: Mode::File, id })]);
    assert_eq!(git.merge_tree(&blobs, [&tree(1), &tree(1), &tree(2)]), Some(tree(2)));
    assert_eq!(git.merge_tree(&blobs, [&tree(1), &tree(3), &tree(2)]), None);
}
