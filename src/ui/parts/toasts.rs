//! Sentences that appear for a few seconds, and the same for those who hear the page.

use std::time::Duration;

use leptos::prelude::*;

use super::Icon;
use super::icon::IconButton;
use crate::ui::context::use_ui;
use crate::ui::parts::reactive::live;
use crate::ui::state::{Toast, ToastKind};

const DONE_FOR: Duration = Duration::from_secs(4);
const ERROR_FOR: Duration = Duration::from_secs(9);

/// The toasts, at the lower edge.
#[component]
pub fn Toasts() -> impl IntoView {
    let chrome = use_ui().state.chrome;
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || chrome.toasts.get() key=|toast| toast.number let(toast)>
                <OneToast toast />
            </For>
        </div>
        <p class="only-heard" role="status" aria-live="polite">{live(move || chrome.announcement.get())}</p>
    }
}

#[component]
fn OneToast(
    /// What is shown.
    toast: Toast,
) -> impl IntoView {
    let chrome = use_ui().state.chrome;
    let Toast { number, kind, text } = toast;
    let close = move || chrome.toasts.update(|toasts| toasts.retain(|toast| toast.number != number));
    let is_error = kind == ToastKind::Error;
    set_timeout(close, if is_error { ERROR_FOR } else { DONE_FOR });
    view! {
        <div class="toast" class:toast-error=is_error>
            <Icon name=if is_error { "circle-alert" } else { "check" } />
            <span>{text}</span>
            <IconButton icon="x" label="Close".to_owned() on_press=move |()| close() />
        </div>
    }
}
