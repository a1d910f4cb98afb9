//! Running what stands in messages: a block of code, or a skill, in the page's sandbox. What comes of it is shown under it.

use std::any::Any;
use std::rc::Rc;

use leptos::html::Div;
use leptos::prelude::*;
use serde_json::{Value, json};
use web_sys::{Element, HtmlElement};

use super::prose::code_around;
use super::state::Chat;
use crate::browser::{self, SandboxRun};
use crate::desk::answer::answers;
use crate::desk::data::Read;
use crate::desk::failure::Failure;
use crate::desk::parts::{Look, button};
use crate::desk::state::Desk;
use crate::ui::parts::Icon;
use crate::ui::parts::reactive::dynamic;

/// Runs on show under blocks of code, by their block.
#[derive(Default)]
pub struct Runs {
    /// Dropping the second takes the run away.
    shown: Vec<(HtmlElement, Box<dyn Any>)>,
}

answers! {
    /// What came of a run.
    pub struct Outcome {
        /// `completed`, `failed` or `cancelled`.
        pub status: String,
        /// How long it took.
        pub duration_ms: f64,
        /// What it said.
        pub logs: Vec<Log>,
        /// What went wrong.
        pub error: Option<RunError>,
        /// What it gave.
        pub outputs: Vec<Output>,
    }

    /// Something that was said.
    pub struct Log {
        /// `stdout` or `stderr`.
        pub stream: String,
        /// The words.
        pub text: String,
    }

    /// What went wrong.
    pub struct RunError {
        /// In words.
        pub message: String,
        /// More of it.
        pub detail: Option<String>,
        /// The line of the code.
        pub line: Option<u64>,
    }

    /// Something that it gave.
    pub struct Output {
        /// Its name.
        pub name: String,
        /// The type of its port.
        pub kind: String,
        /// Its unit.
        pub unit: Option<String>,
    }
}

/// How far a run is.
#[derive(Clone, PartialEq)]
enum State {
    Going(String),
    Over(Outcome),
    Refused(Failure),
}

/// Does what a button of a block of code says.
pub fn act_on_code(chat: Chat, button: &Element) {
    let Some((block, code)) = code_around(button) else { return };
    match button.get_attribute("data-act").as_deref() {
        Some("copy") => copy(chat.desk, code, "The code is on the clipboard"),
        Some("run") => run_block(chat, &block, &code),
        _ => {}
    }
}

/// Puts text on the clipboard and says so.
pub fn copy(desk: Desk, text: String, done: &'static str) {
    browser::spawn(async move {
        match browser::copy_text(&text).await {
            Ok(()) => desk.say(done),
            Err(error) => desk.complain(&error.into()),
        }
    });
}

fn run_block(chat: Chat, block: &HtmlElement, code: &str) {
    let language = block.get_attribute("data-language").unwrap_or_default();
    let Some(place) = document().create_element("div").ok() else { return };
    let _ = block.append_child(&place);
    let request = json!({ "code": code, "language": language });
    let view = chat.desk.rooted(|| {
        let place = wasm_bindgen::JsCast::unchecked_into(place);
        mount_to(place, move || run(chat, request))
    });
    chat.runs.update_value(|runs| {
        // A block that is run again shows the new run; one that is no longer on the page shows none.
        runs.shown.retain(|(known, _)| known != block && known.is_connected());
        runs.shown.push((block.clone(), Box::new(view)));
    });
}

/// A run of a skill by its defaults, under whatever names the skill.
pub fn run_skill(chat: Chat, skill_id: &str) -> AnyView {
    let body = json!({ "nodes": [{ "nodeId": skill_id, "skillId": skill_id }] });
    let payload = RwSignal::new(None::<Result<Value, Failure>>);
    chat.desk.ask("POST", "/workflows/execute".to_owned(), Some(body), move |answered| {
        payload.set(Some(answered.map(|answer| json!({ "payload": answer["payload"] }))));
    });
    dynamic(move || match payload.get() {
        None => going("Preparing", None),
        Some(Ok(request)) => run(chat, request),
        Some(Err(failure)) => crate::desk::parts::trouble(&failure),
    })
}

