//! The library that came with the page, as commits of the system volume: all of it at the first start, and what changed with each newer
//! release as one commit on top. A shipped file that somebody has edited since keeps their edit.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ManagerError, Now, Storage, VolumeManager};
use crate::kernel::access::{Action, Volume, may};
use crate::kernel::volume::{
    Change, GitVolume, Note, ObjectKind, Oid, Person, Revision, Rows, VolumeError, VolumePath,
};

/// Where the system volume notes what was shipped.
const MANIFEST: &str = "library.json";

/// The library of one release.
#[derive(Clone, Debug, Default)]
pub struct ShippedLibrary {
    /// Changes whenever any file does.
    pub digest: String,
    /// The files.
    pub files: Vec<ShippedFile>,
}

/// One file of it.
#[derive(Clone, Debug)]
pub struct ShippedFile {
    /// Such as `skills/rc-lowpass.md`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// What the system volume knows of what was shipped.
#[derive(Default, Serialize, Deserialize)]
struct Manifest {
    digest: String,
    /// The blob of each file as it was shipped.
    files: BTreeMap<String, Oid>,
}

impl<S: Storage> VolumeManager<S> {
    /// Brings the system volume up to this release. Costs one read where it is already.
    pub async fn seed(&self, library: &ShippedLibrary, now: Now) -> Result<(), ManagerError> {
        let cron = crate::kernel::access::Role::SystemCron(self.profiles().system_cron());
        may(&cron, Action::Write, &Volume::System)?;
        let volume = self.opened(&Volume::System, now).await?;
        let manifest_path = VolumePath::new(MANIFEST).map_err(VolumeError::from)?;
        let before = read_manifest(&volume, &manifest_path).await?;
        if before.digest == library.digest {
            return Ok(());
        }
        let standing: BTreeMap<String, Oid> = {
            let files = volume.repository().list(None, &Revision::Head).await?;
            files.into_iter().map(|file| (file.path, file.oid)).collect()
        };
        let untouched = |path: &str| standing.get(path) == before.files.get(path);
        let mut changes = Vec::new();
        let mut manifest = Manifest { digest: library.digest.clone(), files: BTreeMap::new() };
        for file in &library.files {
            let path = VolumePath::new(&file.path).map_err(VolumeError::from)?;
            if untouched(&file.path) {
                changes.push(Change::put(path, file.text.as_bytes()));
            }
            manifest.files.insert(file.path.clone(), Oid::of(ObjectKind::Blob, file.text.as_bytes()));
        }
        for path in before.files.keys().filter(|path| !manifest.files.contains_key(*path)) {
            if untouched(path) && standing.contains_key(path) {
                changes.push(Change::remove(VolumePath::new(path).map_err(VolumeError::from)?));
            }
        }
        let text = serde_json::to_string_pretty(&manifest).expect("paths and ids serialise");
        changes.push(Change::put(manifest_path, text));
        let what = if before.digest.is_empty() { "Add" } else { "Update" };
        let author = cron.author();
        let note = Note {
            author: Person::new(author.name, author.email),
            ..self.note(
                &Volume::System,
                format!("{what} the library of this release: {} files", library.files.len()),
                now,
            )
        };
        volume.commit_changes(changes, &note).await?;
        Ok(())
    }
}

async fn read_manifest<R: Rows>(volume: &GitVolume<R>, path: &VolumePath) -> Result<Manifest, ManagerError> {
    let bytes = volume.repository().read_many(std::slice::from_ref(path), &Revision::Head).await?.pop().flatten();
    // One that does not read is one that is not there: everything is shipped again, and edits are kept.
    Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default())
}
