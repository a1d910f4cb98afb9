//! One node on the canvas: title, state, ports with their values, and a glance at its main output.

use std::sync::Arc;

use leptos::html::Div;
use leptos::prelude::*;
use serde_json::Value;

use super::stage_state::StageState;
use crate::kernel::canvas::geometry::NODE_WIDTH;
use crate::kernel::canvas::hit::{PortRef, Side};
use crate::kernel::canvas::scene::SceneNode;
use crate::kernel::dag::{NodeStatus, Position};
use crate::kernel::quantity;
use crate::kernel::skill::{ExecutableSkill, Port, PortType};
use crate::ui::context::use_ui;
use crate::ui::parts::Icon;
use crate::ui::parts::hue;
use crate::ui::parts::icon::IconButton;
use crate::ui::parts::port_mark::PortMark;
use crate::ui::parts::preview::Preview;
use crate::ui::parts::reactive::{Show, dynamic, live};
use crate::ui::services::PreviewSize;
use crate::ui::shell::run_status::loading_text;
use crate::ui::state::{NodeRun, NodeState, Selection};

/// What of a node decides how it is built; values and places change without building it anew.
#[derive(Clone, PartialEq)]
struct Build {
    title: String,
    skill: Option<Arc<ExecutableSkill>>,
    inputs: Vec<Port>,
    outputs: Vec<Port>,
    shown: Vec<usize>,
    preview: Option<usize>,
    height: f64,
}

/// A node of the scene.
#[component]
pub fn NodeCard(
    /// Which.
    node_id: String,
) -> impl IntoView {
    let ui = use_ui();
    let stage: StageState = expect_context();
    let document = ui.state.document;
    let id = StoredValue::new(node_id.clone());
    let place = document.place(&node_id);
    let run = ui.state.run.node(&node_id);
    let node = Memo::new(move |_| id.with_value(|id| document.scene.with(|scene| scene.node(id).cloned())));
    let build = Memo::new(move |_| {
        node.with(|node| {
            node.as_ref().map(|node| Build {
                title: node.title.clone(),
                skill: node.skill.clone(),
                inputs: node.inputs.clone(),
                outputs: node.outputs.clone(),
                shown: node.shown.clone(),
                preview: node.preview,
                height: node.rect.height,
            })
        })
    });
    let selected =
        Memo::new(move |_| id.with_value(|id| document.selection.with(|selection| selection.nodes.contains(id))));
    let state_name = {
        let run = run.clone();
        Memo::new(move |_| run.with(NodeRun::state_name))
    };
    let cached = {
        let run = run.clone();
        Memo::new(move |_| run.with(|run| run.cached))
    };
    let is_anchor = Memo::new(move |_| {
        let focused = stage.focused.get();
        let visible = stage
            .visible_nodes
            .with(|visible| focused.filter(|focused| visible.contains(focused)).or_else(|| visible.first().cloned()));
        id.with_value(|id| visible.as_ref() == Some(id))
    });
    let element = NodeRef::<Div>::new();
    Effect::new(move |_| {
        let wanted = stage.focus_request.with(|wanted| id.with_value(|id| wanted.as_ref() == Some(id)));
        if let Some(element) = element.get().filter(|_| wanted) {
            stage.focus_request.set(None);
            let _ = element.focus();
        }
    });
    let on_focus = move |_| {
        let node_id = id.get_value();
        stage.focused.set(Some(node_id.clone()));
        // Coming by Tab picks the node, so that its details follow.
        if !document.selection.with_untracked(|selection| selection.nodes.contains(&node_id)) {
            document.selection.set(Selection::node(&node_id));
            ui.reveal(&node_id);
        }
    };
    let label = {
        let run = run.clone();
        live(move || {
            let title = build.with(|build| build.as_ref().map(|build| build.title.clone()).unwrap_or_default());
            format!("{title}, {}", run.with(status_text))
        })
    };
    let moved = live(move || {
        let Position { x, y } = place.get();
        format!("translate({x}px,{y}px)")
    });
    let height = move || build.with(|build| build.as_ref().map_or(0.0, |build| build.height));
    let body = dynamic(move || {
        let build = build.get()?;
        // From far away nothing but the title can be read, and there may be thousands of nodes.
        if stage.far.get() {
            return Some(view! { <span class="node-title">{build.title}</span> }.into_any());
        }
        let run = ui.state.run.node(&id.get_value());
        Some(view! { <NodeBody parts=build node run /> }.into_any())
    });
    view! {
        <div
            class=live(move || format!("node {}", build.with(|build| hue::of_skill(build.as_ref().and_then(|build| build.skill.as_deref())))))
            class:selected=selected
            class:cached=cached
            data-state=state_name
            data-node=node_id
            node_ref=element
            role="group"
            aria-label=label
            tabindex=live(move || if is_anchor.get() { "0" } else { "-1" })
            style:transform=moved
            style:width=format!("{NODE_WIDTH}px")
            style:height=live(move || format!("{}px", height()))
            on:focus=on_focus
        >
            {body}
        </div>
    }
}

