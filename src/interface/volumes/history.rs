//! The history of a volume: who changed what, when and why; what differs; and the ways back.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{file_diffs, oid, revision};
use crate::interface::{ApiError, Call, ErrorCode, committed, volume_named};
use crate::kernel::access::{Action, Volume};
use crate::kernel::manager::Storage;
use crate::kernel::proposal::{AuditFilter, CommitFact, Deed, FileKind, PathChange, PathFact};
use crate::kernel::volume::{
    Change, ChangedFile, ChangedKind, Commit, CommitEntry, MergeOutcome, Oid, RefName, Repository, Revision, Rows,
    VolumePath,
};

/// How many paths of a commit a list tells.
const MOST_PATHS: usize = 50;
/// How many commits a filter looks through in one call.
const MOST_LOOKED_AT: usize = 5_000;
/// How many of them have their files looked up in one go.
const LOOKED_AT_A_TIME: usize = 200;

/// `GET /volumes/history?volume= &limit= &offset= &path= &branch= &author= &text= &kind= &since= &until= &paths=`, newest first;
/// with `paths=false` without the paths that each commit changed, which have to be looked up.
pub async fn history<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let volume = call.volume()?;
    let opened = call.manager.volume(&volume, Action::Read, call.now).await?;
    let repository = opened.repository();
    let at = revision(&opened, call.request.parameter("branch")).await?;
    let (offset, limit) = call.request.window()?;
    let filter = filter_of(call)?;
    let filters = filter != AuditFilter::default();
    let (window, passed) = if filters { (MOST_LOOKED_AT, 0) } else { (limit, offset) };
    let log = match call.request.parameter("path") {
        Some(path) => repository.log_of_path(&VolumePath::existing(path)?, &at, window, passed).await?,
        None => repository.log(&at, window, passed).await?,
    };
    let mut admitted = Vec::new();
    let mut left_out = passed;
    let mut has_more = log.has_more;
    'looking: for entries in log.entries.chunks(LOOKED_AT_A_TIME) {
        // What a commit changed is looked up only where it decides.
        let changed = if filter.files.is_some() {
            let oids: Vec<Oid> = entries.iter().map(|entry| entry.oid).collect();
            repository.changes_of_each(&oids).await?
        } else {
            Vec::new()
        };
        for (place, entry) in entries.iter().enumerate() {
            if filters && !filter.admits(&fact_of(entry, changed.get(place).map_or(&[], Vec::as_slice))) {
                continue;
            }
            if left_out < offset {
                left_out += 1;
            } else if admitted.len() == limit {
                has_more = true;
                break 'looking;
            } else {
                admitted.push(entry);
            }
        }
    }
    if call.request.parameter("paths") == Some("false") {
        let rows: Vec<Value> = admitted.into_iter().map(|entry| about(entry.oid, &entry.commit)).collect();
        return Ok(json!({ "volume": volume.to_string(), "commits": rows, "has_more": has_more }));
    }
    let oids: Vec<Oid> = admitted.iter().map(|entry| entry.oid).collect();
    let changed = repository.changes_of_each(&oids).await?;
    let rows: Vec<Value> = admitted.into_iter().zip(&changed).map(|(entry, changed)| row(entry, changed)).collect();
    Ok(json!({ "volume": volume.to_string(), "commits": rows, "has_more": has_more }))
}

fn filter_of<S: Storage>(call: &Call<'_, S>) -> Result<AuditFilter, ApiError> {
    let files = match call.request.parameter("kind") {
        None => None,
        Some("skill") => Some(FileKind::Skill),
        Some("workflow") => Some(FileKind::Workflow),
        Some("trace") => Some(FileKind::Trace),
        Some("memory") => Some(FileKind::Memory),
        Some("other") => Some(FileKind::Other),
        Some(other) => {
            let message = format!("'{other}' is no kind: use skill, workflow, trace, memory or other");
            return Err(ApiError::new(ErrorCode::MalformedRequest, message));
        }
    };
    Ok(AuditFilter {
        who: call.request.parameter("author").map(str::to_owned),
        text: call.request.parameter("text").map(str::to_owned),
        files,
        since_s: call.request.seconds("since")?,
        until_s: call.request.seconds("until")?,
        // The path goes with the log, which follows it through merges.
        ..AuditFilter::default()
    })
}

