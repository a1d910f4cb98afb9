//! History: the commits behind a revision, newest first, all of them or those that changed a path.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};
use std::rc::Rc;

use super::{Repository, Revision};
use crate::kernel::volume::object::{Commit, Mode};
use crate::kernel::volume::rows::Rows;
use crate::kernel::volume::{Oid, VolumeError, VolumePath};

/// How many commits a search by path looks at in one go.
const WINDOW: usize = 64;

/// A commit and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitEntry {
    /// Its name.
    pub oid: Oid,
    /// What it says.
    pub commit: Rc<Commit>,
}

/// Some commits of a history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// The commits, newest first.
    pub entries: Vec<CommitEntry>,
    /// Whether older ones follow.
    pub has_more: bool,
}

/// Commits still to visit, newest first; of equally old ones the first seen first, as git does.
#[derive(Default)]
pub(super) struct Frontier {
    heap: BinaryHeap<(i64, Reverse<usize>, Oid)>,
    seen: HashSet<Oid>,
    added: usize,
}

impl Frontier {
    /// Adds the commits that were not added before.
    pub(super) async fn add<R: Rows>(&mut self, repository: &Repository<R>, oids: &[Oid]) -> Result<(), VolumeError> {
        let fresh: Vec<Oid> = oids.iter().copied().filter(|oid| self.seen.insert(*oid)).collect();
        let commits = repository.store.commits(&fresh).await?;
        for (oid, commit) in fresh.into_iter().zip(commits) {
            self.added += 1;
            self.heap.push((commit.committer.timestamp_s, Reverse(self.added), oid));
        }
        Ok(())
    }

    pub(super) fn next(&mut self) -> Option<Oid> {
        self.heap.pop().map(|(_, _, oid)| oid)
    }
}

impl<R: Rows> Repository<R> {
    /// The commits behind a revision, newest first: `limit` of them after leaving out `offset`.
    pub async fn log(&self, from: &Revision, limit: usize, offset: usize) -> Result<Log, VolumeError> {
        let Some(from) = self.resolve(from).await? else { return Ok(Log::default()) };
        self.load_recent().await?;
        let mut frontier = Frontier::default();
        frontier.add(self, &[from]).await?;
        let (mut entries, mut passed) = (Vec::new(), 0);
        while let Some(oid) = frontier.next() {
            if entries.len() == limit {
                return Ok(Log { entries, has_more: true });
            }
            let commit = self.store.commit(oid).await?;
            if passed < offset {
                passed += 1;
            } else {
                entries.push(CommitEntry { oid, commit: Rc::clone(&commit) });
            }
            if entries.len() < limit || !commit.parents.is_empty() {
                frontier.add(self, &commit.parents).await?;
            }
        }
        Ok(Log { entries, has_more: false })
    }

    /// One commit.
    pub async fn commit_at(&self, oid: Oid) -> Result<Rc<Commit>, VolumeError> {
        self.store.commit(oid).await
    }

    /// The commits behind a revision that changed what stands at a path, newest first. A merge that took the path as one side had it
    /// leads down that side only, as in git.
    pub async fn log_of_path(
        &self,
        path: &VolumePath,
        from: &Revision,
        limit: usize,
        offset: usize,
    ) -> Result<Log, VolumeError> {
        let Some(from) = self.resolve(from).await? else { return Ok(Log::default()) };
        self.load_recent().await?;
        let mut search = PathSearch { path, known: Default::default() };
        let mut frontier = Frontier::default();
        frontier.add(self, &[from]).await?;
        let (mut entries, mut passed) = (Vec::new(), 0);
        while let Some(oid) = frontier.next() {
            let commit = self.store.commit(oid).await?;
            let here = search.entry(self, oid).await?;
            let mut parents = Vec::with_capacity(commit.parents.len());
            for parent in &commit.parents {
                parents.push(search.entry(self, *parent).await?);
            }
            if let Some(same) = parents.iter().position(|entry| *entry == here) {
                frontier.add(self, &commit.parents[same..=same]).await?;
                continue;
            }
            if here.is_some() || !commit.parents.is_empty() {
                if passed < offset {
                    passed += 1;
                } else if entries.len() == limit {
                    return Ok(Log { entries, has_more: true });
                } else {
                    entries.push(CommitEntry { oid, commit: Rc::clone(&commit) });
                }
            }
            frontier.add(self, &commit.parents).await?;
        }
        Ok(Log { entries, has_more: false })
    }
}

/// What stood at a path in commits, looked up for many commits at once.
struct PathSearch<'a> {
    path: &'a VolumePath,
    known: std::collections::HashMap<Oid, Option<(Mode, Oid)>>,
}

impl PathSearch<'_> {
    async fn entry<R: Rows>(
        &mut self,
        repository: &Repository<R>,
        oid: Oid,
    ) -> Result<Option<(Mode, Oid)>, VolumeError> {
        if !self.known.contains_key(&oid) {
            self.look_ahead(repository, oid).await?;
        }
        Ok(self.known[&oid])
    }

    /// Looks up a commit together with those right behind it: they are likely to be asked for next.
    async fn look_ahead<R: Rows>(&mut self, repository: &Repository<R>, oid: Oid) -> Result<(), VolumeError> {
        let mut trees = Vec::new();
        let mut next = Some(oid);
        while let Some(oid) = next.filter(|oid| trees.len() < WINDOW && !self.known.contains_key(oid)) {
            let commit = repository.store.commit(oid).await?;
            trees.push((oid, commit.tree));
            next = commit.parents.first().copied();
        }
        let places: Vec<(Oid, &VolumePath)> = trees.iter().map(|(_, tree)| (*tree, self.path)).collect();
        let found = repository.find_all(&places).await?;
        self.known.extend(trees.iter().map(|(oid, _)| *oid).zip(found));
        Ok(())
    }
}
