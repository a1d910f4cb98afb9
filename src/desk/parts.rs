//! What every view of the desk is made of: buttons, fields, forms in dialogs, and the states of something that is loaded. Functions that give
//! one type of view rather than components, so that the program holds each once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use leptos::prelude::*;
use serde_json::Value;

use super::data::Loaded;
use super::failure::Failure;
use super::state::{Desk, Shape};
use crate::ui::parts::Icon;
use crate::ui::parts::dom::typed;
use crate::ui::parts::icon::IconButton;
use crate::ui::parts::reactive::{dynamic, live, press};

/// How a button looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The one thing to do here.
    Main,
    /// One of several.
    Plain,
    /// What takes something away.
    Danger,
    /// Among text.
    Text,
}

impl Look {
    fn class(self) -> &'static str {
        match self {
            Self::Main => "button button-main",
            Self::Plain => "button",
            Self::Danger => "button button-danger",
            Self::Text => "text-button",
        }
    }
}

/// A button with a name, and an icon where it has one.
pub fn button(look: Look, icon: &'static str, name: impl Into<String>, act: impl Fn() + 'static) -> AnyView {
    button_when(look, icon, name, live(|| true), act)
}

/// A button that can be pressed only while something holds.
pub fn button_when(
    look: Look,
    icon: &'static str,
    name: impl Into<String>,
    can: Signal<bool>,
    act: impl Fn() + 'static,
) -> AnyView {
    button_boxed(look, icon, name.into(), can, press(act))
}

#[inline(never)]
fn button_boxed(
    look: Look,
    icon: &'static str,
    name: String,
    can: Signal<bool>,
    act: Box<dyn FnMut(leptos::ev::MouseEvent)>,
) -> AnyView {
    view! {
        <button type="button" class=look.class() disabled=live(move || !can.get()) on:click=act>
            {(!icon.is_empty()).then(|| view! { <Icon name=icon /> })}
            {name}
        </button>
    }
    .into_any()
}

/// A button that is only an icon.
pub fn icon_button(icon: &'static str, label: impl Into<String>, act: impl Fn() + Send + Sync + 'static) -> AnyView {
    icon_button_of(icon, label.into(), Callback::new(move |()| act()))
}

#[inline(never)]
fn icon_button_of(icon: &'static str, label: String, act: Callback<()>) -> AnyView {
    view! { <IconButton icon=icon label=label on_press=act /> }.into_any()
}

/// A line of text to type, with its name above it and what helps below.
pub fn text_field(
    name: &'static str,
    value: RwSignal<String>,
    placeholder: &'static str,
    hint: impl Into<String>,
) -> AnyView {
    field_of_type("text", name, value, placeholder, hint.into())
}

/// The same, for what nobody may read over a shoulder.
pub fn secret_field(
    name: &'static str,
    value: RwSignal<String>,
    placeholder: &'static str,
    hint: impl Into<String>,
) -> AnyView {
    field_of_type("password", name, value, placeholder, hint.into())
}

#[inline(never)]
fn field_of_type(
    kind: &'static str,
    name: &'static str,
    value: RwSignal<String>,
    placeholder: &'static str,
    hint: String,
) -> AnyView {
    let (id, about) = ids();
    let input = view! {
        <input
            type=kind
            class="text-input"
            id=id.clone()
            aria-describedby=about.clone()
            placeholder=placeholder
            autocomplete="off"
            spellcheck="false"
            prop:value=live(move || value.get())
            on:input=move |event| value.set(typed(&event))
        />
    };
    labelled(name, id, about, input.into_any(), hint)
}

/// Several lines to type.
pub fn area_field(name: &'static str, value: RwSignal<String>, rows: &'static str, hint: impl Into<String>) -> AnyView {
    let (id, about) = ids();
    let input = view! {
        <textarea
            class="text-area"
            id=id.clone()
            aria-describedby=about.clone()
            rows=rows
            prop:value=live(move || value.get())
            on:input=move |event| value.set(typed(&event))
        ></textarea>
    };
    labelled(name, id, about, input.into_any(), hint.into())
}

