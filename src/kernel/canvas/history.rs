//! Undo and redo: one log of changes, each named for the edit that made it, each going both ways.
//!
//! A change holds only what differs, so the log can be kept beside the draft and goes on after a reload. It knows which workflow it
//! belongs to: on any other it does nothing.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::kernel::dag::{Edge, Node, Workflow};

/// How many edits can be undone.
const DEPTH: usize = 500;

/// What was done and what was undone, newest last.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    past: Vec<Step>,
    future: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Step {
    name: String,
    change: Change,
}

/// What differs between two versions of a workflow.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Change {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    about: Option<Box<(About, About)>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    nodes: Vec<Splice<Node>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    edges: Vec<Splice<Edge>>,
}

/// All but nodes and wires.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct About {
    workflow_id: String,
    name: String,
    description: Option<String>,
    metadata: Map<String, Value>,
}

/// Things of a list that give way to others at a place of the list as it was before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Splice<T> {
    at: usize,
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    before: Vec<T>,
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    after: Vec<T>,
}

impl History {
    /// Remembers an edit that made one workflow of another. Edits of the same name that follow one another without a pause in between
    /// (`joined`) are undone as one, as when a person types.
    pub fn record(&mut self, name: &str, before: &Workflow, after: &Workflow, joined: bool) {
        self.future.clear();
        if joined && self.past.last().is_some_and(|step| step.name == name) {
            let first = self.past.pop().and_then(|step| step.change.taken_back(before));
            let first = first.as_ref().unwrap_or(before);
            self.past.push(Step { name: name.to_owned(), change: Change::between(first, after) });
            return;
        }
        self.past.push(Step { name: name.to_owned(), change: Change::between(before, after) });
        if self.past.len() > DEPTH {
            self.past.remove(0);
        }
    }

    /// The workflow before the last edit, and that edit's name.
    pub fn undo(&mut self, now: &Workflow) -> Option<(String, Workflow)> {
        let before = self.past.last()?.change.taken_back(now)?;
        let step = self.past.pop()?;
        let name = step.name.clone();
        self.future.push(step);
        Some((name, before))
    }

    /// The workflow after the edit that was undone last, and that edit's name.
    pub fn redo(&mut self, now: &Workflow) -> Option<(String, Workflow)> {
        let after = self.future.last()?.change.done(now)?;
        let step = self.future.pop()?;
        let name = step.name.clone();
        self.past.push(step);
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

    /// Without the oldest edits, so that what is kept is at most about this many characters of JSON.
    #[must_use]
    pub fn shortened(mut self, most_chars: usize) -> Self {
        let chars = |step: &Step| serde_json::to_string(step).map_or(0, |text| text.len());
        let mut total: usize = self.past.iter().chain(&self.future).map(chars).sum();
        while total > most_chars && !self.past.is_empty() {
            total -= chars(&self.past.remove(0));
        }
        if total > most_chars {
            self.future.clear();
        }
        self
    }
}

impl Change {
    fn between(before: &Workflow, after: &Workflow) -> Self {
        let (old, new) = (About::of(before), About::of(after));
        Self {
            about: (old != new).then(|| Box::new((old, new))),
            nodes: splices(&before.nodes, &after.nodes),
            edges: splices(&before.edges, &after.edges),
        }
    }

    /// The workflow after the change; none if it is not the one that was changed.
    fn done(&self, workflow: &Workflow) -> Option<Workflow> {
        let nodes = spliced(&workflow.nodes, &self.nodes)?;
        let edges = spliced(&workflow.edges, &self.edges)?;
        self.about
            .as_deref()
            .map_or_else(|| Some(About::of(workflow)), |(old, new)| (About::of(workflow) == *old).then(|| new.clone()))
            .map(|about| about.with(nodes, edges))
    }

    /// The workflow before the change; none if it is not the one that came of it.
    fn taken_back(&self, workflow: &Workflow) -> Option<Workflow> {
        let about = self.about.as_deref().cloned().map(|(old, new)| Box::new((new, old)));
        Self { about, nodes: reversed(&self.nodes), edges: reversed(&self.edges) }.done(workflow)
    }
}

impl About {
    fn of(workflow: &Workflow) -> Self {
        let Workflow { workflow_id, name, description, metadata, .. } = workflow;
        Self {
            workflow_id: workflow_id.clone(),
            name: name.clone(),
            description: description.clone(),
            metadata: metadata.clone(),
        }
    }

