//! What happened to one skill: its commits, what each changed in it, and the way back to any of them.

use leptos::prelude::*;

use super::actions;
use super::state::{Shown, Skills};
use crate::desk::data::{Commit, Files, HistoryPage, Loaded};
use crate::desk::diff;
use crate::desk::parts::{Look, button, empty, show_loaded};
use crate::desk::words;
use crate::ui::parts::reactive::{dynamic, live, press};

/// The commits, and the one that is looked at.
pub fn view(skills: Skills, shown: Shown, path: String, writable: bool) -> AnyView {
    let chosen = RwSignal::new(String::new());
    let show = move |page: HistoryPage| {
        if page.commits.is_empty() {
            return empty("history", "No commits yet", "Every save becomes one.", None);
        }
        if chosen.with_untracked(String::is_empty) {
            chosen.set(page.commits[0].oid.clone());
        }
        let newest = page.commits[0].oid.clone();
        let rows = page.commits.iter().map(|commit| row(commit, chosen)).collect_view();
        let (shown, path) = (shown.clone(), path.clone());
        view! {
            <div class="skills-history">
                <div class="skills-commits">{rows}</div>
                {dynamic(move || details(skills, shown.clone(), path.clone(), chosen.get(), writable && chosen.get() != newest))}
            </div>
        }
        .into_any()
    };
    show_loaded(move || skills.history.get(), 6, move || skills.read_history(), show)
}

fn row(commit: &Commit, chosen: RwSignal<String>) -> AnyView {
    let (oid, is) = (commit.oid.clone(), commit.oid.clone());
    view! {
        <button
            type="button"
            class="skills-commit"
            aria-current=live(move || chosen.with(|chosen| *chosen == is).to_string())
            on:click=press(move || chosen.set(oid.clone()))
        >
            <span>{words::subject(&commit.message).to_owned()}</span>
            <small>{commit.author.clone()}", "<time title=words::moment(commit.timestamp)>{words::ago(commit.timestamp)}</time></small>
        </button>
    }
    .into_any()
}

fn details(skills: Skills, shown: Shown, path: String, commit: String, restorable: bool) -> AnyView {
    let desk = skills.desk;
    let files = RwSignal::new(Loaded::<Files>::Waiting);
    let call = format!("/volumes/commit?volume={}&commit={}", words::encoded(&shown.volume), words::encoded(&commit));
    let load = move || {
        desk.load(call.clone(), move |loaded| {
            if files.try_get_untracked().is_some() {
                files.set(loaded);
            }
        })
    };
    load();
    let (folder, of) = (path.strip_suffix("SKILL.md").map(str::to_owned), path.clone());
    let show = move |mut files: Files| {
        // A commit may have changed other things too: of interest is this skill.
        files.files.retain(|file| {
            file.path == of || folder.as_ref().is_some_and(|folder| file.path.starts_with(folder.as_str()))
        });
        diff::files(desk, files.files, "", &[])
    };
    let at = commit.clone();
    let restore = restorable.then(|| {
        button(Look::Plain, "rotate-ccw", "Restore this version", move || actions::restore(skills, &shown, &path, &at))
    });
    view! {
        <div class="skills-version">
            <div class="skills-version-head"><code>{words::short(&commit).to_owned()}</code>{restore}</div>
            {show_loaded(move || files.get(), 8, load, show)}
        </div>
    }
    .into_any()
}
