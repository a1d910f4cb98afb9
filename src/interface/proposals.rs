//! `/proposals`: skills on their way to a team or to everybody, with what is said of them, what they change, and whether they may be merged.

use std::rc::Rc;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::skills::{carried, is_standing, promoted, promotion_target};
use super::volumes::{fact_of, file_diffs};
use super::{ApiError, Call, ErrorCode, committed, volume_named};
use crate::kernel::access::{Action, Volume};
use crate::kernel::manager::Storage;
use crate::kernel::proposal::{
    Check, CheckInput, CommitFact, Declared, Deed, EventKind, Promotion, Proposal, ProposalName, Refused, SkillName,
    State, Verdict, check, may_close, may_merge,
};
use crate::kernel::skill::{self, Skill};
use crate::kernel::volume::{
    Collection, GitVolume, MergeOutcome, Oid, RefName, Repository, Revision, Rows, VolumePath,
};

/// How many commits of a branch are read as its story.
const LONGEST_STORY: usize = 500;

/// A proposal with the commits that tell it.
struct Found<R> {
    volume: Volume,
    opened: Rc<GitVolume<R>>,
    branch: RefName,
    head: Oid,
    proposal: Proposal,
    /// The main branch's newest commit, or the one that the proposal began from once it is merged.
    base: Oid,
}

/// `GET /proposals?state= &volume=`
pub async fn list<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let wanted = call.request.parameter("state").map(str::to_lowercase);
    let volumes = match call.request.parameter("volume") {
        Some(name) => vec![volume_named(name)?],
        None => call.manager.readable().into_iter().filter(|volume| !matches!(volume, Volume::User(_))).collect(),
    };
    let mut rows = Vec::new();
    for volume in volumes {
        let opened = call.manager.volume(&volume, Action::Read, call.now).await?;
        for (branch, head) in opened.repository().branches().await? {
            let Some(found) = read(&volume, &opened, branch, head).await? else { continue };
            if wanted.as_deref().is_none_or(|wanted| wanted == state_name(found.proposal.state)) {
                rows.push(row(call, &found).await?);
            }
        }
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row["created_at"].as_i64()));
    Ok(json!({ "total": rows.len(), "proposals": call.request.page(rows)? }))
}

#[derive(Deserialize)]
struct NewProposal {
    skill_id: String,
    to: Option<String>,
    team_id: Option<String>,
    #[serde(default)]
    reason: String,
}

/// `POST /proposals`
pub async fn create<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let NewProposal { skill_id, to, team_id, reason } = call.request.json()?;
    let target = promotion_target(call, to.as_deref(), team_id.as_deref())?;
    let opened = call.manager.volume(&target, Action::Propose, call.now).await?;
    let (from, skill) = promoted(call, &skill_id, &target).await?;
    let shelf = call.manager.shelf(&target, call.now).await?;
    let standing = shelf.library.skills.get(&skill_id);
    let changes = carried(call, &from, &skill, standing.map(|standing| &**standing)).await?;
    if standing.is_some() && is_standing(&opened, &changes).await? {
        let message = format!("{target} has this very skill already");
        return Err(ApiError::new(ErrorCode::Conflict, message).detail("Change it first, then propose the change"));
    }
    let repository = opened.repository();
    let branch = branch_for(call, &skill_id)?;
    if let Some(head) = repository.head(&branch).await? {
        match read(&target, &opened, branch.clone(), head).await? {
            Some(found) if found.proposal.state == State::Open => {
                let message = format!("You have proposed '{skill_id}' to {target} already, and it is open");
                return Err(ApiError::new(ErrorCode::Conflict, message).detail("Comment on it, or close it first"));
            }
            // What was settled stays in the main branch's history; its name is free again.
            _ => repository.delete_branch(&branch, head).await?,
        }
    }
    let main = repository.resolve(&Revision::Head).await?;
    let main = main.ok_or_else(|| ApiError::new(ErrorCode::Conflict, format!("{target} has no commit yet")))?;
    repository.create_branch(&branch, main).await?;
    let promotion = Promotion::new(skill_name(&skill_id)?, from, &reason);
    let note = call.manager.note(&target, promotion.proposal_message(), call.now);
    let request = note.request(changes);
    let head = repository.commit_signed(&branch, &request, call.manager.storage()).await?;
    let found = read(&target, &opened, branch, head).await?;
    let found = found.ok_or_else(|| ApiError::new(ErrorCode::Internal, "The proposal was made but cannot be read"))?;
    row(call, &found).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Words {
    text: String,
    reason: String,
}

/// `POST /proposals/{id}/comments`
pub async fn comment<S: Storage>(call: &Call<'_, S>, id: &str) -> Result<Value, ApiError> {
    let Words { text, .. } = call.request.json()?;
    if text.trim().is_empty() {
        return Err(ApiError::new(ErrorCode::MalformedRequest, "Say something: 'text'"));
    }
    let found = find(call, id, Action::Propose).await?;
    say(call, &found, found.proposal.comment_message(&text)).await
}

