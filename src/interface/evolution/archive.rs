//! `/evolution/skills/{id}/archive`: a skill that stopped helping goes out of sight, not out of the volume.

use serde_json::{Value, json};

use crate::interface::{ApiError, Call, ErrorCode};
use crate::kernel::access::Action;
use crate::kernel::manager::Storage;
use crate::kernel::volume::{Change, Revision, VolumePath};

/// `POST /evolution/skills/{skill_id}/archive?volume=`: moves its file to `archive/skills/`.
pub async fn archive<S: Storage>(call: &Call<'_, S>, skill_id: &str) -> Result<Value, ApiError> {
    let volume = call.volume()?;
    let opened = call.manager.volume(&volume, Action::Write, call.now).await?;
    let shelf = call.manager.shelf(&volume, call.now).await?;
    let skill = shelf.library.skills.get(skill_id).ok_or_else(|| {
        ApiError::new(ErrorCode::NotFound, format!("{volume} has no skill '{skill_id}'"))
            .detail("GET /skills lists those that there are")
    })?;
    let mut paths = vec![skill.path.clone()];
    if let Some(folder) = skill.folder() {
        paths.extend(skill.files.iter().map(|file| format!("{folder}/{file}")));
    }
    let paths: Result<Vec<VolumePath>, _> = paths.iter().map(|path| VolumePath::existing(path)).collect();
    let paths = paths?;
    let contents = opened.repository().read_many(&paths, &Revision::Head).await?;
    let mut changes = Vec::new();
    for (path, bytes) in paths.into_iter().zip(contents) {
        changes.extend(
            bytes
                .map(|bytes| Ok::<_, ApiError>(Change::put(VolumePath::new(&format!("archive/{path}"))?, bytes)))
                .transpose()?,
        );
        changes.push(Change::remove(path));
    }
    let note = call.manager.note(&volume, format!("Evolution: Archive skill '{skill_id}'"), call.now);
    let commit = call.manager.commit(&opened, changes, &note).await?;
    Ok(json!({ "skill_id": skill_id, "volume": volume.to_string(), "commit": commit.to_string() }))
}
