//! Small choices of this browser, such as the theme and the width of a panel. Never work, never a secret.

use gloo::storage::{LocalStorage, Storage};

const PREFIX: &str = "llmos.";

/// The value kept under this name; none where nothing is kept or storage is shut.
pub fn load_setting(name: &str) -> Option<String> {
    LocalStorage::get(format!("{PREFIX}{name}")).ok()
}

/// Keeps a value under this name. Where storage is shut the choice lasts as long as the page does, which is no one's loss.
pub fn save_setting(name: &str, value: &str) {
    let _ = LocalStorage::set(format!("{PREFIX}{name}"), value);
}
