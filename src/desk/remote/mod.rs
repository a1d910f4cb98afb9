//! Stub.
use super::state::Desk;
use leptos::prelude::*;
/// State.
#[derive(Clone, Copy, Default)]
pub struct RemoteState {}
impl RemoteState {
    /// Reset.
    pub fn reset(self) {}
    /// Drafts.
    pub fn has_drafts(self) -> bool {
        false
    }
    /// Open.
    pub fn open_count(self, _: Desk) -> usize {
        0
    }
}
/// View.
pub fn view(_: Desk) -> AnyView {
    ().into_any()
}
