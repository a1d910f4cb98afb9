//! Objects by name, wherever they lie: each verified when it is read, folders and commits kept for a while.
//!
//! Never writes, and never hands out an object whose name it has not proven.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::lru::Recent;
use super::object::{Commit, Object, ObjectKind, Tree, decode_loose};
use super::pack::{HeldPack, PACKS};
use super::rows::Rows;
use super::{Oid, VolumeError};

/// How many rows one read asks for, so that a reader of everything holds a part of it at a time.
const ROWS_A_READ: usize = 2_000;
/// How many bytes of packs are held at hand; a larger pack is held alone.
const MOST_PACK_BYTES: usize = 128 << 20;
/// How many bytes of rows are held at most for a reader of all.
const MOST_HELD_BYTES: usize = 256 << 20;

/// The objects of one repository.
#[derive(Debug)]
pub(crate) struct Store<R> {
    pub(crate) rows: R,
    trees: RefCell<Recent<Oid, Tree>>,
    commits: RefCell<Recent<Oid, Commit>>,
    packs: RefCell<Rc<[Rc<HeldPack>]>>,
    pack_bytes: RefCell<HashMap<String, Rc<Vec<u8>>>>,
    /// Every row of an object, while somebody reads them all.
    held: RefCell<Option<HashMap<Oid, Vec<u8>>>>,
}

impl Found {
    fn is_sound(&self) -> bool {
        matches!(self, Self::Object(_))
    }
}

/// Holds all rows of objects at hand until it is dropped.
pub(crate) struct HeldRows<'a> {
    held: &'a RefCell<Option<HashMap<Oid, Vec<u8>>>>,
}

impl Drop for HeldRows<'_> {
    fn drop(&mut self) {
        self.held.take();
    }
}

/// What was found for a name.
#[derive(Debug)]
pub(crate) enum Found {
    /// The object.
    Object(Object),
    /// Nothing.
    Nothing,
    /// Something that is not what its name stands for.
    Damage(&'static str),
}

impl<R: Rows> Store<R> {
    pub(crate) fn new(rows: R) -> Self {
        const MEGABYTE: usize = 1024 * 1024;
        Self {
            rows,
            trees: RefCell::new(Recent::new(2_048, 16 * MEGABYTE)),
            commits: RefCell::new(Recent::new(8_192, 8 * MEGABYTE)),
            packs: RefCell::new(Rc::new([])),
            pack_bytes: RefCell::default(),
            held: RefCell::default(),
        }
    }

    /// Objects that may be missing.
    pub(crate) async fn find(&self, oids: &[Oid]) -> Result<Vec<Option<Object>>, VolumeError> {
        let found = self.find_each(oids).await?;
        let whole = |(oid, found): (&Oid, Found)| match found {
            Found::Object(object) => Ok(Some(object)),
            Found::Nothing => Ok(None),
            Found::Damage(why) => Err(VolumeError::Damaged { oid: *oid, why: why.to_owned() }),
        };
        oids.iter().zip(found).map(whole).collect()
    }

    /// What is found for each name: damage to one object says nothing of the others, and a sound copy is as good as any.
    pub(crate) async fn find_each(&self, oids: &[Oid]) -> Result<Vec<Found>, VolumeError> {
        let mut all = Vec::with_capacity(oids.len());
        for oids in oids.chunks(ROWS_A_READ) {
            let mut found: Vec<Found> = oids.iter().map(|_| Found::Nothing).collect();
            let searched = self.find_in_packs(oids, &mut found).await?;
            self.find_in_rows(oids, &mut found).await?;
            if !found.iter().all(Found::is_sound) {
                self.look_for_packs().await?;
                // Another reader may have found them while this one read rows.
                if !Rc::ptr_eq(&searched, &self.packs.borrow()) {
                    self.find_in_packs(oids, &mut found).await?;
                }
            }
            all.extend(found);
        }
        Ok(all)
    }

    async fn find_in_rows(&self, oids: &[Oid], found: &mut [Found]) -> Result<(), VolumeError> {
        if let Some(rows) = self.held.borrow().as_ref() {
            for (oid, found) in oids.iter().zip(found.iter_mut()).filter(|(_, found)| !found.is_sound()) {
                if let Some(row) = rows.get(oid) {
                    *found = decode_loose(*oid, row).map_or_else(Found::Damage, Found::Object);
                }
            }
        }
        // What was written since is not among the rows that are held.
        let wanted: Vec<usize> = (0..oids.len()).filter(|at| !found[*at].is_sound()).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let keys: Vec<String> = wanted.iter().map(|at| oids[*at].key()).collect();
        for (at, row) in wanted.into_iter().zip(self.rows.read(&keys).await?) {
            if let Some(row) = row {
                found[at] = decode_loose(oids[at], &row).map_or_else(Found::Damage, Found::Object);
            }
        }
        Ok(())
    }

