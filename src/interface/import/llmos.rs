//! `/import/llmos`: what the old llmos left in its folders. Traces become traces, agents become skills that guide, what a volume said of
//! itself is kept as a note; its states of mind and its Python tools stay behind, and are listed with everything else that does.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{LITTER, Placing, files, is_markdown};
use crate::interface::{ApiError, Call};
use crate::kernel::access::Action;
use crate::kernel::evolution::read_legacy_trace;
use crate::kernel::manager::{Shelf, Storage};
use crate::kernel::skill;
use crate::kernel::trace::Trace;
use crate::kernel::volume::{Change, Collection, NewTrace, ObjectKind, Oid, VolumePath};

/// The source design's.
const MESSAGE: &str = "Migration from llmos";
/// What a trace may have of content.
const LONGEST_TRACE_BYTES: usize = 900_000;

/// What a file of the old llmos is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Trace,
    Agent,
    Skill,
    Metadata,
    Sentience,
    PythonTool,
    Litter,
    Other,
}

impl Kind {
    fn of(path: &str) -> Self {
        let lower = path.to_lowercase();
        let parts: Vec<&str> = lower.split('/').collect();
        let (folders, file) = parts.split_at(parts.len() - 1);
        let file = file.first().copied().unwrap_or_default();
        let within = |folder: &str| folders.contains(&folder);
        let is_text = file.ends_with(".md") || file.ends_with(".json");
        const MINDS: [&str; 7] =
            ["valence", "sentience", "emotion", "theory_of_mind", "latent_mode", "self_model", "inner_monologue"];
        if path.split('/').any(|part| LITTER.contains(&part)) {
            return Self::Litter;
        }
        if within("sentience") || MINDS.iter().any(|mind| file.starts_with(mind)) {
            return Self::Sentience;
        }
        match file {
            _ if file.ends_with(".py") => Self::PythonTool,
            _ if within("traces") && is_text => Self::Trace,
            _ if within("agents") && is_markdown(file) => Self::Agent,
            _ if within("skills") && is_markdown(file) => Self::Skill,
            "metadata.json" | "volume.json" | "volume_metadata.json" => Self::Metadata,
            _ => Self::Other,
        }
    }
}

/// What is to be kept, and what is told of each file.
#[derive(Default)]
struct Migration {
    changes: Vec<Change>,
    taken: BTreeSet<String>,
    imported: Vec<Value>,
    skipped: Vec<Value>,
}

/// `POST /import/llmos?volume=&dry_run=`: a zip, or `{files: [{path, content | content_base64}]}`; one commit.
pub async fn llmos<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let files = files(call)?;
    let volume = call.volume()?;
    let opened = call.manager.volume(&volume, Action::Write, call.now).await?;
    let shelf = call.manager.shelf(&volume, call.now).await?;
    let mut migration = Migration::default();
    for (path, bytes) in &files {
        let outcome = match Kind::of(path) {
            Kind::Litter => Err("it is nothing of the llmos".to_owned()),
            Kind::Sentience => {
                Err("left out: states of mind have no place here; only patterns are detected".to_owned())
            }
            Kind::PythonTool => {
                Err("left out: Python tools are replaced by skills; write one that does the same".to_owned())
            }
            Kind::Other => Err("nothing here is made of it".to_owned()),
            Kind::Trace => migration.trace(path, bytes, call.now.timestamp_s),
            Kind::Agent => migration.agent(path, bytes, &shelf),
            Kind::Skill => migration.skill(path, bytes, &shelf),
            Kind::Metadata => migration.metadata(path, bytes),
        };
        if let Err(reason) = outcome {
            migration.skipped.push(json!({ "path": path, "reason": reason }));
        }
    }
    let mut answer = json!({ "imported": migration.imported, "skipped": migration.skipped });
    if !call.request.flag("dry_run") && !migration.changes.is_empty() {
        let note = call.manager.note(&volume, MESSAGE, call.now);
        answer["commit"] = json!(call.manager.commit(&opened, migration.changes, &note).await?.to_string());
    }
    Ok(answer)
}

impl Migration {
    fn put(&mut self, from: &str, to: VolumePath, bytes: impl Into<Vec<u8>>, mut row: Value) -> Result<(), String> {
        if !self.taken.insert(to.to_string()) {
            return Err(format!("another file came to {to} already"));
        }
        row["path"] = json!(from);
        row["to"] = json!(to.as_str());
        self.changes.push(Change::put(to, bytes));
        self.imported.push(row);
        Ok(())
    }

    fn trace(&mut self, from: &str, bytes: &[u8], now: i64) -> Result<(), String> {
        let text = text_of(bytes)?;
        if text.len() > LONGEST_TRACE_BYTES {
            return Err(format!(
                "it has {} kB; at most {} kB are kept of a trace",
                text.len() / 1_000,
                LONGEST_TRACE_BYTES / 1_000
            ));
        }
        let own = Trace::parse(&text).ok().filter(|trace| !trace.goal.is_empty());
        let trace = own.or_else(|| read_legacy_trace(&text)).ok_or("it says no goal, or cannot be read as a trace")?;
        let is_dated = trace.started_at > 0;
        let started_at = if is_dated { trace.started_at } else { now };
        let trace = Trace { started_at, ..trace };
        let trace_id = Trace::id_of(started_at, &Oid::of(ObjectKind::Blob, text.as_bytes()).to_string());
        let trace = Trace { trace_id: trace_id.clone(), ..trace };
        let kept = NewTrace { id: trace_id.clone(), timestamp_s: started_at, content: String::new() };
        let path = kept.path().map_err(|error| error.to_string())?;
        let note = (!is_dated).then_some("it has no date, so it counts as of today");
        self.put(from, path, trace.encode(), json!({ "trace_id": trace_id, "kind": "trace", "note": note }))
    }

