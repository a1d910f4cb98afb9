//! One input: its value edited by type, or the wire that feeds it.

use leptos::ev;
use leptos::prelude::*;
use serde_json::{Number, Value};

use super::node_details::NodeMemo;
use crate::kernel::dag::Edge;
use crate::kernel::quantity;
use crate::kernel::skill::{Port, PortType};
use crate::ui::context::use_ui;
use crate::ui::parts::dom::{self, typed};
use crate::ui::parts::icon::IconButton;
use crate::ui::parts::port_mark::PortMark;
use crate::ui::parts::reactive::{Show, dynamic, live, press};

/// How a value is typed in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Editor {
    Number,
    Integer,
    Line,
    Lines,
    Json,
}

/// One input of a node.
#[component]
pub fn InputField(
    /// The node.
    node_id: String,
    /// The input.
    port: Port,
    /// Its row.
    row: usize,
    /// The node, with its values.
    node: NodeMemo,
) -> impl IntoView {
    let ui = use_ui();
    let id = StoredValue::new(node_id);
    let port = StoredValue::new(port);
    let fed = Memo::new(move |_| node.with(|node| node.as_ref().and_then(|node| node.fed.get(row).cloned().flatten())));
    let given = Memo::new(move |_| {
        port.with_value(|port| {
            node.with(|node| node.as_ref().and_then(|node| node.node.input_values.get(&port.name).cloned()))
        })
    });
    let value = Memo::new(move |_| given.get().or_else(|| port.with_value(|port| port.default.clone())));
    let differs = live(move || {
        fed.with(Option::is_none)
            && given.with(Option::is_some)
            && port.with_value(|port| given.with(|given| *given != port.default))
    });
    let set = move |value: Option<Value>| {
        // What is the default already needs no value of its own.
        let value = value.filter(|value| port.with_value(|port| port.default.as_ref() != Some(value)));
        ui.set_input(&id.get_value(), &port.with_value(|port| port.name.clone()), value);
    };
    let (kind, name, description) = port.with_value(|port| (port.kind, port.name.clone(), port.description.clone()));
    let unit = port.with_value(|port| port.unit.clone());
    let is_missing = live(move || {
        fed.with(Option::is_none) && value.with(Option::is_none) && port.with_value(|port| port.required != Some(false))
    });
    let field_id = format!("input-{name}");
    let shown_id = field_id.clone();
    view! {
        <div class="field" class:field-missing=is_missing>
            <div class="field-head">
                <PortMark kind wired=Signal::derive(move || fed.with(Option::is_some)) />
                <label for=field_id.clone()>{name.clone()}</label>
                <span class="field-type">{kind.name()}</span>
                <Show when=differs>
                    <IconButton icon="rotate-ccw" label="Back to the default".to_owned() on_press=move |()| set(None) />
                </Show>
            </div>
            {dynamic(move || match fed.get() {
                Some((source, output)) => view! { <Fed source output node_id=id.get_value() input=name.clone() /> }.into_any(),
                None if kind == PortType::Boolean => view! { <Switch field_id=shown_id.clone() value set=Callback::new(set) /> }.into_any(),
                None => {
                    let editor = editor_for(kind, &name, value.get_untracked().as_ref());
                    view! { <TextEditor field_id=shown_id.clone() editor kind unit=unit.clone() value set=Callback::new(set) /> }.into_any()
                }
            })}
            {(!description.is_empty()).then(|| view! { <p class="field-about">{description.clone()}</p> })}
            <Show when=is_missing>
                <p class="field-problem">"This input is needed: give a value, or wire an output to it"</p>
            </Show>
        </div>
    }
}

/// The wire that feeds an input.
#[component]
fn Fed(
    /// The node that gives.
    source: String,
    /// Its output.
    output: String,
    /// The node that takes.
    node_id: String,
    /// Its input.
    input: String,
) -> impl IntoView {
    let ui = use_ui();
    let title = ui
        .state
        .document
        .scene
        .with_untracked(|scene| scene.node(&source).map_or_else(|| source.clone(), |node| node.title.clone()));
    let shown = source.clone();
    let edge = Edge { edge_id: None, source, source_output: output.clone(), target: node_id, target_input: input };
    let cut = move |()| {
        let found = ui.state.document.workflow.with_untracked(|workflow| {
            let same = |other: &&Edge| other.target == edge.target && other.target_input == edge.target_input;
            workflow.edges.iter().find(same).cloned()
        });
        if let Some(edge) = found {
            ui.disconnect(&edge);
        }
    };
    view! {
        <div class="fed">
            <button type="button" class="fed-source" title="Show the node that gives this" on:click=press(move || ui.inspect(&shown))>
                <span>{title}</span>
                <span class="fed-output">{output}</span>
            </button>
            <IconButton icon="unplug" label="Take this wire away".to_owned() on_press=cut />
        </div>
    }
}

