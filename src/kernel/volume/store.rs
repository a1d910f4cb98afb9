//! Objects by name, wherever they lie: each verified when it is read, folders and commits kept for a while.
//!
//! Never writes, and never hands out an object whose name it has not proven.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::lru::Recent;
use super::object::{Commit, Object, ObjectKind, Tree, decode_loose};
use super::rows::Rows;
use super::{Oid, VolumeError};

/// How many rows one read asks for, so that a reader of everything holds a part of it at a time.
const ROWS_A_READ: usize = 2_000;

/// The objects of one repository.
#[derive(Debug)]
pub(crate) struct Store<R> {
    pub(crate) rows: R,
    trees: RefCell<Recent<Tree>>,
    commits: RefCell<Recent<Commit>>,
}

impl<R: Rows> Store<R> {
    pub(crate) fn new(rows: R) -> Self {
        const MEGABYTE: usize = 1024 * 1024;
        Self {
            rows,
            trees: RefCell::new(Recent::new(2_048, 16 * MEGABYTE)),
            commits: RefCell::new(Recent::new(8_192, 8 * MEGABYTE)),
        }
    }

    /// Objects that may be missing.
    pub(crate) async fn find(&self, oids: &[Oid]) -> Result<Vec<Option<Object>>, VolumeError> {
        let mut objects = Vec::with_capacity(oids.len());
        for oids in oids.chunks(ROWS_A_READ) {
            let keys: Vec<String> = oids.iter().map(Oid::key).collect();
            for (oid, row) in oids.iter().zip(self.rows.read(&keys).await?) {
                let object = row.map(|row| decode_loose(*oid, &row)).transpose();
                objects.push(object.map_err(|why| VolumeError::Damaged { oid: *oid, why: why.to_owned() })?);
            }
        }
        Ok(objects)
    }

    /// Objects of one kind that must be there.
    pub(crate) async fn read(&self, kind: ObjectKind, oids: &[Oid]) -> Result<Vec<Vec<u8>>, VolumeError> {
        let objects = self.find(oids).await?;
        let contents = oids.iter().zip(objects).map(|(oid, object)| match object {
            Some(object) if object.kind == kind => Ok(object.content),
            Some(object) => Err(VolumeError::WrongKind { oid: *oid, found: object.kind, wanted: kind }),
            None if *oid == Oid::EMPTY_TREE && kind == ObjectKind::Tree => Ok(Vec::new()),
            None => Err(VolumeError::Missing { what: kind.name(), oid: *oid }),
        });
        contents.collect()
    }

    /// The content of one blob.
    pub(crate) async fn blob(&self, oid: Oid) -> Result<Vec<u8>, VolumeError> {
        Ok(self.read(ObjectKind::Blob, &[oid]).await?.pop().unwrap_or_default())
    }

    /// Folders by name, in one read of those that are not at hand.
    pub(crate) async fn trees(&self, oids: &[Oid]) -> Result<Vec<Rc<Tree>>, VolumeError> {
        self.parsed(oids, ObjectKind::Tree, &self.trees, Tree::parse).await
    }

    /// One folder.
    pub(crate) async fn tree(&self, oid: Oid) -> Result<Rc<Tree>, VolumeError> {
        let mut trees = self.trees(&[oid]).await?;
        Ok(trees.pop().expect("one was asked for"))
    }

    /// Commits by name, in one read of those that are not at hand.
    pub(crate) async fn commits(&self, oids: &[Oid]) -> Result<Vec<Rc<Commit>>, VolumeError> {
        self.parsed(oids, ObjectKind::Commit, &self.commits, |content| Commit::parse(&content)).await
    }

    /// One commit.
    pub(crate) async fn commit(&self, oid: Oid) -> Result<Rc<Commit>, VolumeError> {
        let mut commits = self.commits(&[oid]).await?;
        Ok(commits.pop().expect("one was asked for"))
    }

    /// Keeps a folder at hand that was written just now.
    pub(crate) fn remember_tree(&self, oid: Oid, tree: Tree) {
        let bytes = tree.raw().len();
        self.trees.borrow_mut().put(oid, Rc::new(tree), bytes);
    }

    /// Keeps a commit at hand that was written just now, or proven elsewhere.
    pub(crate) fn remember_commit(&self, oid: Oid, commit: Commit, bytes: usize) {
        self.commits.borrow_mut().put(oid, Rc::new(commit), bytes);
    }

    async fn parsed<T>(
        &self,
        oids: &[Oid],
        kind: ObjectKind,
        at_hand: &RefCell<Recent<T>>,
        parse: impl Fn(Vec<u8>) -> Result<T, &'static str>,
    ) -> Result<Vec<Rc<T>>, VolumeError> {
        let mut found: HashMap<Oid, Rc<T>> = HashMap::new();
        let mut wanted = Vec::new();
        for oid in oids {
            if found.contains_key(oid) {
                continue;
            }
            match at_hand.borrow_mut().get(oid) {
                Some(value) => drop(found.insert(*oid, value)),
                None => wanted.push(*oid),
            }
        }
        if !wanted.is_empty() {
            wanted.sort_unstable();
            wanted.dedup();
            for (oid, content) in wanted.iter().zip(self.read(kind, &wanted).await?) {
                let bytes = content.len();
                let value = parse(content).map_err(|why| VolumeError::Damaged { oid: *oid, why: why.to_owned() })?;
                let value = Rc::new(value);
                at_hand.borrow_mut().put(*oid, Rc::clone(&value), bytes);
                found.insert(*oid, value);
            }
        }
        Ok(oids.iter().map(|oid| Rc::clone(&found[oid])).collect())
    }
}
