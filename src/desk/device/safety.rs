//! How safe work is here: the judgement, and each thing that it rests on with what can be done about it.

use leptos::prelude::*;

use super::data::DeviceState;
use super::{Device, backup, row};
use crate::desk::meter::{self, is_nearly_full, share_of};
use crate::desk::parts::{Look, button};
use crate::desk::volumes;
use crate::desk::words;
use crate::ui::parts::Icon;

/// The first part of the page.
pub fn view(device: Device, state: &DeviceState) -> AnyView {
    let icon = match state.health.level.as_str() {
        "danger" => "circle-alert",
        "attention" => "triangle-alert",
        _ => "circle-check",
    };
    view! {
        <section class="device-health" data-level=state.health.level.clone() role="status">
            <Icon name=icon />
            <div><strong>{state.health.short.clone()}</strong><p>{state.health.text.clone()}</p></div>
        </section>
        <section class="device-part">
            <h3>"Your work"</h3>
            {promise(device, state)}
            {room(state)}
            {backups(device, state)}
            {remotes(device, state)}
            {mirror(device, state)}
        </section>
    }
    .into_any()
}

fn promise(device: Device, state: &DeviceState) -> AnyView {
    if state.persisted {
        let text = "The browser has promised to keep what is here until you remove it.";
        return row("lock", true, "Kept", view! { <p>{text}</p> }.into_any(), ().into_any());
    }
    let text = "The browser may clear what is here when space runs short, and has given no promise. It is asked once you keep something of your own.";
    let ask = move || {
        device.desk.ask_device("persist", String::new(), move |answered| match answered {
            Ok(promised) if promised == true => device.desk.say("The browser keeps your work until you remove it"),
            Ok(_) => device.desk.say("The browser gave no promise. Some do once the page is installed or bookmarked; a backup is safe either way"),
            Err(failure) => device.desk.complain(&failure),
        });
    };
    row(
        "lock-open",
        false,
        "Not promised",
        view! { <p>{text}</p> }.into_any(),
        button(Look::Plain, "lock", "Ask the browser", ask),
    )
}

fn room(state: &DeviceState) -> AnyView {
    let Some(usage) = state.usage else { return ().into_any() };
    let quota = state.quota.unwrap_or_default();
    let share = share_of(usage as f64, quota as f64);
    let text = if quota == 0 {
        format!("{} used", words::size(usage))
    } else {
        format!("{} used, {} left", words::size(usage), words::size(quota.saturating_sub(usage)))
    };
    let full = is_nearly_full(share);
    let meter = view! {
        <p>{text.clone()}</p>
        {meter::room("Room of this site", share, text)}
        {full.then(|| view! { <p>"When it is used up, runtimes that can be fetched again give way before your work does."</p> })}
    };
    row("hard-drive", !full, "Room", meter.into_any(), ().into_any())
}

fn backups(device: Device, state: &DeviceState) -> AnyView {
    let text = match (state.backup_at, state.own, state.only_here.len()) {
        (Some(at), _, 0) => format!("{}, and nothing has changed since.", capital(&words::ago(at))),
        (Some(at), ..) => format!("{}. Newer than that: {}.", capital(&words::ago(at)), state.only_here.join(", ")),
        (None, 0, _) => "Never, and there is nothing of your own yet.".to_owned(),
        (None, ..) => "Never. One file holds every volume with its whole history.".to_owned(),
    };
    let actions = view! {
        {button(Look::Plain, "archive", "Back up everything", move || volumes::back_up(device.desk))}
        {button(Look::Plain, "upload", "Restore", move || backup::open_restore(device.desk))}
    };
    let good = state.backup_at.is_some() && state.only_here.is_empty();
    row("archive", good, "Last backup", view! { <p>{text}</p> }.into_any(), actions.into_any())
}

fn remotes(device: Device, state: &DeviceState) -> AnyView {
    let even = state.remotes.iter().filter(|line| line.ahead + line.behind == 0).count();
    let uneven = state.remotes.iter().filter(|line| line.ahead + line.behind > 0);
    let uneven: Vec<String> =
        uneven.map(|line| format!("{}: {} ahead, {} behind", line.volume, line.ahead, line.behind)).collect();
    let text = match (state.remotes.len(), uneven.is_empty()) {
        (0, _) => "None. A git remote keeps a volume elsewhere, and shares it with a team.".to_owned(),
        (_, true) => format!("{} in step.", words::count(even as u64, "volume")),
        _ => uneven.join("; "),
    };
    let go = move || {
        device.desk.close_over();
        device.desk.calls().tell("volumes", "");
    };
    let good = !state.remotes.is_empty() && uneven.is_empty();
    row(
        "cloud",
        good,
        "Remotes",
        view! { <p>{text}</p> }.into_any(),
        button(Look::Plain, "folder-open", "Open the volumes", go),
    )
}

fn mirror(device: Device, state: &DeviceState) -> AnyView {
    const ABOUT: &str =
        "Writes every volume into a folder of yours whenever it changes: its files to read, its repository to restore.";
    let ask = move |name: &'static str| move || device.ask(name, String::new());
    if !state.can_mirror {
        let text = "This browser does not let a page write to a folder. A backup or a remote does the same.";
        return row("folder", false, "Folder", view! { <p>{text}</p> }.into_any(), ().into_any());
    }
    if state.mirror.folder.is_empty() {
        let choose = button(Look::Plain, "folder", "Choose a folder", ask("mirror"));
        return row("folder", false, "Folder", view! { <p>{ABOUT}</p> }.into_any(), choose);
    }
    let when = state
        .mirror
        .written_at
        .map_or_else(|| "not written yet".to_owned(), |at| format!("written {}", words::ago(at)));
    let problem = state.mirror.problem.clone();
    let good = problem.is_empty();
    let text = view! {
        <p>{format!("‘{}’, {when}.", state.mirror.folder)}</p>
        {(!good).then(|| view! { <p class="device-problem" role="alert">{problem}</p> })}
    };
    let actions = view! {
        {button(Look::Plain, "save", "Write now", ask("writeMirror"))}
        {button(Look::Plain, "unplug", "Stop", ask("forgetMirror"))}
    };
    row("folder-open", good, "Folder", text.into_any(), actions.into_any())
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
