//! The files of a volume, as in a code editor: the tree, and the file that is open.

mod actions;
mod conflict;
mod editor;
mod rows;
mod tree;
mod viewer;

pub use actions::offer_undo;

use leptos::prelude::*;

use super::data::{Entry, Folder, Loaded};
use super::failure::Failure;
use super::pairs::Pairs;
use super::state::{Desk, Room};
use super::words;
use crate::browser;
use crate::ui::parts::reactive::{dynamic, live};
use crate::ui::parts::splitter::{Sizes, Splitter};

/// Texts above this are not opened for editing.
const LARGEST_TEXT: usize = 2_000_000;

/// What a file holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Text.
    Text(String),
    /// A picture, at this address.
    Picture(String, usize),
    /// Something else, of this many bytes.
    Binary(usize),
}

/// What was typed into a file and not committed.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The text.
    pub text: String,
    /// What the file held when typing began.
    pub base_oid: String,
}

/// The tree and the file that is open. Drafts outlive both.
#[derive(Clone, Copy)]
pub struct FilesState {
    folders: RwSignal<Pairs<String, Loaded<Vec<Entry>>>>,
    unfolded: RwSignal<Vec<String>>,
    active: RwSignal<String>,
    shown: RwSignal<Option<Entry>>,
    content: RwSignal<Loaded<Content>>,
    /// Grows when the editor is to be filled anew.
    filled: RwSignal<u32>,
    drafts: RwSignal<Pairs<(String, String), Draft>>,
    rendered: RwSignal<bool>,
    message: RwSignal<String>,
    saving: RwSignal<bool>,
    trouble: RwSignal<Option<Failure>>,
    /// What the file holds now, where that is not what the draft was made of.
    underneath: RwSignal<Option<(String, String)>>,
    width: RwSignal<f64>,
}

impl Default for FilesState {
    fn default() -> Self {
        Self {
            folders: RwSignal::default(),
            unfolded: RwSignal::default(),
            active: RwSignal::default(),
            shown: RwSignal::new(None),
            content: RwSignal::default(),
            filled: RwSignal::new(0),
            drafts: RwSignal::default(),
            rendered: RwSignal::new(true),
            message: RwSignal::default(),
            saving: RwSignal::new(false),
            trouble: RwSignal::new(None),
            underneath: RwSignal::new(None),
            width: RwSignal::new(280.0),
        }
    }
}

impl FilesState {
    /// Another volume is looked at. What was typed stays.
    pub fn reset(self) {
        self.folders.set(Pairs::default());
        self.unfolded.set(Vec::new());
        self.active.set(String::new());
        self.shown.set(None);
        self.content.set(Loaded::Waiting);
        self.trouble.set(None);
        self.underneath.set(None);
    }

    /// Whether anything was typed and not committed.
    pub fn has_drafts(self) -> bool {
        !self.drafts.with_untracked(Pairs::is_empty)
    }

    /// What was typed into the file that is open. Tracks.
    fn draft(self, desk: Desk) -> Option<Draft> {
        let path = self.shown.with(|shown| shown.as_ref().map(|entry| entry.path.clone()))?;
        self.drafts.with(|drafts| drafts.get(&(desk.volume.get(), path)).cloned())
    }

    /// Reads a folder.
    fn load_folder(self, desk: Desk, path: &str) {
        let volume = desk.volume.get_untracked();
        let query = format!("/volumes/tree?volume={}&path={}", words::encoded(&volume), words::encoded(path));
        let path = path.to_owned();
        self.folders.update(|folders| {
            if !folders.contains(&path) {
                folders.insert(path.clone(), Loaded::Waiting);
            }
        });
        desk.load(query, move |folder: Loaded<Folder>| {
            if desk.volume.get_untracked() != volume {
                return;
            }
            let entries = match folder {
                Loaded::Ready(folder) => Loaded::Ready(rows::in_order(folder.entries)),
                Loaded::Failed(failure) => Loaded::Failed(failure),
                Loaded::Waiting => Loaded::Waiting,
            };
            match &entries {
                Loaded::Ready(entries) => self.take_newer(desk, &path, entries),
                // A folder that is gone is not asked for again.
                Loaded::Failed(failure) if failure.status == 404 && !path.is_empty() => {
                    self.unfolded.update(|open| open.retain(|known| *known != path));
                }
                _ => {}
            }
            self.folders.update(|folders| {
                folders.insert(path, entries);
            });
        });
    }

    /// The file that is open changed underneath: it is read again, or closed if it is gone, unless something was typed into it.
    fn take_newer(self, desk: Desk, folder: &str, entries: &[Entry]) {
        let Some(shown) = self.shown.get_untracked() else { return };
        let is_here = shown.path.rsplit_once('/').map_or("", |(folder, _)| folder) == folder;
        let is_busy = untrack(|| self.draft(desk)).is_some() || self.saving.get_untracked();
        if !is_here || is_busy {
            return;
        }
        match entries.iter().find(|entry| entry.path == shown.path) {
            Some(newer) if newer.oid != shown.oid => self.open(desk, newer.clone()),
            Some(_) => {}
            None => {
                self.shown.set(None);
                desk.reading.set(false);
            }
        }
    }

