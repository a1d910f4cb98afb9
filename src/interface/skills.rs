//! `/skills`: what there is to guide a model with, and to run.

use serde_json::{Value, json};

use super::{ApiError, Catalogue, ErrorCode, Request};
use crate::kernel::skill::Skill;

/// The one volume that there is until volumes are.
const SYSTEM_VOLUME: &str = "system";

/// `GET /skills?category= &volume= &query=`
pub fn list(request: &Request, catalogue: &Catalogue) -> Result<Value, ApiError> {
    let category = request.parameter("category");
    let volume = request.parameter("volume");
    let query = request.parameter("query").map(str::to_lowercase);
    let rows: Vec<Value> = catalogue
        .library
        .skills
        .values()
        .filter(|skill| category.is_none_or(|category| skill.category.eq_ignore_ascii_case(category)))
        .filter(|_| volume.is_none_or(|volume| volume == SYSTEM_VOLUME))
        .filter(|skill| query.as_deref().is_none_or(|query| mentions(skill, query)))
        .map(|skill| row(skill))
        .collect();
    Ok(json!({ "total": rows.len(), "skills": request.page(rows)? }))
}

/// `GET /skills/{skill_id}?volume=`
pub fn get(skill_id: &str, request: &Request, catalogue: &Catalogue) -> Result<Value, ApiError> {
    let found = catalogue
        .library
        .skills
        .get(skill_id)
        .filter(|_| request.parameter("volume").is_none_or(|volume| volume == SYSTEM_VOLUME));
    let Some(skill) = found else {
        return Err(ApiError::new(ErrorCode::NotFound, format!("There is no skill '{skill_id}'"))
            .detail("GET /skills lists those that there are"));
    };
    let mut answer = row(skill);
    answer["content"] = json!(skill.body);
    answer["source"] = json!(&*skill.source);
    answer["frontmatter"] = skill.front_matter.clone();
    Ok(answer)
}

fn row(skill: &Skill) -> Value {
    json!({
        "skill_id": skill.skill_id,
        "name": skill.name,
        "category": skill.category,
        "description": skill.description,
        "keywords": skill.keywords,
        "volume": SYSTEM_VOLUME,
        "executable": skill.executable.is_some(),
    })
}

/// Whether every word of a lower-case query occurs in what a person sees of the skill.
fn mentions(skill: &Skill, query: &str) -> bool {
    let seen = [&skill.skill_id, &skill.name, &skill.description, &skill.category]
        .into_iter()
        .chain(&skill.keywords)
        .map(|text| text.to_lowercase())
        .collect::<Vec<_>>();
    query.split_whitespace().all(|word| seen.iter().any(|text| text.contains(word)))
}
