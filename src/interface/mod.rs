//! Answers the calls of `window.llmos.fetch` from the volumes of the device: a method, a path and a body in, a status and JSON out.
//!
//! Pure: storage is the kernel's port, the clock an argument; it never runs a workflow and calls no JavaScript. `volumes.rs` carries
//! calls here and answers back.

mod catalogue;
pub mod chat;
mod error;
mod evolution;
mod exports;
mod help;
mod import;
mod links;
mod models;
mod profiles;
mod proposals;
mod remotes;
mod request;
mod runs;
mod skills;
mod traces;
mod volumes;
mod workflows;

pub use catalogue::{Archive, ArchivedFile, Catalogue};
pub use error::{ApiError, ErrorCode};
pub use evolution::{Progress, Stage, ToldOutput, Workshop};
pub use help::{HelpPage, HelpSection, pages as help_pages};
pub use request::{Body, Request};
pub use runs::RunReport;

/// The workflow that a first visit opens.
pub const DEMO_WORKFLOW: &str = "rc-filter";

use std::pin::Pin;

use serde_json::{Value, json};

use crate::kernel::access::Volume;
use crate::kernel::llm::ModelServers;
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

impl Response {
    fn bytes(bytes: Vec<u8>) -> Self {
        Self { status: 200, body: Value::Null, bytes: Some(bytes) }
    }
}

/// A call that is being answered. Each is a program of its own: as one they would be so large that a browser takes a while to compile
/// them before the first call of a visit.
type Answering<'a, T> = Pin<Box<dyn Future<Output = Result<T, ApiError>> + 'a>>;

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
pub async fn answer<S: Storage + Remotes + ModelServers + Workshop>(
    request: &Request,
    manager: &VolumeManager<S>,
    now: Now,
) -> Response {
    match route(&Call { request, manager, now }).await {
        Ok(response) => response,
        Err(error) => Response { status: error.code.status(), body: error.to_body(), bytes: None },
    }
}

const CALLS: &[&str] = &[
    "GET /evolution",
    "GET /evolution/due",
    "PUT /evolution/settings",
    "GET /evolution/patterns/{signature}",
    "POST /evolve",
    "POST /evolve/stop",
    "GET /evolution/drafts",
    "POST /evolution/drafts/{id}/accept",
    "POST /evolution/drafts/{id}/reject",
    "POST /evolution/drafts/{id}/replay",
    "POST /evolution/drafts/{id}/try",
    "POST /evolution/skills/{skill_id}/archive",
    "POST /import/llmos",
    "GET /models",
    "POST /models",
    "DELETE /models",
    "POST /models/default",
    "POST /models/check",
    "POST /models/openrouter",
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
    "POST /skills/check",
    "GET /skills/diagnostics",
    "GET /skills/templates",
    "GET /skills/{skill_id}",
    "PUT /skills/{skill_id}",
    "DELETE /skills/{skill_id}",
    "POST /skills/{skill_id}/copy",
    "POST /skills/{skill_id}/rename",
    "GET /skills/{skill_id}/package",
    "POST /import/skills",
    "GET /traces",
    "POST /traces",
    "POST /traces/run",
    "GET /traces/{trace_id}",
    "POST /traces/{trace_id}/rating",
    "POST /traces/share",
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
    "POST /workflows/export",
    "POST /workflows/diff",
    "POST /workflows/layout",
    "POST /links",
    "POST /links/open",
    "POST /links/keep",
    "POST /links/seal",
];