/// A commit as audits and proposals know it.
pub fn fact_of(entry: &CommitEntry, changed: &[ChangedFile]) -> CommitFact {
    let path_of = |file: &ChangedFile| {
        let change = match file.kind {
            ChangedKind::Added => PathChange::Added,
            ChangedKind::Removed => PathChange::Removed,
            ChangedKind::Modified | ChangedKind::Mode => PathChange::Changed,
        };
        PathFact { path: file.path.clone(), change }
    };
    let author = &entry.commit.author;
    CommitFact {
        oid: entry.oid.to_string(),
        author_name: author.person.name.clone(),
        author_email: author.person.email.clone(),
        timestamp_s: author.timestamp_s,
        message: entry.commit.message.clone(),
        paths: changed.iter().map(path_of).collect(),
    }
}

fn row(entry: &CommitEntry, changed: &[ChangedFile]) -> Value {
    let mut row = about(entry.oid, &entry.commit);
    row["paths"] = changed.iter().take(MOST_PATHS).map(|file| file.path.as_str()).collect();
    row["more_paths"] = json!(changed.len().saturating_sub(MOST_PATHS));
    row
}

fn about(oid: Oid, commit: &Commit) -> Value {
    let parents: Vec<String> = commit.parents.iter().map(Oid::to_string).collect();
    json!({
        "oid": oid.to_string(),
        "parents": parents,
        "message": commit.message.trim_end(),
        "author": commit.author.person.name,
        "email": commit.author.person.email,
        "timestamp": commit.author.timestamp_s,
        "offset_minutes": commit.author.offset_min,
        "signed": commit.is_signed(),
        "kind": Deed::of(&commit.message).kind(),
    })
}

/// `GET /volumes/commit?volume= &commit=`: one commit with what it changed.
pub async fn commit<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let volume = call.volume()?;
    let opened = call.manager.volume(&volume, Action::Read, call.now).await?;
    let commit_oid = oid(parameter(call, "commit")?)?;
    let commit = opened.repository().commit_at(commit_oid).await?;
    let changed = opened.repository().changes_of(commit_oid).await?;
    let mut answer = about(commit_oid, &commit);
    answer["files"] = json!(file_diffs(opened.repository(), &changed).await?);
    Ok(answer)
}

/// `GET /volumes/diff?volume= &from= &to= &path=`: what differs between two versions; `to` is the newest unless it is said.
pub async fn diff<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let volume = call.volume()?;
    let opened = call.manager.volume(&volume, Action::Read, call.now).await?;
    let repository = opened.repository();
    let from = repository.resolve(&revision(&opened, Some(parameter(call, "from")?)).await?).await?;
    let to = repository.resolve(&revision(&opened, call.request.parameter("to")).await?).await?;
    let mut changed = repository.diff(from, to).await?;
    if let Some(path) = call.request.parameter("path") {
        changed.retain(|file| file.path == path || file.path.starts_with(&format!("{path}/")));
    }
    Ok(json!({ "files": file_diffs(repository, &changed).await? }))
}

#[derive(Deserialize)]
struct Revert {
    volume: Option<String>,
    commit: String,
    path: Option<String>,
}

/// `POST /volumes/revert`: takes back what a commit changed, as a commit on top.
pub async fn revert<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let Revert { volume, commit, .. } = call.request.json()?;
    let volume = named(call, volume.as_deref())?;
    let opened = call.manager.volume(&volume, Action::Write, call.now).await?;
    let repository = opened.repository();
    let commit_oid = oid(&commit)?;
    let reverted = repository.commit_at(commit_oid).await?;
    let title = reverted.title();
    let message = format!("Revert \"{title}\"\n\nThis reverts commit {commit_oid}.\n");
    let note = call.manager.note(&volume, message, call.now);
    match repository.revert(repository.main(), commit_oid, &note.request(Vec::new()), call.manager.storage()).await? {
        MergeOutcome::Committed(oid) | MergeOutcome::FastForward(oid) => Ok(committed(oid)),
        MergeOutcome::Nothing => {
            Err(ApiError::new(ErrorCode::Conflict, "There is nothing left of this commit to revert"))
        }
        MergeOutcome::Undecided(plan) => {
            let paths: Vec<String> = plan.undecided.iter().map(|undecided| undecided.path().to_string()).collect();
            let message = format!("The same lines changed since, so it cannot be reverted alone: {}", paths.join(", "));
            Err(ApiError::new(ErrorCode::Conflict, message).detail("Restore an earlier version of the file instead"))
        }
    }
}

