//! Merging and reverting: the changes of two sides come together as one commit, or as a list of what somebody has to decide.
//!
//! Both are the same three-way merge over different versions: a merge goes from what two histories have in common, a revert from the
//! commit that is to be undone. How files come together is told by `merge`; this only reads and writes them. Nothing is written while
//! anything is undecided.

use super::commit::{Change, ChangeKind, CommitRequest, Signer, Words, blob_rows};
use super::contents::Merged;
use super::{Head, Repository};
use crate::kernel::dag::Workflow;
use crate::kernel::merge::workflow::WorkflowMerge;
use crate::kernel::merge::{self, ConflictedText, TreeConflict, merge_trees};
use crate::kernel::volume::object::Mode;
use crate::kernel::volume::rows::{Rows, RowsError};
use crate::kernel::volume::{Oid, RefName, VolumeError, VolumePath};

/// How often a merge is tried again when the branch keeps moving.
const MOST_TRIES: usize = 50;

/// What a merge would do.
#[derive(Clone, Debug, PartialEq)]
pub struct MergePlan {
    /// The version that both sides came from; `None` if they have nothing in common.
    pub base: Option<Oid>,
    /// The version here.
    pub ours: Oid,
    /// The version there.
    pub theirs: Oid,
    /// What changes here so that it has the changes of both.
    pub changes: Vec<Change>,
    /// What somebody has to decide; here, nothing changes at these paths.
    pub undecided: Vec<Undecided>,
}

/// A path at which somebody has to decide.
#[derive(Clone, Debug, PartialEq)]
pub enum Undecided {
    /// A text that both sides changed in the same places.
    Text {
        /// Where.
        path: VolumePath,
        /// Its decided and undecided places.
        text: ConflictedText,
    },
    /// A workflow of which both sides changed the same nodes or wires.
    Workflow {
        /// Where.
        path: VolumePath,
        /// What fits together, and where somebody has to choose.
        merge: Box<WorkflowMerge>,
        /// The common version, ours and theirs, to merge again with choices.
        sides: Box<[Workflow; 3]>,
    },
    /// A file that cannot be put together from both.
    File {
        /// Where.
        path: VolumePath,
        /// What stands there on each side, and why it does not fit.
        conflict: TreeConflict<Oid>,
    },
}

impl Undecided {
    /// Where.
    pub fn path(&self) -> &VolumePath {
        match self {
            Self::Text { path, .. } | Self::Workflow { path, .. } | Self::File { path, .. } => path,
        }
    }
}

/// What became of a merge or a revert.
#[derive(Clone, Debug, PartialEq)]
pub enum MergeOutcome {
    /// There was nothing to do; the branch has all of it.
    Nothing,
    /// The branch had no changes of its own and went to this commit.
    FastForward(Oid),
    /// It was committed.
    Committed(Oid),
    /// Somebody has to decide; nothing was written.
    Undecided(MergePlan),
}

impl<R: Rows> Repository<R> {
    /// Merges a commit into a branch.
    ///
    /// The request's changes are what a person decided: they stand for what is undecided at their paths, and for what the merge would
    /// do there. Decisions were made about one version, so with any of them `expected_parent` should say which.
    pub async fn merge_into<S: Signer>(
        &self,
        branch: &RefName,
        theirs: Oid,
        request: &CommitRequest,
        signer: &S,
    ) -> Result<MergeOutcome, VolumeError> {
        for _ in 0..MOST_TRIES {
            let head = self.expected_head(branch, request).await?;
            let bases = self.merge_bases(head.oid, theirs).await?;
            if bases.contains(&theirs) {
                return Ok(MergeOutcome::Nothing);
            }
            if bases.contains(&head.oid) && request.changes.is_empty() {
                match self.move_branch(branch, Some(head.oid), theirs).await {
                    Ok(()) => return Ok(MergeOutcome::FastForward(theirs)),
                    Err(VolumeError::Conflict { .. }) => continue,
                    Err(error) => return Err(error),
                }
            }
            let plan = self.plan(bases.first().copied(), head.oid, theirs).await?;
            let parents = vec![head.oid, theirs];
            if let Some(outcome) = self.carry_out(branch, &head, plan, parents, request, signer).await? {
                return Ok(outcome);
            }
        }
        Err(VolumeError::Busy(branch.clone()))
    }

    /// Takes back what a commit changed (compared with its first parent), as a new commit.
    pub async fn revert<S: Signer>(
        &self,
        branch: &RefName,
        commit: Oid,
        request: &CommitRequest,
        signer: &S,
    ) -> Result<MergeOutcome, VolumeError> {
        let parent = self.store.commit(commit).await?.parents.first().copied();
        let (undone, before) = (self.tree_of(Some(commit)).await?, self.tree_of(parent).await?);
        for _ in 0..MOST_TRIES {
            let head = self.expected_head(branch, request).await?;
            let ours = self.tree_of(Some(head.oid)).await?;
            let (changes, undecided) = self.merge_three(undone, ours, before).await?;
            let theirs = parent.unwrap_or(commit);
            let plan = MergePlan { base: Some(commit), ours: head.oid, theirs, changes, undecided };
            let parents = vec![head.oid];
            if let Some(outcome) = self.carry_out(branch, &head, plan, parents, request, signer).await? {
                return Ok(outcome);
            }
        }
        Err(VolumeError::Busy(branch.clone()))
    }

