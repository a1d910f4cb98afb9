//! Which keys call which action: changed by pressing others. Keys that another action has are told, and taken from it only when asked.

use std::collections::BTreeMap;

use leptos::ev;
use leptos::prelude::*;

use crate::browser;
use crate::desk::help::keys::OF_PLACES;
use crate::desk::page_facts::{Action, is_about};
use crate::desk::parts::{Look, button, icon_button};
use crate::desk::state::Desk;
use crate::ui::key_chord;
use crate::ui::parts::dom;
use crate::ui::parts::reactive::{dynamic, live, press};

const SETTING: &str = "keys";
/// Keys that browsers keep for themselves, or that mean something everywhere.
const NOT_OURS: [&str; 14] = [
    "Ctrl W",
    "Ctrl T",
    "Ctrl N",
    "Ctrl Shift N",
    "Ctrl Shift T",
    "Ctrl Shift W",
    "Ctrl C",
    "Ctrl V",
    "Ctrl X",
    "Ctrl R",
    "F5",
    "Tab",
    "Enter",
    "F12",
];

/// What is going on with the keys of one action.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Asking {
    /// Waits for keys to be pressed.
    Keys(String),
    /// These keys are another action's: the action, the keys, the other.
    Taken(String, String, String),
    /// These keys cannot be used.
    Refused(String, String),
}

impl Asking {
    fn action(&self) -> &str {
        match self {
            Self::Keys(action) | Self::Taken(action, ..) | Self::Refused(action, _) => action,
        }
    }
}

/// The list, with what was typed into the search.
pub fn section(desk: Desk, query: RwSignal<String>) -> AnyView {
    let asking = RwSignal::new(None::<Asking>);
    let rows = dynamic(move || {
        let query = query.get();
        let actions = desk.facts.with(|facts| facts.actions.clone());
        let shown =
            actions.into_iter().filter(|action| is_about(&query, &[&action.name, &action.also, &action.keys, "keys"]));
        shown.map(|action| row(desk, asking, action)).collect_view()
    });
    let places =
        OF_PLACES.map(|(name, keys)| view! { <div class="key-row"><dt>{name}</dt><dd><kbd>{keys}</kbd></dd></div> });
    view! {
        <section class="setting setting-tall">
            <div class="setting-keys-head">
                <h2>"Keys"</h2>
                {button(Look::Text, "rotate-ccw", "All keys as at first", move || keep(desk, BTreeMap::new()))}
            </div>
            <dl class="key-list">{rows}</dl>
            <h3>"Keys of places"</h3>
            <dl class="key-list" hidden=live(move || query.with(|query| !is_about(query, &["keys of places canvas zoom node"])))>{places.collect_view()}</dl>
        </section>
    }
    .into_any()
}

fn row(desk: Desk, asking: RwSignal<Option<Asking>>, action: Action) -> AnyView {
    let [own, of_button, of_reset, of_clear] = std::array::from_fn(|_| action.name.clone());
    let is_changed = action.keys != action.first_keys;
    let state = Memo::new(move |_| asking.get().filter(|asking| asking.action() == own));
    let keys = action.keys.clone();
    let shown = {
        let keys = keys.clone();
        live(move || match state.get() {
            Some(Asking::Keys(_)) => "Press the keys…".to_owned(),
            _ if keys.is_empty() => "None".to_owned(),
            _ => keys.clone(),
        })
    };
    let label = format!("Keys of {}: {}. Change", action.name, if keys.is_empty() { "none" } else { &keys });
    let on_key = move |event: ev::KeyboardEvent| hear(desk, asking, &event);
    let note = dynamic(move || state.get().map(|state| note(desk, asking, state)));
    view! {
        <div class="key-row">
            <dt>{action.name.clone()}</dt>
            <dd>
                {is_changed.then(|| icon_button("rotate-ccw", "As at first", move || choose(desk, &of_reset, None)))}
                {(!keys.is_empty()).then(|| icon_button("x", "No keys", move || choose(desk, &of_clear, Some(String::new()))))}
                <button
                    type="button"
                    class="key-button"
                    aria-label=label
                    on:click=press(move || asking.set(Some(Asking::Keys(of_button.clone()))))
                    on:keydown=on_key
                    on:blur=move |_| asking.update(|asking| if matches!(asking, Some(Asking::Keys(_))) { *asking = None })
                >
                    <kbd>{shown}</kbd>
                </button>
            </dd>
            {note}
        </div>
    }
    .into_any()
}

fn note(desk: Desk, asking: RwSignal<Option<Asking>>, state: Asking) -> AnyView {
    let close = move || asking.set(None);
    match state {
        Asking::Keys(_) => view! { <p class="key-note" role="status">"Press the new keys. Escape leaves them as they are."</p> }.into_any(),
        Asking::Refused(_, keys) => view! {
            <p class="key-note" role="alert">{format!("{keys} belongs to the browser or to the page. Choose others.")} {button(Look::Text, "", "Close", close)}</p>
        }
        .into_any(),
        Asking::Taken(action, keys, other) => {
            let said = format!("{keys} calls “{other}” now.");
            let take = move || {
                let mut chosen = kept();
                chosen.insert(other.clone(), String::new());
                chosen.insert(action.clone(), keys.clone());
                asking.set(None);
                keep(desk, chosen);
            };
            view! {
                <p class="key-note" role="alert">
                    {said} {button(Look::Text, "", "Take them from it", take)} {button(Look::Text, "", "Leave it", close)}
                </p>
            }
            .into_any()
        }
    }
}

/// A key went down on the button of an action.
fn hear(desk: Desk, asking: RwSignal<Option<Asking>>, event: &ev::KeyboardEvent) {
    let Some(Asking::Keys(action)) = asking.get_untracked() else { return };
    if matches!(event.key().as_str(), "Control" | "Shift" | "Alt" | "Meta") {
        return;
    }
    event.prevent_default();
    event.stop_propagation();
    let keys = key_chord(event);
    if keys == "Escape" {
        asking.set(None);
        return;
    }
    if NOT_OURS.contains(&keys.as_str()) || event.alt_key() {
        asking.set(Some(Asking::Refused(action, keys)));
        return;
    }
    let actions = desk.facts.with_untracked(|facts| facts.actions.clone());
    let other = actions.iter().find(|other| other.keys == keys && other.name != action);
    if let Some(other) = other {
        asking.set(Some(Asking::Taken(action, keys, other.name.clone())));
        return;
    }
    asking.set(None);
    choose(desk, &action, Some(keys));
}

/// Gives an action keys, or its first ones back.
fn choose(desk: Desk, action: &str, keys: Option<String>) {
    let mut chosen = kept();
    match keys {
        Some(keys) => chosen.insert(action.to_owned(), keys),
        None => chosen.remove(action),
    };
    keep(desk, chosen);
    let selector = format!(".key-button[aria-label^='Keys of {action}:']");
    request_animation_frame(move || dom::focus(&selector));
}

fn kept() -> BTreeMap<String, String> {
    browser::load_setting(SETTING).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

fn keep(desk: Desk, chosen: BTreeMap<String, String>) {
    // Text by text: this cannot fail.
    browser::save_setting(SETTING, &serde_json::to_string(&chosen).unwrap_or_default());
    desk.calls().settings_changed();
}
