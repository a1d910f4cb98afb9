//! `cargo xtask bench`: runs the benches of `tests/benches` on the built page in Chromium; they write the README's table.

use std::process::Command;

use crate::build::{self, Profile};
use crate::problem::{Problem, Result};
use crate::{browser, process, tools, workspace};

/// `cargo xtask bench`; names choose benches, and then the README is left as it is.
pub fn command(arguments: &[String]) -> Result<()> {
    tools::npm_packages("tests")?;
    let ngspice = tools::ngspice()?;
    let chromium = browser::chromium()?;
    let dist = build::page(Profile::Release)?;
    let mut benches = Command::new(tools::node()?);
    benches.arg("benches/run.mjs").args(arguments).env("CHROMIUM", chromium).env("NGSPICE", ngspice).env("DIST", dist);
    benches.current_dir(workspace::root().join("tests"));
    if arguments.is_empty() {
        benches.arg("--write-readme");
    }
    if process::openly(&mut benches, |_| {})? { Ok(()) } else { Err(Problem::new("a bench failed").fix("see above")) }
}
