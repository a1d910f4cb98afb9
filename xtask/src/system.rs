//! What this machine has: programs on the path, and Debian's packages where we may install them.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::problem::{Problem, Result};
use crate::process;

/// The first program of these names on `PATH`.
pub fn which(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names.iter().find_map(|name| folders.iter().map(|folder| executable(folder, name)).find(|file| file.is_file()))
}

/// The file name that a program has here: with `.exe` on Windows.
pub fn executable(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// `PATH` with these folders in front of it.
pub fn path_with(folders: &[PathBuf]) -> Result<std::ffi::OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(folders.iter().cloned().chain(std::env::split_paths(&path)))
        .map_err(|error| Problem::new(format!("a tool's folder cannot stand in PATH: {error}")))
}

/// Installs Debian packages where we may; else says what to install.
pub fn debian_install(label: &str, packages: &[&str]) -> Result<()> {
    let wanted = packages.join(" ");
    let by_hand = format!("sudo apt-get install -y {wanted}   (or the same from your system's package manager)");
    let is_root = process::output(Command::new("id").arg("-u")).is_some_and(|user| user == "0");
    let Some(apt) = which(&["apt-get"]).filter(|_| is_root) else {
        return Err(Problem::new(format!("{label}: it is not installed, and this user cannot install it")).fix(by_hand));
    };
    let run = |label: &str, arguments: &[&str]| {
        process::quietly(
            label,
            Command::new(&apt)
                .env("DEBIAN_FRONTEND", "noninteractive")
                .args(arguments)
                .args(packages_of(arguments, packages)),
        )
    };
    run("Reading Debian's package lists", &["update"]).map_err(|problem| problem.fix(by_hand.clone()))?;
    run(label, &["install", "-y", "--no-install-recommends"]).map_err(|problem| problem.fix(by_hand))
}

fn packages_of<'a>(arguments: &[&str], packages: &'a [&'a str]) -> &'a [&'a str] {
    if arguments.contains(&"install") { packages } else { &[] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_is_found_on_the_path_and_nonsense_is_not() {
        assert!(which(&["no-such-program-anywhere", "cargo"]).is_some());
        assert!(which(&["no-such-program-anywhere"]).is_none());
    }
}
