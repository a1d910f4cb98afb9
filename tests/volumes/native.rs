//! Native git beside a volume: a folder that holds the volume's rows, and git's answers about it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use llmos_lite::kernel::volume::{
    Change, CommitRequest, Durability, MemoryRows, Oid, Person, RefName, Repository, VolumePath,
};

static FOLDERS: AtomicU32 = AtomicU32::new(0);

/// A folder that goes when it is dropped.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("llmos-volumes-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// The rows of a volume as a bare repository.
    pub fn of(rows: &MemoryRows) -> Self {
        let folder = Self::new();
        for (key, value) in rows.snapshot() {
            if key.starts_with("llmos/") {
                continue;
            }
            let path = folder.0.join(key);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, value).unwrap();
        }
        std::fs::create_dir_all(folder.0.join("refs")).unwrap();
        std::fs::create_dir_all(folder.0.join("objects")).unwrap();
        folder
    }

    /// What git says; it must succeed.
    pub fn git(&self, arguments: &[&str]) -> String {
        let (succeeded, text) = self.try_git(arguments);
        assert!(succeeded, "git {arguments:?}: {text}");
        text
    }

    /// Whether git succeeds, and what it says.
    pub fn try_git(&self, arguments: &[&str]) -> (bool, String) {
        let output = command(&self.0).args(arguments).stdin(Stdio::null()).output().unwrap();
        let text = [output.stdout, if output.status.success() { Vec::new() } else { output.stderr }].concat();
        (output.status.success(), String::from_utf8_lossy(&text).into_owned())
    }

    /// Bytes that git prints.
    pub fn git_bytes(&self, arguments: &[&str]) -> Vec<u8> {
        let output = command(&self.0).args(arguments).stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// Git's strictest check must find nothing.
    pub fn must_be_sound(&self) {
        let (succeeded, text) = self.try_git(&["fsck", "--full", "--strict", "--no-dangling"]);
        assert!(succeeded && text.is_empty(), "{text}");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Git in a folder, deaf to the settings of the machine.
fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    for (name, value) in [("NAME", "Native"), ("EMAIL", "native@example.org"), ("DATE", "1700000000 +0100")] {
        command.env(format!("GIT_AUTHOR_{name}"), value).env(format!("GIT_COMMITTER_{name}"), value);
    }
    command.args(["-c", "core.quotePath=false", "-c", "init.defaultBranch=main", "-c", "gc.auto=0"]);
    command
}

pub type Volume<'a> = Repository<&'a MemoryRows>;

pub fn create(rows: &MemoryRows) -> Volume<'_> {
    pollster::block_on(Repository::create(rows)).unwrap()
}

pub fn open(rows: &MemoryRows) -> Volume<'_> {
    pollster::block_on(Repository::open(rows)).unwrap()
}

pub fn path(text: &str) -> VolumePath {
    VolumePath::new(text).unwrap()
}

pub fn request(changes: Vec<Change>, number: i64) -> CommitRequest {
    CommitRequest {
        changes,
        author: Person::new("Ada Lovelace", "ada@example.org"),
        committer: Person::new("LLMos-Lite", "llmos@localhost"),
        message: format!("Change {number}"),
        timestamp_s: 1_700_000_000 + number,
        offset_min: 60,
        expected_parent: None,
        durability: Durability::Strict,
    }
}

/// Commits files to `main`.
pub fn put(volume: &Volume<'_>, files: &[(&str, &[u8])], number: i64) -> Oid {
    let changes = files.iter().map(|(name, bytes)| Change::put(path(name), *bytes)).collect();
    pollster::block_on(volume.commit(&RefName::main(), &request(changes, number))).unwrap()
}
