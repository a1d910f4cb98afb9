//! `/evolution/drafts`: what waits for a person, and what they decide.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::state::{self, KeptDraft, Rejection, State, TURN};
use super::volume_of;
use crate::interface::volumes::file_diffs;
use crate::interface::{ApiError, Call, ErrorCode, volume_named};
use crate::kernel::access::{Action, Volume};
use crate::kernel::diagnostic::Severity;
use crate::kernel::evolution::{DraftKind, Level, compare_outputs};
use crate::kernel::manager::Storage;
use crate::kernel::markdown;
use crate::kernel::proposal::{Promotion, ProposalName, close_message};
use crate::kernel::skill;
use crate::kernel::volume::{Change, MergeOutcome, RefName, Revision, VolumePath};

/// `GET /evolution/drafts?level=&team_id=`: newest first, each with its evidence, its file and what it changes.
pub async fn drafts<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let mut rows = Vec::new();
    for level in Level::ALL {
        let wanted = call.request.parameter("level").is_none_or(|name| json!(level) == name);
        let Ok(volume) = volume_of(call, level, call.request.parameter("team_id")) else { continue };
        if !wanted {
            continue;
        }
        for draft in state::load(call, &volume).await?.drafts {
            rows.push(row(call, &draft).await?);
        }
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row["created_at"].as_i64()));
    Ok(json!({ "total": rows.len(), "drafts": call.request.page(rows)? }))
}

async fn row<S: Storage>(call: &Call<'_, S>, draft: &KeptDraft) -> Result<Value, ApiError> {
    let volume = volume_named(&draft.volume)?;
    let opened = call.manager.volume(&volume, Action::Read, call.now).await?;
    let repository = opened.repository();
    let path = VolumePath::existing(&draft.path)?;
    let branch: RefName = draft.branch.parse()?;
    let (mut source, mut files) = (None, Vec::new());
    if let (Some(head), Some(main)) = (repository.head(&branch).await?, repository.resolve(&Revision::Head).await?) {
        let bytes = repository.read_many(std::slice::from_ref(&path), &Revision::Commit(head)).await?.pop().flatten();
        source = bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        // What the branch changes, not what the main branch changed meanwhile.
        let base = repository.merge_bases(main, head).await?.first().copied();
        files = file_diffs(repository, &repository.diff(base, Some(head)).await?).await?;
    }
    let html = source
        .as_deref()
        .and_then(|source| skill::parse(path.as_str(), source).0)
        .map(|skill| markdown::to_safe_html(&skill.prose()));
    let mut row = json!(draft);
    row["source"] = json!(source);
    row["html"] = json!(html);
    row["files"] = json!(files);
    row["may_accept"] = json!(call.manager.may(Action::Write, &volume));
    row["needs_replay"] = json!(needs_replay(draft));
    Ok(row)
}

