//! What has to hold before a skill goes from one volume to the next, as a list that a page shows.
//!
//! Looks at what others found out: nothing here parses a skill, runs a test or reads a volume.

use serde::Serialize;

use crate::kernel::diagnostic::{Diagnostic, Severity};

/// What is known of a proposed skill and of the volume that it is for.
#[derive(Clone, Debug, Default)]
pub struct CheckInput<'a> {
    /// Where the skill's file is, such as `skills/my-skill.md`.
    pub path: &'a str,
    /// The file.
    pub text: &'a str,
    /// The skill's id as the file says it; none if it could not be read.
    pub skill_id: Option<&'a str>,
    /// What was found when the file was read.
    pub findings: &'a [Diagnostic],
    /// The tests that the skill declares.
    pub tests: Declared<'a>,
    /// Path and id of each skill that the target has.
    pub target_skills: &'a [(&'a str, &'a str)],
    /// Whether the skill may replace one of the same path: yes for a proposal, no for a promotion without one.
    pub may_replace: bool,
    /// Files that the merge leaves undecided.
    pub conflicting_paths: &'a [&'a str],
}

/// The tests that a skill declares.
#[derive(Clone, Debug, Default)]
pub enum Declared<'a> {
    /// None.
    #[default]
    Nothing,
    /// Some, which nobody has run on this version.
    NotRun {
        /// How many.
        count: usize,
    },
    /// Some, and how they went.
    Ran(&'a [TestOutcome]),
}

/// How a test went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TestOutcome {
    /// What it is called.
    pub name: String,
    /// Why it failed; none if it passed.
    pub failure: Option<String>,
}

/// One thing that has to hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Which.
    pub name: CheckName,
    /// Whether it holds.
    pub verdict: Verdict,
    /// A sentence for a person.
    pub message: String,
    /// More of it, one line each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<String>,
}

/// What has to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckName {
    /// There is something in it.
    NotEmpty,
    /// The skill can be read.
    Parses,
    /// No other skill has its id.
    NoClash,
    /// Its tests pass.
    TestsPass,
    /// It fits with what changed meanwhile.
    Merges,
}

/// Whether a check holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It holds.
    Passed,
    /// It holds, but a person should look.
    Warned,
    /// Nobody knows yet.
    Waiting,
    /// It does not hold.
    Failed,
}

impl Verdict {
    /// Whether this keeps a proposal from being merged.
    pub fn blocks(self) -> bool {
        matches!(self, Self::Waiting | Self::Failed)
    }
}

/// All checks of a skill, in the order in which a person mends them.
pub fn check(input: &CheckInput) -> Vec<Check> {
    vec![not_empty(input), parses(input), no_clash(input), tests_pass(input), merges(input)]
}

fn verdict(name: CheckName, verdict: Verdict, message: impl Into<String>) -> Check {
    Check { name, verdict, message: message.into(), details: Vec::new() }
}

fn not_empty(input: &CheckInput) -> Check {
    let name = CheckName::NotEmpty;
    let body = match input.text.trim_start().strip_prefix("---") {
        Some(rest) => rest.split_once("\n---").map_or("", |(_, body)| body),
        None => input.text,
    };
    if input.text.trim().is_empty() {
        verdict(name, Verdict::Failed, "The file is empty")
    } else if body.trim().is_empty() {
        verdict(name, Verdict::Failed, "There is nothing below the front matter")
    } else {
        verdict(name, Verdict::Passed, "It says something")
    }
}

fn parses(input: &CheckInput) -> Check {
    let name = CheckName::Parses;
    let errors = input.findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let details = input.findings.iter().map(Diagnostic::to_string).collect();
    let check = match (errors, input.findings.len(), input.skill_id) {
        (0, 0, Some(_)) => verdict(name, Verdict::Passed, "The skill can be read"),
        (0, _, Some(_)) => verdict(name, Verdict::Warned, "The skill can be read, with warnings"),
        _ => verdict(name, Verdict::Failed, "The skill cannot be read"),
    };
    Check { details, ..check }
}

fn no_clash(input: &CheckInput) -> Check {
    let name = CheckName::NoClash;
    let Some(skill_id) = input.skill_id else {
        return verdict(name, Verdict::Waiting, "Its id is known once it can be read");
    };
    let taken = input.target_skills.iter().find(|(path, id)| *id == skill_id && *path != input.path);
    let replaced = input.target_skills.iter().any(|(path, _)| *path == input.path);
    match taken {
        Some((path, _)) => {
            verdict(name, Verdict::Failed, format!("The id '{skill_id}' is taken by {path}: choose another"))
        }
        None if replaced && !input.may_replace => {
            let message = format!("There is already a {}: propose the change instead of promoting it", input.path);
            verdict(name, Verdict::Failed, message)
        }
        None if replaced => verdict(name, Verdict::Passed, format!("It changes {}", input.path)),
        None => verdict(name, Verdict::Passed, format!("No other skill is called '{skill_id}'")),
    }
}

