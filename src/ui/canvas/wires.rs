//! The wires: one path each, in the hue of what they carry, and the one that is being drawn.

use std::sync::Arc;

use leptos::prelude::*;

use super::stage_state::StageState;
use crate::kernel::canvas::geometry::{NODE_WIDTH, port_offset};
use crate::kernel::canvas::hit::Hit;
use crate::kernel::canvas::scene::SceneWire;
use crate::kernel::canvas::wire::Wire;
use crate::kernel::dag::{NodeStatus, Position};
use crate::ui::context::use_ui;
use crate::ui::parts::hue;
use crate::ui::parts::reactive::dynamic;
use crate::ui::state::NodeState;

/// All wires that are in sight.
#[component]
pub fn Wires() -> impl IntoView {
    let ui = use_ui();
    let stage: StageState = expect_context();
    let scene = ui.state.document.scene;
    let visible = Memo::new(move |_| {
        let covered = stage.covered.get();
        scene.with(|scene| {
            let in_sight =
                |wire: &&Arc<SceneWire>| scene.course(wire).is_some_and(|course| course.bounds().touches(&covered));
            scene.wires.iter().filter(in_sight).cloned().collect::<Vec<_>>()
        })
    });
    let draft = dynamic(move || {
        let course = stage.draft_course()?;
        let good = stage
            .draft
            .with(|draft| draft.as_ref().and_then(|draft| draft.target.as_ref().map(|(_, verdict)| verdict.is_ok())));
        let class = match good {
            Some(true) => "wire-draft aimed",
            Some(false) => "wire-draft refused",
            None => "wire-draft",
        };
        Some(view! { <path class=class d=course.path()></path> })
    });
    view! {
        <svg class="wires" aria-hidden="true">
            <For each=move || visible.get() key=wire_key let(wire)>
                <OneWire wire />
            </For>
            {draft}
        </svg>
    }
}

/// Everything that decides how a wire is drawn, but for the places of its nodes.
fn wire_key(wire: &Arc<SceneWire>) -> (String, usize, String, usize, crate::kernel::skill::PortType) {
    (wire.edge.source.clone(), wire.source_row, wire.edge.target.clone(), wire.target_row, wire.kind)
}

#[component]
fn OneWire(
    /// Which.
    wire: Arc<SceneWire>,
) -> impl IntoView {
    let ui = use_ui();
    let stage: StageState = expect_context();
    let document = ui.state.document;
    let (source, target) = (document.place(&wire.edge.source), document.place(&wire.edge.target));
    let (source_run, target_run) = (ui.state.run.node(&wire.edge.source), ui.state.run.node(&wire.edge.target));
    let (from_y, to_y) = (port_offset(wire.source_row), port_offset(wire.target_row));
    let path = move || {
        let (from, to) = (source.get(), target.get());
        let from = Position { x: from.x + NODE_WIDTH, y: from.y + from_y };
        Wire::between(from, Position { x: to.x, y: to.y + to_y }).path()
    };
    let flowing = Memo::new(move |_| {
        target_run.with(|run| run.state == NodeState::Running)
            && source_run.with(|run| run.state == NodeState::Ended(NodeStatus::Completed))
    });
    let edge = wire.edge.clone();
    let selected = {
        let edge = edge.clone();
        Memo::new(move |_| document.selection.with(|selection| selection.wire.as_ref() == Some(&edge)))
    };
    let near = {
        let edge = edge.clone();
        Memo::new(move |_| {
            document
                .selection
                .with(|selection| selection.nodes.contains(&edge.source) || selection.nodes.contains(&edge.target))
        })
    };
    let hovered = {
        let edge = edge.clone();
        Memo::new(move |_| stage.hover.with(|hover| matches!(hover, Hit::Wire(hovered) if *hovered == edge)))
    };
    let picked_up = Memo::new(move |_| {
        stage.draft.with(|draft| draft.as_ref().is_some_and(|draft| draft.replaced.as_ref() == Some(&edge)))
    });
    view! {
        <path
            class=format!("wire {}", hue::of_port(wire.kind))
            class:flowing=flowing
            class:selected=selected
            class:hovered=hovered
            class:near=near
            class:picked-up=picked_up
            d=path
        ></path>
    }
}
