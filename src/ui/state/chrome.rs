//! What is of the window and not of the work: which section is open, how wide panels are, dialogs, toasts, the theme.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::kernel::canvas::hit::PortRef;
use crate::kernel::canvas::viewport::{Size, Viewport};
use crate::kernel::dag::{Edge, Position};
use crate::ui::services::PreviewRequest;

/// The sections of the navigation rail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The canvas and its panels.
    Work,
    /// The chat, on a phone. Where there is more room it is a panel beside every section.
    Chat,
    /// The library, to read in.
    Skills,
    /// The volumes: files, history, proposals, remotes.
    Volumes,
    /// What recurs, drafted as skills, and the decision about it.
    Evolution,
    /// How it all works.
    Help,
    /// Choices of the person.
    Settings,
}

/// The tabs of the drawer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DrawerTab {
    /// What each node gave.
    Results,
    /// What each node said.
    Logs,
    /// When each node ran.
    Timeline,
}

/// What lies over the page.
#[derive(Clone, Debug, PartialEq)]
pub enum Dialog {
    /// Every action by name.
    Commands,
    /// A preview as large as the page.
    Enlarged {
        /// What is shown.
        request: PreviewRequest,
        /// The node it is from.
        title: String,
        /// The value in a few words.
        summary: String,
    },
    /// Skills to add at a place of the canvas, perhaps wired to the port that was dragged there.
    QuickAdd {
        /// Where, on the canvas.
        place: Position,
        /// The port that the new node is to be wired to.
        from: Option<PortRef>,
    },
    /// What can be done with what is under the pointer.
    Menu(Menu),
}

/// A menu at a point of the window.
#[derive(Clone, Debug, PartialEq)]
pub struct Menu {
    /// Its upper left corner in the window.
    pub at: (f64, f64),
    /// What it is for.
    pub target: MenuTarget,
}

/// What a menu is for.
#[derive(Clone, Debug, PartialEq)]
pub enum MenuTarget {
    /// A node, and whatever is picked with it.
    Node(String),
    /// A wire.
    Wire(Edge),
    /// The canvas at this place.
    Canvas(Position),
    /// The workflow as a whole, and the others that can be opened.
    Workflow,
}

/// What a toast is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToastKind {
    /// Something was done.
    Done,
    /// Something was refused, or went wrong.
    Error,
}

/// A sentence that appears for a few seconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Toast {
    /// Tells toasts apart.
    pub number: u32,
    /// What it is about.
    pub kind: ToastKind,
    /// What it says.
    pub text: String,
}

/// Light, dark, or as the system has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light on dark.
    Dark,
    /// Dark on light.
    Light,
}

/// How much room the window has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Room {
    /// One thing at a time.
    Phone,
    /// The right panel lies over the stage.
    Tablet,
    /// Everything side by side.
    Desk,
}

/// Sizes of panels that are remembered.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PanelSizes {
    /// The width of the side panel, in pixels.
    pub side: f64,
    /// Whether it is open.
    pub side_open: bool,
    /// The width of the right panel.
    pub inspector: f64,
    /// Whether it is open.
    pub inspector_open: bool,
    /// The width of the chat.
    pub chat: f64,
    /// Whether it is open, in place of the right panel.
    pub chat_open: bool,
    /// The height of the drawer.
    pub drawer: f64,
    /// Whether it is open.
    pub drawer_open: bool,
    /// Its tab.
    pub drawer_tab: DrawerTab,
}

impl Default for PanelSizes {
    fn default() -> Self {
        Self {
            side: 264.0,
            side_open: true,
            inspector: 380.0,
            inspector_open: true,
            chat: 420.0,
            chat_open: false,
            drawer: 240.0,
            drawer_open: false,
            drawer_tab: DrawerTab::Results,
        }
    }
}

impl PanelSizes {
    /// Opens the inspector, in place of the chat, or folds it.
    pub fn open_inspector(&mut self, open: bool) {
        self.inspector_open = open;
        self.chat_open &= !open;
    }
}

