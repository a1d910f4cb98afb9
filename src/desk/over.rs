//! What lies over the page: dialogs, menus, and the sentence at the lower edge.

use std::time::Duration;

use leptos::ev;
use leptos::portal::Portal;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::parts::icon_button;
use super::state::{Desk, Notice, Over, Shape};
use crate::ui::parts::Icon;
use crate::ui::parts::dialog::Modal;
use crate::ui::parts::dom;
use crate::ui::parts::reactive::{dynamic, press};

const DONE_FOR: Duration = Duration::from_secs(5);
/// Time enough to read it and to press the way back.
const UNDO_FOR: Duration = Duration::from_secs(12);
const MENU_WIDTH_PX: f64 = 280.0;

/// Everything that lies over the page, beside it in the document: the section of the volumes may be hidden.
pub fn overlays(desk: Desk) -> AnyView {
    view! {
        {super::tour::view(desk)}
        <Portal>
            <div on:keydown=super::keep_keys>
            {dynamic(move || desk.over.get().map(|over| over_page(desk, over)))}
            <div class="toasts desk-notices" role="status" aria-live="polite">
                {dynamic(move || desk.notice.get().map(|notice| one_notice(desk, notice)))}
            </div>
            </div>
        </Portal>
    }
    .into_any()
}

fn over_page(desk: Desk, over: Over) -> AnyView {
    let close = Callback::new(move |()| desk.close_over());
    match over.shape {
        Shape::Dialog(size) => view! {
            <Modal label=over.label size=size on_close=close>
                {(over.view)()}
            </Modal>
        }
        .into_any(),
        Shape::Menu(x, y) => menu(desk, &over, x, y),
    }
}

fn menu(desk: Desk, over: &Over, x: f64, y: f64) -> AnyView {
    let width = window().inner_width().ok().and_then(|width| width.as_f64()).unwrap_or(x + MENU_WIDTH_PX);
    let x = x.min(width - MENU_WIDTH_PX - 8.0).max(8.0);
    let before = StoredValue::new_local(document().active_element());
    on_cleanup(move || {
        let element = before.try_update_value(Option::take).flatten();
        if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = element.focus();
        }
    });
    let on_key = move |event: ev::KeyboardEvent| {
        let step: isize = match event.key().as_str() {
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            "Escape" | "Tab" => {
                event.prevent_default();
                event.stop_propagation();
                desk.close_over();
                return;
            }
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        move_focus(".desk-menu .menu-item", step);
    };
    request_animation_frame(|| {
        // The menu itself, where what it lists is still on its way: its keys work at once.
        dom::focus(".desk-menu");
        dom::focus(".desk-menu .menu-item");
    });
    view! {
        <div class="menu-ground" on:pointerdown=move |_| desk.close_over()></div>
        <div
            class="menu desk-menu"
            role="menu"
            aria-label=over.label.clone()
            tabindex="-1"
            on:keydown=on_key
            style:left=format!("{x}px")
            style:top=format!("{y}px")
        >
            {(over.view)()}
        </div>
    }
    .into_any()
}

/// Moves the focus among the elements that a selector names.
pub fn move_focus(selector: &str, step: isize) {
    let Ok(items) = document().query_selector_all(selector) else { return };
    let items: Vec<web_sys::HtmlElement> =
        (0..items.length()).filter_map(|place| items.item(place)?.dyn_into().ok()).collect();
    let active = document().active_element();
    let now = items.iter().position(|item| active.as_ref() == Some(item.as_ref())).map(|now| now as isize);
    // From outside the first step down is to the first, the first step up to the last.
    let now = now.unwrap_or(if step > 0 { -1 } else { 0 });
    let next = (now + step).rem_euclid(items.len().max(1) as isize) as usize;
    if let Some(item) = items.get(next) {
        let _ = item.focus();
    }
}

fn one_notice(desk: Desk, notice: Notice) -> AnyView {
    let Notice { number, text, is_error, undo } = notice;
    let close = move || {
        let shown = desk.notice.with_untracked(|notice| notice.as_ref().map(|notice| notice.number));
        if shown == Some(number) {
            desk.notice.set(None);
        }
    };
    set_timeout(close, if is_error || undo.is_some() { UNDO_FOR } else { DONE_FOR });
    let undo = undo.map(|(name, act)| {
        let act = move || {
            close();
            act();
        };
        view! { <button type="button" class="text-button desk-undo" on:click=press(act)>{name}</button> }
    });
    view! {
        <div class="toast" class:toast-error=is_error>
            <Icon name=if is_error { "circle-alert" } else { "check" } />
            <span>{text}</span>
            {undo}
            {icon_button("x", "Close", close)}
        </div>
    }
    .into_any()
}
