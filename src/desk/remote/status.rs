//! How a volume stands with its remote, and the sync.

use leptos::prelude::*;
use serde_json::Value;

use crate::desk::data::{Progress, Remote};
use crate::desk::parts::{Look, button, button_when, open_form, trouble};
use crate::desk::state::Desk;
use crate::desk::words;
use crate::ui::parts::Icon;
use crate::ui::parts::reactive::{dynamic, live};

/// What stands there while there is a remote.
pub fn view(desk: Desk, remote: Remote) -> AnyView {
    let state = desk.remote;
    let (icon, title, about) = standing(&remote);
    let way = match remote.transport.as_str() {
        "github" => "GitHub's REST interface",
        "proxy" => "Git's own protocol, through a proxy",
        _ => "Git's own protocol, directly",
    };
    let last = match &remote.last_sync {
        Some(last) => format!("{} ({} came, {} went)", words::ago(last.at), last.pulled, last.pushed),
        None => "Never yet".to_owned(),
    };
    let last_title = remote.last_sync.as_ref().map(|last| words::moment(last.at));
    let can = live(move || !state.syncing.get());
    view! {
        <section class="desk-card desk-standing">
            <span class="desk-standing-mark"><Icon name=icon /></span>
            <div>
                <h2>{title}</h2>
                <p>{about}</p>
            </div>
            {button_when(Look::Main, "refresh-cw", "Sync", can, move || state.sync(desk))}
        </section>
        {dynamic(move || state.syncing.get().then(|| progress(desk)))}
        {dynamic(move || state.failure.get().map(|failure| trouble(&failure)))}
        <dl class="desk-facts">
            <div><dt>"Address"</dt><dd class="desk-mono">{remote.url.clone()}</dd></div>
            <div><dt>"Way"</dt><dd>{way}</dd></div>
            {remote.proxy_url.clone().filter(|url| !url.is_empty()).map(|url| view! { <div><dt>"Proxy"</dt><dd class="desk-mono">{url}</dd></div> })}
            <div><dt>"Token"</dt><dd>{if remote.has_token { "At hand" } else { "None: reading only, where the server allows that" }}</dd></div>
            <div><dt>"Last sync"</dt><dd title=last_title>{last}</dd></div>
        </dl>
        <div class="button-row">
            {button(Look::Plain, "pencil", "Change the connection", move || state.editing.set(true))}
            {button(Look::Plain, "unplug", "Disconnect", move || disconnect(desk))}
        </div>
    }
    .into_any()
}

fn standing(remote: &Remote) -> (&'static str, String, &'static str) {
    match (remote.last_sync.is_some(), remote.ahead, remote.behind) {
        (false, ..) => (
            "cloud",
            "Connected, not synced yet".to_owned(),
            "The first sync sends what is here and brings what is there.",
        ),
        (_, 0, 0) => ("cloud", "In step".to_owned(), "As far as the last sync knows, both sides hold the same."),
        (_, ahead, 0) => {
            ("arrow-up", format!("{} to send", words::count(ahead, "commit")), "The remote does not have them yet.")
        }
        (_, 0, behind) => (
            "arrow-down",
            format!("{} to fetch", words::count(behind, "commit")),
            "They came to the remote since the last sync.",
        ),
        (_, ahead, behind) => (
            "git-compare",
            format!("{} to send, {behind} to fetch", words::count(ahead, "commit")),
            "Both sides changed. A sync brings them together; where they disagree you are asked.",
        ),
    }
}

fn progress(desk: Desk) -> AnyView {
    let state = desk.remote;
    let now = move || {
        let volume = desk.volume.get();
        desk.progress.get().filter(|progress| progress.volume == volume)
    };
    let text = live(move || match now() {
        _ if state.stopping.get() => "Stopping…".to_owned(),
        None => "Asking the remote…".to_owned(),
        Some(progress) => progress_text(&progress),
    });
    let share =
        live(move || now().and_then(|progress| Some(progress.done? / progress.total.filter(|total| *total > 0.0)?)));
    let stop = move || {
        state.stopping.set(true);
        desk.calls().cancel(&desk.volume.get_untracked());
    };
    view! {
        <div class="desk-progress">
            <div class="desk-progress-line">
                <span class="spinner" aria-hidden="true"></span>
                <span role="status">{move || text.get()}</span>
                {button_when(Look::Plain, "x", "Cancel", live(move || !state.stopping.get()), stop)}
            </div>
            <div class="desk-meter" class:desk-meter-unknown=move || share.get().is_none()>
                <span style:width=live(move || format!("{:.1}%", share.get().unwrap_or(1.0).clamp(0.0, 1.0) * 100.0))></span>
            </div>
        </div>
    }
    .into_any()
}

fn progress_text(progress: &Progress) -> String {
    let mut text = if progress.stage.is_empty() { "Working".to_owned() } else { progress.stage.clone() };
    match (progress.done, progress.total) {
        (Some(done), Some(total)) => {
            text.push_str(&format!(": {} of {}", words::grouped(done as u64), words::grouped(total as u64)));
        }
        (Some(done), None) => text.push_str(&format!(": {}", words::grouped(done as u64))),
        _ => {}
    }
    if let Some(bytes) = progress.bytes.filter(|bytes| *bytes > 0.0) {
        text.push_str(&format!(" · {}", words::size(bytes as u64)));
    }
    text
}

fn disconnect(desk: Desk) {
    let path = format!("/volumes/remote?volume={}", desk.volume_query());
    let asked = || {
        view! { <p>"Nothing is removed, neither here nor there: they only stop knowing of each other. The token is forgotten on this device."</p> }
            .into_any()
    };
    open_form(desk, "Disconnect the remote", "Disconnect", false, asked, move |form| {
        form.send("DELETE", path.clone(), Value::Null, move |_| {
            desk.touched();
            desk.remote.load(desk);
            desk.say("Disconnected. Both sides are as they were");
        });
    });
}
