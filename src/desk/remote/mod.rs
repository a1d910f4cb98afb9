//! Where a volume is kept as well: connecting it, bringing both together, and deciding where they disagree.

mod conflicts;
mod connect;
mod guide;
mod status;

use leptos::prelude::*;
use serde_json::json;

use super::data::{Conflict, Loaded, Remote, RemoteAnswer, Synced};
use super::failure::Failure;
use super::pairs::Pairs;
use super::parts::show_loaded;
use super::state::{Desk, shown};
use super::words;
use crate::ui::parts::reactive::dynamic;
use conflicts::Decision;

/// The remote of the volume that is looked at, and the sync that goes on.
#[derive(Clone, Copy, Default)]
pub struct RemoteState {
    remote: RwSignal<Loaded<Option<Remote>>>,
    /// Whether the form is open although there is a remote.
    editing: RwSignal<bool>,
    syncing: RwSignal<bool>,
    stopping: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    conflicts: RwSignal<Vec<Conflict>>,
    /// What was decided: of each file the conflict's number.
    decisions: RwSignal<Pairs<(String, usize), Decision>>,
}

impl RemoteState {
    /// Another volume is looked at.
    pub fn reset(self) {
        self.remote.set(Loaded::Waiting);
        self.editing.set(false);
        self.failure.set(None);
        self.conflicts.set(Vec::new());
        self.decisions.set(Pairs::default());
    }

    fn load(self, desk: Desk) {
        let volume = desk.volume.get_untracked();
        let path = format!("/volumes/remote?volume={}", words::encoded(&volume));
        desk.load(path, move |answer: Loaded<RemoteAnswer>| {
            if desk.volume.get_untracked() == volume {
                self.remote.set(match answer {
                    Loaded::Ready(answer) => Loaded::Ready(answer.remote),
                    Loaded::Failed(failure) => Loaded::Failed(failure),
                    Loaded::Waiting => Loaded::Waiting,
                });
            }
        });
    }

    /// What came of a sync: both in step, or something to decide.
    fn take(self, desk: Desk, synced: Synced, is_shown: bool) {
        if !synced.conflicts.is_empty() {
            if is_shown {
                self.decisions.set(Pairs::default());
                self.conflicts.set(synced.conflicts.into_iter().map(conflicts::in_pieces).collect());
            }
            return;
        }
        self.conflicts.set(Vec::new());
        desk.touched();
        desk.say(match (synced.pulled, synced.pushed) {
            (0, 0) => "Both were in step already".to_owned(),
            (pulled, pushed) => {
                format!("In step: {} came, {} went", words::count(pulled, "commit"), words::grouped(pushed))
            }
        });
    }

    /// Brings both sides together.
    fn sync(self, desk: Desk) {
        if self.syncing.get_untracked() {
            return;
        }
        let volume = desk.volume.get_untracked();
        self.syncing.set(true);
        self.stopping.set(false);
        self.failure.set(None);
        desk.progress.set(None);
        desk.ask("POST", "/volumes/sync".to_owned(), Some(json!({ "volume": volume })), move |answered| {
            self.syncing.set(false);
            desk.progress.set(None);
            let is_shown = desk.volume.with_untracked(|shown| *shown == volume);
            match shown::<Synced>(answered) {
                Loaded::Ready(synced) => self.take(desk, synced, is_shown),
                Loaded::Failed(failure) if failure.status == 499 => {
                    desk.say("The sync was stopped; the volume is as it was");
                }
                Loaded::Failed(failure) => self.failure.set(Some(failure)),
                Loaded::Waiting => {}
            }
            self.load(desk);
        });
    }
}

/// The remote of the volume that is looked at.
pub fn view(desk: Desk) -> AnyView {
    let state = desk.remote;
    Effect::new(move |_| {
        desk.volume.track();
        desk.revision.track();
        untrack(|| state.load(desk));
    });
    let has_conflicts = Memo::new(move |_| !state.conflicts.with(Vec::is_empty));
    view! {
        <div class="desk-page" role="tabpanel" aria-labelledby="desk-tab-remote">
            <div class="desk-page-in">
                {dynamic(move || if has_conflicts.get() {
                    conflicts::view(desk)
                } else {
                    show_loaded(
                        move || state.remote.get(),
                        8,
                        move || state.load(desk),
                        move |remote| match remote {
                            Some(remote) if !state.editing.get() => status::view(desk, remote),
                            other => connect::view(desk, other),
                        },
                    )
                })}
            </div>
        </div>
    }
    .into_any()
}
