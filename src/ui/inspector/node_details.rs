//! One node in full: what it is, its inputs to edit, what it gave, what it said, why it failed, its code.

use std::sync::Arc;

use leptos::prelude::*;

use super::field::InputField;
use super::outputs::OutputCard;
use crate::kernel::canvas::scene::SceneNode;
use crate::kernel::dag::{JobError, LogStream, NodeStatus};
use crate::kernel::skill::{ExecutableSkill, Port};
use crate::ui::canvas::status_text;
use crate::ui::context::use_ui;
use crate::ui::parts::Icon;
use crate::ui::parts::code::CodeListing;
use crate::ui::parts::hue;
use crate::ui::parts::icon::IconButton;
use crate::ui::parts::reactive::{Show, dynamic, live, press};
use crate::ui::state::{NodeRun, NodeState, Section};

/// What of a node decides how its details are built.
#[derive(Clone, PartialEq)]
struct Build {
    title: String,
    skill: Option<Arc<ExecutableSkill>>,
    inputs: Vec<Port>,
    outputs: Vec<Port>,
}

/// The details of one node.
#[component]
pub fn NodeDetails(
    /// Which.
    node_id: String,
) -> impl IntoView {
    let ui = use_ui();
    let document = ui.state.document;
    let id = StoredValue::new(node_id);
    let node = Memo::new(move |_| id.with_value(|id| document.scene.with(|scene| scene.node(id).cloned())));
    let build = Memo::new(move |_| {
        node.with(|node| {
            node.as_ref().map(|node| Build {
                title: node.title.clone(),
                skill: node.skill.clone(),
                inputs: node.inputs.clone(),
                outputs: node.outputs.clone(),
            })
        })
    });
    dynamic(move || {
        let Build { title, skill, inputs, outputs } = build.get()?;
        let node_id = id.get_value();
        let run = ui.state.run.node(&node_id);
        let has_inputs = !inputs.is_empty();
        let fields = inputs
            .into_iter()
            .enumerate()
            .map(|(row, port)| view! { <InputField node_id=node_id.clone() port row node /> })
            .collect_view();
        let cards = outputs.into_iter().map(|port| view! { <OutputCard port node run=run.clone() /> }).collect_view();
        let missing = skill.is_none().then(|| view! { <MissingSkill skill_id=title.clone() /> });
        let code = skill.clone().map(|skill| view! { <CodeSection skill run=run.clone() /> });
        Some(view! {
            <Head title node_id skill run=run.clone() />
            <div class="panel-scroll" tabindex="-1">
                {missing}
                <ErrorBox run=run.clone() />
                {has_inputs.then(|| view! {
                    <section class="panel-section">
                        <h3>"Inputs"</h3>
                        <div class="fields">{fields}</div>
                    </section>
                })}
                <section class="panel-section">
                    <h3>"Outputs"</h3>
                    <div class="output-cards">{cards}</div>
                </section>
                <LogSection run />
                {code}
            </div>
        })
    })
}

#[component]
fn Head(
    /// What people call it.
    title: String,
    /// Its id.
    node_id: String,
    /// What it runs.
    skill: Option<Arc<ExecutableSkill>>,
    /// How it ran.
    run: ArcRwSignal<NodeRun>,
) -> impl IntoView {
    let ui = use_ui();
    let hue_class = hue::of_skill(skill.as_deref());
    let kind = hue::name_of(skill.as_deref());
    let description = skill.as_ref().map(|skill| skill.description.clone()).unwrap_or_default();
    let skill_id = skill.as_ref().map(|skill| skill.skill_id.clone());
    let read = move |()| {
        ui.state.chrome.shown_skill.set(skill_id.clone());
        ui.state.chrome.section.set(Section::Skills);
    };
    let state = {
        let run = run.clone();
        live(move || run.with(|run| run.state_name()))
    };
    let status = live(move || {
        run.with(|run| match run.state {
            NodeState::Ended(NodeStatus::Completed) => format!("Done · {}", status_text(run)),
            NodeState::Idle => "Not run yet".to_owned(),
            _ => status_text(run),
        })
    });
    let target = node_id.clone();
    let running = Memo::new(move |_| ui.state.run.is_running());
    view! {
        <header class=format!("details-head {hue_class}")>
            <div class="details-title">
                <span class="dot" aria-hidden="true"></span>
                <h2>{title}</h2>
                <IconButton icon="book-open" label="Read about this skill".to_owned() on_press=read />
                <IconButton icon="x" label="Close the details (Escape)".to_owned() on_press=move |()| {
                    ui.state.chrome.sheet_open.set(false);
                    ui.state.document.selection.set(Default::default());
                } />
            </div>
            <p class="details-line">
                <span class="badge">{kind}</span>
                <code>{node_id}</code>
                <span class="details-status" data-state=state>{status}</span>
            </p>
            {(!description.is_empty()).then(|| view! { <p class="details-description">{description}</p> })}
            <div class="button-row">
                <button type="button" class="button" disabled=live(move || running.get()) title="Run this node and what feeds it (Ctrl Shift Enter)" on:click=press(move || ui.run(Some(target.clone())))>
                    <Icon name="step-forward" />
                    "Run to here"
                </button>
                <button type="button" class="button" title="Duplicate (Ctrl D)" on:click=press(move || ui.duplicate_selection())>
                    <Icon name="copy-plus" />
                    "Duplicate"
                </button>
                <button type="button" class="button button-quiet-danger" title="Delete (Delete)" on:click=press(move || ui.delete_selection())>
                    <Icon name="trash-2" />
                    "Delete"
                </button>
            </div>
        </header>
    }
}

