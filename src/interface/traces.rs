//! `/traces`: what was done, newest first, and how well it went. Only the person's own.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{ApiError, Call, ErrorCode, chat, committed};
use crate::kernel::access::Action;
use crate::kernel::evolution::RunRecord;
use crate::kernel::manager::Storage;
use crate::kernel::trace::Trace;
use crate::kernel::volume::{Change, Day, Durability, NewTrace, ObjectKind, Oid, Revision, VolumePath};

/// How many traces a search for a kind looks through.
const MOST_LOOKED_AT: usize = 2_000;
/// The kind of what cannot be read.
const UNREADABLE: &str = "unreadable";

/// `GET /traces?kind= &limit= &offset=`, newest first
pub async fn list<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let volume = call.volume()?;
    let opened = call.manager.volume(&volume, Action::Read, call.now).await?;
    let (offset, limit) = call.request.window()?;
    let kind = call.request.parameter("kind");
    let looked_at = if kind.is_some() { MOST_LOOKED_AT } else { offset.saturating_add(limit) };
    let entries = opened.newest_traces(looked_at, &Revision::Head).await?;
    let oids: Vec<Oid> = entries.iter().map(|entry| entry.oid).collect();
    let blobs = opened.repository().read_blobs(&oids).await?;
    let rows: Vec<Value> = entries
        .iter()
        .zip(blobs)
        .map(|(entry, bytes)| (entry.id.clone(), read(&entry.id, &bytes)))
        .filter(|(_, trace)| kind.is_none_or(|kind| trace.kind == kind))
        .map(|(_, trace)| row(&trace))
        .collect();
    let total = opened.repository().list(Some(&VolumePath::existing("traces")?), &Revision::Head).await?.len();
    Ok(json!({ "total": if kind.is_some() { rows.len() } else { total }, "traces": call.request.page(rows)? }))
}

/// `GET /traces/{trace_id}`
pub async fn get<S: Storage>(call: &Call<'_, S>, trace_id: &str) -> Result<Value, ApiError> {
    let trace = find(call, trace_id).await?;
    let mut answer = row(&trace);
    answer["content"] = json!(trace.content);
    Ok(answer)
}

#[derive(Deserialize)]
struct NewTraceRequest {
    kind: String,
    goal: String,
    #[serde(default)]
    content: String,
    started_at: Option<i64>,
    #[serde(default)]
    duration_ms: f64,
    success_rating: Option<f64>,
    #[serde(default)]
    skills_used: Vec<String>,
    session_id: Option<String>,
    workflow_id: Option<String>,
    #[serde(default)]
    tools: Vec<String>,
    #[serde(default)]
    shared: bool,
    /// A workflow's run, which becomes the content: evolution reads it.
    run: Option<RunRecord>,
}

/// `POST /traces`
pub async fn create<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let new: NewTraceRequest = call.request.json()?;
    let started_at = new.started_at.unwrap_or(call.now.timestamp_s).max(0);
    let goal = new.goal.clone();
    let mut trace = Trace {
        trace_id: String::new(),
        kind: new.kind,
        goal: new.goal,
        started_at,
        duration_ms: new.duration_ms,
        success_rating: new.success_rating.map(rating).transpose()?,
        skills_used: new.skills_used,
        session_id: new.session_id,
        workflow_id: new
            .workflow_id
            .or_else(|| Some(new.run.as_ref()?.workflow.workflow_id.clone()).filter(|id| !id.is_empty())),
        tools: new.tools,
        shared: new.shared,
        content: new.run.map_or(new.content, |run| run.to_markdown(&goal)),
        ..Trace::default()
    };
    let volume = call.manager.own_volume();
    let opened = call.manager.volume(&volume, Action::Write, call.now).await?;
    trace.trace_id = Trace::id_of(started_at, &Oid::of(ObjectKind::Blob, trace.encode().as_bytes()).to_string());
    let mut note = call.manager.note(&volume, format!("Trace: {}", title(&trace.goal)), call.now);
    // Traces come often; what a person did waits for the disk, these do not.
    note.durability = Durability::Relaxed;
    let kept = NewTrace { id: trace.trace_id.clone(), timestamp_s: started_at, content: trace.encode() };
    let commit = opened.write_trace(&kept, &note).await?;
    Ok(json!({ "trace_id": trace.trace_id, "commit": commit.to_string() }))
}

#[derive(Deserialize)]
struct Rating {
    success_rating: f64,
}