fn tests_pass(input: &CheckInput) -> Check {
    let name = CheckName::TestsPass;
    let tests = |count: usize| if count == 1 { "test" } else { "tests" };
    match input.tests {
        Declared::Nothing => verdict(name, Verdict::Passed, "It declares no tests"),
        Declared::NotRun { count } => {
            verdict(name, Verdict::Waiting, format!("Run its {count} {} first", tests(count)))
        }
        Declared::Ran(outcomes) => {
            let failed = |outcome: &TestOutcome| outcome.failure.as_ref().map(|why| format!("{}: {why}", outcome.name));
            let details: Vec<String> = outcomes.iter().filter_map(failed).collect();
            let count = outcomes.len();
            let check = match details.len() {
                0 => verdict(name, Verdict::Passed, format!("{count} {} passed", tests(count))),
                bad => verdict(name, Verdict::Failed, format!("{bad} of {count} {} failed", tests(count))),
            };
            Check { details, ..check }
        }
    }
}

fn merges(input: &CheckInput) -> Check {
    let details: Vec<String> = input.conflicting_paths.iter().map(|path| (*path).to_owned()).collect();
    let check = match details.len() {
        0 => verdict(CheckName::Merges, Verdict::Passed, "It fits with what changed meanwhile"),
        _ => verdict(
            CheckName::Merges,
            Verdict::Failed,
            "Both sides changed the same places: settle the conflicts first",
        ),
    };
    Check { details, ..check }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn sound() -> CheckInput<'static> {
        CheckInput {
            path: "skills/fft.md",
            text: "---\nskill_id: fft\n---\n# FFT\n",
            skill_id: Some("fft"),
            target_skills: &[("skills/rc.md", "rc")],
            ..CheckInput::default()
        }
    }

    fn verify(input: &CheckInput, expected: Expect) {
        let line = |check: Check| {
            let details: String = check.details.iter().map(|line| format!("    {line}\n")).collect();
            format!("{:?}: {}\n{details}", check.verdict, check.message)
        };
        expected.assert_eq(&check(input).into_iter().map(line).collect::<String>());
    }

    #[test]
    fn a_sound_skill_passes() {
        verify(
            &sound(),
            expect![[r#"
            Passed: It says something
            Passed: The skill can be read
            Passed: No other skill is called 'fft'
            Passed: It declares no tests
            Passed: It fits with what changed meanwhile
        "#]],
        );
    }

    #[test]
    fn what_cannot_be_read_fails_and_says_why() {
        let findings = [Diagnostic::error("bad_yaml", "this is no YAML").in_file("skills/fft.md").at_line(2)];
        let input = CheckInput { text: "---\nskill_id: fft\n---\n\n", skill_id: None, findings: &findings, ..sound() };
        verify(
            &input,
            expect![[r#"
            Failed: There is nothing below the front matter
            Failed: The skill cannot be read
                skills/fft.md:2: this is no YAML
            Waiting: Its id is known once it can be read
            Passed: It declares no tests
            Passed: It fits with what changed meanwhile
        "#]],
        );
    }

    #[test]
    fn an_id_belongs_to_one_skill() {
        let elsewhere = CheckInput { target_skills: &[("skills/other.md", "fft")], ..sound() };
        assert_eq!(check(&elsewhere)[2].verdict, Verdict::Failed);
        let there = CheckInput { target_skills: &[("skills/fft.md", "fft")], ..sound() };
        assert_eq!(check(&there)[2].verdict, Verdict::Failed, "a promotion adds");
        assert_eq!(
            check(&CheckInput { may_replace: true, ..there })[2].verdict,
            Verdict::Passed,
            "a proposal may change"
        );
    }

    #[test]
    fn tests_pass_fail_or_wait() {
        let outcome =
            |name: &str, failure: Option<&str>| TestOutcome { name: name.into(), failure: failure.map(str::to_owned) };
        let outcomes = [outcome("peak", None), outcome("phase", Some("3.1 is not 3.2"))];
        let of = |tests: Declared| check(&CheckInput { tests, ..sound() })[3].clone();
        let failed = of(Declared::Ran(&outcomes));
        assert_eq!((failed.verdict, failed.message.as_str()), (Verdict::Failed, "1 of 2 tests failed"));
        assert_eq!(failed.details, ["phase: 3.1 is not 3.2"]);
        assert_eq!(of(Declared::Ran(&outcomes[..1])).message, "1 test passed");
        assert!(of(Declared::NotRun { count: 2 }).verdict.blocks());
        assert!(!of(Declared::Nothing).verdict.blocks());
    }

    #[test]
    fn conflicts_are_named() {
        let input = CheckInput { conflicting_paths: &["skills/fft.md"], ..sound() };
        assert_eq!(check(&input)[4].details, ["skills/fft.md"]);
    }
}
