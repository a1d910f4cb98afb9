//! A finding about something a person wrote, as data: what is wrong, where, and what to do next.
//!
//! The kernel never formats a diagnostic for a screen; whoever shows it does.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Cannot be used until it is mended.
    Error,
    /// Can be used, perhaps not as meant.
    Warning,
}

/// Where a finding is; every part may be unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The file, as a path inside its volume.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The line in that file, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The node of a workflow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// The port of that node, or the field of the front matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
}

/// One finding: a stable code, a sentence for a person, a place, and what can be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// How much it matters.
    pub severity: Severity,
    /// A stable name for programs, such as `unknown_port`.
    pub code: Cow<'static, str>,
    /// A sentence for a person, without a final stop.
    pub message: String,
    /// Where it is.
    pub place: Place,
    /// What to do next, best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<String>,
}

impl Diagnostic {
    /// An error with this code and message, at no place yet.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// A warning with this code and message, at no place yet.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    fn new(severity: Severity, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity,
            code: Cow::Borrowed(code),
            message: message.into(),
            place: Place::default(),
            hints: Vec::new(),
        }
    }

    /// The same finding, in this file.
    #[must_use]
    pub fn in_file(mut self, path: &str) -> Self {
        self.place.path = Some(path.to_owned());
        self
    }

    /// The same finding, at this line (from 1).
    #[must_use]
    pub fn at_line(mut self, line: u32) -> Self {
        self.place.line = Some(line);
        self
    }

    /// The same finding, at this node.
    #[must_use]
    pub fn at_node(mut self, node: &str) -> Self {
        self.place.node = Some(node.to_owned());
        self
    }

    /// The same finding, at this port or field.
    #[must_use]
    pub fn at_port(mut self, port: &str) -> Self {
        self.place.port = Some(port.to_owned());
        self
    }

    /// The same finding, with one more thing to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { path, line, node, port } = &self.place;
        if let Some(path) = path {
            write!(out, "{path}")?;
            if let Some(line) = line {
                write!(out, ":{line}")?;
            }
            write!(out, ": ")?;
        }
        if let Some(node) = node {
            write!(out, "{node}")?;
            if let Some(port) = port {
                write!(out, ".{port}")?;
            }
            write!(out, ": ")?;
        }
        write!(out, "{}", self.message)
    }
}
