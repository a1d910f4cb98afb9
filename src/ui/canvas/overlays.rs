//! What lies over the canvas for a moment: the rectangle that is drawn, the reason for a refusal, the first steps, the menu.

use leptos::prelude::*;

use super::stage_state::StageState;
use crate::kernel::canvas::hit::Hit;
use crate::kernel::canvas::viewport::Viewport;
use crate::kernel::dag::{Position, Workflow};
use crate::ui::context::{Ui, use_ui};
use crate::ui::parts::Icon;
use crate::ui::parts::dom;
use crate::ui::parts::icon::IconButton;
use crate::ui::parts::reactive::{Show, dynamic, live, press};
use crate::ui::state::{Dialog, Menu, MenuTarget, Phase};

/// The rectangle that picks nodes.
#[component]
pub fn Marquee() -> impl IntoView {
    let ui = use_ui();
    let stage: StageState = expect_context();
    let rect = move || {
        let view: Viewport = ui.state.chrome.view.get();
        let rect = stage.marquee.get()?;
        let corner = view.screen_from_canvas(Position { x: rect.x, y: rect.y });
        Some((corner, rect.width * view.zoom, rect.height * view.zoom))
    };
    dynamic(move || {
        rect().map(|(corner, width, height)| {
            view! {
                <div
                    class="marquee"
                    style:transform=format!("translate({}px,{}px)", corner.x, corner.y)
                    style:width=format!("{width}px")
                    style:height=format!("{height}px")
                ></div>
            }
        })
    })
}

/// Why the wire cannot end here, beside the pointer.
#[component]
pub fn Refusal() -> impl IntoView {
    let ui = use_ui();
    let stage: StageState = expect_context();
    dynamic(move || {
        let (place, reason) = stage.draft.with(|draft| {
            let draft = draft.as_ref()?;
            let (_, verdict) = draft.target.as_ref()?;
            Some((draft.to, verdict.as_ref().err()?.clone()))
        })?;
        let screen = ui.state.chrome.view.get().screen_from_canvas(place);
        Some(view! {
            <p class="refusal" style:transform=format!("translate({}px,{}px)", screen.x + 16.0, screen.y + 16.0)>
                <Icon name="ban" />
                {reason}
            </p>
        })
    })
}

/// What an empty canvas says.
#[component]
pub fn EmptyStage() -> impl IntoView {
    let ui = use_ui();
    let empty = Memo::new(move |_| {
        let has_nodes = ui.state.document.workflow.with(|workflow| !workflow.nodes.is_empty());
        !has_nodes && ui.state.library.with(|library| library.ready)
    });
    let add = move |_| {
        let stage = ui.state.chrome.stage.get_untracked();
        let middle = Position { x: stage.width / 2.0, y: stage.height / 3.0 };
        let place = ui.state.chrome.view.get_untracked().canvas_from_screen(middle);
        ui.state.chrome.dialog.set(Some(Dialog::QuickAdd { place, from: None }));
    };
    view! {
        <Show when=empty>
            <div class="empty-stage" data-control="">
                <svg class="empty-picture" viewBox="0 0 220 84" aria-hidden="true">
                    <path class="empty-wire" d="M78 34C104 34 116 50 142 50"></path>
                    <rect x="6" y="14" width="72" height="40" rx="8"></rect>
                    <rect x="142" y="30" width="72" height="40" rx="8"></rect>
                    <circle class="empty-port" cx="78" cy="34" r="4"></circle>
                    <circle class="empty-port" cx="142" cy="50" r="4"></circle>
                </svg>
                <h2>"Skills become nodes, wires carry their results"</h2>
                <p>"Drag a skill here from the palette, or double-click anywhere. Then draw a wire from an output on the right of one node to an input on the left of another, and press Run."</p>
                <div class="empty-actions">
                    <button type="button" class="button button-main" on:click=add>
                        <Icon name="plus" />
                        "Add a skill"
                    </button>
                    <button type="button" class="button" on:click=press(move || (ui.services().open_demo)())>
                        <Icon name="zap" />
                        "Open the demo"
                    </button>
                </div>
                <p>"Or begin with a sample:"</p>
                <div class="empty-actions">{dynamic(move || samples(ui))}</div>
            </div>
        </Show>
    }
}

/// The workflows of the library, as something to begin with.
fn samples(ui: Ui) -> impl IntoView {
    let one = |workflow: &Workflow| {
        let (name, about) = (workflow.name.clone(), workflow.description.clone());
        let workflow = workflow.clone();
        view! {
            <button type="button" class="text-button" title=about on:click=press(move || ui.state.switch_to(workflow.clone()))>
                {name}
            </button>
        }
    };
    ui.state.workflows.with(|workflows| workflows.iter().map(one).collect_view())
}

/// What a workflow that has not run yet is for, and the way to run it.
#[component]
pub fn Invitation() -> impl IntoView {
    let ui = use_ui();
    let closed = ui.state.chrome.invitation_closed;
    let about = Memo::new(move |_| {
        ui.state.document.workflow.with(|workflow| workflow.description.clone().unwrap_or_default())
    });
    let shown = Memo::new(move |_| {
        let is_new = ui.state.run.progress.with(|progress| progress.phase == Phase::Idle);
        let has_nodes = ui.state.document.workflow.with(|workflow| !workflow.nodes.is_empty());
        is_new && has_nodes && !closed.get() && !ui.has_inspector() && about.with(|about| !about.is_empty())
    });
    view! {
        <Show when=shown>
            <div class="invitation" data-control="">
                <p>{live(move || about.get())}</p>
                <button type="button" class="button button-main" on:click=press(move || ui.run(None))>
                    <Icon name="play" />
                    "Run"
                    <kbd>"Ctrl Enter"</kbd>
                </button>
                <button type="button" class="text-button" on:click=press(move || ui.open_desk("tour"))>"Take the tour"</button>
                <IconButton icon="x" label="Close".to_owned() on_press=move |()| closed.set(true) />
            </div>
        </Show>
    }
}

/// Opens the menu of what is under the pointer.
pub fn open_menu(ui: Ui, stage: StageState, event: &web_sys::MouseEvent) {
    if dom::is_inside(event, "[data-control]") {
        return;
    }
    event.prevent_default();
    let place = stage.canvas_point(event);
    let target = match stage.hit(place) {
        Hit::Node(node_id) => {
            if !ui.state.document.selection.with_untracked(|selection| selection.nodes.contains(&node_id)) {
                ui.state.document.select(&node_id);
            }
            MenuTarget::Node(node_id)
        }
        Hit::Port(port) => {
            ui.state.document.select(&port.node_id);
            MenuTarget::Node(port.node_id)
        }
        Hit::Wire(edge) => MenuTarget::Wire(edge),
        Hit::Nothing => MenuTarget::Canvas(place),
    };
    let at = (f64::from(event.client_x()), f64::from(event.client_y()));
    ui.state.chrome.dialog.set(Some(Dialog::Menu(Menu { at, target })));
}
