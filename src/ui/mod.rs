//! The face of the workbench: Leptos components over kernel values.
//!
//! Components show kernel values and call kernel functions; they hold no knowledge of skills or graphs themselves, and never call
//! `browser` or `app`: what they need from outside is in `Services`.

mod parts;
mod services;
mod state;

pub use services::{PreviewHandle, PreviewRequest, PreviewSize, Services};
pub use state::{AppState, ToastKind};

use leptos::prelude::*;

/// The workbench.
#[component]
pub fn App(
    /// What is shown.
    state: AppState,
    /// The world outside.
    services: Services,
) -> impl IntoView {
    let _ = services;
    view! { <p>{move || state.run.progress.with(|progress| progress.sentence())}</p> }
}
