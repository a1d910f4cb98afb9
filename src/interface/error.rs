//! The errors of the interface: a status, a stable code, a sentence, and where or what next.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::kernel::access::ProfileError;
use crate::kernel::diagnostic::Diagnostic;
use crate::kernel::link::LinkError;
use crate::kernel::manager::{ManagerError, RemoteErrorKind};
use crate::kernel::volume::{BadName, BadPath, RowsError, VolumeError};

/// What kind of thing went wrong; each has its HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// The request cannot be read.
    MalformedRequest,
    /// The access table does not allow it.
    Forbidden,
    /// There is no such call or thing.
    NotFound,
    /// It exists already, or changed underneath.
    Conflict,
    /// It is larger than anything of its kind may be.
    TooLarge,
    /// It can be read but is wrong: a cycle, a missing input, an unknown skill.
    Unprocessable,
    /// The caller broke it off.
    Aborted,
    /// What the other side of the network said no to.
    BadGateway,
    /// The model's provider gave no answer.
    ModelFailed,
    /// No model is connected.
    NoModel,
    /// The browser's storage is full.
    StorageFull,
    /// What is kept is damaged, or cannot be reached.
    Internal,
}

impl ErrorCode {
    /// The HTTP status.
    pub fn status(self) -> u16 {
        match self {
            Self::MalformedRequest => 400,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::TooLarge => 413,
            Self::Unprocessable => 422,
            Self::Aborted => 499,
            Self::Internal => 500,
            Self::BadGateway | Self::ModelFailed => 502,
            Self::NoModel => 503,
            Self::StorageFull => 507,
        }
    }

    /// The name for programs, where nothing more precise is known.
    pub fn name(self) -> &'static str {
        match self {
            Self::MalformedRequest => "malformed_request",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::TooLarge => "too_large",
            Self::Unprocessable => "unprocessable",
            Self::Aborted => "aborted",
            Self::Internal => "internal",
            Self::BadGateway => "remote_failed",
            Self::ModelFailed => "model_failed",
            Self::NoModel => "no_model",
            Self::StorageFull => "storage_full",
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

    /// What it says to a person.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Where it is or what to do next, if it says so.
    pub fn detail_text(&self) -> Option<&str> {
        self.detail.as_deref()
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

impl From<ManagerError> for ApiError {
    fn from(error: ManagerError) -> Self {
        match error {
            ManagerError::Denied(denied) => Self::new(ErrorCode::Forbidden, sentence(&denied)).detail(denied.hint()),
            ManagerError::Profile(error) => {
                let code = match error {
                    ProfileError::NoSuchUser(_) | ProfileError::NoSuchTeam(_) => ErrorCode::NotFound,
                    ProfileError::UserExists(_) | ProfileError::TeamExists(_) => ErrorCode::Conflict,
                    _ => ErrorCode::Unprocessable,
                };
                Self::new(code, sentence(&error))
            }
            ManagerError::Volume(error) => error.into(),
            ManagerError::Remote(error) if error.kind == RemoteErrorKind::Cancelled => {
                Self::new(ErrorCode::Aborted, sentence(&error))
            }
            ManagerError::Remote(error) => Self::new(ErrorCode::BadGateway, sentence(&error)),
            error @ (ManagerError::NoRemote | ManagerError::NotEmpty { .. }) => {
                Self::new(ErrorCode::Conflict, sentence(&error))
            }
            damaged @ ManagerError::Damaged { .. } => Self::new(ErrorCode::Internal, sentence(&damaged)),
        }
    }
}

impl From<LinkError> for ApiError {
    fn from(error: LinkError) -> Self {
        let code = match &error {
            LinkError::TooLong(_) => ErrorCode::TooLarge,
            _ => ErrorCode::Unprocessable,
        };
        let name = Cow::Borrowed(error.code());
        Self { code, name, message: error.to_string(), detail: Some(error.cure().to_owned()) }
    }
}

impl From<VolumeError> for ApiError {
    fn from(error: VolumeError) -> Self {
        use VolumeError as E;
        let code = match &error {
            E::Rows(RowsError::QuotaExceeded) => ErrorCode::StorageFull,
            E::Rows(RowsError::Moved { .. }) | E::Conflict { .. } | E::Busy(_) | E::NameTaken { .. } => {
                ErrorCode::Conflict
            }
            E::AlreadyAVolume | E::IsAFolder(_) | E::IsAFile(_) => ErrorCode::Conflict,
            E::NotAVolume | E::NoSuchBranch(_) | E::NoSuchFile(_) => ErrorCode::NotFound,
            E::Rows(_) | E::Missing { .. } | E::Damaged { .. } | E::DamagedRow { .. } => ErrorCode::Internal,
            _ => ErrorCode::Unprocessable,
        };
        Self::new(code, sentence(&error))
    }
}

impl From<BadPath> for ApiError {
    fn from(error: BadPath) -> Self {
        Self::new(ErrorCode::Unprocessable, sentence(&error))
    }
}

impl From<BadName> for ApiError {
    fn from(error: BadName) -> Self {
        Self::new(ErrorCode::Unprocessable, sentence(&error))
    }
}

/// An error's words as a sentence begins.
pub(super) fn sentence(error: &impl std::fmt::Display) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
