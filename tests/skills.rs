//! Skill files in, skills and findings out: the cases of `tests/cases/skills`, the library that ships, and broken bytes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::fmt::Write;
use std::path::{Path, PathBuf};

use expect_test::{Expect, expect, expect_file};
use llmos_lite::kernel::diagnostic::{Diagnostic, Severity};
use llmos_lite::kernel::skill::{
    ExecutableSkill, LARGEST_FILE_BYTES, Library, Runtime, Skill, load, package_fault, packaged, parse,
};
use proptest::prelude::*;

fn folder(path: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some())
        .collect();
    files.sort();
    files
}

/// Each case is a skill file `x.md`; what is read from it, and what is wrong with it, stands beside it in `x.txt`.
#[test]
fn cases_are_read_as_they_say() {
    let files: Vec<PathBuf> =
        folder("tests/cases/skills").into_iter().filter(|path| path.extension().unwrap() == "md").collect();
    assert!(files.len() > 15, "the cases are there");
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let name = file.file_name().unwrap().to_str().unwrap();
        let (skill, findings) = parse(name, &text);
        expect_file![file.with_extension("txt")].assert_eq(&(describe(skill.as_ref()) + &list(&findings)));
    }
}

fn describe(skill: Option<&Skill>) -> String {
    let Some(skill) = skill else { return "no skill\n".to_owned() };
    let mut text = format!("{} '{}' in {}", skill.skill_id, skill.name, skill.category);
    if !skill.keywords.is_empty() {
        write!(text, ", keywords {}", skill.keywords.join(", ")).unwrap();
    }
    let Some(runs) = &skill.executable else { return text + "\n" };
    write!(text, "\nruns {:?} as {:?} from line {}", runs.kind, runs.runtime(), runs.code_line).unwrap();
    if !runs.version.is_empty() {
        write!(text, ", version {}", runs.version).unwrap();
    }
    if !runs.packages.is_empty() {
        write!(text, ", packages {}", runs.packages.join(", ")).unwrap();
    }
    if runs.estimated_time_ms > 0 || runs.memory_mb > 0 || !runs.cache {
        write!(text, ", {} ms, {} MB, cache {}", runs.estimated_time_ms, runs.memory_mb, runs.cache).unwrap();
    }
    for (direction, ports) in [("in ", &runs.inputs), ("out", &runs.outputs)] {
        for port in ports {
            write!(text, "\n  {direction} {}: {}", port.name, port.kind.name()).unwrap();
            if let Some(default) = &port.default {
                write!(text, " = {default}").unwrap();
            }
            if let Some(required) = port.required {
                write!(text, " required {required}").unwrap();
            }
            for (word, value) in [("from", &port.from), ("in", &port.unit)] {
                if let Some(value) = value {
                    write!(text, " {word} {value}").unwrap();
                }
            }
        }
    }
    write!(text, "\n  | {}\n", runs.code.trim_end().replace('\n', "\n  | ")).unwrap();
    text
}

fn list(findings: &[Diagnostic]) -> String {
    let mut text = String::new();
    for finding in findings {
        writeln!(text, "{} {}: {finding}", format!("{:?}", finding.severity).to_lowercase(), finding.code).unwrap();
        for hint in &finding.hints {
            writeln!(text, "    {hint}").unwrap();
        }
    }
    text
}

fn shipped() -> Library {
    let files: Vec<(String, Vec<u8>)> = folder("skills")
        .into_iter()
        .map(|path| (format!("skills/{}", path.file_name().unwrap().to_str().unwrap()), std::fs::read(&path).unwrap()))
        .collect();
    load(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())))
}

#[test]
fn the_library_that_ships_has_no_fault() {
    let library = shipped();
    assert_eq!(list(&library.diagnostics), "");
    for skill in library.skills.values() {
        assert_eq!(skill.path, format!("skills/{}.md", skill.skill_id), "a file is named as its skill");
        if let Some(runs) = &skill.executable {
            assert!(!runs.outputs.is_empty(), "{} gives something", skill.skill_id);
            assert!(
                runs.inputs.iter().chain(&runs.outputs).all(|port| !port.description.is_empty()),
                "{}",
                skill.skill_id
            );
        }
    }
}

#[test]
fn the_library_that_ships_can_leave_and_come_back() {
    for skill in shipped().skills.values() {
        let (name, text) = packaged(skill).unwrap();
        assert_eq!(package_fault(&name, &text), None, "{}", skill.skill_id);
        let (again, findings) = parse(&format!("skills/{name}/SKILL.md"), &text);
        assert_eq!(list(&findings), "");
        let again = again.unwrap();
        let code =
            |skill: &Skill| skill.executable.as_deref().map(|runs| ExecutableSkill { code_line: 0, ..runs.clone() });
        assert_eq!((&again.skill_id, &again.name, &again.keywords), (&skill.skill_id, &skill.name, &skill.keywords));
        assert_eq!(code(&again), code(skill));
    }
}

