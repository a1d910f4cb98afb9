//! *Get ready for offline*: what can be fetched ahead, how large it is, how far it has come.

use leptos::prelude::*;

use super::Device;
use super::data::{Fetching, Part};
use crate::desk::meter::{self, share_of};
use crate::desk::parts::{Look, button, button_when, icon_button, show_loaded};
use crate::desk::words;
use crate::ui::parts::Icon;
use crate::ui::parts::reactive::{dynamic, live};

/// The part of the page.
pub fn view(device: Device) -> AnyView {
    let is_fetching =
        live(move || device.state.with(|state| state.ready().is_some_and(|state| state.fetching.is_some())));
    view! {
        <section class="device-part" id="device-offline">
            <h3>"Ready for offline"</h3>
            {dynamic(move || core(device.state.with(|state| state.ready().is_some_and(|state| state.offline))))}
            {show_loaded(move || device.parts.get(), 6, move || device.read_parts(), move |parts| list(device, &parts, is_fetching))}
            {dynamic(move || {
                let state = device.state.get();
                let state = state.ready()?;
                let problem = state.problem.clone();
                let progress = state.fetching.as_ref().map(|fetching| progress(device, fetching));
                let problem = (!problem.is_empty()).then(|| view! { <p class="device-problem" role="alert">{problem}</p> });
                Some(view! { {progress}{problem} })
            })}
        </section>
    }
    .into_any()
}

fn core(kept: bool) -> AnyView {
    let (icon, text) = if kept {
        (
            "circle-check",
            "Kept: this page opens without a network, with the library of skills, your volumes and the chats in them.",
        )
    } else {
        (
            "circle-dashed",
            "Not kept by this browser yet: the page needs its host to open. Where service workers are allowed it is kept a moment after the first visit.",
        )
    };
    view! {
        <div class="device-row">
            <span class="device-mark" class:device-good=kept><Icon name=icon /></span>
            <div class="device-text"><strong>"The workbench"</strong><p>{text}</p></div>
        </div>
    }
    .into_any()
}

fn list(device: Device, parts: &[Part], is_fetching: Signal<bool>) -> AnyView {
    let rows = parts.iter().map(|part| one(device, part, is_fetching)).collect_view();
    let missing: Vec<(String, u64)> = parts
        .iter()
        .filter(|part| part.kept < part.bytes)
        .map(|part| (part.id.clone(), part.bytes - part.kept))
        .collect();
    if missing.is_empty() {
        return view! {
            <div class="device-list">{rows}</div>
            <p class="device-ready" role="status"><Icon name="circle-check" />"Everything is here: every sample runs without a network."</p>
        }
        .into_any();
    }
    let all: Vec<String> = missing.iter().map(|(id, _)| id.clone()).collect();
    let bytes = live(move || {
        let chosen = device.chosen.get();
        let wanted = missing.iter().filter(|(id, _)| chosen.is_empty() || chosen.contains(id));
        words::size(wanted.map(|(_, bytes)| bytes).sum())
    });
    let fetch = move || {
        let chosen = device.chosen.get_untracked();
        let ids = if chosen.is_empty() { all.clone() } else { chosen };
        device.chosen.set(Vec::new());
        device.desk.ask_device("fetch", ids.join(" "), move |answered| {
            if let Err(failure) = answered {
                device.desk.complain(&failure);
            }
            device.read();
            device.read_parts();
        });
        device.read();
    };
    let can = live(move || !is_fetching.get());
    let what = live(move || if device.chosen.with(Vec::is_empty) { "All that is missing" } else { "What is chosen" });
    view! {
        <div class="device-list">{rows}</div>
        <div class="device-get">
            <span>{move || what.get()}" · at most "{move || bytes.get()}</span>
            {button_when(Look::Main, "download", "Get ready for offline", can, fetch)}
        </div>
    }
    .into_any()
}

fn one(device: Device, part: &Part, is_fetching: Signal<bool>) -> AnyView {
    let id = part.id.clone();
    let (is, set, remove) = (id.clone(), id.clone(), id);
    let kept = part.kept >= part.bytes;
    let size = words::size(part.bytes);
    let state = match part.kept {
        0 => size,
        _ if kept => format!("{size}, here"),
        some => format!("{size}, {} here", words::size(some)),
    };
    let toggle = move |_| {
        device.chosen.update(|chosen| match chosen.iter().position(|id| *id == set) {
            Some(place) => drop(chosen.remove(place)),
            None => chosen.push(set.clone()),
        });
    };
    let name = part.name.clone();
    let end = if kept {
        icon_button("trash-2", format!("Remove {name} from this device"), move || {
            device.ask("remove", remove.clone());
            device.read_parts();
        })
    } else {
        ().into_any()
    };
    view! {
        <div class="device-offer">
            <label>
                <input
                    type="checkbox"
                    disabled=live(move || kept || is_fetching.get())
                    prop:checked=live(move || kept || device.chosen.with(|chosen| chosen.contains(&is)))
                    on:change=toggle
                />
                <span class="device-text"><strong>{part.name.clone()}</strong><small>{part.about.clone()}</small></span>
                <span class="device-size" class:device-good=kept>{state}</span>
            </label>
            {end}
        </div>
    }
    .into_any()
}

fn progress(device: Device, fetching: &Fetching) -> AnyView {
    let share = share_of(fetching.done, fetching.total);
    let text =
        format!("{}: {} of {}", fetching.part, words::size(fetching.done as u64), words::size(fetching.total as u64));
    view! {
        <div class="device-progress">
            {meter::progress("Getting ready for offline", share, text.clone())}
            <span>{text}</span>
            {button(Look::Plain, "square", "Stop", move || device.ask("stop", String::new()))}
        </div>
    }
    .into_any()
}
