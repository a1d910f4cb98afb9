//! Notes and groups: what is written on the canvas beside the nodes. They live in the workflow's metadata, so that every other program
//! passes them on, and never decide what runs.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::geometry::{Rect, snap};
use super::scene::Scene;
use crate::kernel::dag::{Position, Workflow};

const NOTES: &str = "notes";
const GROUPS: &str = "groups";
/// How far a group's frame stands off its nodes.
const FRAME: f64 = 24.0;

/// A text on the canvas.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Note {
    /// Unique among the notes.
    pub id: String,
    /// Markdown.
    pub text: String,
    /// Its left edge.
    pub x: f64,
    /// Its upper edge.
    pub y: f64,
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
}

/// Nodes in a frame with a title.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Unique among the groups.
    pub id: String,
    /// What the frame says.
    pub title: String,
    /// The nodes in it.
    pub nodes: BTreeSet<String>,
}

impl Group {
    /// The frame round the nodes that are still there; none if none is.
    pub fn frame(&self, scene: &Scene) -> Option<Rect> {
        let rects = self.nodes.iter().filter_map(|node| Some(scene.node(node)?.rect));
        rects.reduce(|all, rect| all.union(&rect)).map(|rect| rect.grown(FRAME))
    }
}

/// The notes; what cannot be read as one is left out.
pub fn notes(workflow: &Workflow) -> Vec<Note> {
    list(workflow, NOTES)
}

/// The groups; what cannot be read as one is left out.
pub fn groups(workflow: &Workflow) -> Vec<Group> {
    list(workflow, GROUPS)
}

/// Adds a note and answers its id.
pub fn add_note(workflow: &mut Workflow, text: &str, at: Position) -> String {
    let Position { x, y } = snap(at);
    let id = free_id(workflow, NOTES, "note");
    push(workflow, NOTES, json!(Note { id: id.clone(), text: text.to_owned(), x, y, width: 240.0, height: 120.0 }));
    id
}

/// Puts a note in the place of the one of its id.
pub fn set_note(workflow: &mut Workflow, note: &Note) {
    replace(workflow, NOTES, &note.id, json!(note));
}

/// Frames these nodes, which leave the groups that they were in; answers the group's id.
pub fn group(workflow: &mut Workflow, title: &str, nodes: &BTreeSet<String>) -> String {
    for mut other in groups(workflow) {
        let before = other.nodes.len();
        other.nodes.retain(|node| !nodes.contains(node));
        match other.nodes.len() {
            0 => remove(workflow, &other.id),
            left if left < before => replace(workflow, GROUPS, &other.id, json!(other)),
            _ => {}
        }
    }
    let id = free_id(workflow, GROUPS, "group");
    push(workflow, GROUPS, json!(Group { id: id.clone(), title: title.to_owned(), nodes: nodes.clone() }));
    id
}

/// Takes a note, or the frame of a group, away.
pub fn remove(workflow: &mut Workflow, id: &str) {
    for field in [NOTES, GROUPS] {
        if let Some(Value::Array(items)) = workflow.metadata.get_mut(field) {
            items.retain(|item| item.get("id").and_then(Value::as_str) != Some(id));
            if items.is_empty() {
                workflow.metadata.remove(field);
            }
        }
    }
}

fn list<T: for<'a> Deserialize<'a>>(workflow: &Workflow, field: &str) -> Vec<T> {
    let items = workflow.metadata.get(field).and_then(Value::as_array);
    items.into_iter().flatten().filter_map(|item| serde_json::from_value(item.clone()).ok()).collect()
}

fn push(workflow: &mut Workflow, field: &str, item: Value) {
    let items = workflow.metadata.entry(field).or_insert_with(|| Value::Array(Vec::new()));
    match items {
        Value::Array(items) => items.push(item),
        // Somebody else's metadata of this name gives way, or nothing could ever be written.
        other => *other = Value::Array(vec![item]),
    }
}

fn replace(workflow: &mut Workflow, field: &str, id: &str, by: Value) {
    if let Some(Value::Array(items)) = workflow.metadata.get_mut(field)
        && let Some(item) = items.iter_mut().find(|item| item.get("id").and_then(Value::as_str) == Some(id))
    {
        *item = by;
    }
}

fn free_id(workflow: &Workflow, field: &str, stem: &str) -> String {
    let items = workflow.metadata.get(field).and_then(Value::as_array);
    let taken: BTreeSet<&str> = items.into_iter().flatten().filter_map(|item| item.get("id")?.as_str()).collect();
    let mut ids = (1_u32..).map(|number| format!("{stem}-{number}"));
    ids.find(|id| !taken.contains(id.as_str())).expect("numbers do not run out")
}

#[cfg(test)]
mod tests {
    use super::super::scene::tests::{pair, skills};
    use super::*;

    #[test]
    fn notes_and_groups_come_and_go_with_the_workflow() {
        let mut workflow = pair();
        let note = add_note(&mut workflow, "Look", Position { x: 3.0, y: 5.0 });
        assert_eq!((note.as_str(), notes(&workflow)[0].y), ("note-1", 8.0));
        let changed = Note { text: "Look here".into(), ..notes(&workflow)[0].clone() };
        set_note(&mut workflow, &changed);
        assert_eq!(notes(&workflow)[0].text, "Look here");
        let both = BTreeSet::from(["a".to_owned(), "b".to_owned()]);
        group(&mut workflow, "Both", &both);
        let later = group(&mut workflow, "One", &BTreeSet::from(["b".to_owned()]));
        assert_eq!(groups(&workflow)[0].nodes, BTreeSet::from(["a".to_owned()]));
        let frame = groups(&workflow)[0].frame(&Scene::new(&workflow, &skills())).unwrap();
        assert_eq!((frame.x, frame.y), (-FRAME, -FRAME));
        remove(&mut workflow, &later);
        remove(&mut workflow, &note);
        assert_eq!(groups(&workflow).len(), 1);
        group(&mut workflow, "Again", &both);
        assert_eq!(groups(&workflow).len(), 1, "a group without nodes is gone");
        workflow.metadata.insert(NOTES.into(), json!("something else"));
        assert_eq!(notes(&workflow), []);
    }
}
