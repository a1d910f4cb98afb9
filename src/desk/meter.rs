//! A bar for how much there is of something: room that is used, work that is done. It measures nothing itself.

use leptos::prelude::*;

/// Above this share of the room the bar warns.
const NEARLY_FULL: f64 = 0.8;
/// What is there at all is seen.
const SMALLEST_SHARE: f64 = 0.006;

/// A part as a share of the whole, from 0 to 1; 0 where the whole is not known.
pub fn share_of(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { (part / whole).clamp(0.0, 1.0) } else { 0.0 }
}

/// Whether so much of the room is used that the bar warns.
pub fn is_nearly_full(share: f64) -> bool {
    share > NEARLY_FULL
}

/// Room that is used; `text` says it in words.
pub fn room(label: &'static str, share: f64, text: String) -> AnyView {
    bar("meter", label, share.max(SMALLEST_SHARE), text, is_nearly_full(share))
}

/// Work that is done; `text` says it in words.
pub fn progress(label: &'static str, share: f64, text: String) -> AnyView {
    bar("progressbar", label, share, text, false)
}

fn bar(role: &'static str, label: &'static str, share: f64, text: String, warns: bool) -> AnyView {
    view! {
        <div
            class="desk-meter"
            class:desk-meter-full=warns
            role=role
            aria-label=label
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=format!("{:.0}", share * 100.0)
            aria-valuetext=text
        >
            <span style:width=format!("{:.2}%", share * 100.0)></span>
        </div>
    }
    .into_any()
}
