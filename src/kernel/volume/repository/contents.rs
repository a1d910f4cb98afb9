//! A file that both sides of a merge changed: workflows come together by their structure, texts by their lines.

use serde_json::Value;

use super::Repository;
use super::commit::{Change, ChangeKind};
use super::merge::{Undecided, mode_here};
use crate::kernel::dag::Workflow;
use crate::kernel::merge::workflow::{Choices, merge_workflows};
use crate::kernel::merge::{ConflictKind, ContentMerge, Entry, TextMerge, TreeConflict, merge_text};
use crate::kernel::volume::object::ObjectKind;
use crate::kernel::volume::rows::Rows;
use crate::kernel::volume::{Oid, VolumeError, VolumePath};

/// What becomes of a file.
pub(super) enum Merged {
    Change(Change),
    Undecided(Undecided),
}

impl<R: Rows> Repository<R> {
    /// Brings the contents of one file together.
    pub(super) async fn merge_content(&self, content: ContentMerge<Oid>) -> Result<Merged, VolumeError> {
        let path = VolumePath::existing(&content.path)?;
        let base = match content.base {
            Some(base) => Some(self.store.blob(base).await?),
            None => None,
        };
        let mut sides = self.store.read(ObjectKind::Blob, &[content.ours, content.theirs]).await?;
        let (theirs, ours) = (sides.pop().unwrap_or_default(), sides.pop().unwrap_or_default());
        let mode = mode_here(content.mode);
        if let Some(merged) = base.as_ref().and_then(|base| by_structure(&path, [base, &ours, &theirs])) {
            return Ok(match merged {
                Ok(bytes) => Merged::Change(Change { path, kind: ChangeKind::PutAs(mode, bytes) }),
                Err(undecided) => Merged::Undecided(undecided),
            });
        }
        Ok(match merge_text(&base.unwrap_or_default(), &ours, &theirs) {
            TextMerge::Clean(bytes) => Merged::Change(Change { path, kind: ChangeKind::PutAs(mode, bytes) }),
            TextMerge::Conflicts(text) => Merged::Undecided(Undecided::Text { path, text }),
            TextMerge::NotText => Merged::Undecided(Undecided::File { path, conflict: conflict(content) }),
        })
    }
}

/// A file that is no text: one side or the other.
fn conflict(content: ContentMerge<Oid>) -> TreeConflict<Oid> {
    let entry = |id| Entry { mode: content.mode, id };
    TreeConflict {
        kind: if content.base.is_some() { ConflictKind::BothChanged } else { ConflictKind::BothAdded },
        base: content.base.map(entry),
        ours: Some(entry(content.ours)),
        theirs: Some(entry(content.theirs)),
        path: content.path,
    }
}

/// A workflow from three versions, if all three are workflows; else they are texts like any other.
fn by_structure(path: &VolumePath, versions: [&Vec<u8>; 3]) -> Option<Result<Vec<u8>, Undecided>> {
    let is_workflow = path.as_str().ends_with(".json") || path.as_str().ends_with(".md");
    if !path.as_str().starts_with("workflows/") || !is_workflow {
        return None;
    }
    let [base, ours, theirs] = versions.map(|bytes| workflow(path.as_str(), bytes));
    let sides = [base?, ours?, theirs?];
    let merge = merge_workflows(&sides[0], &sides[1], &sides[2], &Choices::new()).ok()?;
    if !merge.conflicts.is_empty() {
        return Some(Err(Undecided::Workflow { path: path.clone(), merge: merge.into(), sides: sides.into() }));
    }
    Some(Ok(merge.workflow.to_file(path.as_str()).into_bytes()))
}

/// A workflow of which nothing would be lost by writing it again.
fn workflow(path: &str, bytes: &[u8]) -> Option<Workflow> {
    if path.ends_with(".md") {
        let workflow = Workflow::read(path, bytes).ok()?;
        return (workflow.to_markdown().as_bytes() == bytes).then_some(workflow);
    }
    let value: Value = serde_json::from_slice(bytes).ok()?;
    let workflow: Workflow = serde_json::from_value(value.clone()).ok()?;
    let written = serde_json::to_value(&workflow).ok()?;
    holds(&written, &value).then_some(workflow)
}

/// Whether one value has all that is in another.
fn holds(all: &Value, part: &Value) -> bool {
    match (all, part) {
        (Value::Object(all), Value::Object(part)) => {
            part.iter().all(|(name, part)| all.get(name).is_some_and(|all| holds(all, part)))
        }
        (Value::Array(all), Value::Array(part)) => {
            all.len() == part.len() && all.iter().zip(part).all(|(all, part)| holds(all, part))
        }
        (Value::Number(all), Value::Number(part)) => all.as_f64() == part.as_f64(),
        _ => all == part,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_would_be_written_in_full_is_taken_for_a_workflow() {
        let workflow = |text: &str| workflow("workflows/a.json", text.as_bytes());
        assert!(workflow(r#"{"workflowId": "a", "name": "A", "nodes": [], "edges": []}"#).is_some());
        assert!(workflow(r#"{"nodes": [{"nodeId": "n", "skillId": "s", "position": {"x": 1, "y": 2}}]}"#).is_some());
        assert!(workflow(r#"{"nodes": [], "unknown": 1}"#).is_none());
        assert!(workflow(r#"{"nodes": [{"nodeId": "n", "skillId": "s", "note": "x"}]}"#).is_none());
        assert!(workflow("[]").is_none());
        assert!(workflow("text").is_none());
        let markdown = Workflow::default().to_markdown();
        let in_markdown = |text: &str| super::workflow("workflows/a.md", text.as_bytes());
        assert!(in_markdown(&markdown).is_some());
        assert!(in_markdown(&format!("{markdown}\nA word of somebody.\n")).is_none());
    }
}
