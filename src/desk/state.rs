//! What the desk shows and does, within reach of every part of it. Lives as long as the desk: a view that is left and come back to
//! finds everything as it was.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use serde_json::Value;

use super::chat::ChatState;
use super::data::{Loaded, People, Progress, Read, Stats};
use super::failure::Failure;
use super::files::FilesState;
use super::history::HistoryState;
use super::page_facts::PageFacts;
use super::proposals::ProposalsState;
use super::remote::RemoteState;
use super::skills::SkillsState;
use super::words;
use crate::browser::{self, DeviceHandle, SandboxHandle, VolumeCalls};

/// Changes within this time are looked at together.
const CHANGES_TOGETHER: Duration = Duration::from_millis(150);

/// The views of one volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// Its files as they are.
    Files,
    /// What happened to them.
    History,
    /// What is asked of its keepers.
    Proposals,
    /// Where it is kept as well.
    Remote,
}

/// How much room the window has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// One thing at a time.
    Phone,
    /// Lists and details side by side.
    Desk,
    /// Two versions side by side too.
    Wide,
}

/// What lies over the page.
#[derive(Clone)]
pub struct Over {
    /// What it is, for readers.
    pub label: String,
    /// Where and how large.
    pub shape: Shape,
    /// What is in it.
    pub view: Arc<dyn Fn() -> AnyView + Send + Sync>,
}

/// The shape of what lies over the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    /// A dialog: `small` or `full`.
    Dialog(&'static str),
    /// A menu with its upper left corner here.
    Menu(f64, f64),
}

/// A sentence at the lower edge, perhaps with a way back.
#[derive(Clone)]
pub struct Notice {
    /// Tells notices apart.
    pub number: u32,
    /// What happened.
    pub text: String,
    /// Whether something went wrong.
    pub is_error: bool,
    /// The way back: its name, and what it does.
    pub undo: Option<(&'static str, Arc<dyn Fn() + Send + Sync>)>,
}

/// All of the desk. Small and `Copy`.
#[derive(Clone, Copy)]
pub struct Desk {
    calls: StoredValue<VolumeCalls, LocalStorage>,
    sandbox: StoredValue<SandboxHandle, LocalStorage>,
    device: StoredValue<DeviceHandle, LocalStorage>,
    owner: StoredValue<Owner>,
    /// Whether something changed that was not looked at yet, and whether that was the volume that is open.
    heard: StoredValue<Option<bool>>,
    /// The volumes at a glance.
    pub stats: RwSignal<Loaded<Stats>>,
    /// The people of this device.
    pub people: RwSignal<Loaded<People>>,
    /// The volume that is looked at; empty where none is.
    pub volume: RwSignal<String>,
    /// Its view.
    pub tab: RwSignal<Tab>,
    /// How much room there is.
    pub room: RwSignal<Room>,
    /// On a phone: whether the thing that was chosen from a list is looked at.
    pub reading: RwSignal<bool>,
    /// What lies over the page.
    pub over: RwSignal<Option<Over>>,
    /// The sentence at the lower edge.
    pub notice: RwSignal<Option<Notice>>,
    /// How far a sync is.
    pub progress: RwSignal<Option<Progress>>,
    /// Grows with every change of the volume that is looked at.
    pub revision: RwSignal<u32>,
    /// What the page said of itself.
    pub facts: RwSignal<PageFacts>,
    /// Which step of the tour is shown.
    pub tour: RwSignal<Option<usize>>,
    /// The chat, once it was looked at.
    pub chat: StoredValue<Option<ChatState>>,
    /// The face of skills, once it was looked at.
    pub skills: StoredValue<Option<SkillsState>>,
    /// Its files.
    pub files: FilesState,
    /// Its history.
    pub history: HistoryState,
    /// Its proposals.
    pub proposals: ProposalsState,
    /// Its remote.
    pub remote: RemoteState,
}

impl Desk {
    /// An empty desk.
    pub fn new(calls: VolumeCalls, sandbox: SandboxHandle, device: DeviceHandle) -> Self {
        Self {
            calls: StoredValue::new_local(calls),
            sandbox: StoredValue::new_local(sandbox),
            device: StoredValue::new_local(device),
            heard: StoredValue::new(None),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            stats: RwSignal::default(),
            people: RwSignal::default(),
            volume: RwSignal::default(),
            tab: RwSignal::new(Tab::Files),
            room: RwSignal::new(Room::Desk),
            reading: RwSignal::new(false),
            over: RwSignal::new(None),
            notice: RwSignal::new(None),
            progress: RwSignal::new(None),
            revision: RwSignal::new(0),
            facts: RwSignal::default(),
            tour: RwSignal::new(None),
            chat: StoredValue::new(None),
            skills: StoredValue::new(None),
            files: FilesState::default(),
            history: HistoryState::default(),
            proposals: ProposalsState::default(),
            remote: RemoteState::default(),
        }
    }