#[component]
fn Switch(
    /// The control's id.
    field_id: String,
    /// The value.
    value: Memo<Option<Value>>,
    /// Takes a new one.
    set: Callback<Option<Value>>,
) -> impl IntoView {
    let on = move || value.with(|value| value.as_ref().and_then(Value::as_bool).unwrap_or_default());
    view! {
        <button
            type="button"
            id=field_id
            class="switch"
            role="switch"
            aria-checked=live(move || on().to_string())
            on:click=press(move || set.run(Some(Value::Bool(!on()))))
        >
            <span class="switch-knob" aria-hidden="true"></span>
            <span>{live(move || if on() { "Yes" } else { "No" })}</span>
        </button>
    }
}

/// A value as text: checked while it is typed, taken when it is right, kept as typed when it is not.
#[component]
fn TextEditor(
    /// The control's id.
    field_id: String,
    /// How it is typed in.
    editor: Editor,
    /// The type that it has to fit.
    kind: PortType,
    /// Its unit.
    unit: Option<String>,
    /// The value.
    value: Memo<Option<Value>>,
    /// Takes a new one.
    set: Callback<Option<Value>>,
) -> impl IntoView {
    let unit = StoredValue::new(unit);
    let typing = RwSignal::new(None::<String>);
    let problem = RwSignal::new(None::<String>);
    let shown = move || {
        typing.get().unwrap_or_else(|| unit.with_value(|unit| text_of(value.get().as_ref(), editor, unit.as_deref())))
    };
    let read = move |text: &str| unit.with_value(|unit| parse(text, editor, kind, unit.as_deref()));
    let on_input = move |event: ev::Event| {
        let text = typed(&event);
        problem.set(read(&text).err());
        typing.set(Some(text));
    };
    let take = move || {
        let Some(text) = typing.get_untracked() else { return };
        match read(&text) {
            Ok(value) => {
                typing.set(None);
                problem.set(None);
                set.run(value);
            }
            Err(message) => problem.set(Some(message)),
        }
    };
    let on_key = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "Enter" if editor != Editor::Lines && editor != Editor::Json => take(),
        "Enter" if event.ctrl_key() || event.meta_key() => take(),
        "Escape" if typing.with_untracked(Option::is_some) => {
            event.prevent_default();
            event.stop_propagation();
            typing.set(None);
            problem.set(None);
        }
        "Escape" => {
            event.prevent_default();
            event.stop_propagation();
            dom::blur();
        }
        "ArrowUp" | "ArrowDown" if matches!(editor, Editor::Number | Editor::Integer) => {
            let now =
                typing.get_untracked().and_then(|text| read(&text).ok().flatten()).or_else(|| value.get_untracked());
            if let Some(number) = now.as_ref().and_then(Value::as_f64) {
                event.prevent_default();
                let up = event.key() == "ArrowUp";
                let stepped = step(number, if up { 1.0 } else { -1.0 }, event.shift_key(), editor);
                typing.set(None);
                set.run(number_value(stepped, editor));
            }
        }
        _ => {}
    };
    let invalid = live(move || problem.with(Option::is_some).then_some("true"));
    let lines = move || shown().lines().count().clamp(2, 12).to_string();
    let control = if matches!(editor, Editor::Lines | Editor::Json) {
        view! {
            <textarea
                id=field_id
                class="text-area"
                class:mono=editor == Editor::Json
                data-scrolls=""
                rows=lines
                spellcheck="false"
                aria-invalid=invalid
                prop:value=shown
                on:input=on_input
                on:change=move |_| take()
                on:keydown=on_key
            ></textarea>
        }
        .into_any()
    } else {
        let is_number = matches!(editor, Editor::Number | Editor::Integer);
        view! {
            <input
                id=field_id
                class="text-input"
                class:mono=is_number
                type="text"
                inputmode=if is_number { "text" } else { "" }
                autocomplete="off"
                spellcheck="false"
                aria-invalid=invalid
                prop:value=shown
                on:input=on_input
                on:change=move |_| take()
                on:keydown=on_key
                on:focus=move |event| select_all(&event)
            />
        }
        .into_any()
    };
    let reading = move || {
        let text = typing.get()?;
        let number = read(&text).ok()??.as_f64()?;
        Some(unit.with_value(|unit| format!("= {}", quantity::format(number, unit.as_deref(), 6))))
    };
    view! {
        {control}
        {dynamic(move || problem.get().map(|problem| view! { <p class="field-problem" role="alert">{problem}</p> }))}
        <Show when=live(move || matches!(editor, Editor::Number | Editor::Integer) && problem.with(Option::is_none))>
            {dynamic(move || reading().map(|text| view! { <p class="field-reading">{text}</p> }))}
        </Show>
    }
}

