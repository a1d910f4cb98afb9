//! The sections on a phone, within reach of the thumb.

use leptos::prelude::*;

use crate::ui::context::use_ui;
use crate::ui::parts::Icon;
use crate::ui::parts::reactive::{Show, dynamic, live};
use crate::ui::state::{Room, Section};

/// The places of a phone: which, icon, name.
const PLACES: [(Section, &str, &str); 6] = [
    (Section::Work, "workflow", "Work"),
    (Section::Chat, "message-square", "Chat"),
    (Section::Skills, "library", "Skills"),
    (Section::Volumes, "database", "Volumes"),
    (Section::Evolution, "wand-sparkles", "Evolve"),
    (Section::Settings, "settings", "Settings"),
];

/// The lowermost bar of a phone.
#[component]
pub fn BottomBar() -> impl IntoView {
    let chrome = use_ui().state.chrome;
    let items = move || {
        PLACES
            .map(|(section, icon, name)| {
                let current = move || (chrome.section.get() == section).then_some("page");
                let go = move |_| {
                    chrome.sheet_open.set(false);
                    chrome.section.set(section);
                };
                view! {
                    <button type="button" class="bottom-item" aria-current=current on:click=go>
                        <Icon name=icon />
                        <span>{name}</span>
                    </button>
                }
            })
            .collect_view()
    };
    view! {
        <Show when=live(move || chrome.room.get() == Room::Phone)>
            <nav class="bottom-bar" aria-label="Sections">{dynamic(items)}</nav>
        </Show>
    }
}
