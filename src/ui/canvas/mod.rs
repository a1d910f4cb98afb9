//! The stage: the workflow as nodes and wires, moved, joined and edited by pointer and keys.
//!
//! Geometry and edits are the kernel's (`kernel::canvas`); here pointers and keys become calls to them, and scenes become elements.

mod controls;
mod gesture;
mod keys;
mod node;
mod overlays;
mod stage_state;
mod wires;

use leptos::ev;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

use crate::kernel::canvas::geometry::{HEADER_HEIGHT, NODE_WIDTH, PREVIEW_HEIGHT, ROW_HEIGHT};
use crate::kernel::canvas::hit::Hit;
use crate::kernel::canvas::viewport::Size;
use crate::kernel::dag::Position;
use crate::ui::context::use_ui;
use crate::ui::parts::dom;
use crate::ui::parts::reactive::live;
use crate::ui::shell::palette::DRAG_TYPE;
use crate::ui::state::Dialog;

use controls::Controls;
use gesture::Gestures;
use node::NodeCard;
use overlays::{EmptyStage, Invitation, Marquee, Refusal};
use stage_state::StageState;
use wires::Wires;

pub use node::status_text;

/// How much one notch of a wheel zooms.
const WHEEL_ZOOM: f64 = 0.0022;

/// The canvas with everything on it.
#[component]
pub fn Stage() -> impl IntoView {
    let ui = use_ui();
    let chrome = ui.state.chrome;
    let element = NodeRef::<Div>::new();
    let stage = StageState::new(ui, element);
    provide_context(stage);
    let gestures = Gestures::new(ui, stage);
    measure(ui, element);
    fit_on_request(ui);

    let view = chrome.view;
    let on_wheel = move |event: ev::WheelEvent| {
        if dom::is_inside(&event, "[data-scrolls]") {
            return;
        }
        event.prevent_default();
        let scale = if event.delta_mode() == web_sys::WheelEvent::DOM_DELTA_LINE { 16.0 } else { 1.0 };
        let (dx, dy) = (event.delta_x() * scale, event.delta_y() * scale);
        if event.ctrl_key() || event.meta_key() {
            // A pinch comes in small steps, a wheel in large ones: neither may leap.
            let factor = (-dy.clamp(-120.0, 120.0) * WHEEL_ZOOM * if dy.abs() < 30.0 { 3.0 } else { 1.0 }).exp();
            view.update(|view| *view = view.zoomed(factor, stage.screen_point(&event)));
        } else if event.shift_key() && dx == 0.0 {
            view.update(|view| *view = view.panned(-dy, 0.0));
        } else {
            view.update(|view| *view = view.panned(-dx, -dy));
        }
    };
    let on_double_click = move |event: ev::MouseEvent| {
        if dom::is_inside(&event, "[data-control]") {
            return;
        }
        let place = stage.canvas_point(&event);
        match stage.hit(place) {
            Hit::Node(node_id) => ui.inspect(&node_id),
            Hit::Nothing => chrome.dialog.set(Some(Dialog::QuickAdd { place, from: None })),
            Hit::Port(_) | Hit::Wire(_) => {}
        }
    };
    let on_drag_over = move |event: ev::DragEvent| {
        event.prevent_default();
        if let Some(transfer) = event.data_transfer() {
            transfer.set_drop_effect("copy");
        }
    };
    let on_drop = move |event: ev::DragEvent| {
        event.prevent_default();
        let skill_id = event.data_transfer().and_then(|transfer| transfer.get_data(DRAG_TYPE).ok()).unwrap_or_default();
        if !skill_id.is_empty() {
            let Position { x, y } = stage.canvas_point(&event);
            ui.add_skill(&skill_id, Some(Position { x: x - NODE_WIDTH / 2.0, y: y - HEADER_HEIGHT / 2.0 }));
        }
    };
    let transform =
        live(move || view.with(|view| format!("translate({}px,{}px) scale({})", view.x, view.y, view.zoom)));
    view! {
        <div
            class="stage"
            class:far=stage.far
            class:gliding=chrome.gliding
            class:panning=stage.panning
            class:grabbing=stage.dragging
            class:connecting=live(move || stage.draft.with(Option::is_some))
            node_ref=element
            tabindex="-1"
            role="region"
            aria-label="Canvas. Tab goes to the nodes, arrows go from node to node, Alt and arrows move a node"
            style=("--node-header", format!("{HEADER_HEIGHT}px"))
            style=("--node-row", format!("{ROW_HEIGHT}px"))
            style=("--node-preview", format!("{PREVIEW_HEIGHT}px"))
            style=("--grid-x", move || view.with(|view| format!("{}px", view.x)))
            style=("--grid-y", move || view.with(|view| format!("{}px", view.y)))
            style=("--grid-step", move || view.with(|view| format!("{}px", grid_step(view.zoom))))
            on:pointerdown=move |event| gestures.down(&event)
            on:pointermove=move |event| gestures.moved(&event)
            on:pointerup=move |event| gestures.up(&event)
            on:pointercancel=move |event| gestures.cancel(&event)
            on:pointerleave=move |_| stage.hover.set(Hit::Nothing)
            on:contextmenu=move |event| overlays::open_menu(ui, stage, &event)
            on:wheel=on_wheel
            on:dblclick=on_double_click
            on:dragover=on_drag_over
            on:drop=on_drop
            on:keydown=move |event| keys::press(ui, stage, &event)
            on:keyup=move |event| keys::release(stage, &event)
        >
            <div class="layer" style:transform=transform>
                <Wires />
                <For each=move || stage.visible_nodes.get() key=Clone::clone let(node_id)>
                    <NodeCard node_id />
                </For>
            </div>
            <Marquee />
            <Refusal />
            <EmptyStage />
            <Invitation />
            <Controls />
        </div>
    }
}

/// The distance of the grid's dots on the screen: never too close, never too far.
fn grid_step(zoom: f64) -> f64 {
    let mut step = 24.0 * zoom;
    while step < 14.0 {
        step *= 2.0;
    }
    step
}

/// Keeps the size of the stage up to date.
fn measure(ui: crate::ui::context::Ui, element: NodeRef<Div>) {
    let size = ui.state.chrome.stage;
    let observer = StoredValue::new_local(None::<(web_sys::ResizeObserver, Closure<dyn FnMut()>)>);
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        let measured = element.clone();
        let read = Closure::<dyn FnMut()>::new(move || {
            let now = Size { width: f64::from(measured.client_width()), height: f64::from(measured.client_height()) };
            // A stage that is out of sight keeps its last size.
            if now.width > 0.0 && size.get_untracked() != now {
                size.set(now);
            }
        });
        if let Ok(watching) = web_sys::ResizeObserver::new(read.as_ref().unchecked_ref()) {
            watching.observe(&element);
            observer.set_value(Some((watching, read)));
        }
    });
    on_cleanup(move || {
        if let Some(Some((watching, _))) = observer.try_update_value(Option::take) {
            watching.disconnect();
        }
    });
}

/// Brings everything into sight whenever that was asked for, as soon as there is a stage.
fn fit_on_request(ui: crate::ui::context::Ui) {
    let chrome = ui.state.chrome;
    Effect::new(move |done: Option<u32>| {
        let wanted = chrome.fit_requests.get();
        let has_stage = chrome.stage.with(|stage| stage.width > 0.0);
        let has_nodes = ui.state.document.scene.with(|scene| !scene.nodes.is_empty());
        if done == Some(wanted) || !has_stage || !has_nodes {
            return done.unwrap_or_default();
        }
        ui.fit_at_once();
        wanted
    });
}
