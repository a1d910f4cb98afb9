//! The header: the mark, the workflow's name, the way to every action, the run, the theme.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::run_status::{RunButton, RunStatusLine};
use crate::ui::context::use_ui;
use crate::ui::parts::Icon;
use crate::ui::parts::dom::typed;
use crate::ui::parts::icon::IconButton;
use crate::ui::parts::reactive::{live, press};
use crate::ui::state::{Dialog, Menu, MenuTarget, Theme};
use crate::ui::theme;

/// The uppermost 44 pixels.
#[component]
pub fn Header() -> impl IntoView {
    let ui = use_ui();
    let chrome = ui.state.chrome;
    let theme_icon = live(move || match chrome.theme.get() {
        Theme::System => "monitor",
        Theme::Dark => "moon",
        Theme::Light => "sun",
    });
    let theme_label = live(move || match chrome.theme.get() {
        Theme::System => "Theme: as the system. Switch to dark".to_owned(),
        Theme::Dark => "Theme: dark. Switch to light".to_owned(),
        Theme::Light => "Theme: light. Follow the system".to_owned(),
    });
    let next_theme = move |()| {
        theme::choose(
            ui,
            match chrome.theme.get_untracked() {
                Theme::System => Theme::Dark,
                Theme::Dark => Theme::Light,
                Theme::Light => Theme::System,
            },
        );
    };
    view! {
        <header class="header">
            <span class="mark" role="img" aria-label="LLMos-Lite">
                <svg class="mark-shape" viewBox="0 0 24 24" aria-hidden="true">
                    <path d="M5 7h5.5a3 3 0 0 1 3 3v4a3 3 0 0 0 3 3H19"></path>
                    <circle cx="5" cy="7" r="2.4"></circle>
                    <circle cx="19" cy="17" r="2.4"></circle>
                    <circle cx="19" cy="7" r="2.4" class="mark-open"></circle>
                </svg>
            </span>
            <WorkflowName />
            <WorkflowMenu />
            <UndoButtons />
            <button
                type="button"
                class="command-field"
                title="Search every action and skill (Ctrl K)"
                on:click=press(move || chrome.dialog.set(Some(Dialog::Commands)))
            >
                <Icon name="search" />
                <span class="command-field-text">"Actions and skills"</span>
                <kbd>"Ctrl K"</kbd>
            </button>
            <div class="header-run">
                <RunStatusLine />
                <RunButton />
            </div>
            <button
                type="button"
                class="button header-chat"
                title="Chat (Ctrl L)"
                aria-pressed=live(move || ui.has_chat().to_string())
                on:click=press(move || ui.toggle_chat())
            >
                <Icon name="message-square" />
                "Chat"
            </button>
            <IconButton icon=theme_icon label=theme_label on_press=next_theme />
            <ProfileButton />
        </header>
    }
}

/// The name of the workflow, changed by typing over it.
#[component]
fn WorkflowName() -> impl IntoView {
    let ui = use_ui();
    let name = Memo::new(move |_| ui.state.document.workflow.with(|workflow| workflow.name.clone()));
    let rename = move |event: ev::Event| {
        let wanted = typed(&event).trim().to_owned();
        if !wanted.is_empty() {
            ui.state.edit("Rename", |workflow| workflow.name = wanted);
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" || event.key() == "Escape" {
            event.prevent_default();
            crate::ui::parts::dom::blur();
        }
    };
    view! {
        <input
            class="workflow-name"
            aria-label="Name of the workflow"
            placeholder="Untitled"
            spellcheck="false"
            autocomplete="off"
            size=live(move || name.with(|name| name.chars().count().clamp(8, 34).to_string()))
            prop:value=live(move || name.get())
            on:change=rename
            on:keydown=on_key
        />
    }
}

/// The way to the other workflows.
#[component]
fn WorkflowMenu() -> impl IntoView {
    let ui = use_ui();
    let open = move |event: ev::MouseEvent| {
        let button = event.current_target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let at = button.map_or((0.0, 0.0), |button| {
            let place = button.get_bounding_client_rect();
            (place.left(), place.bottom() + 6.0)
        });
        ui.state.chrome.dialog.set(Some(Dialog::Menu(Menu { at, target: MenuTarget::Workflow })));
    };
    view! {
        <button type="button" class="icon-button workflow-menu" aria-label="Workflows" title="Workflows" aria-haspopup="menu" on:click=open>
            <Icon name="chevron-down" />
        </button>
    }
}

/// Who is signed in; the menu of people is the desk's.
#[component]
fn ProfileButton() -> impl IntoView {
    let ui = use_ui();
    let profile = ui.state.chrome.profile;
    let name = move || profile.with(|profile| profile.lines().nth(1).unwrap_or("People and teams").to_owned());
    let initials = move || profile.with(|profile| profile.lines().next().unwrap_or("·").to_owned());
    view! {
        <button type="button" class="profile-button" aria-haspopup="menu" title=live(name) aria-label=live(name) on:click=press(move || ui.open_desk("profiles"))>
            {live(initials)}
        </button>
    }
}

#[component]
fn UndoButtons() -> impl IntoView {
    let ui = use_ui();
    let names = Memo::new(move |_| ui.state.document.undo_names());
    let label =
        |verb: &str, name: Option<String>| name.map_or_else(|| verb.to_owned(), |name| format!("{verb}: {name}"));
    view! {
        <div class="header-undo">
            <IconButton
                icon="undo-2"
                label=Signal::derive(move || label("Undo", names.get().0))
                disabled=Signal::derive(move || names.with(|names| names.0.is_none()))
                on_press=move |()| ui.undo()
            />
            <IconButton
                icon="redo-2"
                label=Signal::derive(move || label("Redo", names.get().1))
                disabled=Signal::derive(move || names.with(|names| names.1.is_none()))
                on_press=move |()| ui.redo()
            />
        </div>
    }
}
