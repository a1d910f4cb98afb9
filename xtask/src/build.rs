//! Builds the page with Trunk, or finds that the last build is still right.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use crate::problem::{Context, Problem, Result};
use crate::tools::cargo;
use crate::{process, system, tools, workspace};

/// What the page is made of. Results are the same when these are the same.
pub const INPUTS: [&str; 9] =
    ["src", "assets", "skills", "docs", "index.html", "Trunk.toml", "Cargo.toml", "Cargo.lock", ".cargo"];
/// Stands in a finished build and holds the hash of what it was made from. Trunk removes it with the rest when it builds anew.
const STAMP: &str = ".inputs";

/// How a page is built, and where to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Small and quick to open; takes a minute or two.
    Release,
    /// Quick to build, for work on the page.
    Development,
}

impl Profile {
    fn folder(self) -> &'static str {
        match self {
            Self::Release => "dist",
            Self::Development => "target/dist-development",
        }
    }
}

/// `cargo xtask build`.
pub fn command(arguments: &[String]) -> Result<()> {
    if let Some(argument) = arguments.first() {
        return Err(Problem::new(format!("`build` takes no arguments, but got `{argument}`")).fix("cargo xtask build"));
    }
    let dist = page(Profile::Release)?;
    println!("The site is in {}: copy it to any path of any static host.", dist.display());
    Ok(())
}

/// Makes sure that the page of this profile is built from the sources as they are; returns its folder.
pub fn page(profile: Profile) -> Result<PathBuf> {
    let tools = Tools::ensure()?;
    let dist = workspace::root().join(profile.folder());
    let inputs = tools.hash(profile)?;
    let stamp = dist.join(STAMP);
    if fs::read_to_string(&stamp).is_ok_and(|found| found == inputs) {
        println!("  The page is up to date");
        return Ok(dist);
    }
    let started = Instant::now();
    // Trunk is told to stay offline, and tells Cargo so: what Cargo needs has to be here before.
    process::quietly("Fetching crates", cargo().arg("fetch"))?;
    let mut trunk = Command::new(system::executable(&tools.trunk, "trunk"));
    trunk
        .args(["build", "--offline", "--skip-version-check", "--public-url", "./", "--dist"])
        .arg(&dist)
        .env(
            "PATH",
            system::path_with(&[tools.trunk.clone(), tools.wasm_bindgen.clone(), tools.node_programs.clone()])?,
        )
        .env("PYTHON", &tools.python)
        .env_remove("NO_COLOR") // Trunk refuses the values that others accept
        .env("RUST_BACKTRACE", "0") // where Trunk failed helps nobody; what failed does
        .current_dir(workspace::root());
    if profile == Profile::Release {
        trunk.arg("--release");
    }
    process::quietly("Building the page", &mut trunk)
        .map_err(|problem| problem.fix("mend what the build says above, then run again"))?;
    // A change while the build ran is not in it: the next call builds again.
    if tools.hash(profile)? == inputs {
        fs::write(&stamp, inputs).context(|| format!("writing {}", stamp.display()))?;
    }
    println!("  Built into {} in {}", dist.display(), process::duration_text(started.elapsed()));
    Ok(dist)
}

/// What a build starts: the folders of its programs, and the Python whose pip brings the bundled packages.
struct Tools {
    trunk: PathBuf,
    wasm_bindgen: PathBuf,
    node_programs: PathBuf,
    python: PathBuf,
}

impl Tools {
    fn ensure() -> Result<Self> {
        let node_programs = tools::npm_packages("assets")?;
        let python = tools::python()?;
        tools::wasm_target()?;
        Ok(Self { wasm_bindgen: tools::wasm_bindgen()?, trunk: tools::trunk()?, node_programs, python })
    }

    fn hash(&self, profile: Profile) -> Result<String> {
        let sources = workspace::sources(&INPUTS)?;
        let tools = self.wasm_bindgen.to_string_lossy();
        workspace::hash(&sources, &[profile.folder(), tools::TRUNK_VERSION, &tools])
    }
}
