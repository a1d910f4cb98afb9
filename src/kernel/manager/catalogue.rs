//! What the volumes hold, read: the skills and workflows of each, kept for as long as its newest commit stays the same, and the union of
//! all in which a person's own shadows the team's, and that the system's.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use super::{ManagerError, Now, Storage, VolumeManager};
use crate::kernel::access::{Action, Volume};
use crate::kernel::dag::Workflow;
use crate::kernel::diagnostic::Diagnostic;
use crate::kernel::skill::{self, Library, Reading, Skill};
use crate::kernel::volume::{Collection, FileEntry, Oid, Repository, Revision, Rows, VolumeError, VolumePath};

/// What one volume holds, as of one commit.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    /// The commit.
    pub head: Option<Oid>,
    /// The skills, and what is wrong with files that are not among them.
    pub library: Rc<Library>,
    /// The workflows by id.
    pub workflows: Rc<BTreeMap<String, Workflow>>,
    pub(super) readings: Rc<Readings>,
    /// How many findings of the library are about workflows.
    pub(super) broken_workflows: usize,
}

/// What each skill file came to, with the blob that was read: the next commit has most of them still.
pub(super) type Readings = HashMap<String, (Oid, Reading)>;

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
        let known = self.shelves.borrow().get(&name).cloned();
        let before = match known {
            Some(shelf) if shelf.head == head && head.is_some() => return Ok(shelf),
            Some(shelf) => shelf,
            None => self.recall(volume).await.unwrap_or_default(),
        };
        let at = head.map_or(Revision::Head, Revision::Commit);
        let repository = opened.repository();
        let readings = read_skills(repository, &at, &before.readings).await?;
        // A library that is the same is the same value: whoever indexed it has nothing to do.
        let is_same = Rc::ptr_eq(&readings, &before.readings) && before.broken_workflows == 0;
        let mut library = if is_same {
            before.library
        } else {
            let mut paths: Vec<&String> = readings.keys().collect();
            paths.sort_unstable();
            Rc::new(Library::of(paths.into_iter().map(|path| (path.as_str(), &readings[path].1))))
        };
        let mut broken_workflows = 0;
        let workflows = opened.list(Collection::Workflows, &at).await?;
        let oids: Vec<Oid> = workflows.iter().map(|item| item.oid).collect();
        let mut read = BTreeMap::new();
        for (item, bytes) in workflows.iter().zip(repository.read_blobs(&oids).await?) {
            match Workflow::read(&item.path, &bytes) {
                Ok(workflow) => {
                    read.insert(item.id.clone(), Workflow { workflow_id: item.id.clone(), ..workflow });
                }
                Err(finding) => {
                    broken_workflows += 1;
                    Rc::make_mut(&mut library).diagnostics.push(finding);
                }
            }
        }
        let shelf = Shelf { head, library, workflows: Rc::new(read), readings, broken_workflows };
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

/// Where skills stand: in the collection, and where other programs look for them.
const SKILL_FOLDERS: [&str; 2] = ["skills", ".agents/skills"];

/// Every skill file of a version. What was read before and is the same is taken as it was; where all is, they are the very same readings.
async fn read_skills<R: Rows>(
    repository: &Repository<R>,
    at: &Revision,
    before: &Rc<Readings>,
) -> Result<Rc<Readings>, VolumeError> {
    let mut files = Vec::new();
    for folder in SKILL_FOLDERS {
        files.extend(repository.list(Some(&VolumePath::existing(folder)?), at).await?);
    }
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let mut readings = Readings::with_capacity(paths.len());
    let mut changed = Vec::new();
    for skill_file in skill::skill_files(&paths) {
        let FileEntry { path, oid, .. } = &files[skill_file.index];
        match before.get(path) {
            Some((known, reading)) if known == oid && has_files(reading, &skill_file.files) => {
                readings.insert(path.clone(), (*oid, reading.clone()));
            }
            _ => changed.push(skill_file),
        }
    }
    if changed.is_empty() && readings.len() == before.len() {
        return Ok(Rc::clone(before));
    }
    let oids: Vec<Oid> = changed.iter().map(|file| files[file.index].oid).collect();
    for (skill_file, bytes) in changed.into_iter().zip(repository.read_blobs(&oids).await?) {
        let FileEntry { path, oid, .. } = &files[skill_file.index];
        readings.insert(path.clone(), (*oid, skill::read_file(path, &bytes, skill_file.files)));
    }
    Ok(Rc::new(readings))
}

fn has_files(reading: &Reading, files: &[String]) -> bool {
    reading.skill.as_ref().is_none_or(|skill| skill.files == files)
}
