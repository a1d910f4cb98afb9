//! Signing in with OpenRouter: the way there, and what is to be done on coming back.

use leptos::prelude::*;
use serde_json::{Value, json};
use wasm_bindgen::JsValue;

use super::connect::Connecting;
use super::data::{Loaded, Models, Read};
use super::state::Chat;
use crate::desk::parts::{Look, button};

/// What the address carries on coming back, beside the code.
const MARK: &str = "connect=openrouter";

/// The button that leads there.
pub fn sign_in(connecting: Connecting) -> AnyView {
    let go = move || {
        let body = json!({ "redirect_url": here(MARK) });
        connecting.call("/models/openrouter", body, move |answer| {
            // What is typed is kept, and is there again on coming back.
            connecting.chat.keep_draft();
            let _ = window().location().assign(&String::read(&answer["url"]));
        });
    };
    view! {
        <div class="chat-sign-in">
            {button(Look::Main, "", "Sign in with OpenRouter", go)}
            <small>"OpenRouter makes a key for this page, with a limit that you choose. Or give a key that you have:"</small>
        </div>
    }
    .into_any()
}

/// Where the page was opened from OpenRouter's: hands the code on, and takes it out of the address.
pub fn come_back(chat: Chat) {
    let search = window().location().search().unwrap_or_default();
    let parts: Vec<&str> = search.trim_start_matches('?').split('&').collect();
    if !parts.contains(&MARK) {
        return;
    }
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&here("")));
    }
    let Some(code) = parts.iter().find_map(|part| part.strip_prefix("code=")) else {
        return chat
            .desk
            .complain(&crate::desk::failure::Failure::said("OpenRouter gave no key: the sign-in was not finished."));
    };
    let code = js_sys::decode_uri_component(code).map(String::from).unwrap_or_default();
    chat.desk.ask(
        "POST",
        "/models/openrouter".to_owned(),
        Some(json!({ "code": code })),
        move |answered: Result<Value, _>| match answered {
            Ok(answer) => {
                chat.models.set(Loaded::Ready(Models::read(&answer)));
                chat.desk.say("OpenRouter is connected");
                super::focus();
            }
            Err(failure) => chat.desk.complain(&failure),
        },
    );
}

/// The address of this page, with these words as its query.
fn here(query: &str) -> String {
    let location = window().location();
    let (origin, path) = (location.origin().unwrap_or_default(), location.pathname().unwrap_or_default());
    if query.is_empty() { format!("{origin}{path}") } else { format!("{origin}{path}?{query}") }
}
