//! A skill under another name, beside the first or in its place; and as a package for other programs.

use serde::Deserialize;
use serde_json::{Value, json};

use super::place::{Placing, files_of, removal};
use super::{Found, checked, find, no_skill};
use crate::interface::{ApiError, Call, ErrorCode, volume_named};
use crate::kernel::access::{Action, Volume};
use crate::kernel::dag::Workflow;
use crate::kernel::manager::Storage;
use crate::kernel::skill::{Skill, package_name, packaged, with_fields};
use crate::kernel::volume::{Change, Collection, Revision};
use crate::kernel::zip::write_zip;

/// What no program needs to follow a skill.
const LEFT_OUT: [&str; 4] = ["evals", "__pycache__", "node_modules", ".git"];

#[derive(Default, Deserialize)]
#[serde(default)]
struct Copy {
    skill_id: Option<String>,
    name: Option<String>,
    from: Option<String>,
}

/// `POST /skills/{skill_id}/copy?volume=`: a copy to go on with, by default in the person's own volume, of the nearest skill of that id or of
/// the one in the volume `from`.
pub async fn copy<S: Storage>(call: &Call<'_, S>, skill_id: &str) -> Result<Value, ApiError> {
    let Copy { skill_id: new_id, name, from } = call.request.json_or_default()?;
    let found = match from {
        Some(from) => {
            let volume = volume_named(&from)?;
            let value = call.manager.shelf(&volume, call.now).await?.library.skills.get(skill_id).cloned();
            value.map(|value| Found { volume, shadows: Vec::new(), value })
        }
        None => call.manager.skills(call.now).await?.remove(skill_id),
    };
    let found = found.ok_or_else(|| no_skill(skill_id))?;
    let volume = call.volume()?;
    let opened = call.manager.volume(&volume, Action::Write, call.now).await?;
    let shelf = call.manager.shelf(&volume, call.now).await?;
    let taken = |id: &str| shelf.library.skills.contains_key(id);
    let new_id = match new_id {
        Some(id) if taken(&id) => return Err(exists(&volume, &id)),
        Some(id) => id,
        None => free_id(&format!("{skill_id}-copy"), taken),
    };
    let name = name.unwrap_or_else(|| format!("{} (copy)", found.value.name));
    let source = renamed_source(&found.value, &new_id, &name);
    let files = files_of(call, &found.volume, &found.value).await?;
    let in_folder = found.value.folder().is_some();
    let placing = Placing { skill_id: &new_id, in_folder, source: source.clone().into_bytes(), files };
    let (path, changes) = placing.changes(None)?;
    checked(&new_id, path.as_str(), &source)?;
    let message = format!("Copy skill: {} from {}", name, found.volume);
    let note = call.manager.note(&volume, message, call.now);
    let commit = call.manager.commit(&opened, changes, &note).await?;
    Ok(json!({ "skill_id": new_id, "volume": volume.to_string(), "commit": commit.to_string() }))
}

#[derive(Deserialize)]
struct Rename {
    skill_id: String,
    name: Option<String>,
}

/// `POST /skills/{skill_id}/rename?volume=`: another id, in the workflows of the volume too.
pub async fn rename<S: Storage>(call: &Call<'_, S>, skill_id: &str) -> Result<Value, ApiError> {
    let Rename { skill_id: new_id, name } = call.request.json()?;
    let volume = call.volume()?;
    let opened = call.manager.volume(&volume, Action::Write, call.now).await?;
    let shelf = call.manager.shelf(&volume, call.now).await?;
    let skill = shelf.library.skills.get(skill_id).ok_or_else(|| no_skill(skill_id))?;
    if new_id != skill_id && shelf.library.skills.contains_key(&new_id) {
        return Err(exists(&volume, &new_id));
    }
    let name = name.unwrap_or_else(|| skill.name.clone());
    let source = renamed_source(skill, &new_id, &name);
    let files = files_of(call, &volume, skill).await?;
    let in_folder = skill.folder().is_some();
    let placing = Placing { skill_id: &new_id, in_folder, source: source.clone().into_bytes(), files };
    let standing = (new_id == skill_id).then_some(&**skill);
    let (path, mut changes) = placing.changes(standing)?;
    checked(&new_id, path.as_str(), &source)?;
    if new_id != skill_id {
        changes.extend(removal(skill)?);
    }
    let using = shelf.workflows.values().filter(|workflow| workflow.nodes.iter().any(|node| node.skill_id == skill_id));
    let mut workflows = Vec::new();
    for workflow in using {
        for path in opened.standing(Collection::Workflows, &workflow.workflow_id, &Revision::Head).await? {
            let text = String::from_utf8_lossy(&opened.repository().read(&path, &Revision::Head).await?).into_owned();
            let changed = with_other_skill(&text, skill_id, &new_id);
            // What a file says in prose is made from what it holds.
            let whole =
                Workflow::read(path.as_str(), changed.as_bytes()).ok().filter(|_| path.as_str().ends_with(".md"));
            changes.push(Change::put(path, whole.map_or(changed, |workflow| workflow.to_markdown())));
        }
        workflows.push(workflow.workflow_id.clone());
    }
    let note = call.manager.note(&volume, format!("Rename skill: {skill_id} to {new_id}"), call.now);
    let commit = call.manager.commit(&opened, changes, &note).await?;
    Ok(json!({ "skill_id": new_id, "commit": commit.to_string(), "workflows": workflows }))
}

