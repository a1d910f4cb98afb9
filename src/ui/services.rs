//! What the UI asks of the world outside it, as closures that `app.rs` fills. The UI never touches `browser` itself.

use std::rc::Rc;

use web_sys::HtmlElement;

use crate::kernel::dag::Payload;
use crate::kernel::skill::PortType;

/// The world outside the UI.
#[derive(Clone)]
pub struct Services {
    /// Runs a payload; with a node, that node and what feeds it. The run is heard of through `AppState`.
    pub start_run: Rc<dyn Fn(Payload, Option<String>)>,
    /// Stops the run.
    pub stop_run: Rc<dyn Fn()>,
    /// Draws a value into an empty element.
    pub mount_preview: Rc<dyn Fn(&HtmlElement, PreviewRequest) -> PreviewHandle>,
    /// A choice kept by this browser.
    pub load_setting: Rc<dyn Fn(&str) -> Option<String>>,
    /// Keeps a choice: its name, its value.
    pub save_setting: Rc<dyn Fn(&str, &str)>,
    /// Puts text on the clipboard.
    pub copy_text: Rc<dyn Fn(&str)>,
    /// Gives the person a file: its name, media type and text.
    pub download: Rc<dyn Fn(&str, &str, &str)>,
    /// Opens the desk in this element: `volumes`, or `profiles` for its menu of people. What it says comes through `AppState`.
    pub open_desk: Rc<dyn Fn(&HtmlElement, &str)>,
    /// Opens the demo (through `AppState::open`).
    pub open_demo: Rc<dyn Fn()>,
    /// The release, for the settings page.
    pub version: String,
}

/// Where a preview is drawn, which decides how much it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreviewSize {
    /// Inside a node: a glance, not for the pointer.
    Node,
    /// In a panel: can be read and touched.
    Panel,
    /// In a dialog, as large as the page.
    Full,
}

impl PreviewSize {
    /// The word that drawing code knows it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Panel => "panel",
            Self::Full => "full",
        }
    }
}

/// A value to draw, by the step and output that made it.
#[derive(Clone, Debug, PartialEq)]
pub struct PreviewRequest {
    /// The name under which the store keeps the outputs.
    pub step: String,
    /// The output.
    pub output: String,
    /// The type of its port.
    pub kind: PortType,
    /// Where it is drawn.
    pub size: PreviewSize,
    /// What it is, for people who cannot see it.
    pub label: String,
    /// Its unit.
    pub unit: Option<String>,
    /// Whether the page is dark. When that changes the preview is drawn anew.
    pub dark: bool,
}

/// A preview in the page; dropping it takes the preview away.
#[must_use]
pub struct PreviewHandle(Option<Box<dyn FnOnce()>>);

impl PreviewHandle {
    /// A handle that calls this once when it is dropped.
    pub fn new(unmount: impl FnOnce() + 'static) -> Self {
        Self(Some(Box::new(unmount)))
    }
}

impl Drop for PreviewHandle {
    fn drop(&mut self) {
        if let Some(unmount) = self.0.take() {
            unmount();
        }
    }
}
