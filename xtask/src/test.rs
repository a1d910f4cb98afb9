//! `cargo xtask test`: every test there is, step by step, the quick ones first; it ends at the first step that fails.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::build::{self, Profile};
use crate::problem::{Problem, Result};
use crate::tally::Tally;
use crate::tools::cargo;
use crate::{browser, process, tools, workspace};

/// A step: its name on the command line, its title, and what runs it for the given filters.
struct Step {
    name: &'static str,
    title: &'static str,
    run: fn(&[String]) -> Result<Vec<Command>>,
    /// What runs the failed step again, alone.
    again: &'static str,
}

const STEPS: &[Step] = &[
    Step { name: "rust", title: "Rust, on this machine", run: rust, again: "cargo xtask test rust" },
    Step { name: "node", title: "TypeScript, in Node", run: node, again: "cargo xtask test node" },
    Step { name: "python", title: "Python, on this machine", run: python, again: "cargo xtask test python" },
    Step { name: "browser", title: "The built page, in Chromium", run: page, again: "cargo xtask test browser" },
];

/// `cargo xtask test`.
pub fn command(arguments: &[String]) -> Result<()> {
    let (names, filters): (Vec<String>, Vec<String>) =
        arguments.iter().cloned().partition(|word| STEPS.iter().any(|step| step.name == word));
    if let Some(flag) = filters.iter().find(|word| word.starts_with('-')) {
        return Err(Problem::new(format!("`test` does not know `{flag}`"))
            .fix("cargo xtask test [rust|node|python|browser…] [part of a test's name…]"));
    }
    let mut total = Tally::default();
    let mut durations = Vec::new();
    let mut outcome = Ok(());
    for step in STEPS.iter().filter(|step| names.is_empty() || names.iter().any(|name| name == step.name)) {
        let started = Instant::now();
        println!("\n── {} ──", step.title);
        outcome = run(step, &filters, &mut total);
        durations.push((step.title, started.elapsed()));
        if outcome.is_err() {
            break;
        }
    }
    if outcome.is_ok() && total == Tally::default() {
        outcome = Err(Problem::new(format!("no test is named like {}", filters.join(", ")))
            .fix("cargo xtask test runs all of them"));
    }
    summary(&durations);
    if let Err(problem) = &outcome {
        // Above the last line, which is for scripts and for the eye.
        println!("{problem}");
        total.failed = total.failed.max(1);
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    if outcome.is_ok() { Ok(()) } else { std::process::exit(1) }
}

fn run(step: &Step, filters: &[String], total: &mut Tally) -> Result<()> {
    let commands = (step.run)(filters)?;
    if commands.is_empty() {
        println!("  nothing to run");
    }
    for mut command in commands {
        let mut tally = Tally::default();
        let succeeded = process::openly(&mut command, |line| tally.read(line))?;
        *total += tally;
        if !succeeded {
            return Err(Problem::new(format!("{}: the tests failed", step.title))
                .fix(format!("see above; then `{}` runs this step again", step.again)));
        }
    }
    Ok(())
}

fn summary(durations: &[(&str, Duration)]) {
    println!();
    for (title, duration) in durations {
        println!("  {title:<30} {}", process::duration_text(*duration));
    }
}

fn rust(filters: &[String]) -> Result<Vec<Command>> {
    let build = process::quietly("Compiling the tests", cargo().args(["test", "--workspace", "--no-run"]));
    build.map_err(|problem| problem.fix("mend what the compiler says above"))?;
    let mut test = cargo();
    test.args(["test", "--workspace", "--quiet"]);
    if !filters.is_empty() {
        test.arg("--").args(filters);
    }
    Ok(vec![test])
}

fn node(filters: &[String]) -> Result<Vec<Command>> {
    let tests: Vec<PathBuf> = workspace::sources(&["assets", "tests"])?
        .into_iter()
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    if tests.is_empty() {
        return Ok(Vec::new());
    }
    tools::npm_packages("assets")?;
    let mut node = Command::new(tools::node()?);
    node.arg("--test")
        .args(filters.iter().map(|filter| format!("--test-name-pattern={}", literal(filter))))
        .args(tests)
        .current_dir(workspace::root());
    Ok(vec![node])
}

fn python(filters: &[String]) -> Result<Vec<Command>> {
    let runner = workspace::root().join("tests/python/run.py");
    let mut python = Command::new(tools::python()?);
    python
        .arg("-u")
        .arg(runner)
        .arg("--venv")
        .arg(tools::cache()?.join("python-tests"))
        .args(filters)
        .current_dir(workspace::root());
    Ok(vec![python])
}

fn page(filters: &[String]) -> Result<Vec<Command>> {
    tools::npm_packages("tests")?;
    let ngspice = tools::ngspice()?;
    let chromium = browser::chromium()?;
    let dist = build::page(Profile::Release)?;
    let tests = workspace::root().join("tests");
    let mut playwright = Command::new(tools::node()?);
    playwright
        .arg(tests.join("node_modules/@playwright/test/cli.js"))
        .args(["test", "--config", "e2e/playwright.config.ts"])
        .env("CHROMIUM", chromium)
        .env("NGSPICE", ngspice)
        .env("DIST", dist)
        .current_dir(tests);
    if !filters.is_empty() {
        let pattern: Vec<String> = filters.iter().map(|filter| literal(filter)).collect();
        playwright.args(["--pass-with-no-tests", "--grep", &pattern.join("|")]);
    }
    Ok(vec![playwright])
}

/// A regular expression that finds just this text.
fn literal(text: &str) -> String {
    text.chars().flat_map(|c| c.is_ascii_punctuation().then_some('\\').into_iter().chain([c])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_taken_by_its_letters() {
        assert_eq!(literal("a.b (c)"), r"a\.b \(c\)");
    }

    #[test]
    fn every_step_can_be_run_alone() {
        for step in STEPS {
            assert_eq!(step.again, format!("cargo xtask test {}", step.name));
        }
    }
}
