//! The wire of the volume worker: opens the volumes of the device, brings the library that came with the page into them, answers the
//! calls of `window.llmos`, renders Markdown. What needs a parser or a repository lives here and not in the page, which opens the sooner
//! for it. It decides nothing and draws nothing.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use gloo::timers::callback::Timeout;
use wasm_bindgen::{JsCast, JsValue};

use crate::browser::{BrowserStorage, ChatPage, heard_of_write, spawn, wall_clock};
use crate::interface::chat::{self, Chats};
use crate::interface::{self, Archive, Body, Catalogue, Request, Response};
use crate::kernel::access::{Action, BadId, Volume};
use crate::kernel::manager::{DEVICE, ManagerError, Now, ShippedFile, ShippedLibrary, VolumeManager};
use crate::kernel::markdown as kernel_markdown;
use crate::kernel::skill::Library;
use crate::kernel::volume::{Import, ImportedFile, Oid, VolumeError};

type Manager = VolumeManager<BrowserStorage>;

/// Nobody has called for so long: what nobody waits for can be done.
const UPKEEP_AFTER_MS: u32 = 1_000;

thread_local! {
    static MANAGER: RefCell<Option<Rc<Manager>>> = const { RefCell::new(None) };
    static CHATS: RefCell<Option<Chats<BrowserStorage, ChatPage>>> = const { RefCell::new(None) };
    /// Upkeep that is planned; another call puts it off.
    static UPKEEP: RefCell<Option<Timeout>> = const { RefCell::new(None) };
    /// Whether another tab may have switched the profile.
    static DEVICE_CHANGED: Cell<bool> = const { Cell::new(false) };
}

/// Starts the worker's side.
pub fn start() {
    console_error_panic_hook::set_once();
}

/// Opens the volumes and brings the library into them. Answers with a warning where nothing can be kept.
pub async fn open(archive: &str) -> Result<Option<String>, String> {
    let archive: Archive =
        serde_json::from_str(archive).map_err(|error| format!("The library of skills cannot be read: {error}"))?;
    let shipped = |file: interface::ArchivedFile| ShippedFile { path: file.path, text: file.text };
    let library = ShippedLibrary { digest: archive.digest, files: archive.files.into_iter().map(shipped).collect() };
    let (storage, trouble) = BrowserStorage::open().await;
    let mut warning =
        trouble.map(|error| format!("Nothing can be kept, so what you change is gone with this page: {error}"));
    let manager = match open_seeded(storage, &library).await {
        Ok(manager) => manager,
        // The library that came along must be usable whatever state the storage is in.
        Err(error) => {
            warning = Some(format!("The volumes of this device could not be opened: {error}"));
            let storage = BrowserStorage::ForThisVisit(Default::default());
            open_seeded(storage, &library).await.map_err(|error| error.to_string())?
        }
    };
    let manager = Rc::new(manager);
    CHATS.set(Some(Chats::new(Rc::clone(&manager), ChatPage)));
    MANAGER.set(Some(manager));
    Ok(warning)
}

async fn open_seeded(storage: BrowserStorage, library: &ShippedLibrary) -> Result<Manager, ManagerError> {
    let manager = VolumeManager::open(storage).await?;
    manager.seed(library, now()).await?;
    Ok(manager)
}

/// Rows of this name were written, by any tab: the next call looks at them again.
pub fn rows_changed(volume: &str) {
    heard_of_write(volume);
    if volume == DEVICE {
        DEVICE_CHANGED.set(true);
    }
}

/// Every skill and workflow that the person can use, as JSON, with all that runs and without the prose.
pub async fn catalogue() -> Result<String, String> {
    let manager = manager()?;
    let catalogue = read_catalogue(&manager).await.map_err(|error| error.to_string())?;
    Ok(serde_json::to_string(&catalogue).expect("our own catalogue serialises"))
}

async fn read_catalogue(manager: &Manager) -> Result<Catalogue, ManagerError> {
    let now = now();
    manager.reload_profiles().await?;
    let skills = manager.skills(now).await?;
    let skills = skills.into_iter().map(|(id, found)| (id, Arc::new(found.value.outline(true)))).collect();
    let diagnostics = manager.diagnostics(now).await?.into_iter().map(|(_, finding)| finding).collect();
    let workflows = manager.workflows(now).await?;
    let workflows = workflows.into_iter().map(|(id, found)| (id, found.value)).collect();
    Ok(Catalogue { library: Library { skills, diagnostics }, workflows })
}

/// Answers a call of `window.llmos.fetch`: status, JSON, and bytes where they are the answer. What answers is chosen at run time, so that
/// a browser compiles only that before the first answer.
pub async fn answer(method: &str, path: &str, body: JsValue) -> Result<Answer, String> {
    let manager = manager()?;
    if DEVICE_CHANGED.replace(false) {
        manager.reload_profiles().await.map_err(|error| error.to_string())?;
    }
    let body = match body.dyn_ref::<js_sys::Uint8Array>() {
        Some(bytes) => Body::Bytes(bytes.to_vec()),
        None => Body::from(body.as_string()),
    };
    let request = Request::new(method, path, body);
    let answering: Pin<Box<dyn Future<Output = Result<Response, String>>>> = if chat::is_chat(&request) {
        Box::pin(answer_chat(request))
    } else {
        let manager = Rc::clone(&manager);
        Box::pin(async move { Ok(interface::answer(&request, &manager, now()).await) })
    };
    let response = answering.await?;
    plan_upkeep(&manager);
    Ok(Answer { status: response.status, body: response.body.to_string(), bytes: response.bytes })
}

