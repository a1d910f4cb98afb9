//! Skills of all volumes by what they are about. Each volume has its index, brought up to its newest commit when somebody searches, so
//! that a search after a change reads the skills that changed and no others.

use std::cell::{Ref, RefCell};
use std::rc::Rc;

use super::{ManagerError, Now, Storage, VolumeManager};
use crate::kernel::access::Volume;
use crate::kernel::search::{Query, RankedSkill, Ranking, SkillIndex, rank};
use crate::kernel::skill::Skill;

impl<S: Storage> VolumeManager<S> {
    /// The skills that fit a message best, with the reasons: the source design's filter. Skills that want to be asked
    /// for by name are not among them.
    pub async fn search(&self, message: &str, limit: usize, now: Now) -> Result<Vec<RankedSkill>, ManagerError> {
        let volumes = self.readable();
        Ok(self.ranked(&volumes, &Query::of_message(message), |skill| !skill.hidden, 0, limit, now).await?.skills)
    }

    /// The same for any query, volumes (nearest first) and choice among skills.
    pub async fn ranked(
        &self,
        volumes: &[Volume],
        query: &Query,
        keeps: impl Fn(&Skill) -> bool,
        offset: usize,
        limit: usize,
        now: Now,
    ) -> Result<Ranking, ManagerError> {
        let mut indexes = Vec::with_capacity(volumes.len());
        for volume in volumes {
            indexes.push(self.index(volume, now).await?);
        }
        let borrowed: Vec<Ref<'_, SkillIndex>> = indexes.iter().map(|index| index.borrow()).collect();
        let by_volume: Vec<(Volume, &SkillIndex)> =
            volumes.iter().cloned().zip(borrowed.iter().map(|index| &**index)).collect();
        Ok(rank(&by_volume, query, keeps, offset, limit))
    }

    /// The index of a volume, as of its newest commit.
    pub(super) async fn index(&self, volume: &Volume, now: Now) -> Result<Rc<RefCell<SkillIndex>>, ManagerError> {
        let shelf = self.shelf(volume, now).await?;
        let mut indexes = self.indexes.borrow_mut();
        let (indexed, index) = indexes.entry(volume.to_string()).or_default();
        if !Rc::ptr_eq(indexed, &shelf.library) {
            self.has_read(volume, index.borrow_mut().update(&shelf.library.skills));
            *indexed = shelf.library;
        }
        Ok(Rc::clone(index))
    }
}
