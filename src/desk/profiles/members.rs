//! The members of a team and their roles.

use leptos::ev;
use leptos::prelude::*;
use serde_json::json;

use crate::desk::data::{People, Person};
use crate::desk::failure::Failure;
use crate::desk::parts::{Look, button, icon_button, trouble};
use crate::desk::state::{Desk, Shape};
use crate::desk::words;
use crate::ui::parts::reactive::dynamic;

const ROLES: [(&str, &str); 2] = [("user", "Member: proposes"), ("team_admin", "Admin: decides")];

/// The dialog of a team.
pub fn open(desk: Desk, team_id: &str) {
    let id = team_id.to_owned();
    let name = desk.people.with_untracked(|people| people.ready().map(|people| people.team_name(team_id)));
    let name = name.unwrap_or_else(|| id.clone());
    desk.put_over(format!("Members of {name}"), Shape::Dialog("small"), move || {
        let id = id.clone();
        let failure = RwSignal::new(None::<Failure>);
        view! {
            <div class="modal-head">
                <h2>{format!("Members of {name}")}</h2>
                {icon_button("x", "Close", move || desk.close_over())}
            </div>
            <div class="modal-body desk-members">
                {dynamic(move || desk.people.get().ready().map(|people| list(desk, people, &id, failure)))}
                {dynamic(move || failure.get().map(|failure| trouble(&failure)))}
            </div>
        }
        .into_any()
    });
}

fn role_in<'a>(person: &'a Person, team_id: &str) -> Option<&'a str> {
    person.teams.iter().find(|team| team.team_id == team_id).map(|team| team.role.as_str())
}

fn list(desk: Desk, people: &People, team_id: &str, failure: RwSignal<Option<Failure>>) -> AnyView {
    let decides = people.me().is_some_and(|me| me.system_admin || role_in(me, team_id) == Some("team_admin"));
    let me = people.current.user_id.clone();
    let (members, others): (Vec<&Person>, Vec<&Person>) =
        people.users.iter().partition(|person| role_in(person, team_id).is_some());
    let members = members
        .into_iter()
        .map(|person| {
            let role = role_in(person, team_id).unwrap_or_default().to_owned();
            let may_leave = decides || person.user_id == me;
            let leave = may_leave.then(|| {
                let (user, team) = (person.user_id.clone(), team_id.to_owned());
                icon_button("x", format!("Take {} out of the team", person.display_name), move || {
                    let path = format!("/teams/{}/members/{}", words::encoded(&team), words::encoded(&user));
                    send(desk, "DELETE", path, None, failure);
                })
            });
            let choice = if decides {
                role_choice(desk, person, team_id, &role, failure)
            } else {
                view! { <span class="panel-note">{if role == "team_admin" { "Admin" } else { "Member" }}</span> }
                    .into_any()
            };
            row(person, view! { {choice} {leave} }.into_any())
        })
        .collect_view();
    let has_others = !others.is_empty();
    let others = others
        .into_iter()
        .map(|person| {
            let (user, team) = (person.user_id.clone(), team_id.to_owned());
            let add = button(Look::Plain, "user-plus", "Add", move || set_role(desk, &team, &user, "user", failure));
            row(person, add)
        })
        .collect_view();
    view! {
        <ul class="desk-member-list">{members}</ul>
        {(decides && has_others).then(|| view! {
            <h3>"Other people of this device"</h3>
            <ul class="desk-member-list">{others}</ul>
        })}
        {(decides && !has_others).then(|| view! {
            <p class="panel-note">"Everybody of this device is in the team. Add a person first to add them here."</p>
        })}
    }
    .into_any()
}

fn row(person: &Person, tools: AnyView) -> AnyView {
    let name = if person.display_name.is_empty() { person.user_id.clone() } else { person.display_name.clone() };
    view! {
        <li class="desk-member">
            <span class="desk-avatar" aria-hidden="true">{words::initials(&name)}</span>
            <span class="desk-person-text">
                <span>{name}</span>
                <span class="desk-person-about">{person.user_id.clone()}</span>
            </span>
            {tools}
        </li>
    }
    .into_any()
}

fn role_choice(desk: Desk, person: &Person, team_id: &str, role: &str, failure: RwSignal<Option<Failure>>) -> AnyView {
    let options =
        ROLES.map(|(key, name)| view! { <option value=key selected=key == role>{name}</option> }).collect_view();
    let (user, team) = (person.user_id.clone(), team_id.to_owned());
    let on_change = move |event: ev::Event| {
        use wasm_bindgen::JsCast;
        let select = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlSelectElement>().ok());
        if let Some(select) = select {
            set_role(desk, &team, &user, &select.value(), failure);
        }
    };
    let label = format!("Role of {}", person.display_name);
    view! { <select class="desk-select" aria-label=label on:change=on_change>{options}</select> }.into_any()
}

fn set_role(desk: Desk, team_id: &str, user_id: &str, role: &str, failure: RwSignal<Option<Failure>>) {
    let path = format!("/teams/{}/members", words::encoded(team_id));
    send(desk, "POST", path, Some(json!({ "user_id": user_id, "role": role })), failure);
}

fn send(
    desk: Desk,
    method: &'static str,
    path: String,
    body: Option<serde_json::Value>,
    failure: RwSignal<Option<Failure>>,
) {
    failure.set(None);
    desk.ask(method, path, body, move |answered| {
        failure.set(answered.err());
        // What is shown is what is there, also where the change was refused.
        desk.refresh();
    });
}
