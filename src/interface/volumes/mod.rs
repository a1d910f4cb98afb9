//! `/volumes`: what there is, its files, its history, its branches.

mod file_diff;
mod files;
mod history;

pub use file_diff::file_diffs;
pub use files::{delete_file, file, files, move_file, put_file, put_files, tree};
pub use history::{branches, commit, create_branch, delete_branch, diff, fact_of, history, restore, revert};

use serde_json::{Value, json};

use super::{ApiError, Call, ErrorCode};
use crate::kernel::access::{Action, Volume};
use crate::kernel::manager::{Remotes, Storage};
use crate::kernel::volume::{GitVolume, Oid, RefName, Revision, Rows, VolumePath};

/// How many commits are counted before it is "more".
const MOST_COUNTED: usize = 1_000;

/// `GET /volumes/stats`: each volume that the person can read. The storage's own figures are added by whoever can ask the browser.
pub async fn stats<S: Storage + Remotes>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let mut rows = Vec::new();
    for volume in call.manager.readable() {
        rows.push(stats_of(call, &volume).await?);
    }
    Ok(json!({ "volumes": rows }))
}

async fn stats_of<S: Storage + Remotes>(call: &Call<'_, S>, volume: &Volume) -> Result<Value, ApiError> {
    let opened = call.manager.volume(volume, Action::Read, call.now).await?;
    let shelf = call.manager.shelf(volume, call.now).await?;
    let repository = opened.repository();
    let log = repository.log(&Revision::Head, MOST_COUNTED, 0).await?;
    let traces = repository.list(Some(&VolumePath::existing("traces")?), &Revision::Head).await?.len();
    let newest = match shelf.head {
        Some(head) => Some(repository.commit_at(head).await?),
        None => None,
    };
    let remote = call.manager.remote(volume).await?;
    let (ahead, behind) = match remote {
        Some(_) => call.manager.distance(volume, call.now).await?,
        None => (0, 0),
    };
    Ok(json!({
        "volume": volume.to_string(),
        "remote": remote.map(|remote| remote.url),
        "ahead": ahead,
        "behind": behind,
        "skills": shelf.library.skills.len(),
        "workflows": shelf.workflows.len(),
        "traces": traces,
        "commits": log.entries.len(),
        "more_commits": log.has_more,
        "writable": call.manager.may(Action::Write, volume),
        "branch": repository.main().as_str(),
        "head": shelf.head.map(|head| head.to_string()),
        "updated_at": newest.map(|commit| commit.committer.timestamp_s),
    }))
}

/// `DELETE /volumes?volume=`: takes a volume off the device, with its history.
pub async fn remove<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let Some(name) = call.request.parameter("volume") else {
        return Err(ApiError::new(ErrorCode::MalformedRequest, "Say which volume: DELETE /volumes?volume=team/acme"));
    };
    let volume = super::volume_named(name)?;
    call.manager.remove_volume(&volume).await?;
    Ok(json!({ "removed": volume.to_string() }))
}

/// The revision that a parameter names: a branch, a tag, or a commit; the newest of the main branch without it.
async fn revision<R: Rows>(opened: &GitVolume<R>, name: Option<&str>) -> Result<Revision, ApiError> {
    let Some(name) = name else { return Ok(Revision::Head) };
    if let Ok(oid) = name.parse::<Oid>() {
        return Ok(Revision::Commit(oid));
    }
    let unknown = || ApiError::new(ErrorCode::NotFound, format!("There is no branch, tag or commit '{name}'"));
    let branch: RefName = name.parse().map_err(|_| unknown())?;
    if opened.repository().head(&branch).await?.is_some() {
        return Ok(Revision::Branch(branch));
    }
    let tags = opened.repository().tags().await?;
    let tag = tags.into_iter().find(|tag| tag.name.as_str() == name).ok_or_else(unknown)?;
    Ok(Revision::Commit(tag.target))
}

/// The commit that a required parameter or field names.
fn oid(name: &str) -> Result<Oid, ApiError> {
    name.parse().map_err(|_| ApiError::new(ErrorCode::NotFound, format!("There is no commit '{name}'")))
}
