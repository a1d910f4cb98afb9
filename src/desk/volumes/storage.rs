//! How much of the browser's room for this site is used, and whether the browser has promised to keep it.

use leptos::prelude::*;

use crate::desk::data::Storage;
use crate::desk::meter::{room, share_of};
use crate::desk::words;
use crate::ui::parts::Icon;

/// The meter at the lower edge of the side panel.
pub fn meter(storage: &Storage) -> AnyView {
    let Some(usage) = storage.usage else { return ().into_any() };
    let quota = storage.quota.unwrap_or_default();
    let share = share_of(usage as f64, quota as f64);
    let of = if quota == 0 { String::new() } else { format!(" of {}", words::size(quota)) };
    let text = format!("{}{of} used", words::size(usage));
    let promise = if storage.persisted {
        ("lock", "Kept until you remove it")
    } else {
        ("triangle-alert", "The browser may clear it when space runs short: keep a backup or a remote")
    };
    view! {
        <div class="desk-storage">
            <div class="desk-storage-line"><span>"Storage of this site"</span><span>{text.clone()}</span></div>
            {room("Storage of this site", share, text)}
            <p class="desk-storage-note"><Icon name=promise.0 />{promise.1}</p>
        </div>
    }
    .into_any()
}