/// The window.
#[derive(Clone, Copy)]
pub struct Chrome {
    /// The open section.
    pub section: RwSignal<Section>,
    /// Sizes of panels.
    pub panels: RwSignal<PanelSizes>,
    /// What lies over the page.
    pub dialog: RwSignal<Option<Dialog>>,
    /// Sentences that are on show.
    pub toasts: RwSignal<Vec<Toast>>,
    /// The last sentence for those who hear the page.
    pub announcement: RwSignal<String>,
    /// The theme that was chosen.
    pub theme: RwSignal<Theme>,
    /// The keys that a person chose for actions, by the action's name.
    pub keys: RwSignal<BTreeMap<String, String>>,
    /// An action that the desk asks for, by its name.
    pub wanted_action: RwSignal<Option<String>>,
    /// Whether the system is dark.
    pub system_dark: RwSignal<bool>,
    /// How much room there is.
    pub room: RwSignal<Room>,
    /// Which part of the canvas is in sight.
    pub view: RwSignal<Viewport>,
    /// How large the stage is on the screen.
    pub stage: RwSignal<Size>,
    /// Grows when everything is to be brought into sight.
    pub fit_requests: RwSignal<u32>,
    /// The skill that the skills section was asked to show last.
    pub shown_skill: RwSignal<Option<String>>,
    /// A skill that is to go on the canvas.
    pub wanted_skill: RwSignal<Option<String>>,
    /// On a phone: whether the details of the node that is picked are open.
    pub sheet_open: RwSignal<bool>,
    /// Whether the right panel shows the workflow as a whole while nothing is picked.
    pub overview_open: RwSignal<bool>,
    /// Whether the view glides to where it is going.
    pub gliding: RwSignal<bool>,
    /// Whether the invitation to run was put away.
    pub invitation_closed: RwSignal<bool>,
    /// Who is signed in, as the desk said last: initials, and the name on the next line. Empty before it ever did.
    pub profile: RwSignal<String>,
    toast_count: StoredValue<u32>,
}

impl Chrome {
    pub(super) fn new() -> Self {
        Self {
            section: RwSignal::new(Section::Work),
            panels: RwSignal::default(),
            dialog: RwSignal::new(None),
            toasts: RwSignal::default(),
            announcement: RwSignal::default(),
            theme: RwSignal::default(),
            keys: RwSignal::default(),
            wanted_action: RwSignal::new(None),
            system_dark: RwSignal::new(true),
            room: RwSignal::new(Room::Desk),
            view: RwSignal::default(),
            stage: RwSignal::default(),
            fit_requests: RwSignal::new(0),
            shown_skill: RwSignal::new(None),
            wanted_skill: RwSignal::new(None),
            sheet_open: RwSignal::new(false),
            overview_open: RwSignal::new(false),
            gliding: RwSignal::new(false),
            invitation_closed: RwSignal::new(false),
            profile: RwSignal::default(),
            toast_count: StoredValue::new(0),
        }
    }

    /// Whether the page is dark now. Tracks.
    pub fn is_dark(&self) -> bool {
        match self.theme.get() {
            Theme::Dark => true,
            Theme::Light => false,
            Theme::System => self.system_dark.get(),
        }
    }

    /// Brings everything into sight as soon as the stage is there.
    pub fn request_fit(&self) {
        self.fit_requests.update(|requests| *requests += 1);
    }

    /// Shows a sentence for a few seconds.
    pub fn toast(&self, kind: ToastKind, text: impl Into<String>) {
        let text = text.into();
        let number = self
            .toast_count
            .try_update_value(|count| {
                *count += 1;
                *count
            })
            .unwrap_or_default();
        self.toasts.update(|toasts| {
            toasts.retain(|toast| toast.text != text);
            toasts.push(Toast { number, kind, text });
            if toasts.len() > 3 {
                toasts.remove(0);
            }
        });
    }

    /// Says a sentence to those who hear the page.
    pub fn announce(&self, text: impl Into<String>) {
        self.announcement.set(text.into());
    }

    /// Opens the drawer on this tab.
    pub fn show_drawer(&self, tab: DrawerTab) {
        self.panels.update(|panels| {
            panels.drawer_open = true;
            panels.drawer_tab = tab;
        });
    }
}
