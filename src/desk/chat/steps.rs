//! The steps that an answer took: tools, subtasks and thoughts as a tree that folds, the questions that they ask, the workflows they propose.

use leptos::ev;
use leptos::prelude::*;
use serde_json::Value;

use super::data::{Message, Step};
use super::state::Chat;
use crate::desk::parts::{Look, button};
use crate::desk::words;
use crate::ui::parts::Icon;
use crate::ui::parts::reactive::dynamic;

/// The longest result that is shown in place, in characters; all of it is in the trace.
const LONGEST_RESULT: usize = 4_000;

/// The steps of an answer that began where its text had this many bytes.
pub fn steps_at(chat: Chat, message: ArcRwSignal<Message>, at: u64) -> AnyView {
    let steps = Memo::new(move |_| {
        message.with(|message| message.steps.iter().filter(|step| step.at == at).cloned().collect::<Vec<_>>())
    });
    let ids = move || steps.with(|steps| steps.iter().map(|step| step.step_id.clone()).collect::<Vec<_>>());
    view! {
        <ul class="chat-steps" hidden=move || steps.with(Vec::is_empty)>
            <For each=ids key=Clone::clone let(id)>
                {
                    // What is folded open stays so while the step goes on.
                    let step = Memo::new(move |_| {
                        steps.with(|steps| steps.iter().find(|step| step.step_id == id).cloned()).unwrap_or_default()
                    });
                    live_step(chat, step)
                }
            </For>
        </ul>
    }
    .into_any()
}

fn live_step(chat: Chat, step: Memo<Step>) -> AnyView {
    let is_open = RwSignal::new(false);
    view! { <li>{dynamic(move || one_step(chat, &step.get(), Some(is_open)))}</li> }.into_any()
}

/// A step with those below it. The uppermost remembers whether it was folded open.
fn one_step(chat: Chat, step: &Step, open: Option<RwSignal<bool>>) -> AnyView {
    let below = step.steps.iter().map(|step| view! { <li>{one_step(chat, step, None)}</li> }).collect_view();
    let has_below = !step.steps.is_empty();
    let toggled = move |event: ev::Event| {
        let target = event.target().and_then(|target| wasm_bindgen::JsCast::dyn_into::<web_sys::Element>(target).ok());
        if let (Some(open), Some(target)) = (open, target) {
            let is = target.has_attribute("open");
            if open.get_untracked() != is {
                open.set(is);
            }
        }
    };
    let is_open = open.is_some_and(|open| open.get_untracked());
    view! {
        <details class="chat-step" data-state=step.state.clone() open=is_open || has_below on:toggle=toggled>
            <summary>
                {mark(step)}
                <span class="chat-step-title">{title(step)}</span>
                <span class="chat-step-state">{state_word(&step.state)}</span>
            </summary>
            <div class="chat-step-body">
                {arguments(&step.arguments)}
                {result(step)}
            </div>
            {has_below.then(|| view! { <ul class="chat-steps">{below}</ul> })}
        </details>
        {match (step.state.as_str(), step.workflow.is_object()) {
            ("asked", true) => Some(propose(chat, step)),
            ("asked", false) => Some(ask(chat, step)),
            (_, true) => Some(workflow(chat, &step.workflow)),
            _ => None,
        }}
    }
    .into_any()
}

fn mark(step: &Step) -> AnyView {
    match (step.state.as_str(), step.kind.as_str()) {
        ("running", _) => view! { <span class="spinner" aria-hidden="true"></span> }.into_any(),
        ("waiting", _) => view! { <Icon name="circle-dashed" /> }.into_any(),
        ("asked", _) => view! { <Icon name="circle-alert" /> }.into_any(),
        ("denied", _) => view! { <Icon name="ban" /> }.into_any(),
        ("failed", _) => view! { <Icon name="circle-x" /> }.into_any(),
        (_, "thinking") => view! { <Icon name="lightbulb" /> }.into_any(),
        (_, "subtask") => view! { <Icon name="list-tree" /> }.into_any(),
        _ => view! { <Icon name="circle-check" /> }.into_any(),
    }
}

fn title(step: &Step) -> String {
    match (step.title.is_empty(), step.kind.as_str(), &step.tool) {
        (false, ..) => step.title.clone(),
        (_, "thinking", _) => "Thoughts".to_owned(),
        (.., Some(tool)) => tool.clone(),
        _ => "Step".to_owned(),
    }
}

fn state_word(state: &str) -> &'static str {
    match state {
        "waiting" => "waiting",
        "asked" => "asks you",
        "denied" => "denied",
        "failed" => "failed",
        _ => "",
    }
}