    /// What the page gave.
    pub fn calls(self) -> VolumeCalls {
        self.calls.get_value()
    }

    /// Where code runs.
    pub fn sandbox(self) -> SandboxHandle {
        self.sandbox.get_value()
    }

    /// This device.
    pub fn device(self) -> DeviceHandle {
        self.device.get_value()
    }

    /// Asks the device, and hands the answer on.
    pub fn ask_device(self, name: &'static str, argument: String, then: impl FnOnce(Result<Value, Failure>) + 'static) {
        let device = self.device();
        browser::spawn(async move {
            let answered = match device.ask(name, &argument).await {
                Ok(text) => serde_json::from_str(&text).map_err(|error| Failure::unreadable(&error)),
                Err(error) => Err(error.into()),
            };
            then(answered);
        });
    }

    /// A signal that outlives the part of the page whose button made it: the fields of a dialog that a menu opens, which closes.
    pub fn lasting<T: Send + Sync + 'static>(self, value: T) -> RwSignal<T> {
        self.rooted(|| RwSignal::new(value))
    }

    /// Makes something reactive that lasts as long as the desk.
    pub fn rooted<T>(self, make: impl FnOnce() -> T) -> T {
        self.owner.with_value(|owner| owner.with(make))
    }

    /// Asks the volumes, and hands the answer on.
    pub fn ask(
        self,
        method: &'static str,
        path: String,
        body: Option<Value>,
        then: impl FnOnce(Result<Value, Failure>) + 'static,
    ) {
        self.ask_boxed(method, path, body.map(|body| body.to_string()), Box::new(then));
    }

    fn ask_boxed(
        self,
        method: &'static str,
        path: String,
        body: Option<String>,
        then: Box<dyn FnOnce(Result<Value, Failure>)>,
    ) {
        let calls = self.calls();
        browser::spawn(async move {
            let answered = match calls.answer(method, &path, body).await {
                Ok(text) => read_answer(&text),
                Err(error) => Err(error.into()),
            };
            then(answered);
        });
    }

    /// Asks for something to show, and says where it is to be put.
    pub fn load<T: Read>(self, path: String, put: impl FnOnce(Loaded<T>) + 'static) {
        self.ask("GET", path, None, move |answered| put(shown(answered)));
    }

    /// Puts a text on the clipboard, and says so.
    pub fn copy(self, text: &str, done: &'static str) {
        let text = text.to_owned();
        browser::spawn(async move {
            match browser::copy_text(&text).await {
                Ok(()) => self.say(done),
                Err(error) => self.complain(&error.into()),
            }
        });
    }

    /// Reads the volumes and the people anew.
    pub fn refresh(self) {
        self.load("/volumes/stats".to_owned(), move |stats: Loaded<Stats>| {
            // What is shown already stays while it cannot be read again.
            if self.stats.with_untracked(|shown| shown.ready().is_none()) || stats.ready().is_some() {
                self.stats.set(stats);
            }
            self.choose_first();
        });
        self.load("/profiles".to_owned(), move |people: Loaded<People>| {
            if let Some(person) = people.ready().and_then(|people| people.me().map(|me| (people, me))) {
                self.tell_profile(person.0, person.1);
            }
            self.people.set(people);
        });
    }

    /// Where there is room for it, a volume is open rather than none: the person's own.
    fn choose_first(self) {
        let chosen = self.volume.get_untracked();
        let first = self.stats.with_untracked(|stats| {
            let volumes = &stats.ready()?.volumes;
            if volumes.iter().any(|volume| volume.volume == chosen) {
                return None;
            }
            let own = volumes.iter().find(|volume| volume.volume.starts_with("user/"));
            own.or(volumes.first()).map(|volume| volume.volume.clone())
        });
        let Some(first) = first else { return };
        if self.room.get_untracked() != Room::Phone {
            self.open_volume(&first);
        } else if !chosen.is_empty() {
            self.volume.set(String::new());
        }
    }

