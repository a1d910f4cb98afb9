//! The inspector: one node in full, or the workflow where nothing is picked.

mod field;
mod node_details;
mod outputs;
mod overview;

use leptos::prelude::*;

use crate::ui::context::use_ui;
use crate::ui::parts::reactive::{dynamic, press};

pub use node_details::NodeDetails;
use overview::Overview;

/// The right panel.
#[component]
pub fn Inspector() -> impl IntoView {
    let ui = use_ui();
    let document = ui.state.document;
    // Only the id decides which details are built: edits of the node change them in place.
    let shown = Memo::new(move |_| {
        let picked =
            document.selection.with(|selection| (selection.only_node().map(str::to_owned), selection.nodes.len()));
        document.scene.with(|scene| match picked {
            (Some(node_id), _) if scene.node(&node_id).is_some() => Shown::Node(node_id),
            (_, count) if count > 1 => Shown::Several(count),
            _ => Shown::Workflow,
        })
    });
    dynamic(move || match shown.get() {
        Shown::Node(node_id) => view! { <NodeDetails node_id /> }.into_any(),
        Shown::Several(count) => view! { <Several count /> }.into_any(),
        Shown::Workflow => view! { <Overview /> }.into_any(),
    })
}

#[derive(Clone, PartialEq)]
enum Shown {
    Node(String),
    Several(usize),
    Workflow,
}

#[component]
fn Several(
    /// How many nodes are picked.
    count: usize,
) -> impl IntoView {
    let ui = use_ui();
    view! {
        <div class="panel-scroll">
            <h2 class="panel-title">{format!("{count} nodes selected")}</h2>
            <p class="panel-note">"Drag one to move them all. Shift-click adds or removes a node."</p>
            <div class="button-row">
                <button type="button" class="button" on:click=press(move || ui.duplicate_selection())>"Duplicate"</button>
                <button type="button" class="button" on:click=press(move || ui.delete_selection())>"Delete"</button>
            </div>
        </div>
    }
}
