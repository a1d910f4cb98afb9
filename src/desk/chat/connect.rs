//! Connecting a model: the provider, the key or the server on this computer, the model. Three steps, each with one thing to do.
//!
//! The key goes from its field to the volume worker's vault without passing through Rust (`VolumeCalls::answer_with_key`).

use leptos::html::Input;
use leptos::prelude::*;
use serde_json::{Value, json};
use web_sys::HtmlInputElement;

use super::data::{Check, Loaded, Models, Provider, Read};
use super::state::Chat;
use super::{openrouter, verdict};
use crate::browser;
use crate::desk::failure::Failure;
use crate::desk::parts::{Look, button, choice_field, icon_button, show_loaded, text_field, trouble};
use crate::desk::state::{Shape, read_answer};
use crate::ui::parts::Icon;
use crate::ui::parts::dom;
use crate::ui::parts::reactive::{dynamic, live, press};

pub use openrouter::come_back;

/// So many providers are offered at once where nothing is connected.
const INVITED: usize = 4;

/// How far a person is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Provider,
    Access,
    Model,
}

/// What was chosen and found so far.
#[derive(Clone, Copy)]
pub(super) struct Connecting {
    pub(super) chat: Chat,
    step: RwSignal<Step>,
    provider: RwSignal<Provider>,
    base_url: RwSignal<String>,
    keep: RwSignal<String>,
    /// The field of the key: the key itself is nowhere else.
    key: NodeRef<Input>,
    check: RwSignal<Option<Check>>,
    model: RwSignal<String>,
    pub(super) busy: RwSignal<bool>,
    pub(super) failure: RwSignal<Option<Failure>>,
}

/// Asks which provider first.
pub fn open(chat: Chat) {
    open_at(chat, None);
}

fn open_at(chat: Chat, provider: Option<Provider>) {
    if chat.models.with_untracked(|models| models.ready().is_none()) {
        chat.refresh_models();
    }
    chat.desk.put_over("Connect a model", Shape::Dialog("small"), move || {
        let connecting = Connecting {
            chat,
            step: RwSignal::new(Step::Provider),
            provider: RwSignal::default(),
            base_url: RwSignal::default(),
            keep: RwSignal::new("device".to_owned()),
            key: NodeRef::new(),
            check: RwSignal::new(None),
            model: RwSignal::default(),
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
        };
        if let Some(provider) = provider.clone() {
            connecting.choose(provider);
        }
        dialog(connecting)
    });
}

/// What stands where no model is connected: the providers that most people have.
pub fn invitation(chat: Chat) -> AnyView {
    let providers =
        chat.models.with(|models| models.ready().map(|models| models.providers.clone()).unwrap_or_default());
    let is_invited = |provider: &&Provider| provider.needs_key || provider.provider == "ollama";
    let invited = providers.iter().filter(is_invited).take(INVITED).cloned();
    let invited = invited.map(|provider| {
        let name = provider.label.clone();
        button(Look::Plain, "", name, move || open_at(chat, Some(provider.clone())))
    });
    view! {
        <section class="chat-invitation" aria-label="Connect a model">
            <h3>"Connect a model to get answers"</h3>
            <p>"With a key of yours, or a model on your own computer. Questions go straight from this browser to the provider you choose."</p>
            <div class="button-row">
                {invited.collect_view()}
                {button(Look::Text, "", "More…", move || open(chat))}
            </div>
        </section>
    }
    .into_any()
}

impl Connecting {
    fn choose(self, provider: Provider) {
        self.base_url.set(provider.base_url.clone());
        self.check.set(None);
        self.failure.set(None);
        // A key is for the provider that it was typed for.
        if let Some(field) = self.key.get_untracked() {
            field.set_value("");
        }
        self.go(Step::Access);
        let is_found_at_once = !provider.needs_key && !provider.base_url.is_empty();
        self.provider.set(provider);
        if is_found_at_once {
            self.look();
        }
    }

    /// Goes to a step, with the keyboard on what is to be typed there.
    fn go(self, step: Step) {
        self.step.set(step);
        request_animation_frame(move || {
            dom::focus(".chat-connect [type='submit']");
            dom::focus(match step {
                Step::Provider => ".chat-provider",
                Step::Access => "#chat-key",
                Step::Model => ".chat-model-choice input",
            });
        });
    }

    /// Has the doctor look at what was chosen; where all is well, asks for the model.
    fn look(self) {
        self.call("/models/check", self.body(), move |answer| {
            let check = Check::read(&answer);
            let is_well = verdict::is_well(&check);
            let suggested = self.provider.with_untracked(|provider| provider.suggestions.first().cloned());
            let first = suggested.filter(|name| check.models.is_empty() || check.models.contains(name));
            self.model.set(first.or_else(|| check.models.first().cloned()).unwrap_or_default());
            self.check.set(Some(check));
            if is_well {
                self.go(Step::Model);
            }
        });
    }

