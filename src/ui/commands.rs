//! Every action of the workbench by name: what the command palette lists and what keys call.

use leptos::ev;
use leptos::prelude::*;

use super::context::Ui;
use super::state::{Dialog, DrawerTab, PanelSizes, Section, Selection, Theme};
use super::theme;

/// One action.
#[derive(Clone, Copy)]
pub struct Command {
    /// What it does, as a verb; the settings know it by this.
    pub name: &'static str,
    /// Words that people may search for instead.
    pub also: &'static str,
    /// The keys that call it unless a person chose others, as they are written.
    pub keys: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// Whether it can be done now.
    pub can: fn(Ui) -> bool,
    /// Does it.
    pub act: fn(Ui),
}

fn always(_: Ui) -> bool {
    true
}

fn has_selection(ui: Ui) -> bool {
    !ui.state.document.selection.with_untracked(Selection::is_empty)
}

fn has_one_node(ui: Ui) -> bool {
    ui.state.document.selection.with_untracked(|selection| selection.only_node().is_some())
}

fn is_running(ui: Ui) -> bool {
    ui.state.run.is_running_untracked()
}

fn is_resting(ui: Ui) -> bool {
    !is_running(ui)
}

fn run_to_here(ui: Ui) {
    let target = ui.state.document.selection.with_untracked(|selection| selection.only_node().map(str::to_owned));
    if target.is_some() {
        ui.run(target);
    }
}

fn toggle(ui: Ui, change: fn(&mut PanelSizes)) {
    ui.state.chrome.panels.update(change);
}

fn go(ui: Ui, section: Section) {
    ui.state.chrome.section.set(section);
}

fn open(ui: Ui, dialog: Dialog) {
    ui.state.chrome.dialog.set(Some(dialog));
}