    /// Reads every folder that is unfolded again.
    fn reload(self, desk: Desk) {
        let open: Vec<String> = self.unfolded.get_untracked();
        for path in std::iter::once(String::new()).chain(open) {
            self.load_folder(desk, &path);
        }
    }

    /// Opens a file.
    fn open(self, desk: Desk, entry: Entry) {
        let (volume, path) = (desk.volume.get_untracked(), entry.path.clone());
        let is_other = self.shown.with_untracked(|shown| shown.as_ref().is_none_or(|shown| shown.path != path));
        if is_other {
            self.content.set(Loaded::Waiting);
            self.message.set(format!("Edit {path}"));
            self.trouble.set(None);
            self.underneath.set(None);
        }
        self.shown.set(Some(entry));
        self.active.set(path.clone());
        let calls = desk.calls();
        browser::spawn(async move {
            let read = calls.bytes(&volume, &path, "main").await;
            let is_shown = self.shown.with_untracked(|shown| shown.as_ref().is_some_and(|shown| shown.path == path));
            if desk.volume.get_untracked() != volume || !is_shown {
                return;
            }
            let content = match read {
                Ok(bytes) => Loaded::Ready(content_of(desk, &path, bytes)),
                Err(error) => Loaded::Failed(error.into()),
            };
            self.content.set(content);
            self.filled.update(|filled| *filled += 1);
        });
    }

    /// Opens the file at a path, unfolding what holds it.
    pub fn open_path(self, desk: Desk, path: &str) {
        for (end, _) in path.match_indices('/') {
            let folder = &path[..end];
            self.unfolded.update(|open| {
                if !open.iter().any(|opened| opened == folder) {
                    open.push(folder.to_owned());
                }
            });
            self.load_folder(desk, folder);
        }
        let name = path.rsplit('/').next().unwrap_or(path).to_owned();
        desk.reading.set(true);
        self.open(desk, Entry { name, path: path.to_owned(), kind: "file".to_owned(), ..Entry::default() });
        // The id of what it holds is the tree's to say; a save needs it.
        self.learn_oid(desk, path);
    }

    fn learn_oid(self, desk: Desk, path: &str) {
        let folder = path.rsplit_once('/').map(|(folder, _)| folder).unwrap_or_default();
        let query = format!("/volumes/tree?volume={}&path={}", desk.volume_query(), words::encoded(folder));
        let path = path.to_owned();
        desk.load(query, move |folder: Loaded<Folder>| {
            let found =
                folder.ready().and_then(|folder| folder.entries.iter().find(|entry| entry.path == path).cloned());
            if let Some(found) = found {
                self.shown.update(|shown| {
                    if let Some(shown) = shown.as_mut().filter(|shown| shown.path == path) {
                        *shown = found;
                    }
                });
            }
        });
    }
}

fn content_of(desk: Desk, path: &str, bytes: Vec<u8>) -> Content {
    let length = bytes.len();
    if let Some(mime) = picture_type(path)
        && let Some(address) = desk.calls().picture(&bytes, mime)
    {
        return Content::Picture(address, length);
    }
    if length > LARGEST_TEXT || bytes.iter().take(8_000).any(|byte| *byte == 0) {
        return Content::Binary(length);
    }
    String::from_utf8(bytes).map_or(Content::Binary(length), Content::Text)
}

fn picture_type(path: &str) -> Option<&'static str> {
    Some(match path.rsplit('.').next()?.to_ascii_lowercase().as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "svg" => "image/svg+xml",
        _ => return None,
    })
}

/// The tree beside the file.
pub fn view(desk: Desk) -> AnyView {
    let files = desk.files;
    Effect::new(move |_| {
        desk.volume.track();
        desk.revision.track();
        untrack(|| files.reload(desk));
    });
    let width = files.width;
    view! {
        <div class="desk-panes" role="tabpanel" aria-labelledby="desk-tab-files">
            <div class="desk-list-pane" style:width=live(move || format!("{}px", width.get()))>{tree::view(desk)}</div>
            {dynamic(move || (desk.room.get() != Room::Phone).then(|| view! {
                <Splitter
                    sizes=Sizes::Left
                    label="the tree"
                    size=live(move || width.get())
                    smallest=200.0
                    largest=live(|| 520.0)
                    on_size=move |size| width.set(size)
                    on_fold=move |()| width.set(200.0)
                />
            }))}
            <div class="desk-detail desk-file">{viewer::view(desk)}</div>
        </div>
    }
    .into_any()
}