/// `POST /proposals/{id}/close`
pub async fn close<S: Storage>(call: &Call<'_, S>, id: &str) -> Result<Value, ApiError> {
    let Words { reason, .. } = call.request.json_or_default()?;
    let found = find(call, id, Action::Read).await?;
    may_close(&call.manager.role(&found.volume), &found.proposal)?;
    say(call, &found, found.proposal.close_message(&reason)).await
}

/// `POST /proposals/{id}/merge`
pub async fn merge<S: Storage>(call: &Call<'_, S>, id: &str) -> Result<Value, ApiError> {
    let found = find(call, id, Action::Read).await?;
    let checks = checks(call, &found).await?;
    may_merge(&call.manager.role(&found.volume), &found.proposal, &checks)?;
    let repository = found.opened.repository();
    let note = call.manager.note(&found.volume, found.proposal.merge_message(), call.now);
    match repository
        .merge_into(repository.main(), found.head, &note.request(Vec::new()), call.manager.storage())
        .await?
    {
        MergeOutcome::Committed(oid) | MergeOutcome::FastForward(oid) => Ok(committed(oid)),
        MergeOutcome::Nothing => Err(ApiError::new(ErrorCode::Conflict, "It is merged already")),
        MergeOutcome::Undecided(plan) => {
            let paths: Vec<String> = plan.undecided.iter().map(|undecided| undecided.path().to_string()).collect();
            let message = format!("It does not fit with what changed meanwhile: {}", paths.join(", "));
            Err(ApiError::new(ErrorCode::Conflict, message).detail("Propose it again from the newest version"))
        }
    }
}

async fn say<S: Storage>(call: &Call<'_, S>, found: &Found<S::Rows>, message: String) -> Result<Value, ApiError> {
    let note = call.manager.note(&found.volume, message, call.now);
    let oid =
        found.opened.repository().remark(&found.branch, &note.request(Vec::new()), call.manager.storage()).await?;
    Ok(committed(oid))
}

/// The proposal of this id: `team/acme:pr/alice/my-skill`.
async fn find<S: Storage>(call: &Call<'_, S>, id: &str, action: Action) -> Result<Found<S::Rows>, ApiError> {
    let unknown = || {
        ApiError::new(ErrorCode::NotFound, format!("There is no proposal '{id}'"))
            .detail("GET /proposals lists those that there are")
    };
    let (volume, branch) = id.split_once(':').ok_or_else(unknown)?;
    let volume = volume_named(volume)?;
    let opened = call.manager.volume(&volume, action, call.now).await?;
    let branch: RefName = branch.parse().map_err(|_| unknown())?;
    let head = opened.repository().head(&branch).await?.ok_or_else(unknown)?;
    read(&volume, &opened, branch, head).await?.ok_or_else(unknown)
}

async fn read<R: Rows>(
    volume: &Volume,
    opened: &Rc<GitVolume<R>>,
    branch: RefName,
    head: Oid,
) -> Result<Option<Found<R>>, ApiError> {
    if ProposalName::of_branch(branch.as_str()).is_none() {
        return Ok(None);
    }
    let repository = opened.repository();
    let Some(main) = repository.resolve(&Revision::Head).await? else { return Ok(None) };
    let is_merged = repository.is_ancestor(head, main).await?;
    let (story, began_from) = story(repository, &branch, main, is_merged).await?;
    let base = if is_merged { began_from } else { main };
    let proposal = Proposal::read(branch.as_str(), volume, &story, is_merged);
    Ok(proposal.map(|proposal| Found {
        volume: volume.clone(),
        opened: Rc::clone(opened),
        branch,
        head,
        proposal,
        base,
    }))
}

/// The commits of the branch from the one that opened the proposal, oldest first, and the commit that this one was made from.
async fn story<R: Rows>(
    repository: &Repository<R>,
    branch: &RefName,
    main: Oid,
    is_merged: bool,
) -> Result<(Vec<CommitFact>, Oid), ApiError> {
    let log = repository.log(&Revision::Branch(branch.clone()), LONGEST_STORY, 0).await?;
    let head: Vec<Oid> = log.entries.iter().take(1).map(|entry| entry.oid).collect();
    let own = if is_merged { None } else { Some(repository.commits_between(&head, &[main]).await?) };
    let (mut facts, mut began_from) = (Vec::new(), main);
    for entry in &log.entries {
        if own.as_ref().is_some_and(|own| !own.contains(&entry.oid)) {
            continue;
        }
        facts.push(fact_of(entry, &[]));
        if matches!(Deed::of(&entry.commit.message), Deed::Proposed(_)) {
            began_from = entry.commit.parents.first().copied().unwrap_or(main);
            break;
        }
    }
    facts.reverse();
    Ok((facts, began_from))
}

