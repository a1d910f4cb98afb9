//! `/skills`: what there is to guide a model with, and to run; and its way from a person to their team and to everybody.

mod copies;
mod place;

pub use copies::{copy, package, rename};
pub use place::Placing;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use self::place::{files_of, removal};
use super::{ApiError, Call, ErrorCode, committed};
use crate::kernel::access::{Action, Volume};
use crate::kernel::diagnostic::{Diagnostic, Severity};
use crate::kernel::manager::{Shelf, Storage, VolumeFinding};
use crate::kernel::markdown;
use crate::kernel::proposal::{Promotion, SkillName};
use crate::kernel::search::{Query, RankedSkill};
use crate::kernel::skill::{self, Skill, TEMPLATES};
use crate::kernel::volume::{Change, ChangeKind, Collection, GitVolume, Revision, Rows, VolumePath};

type Found = VolumeFinding<Arc<Skill>>;

/// `GET /skills?query= &category= &volume= &limit= &offset=`: by id, or the best for a query first.
pub async fn list<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let category = call.request.parameter("category");
    let keeps = |skill: &Skill| category.is_none_or(|category| skill.category.eq_ignore_ascii_case(category));
    let (offset, limit) = call.request.window()?;
    let Some(query) = call.request.parameter("query") else {
        let found: Vec<Found> = found(call).await?.into_iter().filter(|found| keeps(&found.value)).collect();
        let shown: Vec<Found> = found.iter().skip(offset).take(limit).cloned().collect();
        return Ok(json!({ "total": found.len(), "skills": rows(call, &shown).await? }));
    };
    let volumes = match call.request.parameter("volume") {
        Some(_) => vec![call.volume()?],
        None => call.manager.readable(),
    };
    let ranking = call.manager.ranked(&volumes, &Query::as_typed(query), keeps, offset, limit, call.now).await?;
    let of_volume = |ranked: &RankedSkill| Found {
        volume: ranked.volume.clone(),
        shadows: ranked.shadows.clone(),
        value: Arc::clone(&ranked.skill),
    };
    let shown: Vec<Found> = ranking.skills.iter().map(of_volume).collect();
    let mut rows = rows(call, &shown).await?;
    for (row, ranked) in rows.iter_mut().zip(&ranking.skills) {
        row["score"] = json!(ranked.score);
        row["reasons"] = json!(ranked.reasons);
    }
    Ok(json!({ "total": ranking.total, "skills": rows }))
}

/// `GET /skills/{skill_id}?volume=`
pub async fn get<S: Storage>(call: &Call<'_, S>, skill_id: &str) -> Result<Value, ApiError> {
    let found = find(call, skill_id).await?;
    let mut answer = rows(call, std::slice::from_ref(&found)).await?.remove(0);
    answer["content"] = json!(found.value.body);
    answer["source"] = json!(&*found.value.source);
    answer["frontmatter"] = found.value.front_matter.clone();
    answer["files"] = json!(found.value.files);
    answer["html"] = json!(markdown::to_safe_html(&found.value.prose()));
    answer["runs"] = json!(found.value.executable);
    answer["writable"] = json!(call.manager.may(Action::Write, &found.volume));
    answer["diagnostics"] = json!(findings_of(call, &found).await?);
    Ok(answer)
}

/// `GET /skills/diagnostics`: what is wrong with files of the volumes that the person can read.
pub async fn diagnostics<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let found = call.manager.diagnostics(call.now).await?;
    let rows: Vec<Value> = found.iter().map(|(volume, finding)| diagnostic_row(volume, finding)).collect();
    Ok(json!({ "diagnostics": rows }))
}

/// `GET /skills/templates`: skills to begin with.
pub fn templates() -> Value {
    let row = |template: &skill::Template| {
        json!({
            "template_id": template.template_id,
            "name": template.name,
            "description": template.description,
            "source": template.source,
        })
    };
    json!({ "templates": TEMPLATES.iter().map(row).collect::<Vec<_>>() })
}

#[derive(Deserialize)]
struct Draft {
    source: String,
    path: Option<String>,
}

