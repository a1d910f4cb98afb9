//! `cargo xtask soak`: the kill series of `tests/soak`, by hand since it takes minutes: nothing acknowledged may be lost.

use std::process::Command;

use crate::build::{self, Profile};
use crate::problem::{Problem, Result};
use crate::{browser, process, tools, workspace};

/// `cargo xtask soak`.
pub fn command(arguments: &[String]) -> Result<()> {
    let counted = |count: &String| count.parse::<u32>().is_ok_and(|count| count > 0);
    match arguments {
        [] => {}
        [flag, count] if flag == "--kills" && counted(count) => {}
        _ => {
            let given = arguments.join(" ");
            return Err(Problem::new(format!("`soak` does not know `{given}`")).fix("cargo xtask soak [--kills N]"));
        }
    }
    tools::npm_packages("tests")?;
    let chromium = browser::chromium()?;
    let dist = build::page(Profile::Release)?;
    let mut kills = Command::new(tools::node()?);
    kills
        .arg("soak/kill.mjs")
        .args(arguments)
        .env("CHROMIUM", chromium)
        .env("DIST", dist)
        .env("PYTHON", tools::python()?);
    kills.current_dir(workspace::root().join("tests"));
    if process::openly(&mut kills, |_| {})? {
        Ok(())
    } else {
        Err(Problem::new("a commit was lost, or a round could not be judged").fix("see above"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_does_not_know_is_refused_before_anything_is_built() {
        for arguments in [&["--kill", "4"][..], &["--kills"], &["--kills", "0"], &["--kills", "many"]] {
            let arguments: Vec<String> = arguments.iter().map(|&word| word.to_owned()).collect();
            let problem = command(&arguments).unwrap_err().to_string();
            assert!(problem.contains("cargo xtask soak [--kills N]"), "{problem}");
        }
    }
}