/// Every action of the page, in the order of the palette.
pub const COMMANDS: &[Command] = &[
    Command {
        name: "Find an action",
        also: "command palette search",
        keys: "Ctrl K",
        icon: "search",
        can: |ui| ui.state.chrome.dialog.with_untracked(Option::is_none),
        act: |ui| open(ui, Dialog::Commands),
    },
    Command {
        name: "Run",
        also: "start execute play",
        keys: "Ctrl Enter",
        icon: "play",
        can: is_resting,
        act: |ui| ui.run(None),
    },
    Command {
        name: "Run to the selected node",
        also: "run to here",
        keys: "Ctrl Shift Enter",
        icon: "step-forward",
        can: |ui| is_resting(ui) && has_one_node(ui),
        act: run_to_here,
    },
    Command {
        name: "Stop",
        also: "cancel abort",
        keys: "Ctrl .",
        icon: "square",
        can: is_running,
        act: |ui| ui.stop(),
    },
    Command { name: "Undo", also: "back", keys: "Ctrl Z", icon: "undo-2", can: always, act: |ui| ui.undo() },
    Command { name: "Redo", also: "again", keys: "Ctrl Shift Z", icon: "redo-2", can: always, act: |ui| ui.redo() },
    Command {
        name: "Duplicate",
        also: "copy",
        keys: "Ctrl D",
        icon: "copy-plus",
        can: has_selection,
        act: |ui| ui.duplicate_selection(),
    },
    Command {
        name: "Delete",
        also: "remove",
        keys: "Delete",
        icon: "trash-2",
        can: has_selection,
        act: |ui| ui.delete_selection(),
    },
    Command { name: "Select all", also: "", keys: "Ctrl A", icon: "scan", can: always, act: |ui| ui.select_all() },
    Command { name: "Zoom to fit", also: "show all", keys: "1", icon: "maximize", can: always, act: |ui| ui.fit() },
    Command {
        name: "Zoom to 100 %",
        also: "actual size",
        keys: "0",
        icon: "scan",
        can: always,
        act: |ui| ui.zoom_to_one(),
    },
    Command { name: "Zoom in", also: "closer", keys: "+", icon: "plus", can: always, act: |ui| ui.zoom(1.25) },
    Command { name: "Zoom out", also: "further", keys: "-", icon: "minus", can: always, act: |ui| ui.zoom(0.8) },
    Command {
        name: "Tidy up",
        also: "layout arrange",
        keys: "Shift T",
        icon: "wand-sparkles",
        can: always,
        act: |ui| ui.tidy(),
    },
    Command {
        name: "New workflow",
        also: "empty clear",
        keys: "",
        icon: "plus",
        can: always,
        act: |ui| ui.new_workflow(),
    },
    Command {
        name: "Open the demo",
        also: "example",
        keys: "",
        icon: "zap",
        can: always,
        act: |ui| (ui.services().open_demo)(),
    },
    Command {
        name: "Download the workflow",
        also: "save file json export",
        keys: "",
        icon: "download",
        can: always,
        act: |ui| ui.download_workflow(),
    },
    Command {
        name: "Copy the workflow as JSON",
        also: "clipboard",
        keys: "",
        icon: "copy",
        can: always,
        act: |ui| ui.copy_workflow(),
    },
    Command {
        name: "Show or fold the palette",
        also: "side panel left",
        keys: "Ctrl B",
        icon: "panel-left",
        can: always,
        act: |ui| toggle(ui, |panels| panels.side_open = !panels.side_open),
    },
    Command {
        name: "Show or fold the inspector",
        also: "right panel",
        keys: "Ctrl I",
        icon: "panel-right",
        can: always,
        act: |ui| ui.toggle_inspector(),
    },
    Command {
        name: "Show or fold the chat",
        also: "ask assistant model right panel",
        keys: "Ctrl L",
        icon: "message-square",
        can: always,
        act: |ui| ui.toggle_chat(),
    },
    Command {
        name: "Show or fold the drawer",
        also: "bottom panel",
        keys: "Ctrl J",
        icon: "panel-bottom",
        can: always,
        act: |ui| toggle(ui, |panels| panels.drawer_open = !panels.drawer_open),
    },
    Command {
        name: "Show the workflow's details",
        also: "description steps overview",
        keys: "",
        icon: "list-tree",
        can: always,
        act: |ui| ui.show_overview(),
    },
    Command {
        name: "Show results",
        also: "outputs",
        keys: "",
        icon: "layout-list",
        can: always,
        act: |ui| ui.state.chrome.show_drawer(DrawerTab::Results),
    },
    Command {
        name: "Show logs",
        also: "output print stdout",
        keys: "",
        icon: "terminal",
        can: always,
        act: |ui| ui.state.chrome.show_drawer(DrawerTab::Logs),
    },
    Command {
        name: "Show the timeline",
        also: "duration",
        keys: "",
        icon: "timer",
        can: always,
        act: |ui| ui.state.chrome.show_drawer(DrawerTab::Timeline),
    },
    Command {
        name: "Go to work",
        also: "canvas workflow",
        keys: "",
        icon: "workflow",
        can: always,
        act: |ui| go(ui, Section::Work),
    },
    Command {
        name: "Go to skills",
        also: "library",
        keys: "",
        icon: "library",
        can: always,
        act: |ui| go(ui, Section::Skills),
    },
    Command {
        name: "Go to volumes",
        also: "files history git proposals remote",
        keys: "",
        icon: "database",
        can: always,
        act: |ui| go(ui, Section::Volumes),
    },
    Command {
        name: "Go to evolution",
        also: "patterns drafts review",
        keys: "",
        icon: "wand-sparkles",
        can: always,
        act: |ui| go(ui, Section::Evolution),
    },
    Command {
        name: "Go to settings",
        also: "preferences",
        keys: "",
        icon: "settings",
        can: always,
        act: |ui| go(ui, Section::Settings),
    },
    Command {
        name: "Go to help",
        also: "manual guide documentation",
        keys: "F1",
        icon: "book-open",
        can: always,
        act: |ui| go(ui, Section::Help),
    },
    Command {
        name: "Take the tour",
        also: "introduction help first steps",
        keys: "",
        icon: "lightbulb",
        can: always,
        act: |ui| ui.open_desk("tour"),
    },
    Command {
        name: "Use the dark theme",
        also: "night",
        keys: "",
        icon: "moon",
        can: always,
        act: |ui| theme::choose(ui, Theme::Dark),
    },
    Command {
        name: "Use the light theme",
        also: "day",
        keys: "",
        icon: "sun",
        can: always,
        act: |ui| theme::choose(ui, Theme::Light),
    },
    Command {
        name: "Use the system's theme",
        also: "auto",
        keys: "",
        icon: "monitor",
        can: always,
        act: |ui| theme::choose(ui, Theme::System),
    },
    Command {
        name: "Show the keys",
        also: "shortcuts help",
        keys: "?",
        icon: "keyboard",
        can: always,
        act: |ui| ui.open_desk(&format!("keys:{}", listed(ui))),
    },
];

