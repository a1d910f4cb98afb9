//! Commits: changes by path become one transaction that moves a branch, or nothing.
//!
//! The branch is compared when it is written. If it moved meanwhile, the changes are applied again on top, unless somebody else
//! touched the same files: then it is a conflict, and the person decides.

use super::patch::{Edit, Patch, Patched};
use super::tip::{TIP_KEY, tip_row};
use super::{Head, Repository, SeenHead, head_row};
use crate::kernel::volume::object::{Commit, Mode, ObjectKind, Person, Signature, encode_loose};
use crate::kernel::volume::rows::{Durability, Rows, RowsError, RowsWrite};
use crate::kernel::volume::{Oid, RefName, VolumeError, VolumePath};

/// How often a commit is tried again when other tabs keep moving the branch.
const MOST_TRIES: usize = 200;

/// What happens to one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where.
    pub path: VolumePath,
    /// What.
    pub kind: ChangeKind,
}

/// What happens to a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// A file has these bytes, new or not; it stays as runnable as it was.
    Put(Vec<u8>),
    /// A file has these bytes and is this.
    PutAs(Mode, Vec<u8>),
    /// A file has this content that the volume holds already: restoring, copying and moving need no bytes.
    Set(Mode, Oid),
    /// A file goes.
    Remove,
    /// A folder goes, with all that it holds.
    RemoveFolder,
}

impl Change {
    /// A file has these bytes.
    pub fn put(path: VolumePath, bytes: impl Into<Vec<u8>>) -> Self {
        Self { path, kind: ChangeKind::Put(bytes.into()) }
    }

    /// A file goes.
    pub fn remove(path: VolumePath) -> Self {
        Self { path, kind: ChangeKind::Remove }
    }
}

/// A commit to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitRequest {
    /// What changes; each path once.
    pub changes: Vec<Change>,
    /// Who made the change.
    pub author: Person,
    /// Who puts it here.
    pub committer: Person,
    /// Why.
    pub message: String,
    /// Now, in whole seconds since 1970.
    pub timestamp_s: i64,
    /// How many minutes the clock on the wall is ahead of UTC.
    pub offset_min: i32,
    /// The version that the changes were made from; `None`: the newest when the commit begins.
    pub expected_parent: Option<Oid>,
    /// How soon it must survive the loss of power.
    pub durability: Durability,
}

/// Signs commits, as git's `gpgsig`.
#[allow(async_fn_in_trait, reason = "everything lives on one thread: futures need not be Send")]
pub trait Signer {
    /// The armoured signature of a commit's bytes; `None`: this commit goes unsigned.
    async fn sign(&self, commit: &[u8]) -> Result<Option<String>, String>;
}

/// Signs nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unsigned;

impl Signer for Unsigned {
    async fn sign(&self, _commit: &[u8]) -> Result<Option<String>, String> {
        Ok(None)
    }
}

/// What a commit is to say, whatever its files are.
pub(super) struct Words<'a> {
    pub author: Signature,
    pub committer: Signature,
    pub message: &'a str,
}

impl<'a> Words<'a> {
    pub(super) fn of(request: &'a CommitRequest) -> Self {
        let signature = |person: &Person| Signature {
            person: person.clone(),
            timestamp_s: request.timestamp_s,
            offset_min: request.offset_min,
        };
        let (author, committer) = (signature(&request.author), signature(&request.committer));
        Self { author, committer, message: &request.message }
    }
}

impl<R: Rows> Repository<R> {
    /// Commits changes to a branch and answers with the commit's name once it is kept.
    ///
    /// The main branch of an empty volume comes into being with its first commit. Changes that change nothing make no commit: the
    /// answer is the commit that has them already.
    pub async fn commit(&self, branch: &RefName, request: &CommitRequest) -> Result<Oid, VolumeError> {
        self.commit_signed(branch, request, &Unsigned).await
    }

