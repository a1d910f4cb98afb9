//! What the face of evolution shows: the drafts, the one that is looked at, what a level found, and how far a run is.

use leptos::prelude::*;
use serde_json::{Value, json};

use super::data::{Draft, Drafts, Evidence, Outcome, Overview, Progress, Trace};
use crate::desk::data::{Loaded, Read};
use crate::desk::state::{Desk, Room};
use crate::desk::words;

/// Under this name, in place of a volume's, progress of a run is told (`assets/bridge/volumes/evolution.ts`).
pub const PROGRESS: &str = "evolution";

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The drafts that wait.
    Review,
    /// What was found, at a glance.
    Overview,
}

/// All of the face of evolution. Small and `Copy`.
#[derive(Clone, Copy)]
pub struct Evolution {
    /// The desk that it is a part of.
    pub desk: Desk,
    /// What is looked at.
    pub side: RwSignal<Side>,
    /// Whose patterns: `user`, `team` or `system`.
    pub level: RwSignal<String>,
    /// What that level found.
    pub overview: RwSignal<Loaded<Overview>>,
    /// What waits, of all levels.
    pub drafts: RwSignal<Loaded<Vec<Draft>>>,
    /// The draft that is looked at.
    pub shown: RwSignal<String>,
    /// On a phone: whether it is, and not the list.
    pub is_reading: RwSignal<bool>,
    /// What its pattern was seen in.
    pub evidence: RwSignal<Loaded<Evidence>>,
    /// The trace that is open.
    pub trace: RwSignal<Option<(String, Loaded<Trace>)>>,
    /// The file as the person changes it, while they do.
    pub edited: RwSignal<Option<String>>,
    /// How far a run of this page is, while there is one.
    pub progress: RwSignal<Option<Progress>>,
    /// What the last look of this page came to.
    pub outcome: RwSignal<Option<Outcome>>,
}

impl Evolution {
    pub fn new(desk: Desk) -> Self {
        Self {
            desk,
            side: RwSignal::new(Side::Review),
            level: RwSignal::new("user".to_owned()),
            overview: RwSignal::default(),
            drafts: RwSignal::default(),
            shown: RwSignal::default(),
            is_reading: RwSignal::new(false),
            evidence: RwSignal::default(),
            trace: RwSignal::new(None),
            edited: RwSignal::new(None),
            progress: RwSignal::new(None),
            outcome: RwSignal::new(None),
        }
    }

    /// Hears of changes, and how far runs are, also those that the clock began.
    pub fn listen(self) {
        let on_progress = move |volume: String, progress: String| {
            if volume != PROGRESS {
                return;
            }
            let progress = Progress::read(&serde_json::from_str(&progress).unwrap_or_default());
            if progress.stage == "over" {
                self.progress.set(None);
                self.read();
            } else {
                self.progress.set(Some(progress));
            }
        };
        let on_change = move |_| {
            // A run writes often; it is looked at when it is over.
            if self.progress.with_untracked(Option::is_none) {
                self.read();
            }
        };
        self.desk.calls().listen(on_change, on_progress);
    }

    /// Reads everything anew; what is shown stays until it is there.
    pub fn read(self) {
        self.read_overview();
        self.desk.load("/evolution/drafts?limit=100".to_owned(), move |answer: Loaded<Drafts>| {
            let drafts = match answer {
                Loaded::Ready(answer) => Loaded::Ready(answer.drafts),
                Loaded::Failed(failure) => Loaded::Failed(failure),
                Loaded::Waiting => Loaded::Waiting,
            };
            if self.drafts.with_untracked(|shown| *shown != drafts) {
                self.drafts.set(drafts);
            }
            self.choose_first();
        });
    }

    /// Reads what the chosen level found.
    pub fn read_overview(self) {
        let level = self.level.get_untracked();
        self.desk.load(format!("/evolution?limit=200&level={level}"), move |overview: Loaded<Overview>| {
            let is_asked_for = self.level.with_untracked(|now| *now == level);
            if is_asked_for && self.overview.with_untracked(|shown| *shown != overview) {
                self.overview.set(overview);
            }
        });
    }

