//! The tree of files, for pointer and keyboard: arrows, Enter, F2, Delete, letters.

use leptos::ev;
use leptos::prelude::*;

use super::actions;
use super::rows::{self, Row, RowKind};
use crate::desk::data::{Entry, Loaded};
use crate::desk::parts::{Look, button, empty, failed, icon_button, menu_item, waiting};
use crate::desk::state::{Desk, Shape};
use crate::desk::window_rows::RowWindow;
use crate::desk::words;
use crate::ui::parts::Icon;
use crate::ui::parts::clock;
use crate::ui::parts::reactive::{dynamic, live};

const ROW_PX: f64 = 28.0;
const ROW_PX_TOUCH: f64 = 44.0;
/// After this long, a letter begins a new name.
const TYPING_MS: f64 = 800.0;

/// The tree with what can be done in it.
pub fn view(desk: Desk) -> AnyView {
    let files = desk.files;
    let writable = Memo::new(move |_| desk.is_writable());
    // The tree itself stays while folders come and go in it: it holds the keyboard and the scroll.
    let root = Memo::new(move |_| {
        files.folders.with(|folders| match folders.get(&String::new()) {
            None | Some(Loaded::Waiting) => Loaded::Waiting,
            Some(Loaded::Failed(failure)) => Loaded::Failed(failure.clone()),
            Some(Loaded::Ready(entries)) => Loaded::Ready(!entries.is_empty()),
        })
    });
    view! {
        <div class="desk-pane-head">
            <h3>"Files"</h3>
            <div class="desk-pane-tools">
                {dynamic(move || writable.get().then(|| view! {
                    {icon_button("file-plus", "New file", move || actions::new_file(desk, &folder_at(desk)))}
                    {icon_button("folder-plus", "New folder", move || actions::new_folder(desk, &folder_at(desk)))}
                }))}
                {icon_button("chevron-up", "Fold everything", move || files.unfolded.update(Vec::clear))}
            </div>
        </div>
        {dynamic(move || match root.get() {
            Loaded::Waiting => waiting(8),
            Loaded::Failed(failure) => failed(&failure, move || files.reload(desk)),
            Loaded::Ready(false) => nothing_yet(desk, writable),
            Loaded::Ready(true) => tree(desk),
        })}
    }
    .into_any()
}

fn nothing_yet(desk: Desk, writable: Memo<bool>) -> AnyView {
    let action =
        writable.get().then(|| button(Look::Main, "file-plus", "New file", move || actions::new_file(desk, "skills")));
    empty(
        "folder-open",
        "Nothing in here yet",
        "Skills, workflows, notes and runs are files in a volume. Make the first, or import what you have.",
        action,
    )
}

/// The folder in which something new belongs.
fn folder_at(desk: Desk) -> String {
    let active = desk.files.active.get_untracked();
    let is_folder = untrack(|| rows::rows(desk.files))
        .iter()
        .any(|row| row.path == active && matches!(row.what, RowKind::Folder(..)));
    if is_folder { active } else { active.rsplit_once('/').map(|(folder, _)| folder.to_owned()).unwrap_or_default() }
}

fn tree(desk: Desk) -> AnyView {
    let files = desk.files;
    let rows = Memo::new(move |_| rows::rows(files));
    let touch = crate::ui::parts::dom::matches("(max-width: 600px)");
    let window = RowWindow::new(if touch { ROW_PX_TOUCH } else { ROW_PX });
    let typed = StoredValue::new((String::new(), 0.0));
    let active_id = live(move || {
        let active = files.active.get();
        rows.with(|rows| rows.iter().position(|row| row.path == active)).map(|place| format!("desk-file-{place}"))
    });
    let on_key = move |event: ev::KeyboardEvent| {
        if rows.with_untracked(|rows| keys(desk, rows, window, typed, &event)) {
            event.prevent_default();
            event.stop_propagation();
        }
    };
    let shown_rows = move |range: std::ops::Range<usize>| {
        let first = range.start;
        let visible = rows.with(|rows| rows.get(range).map(<[Row]>::to_vec).unwrap_or_default());
        visible.into_iter().enumerate().map(|(place, row)| one_row(desk, row, first + place)).collect_view().into_any()
    };
    view! {
        <div
            class="desk-tree"
            role="tree"
            tabindex="0"
            aria-label="Files of the volume"
            aria-activedescendant=active_id
            on:scroll=move |event| window.measure(&event)
            on:keydown=on_key
            on:focus=move |_| {
                if files.active.with_untracked(String::is_empty) {
                    let first = rows.with_untracked(|rows| rows.first().map(|row| row.path.clone()));
                    files.active.set(first.unwrap_or_default());
                }
            }
        >
            {window.show(live(move || rows.with(Vec::len)), shown_rows)}
        </div>
    }
    .into_any()
}