/// `POST /traces/{trace_id}/rating`
pub async fn rate<S: Storage>(call: &Call<'_, S>, trace_id: &str) -> Result<Value, ApiError> {
    let Rating { success_rating } = call.request.json()?;
    let mut trace = find(call, trace_id).await?;
    trace.success_rating = Some(rating(success_rating)?);
    let volume = call.manager.own_volume();
    let opened = call.manager.volume(&volume, Action::Write, call.now).await?;
    let note = call.manager.note(&volume, format!("Rate trace: {}", title(&trace.goal)), call.now);
    let timestamp_s = Trace::moment_of(trace_id).unwrap_or(trace.started_at);
    let path = NewTrace { id: trace_id.to_owned(), timestamp_s, content: String::new() }.path()?;
    let mut changes = vec![Change::put(path, trace.encode())];
    if let (Some(session_id), Some(message_id)) = (&trace.session_id, &trace.message_id) {
        changes.extend(chat::rated(&opened, session_id, message_id, success_rating).await?);
    }
    Ok(committed(call.manager.commit(&opened, changes, &note).await?))
}

#[derive(Deserialize)]
struct Sharing {
    trace_ids: Vec<String>,
    shared: bool,
}

/// `POST /traces/share {trace_ids, shared}`: whether the person's team may learn from these traces of theirs. One commit.
pub async fn share<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let Sharing { trace_ids, shared } = call.request.json()?;
    let mut changes = Vec::new();
    for trace_id in &trace_ids {
        let mut trace = find(call, trace_id).await?;
        if trace.kind == UNREADABLE || trace.shared == shared {
            continue;
        }
        trace.shared = shared;
        let timestamp_s = Trace::moment_of(trace_id).unwrap_or(trace.started_at);
        let path = NewTrace { id: trace_id.clone(), timestamp_s, content: String::new() }.path()?;
        changes.push(Change::put(path, trace.encode()));
    }
    let count = changes.len();
    if count == 0 {
        return Ok(json!({ "changed": 0, "commit": null }));
    }
    let volume = call.manager.own_volume();
    let opened = call.manager.volume(&volume, Action::Write, call.now).await?;
    let deed = if shared { "Share" } else { "Stop sharing" };
    let noun = if count == 1 { "trace" } else { "traces" };
    let note = call.manager.note(&volume, format!("{deed} {count} {noun}"), call.now);
    let commit = call.manager.commit(&opened, changes, &note).await?;
    Ok(json!({ "changed": count, "commit": commit.to_string() }))
}

async fn find<S: Storage>(call: &Call<'_, S>, trace_id: &str) -> Result<Trace, ApiError> {
    let unknown = || {
        ApiError::new(ErrorCode::NotFound, format!("There is no trace '{trace_id}'"))
            .detail("GET /traces lists those that there are")
    };
    let moment = Trace::moment_of(trace_id).ok_or_else(unknown)?;
    let opened = call.manager.volume(&call.manager.own_volume(), Action::Read, call.now).await?;
    match opened.read_trace(Day::of(moment), trace_id, &Revision::Head).await {
        Ok(text) => Ok(read(trace_id, text.as_bytes())),
        Err(crate::kernel::volume::VolumeError::NoSuchFile(_)) => Err(unknown()),
        Err(error) => Err(error.into()),
    }
}

/// A trace from its file; one that somebody has broken is shown as it stands.
fn read(trace_id: &str, bytes: &[u8]) -> Trace {
    let text = String::from_utf8_lossy(bytes);
    let trace = Trace::parse(&text).unwrap_or_else(|why| Trace {
        kind: UNREADABLE.to_owned(),
        goal: format!("This trace cannot be read: {why}"),
        started_at: Trace::moment_of(trace_id).unwrap_or_default(),
        content: text.into_owned(),
        ..Trace::default()
    });
    Trace { trace_id: trace_id.to_owned(), ..trace }
}

fn row(trace: &Trace) -> Value {
    json!({
        "trace_id": trace.trace_id,
        "kind": trace.kind,
        "goal": trace.goal,
        "started_at": trace.started_at,
        "duration_ms": trace.duration_ms,
        "success_rating": trace.success_rating,
        "skills_used": trace.skills_used,
        "session_id": trace.session_id,
        "message_id": trace.message_id,
        "model": trace.model,
        "usage": trace.usage,
        "tools": trace.tools,
        "workflow_id": trace.workflow_id,
        "shared": trace.shared,
    })
}

fn rating(rating: f64) -> Result<f64, ApiError> {
    if (0.0..=1.0).contains(&rating) {
        return Ok(rating);
    }
    Err(ApiError::new(ErrorCode::Unprocessable, format!("A rating is from 0 to 1, not {rating}")))
}

/// The first words of a goal, for the title of a commit.
fn title(goal: &str) -> String {
    goal.lines().next().unwrap_or_default().chars().take(60).collect()
}
