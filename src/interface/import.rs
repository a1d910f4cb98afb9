//! `/import/skills`: skills from elsewhere, looked at before anything is kept, and kept as one commit.

mod llmos;

pub use llmos::llmos;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::skills::{Placing, diagnostic_row};
use super::{ApiError, Call, ErrorCode};
use crate::kernel::access::Action;
use crate::kernel::manager::{Shelf, Storage};
use crate::kernel::skill::{self, Reading, Skill};
use crate::kernel::volume::{Change, VolumePath};
use crate::kernel::zip::{ZipFile, ZipLimits, read_zip};

/// Every version of what is kept stays: what is larger is no skill.
const LIMITS: ZipLimits = ZipLimits { total_bytes: 64_000_000, entries: 5_000 };
const LARGEST_ZIP_BYTES: usize = 32_000_000;
const ZIP_START: &[u8] = b"PK";
/// What systems leave behind in folders and archives.
const LITTER: [&str; 6] = ["__MACOSX", ".DS_Store", "Thumbs.db", ".git", "__pycache__", "node_modules"];

#[derive(Deserialize)]
struct Files {
    files: Vec<File>,
}

#[derive(Deserialize)]
struct File {
    path: String,
    content: Option<String>,
    content_base64: Option<String>,
}

/// A skill that was found among the files.
struct Candidate {
    /// Its place among the files.
    path: String,
    skill: Skill,
    findings: Vec<crate::kernel::diagnostic::Diagnostic>,
    source: Vec<u8>,
    files: Vec<ZipFile>,
    in_folder: bool,
}

struct Skipped {
    path: String,
    reason: String,
}

/// `POST /import/skills?volume= &dry_run= &only=id,id &replace=`: a zip, or `{files: [{path, content | content_base64}]}`.
pub async fn skills<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let (candidates, mut skipped) = candidates(files(call)?);
    let volume = call.volume()?;
    let opened = call.manager.volume(&volume, Action::Write, call.now).await?;
    let shelf = call.manager.shelf(&volume, call.now).await?;
    let only: Option<Vec<&str>> = call.request.parameter("only").map(|only| only.split(',').collect());
    let (mut rows, mut names, mut changes) = (Vec::new(), Vec::new(), Vec::new());
    for candidate in candidates {
        let Candidate { path, skill, findings, .. } = &candidate;
        if only.as_ref().is_some_and(|only| !only.contains(&skill.skill_id.as_str())) {
            continue;
        }
        let standing = shelf.library.skills.get(&skill.skill_id);
        if let (Some(standing), Some("false")) = (standing, call.request.parameter("replace")) {
            let reason = format!("There is a skill '{}' already, in {}", skill.skill_id, standing.path);
            skipped.push(Skipped { path: path.clone(), reason });
            continue;
        }
        let (path, name, format) = (path.clone(), skill.name.clone(), skill.format());
        let skill_id = skill.skill_id.clone();
        let findings: Vec<Value> = findings.iter().map(|finding| diagnostic_row(&volume, finding)).collect();
        match place(candidate, &shelf) {
            Ok((to, placed)) => {
                let replaces = shelf.library.skills.get(&skill_id).map(|standing| standing.path.clone());
                changes.extend(placed);
                names.push(name.clone());
                rows.push(json!({
                    "path": path, "skill_id": skill_id, "name": name, "format": format, "to": to.as_str(),
                    "replaces": replaces, "diagnostics": findings,
                }));
            }
            Err(reason) => skipped.push(Skipped { path, reason }),
        }
    }
    let skipped: Vec<Value> =
        skipped.into_iter().map(|Skipped { path, reason }| json!({ "path": path, "reason": reason })).collect();
    let mut answer = json!({ "imported": rows, "skipped": skipped });
    if !call.request.flag("dry_run") && !changes.is_empty() {
        let note = call.manager.note(&volume, message(&names), call.now);
        answer["commit"] = json!(call.manager.commit(&opened, changes, &note).await?.to_string());
    }
    Ok(answer)
}

fn message(names: &[String]) -> String {
    const MOST_NAMED: usize = 5;
    let named = names.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>().join(", ");
    let more = names.len().saturating_sub(MOST_NAMED);
    match names.len() {
        1 => format!("Import skill: {named}"),
        count if more == 0 => format!("Import {count} skills: {named}"),
        count => format!("Import {count} skills: {named} and {more} more"),
    }
}

/// The files that came, each with a path that stays inside.
fn files<S: Storage>(call: &Call<'_, S>) -> Result<Vec<ZipFile>, ApiError> {
    match call.request.bytes() {
        Some(bytes) if bytes.starts_with(ZIP_START) => {
            if bytes.len() > LARGEST_ZIP_BYTES {
                let message = format!("The zip has {} MB", bytes.len() / 1_000_000);
                let detail = format!("At most {} MB of skills are read at once", LARGEST_ZIP_BYTES / 1_000_000);
                return Err(ApiError::new(ErrorCode::TooLarge, message).detail(detail));
            }
            read_zip(bytes, LIMITS).map_err(|error| {
                ApiError::new(ErrorCode::Unprocessable, super::error::sentence(&error)).detail("Nothing of it was kept")
            })
        }
        // Not a zip: a skill as one file, or files as JSON.
        Some(bytes) if !bytes.trim_ascii_start().starts_with(b"{") => Ok(vec![(String::new(), bytes.to_vec())]),
        _ => {
            let Files { files } = call.request.json()?;
            let files: Result<Vec<ZipFile>, ApiError> = files.into_iter().map(bytes_of).collect();
            let files = files?;
            let total: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
            if total > LIMITS.total_bytes || files.len() > LIMITS.entries {
                let message = format!("These are {} files of {} MB", files.len(), total / 1_000_000);
                return Err(ApiError::new(ErrorCode::TooLarge, message).detail("Import a folder of skills alone"));
            }
            Ok(files)
        }
    }
}

