//! Undo and redo: a stack of whole workflows, each named for the edit that made it.

use std::sync::Arc;

use crate::kernel::dag::Workflow;

/// How many edits can be undone.
const DEPTH: usize = 200;

/// What was, what is undone, and the words for each edit.
#[derive(Clone, Debug, Default)]
pub struct History {
    past: Vec<Step>,
    future: Vec<Step>,
}

#[derive(Clone, Debug)]
struct Step {
    name: String,
    before: Arc<Workflow>,
}

impl History {
    /// Remembers the workflow as it was before an edit. Edits of the same name that follow one another without a pause in
    /// between (`joined`) are undone as one, as when a person types.
    pub fn record(&mut self, name: &str, before: Arc<Workflow>, joined: bool) {
        self.future.clear();
        if joined && self.past.last().is_some_and(|step| step.name == name) {
            return;
        }
        self.past.push(Step { name: name.to_owned(), before });
        if self.past.len() > DEPTH {
            self.past.remove(0);
        }
    }

    /// The workflow before the last edit, and that edit's name.
    pub fn undo(&mut self, now: Arc<Workflow>) -> Option<(String, Arc<Workflow>)> {
        let Step { name, before } = self.past.pop()?;
        self.future.push(Step { name: name.clone(), before: now });
        Some((name, before))
    }

    /// The workflow after the edit that was undone last, and that edit's name.
    pub fn redo(&mut self, now: Arc<Workflow>) -> Option<(String, Arc<Workflow>)> {
        let Step { name, before: after } = self.future.pop()?;
        self.past.push(Step { name: name.clone(), before: now });
        Some((name, after))
    }

    /// The name of the edit that undo would take back.
    pub fn undoable(&self) -> Option<&str> {
        self.past.last().map(|step| step.name.as_str())
    }

    /// The name of the edit that redo would do again.
    pub fn redoable(&self) -> Option<&str> {
        self.future.last().map(|step| step.name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Arc<Workflow> {
        Arc::new(Workflow { name: name.to_owned(), ..Workflow::default() })
    }

    #[test]
    fn undo_and_redo_are_each_others_inverse() {
        let mut history = History::default();
        history.record("Move", named("one"), false);
        history.record("Delete", named("two"), false);
        assert_eq!(history.undo(named("three")).unwrap(), ("Delete".into(), named("two")));
        assert_eq!(history.undo(named("two")).unwrap(), ("Move".into(), named("one")));
        assert!(history.undo(named("one")).is_none());
        assert_eq!(history.redo(named("one")).unwrap().1, named("two"));
        assert_eq!(history.redo(named("two")).unwrap().1, named("three"));
    }

    #[test]
    fn a_new_edit_forgets_what_was_undone() {
        let mut history = History::default();
        history.record("Move", named("one"), false);
        history.undo(named("two"));
        history.record("Rename", named("one"), false);
        assert_eq!(history.redoable(), None);
        assert_eq!(history.undoable(), Some("Rename"));
    }

    #[test]
    fn typing_is_undone_as_one() {
        let mut history = History::default();
        for name in ["a", "b", "c"] {
            history.record("Set resistance", named(name), true);
        }
        assert_eq!(history.undo(named("d")).unwrap().1, named("a"));
        assert_eq!(history.undoable(), None);
    }
}