/// `POST /skills/check`: a file that is being written, read as if it stood there. Nothing is kept.
pub async fn check<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let Draft { source, path } = call.request.json()?;
    let volume = call.volume()?;
    let path = path.unwrap_or_else(|| "skills/draft.md".to_owned());
    let read = skill::read_file(&path, source.as_bytes(), Vec::new());
    let findings: Vec<Value> = read.findings.iter().map(|finding| diagnostic_row(&volume, finding)).collect();
    let html = read.skill.as_ref().map(|skill| markdown::to_safe_html(&skill.prose()));
    let row = read.skill.map(|skill| row(&Found { volume, shadows: Vec::new(), value: skill }, findings.len()));
    Ok(json!({ "skill": row, "diagnostics": findings, "html": html.unwrap_or_default() }))
}

#[derive(Deserialize)]
struct NewSkill {
    skill_id: String,
    name: Option<String>,
    category: Option<String>,
    description: Option<String>,
    #[serde(default)]
    content: String,
    #[serde(default)]
    keywords: Vec<String>,
}

/// `POST /skills`: a skill of the person's own, from its parts.
pub async fn create<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let new: NewSkill = call.request.json()?;
    let name = new.name.unwrap_or_else(|| new.skill_id.clone());
    // JSON's strings are YAML's too, whatever is in them.
    let front_matter = [
        ("skill_id", json!(new.skill_id)),
        ("name", json!(name)),
        ("category", json!(new.category.unwrap_or_else(|| "general".to_owned()))),
        ("description", json!(new.description.unwrap_or_default())),
        ("keywords", json!(new.keywords)),
    ];
    let head: String = front_matter.iter().map(|(field, value)| format!("{field}: {value}\n")).collect();
    let source = format!("---\n{head}---\n\n{}\n", new.content.trim());
    let volume = call.manager.own_volume();
    let path = Collection::Skills.path(&new.skill_id)?;
    checked(&new.skill_id, path.as_str(), &source)?;
    let opened = call.manager.volume(&volume, Action::Write, call.now).await?;
    if call.manager.shelf(&volume, call.now).await?.library.skills.contains_key(&new.skill_id) {
        let message = format!("{volume} has a skill '{}' already", new.skill_id);
        return Err(ApiError::new(ErrorCode::Conflict, message)
            .detail(format!("PUT /skills/{} changes it; or choose another skill_id", new.skill_id)));
    }
    let note = call.manager.note(&volume, format!("Create skill: {name}"), call.now);
    let commit = call.manager.commit(&opened, vec![Change::put(path, source)], &note).await?;
    Ok(json!({ "skill_id": new.skill_id, "volume": volume.to_string(), "commit": commit.to_string() }))
}

#[derive(Deserialize)]
struct Replacement {
    source: String,
    message: Option<String>,
}

/// `PUT /skills/{skill_id}`: the person's own, as a whole file. One of the team's or the system's is shadowed by it from then on.
pub async fn replace<S: Storage>(call: &Call<'_, S>, skill_id: &str) -> Result<Value, ApiError> {
    let Replacement { source, message } = call.request.json()?;
    let volume = call.volume()?;
    let opened = call.manager.volume(&volume, Action::Write, call.now).await?;
    let shelf = call.manager.shelf(&volume, call.now).await?;
    let path = match shelf.library.skills.get(skill_id) {
        Some(skill) => VolumePath::existing(&skill.path)?,
        None => Collection::Skills.path(skill_id)?,
    };
    checked(skill_id, path.as_str(), &source)?;
    let message = message.unwrap_or_else(|| format!("Edit skill: {skill_id}"));
    let note = call.manager.note(&volume, message, call.now);
    Ok(committed(call.manager.commit(&opened, vec![Change::put(path, source)], &note).await?))
}

/// `DELETE /skills/{skill_id}?volume=`: its history stays, so that it can be restored.
pub async fn remove<S: Storage>(call: &Call<'_, S>, skill_id: &str) -> Result<Value, ApiError> {
    let volume = call.volume()?;
    let opened = call.manager.volume(&volume, Action::Write, call.now).await?;
    let shelf = call.manager.shelf(&volume, call.now).await?;
    let skill = shelf.library.skills.get(skill_id).ok_or_else(|| no_skill(skill_id))?;
    let note = call.manager.note(&volume, format!("Delete skill: {}", skill.name), call.now);
    Ok(committed(call.manager.commit(&opened, removal(skill)?, &note).await?))
}