async fn row<S: Storage>(call: &Call<'_, S>, found: &Found<S::Rows>) -> Result<Value, ApiError> {
    let proposal = &found.proposal;
    let repository = found.opened.repository();
    let checks = checks(call, found).await?;
    // What the branch changes, not what the main branch changed meanwhile.
    let base = repository.merge_bases(found.base, found.head).await?.first().copied();
    let changed = repository.diff(base, Some(found.head)).await?;
    let comments: Vec<Value> = proposal
        .events
        .iter()
        .filter(|event| event.kind != EventKind::Opened)
        .map(|event| {
            json!({ "kind": event.kind, "author": event.author_name, "text": event.text, "timestamp": event.timestamp_s })
        })
        .collect();
    let opened = proposal.events.first();
    let role = call.manager.role(&found.volume);
    Ok(json!({
        "proposal_id": format!("{}:{}", found.volume, found.branch.as_str()),
        "volume": found.volume.to_string(),
        "skill_id": proposal.name.skill.as_str(),
        "author": opened.map(|event| event.author_name.as_str()),
        "user_id": proposal.name.user.as_str(),
        "reason": proposal.promotion.as_ref().map_or("", |promotion| promotion.reason.as_str()),
        "created_at": opened.map(|event| event.timestamp_s),
        "state": state_name(proposal.state),
        "branch": found.branch.as_str(),
        "commit": found.head.to_string(),
        "checks": checks.iter().map(check_row).collect::<Vec<_>>(),
        "comments": comments,
        "files": file_diffs(repository, &changed).await?,
        "may_merge": may_merge(&role, proposal, &checks).is_ok(),
        "may_close": may_close(&role, proposal).is_ok(),
    }))
}

fn check_row(check: &Check) -> Value {
    let passed = matches!(check.verdict, Verdict::Passed | Verdict::Warned);
    json!({ "name": check.name, "passed": passed, "verdict": check.verdict, "message": check.message, "details": check.details })
}

/// What has to hold before it is merged.
async fn checks<S: Storage>(call: &Call<'_, S>, found: &Found<S::Rows>) -> Result<Vec<Check>, ApiError> {
    let repository = found.opened.repository();
    let shelf = call.manager.shelf(&found.volume, call.now).await?;
    let skill_id = found.proposal.name.skill.as_str();
    let standing_path = shelf.library.skills.get(skill_id).map(|standing| VolumePath::existing(&standing.path));
    // One file, or a folder that is the skill.
    let in_folder = VolumePath::new(&format!("skills/{skill_id}/SKILL.md"))?;
    let mut paths = vec![Collection::Skills.path(skill_id)?, in_folder];
    paths.extend(standing_path.transpose()?);
    let contents = repository.read_many(&paths, &Revision::Commit(found.head)).await?;
    let there = paths.iter().cloned().zip(contents).filter_map(|(path, bytes)| Some((path, bytes?))).next_back();
    let (path, bytes) = there.unwrap_or_else(|| (paths[0].clone(), Vec::new()));
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (read, findings) = skill::parse(path.as_str(), &text);
    let standing: Vec<&Arc<Skill>> = shelf.library.skills.values().collect();
    let target_skills: Vec<(&str, &str)> =
        standing.iter().map(|skill| (skill.path.as_str(), skill.skill_id.as_str())).collect();
    let plan = if found.proposal.state == State::Merged {
        None
    } else {
        Some(repository.merge_plan(found.base, found.head).await?)
    };
    let conflicts: Vec<String> =
        plan.iter().flat_map(|plan| &plan.undecided).map(|undecided| undecided.path().to_string()).collect();
    let conflicting_paths: Vec<&str> = conflicts.iter().map(String::as_str).collect();
    Ok(check(&CheckInput {
        path: path.as_str(),
        text: &text,
        skill_id: read.as_ref().map(|skill| skill.skill_id.as_str()),
        findings: &findings,
        tests: Declared::Nothing,
        target_skills: &target_skills,
        may_replace: true,
        conflicting_paths: &conflicting_paths,
    }))
}

fn branch_for<S: Storage>(call: &Call<'_, S>, skill_id: &str) -> Result<RefName, ApiError> {
    let user = call.manager.profiles().current().0.clone();
    let name = ProposalName { user, skill: skill_name(skill_id)? };
    Ok(name.branch().parse()?)
}

fn skill_name(skill_id: &str) -> Result<SkillName, ApiError> {
    skill_id.parse().map_err(|error: crate::kernel::proposal::BadSkillName| {
        ApiError::new(ErrorCode::Unprocessable, error.to_string())
    })
}

fn state_name(state: State) -> &'static str {
    match state {
        State::Open => "open",
        State::Merged => "merged",
        State::Closed => "closed",
    }
}

impl From<Refused> for ApiError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Denied(denied) => crate::kernel::manager::ManagerError::from(denied).into(),
            Refused::NotOpen(_) => Self::new(ErrorCode::Conflict, super::error::sentence(&refused)),
            Refused::Blocked(_) => Self::new(ErrorCode::Unprocessable, super::error::sentence(&refused)),
        }
    }
}
