//! The mark of a port: its shape and hue say what it carries.

use leptos::prelude::*;

use super::hue;
use crate::kernel::skill::PortType;

/// A small shape; filled where a wire ends.
#[component]
pub fn PortMark(
    /// What the port carries.
    kind: PortType,
    /// Whether a wire ends here.
    #[prop(into, optional)]
    wired: Signal<bool>,
) -> impl IntoView {
    view! {
        <svg class=format!("port-mark {}", hue::of_port(kind)) class:port-wired=wired viewBox="0 0 12 12" aria-hidden="true">
            <path d=hue::port_shape(kind)></path>
        </svg>
    }
}