fn one_row(desk: Desk, row: Row, place: usize) -> AnyView {
    let files = desk.files;
    let indent = format!("{}px", 10 + row.level * 14);
    let (path, key) = (row.path.clone(), row.path.clone());
    let level = (row.level + 1).to_string();
    let is_active = live(move || files.active.with(|active| *active == path).to_string());
    let (icon, name, unfolded, entry, note) = match row.what {
        RowKind::Waiting => {
            return view! { <p class="desk-row desk-row-note" style:padding-left=indent>"Reading…"</p> }.into_any();
        }
        RowKind::Failed(reason) => {
            return view! { <p class="desk-row desk-row-note desk-row-failed" style:padding-left=indent title=reason.clone()>{reason.clone()}</p> }
                .into_any();
        }
        RowKind::Folder(entry, is_open) => {
            (if is_open { "folder-open" } else { "folder" }, entry.name.clone(), Some(is_open), entry, String::new())
        }
        RowKind::File(entry) => (
            file_icon(&entry),
            entry.name.clone(),
            None,
            entry.clone(),
            entry.bytes.map(words::size).unwrap_or_default(),
        ),
    };
    let changed = live(move || {
        let volume = desk.volume.get();
        files.drafts.with(|drafts| drafts.contains(&(volume, key.clone())))
    });
    let (pressed, offered) = (entry.clone(), entry);
    view! {
        <div
            class="desk-row"
            role="treeitem"
            id=format!("desk-file-{place}")
            attr:aria-level=level
            aria-expanded=unfolded.map(|unfolded| unfolded.to_string())
            aria-selected=is_active
            style:padding-left=indent
            on:click=move |_| choose(desk, &pressed)
            on:contextmenu=move |event| {
                event.prevent_default();
                files.active.set(offered.path.clone());
                let entry = offered.clone();
                let at = Shape::Menu(f64::from(event.client_x()), f64::from(event.client_y()));
                desk.put_over(format!("{}: what to do", entry.name), at, move || row_menu(desk, &entry));
            }
        >
            {match unfolded {
                Some(true) => view! { <Icon name="chevron-down" /> }.into_any(),
                Some(false) => view! { <Icon name="chevron-right" /> }.into_any(),
                None => view! { <span class="desk-row-gap"></span> }.into_any(),
            }}
            <Icon name=icon />
            <span class="desk-row-name">{name}</span>
            {dynamic(move || changed.get().then(|| view! { <span class="desk-changed" role="img" aria-label="changed, not saved" title="Changed, not saved"></span> }))}
            <span class="desk-row-size">{note}</span>
        </div>
    }
    .into_any()
}

fn file_icon(entry: &Entry) -> &'static str {
    match (entry.kind.as_str(), entry.name.rsplit('.').next().unwrap_or_default()) {
        ("link", _) => "link",
        ("submodule", _) => "git-branch",
        (_, "md" | "txt") => "file-text",
        (_, "json") => "braces",
        (_, "png" | "jpg" | "jpeg" | "gif" | "webp" | "svg" | "avif") => "image",
        (_, "py" | "js" | "ts" | "cir" | "html") => "file-code",
        _ => "file",
    }
}

/// Unfolds or folds a folder, opens a file.
pub fn choose(desk: Desk, entry: &Entry) {
    let files = desk.files;
    files.active.set(entry.path.clone());
    if !entry.is_folder() {
        desk.reading.set(true);
        files.open(desk, entry.clone());
        return;
    }
    let is_open = files.unfolded.with_untracked(|open| open.contains(&entry.path));
    set_folded(desk, &entry.path, is_open);
}

fn set_folded(desk: Desk, path: &str, folded: bool) {
    desk.files.unfolded.update(|open| {
        open.retain(|known| known != path);
        if !folded {
            open.push(path.to_owned());
        }
    });
    if !folded {
        desk.files.load_folder(desk, path);
    }
}

