//! `/workflows`: what is saved, what can run, and the payload that `window.llmos.run` takes.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{ApiError, Call, ErrorCode, committed};
use crate::kernel::access::Action;
use crate::kernel::dag::{Edge, Node, Payload, Workflow, needed_skills};
use crate::kernel::manager::Storage;
use crate::kernel::skill::ExecutableSkill;
use crate::kernel::volume::{Change, Collection, Revision};

/// `GET /workflows`
pub async fn list<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let rows: Vec<Value> = call
        .manager
        .workflows(call.now)
        .await?
        .into_iter()
        .map(|(workflow_id, found)| {
            json!({
                "workflow_id": workflow_id,
                "name": found.value.name,
                "description": found.value.description,
                "volume": found.volume.to_string(),
                "nodes": found.value.nodes.len(),
            })
        })
        .collect();
    Ok(json!({ "total": rows.len(), "workflows": call.request.page(rows)? }))
}

/// `GET /workflows/{workflow_id}`
pub async fn get<S: Storage>(call: &Call<'_, S>, workflow_id: &str) -> Result<Value, ApiError> {
    Ok(json!(saved(call, workflow_id).await?))
}

#[derive(Deserialize)]
struct SaveRequest {
    #[serde(alias = "workflowId")]
    workflow_id: String,
    #[serde(default)]
    name: String,
    description: Option<String>,
    nodes: Vec<Node>,
    #[serde(default)]
    edges: Vec<Edge>,
    #[serde(default)]
    metadata: Map<String, Value>,
}

/// `POST /workflows/save`: into the person's own volume. It need not be able to run yet.
pub async fn save<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let SaveRequest { workflow_id, name, description, nodes, edges, metadata } = call.request.json()?;
    let volume = call.volume()?;
    let opened = call.manager.volume(&volume, Action::Write, call.now).await?;
    let name = if name.is_empty() { workflow_id.clone() } else { name };
    let workflow = Workflow { workflow_id: workflow_id.clone(), name, description, nodes, edges, metadata };
    let note = call.manager.note(&volume, format!("Save workflow: {}", workflow.name), call.now);
    let path = Collection::Workflows.path(&workflow_id)?;
    // A file of former days gives way to the new one.
    let standing = opened.standing(Collection::Workflows, &workflow_id, &Revision::Head).await?;
    let mut changes: Vec<Change> = standing.into_iter().filter(|old| *old != path).map(Change::remove).collect();
    changes.push(Change::put(path, workflow.to_markdown()));
    let commit = call.manager.commit(&opened, changes, &note).await?;
    Ok(json!({ "workflow_id": workflow_id, "volume": volume.to_string(), "commit": commit.to_string() }))
}

/// `DELETE /workflows/{workflow_id}?volume=`: its history stays.
pub async fn remove<S: Storage>(call: &Call<'_, S>, workflow_id: &str) -> Result<Value, ApiError> {
    let volume = call.volume()?;
    let opened = call.manager.volume(&volume, Action::Write, call.now).await?;
    let shelf = call.manager.shelf(&volume, call.now).await?;
    let workflow = shelf.workflows.get(workflow_id).ok_or_else(|| no_workflow(workflow_id))?;
    let note = call.manager.note(&volume, format!("Delete workflow: {}", workflow.name), call.now);
    let standing = opened.standing(Collection::Workflows, workflow_id, &Revision::Head).await?;
    let changes = standing.into_iter().map(Change::remove).collect();
    Ok(committed(call.manager.commit(&opened, changes, &note).await?))
}

/// `GET /workflows/skills/executable`: each as in interface.md, without its code.
pub async fn executable_skills<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let rows: Vec<Value> = executables(call)
        .await?
        .values()
        .map(|skill| {
            let mut row = json!(skill);
            if let Some(fields) = row.as_object_mut() {
                fields.remove("code");
            }
            row
        })
        .collect();
    Ok(json!({ "total": rows.len(), "skills": call.request.page(rows)? }))
}

/// `GET /workflows/categories`: how many executable skills each category has, by name.
pub async fn categories<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let skills = executables(call).await?;
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for skill in skills.values() {
        *counts.entry(&skill.category).or_default() += 1;
    }
    let rows: Vec<Value> = counts.into_iter().map(|(name, skills)| json!({ "name": name, "skills": skills })).collect();
    Ok(json!({ "categories": rows }))
}

#[derive(Deserialize)]
struct ExecuteRequest {
    #[serde(alias = "workflowId")]
    workflow_id: Option<String>,
    name: Option<String>,
    nodes: Option<Vec<Node>>,
    #[serde(default)]
    edges: Vec<Edge>,
    #[serde(default)]
    metadata: Map<String, Value>,
}

/// `POST /workflows/execute`: checks the graph and adds the skills that it needs. Nothing runs yet.
pub async fn execute<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let asked: ExecuteRequest = call.request.json()?;
    let workflow = match (asked.nodes, asked.workflow_id) {
        (Some(nodes), workflow_id) => Workflow {
            workflow_id: workflow_id.unwrap_or_default(),
            name: asked.name.unwrap_or_default(),
            description: None,
            nodes,
            edges: asked.edges,
            metadata: asked.metadata,
        },
        (None, Some(workflow_id)) => saved(call, &workflow_id).await?,
        (None, None) => {
            return Err(ApiError::new(
                ErrorCode::MalformedRequest,
                "Give 'nodes' and 'edges', or the 'workflow_id' of a saved one",
            ));
        }
    };
    let skills = needed_skills(&workflow, &executables(call).await?);
    let payload = Payload { workflow, skills };
    payload.graph().map_err(|diagnostics| ApiError::from_diagnostics(&diagnostics))?;
    Ok(json!({ "status": "ready", "payload": payload }))
}

/// The workflow of this id that counts.
pub(super) async fn saved<S: Storage>(call: &Call<'_, S>, workflow_id: &str) -> Result<Workflow, ApiError> {
    let found = call.manager.workflows(call.now).await?.remove(workflow_id);
    found.map(|found| found.value).ok_or_else(|| no_workflow(workflow_id))
}

fn no_workflow(workflow_id: &str) -> ApiError {
    ApiError::new(ErrorCode::NotFound, format!("There is no workflow '{workflow_id}'"))
        .detail("GET /workflows lists those that there are")
}

/// The skills that run, by id.
pub(super) async fn executables<S: Storage>(call: &Call<'_, S>) -> Result<BTreeMap<String, ExecutableSkill>, ApiError> {
    let skills = call.manager.skills(call.now).await?;
    let runs = |(id, found): (String, _)| {
        let found: crate::kernel::manager::VolumeFinding<std::sync::Arc<crate::kernel::skill::Skill>> = found;
        Some((id, found.value.executable.as_deref()?.clone()))
    };
    Ok(skills.into_iter().filter_map(runs).collect())
}
