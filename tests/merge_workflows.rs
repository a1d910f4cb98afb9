//! Merges of workflows: the cases of `tests/cases/merge`, and what holds for every merge.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

#[path = "merge/workflows.rs"]
mod workflows;

use std::path::{Path, PathBuf};

use expect_test::expect_file;
use llmos_lite::kernel::dag::Workflow;
use llmos_lite::kernel::merge::workflow::{
    Choices, Place, Take, WorkflowConflict, check_workflow, diff_workflows, merge_workflows,
};
use proptest::prelude::*;
use workflows::{any_edited_workflows, choices, read, sorted, write_merge};

#[test]
fn cases_merge_as_they_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/merge");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() > 8, "the cases are there");
    for file in files {
        let case = std::fs::read_to_string(&file).unwrap();
        expect_file![file].assert_eq(&judge(&case));
    }
}

/// A case has a remark, then parts that begin with `== base`, `== ours`, `== theirs` and perhaps `== choices`; the result comes after `---`
/// and is written anew.
fn judge(case: &str) -> String {
    let given = case.split("---\n").next().unwrap();
    let part = |name: &str| {
        let begin = format!("== {name}\n");
        given.split_once(&begin).map_or("", |(_, rest)| rest.split("== ").next().unwrap())
    };
    let (base, ours, theirs) = (read(part("base")), read(part("ours")), read(part("theirs")));
    match merge_workflows(&base, &ours, &theirs, &choices(part("choices"))) {
        Ok(merge) => format!("{given}---\n{}", write_merge(&merge)),
        Err(error) => format!("{given}---\n{error}\n"),
    }
}

fn merged(base: &Workflow, ours: &Workflow, theirs: &Workflow) -> Workflow {
    merge_workflows(base, ours, theirs, &Choices::new()).unwrap().workflow
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn who_changed_nothing_gets_the_others_changes([base, other, _] in any_edited_workflows()) {
        prop_assert_eq!(merged(&base, &other, &base), other.clone());
        prop_assert_eq!(merged(&base, &base, &other), other.clone());
        prop_assert_eq!(merged(&base, &other, &other), other);
    }

    #[test]
    fn the_result_is_well_formed_whatever_is_chosen(
        [base, ours, theirs] in any_edited_workflows(),
        takes in proptest::collection::vec(proptest::sample::select(&[Take::Ours, Take::Theirs, Take::Both][..]), 40),
    ) {
        let mut choices = Choices::new();
        let mut takes = takes.into_iter().cycle();
        // What is chosen may bring up new questions, but not without end.
        for round in 0..4 {
            let merge = merge_workflows(&base, &ours, &theirs, &choices).unwrap();
            prop_assert_eq!(check_workflow(&merge.workflow), Ok(()));
            if merge.conflicts.is_empty() {
                return Ok(());
            }
            prop_assert!(round < 3, "still to choose: {:?}", merge.conflicts);
            for conflict in merge.conflicts {
                let again = choices.insert(conflict.place, takes.next().unwrap());
                prop_assert_eq!(again, None, "a place is asked about once");
            }
        }
    }

    #[test]
    fn both_sides_see_the_same_merge([base, ours, theirs] in any_edited_workflows()) {
        let here = merge_workflows(&base, &ours, &theirs, &Choices::new()).unwrap();
        let there = merge_workflows(&base, &theirs, &ours, &Choices::new()).unwrap();
        // Whether wires lead in a circle may hang on what is chosen elsewhere.
        let elsewhere = |conflict: &&WorkflowConflict| conflict.place != Place::Circle;
        let told = |conflict: &WorkflowConflict| {
            (conflict.place.clone(), conflict.base.clone(), conflict.ours.clone(), conflict.theirs.clone())
        };
        let seen: Vec<_> = here.conflicts.iter().filter(elsewhere).map(told).collect();
        let mirrored = there.conflicts.iter().filter(elsewhere).map(told).map(|(place, base, ours, theirs)| (place, base, theirs, ours));
        prop_assert_eq!(&seen, &mirrored.collect::<Vec<_>>());
        if seen.is_empty() {
            prop_assert_eq!(here.conflicts.len(), there.conflicts.len());
        }
        if here.conflicts.is_empty() {
            prop_assert_eq!(sorted(&here.workflow), sorted(&there.workflow));
        }
    }

    #[test]
    fn a_clean_merge_has_what_both_did([base, ours, theirs] in any_edited_workflows()) {
        let merge = merge_workflows(&base, &ours, &theirs, &Choices::new()).unwrap();
        if merge.conflicts.is_empty() {
            // Once more changes nothing.
            prop_assert_eq!(sorted(&merged(&ours, &ours, &merge.workflow)), sorted(&merge.workflow));
            for side in [&ours, &theirs] {
                let done = diff_workflows(&base, side);
                let rest = diff_workflows(side, &merge.workflow);
                for node in &done.nodes_added {
                    prop_assert!(merge.workflow.nodes.iter().any(|other| other.node_id == node.node_id));
                    prop_assert!(!rest.nodes_removed.contains(node));
                }
                for node in &done.nodes_removed {
                    prop_assert!(merge.workflow.nodes.iter().all(|other| other.node_id != node.node_id));
                }
            }
        }
    }

    #[test]
    fn a_diff_is_empty_where_nothing_changed([base, ours, _] in any_edited_workflows()) {
        prop_assert_eq!(diff_workflows(&base, &ours).is_empty(), sorted(&base) == sorted(&ours));
    }
}