/// Ids of a field and of what is said about it.
fn ids() -> (String, String) {
    static LAST: AtomicU32 = AtomicU32::new(0);
    let number = LAST.fetch_add(1, Ordering::Relaxed);
    (format!("desk-field-{number}"), format!("desk-about-{number}"))
}

#[inline(never)]
fn labelled(name: &'static str, id: String, about: String, input: AnyView, hint: String) -> AnyView {
    view! {
        <div class="desk-field">
            <label for=id>{name}</label>
            {input}
            {(!hint.is_empty()).then(|| view! { <small id=about>{hint}</small> })}
        </div>
    }
    .into_any()
}

/// A text to be taken elsewhere.
pub fn copied_field(desk: Desk, name: &'static str, text: String) -> AnyView {
    let (id, about) = ids();
    let copied = text.clone();
    let input = view! {
        <div class="desk-copied">
            <input class="text-input" id=id.clone() readonly prop:value=text />
            {icon_button("copy", format!("Copy: {name}"), move || desk.copy(&copied, "It is on the clipboard"))}
        </div>
    };
    labelled(name, id, about, input.into_any(), String::new())
}

/// One of a few, all in sight.
pub fn choice_field(name: &'static str, value: RwSignal<String>, choices: Vec<(String, String, String)>) -> AnyView {
    let rows = choices
        .into_iter()
        .map(|(key, title, about)| {
            let (is, set) = (key.clone(), key);
            view! {
                <label class="desk-option">
                    <input
                        type="radio"
                        name=name
                        prop:checked=live(move || value.with(|value| *value == is))
                        on:change=move |_| value.set(set.clone())
                    />
                    <span>
                        <strong>{title}</strong>
                        {(!about.is_empty()).then(|| view! { <small>{about}</small> })}
                    </span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="desk-field desk-options">
            <legend>{name}</legend>
            {rows}
        </fieldset>
    }
    .into_any()
}

/// What a form is doing.
#[derive(Clone, Copy)]
pub struct Form {
    desk: Desk,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
}

impl Form {
    /// Sends what was typed; the dialog closes when it was taken, and otherwise says why not and keeps everything.
    pub fn send(self, method: &'static str, path: String, body: Value, done: impl FnOnce(Value) + 'static) {
        self.start();
        self.desk.ask(method, path, (!body.is_null()).then_some(body), move |answered| {
            self.end(answered.as_ref().err().cloned());
            if let Ok(body) = answered {
                done(body);
            }
        });
    }

    /// It works on something of its own.
    pub fn start(self) {
        self.busy.set(true);
        self.failure.set(None);
    }

    /// It is done, or says why not.
    pub fn end(self, failure: Option<Failure>) {
        self.busy.set(false);
        if failure.is_none() {
            self.desk.close_over();
        }
        self.failure.set(failure);
    }

    /// Refuses what was typed.
    pub fn refuse(self, reason: &str) {
        self.failure.set(Some(Failure::said(reason)));
    }
}

/// A dialog that asks something: a title, what is asked, and the verb of the button.
pub fn open_form(
    desk: Desk,
    title: impl Into<String>,
    verb: &'static str,
    danger: bool,
    asked: impl Fn() -> AnyView + Send + Sync + 'static,
    submit: impl Fn(Form) + Send + Sync + 'static,
) {
    let title: String = title.into();
    let label = title.clone();
    let submit: Arc<dyn Fn(Form) + Send + Sync> = Arc::new(submit);
    desk.put_over(label, Shape::Dialog("small"), move || {
        let form = Form { desk, busy: RwSignal::new(false), failure: RwSignal::new(None) };
        let sent = Arc::clone(&submit);
        let submit = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            if !form.busy.get_untracked() {
                sent(form);
            }
        };
        let class = if danger { Look::Danger.class() } else { Look::Main.class() };
        view! {
            <form class="desk-form" on:submit=submit>
                <div class="modal-head">
                    <h2>{title.clone()}</h2>
                    {icon_button("x", "Close", move || desk.close_over())}
                </div>
                <div class="modal-body">
                    {asked()}
                    {dynamic(move || form.failure.get().map(|failure| trouble(&failure)))}
                </div>
                <div class="desk-form-foot">
                    {button(Look::Plain, "", "Cancel", move || desk.close_over())}
                    <button type="submit" class=class disabled=live(move || form.busy.get())>
                        {dynamic(move || form.busy.get().then(|| view! { <span class="spinner" aria-hidden="true"></span> }))}
                        {verb}
                    </button>
                </div>
            </form>
        }
        .into_any()
    });
}

/// What went wrong, in a box.
#[inline(never)]
pub fn trouble(failure: &Failure) -> AnyView {
    let detail = failure.detail_text().map(str::to_owned);
    let hint = failure.hint();
    view! {
        <div class="desk-trouble" role="alert">
            <Icon name="circle-alert" />
            <div>
                <p>{failure.message.clone()}</p>
                {detail.map(|detail| view! { <p class="desk-trouble-detail">{detail}</p> })}
                {(!hint.is_empty()).then(|| view! { <p class="desk-trouble-hint">{hint}</p> })}
            </div>
        </div>
    }
    .into_any()
}

/// What went wrong, with a way to try again, in place of what would be here.
pub fn failed(failure: &Failure, retry: impl Fn() + 'static) -> AnyView {
    let retry = button(Look::Plain, "rotate-ccw", "Try again", retry);
    failed_with(failure, retry)
}

#[inline(never)]
fn failed_with(failure: &Failure, retry: AnyView) -> AnyView {
    view! { <div class="desk-failed">{trouble(failure)} {retry}</div> }.into_any()
}

/// Room for what is on its way, so that nothing jumps when it comes.
#[inline(never)]
pub fn waiting(lines: usize) -> AnyView {
    let lines = (0..lines).map(|_| view! { <span class="desk-ghost"></span> }).collect_view();
    view! { <div class="desk-waiting" aria-busy="true" aria-label="Loading">{lines}</div> }.into_any()
}

/// What goes here, and the first step.
pub fn empty(
    icon: &'static str,
    title: impl Into<String>,
    text: impl Into<String>,
    action: Option<AnyView>,
) -> AnyView {
    let (title, text): (String, String) = (title.into(), text.into());
    view! {
        <div class="desk-empty">
            <Icon name=icon />
            <h2>{title}</h2>
            <p>{text}</p>
            {action}
        </div>
    }
    .into_any()
}

/// Shows what is loaded, in whichever state it is.
pub fn show_loaded<T: Clone + Send + Sync + 'static>(
    loaded: impl Fn() -> Loaded<T> + Send + 'static,
    lines: usize,
    retry: impl Fn() + Clone + Send + 'static,
    show: impl Fn(T) -> AnyView + Send + 'static,
) -> AnyView {
    dynamic(move || match loaded() {
        Loaded::Waiting => waiting(lines),
        Loaded::Failed(failure) => failed(&failure, retry.clone()),
        Loaded::Ready(value) => show(value),
    })
}

/// One thing of a menu.
pub fn menu_item(desk: Desk, icon: &'static str, name: impl Into<String>, act: impl Fn() + 'static) -> AnyView {
    menu_item_of(desk, icon, name.into(), Box::new(act))
}

#[inline(never)]
fn menu_item_of(desk: Desk, icon: &'static str, name: String, act: Box<dyn Fn()>) -> AnyView {
    view! {
        <button
            type="button"
            class="menu-item"
            role="menuitem"
            on:click=press(move || {
                desk.close_over();
                act();
            })
        >
            <Icon name=icon />
            <span>{name}</span>
        </button>
    }
    .into_any()
}

/// Where a menu belongs that a button opens.
pub fn below(event: &web_sys::Event) -> Shape {
    use wasm_bindgen::JsCast;
    let button = event.current_target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let (x, y) = button.map_or((0.0, 0.0), |button| {
        let place = button.get_bounding_client_rect();
        (place.left(), place.bottom() + 4.0)
    });
    Shape::Menu(x, y)
}
