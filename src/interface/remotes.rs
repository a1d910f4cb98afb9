//! `/volumes/remote`, `/volumes/sync`, `/volumes/resolve`: a volume and its copy elsewhere.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{ApiError, Call, ErrorCode, volume_named};
use crate::kernel::access::{Action, Volume};
use crate::kernel::manager::{RemoteSettings, Remotes, Storage, SyncOutcome, TransportKind};
use crate::kernel::volume::{Change, GitVolume, MergePlan, Oid, Revision, Rows, Undecided, VolumePath};

/// `GET /volumes/remote?volume=`
pub async fn get<S: Storage + Remotes>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let volume = call.volume()?;
    shown(call, &volume).await
}

async fn shown<S: Storage + Remotes>(call: &Call<'_, S>, volume: &Volume) -> Result<Value, ApiError> {
    call.manager.volume(volume, Action::Read, call.now).await?;
    let Some(remote) = call.manager.remote(volume).await? else { return Ok(json!({ "remote": null })) };
    let (ahead, behind) = call.manager.distance(volume, call.now).await?;
    let mut answer = json!(remote);
    answer["ahead"] = json!(ahead);
    answer["behind"] = json!(behind);
    Ok(json!({ "remote": answer }))
}

#[derive(Deserialize)]
struct NewRemote {
    volume: String,
    url: String,
    transport: Option<TransportKind>,
    proxy_url: Option<String>,
    user_name: Option<String>,
}

/// `POST /volumes/remote`. A token is not for here: whoever takes it puts it into the vault.
pub async fn set<S: Storage + Remotes>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let NewRemote { volume, url, transport, proxy_url, user_name } = call.request.json()?;
    let volume = volume_named(&volume)?;
    call.manager.volume(&volume, Action::Read, call.now).await?;
    let refused = |message: &str, next: &str| Err(ApiError::new(ErrorCode::Unprocessable, message).detail(next));
    if !(url.starts_with("https://") || url.starts_with("http://")) {
        return refused("The address has to begin with https://", "Addresses for ssh do not work in a browser");
    }
    if url.split("://").nth(1).is_some_and(|rest| rest.split('/').next().is_some_and(|host| host.contains('@'))) {
        return refused("The address holds a name or a password", "Take it out, and give the token in its own field");
    }
    let transport = transport.unwrap_or(TransportKind::Http);
    let proxy_url = proxy_url.filter(|proxy| !proxy.is_empty());
    if transport == TransportKind::Proxy && proxy_url.is_none() {
        return refused(
            "No proxy is named",
            "Give the address of a CORS proxy that you trust: it sees everything, the token too",
        );
    }
    let last_sync =
        call.manager.remote(&volume).await?.filter(|known| known.url == url).and_then(|known| known.last_sync);
    let remote = RemoteSettings { url, transport, proxy_url, user_name, last_sync };
    call.manager.set_remote(&volume, Some(remote)).await?;
    shown(call, &volume).await
}

/// `DELETE /volumes/remote?volume=`
pub async fn remove<S: Storage + Remotes>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let volume = call.volume()?;
    call.manager.volume(&volume, Action::Read, call.now).await?;
    call.manager.set_remote(&volume, None).await?;
    Ok(json!({ "remote": null }))
}

#[derive(Deserialize)]
struct SyncRequest {
    volume: String,
    #[serde(default)]
    resolutions: Vec<Resolution>,
}

#[derive(Deserialize)]
struct Resolution {
    path: String,
    take: Option<String>,
    content: Option<String>,
}

/// `POST /volumes/sync`, and `POST /volumes/resolve` with what a person decided
pub async fn sync<S: Storage + Remotes>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let SyncRequest { volume, resolutions } = call.request.json()?;
    let volume = volume_named(&volume)?;
    let decisions = decided(call, &volume, &resolutions).await?;
    let opened = call.manager.volume(&volume, Action::Read, call.now).await?;
    match call.manager.sync(&volume, decisions, call.now).await? {
        SyncOutcome::Done(done) => {
            let head = opened.repository().resolve(&Revision::Head).await?.map(|head| head.to_string());
            Ok(
                json!({ "state": "done", "pulled": done.pulled, "pushed": done.pushed, "commit": head, "conflicts": [] }),
            )
        }
        SyncOutcome::Conflicts(plan) => {
            let mut rows = Vec::new();
            for undecided in &plan.undecided {
                rows.push(conflict(&opened, &plan, undecided).await?);
            }
            Ok(json!({ "state": "conflicts", "pulled": 0, "pushed": 0, "conflicts": rows }))
        }
    }
}

/// What a person decided, as changes of ours.
async fn decided<S: Storage + Remotes>(
    call: &Call<'_, S>,
    volume: &Volume,
    resolutions: &[Resolution],
) -> Result<Vec<Change>, ApiError> {
    let opened = call.manager.volume(volume, Action::Read, call.now).await?;
    let repository = opened.repository();
    let theirs = repository.remote_branches().await?.into_iter();
    let main = format!("origin/{}", repository.main());
    let theirs = theirs.filter(|(name, _)| name.as_str() == main).map(|(_, oid)| Revision::Commit(oid)).next();
    let mut changes = Vec::new();
    for Resolution { path, take, content } in resolutions {
        let path = VolumePath::existing(path)?;
        let side = match (take.as_deref(), content) {
            (_, Some(content)) => {
                changes.push(Change::put(path, content.as_bytes()));
                continue;
            }
            (Some("ours"), None) => Revision::Head,
            (Some("theirs"), None) => theirs.clone().unwrap_or_default(),
            _ => {
                let message = format!("Say what becomes of '{path}': take 'ours' or 'theirs', or give its content");
                return Err(ApiError::new(ErrorCode::MalformedRequest, message));
            }
        };
        let bytes = repository.read_many(std::slice::from_ref(&path), &side).await?.pop().flatten();
        changes.push(match bytes {
            Some(bytes) => Change::put(path, bytes),
            None => Change::remove(path),
        });
    }
    Ok(changes)
}

async fn conflict<R: Rows>(opened: &GitVolume<R>, plan: &MergePlan, undecided: &Undecided) -> Result<Value, ApiError> {
    let path = undecided.path();
    let kind = match undecided {
        Undecided::Text { .. } => "text",
        Undecided::Workflow { .. } => "workflow",
        Undecided::File { .. } => "file",
    };
    Ok(json!({
        "path": path.as_str(),
        "kind": kind,
        "base": side(opened, plan.base, path).await?,
        "ours": side(opened, Some(plan.ours), path).await?,
        "theirs": side(opened, Some(plan.theirs), path).await?,
    }))
}

/// The text of a file on one side; null where it is not there or is no text.
async fn side<R: Rows>(opened: &GitVolume<R>, at: Option<Oid>, path: &VolumePath) -> Result<Option<String>, ApiError> {
    let Some(at) = at else { return Ok(None) };
    let bytes = opened.repository().read_many(std::slice::from_ref(path), &Revision::Commit(at)).await?.pop().flatten();
    Ok(bytes.and_then(|bytes| String::from_utf8(bytes).ok()))
}