#[component]
fn NodeBody(
    /// How it is built.
    parts: Build,
    /// The node, with its values.
    node: Memo<Option<Arc<SceneNode>>>,
    /// How it ran.
    run: ArcRwSignal<NodeRun>,
) -> impl IntoView {
    let Build { title, skill, inputs, outputs, shown, preview, .. } = parts;
    let hidden = inputs.len() - shown.len();
    let rows = (shown.len() + usize::from(hidden > 0)).max(outputs.len());
    let ports = (0..rows)
        .map(|row| {
            let input = match shown.get(row) {
                Some(place) => view! { <InputCell port=inputs[*place].clone() place=*place node /> }.into_any(),
                None if row == shown.len() && hidden > 0 => {
                    view! { <span class="port-more" title="The inspector has all inputs">{format!("{hidden} more inputs")}</span> }.into_any()
                }
                None => ().into_any(),
            };
            let output = outputs.get(row).cloned().map(|port| view! { <OutputCell port place=row node run=run.clone() /> });
            view! { <div class="port-row">{input} {output}</div> }
        })
        .collect_view();
    let glance =
        preview.and_then(|row| outputs.get(row).cloned()).map(|port| view! { <Glance port node run=run.clone() /> });
    view! {
        <NodeHeader title skill run=run.clone() />
        <div class="ports">{ports}</div>
        {glance}
        <NodeError run />
    }
}

#[component]
fn NodeHeader(
    /// What people call it.
    title: String,
    /// What it runs.
    skill: Option<Arc<ExecutableSkill>>,
    /// How it ran.
    run: ArcRwSignal<NodeRun>,
) -> impl IntoView {
    let ui = use_ui();
    let runtime = skill.as_ref().map(|skill| skill.runtime());
    let kind = skill.as_ref().map_or("No such skill", |skill| hue::name_of(Some(skill)));
    let state = {
        let run = run.clone();
        Memo::new(move |_| run.with(|run| run.state))
    };
    let cached = {
        let run = run.clone();
        Memo::new(move |_| run.with(|run| run.cached))
    };
    let status = live(move || {
        let waiting = matches!(state.get(), NodeState::Queued | NodeState::Running);
        let loading = waiting.then(|| {
            ui.state.run.runtimes.with(|runtimes| {
                runtimes
                    .iter()
                    .find(|(loading, _)| Some(*loading) == runtime)
                    .map(|(loading, progress)| loading_text(*loading, progress))
            })
        });
        loading.flatten().unwrap_or_else(|| run.with(status_text))
    });
    let icon = Signal::derive(move || match state.get() {
        NodeState::Ended(NodeStatus::Completed) if cached.get() => "zap",
        NodeState::Ended(NodeStatus::Completed) => "check",
        NodeState::Ended(NodeStatus::Failed) => "circle-x",
        NodeState::Ended(NodeStatus::Skipped) => "circle-slash",
        NodeState::Ended(NodeStatus::Cancelled) => "square",
        NodeState::Queued => "circle-dashed",
        NodeState::Idle | NodeState::Running => "circle",
    });
    view! {
        <header class="node-header">
            <span class="node-title">{title}</span>
            <span class="node-state" aria-hidden="true">
                {dynamic(move || match state.get() {
                    NodeState::Idle => ().into_any(),
                    NodeState::Running => view! { <span class="spinner"></span> }.into_any(),
                    _ => view! { <Icon name=icon /> }.into_any(),
                })}
            </span>
            <span class="node-line">
                <span class="node-kind">{kind}</span>
                <span class="node-status">{status}</span>
            </span>
        </header>
    }
}

