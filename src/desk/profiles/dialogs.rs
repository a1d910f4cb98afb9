//! New people, new teams, and what somebody is called.

use leptos::prelude::*;
use serde_json::json;

use crate::desk::data::Person;
use crate::desk::parts::{open_form, text_field};
use crate::desk::state::Desk;
use crate::desk::words;

const EMAIL_HINT: &str = "Commits carry it. It is sent nowhere on its own, and may stay empty.";

/// A name as an id: small letters, digits and hyphens.
fn id_of(name: &str) -> String {
    let mut id = String::new();
    // Letters with marks become letters and marks: `ö` is then an `o`.
    let plain = String::from(js_sys::JsString::from(name.trim().to_lowercase()).normalize("NFKD"));
    for letter in plain.chars().filter(|letter| !('\u{300}'..='\u{36f}').contains(letter)) {
        if letter.is_ascii_alphanumeric() {
            id.push(letter);
        } else if !id.ends_with('-') && !id.is_empty() {
            id.push('-');
        }
    }
    id.trim_end_matches('-').to_owned()
}

/// The id follows the name until it is typed over.
fn id_follows(name: RwSignal<String>, id: RwSignal<String>) {
    Effect::watch(
        move || name.get(),
        move |name: &String, before: Option<&String>, _| {
            let was_ours = id.with_untracked(|id| id.is_empty() || before.is_some_and(|before| *id == id_of(before)));
            if was_ours {
                id.set(id_of(name));
            }
        },
        true,
    );
}

/// Asks for a person who uses this device too.
pub fn new_person(desk: Desk) {
    let [name, id, email] = std::array::from_fn(|_| desk.lasting(String::new()));
    let asked = move || {
        id_follows(name, id);
        view! {
            {text_field("Name", name, "Alice Berg", "")}
            {text_field("Id", id, "alice", "Names their volume: user/… It cannot be changed later.")}
            {text_field("Address", email, "alice@example.org", EMAIL_HINT)}
        }
        .into_any()
    };
    open_form(desk, "New person", "Add", false, asked, move |form| {
        let (shown, id) = (name.get_untracked().trim().to_owned(), id.get_untracked().trim().to_owned());
        let mut body = json!({ "user_id": id, "display_name": shown });
        let email = email.get_untracked().trim().to_owned();
        if !email.is_empty() {
            body["email"] = email.into();
        }
        form.send("POST", "/profiles".to_owned(), body, move |_| {
            desk.refresh();
            desk.say_with(format!("{shown} was added"), "Switch", move || super::switch_to(desk, &id, &shown));
        });
    });
}

/// Asks what the person is called.
pub fn edit_person(desk: Desk, person: &Person) {
    let name = desk.lasting(person.display_name.clone());
    let email = desk.lasting(person.email.clone());
    let path = format!("/profiles/{}", words::encoded(&person.user_id));
    let asked = move || {
        view! {
            {text_field("Name", name, "Alice Berg", "As it stands in commits from now on. Older ones keep the name they were made with.")}
            {text_field("Address", email, "alice@example.org", EMAIL_HINT)}
        }
        .into_any()
    };
    open_form(desk, "Your name and address", "Save", false, asked, move |form| {
        let body = json!({ "display_name": name.get_untracked().trim(), "email": email.get_untracked().trim() });
        form.send("PUT", path.clone(), body, move |_| {
            desk.refresh();
            desk.say("Saved");
        });
    });
}

/// Asks for a new team.
pub fn new_team(desk: Desk) {
    let [name, id] = std::array::from_fn(|_| desk.lasting(String::new()));
    let asked = move || {
        id_follows(name, id);
        view! {
            {text_field("Name", name, "Acme Instruments", "")}
            {text_field("Id", id, "acme", "Names its volume: team/… It cannot be changed later.")}
            <p class="panel-note">"You become its admin: you add members and decide what it takes. To work together on different devices, give its volume a remote."</p>
        }
        .into_any()
    };
    open_form(desk, "New team", "Create", false, asked, move |form| {
        let (shown, id) = (name.get_untracked().trim().to_owned(), id.get_untracked().trim().to_owned());
        let body = json!({ "team_id": id, "name": shown });
        form.send("POST", "/teams".to_owned(), body, move |_| {
            desk.refresh();
            desk.say_with(format!("{shown} is there"), "Add members", move || super::members::open(desk, &id));
        });
    });
}