/// `POST /volumes/restore`: a file as it was in a commit, as a commit on top.
pub async fn restore<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let Revert { volume, commit, path } = call.request.json()?;
    let path = path.ok_or_else(|| ApiError::new(ErrorCode::MalformedRequest, "Say which file: 'path'"))?;
    let path = VolumePath::existing(&path)?;
    let volume = named(call, volume.as_deref())?;
    let opened = call.manager.volume(&volume, Action::Write, call.now).await?;
    let commit_oid = oid(&commit)?;
    let then = Revision::Commit(commit_oid);
    let change = match opened.repository().entry(&path, &then).await? {
        Some(_) => Change::put(path.clone(), opened.repository().read(&path, &then).await?),
        None => Change::remove(path.clone()),
    };
    let message = format!("Restore {path} as of {}", commit_oid.short());
    let note = call.manager.note(&volume, message, call.now);
    Ok(committed(call.manager.commit(&opened, vec![change], &note).await?))
}

/// `GET /volumes/branches?volume=`
pub async fn branches<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let volume = call.volume()?;
    let opened = call.manager.volume(&volume, Action::Read, call.now).await?;
    let repository = opened.repository();
    let main = repository.main();
    let branch = |(name, commit): (RefName, Oid)| json!({ "name": name.as_str(), "commit": commit.to_string(), "is_main": name == *main });
    let branches: Vec<Value> = repository.branches().await?.into_iter().map(branch).collect();
    let tags: Vec<Value> = repository
        .tags()
        .await?
        .into_iter()
        .map(|tag| json!({ "name": tag.name.as_str(), "commit": tag.target.to_string() }))
        .collect();
    Ok(json!({ "branches": branches, "tags": tags }))
}

#[derive(Deserialize)]
struct NewBranch {
    volume: Option<String>,
    name: String,
    at: Option<String>,
}

/// `POST /volumes/branches`
pub async fn create_branch<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let NewBranch { volume, name, at } = call.request.json()?;
    let volume = named(call, volume.as_deref())?;
    let opened = call.manager.volume(&volume, Action::Write, call.now).await?;
    let at = head_of(opened.repository(), &revision(&opened, at.as_deref()).await?).await?;
    let name: RefName = name.parse()?;
    opened.repository().create_branch(&name, at).await?;
    Ok(json!({ "name": name.as_str(), "commit": at.to_string() }))
}

/// `DELETE /volumes/branches?volume= &name=`
pub async fn delete_branch<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let volume = call.volume()?;
    let opened = call.manager.volume(&volume, Action::Write, call.now).await?;
    let name: RefName = parameter(call, "name")?.parse()?;
    let at = head_of(opened.repository(), &Revision::Branch(name.clone())).await?;
    opened.repository().delete_branch(&name, at).await?;
    Ok(json!({ "name": name.as_str(), "commit": at.to_string() }))
}

async fn head_of<R: Rows>(repository: &Repository<R>, at: &Revision) -> Result<Oid, ApiError> {
    let head = repository.resolve(at).await?;
    head.ok_or_else(|| ApiError::new(ErrorCode::NotFound, "The volume has no commit yet"))
}

fn named<S: Storage>(call: &Call<'_, S>, volume: Option<&str>) -> Result<Volume, ApiError> {
    volume.map_or_else(|| Ok(call.manager.own_volume()), volume_named)
}

fn parameter<'a, S: Storage>(call: &'a Call<'_, S>, name: &str) -> Result<&'a str, ApiError> {
    let given = call.request.parameter(name);
    given.ok_or_else(|| ApiError::new(ErrorCode::MalformedRequest, format!("Say which {name}: ?{name}=…")))
}