/// Starts a run, and shows how far it is and what comes of it.
fn run(chat: Chat, request: Value) -> AnyView {
    let state = RwSignal::new(State::Going("Preparing".to_owned()));
    let running = StoredValue::new_local(None::<Rc<SandboxRun>>);
    let tell = move |stage| {
        state.try_update(|state| {
            if matches!(state, State::Going(_)) {
                *state = State::Going(stage);
            }
        });
    };
    match SandboxRun::start(&chat.desk.sandbox(), &request.to_string(), tell) {
        Ok(run) => {
            let run = Rc::new(run);
            running.set_value(Some(Rc::clone(&run)));
            browser::spawn(async move {
                let ended = run.finished().await;
                drop(run);
                let ended = match ended.map(|text| serde_json::from_str::<Value>(&text)) {
                    Ok(Ok(outcome)) => State::Over(Outcome::read(&outcome)),
                    Ok(Err(error)) => State::Refused(Failure::unreadable(&error)),
                    Err(error) => State::Refused(error.into()),
                };
                if let State::Over(outcome) = &ended {
                    chat.announce(sentence(outcome));
                }
                state.try_set(ended);
            });
        }
        Err(error) => state.set(State::Refused(error.into())),
    }
    let stop = move || {
        running.try_with_value(|run| run.as_ref().map(|run| run.stop()));
    };
    on_cleanup(move || {
        stop();
        running.try_set_value(None);
    });
    view! {
        <div class="chat-run">
            {dynamic(move || match state.get() {
                State::Going(stage) => going(&stage, Some(button(Look::Text, "square", "Stop", stop))),
                State::Refused(failure) => crate::desk::parts::trouble(&failure),
                State::Over(outcome) => over(outcome, running),
            })}
        </div>
    }
    .into_any()
}

fn going(stage: &str, stop: Option<AnyView>) -> AnyView {
    view! {
        <p class="chat-run-line">
            <span class="spinner" aria-hidden="true"></span>
            <span>{stage.to_owned()}</span>
            {stop}
        </p>
    }
    .into_any()
}

fn over(outcome: Outcome, running: StoredValue<Option<Rc<SandboxRun>>, LocalStorage>) -> AnyView {
    let line = sentence(&outcome);
    let icon = match outcome.status.as_str() {
        "completed" => "circle-check",
        "failed" => "circle-x",
        _ => "ban",
    };
    let said: String = outcome.logs.iter().map(|log| log.text.as_str()).collect();
    let outputs = outcome.outputs.into_iter().map(|output| one_output(output, running)).collect_view();
    view! {
        <p class="chat-run-line" data-status=outcome.status>
            <Icon name=icon />
            <span>{line}</span>
        </p>
        {outcome.error.map(run_error)}
        {(!said.trim().is_empty()).then(|| view! { <pre class="chat-run-log" tabindex="0" aria-label="What it printed">{said}</pre> })}
        {outputs}
    }
    .into_any()
}

fn run_error(error: RunError) -> AnyView {
    let place = error.line.map(|line| format!("Line {line}"));
    view! {
        <div class="chat-run-error">
            <strong>{error.message}</strong>
            {place.map(|place| view! { <span>{place}</span> })}
            {error.detail.map(|detail| view! { <pre>{detail}</pre> })}
        </div>
    }
    .into_any()
}

fn one_output(output: Output, running: StoredValue<Option<Rc<SandboxRun>>, LocalStorage>) -> AnyView {
    let element = NodeRef::<Div>::new();
    let name = output.name.clone();
    Effect::new(move |_| {
        if let Some(element) = element.get() {
            running.with_value(|run| run.as_ref().map(|run| run.preview(&name, &element)));
        }
    });
    view! {
        <figure class="chat-run-output">
            <figcaption>{output.name}</figcaption>
            <div class=format!("preview output-preview port-{}", output.kind) node_ref=element></div>
        </figure>
    }
    .into_any()
}

fn sentence(outcome: &Outcome) -> String {
    let seconds = outcome.duration_ms / 1000.0;
    match (outcome.status.as_str(), &outcome.error) {
        ("completed", _) if outcome.logs.is_empty() && outcome.outputs.is_empty() => {
            format!("Ran in {seconds:.2} s, and gave nothing")
        }
        ("completed", _) => format!("Ran in {seconds:.2} s"),
        ("cancelled", _) => "Stopped".to_owned(),
        _ => format!("Failed after {seconds:.2} s"),
    }
}