/// Lets the manager do what nobody waits for, once nobody has called for a while.
fn plan_upkeep(manager: &Rc<Manager>) {
    if !manager.wants_upkeep() {
        return;
    }
    let manager = Rc::clone(manager);
    UPKEEP.set(Some(Timeout::new(UPKEEP_AFTER_MS, move || {
        spawn(async move {
            // Were it to fail, as when the storage is full, the next start would take its time and nothing else.
            let _ = manager.upkeep().await;
        });
    })));
}

async fn answer_chat(request: Request) -> Result<Response, String> {
    let chats = CHATS.with_borrow(Clone::clone).ok_or_else(|| "The volumes are not open".to_owned())?;
    let answered = chats.answer(&request).await;
    // Nobody waits for an answer that is told as it grows.
    answered.work.into_iter().for_each(spawn);
    Ok(answered.response)
}

/// The files that a commit changed.
pub async fn changed_paths(volume: &str, commit: &str) -> Result<Vec<String>, String> {
    let manager = manager()?;
    let volume = volume_named(volume)?;
    let opened = manager.volume(&volume, Action::Read, now()).await.map_err(|error| error.to_string())?;
    let commit = commit.parse().map_err(|_| format!("'{commit}' is no commit"))?;
    let changed = opened.repository().changes_of(commit).await.map_err(|error| error.to_string())?;
    Ok(changed.into_iter().map(|file| file.path).collect())
}

/// For each object 1 if the volume has it, else 0; it is asked while the volume is synced.
pub async fn holds(volume: &str, oids: &[String]) -> Result<Vec<u8>, String> {
    let volume = volume_named(volume)?;
    let opened = manager()?.volume(&volume, Action::Read, now()).await.map_err(|error| error.to_string())?;
    let oids: Result<Vec<Oid>, _> = oids.iter().map(|oid| oid.parse()).collect();
    let oids = oids.map_err(|_| "One of the objects has no proper name".to_owned())?;
    let held = opened.repository().holds(&oids).await.map_err(|error| error.to_string())?;
    Ok(held.into_iter().map(u8::from).collect())
}

/// Takes a repository in as a volume: the files of a `.git` folder, or one file that is a bundle. Every object is verified before
/// anything is kept. Answers in words what came.
pub async fn import(volume: &str, files: Vec<(String, Vec<u8>)>) -> Result<String, String> {
    let manager = manager()?;
    let volume = volume_named(volume)?;
    let words = |error: VolumeError| error.to_string();
    let import = match files.as_slice() {
        [(path, bytes)] if path.is_empty() => Import::of_bundle(bytes).await.map_err(words)?,
        _ => {
            let files = files.into_iter().map(|(path, bytes)| ImportedFile { path, bytes }).collect();
            Import::of_files(files).await.map_err(words)?
        }
    };
    let found = format!("{} commits, {} branches, {} tags", import.report.commits, import.branches.len(), import.tags);
    manager.import_volume(&volume, import, now()).await.map_err(|error| error.to_string())?;
    Ok(found)
}

/// A volume as a bundle, which `git clone` reads.
pub async fn bundle(volume: &str) -> Result<Vec<u8>, String> {
    let manager = manager()?;
    let volume = volume_named(volume)?;
    let opened = manager.volume(&volume, Action::Read, now()).await.map_err(|error| error.to_string())?;
    Ok(opened.repository().bundle().await.map_err(|error| error.to_string())?.encode())
}

/// Whether the person may take this volume's repository away.
pub fn may_export(volume: &str) -> Result<(), String> {
    let volume = volume_named(volume)?;
    if manager()?.may(Action::Read, &volume) { Ok(()) } else { Err(format!("You may not read {volume}")) }
}

/// An answer on its way to the page.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// JSON.
    pub body: String,
    /// The body, where it is bytes.
    pub bytes: Option<Vec<u8>>,
}

impl From<Answer> for JsValue {
    fn from(answer: Answer) -> Self {
        let array = js_sys::Array::of2(&answer.status.into(), &answer.body.into());
        if let Some(bytes) = answer.bytes {
            array.push(&js_sys::Uint8Array::from(bytes.as_slice()));
        }
        array.into()
    }
}

/// Markdown as HTML that is safe to insert.
pub fn markdown(text: &str) -> String {
    kernel_markdown::to_safe_html(text)
}

fn manager() -> Result<Rc<Manager>, String> {
    MANAGER.with_borrow(|manager| manager.clone()).ok_or_else(|| "The volumes are not open".to_owned())
}

fn now() -> Now {
    let (timestamp_s, offset_min) = wall_clock();
    Now { timestamp_s, offset_min }
}

fn volume_named(name: &str) -> Result<Volume, String> {
    name.parse().map_err(|error: BadId| error.to_string())
}