/// A node's state in a few words, such as `Done in 12 ms`.
pub fn status_text(run: &NodeRun) -> String {
    match run.state {
        NodeState::Ended(NodeStatus::Completed) if run.outdated => "Changed since".into(),
        NodeState::Ended(NodeStatus::Completed) if run.cached => "Unchanged".into(),
        NodeState::Ended(NodeStatus::Completed) => quantity::duration(run.duration_ms),
        NodeState::Idle => String::new(),
        state => state.word().into(),
    }
}

#[component]
fn InputCell(
    /// The port.
    port: Port,
    /// Its place among the node's inputs.
    place: usize,
    /// The node, with its values.
    node: Memo<Option<Arc<SceneNode>>>,
) -> impl IntoView {
    let stage: StageState = expect_context();
    let wired = Signal::derive(move || {
        node.with(|node| node.as_ref().is_some_and(|node| node.fed.get(place).is_some_and(Option::is_some)))
    });
    let tip = format!("{}: {}", port.name, hover_text(&port));
    let name = port.name.clone();
    let kind = port.kind;
    let aim = aim_class(stage, node, Side::Input, name.clone());
    let missing = {
        let port = port.clone();
        live(move || !wired.get() && value_of(node, &port).is_none() && port.required != Some(false))
    };
    let value = move || (!wired.get()).then(|| value_of(node, &port).map(|value| short_value(&value, &port))).flatten();
    view! {
        <div class="port port-in" class:aimed=live(move || aim.get() == Aim::Good) class:refused=live(move || aim.get() == Aim::Bad) class:missing=missing title=tip>
            <PortMark kind wired />
            <span class="port-name">{name}</span>
            {dynamic(move || value().map(|value| view! { <span class="port-value">{value}</span> }))}
        </div>
    }
}

