//! What JavaScript throws, as our type: what was being done, the error's name, and its message.

use wasm_bindgen::{JsCast, JsValue};

/// Something that JavaScript threw or rejected with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{context}: {name}: {message}")]
pub struct JsError {
    /// What was being done.
    pub context: &'static str,
    /// The error's name, such as `QuotaExceededError`.
    pub name: String,
    /// Its message.
    pub message: String,
}

impl JsError {
    /// Reads any thrown value; one that is no `Error` is shown as text.
    pub fn new(context: &'static str, thrown: &JsValue) -> Self {
        match thrown.dyn_ref::<js_sys::Error>() {
            Some(error) => Self { context, name: error.name().into(), message: error.message().into() },
            None => {
                let text = thrown.as_string().unwrap_or_else(|| String::from(js_sys::JsString::from(thrown.clone())));
                Self { context, name: "Error".to_owned(), message: text }
            }
        }
    }
}
