//! The keys of the workbench, as a list to read.

use leptos::prelude::*;

use crate::desk::page_facts::{self, Action};
use crate::desk::parts::{Look, button, icon_button};
use crate::desk::state::{Desk, Shape};

/// Keys that belong to a place rather than to an action.
pub const OF_PLACES: [(&str, &str); 9] = [
    ("Move the canvas", "Space and drag, or the wheel"),
    ("Zoom", "Ctrl and the wheel, or pinch"),
    ("From node to node", "Arrows"),
    ("Move a node", "Alt and arrows"),
    ("Open the details", "Enter"),
    ("Select several", "Shift and click, Shift and drag"),
    ("Size of a panel", "Arrows on its edge"),
    ("Save a file", "Ctrl S"),
    ("Step back", "Escape"),
];

/// Every action that has keys, and the keys of places.
pub fn list(actions: &[Action]) -> AnyView {
    let rows = actions.iter().filter(|action| !action.keys.is_empty());
    let rows = rows.map(|action| (action.name.clone(), action.keys.clone()));
    let rows = rows.chain(OF_PLACES.map(|(name, keys)| (name.to_owned(), keys.to_owned())));
    let rows = rows
        .map(|(name, keys)| view! { <div class="key-row"><dt>{name}</dt><dd><kbd>{keys}</kbd></dd></div> })
        .collect_view();
    view! { <dl class="key-list">{rows}</dl> }.into_any()
}

/// The list over the page.
pub fn open(desk: Desk, listed: &str) {
    let actions = page_facts::actions(listed);
    desk.put_over("Keys", Shape::Dialog("small"), move || {
        let change = move || {
            desk.close_over();
            desk.calls().tell("action", "Go to settings");
        };
        view! {
            <div class="modal-head">
                <h2>"Keys"</h2>
                {icon_button("x", "Close", move || desk.close_over())}
            </div>
            <div class="modal-body" tabindex="0" role="group" aria-label="Keys">{list(&actions)}</div>
            <div class="desk-form-foot">{button(Look::Plain, "keyboard", "Change the keys", change)}</div>
        }
        .into_any()
    });
}