#[component]
fn OutputCell(
    /// The port.
    port: Port,
    /// Its place among the node's outputs.
    place: usize,
    /// The node, with its values.
    node: Memo<Option<Arc<SceneNode>>>,
    /// How it ran.
    run: ArcRwSignal<NodeRun>,
) -> impl IntoView {
    let stage: StageState = expect_context();
    let name = port.name.clone();
    let kind = port.kind;
    let tip = format!("{}: {}", port.name, hover_text(&port));
    let wired = Signal::derive(move || {
        node.with(|node| node.as_ref().is_some_and(|node| node.gives.get(place).copied().unwrap_or_default()))
    });
    let aim = aim_class(stage, node, Side::Output, name.clone());
    let is_short = matches!(kind, PortType::Number | PortType::Integer | PortType::Boolean);
    let value =
        move || is_short.then(|| run.with(|run| run.output(&port.name).map(|output| output.text.clone()))).flatten();
    view! {
        <div class="port port-out" class:aimed=live(move || aim.get() == Aim::Good) class:refused=live(move || aim.get() == Aim::Bad) title=tip>
            {dynamic(move || value().map(|value| view! { <span class="port-value">{value}</span> }))}
            <span class="port-name">{name}</span>
            <PortMark kind wired />
        </div>
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Aim {
    None,
    Good,
    Bad,
}

/// Whether a wire that is being drawn would end at this port.
fn aim_class(stage: StageState, node: Memo<Option<Arc<SceneNode>>>, side: Side, name: String) -> Memo<Aim> {
    Memo::new(move |_| {
        stage.draft.with(|draft| {
            let Some((PortRef { node_id, side: aimed, name: port }, verdict)) =
                draft.as_ref().and_then(|draft| draft.target.as_ref())
            else {
                return Aim::None;
            };
            let here = *aimed == side
                && *port == name
                && node.with(|node| node.as_ref().is_some_and(|node| node.id() == node_id));
            match (here, verdict) {
                (false, _) => Aim::None,
                (true, Ok(())) => Aim::Good,
                (true, Err(_)) => Aim::Bad,
            }
        })
    })
}

/// The picture in the node.
#[component]
fn Glance(
    /// The output that is shown.
    port: Port,
    /// The node.
    node: Memo<Option<Arc<SceneNode>>>,
    /// How it ran.
    run: ArcRwSignal<NodeRun>,
) -> impl IntoView {
    let ui = use_ui();
    let icon = hue::port_icon(port.kind);
    let request = {
        let (port, run) = (port.clone(), run.clone());
        Memo::new(move |_| run.with(|run| ui.preview_of(&port, run, PreviewSize::Node)))
    };
    let label = format!("Enlarge {}", port.name);
    let name = port.name.clone();
    let enlarge = move |()| {
        if let Some(node) = node.get_untracked() {
            ui.enlarge(&node, &port, &run.get_untracked());
        }
    };
    view! {
        <div class="glance">
            <Show
                when=live(move || request.with(Option::is_some))
                fallback=move || {
                    view! {
                        <div class="glance-empty">
                            <Icon name=icon />
                            <span>{name.clone()}</span>
                        </div>
                    }
                }
            >
                <Preview request />
            </Show>
            <Show when=live(move || request.with(Option::is_some))>
                <span class="glance-tools" data-control="">
                    <IconButton icon="maximize-2" label=label.clone() on_press=enlarge.clone() />
                </span>
            </Show>
        </div>
    }
}

/// Why the node failed, below it.
#[component]
fn NodeError(
    /// How it ran.
    run: ArcRwSignal<NodeRun>,
) -> impl IntoView {
    dynamic(move || {
        let error = run.with(|run| run.error.clone().filter(|_| run.state == NodeState::Ended(NodeStatus::Failed)));
        error.map(|error| view! { <p class="node-error" title=error.message.clone()>{error.message.clone()}</p> })
    })
}

fn hover_text(port: &Port) -> String {
    let unit = port.unit.as_ref().map(|unit| format!(", in {unit}")).unwrap_or_default();
    let about = if port.description.is_empty() { String::new() } else { format!(". {}", port.description) };
    format!("{}{unit}{about}", port.kind.name())
}

fn value_of(node: Memo<Option<Arc<SceneNode>>>, port: &Port) -> Option<Value> {
    node.with(|node| node.as_ref().and_then(|node| node.node.input_values.get(&port.name).cloned()))
        .or_else(|| port.default.clone())
}

/// A value in the little room that a port has.
fn short_value(value: &Value, port: &Port) -> String {
    const LONGEST: usize = 14;
    let text = match value {
        Value::Number(number) => number
            .as_f64()
            .map_or_else(|| number.to_string(), |number| quantity::format(number, port.unit.as_deref(), 4)),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::String(text) => text.lines().next().unwrap_or_default().to_owned(),
        Value::Array(items) => format!("{} items", items.len()),
        Value::Object(fields) => format!("{} fields", fields.len()),
        Value::Null => "none".to_owned(),
    };
    if text.chars().count() > LONGEST { text.chars().take(LONGEST - 1).chain(['…']).collect() } else { text }
}
