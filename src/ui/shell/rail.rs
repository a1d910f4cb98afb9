//! The navigation rail: the sections, and the folds of the panels.

use leptos::prelude::*;

use crate::ui::context::use_ui;
use crate::ui::parts::Icon;
use crate::ui::parts::icon::IconButton;
use crate::ui::parts::reactive::{Show, live, press};
use crate::ui::state::Section;

/// The sections: which, icon, name.
pub const SECTIONS: [(Section, &str, &str); 6] = [
    (Section::Work, "workflow", "Work"),
    (Section::Skills, "library", "Skills"),
    (Section::Volumes, "database", "Volumes"),
    (Section::Evolution, "wand-sparkles", "Evolve"),
    (Section::Help, "book-open", "Help"),
    (Section::Settings, "settings", "Settings"),
];

/// The leftmost 48 pixels.
#[component]
pub fn Rail() -> impl IntoView {
    let ui = use_ui();
    let chrome = ui.state.chrome;
    let panels = chrome.panels;
    let working = Memo::new(move |_| chrome.section.get() == Section::Work);
    let items = SECTIONS
        .map(|(section, icon, name)| {
            let current = live(move || (chrome.section.get() == section).then_some("page"));
            view! {
                <button type="button" class="rail-item" aria-current=current on:click=press(move || chrome.section.set(section))>
                    <Icon name=icon />
                    <span>{name}</span>
                </button>
            }
        })
        .collect_view();
    view! {
        <nav class="rail" aria-label="Sections">
            {items}
            <div class="rail-folds">
                <Show when=working>
                    <IconButton
                        icon="panel-left"
                        label="Palette (Ctrl B)".to_owned()
                        pressed=Signal::derive(move || panels.with(|panels| panels.side_open))
                        on_press=move |()| panels.update(|panels| panels.side_open = !panels.side_open)
                    />
                    <IconButton
                        icon="panel-bottom"
                        label="Drawer (Ctrl J)".to_owned()
                        pressed=Signal::derive(move || panels.with(|panels| panels.drawer_open))
                        on_press=move |()| panels.update(|panels| panels.drawer_open = !panels.drawer_open)
                    />
                    <IconButton
                        icon="panel-right"
                        label="Inspector (Ctrl I)".to_owned()
                        pressed=Signal::derive(move || ui.has_inspector())
                        on_press=move |()| ui.toggle_inspector()
                    />
                </Show>
            </div>
        </nav>
    }
}
