//! What a pressed pointer does: moves the canvas, moves nodes, draws a wire, draws a rectangle.
//!
//! Moves are stored as they come and applied once per frame; the pointer is captured, so a drag may leave the window.

use std::collections::{BTreeSet, HashMap};

use leptos::prelude::*;

use super::stage_state::{Draft, StageState};
use crate::kernel::canvas::edit;
use crate::kernel::canvas::geometry::Rect;
use crate::kernel::canvas::hit::{Hit, PortRef, Side};
use crate::kernel::canvas::viewport::Viewport;
use crate::kernel::dag::{Edge, Position};
use crate::kernel::order::set_of;
use crate::ui::context::{Ui, first_fitting};
use crate::ui::parts::dom;
use crate::ui::state::{Dialog, Selection};

/// How far the pointer moves before a press becomes a drag, in pixels of the screen.
const SLOP_PX: f64 = 3.0;

/// What goes on.
#[derive(Clone, Debug)]
enum Gesture {
    /// The canvas follows the pointer.
    Pan { start: Position, view: Viewport },
    /// Nodes follow the pointer. Until it has moved a little this is a press.
    Move { start: Position, from: HashMap<String, Position>, moved: bool, press: String, release: Release },
    /// A rectangle is drawn; what it touches is picked.
    Marquee { start: Position, before: BTreeSet<String> },
    /// A wire is drawn.
    Connect { from: PortRef, start: Position, replaced: Option<Edge> },
    /// Two fingers: distance and middle at the start.
    Pinch { distance: f64, middle: Position, view: Viewport },
}

/// What letting go of a node does to the selection, if it was not moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Release {
    /// Nothing more.
    Keep,
    /// It alone is picked.
    PickOnly,
    /// It is picked no longer.
    Unpick,
}

/// The pointers of the stage. Small and `Copy`.
#[derive(Clone, Copy)]
pub struct Gestures {
    ui: Ui,
    stage: StageState,
    gesture: StoredValue<Option<Gesture>>,
    /// Where each pressed pointer is, on the screen.
    pointers: StoredValue<HashMap<i32, Position>>,
    /// Whether a frame is already asked for.
    framed: StoredValue<bool>,
}

impl Gestures {
    /// Nothing pressed yet.
    pub fn new(ui: Ui, stage: StageState) -> Self {
        Self {
            ui,
            stage,
            gesture: StoredValue::new(None),
            pointers: StoredValue::default(),
            framed: StoredValue::new(false),
        }
    }

    /// A pointer was pressed.
    pub fn down(&self, event: &web_sys::PointerEvent) {
        if dom::is_inside(event, "[data-control]") || event.button() == 2 {
            return;
        }
        if let Some(element) = self.stage.element() {
            // Without capture the drag still works inside the stage.
            let _ = element.set_pointer_capture(event.pointer_id());
        }
        let screen = self.stage.screen_point(event);
        self.pointers.update_value(|pointers| {
            pointers.insert(event.pointer_id(), screen);
        });
        if let Some((distance, middle)) = self.two_fingers() {
            self.finish(true);
            self.gesture.set_value(Some(Gesture::Pinch {
                distance,
                middle,
                view: self.ui.state.chrome.view.get_untracked(),
            }));
            return;
        }
        let begun = self.begin(event, screen);
        self.stage.panning.set(matches!(begun, Some(Gesture::Pan { .. })));
        self.gesture.set_value(begun);
    }

