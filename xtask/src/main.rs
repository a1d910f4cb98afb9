//! `cargo xtask`: everything that a person or CI runs, and what it needs is installed on the way.
//!
//! It starts tools and reads their exit codes; it never decides what a tool should think of the code, and it never writes outside
//! the workspace and the tool folder of the user's cache. `COMMANDS` lists what there is.

#![allow(clippy::print_stdout, reason = "a command line talks on standard output")]

mod bench;
mod browser;
mod build;
mod check;
mod files;
mod problem;
mod process;
mod serve;
mod soak;
mod system;
mod tally;
mod test;
mod tools;
mod watch;
mod workspace;

use std::process::ExitCode;

use problem::{Problem, Result};

/// A command: its name, what may follow it, one line about it, and what it runs.
struct Command {
    name: &'static str,
    arguments: &'static str,
    about: &'static str,
    run: fn(&[String]) -> Result<()>,
}

/// All commands, in the order of the help.
const COMMANDS: &[Command] = &[
    Command {
        name: "serve",
        arguments: "[--port N] [--watch]",
        about: "build the workbench and serve it on this machine; --watch rebuilds and reloads on every change",
        run: serve::command,
    },
    Command {
        name: "test",
        arguments: "[step… | filter…]",
        about: "run every test: rust, node, python, browser; a step's name runs that step, other words filter tests by name",
        run: test::command,
    },
    Command {
        name: "build",
        arguments: "",
        about: "make dist/, a static site that works under any path of any static host",
        run: build::command,
    },
    Command {
        name: "check",
        arguments: "",
        about: "formatting, clippy on both targets, documentation with warnings denied, TypeScript",
        run: check::command,
    },
    Command {
        name: "bench",
        arguments: "[name…]",
        about: "run the benches beside their peers in Chromium and write the README's table",
        run: bench::command,
    },
    Command {
        name: "soak",
        arguments: "[--kills N]",
        about: "kill the browser in the middle of commits, 40 times or N, and look for anything lost; some minutes",
        run: soak::command,
    },
    Command { name: "help", arguments: "", about: "print this list", run: help },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("\n{problem}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<()> {
    let Some((name, rest)) = arguments.split_first() else {
        return help(&[]);
    };
    let name = if name == "--help" || name == "-h" { "help" } else { name.as_str() };
    match COMMANDS.iter().find(|command| command.name == name) {
        Some(command) => (command.run)(rest),
        None => Err(Problem::new(format!("there is no command `{name}`")).fix("cargo xtask help")),
    }
}

fn help(_: &[String]) -> Result<()> {
    println!("cargo xtask <command>\n");
    for command in COMMANDS {
        println!("  {:<28} {}", format!("{} {}", command.name, command.arguments), command.about);
    }
    println!("\nTools are kept in {}.", tools::folder()?.display());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_that_the_readme_names_exists() {
        let readme = std::fs::read_to_string(workspace::root().join("README.md")).unwrap();
        let named: Vec<&str> = readme
            .split("cargo xtask ")
            .skip(1)
            .map(|rest| rest.split(|c: char| !c.is_ascii_lowercase()).next().unwrap_or_default())
            .collect();
        assert!(named.contains(&"serve") && named.contains(&"test"), "the README opens with the two commands");
        for name in named {
            assert!(
                COMMANDS.iter().any(|command| command.name == name),
                "README.md: `cargo xtask {name}` does not exist"
            );
        }
    }

    #[test]
    fn ci_runs_the_commands_of_the_readme() {
        let ci = std::fs::read_to_string(workspace::root().join(".ci/run")).unwrap();
        assert!(ci.contains("cargo xtask check") && ci.contains("cargo xtask test"));
    }

    #[test]
    fn an_unknown_command_names_the_help() {
        let problem = dispatch(&["sevre".to_owned()]).unwrap_err().to_string();
        assert!(problem.contains("`sevre`") && problem.contains("cargo xtask help"), "{problem}");
    }
}
