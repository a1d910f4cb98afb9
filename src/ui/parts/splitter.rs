//! The border between two panels: drags, moves by keys, folds with Enter or a double click.

use crate::ui::parts::reactive::live;
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

const KEY_STEP: f64 = 16.0;

/// Which panel a splitter sizes, seen from the splitter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sizes {
    /// The panel on its left.
    Left,
    /// The panel on its right.
    Right,
    /// The panel below it.
    Below,
}

/// A border that sizes one panel.
#[component]
pub fn Splitter(
    /// Which panel.
    sizes: Sizes,
    /// The panel's name, for readers.
    label: &'static str,
    /// The panel's size in pixels.
    #[prop(into)]
    size: Signal<f64>,
    /// The smallest size.
    smallest: f64,
    /// The largest size.
    #[prop(into)]
    largest: Signal<f64>,
    /// Takes a new size.
    #[prop(into)]
    on_size: Callback<f64>,
    /// Folds the panel away.
    #[prop(into)]
    on_fold: Callback<()>,
) -> impl IntoView {
    let horizontal = sizes == Sizes::Below;
    let along =
        move |event: &web_sys::PointerEvent| f64::from(if horizontal { event.client_y() } else { event.client_x() });
    let sign = if sizes == Sizes::Left { 1.0 } else { -1.0 };
    let grip = StoredValue::new(None::<(f64, f64)>);
    let resize = move |wanted: f64| {
        if wanted < smallest * 0.5 {
            on_fold.run(());
        } else {
            on_size.run(wanted.clamp(smallest, largest.get_untracked().max(smallest)));
        }
    };
    let on_down = move |event: ev::PointerEvent| {
        event.prevent_default();
        if let Some(element) = event.current_target().and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok())
        {
            // Without capture the drag still works while the pointer stays near.
            let _ = element.set_pointer_capture(event.pointer_id());
            let _ = element.focus();
        }
        grip.set_value(Some((along(&event), size.get_untracked())));
    };
    let on_move = move |event: ev::PointerEvent| {
        if let Some((start, before)) = grip.get_value() {
            resize(before + sign * (along(&event) - start));
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let (grow, shrink) = match sizes {
            Sizes::Left => ("ArrowRight", "ArrowLeft"),
            Sizes::Right => ("ArrowLeft", "ArrowRight"),
            Sizes::Below => ("ArrowUp", "ArrowDown"),
        };
        let key = event.key();
        let now = size.get_untracked();
        if key == grow {
            resize(now + KEY_STEP);
        } else if key == shrink {
            resize((now - KEY_STEP).max(smallest));
        } else if key == "Home" {
            resize(smallest);
        } else if key == "End" {
            resize(largest.get_untracked());
        } else if key == "Enter" {
            on_fold.run(());
        } else {
            return;
        }
        event.prevent_default();
        event.stop_propagation();
    };
    view! {
        <div
            class="splitter"
            class:splitter-row=horizontal
            role="separator"
            tabindex="0"
            aria-label=format!("Size of {label}")
            aria-orientation=if horizontal { "horizontal" } else { "vertical" }
            aria-valuenow=live(move || format!("{:.0}", size.get()))
            aria-valuemin=smallest.to_string()
            aria-valuemax=live(move || format!("{:.0}", largest.get()))
            on:pointerdown=on_down
            on:pointermove=on_move
            on:pointerup=move |_| grip.set_value(None)
            on:pointercancel=move |_| grip.set_value(None)
            on:dblclick=move |_| on_fold.run(())
            on:keydown=on_key
        ></div>
    }
}
