//! Answers the calls of `window.llmos.fetch` from what the page knows: a method, a path and a body in, a status and JSON out.
//!
//! Pure: it never runs a workflow, touches storage or calls JavaScript; `browser::scripting` carries calls here and answers back.

mod catalogue;
mod error;
mod request;
mod skills;
mod workflows;

pub use catalogue::{Archive, ArchivedFile, Catalogue};
pub use error::{ApiError, ErrorCode};
pub use request::Request;

/// The workflow that a first visit opens.
pub const DEMO_WORKFLOW: &str = "rc-filter";

use serde_json::Value;

/// An answer: an HTTP status and a JSON body.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// The status, such as 200 or 422.
    pub status: u16,
    /// The body.
    pub body: Value,
}

/// Answers one call.
pub fn answer(request: &Request, catalogue: &Catalogue) -> Response {
    match route(request, catalogue) {
        Ok(body) => Response { status: 200, body },
        Err(error) => Response { status: error.code.status(), body: error.to_body() },
    }
}

const CALLS: &[&str] = &[
    "GET /skills",
    "GET /skills/{skill_id}",
    "GET /workflows",
    "GET /workflows/{workflow_id}",
    "GET /workflows/categories",
    "GET /workflows/skills/executable",
    "POST /workflows/execute",
];

fn route(request: &Request, catalogue: &Catalogue) -> Result<Value, ApiError> {
    let segments: Vec<&str> = request.segments.iter().map(String::as_str).collect();
    match (request.method.as_str(), segments.as_slice()) {
        ("GET", ["skills"]) => skills::list(request, catalogue),
        ("GET", ["skills", skill_id]) => skills::get(skill_id, request, catalogue),
        ("GET", ["workflows"]) => workflows::list(request, catalogue),
        ("GET", ["workflows", "categories"]) => Ok(workflows::categories(catalogue)),
        ("GET", ["workflows", "skills", "executable"]) => workflows::executable_skills(request, catalogue),
        ("GET", ["workflows", workflow_id]) => workflows::get(workflow_id, catalogue),
        ("POST", ["workflows", "execute"]) => workflows::execute(request, catalogue),
        (method, _) => Err(ApiError::new(
            ErrorCode::NotFound,
            format!("There is no call {method} /{}", request.segments.join("/")),
        )
        .detail(format!("The calls are: {}", CALLS.join(", ")))),
    }
}

#[cfg(test)]
mod tests;
