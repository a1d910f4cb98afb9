//! The opening of the library that came with the page, `library.json`: made by the build (`src/bin/library.rs`), so that the page needs
//! no parser of skills to open. The whole library comes from the volume worker.

use gloo::utils::window;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use super::JsError;
use crate::interface::Catalogue;

/// Fetches the opening: every skill in outline, the demo's whole enough to run.
pub async fn load_opening() -> Result<Catalogue, JsError> {
    let text = fetch_text("library.json", "Fetching the library of skills").await?;
    decode("Reading the library of skills", &text)
}

/// Fetches the pages of the help, as JSON: made by the build out of `docs/`.
pub async fn load_help() -> Result<String, JsError> {
    fetch_text("help.json", "Fetching the help").await
}

/// A catalogue from its JSON.
pub(super) fn decode(context: &'static str, text: &str) -> Result<Catalogue, JsError> {
    serde_json::from_str(text).map_err(|error| JsError {
        context,
        name: "DecodeError".to_owned(),
        message: error.to_string(),
    })
}

async fn fetch_text(path: &str, context: &'static str) -> Result<String, JsError> {
    let thrown = |thrown| JsError::new(context, &thrown);
    let response = JsFuture::from(window().fetch_with_str(path)).await.map_err(thrown)?;
    let response: Response = response.dyn_into().map_err(thrown)?;
    if !response.ok() {
        let message = format!("the server answered {} for {path}", response.status());
        return Err(JsError { context, name: "HttpError".to_owned(), message });
    }
    let text = JsFuture::from(response.text().map_err(thrown)?).await.map_err(thrown)?;
    Ok(text.as_string().unwrap_or_default())
}