fn row_menu(desk: Desk, entry: &Entry) -> AnyView {
    let writable = untrack(|| desk.is_writable());
    let [opened, renamed, deleted, logged, copied] = std::array::from_fn(|_| entry.clone());
    let folder = entry.path.clone();
    view! {
        {menu_item(desk, if entry.is_folder() { "folder-open" } else { "file" }, "Open", move || choose(desk, &opened))}
        {(writable && entry.is_folder()).then(|| {
            let [file, inner] = [folder.clone(), folder.clone()];
            view! {
                {menu_item(desk, "file-plus", "New file in here", move || actions::new_file(desk, &file))}
                {menu_item(desk, "folder-plus", "New folder in here", move || actions::new_folder(desk, &inner))}
            }
        })}
        {menu_item(desk, "history", "History of this", move || actions::show_history(desk, &logged.path))}
        {menu_item(desk, "copy", "Copy the path", move || desk.copy(&copied.path, "The path is on the clipboard"))}
        {writable.then(|| view! {
            {menu_item(desk, "pencil", "Rename or move (F2)", move || actions::rename(desk, &renamed))}
            {menu_item(desk, "trash-2", "Delete", move || actions::delete(desk, &deleted))}
        })}
    }
    .into_any()
}

/// What a key does in the tree; answers whether it did anything.
fn keys(
    desk: Desk,
    rows: &[Row],
    window: RowWindow,
    typed: StoredValue<(String, f64)>,
    event: &ev::KeyboardEvent,
) -> bool {
    let files = desk.files;
    let active = files.active.get_untracked();
    let at = rows.iter().position(|row| row.path == active).unwrap_or_default();
    let Some(row) = rows.get(at) else { return false };
    let go = |place: usize| {
        let place = place.min(rows.len().saturating_sub(1));
        files.active.set(rows[place].path.clone());
        window.reveal(".desk-tree", place);
    };
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return false;
    }
    match (event.key().as_str(), &row.what) {
        ("ArrowDown", _) => go(at + 1),
        ("ArrowUp", _) => go(at.saturating_sub(1)),
        ("PageDown", _) => go(at + 12),
        ("PageUp", _) => go(at.saturating_sub(12)),
        ("Home", _) => go(0),
        ("End", _) => go(rows.len()),
        ("ArrowRight", RowKind::Folder(_, false)) => set_folded(desk, &row.path, false),
        ("ArrowRight", RowKind::Folder(_, true)) => go(at + 1),
        ("ArrowLeft", RowKind::Folder(_, true)) => set_folded(desk, &row.path, true),
        ("ArrowLeft", _) => {
            let parent = row.path.rsplit_once('/').map(|(parent, _)| parent).unwrap_or_default();
            if let Some(place) = rows.iter().position(|row| row.path == parent) {
                go(place);
            }
        }
        ("Enter" | " ", RowKind::Folder(entry, _) | RowKind::File(entry)) => choose(desk, entry),
        ("F2", RowKind::Folder(entry, _) | RowKind::File(entry)) if untrack(|| desk.is_writable()) => {
            actions::rename(desk, entry);
        }
        ("Delete", RowKind::Folder(entry, _) | RowKind::File(entry)) if untrack(|| desk.is_writable()) => {
            actions::delete(desk, entry);
        }
        ("ContextMenu", RowKind::Folder(entry, _) | RowKind::File(entry)) => {
            let (entry, at) = (entry.clone(), place_of(&format!("desk-file-{at}")));
            desk.put_over(format!("{}: what to do", entry.name), at, move || row_menu(desk, &entry));
        }
        (key, _) if key.chars().count() == 1 => {
            let now = clock::now_ms();
            typed.update_value(|(text, at)| {
                if now - *at > TYPING_MS {
                    text.clear();
                }
                text.push_str(key);
                *at = now;
            });
            let found = typed.with_value(|(text, _)| rows::find_typed(rows, at, text));
            if let Some(place) = found {
                go(place);
            }
        }
        _ => return false,
    }
    true
}

/// Where the menu of a row belongs that has the keyboard.
fn place_of(id: &str) -> Shape {
    let row = document().get_element_by_id(id).map(|row| row.get_bounding_client_rect());
    row.map_or(Shape::Menu(80.0, 120.0), |place| Shape::Menu(place.left() + 40.0, place.bottom()))
}
