//! What every component can reach: the state, the services, and the actions that buttons, keys, menus and the palette share.

use std::time::Duration;

use leptos::prelude::*;
use serde_json::Value;
use wasm_bindgen::JsCast;

use super::services::{PreviewRequest, PreviewSize, Services};
use super::state::{AppState, Dialog, NodeRun, Room, Section, Selection, ToastKind};
use crate::kernel::canvas::edit;
use crate::kernel::canvas::geometry::{HEADER_HEIGHT, NODE_WIDTH};
use crate::kernel::canvas::hit::{PortRef, Side};
use crate::kernel::canvas::layout;
use crate::kernel::canvas::scene::{Scene, SceneNode};
use crate::kernel::canvas::viewport::{Size, Viewport};
use crate::kernel::dag::{Edge, Position, Workflow};
use crate::kernel::order::set_of;
use crate::kernel::skill::Port;

/// How much room is left around everything when it is brought into sight.
const FIT_MARGIN_PX: f64 = 40.0;
/// How much room is left around one node.
const NODE_MARGIN_PX: f64 = 12.0;
/// What lies over the lower edge of the stage: its controls.
const CONTROLS_PX: f64 = 44.0;
/// How long the view glides.
const GLIDE: Duration = Duration::from_millis(220);

/// The state, the services and the actions. Small and `Copy`.
#[derive(Clone, Copy)]
pub struct Ui {
    /// What is shown.
    pub state: AppState,
    services: StoredValue<Services, LocalStorage>,
}

/// The state, the services and the actions, inside `App`.
pub fn use_ui() -> Ui {
    expect_context()
}

impl Ui {
    /// Puts the state and the services within reach of every component below.
    pub fn provide(state: AppState, services: Services) -> Self {
        let ui = Self { state, services: StoredValue::new_local(services) };
        provide_context(ui);
        ui
    }

    /// The world outside.
    pub fn services(&self) -> Services {
        self.services.get_value()
    }

    /// Runs the workflow, or with a node that node and what feeds it.
    pub fn run(&self, target: Option<String>) {
        let payload = self.state.payload();
        if payload.workflow.nodes.is_empty() {
            self.state.chrome.toast(ToastKind::Error, "There is nothing to run yet: add a skill first");
            return;
        }
        if self.state.run.is_running_untracked() {
            return;
        }
        self.state.run.aim(target.clone());
        (self.services().start_run)(payload, target);
    }

    /// Shows the desk in its place, or with `profiles` its menu of people.
    pub fn open_desk(&self, view: &str) {
        let host = match view.split(['-', ':', '!']).next() {
            Some("chat") => ".chat-host",
            Some("skills") => ".skills-host",
            Some("evolution") => ".evo-host",
            Some("help") => ".help-host",
            Some("settings") => ".settings-host",
            _ => ".desk-host",
        };
        let host = document().query_selector(host).ok().flatten();
        if let Some(host) = host.and_then(|host| host.dyn_into().ok()) {
            (self.services().open_desk)(&host, view);
        }
    }

    /// Whether the chat is in sight: a place of its own on a phone, a panel elsewhere. Tracks.
    pub fn has_chat(&self) -> bool {
        let chrome = self.state.chrome;
        if chrome.room.get() == Room::Phone {
            chrome.section.get() == Section::Chat
        } else {
            chrome.panels.with(|panels| panels.chat_open)
        }
    }

    /// Shows the chat, ready to type in.
    pub fn show_chat(&self) {
        let chrome = self.state.chrome;
        if chrome.room.get_untracked() == Room::Phone {
            chrome.section.set(Section::Chat);
        } else {
            chrome.panels.update(|panels| panels.chat_open = true);
        }
    }

    /// Shows the chat, or folds it.
    pub fn toggle_chat(&self) {
        let chrome = self.state.chrome;
        let shown = untrack(|| self.has_chat());
        if shown && chrome.room.get_untracked() == Room::Phone {
            chrome.section.set(Section::Work);
        } else if shown {
            chrome.panels.update(|panels| panels.chat_open = false);
        } else {
            self.show_chat();
        }
    }