    /// The same, signed.
    pub async fn commit_signed<S: Signer>(
        &self,
        branch: &RefName,
        request: &CommitRequest,
        signer: &S,
    ) -> Result<Oid, VolumeError> {
        let key = branch.branch_key();
        let patch = self.patch(&request.changes).await?;
        let words = Words::of(request);
        let mut fresh = !self.heads.borrow().contains_key(&key);
        let mut head = self.likely_head(&key).await?;
        let mut base = request.expected_parent.or(head.as_ref().map(|head| head.oid));
        for _ in 0..MOST_TRIES {
            match self.attempt(branch, &patch, request, &words, (base, head.as_ref()), signer).await {
                Ok(Some(oid)) => return Ok(oid),
                // Nothing to commit, if the branch still is where it was.
                Ok(None) if fresh => {
                    return head.map(|head| head.oid).ok_or_else(|| VolumeError::NoSuchBranch(branch.clone()));
                }
                Ok(None) => {}
                Err(VolumeError::Rows(RowsError::Moved { .. })) => self.recent.borrow_mut().forget(),
                // What was seen before the commit began may be what is wrong.
                Err(error) if fresh || matches!(error, VolumeError::Rows(_) | VolumeError::Signing(_)) => {
                    return Err(error);
                }
                Err(_) => {}
            }
            head = self.read_head(&key).await?;
            if !fresh {
                base = request.expected_parent.or(head.as_ref().map(|head| head.oid));
                fresh = true;
            }
        }
        Err(VolumeError::Busy(branch.clone()))
    }

    /// One try on top of this head; `None` if nothing would change.
    async fn attempt<S: Signer>(
        &self,
        branch: &RefName,
        patch: &Patch,
        request: &CommitRequest,
        words: &Words<'_>,
        (base, head): (Option<Oid>, Option<&Head>),
        signer: &S,
    ) -> Result<Option<Oid>, VolumeError> {
        let head_oid = head.map(|head| head.oid);
        if head_oid.is_none() && *branch != self.main {
            return Err(VolumeError::NoSuchBranch(branch.clone()));
        }
        if head_oid != base {
            self.must_not_conflict(&request.changes, base, head_oid).await?;
        }
        if *branch == self.main {
            // The rows of newest commits are written with each commit, and most often hold the one to build on.
            self.load_recent().await?;
        }
        let tree = match head_oid {
            Some(oid) => Some(self.store.commit(oid).await?.tree),
            None => None,
        };
        let patched = patch.apply(&self.store, tree).await?;
        if tree == Some(patched.root) || tree.is_none() && request.changes.is_empty() {
            return Ok(None);
        }
        let blobs = blob_rows(&request.changes);
        let parents = head_oid.into_iter().collect();
        self.write_commit(branch, head, (blobs, patched, parents), words, request.durability, signer).await.map(Some)
    }

    /// Writes a commit of these folders and moves the branch to it, if it still is where it was.
    pub(super) async fn write_commit<S: Signer>(
        &self,
        branch: &RefName,
        head: Option<&Head>,
        (mut put, patched, parents): (Vec<(String, Vec<u8>)>, Patched, Vec<Oid>),
        words: &Words<'_>,
        durability: Durability,
        signer: &S,
    ) -> Result<Oid, VolumeError> {
        let key = branch.branch_key();
        for (oid, tree) in &patched.trees {
            put.push((oid.key(), encode_loose(ObjectKind::Tree, tree.raw())));
        }
        let (author, committer) = (words.author.clone(), words.committer.clone());
        let message = words.message.to_owned();
        let mut commit = Commit { tree: patched.root, parents, author, committer, extra: String::new(), message };
        if let Some(signature) = signer.sign(&commit.encode()).await.map_err(VolumeError::Signing)? {
            commit = commit.signed(&signature);
        }
        let content = commit.encode();
        let oid = Oid::of(ObjectKind::Commit, &content);
        put.push((oid.key(), encode_loose(ObjectKind::Commit, &content)));
        let row = head_row(oid);
        put.push((key.clone(), row.clone()));
        let mut remove = Vec::new();
        let mut recent = None;
        if *branch == self.main {
            recent = Some(self.recent_with(&content, &mut put, &mut remove).await?);
            put.push((TIP_KEY.to_owned(), tip_row(&content, &patched.trees)));
        }
        let expect = vec![(key.clone(), head.map(|head| head.row.clone()))];
        self.store.rows.write(RowsWrite { expect, put, remove, durability }).await?;
        // Only what is kept is remembered.
        self.heads.borrow_mut().insert(key, SeenHead { head: Some(Head { oid, row }), heard: None });
        if let Some(recent) = recent {
            *self.recent.borrow_mut() = recent;
        }
        patched.trees.into_iter().for_each(|(oid, tree)| self.store.remember_tree(oid, tree));
        let commit = Commit::parse(&content).map_err(|why| VolumeError::Damaged { oid, why: why.to_owned() })?;
        self.store.remember_commit(oid, commit, content.len());
        Ok(oid)
    }