    /// Looks at another level.
    pub fn choose_level(self, level: &str) {
        if self.level.with_untracked(|now| now != level) {
            self.overview.set(Loaded::Waiting);
            self.outcome.set(None);
            self.level.set(level.to_owned());
            self.read_overview();
        }
    }

    /// Where there is room for it, a draft is open rather than none.
    fn choose_first(self) {
        let (ids, shown) = (self.ids(), self.shown.get_untracked());
        if ids.contains(&shown) {
            return;
        }
        self.is_reading.set(false);
        self.edited.set(None);
        let first = ids.into_iter().next().filter(|_| self.desk.room.get_untracked() != Room::Phone);
        match first {
            Some(first) => self.open(&first),
            None => self.shown.set(String::new()),
        }
    }

    fn ids(self) -> Vec<String> {
        self.drafts.with_untracked(|drafts| {
            drafts.ready().map(|drafts| drafts.iter().map(|draft| draft.draft_id.clone()).collect()).unwrap_or_default()
        })
    }

    /// Opens a draft.
    pub fn open(self, draft_id: &str) {
        self.is_reading.set(true);
        if self.shown.with_untracked(|shown| shown == draft_id) {
            return;
        }
        self.edited.set(None);
        self.trace.set(None);
        self.evidence.set(Loaded::Waiting);
        self.shown.set(draft_id.to_owned());
        let pattern = self.drafts.with_untracked(|drafts| {
            let draft = drafts.ready()?.iter().find(|draft| draft.draft_id == draft_id)?;
            Some((draft.pattern.signature.clone(), draft.level.clone(), draft.volume.clone()))
        });
        if let Some((signature, level, volume)) = pattern {
            let team = volume.strip_prefix("team/").map(|team| format!("&team_id={team}")).unwrap_or_default();
            let path = format!("/evolution/patterns/{}?limit=200&level={level}{team}", words::encoded(&signature));
            let draft_id = draft_id.to_owned();
            self.desk.load(path, move |evidence| {
                if self.shown.with_untracked(|shown| *shown == draft_id) {
                    self.evidence.set(evidence);
                }
            });
        }
    }

    /// Opens a trace of the evidence, or closes it.
    pub fn toggle_trace(self, trace_id: &str) {
        let trace_id = trace_id.to_owned();
        if self.trace.with_untracked(|open| open.as_ref().is_some_and(|(open, _)| *open == trace_id)) {
            self.trace.set(None);
            return;
        }
        self.trace.set(Some((trace_id.clone(), Loaded::Waiting)));
        self.desk.load(format!("/traces/{}", words::encoded(&trace_id)), move |trace| {
            self.trace.update(|open| {
                if let Some((open, shown)) = open
                    && *open == trace_id
                {
                    *shown = trace;
                }
            });
        });
    }

    /// Looks for what recurs now, with the settings in force.
    pub fn look_now(self) {
        let level = self.level.get_untracked();
        let auto_apply = self
            .overview
            .with_untracked(|overview| overview.ready().is_some_and(|overview| overview.settings.auto_apply));
        let body: Value = json!({ "level": level, "auto_apply": auto_apply });
        self.progress.set(Some(Progress { stage: "waiting".to_owned(), ..Progress::default() }));
        self.outcome.set(None);
        self.desk.ask("POST", "/evolve".to_owned(), Some(body), move |answered| {
            self.progress.set(None);
            match answered {
                Ok(answer) => self.outcome.set(Some(Outcome::read(&answer))),
                Err(failure) => self.desk.complain(&failure),
            }
            self.read();
        });
    }

    /// Goes no further with the run of this page.
    pub fn stop(self) {
        self.desk.ask("POST", "/evolve/stop".to_owned(), None, |_| ());
    }
}