    fn connect(self) {
        let model = self.model.get_untracked().trim().to_owned();
        if model.is_empty() {
            return self.failure.set(Some(Failure::said("Choose a model, or type its name.")));
        }
        let mut body = self.body();
        body["model"] = model.clone().into();
        body["keep_key"] = self.keep.get_untracked().into();
        let label = self.provider.with_untracked(|provider| provider.label.clone());
        self.call("/models", body, move |answer| {
            self.finish(&answer, format!("{model} of {label} is connected"));
        });
    }

    /// Takes the models as they are now, and closes.
    pub(super) fn finish(self, answer: &Value, said: String) {
        self.chat.models.set(Loaded::Ready(Models::read(answer)));
        self.chat.refusal.set(None);
        self.chat.desk.close_over();
        self.chat.desk.say(said);
        super::focus();
    }

    fn body(self) -> Value {
        let mut body = json!({ "provider": self.provider.with_untracked(|provider| provider.provider.clone()) });
        let base_url = self.base_url.get_untracked().trim().to_owned();
        if !base_url.is_empty() {
            body["base_url"] = base_url.into();
        }
        body
    }

    pub(super) fn call(self, path: &'static str, body: Value, then: impl FnOnce(Value) + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failure.set(None);
        let field: Option<HtmlInputElement> = self.key.get_untracked();
        let calls = self.chat.desk.calls();
        browser::spawn(async move {
            let answered = calls.answer_with_key(path, &body.to_string(), field.as_ref()).await;
            // A dialog that was closed meanwhile has nothing to show.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answered.map_err(Failure::from).and_then(|text| read_answer(&text)) {
                Ok(answer) => then(answer),
                Err(failure) => self.failure.set(Some(failure)),
            }
        });
    }
}

fn dialog(connecting: Connecting) -> AnyView {
    let step = connecting.step;
    let title = live(move || match step.get() {
        Step::Provider => "Connect a model".to_owned(),
        _ => connecting.provider.with(|provider| provider.label.clone()),
    });
    let back = move || connecting.go(if step.get_untracked() == Step::Model { Step::Access } else { Step::Provider });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match step.get_untracked() {
            Step::Provider => {}
            Step::Access => connecting.look(),
            Step::Model => connecting.connect(),
        }
    };
    view! {
        <form class="desk-form chat-connect" on:submit=submit>
            <div class="modal-head">
                {dynamic(move || (step.get() != Step::Provider).then(|| icon_button("arrow-left", "Back", back)))}
                <h2>{move || title.get()}</h2>
                {icon_button("x", "Close", move || connecting.chat.desk.close_over())}
            </div>
            <div class="modal-body">
                {dynamic(move || (step.get() == Step::Provider).then(|| providers(connecting)))}
                // The field of the key stays where it is while the model is chosen: the key is nowhere else.
                <div class="desk-fields" hidden=live(move || step.get() != Step::Access)>{access(connecting)}</div>
                {dynamic(move || (step.get() == Step::Model).then(|| model(connecting)))}
                {dynamic(move || connecting.failure.get().map(|failure| trouble(&failure)))}
            </div>
            {dynamic(move || (step.get() != Step::Provider).then(|| foot(connecting)))}
        </form>
    }
    .into_any()
}

fn foot(connecting: Connecting) -> AnyView {
    let verb = if connecting.step.get() == Step::Model { "Connect" } else { "Continue" };
    view! {
        <div class="desk-form-foot">
            {button(Look::Plain, "", "Cancel", move || connecting.chat.desk.close_over())}
            <button type="submit" class="button button-main" disabled=live(move || connecting.busy.get())>
                {dynamic(move || connecting.busy.get().then(|| view! { <span class="spinner" aria-hidden="true"></span> }))}
                {verb}
            </button>
        </div>
    }
    .into_any()
}

fn providers(connecting: Connecting) -> AnyView {
    let chat = connecting.chat;
    show_loaded(
        move || chat.models.get(),
        6,
        move || chat.refresh_models(),
        move |models| {
            let group = |title: &'static str, of_group: fn(&Provider) -> bool| {
                let cards = models.providers.iter().filter(|provider| of_group(provider)).cloned();
                let cards = cards.map(|provider| card(connecting, provider)).collect_view();
                view! {
                    <fieldset class="chat-providers">
                        <legend>{title}</legend>
                        {cards}
                    </fieldset>
                }
            };
            view! {
                {group("With a key of yours", |provider| provider.needs_key)}
                {group("On your computer", |provider| provider.is_local && !is_elsewhere(provider))}
                {group("Others", is_elsewhere)}
            }
            .into_any()
        },
    )
}

/// Whether it is neither a company that is known nor a server on this computer.
fn is_elsewhere(provider: &Provider) -> bool {
    matches!(provider.provider.as_str(), "custom" | "browser")
}

