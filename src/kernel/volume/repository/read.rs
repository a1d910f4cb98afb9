//! Reading files, of any version: one, many, a folder, everything.

use serde::Serialize;

use super::{Repository, Revision};
use crate::kernel::volume::object::{Mode, ObjectKind, Tree, TreeEntry};
use crate::kernel::volume::rows::Rows;
use crate::kernel::volume::{Oid, VolumeError, VolumePath};

/// Something that stands in a version: a file, or a folder where folders are listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileEntry {
    /// Its path from the root of the volume; bytes that are not UTF-8 are shown as `�`.
    pub path: String,
    /// What it is.
    pub mode: Mode,
    /// The object that holds it.
    pub oid: Oid,
}

impl FileEntry {
    /// Whether it is a folder.
    pub fn is_folder(&self) -> bool {
        self.mode == Mode::Folder
    }
}

impl<R: Rows> Repository<R> {
    /// The bytes of a file.
    pub async fn read(&self, path: &VolumePath, at: &Revision) -> Result<Vec<u8>, VolumeError> {
        match self.entry(path, at).await? {
            None => Err(VolumeError::NoSuchFile(path.clone())),
            Some((Mode::Folder | Mode::Submodule, _)) => Err(VolumeError::IsAFolder(path.to_string())),
            Some((_, oid)) => self.store.blob(oid).await,
        }
    }

    /// The bytes of several files, `None` for those that are not there, in one read per level of folders and one for the files.
    pub async fn read_many(&self, paths: &[VolumePath], at: &Revision) -> Result<Vec<Option<Vec<u8>>>, VolumeError> {
        let Some(tree) = self.root(at).await? else { return Ok(vec![None; paths.len()]) };
        let places: Vec<(Oid, &VolumePath)> = paths.iter().map(|path| (tree, path)).collect();
        let is_file = |entry: &Option<(Mode, Oid)>| match entry {
            Some((Mode::File | Mode::Executable | Mode::Link, oid)) => Some(*oid),
            _ => None,
        };
        let oids: Vec<Option<Oid>> = self.find_all(&places).await?.iter().map(is_file).collect();
        let present: Vec<Oid> = oids.iter().copied().flatten().collect();
        let mut contents = self.store.read(ObjectKind::Blob, &present).await?.into_iter();
        Ok(oids.into_iter().map(|oid| oid.and_then(|_| contents.next())).collect())
    }

    /// The bytes of blobs by their names, as [`Repository::list`] gives them.
    pub async fn read_blobs(&self, oids: &[Oid]) -> Result<Vec<Vec<u8>>, VolumeError> {
        self.store.read(ObjectKind::Blob, oids).await
    }

    /// Whether each object is there.
    pub async fn holds(&self, oids: &[Oid]) -> Result<Vec<bool>, VolumeError> {
        self.store.holds(oids).await
    }

    /// What stands at a path, if anything does.
    pub async fn entry(&self, path: &VolumePath, at: &Revision) -> Result<Option<(Mode, Oid)>, VolumeError> {
        match self.root(at).await? {
            Some(tree) => self.find(tree, path).await,
            None => Ok(None),
        }
    }

    /// Every file below a folder (`None`: of the volume), sorted by path; nothing if there is no such folder.
    pub async fn list(&self, folder: Option<&VolumePath>, at: &Revision) -> Result<Vec<FileEntry>, VolumeError> {
        let Some(tree) = self.folder(folder, at).await? else { return Ok(Vec::new()) };
        let mut files = self.files_below(tree, folder.map(VolumePath::as_str)).await?;
        files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }

    /// What stands right in a folder (`None`: in the volume's root), folders included, sorted by path.
    pub async fn list_folder(&self, folder: Option<&VolumePath>, at: &Revision) -> Result<Vec<FileEntry>, VolumeError> {
        let Some(tree) = self.folder(folder, at).await? else { return Ok(Vec::new()) };
        let tree = self.store.tree(tree).await?;
        Ok(entries_of(&tree, folder.map(VolumePath::as_str)))
    }

    /// What stands right in each of several folders, in one read per level of depth.
    pub(crate) async fn list_folders(
        &self,
        folders: &[String],
        at: &Revision,
    ) -> Result<Vec<Vec<FileEntry>>, VolumeError> {
        let Some(root) = self.root(at).await? else { return Ok(vec![Vec::new(); folders.len()]) };
        let paths: Result<Vec<VolumePath>, _> = folders.iter().map(|folder| VolumePath::existing(folder)).collect();
        let paths = paths?;
        let places: Vec<(Oid, &VolumePath)> = paths.iter().map(|path| (root, path)).collect();
        let tree_of = |entry| match entry {
            Some((Mode::Folder, oid)) => oid,
            _ => Oid::EMPTY_TREE,
        };
        let oids: Vec<Oid> = self.find_all(&places).await?.into_iter().map(tree_of).collect();
        let trees = self.store.trees(&oids).await?;
        Ok(folders.iter().zip(trees).map(|(folder, tree)| entries_of(&tree, Some(folder))).collect())
    }

    /// The files below a tree, level by level: each level of depth is one read.
    pub(super) async fn files_below(&self, tree: Oid, prefix: Option<&str>) -> Result<Vec<FileEntry>, VolumeError> {
        let mut files = Vec::new();
        let mut level = vec![(prefix.map(str::to_owned), tree)];
        while !level.is_empty() {
            let oids: Vec<Oid> = level.iter().map(|(_, oid)| *oid).collect();
            let trees = self.store.trees(&oids).await?;
            let mut next = Vec::new();
            for ((prefix, _), tree) in level.iter().zip(trees) {
                for entry in tree.entries() {
                    let path = join(prefix.as_deref(), entry.name);
                    match entry.mode {
                        Mode::Folder => next.push((Some(path), entry.oid)),
                        mode => files.push(FileEntry { path, mode, oid: entry.oid }),
                    }
                }
            }
            level = next;
        }
        Ok(files)
    }

    /// The root folder of a revision, if it has any commit.
    pub(super) async fn root(&self, at: &Revision) -> Result<Option<Oid>, VolumeError> {
        match self.resolve(at).await? {
            Some(oid) => Ok(Some(self.store.commit(oid).await?.tree)),
            None => Ok(None),
        }
    }

    async fn folder(&self, folder: Option<&VolumePath>, at: &Revision) -> Result<Option<Oid>, VolumeError> {
        let Some(folder) = folder else { return self.root(at).await };
        match self.entry(folder, at).await? {
            Some((Mode::Folder, oid)) => Ok(Some(oid)),
            Some(_) => Err(VolumeError::IsAFile(folder.to_string())),
            None => Ok(None),
        }
    }
}

fn entries_of(tree: &Tree, folder: Option<&str>) -> Vec<FileEntry> {
    let entry = |entry: TreeEntry<'_>| FileEntry { path: join(folder, entry.name), mode: entry.mode, oid: entry.oid };
    let mut entries: Vec<FileEntry> = tree.entries().map(entry).collect();
    entries.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    entries
}

fn join(prefix: Option<&str>, name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name);
    match prefix {
        Some(prefix) => format!("{prefix}/{name}"),
        None => name.into_owned(),
    }
}
