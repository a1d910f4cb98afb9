//! Answers the calls of `window.llmos.fetch` from the volumes of the device: a method, a path and a body in, a status and JSON out.
//!
//! Pure: storage is the kernel's port, the clock an argument; it never runs a workflow and calls no JavaScript. `volumes.rs` carries
//! calls here and answers back.

mod catalogue;
mod error;
mod profiles;
mod proposals;
mod remotes;
mod request;
mod skills;
mod volumes;
mod workflows;

pub use catalogue::{Archive, ArchivedFile, Catalogue};
pub use error::{ApiError, ErrorCode};
pub use request::Request;

/// The workflow that a first visit opens.
pub const DEMO_WORKFLOW: &str = "rc-filter";

use serde_json::{Value, json};

use crate::kernel::access::Volume;
use crate::kernel::manager::{Now, Remotes, Storage, VolumeManager};

/// An answer: an HTTP status and a body.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// The status, such as 200 or 422.
    pub status: u16,
    /// The body.
    pub body: Value,
    /// The body of a call that answers with bytes; `body` is null then.
    pub bytes: Option<Vec<u8>>,
}

impl From<Value> for Response {
    fn from(body: Value) -> Self {
        Self { status: 200, body, bytes: None }
    }
}

impl Response {
    /// Something was made.
    fn created(body: Value) -> Self {
        Self { status: 201, body, bytes: None }
    }

    fn bytes(bytes: Vec<u8>) -> Self {
        Self { status: 200, body: Value::Null, bytes: Some(bytes) }
    }
}

/// A call, what it is answered from, and when.
struct Call<'a, S: Storage> {
    request: &'a Request,
    manager: &'a VolumeManager<S>,
    now: Now,
}

impl<S: Storage> Call<'_, S> {
    /// The volume that the query names; by default the person's own.
    fn volume(&self) -> Result<Volume, ApiError> {
        match self.request.parameter("volume") {
            Some(name) => volume_named(name),
            None => Ok(self.manager.own_volume()),
        }
    }
}

/// The volume of this name.
fn volume_named(name: &str) -> Result<Volume, ApiError> {
    name.parse().map_err(|error: crate::kernel::access::BadId| {
        ApiError::new(ErrorCode::NotFound, format!("There is no volume '{name}'")).detail(error.to_string())
    })
}

/// Answers one call.
pub async fn answer<S: Storage + Remotes>(request: &Request, manager: &VolumeManager<S>, now: Now) -> Response {
    match route(&Call { request, manager, now }).await {
        Ok(response) => response,
        Err(error) => Response { status: error.code.status(), body: error.to_body(), bytes: None },
    }
}

const CALLS: &[&str] = &[
    "GET /profiles",
    "POST /profiles",
    "POST /profiles/switch",
    "PUT /profiles/{user_id}",
    "DELETE /profiles/{user_id}",
    "POST /teams",
    "POST /teams/{team_id}/members",
    "DELETE /teams/{team_id}/members/{user_id}",
    "GET /proposals",
    "POST /proposals",
    "POST /proposals/{id}/comments",
    "POST /proposals/{id}/merge",
    "POST /proposals/{id}/close",
    "GET /skills",
    "POST /skills",
    "POST /skills/promote",
    "GET /skills/{skill_id}",
    "PUT /skills/{skill_id}",
    "DELETE /skills/{skill_id}",
    "GET /volumes/stats",
    "GET /volumes/tree",
    "GET /volumes/file",
    "PUT /volumes/file",
    "DELETE /volumes/file",
    "GET /volumes/files",
    "PUT /volumes/files",
    "POST /volumes/move",
    "GET /volumes/history",
    "GET /volumes/commit",
    "GET /volumes/diff",
    "POST /volumes/revert",
    "POST /volumes/restore",
    "GET /volumes/branches",
    "POST /volumes/branches",
    "DELETE /volumes/branches",
    "DELETE /volumes",
    "GET /volumes/remote",
    "POST /volumes/remote",
    "DELETE /volumes/remote",
    "POST /volumes/sync",
    "POST /volumes/resolve",
    "GET /workflows",
    "POST /workflows/save",
    "GET /workflows/{workflow_id}",
    "DELETE /workflows/{workflow_id}",
    "GET /workflows/categories",
    "GET /workflows/skills/executable",
    "POST /workflows/execute",
];