fn card(connecting: Connecting, provider: Provider) -> AnyView {
    let about = match provider.provider.as_str() {
        "openrouter" => "Sign in, or a key. Models of many".to_owned(),
        "browser" => "Small, private, where the browser has one".to_owned(),
        "custom" => "Anything that speaks as OpenAI does".to_owned(),
        _ if provider.needs_key => provider.suggestions.first().cloned().unwrap_or_default(),
        _ => provider.base_url.trim_start_matches("http://").trim_end_matches("/v1").to_owned(),
    };
    let name = provider.label.clone();
    view! {
        <button type="button" class="chat-provider" on:click=press(move || connecting.choose(provider.clone()))>
            <strong>{name}</strong>
            <small>{about}</small>
        </button>
    }
    .into_any()
}

/// The key, or the address, and what the doctor says of it.
fn access(connecting: Connecting) -> AnyView {
    let provider = connecting.provider;
    let is = |id: &'static str| live(move || provider.with(|provider| provider.provider == id));
    let (is_openrouter, is_browser) = (is("openrouter"), is("browser"));
    let needs_key = live(move || provider.with(|provider| provider.needs_key));
    let may_have_key = live(move || provider.with(|provider| provider.needs_key || provider.provider == "custom"));
    let at = live(move || !needs_key.get() && !is_browser.get());
    let key_url = live(move || provider.with(|provider| provider.key_url.clone()));
    view! {
        {dynamic(move || is_openrouter.get().then(|| openrouter::sign_in(connecting)))}
        <div hidden=live(move || !at.get())>
            {text_field("Address", connecting.base_url, "http://127.0.0.1:11434", "Where the server listens.")}
        </div>
        <div class="desk-field" hidden=live(move || !may_have_key.get())>
            <label for="chat-key">{move || if needs_key.get() { "Key" } else { "Key, if it asks for one" }}</label>
            <input
                type="password"
                class="text-input"
                id="chat-key"
                data-first
                autocomplete="off"
                spellcheck="false"
                aria-describedby="chat-key-about"
                node_ref=connecting.key
            />
            <small id="chat-key-about">
                "It is sent to this provider and to nobody else, and is in no file, export or log. "
                {dynamic(move || key_url.get().map(|url| view! { <a href=url target="_blank" rel="noopener noreferrer">"Get a key"</a> }))}
            </small>
        </div>
        <div hidden=live(move || !may_have_key.get())>
            {choice_field(
                "Keep the key",
                connecting.keep,
                vec![
                    ("device".to_owned(), "On this device".to_owned(), "Encrypted in this browser, until you remove it.".to_owned()),
                    ("visit".to_owned(), "For this visit".to_owned(), "Gone when this tab is closed.".to_owned()),
                ],
            )}
        </div>
        {dynamic(move || match (connecting.busy.get(), connecting.check.get()) {
            (true, _) => view! { <p class="chat-run-line" role="status"><span class="spinner" aria-hidden="true"></span>"Looking…"</p> }.into_any(),
            (_, Some(check)) => verdict::verdict(connecting.chat.desk, &check),
            _ => ().into_any(),
        })}
    }
    .into_any()
}

/// Which model, of those that there are.
fn model(connecting: Connecting) -> AnyView {
    let found = connecting.check.with(|check| check.as_ref().map(|check| check.models.clone()).unwrap_or_default());
    let suggested = connecting.provider.with(|provider| provider.suggestions.clone());
    let is_there = |name: &&String| found.is_empty() || found.contains(name);
    let mut names: Vec<String> = suggested.iter().filter(is_there).cloned().collect();
    let rest: Vec<String> = found.iter().filter(|name| !names.contains(name)).cloned().collect();
    names.extend(rest);
    let shown = move |query: String| {
        let query = query.trim().to_lowercase();
        let is_named = names.iter().any(|name| name.to_lowercase() == query);
        let fits = |name: &&String| is_named || query.is_empty() || name.to_lowercase().contains(&query);
        names.iter().filter(fits).take(60).cloned().collect::<Vec<_>>()
    };
    view! {
        <div class="desk-fields chat-model-choice">
            <p class="chat-well"><Icon name="circle-check" />"It answers."</p>
            {text_field("Model", connecting.model, "", "Type to find one.")}
            <ul class="chat-model-list" aria-label="Models">
                {dynamic(move || shown(connecting.model.get()).into_iter().map(|name| model_row(connecting, name)).collect_view())}
            </ul>
        </div>
    }
    .into_any()
}

fn model_row(connecting: Connecting, name: String) -> AnyView {
    let (is, chosen) = (name.clone(), name.clone());
    let pressed = live(move || connecting.model.with(|model| (*model == is).to_string()));
    view! {
        <li>
            <button type="button" class="chat-model-row" aria-pressed=pressed on:click=press(move || connecting.model.set(chosen.clone()))>
                <span>{name}</span>
                <Icon name="check" />
            </button>
        </li>
    }
    .into_any()
}