    /// Stops the run.
    pub fn stop(&self) {
        self.state.run.progress.update(|progress| progress.stopping = true);
        (self.services().stop_run)();
    }

    /// Adds a node of this skill where the canvas is looked at, or at this place, and picks it.
    pub fn add_skill(&self, skill_id: &str, place: Option<Position>) -> String {
        let place = place.unwrap_or_else(|| self.free_place());
        let node_id = self.state.edit("Add node", |workflow| edit::add_node(workflow, skill_id, place));
        self.state.document.select(&node_id);
        self.state.chrome.section.set(Section::Work);
        self.state.chrome.announce(format!("Added {node_id}"));
        node_id
    }

    /// The middle of the stage, or beside what stands there already.
    fn free_place(&self) -> Position {
        let chrome = self.state.chrome;
        let stage = chrome.stage.get_untracked();
        let middle = Position { x: stage.width / 2.0, y: stage.height / 2.0 };
        let Position { x, y } = chrome.view.get_untracked().canvas_from_screen(middle);
        let mut place = Position { x: x - NODE_WIDTH / 2.0, y: y - HEADER_HEIGHT };
        let scene = self.state.document.scene.get_untracked();
        while scene
            .nodes
            .iter()
            .any(|node| (node.rect.x - place.x).abs() < 24.0 && (node.rect.y - place.y).abs() < 24.0)
        {
            place = Position { x: place.x + 32.0, y: place.y + 32.0 };
        }
        place
    }

    /// Joins two ports, or says why that cannot be.
    pub fn connect(&self, one: &PortRef, other: &PortRef) {
        let scene = self.state.document.scene.get_untracked();
        match edit::wire_between(&scene, one, other) {
            Ok(edge) => {
                let target = edge.target.clone();
                self.state.edit("Connect", |workflow| edit::connect(workflow, edge));
                self.state.outdate([target]);
            }
            Err(reason) => self.state.chrome.toast(ToastKind::Error, reason),
        }
    }

    /// Joins a port with the first port of a node that fits it.
    pub fn connect_to_node(&self, port: &PortRef, node_id: &str) {
        let scene = self.state.document.scene.get_untracked();
        if let Some(other) = first_fitting(&scene, port, node_id) {
            self.connect(port, &other);
        }
    }

    /// Takes a wire away.
    pub fn disconnect(&self, edge: &Edge) {
        self.state.edit("Disconnect", |workflow| edit::disconnect(workflow, edge));
        self.state.outdate([edge.target.clone()]);
    }

    /// Deletes what is picked.
    pub fn delete_selection(&self) {
        let selection = self.state.document.selection.get_untracked();
        if let Some(wire) = &selection.wire {
            self.disconnect(wire);
        }
        if selection.nodes.is_empty() {
            return;
        }
        let scene = self.state.document.scene.get_untracked();
        let wires = scene.wires.iter().filter(|wire| selection.nodes.contains(&wire.edge.source));
        self.state.outdate(set_of(wires.map(|wire| wire.edge.target.clone())));
        self.state.edit("Delete", |workflow| edit::delete_nodes(workflow, &selection.nodes));
        let text = match selection.nodes.len() {
            1 => "Deleted 1 node. Ctrl Z brings it back".to_owned(),
            count => format!("Deleted {count} nodes. Ctrl Z brings them back"),
        };
        self.state.chrome.toast(ToastKind::Done, text);
    }

    /// Copies what is picked and picks the copies.
    pub fn duplicate_selection(&self) {
        let nodes = self.state.document.selection.with_untracked(|selection| selection.nodes.clone());
        if nodes.is_empty() {
            return;
        }
        let copies = self.state.edit("Duplicate", |workflow| edit::duplicate(workflow, &nodes));
        self.state.document.selection.set(Selection { nodes: copies, wire: None });
    }

    /// Picks every node.
    pub fn select_all(&self) {
        let workflow = self.state.document.workflow.get_untracked();
        let nodes = set_of(workflow.nodes.iter().map(|node| node.node_id.clone()));
        self.state.document.selection.set(Selection { nodes, wire: None });
    }

