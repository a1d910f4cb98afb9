//! Workflows as short texts, and random edits of them.

use std::collections::BTreeMap;
use std::fmt::Write;

use llmos_lite::kernel::dag::{Edge, Node, Position, Workflow};
use llmos_lite::kernel::merge::workflow::{Choices, Place, Take, WorkflowMerge};
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Reads lines such as `name …`, `node a fft @1,2 size=3`, `wire a.out → b.in` and `meta key=1`.
pub fn read(text: &str) -> Workflow {
    let mut workflow = Workflow::default();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        match line.split_whitespace().collect::<Vec<_>>()[..] {
            ["name", ref words @ ..] => workflow.name = words.join(" "),
            ["meta", entry] => workflow.metadata.extend([value(entry)]),
            ["node", id, skill, ref rest @ ..] => {
                let mut node = node(id, skill);
                for word in rest {
                    match word.strip_prefix('@').and_then(|place| place.split_once(',')) {
                        Some((x, y)) => {
                            node.position = Some(Position { x: x.parse().unwrap(), y: y.parse().unwrap() });
                        }
                        None => node.input_values.extend([value(word)]),
                    }
                }
                workflow.nodes.push(node);
            }
            ["wire", from, "→", to] => workflow.edges.push(wire(from, to)),
            _ => panic!("nobody knows the line {line:?}"),
        }
    }
    workflow
}

fn value(text: &str) -> (String, serde_json::Value) {
    let (name, value) = text.split_once('=').expect("a value has a name");
    (name.to_owned(), serde_json::from_str(value).expect("a value is JSON"))
}

fn node(id: &str, skill: &str) -> Node {
    Node { node_id: id.into(), skill_id: skill.into(), position: None, input_values: BTreeMap::new() }
}

fn wire(from: &str, to: &str) -> Edge {
    let (source, source_output) = from.split_once('.').expect("a wire begins at an output");
    let (target, target_input) = to.split_once('.').expect("a wire ends at an input");
    Edge {
        edge_id: None,
        source: source.into(),
        source_output: source_output.into(),
        target: target.into(),
        target_input: target_input.into(),
    }
}

/// Reads a choice such as `circle theirs` or `input b.in both`.
pub fn choices(text: &str) -> Choices {
    let choice = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let take = match words.last() {
            Some(&"ours") => Take::Ours,
            Some(&"theirs") => Take::Theirs,
            Some(&"both") => Take::Both,
            _ => panic!("nobody knows the choice {line:?}"),
        };
        let id = |text: &str| text.to_owned();
        let place = match words[..] {
            ["name", _] => Place::Name,
            ["circle", _] => Place::Circle,
            ["node", node, _] => Place::Node { node: id(node) },
            ["skill", node, _] => Place::Skill { node: id(node) },
            ["position", node, _] => Place::Position { node: id(node) },
            ["input", input, _] => {
                let (node, input) = input.split_once('.').expect("an input has a node");
                Place::Input { node: id(node), input: id(input) }
            }
            _ => panic!("nobody knows the place {line:?}"),
        };
        (place, take)
    };
    text.lines().filter(|line| !line.trim().is_empty()).map(choice).collect()
}

/// Writes what `read` reads.
pub fn write(workflow: &Workflow) -> String {
    let mut text = String::new();
    if !workflow.name.is_empty() {
        writeln!(text, "name {}", workflow.name).unwrap();
    }
    for (key, value) in &workflow.metadata {
        writeln!(text, "meta {key}={value}").unwrap();
    }
    for node in &workflow.nodes {
        write!(text, "node {} {}", node.node_id, node.skill_id).unwrap();
        if let Some(Position { x, y }) = node.position {
            write!(text, " @{x},{y}").unwrap();
        }
        for (name, value) in &node.input_values {
            write!(text, " {name}={value}").unwrap();
        }
        text.push('\n');
    }
    for Edge { source, source_output, target, target_input, .. } in &workflow.edges {
        writeln!(text, "wire {source}.{source_output} → {target}.{target_input}").unwrap();
    }
    text
}

/// A merged workflow and its conflicts, as the cases hold them.
pub fn write_merge(merge: &WorkflowMerge) -> String {
    let mut text = write(&merge.workflow);
    for conflict in &merge.conflicts {
        writeln!(text, "conflict {}", serde_json::to_string(&conflict.place).unwrap()).unwrap();
        for (side, value) in [("base", &conflict.base), ("ours", &conflict.ours), ("theirs", &conflict.theirs)] {
            writeln!(text, "    {side}: {value}").unwrap();
        }
    }
    text
}

