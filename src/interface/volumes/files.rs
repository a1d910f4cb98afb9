//! The files of a volume: looking into folders, reading, and changes of one file, each a commit.

use serde::Deserialize;
use serde_json::{Value, json};

use super::revision;
use crate::interface::{ApiError, Call, ErrorCode, committed};
use crate::kernel::access::{Action, Volume};
use crate::kernel::manager::Storage;
use crate::kernel::volume::{Change, Mode, Oid, Revision, VolumeError, VolumePath};

/// The largest file that can be saved here: every version of it stays.
const LARGEST_FILE_BYTES: usize = 32 * 1024 * 1024;

/// `GET /volumes/tree?volume= &ref= &path=`: one folder.
pub async fn tree<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let volume = call.volume()?;
    let opened = call.manager.volume(&volume, Action::Read, call.now).await?;
    let at = revision(&opened, call.request.parameter("ref")).await?;
    let commit = opened.repository().resolve(&at).await?;
    let at = commit.map_or(at, Revision::Commit);
    let folder = call.request.parameter("path").map(VolumePath::existing).transpose()?;
    if let Some(folder) = &folder {
        match opened.repository().entry(folder, &at).await? {
            Some((Mode::Folder, _)) => {}
            _ => return Err(ApiError::new(ErrorCode::NotFound, format!("There is no folder '{folder}'"))),
        }
    }
    let entries = opened.repository().list_folder(folder.as_ref(), &at).await?;
    let rows: Vec<Value> = entries
        .iter()
        .map(|entry| {
            let kind = match entry.mode {
                Mode::Folder => "folder",
                Mode::File | Mode::Executable => "file",
                Mode::Link => "link",
                Mode::Submodule => "submodule",
            };
            let name = entry.path.rsplit('/').next().unwrap_or(&entry.path);
            json!({ "name": name, "path": entry.path, "kind": kind, "oid": entry.oid.to_string() })
        })
        .collect();
    Ok(json!({
        "volume": volume.to_string(),
        "ref": call.request.parameter("ref").unwrap_or(opened.repository().main().as_str()),
        "commit": commit.map(|commit| commit.to_string()),
        "path": folder.map(|folder| folder.to_string()),
        "entries": rows,
    }))
}

/// `GET /volumes/files?volume= &ref= &path=`: every file, or every file below a folder, in the order of their paths.
pub async fn files<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let volume = call.volume()?;
    let opened = call.manager.volume(&volume, Action::Read, call.now).await?;
    let at = revision(&opened, call.request.parameter("ref")).await?;
    let commit = opened.repository().resolve(&at).await?;
    let folder = call.request.parameter("path").map(VolumePath::existing).transpose()?;
    let files = opened.repository().list(folder.as_ref(), &commit.map_or(at, Revision::Commit)).await?;
    let rows: Vec<Value> = files.iter().map(|file| json!({ "path": file.path, "oid": file.oid.to_string() })).collect();
    Ok(json!({ "volume": volume.to_string(), "commit": commit.map(|commit| commit.to_string()), "files": rows }))
}

/// `GET /volumes/file?volume= &path= &ref=`: the bytes, as they were then.
pub async fn file<S: Storage>(call: &Call<'_, S>) -> Result<Vec<u8>, ApiError> {
    let volume = call.volume()?;
    let opened = call.manager.volume(&volume, Action::Read, call.now).await?;
    let at = revision(&opened, call.request.parameter("ref")).await?;
    Ok(opened.repository().read(&path_of(call)?, &at).await?)
}

#[derive(Deserialize)]
struct NewContent {
    content: String,
    message: Option<String>,
    expected_oid: Option<String>,
}

/// `PUT /volumes/file?volume= &path=`
pub async fn put_file<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let NewContent { content, message, expected_oid } = call.request.json()?;
    if content.len() > LARGEST_FILE_BYTES {
        let message =
            format!("The file has {} MB; one of {} MB can be saved", content.len() >> 20, LARGEST_FILE_BYTES >> 20);
        return Err(ApiError::new(ErrorCode::TooLarge, message));
    }
    let volume = call.volume()?;
    let opened = call.manager.volume(&volume, Action::Write, call.now).await?;
    let standing = path_of(call)?;
    let repository = opened.repository();
    let head = repository.resolve(&Revision::Head).await?;
    let known = repository.entry(&standing, &head.map_or(Revision::Head, Revision::Commit)).await?;
    // A new file has a name that every system can hold; one that came from elsewhere keeps its own.
    let path = if known.is_some() { standing } else { VolumePath::new(standing.as_str())? };
    if let Some(expected) = expected_oid.as_deref().filter(|expected| !expected.is_empty()) {
        let found = known.map(|(_, oid)| oid.to_string()).unwrap_or_default();
        if found != expected {
            let message = format!("'{path}' changed since you opened it");
            return Err(ApiError::new(ErrorCode::Conflict, message)
                .detail("Look at the version that is there now, then save again without expected_oid, or with its"));
        }
    }
    let verb = if known.is_some() { "Edit" } else { "Create" };
    let message = message.unwrap_or_else(|| format!("{verb} {path}"));
    let mut note = call.manager.note(&volume, message, call.now);
    note.expected_parent = if expected_oid.is_some() { head } else { None };
    let commit = call.manager.commit(&opened, vec![Change::put(path, content.as_bytes())], &note).await?;
    let oid = Oid::of(crate::kernel::volume::ObjectKind::Blob, content.as_bytes());
    Ok(json!({ "commit": commit.to_string(), "oid": oid.to_string() }))
}

