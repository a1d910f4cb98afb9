//! The open workflow, kept by this browser from edit to edit, so that a reload loses nothing.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use crate::browser;
use crate::kernel::dag::Workflow;
use crate::ui::AppState;

const SETTING: &str = "draft";
const DELAY_MS: u32 = 300;

/// The workflow that was open when the page was last left.
pub fn load() -> Option<Workflow> {
    serde_json::from_str(&browser::load_setting(SETTING)?).ok()
}

/// Keeps the open workflow from now on: 300 ms after an edit, and when the page is left.
pub fn keep(state: AppState) {
    let pending: Rc<RefCell<Option<Timeout>>> = Rc::default();
    let leaving = Rc::clone(&pending);
    let save = move |workflow: &Arc<Workflow>| {
        if let Ok(text) = serde_json::to_string(&**workflow) {
            browser::save_setting(SETTING, &text);
        }
    };
    Effect::watch(
        move || state.document.workflow.get(),
        move |workflow, _, _| {
            let workflow = Arc::clone(workflow);
            *pending.borrow_mut() = Some(Timeout::new(DELAY_MS, move || save(&workflow)));
        },
        false,
    );
    EventListener::new(&gloo::utils::window(), "pagehide", move |_| {
        if leaving.borrow_mut().take().is_some() {
            save(&state.document.workflow.get_untracked());
        }
    })
    .forget();
}
