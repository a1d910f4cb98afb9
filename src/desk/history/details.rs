//! One commit: what it says, who made it and when, and what it changed.

use leptos::prelude::*;

use super::actions;
use crate::desk::data::Commit;
use crate::desk::diff::{self, FileAction};
use crate::desk::parts::{Look, button, empty, icon_button, show_loaded};
use crate::desk::state::Desk;
use crate::desk::words;
use crate::ui::parts::reactive::dynamic;

/// What can be done with a file of a commit.
const FILE_ACTIONS: &[FileAction] =
    &[("Open", "file-text", actions::open_file), ("Restore this version", "rotate-ccw", actions::restore)];
const FILE_ACTIONS_READING: &[FileAction] = &[("Open", "file-text", actions::open_file)];

/// The commit that is looked at.
pub fn view(desk: Desk) -> AnyView {
    let history = desk.history;
    let commit = Memo::new(move |_| {
        let shown = history.shown.get();
        history.commits.with(|commits| commits.iter().find(|commit| commit.oid == shown).cloned())
    });
    dynamic(move || match commit.get() {
        None => empty(
            "git-commit-horizontal",
            "Choose a commit",
            "It shows what changed, line by line. Any commit can be taken back, and any version of a file brought back.",
            None,
        ),
        Some(commit) => one(desk, commit),
    })
}

fn one(desk: Desk, commit: Commit) -> AnyView {
    let writable = desk.is_writable();
    let history = desk.history;
    let body = words::body(&commit.message).to_owned();
    let [copied, reverted, oid] = std::array::from_fn(|_| commit.oid.clone());
    let subject = words::subject(&commit.message).to_owned();
    let parents = commit
        .parents
        .iter()
        .map(|parent| {
            let shown = parent.clone();
            let is_known = history.commits.with_untracked(|commits| commits.iter().any(|commit| commit.oid == *parent));
            if is_known {
                button(Look::Text, "git-commit-horizontal", words::short(parent), move || history.show(desk, &shown))
            } else {
                view! { <code>{words::short(parent).to_owned()}</code> }.into_any()
            }
        })
        .collect_view();
    let parents_title = if commit.parents.len() > 1 { "Brings together" } else { "Made on" };
    let actions = if writable { FILE_ACTIONS } else { FILE_ACTIONS_READING };
    view! {
        <article class="desk-commit-page">
            <span class="desk-back">{icon_button("arrow-left", "All commits", move || desk.reading.set(false))}</span>
            <header class="desk-commit-head">
                <h2>{subject.clone()}</h2>
                {(!body.is_empty()).then(|| view! { <p class="desk-commit-body">{body}</p> })}
                <div class="desk-commit-by">
                    <span class="desk-avatar" aria-hidden="true">{words::initials(&commit.author)}</span>
                    <span>
                        <strong>{commit.author.clone()}</strong>
                        <span class="desk-commit-email">{commit.email.clone()}</span>
                    </span>
                    <time title=words::ago(commit.timestamp)>{words::moment(commit.timestamp)}</time>
                </div>
                <div class="desk-commit-ids">
                    <span>"Commit " <code>{words::short(&commit.oid).to_owned()}</code></span>
                    {icon_button("copy", "Copy the commit's id", move || desk.copy(&copied, "The commit's id is on the clipboard"))}
                    {(!commit.parents.is_empty()).then(|| view! { <span>{parents_title}</span> {parents} })}
                    {commit.signed.then(|| view! { <span class="desk-tag">"signed"</span> })}
                    {writable.then(|| view! {
                        <span class="desk-commit-revert">
                            {button(Look::Plain, "undo-2", "Revert", move || actions::revert(desk, &reverted, &subject))}
                        </span>
                    })}
                </div>
            </header>
            {show_loaded(
                move || history.details.get(),
                10,
                move || history.load_details(desk),
                move |files| diff::files(desk, files.files, &oid, actions),
            )}
        </article>
    }
    .into_any()
}
