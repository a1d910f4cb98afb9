//! The frame around the work: header, rail, panels, dialogs, and the bottom bar of a phone.

mod bottom_bar;
mod chat;
mod dialogs;
mod header;
pub mod palette;
mod rail;
pub mod run_status;
mod steps;
mod work;

pub use bottom_bar::BottomBar;
pub use chat::ChatPanel;
pub use dialogs::Dialogs;
pub use header::Header;
pub use rail::Rail;
pub use work::Work;
