//! What is found, in which order and why; and that an index that was changed step by step is one that was made at once.

use std::collections::BTreeMap;
use std::fmt::Write;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::kernel::skill::parse;

type Skills = BTreeMap<String, Arc<Skill>>;

fn skills(rows: &[(&str, &str, &str, &str, &str, &str)]) -> Skills {
    let skill = |(id, name, category, keywords, description, body): &(&str, &str, &str, &str, &str, &str)| {
        let head = format!(
            "skill_id: {id}\nname: {name}\ncategory: {category}\nkeywords: [{keywords}]\ndescription: {description}"
        );
        let skill = parse("x.md", &format!("---\n{head}\n---\n{body}\n")).0.unwrap();
        ((*id).to_owned(), Arc::new(skill))
    };
    rows.iter().map(skill).collect()
}

fn index_of(skills: &Skills) -> SkillIndex {
    let mut index = SkillIndex::default();
    index.update(skills);
    index
}

fn library() -> Skills {
    skills(&[
        (
            "rc-lowpass",
            "RC low-pass filter",
            "electronics",
            "filter, cutoff, rc",
            "Passes slow signals",
            "A resistor and a capacitor.",
        ),
        (
            "bode",
            "Bode analysis",
            "electronics",
            "frequency response",
            "Gain and phase over frequency",
            "Sweep the filter.",
        ),
        (
            "review",
            "Code review",
            "coding",
            "review, diff, pull request",
            "How to review a change",
            "Read the change. Run the tests.",
        ),
        ("tests", "Writing tests", "coding", "pytest, unit test", "Tests that can fail", "Begin with one that fails."),
        (
            "essay",
            "Essay",
            "writing",
            "structure",
            "An essay of five parts",
            "Say what the essay says. A filter of words.",
        ),
    ])
}

fn check(query: &Query, expected: Expect) {
    let index = index_of(&library());
    let ranking = rank(&[(Volume::System, &index)], query, |_| true, 0, 10);
    let mut text = String::new();
    for found in ranking.skills {
        write!(text, "{} {}:", found.skill.skill_id, found.score as u32).unwrap();
        for Reason { field, term } in found.reasons {
            write!(text, " {field:?} {term}").unwrap();
        }
        text.push('\n');
    }
    expected.assert_eq(&text);
}