    fn with(self, nodes: Vec<Node>, edges: Vec<Edge>) -> Workflow {
        let Self { workflow_id, name, description, metadata } = self;
        Workflow { workflow_id, name, description, nodes, edges, metadata }
    }
}

/// What differs between two lists: place by place where they are of one length, by what is missing where one is part of the other, and
/// else as the one run between what is the same at both ends.
fn splices<T: PartialEq + Clone>(before: &[T], after: &[T]) -> Vec<Splice<T>> {
    let start = before.iter().zip(after).take_while(|(one, other)| one == other).count();
    let (old, new) = (&before[start..], &after[start..]);
    let end = old.iter().rev().zip(new.iter().rev()).take_while(|(one, other)| one == other).count();
    let (old, new) = (&old[..old.len() - end], &new[..new.len() - end]);
    if old.len() == new.len() {
        let pairs = old.iter().zip(new).enumerate().filter(|(_, (one, other))| one != other);
        let splice = |(place, (one, other)): (usize, (&T, &T))| Splice {
            at: start + place,
            before: vec![one.clone()],
            after: vec![other.clone()],
        };
        return pairs.map(splice).collect();
    }
    let missing = if old.len() > new.len() { missing(old, new) } else { missing(new, old) };
    match missing {
        Some(places) if old.len() > new.len() => places
            .into_iter()
            .map(|place| Splice { at: start + place, before: vec![old[place].clone()], after: Vec::new() })
            .collect(),
        Some(places) => (0..)
            .zip(places)
            .map(|(earlier, place)| Splice {
                at: start + place - earlier,
                before: Vec::new(),
                after: vec![new[place].clone()],
            })
            .collect(),
        None => vec![Splice { at: start, before: old.to_vec(), after: new.to_vec() }],
    }
}

/// The places of a list whose things another list has not, if that has all the others in order.
fn missing<T: PartialEq>(all: &[T], some: &[T]) -> Option<Vec<usize>> {
    let mut rest = some.iter().peekable();
    let mut places = Vec::new();
    for (place, thing) in all.iter().enumerate() {
        if rest.peek() == Some(&thing) {
            rest.next();
        } else {
            places.push(place);
        }
    }
    rest.next().is_none().then_some(places)
}

fn spliced<T: PartialEq + Clone>(list: &[T], splices: &[Splice<T>]) -> Option<Vec<T>> {
    let mut result = Vec::with_capacity(list.len());
    let mut at = 0;
    for splice in splices {
        result.extend_from_slice(list.get(at..splice.at)?);
        at = splice.at.checked_add(splice.before.len())?;
        if list.get(splice.at..at)? != splice.before {
            return None;
        }
        result.extend_from_slice(&splice.after);
    }
    result.extend_from_slice(list.get(at..)?);
    Some(result)
}

fn reversed<T: Clone>(splices: &[Splice<T>]) -> Vec<Splice<T>> {
    let mut moved = 0_isize;
    splices
        .iter()
        .map(|splice| {
            let at = splice.at.saturating_add_signed(moved);
            moved += splice.after.len() as isize - splice.before.len() as isize;
            Splice { at, before: splice.after.clone(), after: splice.before.clone() }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use serde_json::json;

    use super::super::scene::tests::edge;
    use super::super::{arrange, clipboard, edit, notes};
    use super::*;
    use crate::kernel::dag::Position;

    fn named(name: &str) -> Workflow {
        Workflow { name: name.to_owned(), ..Workflow::default() }
    }

    #[test]
    fn undo_and_redo_are_each_others_inverse() {
        let mut history = History::default();
        history.record("Move", &named("one"), &named("two"), false);
        history.record("Delete", &named("two"), &named("three"), false);
        assert_eq!(history.undo(&named("three")).unwrap(), ("Delete".into(), named("two")));
        assert_eq!(history.undo(&named("two")).unwrap(), ("Move".into(), named("one")));
        assert!(history.undo(&named("one")).is_none());
        assert_eq!(history.redo(&named("one")).unwrap().1, named("two"));
        assert_eq!(history.redo(&named("two")).unwrap().1, named("three"));
    }

    #[test]
    fn a_new_edit_forgets_what_was_undone() {
        let mut history = History::default();
        history.record("Move", &named("one"), &named("two"), false);
        history.undo(&named("two"));
        history.record("Rename", &named("one"), &named("three"), false);
        assert_eq!(history.redoable(), None);
        assert_eq!(history.undoable(), Some("Rename"));
    }

    #[test]
    fn typing_is_undone_as_one() {
        let mut history = History::default();
        for pair in ["a", "b", "c", "d"].windows(2) {
            history.record("Set resistance", &named(pair[0]), &named(pair[1]), true);
        }
        assert_eq!(history.undo(&named("d")).unwrap().1, named("a"));
        assert_eq!(history.undoable(), None);
    }

    #[test]
    fn a_log_does_nothing_to_another_workflow() {
        let mut history = History::default();
        history.record("Rename", &named("one"), &named("two"), false);
        assert!(history.undo(&named("other")).is_none());
        assert_eq!(history.undoable(), Some("Rename"), "it waits for its own");
    }

    #[test]
    fn what_is_kept_is_short_and_bounded() {
        let mut history = History::default();
        let large = |x: f64| {
            let mut workflow = Workflow::default();
            for index in 0..1000 {
                let at = if index == 500 { x } else { 0.0 };
                edit::add_node(&mut workflow, &format!("skill-{index}"), Position { x: at, y: 0.0 });
            }
            workflow
        };
        history.record("Move", &large(0.0), &large(80.0), false);
        let text = serde_json::to_string(&history).unwrap();
        assert!(text.len() < 400, "{text}");
        assert_eq!(history.clone().shortened(10_000), history);
        assert_eq!(history.shortened(10).undoable(), None);
    }

    /// One of the things a person does, chosen by numbers.
    fn act(workflow: &mut Workflow, action: u8, one: u16, other: u16) {
        let node = |number: u16| {
            let nodes = &workflow.nodes;
            (!nodes.is_empty()).then(|| nodes[usize::from(number) % nodes.len()].node_id.clone())
        };
        let (first, second) = (node(one), node(other));
        let some: BTreeSet<String> = first.iter().chain(&second).cloned().collect();
        let at = Position { x: f64::from(one) * 3.0, y: f64::from(other) * 5.0 };
        match (action, first, second) {
            (0..=2, ..) => {
                edit::add_node(workflow, ["source", "sink", "gain"][usize::from(one % 3)], at);
            }
            (3, Some(first), Some(second)) if first != second => {
                edit::connect(workflow, edge(&first, "y", &second, if one.is_multiple_of(2) { "x" } else { "z" }));
            }
            (4, Some(_), Some(_)) => edit::delete_nodes(workflow, &some),
            (5, Some(first), _) => edit::place_nodes(workflow, &[(first, at)].into()),
            (6, Some(first), _) => edit::set_input(workflow, &first, "x", Some(json!({ "v": other }))),
            (7, Some(first), _) => edit::set_input(workflow, &first, "x", None),
            (8, Some(_), _) => drop(edit::duplicate(workflow, &some)),
            (9, ..) => workflow.name = format!("Named {one}"),
            (10, ..) => {
                notes::add_note(workflow, "A note", at);
            }
            (11, Some(_), _) => {
                notes::group(workflow, "A group", &some);
            }
            (12, Some(_), _) => drop(clipboard::paste(workflow, &clipboard::copy(workflow, &some), at)),
            (13, ..) if !workflow.edges.is_empty() => {
                let place = usize::from(one) % workflow.edges.len();
                workflow.edges.remove(place);
            }
            (14, ..) => workflow.nodes.reverse(),
            (15, Some(_), _) => {
                let rects = arrange::plain_rects(workflow, &some);
                edit::place_nodes(workflow, &arrange::align(&rects, arrange::Edge::Left));
            }
            _ => {}
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn two_hundred_edits_are_undone_and_redone_to_the_byte(
            edits in proptest::collection::vec((0_u8..16, any::<u16>(), any::<u16>(), any::<bool>()), 200),
            reload_at in 0_usize..400,
        ) {
            let bytes = |workflow: &Workflow| serde_json::to_string(workflow).unwrap();
            let mut workflow = Workflow::default();
            let empty = bytes(&workflow);
            let mut history = History::default();
            for (action, one, other, joined) in edits {
                let before = workflow.clone();
                act(&mut workflow, action, one, other);
                if workflow != before {
                    history.record(&format!("Edit {action}"), &before, &workflow, joined);
                }
            }
            let end = bytes(&workflow);
            let mut steps = 0;
            // A reload in between reads both back from what was kept.
            let reload = |history: &mut History, workflow: &mut Workflow| {
                *history = serde_json::from_str(&serde_json::to_string(history).unwrap()).unwrap();
                *workflow = serde_json::from_str(&bytes(workflow)).unwrap();
            };
            while let Some((_, before)) = history.undo(&workflow) {
                workflow = before;
                steps += 1;
                if steps == reload_at {
                    reload(&mut history, &mut workflow);
                }
            }
            prop_assert_eq!(history.undoable(), None);
            prop_assert_eq!(bytes(&workflow), empty);
            while let Some((_, after)) = history.redo(&workflow) {
                workflow = after;
                steps += 1;
                if steps == reload_at {
                    reload(&mut history, &mut workflow);
                }
            }
            prop_assert_eq!(history.redoable(), None);
            prop_assert_eq!(bytes(&workflow), end);
        }

        #[test]
        fn a_change_leads_from_any_list_to_any_other(before in proptest::collection::vec(0_u8..5, 0..12), after in proptest::collection::vec(0_u8..5, 0..12)) {
            let change = splices(&before, &after);
            prop_assert_eq!(spliced(&before, &change), Some(after.clone()));
            prop_assert_eq!(spliced(&after, &reversed(&change)), Some(before));
        }
    }
}
