//! The published validator's rules, each broken once; and that what we write keeps them and comes back as it went.

use proptest::prelude::*;

use super::super::{Skill, parse};
use super::*;

fn fault(head: &str) -> Option<PackageFault> {
    package_fault("skills/pdf", &format!("---\n{head}---\nWords.\n"))
}

#[test]
fn the_validators_rules() {
    assert_eq!(fault("name: pdf\ndescription: Reads PDFs\n"), None);
    assert_eq!(
        fault("name: pdf\ndescription: d\nlicense: MIT\ncompatibility: any\nallowed-tools: Read\nmetadata:\n  a: b\n"),
        None
    );
    let long = |length| "x".repeat(length);
    for (head, expected) in [
        ("description: d\n".to_owned(), PackageFault::Missing("name")),
        ("name: pdf\n".to_owned(), PackageFault::Missing("description")),
        ("name: pdf\ndescription: ''\n".to_owned(), PackageFault::Missing("description")),
        ("name: PDF\ndescription: d\n".to_owned(), PackageFault::BadName("PDF".to_owned())),
        ("name: -pdf\ndescription: d\n".to_owned(), PackageFault::BadName("-pdf".to_owned())),
        ("name: pd--f\ndescription: d\n".to_owned(), PackageFault::BadName("pd--f".to_owned())),
        ("name: pd f\ndescription: d\n".to_owned(), PackageFault::BadName("pd f".to_owned())),
        (format!("name: {}\ndescription: d\n", long(65)), PackageFault::BadName(long(65))),
        (
            "name: doc\ndescription: d\n".to_owned(),
            PackageFault::OtherFolder { name: "doc".to_owned(), folder: "pdf".to_owned() },
        ),
        (
            format!("name: pdf\ndescription: {}\n", long(1025)),
            PackageFault::TooLong { field: "description", length: 1025, most: 1024 },
        ),
        (
            format!("name: pdf\ndescription: d\ncompatibility: {}\n", long(501)),
            PackageFault::TooLong { field: "compatibility", length: 501, most: 500 },
        ),
        ("name: pdf\ndescription: d\nversion: 1\n".to_owned(), PackageFault::UnknownField("version".to_owned())),
        ("- a\n".to_owned(), PackageFault::NoFrontMatter),
    ] {
        assert_eq!(fault(&head), Some(expected), "{head}");
    }
    assert_eq!(package_fault("pdf", "# PDF"), Some(PackageFault::NoFrontMatter));
    assert_eq!(package_fault("données", "---\nname: données\ndescription: d\n---\n"), None);
}

#[test]
fn ids_become_names() {
    for (id, name) in [
        ("rc-lowpass", "rc-lowpass"),
        ("My Skill_2", "my-skill-2"),
        ("--a--b--", "a-b"),
        ("Größe", "groe"),
        ("数", "skill"),
    ] {
        assert_eq!(package_name(id), name);
    }
    assert_eq!(package_name(&"ab-".repeat(40)).len(), 64);
}

/// Packs a skill, checks the package, and reads it again.
fn there_and_back(skill: &Skill) -> Skill {
    let (name, text) = packaged(skill).expect("what was read can be packed");
    assert_eq!(package_fault(&name, &text), None, "{text}");
    let (again, findings) = parse(&format!("skills/{name}/SKILL.md"), &text);
    assert!(findings.is_empty(), "{findings:?}\n{text}");
    again.expect("a skill")
}

#[test]
fn what_others_know_stays_at_the_top_and_what_we_know_goes_below() {
    let source = "---\nname: PDF forms\ndescription: Fills <b>forms</b>\ncategory: office\nkeywords: [pdf, 'a, b']\nversion: 1.10\n\
                  license: MIT\nallowed-tools: [Read, Write]\nmetadata: {author: me, llmos-old: x}\nargument-hint: a file\n---\n\nRead --- it.\n";
    let skill = parse("skills/forms.md", source).0.unwrap();
    let (_, text) = packaged(&skill).unwrap();
    expect_test::expect![[r#"
        ---
        name: "forms"
        description: "Fills ‹b›forms‹/b›"
        license: "MIT"
        allowed-tools: "Read Write"
        metadata:
          "llmos-name": "PDF forms"
          "llmos-description": "Fills <b>forms</b>"
          "llmos-old": "x"
          "llmos-category": "office"
          "llmos-keywords": "[\"pdf\",\"a, b\"]"
          "llmos-version": "1.10"
          "author": "me"
          "llmos-argument-hint": "a file"
        ---

        Read --- it.
    "#]]
    .assert_eq(&text);
}

/// Field values that YAML, our packing or the validator could trip over.
fn awkward() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "a", " ", "---", ": ", "#", "[", "]", "{", "}", "\"", "'", "\\", "<", ">", "é", "数", "true", "1.10", "-",
        "\t", "|", "&x", "\u{2028}",
    ]);
    prop::collection::vec(part, 1..8).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_skill_comes_back_as_it_went(
        id in "[a-zA-Z_-]{1,12}",
        name in awkward(),
        description in awkward(),
        category in awkward(),
        keywords in prop::collection::vec(awkward(), 0..3),
        default in prop::sample::select(vec!["1", "1e-9", "2.5", "\"x\"", "[1, 2]", "{\"a\": null}", "true"]),
        version in prop::sample::select(vec!["1.10", "2", "1.0.0"]),
    ) {
        let json = |text: &str| Value::String(text.to_owned()).to_string().replace('\u{2028}', "\\u2028");
        let words: Vec<String> = keywords.iter().map(|word| json(word)).collect();
        let source = format!(
            "---\nskill_id: {}\nname: {}\ndescription: {}\ncategory: {}\nkeywords: [{}]\ntype: javascript\nversion: {version}\nmemory_mb: 5\n\
             cache: false\ninputs:\n  - {{name: x, type: any, default: {default}}}\n---\n## Code\n```js\n1;\n```\n",
            json(&id), json(&name), json(&description), json(&category), words.join(", "),
        );
        let skill = parse(&format!("skills/{id}.md"), &source).0.unwrap();
        let again = there_and_back(&skill);
        let without_place = |skill: &Skill| {
            let runs = skill.executable.as_deref().cloned().map(|runs| super::super::ExecutableSkill { code_line: 0, ..runs });
            let Skill { skill_id, name, description, category, keywords, .. } = skill.clone();
            (skill_id, name, description, category, keywords, runs)
        };
        // One that says nothing of itself leaves with its name for a description.
        if !skill.description.is_empty() {
            prop_assert_eq!(without_place(&again), without_place(&skill));
        }
    }
}