    fn begin(&self, event: &web_sys::PointerEvent, screen: Position) -> Option<Gesture> {
        let view = self.ui.state.chrome.view.get_untracked();
        let document = self.ui.state.document;
        let start = view.canvas_from_screen(screen);
        if event.button() == 1 || self.stage.space.get_untracked() {
            event.prevent_default();
            return Some(Gesture::Pan { start: screen, view });
        }
        let additive = event.shift_key() || event.ctrl_key() || event.meta_key();
        match self.stage.hit(start) {
            Hit::Port(port) => {
                event.prevent_default();
                let picked_up = (port.side == Side::Input).then(|| self.wire_into(&port)).flatten();
                let (from, replaced) = match picked_up {
                    Some(edge) => {
                        let source = PortRef {
                            node_id: edge.source.clone(),
                            side: Side::Output,
                            name: edge.source_output.clone(),
                        };
                        (source, Some(edge))
                    }
                    None => (port, None),
                };
                Some(Gesture::Connect { from, start: screen, replaced })
            }
            Hit::Node(node_id) => {
                let selection = document.selection.get_untracked();
                let is_selected = selection.nodes.contains(&node_id);
                if !is_selected {
                    let mut nodes = if additive { selection.nodes } else { BTreeSet::new() };
                    nodes.insert(node_id.clone());
                    document.selection.set(Selection { nodes, wire: None });
                }
                let moving = document.selection.with_untracked(|selection| selection.nodes.clone());
                let from = moving.into_iter().map(|id| (id.clone(), document.place(&id).get_untracked())).collect();
                let release = match (additive, is_selected) {
                    (true, true) => Release::Unpick,
                    (false, true) => Release::PickOnly,
                    (_, false) => Release::Keep,
                };
                Some(Gesture::Move { start: screen, from, moved: false, press: node_id, release })
            }
            Hit::Wire(edge) => {
                document.selection.set(Selection { nodes: BTreeSet::new(), wire: Some(edge) });
                None
            }
            Hit::Nothing if additive => {
                let before = document.selection.with_untracked(|selection| selection.nodes.clone());
                Some(Gesture::Marquee { start, before })
            }
            Hit::Nothing => {
                if let Some(element) = self.stage.element() {
                    // The keys now belong to the canvas.
                    let _ = element.focus();
                }
                document.selection.set(Selection::default());
                Some(Gesture::Pan { start: screen, view })
            }
        }
    }

    fn wire_into(&self, port: &PortRef) -> Option<Edge> {
        self.ui.state.document.workflow.with_untracked(|workflow| {
            workflow.edges.iter().find(|edge| edge.target == port.node_id && edge.target_input == port.name).cloned()
        })
    }

    /// A pointer moved; what that means is worked out in the next frame.
    pub fn moved(&self, event: &web_sys::PointerEvent) {
        let screen = self.stage.screen_point(event);
        let id = event.pointer_id();
        let pressed = self.pointers.with_value(|pointers| pointers.contains_key(&id));
        if pressed {
            self.pointers.update_value(|pointers| {
                pointers.insert(id, screen);
            });
        }
        if self.framed.get_value() {
            return;
        }
        self.framed.set_value(true);
        let this = *self;
        request_animation_frame(move || {
            this.framed.set_value(false);
            if pressed {
                let latest = this.pointers.with_value(|pointers| pointers.get(&id).copied());
                if let Some(latest) = latest {
                    this.apply(latest);
                }
            } else {
                this.look(screen);
            }
        });
    }

    /// What an unpressed pointer is over.
    fn look(&self, screen: Position) {
        let point = self.ui.state.chrome.view.get_untracked().canvas_from_screen(screen);
        let hit = self.stage.hit(point);
        if self.stage.hover.with_untracked(|hover| *hover != hit) {
            self.stage.hover.set(hit);
        }
    }

    fn apply(&self, screen: Position) {
        let chrome = self.ui.state.chrome;
        let document = self.ui.state.document;
        let view = chrome.view.get_untracked();
        let point = view.canvas_from_screen(screen);
        let Some(gesture) = self.gesture.get_value() else { return };
        match gesture {
            Gesture::Pan { start, view } => chrome.view.set(view.panned(screen.x - start.x, screen.y - start.y)),
            Gesture::Pinch { distance, middle, view } => {
                if let Some((now, center)) = self.two_fingers() {
                    let zoomed = view.zoomed(now / distance.max(1.0), middle);
                    chrome.view.set(zoomed.panned(center.x - middle.x, center.y - middle.y));
                }
            }
            Gesture::Move { start, from, moved, press, release } => {
                let (dx, dy) = (screen.x - start.x, screen.y - start.y);
                if !moved && dx.hypot(dy) < SLOP_PX {
                    return;
                }
                for (node_id, place) in &from {
                    document.place(node_id).set(Position { x: place.x + dx / view.zoom, y: place.y + dy / view.zoom });
                }
                self.stage.dragging.set(true);
                self.gesture.set_value(Some(Gesture::Move { start, from, moved: true, press, release }));
            }
            Gesture::Marquee { start, before } => {
                let rect = Rect::spanning(start, point);
                self.stage.marquee.set(Some(rect));
                let mut nodes = before;
                document.scene.with_untracked(|scene| {
                    nodes.extend(
                        scene.nodes.iter().filter(|node| node.rect.touches(&rect)).map(|node| node.id().to_owned()),
                    );
                });
                if document.selection.with_untracked(|selection| selection.nodes != nodes) {
                    document.selection.set(Selection { nodes, wire: None });
                }
            }
            Gesture::Connect { from, start, replaced } => {
                if (screen.x - start.x).hypot(screen.y - start.y) < SLOP_PX
                    && self.stage.draft.with_untracked(Option::is_none)
                {
                    return;
                }
                let target = self.target_of(&from, point);
                self.stage.draft.set(Some(Draft { from, to: point, target, replaced }));
            }
        }
    }

