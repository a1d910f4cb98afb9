//! Brings what a command needs and this machine lacks: the wasm target, Trunk, wasm-bindgen, npm packages, Python, ngspice.
//!
//! Each function looks first, and returns at once when nothing is missing. Tools of a fixed version go to the user's cache folder,
//! one folder for each version, so that workspaces share them and an update never breaks an older checkout.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::problem::{Context, Problem, Result};
use crate::{process, system, workspace};

/// The Trunk that Trunk.toml and index.html are written for; later ones want a newer compiler.
pub const TRUNK_VERSION: &str = "0.21.14";
/// What the tests' packages want, Qiskit among them.
const OLDEST_PYTHON: [u32; 2] = [3, 11];
/// The target of everything that runs in the browser.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Where tools are kept: `llmos-lite/tools` in the user's cache folder.
pub fn folder() -> Result<PathBuf> {
    Ok(cache()?.join("tools"))
}

/// The workbench's folder in the user's cache folder.
pub fn cache() -> Result<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = variable("XDG_CACHE_HOME").or_else(|| {
        if cfg!(target_os = "macos") {
            variable("HOME").map(|home| home.join("Library/Caches"))
        } else if cfg!(windows) {
            variable("LOCALAPPDATA")
        } else {
            variable("HOME").map(|home| home.join(".cache"))
        }
    });
    base.map(|base| base.join("llmos-lite")).ok_or_else(|| {
        Problem::new("there is no cache folder for tools").fix("set XDG_CACHE_HOME to a folder that you can write")
    })
}

/// Cargo, in the workspace.
pub fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(workspace::root());
    cargo
}

/// Makes sure that the compiler can build for the browser.
pub fn wasm_target() -> Result<()> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let sysroot = process::output(Command::new(rustc).args(["--print", "sysroot"]).current_dir(workspace::root()))
        .unwrap_or_default();
    if Path::new(&sysroot).join("lib/rustlib").join(WASM_TARGET).is_dir() {
        return Ok(());
    }
    process::quietly("Adding the wasm target", Command::new("rustup").args(["target", "add", WASM_TARGET]).current_dir(workspace::root())).map_err(|problem| {
        problem.fix(format!(
            "rustup target add {WASM_TARGET}\n  Where rustup's server cannot be reached, Debian's compiler makes the same: apt-get install -y rustc-web cargo-web \
             rust-web-src lld-19, then, with the folders of trunk and wasm-bindgen and assets/node_modules/.bin on PATH:\n  \
             RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-19 CARGO_UNSTABLE_BUILD_STD=std,panic_abort \
             trunk build --release"
        ))
    })
}

/// The folder that holds Trunk.
pub fn trunk() -> Result<PathBuf> {
    // Without its default features Trunk needs neither TLS nor a C compiler: it is run offline, its tools stand on the path.
    cargo_tool(&Tool {
        crate_name: "trunk",
        program: "trunk",
        version: TRUNK_VERSION,
        arguments: &["--locked", "--no-default-features"],
        opt_level: "0",
    })
}

/// The folder that holds wasm-bindgen, in the version that Cargo.lock pins for the crate.
pub fn wasm_bindgen() -> Result<PathBuf> {
    let version = workspace::locked_version("wasm-bindgen")?;
    // Not `--locked`: the lock file of that release names a crate that was withdrawn.
    cargo_tool(&Tool {
        crate_name: "wasm-bindgen-cli",
        program: "wasm-bindgen",
        version: &version,
        arguments: &[],
        opt_level: "1",
    })
}

struct Tool<'a> {
    crate_name: &'a str,
    program: &'a str,
    version: &'a str,
    arguments: &'a [&'a str],
    /// Built once, to be used soon: how much a quick run is worth against a quick build.
    opt_level: &'a str,
}

fn cargo_tool(tool: &Tool<'_>) -> Result<PathBuf> {
    let Tool { crate_name, program, version, arguments, opt_level } = *tool;
    let home = folder()?.join(format!("{program}-{version}"));
    let folder = home.join("bin");
    if system::executable(&folder, program).is_file() {
        return Ok(folder);
    }
    if let Some(on_path) = system::which(&[program])
        && process::output(Command::new(&on_path).arg("--version"))
            .is_some_and(|text| text.split(' ').any(|word| word == version))
        && let Some(folder) = on_path.parent()
    {
        return Ok(folder.to_path_buf());
    }
    let mut command = cargo();
    command
        .args(["install", crate_name, "--version", version, "--root"])
        .arg(&home)
        .args(arguments)
        .envs([
            ("CARGO_PROFILE_RELEASE_OPT_LEVEL", opt_level),
            ("CARGO_PROFILE_RELEASE_LTO", "off"),
            ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
        ])
        .env("CARGO_TARGET_DIR", home.join("target"))
        .env_remove("RUSTFLAGS")
        .current_dir(std::env::temp_dir());
    process::quietly(&format!("Installing {program} {version}, once (some minutes)"), &mut command).map_err(
        |problem| {
            problem.fix(format!(
                "see above; then run again, or install it yourself: cargo install {crate_name} --version {version}"
            ))
        },
    )?;
    // What is left of the build is large and of no further use; that it cannot be removed stops nothing.
    let _ = fs::remove_dir_all(home.join("target"));
    Ok(folder)
}

