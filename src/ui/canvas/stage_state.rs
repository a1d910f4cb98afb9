//! What the stage knows beyond the document: what the pointer is over, what is being dragged, what is in sight.

use std::collections::BTreeSet;

use leptos::html::Div;
use leptos::prelude::*;

use crate::kernel::canvas::geometry::Rect;
use crate::kernel::canvas::hit::{self, Hit, PortRef};
use crate::kernel::canvas::wire::Wire;
use crate::kernel::dag::{Edge, Position};
use crate::ui::context::Ui;

/// How near to a port or wire the pointer must be, in pixels of the screen.
const REACH_PX: f64 = 11.0;

/// Below this zoom nodes show no more than their titles.
const FAR_ZOOM: f64 = 0.42;
/// Above this zoom they show everything again.
const NEAR_ZOOM: f64 = 0.48;

/// A wire that is being drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The port that it starts from.
    pub from: PortRef,
    /// Where its other end is.
    pub to: Position,
    /// The port under that end, and whether the two may be joined.
    pub target: Option<(PortRef, Result<(), String>)>,
    /// The wire that was picked up, if there was one.
    pub replaced: Option<Edge>,
}

/// The stage, to those who stand on it. Small and `Copy`.
#[derive(Clone, Copy)]
pub struct StageState {
    ui: Ui,
    element: NodeRef<Div>,
    /// What the pointer is over.
    pub hover: RwSignal<Hit>,
    /// The wire that is being drawn.
    pub draft: RwSignal<Option<Draft>>,
    /// The rectangle that is being drawn, on the canvas.
    pub marquee: RwSignal<Option<Rect>>,
    /// Whether the canvas is being moved.
    pub panning: RwSignal<bool>,
    /// Whether nodes are being moved.
    pub dragging: RwSignal<bool>,
    /// Whether the space bar is down.
    pub space: RwSignal<bool>,
    /// The node that has, or had last, the focus.
    pub focused: RwSignal<Option<String>>,
    /// The node that wants the focus as soon as it is there.
    pub focus_request: RwSignal<Option<String>>,
    /// The nodes that are drawn: those in sight, and those that must not lose the focus.
    pub visible_nodes: Memo<Vec<String>>,
    /// Whether nodes are so small that they show no more than their titles.
    pub far: Memo<bool>,
    /// The part of the canvas for which nodes and wires are drawn.
    pub covered: Memo<Rect>,
}

impl StageState {
    /// The state of a stage.
    pub fn new(ui: Ui, element: NodeRef<Div>) -> Self {
        let chrome = ui.state.chrome;
        let document = ui.state.document;
        let focused = RwSignal::new(None::<String>);
        let focus_request = RwSignal::new(None::<String>);
        // Changes only when the view leaves it or grows much smaller than it, so that panning draws nothing anew.
        let covered = Memo::new(move |before: Option<&Rect>| {
            let stage = chrome.stage.get();
            let visible = chrome.view.get().visible(stage);
            match before {
                Some(before) if holds(before, &visible) && before.width < 2.0 * visible.width => *before,
                _ => visible.grown(visible.width.min(visible.height) * 0.3),
            }
        });
        let visible_nodes = Memo::new(move |_| {
            let covered = covered.get();
            let focused = focused.get();
            let wanted = focus_request.get();
            let moving: BTreeSet<String> = document.selection.with(|selection| selection.nodes.clone());
            document.scene.with(|scene| {
                scene
                    .nodes
                    .iter()
                    .filter(|node| {
                        let id = Some(node.id());
                        node.rect.touches(&covered)
                            || focused.as_deref() == id
                            || wanted.as_deref() == id
                            || (moving.len() < 50 && moving.contains(node.id()))
                    })
                    .map(|node| node.id().to_owned())
                    .collect()
            })
        });
        Self {
            ui,
            element,
            hover: RwSignal::new(Hit::Nothing),
            draft: RwSignal::new(None),
            marquee: RwSignal::new(None),
            panning: RwSignal::new(false),
            dragging: RwSignal::new(false),
            space: RwSignal::new(false),
            focused,
            focus_request,
            visible_nodes,
            // Some way lies between the two thresholds, so that a zoom near them does not flicker.
            far: Memo::new(move |before: Option<&bool>| {
                let threshold = if before == Some(&true) { NEAR_ZOOM } else { FAR_ZOOM };
                chrome.view.with(|view| view.zoom < threshold)
            }),
            covered,
        }
    }

    /// Where on the stage a pointer is.
    pub fn screen_point(&self, event: &web_sys::MouseEvent) -> Position {
        let origin = self.element.get_untracked().map(|element| element.get_bounding_client_rect());
        let (left, top) = origin.map_or((0.0, 0.0), |origin| (origin.left(), origin.top()));
        Position { x: f64::from(event.client_x()) - left, y: f64::from(event.client_y()) - top }
    }

    /// Where on the canvas a pointer is.
    pub fn canvas_point(&self, event: &web_sys::MouseEvent) -> Position {
        self.ui.state.chrome.view.get_untracked().canvas_from_screen(self.screen_point(event))
    }

    /// What is at this point of the canvas.
    pub fn hit(&self, point: Position) -> Hit {
        let zoom = self.ui.state.chrome.view.get_untracked().zoom;
        self.ui.state.document.scene.with_untracked(|scene| hit::at(scene, point, REACH_PX / zoom))
    }

    /// The element that takes pointers and keys.
    pub fn element(&self) -> Option<web_sys::HtmlDivElement> {
        self.element.get_untracked()
    }

    /// The course of the wire that is being drawn.
    pub fn draft_course(&self) -> Option<Wire> {
        let draft = self.draft.get()?;
        let scene = self.ui.state.document.scene.get();
        let from = hit::port_position(&scene, &draft.from)?;
        let snapped = match &draft.target {
            Some((port, Ok(()))) => hit::port_position(&scene, port),
            _ => None,
        };
        let to = snapped.unwrap_or(draft.to);
        Some(match draft.from.side {
            hit::Side::Output => Wire::between(from, to),
            hit::Side::Input => Wire::between(to, from),
        })
    }
}

fn holds(outer: &Rect, inner: &Rect) -> bool {
    outer.x <= inner.x && outer.y <= inner.y && outer.right() >= inner.right() && outer.bottom() >= inner.bottom()
}