    /// Gives an input a value by hand, or with none goes back to the default.
    pub fn set_input(&self, node_id: &str, input: &str, value: Option<Value>) {
        let name = format!("Set {input} of {node_id}");
        self.state.document.edit(&name, true, |workflow| edit::set_input(workflow, node_id, input, value));
        self.state.outdate([node_id.to_owned()]);
    }

    /// Takes the last edit back.
    pub fn undo(&self) {
        match self.state.document.undo() {
            Some(name) => self.state.chrome.announce(format!("Undid: {name}")),
            None => self.state.chrome.toast(ToastKind::Done, "There is nothing to undo"),
        }
    }

    /// Does again what was taken back last.
    pub fn redo(&self) {
        match self.state.document.redo() {
            Some(name) => self.state.chrome.announce(format!("Did again: {name}")),
            None => self.state.chrome.toast(ToastKind::Done, "There is nothing to do again"),
        }
    }

    /// Brings everything into sight.
    pub fn fit(&self) {
        if let Some(view) = self.fitting() {
            self.glide(view);
        }
    }

    /// Brings everything into sight at once, as when a workflow is opened.
    pub fn fit_at_once(&self) {
        if let Some(view) = self.fitting() {
            self.state.chrome.view.set(view);
        }
    }

    fn fitting(&self) -> Option<Viewport> {
        let stage = self.free_stage();
        let bounds = self.state.document.scene.with_untracked(|scene| scene.bounds())?;
        (stage.width >= 1.0).then(|| Viewport::fitting(bounds, stage, FIT_MARGIN_PX))
    }

    /// The part of the stage that nothing lies over.
    fn free_stage(&self) -> Size {
        let chrome = self.state.chrome;
        let stage = chrome.stage.get_untracked();
        let covered = if self.has_inspector_untracked() { chrome.panels.get_untracked().inspector } else { 0.0 };
        Size { width: (stage.width - covered).max(stage.width / 3.0), height: (stage.height - CONTROLS_PX).max(0.0) }
    }

    /// Whether the right panel is there: something is picked, or the workflow as a whole was asked for. Tracks.
    pub fn has_inspector(&self) -> bool {
        let chrome = self.state.chrome;
        let wanted = chrome.panels.with(|panels| panels.inspector_open && !panels.chat_open);
        let filled =
            self.state.document.selection.with(|selection| !selection.nodes.is_empty()) || chrome.overview_open.get();
        wanted && filled
    }

    fn has_inspector_untracked(&self) -> bool {
        untrack(|| self.has_inspector())
    }

    /// Shows the right panel, with the workflow as a whole if nothing is picked; or folds it.
    pub fn toggle_inspector(&self) {
        let chrome = self.state.chrome;
        let open = !self.has_inspector_untracked();
        chrome.panels.update(|panels| panels.open_inspector(open));
        let nothing_picked = self.state.document.selection.with_untracked(|selection| selection.nodes.is_empty());
        chrome.overview_open.set(open && nothing_picked);
    }

    /// Shows what the workflow as a whole is.
    pub fn show_overview(&self) {
        let chrome = self.state.chrome;
        self.state.document.selection.set(Selection::default());
        chrome.section.set(Section::Work);
        chrome.panels.update(|panels| panels.open_inspector(true));
        chrome.overview_open.set(true);
    }

    /// Takes the view there, in sight.
    fn glide(&self, view: Viewport) {
        let chrome = self.state.chrome;
        if chrome.view.get_untracked() == view {
            return;
        }
        chrome.gliding.set(true);
        chrome.view.set(view);
        set_timeout(move || chrome.gliding.set(false), GLIDE);
    }

    /// Zooms by this factor around the middle of the stage.
    pub fn zoom(&self, factor: f64) {
        let chrome = self.state.chrome;
        let stage = chrome.stage.get_untracked();
        let middle = Position { x: stage.width / 2.0, y: stage.height / 2.0 };
        self.glide(chrome.view.get_untracked().zoomed(factor, middle));
    }

    /// Shows the canvas at its own size.
    pub fn zoom_to_one(&self) {
        let zoom = self.state.chrome.view.get_untracked().zoom;
        self.zoom(1.0 / zoom);
    }

