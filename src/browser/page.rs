//! The page itself: what it says of its build, and what its person prefers.

use gloo::utils::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlElement;

use super::JsError;

/// The release and the commit that the page was built from, as its `<meta name="version">` says.
pub fn version() -> String {
    document()
        .query_selector("meta[name=version]")
        .ok()
        .flatten()
        .and_then(|meta| meta.get_attribute("content"))
        .unwrap_or_else(|| env!("CARGO_PKG_VERSION").to_owned())
}

/// Whether a media query holds, such as `(prefers-reduced-motion: reduce)`.
pub fn prefers(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|list| list.matches())
}

/// Puts text on the clipboard.
pub async fn copy_text(text: &str) -> Result<(), JsError> {
    let written = window().navigator().clipboard().write_text(text);
    JsFuture::from(written).await.map_err(|thrown| JsError::new("Copying to the clipboard", &thrown))?;
    Ok(())
}

/// Gives the person a file.
pub fn download(name: &str, mime: &str, text: &str) -> Result<(), JsError> {
    save(name, mime, text).map_err(|thrown| JsError::new("Saving a file", &thrown))
}

fn save(name: &str, mime: &str, text: &str) -> Result<(), JsValue> {
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(mime);
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&text.into()), &options)?;
    save_blob(name, &blob)
}

/// Gives the person a file of these bytes.
pub(super) fn save_blob(name: &str, blob: &web_sys::Blob) -> Result<(), JsValue> {
    let address = web_sys::Url::create_object_url_with_blob(blob)?;
    let anchor: HtmlElement = document().create_element("a")?.dyn_into()?;
    anchor.set_attribute("href", &address)?;
    anchor.set_attribute("download", name)?;
    anchor.click();
    // The browser has taken the file by the time the click returns to the event loop.
    gloo::timers::callback::Timeout::new(1000, move || {
        let _ = web_sys::Url::revoke_object_url(&address);
    })
    .forget();
    Ok(())
}
