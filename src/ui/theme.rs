//! What the person chose: the keys, and dark, light, or as the system has it, where `data-theme` on the root says which is drawn.

use leptos::prelude::*;

use super::context::Ui;
use super::parts::dom;
use super::state::{Room, Theme};

const SETTING: &str = "theme";
const KEYS_SETTING: &str = "keys";

/// Takes up what was chosen, follows the system, and keeps the root and the room of the window up to date.
pub fn follow(ui: Ui) {
    let chrome = ui.state.chrome;
    let read = move || {
        let kept = |name| (ui.services().load_setting)(name);
        let theme = kept(SETTING).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        // Previews are drawn anew for a new theme: other choices leave them alone.
        if chrome.theme.get_untracked() != theme {
            chrome.theme.set(theme);
        }
        chrome.keys.set(kept(KEYS_SETTING).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default());
    };
    read();
    // Another tab chose, or the file in the volume said otherwise (`assets/bridge/settings.ts`).
    gloo::events::EventListener::new(&window(), "storage", move |_| read()).forget();
    dom::follow_media("(prefers-color-scheme: dark)", move |is_dark| chrome.system_dark.set(is_dark));
    for query in ["(max-width: 600px)", "(max-width: 900px)"] {
        dom::follow_media(query, move |_| chrome.room.set(room()));
    }
    // Before anything else is drawn: previews ask the root for colours.
    let put = move || {
        let theme = if chrome.is_dark() { "dark" } else { "light" };
        if let Some(root) = document().document_element() {
            // The attribute's name is valid, so this cannot fail.
            let _ = root.set_attribute("data-theme", theme);
        }
    };
    untrack(put);
    Effect::new(move |_| put());
}

/// Chooses a theme and keeps the choice.
pub fn choose(ui: Ui, theme: Theme) {
    ui.state.chrome.theme.set(theme);
    if let Ok(text) = serde_json::to_string(&theme) {
        (ui.services().save_setting)(SETTING, &text);
    }
}

fn room() -> Room {
    if dom::matches("(max-width: 600px)") {
        Room::Phone
    } else if dom::matches("(max-width: 900px)") {
        Room::Tablet
    } else {
        Room::Desk
    }
}
