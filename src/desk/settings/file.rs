//! The settings as a file: given to the person, and taken from one.

use leptos::html::Input;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::browser;
use crate::desk::failure::Failure;
use crate::desk::parts::{Look, button};
use crate::desk::state::Desk;

const NAME: &str = "settings.json";

/// Export and import.
pub fn buttons(desk: Desk) -> AnyView {
    let file = NodeRef::<Input>::new();
    let choose = move || {
        if let Some(input) = file.get_untracked() {
            // The same file may be chosen again after it was mended.
            input.set_value("");
            input.click();
        }
    };
    let take = move |_| {
        let chosen = file.get_untracked().and_then(|input| input.files()).and_then(|files| files.get(0));
        let Some(chosen) = chosen else { return };
        browser::spawn(async move {
            match desk.calls().take_settings(chosen.unchecked_ref()).await {
                Ok(()) => desk.say("The settings are as the file says"),
                Err(error) => {
                    let failure = Failure::from(error);
                    desk.complain(&Failure::said(format!(
                        "{}. Nothing was changed.",
                        failure.message.trim_end_matches('.')
                    )));
                }
            }
        });
    };
    let give = move || {
        browser::spawn(async move {
            let text = desk.calls().settings_text().await;
            let given = text.and_then(|text| browser::download(NAME, "application/json", &text));
            if let Err(error) = given {
                desk.complain(&error.into());
            }
        });
    };
    view! {
        <div class="button-row">
            {button(Look::Plain, "download", "Export", give)}
            {button(Look::Plain, "upload", "Import", choose)}
            <input type="file" class="only-heard" tabindex="-1" aria-hidden="true" accept=".json,application/json" node_ref=file on:change=take />
        </div>
    }
    .into_any()
}