/// What runs is taken when its source runs came to the same with it.
fn needs_replay(draft: &KeptDraft) -> bool {
    draft.kind == DraftKind::Compound
        && !draft.replay.is_empty()
        && draft.replayed.as_ref().is_none_or(|differences| !differences.is_empty())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Decision {
    /// The file as the person changed it.
    source: Option<String>,
    reason: String,
    /// Takes a draft whose replay was not made, or differed.
    force: bool,
}

/// `POST /evolution/drafts/{id}/accept {source?, force?}`
pub async fn accept<S: Storage>(call: &Call<'_, S>, id: &str) -> Result<Value, ApiError> {
    let Decision { source, force, .. } = call.request.json_or_default()?;
    let _turn = call.manager.storage().turn(TURN).await;
    let (of, mut state, draft) = find(call, id).await?;
    let volume = volume_named(&draft.volume)?;
    let opened = call.manager.volume(&volume, Action::Write, call.now).await?;
    if needs_replay(&draft) && !force {
        let error = match &draft.replayed {
            None => ApiError::new(ErrorCode::Conflict, "It has not shown yet that it gives what its source runs gave")
                .detail("Run 'replay' and report it with POST /evolution/drafts/{id}/replay"),
            Some(differences) => ApiError::new(ErrorCode::Conflict, "It does not give what its source runs gave")
                .detail(differences.join("; ")),
        };
        return Err(error);
    }
    let repository = opened.repository();
    let branch: RefName = draft.branch.parse()?;
    let gone = || {
        ApiError::new(ErrorCode::Conflict, format!("The branch {} is gone", draft.branch))
            .detail("Let evolution draft it again")
    };
    let mut head = repository.head(&branch).await?.ok_or_else(gone)?;
    if let Some(source) = source {
        let (read, findings) = skill::parse(&draft.path, &source);
        let errors: Vec<_> = findings.into_iter().filter(|finding| finding.severity == Severity::Error).collect();
        if !errors.is_empty() {
            return Err(ApiError::from_diagnostics(&errors));
        }
        if read.is_none_or(|read| read.skill_id != draft.skill_id) {
            let message = format!("The file no longer says that it is the skill '{}'", draft.skill_id);
            return Err(ApiError::new(ErrorCode::Unprocessable, message).detail("Accept it first, then rename it"));
        }
        let path = VolumePath::existing(&draft.path)?;
        let before = repository.read(&path, &Revision::Commit(head)).await?;
        if before != source.as_bytes() {
            let note = call.manager.note(&volume, format!("Edit skill: {}", draft.skill_id), call.now);
            head = repository
                .commit_signed(&branch, &note.request(vec![Change::put(path, source)]), call.manager.storage())
                .await?;
        }
    }
    let message = match ProposalName::of_branch(&draft.branch) {
        Some(name) => Promotion::new(name.skill, Volume::User(name.user), "").merge_message(),
        None => format!("Merge branch '{}'", draft.branch),
    };
    let note = call.manager.note(&volume, message, call.now);
    let merged = {
        let _turn = call.manager.storage().turn(&volume.to_string()).await;
        repository.merge_into(repository.main(), head, &note.request(Vec::new()), call.manager.storage()).await?
    };
    let commit = match merged {
        MergeOutcome::Committed(oid) | MergeOutcome::FastForward(oid) => oid,
        // It was merged as the proposal that it is.
        MergeOutcome::Nothing => head,
        MergeOutcome::Undecided(_) => {
            return Err(ApiError::new(
                ErrorCode::Conflict,
                format!("'{}' was changed meanwhile, and the two do not fit", draft.skill_id),
            )
            .detail("Reject the draft, or change the skill by hand"));
        }
    };
    state.drafts.retain(|other| other.draft_id != draft.draft_id);
    state::save(call, &of, &state, None).await?;
    Ok(json!({ "skill_id": draft.skill_id, "volume": draft.volume, "commit": commit.to_string() }))
}

/// `POST /evolution/drafts/{id}/reject {reason}`: its pattern is not drafted again.
pub async fn reject<S: Storage>(call: &Call<'_, S>, id: &str) -> Result<Value, ApiError> {
    let Decision { reason, .. } = call.request.json_or_default()?;
    let _turn = call.manager.storage().turn(TURN).await;
    let (of, mut state, draft) = find(call, id).await?;
    let volume = volume_named(&draft.volume)?;
    let action = if call.manager.may(Action::Write, &volume) { Action::Write } else { Action::Propose };
    let opened = call.manager.volume(&volume, action, call.now).await?;
    let branch: RefName = draft.branch.parse()?;
    if opened.repository().head(&branch).await?.is_some() {
        // The branch tells other devices, as that of any proposal.
        let name = ProposalName::of_branch(&draft.branch);
        let message = name.map_or_else(|| format!("Close '{}'", draft.skill_id), |name| close_message(&name, &reason));
        let note = call.manager.note(&volume, message, call.now);
        opened.repository().remark(&branch, &note.request(Vec::new()), call.manager.storage()).await?;
    }
    state.drafts.retain(|other| other.draft_id != draft.draft_id);
    let signature = draft.pattern["signature"].as_str().unwrap_or_default().to_owned();
    state.rejected.push(Rejection { signature, skill_id: draft.skill_id.clone(), reason, at: call.now.timestamp_s });
    state::save(call, &of, &state, None).await?;
    Ok(json!({ "skill_id": draft.skill_id, "rejected": true }))
}

#[derive(Deserialize)]
struct Replayed {
    /// For each trace, what the compound's node gave.
    results: BTreeMap<String, BTreeMap<String, Value>>,
}

/// `POST /evolution/drafts/{id}/replay {results: {trace_id: {output: value}}}`: what the page got when it ran `replay`.
pub async fn replayed<S: Storage>(call: &Call<'_, S>, id: &str) -> Result<Value, ApiError> {
    let Replayed { results } = call.request.json()?;
    let _turn = call.manager.storage().turn(TURN).await;
    let (of, mut state, draft) = find(call, id).await?;
    let mut differences = Vec::new();
    for step in &draft.replay {
        let trace_id = step["trace_id"].as_str().unwrap_or_default();
        let expected: BTreeMap<String, Value> = serde_json::from_value(step["expected"].clone()).unwrap_or_default();
        match results.get(trace_id) {
            Some(got) => differences
                .extend(compare_outputs(&expected, got).into_iter().map(|line| format!("{trace_id}: {line}"))),
            None => differences.push(format!("{trace_id}: was not run again")),
        }
    }
    for kept in state.drafts.iter_mut().filter(|kept| kept.draft_id == draft.draft_id) {
        kept.replayed = Some(differences.clone());
    }
    state::save(call, &of, &state, None).await?;
    Ok(json!({ "passed": differences.is_empty(), "differences": differences }))
}

/// A draft, with the volume whose state has it.
pub async fn find<S: Storage>(call: &Call<'_, S>, id: &str) -> Result<(Volume, State, KeptDraft), ApiError> {
    for level in Level::ALL {
        let team = id.strip_prefix("team/").and_then(|rest| rest.split(':').next());
        let Ok(volume) = volume_of(call, level, team) else { continue };
        let state = state::load(call, &volume).await?;
        let draft = state.drafts.iter().find(|draft| draft.draft_id == id).cloned();
        if let Some(draft) = draft {
            return Ok((volume, state, draft));
        }
    }
    Err(ApiError::new(ErrorCode::NotFound, format!("There is no draft '{id}'"))
        .detail("GET /evolution/drafts lists those that there are"))
}
