//! What the face of skills shows: what is looked for, the list, the skill that is open, and what was typed and not saved yet.

use std::time::Duration;

use leptos::prelude::*;
use serde_json::{Value, json};

use super::data::{Checked, SkillDetail, SkillPage};
use crate::desk::data::{HistoryPage, Loaded};
use crate::desk::state::{Desk, Room};
use crate::desk::words;

/// How many rows a list begins with, and how many more come each time.
pub const ROWS: usize = 200;
/// What is typed within this time is looked for, or checked, at once.
const TYPED_TOGETHER: Duration = Duration::from_millis(90);
const CHECKED_TOGETHER: Duration = Duration::from_millis(250);

/// What of a skill is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// It, to read.
    Read,
    /// Its file, to change.
    Edit,
    /// What happened to it.
    History,
}

/// Which skill: its id, and the volume that it is of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Its id.
    pub skill_id: String,
    /// The volume.
    pub volume: String,
}

impl Shown {
    /// A call about it, with more parameters.
    pub fn call(&self, action: &str) -> String {
        format!("/skills/{}{action}?volume={}", words::encoded(&self.skill_id), words::encoded(&self.volume))
    }
}

/// All of the face of skills. Small and `Copy`.
#[derive(Clone, Copy)]
pub struct Skills {
    /// The desk.
    pub desk: Desk,
    /// What is looked for.
    pub query: RwSignal<String>,
    /// The volume that is looked through; empty for all.
    pub volume: RwSignal<String>,
    /// The category; empty for all.
    pub category: RwSignal<String>,
    /// Every category there is.
    pub categories: RwSignal<Vec<String>>,
    /// How many rows are asked for.
    pub rows: RwSignal<usize>,
    /// The rows.
    pub list: RwSignal<Loaded<SkillPage>>,
    /// The skill that is open; none on a phone until one is chosen.
    pub shown: RwSignal<Option<Shown>>,
    /// The same, read.
    pub detail: RwSignal<Loaded<SkillDetail>>,
    /// What of it is looked at.
    pub side: RwSignal<Side>,
    /// What was typed; none where it is as it was.
    pub draft: RwSignal<Option<String>>,
    /// What is said of the text as it is typed.
    pub checked: RwSignal<Checked>,
    /// Its commits.
    pub history: RwSignal<Loaded<HistoryPage>>,
    /// Whether it is being saved.
    pub saving: RwSignal<bool>,
    asked: StoredValue<u32>,
    check_asked: StoredValue<u32>,
}

impl Skills {
    /// Nothing yet.
    pub fn new(desk: Desk) -> Self {
        Self {
            desk,
            query: RwSignal::default(),
            volume: RwSignal::default(),
            category: RwSignal::default(),
            categories: RwSignal::default(),
            rows: RwSignal::new(ROWS),
            list: RwSignal::default(),
            shown: RwSignal::default(),
            detail: RwSignal::default(),
            side: RwSignal::new(Side::Read),
            draft: RwSignal::default(),
            checked: RwSignal::default(),
            history: RwSignal::default(),
            saving: RwSignal::new(false),
            asked: StoredValue::new(0),
            check_asked: StoredValue::new(0),
        }
    }

    /// Looks for what is asked for, once nothing more is typed for a moment.
    pub fn look_soon(self) {
        self.asked.update_value(|asked| *asked += 1);
        let number = self.asked.get_value();
        let look = move || {
            if self.asked.try_get_value() == Some(number) {
                self.look();
            }
        };
        set_timeout(look, TYPED_TOGETHER);
    }

    /// Looks for what is asked for. What is shown stays until the answer is there.
    pub fn look(self) {
        let mut path = format!("/skills?limit={}", self.rows.get_untracked());
        for (name, value) in [("query", self.query), ("volume", self.volume), ("category", self.category)] {
            let value = value.get_untracked();
            if !value.trim().is_empty() {
                path.push_str(&format!("&{name}={}", words::encoded(value.trim())));
            }
        }
        let number = self.asked.get_value();
        let is_all = path == format!("/skills?limit={}", self.rows.get_untracked());
        self.desk.load(path, move |page: Loaded<SkillPage>| {
            if self.asked.try_get_value() != Some(number) {
                return;
            }
            if let (true, Some(page)) = (is_all, page.ready()) {
                let mut names: Vec<String> = page.skills.iter().map(|row| row.category.clone()).collect();
                names.sort_unstable();
                names.dedup();
                self.categories.set(names);
            }
            self.list.set(page);
            self.choose_first();
        });
    }