/// The lines of a workflow in an order that does not depend on who added what first.
pub fn sorted(workflow: &Workflow) -> Vec<String> {
    let mut lines: Vec<String> = write(workflow).lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

/// Something that a person does to a workflow.
#[derive(Clone, Debug)]
enum Edit {
    Add(&'static str),
    Remove(Index),
    Move(Index, u8),
    Skill(Index, &'static str),
    Give(Index, &'static str, Option<u8>),
    Wire(Index, Index, &'static str),
    Cut(Index),
    Rename(u8),
    Note(&'static str, u8),
}

fn any_edit() -> impl Strategy<Value = Edit> {
    let index = any::<Index>;
    let input = || select(&["x", "y"][..]);
    let skill = || select(&["fft", "plot", "sum"][..]);
    prop_oneof![
        2 => skill().prop_map(Edit::Add),
        2 => index().prop_map(Edit::Remove),
        2 => (index(), 0..3_u8).prop_map(|(node, place)| Edit::Move(node, place)),
        1 => (index(), skill()).prop_map(|(node, skill)| Edit::Skill(node, skill)),
        3 => (index(), input(), prop::option::of(0..3_u8)).prop_map(|(node, input, value)| Edit::Give(node, input, value)),
        6 => (index(), index(), input()).prop_map(|(from, to, input)| Edit::Wire(from, to, input)),
        2 => index().prop_map(Edit::Cut),
        1 => (0..3_u8).prop_map(Edit::Rename),
        1 => (input(), 0..3_u8).prop_map(|(key, value)| Edit::Note(key, value)),
    ]
}

/// Does it, unless the result would not be well-formed.
fn edit(workflow: &mut Workflow, edit: Edit) {
    let before = workflow.clone();
    let count = workflow.nodes.len();
    match edit {
        Edit::Add(skill) => {
            let taken = |name: &str| before.nodes.iter().any(|node| node.node_id == name);
            let name = (1..).map(|number| format!("{skill}-{number}")).find(|name| !taken(name)).unwrap();
            workflow.nodes.push(node(&name, skill));
        }
        Edit::Rename(name) => workflow.name = name.to_string(),
        Edit::Note(key, value) => workflow.metadata.extend([(key.to_owned(), value.into())]),
        Edit::Cut(index) if !workflow.edges.is_empty() => {
            workflow.edges.remove(index.index(before.edges.len()));
        }
        Edit::Remove(index) if count > 0 => {
            let gone = workflow.nodes.remove(index.index(count)).node_id;
            workflow.edges.retain(|edge| edge.source != gone && edge.target != gone);
        }
        Edit::Move(index, place) if count > 0 => {
            workflow.nodes[index.index(count)].position = Some(Position { x: f64::from(place), y: 0.0 });
        }
        Edit::Skill(index, skill) if count > 0 => workflow.nodes[index.index(count)].skill_id = skill.to_owned(),
        Edit::Give(index, input, value) if count > 0 => {
            let values = &mut workflow.nodes[index.index(count)].input_values;
            match value {
                Some(value) => values.insert(input.to_owned(), value.into()),
                None => values.remove(input),
            };
        }
        Edit::Wire(from, to, input) if count > 0 => {
            let name = |index: Index| &before.nodes[index.index(count)].node_id;
            let new = wire(&format!("{}.out", name(from)), &format!("{}.{input}", name(to)));
            workflow.edges.retain(|edge| edge.target != new.target || edge.target_input != new.target_input);
            workflow.edges.push(new);
        }
        _ => {}
    }
    if llmos_lite::kernel::merge::workflow::check_workflow(workflow).is_err() {
        *workflow = before;
    }
}

/// A workflow and what two people made of it.
pub fn any_edited_workflows() -> impl Strategy<Value = [Workflow; 3]> {
    let edits = |most: usize| proptest::collection::vec(any_edit(), 0..=most);
    (edits(16), edits(6), edits(6)).prop_map(|(first, ours, theirs)| {
        let edited = |workflow: &Workflow, edits: Vec<Edit>| {
            edits.into_iter().fold(workflow.clone(), |mut workflow, next| {
                edit(&mut workflow, next);
                workflow
            })
        };
        let base = edited(&Workflow::default(), first);
        [base.clone(), edited(&base, ours), edited(&base, theirs)]
    })
}
