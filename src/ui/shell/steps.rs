//! The workflow on a phone: a list of steps that runs and shows results; a step opens as a sheet.

use std::collections::HashMap;
use std::sync::Arc;

use leptos::prelude::*;

use crate::kernel::canvas::layout;
use crate::kernel::canvas::scene::{Scene, SceneNode};
use crate::kernel::dag::NodeStatus;
use crate::kernel::order::sorted;
use crate::kernel::skill::Port;
use crate::ui::canvas::status_text;
use crate::ui::context::use_ui;
use crate::ui::inspector::NodeDetails;
use crate::ui::parts::Icon;
use crate::ui::parts::hue;
use crate::ui::parts::preview::Preview;
use crate::ui::parts::reactive::{Show, dynamic, live, press};
use crate::ui::services::PreviewSize;
use crate::ui::state::{Dialog, NodeRun, NodeState};

/// The steps, in the order in which they depend on one another.
#[component]
pub fn Steps() -> impl IntoView {
    let ui = use_ui();
    let document = ui.state.document;
    let chrome = ui.state.chrome;
    let order = Memo::new(move |_| document.scene.with(|scene| in_order(scene)));
    let about = Memo::new(move |_| document.workflow.with(|workflow| workflow.description.clone().unwrap_or_default()));
    let opened = Memo::new(move |_| {
        let picked = document.selection.with(|selection| selection.only_node().map(str::to_owned));
        picked.filter(|_| chrome.sheet_open.get())
    });
    let add = move |_| chrome.dialog.set(Some(Dialog::QuickAdd { place: Default::default(), from: None }));
    view! {
        <div class="steps" hidden=live(move || opened.with(Option::is_some))>
            <p class="steps-about">{live(move || about.get())}</p>
            <For each=move || order.get() key=Clone::clone let(node_id)>
                <StepCard node_id />
            </For>
            <button type="button" class="button button-wide" on:click=add>
                <Icon name="plus" />
                "Add a skill"
            </button>
        </div>
        {dynamic(move || {
            opened.get().map(|node_id| {
                view! {
                    <section class="sheet" aria-label="Details of the step">
                        <NodeDetails node_id />
                    </section>
                }
            })
        })}
    }
}

/// The nodes by level, and within a level as the workflow has them.
fn in_order(scene: &Scene) -> Vec<String> {
    let places: HashMap<_, _> = layout::layered(scene);
    let nodes: Vec<&Arc<SceneNode>> = scene.nodes.iter().collect();
    let nodes = sorted(nodes, |one, other| places[one.id()].x.total_cmp(&places[other.id()].x));
    nodes.into_iter().map(|node| node.id().to_owned()).collect()
}

#[component]
fn StepCard(
    /// Which node.
    node_id: String,
) -> impl IntoView {
    let ui = use_ui();
    let run = ui.state.run.node(&node_id);
    let id = StoredValue::new(node_id);
    let node = Memo::new(move |_| id.with_value(|id| ui.state.document.scene.with(|scene| scene.node(id).cloned())));
    let title = live(move || node.with(|node| node.as_ref().map(|node| node.title.clone())));
    let hue_class = live(move || {
        format!("step-card {}", node.with(|node| hue::of_skill(node.as_ref().and_then(|node| node.skill.as_deref()))))
    });
    let state = {
        let run = run.clone();
        live(move || run.with(|run| run.state_name()))
    };
    let status = {
        let run = run.clone();
        live(move || run.with(status_text))
    };
    let preview = {
        let run = run.clone();
        dynamic(move || {
            let node = node.get()?;
            let port = node.outputs.get(node.preview?)?.clone();
            Some(view! { <StepPreview port run=run.clone() /> })
        })
    };
    let values = {
        let run = run.clone();
        dynamic(move || {
            let node = node.get()?;
            let ran = run.get();
            let error = ran
                .error
                .as_ref()
                .filter(|_| ran.state == NodeState::Ended(NodeStatus::Failed))
                .map(|error| error.message.clone());
            let values = node
                .outputs
                .iter()
                .filter_map(|port| ran.output(&port.name).map(|output| (port.name.clone(), output.text.clone())))
                .map(|(name, text)| view! { <div><dt>{name}</dt><dd>{text}</dd></div> })
                .collect_view();
            Some(view! {
                {error.map(|error| view! { <p class="result-error">{error}</p> })}
                <dl class="step-values">{values}</dl>
            })
        })
    };
    view! {
        <article class=hue_class data-state=state>
            <button type="button" class="step-head" on:click=press(move || ui.inspect(&id.get_value()))>
                <span class="dot" aria-hidden="true"></span>
                <span class="step-title">{title}</span>
                <span class="step-status">{status}</span>
                <Icon name="chevron-right" />
            </button>
            {preview}
            {values}
        </article>
    }
}

#[component]
fn StepPreview(
    /// The output that is shown.
    port: Port,
    /// How the node ran.
    run: ArcRwSignal<NodeRun>,
) -> impl IntoView {
    let ui = use_ui();
    let request = Memo::new(move |_| run.with(|run| ui.preview_of(&port, run, PreviewSize::Panel)));
    view! {
        <Show when=live(move || request.with(Option::is_some))>
            <div class="step-preview">
                <Preview request />
            </div>
        </Show>
    }
}
