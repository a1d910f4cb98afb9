//! Where things are in this workspace, what it pins, and one hash over all that a build reads.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::problem::{Context, Problem, Result};

/// Folders that hold results or other people's code, never sources.
const NOT_SOURCES: [&str; 5] = ["node_modules", "target", "dist", "artifacts", "__pycache__"];

/// The folder that holds the workspace's `Cargo.toml`.
pub fn root() -> PathBuf {
    // Cargo says where this package is now; a workspace that was moved is still found.
    let package =
        std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.parent().map_or_else(|| package.clone(), Path::to_path_buf)
}

/// The version of a crate in `Cargo.lock`.
pub fn locked_version(name: &str) -> Result<String> {
    let lock = fs::read_to_string(root().join("Cargo.lock")).context(|| "reading Cargo.lock".to_owned())?;
    version_in_lock(&lock, name)
        .ok_or_else(|| Problem::new(format!("Cargo.lock does not hold `{name}`")).fix("cargo update --workspace"))
}

fn version_in_lock(lock: &str, name: &str) -> Option<String> {
    let package = lock.split("[[package]]").find(|package| field(package, "name") == Some(name))?;
    field(package, "version").map(str::to_owned)
}

fn field<'a>(package: &'a str, key: &str) -> Option<&'a str> {
    package.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"'))
}

/// Every source file under these paths of the workspace, sorted; a path that is not there counts as empty.
pub fn sources(paths: &[&str]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        collect(&root().join(path), &mut files)?;
    }
    files.sort();
    Ok(files)
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_file() {
        files.push(path.to_path_buf());
    } else if path.is_dir() {
        for entry in fs::read_dir(path).context(|| format!("listing {}", path.display()))? {
            let entry = entry.context(|| format!("listing {}", path.display()))?;
            if !NOT_SOURCES.iter().any(|name| entry.file_name() == *name) {
                collect(&entry.path(), files)?;
            }
        }
    }
    Ok(())
}

/// One hash over the names and contents of these files, and over what else the result depends on.
pub fn hash(files: &[PathBuf], also: &[&str]) -> Result<String> {
    let mut hasher = Sha256::new();
    for word in also {
        hasher.update(word.as_bytes());
        hasher.update([0]);
    }
    for file in files {
        let bytes = fs::read(file).context(|| format!("reading {}", file.display()))?;
        hasher.update(file.strip_prefix(root()).unwrap_or(file).to_string_lossy().as_bytes());
        hasher.update([0]);
        hasher.update((bytes.len() as u64).to_le_bytes());
        hasher.update(&bytes);
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"version = 4

[[package]]
name = "wasm-bindgen-futures"
version = "0.4.57"
dependencies = [
 "wasm-bindgen",
]

[[package]]
name = "wasm-bindgen"
version = "0.2.130"
"#;

    #[test]
    fn a_locked_version_is_that_of_the_exact_name() {
        assert_eq!(version_in_lock(LOCK, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(version_in_lock(LOCK, "wasm"), None);
    }

    #[test]
    fn the_pinned_and_the_locked_wasm_bindgen_are_the_same() {
        let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
        let locked = locked_version("wasm-bindgen").unwrap();
        assert!(
            manifest.contains(&format!("wasm-bindgen = \"={locked}\"")),
            "the tool of version {locked} must read what the crate writes"
        );
    }

    #[test]
    fn a_hash_follows_content_and_conditions() {
        let files = sources(&["xtask/Cargo.toml", "no-such-folder"]).unwrap();
        assert_eq!(files.len(), 1);
        let hash_of = |also: &[&str]| hash(&files, also).unwrap();
        assert_eq!(hash_of(&["release"]), hash_of(&["release"]));
        assert_ne!(hash_of(&["release"]), hash_of(&["dev"]));
    }
}
