//! What a history holds: every object behind some commits, without what others have already.
//!
//! A commit brings what differs from its parents. So a walk over commits, comparing folders with those of the parents, finds what is
//! new at the cost of what is new, however large the volume is.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::rc::Rc;

use super::Repository;
use crate::kernel::volume::object::{Mode, Object, ObjectKind, Tag, Tree};
use crate::kernel::volume::pack::{Bundle, Compression, OutgoingPack};
use crate::kernel::volume::rows::Rows;
use crate::kernel::volume::store::Found;
use crate::kernel::volume::{Oid, VolumeError};

/// How many commits are compared with their parents at a time.
const COMMITS_A_STEP: usize = 1_000;
/// How many objects are held at a time while they are packed.
const OBJECTS_A_STEP: usize = 1_000;

/// The objects that commits bring beside themselves.
#[derive(Default)]
pub(super) struct Brought {
    pub trees: Vec<(Oid, Rc<Tree>)>,
    pub blobs: Vec<Oid>,
    seen: HashSet<Oid>,
}

impl<R: Rows> Repository<R> {
    /// A pack of all that `wants` (commits or tags) have behind them and `haves` have not. Names among `haves` that this volume does
    /// not know are left out.
    pub async fn pack(
        &self,
        wants: &[Oid],
        haves: &[Oid],
        compression: Compression,
    ) -> Result<OutgoingPack, VolumeError> {
        let (tips, tags) = self.tips_of(wants).await?;
        let haves = self.known_commits(haves).await?;
        let commits = self.commits_between(&tips, &haves).await?;
        let _held = if commits.len() > COMMITS_A_STEP / 10 { Some(self.store.hold_rows().await?) } else { None };
        let mut pack = OutgoingPack::new(compression);
        for oids in commits.chunks(OBJECTS_A_STEP) {
            self.add_objects(&mut pack, oids).await?;
        }
        self.add_objects(&mut pack, &tags).await?;
        let mut brought = Brought::default();
        for commits in commits.chunks(COMMITS_A_STEP) {
            self.bring(commits, &mut brought).await?;
            for (_, tree) in std::mem::take(&mut brought.trees) {
                pack.add(&Object { kind: ObjectKind::Tree, content: tree.raw().to_vec() });
            }
            for oids in std::mem::take(&mut brought.blobs).chunks(OBJECTS_A_STEP) {
                self.add_objects(&mut pack, oids).await?;
            }
        }
        Ok(pack)
    }

    /// The whole volume, all branches and tags, as a bundle that native git clones.
    pub async fn bundle(&self) -> Result<Bundle, VolumeError> {
        let mut refs = Vec::new();
        if let Some(head) = self.head(&self.main).await? {
            refs.push(("HEAD".to_owned(), head));
        }
        refs.extend(self.branches().await?.into_iter().map(|(name, oid)| (name.branch_key(), oid)));
        refs.extend(self.tags().await?.into_iter().map(|tag| (tag.name.tag_key(), tag.oid)));
        let wants: Vec<Oid> = refs.iter().map(|(_, oid)| *oid).collect();
        let pack = self.pack(&wants, &[], Compression::Fast).await?.finish();
        Ok(Bundle { needs: Vec::new(), refs, pack })
    }

    /// The folders and files that these commits bring, compared with their parents; what was brought before is left out.
    pub(super) async fn bring(&self, commits: &[Oid], brought: &mut Brought) -> Result<(), VolumeError> {
        let mut level: Vec<(Oid, Vec<Oid>)> = Vec::with_capacity(commits.len());
        for commit in self.store.commits(commits).await? {
            let parents = self.store.commits(&commit.parents).await?;
            level.push((commit.tree, parents.iter().map(|parent| parent.tree).collect()));
        }
        while !level.is_empty() {
            level.retain(|(tree, parents)| !parents.contains(tree) && brought.seen.insert(*tree));
            let oids: Vec<Oid> =
                level.iter().flat_map(|(tree, parents)| [*tree].into_iter().chain(parents.iter().copied())).collect();
            let mut trees = self.store.trees(&oids).await?.into_iter();
            let mut next = Vec::new();
            for (oid, parents) in &level {
                let tree = trees.next().expect("one was asked for");
                let parents: Vec<Rc<Tree>> = trees.by_ref().take(parents.len()).collect();
                compare(&tree, &parents, brought, &mut next);
                brought.trees.push((*oid, tree));
            }
            level = next;
        }
        Ok(())
    }

    async fn add_objects(&self, pack: &mut OutgoingPack, oids: &[Oid]) -> Result<(), VolumeError> {
        for (oid, object) in oids.iter().zip(self.store.find(oids).await?) {
            pack.add(&object.ok_or(VolumeError::Missing { what: "object", oid: *oid })?);
        }
        Ok(())
    }

    /// The commits that names lead to, and the tags on the way.
    pub(super) async fn tips_of(&self, wants: &[Oid]) -> Result<(Vec<Oid>, Vec<Oid>), VolumeError> {
        let (mut tips, mut tags) = (Vec::new(), Vec::new());
        let mut waiting = wants.to_vec();
        let mut seen = HashSet::new();
        waiting.retain(|oid| seen.insert(*oid));
        while !waiting.is_empty() {
            let objects = self.store.find(&waiting).await?;
            let mut next = Vec::new();
            for (oid, object) in waiting.iter().zip(objects) {
                let object = object.ok_or(VolumeError::Missing { what: "commit", oid: *oid })?;
                match object.kind {
                    ObjectKind::Commit => tips.push(*oid),
                    ObjectKind::Tag => {
                        let damaged = |why: &str| VolumeError::Damaged { oid: *oid, why: why.to_owned() };
                        let target = Tag::parse(&object.content).map_err(damaged)?.target;
                        tags.push(*oid);
                        if seen.insert(target) {
                            next.push(target);
                        }
                    }
                    found => return Err(VolumeError::WrongKind { oid: *oid, found, wanted: ObjectKind::Commit }),
                }
            }
            waiting = next;
        }
        Ok((tips, tags))
    }

    /// Those of these names that are sound commits of this volume.
    pub(super) async fn known_commits(&self, oids: &[Oid]) -> Result<Vec<Oid>, VolumeError> {
        let found = self.store.find_each(oids).await?;
        let is_commit = |found: &Found| matches!(found, Found::Object(object) if object.kind == ObjectKind::Commit);
        Ok(oids.iter().zip(&found).filter(|(_, found)| is_commit(found)).map(|(oid, _)| *oid).collect())
    }
}

/// Finds what a folder has and its forerunners have not.
fn compare(tree: &Tree, parents: &[Rc<Tree>], brought: &mut Brought, next: &mut Vec<(Oid, Vec<Oid>)>) {
    let mut before: Vec<_> = parents.iter().map(|parent| parent.entries().peekable()).collect();
    for entry in tree.entries() {
        // All folders are in the same order, so their entries meet in one pass.
        let mut folders = Vec::new();
        let mut is_old = false;
        for entries in &mut before {
            while entries.next_if(|other| other.order(&entry) == Ordering::Less).is_some() {}
            if let Some(other) = entries.peek().filter(|other| other.order(&entry) == Ordering::Equal) {
                is_old |= other.oid == entry.oid;
                if other.mode == Mode::Folder {
                    folders.push(other.oid);
                }
            }
        }
        match entry.mode {
            _ if is_old => {}
            Mode::Folder => next.push((entry.oid, folders)),
            Mode::Submodule => {}
            _ => {
                if brought.seen.insert(entry.oid) {
                    brought.blobs.push(entry.oid);
                }
            }
        }
    }
}