    /// Looks into the packs at hand, and says which those were.
    async fn find_in_packs(&self, oids: &[Oid], found: &mut [Found]) -> Result<Rc<[Rc<HeldPack>]>, VolumeError> {
        let packs = Rc::clone(&self.packs.borrow());
        for pack in packs.iter() {
            for (oid, found) in oids.iter().zip(found.iter_mut()) {
                if !found.is_sound() && pack.holds(oid) {
                    let bytes = self.pack_bytes(pack).await?;
                    *found = pack.read(&bytes, *oid).map_or_else(Found::Damage, Found::Object);
                }
            }
        }
        Ok(packs)
    }

    /// Takes every object that is a row of its own to hand, for a reader of most of them; not if there are too many for the memory.
    pub(crate) async fn hold_rows(&self) -> Result<HeldRows<'_>, VolumeError> {
        let guard = HeldRows { held: &self.held };
        let sample = self.rows.read_all("objects/00/").await?;
        let bytes: usize = sample.iter().map(|(key, row)| key.len() + row.len()).sum();
        if bytes.saturating_mul(256) > MOST_HELD_BYTES {
            return Ok(guard);
        }
        let mut held = HashMap::new();
        for digit in "0123456789abcdef".chars() {
            for (key, row) in self.rows.read_all(&format!("objects/{digit}")).await? {
                if let Some(oid) = Oid::of_key(&key) {
                    held.insert(oid, row);
                }
            }
        }
        *self.held.borrow_mut() = Some(held);
        Ok(guard)
    }

    /// Whether each object is there, be it damaged or not.
    pub(crate) async fn holds(&self, oids: &[Oid]) -> Result<Vec<bool>, VolumeError> {
        self.look_for_packs().await?;
        let packs = Rc::clone(&self.packs.borrow());
        let mut held = Vec::with_capacity(oids.len());
        for oids in oids.chunks(ROWS_A_READ) {
            let mut is_there: Vec<bool> = oids.iter().map(|oid| packs.iter().any(|pack| pack.holds(oid))).collect();
            let missing: Vec<usize> = (0..oids.len()).filter(|at| !is_there[*at]).collect();
            let keys: Vec<String> = missing.iter().map(|at| oids[*at].key()).collect();
            for (at, row) in missing.into_iter().zip(self.rows.read(&keys).await?) {
                is_there[at] = row.is_some();
            }
            held.extend(is_there);
        }
        Ok(held)
    }

    /// Takes packs to hand that came since the last look.
    async fn look_for_packs(&self) -> Result<(), VolumeError> {
        let keys = self.rows.list(PACKS).await?;
        let known = Rc::clone(&self.packs.borrow());
        let is_new = |key: &String| key.ends_with(".idx") && !known.iter().any(|pack| pack.key == pack_key(key));
        let indexes: Vec<String> = keys.into_iter().filter(is_new).collect();
        if indexes.is_empty() {
            return Ok(());
        }
        let mut came = Vec::with_capacity(indexes.len());
        for (key, idx) in indexes.iter().zip(self.rows.read(&indexes).await?) {
            let damaged = |why: &str| VolumeError::DamagedRow { key: key.clone(), why: why.to_owned() };
            came.push(Rc::new(HeldPack::new(pack_key(key), idx.unwrap_or_default()).map_err(damaged)?));
        }
        let mut packs = self.packs.borrow().to_vec();
        came.retain(|new| !packs.iter().any(|pack| pack.key == new.key));
        packs.extend(came);
        *self.packs.borrow_mut() = packs.into();
        Ok(())
    }

    async fn pack_bytes(&self, pack: &HeldPack) -> Result<Rc<Vec<u8>>, VolumeError> {
        if let Some(bytes) = self.pack_bytes.borrow().get(&pack.key) {
            return Ok(Rc::clone(bytes));
        }
        let bytes = self.rows.read(std::slice::from_ref(&pack.key)).await?.pop().flatten();
        let missing = || VolumeError::DamagedRow { key: pack.key.clone(), why: "it is missing".to_owned() };
        let bytes = Rc::new(bytes.ok_or_else(missing)?);
        let mut held = self.pack_bytes.borrow_mut();
        if held.values().map(|bytes| bytes.len()).sum::<usize>() + bytes.len() > MOST_PACK_BYTES {
            held.clear();
        }
        held.insert(pack.key.clone(), Rc::clone(&bytes));
        Ok(bytes)
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
        at_hand: &RefCell<Recent<Oid, T>>,
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

/// Where the pack of an index lies.
fn pack_key(index_key: &str) -> String {
    index_key.replace(".idx", ".pack")
}
