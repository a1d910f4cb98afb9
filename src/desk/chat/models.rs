//! The models that are connected: which is asked, and how each stands.

use leptos::prelude::*;
use serde_json::{Value, json};

use super::data::{Check, Loaded, Model, Models, Read};
use super::state::Chat;
use super::{connect, verdict};
use crate::desk::failure::Failure;
use crate::desk::parts::{Look, below, button, empty, icon_button, menu_item, show_loaded, trouble};
use crate::desk::state::Shape;
use crate::desk::words;
use crate::ui::parts::Icon;
use crate::ui::parts::reactive::dynamic;

/// The model that is asked, and the way to another.
pub fn picker(chat: Chat) -> AnyView {
    dynamic(move || {
        let chosen =
            chat.models.with(|models| models.ready().and_then(Models::chosen).map(|model| model.model.clone()));
        let is_known = chat.models.with(|models| models.ready().is_some());
        let (name, class) = match chosen {
            Some(name) => (name, "chat-picker"),
            None if is_known => ("Connect a model".to_owned(), "chat-picker chat-picker-none"),
            None => return ().into_any(),
        };
        let has_model = class == "chat-picker";
        let open = move |event: web_sys::MouseEvent| {
            if has_model {
                chat.desk.put_over("Models", below(&event), move || menu(chat));
            } else {
                connect::open(chat);
            }
        };
        let about = if has_model { format!("Model: {name}. Choose another") } else { name.clone() };
        view! {
            <button type="button" class=class title=about.clone() aria-label=about aria-haspopup="menu" on:click=open>
                <span>{name}</span>
                <Icon name="chevron-down" />
            </button>
        }
        .into_any()
    })
}

fn menu(chat: Chat) -> AnyView {
    let models = chat.models.get_untracked().ready().cloned().unwrap_or_default();
    let chosen = models.chosen().map(|model| model.model_id.clone());
    let rows = models.models.into_iter().map(|model| {
        let icon = if Some(&model.model_id) == chosen.as_ref() { "check" } else { "circle" };
        menu_item(chat.desk, icon, model.label.clone(), move || choose(chat, &model.model_id))
    });
    view! {
        {rows.collect_view()}
        <hr />
        {menu_item(chat.desk, "plus", "Connect another", move || connect::open(chat))}
        {menu_item(chat.desk, "settings", "Manage models", move || manage(chat))}
    }
    .into_any()
}

fn choose(chat: Chat, model_id: &str) {
    change(chat, "POST", "/models/default".to_owned(), Some(json!({ "model_id": model_id })));
    super::focus();
}

fn change(chat: Chat, method: &'static str, path: String, body: Option<Value>) {
    chat.desk.ask(method, path, body, move |answered| match answered {
        Ok(answer) if answer["models"].is_array() => chat.models.set(Loaded::Ready(Models::read(&answer))),
        Ok(_) => chat.refresh_models(),
        Err(failure) => chat.desk.complain(&failure),
    });
}

/// All of them, in a dialog.
pub fn manage(chat: Chat) {
    chat.refresh_models();
    chat.desk.put_over("Models", Shape::Dialog("small"), move || {
        view! {
            <div class="modal-head">
                <h2>"Models"</h2>
                {icon_button("x", "Close", move || chat.desk.close_over())}
            </div>
            <div class="modal-body chat-models">
                {show_loaded(move || chat.models.get(), 4, move || chat.refresh_models(), move |models| list(chat, models))}
            </div>
        }
        .into_any()
    });
}

fn list(chat: Chat, models: Models) -> AnyView {
    let connect = button(Look::Plain, "plus", "Connect a model", move || connect::open(chat));
    if models.models.is_empty() {
        return empty(
            "cpu",
            "No model is connected",
            "A key of yours, or a model on your own computer.",
            Some(connect),
        );
    }
    let rows = models.models.into_iter().map(|model| one_model(chat, model)).collect_view();
    view! { <ul>{rows}</ul> {connect} }.into_any()
}

fn one_model(chat: Chat, model: Model) -> AnyView {
    let looked = RwSignal::new(None::<Result<Check, Failure>>);
    let ids = [(); 3].map(|()| model.model_id.clone());
    let [defaulted, checked, removed] = ids;
    let kept = match (model.keep_key.as_deref(), model.connected) {
        (_, false) => " · its key is no longer here",
        (Some("visit"), _) => " · key for this visit",
        (Some(_), _) => " · key on this device",
        _ => "",
    };
    let about = format!("{}{kept}", model.base_url);
    let look = move || {
        let body = json!({ "model_id": checked });
        chat.desk.ask("POST", "/models/check".to_owned(), Some(body), move |answered| {
            looked.try_set(Some(answered.map(|answer| Check::read(&answer))));
        });
    };
    let remove = {
        let name = model.label.clone();
        move || {
            change(chat, "DELETE", format!("/models?model_id={}", words::encoded(&removed)), None);
            chat.desk.say(format!("{name} is no longer connected, and its key is gone"));
        }
    };
    view! {
        <li class="chat-model">
            <p>
                <strong>{model.label.clone()}</strong>
                {model.is_default.then(|| view! { <span class="desk-tag">"asked first"</span> })}
            </p>
            <small>{about}</small>
            <div class="button-row">
                {(!model.is_default).then(|| button(Look::Plain, "", "Ask this first", move || choose(chat, &defaulted)))}
                {button(Look::Plain, "", "Check", look)}
                {button(Look::Plain, "", "Remove", remove)}
            </div>
            {dynamic(move || looked.get().map(|looked| match looked {
                Ok(check) => verdict::verdict(chat.desk, &check),
                Err(failure) => trouble(&failure),
            }))}
        </li>
    }
    .into_any()
}
