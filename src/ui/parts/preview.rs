//! The place of a preview: an empty element that `Services::mount_preview` draws into, drawn anew when the value or theme changes.

use leptos::html::Div;
use leptos::prelude::*;

use crate::ui::context::use_ui;
use crate::ui::services::{PreviewHandle, PreviewRequest};

/// A preview of a value; empty while there is none.
#[component]
pub fn Preview(
    /// What is drawn.
    #[prop(into)]
    request: Signal<Option<PreviewRequest>>,
) -> impl IntoView {
    let ui = use_ui();
    let element = NodeRef::<Div>::new();
    let handle = StoredValue::new_local(None::<PreviewHandle>);
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        let request = request.get();
        // The old drawing goes before the new one comes: both own the element.
        handle.set_value(None);
        element.set_text_content(None);
        if let Some(request) = request {
            let drawn = (ui.services().mount_preview)(&element, request);
            handle.set_value(Some(drawn));
        }
    });
    view! { <div class="preview" node_ref=element></div> }
}
