//! The wire: builds the browser side, hands the UI its services and tells it what happens. Decides nothing and shows nothing itself.

mod draft;
mod library;
mod runs;

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::UnwrapThrowExt;

use self::library::LibraryInTwoParts;
use self::runs::Runs;
use crate::browser::{self, Engine, PreviewOptions, Volumes};
use crate::kernel::dag::Workflow;
use crate::ui::{App, AppState, PanelSizes, PreviewHandle, PreviewRequest, Section, Services, ToastKind};

/// Who was signed in last, for the header to show before the desk is there.
const PROFILE_SETTING: &str = "profile";

/// Starts the workbench. Throws, for `boot.ts` to show, where the page lacks what nothing works without.
pub fn start() {
    console_error_panic_hook::set_once();
    let volumes = Volumes::open();
    let traces = volumes.clone();
    let engine = Engine::open(move |report| traces.keep_trace(report));
    let engine = engine.map_err(|error| error.to_string()).unwrap_throw();
    let state = AppState::new();
    let place = move |workflow: String| put_on_canvas(state, &workflow);
    let readiness = browser::install_scripting(&browser::version(), &volumes, &engine, place);
    let library = LibraryInTwoParts::new(state, volumes.clone());
    let services = services(state, &engine, &volumes, &library);
    mount_to_body(move || view! { <App state=state services=services /> });
    browser::spawn(async move {
        match library.bring().await {
            Ok(()) => readiness.ready(),
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

fn services(state: AppState, engine: &Engine, volumes: &Volumes, library: &LibraryInTwoParts) -> Services {
    let runs = Runs::new(state, engine.clone(), library.clone());
    let stopping = runs.clone();
    let drawing = (engine.clone(), volumes.clone());
    let settings = volumes.clone();
    let desk = browser::Desk::new(volumes.clone(), move |what, text| hear_desk(state, &what, text));
    state.chrome.profile.set(browser::load_setting(PROFILE_SETTING).unwrap_or_default());
    Services {
        start_run: Rc::new(move |payload, target| runs.start(payload, target)),
        stop_run: Rc::new(move || stopping.stop()),
        mount_preview: Rc::new(move |element, request| mount_preview(&drawing.0, &drawing.1, element, request)),
        load_setting: Rc::new(browser::load_setting),
        save_setting: Rc::new(move |name, value| {
            browser::save_setting(name, value);
            if name == "theme" {
                settings.settings_changed();
            }
        }),
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
        open_desk: Rc::new(move |element, view| desk.open(element, view)),
        open_demo: Rc::new(move || library::open_demo(state)),
        version: browser::version(),
    }
}

/// What the desk says of itself.
fn hear_desk(state: AppState, what: &str, text: String) {
    match what {
        "profile" => {
            browser::save_setting(PROFILE_SETTING, &text);
            state.chrome.profile.set(text);
        }
        "error" => state.chrome.toast(ToastKind::Error, text),
        "canvas" => put_on_canvas(state, &text),
        "action" => state.chrome.wanted_action.set(Some(text)),
        "theme" => state
            .chrome
            .wanted_action
            .set(Some(format!("Use the {} theme", text.to_lowercase().replace("system", "system's")))),
        "panels" => {
            state.chrome.panels.set(PanelSizes::default());
            state.chrome.toast(ToastKind::Done, "Panels are back where they were at first");
        }
        "add-skill" => state.chrome.wanted_skill.set(Some(text)),
        "skill" => {
            state.chrome.shown_skill.set(Some(text));
            state.chrome.section.set(Section::Skills);
        }
        _ => state.chrome.section.set(Section::Volumes),
    }
}

/// Opens a workflow that the chat proposed and the person accepted, as an edit that can be undone.
fn put_on_canvas(state: AppState, workflow: &str) {
    match serde_json::from_str::<Workflow>(workflow) {
        Ok(workflow) => {
            state.switch_to(workflow);
            state.chrome.toast(ToastKind::Done, "The workflow is on the canvas. Ctrl Z brings the last one back");
        }
        Err(error) => state.chrome.toast(ToastKind::Error, format!("This is no workflow: {error}")),
    }
}

fn mount_preview(
    engine: &Engine,
    volumes: &Volumes,
    element: &web_sys::HtmlElement,
    request: PreviewRequest,
) -> PreviewHandle {
    let options = PreviewOptions {
        kind: request.kind,
        size: request.size.name(),
        label: request.label,
        unit: request.unit,
        theme: if request.dark { "dark" } else { "light" },
        reduced_motion: browser::prefers("(prefers-reduced-motion: reduce)"),
    };
    let preview = browser::mount_preview(engine.host(), volumes, element, &request.step, &request.output, &options);
    PreviewHandle::new(move || drop(preview))
}
