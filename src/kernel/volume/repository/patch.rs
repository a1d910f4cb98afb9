//! Changes by path become new folders: only those on the way to a change are read and written.
//!
//! A patch is a tree of edits. Its folders are loaded level by level, one read each, and rewritten from the leaves up. A folder that
//! loses its last entry goes; a file never takes the place of a folder by accident, nor a folder that of a file.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use crate::kernel::volume::object::{Mode, ObjectKind, Tree, TreeEdit, edit_tree};
use crate::kernel::volume::rows::Rows;
use crate::kernel::volume::store::Store;
use crate::kernel::volume::{Oid, VolumeError, VolumePath};

/// What happens to one path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edit {
    /// A file has this content; without a mode it keeps whether it may be run.
    Put { mode: Option<Mode>, oid: Oid },
    /// A file goes.
    Remove,
    /// A folder goes, with all that it holds.
    RemoveFolder,
}

/// Edits by path.
#[derive(Default)]
pub(super) struct Patch {
    root: Folder,
}

#[derive(Default)]
struct Folder {
    edits: BTreeMap<String, (Edit, VolumePath)>,
    folders: BTreeMap<String, Folder>,
}

/// The folders that a patch makes.
pub(super) struct Patched {
    pub root: Oid,
    pub trees: Vec<(Oid, Tree)>,
}

impl Patch {
    pub(super) fn add(&mut self, path: &VolumePath, edit: Edit) -> Result<(), VolumeError> {
        let mut folder = &mut self.root;
        let mut parts = path.parts().peekable();
        while let Some(part) = parts.next() {
            if parts.peek().is_some() {
                folder = folder.folders.entry(part.to_owned()).or_default();
            } else if folder.edits.insert(part.to_owned(), (edit, path.clone())).is_some() {
                return Err(VolumeError::ChangedTwice(path.clone()));
            }
        }
        Ok(())
    }

    /// The folders that come of these edits to a tree.
    pub(super) async fn apply<R: Rows>(&self, store: &Store<R>, tree: Option<Oid>) -> Result<Patched, VolumeError> {
        let loaded = self.load(store, tree).await?;
        let mut trees = Vec::new();
        let root = rewrite(&self.root, tree, &loaded, &mut trees)?;
        if root.is_none() {
            trees.push((Oid::EMPTY_TREE, Tree::default()));
        }
        Ok(Patched { root: root.unwrap_or(Oid::EMPTY_TREE), trees })
    }

    /// The folders on the way to the edits.
    async fn load<R: Rows>(&self, store: &Store<R>, tree: Option<Oid>) -> Result<HashMap<Oid, Rc<Tree>>, VolumeError> {
        let mut loaded = HashMap::new();
        let mut level: Vec<(&Folder, Oid)> = tree.map(|tree| (&self.root, tree)).into_iter().collect();
        while !level.is_empty() {
            let oids: Vec<Oid> = level.iter().map(|(_, oid)| *oid).collect();
            let trees = store.trees(&oids).await?;
            let mut next = Vec::new();
            for ((folder, oid), tree) in level.into_iter().zip(trees) {
                for (name, inner) in &folder.folders {
                    if let Some(entry) = tree.entry(name.as_bytes()).filter(|entry| entry.mode == Mode::Folder) {
                        next.push((inner, entry.oid));
                    }
                }
                loaded.insert(oid, tree);
            }
            level = next;
        }
        Ok(loaded)
    }
}

/// The folder that a folder becomes; `None` if nothing is left in it.
fn rewrite(
    folder: &Folder,
    before: Option<Oid>,
    loaded: &HashMap<Oid, Rc<Tree>>,
    made: &mut Vec<(Oid, Tree)>,
) -> Result<Option<Oid>, VolumeError> {
    let nothing = Rc::new(Tree::default());
    let tree = before.map_or(&nothing, |before| &loaded[&before]);
    let names: BTreeSet<&str> = folder.edits.keys().chain(folder.folders.keys()).map(String::as_str).collect();
    let mut edits = Vec::with_capacity(names.len());
    for name in names {
        let before = tree.entry(name.as_bytes()).map(|entry| (entry.mode, entry.oid));
        let (mut file, mut inner) = match before {
            Some((Mode::Folder, oid)) => (None, Some(oid)),
            file => (file, None),
        };
        let edit = folder.edits.get(name);
        if let Some((Edit::RemoveFolder, path)) = edit
            && inner.take().is_none()
        {
            return Err(VolumeError::NoSuchFile(path.clone()));
        }
        if let Some(deeper) = folder.folders.get(name) {
            inner = rewrite(deeper, inner, loaded, made)?;
        }
        match edit {
            Some((Edit::Put { mode, oid }, _)) => {
                let kept = file.map(|(mode, _)| mode).filter(|mode| *mode == Mode::Executable);
                file = Some((mode.or(kept).unwrap_or(Mode::File), *oid));
                if let (Some((_, path)), true) = (edit, inner.is_some()) {
                    return Err(VolumeError::IsAFolder(path.to_string()));
                }
            }
            Some((Edit::Remove, path)) if file.take().is_none() => {
                return Err(match inner {
                    Some(_) => VolumeError::IsAFolder(path.to_string()),
                    None => VolumeError::NoSuchFile(path.clone()),
                });
            }
            _ => {}
        }
        if file.is_some() && inner.is_some() {
            return Err(VolumeError::IsAFile(first_path(folder, name)));
        }
        edits.push(TreeEdit { name: name.as_bytes(), entry: file.or(inner.map(|oid| (Mode::Folder, oid))) });
    }
    let after = edit_tree(tree, &edits);
    if after.raw().is_empty() {
        return Ok(None);
    }
    let oid = Oid::of(ObjectKind::Tree, after.raw());
    if before != Some(oid) {
        made.push((oid, after));
    }
    Ok(Some(oid))
}

/// The path of something in a folder, learned from an edit below it.
fn first_path(folder: &Folder, name: &str) -> String {
    let mut depth = 0;
    let mut inner = folder.folders.get(name);
    while let Some(folder) = inner {
        depth += 1;
        if let Some((_, path)) = folder.edits.values().next() {
            let parts: Vec<&str> = path.parts().collect();
            return parts[..parts.len() - depth].join("/");
        }
        inner = folder.folders.values().next();
    }
    name.to_owned()
}
