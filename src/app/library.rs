//! The library as it arrives: the opening with the page, so that it can be used at once, and all that runs from the volume worker.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;

use super::draft;
use crate::browser::{self, JsError, Volumes};
use crate::interface::{Catalogue, DEMO_WORKFLOW};
use crate::ui::{AppState, ToastKind};

/// The library, and who waits for the rest of it.
#[derive(Clone)]
pub struct LibraryInTwoParts {
    state: AppState,
    volumes: Volumes,
    /// What to do once it is there; `None` when it is.
    waiting: Rc<RefCell<Option<Vec<Box<dyn FnOnce()>>>>>,
}

impl LibraryInTwoParts {
    /// An empty library.
    pub fn new(state: AppState, volumes: Volumes) -> Self {
        Self { state, volumes, waiting: Rc::new(RefCell::new(Some(Vec::new()))) }
    }

    /// Brings the opening, opens the workflow that was left or the demo, then brings the rest.
    pub async fn bring(&self) -> Result<(), JsError> {
        self.show(browser::load_opening().await?);
        match draft::load() {
            Some(workflow) => self.state.open(workflow),
            None => open_demo(self.state),
        }
        draft::keep(self.state);
        let state = self.state;
        self.volumes.on_warning(move |warning| state.chrome.toast(ToastKind::Error, warning));
        self.show(self.volumes.catalogue().await?);
        let library = self.clone();
        self.volumes.on_library_change(move || library.refresh());
        for act in self.waiting.take().into_iter().flatten() {
            act();
        }
        Ok(())
    }

    /// Acts once the whole library is there: now, or as soon as it is.
    pub fn when_whole(&self, act: impl FnOnce() + 'static) {
        if let Some(waiting) = &mut *self.waiting.borrow_mut() {
            return waiting.push(Box::new(act));
        }
        act();
    }

    /// Reads the library again: something in it changed. What cannot be read leaves what is shown.
    fn refresh(&self) {
        let library = self.clone();
        browser::spawn(async move {
            if let Ok(catalogue) = library.volumes.catalogue().await {
                library.show(catalogue);
            }
        });
    }

    fn show(&self, catalogue: Catalogue) {
        self.state.set_library(catalogue.library.skills.into_values(), catalogue.library.diagnostics);
        self.state.set_workflows(catalogue.workflows.into_values());
    }
}

/// Opens the demo, where the library holds it.
pub fn open_demo(state: AppState) {
    let workflows = state.workflows.get_untracked();
    if let Some(demo) = workflows.iter().find(|workflow| workflow.workflow_id == DEMO_WORKFLOW) {
        state.open(demo.clone());
    }
}
