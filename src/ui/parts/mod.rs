//! Small parts that every panel is made of. None of them knows the work.

pub mod clock;