fn bytes_of(file: File) -> Result<ZipFile, ApiError> {
    let bytes = match (file.content, file.content_base64) {
        (Some(text), _) => text.into_bytes(),
        (None, Some(text)) => BASE64_STANDARD.decode(&text).map_err(|error| {
            let message = format!("The content of '{}' is not base64", file.path);
            ApiError::new(ErrorCode::MalformedRequest, message).detail(error.to_string())
        })?,
        (None, None) => {
            let message = format!("The file '{}' has neither 'content' nor 'content_base64'", file.path);
            return Err(ApiError::new(ErrorCode::MalformedRequest, message));
        }
    };
    Ok((file.path.trim_start_matches("./").to_owned(), bytes))
}

/// The skills among these files, and what is none.
fn candidates(files: Vec<ZipFile>) -> (Vec<Candidate>, Vec<Skipped>) {
    let mut skipped = Vec::new();
    let mut kept: Vec<ZipFile> = Vec::new();
    for (path, bytes) in files {
        let is_litter = path.split('/').any(|part| LITTER.contains(&part));
        if is_litter {
            continue;
        }
        match VolumePath::new(&path) {
            // A text that was pasted has no path.
            Err(error) if !path.is_empty() => skipped.push(Skipped { path, reason: error.to_string() }),
            _ => kept.push((path, bytes)),
        }
    }
    let roots = skill_roots(&kept);
    let mut found: Vec<Candidate> = Vec::new();
    for (path, source) in &kept {
        let root = roots.iter().find(|root| within(root, path).is_some());
        let in_folder = root.is_some();
        if root.is_some_and(|root| !is_skill_md(within(root, path).unwrap_or_default())) {
            continue;
        }
        if root.is_none() && !path.is_empty() && !is_markdown(path) {
            skipped.push(Skipped { path: path.clone(), reason: "it is no skill, nor in the folder of one".to_owned() });
            continue;
        }
        let Reading { skill, mut findings } = read(path, source, in_folder);
        let Some(skill) = skill else {
            let reason = findings.pop().map_or_else(|| "it is no skill".to_owned(), |finding| finding.message);
            skipped.push(Skipped { path: path.clone(), reason });
            continue;
        };
        if let Some(first) = found.iter().find(|other| other.skill.skill_id == skill.skill_id) {
            let reason = format!("it has the id '{}', as {} has", skill.skill_id, first.path);
            skipped.push(Skipped { path: path.clone(), reason });
            continue;
        }
        let others = kept.iter().filter_map(|(other, bytes)| {
            let inside = within(root?, other).filter(|inside| !is_skill_md(inside))?;
            Some((inside.to_owned(), bytes.clone()))
        });
        let skill = Skill::clone(&skill);
        found.push(Candidate {
            path: path.clone(),
            skill,
            findings,
            source: source.clone(),
            files: others.collect(),
            in_folder,
        });
    }
    (found, skipped)
}

/// The outermost folders with a `SKILL.md`, with a slash at their ends; the top is an empty text.
fn skill_roots(files: &[ZipFile]) -> Vec<String> {
    let root = |(path, _): &ZipFile| {
        let at = path.rfind('/').map_or(0, |at| at + 1);
        is_skill_md(&path[at..]).then(|| path[..at].to_owned())
    };
    let mut roots: Vec<String> = files.iter().filter_map(root).collect();
    roots.sort_by_key(String::len);
    let mut outermost: Vec<String> = Vec::new();
    for root in roots {
        if !outermost.iter().any(|outer| root.starts_with(outer.as_str())) {
            outermost.push(root);
        }
    }
    outermost
}

fn within<'a>(root: &str, path: &'a str) -> Option<&'a str> {
    path.strip_prefix(root).filter(|inside| !inside.is_empty())
}

fn is_skill_md(name: &str) -> bool {
    name.eq_ignore_ascii_case("SKILL.md")
}

fn is_markdown(path: &str) -> bool {
    let path = path.to_lowercase();
    (path.ends_with(".md") || path.ends_with(".markdown")) && !path.ends_with("readme.md")
}

/// Reads a file under the name that it will have: of a folder's, else its own, else what it calls itself.
fn read(path: &str, source: &[u8], in_folder: bool) -> Reading {
    let mut parts = path.rsplit('/');
    let file = parts.next().unwrap_or_default();
    let folder = parts.next().filter(|_| in_folder);
    let stem = folder.unwrap_or_else(|| file.rsplit_once('.').map_or(file, |(stem, _)| stem));
    let named = |name: &str| if in_folder { format!("skills/{name}/SKILL.md") } else { format!("skills/{name}.md") };
    let is_nameless = stem.is_empty() || is_skill_md(file) && folder.is_none();
    let first = skill::read_file(&named(if is_nameless { "skill" } else { stem }), source, Vec::new());
    match &first.skill {
        Some(skill) if is_nameless => skill::read_file(&named(&skill::package_name(&skill.name)), source, Vec::new()),
        _ => first,
    }
}

fn place(candidate: Candidate, shelf: &Shelf) -> Result<(VolumePath, Vec<Change>), String> {
    let Candidate { skill, source, files, in_folder, .. } = candidate;
    let standing = shelf.library.skills.get(&skill.skill_id);
    let placing = Placing { skill_id: &skill.skill_id, in_folder, source, files };
    placing.changes(standing.map(|standing| &**standing)).map_err(|error| error.message().to_owned())
}