    /// What a merge of two commits would do, without doing it.
    pub async fn merge_plan(&self, ours: Oid, theirs: Oid) -> Result<MergePlan, VolumeError> {
        let base = self.merge_bases(ours, theirs).await?.first().copied();
        self.plan(base, ours, theirs).await
    }

    async fn plan(&self, base: Option<Oid>, ours: Oid, theirs: Oid) -> Result<MergePlan, VolumeError> {
        let (before, here, there) =
            (self.tree_of(base).await?, self.tree_of(Some(ours)).await?, self.tree_of(Some(theirs)).await?);
        let (changes, undecided) = self.merge_three(before, here, there).await?;
        Ok(MergePlan { base, ours, theirs, changes, undecided })
    }

    async fn expected_head(&self, branch: &RefName, request: &CommitRequest) -> Result<Head, VolumeError> {
        let head = self.read_head(&branch.branch_key()).await?;
        let head = head.ok_or_else(|| VolumeError::NoSuchBranch(branch.clone()))?;
        match request.expected_parent {
            Some(expected) if expected != head.oid => {
                Err(VolumeError::Conflict { paths: Vec::new(), head: Some(head.oid) })
            }
            _ => Ok(head),
        }
    }

    /// Commits a plan if nothing in it is undecided; `None` if the branch moved meanwhile.
    async fn carry_out<S: Signer>(
        &self,
        branch: &RefName,
        head: &Head,
        mut plan: MergePlan,
        parents: Vec<Oid>,
        request: &CommitRequest,
        signer: &S,
    ) -> Result<Option<MergeOutcome>, VolumeError> {
        let decided = |path: &VolumePath| request.changes.iter().any(|change| change.path == *path);
        plan.undecided.retain(|undecided| !decided(undecided.path()));
        if !plan.undecided.is_empty() {
            return Ok(Some(MergeOutcome::Undecided(plan)));
        }
        let mut changes = plan.changes;
        changes.retain(|change| !decided(&change.path));
        changes.extend(request.changes.iter().cloned());
        let tree = self.tree_of(Some(head.oid)).await?;
        let patched = self.patch(&changes).await?.apply(&self.store, Some(tree)).await?;
        if patched.root == tree && parents.len() == 1 {
            return Ok(Some(MergeOutcome::Nothing));
        }
        let content = (blob_rows(&changes), patched, parents);
        let words = Words::of(request);
        match self.write_commit(branch, Some(head), content, &words, request.durability, signer).await {
            Ok(oid) => Ok(Some(MergeOutcome::Committed(oid))),
            Err(VolumeError::Rows(RowsError::Moved { .. })) => {
                self.recent.borrow_mut().forget();
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// What to change in `ours` so that it also has what changed from `base` to `theirs`.
    async fn merge_three(
        &self,
        base: Oid,
        ours: Oid,
        theirs: Oid,
    ) -> Result<(Vec<Change>, Vec<Undecided>), VolumeError> {
        let (mut before, mut here, mut there) = (merge::Tree::new(), merge::Tree::new(), merge::Tree::new());
        // What is the same on all sides may be left out; a path that one side changed is there on all of them.
        for changed in self.diff_trees(base, ours).await? {
            insert(&mut before, &changed.path, changed.before);
            insert(&mut there, &changed.path, changed.before);
            insert(&mut here, &changed.path, changed.after);
        }
        for changed in self.diff_trees(base, theirs).await? {
            insert(&mut there, &changed.path, changed.after);
            if !before.contains_key(&changed.path) && !here.contains_key(&changed.path) {
                insert(&mut before, &changed.path, changed.before);
                insert(&mut here, &changed.path, changed.before);
            }
        }
        let merged = merge_trees(&before, &here, &there);
        let mut changes = Vec::new();
        for (path, entry) in merged.changes {
            let path = VolumePath::existing(&path)?;
            let kind = entry.map_or(ChangeKind::Remove, |entry| ChangeKind::Set(mode_here(entry.mode), entry.id));
            changes.push(Change { path, kind });
        }
        let mut undecided = Vec::new();
        for content in merged.contents {
            match self.merge_content(content).await? {
                Merged::Change(change) => changes.push(change),
                Merged::Undecided(place) => undecided.push(place),
            }
        }
        for conflict in merged.conflicts {
            undecided.push(Undecided::File { path: VolumePath::existing(&conflict.path)?, conflict });
        }
        undecided.sort_by(|a, b| a.path().cmp(b.path()));
        Ok((changes, undecided))
    }
}

fn insert(tree: &mut merge::Tree<Oid>, path: &str, stands: Option<(Mode, Oid)>) {
    match stands.and_then(|(mode, id)| Some(merge::Entry { mode: mode_of_merge(mode)?, id })) {
        Some(entry) => drop(tree.insert(path.to_owned(), entry)),
        None => drop(tree.remove(path)),
    }
}

fn mode_of_merge(mode: Mode) -> Option<merge::Mode> {
    match mode {
        Mode::File => Some(merge::Mode::File),
        Mode::Executable => Some(merge::Mode::Executable),
        Mode::Link => Some(merge::Mode::Link),
        Mode::Submodule => Some(merge::Mode::Submodule),
        Mode::Folder => None,
    }
}

pub(super) fn mode_here(mode: merge::Mode) -> Mode {
    match mode {
        merge::Mode::File => Mode::File,
        merge::Mode::Executable => Mode::Executable,
        merge::Mode::Link => Mode::Link,
        merge::Mode::Submodule => Mode::Submodule,
    }
}
