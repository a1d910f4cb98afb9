//! What went wrong, and the one thing to do about it.

use std::fmt;

/// The result of everything that can fail here.
pub type Result<T> = std::result::Result<T, Problem>;

/// A failure told to a person: what failed, and one thing that mends it.
#[derive(Debug)]
pub struct Problem {
    what: String,
    fix: Option<String>,
}

impl Problem {
    /// A failure in one sentence, without a full stop.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), fix: None }
    }

    /// Adds the one thing to do; a fix that is already there is nearer to the cause and stays.
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix.get_or_insert_with(|| fix.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "✗ {}", self.what)?;
        match &self.fix {
            Some(fix) => write!(f, "\n  What to do: {fix}"),
            None => Ok(()),
        }
    }
}

/// Says what was being done when the system refused.
pub trait Context<T> {
    /// Turns the error into a [`Problem`] that opens with what was being done.
    fn context(self, doing: impl FnOnce() -> String) -> Result<T>;
}

impl<T, E: fmt::Display> Context<T> for std::result::Result<T, E> {
    fn context(self, doing: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| Problem::new(format!("{}: {error}", doing())))
    }
}