    /// An agent's file with the front matter of a skill; what no skill has is kept under `metadata`.
    fn agent(&mut self, from: &str, bytes: &[u8], shelf: &Shelf) -> Result<(), String> {
        let text = text_of(bytes)?.replace("\r\n", "\n");
        let (head, body) = match text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---")) {
            Some((head, body)) => (
                serde_yaml::from_str::<Value>(head).map_err(|error| error.to_string())?,
                body.trim_start_matches('-').trim(),
            ),
            None => (Value::Null, text.trim()),
        };
        let stem = from.rsplit('/').next().unwrap_or_default().trim_end_matches(".markdown").trim_end_matches(".md");
        let word = |names: &[&str]| {
            names.iter().find_map(|name| head[*name].as_str()).map(str::trim).filter(|word| !word.is_empty())
        };
        let name = word(&["name", "agent_name", "title"]).unwrap_or(stem);
        let skill_id = skill::package_name(name);
        if shelf.library.skills.contains_key(&skill_id) {
            return Err(format!("there is a skill '{skill_id}' already"));
        }
        let first = body.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or(name);
        let list = |names: &[&str]| -> Vec<String> {
            let list = names.iter().find_map(|name| head[*name].as_array());
            list.map(|items| items.iter().filter_map(Value::as_str).map(str::to_owned).collect()).unwrap_or_default()
        };
        let mut keywords = list(&["keywords", "tags", "capabilities"]);
        if keywords.is_empty() {
            keywords =
                skill_id.split('-').filter(|word| word.len() > 2 && *word != "agent").map(str::to_owned).collect();
        }
        keywords.truncate(8);
        const KEPT: [&str; 8] =
            ["name", "agent_name", "title", "description", "category", "keywords", "tags", "capabilities"];
        let rest: serde_json::Map<String, Value> = head
            .as_object()
            .map(|fields| {
                fields
                    .iter()
                    .filter(|(field, _)| !KEPT.contains(&field.as_str()))
                    .map(|(field, value)| (format!("llmos-{field}"), value.clone()))
                    .collect()
            })
            .unwrap_or_default();
        let description: String = word(&["description"]).unwrap_or(first).chars().take(300).collect();
        let mut fields = vec![
            ("skill_id", json!(skill_id)),
            ("name", json!(name)),
            ("category", json!(word(&["category"]).unwrap_or("agents"))),
            ("description", json!(description)),
            ("keywords", json!(keywords)),
        ];
        if !rest.is_empty() {
            fields.push(("metadata", json!(rest)));
        }
        // JSON's values are YAML's too, whatever is in them.
        let lines: String = fields.iter().map(|(field, value)| format!("{field}: {value}\n")).collect();
        let title = if body.starts_with("# ") { String::new() } else { format!("# Skill: {name}\n\n") };
        let source = format!("---\n{lines}---\n\n{title}{body}\n");
        let path = Collection::Skills.path(&skill_id).map_err(|error| error.to_string())?;
        self.put(from, path, source, json!({ "skill_id": skill_id, "name": name, "kind": "agent" }))
    }

    fn skill(&mut self, from: &str, bytes: &[u8], shelf: &Shelf) -> Result<(), String> {
        let super::Reading { skill, mut findings } = super::read(from, bytes, false);
        let Some(skill) = skill else {
            return Err(findings.pop().map_or_else(|| "it is no skill".to_owned(), |finding| finding.message));
        };
        if shelf.library.skills.contains_key(&skill.skill_id) {
            return Err(format!("there is a skill '{}' already", skill.skill_id));
        }
        let placing =
            Placing { skill_id: &skill.skill_id, in_folder: false, source: bytes.to_vec(), files: Vec::new() };
        let (path, _) = placing.changes(None).map_err(|error| error.message().to_owned())?;
        self.put(from, path, bytes, json!({ "skill_id": skill.skill_id, "name": skill.name, "kind": "skill" }))
    }

    /// What a volume said of itself. Its history is git's from here on.
    fn metadata(&mut self, from: &str, bytes: &[u8]) -> Result<(), String> {
        let value: Value = serde_json::from_slice(bytes).map_err(|error| format!("it is no JSON: {error}"))?;
        let pretty = serde_json::to_string_pretty(&value).map_err(|error| error.to_string())?;
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        let id = if folder.is_empty() {
            "llmos-volume".to_owned()
        } else {
            format!("llmos-volume-{}", skill::package_name(folder))
        };
        let path = Collection::Memory.path(&id).map_err(|error| error.to_string())?;
        let text = format!("# What the llmos said of `{}`\n\n```json\n{pretty}\n```\n", from.replace('`', "'"));
        self.put(from, path, text, json!({ "kind": "metadata" }))
    }
}

fn text_of(bytes: &[u8]) -> Result<String, String> {
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| "it is not text".to_owned())
}
