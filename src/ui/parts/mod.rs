//! Small parts that every panel is made of. None of them knows the work.

pub mod clock;
pub mod code;
pub mod dialog;
pub mod dom;
pub mod hue;
pub mod icon;
pub mod port_mark;
pub mod preview;
pub mod reactive;
pub mod splitter;
pub mod toasts;

pub use icon::Icon;
