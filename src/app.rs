//! The wire: builds the browser side, hands the UI its services and tells it what happens. Decides nothing and shows nothing itself.

mod draft;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::UnwrapThrowExt;

use crate::browser::{self, Engine, PreviewOptions, RunListener, RunRequest};
use crate::interface::Catalogue;
use crate::kernel::dag::{NodeResult, RunEvent, RunResult};
use crate::ui::{App, AppState, PreviewHandle, PreviewRequest, Services, ToastKind};

/// The workflow that a first visit opens.
const DEMO: &str = "rc-filter";

/// Starts the workbench. Throws, for `boot.ts` to show, where the page lacks what nothing works without.
pub fn start() {
    console_error_panic_hook::set_once();
    let engine = Engine::open().map_err(|error| error.to_string()).unwrap_throw();
    let state = AppState::new();
    let catalogue = Rc::new(RefCell::new(Catalogue::default()));
    let readiness = browser::install_scripting(&browser::version(), Rc::clone(&catalogue), &engine);
    let services = services(state, &engine, &catalogue);
    mount_to_body(move || view! { <App state=state services=services /> });
    browser::spawn(async move {
        match browser::load_catalogue().await {
            Ok(loaded) => {
                state.set_library(loaded.library.skills.values().cloned(), loaded.library.diagnostics.clone());
                state.set_workflows(loaded.workflows.values().cloned());
                *catalogue.borrow_mut() = loaded;
                match draft::load() {
                    Some(workflow) => state.open(workflow),
                    None => open_demo(state, &catalogue),
                }
                draft::keep(state);
                readiness.ready();
            }
            Err(error) => {
                state.chrome.toast(
                    ToastKind::Error,
                    format!("The library of skills could not be loaded: {error}. Reload the page to try again."),
                );
                readiness.failed(&error.to_string());
            }
        }
    });
}

fn open_demo(state: AppState, catalogue: &RefCell<Catalogue>) {
    if let Some(demo) = catalogue.borrow().workflows.get(DEMO) {
        state.open(demo.clone());
    }
}

fn services(state: AppState, engine: &Engine, catalogue: &Rc<RefCell<Catalogue>>) -> Services {
    let current = Rc::new(Cell::new(None));
    let starting = (engine.clone(), Rc::clone(&current));
    let stopping = (engine.clone(), current);
    let drawing = engine.clone();
    let opening = Rc::clone(catalogue);
    Services {
        start_run: Rc::new(move |payload, target| {
            let (engine, current) = &starting;
            if let Some(number) = current.take() {
                engine.cancel(number);
            }
            state.run_started();
            match engine.start(RunRequest { payload, target, timeout_ms: None }, Rc::new(Screen { state })) {
                Ok(number) => current.set(Some(number)),
                Err(diagnostics) => state.report(diagnostics),
            }
        }),
        stop_run: Rc::new(move || {
            let (engine, current) = &stopping;
            if let Some(number) = current.take() {
                engine.cancel(number);
            }
        }),
        mount_preview: Rc::new(move |element, request| mount_preview(&drawing, element, request)),
        load_setting: Rc::new(browser::load_setting),
        save_setting: Rc::new(browser::save_setting),
        copy_text: Rc::new(move |text| {
            let text = text.to_owned();
            browser::spawn(async move {
                if let Err(error) = browser::copy_text(&text).await {
                    state.chrome.toast(ToastKind::Error, error.to_string());
                }
            });
        }),
        download: Rc::new(move |name, mime, text| {
            if let Err(error) = browser::download(name, mime, text) {
                state.chrome.toast(ToastKind::Error, error.to_string());
            }
        }),
        open_demo: Rc::new(move || open_demo(state, &opening)),
        version: browser::version(),
    }
}

fn mount_preview(engine: &Engine, element: &web_sys::HtmlElement, request: PreviewRequest) -> PreviewHandle {
    let options = PreviewOptions {
        kind: request.kind,
        size: request.size.name(),
        label: request.label,
        unit: request.unit,
        theme: if request.dark { "dark" } else { "light" },
        reduced_motion: browser::prefers("(prefers-reduced-motion: reduce)"),
    };
    let preview = browser::mount_preview(engine.host(), element, &request.step, &request.output, &options);
    PreviewHandle::new(move || drop(preview))
}

/// The person at the screen, as a listener.
struct Screen {
    state: AppState,
}

impl RunListener for Screen {
    fn on_event(&self, event: &RunEvent, result: Option<&NodeResult>) {
        self.state.apply(event, result);
    }

    fn on_finished(&self, result: RunResult) {
        self.state.run_finished(&result);
    }
}