#[test]
fn the_library_that_ships_covers_every_runtime() {
    let library = shipped();
    let executables = library.executables();
    for runtime in Runtime::ALL {
        assert!(executables.values().any(|skill| skill.runtime() == runtime), "something runs in {runtime:?}");
    }
}

fn check(files: &[(&str, &[u8])], expected: Expect) {
    let library = load(files.iter().copied());
    let skills: Vec<&str> = library.skills.values().map(|skill| skill.path.as_str()).collect();
    expected.assert_eq(&format!("{}\n{}", skills.join(" "), list(&library.diagnostics)));
}

const GOOD: &[u8] = b"---\nskill_id: good\ndescription: Fine.\n---\nWords.\n";

#[test]
fn a_broken_file_hides_no_other() {
    check(
        &[("a.md", b""), ("b.md", &[0x89, b'P', b'N', b'G', 0, 1]), ("good.md", GOOD), ("c.md", b"---\na: [\n---\n")],
        expect![[r#"
            good.md
            error empty_file: a.md:1: The file is empty
            error not_text: b.md:1: The file is not text: it holds a zero byte
                It looks like a binary file
            error bad_yaml: c.md:2: The front matter is not valid YAML: did not find expected node content
                Check indentation, quotes and brackets at this line and the one before
        "#]],
    );
}

#[test]
fn bytes_that_are_no_text_are_told_with_their_line() {
    let utf_16: Vec<u8> = [0xff, 0xfe].into_iter().chain("---\n".bytes().flat_map(|byte| [byte, 0])).collect();
    check(
        &[("latin.md", b"---\nname: Gr\xf6\xdfe\n---\n"), ("wide.md", &utf_16)],
        expect![[r#"

            error not_text: latin.md:2: The file is not UTF-8: byte 12 is 0xf6
                Save the file as UTF-8
            error not_text: wide.md:1: The file is not text: it holds a zero byte
                It looks like UTF-16: save it as UTF-8
        "#]],
    );
}

#[test]
fn a_file_may_be_too_large() {
    let large = vec![b'x'; LARGEST_FILE_BYTES + 1];
    check(
        &[("large.md", &large)],
        expect![[r#"

            error file_too_large: large.md: The file has 1024 kB; a skill may have 1024 kB
                Load large data in the code, or give it as an input
        "#]],
    );
}

#[test]
fn of_two_skills_of_one_id_the_first_counts() {
    check(
        &[("good.md", GOOD), ("copy/good.md", GOOD)],
        expect![[r#"
            good.md
            error duplicate_skill: copy/good.md:1: The skill 'good' is defined in good.md already, which counts
                Give one of the two another 'skill_id'
        "#]],
    );
}

#[test]
fn what_is_no_skill_file_is_passed_over() {
    check(
        &[("README.md", b"# Read me"), ("skills/readme.md", b""), ("x.json", b"{}"), ("good.MD", GOOD)],
        expect![[r#"
        good.MD
    "#]],
    );
}

#[test]
fn a_skill_in_a_folder_of_its_own_is_named_by_the_folder() {
    let (skill, _) = parse("skills/pdf-forms/SKILL.md", "---\nname: PDF forms\ndescription: Fills them.\n---\nWords.");
    assert_eq!(skill.unwrap().skill_id, "pdf-forms");
}

/// Each fault of a `SKILL.md`, and what becomes of it: read with a word, or left out with a word.
#[test]
fn faults_of_agent_skills() {
    let large = format!("---\nname: x\ndescription: d\n---\n{}", "x".repeat(5 * 1024 * 1024));
    let long = format!("---\nname: x\ndescription: {}\n---\n", "d".repeat(1_068));
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain("---\n".bytes().flat_map(|byte| [byte, 0])).collect();
    let mut text = String::new();
    for (fault, bytes) in [
        ("no front matter", &b"# Just words\n"[..]),
        ("no description", b"---\nname: x\n---\nWords\n"),
        ("empty description", b"---\nname: x\ndescription: ''\n---\n"),
        ("other name", b"---\nname: y\ndescription: d\n---\n"),
        ("a name for people", b"---\nname: My Skill\ndescription: d\n---\n"),
        ("long description", long.as_bytes()),
        ("colons without quotes", b"---\nname: x\ndescription: Use when: it rains\n---\n"),
        ("tabs", b"---\nname: x\nmetadata:\n\tauthor: me\n---\n"),
        ("a key twice", b"---\nname: x\ndescription: d\ndescription: e\n---\n"),
        ("wrong types", b"---\nname: [x]\ndescription: {a: b}\n---\n"),
        ("YAML that is none", b"---\nname: [x\ndescription: d\n---\n"),
        ("unknown keys", b"---\nname: x\ndescription: d\nargument-hint: a\nhooks: {a: b}\n---\n"),
        ("5 MB", large.as_bytes()),
        ("not UTF-8", b"---\nname: x\ndescription: Gr\xfc\xdfe\n---\n"),
        ("UTF-16", &wide),
        ("nothing", b""),
    ] {
        let library = load([("skills/x/SKILL.md", bytes)]);
        let read = library.skills.get("x").map_or("left out".to_owned(), |skill| format!("read as '{}'", skill.name));
        write!(text, "{fault}: {read}\n{}", list(&library.diagnostics)).unwrap();
    }
    expect![[r#"
        no front matter: left out
        error no_front_matter: skills/x/SKILL.md:1: The file does not begin with front matter
            Begin the file with a line '---', fields such as 'name: …', and another line '---'
        no description: left out
        error no_description: skills/x/SKILL.md:1: The skill has no description, so no model could choose it
            Add a line 'description: …' that says what it does and when to use it
        empty description: left out
        error no_description: skills/x/SKILL.md:3: The skill has no description, so no model could choose it
            Add a line 'description: …' that says what it does and when to use it
        other name: read as 'y'
        warning name_differs: skills/x/SKILL.md:2: The name 'y' is not that of the folder, 'x'
            Other programs may refuse the skill; Export mends it
        a name for people: read as 'My Skill'
        warning bad_name: skills/x/SKILL.md:2: The name 'My Skill' is not of 1 to 64 lowercase letters, digits and single hyphens
            Other programs may refuse the skill; Export mends it
        long description: read as 'x'
        warning too_long: skills/x/SKILL.md:3: The description has 1068 letters; others allow 1024
            Other programs may refuse the skill; Export mends it
        colons without quotes: read as 'x'
        warning unquoted_colon: skills/x/SKILL.md:3: The value holds a colon and is not in quotes
            Put the value in quotes, or others may refuse the file
        tabs: left out
        error bad_yaml: skills/x/SKILL.md:4: The front matter is not valid YAML: found character that cannot start any token
            Line 4 is indented with a tab; YAML wants spaces
        a key twice: read as 'x'
        warning duplicate_field: skills/x/SKILL.md:4: The field 'description' stands twice; the one at line 3 counts
        wrong types: left out
        warning bad_field: skills/x/SKILL.md:2: The field 'name' should be text, but it is a list
        warning bad_field: skills/x/SKILL.md:3: The field 'description' should be text, but it is a group of fields
        error no_description: skills/x/SKILL.md:3: The skill has no description, so no model could choose it
            Add a line 'description: …' that says what it does and when to use it
        YAML that is none: left out
        error bad_yaml: skills/x/SKILL.md:2: The front matter is not valid YAML: did not find expected ',' or ']'
            A bracket '[' is opened here and not closed
        unknown keys: read as 'x'
        5 MB: left out
        error file_too_large: skills/x/SKILL.md: The file has 5120 kB; a skill may have 1024 kB
            Load large data in the code, or give it as an input
        not UTF-8: left out
        error not_text: skills/x/SKILL.md:3: The file is not UTF-8: byte 27 is 0xfc
            Save the file as UTF-8
        UTF-16: left out
        error not_text: skills/x/SKILL.md:1: The file is not text: it holds a zero byte
            It looks like UTF-16: save it as UTF-8
        nothing: left out
        error empty_file: skills/x/SKILL.md:1: The file is empty
    "#]].assert_eq(&text);
}

/// A file that is nearly one: parts of a good one, cut and mixed.
fn nearly_a_skill() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "---\n",
        "---",
        "...\n",
        "\u{feff}",
        "\r\n",
        "\t",
        "skill_id: a\n",
        "type: spice\n",
        "type: [1, 2\n",
        "name: \"x\n",
        "inputs:\n",
        "  - {name: a, type: number, default: .nan}\n",
        "  - name: b\n    type: nubmer\n",
        "outputs: {a: number, a: 1}\n",
        "tags: 5\n",
        "# Code\n",
        "```python\n",
        "```\n",
        "x = 1\n",
        "- - - *x &x\n",
        "? : :\n",
        "!t {\n",
        "&a [*a, *b]\n",
        "é中\n",
        "    ",
        "> ",
        "~~~js\n",
    ]);
    prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused_with_a_reason(text in nearly_a_skill()) {
        let (skill, findings) = parse("x.md", &format!("---\n{text}"));
        prop_assert!(skill.is_some() || findings.iter().any(|finding| finding.severity == Severity::Error));
        let lines = text.lines().count() as u32 + 2;
        for finding in findings {
            prop_assert_eq!(finding.place.path.as_deref(), Some("x.md"));
            prop_assert!(finding.place.line.is_some_and(|line| (1..=lines).contains(&line)), "{:?}", finding);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused_with_a_reason(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let library = load([("x.md", bytes.as_slice())]);
        prop_assert!(!library.skills.is_empty() || !library.diagnostics.is_empty());
    }
}