/// What only the desk can do: the name, other words for it, its icon, and what the desk is asked for.
pub const DESK_COMMANDS: [(&str, &str, &str, &str); 11] = [
    ("New skill", "write create", "plus", "skills!new"),
    ("Import skills", "zip folder package take in", "library", "skills!import"),
    ("New chat", "ask session", "message-square", "chat!new"),
    ("Search in every chat", "sessions find", "message-square", "chat!sessions"),
    ("Connect a model", "key provider ollama anthropic openai", "zap", "chat!connect"),
    ("New team", "people share", "database", "volumes!team"),
    ("Back up everything", "export save zip", "download", "volumes!backup"),
    ("Get ready for offline", "network fetch ahead python spice", "download", "volumes!offline"),
    ("This device", "storage install persist space folder", "database", "volumes!device"),
    ("Import a volume or a backup", "restore zip bundle", "database", "volumes!import"),
    ("Switch to another person", "profile sign in team", "activity", "profiles"),
];

/// Opens the section that an action of the desk belongs to, then has the desk do it.
pub fn act_in_desk(ui: Ui, what: &'static str) {
    match what.split('!').next() {
        Some("skills") => go(ui, Section::Skills),
        Some("chat") => ui.show_chat(),
        Some("volumes") => go(ui, Section::Volumes),
        _ => {}
    }
    // What opens the section asks for it first.
    request_animation_frame(move || ui.open_desk(what));
}

/// Does the action of this name, where it can be done now.
pub fn act(ui: Ui, name: &str) {
    if let Some(command) = COMMANDS.iter().find(|command| command.name == name && (command.can)(ui)) {
        (command.act)(ui);
    }
}

/// The keys that call an action now. Tracks.
pub fn keys_of(ui: Ui, command: &Command) -> String {
    ui.state.chrome.keys.with(|chosen| chosen.get(command.name).cloned()).unwrap_or_else(|| command.keys.to_owned())
}

/// Every action for the settings and the help, a line each: the name, its first keys, its keys now, other words for it. Tracks.
pub fn listed(ui: Ui) -> String {
    let line =
        |command: &Command| format!("{}\t{}\t{}\t{}\n", command.name, command.keys, keys_of(ui, command), command.also);
    COMMANDS.iter().map(line).collect()
}

/// A pressed key as commands write it, such as `Ctrl Shift Z`.
pub fn chord(event: &ev::KeyboardEvent) -> String {
    let key = event.key();
    let key = if key.chars().count() == 1 { key.to_uppercase() } else { key };
    let mut chord = String::new();
    if event.ctrl_key() || event.meta_key() {
        chord += "Ctrl ";
    }
    let is_letter = key.chars().all(char::is_alphabetic);
    if event.shift_key() && (is_letter || chord.starts_with("Ctrl")) {
        chord += "Shift ";
    }
    chord + &key
}

/// First keys of the actions that work where a person types as well, as long as they are called by no letter alone.
const WHILE_TYPING: [&str; 9] =
    ["Ctrl Enter", "Ctrl Shift Enter", "Ctrl .", "Ctrl K", "Ctrl B", "Ctrl J", "Ctrl I", "Ctrl L", "F1"];

/// Does what these keys call; answers whether they called anything.
pub fn press(ui: Ui, chord: &str, typing: bool) -> bool {
    let called = |chord: &str| COMMANDS.iter().find(|command| untrack(|| keys_of(ui, command)) == chord);
    // What other programs call the same.
    let other = match chord {
        "Backspace" => "Delete",
        "Ctrl Y" => "Ctrl Shift Z",
        "=" => "+",
        _ => chord,
    };
    let Some(command) = called(chord).or_else(|| called(other)) else { return false };
    let is_letter = !chord.starts_with("Ctrl") && !is_function_key(chord);
    if typing && (is_letter || !WHILE_TYPING.contains(&command.keys)) {
        return false;
    }
    if (command.can)(ui) {
        (command.act)(ui);
        return true;
    }
    // Keys of an action that cannot be done now are still taken: the browser's own meaning would surprise.
    chord.starts_with("Ctrl")
}

/// Whether these are a key such as `F1`.
fn is_function_key(chord: &str) -> bool {
    chord.len() > 1 && chord.starts_with('F') && chord[1..].bytes().all(|byte| byte.is_ascii_digit())
}
