//! How much of the browser's room for this site is used, and whether the browser has promised to keep it.

use leptos::prelude::*;

use crate::desk::data::Storage;
use crate::desk::words;
use crate::ui::parts::Icon;

/// Above this share the meter warns.
const NEARLY_FULL: f64 = 0.8;

/// The meter at the lower edge of the side panel.
pub fn meter(storage: &Storage) -> AnyView {
    let Some(usage) = storage.usage else { return ().into_any() };
    let quota = storage.quota.unwrap_or_default();
    let share = if quota == 0 { 0.0 } else { (usage as f64 / quota as f64).clamp(0.0, 1.0) };
    let of = if quota == 0 { String::new() } else { format!(" of {}", words::size(quota)) };
    let text = format!("{}{of} used", words::size(usage));
    let nearly_full = share > NEARLY_FULL;
    let promise = if storage.persisted {
        ("lock", "Kept until you remove it")
    } else {
        ("triangle-alert", "The browser may clear it when space runs short: keep a backup or a remote")
    };
    view! {
        <div class="desk-storage" class:desk-storage-full=nearly_full>
            <div class="desk-storage-line"><span>"Storage of this site"</span><span>{text.clone()}</span></div>
            <div
                class="desk-meter"
                role="meter"
                aria-label="Storage of this site"
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=format!("{:.0}", share * 100.0)
                aria-valuetext=text
            >
                <span style:width=format!("{:.2}%", (share * 100.0).max(0.6))></span>
            </div>
            <p class="desk-storage-note"><Icon name=promise.0 />{promise.1}</p>
        </div>
    }
    .into_any()
}
