//! The workflow as a whole, where nothing is picked: what it is for, what its run found, its steps.

use std::sync::Arc;

use leptos::ev;
use leptos::prelude::*;

use crate::kernel::canvas::scene::SceneNode;
use crate::ui::canvas::status_text;
use crate::ui::context::use_ui;
use crate::ui::parts::Icon;
use crate::ui::parts::dom::typed;
use crate::ui::parts::hue;
use crate::ui::parts::icon::IconButton;
use crate::ui::parts::reactive::{Show, dynamic, live, press};
use crate::ui::shell::palette::Finding;
use crate::ui::state::{Phase, Progress};

/// The workflow as a whole.
#[component]
pub fn Overview() -> impl IntoView {
    let ui = use_ui();
    let document = ui.state.document;
    let name = Memo::new(move |_| document.workflow.with(|workflow| workflow.name.clone()));
    let about = Memo::new(move |_| document.workflow.with(|workflow| workflow.description.clone().unwrap_or_default()));
    let steps = Memo::new(move |_| {
        document.scene.with(|scene| scene.nodes.iter().map(|node| node.id().to_owned()).collect::<Vec<_>>())
    });
    let findings = ui.state.reports;
    let describe = move |event: ev::Event| {
        let text = typed(&event).trim().to_owned();
        ui.state.edit("Describe", |workflow| workflow.description = (!text.is_empty()).then_some(text));
    };
    view! {
        <header class="details-head">
            <div class="details-title">
                <h2>{live(move || Some(name.get()).filter(|name| !name.is_empty()).unwrap_or_else(|| "Untitled".into()))}</h2>
                <IconButton icon="x" label="Close (Escape)".to_owned() on_press=move |()| ui.state.chrome.overview_open.set(false) />
            </div>
            <textarea
                class="about"
                aria-label="What the workflow is for"
                placeholder="What is this workflow for?"
                rows="3"
                spellcheck="false"
                prop:value=live(move || about.get())
                on:change=describe
            ></textarea>
            <RunSummary />
        </header>
        <div class="panel-scroll" tabindex="-1">
            <Show when=live(move || findings.with(|findings| !findings.is_empty()))>
                <section class="panel-section">
                    <h3>"What keeps it from running"</h3>
                    <ul class="problem-list">
                        {dynamic(move || findings.get().into_iter().map(|diagnostic| view! { <Finding diagnostic /> }).collect_view())}
                    </ul>
                </section>
            </Show>
            <section class="panel-section">
                <h3>
                    "Steps"
                    <span class="count">{live(move || steps.with(Vec::len))}</span>
                </h3>
                <Show
                    when=live(move || steps.with(|steps| !steps.is_empty()))
                    fallback=|| view! { <p class="panel-note">"Nothing here yet. Drag a skill onto the canvas, or double-click it."</p> }
                >
                    <ul class="step-list">
                        <For each=move || steps.get() key=Clone::clone let(node_id)>
                            <Step node_id />
                        </For>
                    </ul>
                </Show>
            </section>
        </div>
    }
}

#[component]
fn Step(
    /// Which node.
    node_id: String,
) -> impl IntoView {
    let ui = use_ui();
    let node: Option<Arc<SceneNode>> = ui.state.document.scene.with_untracked(|scene| scene.node(&node_id).cloned());
    let title = node.as_ref().map(|node| node.title.clone()).unwrap_or_default();
    let hue_class = hue::of_skill(node.as_ref().and_then(|node| node.skill.as_deref()));
    let run = ui.state.run.node(&node_id);
    let state = {
        let run = run.clone();
        live(move || run.with(|run| run.state_name()))
    };
    let id = node_id.clone();
    view! {
        <li>
            <button type="button" class=format!("step {hue_class}") data-state=state on:click=press(move || ui.inspect(&node_id))>
                <span class="dot" aria-hidden="true"></span>
                <span class="step-title">{title}</span>
                <code class="step-id">{id}</code>
                <span class="step-status">{live(move || run.with(status_text))}</span>
            </button>
        </li>
    }
}

/// How the last run went, in numbers.
#[component]
fn RunSummary() -> impl IntoView {
    let ui = use_ui();
    let run = ui.state.run;
    let idle = move || run.progress.with(|progress| progress.phase == Phase::Idle);
    let parts = move || {
        let Progress { total, completed, failed, left_out, cached, .. } = run.progress.get();
        [
            (completed - cached.min(completed), "done", "completed"),
            (cached, "unchanged", "cached"),
            (failed, "failed", "failed"),
            (left_out, "left out", "skipped"),
        ]
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, word, class)| {
            let share = format!("{:.2}%", count as f64 / total.max(1) as f64 * 100.0);
            (
                view! { <span class=format!("share share-{class}") style:width=share></span> },
                view! { <span class=format!("tally tally-{class}")>{format!("{count} {word}")}</span> },
            )
        })
        .unzip::<_, _, Vec<_>, Vec<_>>()
    };
    view! {
        <Show when=live(move || !idle()) fallback=FirstRun>
            <div class="run-summary">
                <div class="shares" aria-hidden="true">{dynamic(move || parts().0)}</div>
                <div class="tallies">{dynamic(move || parts().1)}</div>
            </div>
        </Show>
    }
}

/// What to do before anything has run.
#[component]
fn FirstRun() -> impl IntoView {
    let ui = use_ui();
    let has_nodes = Memo::new(move |_| ui.state.document.workflow.with(|workflow| !workflow.nodes.is_empty()));
    view! {
        <Show when=has_nodes>
            <button type="button" class="button button-main button-wide" on:click=press(move || ui.run(None))>
                <Icon name="play" />
                "Run the workflow"
                <kbd>"Ctrl Enter"</kbd>
            </button>
        </Show>
    }
}
