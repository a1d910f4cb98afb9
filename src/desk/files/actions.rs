//! What can be done with files and folders: make, rename, move, delete, each a commit that can be taken back.

use leptos::prelude::*;
use serde_json::{Value, json};

use crate::desk::data::Entry;
use crate::desk::parts::{open_form, text_field};
use crate::desk::state::{Desk, Tab};
use crate::desk::words;

/// What a new skill begins with, so that it reads at once.
const NEW_SKILL: &str = "---\nname: {name}\ndescription: What it does, in one line.\ncategory: general\nkeywords: []\n---\n\
                         # {name}\n\nWhat it is, and when to use it.\n";

/// Asks for the path of a new file.
pub fn new_file(desk: Desk, folder: &str) {
    let path = desk.lasting(if folder.is_empty() { String::new() } else { format!("{folder}/") });
    let asked = move || {
        text_field(
            "Path",
            path,
            "skills/my-skill.md",
            "Folders that are not there yet are made along the way. A Markdown file under skills/ becomes a skill.",
        )
    };
    open_form(desk, "New file", "Create", false, asked, move |form| {
        let path = path.get_untracked().trim().trim_matches('/').to_owned();
        if path.is_empty() {
            form.refuse("Give the file a name.");
            return;
        }
        let content = first_content(&path);
        let body = json!({ "content": content, "message": format!("Create {path}") });
        form.send("PUT", file_path(desk, &path), body, move |_| {
            desk.files.rendered.set(false);
            desk.files.open_path(desk, &path);
            desk.touched();
        });
    });
}

fn first_content(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.strip_suffix(".md") {
        Some(stem) if path.starts_with("skills/") => NEW_SKILL.replace("{name}", &title_of(stem)),
        Some(stem) => format!("# {}\n", title_of(stem)),
        None => String::new(),
    }
}

/// `my-skill` as `My skill`.
fn title_of(stem: &str) -> String {
    let words = stem.replace(['-', '_'], " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Asks for the name of a new folder.
pub fn new_folder(desk: Desk, folder: &str) {
    let path = desk.lasting(if folder.is_empty() { String::new() } else { format!("{folder}/") });
    let asked = move || {
        text_field(
            "Path",
            path,
            "notes",
            "Git keeps no empty folders: a hidden file .gitkeep holds its place until there is another.",
        )
    };
    open_form(desk, "New folder", "Create", false, asked, move |form| {
        let path = path.get_untracked().trim().trim_matches('/').to_owned();
        if path.is_empty() {
            form.refuse("Give the folder a name.");
            return;
        }
        let body = json!({ "content": "", "message": format!("Create the folder {path}") });
        form.send("PUT", file_path(desk, &format!("{path}/.gitkeep")), body, move |_| {
            let parents = path.match_indices('/').map(|(at, _)| path[..at].to_owned()).collect::<Vec<_>>();
            desk.files.unfolded.update(|open| open.extend(parents));
            desk.files.active.set(path);
            desk.touched();
        });
    });
}

/// Asks where something is to be.
pub fn rename(desk: Desk, entry: &Entry) {
    let from = entry.path.clone();
    let path = desk.lasting(from.clone());
    let asked = move || text_field("New path", path, "", "Change its name, or the folders before it to move it.");
    open_form(desk, format!("Rename or move {}", entry.name), "Move", false, asked, move |form| {
        let (from, to) = (from.clone(), path.get_untracked().trim().trim_matches('/').to_owned());
        if to.is_empty() || to == from {
            form.refuse("Give it another path than it has.");
            return;
        }
        let body = json!({
            "volume": desk.volume.get_untracked(), "from": from, "to": to, "message": format!("Move {from} to {to}"),
        });
        form.send("POST", "/volumes/move".to_owned(), body, move |answer| {
            let was_open =
                desk.files.shown.with_untracked(|shown| shown.as_ref().is_some_and(|shown| shown.path == from));
            if was_open {
                desk.files.open_path(desk, &to);
            }
            desk.files.active.set(to.clone());
            desk.touched();
            offer_undo(desk, format!("Moved to {to}"), &answer);
        });
    });
}

/// Asks, then deletes; the commit can be taken back.
pub fn delete(desk: Desk, entry: &Entry) {
    let path = entry.path.clone();
    let what = if entry.is_folder() { "The folder and everything in it goes" } else { "It goes" };
    let text =
        format!("{what} from the volume as it is now. Its history stays, so you can take this back at any time.");
    let asked = move || view! { <p>{text.clone()}</p> }.into_any();
    open_form(desk, format!("Delete {}", entry.name), "Delete", true, asked, move |form| {
        let path = path.clone();
        let body = json!({ "message": format!("Delete {path}") });
        form.send("DELETE", file_path(desk, &path), body, move |answer| {
            let files = desk.files;
            let is_gone = |shown: &Entry| shown.path == path || shown.path.starts_with(&format!("{path}/"));
            if files.shown.with_untracked(|shown| shown.as_ref().is_some_and(is_gone)) {
                files.shown.set(None);
                desk.reading.set(false);
            }
            desk.touched();
            offer_undo(desk, format!("Deleted {path}"), &answer);
        });
    });
}

/// Says what a commit did, and offers to take it back by another.
pub fn offer_undo(desk: Desk, text: String, answer: &Value) {
    let Some(commit) = answer.get("commit").and_then(Value::as_str).map(str::to_owned) else {
        desk.say(text);
        return;
    };
    let volume = desk.volume.get_untracked();
    desk.say_with(text, "Undo", move || {
        let body = json!({ "volume": volume, "commit": commit });
        desk.ask("POST", "/volumes/revert".to_owned(), Some(body), move |answered| match answered {
            Ok(_) => {
                desk.touched();
                desk.say("Taken back by a commit of its own");
            }
            Err(failure) => desk.complain(&failure),
        });
    });
}

/// Shows what happened to a file or folder.
pub fn show_history(desk: Desk, path: &str) {
    desk.history.show_path(desk, path);
    desk.reading.set(false);
    desk.tab.set(Tab::History);
}

/// The call of a file of the volume that is looked at.
pub fn file_path(desk: Desk, path: &str) -> String {
    format!("/volumes/file?volume={}&path={}", desk.volume_query(), words::encoded(path))
}