    /// The port that a drawn wire would end at: the one under the pointer, or the first of the node under it that fits.
    fn target_of(&self, from: &PortRef, point: Position) -> Option<(PortRef, Result<(), String>)> {
        let scene = self.ui.state.document.scene.get_untracked();
        match self.stage.hit(point) {
            Hit::Port(port) if port != *from => {
                let verdict = edit::wire_between(&scene, from, &port).map(|_| ());
                Some((port, verdict))
            }
            Hit::Node(node_id) if node_id != from.node_id => {
                first_fitting(&scene, from, &node_id).map(|port| (port, Ok(())))
            }
            _ => None,
        }
    }

    /// A pointer was let go.
    pub fn up(&self, event: &web_sys::PointerEvent) {
        let pressed = self.pointers.try_update_value(|pointers| pointers.remove(&event.pointer_id())).flatten();
        if pressed.is_some() {
            self.apply(self.stage.screen_point(event));
            self.finish(false);
        }
    }

    /// A pointer was taken away, by the system or by Escape.
    pub fn cancel(&self, event: &web_sys::PointerEvent) {
        self.pointers.update_value(|pointers| {
            pointers.remove(&event.pointer_id());
        });
        self.finish(true);
    }

    fn finish(&self, give_up: bool) {
        let document = self.ui.state.document;
        let gesture = self.gesture.try_update_value(Option::take).flatten();
        let draft = self.stage.draft.get_untracked();
        self.stage.panning.set(false);
        self.stage.dragging.set(false);
        self.stage.marquee.set(None);
        if draft.is_some() {
            self.stage.draft.set(None);
        }
        match gesture {
            Some(Gesture::Move { from, moved: true, .. }) => {
                let moved = set_of(from.into_keys());
                if give_up { document.settle() } else { document.drop_nodes(&moved) }
            }
            Some(Gesture::Move { press, release, .. }) if !give_up => {
                match release {
                    Release::Keep => {}
                    Release::PickOnly => document.select(&press),
                    Release::Unpick => document.selection.update(|selection| {
                        selection.nodes.remove(&press);
                    }),
                }
                self.ui.reveal(&press);
                self.stage.focus_request.set(Some(press));
            }
            Some(Gesture::Connect { replaced, .. }) if !give_up => {
                if let Some(draft) = draft {
                    self.connect(draft, replaced);
                }
            }
            _ => {}
        }
    }

    fn connect(&self, draft: Draft, replaced: Option<Edge>) {
        match (draft.target, replaced) {
            (Some((port, Ok(()))), replaced) => {
                let kept =
                    replaced.as_ref().is_some_and(|edge| edge.target == port.node_id && edge.target_input == port.name);
                if kept {
                    return;
                }
                if let Some(edge) = replaced {
                    self.ui.disconnect(&edge);
                }
                self.ui.connect(&draft.from, &port);
            }
            // The reason is shown where the pointer was; the toast keeps it for a moment longer.
            (Some((port, Err(_))), None) => self.ui.connect(&draft.from, &port),
            (Some(_), Some(_)) => {}
            (None, Some(edge)) => self.ui.disconnect(&edge),
            (None, None) => {
                let nothing = matches!(self.stage.hit(draft.to), Hit::Nothing);
                if nothing {
                    self.ui.state.chrome.dialog.set(Some(Dialog::QuickAdd { place: draft.to, from: Some(draft.from) }));
                }
            }
        }
    }

    fn two_fingers(&self) -> Option<(f64, Position)> {
        self.pointers.with_value(|pointers| {
            let mut points = pointers.values();
            let (one, other) = (points.next()?, points.next()?);
            let middle = Position { x: (one.x + other.x) / 2.0, y: (one.y + other.y) / 2.0 };
            Some(((one.x - other.x).hypot(one.y - other.y), middle))
        })
    }
}
