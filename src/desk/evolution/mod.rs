//! The face of evolution: what recurs in the person's work, drafted as skills with the evidence, for them to decide about; and at a glance
//! what was done, what helps and when the next look is.
//!
//! It keeps nothing and decides nothing: drafts, counts and settings are the answers of `/evolution`, and what is taken is a commit.

mod actions;
mod chart;
mod data;
mod draft;
mod edit;
mod evidence;
mod head;
mod legacy;
mod list;
mod overview;
mod settings;
mod state;

use leptos::prelude::*;

use super::state::Desk;
use crate::ui::parts::reactive::{dynamic, live};
pub use state::PROGRESS;
use state::{Evolution, Side};

/// All of it, for an element of its own.
pub fn page(desk: Desk) -> AnyView {
    let evolution = desk.rooted(|| Evolution::new(desk));
    evolution.listen();
    super::follow_room(desk);
    if desk.stats.with_untracked(|stats| stats.ready().is_none()) {
        desk.refresh();
    }
    evolution.read();
    let is_reading = live(move || evolution.side.get() == Side::Review && evolution.is_reading.get());
    view! {
        <div class="evo" class:reading=is_reading on:keydown=super::keep_keys>
            {head::view(evolution)}
            {dynamic(move || match evolution.side.get() {
                Side::Review => view! {
                    <div class="evo-review">
                        {list::view(evolution)}
                        {draft::view(evolution)}
                    </div>
                }
                .into_any(),
                Side::Overview => overview::view(evolution),
            })}
        </div>
    }
    .into_any()
}