    fn tell_profile(self, people: &People, me: &super::data::Person) {
        let name = if me.display_name.is_empty() { &me.user_id } else { &me.display_name };
        let team = people.current.team_id.as_ref().map(|team_id| format!(", {}", people.team_name(team_id)));
        let text = format!("{}\n{name}{}", words::initials(name), team.unwrap_or_default());
        self.calls().tell("profile", &text);
    }

    /// Looks at a volume.
    pub fn open_volume(self, volume: &str) {
        self.reading.set(false);
        if self.volume.get_untracked() == volume {
            return;
        }
        self.files.reset();
        self.history.reset();
        self.proposals.reset();
        self.remote.reset();
        self.volume.set(volume.to_owned());
    }

    /// The volume that is looked at, for a query.
    pub fn volume_query(self) -> String {
        words::encoded(&self.volume.get_untracked())
    }

    /// Whether the person may write to the volume that is looked at. Tracks.
    pub fn is_writable(self) -> bool {
        let volume = self.volume.get();
        self.stats.with(|stats| {
            stats.ready().is_some_and(|stats| stats.volumes.iter().any(|row| row.volume == volume && row.writable))
        })
    }

    /// Something was written: all that shows the volume looks again.
    pub fn touched(self) {
        self.revision.update(|revision| *revision += 1);
        self.refresh();
    }

    /// A volume changed, here or in another tab. Many changes in a row are looked at once.
    pub fn hear_change(self, volume: &str) {
        let is_shown = self.volume.with_untracked(|shown| shown == volume);
        let waiting = self.heard.with_value(|heard| heard.is_some());
        self.heard.update_value(|heard| *heard = Some(heard.unwrap_or_default() || is_shown));
        if waiting {
            return;
        }
        set_timeout(
            move || match self.heard.try_update_value(Option::take).flatten() {
                Some(true) => self.touched(),
                _ => self.refresh(),
            },
            CHANGES_TOGETHER,
        );
    }

    /// Puts something over the page.
    pub fn put_over(self, label: impl Into<String>, shape: Shape, view: impl Fn() -> AnyView + Send + Sync + 'static) {
        self.over.set(Some(Over { label: label.into(), shape, view: Arc::new(view) }));
    }

    /// Takes it away.
    pub fn close_over(self) {
        self.over.set(None);
    }

    /// Says that something was done.
    pub fn say(self, text: impl Into<String>) {
        self.notify(text.into(), false, None);
    }

    /// Says that something was done, with a way back.
    pub fn say_with(self, text: impl Into<String>, name: &'static str, undo: impl Fn() + Send + Sync + 'static) {
        self.notify(text.into(), false, Some((name, Arc::new(undo))));
    }

    /// Says what went wrong.
    pub fn complain(self, failure: &Failure) {
        self.notify(failure.message.clone(), true, None);
    }

    fn notify(self, text: String, is_error: bool, undo: Option<(&'static str, Arc<dyn Fn() + Send + Sync>)>) {
        let number = self.notice.with_untracked(|notice| notice.as_ref().map_or(0, |notice| notice.number)) + 1;
        self.notice.set(Some(Notice { number, text, is_error, undo }));
    }
}

/// The body of an answer, or why there is none.
pub fn read_answer(text: &str) -> Result<Value, Failure> {
    let answer: Value = serde_json::from_str(text).map_err(|error| Failure::unreadable(&error))?;
    let status = answer.get("status").and_then(Value::as_u64).unwrap_or_default() as u16;
    let body = answer.get("body").cloned().unwrap_or_default();
    if (200..300).contains(&status) { Ok(body) } else { Err(Failure::of_answer(status, &body)) }
}

/// An answer as what is shown of it.
pub fn shown<T: Read>(answered: Result<Value, Failure>) -> Loaded<T> {
    match answered {
        Ok(body) => Loaded::Ready(T::read(&body)),
        Err(failure) => Loaded::Failed(failure),
    }
}
