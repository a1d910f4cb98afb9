//! Every action of the workbench by name: what the command palette lists and what keys call.

use leptos::ev;
use leptos::prelude::*;

use super::context::Ui;
use super::state::{Dialog, DrawerTab, PanelSizes, Section, Selection, Theme};
use super::theme;

/// One action.
#[derive(Clone, Copy)]
pub struct Command {
    /// What it does, as a verb.
    pub name: &'static str,
    /// Words that people may search for instead.
    pub also: &'static str,
    /// The keys that call it, as they are written.
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

/// Every action, in the order of the palette.
pub const COMMANDS: &[Command] = &[
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
        act: |ui| open(ui, Dialog::Keys),
    },
];

/// Keys that work where a person types as well.
const WHILE_TYPING: [&str; 8] =
    ["Ctrl Enter", "Ctrl Shift Enter", "Ctrl .", "Ctrl K", "Ctrl B", "Ctrl J", "Ctrl I", "Ctrl L"];

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

/// Does what these keys call; answers whether they called anything.
pub fn press(ui: Ui, chord: &str, typing: bool) -> bool {
    if typing && !WHILE_TYPING.contains(&chord) {
        return false;
    }
    let chord = match chord {
        "Backspace" => "Delete",
        "Ctrl Y" => "Ctrl Shift Z",
        "=" => "+",
        other => other,
    };
    if chord == "Ctrl K" {
        open(ui, Dialog::Commands);
        return true;
    }
    let command = COMMANDS.iter().find(|command| command.keys == chord);
    match command {
        Some(command) if (command.can)(ui) => {
            (command.act)(ui);
            true
        }
        // Keys of an action that cannot be done now are still taken: the browser's own meaning would surprise.
        Some(_) => chord.starts_with("Ctrl"),
        None => false,
    }
}