fn arguments(arguments: &Value) -> Option<AnyView> {
    if arguments.is_null() || arguments.as_object().is_some_and(serde_json::Map::is_empty) {
        return None;
    }
    let text = serde_json::to_string_pretty(arguments).unwrap_or_default();
    Some(
        view! { <pre class="chat-step-given" tabindex="0" aria-label="What it was given">{shortened(&text)}</pre> }
            .into_any(),
    )
}

fn result(step: &Step) -> AnyView {
    if step.text.is_empty() {
        return ().into_any();
    }
    let class = if step.kind == "thinking" { "chat-step-thought" } else { "chat-step-result" };
    view! { <pre class=class tabindex="0" aria-label="What came of it">{shortened(&step.text)}</pre> }.into_any()
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_RESULT) {
        Some((end, _)) => format!("{}\n… and {} more", &text[..end], words::size((text.len() - end) as u64)),
        None => text.to_owned(),
    }
}

/// May it? In place, and by keys: `o` once, `a` always, `d` deny.
fn ask(chat: Chat, step: &Step) -> AnyView {
    let id = StoredValue::new(step.step_id.clone());
    let answer = move |answer: &'static str| chat.answer_step(&id.get_value(), answer);
    let on_key = move |event: ev::KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let said = match event.key().as_str() {
            "o" => "once",
            "a" => "always",
            "d" => "deny",
            _ => return,
        };
        event.prevent_default();
        answer(said);
    };
    view! {
        <div class="chat-ask chat-asking" role="group" tabindex="0" aria-label=format!("May it? {}", title(step)) on:keydown=on_key>
            <p><strong>"May it? "</strong>{title(step)}</p>
            {arguments(&step.arguments)}
            <div class="button-row">
                {button(Look::Main, "", "Allow once", move || answer("once"))}
                {button(Look::Plain, "", "Always", move || answer("always"))}
                {button(Look::Plain, "", "Deny", move || answer("deny"))}
                <small class="chat-ask-keys">"Keys: " <kbd>"o"</kbd> <kbd>"a"</kbd> <kbd>"d"</kbd></small>
            </div>
        </div>
    }
    .into_any()
}

/// A workflow that is proposed: what it is, and whether it is to come onto the canvas, from where undo takes it away again.
fn propose(chat: Chat, step: &Step) -> AnyView {
    let id = StoredValue::new(step.step_id.clone());
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "d" && !event.ctrl_key() && !event.meta_key() {
            event.prevent_default();
            chat.answer_step(&id.get_value(), "deny");
        }
    };
    view! {
        <div class="chat-workflow chat-asking" role="group" tabindex="0" aria-label="A workflow is proposed" on:keydown=on_key>
            {about_workflow(&step.workflow)}
            <div class="button-row">
                {button(Look::Main, "", "Put on the canvas", move || chat.answer_step(&id.get_value(), "once"))}
                {button(Look::Plain, "", "No, thanks", move || chat.answer_step(&id.get_value(), "deny"))}
            </div>
        </div>
    }
    .into_any()
}

/// A workflow that was proposed or run: what it is, and the way onto the canvas.
fn workflow(chat: Chat, workflow: &Value) -> AnyView {
    let json = workflow.to_string();
    view! {
        <div class="chat-workflow">
            {about_workflow(workflow)}
            {button(Look::Plain, "", "Put on the canvas", move || chat.desk.calls().tell("canvas", &json))}
        </div>
    }
    .into_any()
}

fn about_workflow(workflow: &Value) -> AnyView {
    let list = |name: &str| workflow[name].as_array().map_or(0, Vec::len) as u64;
    let text = |name: &str| workflow[name].as_str().unwrap_or_default().to_owned();
    let (name, about) = (text("name"), text("description"));
    let nodes = workflow["nodes"].as_array().cloned().unwrap_or_default();
    let names: Vec<String> = nodes
        .iter()
        .take(8)
        .map(|node| node["skillId"].as_str().or(node["skill_id"].as_str()).unwrap_or_default().to_owned())
        .collect();
    let more = nodes.len().saturating_sub(names.len());
    view! {
            <div class="chat-workflow-head">
                <Icon name="workflow" />
                <strong>{if name.is_empty() { "Workflow".to_owned() } else { name }}</strong>
                <small>{format!("{}, {}", words::count(list("nodes"), "step"), words::count(list("edges"), "wire"))}</small>
            </div>
            {(!about.is_empty()).then(|| view! { <p>{about}</p> })}
            <p class="chat-workflow-steps">{names.join(" → ")} {(more > 0).then(|| format!(" and {more} more"))}</p>
    }
    .into_any()
}
