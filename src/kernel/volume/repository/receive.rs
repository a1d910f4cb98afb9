//! Taking in what a remote or a bundle sent: verified whole before anything is written, then kept as one transaction.
//!
//! Every object of the pack is hashed, and everything that the new tips need must be there, in the pack or in the volume. Only then
//! are pack and refs written, so that a transfer that breaks leaves the volume as it was.

use std::collections::BTreeMap;

use super::reach::Brought;
use super::{Repository, head_row, parse_head};
use crate::kernel::volume::pack::{IncomingPack, VerifiedPack};
use crate::kernel::volume::rows::{Durability, Rows, RowsError, RowsWrite};
use crate::kernel::volume::{Oid, RefName, VolumeError};

/// How a ref is to move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefUpdate {
    /// Its whole name, such as `refs/remotes/origin/main`.
    pub name: String,
    /// Where the caller saw it.
    pub from: Option<Oid>,
    /// Where it goes; `None`: it goes away.
    pub to: Option<Oid>,
}

impl<R: Rows> Repository<R> {
    /// Verifies a pack, keeps it and moves refs, all in one; answers how many objects came.
    pub async fn receive(&self, pack: Option<Vec<u8>>, updates: &[RefUpdate]) -> Result<usize, VolumeError> {
        let mut expect = Vec::new();
        let (mut put, mut remove) = (Vec::new(), Vec::new());
        let mut tips = Vec::new();
        for update in updates {
            must_be_a_ref(&update.name)?;
            let row = self.store.rows.read(std::slice::from_ref(&update.name)).await?.pop().flatten();
            let now = row.clone().map(|row| parse_head(&update.name, row)).transpose()?.map(|head| head.oid);
            if now != update.from {
                return Err(VolumeError::Conflict { paths: Vec::new(), head: now });
            }
            expect.push((update.name.clone(), row));
            match update.to {
                Some(oid) => {
                    tips.push(oid);
                    put.push((update.name.clone(), head_row(oid)));
                }
                None => remove.push(update.name.clone()),
            }
        }
        let pack = match pack {
            Some(bytes) => Some(self.verify_pack(bytes).await?).filter(|pack| !pack.oids.is_empty()),
            None => None,
        };
        let objects = pack.as_ref().map_or(0, |pack| pack.oids.len());
        let mut above = BTreeMap::from_iter(pack.map(VerifiedPack::rows).into_iter().flatten());
        let with_pack = Repository::over(Above { below: &self.store.rows, above: &above }, self.main.clone());
        with_pack.must_be_whole(&tips).await?;
        put.extend(std::mem::take(&mut above));
        for update in updates {
            self.heads.borrow_mut().remove(&update.name);
        }
        self.store.rows.write(RowsWrite { expect, put, remove, durability: Durability::Strict }).await?;
        Ok(objects)
    }

    /// A pack from elsewhere of which every object was hashed; what a thin one lacks is taken from this volume.
    pub async fn verify_pack(&self, bytes: Vec<u8>) -> Result<VerifiedPack, VolumeError> {
        let mut pack = IncomingPack::read(bytes)?;
        loop {
            let missing = pack.resolve()?;
            if missing.is_empty() {
                return pack.finish();
            }
            let mut found = false;
            for object in self.store.find(&missing).await?.into_iter().flatten() {
                pack.add_base(&object);
                found = true;
            }
            if !found {
                let missing = missing[0];
                return Err(VolumeError::Pack(format!("it builds on the object {missing}, which is not here")));
            }
        }
    }

    /// Everything that these tips need, beyond what the refs have already, must be there.
    async fn must_be_whole(&self, tips: &[Oid]) -> Result<(), VolumeError> {
        let (tips, _) = self.tips_of(tips).await?;
        let mut had: Vec<Oid> = self.branches().await?.into_iter().map(|(_, oid)| oid).collect();
        had.extend(self.remote_branches().await?.into_iter().map(|(_, oid)| oid));
        had.sort_unstable();
        had.dedup();
        // A branch that lost its commit must not keep a remote from bringing it back.
        let had = self.known_commits(&had).await?;
        let commits = self.commits_between(&tips, &had).await?;
        let mut brought = Brought::default();
        for commits in commits.chunks(1_000) {
            self.bring(commits, &mut brought).await?;
            brought.trees.clear();
            let blobs = std::mem::take(&mut brought.blobs);
            let there = self.store.holds(&blobs).await?;
            if let Some((oid, _)) = blobs.iter().zip(there).find(|(_, there)| !there) {
                return Err(VolumeError::Pack(format!("the file content {oid} is missing from it")));
            }
        }
        Ok(())
    }
}

fn must_be_a_ref(name: &str) -> Result<(), VolumeError> {
    let rest = ["refs/heads/", "refs/tags/", "refs/remotes/"].iter().find_map(|prefix| name.strip_prefix(prefix));
    rest.unwrap_or("refs/").parse::<RefName>()?;
    Ok(())
}

/// Rows as they would be with some more.
struct Above<'a, R> {
    below: &'a R,
    above: &'a BTreeMap<String, Vec<u8>>,
}

impl<R: Rows> Rows for Above<'_, R> {
    async fn read(&self, keys: &[String]) -> Result<Vec<Option<Vec<u8>>>, RowsError> {
        let below = self.below.read(keys).await?;
        Ok(keys.iter().zip(below).map(|(key, below)| self.above.get(key).cloned().or(below)).collect())
    }

    async fn list(&self, prefix: &str) -> Result<Vec<String>, RowsError> {
        let mut keys = self.below.list(prefix).await?;
        keys.extend(self.above.keys().filter(|key| key.starts_with(prefix)).cloned());
        keys.sort_unstable();
        keys.dedup();
        Ok(keys)
    }

    async fn read_all(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, RowsError> {
        let mut rows = BTreeMap::from_iter(self.below.read_all(prefix).await?);
        let above = self.above.iter().filter(|(key, _)| key.starts_with(prefix));
        rows.extend(above.map(|(key, value)| (key.clone(), value.clone())));
        Ok(rows.into_iter().collect())
    }

    async fn write(&self, _write: RowsWrite) -> Result<(), RowsError> {
        Err(RowsError::Closed { reason: "it is only for looking".to_owned() })
    }
}