    /// Where there is room for it, a skill is open rather than none.
    fn choose_first(self) {
        if self.shown.with_untracked(Option::is_some) || self.desk.room.get_untracked() == Room::Phone {
            return;
        }
        let first = self.list.with_untracked(|list| {
            let row = list.ready()?.skills.first()?;
            Some(Shown { skill_id: row.skill_id.clone(), volume: row.volume.clone() })
        });
        if let Some(first) = first {
            self.open(first);
        }
    }

    /// Opens a skill. What was typed in another is asked about by whoever calls.
    pub fn open(self, shown: Shown) {
        if self.shown.with_untracked(|now| now.as_ref() == Some(&shown)) {
            return;
        }
        self.draft.set(None);
        self.side.set(Side::Read);
        self.detail.set(Loaded::Waiting);
        self.shown.set(Some(shown));
        self.read();
    }

    /// Opens a skill by its id alone: the nearest of that name.
    pub fn open_by_id(self, skill_id: &str) {
        let skill_id = skill_id.to_owned();
        self.desk.ask("GET", format!("/skills/{}", words::encoded(&skill_id)), None, move |answered| match answered {
            Ok(answer) => {
                let volume = answer.get("volume").and_then(Value::as_str).unwrap_or_default().to_owned();
                self.open(Shown { skill_id, volume });
            }
            Err(failure) => self.desk.complain(&failure),
        });
    }

    /// Reads the skill that is open.
    pub fn read(self) {
        let Some(shown) = self.shown.get_untracked() else { return };
        self.desk.load(shown.call(""), move |detail: Loaded<SkillDetail>| {
            let is_shown = self.shown.with_untracked(|now| now.as_ref() == Some(&shown));
            if !is_shown || self.detail.with_untracked(|now| *now == detail) {
                return;
            }
            if self.side.get_untracked() == Side::Edit {
                // Whoever writes is not interrupted: it is drawn when the editor is left.
                self.detail.update_untracked(|now| *now = detail);
            } else {
                self.detail.set(detail);
            }
        });
    }

    /// Reads the commits of the skill that is open.
    pub fn read_history(self) {
        let path = self.detail.with_untracked(|detail| detail.ready().map(|detail| detail.path.clone()));
        let (Some(shown), Some(path)) = (self.shown.get_untracked(), path) else { return };
        self.history.set(Loaded::Waiting);
        let call = format!(
            "/volumes/history?limit=100&volume={}&path={}",
            words::encoded(&shown.volume),
            words::encoded(&path)
        );
        self.desk.load(call, move |history| {
            if self.shown.with_untracked(|now| now.as_ref() == Some(&shown)) {
                self.history.set(history);
            }
        });
    }

    /// A volume changed: all is read again. What was typed stays.
    pub fn refresh(self) {
        self.look();
        self.read();
        if self.side.get_untracked() == Side::History {
            self.read_history();
        }
    }

    /// Has the text checked as it is typed, once nothing more is typed for a moment.
    pub fn check_soon(self, text: String) {
        self.check_asked.update_value(|asked| *asked += 1);
        let number = self.check_asked.get_value();
        let path = self.detail.with_untracked(|detail| detail.ready().map(|detail| detail.path.clone()));
        let check = move || {
            if self.check_asked.try_get_value() != Some(number) {
                return;
            }
            let body = json!({ "source": text, "path": path });
            self.desk.ask("POST", "/skills/check".to_owned(), Some(body), move |answered| {
                if let (Ok(answer), Some(true)) = (answered, self.check_asked.try_get_value().map(|now| now == number))
                {
                    self.checked.set(crate::desk::data::Read::read(&answer));
                }
            });
        };
        set_timeout(check, CHECKED_TOGETHER);
    }

    /// The volumes that the person may write to, with their own first.
    pub fn writable_volumes(self) -> Vec<String> {
        self.desk.stats.with_untracked(|stats| {
            let rows = stats.ready().map(|stats| stats.volumes.as_slice()).unwrap_or_default();
            let mut names: Vec<String> = rows.iter().filter(|row| row.writable).map(|row| row.volume.clone()).collect();
            names.sort_by_key(|name| (!name.starts_with("user/"), name.clone()));
            names
        })
    }
}
