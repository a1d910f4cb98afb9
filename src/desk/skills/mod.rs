//! The face of skills: found as one types, read, written with findings at their lines, and taken in from elsewhere after a look.
//!
//! It keeps nothing: every change is a commit of the volume, and each can be taken back.

mod actions;
mod data;
mod editor;
mod history;
mod import;
mod list;
mod reader;
mod state;

use leptos::prelude::*;

use super::state::Desk;
use crate::browser::{JsError, Parcel};
use crate::ui::parts::reactive::live;
use state::Skills;

/// All of it, for an element of its own.
pub fn page(desk: Desk) -> AnyView {
    let skills = opened(desk);
    desk.calls().listen(move |_| skills.refresh(), |_, _| {});
    super::follow_room(desk);
    if desk.stats.with_untracked(|stats| stats.ready().is_none()) {
        desk.refresh();
    }
    skills.look();
    let is_reading = live(move || skills.shown.with(Option::is_some));
    view! {
        <div class="skills" class:reading=is_reading on:keydown=super::keep_keys>
            {list::view(skills)}
            {reader::view(skills)}
        </div>
    }
    .into_any()
}

/// The face's state, made when it is first wanted.
fn opened(desk: Desk) -> Skills {
    if let Some(skills) = desk.skills.get_value() {
        return skills;
    }
    let skills = desk.rooted(|| Skills::new(desk));
    desk.skills.set_value(Some(skills));
    skills
}

/// Shows what comes from elsewhere, to be kept or not.
pub fn import(desk: Desk, bring: impl Future<Output = Result<Parcel, JsError>> + 'static) {
    let skills = opened(desk);
    // Where it may go is asked of the volumes first.
    desk.load("/volumes/stats".to_owned(), move |stats| {
        desk.stats.set(stats);
        import::open_with(skills, bring);
    });
}

/// Opens a skill of this id.
pub fn open(desk: Desk, skill_id: &str) {
    if let (Some(skills), false) = (desk.skills.get_value(), skill_id.is_empty()) {
        skills.open_by_id(skill_id);
    }
}

/// Whether something was typed that was not saved.
pub fn has_draft(desk: Desk) -> bool {
    desk.skills.get_value().is_some_and(|skills| skills.draft.with_untracked(Option::is_some))
}

pub use actions::create;
pub use import::open as open_import;
pub use state::Skills as SkillsState;
