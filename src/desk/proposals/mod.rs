//! Proposals: changes that somebody asks the keepers of a volume to take.

mod details;
mod list;
mod propose;

use leptos::prelude::*;

use super::data::{Loaded, Proposal, Proposals};
use super::state::Desk;
use super::words;

pub use propose::open_dialog;

/// The proposals that are shown, and the one that is looked at.
#[derive(Clone, Copy)]
pub struct ProposalsState {
    /// `open`, `merged` or `closed`.
    state: RwSignal<String>,
    list: RwSignal<Loaded<Vec<Proposal>>>,
    open: RwSignal<usize>,
    shown: RwSignal<String>,
    comment: RwSignal<String>,
}

impl Default for ProposalsState {
    fn default() -> Self {
        Self {
            state: RwSignal::new("open".to_owned()),
            list: RwSignal::default(),
            open: RwSignal::new(0),
            shown: RwSignal::default(),
            comment: RwSignal::default(),
        }
    }
}

impl ProposalsState {
    /// Another volume is looked at.
    pub fn reset(self) {
        self.state.set("open".to_owned());
        self.list.set(Loaded::Waiting);
        self.open.set(0);
        self.shown.set(String::new());
    }

    /// How many are open. Tracks.
    pub fn open_count(self) -> usize {
        self.open.get()
    }

    /// Keeps the list as it is in the volume that is looked at.
    pub fn follow(self, desk: Desk) {
        Effect::new(move |_| {
            desk.volume.track();
            desk.revision.track();
            self.state.track();
            untrack(|| self.load(desk));
        });
    }

    fn load(self, desk: Desk) {
        let volume = desk.volume.get_untracked();
        if volume.is_empty() {
            return;
        }
        let state = self.state.get_untracked();
        // Nobody proposes anything to one person: their own volume shows what they proposed to others.
        let own = volume.strip_prefix("user/").map(str::to_owned);
        let of = if own.is_some() { String::new() } else { format!("&volume={}", words::encoded(&volume)) };
        let branch = own.map(|user| format!("pr/{user}/"));
        desk.load(format!("/proposals?state={state}{of}"), move |answer: Loaded<Proposals>| {
            if desk.volume.get_untracked() != volume || self.state.get_untracked() != state {
                return;
            }
            let list = match answer {
                Loaded::Ready(answer) => {
                    let mut proposals = answer.proposals;
                    proposals
                        .retain(|proposal| branch.as_ref().is_none_or(|branch| proposal.branch.starts_with(branch)));
                    Loaded::Ready(proposals)
                }
                Loaded::Failed(failure) => Loaded::Failed(failure),
                Loaded::Waiting => Loaded::Waiting,
            };
            if state == "open" {
                self.open.set(list.ready().map_or(0, Vec::len));
            }
            self.list.set(list);
        });
    }
}

/// The list beside the proposal that is looked at.
pub fn view(desk: Desk) -> AnyView {
    view! {
        <div class="desk-panes" role="tabpanel" aria-labelledby="desk-tab-proposals">
            <div class="desk-list-pane desk-proposals-pane">{list::view(desk)}</div>
            <div class="desk-detail">{details::view(desk)}</div>
        </div>
    }
    .into_any()
}