async fn route<S: Storage + Remotes + ModelServers + Workshop>(call: &Call<'_, S>) -> Result<Response, ApiError> {
    let segments: Vec<&str> = call.request.segments.iter().map(String::as_str).collect();
    let (status, answering): (u16, Answering<'_, Value>) = match (call.request.method.as_str(), segments.as_slice()) {
        ("GET", ["evolution"]) => (200, Box::pin(evolution::overview(call))),
        ("GET", ["evolution", "due"]) => (200, Box::pin(evolution::due_now(call))),
        ("PUT", ["evolution", "settings"]) => (200, Box::pin(evolution::put_settings(call))),
        ("GET", ["evolution", "patterns", signature]) => (200, Box::pin(evolution::pattern(call, signature))),
        ("POST", ["evolve", "stop"]) => (200, Box::pin(std::future::ready(Ok(evolution::stop(call))))),
        ("POST", ["evolve"]) => (200, Box::pin(evolution::evolve(call))),
        ("GET", ["evolution", "drafts"]) => (200, Box::pin(evolution::drafts(call))),
        ("POST", ["evolution", "drafts", id, "accept"]) => (200, Box::pin(evolution::accept(call, id))),
        ("POST", ["evolution", "drafts", id, "reject"]) => (200, Box::pin(evolution::reject(call, id))),
        ("POST", ["evolution", "drafts", id, "replay"]) => (200, Box::pin(evolution::replayed(call, id))),
        ("POST", ["evolution", "drafts", id, "try"]) => (200, Box::pin(evolution::try_again(call, id))),
        ("POST", ["evolution", "skills", skill_id, "archive"]) => (200, Box::pin(evolution::archive(call, skill_id))),
        ("POST", ["import", "llmos"]) => (200, Box::pin(import::llmos(call))),
        ("GET", ["models"]) => (200, Box::pin(models::list(call))),
        ("POST", ["models"]) => (201, Box::pin(models::add(call))),
        ("DELETE", ["models"]) => (200, Box::pin(models::remove(call))),
        ("POST", ["models", "default"]) => (200, Box::pin(models::choose(call))),
        ("POST", ["models", "check"]) => (200, Box::pin(models::check(call))),
        ("GET", ["profiles"]) => (200, Box::pin(std::future::ready(Ok(profiles::list(call))))),
        ("POST", ["profiles"]) => (201, Box::pin(profiles::add(call))),
        ("POST", ["profiles", "switch"]) => (200, Box::pin(profiles::switch(call))),
        ("PUT", ["profiles", user_id]) => (200, Box::pin(profiles::rename(call, user_id))),
        ("DELETE", ["profiles", user_id]) => (200, Box::pin(profiles::remove(call, user_id))),
        ("POST", ["teams"]) => (201, Box::pin(profiles::add_team(call))),
        ("POST", ["teams", team_id, "members"]) => (200, Box::pin(profiles::join(call, team_id))),
        ("DELETE", ["teams", team_id, "members", user_id]) => (200, Box::pin(profiles::leave(call, team_id, user_id))),
        ("GET", ["proposals"]) => (200, Box::pin(proposals::list(call))),
        ("POST", ["proposals"]) => (201, Box::pin(proposals::create(call))),
        ("POST", ["proposals", id, "comments"]) => (201, Box::pin(proposals::comment(call, id))),
        ("POST", ["proposals", id, "merge"]) => (200, Box::pin(proposals::merge(call, id))),
        ("POST", ["proposals", id, "close"]) => (200, Box::pin(proposals::close(call, id))),
        ("GET", ["skills"]) => (200, Box::pin(skills::list(call))),
        ("POST", ["skills"]) => (201, Box::pin(skills::create(call))),
        ("POST", ["skills", "promote"]) => (201, Box::pin(skills::promote(call))),
        ("POST", ["skills", "check"]) => (200, Box::pin(skills::check(call))),
        ("GET", ["skills", "diagnostics"]) => (200, Box::pin(skills::diagnostics(call))),
        ("GET", ["skills", "templates"]) => (200, Box::pin(std::future::ready(Ok(skills::templates())))),
        ("POST", ["skills", skill_id, "copy"]) => (201, Box::pin(skills::copy(call, skill_id))),
        ("POST", ["skills", skill_id, "rename"]) => (200, Box::pin(skills::rename(call, skill_id))),
        ("GET", ["skills", skill_id, "package"]) => {
            let answering: Answering<'_, Vec<u8>> = Box::pin(skills::package(call, skill_id));
            return answering.await.map(Response::bytes);
        }
        ("POST", ["import", "skills"]) => (200, Box::pin(import::skills(call))),
        ("GET", ["skills", skill_id]) => (200, Box::pin(skills::get(call, skill_id))),
        ("PUT", ["skills", skill_id]) => (200, Box::pin(skills::replace(call, skill_id))),
        ("DELETE", ["skills", skill_id]) => (200, Box::pin(skills::remove(call, skill_id))),
        ("GET", ["traces"]) => (200, Box::pin(traces::list(call))),
        ("POST", ["traces"]) => (201, Box::pin(traces::create(call))),
        ("POST", ["traces", "run"]) => (201, Box::pin(runs::keep(call))),
        ("GET", ["traces", trace_id]) => (200, Box::pin(traces::get(call, trace_id))),
        ("POST", ["traces", "share"]) => (200, Box::pin(traces::share(call))),
        ("POST", ["traces", trace_id, "rating"]) => (200, Box::pin(traces::rate(call, trace_id))),
        ("DELETE", ["volumes"]) => (200, Box::pin(volumes::remove(call))),
        ("GET", ["volumes", "stats"]) => (200, Box::pin(volumes::stats(call))),
        ("GET", ["volumes", "tree"]) => (200, Box::pin(volumes::tree(call))),
        ("GET", ["volumes", "file"]) => {
            let answering: Answering<'_, Vec<u8>> = Box::pin(volumes::file(call));
            return answering.await.map(Response::bytes);
        }
        ("PUT", ["volumes", "file"]) => (200, Box::pin(volumes::put_file(call))),
        ("DELETE", ["volumes", "file"]) => (200, Box::pin(volumes::delete_file(call))),
        ("GET", ["volumes", "files"]) => (200, Box::pin(volumes::files(call))),
        ("PUT", ["volumes", "files"]) => (200, Box::pin(volumes::put_files(call))),
        ("POST", ["volumes", "move"]) => (200, Box::pin(volumes::move_file(call))),
        ("GET", ["volumes", "history"]) => (200, Box::pin(volumes::history(call))),
        ("GET", ["volumes", "commit"]) => (200, Box::pin(volumes::commit(call))),
        ("GET", ["volumes", "diff"]) => (200, Box::pin(volumes::diff(call))),
        ("POST", ["volumes", "revert"]) => (200, Box::pin(volumes::revert(call))),
        ("POST", ["volumes", "restore"]) => (200, Box::pin(volumes::restore(call))),
        ("GET", ["volumes", "branches"]) => (200, Box::pin(volumes::branches(call))),
        ("POST", ["volumes", "branches"]) => (201, Box::pin(volumes::create_branch(call))),
        ("DELETE", ["volumes", "branches"]) => (200, Box::pin(volumes::delete_branch(call))),
        ("GET", ["volumes", "remote"]) => (200, Box::pin(remotes::get(call))),
        ("POST", ["volumes", "remote"]) => (200, Box::pin(remotes::set(call))),
        ("DELETE", ["volumes", "remote"]) => (200, Box::pin(remotes::remove(call))),
        ("POST", ["volumes", "sync" | "resolve"]) => (200, Box::pin(remotes::sync(call))),
        ("GET", ["workflows"]) => (200, Box::pin(workflows::list(call))),
        ("POST", ["workflows", "save"]) => (201, Box::pin(workflows::save(call))),
        ("GET", ["workflows", "categories"]) => (200, Box::pin(workflows::categories(call))),
        ("GET", ["workflows", "skills", "executable"]) => (200, Box::pin(workflows::executable_skills(call))),
        ("GET", ["workflows", workflow_id]) => (200, Box::pin(workflows::get(call, workflow_id))),
        ("DELETE", ["workflows", workflow_id]) => (200, Box::pin(workflows::remove(call, workflow_id))),
        ("POST", ["workflows", "execute"]) => (200, Box::pin(workflows::execute(call))),
        ("POST", ["workflows", "export"]) => {
            let answering: Answering<'_, Vec<u8>> = Box::pin(exports::export(call));
            return answering.await.map(Response::bytes);
        }
        ("POST", ["workflows", "diff"]) => (200, Box::pin(std::future::ready(exports::diff(call)))),
        ("POST", ["workflows", "layout"]) => (200, Box::pin(exports::layout(call))),
        ("POST", ["links"]) => (201, Box::pin(links::make(call))),
        ("POST", ["links", "open"]) => (200, Box::pin(links::open(call))),
        ("POST", ["links", "keep"]) => (201, Box::pin(links::keep(call))),
        ("POST", ["links", "seal"]) => (201, Box::pin(std::future::ready(links::seal(call)))),
        (method, _) => {
            return Err(ApiError::new(
                ErrorCode::NotFound,
                format!("There is no call {method} /{}", call.request.segments.join("/")),
            )
            .detail(format!(
                "The calls are: {}",
                CALLS.iter().chain(chat::CALLS).copied().collect::<Vec<_>>().join(", ")
            )));
        }
    };
    Ok(Response { status, body: answering.await?, bytes: None })
}

/// `{commit}`
fn committed(oid: crate::kernel::volume::Oid) -> Value {
    json!({ "commit": oid.to_string() })
}

#[cfg(test)]
mod tests;
