//! What stands at paths: many at once, folder by folder, so that each level of depth is one read.

use super::Repository;
use crate::kernel::volume::object::Mode;
use crate::kernel::volume::rows::Rows;
use crate::kernel::volume::{Oid, VolumeError, VolumePath};

impl<R: Rows> Repository<R> {
    /// What stands at each path below the tree beside it, if anything does.
    pub(super) async fn find_all(
        &self,
        places: &[(Oid, &VolumePath)],
    ) -> Result<Vec<Option<(Mode, Oid)>>, VolumeError> {
        let mut found: Vec<Option<(Mode, Oid)>> = places.iter().map(|(tree, _)| Some((Mode::Folder, *tree))).collect();
        let mut parts: Vec<_> = places.iter().map(|(_, path)| path.parts()).collect();
        let mut walking: Vec<usize> = (0..places.len()).collect();
        while !walking.is_empty() {
            let mut steps = Vec::with_capacity(walking.len());
            for index in walking {
                match (parts[index].next(), found[index]) {
                    (Some(part), Some((Mode::Folder, tree))) => steps.push((index, part, tree)),
                    (Some(_), _) => found[index] = None,
                    (None, _) => {}
                }
            }
            let oids: Vec<Oid> = steps.iter().map(|(_, _, tree)| *tree).collect();
            let trees = self.store.trees(&oids).await?;
            for ((index, part, _), tree) in steps.iter().zip(trees) {
                found[*index] = tree.entry(part.as_bytes()).map(|entry| (entry.mode, entry.oid));
            }
            walking = steps.into_iter().map(|(index, ..)| index).collect();
        }
        Ok(found)
    }

    /// What stands at a path below a tree, if anything does.
    pub(super) async fn find(&self, tree: Oid, path: &VolumePath) -> Result<Option<(Mode, Oid)>, VolumeError> {
        Ok(self.find_all(&[(tree, path)]).await?.pop().flatten())
    }
}
