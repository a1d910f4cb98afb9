//! The open workflow: its text, its scene, where its nodes are while they are dragged, what is selected, what can be undone.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use leptos::prelude::*;

use super::Library;
use crate::kernel::canvas::history::History;
use crate::kernel::canvas::layout;
use crate::kernel::canvas::scene::Scene;
use crate::kernel::canvas::{edit, geometry};
use crate::kernel::dag::{Edge, Position, Workflow};
use crate::kernel::order::set_of;

/// What is picked on the canvas: nodes, or one wire.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    /// Nodes, by id.
    pub nodes: BTreeSet<String>,
    /// A wire.
    pub wire: Option<Edge>,
}

impl Selection {
    /// One node and nothing else.
    pub fn node(node_id: &str) -> Self {
        Self { nodes: set_of([node_id.to_owned()]), wire: None }
    }

    /// The node, if exactly one is picked.
    pub fn only_node(&self) -> Option<&str> {
        let mut nodes = self.nodes.iter();
        nodes.next().filter(|_| nodes.next().is_none()).map(String::as_str)
    }

    /// Whether nothing is picked.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.wire.is_none()
    }
}

/// The open workflow.
#[derive(Clone, Copy)]
pub struct Document {
    /// As it would be saved.
    pub workflow: RwSignal<Arc<Workflow>>,
    /// Joined with its skills, for drawing and pointing.
    pub scene: Memo<Arc<Scene>>,
    /// What is picked.
    pub selection: RwSignal<Selection>,
    /// Grows with every edit: what depends on the history reads it.
    pub revision: RwSignal<u32>,
    history: StoredValue<History>,
    places: StoredValue<HashMap<String, ArcRwSignal<Position>>>,
    library: RwSignal<Library>,
}

impl Document {
    pub(super) fn new(library: RwSignal<Library>) -> Self {
        let workflow = RwSignal::new(Arc::new(Workflow::default()));
        let scene = Memo::new_with_compare(
            move |_| Arc::new(library.with(|library| workflow.with(|workflow| Scene::new(workflow, &library.skills)))),
            |before, after| match (before, after) {
                (Some(before), Some(after)) => !Arc::ptr_eq(before, after),
                _ => true,
            },
        );
        Self {
            workflow,
            scene,
            selection: RwSignal::default(),
            revision: RwSignal::new(0),
            history: StoredValue::new(History::default()),
            places: StoredValue::new(HashMap::new()),
            library,
        }
    }

    pub(super) fn open(&self, workflow: Workflow) {
        self.history.set_value(History::default());
        self.selection.set(Selection::default());
        self.put(Arc::new(self.arranged(workflow)));
        self.revision.update(|revision| *revision += 1);
    }

    /// Opens a workflow as an edit of the one that is open, so that undo brings that one back.
    pub(super) fn replace(&self, workflow: Workflow) {
        let workflow = self.arranged(workflow);
        self.selection.set(Selection::default());
        self.edit(&format!("Open {}", workflow.name), false, |open| *open = workflow);
    }

    /// The workflow with a place for every node: its own, or columns by dependency where some have none.
    fn arranged(&self, mut workflow: Workflow) -> Workflow {
        if workflow.nodes.iter().any(|node| node.position.is_none()) {
            let scene = self.library.with_untracked(|library| Scene::new(&workflow, &library.skills));
            edit::place_nodes(&mut workflow, &layout::layered(&scene));
        }
        workflow
    }

    /// Changes the workflow; `joined` folds this edit into the last one of the same name, as when a person types.
    pub fn edit<T>(&self, name: &str, joined: bool, change: impl FnOnce(&mut Workflow) -> T) -> T {
        let before = self.workflow.get_untracked();
        let mut after = (*before).clone();
        let answer = change(&mut after);
        if after != *before {
            self.history.update_value(|history| history.record(name, &before, &after, joined));
            self.put(Arc::new(after));
            self.revision.update(|revision| *revision += 1);
        }
        answer
    }

    /// Takes the last edit back and answers its name.
    pub fn undo(&self) -> Option<String> {
        self.step(History::undo)
    }

    /// Does the edit again that was taken back last, and answers its name.
    pub fn redo(&self) -> Option<String> {
        self.step(History::redo)
    }

    /// The names of the edits that undo and redo would touch. Tracks the history.
    pub fn undo_names(&self) -> (Option<String>, Option<String>) {
        self.revision.track();
        self.history.with_value(|history| (history.undoable().map(Into::into), history.redoable().map(Into::into)))
    }

    /// Where a node is now, which while it is dragged is not yet where the workflow has it.
    pub fn place(&self, node_id: &str) -> ArcRwSignal<Position> {
        if let Some(place) = self.places.with_value(|places| places.get(node_id).cloned()) {
            return place;
        }
        let place = ArcRwSignal::new(Position::default());
        self.places.update_value(|places| {
            places.insert(node_id.to_owned(), place.clone());
        });
        place
    }

    /// Puts nodes where they were dragged to, as one edit.
    pub fn drop_nodes(&self, node_ids: &BTreeSet<String>) {
        let places =
            node_ids.iter().map(|node_id| (node_id.clone(), geometry::snap(self.place(node_id).get_untracked())));
        let places: HashMap<_, _> = places.collect();
        self.edit("Move", false, |workflow| edit::place_nodes(workflow, &places));
        self.settle();
    }

    /// Puts every node back where the workflow has it.
    pub fn settle(&self) {
        let workflow = self.workflow.get_untracked();
        for node in &workflow.nodes {
            let place = self.place(&node.node_id);
            let wanted = node.position.unwrap_or_default();
            if place.get_untracked() != wanted {
                place.set(wanted);
            }
        }
    }

    /// Picks one node.
    pub fn select(&self, node_id: &str) {
        self.selection.set(Selection::node(node_id));
    }

    fn step(&self, take: fn(&mut History, &Workflow) -> Option<(String, Workflow)>) -> Option<String> {
        let now = self.workflow.get_untracked();
        let (name, workflow) = self.history.try_update_value(|history| take(history, &now)).flatten()?;
        self.put(Arc::new(workflow));
        self.revision.update(|revision| *revision += 1);
        Some(name)
    }

    /// Shows this workflow; places come before the text, so that no node is drawn where it was not.
    fn put(&self, workflow: Arc<Workflow>) {
        let present: HashSet<&str> = workflow.nodes.iter().map(|node| node.node_id.as_str()).collect();
        self.places.update_value(|places| places.retain(|node_id, _| present.contains(node_id.as_str())));
        for node in &workflow.nodes {
            let place = self.place(&node.node_id);
            let wanted = node.position.unwrap_or_default();
            if place.get_untracked() != wanted {
                place.set(wanted);
            }
        }
        let selection = self.selection.get_untracked();
        let kept = Selection {
            nodes: set_of(selection.nodes.iter().filter(|node_id| present.contains(node_id.as_str())).cloned()),
            wire: selection.wire.clone().filter(|wire| workflow.edges.contains(wire)),
        };
        drop(present);
        self.workflow.set(workflow);
        if kept != selection {
            self.selection.set(kept);
        }
    }
}
