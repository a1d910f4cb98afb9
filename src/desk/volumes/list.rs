//! The volumes of the person who is signed in: what each holds, and how it stands with its remote.

use leptos::prelude::*;

use super::{storage, transfer};
use crate::desk::data::VolumeStats;
use crate::desk::parts::{Look, button, icon_button, show_loaded};
use crate::desk::state::Desk;
use crate::desk::words;
use crate::ui::parts::Icon;
use crate::ui::parts::reactive::{dynamic, live, press};

/// The side panel: volumes, import, storage.
pub fn side(desk: Desk) -> AnyView {
    view! {
        <aside class="desk-side" aria-label="Volumes">
            <div class="desk-side-head">
                <h2>"Volumes"</h2>
                {icon_button("refresh-cw", "Look again", move || desk.refresh())}
            </div>
            <div class="desk-side-scroll">
                {show_loaded(
                    move || desk.stats.get(),
                    6,
                    move || desk.refresh(),
                    move |stats| stats.volumes.into_iter().map(|row| volume_row(desk, row)).collect_view().into_any(),
                )}
                <div class="button-row desk-side-actions">
                    {button(Look::Plain, "upload", "Import", move || transfer::open_import(desk))}
                    {button(Look::Plain, "archive", "Back up all", move || transfer::back_up(desk))}
                </div>
            </div>
            {dynamic(move || desk.stats.with(|stats| stats.ready().map(|stats| storage::meter(&stats.storage))))}
        </aside>
    }
    .into_any()
}

fn volume_row(desk: Desk, row: VolumeStats) -> AnyView {
    let (kind, id) = words::volume_parts(&row.volume);
    let title = title(desk, &row.volume);
    let (own, opened) = (row.volume.clone(), row.volume.clone());
    let facts = [(row.skills, "skill"), (row.workflows, "workflow"), (row.traces, "trace")]
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, noun)| words::count(number, noun))
        .collect::<Vec<_>>()
        .join(" · ");
    let facts = if facts.is_empty() { "No skills or workflows yet".to_owned() } else { facts };
    let label = if id.is_empty() { kind.to_owned() } else { format!("{kind} · {id}") };
    let (remote_icon, remote_text, remote_class) = remote_state(&row);
    view! {
        <button
            type="button"
            class="desk-volume"
            aria-current=live(move || desk.volume.with(|volume| (*volume == own).to_string()))
            on:click=press(move || desk.open_volume(&opened))
        >
            <span class="desk-volume-mark"><Icon name=words::volume_icon(&row.volume) /></span>
            <span class="desk-volume-text">
                <span class="desk-volume-name">
                    <span>{title}</span>
                    {(!row.writable).then(|| view! { <span class="desk-tag" title="You can read it, not write to it"><Icon name="lock" />"read only"</span> })}
                </span>
                <span class="desk-volume-kind">{label}</span>
                <span class="desk-volume-facts">{facts}</span>
                <span class="desk-volume-facts">
                    {words::count(row.commits, "commit")} {(row.bytes > 0).then(|| format!(" · {}", words::size(row.bytes)))}
                    <span class=remote_class><Icon name=remote_icon />{remote_text}</span>
                </span>
            </span>
        </button>
    }
    .into_any()
}

/// How a volume stands with its remote: icon, words, class.
pub fn remote_state(row: &VolumeStats) -> (&'static str, String, &'static str) {
    match (&row.remote, row.ahead, row.behind) {
        (None, ..) => ("cloud-off", "only here".to_owned(), "desk-remote"),
        (Some(_), 0, 0) => ("cloud", "in step".to_owned(), "desk-remote desk-remote-even"),
        (Some(_), ahead, 0) => ("arrow-up", format!("{ahead} ahead"), "desk-remote desk-remote-uneven"),
        (Some(_), 0, behind) => ("arrow-down", format!("{behind} behind"), "desk-remote desk-remote-uneven"),
        (Some(_), ahead, behind) => {
            ("git-compare", format!("{ahead} ahead, {behind} behind"), "desk-remote desk-remote-uneven")
        }
    }
}

/// What people call a volume: the person's or the team's name. Tracks.
pub fn title(desk: Desk, volume: &str) -> String {
    let (kind, id) = words::volume_parts(volume);
    desk.people.with(|people| match (kind, people.ready()) {
        ("System", _) => "System library".to_owned(),
        ("Team", Some(people)) => people.team_name(id),
        ("User", Some(people)) => people
            .users
            .iter()
            .find(|person| person.user_id == id && !person.display_name.is_empty())
            .map_or_else(|| id.to_owned(), |person| person.display_name.clone()),
        _ => id.to_owned(),
    })
}
