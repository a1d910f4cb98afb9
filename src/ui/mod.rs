//! The face of the workbench: Leptos components over kernel values.
//!
//! Components show kernel values and call kernel functions; they hold no knowledge of skills or graphs themselves, and never call
//! `browser` or `app`: what they need from outside is in `Services`.

mod canvas;
mod commands;
mod context;
mod drawer;
mod inspector;
pub(crate) mod parts;
mod services;
mod shell;
mod state;
mod theme;

pub use commands::chord as key_chord;
pub use services::{PreviewHandle, PreviewRequest, PreviewSize, Services};
pub use state::{AppState, PanelSizes, Section, ToastKind};

use std::time::Duration;

use crate::ui::parts::reactive::live;
use leptos::ev;
use leptos::prelude::*;

use context::Ui;
use parts::dom;
use parts::toasts::Toasts;
use shell::{BottomBar, ChatPanel, Dialogs, Header, Rail, Work};
use state::Room;

/// How often what shows a whole run looks again.
const BEAT: Duration = Duration::from_millis(100);
const PANELS_SETTING: &str = "panels";

/// The workbench.
#[component]
pub fn App(
    /// What is shown.
    state: AppState,
    /// The world outside.
    services: Services,
) -> impl IntoView {
    let ui = Ui::provide(state, services);
    theme::follow(ui);
    remember_panels(ui);
    listen_to_keys(ui);
    beat_while_running(ui);
    listen_to_links(ui);
    let section = state.chrome.section;
    Effect::new(move |_| match section.get() {
        Section::Volumes => ui.open_desk("volumes"),
        Section::Evolution => ui.open_desk("evolution"),
        Section::Skills => match state.chrome.shown_skill.get() {
            Some(skill_id) => {
                ui.open_desk(&format!("skills:{skill_id}"));
                // Asked for once: whoever comes back finds what they looked at last.
                state.chrome.shown_skill.update_untracked(|shown| *shown = None);
            }
            None => ui.open_desk("skills"),
        },
        Section::Help => ui.open_desk(&format!("help:{}", commands::listed(ui))),
        Section::Settings => {
            let theme = format!("{:?}", state.chrome.theme.get());
            ui.open_desk(&format!("settings:{theme}\n{}\n{}", ui.services().version, commands::listed(ui)));
        }
        _ => {}
    });
    Effect::new(move |_| {
        if let Some(name) = state.chrome.wanted_action.get() {
            state.chrome.wanted_action.set(None);
            commands::act(ui, &name);
        }
    });
    Effect::new(move |_| {
        if let Some(skill_id) = state.chrome.wanted_skill.get() {
            state.chrome.wanted_skill.set(None);
            state.chrome.section.set(Section::Work);
            ui.add_skill(&skill_id, None);
        }
    });
    let room = live(move || match state.chrome.room.get() {
        Room::Phone => "phone",
        Room::Tablet => "tablet",
        Room::Desk => "desk",
    });
    view! {
        <div class="app" data-room=room>
            <Header />
            <div class="app-body">
                <Rail />
                // The canvas stays as it is while another section is looked at.
                <main class="section" hidden=live(move || section.get() != Section::Work) aria-label="Work">
                    <Work />
                </main>
                // A program of its own, brought when first looked at; it stays as it is while another section is.
                <main class="section" hidden=live(move || section.get() != Section::Skills) aria-label="Skills">
                    <div class="skills-host"></div>
                </main>
                <main class="section" hidden=live(move || section.get() != Section::Evolution) aria-label="Evolution">
                    <div class="evo-host"></div>
                </main>
                <main class="section" hidden=live(move || section.get() != Section::Volumes) aria-label="Volumes">
                    <div class="desk-host"></div>
                </main>
                <main class="section" hidden=live(move || section.get() != Section::Help) aria-label="Help">
                    <div class="help-host"></div>
                </main>
                <main class="section" hidden=live(move || section.get() != Section::Settings) aria-label="Settings">
                    <div class="settings-host"></div>
                </main>
                <ChatPanel />
            </div>
            <BottomBar />
            <Dialogs />
            <Toasts />
        </div>
    }
}

fn remember_panels(ui: Ui) {
    let panels = ui.state.chrome.panels;
    if let Some(kept) = (ui.services().load_setting)(PANELS_SETTING).and_then(|text| serde_json::from_str(&text).ok()) {
        panels.set(kept);
    }
    Effect::watch(
        move || panels.get(),
        move |panels: &PanelSizes, _, _| {
            if let Ok(text) = serde_json::to_string(panels) {
                (ui.services().save_setting)(PANELS_SETTING, &text);
            }
        },
        false,
    );
}

/// A link behind the address's `#` is shown to the person before anything of it is used; so is what a shortcut or another app asks for.
fn listen_to_links(ui: Ui) {
    let look = move || {
        let fragment = window().location().hash().unwrap_or_default();
        if fragment.starts_with("#w=") || fragment.starts_with("#open=") {
            ui.open_desk(&format!("link{fragment}"));
        }
    };
    request_animation_frame(look);
    let listener = window_event_listener(ev::hashchange, move |_| look());
    on_cleanup(move || listener.remove());
}

fn listen_to_keys(ui: Ui) {
    let listener = window_event_listener(ev::keydown, move |event| {
        if event.default_prevented() || event.is_composing() {
            return;
        }
        let chord = commands::chord(&event);
        if chord == "Escape" {
            step_back(ui);
            return;
        }
        // What lies over the page has the keys to itself.
        if ui.state.chrome.dialog.with_untracked(Option::is_some) {
            return;
        }
        let on_control = dom::is_inside(&event, "button, a, [role='separator'], [role='option']");
        if on_control && !chord.starts_with("Ctrl") {
            return;
        }
        if commands::press(ui, &chord, dom::is_typing(&event)) {
            event.prevent_default();
        }
    });
    on_cleanup(move || listener.remove());
}

/// Escape: closes what is uppermost, one thing at a time.
fn step_back(ui: Ui) {
    let chrome = ui.state.chrome;
    if chrome.dialog.with_untracked(Option::is_some) {
        chrome.dialog.set(None);
    } else if chrome.room.get_untracked() == Room::Phone && chrome.sheet_open.get_untracked() {
        chrome.sheet_open.set(false);
    } else if !ui.state.document.selection.with_untracked(state::Selection::is_empty) {
        ui.state.document.selection.set(state::Selection::default());
    } else if chrome.overview_open.get_untracked() {
        chrome.overview_open.set(false);
    } else if chrome.section.get_untracked() != Section::Work {
        chrome.section.set(Section::Work);
    }
}

fn beat_while_running(ui: Ui) {
    let running = Memo::new(move |_| ui.state.run.is_running());
    Effect::new(move |beating: Option<Option<IntervalHandle>>| {
        if let Some(beating) = beating.flatten() {
            beating.clear();
        }
        running.get().then(|| set_interval_with_handle(move || ui.state.run.beat(), BEAT).ok()).flatten()
    });
}
