//! `/workflows/export`, `/workflows/diff` and `/workflows/layout`: a workflow in the forms of others, two versions of one as one drawing,
//! and places for its nodes.

use serde::Deserialize;
use serde_json::{Value, json};

use super::workflows::{executables, saved};
use super::{ApiError, Call, ErrorCode, links};
use crate::kernel::canvas::auto_layout::auto_layout;
use crate::kernel::canvas::changes::changes;
use crate::kernel::canvas::scene::{Scene, Skills};
use crate::kernel::dag::Workflow;
use crate::kernel::export::{NotPython, mermaid, python_script, svg};
use crate::kernel::link::Inputs;
use crate::kernel::manager::Storage;

#[derive(Deserialize)]
struct Export {
    workflow: Option<Workflow>,
    workflow_id: Option<String>,
    format: String,
}

/// `POST /workflows/export`: `{workflow | workflow_id, format}`, as bytes; a format is `json`, `markdown`, `mermaid`, `svg` or `python`.
pub async fn export<S: Storage>(call: &Call<'_, S>) -> Result<Vec<u8>, ApiError> {
    let Export { workflow, workflow_id, format } = call.request.json()?;
    let workflow = match (workflow, workflow_id) {
        (Some(workflow), _) => workflow,
        (None, Some(workflow_id)) => saved(call, &workflow_id).await?,
        (None, None) => {
            return Err(ApiError::new(
                ErrorCode::MalformedRequest,
                "Give a 'workflow', or the 'workflow_id' of a saved one",
            ));
        }
    };
    let text = match format.as_str() {
        "json" => workflow.to_json_text(),
        "markdown" => workflow.to_markdown(),
        "mermaid" => mermaid(&workflow, &skills(call).await?),
        "svg" => svg(&links::gathered(call, &workflow, Inputs::new()).await?, &skills(call).await?),
        "python" => python_script(&workflow, &executables(call).await?).map_err(|refused| match &refused {
            NotPython::NotSound(findings) => ApiError::from_diagnostics(findings),
            NotPython::OtherLanguages(_) => ApiError::new(ErrorCode::Unprocessable, refused.to_string()),
        })?,
        other => {
            return Err(ApiError::new(ErrorCode::MalformedRequest, format!("There is no format '{other}'"))
                .detail("The formats are: json, markdown, mermaid, svg, python"));
        }
    };
    Ok(text.into_bytes())
}

#[derive(Deserialize)]
struct Versions {
    before: Workflow,
    after: Workflow,
}

/// `POST /workflows/diff`: `{before, after}` as one drawing with marks.
pub fn diff<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let Versions { before, after } = call.request.json()?;
    Ok(json!(changes(&before, &after)))
}

#[derive(Deserialize)]
struct Unplaced {
    workflow: Workflow,
}

/// `POST /workflows/layout`: `{workflow}` as `{places}`, a place for every node by id.
pub async fn layout<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let Unplaced { workflow } = call.request.json()?;
    let places = auto_layout(&Scene::new(&workflow, &skills(call).await?));
    Ok(json!({ "places": places }))
}

async fn skills<S: Storage>(call: &Call<'_, S>) -> Result<Skills, ApiError> {
    Ok(call.manager.skills(call.now).await?.into_iter().map(|(id, found)| (id, found.value)).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::interface::tests::Device;

    #[test]
    fn a_workflow_leaves_in_every_form() {
        let device = Device::new();
        let workflow =
            json!({ "name": "Twice", "nodes": [{ "nodeId": "a", "skillId": "double", "inputValues": { "x": 2 } }] });
        for (format, holds) in
            [("json", "\"nodeId\""), ("markdown", "```json"), ("mermaid", "flowchart"), ("svg", "<svg")]
        {
            let body = json!({ "workflow": workflow, "format": format });
            let answer = device.call("POST", "/workflows/export", Some(body));
            let text = String::from_utf8(answer.bytes.expect("bytes")).expect("text");
            assert!(text.contains(holds), "{format}: {text}");
        }
        device.refused("POST", "/workflows/export", json!({ "workflow": workflow, "format": "python" }), 422);
        device.refused("POST", "/workflows/export", json!({ "workflow": workflow, "format": "word" }), 400);
        device.refused("POST", "/workflows/export", json!({ "format": "json" }), 400);
        let told = device.done("POST", "/workflows/diff", json!({ "before": { "nodes": [] }, "after": workflow }));
        assert_eq!(told["nodes"]["a"], "added");
        let places = device.done("POST", "/workflows/layout", json!({ "workflow": workflow }));
        assert_eq!(places["places"]["a"], json!({ "x": 0.0, "y": 0.0 }));
    }
}
