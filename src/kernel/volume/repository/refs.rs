//! Branches and tags: names for commits, each a row.

use super::{Repository, head_row, parse_head};
use crate::kernel::volume::object::{ObjectKind, Tag};
use crate::kernel::volume::rows::{Durability, Rows, RowsError, RowsWrite};
use crate::kernel::volume::{Oid, RefName, VolumeError};

const BRANCHES: &str = "refs/heads/";
const TAGS: &str = "refs/tags/";
/// Annotated tags may lead to tags; more than this is a loop or a joke.
const LONGEST_TAG_CHAIN: usize = 16;

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagEntry {
    /// Its name.
    pub name: RefName,
    /// The object that it names: an object of its own if it is annotated.
    pub oid: Oid,
    /// What it leads to in the end, most often a commit.
    pub target: Oid,
}

impl<R: Rows> Repository<R> {
    /// Every branch with its newest commit, sorted by name.
    pub async fn branches(&self) -> Result<Vec<(RefName, Oid)>, VolumeError> {
        self.refs(BRANCHES).await
    }

    /// Makes a branch that begins at a commit.
    pub async fn create_branch(&self, name: &RefName, at: Oid) -> Result<(), VolumeError> {
        self.store.commit(at).await?;
        self.create_ref(BRANCHES, name, at).await
    }

    /// Deletes a branch that still is where the caller saw it; its commits stay in the rows.
    pub async fn delete_branch(&self, name: &RefName, expected: Oid) -> Result<(), VolumeError> {
        if *name == self.main {
            return Err(VolumeError::MainBranch(name.clone()));
        }
        let head = self.read_head(&name.branch_key()).await?;
        let head = head.ok_or_else(|| VolumeError::NoSuchBranch(name.clone()))?;
        if head.oid != expected {
            return Err(VolumeError::Conflict { paths: Vec::new(), head: Some(head.oid) });
        }
        self.change_ref(&name.branch_key(), Some(head.row), None).await
    }

    /// Moves a branch from where the caller saw it to another commit, such as one that was fetched.
    pub async fn move_branch(&self, name: &RefName, expected: Option<Oid>, to: Oid) -> Result<(), VolumeError> {
        self.store.commit(to).await?;
        let head = self.read_head(&name.branch_key()).await?;
        let now = head.as_ref().map(|head| head.oid);
        if now != expected {
            return Err(VolumeError::Conflict { paths: Vec::new(), head: now });
        }
        match head {
            Some(head) => self.change_ref(&name.branch_key(), Some(head.row), Some(to)).await,
            None => self.create_ref(BRANCHES, name, to).await,
        }
    }

    /// Every tag, sorted by name.
    pub async fn tags(&self) -> Result<Vec<TagEntry>, VolumeError> {
        let mut tags = Vec::new();
        for (name, oid) in self.refs(TAGS).await? {
            tags.push(TagEntry { name, oid, target: self.peel(oid).await? });
        }
        Ok(tags)
    }

    /// Makes a plain tag.
    pub async fn create_tag(&self, name: &RefName, at: Oid) -> Result<(), VolumeError> {
        self.store.commit(at).await?;
        self.create_ref(TAGS, name, at).await
    }

    /// Deletes a tag.
    pub async fn delete_tag(&self, name: &RefName) -> Result<(), VolumeError> {
        self.change_ref(&name.tag_key(), None, None).await
    }

    /// Every branch of remotes as last fetched, such as `origin/main`.
    pub async fn remote_branches(&self) -> Result<Vec<(RefName, Oid)>, VolumeError> {
        let mut branches = self.refs("refs/remotes/").await?;
        branches.retain(|(name, _)| !name.as_str().ends_with("/HEAD"));
        Ok(branches)
    }

    async fn peel(&self, oid: Oid) -> Result<Oid, VolumeError> {
        let mut target = oid;
        for _ in 0..LONGEST_TAG_CHAIN {
            let object = self.store.find(&[target]).await?.pop().flatten();
            let object = object.ok_or(VolumeError::Missing { what: "tag", oid: target })?;
            if object.kind != ObjectKind::Tag {
                return Ok(target);
            }
            let damaged = |why: &str| VolumeError::Damaged { oid: target, why: why.to_owned() };
            target = Tag::parse(&object.content).map_err(damaged)?.target;
        }
        Err(VolumeError::Damaged { oid, why: "the tag leads to tags without end".to_owned() })
    }

    async fn refs(&self, prefix: &str) -> Result<Vec<(RefName, Oid)>, VolumeError> {
        let mut refs = Vec::new();
        for (key, row) in self.store.rows.read_all(prefix).await? {
            if row.starts_with(b"ref: ") {
                continue;
            }
            // A name from elsewhere that we could not write is left to `check` to tell of.
            if let Ok(name) = key[prefix.len()..].parse() {
                refs.push((name, parse_head(&key, row)?.oid));
            }
        }
        Ok(refs)
    }

    /// Makes a ref where none is, nor any that it could not stand beside in a folder.
    async fn create_ref(&self, prefix: &str, name: &RefName, at: Oid) -> Result<(), VolumeError> {
        let key = format!("{prefix}{name}");
        let taken =
            |taken: &str| VolumeError::NameTaken { name: name.clone(), taken: taken[prefix.len()..].to_owned() };
        if let Some(below) = self.store.rows.list(&format!("{key}/")).await?.first() {
            return Err(taken(below));
        }
        let above = key.match_indices('/').map(|(at, _)| &key[..at]).filter(|above| above.len() >= prefix.len());
        let expect = above.chain([key.as_str()]).map(|key| (key.to_owned(), None)).collect();
        let put = vec![(key.clone(), head_row(at))];
        let write = RowsWrite { expect, put, remove: Vec::new(), durability: Durability::Strict };
        self.heads.borrow_mut().remove(&key);
        match self.store.rows.write(write).await {
            Err(RowsError::Moved { key }) => Err(taken(&key)),
            done => Ok(done?),
        }
    }

    async fn change_ref(&self, key: &str, from: Option<Vec<u8>>, to: Option<Oid>) -> Result<(), VolumeError> {
        self.heads.borrow_mut().remove(key);
        let expect = from.map(|row| (key.to_owned(), Some(row))).into_iter().collect();
        let put = to.map(|oid| (key.to_owned(), head_row(oid))).into_iter().collect();
        let remove = if to.is_none() { vec![key.to_owned()] } else { Vec::new() };
        match self.store.rows.write(RowsWrite { expect, put, remove, durability: Durability::Strict }).await {
            Err(RowsError::Moved { .. }) => {
                let head = self.read_head(key).await?.map(|head| head.oid);
                Err(VolumeError::Conflict { paths: Vec::new(), head })
            }
            done => Ok(done?),
        }
    }
}
