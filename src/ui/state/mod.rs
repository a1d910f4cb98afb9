//! What the UI shows: plain kernel values in signals, and the few ways in which they change.
//!
//! `AppState` is small and `Copy`: every component holds one. `app.rs` tells it what happened (`set_library`, `open`, `report`,
//! `run_started`, `apply`, `run_finished`); components ask it to edit the document. It decides nothing that a kernel function can.

mod chrome;
mod document;
mod run;

pub use chrome::{Chrome, Dialog, DrawerTab, Menu, MenuTarget, PanelSizes, Room, Section, Theme, Toast, ToastKind};
pub use document::{Document, Selection};
pub use run::{NodeRun, NodeState, Phase, Progress, RunView, RuntimeProgress, Span};

use std::sync::Arc;

use leptos::prelude::*;

use crate::kernel::canvas::edit;
use crate::kernel::canvas::scene::Skills;
use crate::kernel::dag::{NodeResult, Payload, RunEvent, RunResult, Workflow, needed_skills};
use crate::kernel::diagnostic::Diagnostic;
use crate::kernel::order::map_of;
use crate::kernel::skill::Skill;

/// The skills that can be used, and what was wrong with the others.
#[derive(Clone, Debug, Default)]
pub struct Library {
    /// By id.
    pub skills: Arc<Skills>,
    /// What was found while reading them.
    pub diagnostics: Arc<Vec<Diagnostic>>,
    /// Whether the library has been read at all.
    pub ready: bool,
}

/// All that the UI shows.
#[derive(Clone, Copy)]
pub struct AppState {
    /// The skills.
    pub library: RwSignal<Library>,
    /// The workflows that the library brings along.
    pub workflows: RwSignal<Arc<Vec<Workflow>>>,
    /// The workflow that is open, its places and its history.
    pub document: Document,
    /// The run that goes on, or the last one.
    pub run: RunView,
    /// What keeps the workflow from running, as the last try found it.
    pub reports: RwSignal<Vec<Diagnostic>>,
    /// Panels, dialogs, theme: what is of the window and not of the work.
    pub chrome: Chrome,
}

impl Default for AppState {
    fn default() -> Self {
        Self::new()
    }
}

impl AppState {
    /// An empty workbench.
    pub fn new() -> Self {
        let library = RwSignal::new(Library::default());
        Self {
            library,
            workflows: RwSignal::default(),
            document: Document::new(library),
            run: RunView::new(),
            reports: RwSignal::new(Vec::new()),
            chrome: Chrome::new(),
        }
    }

    /// Takes a library that was read, with what was wrong in it.
    pub fn set_library(&self, skills: impl IntoIterator<Item = Arc<Skill>>, diagnostics: Vec<Diagnostic>) {
        let mut by_id = Skills::new();
        for skill in skills {
            by_id.insert(skill.skill_id.clone(), skill);
        }
        self.library.set(Library { skills: Arc::new(by_id), diagnostics: Arc::new(diagnostics), ready: true });
    }

    /// Takes the workflows that can be opened.
    pub fn set_workflows(&self, workflows: impl IntoIterator<Item = Workflow>) {
        self.workflows.set(Arc::new(workflows.into_iter().collect()));
    }

    /// Opens another workflow by hand: undo brings the present one back.
    pub fn switch_to(&self, workflow: Workflow) {
        self.run.clear();
        self.reports.set(Vec::new());
        self.document.replace(workflow);
        self.chrome.section.set(Section::Work);
        self.chrome.request_fit();
    }

    /// Opens a workflow in place of the one that is open.
    pub fn open(&self, workflow: Workflow) {
        self.run.clear();
        self.reports.set(Vec::new());
        self.document.open(workflow);
        self.chrome.request_fit();
    }

    /// Shows what keeps a workflow from running, or is odd about it.
    pub fn report(&self, diagnostics: Vec<Diagnostic>) {
        if let Some(first) = diagnostics.first() {
            self.run.abort();
            let more = diagnostics.len() - 1;
            let text = if more == 0 { first.message.clone() } else { format!("{} (and {more} more)", first.message) };
            self.chrome.toast(ToastKind::Error, text);
            self.chrome.show_drawer(DrawerTab::Results);
        }
        self.reports.set(diagnostics);
    }

    /// A run begins. Where the UI asked for it, it knows which nodes take part; otherwise all do.
    pub fn run_started(&self) {
        self.reports.set(Vec::new());
        let workflow = self.document.workflow.get_untracked();
        let target = self.run.take_target();
        let nodes: Vec<String> = match &target {
            Some(node_id) => edit::upstream(&workflow, node_id).into_iter().collect(),
            None => workflow.nodes.iter().map(|node| node.node_id.clone()).collect(),
        };
        self.run.start(&nodes);
        self.chrome.announce(format!("Run of {} nodes started", nodes.len()));
    }

    /// Something happened in the run; with a node's end comes all that is known of it.
    pub fn apply(&self, event: &RunEvent, result: Option<&NodeResult>) {
        self.run.apply(event, result);
    }

    /// The run ended.
    pub fn run_finished(&self, result: &RunResult) {
        self.run.finish(result);
        self.chrome.announce(self.run.progress.with_untracked(Progress::sentence));
    }

    /// The open workflow with the skills that it names: what a run takes.
    pub fn payload(&self) -> Payload {
        let workflow = self.document.workflow.get_untracked();
        let skills = self.library.with_untracked(|library| {
            let runs =
                library.skills.values().filter_map(|skill| Some((skill.skill_id.clone(), skill.executable.clone()?)));
            map_of(needed_skills(&workflow, &map_of(runs)).into_iter().map(|(id, skill)| (id, (*skill).clone())))
        });
        Payload { workflow: (*workflow).clone(), skills }
    }

    /// Changes the workflow by a kernel edit; `name` is what undo calls it. Results that the edit outdates are marked.
    pub fn edit<T>(&self, name: &str, change: impl FnOnce(&mut Workflow) -> T) -> T {
        self.document.edit(name, false, change)
    }

    /// Marks the results of these nodes, and of all that depends on them, as made from what is no longer there.
    pub fn outdate(&self, node_ids: impl IntoIterator<Item = String>) {
        let workflow = self.document.workflow.get_untracked();
        for node_id in node_ids {
            for affected in edit::downstream(&workflow, &node_id) {
                self.run.outdate(&affected);
            }
        }
    }
}
