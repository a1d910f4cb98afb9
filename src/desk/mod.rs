//! The desk: the face of the volumes, of skills, of evolution and of the chat. Files, history, proposals and remotes, the people of this device, and the talk with
//! models.
//!
//! A program of its own beside the page's, which brings it when a part of it is first looked at (`assets/bridge/desk.ts`). All that it shows comes from
//! the calls of `window.llmos`; it keeps nothing, decides nothing about volumes, and shares only small parts with the page.

mod answer;
mod chat;
mod data;
mod device;
mod diff;
mod evolution;
mod failure;
mod files;
mod help;
mod history;
mod link;
mod meter;
mod over;
mod page_facts;
mod pairs;
mod parts;
mod profiles;
mod proposals;
mod remote;
mod settings;
mod skills;
mod state;
mod tour;
mod volumes;
mod window_rows;
mod words;

use std::cell::RefCell;

use leptos::ev;
use leptos::prelude::*;
use serde_json::Value;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

pub use crate::browser::{DeviceHandle, SandboxHandle, VolumesHandle};

use crate::browser::VolumeCalls;
use crate::ui::parts::dom;
use crate::ui::parts::reactive::live;
use data::{Progress, Read};
use page_facts::PageFacts;
use state::{Desk, Room};

thread_local! {
    static OPENED: RefCell<Option<(Desk, Owner)>> = const { RefCell::new(None) };
}

/// Starts the program.
pub fn start() {
    console_error_panic_hook::set_once();
}

/// Makes the desk ready, once: what lies over the page, and the ears. `tell` hears what the page shows of it: what about, and the text.
pub fn open(volumes: VolumesHandle, sandbox: SandboxHandle, device: DeviceHandle, tell: js_sys::Function) {
    let owner = Owner::new();
    let desk = owner.with(|| Desk::new(VolumeCalls::new(volumes, tell), sandbox, device));
    OPENED.replace(Some((desk, owner)));
    // What lies over the page stands beside everything in the document: where it is mounted does not matter.
    if let Some(nowhere) = document().create_element("div").ok().and_then(|element| element.dyn_into().ok()) {
        mount_view(nowhere, over::overlays);
    }
}

/// Draws a part of the desk into an empty element, where it stays.
pub fn mount(root: &str, element: HtmlElement) {
    match root {
        "chat" => mount_view(element, chat::page),
        "skills" => mount_view(element, skills::page),
        "evolution" => mount_view(element, evolution::page),
        "help" => mount_view(element, help::page),
        "settings" => mount_view(element, settings::page),
        _ => mount_view(element, volumes_page),
    }
}

/// Shows a view of a part that is mounted.
pub fn show(view: &str) {
    with_desk(|desk| match view {
        "profiles" => profiles::open_menu(desk),
        "chat" => chat::focus(),
        "tour" => tour::open(desk),
        view => {
            if let Some(listed) = view.strip_prefix("keys:") {
                help::keys::open(desk, listed);
            } else if let Some(listed) = view.strip_prefix("help:") {
                desk.facts.update(|facts| facts.actions = page_facts::actions(listed));
            } else if let Some(text) = view.strip_prefix("settings:") {
                desk.facts.set(PageFacts::of_settings(text));
            } else if let Some(skill_id) = view.strip_prefix("skills:") {
                skills::open(desk, skill_id);
            } else if let Some(view) = view.strip_prefix("link#open=") {
                link::forget_link();
                device::show(desk, view);
            } else if let Some(fragment) = view.strip_prefix("link") {
                link::open(desk, fragment);
            } else if let Some((part, action)) = view.split_once('!') {
                act(desk, part, action);
            }
        }
    });
}

/// Does what the palette of the page lists of the desk's actions.
fn act(desk: Desk, part: &str, action: &str) {
    let (skills, chat) = (desk.skills.get_value(), desk.chat.get_value());
    match (part, action) {
        ("skills", "new") => skills.into_iter().for_each(skills::create),
        ("skills", "import") => skills.into_iter().for_each(skills::open_import),
        ("chat", action) => chat.into_iter().for_each(|chat| chat::act(chat, action)),
        ("volumes", "team") => profiles::new_team(desk),
        ("volumes", "backup") => volumes::back_up(desk),
        ("volumes", "import") => volumes::open_import(desk),
        ("volumes", view) => device::show(desk, view),
        _ => {}
    }
}

/// Acts on the desk, inside what owns everything of it.
fn with_desk(act: impl FnOnce(Desk)) {
    let opened = OPENED.with_borrow(Clone::clone);
    if let Some((desk, owner)) = opened {
        owner.with(|| act(desk));
    }
}

fn mount_view(element: HtmlElement, view: fn(Desk) -> AnyView) {
    with_desk(|desk| {
        mount_to(element, move || {
            provide_context(desk);
            view(desk)
        })
        .forget();
    });
}

fn volumes_page(desk: Desk) -> AnyView {
    follow_room(desk);
    listen(desk);
    desk.refresh();
    page(desk)
}

fn page(desk: Desk) -> AnyView {
    desk.proposals.follow(desk);
    let level = live(move || {
        if desk.volume.with(String::is_empty) {
            "volumes"
        } else if desk.reading.get() {
            "reading"
        } else {
            "volume"
        }
    });
    view! {
        <div class="desk" data-level=level on:keydown=keep_keys>
            {volumes::side(desk)}
            {volumes::volume(desk)}
        </div>
    }
    .into_any()
}

/// Keys that mean something on the canvas stay here; the way to every action and the step back go on to the page.
fn keep_keys(event: ev::KeyboardEvent) {
    let with_control = event.ctrl_key() || event.meta_key();
    let goes_on = event.key() == "Escape"
        || event.key() == "F1"
        || (with_control && ["k", "l"].iter().any(|key| event.key().eq_ignore_ascii_case(key)));
    if !goes_on {
        event.stop_propagation();
    }
}

fn follow_room(desk: Desk) {
    for query in ["(max-width: 600px)", "(min-width: 1240px)"] {
        dom::follow_media(query, move |_| {
            desk.room.set(if dom::matches("(max-width: 600px)") {
                Room::Phone
            } else if dom::matches("(min-width: 1240px)") {
                Room::Wide
            } else {
                Room::Desk
            });
        });
    }
}

fn listen(desk: Desk) {
    desk.calls().listen(
        move |volume| desk.hear_change(&volume),
        move |volume, progress| {
            let progress: Value = serde_json::from_str(&progress).unwrap_or_default();
            // A run of evolution is told the same way; its own face shows it.
            if volume != evolution::PROGRESS {
                desk.progress.set(Some(Progress { volume, ..Progress::read(&progress) }));
            }
        },
    );
    // What was typed and not committed would be lost with the page.
    let listener = window_event_listener(ev::beforeunload, move |event| {
        if desk.files.has_drafts() || skills::has_draft(desk) {
            event.prevent_default();
        }
    });
    on_cleanup(move || listener.remove());
}
