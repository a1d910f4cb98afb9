//! The desk: the face of the volumes. Their files, history, proposals and remotes, and the people of this device.
//!
//! A program of its own beside the page's, which brings it when it is first looked at (`assets/bridge/desk.ts`). All that it shows comes from
//! the calls of `window.llmos`; it keeps nothing, decides nothing about volumes, and shares only small parts with the page.

mod answer;
mod data;
mod diff;
mod failure;
mod files;
mod history;
mod over;
mod pairs;
mod parts;
mod profiles;
mod proposals;
mod remote;
mod state;
mod volumes;
mod window_rows;
mod words;

use std::cell::RefCell;

use leptos::ev;
use leptos::prelude::*;
use serde_json::Value;
use web_sys::HtmlElement;

pub use crate::browser::VolumesHandle;

use crate::browser::VolumeCalls;
use crate::ui::parts::dom;
use crate::ui::parts::reactive::live;
use data::{Progress, Read};
use state::{Desk, Room};

thread_local! {
    static MOUNTED: RefCell<Option<(Desk, Box<dyn FnOnce()>)>> = const { RefCell::new(None) };
}

/// Starts the program.
pub fn start() {
    console_error_panic_hook::set_once();
}

/// Draws the desk into an empty element. `options` is `{view}`; `tell` hears what the page shows of the desk: what about, and the text.
pub fn mount(element: HtmlElement, volumes: VolumesHandle, options: &str, tell: js_sys::Function) {
    unmount();
    let calls = VolumeCalls::new(volumes, tell);
    let owner = Owner::new();
    let desk = owner.with(|| Desk::new(calls));
    let handle = owner.with(|| {
        provide_context(desk);
        // Mounting makes ready what effects and tasks run on.
        let handle = mount_to(element, move || page(desk));
        follow_room(desk);
        listen(desk);
        desk.refresh();
        handle
    });
    let take_away = Box::new(move || {
        drop(handle);
        drop(owner);
    });
    MOUNTED.replace(Some((desk, take_away)));
    let options: Value = serde_json::from_str(options).unwrap_or_default();
    show(options.get("view").and_then(Value::as_str).unwrap_or_default());
}

/// Shows a view of the desk that is mounted.
pub fn show(view: &str) {
    let desk = MOUNTED.with_borrow(|mounted| mounted.as_ref().map(|(desk, _)| *desk));
    if let (Some(desk), "profiles") = (desk, view) {
        profiles::open_menu(desk);
    }
}

/// Takes the desk away.
pub fn unmount() {
    if let Some((_, take_away)) = MOUNTED.take() {
        take_away();
    }
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
            {over::overlays(desk)}
        </div>
    }
    .into_any()
}

/// Keys that mean something on the canvas stay here; the way to every action and the step back go on to the page.
fn keep_keys(event: ev::KeyboardEvent) {
    let with_control = event.ctrl_key() || event.meta_key();
    let goes_on = event.key() == "Escape" || (with_control && event.key().eq_ignore_ascii_case("k"));
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
            desk.progress.set(Some(Progress { volume, ..Progress::read(&progress) }));
        },
    );
    // What was typed and not committed would be lost with the page.
    let listener = window_event_listener(ev::beforeunload, move |event| {
        if desk.files.has_drafts() {
            event.prevent_default();
        }
    });
    on_cleanup(move || listener.remove());
}
