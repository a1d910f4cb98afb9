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

    /// The README, the contributing page and the guides: path and text.
    fn guides() -> Vec<(String, String)> {
        let root = workspace::root();
        let docs = std::fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
        let mut paths: Vec<_> = docs.chain([root.join("README.md"), root.join("CONTRIBUTING.md")]).collect();
        paths.sort();
        paths.into_iter().map(|path| (path.display().to_string(), std::fs::read_to_string(path).unwrap())).collect()
    }

    #[test]
    fn every_command_that_the_guides_name_exists() {
        for (path, text) in guides() {
            let named: Vec<&str> = text
                .split("cargo xtask ")
                .skip(1)
                .map(|rest| rest.split(|c: char| !c.is_ascii_lowercase()).next().unwrap_or_default())
                .collect();
            if path.ends_with("README.md") && !path.contains("docs") {
                assert!(named.contains(&"serve") && named.contains(&"test"), "the README opens with the two commands");
            }
            for name in named {
                assert!(
                    COMMANDS.iter().any(|command| command.name == name),
                    "{path}: `cargo xtask {name}` does not exist"
                );
            }
        }
    }

    /// What a shell block may start beside `cargo xtask`: programs that a reader has, of which the guides use nothing but the usual.
    #[test]
    fn every_shell_line_of_the_guides_starts_a_known_program() {
        let known = ["cargo xtask ", "git clone ", "git log", "python3 -m http.server ", "OLLAMA_ORIGINS="];
        let mut lines_seen = 0;
        for (path, text) in guides() {
            // What stands before the first fence is no block.
            for block in text.split("```sh\n").skip(1) {
                for line in block.lines().take_while(|line| !line.starts_with("```")) {
                    lines_seen += 1;
                    assert!(known.iter().any(|start| line.starts_with(start)), "{path}: `{line}` starts nothing known");
                }
            }
        }
        assert!(lines_seen > 5, "the guides show commands");
    }

    #[test]
    fn every_link_between_the_guides_leads_somewhere() {
        for (path, text) in guides() {
            let folder = std::path::Path::new(&path).parent().unwrap();
            // What stands before the first link is no target.
            for target in text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target) {
                let file = target.split('#').next().unwrap_or_default();
                let leads = target.contains("://") || file.is_empty() || folder.join(file).exists();
                assert!(leads, "{path}: {target} is not there");
            }
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
