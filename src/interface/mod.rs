//! window.llmos
