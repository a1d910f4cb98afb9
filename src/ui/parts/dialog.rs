//! What lies over the page: keeps the focus inside, gives it back on closing, closes on Escape and on a press beside it.

use leptos::ev;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

const FOCUSABLE: &str = "button:not([disabled]), input:not([disabled]), textarea, select, a[href], [tabindex='0']";

/// A box over the page.
#[component]
pub fn Modal(
    /// What it is, for readers.
    #[prop(into)]
    label: String,
    /// Decides its size: `small`, `list` or `full`.
    size: &'static str,
    /// Takes it away.
    #[prop(into)]
    on_close: Callback<()>,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    let element = NodeRef::<Div>::new();
    let before = StoredValue::new_local(document().active_element());
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        let first = element.query_selector("[data-first], input, textarea").ok().flatten();
        let first = first.and_then(|first| first.dyn_into::<web_sys::HtmlElement>().ok());
        // An element that cannot take the focus leaves it with the box itself.
        let _ = first.map_or_else(|| element.focus(), |first| first.focus());
    });
    on_cleanup(move || {
        let Some(Some(element)) = before.try_update_value(Option::take) else { return };
        if let Ok(element) = element.dyn_into::<web_sys::HtmlElement>() {
            let _ = element.focus();
        }
    });
    let on_key = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "Escape" => {
            event.prevent_default();
            event.stop_propagation();
            on_close.run(());
        }
        "Tab" => {
            if let Some(element) = element.get_untracked() {
                keep_inside(&element, &event);
            }
        }
        _ => {}
    };
    view! {
        <div class="scrim" on:pointerdown=move |_| on_close.run(())></div>
        <div
            class=format!("modal modal-{size}")
            role="dialog"
            aria-modal="true"
            aria-label=label
            tabindex="-1"
            node_ref=element
            on:keydown=on_key
        >
            {children()}
        </div>
    }
}

/// Sends the focus from the last control to the first and back.
fn keep_inside(element: &web_sys::HtmlElement, event: &web_sys::KeyboardEvent) {
    let Ok(controls) = element.query_selector_all(FOCUSABLE) else { return };
    let control = |index: u32| controls.item(index).and_then(|node| node.dyn_into::<web_sys::HtmlElement>().ok());
    let (Some(first), Some(last)) = (control(0), control(controls.length().saturating_sub(1))) else { return };
    let active = document().active_element();
    let is = |edge: &web_sys::HtmlElement| active.as_ref() == Some(edge.as_ref());
    let next = match (event.shift_key(), is(&first) || is(element), is(&last)) {
        (true, true, _) => last,
        (false, _, true) => first,
        _ => return,
    };
    event.prevent_default();
    let _ = next.focus();
}
