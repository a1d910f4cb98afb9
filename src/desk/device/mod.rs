//! This device: how safe work is on it, what runs without a network, which release this is. Opened from the badge in the header.
//!
//! Shows what `assets/bridge/device` finds out, and passes presses on; it keeps nothing and decides nothing.

mod arrival;
mod backup;
mod data;
mod offline;
mod safety;

use leptos::prelude::*;

use self::data::{DeviceState, Part};
use super::answer::Loaded;
use super::parts::{Look, button, icon_button, show_loaded};
use super::state::{Desk, Shape, shown};
use crate::ui::parts::Icon;

/// What is shown of the device, read anew whenever it changes.
#[derive(Clone, Copy)]
struct Device {
    desk: Desk,
    state: RwSignal<Loaded<DeviceState>>,
    parts: RwSignal<Loaded<Vec<Part>>>,
    /// The parts that are wanted offline.
    chosen: RwSignal<Vec<String>>,
}

impl Device {
    fn read(self) {
        self.desk.ask_device("state", String::new(), move |answered| {
            self.state.set(shown(answered));
        });
    }

    fn read_parts(self) {
        self.desk.ask_device("parts", String::new(), move |answered| {
            self.parts.set(shown(answered));
        });
    }

    /// Asks for something, and says so if it was refused. What came of it is heard of as a change.
    fn ask(self, name: &'static str, argument: String) {
        self.desk.ask_device(name, argument, move |answered| {
            if let Err(failure) = answered {
                self.desk.complain(&failure);
            }
        });
    }
}

/// Shows one of its views: `device`, `offline`, `restore`, or what arrived from elsewhere.
pub fn show(desk: Desk, view: &str) {
    match view {
        "arrival" | "shared" => arrival::open(desk),
        "restore" => backup::open_restore(desk),
        "offline" => open(desk, "device-offline"),
        _ => open(desk, ""),
    }
}

/// Opens the page of this device, at a part of it.
fn open(desk: Desk, at: &'static str) {
    let device = desk.rooted(|| Device {
        desk,
        state: RwSignal::default(),
        parts: RwSignal::default(),
        chosen: RwSignal::default(),
    });
    device.read();
    device.read_parts();
    desk.device().listen(move || {
        // Nobody looks once the dialog is closed.
        if desk.over.with_untracked(Option::is_some) {
            let was_fetching =
                device.state.with_untracked(|state| state.ready().is_some_and(|state| state.fetching.is_some()));
            device.read();
            if !was_fetching {
                device.read_parts();
            }
        }
    });
    desk.put_over("This device", Shape::Dialog("device"), move || {
        if !at.is_empty() {
            request_animation_frame(move || {
                if let Some(element) = document().get_element_by_id(at) {
                    element.scroll_into_view();
                }
            });
        }
        view! {
            <div class="modal-head">
                <h2>"This device"</h2>
                {icon_button("x", "Close", move || desk.close_over())}
            </div>
            <div class="modal-body device">
                {show_loaded(move || device.state.get(), 8, move || device.read(), move |state| safety::view(device, &state))}
                {offline::view(device)}
                {show_loaded(move || device.state.get(), 2, move || device.read(), move |state| program(device, &state))}
            </div>
        }
        .into_any()
    });
}

/// The program itself: its release, and whether it is installed.
fn program(device: Device, state: &DeviceState) -> AnyView {
    let (about, action) = match state.release.as_str() {
        "ready" => (
            "A newer release is here. Your work stays as it is.",
            Some(button(Look::Main, "refresh-cw", "Change to it", move || device.ask("update", String::new()))),
        ),
        "waiting" => ("The newer release comes as soon as nothing runs any more, in no tab.", None),
        _ => (
            "No newer release is known.",
            state
                .offline
                .then(|| button(Look::Plain, "refresh-cw", "Look again", move || device.ask("look", String::new()))),
        ),
    };
    let install = match (state.installed, state.can_install) {
        (true, _) => view! { <p>"Installed, and open as an app."</p> }.into_any(),
        (_, true) => view! {
            <p>"As an app it has a window of its own and opens your files."</p>
            {button(Look::Plain, "download", "Install", move || device.ask("install", String::new()))}
        }
        .into_any(),
        _ => view! { <p>"This browser offers no installation now; where it does, its menu has it."</p> }.into_any(),
    };
    view! {
        <section class="device-part">
            <h3>"This program"</h3>
            <div class="device-row">
                <div><strong>{format!("LLMos-Lite {}", state.version)}</strong><p>{about}</p></div>
                {action}
            </div>
            <div class="device-row">
                <div><strong>"Installation"</strong></div>
                <div class="device-install">{install}</div>
            </div>
        </section>
    }
    .into_any()
}

/// One line: a mark, what it is about, what there is to say, and what can be done.
fn row(icon: &'static str, good: bool, title: &'static str, text: AnyView, actions: AnyView) -> AnyView {
    view! {
        <div class="device-row">
            <span class="device-mark" class:device-good=good><Icon name=icon /></span>
            <div class="device-text"><strong>{title}</strong>{text}</div>
            <div class="device-actions">{actions}</div>
        </div>
    }
    .into_any()
}
