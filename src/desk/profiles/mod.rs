//! The people of this device: who is signed in, teams, members and roles.

mod dialogs;
mod members;
mod signing;
mod vault;

pub use dialogs::new_team;

use leptos::prelude::*;
use serde_json::json;

use super::data::{People, Person};
use super::parts::{failed, menu_item, waiting};
use super::state::{Desk, Shape};
use super::words;
use crate::desk::data::Loaded;
use crate::ui::parts::Icon;
use crate::ui::parts::reactive::{dynamic, press};

/// The menu of people, below the button in the page's header.
pub fn open_menu(desk: Desk) {
    desk.refresh();
    let button =
        document().query_selector(".profile-button").ok().flatten().map(|button| button.get_bounding_client_rect());
    let (x, y) = button.map_or((0.0, 44.0), |place| (place.right() - 280.0, place.bottom() + 6.0));
    desk.put_over("People and teams", Shape::Menu(x, y), move || menu(desk));
}

fn menu(desk: Desk) -> AnyView {
    // The list is as it was when the menu opened: nothing moves under the pointer.
    let is_ready = Memo::new(move |_| desk.people.with(|people| people.ready().is_some()));
    dynamic(move || {
        // Read, and not only tracked: a memo that nobody reads follows nothing.
        is_ready.get();
        match desk.people.get_untracked() {
            Loaded::Waiting => waiting(4),
            Loaded::Failed(failure) => failed(&failure, move || desk.refresh()),
            Loaded::Ready(people) => content(desk, &people),
        }
    })
}

fn content(desk: Desk, people: &People) -> AnyView {
    let users = people.users.iter().map(|person| one_person(desk, people, person)).collect_view();
    let me = people.me().cloned().unwrap_or_default();
    let teams = me
        .teams
        .iter()
        .map(|membership| {
            let id = membership.team_id.clone();
            let role = if membership.role == "team_admin" { "admin" } else { "member" };
            let name = format!("{} ({role})", people.team_name(&id));
            menu_item(desk, "users", name, move || members::open(desk, &id))
        })
        .collect_view();
    let has_teams = !me.teams.is_empty();
    let signer = me.clone();
    view! {
        <p class="desk-menu-title">"Signed in as"</p>
        {users}
        <hr />
        {has_teams.then(|| view! { <p class="desk-menu-title">"Your teams: members and roles"</p> })}
        {teams}
        {has_teams.then(|| view! { <hr /> })}
        {menu_item(desk, "pencil", "Your name and address", move || dialogs::edit_person(desk, &me))}
        {menu_item(desk, "signature", "Signed commits", move || signing::open(desk, &signer))}
        {menu_item(desk, "key-round", "Keys and tokens", move || vault::open(desk))}
        <hr />
        {menu_item(desk, "user-plus", "New person", move || dialogs::new_person(desk))}
        {menu_item(desk, "plus", "New team", move || new_team(desk))}
    }
    .into_any()
}

fn one_person(desk: Desk, people: &People, person: &Person) -> AnyView {
    let is_me = person.user_id == people.current.user_id;
    let name = if person.display_name.is_empty() { person.user_id.clone() } else { person.display_name.clone() };
    let teams: Vec<String> = person.teams.iter().map(|team| people.team_name(&team.team_id)).collect();
    let mut about = if teams.is_empty() { person.user_id.clone() } else { teams.join(", ") };
    if person.system_admin {
        about.push_str(" · keeps the system");
    }
    let (id, shown) = (person.user_id.clone(), name.clone());
    let switch = move || {
        desk.close_over();
        if !is_me {
            switch_to(desk, &id, &shown);
        }
    };
    view! {
        <button type="button" class="menu-item desk-person" role="menuitemradio" aria-checked=is_me.to_string() on:click=press(switch)>
            <span class="desk-avatar" aria-hidden="true">{words::initials(&name)}</span>
            <span class="desk-person-text">
                <span>{name}</span>
                <span class="desk-person-about">{about}</span>
            </span>
            {is_me.then(|| view! { <Icon name="check" /> })}
        </button>
    }
    .into_any()
}

/// Signs another person in: their volumes take the place of those that are shown.
fn switch_to(desk: Desk, user_id: &str, name: &str) {
    let name = name.to_owned();
    let body = json!({ "user_id": user_id });
    desk.ask("POST", "/profiles/switch".to_owned(), Some(body), move |answered| match answered {
        Ok(_) => {
            desk.open_volume("");
            desk.touched();
            desk.say(format!("You are {name} now"));
        }
        Err(failure) => desk.complain(&failure),
    });
}
