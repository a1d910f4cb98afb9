//! Signed commits: what an SSH key signs, native git verifies.

use std::process::{Command, Stdio};

use llmos_lite::kernel::volume::{Change, MemoryRows, RefName, Revision, Signer, VolumeError};
use pollster::block_on;

use crate::native::{Folder, create, path, put, request};

/// Signs with OpenSSH's own tool.
struct SshKey<'a>(&'a Folder);

impl Signer for SshKey<'_> {
    async fn sign(&self, commit: &[u8]) -> Result<Option<String>, String> {
        std::fs::write(self.0.0.join("commit"), commit).map_err(|error| error.to_string())?;
        let arguments = ["-q", "-Y", "sign", "-n", "git", "-f", "key", "commit"];
        let _ = std::fs::remove_file(self.0.0.join("commit.sig"));
        let done = Command::new("ssh-keygen").args(arguments).current_dir(&self.0.0).stderr(Stdio::null()).status();
        assert!(done.map_err(|error| error.to_string())?.success());
        std::fs::read_to_string(self.0.0.join("commit.sig")).map(Some).map_err(|error| error.to_string())
    }
}

struct Refuses;

impl Signer for Refuses {
    async fn sign(&self, _commit: &[u8]) -> Result<Option<String>, String> {
        Err("the vault is locked".to_owned())
    }
}

#[test]
fn native_git_verifies_what_was_signed() {
    let keys = Folder::new();
    let arguments = ["-q", "-t", "ed25519", "-N", "", "-C", "ada@example.org", "-f", "key"];
    let Ok(made) = Command::new("ssh-keygen").args(arguments).current_dir(&keys.0).status() else {
        // Without OpenSSH there is nobody to compare with.
        return;
    };
    assert!(made.success());
    let public = std::fs::read_to_string(keys.0.join("key.pub")).unwrap();
    std::fs::write(keys.0.join("allowed"), format!("ada@example.org {public}")).unwrap();

    let rows = MemoryRows::new();
    let volume = create(&rows);
    put(&volume, &[("a", b"1")], 1);
    let mut change = request(vec![Change::put(path("a"), "2")], 2);
    change.message = "Signed\n\nwith more than one line".to_owned();
    let signed = block_on(volume.commit_signed(&RefName::main(), &change, &SshKey(&keys))).unwrap();
    let log = block_on(volume.log(&Revision::Head, 2, 0)).unwrap();
    assert_eq!(log.entries.iter().map(|entry| entry.commit.is_signed()).collect::<Vec<_>>(), [true, false]);

    let git = Folder::of(&rows);
    git.must_be_sound();
    let allowed = format!("gpg.ssh.allowedSignersFile={}", keys.0.join("allowed").display());
    git.git(&["-c", "gpg.format=ssh", "-c", &allowed, "verify-commit", &signed.to_string()]);
    let status =
        git.git(&["-c", "gpg.format=ssh", "-c", &allowed, "log", "--format=%G? %GS", "-1", &signed.to_string()]);
    assert_eq!(status, "G ada@example.org\n");
}

#[test]
fn without_a_signature_nothing_is_written() {
    let rows = MemoryRows::new();
    let volume = create(&rows);
    let before = rows.snapshot();
    let change = request(vec![Change::put(path("a"), "2")], 2);
    let error = block_on(volume.commit_signed(&RefName::main(), &change, &Refuses)).unwrap_err();
    assert_eq!(error, VolumeError::Signing("the vault is locked".to_owned()));
    assert_eq!(rows.snapshot(), before);
}
