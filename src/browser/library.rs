//! The library that came with the page: `library.json`, a list of files that the build made from `skills/` and `assets/workflows/`.

use std::collections::BTreeMap;

use gloo::utils::window;
use serde::Deserialize;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use super::JsError;
use crate::interface::Catalogue;
use crate::kernel::dag::Workflow;
use crate::kernel::diagnostic::Diagnostic;
use crate::kernel::skill;

#[derive(Deserialize)]
struct LibraryFile {
    path: String,
    text: String,
}

#[derive(Deserialize)]
struct LibraryArchive {
    files: Vec<LibraryFile>,
}

/// Fetches and reads the library. Broken files become diagnostics; only an archive that cannot be had or read is an error.
pub async fn load_catalogue() -> Result<Catalogue, JsError> {
    let text = fetch_text("library.json").await?;
    let archive: LibraryArchive = serde_json::from_str(&text).map_err(|error| JsError {
        context: "Reading the library of skills",
        name: "DecodeError".to_owned(),
        message: error.to_string(),
    })?;
    let (workflow_files, skill_files): (Vec<_>, Vec<_>) =
        archive.files.into_iter().partition(|file| file.path.starts_with("workflows/"));
    let mut library = skill::load(skill_files.iter().map(|file| (file.path.as_str(), file.text.as_bytes())));
    let mut workflows = BTreeMap::new();
    for file in workflow_files {
        match serde_json::from_str::<Workflow>(&file.text) {
            Ok(workflow) => {
                workflows.insert(workflow.workflow_id.clone(), workflow);
            }
            Err(error) => library.diagnostics.push(
                Diagnostic::error("broken_workflow", error.to_string())
                    .in_file(&file.path)
                    .at_line(error.line() as u32),
            ),
        }
    }
    Ok(Catalogue { library, workflows })
}

async fn fetch_text(path: &str) -> Result<String, JsError> {
    const CONTEXT: &str = "Fetching the library of skills";
    let thrown = |thrown| JsError::new(CONTEXT, &thrown);
    let response = JsFuture::from(window().fetch_with_str(path)).await.map_err(thrown)?;
    let response: Response = response.dyn_into().map_err(thrown)?;
    if !response.ok() {
        let message = format!("the server answered {} for {path}", response.status());
        return Err(JsError { context: CONTEXT, name: "HttpError".to_owned(), message });
    }
    let text = JsFuture::from(response.text().map_err(thrown)?).await.map_err(thrown)?;
    Ok(text.as_string().unwrap_or_default())
}
