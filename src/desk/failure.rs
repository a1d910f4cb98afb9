//! Why a call gave nothing, in words for the person.

use serde_json::Value;

use crate::browser::JsError;

/// Why a call gave nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Failure {
    /// The status of the answer; 0 where none came.
    pub status: u16,
    /// The kind of failure, for programs.
    pub code: String,
    /// What happened.
    pub message: String,
    /// More of it.
    pub detail: Option<String>,
}

impl Failure {
    /// Something of our own words.
    pub fn said(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }

    /// An answer that was none of the expected kind.
    pub fn unreadable(error: &serde_json::Error) -> Self {
        Self::said(format!("The volumes answered something that cannot be read: {error}"))
    }

    /// From the body of an answer.
    pub fn of_answer(status: u16, body: &Value) -> Self {
        let error = &body["error"];
        let text = |name: &str| error[name].as_str().map(str::to_owned);
        let mut failure = Self {
            status,
            code: text("code").unwrap_or_default(),
            message: text("message").unwrap_or_default(),
            detail: text("detail"),
        };
        if failure.message.is_empty() {
            failure.message = format!("The volumes answered {status} and gave no reason");
        }
        failure
    }

    /// The detail, where it is a sentence.
    pub fn detail_text(&self) -> Option<&str> {
        self.detail.as_deref().filter(|text| !text.is_empty())
    }

    /// What can be done about it, where that is known.
    pub fn hint(&self) -> &'static str {
        match self.status {
            403 => {
                "Your role does not allow this. Switch to another profile in the header, or propose the change instead."
            }
            404 => "It may have been moved or removed, or this build does not offer it yet.",
            409 => "Somebody changed it meanwhile. Look at what is there now, then decide.",
            413 => "Make it smaller, or keep it outside of the volume.",
            507 => "Export what you no longer need here, remove it, and try again.",
            _ => "",
        }
    }
}

impl From<JsError> for Failure {
    fn from(error: JsError) -> Self {
        // A rejection carries what the worker said; the error's own name adds nothing for a person.
        Self::said(error.message)
    }
}