/// `GET /skills/{skill_id}/package?volume=`: a zip that the published validator accepts.
pub async fn package<S: Storage>(call: &Call<'_, S>, skill_id: &str) -> Result<Vec<u8>, ApiError> {
    let Found { volume, value: skill, .. } = find(call, skill_id).await?;
    let (name, text) = packaged(&skill).ok_or_else(|| {
        ApiError::new(ErrorCode::Unprocessable, format!("The front matter of '{skill_id}' cannot be read"))
            .detail("Mend it first: GET /skills/diagnostics says where")
    })?;
    let mut files = vec![(format!("{name}/SKILL.md"), text.into_bytes())];
    for (path, bytes) in files_of(call, &volume, &skill).await? {
        if !path.split('/').any(|part| LEFT_OUT.contains(&part)) {
            files.push((format!("{name}/{path}"), bytes));
        }
    }
    Ok(write_zip(&files))
}

/// The same file under another id. In a folder the name is the id, as other programs want it.
fn renamed_source(skill: &Skill, new_id: &str, name: &str) -> String {
    let has_id = skill.front_matter.get("skill_id").is_some();
    match skill.folder() {
        Some(_) if !has_id && package_name(new_id) == new_id => with_fields(&skill.source, &[("name", new_id)]),
        _ => with_fields(&skill.source, &[("skill_id", new_id), ("name", name)]),
    }
}

fn free_id(wanted: &str, taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2..).map(|number| format!("{wanted}-{number}"));
    std::iter::once(wanted.to_owned()).chain(numbered).find(|id| !taken(id)).unwrap_or_else(|| wanted.to_owned())
}

fn exists(volume: &Volume, skill_id: &str) -> ApiError {
    ApiError::new(ErrorCode::Conflict, format!("{volume} has a skill '{skill_id}' already"))
        .detail("Choose another skill_id")
}

/// A workflow's file with another skill in the place of one, and all else as it was.
fn with_other_skill(text: &str, skill_id: &str, new_id: &str) -> String {
    const FIELD: &str = "\"skillId\"";
    let (old, new) = (json!(skill_id).to_string(), json!(new_id).to_string());
    let mut changed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(FIELD) {
        let (before, after) = rest.split_at(at + FIELD.len());
        changed.push_str(before);
        let value = after.trim_start().strip_prefix(':').map(str::trim_start);
        rest = match value.and_then(|value| value.strip_prefix(old.as_str())) {
            Some(behind) => {
                changed.push_str(": ");
                changed.push_str(&new);
                behind
            }
            None => after,
        };
    }
    changed + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workflow_changes_where_it_names_the_skill() {
        let text = r#"{ "name": "a", "nodes": [{"skillId":"a"}, {"skillId" : "ab"}, {"skillId":
            "a", "inputValues": {"x": "a"}}] }"#;
        assert_eq!(
            with_other_skill(text, "a", "b\""),
            r#"{ "name": "a", "nodes": [{"skillId": "b\""}, {"skillId" : "ab"}, {"skillId": "b\"", "inputValues": {"x": "a"}}] }"#
        );
    }
}
