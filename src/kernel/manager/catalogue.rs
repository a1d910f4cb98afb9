//! What the volumes hold, read: the skills and workflows of each, kept for as long as its newest commit stays the same, and the union of
//! all in which a person's own shadows the team's, and that the system's.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::{ManagerError, Now, Storage, VolumeManager};
use crate::kernel::access::{Action, Volume};
use crate::kernel::dag::Workflow;
use crate::kernel::diagnostic::Diagnostic;
use crate::kernel::skill::{self, Library, Skill};
use crate::kernel::volume::{Collection, Oid, Revision};

/// What one volume holds, as of one commit.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    /// The commit.
    pub head: Option<Oid>,
    /// The skills, and what is wrong with files that are not among them.
    pub library: Rc<Library>,
    /// The workflows by id.
    pub workflows: Rc<BTreeMap<String, Workflow>>,
}

/// Where something was found, and what it shadows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VolumeFinding<T> {
    /// The volume that counts.
    pub volume: Volume,
    /// Volumes farther away that hold one of the same id.
    pub shadows: Vec<Volume>,
    /// The thing.
    pub value: T,
}

impl<S: Storage> VolumeManager<S> {
    /// What a volume holds now.
    pub async fn shelf(&self, volume: &Volume, now: Now) -> Result<Shelf, ManagerError> {
        let opened = self.volume(volume, Action::Read, now).await?;
        let head = opened.repository().resolve(&Revision::Head).await?;
        let name = volume.to_string();
        if let Some(kept) = self.shelves.borrow().get(&name).filter(|kept| kept.head == head) {
            return Ok(kept.clone());
        }
        let at = head.map_or(Revision::Head, Revision::Commit);
        let skills = opened.list(Collection::Skills, &at).await?;
        let workflows = opened.list(Collection::Workflows, &at).await?;
        let oids: Vec<Oid> = skills.iter().chain(&workflows).map(|item| item.oid).collect();
        let blobs = opened.repository().read_blobs(&oids).await?;
        let (skill_blobs, workflow_blobs) = blobs.split_at(skills.len());
        let mut library =
            skill::load(skills.iter().zip(skill_blobs).map(|(item, bytes)| (item.path.as_str(), &**bytes)));
        let mut read = BTreeMap::new();
        for (item, bytes) in workflows.iter().zip(workflow_blobs) {
            match Workflow::read(&item.path, bytes) {
                Ok(workflow) => {
                    read.insert(item.id.clone(), Workflow { workflow_id: item.id.clone(), ..workflow });
                }
                Err(finding) => library.diagnostics.push(finding),
            }
        }
        let shelf = Shelf { head, library: Rc::new(library), workflows: Rc::new(read) };
        self.shelves.borrow_mut().insert(name, shelf.clone());
        Ok(shelf)
    }

    /// Every skill that the person can use, by id.
    pub async fn skills(&self, now: Now) -> Result<BTreeMap<String, VolumeFinding<Arc<Skill>>>, ManagerError> {
        self.union(now, |shelf| {
            shelf.library.skills.iter().map(|(id, skill)| (id.clone(), Arc::clone(skill))).collect()
        })
        .await
    }

    /// Every workflow that the person can open, by id.
    pub async fn workflows(&self, now: Now) -> Result<BTreeMap<String, VolumeFinding<Workflow>>, ManagerError> {
        self.union(now, |shelf| shelf.workflows.iter().map(|(id, workflow)| (id.clone(), workflow.clone())).collect())
            .await
    }

    /// What is wrong with files of the volumes that the person can read.
    pub async fn diagnostics(&self, now: Now) -> Result<Vec<(Volume, Diagnostic)>, ManagerError> {
        let mut found = Vec::new();
        for volume in self.readable() {
            let shelf = self.shelf(&volume, now).await?;
            found.extend(shelf.library.diagnostics.iter().map(|finding| (volume.clone(), finding.clone())));
        }
        Ok(found)
    }

    async fn union<T>(
        &self,
        now: Now,
        things_of: impl Fn(&Shelf) -> Vec<(String, T)>,
    ) -> Result<BTreeMap<String, VolumeFinding<T>>, ManagerError> {
        let mut union: BTreeMap<String, VolumeFinding<T>> = BTreeMap::new();
        for volume in self.readable() {
            for (id, value) in things_of(&self.shelf(&volume, now).await?) {
                match union.get_mut(&id) {
                    Some(nearer) => nearer.shadows.push(volume.clone()),
                    None => {
                        union.insert(id, VolumeFinding { volume: volume.clone(), shadows: Vec::new(), value });
                    }
                }
            }
        }
        Ok(union)
    }
}
