//! What differs between two versions, by path. What differs inside a file is told by `merge::diff`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Repository;
use crate::kernel::volume::object::Mode;
use crate::kernel::volume::rows::Rows;
use crate::kernel::volume::{Oid, VolumeError};

/// How a path changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangedKind {
    /// It is there now and was not.
    Added,
    /// It was there and is not now.
    Removed,
    /// Its content changed.
    Modified,
    /// Only what it is changed, such as whether it may be run.
    Mode,
}

/// A path that differs between two versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangedFile {
    /// Where.
    pub path: String,
    /// How.
    pub kind: ChangedKind,
    /// What stood there before.
    pub before: Option<(Mode, Oid)>,
    /// What stands there after.
    pub after: Option<(Mode, Oid)>,
}

impl<R: Rows> Repository<R> {
    /// The files that differ between two commits (`None`: before the first), sorted by path.
    pub async fn diff(&self, before: Option<Oid>, after: Option<Oid>) -> Result<Vec<ChangedFile>, VolumeError> {
        let before = self.tree_of(before).await?;
        let after = self.tree_of(after).await?;
        self.diff_trees(before, after).await
    }

    /// What a commit changed, compared with its first parent.
    pub async fn changes_of(&self, commit: Oid) -> Result<Vec<ChangedFile>, VolumeError> {
        let parent = self.store.commit(commit).await?.parents.first().copied();
        self.diff(parent, Some(commit)).await
    }

    pub(super) async fn tree_of(&self, commit: Option<Oid>) -> Result<Oid, VolumeError> {
        match commit {
            Some(commit) => Ok(self.store.commit(commit).await?.tree),
            None => Ok(Oid::EMPTY_TREE),
        }
    }

    /// What each of several commits changed, in one read for each level of folders.
    pub async fn changes_of_each(&self, commits: &[Oid]) -> Result<Vec<Vec<ChangedFile>>, VolumeError> {
        let commits = self.store.commits(commits).await?;
        let parents: Vec<Oid> = commits.iter().filter_map(|commit| commit.parents.first().copied()).collect();
        let mut parents = self.store.commits(&parents).await?.into_iter();
        let mut pairs = Vec::with_capacity(commits.len());
        for commit in &commits {
            let parent = if commit.parents.is_empty() { None } else { parents.next() };
            pairs.push((parent.map_or(Oid::EMPTY_TREE, |parent| parent.tree), commit.tree));
        }
        self.diff_pairs(&pairs).await
    }

    /// The files that differ between two trees; folders that are the same are not opened.
    pub(super) async fn diff_trees(&self, before: Oid, after: Oid) -> Result<Vec<ChangedFile>, VolumeError> {
        Ok(self.diff_pairs(&[(before, after)]).await?.pop().unwrap_or_default())
    }

    /// The same for several pairs, in one read for each level of folders.
    async fn diff_pairs(&self, pairs: &[(Oid, Oid)]) -> Result<Vec<Vec<ChangedFile>>, VolumeError> {
        let mut changed: Vec<Vec<ChangedFile>> = vec![Vec::new(); pairs.len()];
        let pairs = pairs.iter().enumerate().filter(|(_, (before, after))| before != after);
        let mut level: Vec<Pair> =
            pairs.map(|(of, (before, after))| Pair { of, path: Vec::new(), before: *before, after: *after }).collect();
        while !level.is_empty() {
            let oids: Vec<Oid> = level.iter().flat_map(|pair| [pair.before, pair.after]).collect();
            let trees = self.store.trees(&oids).await?;
            let mut next = Vec::new();
            for (Pair { of, path: prefix, .. }, pair) in level.iter().zip(trees.chunks_exact(2)) {
                let mut entries = BTreeMap::new();
                for entry in pair[0].entries() {
                    entries.entry(entry.name).or_insert((None, None)).0 = Some((entry.mode, entry.oid));
                }
                for entry in pair[1].entries() {
                    entries.entry(entry.name).or_insert((None, None)).1 = Some((entry.mode, entry.oid));
                }
                for (name, (before, after)) in entries {
                    if before != after {
                        let path: Vec<u8> = if prefix.is_empty() { name.to_vec() } else { [prefix, name].join(&b'/') };
                        push((*of, path), before, after, &mut changed[*of], &mut next);
                    }
                }
            }
            level = next;
        }
        changed.iter_mut().for_each(|files| files.sort_unstable_by(|a, b| a.path.cmp(&b.path)));
        Ok(changed)
    }
}

/// Two folders to compare.
struct Pair {
    /// Which of the comparisons they belong to.
    of: usize,
    path: Vec<u8>,
    before: Oid,
    after: Oid,
}

type Stands = Option<(Mode, Oid)>;

/// Notes how one name of a folder changed; folders wait for the next level.
fn push(
    (of, path): (usize, Vec<u8>),
    before: Stands,
    after: Stands,
    changed: &mut Vec<ChangedFile>,
    next: &mut Vec<Pair>,
) {
    let folder = |stands: Stands| stands.filter(|(mode, _)| *mode == Mode::Folder).map(|(_, oid)| oid);
    let file = |stands: Stands| stands.filter(|(mode, _)| *mode != Mode::Folder);
    if folder(before) != folder(after) {
        let or_nothing = |oid: Option<Oid>| oid.unwrap_or(Oid::EMPTY_TREE);
        let (before, after) = (or_nothing(folder(before)), or_nothing(folder(after)));
        next.push(Pair { of, path: path.clone(), before, after });
    }
    let (before, after) = (file(before), file(after));
    let kind = match (before, after) {
        (None, None) => return,
        (None, Some(_)) => ChangedKind::Added,
        (Some(_), None) => ChangedKind::Removed,
        (Some((_, before)), Some((_, after))) if before == after => ChangedKind::Mode,
        (Some(_), Some(_)) => ChangedKind::Modified,
    };
    if before != after {
        changed.push(ChangedFile { path: String::from_utf8_lossy(&path).into_owned(), kind, before, after });
    }
}