#[component]
fn MissingSkill(
    /// The skill that is not there.
    skill_id: String,
) -> impl IntoView {
    view! {
        <div class="error-box" role="alert">
            <p class="error-message">{format!("The library has no skill “{skill_id}”")}</p>
            <p class="error-hint">"Delete this node, or add a skill of that id to the library. Its wires are kept until then."</p>
        </div>
    }
}

/// Why the node failed: what, where, what now.
#[component]
fn ErrorBox(
    /// How it ran.
    run: ArcRwSignal<NodeRun>,
) -> impl IntoView {
    let ui = use_ui();
    let error =
        Memo::new(move |_| run.with(|run| run.error.clone().filter(|_| matches!(run.state, NodeState::Ended(_)))));
    dynamic(move || {
        error.get().map(|error| {
            let JobError { code, message, detail, line } = (*error).clone();
            let copied = format!("{message}\n{}", detail.clone().unwrap_or_default());
            view! {
                <div class="error-box" role="alert">
                    <div class="error-head">
                        <Icon name="circle-alert" />
                        <p class="error-message">{message}</p>
                        <IconButton icon="copy" label="Copy the error".to_owned() on_press=move |()| ui.copy(&copied, "The error") />
                    </div>
                    <p class="error-place">
                        {line.map(|line| format!("Line {line} of the code · "))}
                        <code>{code.clone()}</code>
                    </p>
                    {detail.map(|detail| view! { <pre class="error-detail" data-scrolls="">{detail}</pre> })}
                    <p class="error-hint">{advice(&code)}</p>
                </div>
            }
        })
    })
}

/// What to do about an error, by its code.
fn advice(code: &str) -> &'static str {
    match code {
        "code_error" => "The code itself went wrong. Check the inputs above, and the marked line of the code below.",
        "bad_output" => "The code ran, but gave something other than its outputs promise.",
        "bad_input" => "One input is not what the skill expects. Change it above, or change what is wired to it.",
        "output_too_large" => "Give less: a summary, a sample or a smaller range. A node may give 64 MB.",
        "timeout" => "It took longer than it may. Try smaller inputs, or look for a loop that does not end.",
        "package_missing" => "A package that the code imports could not be had. Check its name, or the connection.",
        "engine_died" => {
            "The runtime broke down and has been started anew. Run again; if it happens again, try smaller inputs."
        }
        "simulation_failed" => "The simulator gave up. Its own words are above: check the netlist and the values.",
        "no_result" => "The run left nothing to read the output from. Check the names of vectors and measurements.",
        "runtime_unavailable" => "The runtime could not be loaded. Check the connection and run again.",
        _ => "Change the inputs or the code and run again: only what changed is done anew.",
    }
}

#[component]
fn LogSection(
    /// How it ran.
    run: ArcRwSignal<NodeRun>,
) -> impl IntoView {
    let logs = Memo::new(move |_| run.with(|run| run.logs.clone()));
    view! {
        <Show when=live(move || logs.with(|logs| !logs.is_empty()))>
            <section class="panel-section">
                <h3>"Logs"</h3>
                <pre class="log-text" data-scrolls="" tabindex="0" aria-label="Logs">
                    {dynamic(move || {
                        logs.get()
                            .into_iter()
                            .map(|entry| {
                                let is_warning = entry.stream == LogStream::Stderr;
                                view! { <span class:log-warning=is_warning>{entry.text}</span> }
                            })
                            .collect_view()
                    })}
                </pre>
            </section>
        </Show>
    }
}

#[component]
fn CodeSection(
    /// The skill.
    skill: Arc<ExecutableSkill>,
    /// How it ran, for the line of an error.
    run: ArcRwSignal<NodeRun>,
) -> impl IntoView {
    let ui = use_ui();
    let open = RwSignal::new(false);
    let marked = Memo::new(move |_| run.with(|run| run.error.as_ref().and_then(|error| error.line)));
    // The place of an error is worth seeing without being asked.
    Effect::new(move |_| {
        if marked.get().is_some() {
            open.set(true);
        }
    });
    let copied = Arc::clone(&skill);
    let lines = skill.code.lines().count();
    view! {
        <section class="panel-section">
            <div class="section-line">
                <button type="button" class="fold" aria-expanded=live(move || open.get().to_string()) on:click=press(move || open.update(|open| *open = !*open))>
                    <Icon name=Signal::derive(move || if open.get() { "chevron-down" } else { "chevron-right" }) />
                    <h3>"Code"</h3>
                    <span class="fold-note">{format!("{lines} lines")}</span>
                </button>
                <IconButton icon="copy" label="Copy the code".to_owned() on_press=move |()| ui.copy(&copied.code, "The code") />
            </div>
            {dynamic(move || {
                let skill = Arc::clone(&skill);
                open.get().then(|| view! { <CodeListing code=skill.code.clone() language=skill.language marked=marked.get() /> })
            })}
        </section>
    }
}

/// The scene's node, as the parts of the details share it.
pub type NodeMemo = Memo<Option<Arc<SceneNode>>>;
