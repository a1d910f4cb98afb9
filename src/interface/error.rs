//! The errors of the interface: a status, a stable code, a sentence, and where or what next.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::kernel::diagnostic::Diagnostic;

/// What kind of thing went wrong; each has its HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// The request cannot be read.
    MalformedRequest,
    /// There is no such call or thing.
    NotFound,
    /// It can be read but is wrong: a cycle, a missing input, an unknown skill.
    Unprocessable,
}

impl ErrorCode {
    /// The HTTP status.
    pub fn status(self) -> u16 {
        match self {
            Self::MalformedRequest => 400,
            Self::NotFound => 404,
            Self::Unprocessable => 422,
        }
    }

    /// The name for programs, where nothing more precise is known.
    pub fn name(self) -> &'static str {
        match self {
            Self::MalformedRequest => "malformed_request",
            Self::NotFound => "not_found",
            Self::Unprocessable => "unprocessable",
        }
    }
}

/// A refused call.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiError {
    /// Its kind.
    pub code: ErrorCode,
    name: Cow<'static, str>,
    message: String,
    detail: Option<String>,
}

impl ApiError {
    /// An error of this kind with a sentence for a person.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, name: Cow::Borrowed(code.name()), message: message.into(), detail: None }
    }

    /// The same, with where it is or what to do next.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// What is wrong with a workflow: the first finding as the message, every finding with its place and hints in the detail.
    pub fn from_diagnostics(diagnostics: &[Diagnostic]) -> Self {
        let lines = diagnostics.iter().map(|finding| {
            let hints = finding.hints.iter().map(|hint| format!("\n  {hint}"));
            format!("{finding}{}", hints.collect::<String>())
        });
        let first = diagnostics.first();
        Self {
            code: ErrorCode::Unprocessable,
            name: first.map_or(Cow::Borrowed(ErrorCode::Unprocessable.name()), |finding| finding.code.clone()),
            message: first.map_or_else(|| "The workflow cannot run".to_owned(), |finding| finding.message.clone()),
            detail: Some(lines.collect::<Vec<_>>().join("\n")),
        }
    }

    /// `{error: {code, message, detail?}}`
    pub fn to_body(&self) -> Value {
        let mut error = json!({ "code": self.name, "message": self.message });
        if let Some(detail) = &self.detail {
            error["detail"] = json!(detail);
        }
        json!({ "error": error })
    }
}