async fn route<S: Storage + Remotes>(call: &Call<'_, S>) -> Result<Response, ApiError> {
    let segments: Vec<&str> = call.request.segments.iter().map(String::as_str).collect();
    let answer: Value = match (call.request.method.as_str(), segments.as_slice()) {
        ("GET", ["profiles"]) => profiles::list(call),
        ("POST", ["profiles"]) => return profiles::add(call).await.map(Response::created),
        ("POST", ["profiles", "switch"]) => profiles::switch(call).await?,
        ("PUT", ["profiles", user_id]) => profiles::rename(call, user_id).await?,
        ("DELETE", ["profiles", user_id]) => profiles::remove(call, user_id).await?,
        ("POST", ["teams"]) => return profiles::add_team(call).await.map(Response::created),
        ("POST", ["teams", team_id, "members"]) => profiles::join(call, team_id).await?,
        ("DELETE", ["teams", team_id, "members", user_id]) => profiles::leave(call, team_id, user_id).await?,
        ("GET", ["proposals"]) => proposals::list(call).await?,
        ("POST", ["proposals"]) => return proposals::create(call).await.map(Response::created),
        ("POST", ["proposals", id, "comments"]) => return proposals::comment(call, id).await.map(Response::created),
        ("POST", ["proposals", id, "merge"]) => proposals::merge(call, id).await?,
        ("POST", ["proposals", id, "close"]) => proposals::close(call, id).await?,
        ("GET", ["skills"]) => skills::list(call).await?,
        ("POST", ["skills"]) => return skills::create(call).await.map(Response::created),
        ("POST", ["skills", "promote"]) => return skills::promote(call).await.map(Response::created),
        ("GET", ["skills", skill_id]) => skills::get(call, skill_id).await?,
        ("PUT", ["skills", skill_id]) => skills::replace(call, skill_id).await?,
        ("DELETE", ["skills", skill_id]) => skills::remove(call, skill_id).await?,
        ("DELETE", ["volumes"]) => volumes::remove(call).await?,
        ("GET", ["volumes", "stats"]) => volumes::stats(call).await?,
        ("GET", ["volumes", "tree"]) => volumes::tree(call).await?,
        ("GET", ["volumes", "file"]) => return volumes::file(call).await.map(Response::bytes),
        ("PUT", ["volumes", "file"]) => volumes::put_file(call).await?,
        ("DELETE", ["volumes", "file"]) => volumes::delete_file(call).await?,
        ("GET", ["volumes", "files"]) => volumes::files(call).await?,
        ("PUT", ["volumes", "files"]) => volumes::put_files(call).await?,
        ("POST", ["volumes", "move"]) => volumes::move_file(call).await?,
        ("GET", ["volumes", "history"]) => volumes::history(call).await?,
        ("GET", ["volumes", "commit"]) => volumes::commit(call).await?,
        ("GET", ["volumes", "diff"]) => volumes::diff(call).await?,
        ("POST", ["volumes", "revert"]) => volumes::revert(call).await?,
        ("POST", ["volumes", "restore"]) => volumes::restore(call).await?,
        ("GET", ["volumes", "branches"]) => volumes::branches(call).await?,
        ("POST", ["volumes", "branches"]) => return volumes::create_branch(call).await.map(Response::created),
        ("DELETE", ["volumes", "branches"]) => volumes::delete_branch(call).await?,
        ("GET", ["volumes", "remote"]) => remotes::get(call).await?,
        ("POST", ["volumes", "remote"]) => remotes::set(call).await?,
        ("DELETE", ["volumes", "remote"]) => remotes::remove(call).await?,
        ("POST", ["volumes", "sync" | "resolve"]) => remotes::sync(call).await?,
        ("GET", ["workflows"]) => workflows::list(call).await?,
        ("POST", ["workflows", "save"]) => return workflows::save(call).await.map(Response::created),
        ("GET", ["workflows", "categories"]) => workflows::categories(call).await?,
        ("GET", ["workflows", "skills", "executable"]) => workflows::executable_skills(call).await?,
        ("GET", ["workflows", workflow_id]) => workflows::get(call, workflow_id).await?,
        ("DELETE", ["workflows", workflow_id]) => workflows::remove(call, workflow_id).await?,
        ("POST", ["workflows", "execute"]) => workflows::execute(call).await?,
        (method, _) => {
            return Err(ApiError::new(
                ErrorCode::NotFound,
                format!("There is no call {method} /{}", call.request.segments.join("/")),
            )
            .detail(format!("The calls are: {}", CALLS.join(", "))));
        }
    };
    Ok(answer.into())
}

/// `{commit}`
fn committed(oid: crate::kernel::volume::Oid) -> Value {
    json!({ "commit": oid.to_string() })
}

#[cfg(test)]
mod tests;