    pub(super) async fn patch(&self, changes: &[Change]) -> Result<Patch, VolumeError> {
        let mut patch = Patch::default();
        let mut held = Vec::new();
        for change in changes {
            let edit = match &change.kind {
                ChangeKind::Put(bytes) => Edit::Put { mode: None, oid: Oid::of(ObjectKind::Blob, bytes) },
                ChangeKind::Set(Mode::Folder, _) | ChangeKind::PutAs(Mode::Folder, _) => {
                    return Err(VolumeError::IsAFolder(change.path.to_string()));
                }
                ChangeKind::PutAs(mode, bytes) => {
                    Edit::Put { mode: Some(*mode), oid: Oid::of(ObjectKind::Blob, bytes) }
                }
                ChangeKind::Set(mode, oid) => {
                    // The commit of another repository is not held here.
                    held.extend(Some(*oid).filter(|_| *mode != Mode::Submodule));
                    Edit::Put { mode: Some(*mode), oid: *oid }
                }
                ChangeKind::Remove => Edit::Remove,
                ChangeKind::RemoveFolder => Edit::RemoveFolder,
            };
            patch.add(&change.path, edit)?;
        }
        if !held.is_empty() {
            self.store.read(ObjectKind::Blob, &held).await?;
        }
        Ok(patch)
    }

    /// Refuses changes to files that differ between two versions, unless they come to the same.
    async fn must_not_conflict(
        &self,
        changes: &[Change],
        base: Option<Oid>,
        head: Option<Oid>,
    ) -> Result<(), VolumeError> {
        let before = self.entries_of(changes, base).await?;
        let now = self.entries_of(changes, head).await?;
        let conflicts = |(change, (before, now)): &(&Change, (Option<(Mode, Oid)>, Option<(Mode, Oid)>))| {
            let same = match (&change.kind, now) {
                (ChangeKind::Put(bytes), Some((_, oid))) => Oid::of(ObjectKind::Blob, bytes) == *oid,
                (ChangeKind::PutAs(mode, bytes), Some(now)) => *now == (*mode, Oid::of(ObjectKind::Blob, bytes)),
                (ChangeKind::Set(mode, oid), Some(now)) => *now == (*mode, *oid),
                _ => false,
            };
            before != now && !same
        };
        let paths = changes.iter().zip(before.into_iter().zip(now)).filter(conflicts);
        let paths: Vec<VolumePath> = paths.map(|(change, _)| change.path.clone()).collect();
        if paths.is_empty() { Ok(()) } else { Err(VolumeError::Conflict { paths, head }) }
    }

    async fn entries_of(
        &self,
        changes: &[Change],
        commit: Option<Oid>,
    ) -> Result<Vec<Option<(Mode, Oid)>>, VolumeError> {
        let Some(commit) = commit else { return Ok(vec![None; changes.len()]) };
        let tree = self.store.commit(commit).await?.tree;
        let places: Vec<(Oid, &VolumePath)> = changes.iter().map(|change| (tree, &change.path)).collect();
        self.find_all(&places).await
    }
}

/// The rows of the contents that changes bring.
pub(super) fn blob_rows(changes: &[Change]) -> Vec<(String, Vec<u8>)> {
    let row = |change: &Change| match &change.kind {
        ChangeKind::Put(bytes) | ChangeKind::PutAs(_, bytes) => {
            Some((Oid::of(ObjectKind::Blob, bytes).key(), encode_loose(ObjectKind::Blob, bytes)))
        }
        _ => None,
    };
    changes.iter().filter_map(row).collect()
}
