//! `cargo xtask check`: what can be said of the code without running it.

use std::process::Command;
use std::time::Instant;

use crate::problem::{Problem, Result};
use crate::tools::cargo;
use crate::{process, tools, workspace};

/// `cargo xtask check`.
pub fn command(arguments: &[String]) -> Result<()> {
    if let Some(argument) = arguments.first() {
        return Err(Problem::new(format!("`check` takes no arguments, but got `{argument}`")).fix("cargo xtask check"));
    }
    let started = Instant::now();
    tools::wasm_target()?;
    let wasm = ["--package", "llmos-lite", "--target", tools::WASM_TARGET];

    let lock = "run `cargo update --workspace`, and commit Cargo.lock";
    step("Lock file", cargo().args(["fetch", "--locked"]), lock)?;
    step("Formatting", cargo().args(["fmt", "--all", "--", "--check", "--color=never"]), "cargo fmt --all")?;
    let mend = "mend what clippy says above";
    step("Clippy, native", cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]), mend)?;
    step("Clippy, browser", cargo().arg("clippy").args(wasm).args(["--", "-D", "warnings"]), mend)?;
    step("Documentation, native", documentation().arg("--workspace"), "mend the doc comments named above")?;
    step("Documentation, browser", documentation().args(wasm), "mend the doc comments named above")?;
    for folder in ["assets", "tests"] {
        type_check(folder)?;
    }
    println!("\nAll checks passed in {}", process::duration_text(started.elapsed()));
    Ok(())
}

fn step(title: &str, command: &mut Command, fix: &str) -> Result<()> {
    process::quietly(title, command).map_err(|problem| problem.fix(fix))
}

/// `cargo doc` of our own packages, private items too, with every warning an error.
fn documentation() -> Command {
    let mut cargo = cargo();
    cargo.args(["doc", "--no-deps", "--document-private-items"]).env("RUSTDOCFLAGS", "-D warnings");
    cargo
}

fn type_check(folder: &str) -> Result<()> {
    let compiler = tools::npm_packages(folder)?.with_file_name("typescript").join("bin/tsc");
    let mut node = Command::new(tools::node()?);
    node.arg(compiler).args(["--noEmit", "--project", folder]).current_dir(workspace::root());
    step(&format!("TypeScript in {folder}/"), &mut node, "mend the types named above")
}
