//! A workflow in the forms of others: a drawing that holds it, a diagram in a text, a program. Pure functions; what reads a form back
//! is beside what writes it.

mod mermaid;
mod picture;
mod python;
mod svg;

pub use mermaid::mermaid;
pub use picture::{link_in_picture, png_with};
pub use python::{NotPython, python_script};
pub use svg::svg;

#[cfg(test)]
mod tests;