/// Makes sure that Node is there and new enough.
pub fn node() -> Result<PathBuf> {
    const OLDEST: u32 = 20;
    let fix = "install Node 20 or newer from your system's package manager or from the Node.js site";
    let node = system::which(&["node"]).ok_or_else(|| Problem::new("Node is not installed").fix(fix))?;
    let version = process::output(Command::new(&node).arg("--version")).unwrap_or_default();
    if major_version(&version).is_none_or(|major| major < OLDEST) {
        return Err(Problem::new(format!("{} is version {version}, too old", node.display())).fix(fix));
    }
    Ok(node)
}

/// `v20.11.1`, `Python 3.11.7`: the first number.
fn major_version(text: &str) -> Option<u32> {
    version_numbers(text).first().copied()
}

fn version_numbers(text: &str) -> Vec<u32> {
    let start = text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len());
    text[start..].split('.').map_while(|part| part.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()).collect()
}

/// Makes sure that a folder's npm packages are those of its lock file; returns the folder of their programs.
pub fn npm_packages(folder: &str) -> Result<PathBuf> {
    node()?;
    let home = workspace::root().join(folder);
    let modules = home.join("node_modules");
    let stamp = modules.join(".llmos-lock");
    let wanted = workspace::hash(&workspace::sources(&[&format!("{folder}/package-lock.json")])?, &["npm"])?;
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(modules.join(".bin"));
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    process::quietly(
        &format!("Installing the npm packages of {folder}/"),
        Command::new(npm).args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(&home),
    )
    .map_err(|problem| {
        problem
            .fix(format!("see above; `npm install` in {folder}/ mends a lock file that does not fit its package.json"))
    })?;
    fs::write(&stamp, wanted).context(|| format!("writing {}", stamp.display()))?;
    Ok(modules.join(".bin"))
}

/// Makes sure of a Python that can make virtual environments and has pip.
pub fn python() -> Result<PathBuf> {
    if let Some(python) = usable_python() {
        return Ok(python);
    }
    system::debian_install("Installing Python", &["python3", "python3-pip", "python3-venv"])?;
    usable_python().ok_or_else(|| {
        Problem::new("there is no Python 3.11 or newer with pip and venv")
            .fix("install one, and set PYTHON to its path if it is not `python3`")
    })
}

fn usable_python() -> Option<PathBuf> {
    let named = std::env::var_os("PYTHON").map(PathBuf::from);
    let python = named.or_else(|| system::which(&["python3", "python"]))?;
    let version = process::output(
        Command::new(&python).args(["-c", "import pip, venv, ensurepip, platform; print(platform.python_version())"]),
    )?;
    (version_numbers(&version).as_slice() >= OLDEST_PYTHON.as_slice()).then_some(python)
}

/// Makes sure of the native ngspice that the SPICE runtime is compared with.
pub fn ngspice() -> Result<PathBuf> {
    if let Some(ngspice) = system::which(&["ngspice"]) {
        return Ok(ngspice);
    }
    system::debian_install("Installing ngspice, the tests' reference", &["ngspice"])?;
    system::which(&["ngspice"]).ok_or_else(|| {
        Problem::new("ngspice was installed, but is not on PATH").fix("put the folder of ngspice on PATH")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_programs_print_them() {
        assert_eq!(version_numbers("v20.11.1"), [20, 11, 1]);
        assert_eq!(version_numbers("Python 3.11.7"), [3, 11, 7]);
        assert_eq!(version_numbers("Chromium 156.0.1 built on Debian"), [156, 0, 1]);
        assert_eq!(version_numbers("v22.0.0-nightly"), [22, 0, 0]);
        assert_eq!(major_version("no number here"), None);
    }

    #[test]
    fn an_older_python_is_smaller() {
        assert!(version_numbers("3.9.20").as_slice() < OLDEST_PYTHON.as_slice());
        assert!(version_numbers("3.11").as_slice() >= OLDEST_PYTHON.as_slice());
    }
}