fn select_all(event: &ev::FocusEvent) {
    use wasm_bindgen::JsCast;
    let input = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
    if let Some(input) = input {
        input.select();
    }
}

fn editor_for(kind: PortType, name: &str, value: Option<&Value>) -> Editor {
    const LONG_NAMES: [&str; 8] = ["code", "text", "netlist", "csv", "data", "markdown", "html", "expression_list"];
    match kind {
        PortType::Number => Editor::Number,
        PortType::Integer => Editor::Integer,
        PortType::Markdown | PortType::Html | PortType::Circuit if value.is_none_or(Value::is_string) => Editor::Lines,
        PortType::String => {
            let text = value.and_then(Value::as_str).unwrap_or_default();
            let long = text.contains('\n') || text.len() > 48 || LONG_NAMES.contains(&name);
            if long { Editor::Lines } else { Editor::Line }
        }
        _ => Editor::Json,
    }
}

fn text_of(value: Option<&Value>, editor: Editor, unit: Option<&str>) -> String {
    match (value, editor) {
        (None | Some(Value::Null), _) => String::new(),
        (Some(Value::String(text)), Editor::Line | Editor::Lines) => text.clone(),
        (Some(Value::Number(number)), Editor::Number | Editor::Integer) => {
            number.as_f64().map_or_else(|| number.to_string(), |number| exact(number, unit))
        }
        (Some(value), Editor::Json) => json_text(value),
        (Some(value), _) => value.to_string(),
    }
}

/// A number with prefix and unit if that says it exactly, and in full if it does not.
fn exact(number: f64, unit: Option<&str>) -> String {
    let text = quantity::format(number, unit, 9);
    if quantity::parse(&text, unit) == Some(number) {
        text
    } else {
        [number.to_string().as_str(), unit.unwrap_or_default()].join(" ").trim().to_owned()
    }
}

/// JSON that is short on one line and longer indented; lists of plain values stay on one line.
fn json_text(value: &Value) -> String {
    let short = value.to_string();
    let is_flat = value.as_array().is_some_and(|items| items.iter().all(|item| !item.is_array() && !item.is_object()));
    if short.len() < 60 || is_flat {
        short.replace(',', ", ")
    } else {
        serde_json::to_string_pretty(value).unwrap_or(short)
    }
}

fn number_value(number: f64, editor: Editor) -> Option<Value> {
    if editor == Editor::Integer {
        Some(Value::from(number.round() as i64))
    } else {
        Number::from_f64(number).map(Value::Number)
    }
}

/// The value that was typed, none for an empty field, or what is wrong with it.
fn parse(text: &str, editor: Editor, kind: PortType, unit: Option<&str>) -> Result<Option<Value>, String> {
    let trimmed = text.trim();
    match editor {
        Editor::Line | Editor::Lines => return Ok(Some(Value::String(text.to_owned()))),
        _ if trimmed.is_empty() => return Ok(None),
        _ => {}
    }
    match editor {
        Editor::Number => quantity::parse(trimmed, unit)
            .map(|number| number_value(number, editor))
            .ok_or_else(|| "Not a number. Prefixes work: 4k7, 10u, 2.2M, 1e-9".to_owned()),
        Editor::Integer => quantity::parse(trimmed, unit)
            .filter(|number| number.fract() == 0.0)
            .map(|number| number_value(number, editor))
            .ok_or_else(|| "Not a whole number".to_owned()),
        _ => {
            let value: Value = serde_json::from_str(trimmed).map_err(|error| json_problem(&error))?;
            if kind.fits(&value) {
                Ok(Some(value))
            } else {
                Err(format!("This is valid JSON, but the input takes {}", crate::kernel::canvas::edit::noun(kind)))
            }
        }
    }
}

fn json_problem(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line").next().unwrap_or_default();
    format!("Line {}, column {}: {text}", error.line(), error.column())
}

/// The next number up or down: by one in its second digit, by one in its first with Shift; whole numbers by one or ten.
fn step(number: f64, direction: f64, coarse: bool, editor: Editor) -> f64 {
    if editor == Editor::Integer {
        return number + direction * if coarse { 10.0 } else { 1.0 };
    }
    if number == 0.0 {
        return direction * if coarse { 1.0 } else { 0.1 };
    }
    let magnitude = number.abs().log10().floor() - if coarse { 0.0 } else { 1.0 };
    let unit = 10_f64.powf(magnitude);
    let stepped = ((number / unit).round() + direction) * unit;
    // Powers of ten are not exact in binary: what a person would write is what counts.
    format!("{stepped:.6e}").parse().unwrap_or(stepped)
}
