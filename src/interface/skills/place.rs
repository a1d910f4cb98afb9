//! Where a skill's files go in a volume: one file, or a folder that is the skill.

use crate::interface::{ApiError, Call};
use crate::kernel::access::{Action, Volume};
use crate::kernel::manager::Storage;
use crate::kernel::skill::Skill;
use crate::kernel::volume::{Change, ChangeKind, Collection, Revision, VolumePath};

/// A skill on its way into a volume.
pub struct Placing<'a> {
    /// Under which id.
    pub skill_id: &'a str,
    /// Whether it is a folder.
    pub in_folder: bool,
    /// Its file.
    pub source: Vec<u8>,
    /// The other files of its folder, by their paths in it.
    pub files: Vec<(String, Vec<u8>)>,
}

impl Placing<'_> {
    /// The path of its file, and all that has to change, where this skill (or none) stands under the id already.
    pub fn changes(self, standing: Option<&Skill>) -> Result<(VolumePath, Vec<Change>), ApiError> {
        let mut changes = Vec::new();
        let standing_path = standing.map(|skill| VolumePath::existing(&skill.path)).transpose()?;
        let kept = standing.zip(standing_path.clone()).filter(|(skill, _)| skill.folder().is_some() == self.in_folder);
        let path = match kept {
            Some((_, path)) => path,
            None if self.in_folder => VolumePath::new(&format!("skills/{}/SKILL.md", self.skill_id))?,
            None => Collection::Skills.path(self.skill_id)?,
        };
        if let (Some(standing), Some(standing_path)) = (standing, standing_path) {
            let gone = standing.files.iter().filter(|file| self.files.iter().all(|(kept, _)| kept != *file));
            for file in gone {
                changes.push(Change::remove(beside(&standing_path, file)?));
            }
            if standing_path != path {
                changes.push(Change::remove(standing_path));
            }
        }
        for (file, bytes) in self.files {
            let folder = path.as_str().rsplit_once('/').map_or("", |(folder, _)| folder);
            changes.push(Change::put(VolumePath::new(&format!("{folder}/{file}"))?, bytes));
        }
        changes.push(Change::put(path.clone(), self.source));
        Ok((path, changes))
    }
}

/// What takes a skill out of its volume.
pub fn removal(skill: &Skill) -> Result<Vec<Change>, ApiError> {
    let change = match skill.folder() {
        Some(folder) => Change { path: VolumePath::existing(folder)?, kind: ChangeKind::RemoveFolder },
        None => Change::remove(VolumePath::existing(&skill.path)?),
    };
    Ok(vec![change])
}

/// The other files of a skill's folder, with their bytes.
pub async fn files_of<S: Storage>(
    call: &Call<'_, S>,
    volume: &Volume,
    skill: &Skill,
) -> Result<Vec<(String, Vec<u8>)>, ApiError> {
    if skill.files.is_empty() {
        return Ok(Vec::new());
    }
    let opened = call.manager.volume(volume, Action::Read, call.now).await?;
    let skill_path = VolumePath::existing(&skill.path)?;
    let paths: Result<Vec<VolumePath>, ApiError> = skill.files.iter().map(|file| beside(&skill_path, file)).collect();
    let contents = opened.repository().read_many(&paths?, &Revision::Head).await?;
    let files = skill.files.iter().cloned().zip(contents);
    Ok(files.filter_map(|(path, bytes)| Some((path, bytes?))).collect())
}

fn beside(skill_path: &VolumePath, file: &str) -> Result<VolumePath, ApiError> {
    let folder = skill_path.as_str().rsplit_once('/').map_or("", |(folder, _)| folder);
    Ok(VolumePath::existing(&format!("{folder}/{file}"))?)
}