#[derive(Deserialize)]
struct NewFiles {
    files: Vec<NewFile>,
    message: Option<String>,
}

#[derive(Deserialize)]
struct NewFile {
    path: String,
    content: String,
}

/// `PUT /volumes/files?volume=`: several files as one commit, all or none.
pub async fn put_files<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let NewFiles { files, message } = call.request.json()?;
    let bytes: usize = files.iter().map(|file| file.content.len()).sum();
    if bytes > LARGEST_FILE_BYTES {
        let message =
            format!("The files have {} MB; {} MB can be saved at once", bytes >> 20, LARGEST_FILE_BYTES >> 20);
        return Err(ApiError::new(ErrorCode::TooLarge, message));
    }
    let volume = call.volume()?;
    let opened = call.manager.volume(&volume, Action::Write, call.now).await?;
    let message = message.unwrap_or_else(|| format!("Save {} files", files.len()));
    let changes: Result<Vec<Change>, VolumeError> =
        files.into_iter().map(|file| Ok(Change::put(VolumePath::new(&file.path)?, file.content))).collect();
    let note = call.manager.note(&volume, message, call.now);
    Ok(committed(call.manager.commit(&opened, changes?, &note).await?))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Reason {
    message: Option<String>,
}

/// `DELETE /volumes/file?volume= &path=`: of a folder, all that is in it. The history keeps them.
pub async fn delete_file<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let Reason { message } = call.request.json_or_default()?;
    let volume = call.volume()?;
    let opened = call.manager.volume(&volume, Action::Write, call.now).await?;
    let path = path_of(call)?;
    let paths = files_at(call, &volume, &path).await?;
    let note = call.manager.note(&volume, message.unwrap_or_else(|| format!("Delete {path}")), call.now);
    let changes = paths.into_iter().map(|(path, _)| Change::remove(path)).collect();
    Ok(committed(call.manager.commit(&opened, changes, &note).await?))
}

#[derive(Deserialize)]
struct Move {
    volume: Option<String>,
    from: String,
    to: String,
    message: Option<String>,
}

/// `POST /volumes/move`: a file or a folder gets another name.
pub async fn move_file<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let Move { volume, from, to, message } = call.request.json()?;
    let volume = volume.as_deref().map_or_else(|| Ok(call.manager.own_volume()), crate::interface::volume_named)?;
    let opened = call.manager.volume(&volume, Action::Write, call.now).await?;
    let (from, to) = (VolumePath::existing(&from)?, VolumePath::new(&to)?);
    if to.as_str().starts_with(&format!("{from}/")) {
        return Err(ApiError::new(ErrorCode::Unprocessable, format!("'{from}' cannot be moved into itself")));
    }
    if opened.repository().entry(&to, &Revision::Head).await?.is_some() {
        return Err(ApiError::new(ErrorCode::Conflict, format!("'{to}' exists already")));
    }
    let files = files_at(call, &volume, &from).await?;
    let blobs: Vec<Oid> = files.iter().map(|(_, oid)| *oid).collect();
    let contents = opened.repository().read_blobs(&blobs).await?;
    let mut changes = Vec::new();
    for ((path, _), bytes) in files.into_iter().zip(contents) {
        let rest = path.as_str().strip_prefix(from.as_str()).unwrap_or_default();
        changes.push(Change::put(VolumePath::new(&format!("{to}{rest}"))?, bytes));
        changes.push(Change::remove(path));
    }
    let note = call.manager.note(&volume, message.unwrap_or_else(|| format!("Move {from} to {to}")), call.now);
    Ok(committed(call.manager.commit(&opened, changes, &note).await?))
}

/// The file at a path, or all files below it.
async fn files_at<S: Storage>(
    call: &Call<'_, S>,
    volume: &Volume,
    path: &VolumePath,
) -> Result<Vec<(VolumePath, Oid)>, ApiError> {
    let opened = call.manager.volume(volume, Action::Read, call.now).await?;
    match opened.repository().entry(path, &Revision::Head).await? {
        None => Err(VolumeError::NoSuchFile(path.clone()).into()),
        Some((Mode::Folder, _)) => {
            let files = opened.repository().list(Some(path), &Revision::Head).await?;
            files.into_iter().map(|file| Ok((VolumePath::existing(&file.path)?, file.oid))).collect()
        }
        Some((_, oid)) => Ok(vec![(path.clone(), oid)]),
    }
}

fn path_of<S: Storage>(call: &Call<'_, S>) -> Result<VolumePath, ApiError> {
    let path = call.request.parameter("path");
    let path =
        path.ok_or_else(|| ApiError::new(ErrorCode::MalformedRequest, "Say which file: &path=skills/my-skill.md"))?;
    Ok(VolumePath::existing(path)?)
}
