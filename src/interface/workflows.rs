//! `/workflows`: what can run, and the payload that `window.llmos.run` takes.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{ApiError, Catalogue, ErrorCode, Request};
use crate::kernel::dag::{Edge, Graph, Node, Payload, Workflow};
use crate::kernel::skill::ExecutableSkill;

/// `GET /workflows`
pub fn list(request: &Request, catalogue: &Catalogue) -> Result<Value, ApiError> {
    let rows: Vec<Value> = catalogue
        .workflows
        .iter()
        .map(|(workflow_id, workflow)| {
            json!({
                "workflow_id": workflow_id,
                "name": workflow.name,
                "description": workflow.description,
                "volume": "system",
                "nodes": workflow.nodes.len(),
            })
        })
        .collect();
    Ok(json!({ "total": rows.len(), "workflows": request.page(rows)? }))
}

/// `GET /workflows/{workflow_id}`
pub fn get(workflow_id: &str, catalogue: &Catalogue) -> Result<Value, ApiError> {
    Ok(json!(saved(workflow_id, catalogue)?))
}

/// `GET /workflows/skills/executable`: each as in interface.md, without its code.
pub fn executable_skills(request: &Request, catalogue: &Catalogue) -> Result<Value, ApiError> {
    let rows: Vec<Value> = executables(catalogue)
        .map(|skill| {
            let mut row = json!(skill);
            if let Some(fields) = row.as_object_mut() {
                fields.remove("code");
            }
            row
        })
        .collect();
    Ok(json!({ "total": rows.len(), "skills": request.page(rows)? }))
}

/// `GET /workflows/categories`: how many executable skills each category has, by name.
pub fn categories(catalogue: &Catalogue) -> Value {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for skill in executables(catalogue) {
        *counts.entry(&skill.category).or_default() += 1;
    }
    let rows: Vec<Value> = counts.into_iter().map(|(name, skills)| json!({ "name": name, "skills": skills })).collect();
    json!({ "categories": rows })
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
pub fn execute(request: &Request, catalogue: &Catalogue) -> Result<Value, ApiError> {
    let asked: ExecuteRequest = request.json()?;
    let workflow = match (asked.nodes, asked.workflow_id) {
        (Some(nodes), workflow_id) => Workflow {
            workflow_id: workflow_id.unwrap_or_default(),
            name: asked.name.unwrap_or_default(),
            description: None,
            nodes,
            edges: asked.edges,
            metadata: asked.metadata,
        },
        (None, Some(workflow_id)) => saved(&workflow_id, catalogue)?.clone(),
        (None, None) => {
            return Err(ApiError::new(
                ErrorCode::MalformedRequest,
                "Give 'nodes' and 'edges', or the 'workflow_id' of a saved one",
            ));
        }
    };
    let payload = prepare(workflow, catalogue)?;
    Ok(json!({ "status": "ready", "payload": payload }))
}

/// A workflow with the skills of its nodes, proven to be a graph that can run.
pub fn prepare(workflow: Workflow, catalogue: &Catalogue) -> Result<Payload, ApiError> {
    let skills: BTreeMap<String, ExecutableSkill> = workflow
        .nodes
        .iter()
        .filter_map(|node| catalogue.library.skills.get(&node.skill_id)?.executable.as_deref())
        .map(|skill| (skill.skill_id.clone(), skill.clone()))
        .collect();
    Graph::build(&workflow, &skills).map_err(|diagnostics| ApiError::from_diagnostics(&diagnostics))?;
    Ok(Payload { workflow, skills })
}

fn saved<'a>(workflow_id: &str, catalogue: &'a Catalogue) -> Result<&'a Workflow, ApiError> {
    catalogue.workflows.get(workflow_id).ok_or_else(|| {
        ApiError::new(ErrorCode::NotFound, format!("There is no workflow '{workflow_id}'"))
            .detail("GET /workflows lists those that there are")
    })
}

fn executables(catalogue: &Catalogue) -> impl Iterator<Item = &ExecutableSkill> {
    catalogue.library.skills.values().filter_map(|skill| skill.executable.as_deref())
}
