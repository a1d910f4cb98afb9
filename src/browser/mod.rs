//! The only Rust that calls JavaScript: the host of runtimes, the library that came with the page, settings, and `window.llmos`.
//!
//! Decides nothing: what to do next comes from the kernel, what to show goes to whoever listens.

mod chat_page;
mod desk;
mod device;
mod engine;
mod error;
mod evolution;
mod host;
mod library;
mod models;
mod page;
mod preview;
mod remotes;
mod results;
mod sandbox;
mod scripting;
mod settings;
mod skills_face;
mod storage;
mod task;
mod volume_calls;
mod volumes;

pub use chat_page::ChatPage;
pub use desk::Desk;
pub use device::DeviceHandle;
pub use engine::{Engine, RunListener, RunRequest};
pub use error::JsError;
pub use library::{load_help, load_opening};
pub use page::{copy_text, download, prefers, version};
pub use preview::{Preview, PreviewOptions, mount_preview};
pub use sandbox::{SandboxHandle, SandboxRun};
pub use scripting::{Readiness, install_scripting};
pub use settings::{load_setting, save_setting};
pub use skills_face::{CodeEditor, Parcel};
pub use storage::{BrowserRows, BrowserStorage, heard_of_write};
pub use task::{now_ms, spawn, wall_clock};
pub use volume_calls::{Bytes, VolumeCalls, VolumesHandle};
pub use volumes::Volumes;
