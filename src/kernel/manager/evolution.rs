//! Drafts of evolution, tried against the skills of all volumes before anybody is offered them.

use std::cell::Ref;
use std::sync::Arc;

use super::{ManagerError, Now, Storage, VolumeManager};
use crate::kernel::access::Volume;
use crate::kernel::evolution::{FilterTrial, filter_trial};
use crate::kernel::search::SkillIndex;
use crate::kernel::skill::Skill;

impl<S: Storage> VolumeManager<S> {
    /// Whether the filter finds a draft for its own goals, and still finds what helped with others.
    pub async fn try_draft(
        &self,
        draft: &Arc<Skill>,
        volume: &Volume,
        own: &[String],
        others: &[(String, Vec<String>)],
        limit: usize,
        now: Now,
    ) -> Result<FilterTrial, ManagerError> {
        let volumes = self.readable();
        let mut indexes = Vec::with_capacity(volumes.len());
        for volume in &volumes {
            indexes.push(self.index(volume, now).await?);
        }
        let borrowed: Vec<Ref<'_, SkillIndex>> = indexes.iter().map(|index| index.borrow()).collect();
        let by_volume: Vec<(Volume, &SkillIndex)> =
            volumes.iter().cloned().zip(borrowed.iter().map(|index| &**index)).collect();
        Ok(filter_trial(draft, volume, &by_volume, own, others, limit))
    }
}