#[derive(Deserialize)]
struct PromotionRequest {
    skill_id: String,
    team_id: Option<String>,
    #[serde(default)]
    reason: String,
    to: Option<String>,
}

/// `POST /skills/promote`: a copy of a skill for the team, or for everybody.
pub async fn promote<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let PromotionRequest { skill_id, team_id, reason, to } = call.request.json()?;
    let target = promotion_target(call, to.as_deref(), team_id.as_deref())?;
    // The right to add comes first: without it nobody learns what the volume holds.
    let opened = call.manager.volume(&target, Action::Promote, call.now).await?;
    let (source_volume, skill) = promoted(call, &skill_id, &target).await?;
    let standing = call.manager.shelf(&target, call.now).await?.library.skills.get(&skill_id).cloned();
    let changes = carried(call, &source_volume, &skill, standing.as_deref()).await?;
    if standing.is_some() {
        if is_standing(&opened, &changes).await? {
            let head = opened.repository().resolve(&Revision::Head).await?;
            let commit = head.map(|head| head.to_string());
            let from = source_volume.to_string();
            return Ok(json!({ "skill_id": skill_id, "from": from, "to": target.to_string(), "commit": commit }));
        }
        // To replace is to write, which promotion alone does not allow.
        call.manager.volume(&target, Action::Write, call.now).await?;
    }
    let name = skill_id.parse::<SkillName>();
    let name = name.map_err(|error| ApiError::new(ErrorCode::Unprocessable, error.to_string()))?;
    let promotion = Promotion::new(name, source_volume.clone(), &reason);
    let note = call.manager.note(&target, promotion.message(), call.now);
    let commit = call.manager.commit(&opened, changes, &note).await?;
    Ok(
        json!({ "skill_id": skill_id, "from": source_volume.to_string(), "to": target.to_string(), "commit": commit.to_string() }),
    )
}

/// What carries a skill, with all its files, from one volume to another.
pub async fn carried<S: Storage>(
    call: &Call<'_, S>,
    from: &Volume,
    skill: &Skill,
    standing: Option<&Skill>,
) -> Result<Vec<Change>, ApiError> {
    let files = files_of(call, from, skill).await?;
    let (skill_id, in_folder) = (&*skill.skill_id, skill.folder().is_some());
    let placing = Placing { skill_id, in_folder, source: skill.source.as_bytes().to_vec(), files };
    Ok(placing.changes(standing)?.1)
}

/// Whether all that these changes put is there already, and nothing goes.
pub async fn is_standing<R: Rows>(volume: &GitVolume<R>, changes: &[Change]) -> Result<bool, ApiError> {
    let paths: Vec<VolumePath> = changes.iter().map(|change| change.path.clone()).collect();
    let contents = volume.repository().read_many(&paths, &Revision::Head).await?;
    let stands = |(change, content): (&Change, Option<Vec<u8>>)| match &change.kind {
        ChangeKind::Put(bytes) => content.as_ref() == Some(bytes),
        _ => false,
    };
    Ok(changes.iter().zip(contents).all(stands))
}

/// Where a promotion or a proposal goes.
pub fn promotion_target<S: Storage>(
    call: &Call<'_, S>,
    to: Option<&str>,
    team_id: Option<&str>,
) -> Result<Volume, ApiError> {
    match to.unwrap_or("team") {
        "system" => Ok(Volume::System),
        "team" => {
            let profiles = call.manager.profiles();
            let own = profiles.current().1.team().map(|team| team.as_str().to_owned());
            let team = team_id.map(str::to_owned).or(own).ok_or_else(|| {
                ApiError::new(ErrorCode::Unprocessable, "You are in no team, so there is none to promote to")
                    .detail("Make a team, or join one, then try again")
            })?;
            super::volume_named(&format!("team/{team}"))
        }
        other => super::volume_named(other),
    }
}

/// The skill that is to go to a volume: from the nearest volume below it that holds one.
pub async fn promoted<S: Storage>(
    call: &Call<'_, S>,
    skill_id: &str,
    target: &Volume,
) -> Result<(Volume, Arc<Skill>), ApiError> {
    for volume in call.manager.readable() {
        if volume == *target {
            break;
        }
        if let Some(skill) = call.manager.shelf(&volume, call.now).await?.library.skills.get(skill_id) {
            return Ok((volume, Arc::clone(skill)));
        }
    }
    Err(no_skill(skill_id))
}

