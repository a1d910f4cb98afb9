//! Keys on the canvas: from node to node, nodes by steps, the canvas by steps.

use std::collections::HashMap;

use leptos::ev;
use leptos::prelude::*;

use super::stage_state::StageState;
use crate::kernel::canvas::edit;
use crate::kernel::canvas::geometry::GRID;
use crate::kernel::canvas::navigate::{self, Direction};
use crate::kernel::dag::Position;
use crate::ui::context::Ui;
use crate::ui::parts::dom;
use crate::ui::state::Selection;

const PAN_PX: f64 = 64.0;
const LEAP: f64 = 8.0;

/// A key went down.
pub fn press(ui: Ui, stage: StageState, event: &ev::KeyboardEvent) {
    if dom::is_typing(event) {
        return;
    }
    let key = event.key();
    if key == " " && !dom::is_inside(event, "button") {
        event.prevent_default();
        stage.space.set(true);
        return;
    }
    let node = stage.focused.get_untracked().filter(|_| dom::is_inside(event, ".node"));
    if key == "Enter" && !event.ctrl_key() && !event.meta_key() && !dom::is_inside(event, "button") {
        if let Some(node_id) = node {
            event.prevent_default();
            ui.inspect(&node_id);
            request_animation_frame(|| {
                dom::focus(".inspector-panel input, .inspector-panel textarea, .inspector-panel button")
            });
        }
        return;
    }
    let Some(direction) = direction(&key).filter(|_| !event.ctrl_key() && !event.meta_key()) else { return };
    event.prevent_default();
    let (dx, dy) = direction.step();
    match node {
        Some(node_id) if event.alt_key() => {
            let step = GRID * if event.shift_key() { LEAP } else { 1.0 };
            move_nodes(ui, &node_id, dx * step, dy * step);
        }
        Some(node_id) => {
            let scene = ui.state.document.scene.get_untracked();
            if let Some(next) = navigate::neighbour(&scene, &node_id, direction) {
                ui.state.document.selection.set(Selection::node(&next));
                ui.reveal(&next);
                stage.focus_request.set(Some(next));
            }
        }
        None => ui.state.chrome.view.update(|view| *view = view.panned(-dx * PAN_PX, -dy * PAN_PX)),
    }
}

/// A key came up.
pub fn release(stage: StageState, event: &ev::KeyboardEvent) {
    if event.key() == " " {
        stage.space.set(false);
    }
}

fn direction(key: &str) -> Option<Direction> {
    Some(match key {
        "ArrowLeft" => Direction::Left,
        "ArrowRight" => Direction::Right,
        "ArrowUp" => Direction::Up,
        "ArrowDown" => Direction::Down,
        _ => return None,
    })
}

/// Moves what is picked, or the node that has the focus, as one edit for as long as the keys go on.
fn move_nodes(ui: Ui, node_id: &str, dx: f64, dy: f64) {
    let document = ui.state.document;
    let mut nodes = document.selection.with_untracked(|selection| selection.nodes.clone());
    if !nodes.contains(node_id) {
        nodes = Selection::node(node_id).nodes;
    }
    let places: HashMap<String, Position> = nodes
        .into_iter()
        .map(|node_id| {
            let Position { x, y } = document.place(&node_id).get_untracked();
            (node_id, Position { x: x + dx, y: y + dy })
        })
        .collect();
    document.edit("Move by keys", true, |workflow| edit::place_nodes(workflow, &places));
}