#[test]
fn the_points_of_the_source_design_come_first() {
    check(
        &Query::of_message("Please do a code review of this filter"),
        expect![[r#"
            review 5: Name code Name review Keyword review Description review
            rc-lowpass 2: Name filter Keyword filter
            essay 0: Body filter
            bode 0: Body filter
        "#]],
    );
    check(
        &Query::of_message("coding: is my pull request fine?"),
        expect![[r#"
        review 3: Keyword pull Keyword request Category coding
        tests 1: Category coding
    "#]],
    );
}

#[test]
fn forms_of_words_are_found_and_common_words_are_not() {
    check(
        &Query::of_message("I was reviewing changes"),
        expect![[r#"
        review 2: Name reviewing Keyword reviewing Description reviewing Description changes Body changes
    "#]],
    );
    check(&Query::of_message("what is it that you can do for me?"), expect![""]);
    check(&Query::of_message(""), expect![""]);
}

#[test]
fn a_search_that_is_typed_finds_what_it_may_become() {
    check(
        &Query::as_typed("fil"),
        expect![[r#"
            rc-lowpass 2: Name fil Keyword fil
            essay 0: Body fil
            bode 0: Body fil
        "#]],
    );
    check(
        &Query::as_typed("Filtr"),
        expect![[r#"
            rc-lowpass 2: Name filtr Keyword filtr
            essay 0: Body filtr
            bode 0: Body filtr
        "#]],
    );
    check(
        &Query::as_typed("essa"),
        expect![[r#"
        essay 3: Name essa Description essa Body essa
    "#]],
    );
}

#[test]
fn a_nearer_skill_shadows_those_farther_away() {
    let team: Volume = "team/a".parse().unwrap();
    let mine = index_of(&skills(&[("review", "My review", "coding", "", "Mine", "Words.")]));
    let all = index_of(&library());
    let volumes = [(team, &mine), (Volume::System, &all)];
    let ranking = rank(&volumes, &Query::of_message("review the diff"), |_| true, 0, 10);
    assert_eq!(ranking.total, 1);
    let [found] = ranking.skills.as_slice() else { panic!("{ranking:?}") };
    assert_eq!((&*found.skill.name, found.shadows.as_slice()), ("My review", &[Volume::System][..]));
}

#[test]
fn pages_are_parts_of_one_order() {
    let index = index_of(&library());
    let page =
        |offset, limit| rank(&[(Volume::System, &index)], &Query::as_typed("filter test"), |_| true, offset, limit);
    let whole = page(0, 100);
    assert_eq!(whole.total, 5);
    for offset in 0..=5 {
        let part = page(offset, 2);
        assert_eq!(part.total, 5);
        assert_eq!(part.skills, whole.skills[offset..(offset + 2).min(5)]);
    }
    assert_eq!(page(7, 2).skills, []);
}

#[test]
fn only_what_changed_is_read_again() {
    let mut known = library();
    let mut index = SkillIndex::default();
    assert_eq!(index.update(&known), 5);
    assert_eq!(index.update(&known), 0);
    known.extend(skills(&[("new", "New", "a", "", "b", "c")]));
    assert_eq!(index.update(&known), 1);
    known.remove("essay");
    assert_eq!((index.update(&known), index.len()), (0, 5));
}

/// Skills of few words, so that they share them.
fn any_skills() -> impl Strategy<Value = Skills> {
    let word =
        prop::sample::select(vec!["filter", "filters", "test", "code", "plot", "plotting", "rc", "data", "é", "数"]);
    let text = prop::collection::vec(word, 1..5).prop_map(|words| words.join(" "));
    let row = (0..12_u8, text.clone(), text.clone(), text.clone(), text);
    prop::collection::vec(row, 0..10).prop_map(|rows| {
        let rows = rows.iter().map(|(id, name, category, keyword, body)| {
            let made = skills(&[(&format!("s{id}"), name, category, keyword, "d", body)]);
            made.into_iter().next().unwrap()
        });
        rows.collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_index_does_not_remember_its_history(versions in prop::collection::vec(any_skills(), 1..5), query in "(filter|test|co|数|rc data)") {
        let mut changed = SkillIndex::default();
        for version in &versions {
            changed.update(version);
        }
        let fresh = index_of(versions.last().unwrap());
        let found = |index: &SkillIndex| {
            let ranking = rank(&[(Volume::System, index)], &Query::as_typed(&query), |_| true, 0, 100);
            ranking.skills.into_iter().map(|found| (found.skill.skill_id.clone(), found.reasons)).collect::<Vec<_>>()
        };
        prop_assert_eq!(found(&changed), found(&fresh));
        // Nor does it lose anything as bytes; and what it then takes in, it takes in as before.
        let mut kept = SkillIndex::decode(&changed.encode(), versions.last().unwrap()).expect("these are its bytes");
        prop_assert_eq!(found(&kept), found(&fresh));
        prop_assert_eq!(kept.encode(), changed.encode());
        kept.update(&versions[0]);
        prop_assert_eq!(found(&kept), found(&index_of(&versions[0])));
    }

    #[test]
    fn bytes_that_are_no_index_are_told(at in 0..10_000_usize, letter in any::<u8>(), length in 0..10_000_usize) {
        let skills = library();
        let mut bytes = index_of(&skills).encode();
        let at = at % bytes.len();
        bytes[at] = letter;
        // Some of these bytes may be an index, though another: whatever they are, nothing breaks that asks it.
        if let Some(mut index) = SkillIndex::decode(&bytes, &skills) {
            rank(&[(Volume::System, &index)], &Query::as_typed("filter test review"), |_| true, 0, 100);
            index.update(&skills);
        }
        bytes.truncate(length % bytes.len());
        prop_assert!(SkillIndex::decode(&bytes, &skills).is_none());
    }
}
