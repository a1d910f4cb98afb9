//! What each node gave: one row per node, one chip per output. A chip enlarges its value.

use std::sync::Arc;

use leptos::prelude::*;

use crate::kernel::canvas::scene::SceneNode;
use crate::kernel::dag::NodeStatus;
use crate::kernel::skill::Port;
use crate::ui::canvas::status_text;
use crate::ui::context::use_ui;
use crate::ui::parts::hue;
use crate::ui::parts::port_mark::PortMark;
use crate::ui::parts::reactive::{Show, dynamic, live, press};
use crate::ui::shell::palette::Finding;
use crate::ui::state::{NodeRun, NodeState};

/// How many nodes are listed; a workflow of thousands is read on the canvas.
const MOST_ROWS: usize = 300;

/// The results of the run.
#[component]
pub fn Results() -> impl IntoView {
    let ui = use_ui();
    let findings = ui.state.reports;
    let nodes = Memo::new(move |_| {
        ui.state
            .document
            .scene
            .with(|scene| scene.nodes.iter().take(MOST_ROWS).map(|node| node.id().to_owned()).collect::<Vec<_>>())
    });
    let count = Memo::new(move |_| ui.state.document.scene.with(|scene| scene.nodes.len()));
    view! {
        <Show when=live(move || findings.with(|findings| !findings.is_empty()))>
            <ul class="problem-list">
                {dynamic(move || findings.get().into_iter().map(|diagnostic| view! { <Finding diagnostic /> }).collect_view())}
            </ul>
        </Show>
        <Show when=live(move || nodes.with(Vec::is_empty))>
            <p class="empty-note">"Results of a run appear here, node by node."</p>
        </Show>
        <ul class="result-rows">
            <For each=move || nodes.get() key=Clone::clone let(node_id)>
                <ResultRow node_id />
            </For>
        </ul>
        <Show when=live(move || { count.get() > MOST_ROWS })>
            <p class="empty-note">{live(move || format!("The first {MOST_ROWS} of {} nodes are listed.", count.get()))}</p>
        </Show>
    }
}

#[component]
fn ResultRow(
    /// Which node.
    node_id: String,
) -> impl IntoView {
    let ui = use_ui();
    let run = ui.state.run.node(&node_id);
    let id = StoredValue::new(node_id);
    let node = Memo::new(move |_| id.with_value(|id| ui.state.document.scene.with(|scene| scene.node(id).cloned())));
    let title = live(move || node.with(|node| node.as_ref().map(|node| node.title.clone())));
    let hue_class = live(move || {
        format!("result-row {}", node.with(|node| hue::of_skill(node.as_ref().and_then(|node| node.skill.as_deref()))))
    });
    let state = {
        let run = run.clone();
        live(move || run.with(|run| run.state_name()))
    };
    let status = {
        let run = run.clone();
        live(move || run.with(status_text))
    };
    let contents = dynamic(move || {
        let node = node.get()?;
        let ran = run.get();
        let error = ran
            .error
            .as_ref()
            .filter(|_| ran.state == NodeState::Ended(NodeStatus::Failed))
            .map(|error| error.message.clone());
        Some(match error {
            Some(message) => view! { <span class="result-error">{message}</span> }.into_any(),
            None => node
                .outputs
                .iter()
                .filter(|port| ran.output(&port.name).is_some())
                .map(|port| view! { <Chip port=port.clone() node=Arc::clone(&node) run=ran.clone() /> })
                .collect_view()
                .into_any(),
        })
    });
    view! {
        <li class=hue_class data-state=state>
            <button type="button" class="result-name" on:click=press(move || ui.inspect(&id.get_value()))>
                <span class="dot" aria-hidden="true"></span>
                <span>{title}</span>
            </button>
            <span class="result-status">{status}</span>
            <div class="chips">{contents}</div>
        </li>
    }
}

#[component]
fn Chip(
    /// The output.
    port: Port,
    /// The node.
    node: Arc<SceneNode>,
    /// How it ran.
    run: NodeRun,
) -> impl IntoView {
    let ui = use_ui();
    let text = run.output(&port.name).map(|output| output.text.clone()).unwrap_or_default();
    let name = port.name.clone();
    let kind = port.kind;
    view! {
        <button type="button" class="chip" title=format!("Enlarge {name}") on:click=press(move || ui.enlarge(&node, &port, &run))>
            <PortMark kind />
            <span class="chip-name">{name.clone()}</span>
            <span class="chip-value">{text}</span>
        </button>
    }
}
