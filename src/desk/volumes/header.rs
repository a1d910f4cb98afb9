//! The frame of the volume that is looked at: its name, what can be done with the whole of it, and its views.

use leptos::ev;
use leptos::prelude::*;

use super::{list, transfer};
use crate::desk::parts::{below, empty, icon_button, menu_item};
use crate::desk::state::{Desk, Tab};
use crate::desk::{files, history, over, proposals, remote, words};
use crate::ui::parts::Icon;
use crate::ui::parts::reactive::{dynamic, live, press};

const TABS: [(Tab, &str, &str); 4] = [
    (Tab::Files, "folder", "Files"),
    (Tab::History, "history", "History"),
    (Tab::Proposals, "git-pull-request", "Proposals"),
    (Tab::Remote, "cloud", "Remote"),
];

/// The volume that is looked at.
pub fn volume(desk: Desk) -> AnyView {
    let is_open = Memo::new(move |_| !desk.volume.with(String::is_empty));
    let view_of = move || match desk.tab.get() {
        Tab::Files => files::view(desk),
        Tab::History => history::view(desk),
        Tab::Proposals => proposals::view(desk),
        Tab::Remote => remote::view(desk),
    };
    dynamic(move || {
        if !is_open.get() {
            return view! {
                <section class="desk-main">
                    {empty("database", "Volumes", "A volume is a folder with a memory: every change to a skill, a workflow or a note is kept, can be looked at, and can be taken back.", None)}
                </section>
            }
            .into_any();
        }
        view! {
            <section class="desk-main" aria-label="The volume">
                {head(desk)}
                {dynamic(view_of)}
            </section>
        }
        .into_any()
    })
}

fn head(desk: Desk) -> AnyView {
    let name = live(move || list::title(desk, &desk.volume.get()));
    let facts = live(move || {
        let volume = desk.volume.get();
        let updated =
            desk.stats.with(|stats| stats.ready()?.volumes.iter().find(|row| row.volume == volume)?.updated_at);
        match updated {
            Some(at) => format!("{volume} · changed {}", words::ago(at)),
            None => volume,
        }
    });
    let open_menu = move |event: ev::MouseEvent| desk.put_over("This volume", below(&event), move || menu(desk));
    let tabs = TABS
        .into_iter()
        .map(|(tab, icon, name)| {
            let count = dynamic(move || {
                let number = desk.proposals.open_count();
                (tab == Tab::Proposals && number > 0).then(|| view! { <span class="desk-count">{number}</span> })
            });
            view! {
                <button
                    type="button"
                    role="tab"
                    class="desk-tab"
                    id=format!("desk-tab-{}", name.to_lowercase())
                    aria-selected=live(move || (desk.tab.get() == tab).to_string())
                    tabindex=live(move || if desk.tab.get() == tab { "0" } else { "-1" })
                    on:click=press(move || choose(desk, tab))
                >
                    <Icon name=icon />
                    {name}
                    {count}
                </button>
            }
        })
        .collect_view();
    let on_key = move |event: ev::KeyboardEvent| {
        let step: isize = match event.key().as_str() {
            "ArrowRight" => 1,
            "ArrowLeft" => -1,
            _ => return,
        };
        event.prevent_default();
        let now = TABS.iter().position(|(tab, ..)| *tab == desk.tab.get_untracked()).unwrap_or_default();
        let next = (now as isize + step).rem_euclid(TABS.len() as isize) as usize;
        choose(desk, TABS[next].0);
        over::move_focus(".desk-tab", step);
    };
    view! {
        <header class="desk-head">
            <div class="desk-head-line">
                <span class="desk-back">{icon_button("arrow-left", "All volumes", move || desk.open_volume(""))}</span>
                <div class="desk-head-text">
                    <h1>{move || name.get()}</h1>
                    <p>
                        {move || facts.get()}
                    </p>
                </div>
                {dynamic(move || (!desk.is_writable()).then(|| view! {
                    <span class="desk-tag" title="You can read it, not write to it. Propose a change instead."><Icon name="lock" />"read only"</span>
                }))}
                <button type="button" class="icon-button" aria-label="More for this volume" title="More for this volume" aria-haspopup="menu" on:click=open_menu>
                    <Icon name="ellipsis" />
                </button>
            </div>
            <div class="desk-tabs" role="tablist" aria-label="Views of the volume" on:keydown=on_key>{tabs}</div>
        </header>
    }
    .into_any()
}

fn choose(desk: Desk, tab: Tab) {
    desk.reading.set(false);
    desk.tab.set(tab);
}

fn menu(desk: Desk) -> AnyView {
    let may_remove = !desk.volume.with_untracked(|volume| volume == "system");
    view! {
        {menu_item(desk, "archive", "Export as a zip of its repository", move || transfer::export_zip(desk))}
        {menu_item(desk, "git-branch", "Export as a git bundle", move || transfer::export_bundle(desk))}
        {menu_item(desk, "upload", "Import into this volume", move || transfer::open_import(desk))}
        {may_remove.then(|| menu_item(desk, "trash-2", "Remove from this device", move || transfer::open_remove(desk)))}
    }
    .into_any()
}