/// The skills that a call is about: of one volume, or of all with the nearest for each id.
async fn found<S: Storage>(call: &Call<'_, S>) -> Result<Vec<Found>, ApiError> {
    if call.request.parameter("volume").is_none() {
        return Ok(call.manager.skills(call.now).await?.into_values().collect());
    }
    let volume = call.volume()?;
    let shelf = call.manager.shelf(&volume, call.now).await?;
    let found = |skill: &Arc<Skill>| Found { volume: volume.clone(), shadows: Vec::new(), value: Arc::clone(skill) };
    Ok(shelf.library.skills.values().map(found).collect())
}

/// Refuses a file that is no skill of this id.
fn checked(skill_id: &str, path: &str, source: &str) -> Result<(), ApiError> {
    let (read, findings) = skill::parse(path, source);
    let errors: Vec<_> = findings.into_iter().filter(|finding| finding.severity == Severity::Error).collect();
    if !errors.is_empty() {
        return Err(ApiError::from_diagnostics(&errors));
    }
    match read {
        Some(read) if read.skill_id == skill_id => Ok(()),
        Some(read) => Err(ApiError::new(
            ErrorCode::Unprocessable,
            format!("The file says that it is the skill '{}', not '{skill_id}'", read.skill_id),
        )
        .detail("Change its skill_id, or save it under the other id")),
        None => Err(ApiError::new(ErrorCode::Unprocessable, "The file is not a skill")),
    }
}

fn no_skill(skill_id: &str) -> ApiError {
    ApiError::new(ErrorCode::NotFound, format!("There is no skill '{skill_id}'"))
        .detail("GET /skills lists those that there are")
}

/// The skill that a call is about: of one volume, or the nearest.
async fn find<S: Storage>(call: &Call<'_, S>, skill_id: &str) -> Result<Found, ApiError> {
    let found = found(call).await?.into_iter().find(|found| found.value.skill_id == skill_id);
    found.ok_or_else(|| no_skill(skill_id))
}

async fn rows<S: Storage>(call: &Call<'_, S>, found: &[Found]) -> Result<Vec<Value>, ApiError> {
    // One look at each volume, however many rows are of it.
    let mut shelves: BTreeMap<String, Shelf> = BTreeMap::new();
    let mut rows = Vec::with_capacity(found.len());
    for found in found {
        let name = found.volume.to_string();
        if !shelves.contains_key(&name) {
            shelves.insert(name.clone(), call.manager.shelf(&found.volume, call.now).await?);
        }
        rows.push(row(found, findings_in(&shelves[&name], found).count()));
    }
    Ok(rows)
}

/// What is wrong with a skill's file.
async fn findings_of<S: Storage>(call: &Call<'_, S>, found: &Found) -> Result<Vec<Value>, ApiError> {
    let shelf = call.manager.shelf(&found.volume, call.now).await?;
    Ok(findings_in(&shelf, found).map(|finding| diagnostic_row(&found.volume, finding)).collect())
}

fn findings_in<'a>(shelf: &'a Shelf, found: &'a Found) -> impl Iterator<Item = &'a Diagnostic> {
    let of_file = |finding: &&Diagnostic| finding.place.path.as_deref() == Some(found.value.path.as_str());
    shelf.library.diagnostics.iter().filter(of_file)
}

fn row(found: &Found, findings: usize) -> Value {
    let skill = &found.value;
    json!({
        "skill_id": skill.skill_id,
        "name": skill.name,
        "category": skill.category,
        "description": skill.description,
        "keywords": skill.keywords,
        "volume": found.volume.to_string(),
        "shadows": found.shadows.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "executable": skill.executable.is_some(),
        "type": skill.executable.as_ref().map(|runs| runs.kind),
        "format": skill.format(),
        "path": skill.path,
        "findings": findings,
    })
}

/// `{volume, path, line, severity, code, message, hint}`
pub fn diagnostic_row(volume: &Volume, finding: &Diagnostic) -> Value {
    json!({
        "volume": volume.to_string(),
        "path": finding.place.path,
        "line": finding.place.line,
        "severity": finding.severity,
        "code": finding.code,
        "message": finding.message,
        "hint": finding.hints.first(),
    })
}

#[cfg(test)]
mod tests;