    /// Brings one node into sight.
    pub fn reveal(&self, node_id: &str) {
        let chrome = self.state.chrome;
        let rect = self.state.document.scene.with_untracked(|scene| scene.node(node_id).map(|node| node.rect));
        if let Some(rect) = rect {
            self.glide(chrome.view.get_untracked().revealing(rect, self.free_stage(), NODE_MARGIN_PX));
        }
    }

    /// Picks a node, brings it into sight and opens its details.
    pub fn inspect(&self, node_id: &str) {
        self.state.chrome.section.set(Section::Work);
        self.state.document.select(node_id);
        self.state.chrome.panels.update(|panels| panels.open_inspector(true));
        self.state.chrome.sheet_open.set(true);
        self.reveal(node_id);
    }

    /// Puts every node in columns by dependency.
    pub fn tidy(&self) {
        let places = layout::layered(&self.state.document.scene.get_untracked());
        self.state.edit("Tidy up", |workflow| edit::place_nodes(workflow, &places));
        self.fit();
    }

    /// An empty canvas. Undo brings the workflow back that was open.
    pub fn new_workflow(&self) {
        let empty = Workflow { workflow_id: "untitled".into(), name: "Untitled".into(), ..Workflow::default() };
        self.state.switch_to(empty);
    }

    /// Gives the person the workflow as a file.
    pub fn download_workflow(&self) {
        let workflow = self.state.document.workflow.get_untracked();
        if let Ok(text) = serde_json::to_string_pretty(&*workflow) {
            let name = if workflow.workflow_id.is_empty() { "workflow" } else { &workflow.workflow_id };
            (self.services().download)(&format!("{name}.json"), "application/json", &text);
        }
    }

    /// Puts the workflow on the clipboard.
    pub fn copy_workflow(&self) {
        let workflow = self.state.document.workflow.get_untracked();
        if let Ok(text) = serde_json::to_string_pretty(&*workflow) {
            self.copy(&text, "The workflow");
        }
    }

    /// Puts text on the clipboard and says so.
    pub fn copy(&self, text: &str, what: &str) {
        (self.services().copy_text)(text);
        self.state.chrome.toast(ToastKind::Done, format!("{what} is on the clipboard"));
    }

    /// Shows a preview as large as the page.
    pub fn enlarge(&self, node: &SceneNode, port: &Port, run: &NodeRun) {
        let Some(request) = self.preview_of(port, run, PreviewSize::Full) else { return };
        let summary = run.output(&port.name).map(|summary| summary.text.clone()).unwrap_or_default();
        self.state.chrome.dialog.set(Some(Dialog::Enlarged { request, title: node.title.clone(), summary }));
    }

    /// What to draw for an output, where there is a value. Tracks the theme.
    pub fn preview_of(&self, port: &Port, run: &NodeRun, size: PreviewSize) -> Option<PreviewRequest> {
        run.output(&port.name)?;
        Some(PreviewRequest {
            step: run.step.clone()?,
            output: port.name.clone(),
            kind: port.kind,
            size,
            label: port.name.clone(),
            unit: port.unit.clone(),
            dark: self.state.chrome.is_dark(),
        })
    }
}

/// The first port of a node that could be joined with this one; free inputs come before those that are fed.
pub fn first_fitting(scene: &Scene, port: &PortRef, node_id: &str) -> Option<PortRef> {
    let node = scene.node(node_id)?;
    let side = if port.side == Side::Output { Side::Input } else { Side::Output };
    let ports = if side == Side::Input { &node.inputs } else { &node.outputs };
    let candidate = |place: usize| PortRef { node_id: node_id.to_owned(), side, name: ports[place].name.clone() };
    let is_fed = |place: &usize| side == Side::Input && node.fed.get(*place).is_some_and(Option::is_some);
    let fitting: Vec<usize> =
        (0..ports.len()).filter(|place| edit::wire_between(scene, port, &candidate(*place)).is_ok()).collect();
    let free = fitting.iter().find(|place| !is_fed(place));
    free.or(fitting.first()).map(|place| candidate(*place))
}
