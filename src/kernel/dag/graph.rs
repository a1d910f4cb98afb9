//! A workflow proven sound: every wire leads from an output to an input that fits, every input that needs a value has one, and
//! nothing waits for itself.
//!
//! A `Graph` is only ever made by [`Graph::build`], so whoever holds one need not check again. It never changes.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::sync::Arc;

use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex as PetIndex};
use serde_json::Value;

use super::compound::expand;
use super::{Payload, Workflow, validate};
use crate::kernel::diagnostic::Diagnostic;
use crate::kernel::skill::{ExecutableSkill, Port, Runtime};

/// A node of a [`Graph`], by its place in the workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeIndex(pub(super) u32);

impl NodeIndex {
    /// Its place among the nodes of the workflow, from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Where an input gets its value.
#[derive(Clone, Debug, PartialEq)]
pub enum Feed {
    /// From nowhere: it is optional and has no default.
    Absent,
    /// From its port's default.
    Default,
    /// From a person.
    Given(Value),
    /// From an output of another node.
    Wire {
        /// The node that gives.
        source: NodeIndex,
        /// The place of the output among its outputs.
        output: u32,
    },
}

/// One step of a sound workflow.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub node_id: String,
    pub skill: u32,
    /// One for each input of the skill, in its order.
    pub feeds: Vec<Feed>,
}

/// A validated workflow.
#[derive(Clone, Debug)]
pub struct Graph {
    /// One edge for each wire.
    pub(super) wiring: DiGraph<Step, (), u32>,
    /// The distinct skills, in order of first use.
    pub(super) skills: Vec<Arc<ExecutableSkill>>,
    /// All nodes, sorted by their names.
    pub(super) by_name: Vec<NodeIndex>,
    /// All nodes, each after those it depends on.
    pub(super) order: Vec<NodeIndex>,
    pub(super) levels: Vec<u32>,
}

impl Graph {
    /// Checks a workflow against the skills it may use. All that is wrong with it is told, in a fixed order.
    pub fn build<S: Borrow<ExecutableSkill>>(
        workflow: &Workflow,
        skills: &BTreeMap<String, S>,
    ) -> Result<Self, Vec<Diagnostic>> {
        validate::validate(workflow, skills)
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The node of this name.
    pub fn find(&self, node_id: &str) -> Option<NodeIndex> {
        let place = self.by_name.binary_search_by_key(&node_id, |node| self.node_id(*node)).ok()?;
        Some(self.by_name[place])
    }

    /// The name of a node.
    pub fn node_id(&self, node: NodeIndex) -> &str {
        &self.step(node).node_id
    }

    /// What a node runs.
    pub fn skill(&self, node: NodeIndex) -> &Arc<ExecutableSkill> {
        &self.skills[self.skill_index(node)]
    }

    /// What a node runs, as its place in [`Graph::skills`].
    pub fn skill_index(&self, node: NodeIndex) -> usize {
        self.step(node).skill as usize
    }

    /// The distinct skills, in order of first use.
    pub fn skills(&self) -> &[Arc<ExecutableSkill>] {
        &self.skills
    }

    /// Which family of workers a node needs.
    pub fn runtime(&self, node: NodeIndex) -> Runtime {
        self.skill(node).runtime()
    }

    /// The inputs of a node, each with where it gets its value.
    pub fn inputs(&self, node: NodeIndex) -> impl Iterator<Item = (&Port, &Feed)> {
        self.skill(node).inputs.iter().zip(&self.step(node).feeds)
    }

    /// All nodes, each after those it depends on, level by level.
    pub fn order(&self) -> &[NodeIndex] {
        &self.order
    }

    /// All nodes, sorted by their names.
    pub fn by_name(&self) -> &[NodeIndex] {
        &self.by_name
    }

    /// How many wires a node is away from the nodes that depend on nothing, on the longest way.
    pub fn level_of(&self, node: NodeIndex) -> u32 {
        self.levels[node.index()]
    }

    /// The nodes that could run at the same time, level by level.
    pub fn levels(&self) -> impl Iterator<Item = &[NodeIndex]> {
        self.order.chunk_by(|a, b| self.level_of(*a) == self.level_of(*b))
    }

    /// The nodes at the other ends of wires from a node's outputs, once for each wire.
    pub fn dependents(&self, node: NodeIndex) -> impl Iterator<Item = NodeIndex> {
        self.neighbours(node, Direction::Outgoing)
    }

    /// The nodes at the other ends of wires to a node's inputs, once for each wire.
    pub fn dependencies(&self, node: NodeIndex) -> impl Iterator<Item = NodeIndex> {
        self.neighbours(node, Direction::Incoming)
    }

    fn neighbours(&self, node: NodeIndex, direction: Direction) -> impl Iterator<Item = NodeIndex> {
        self.wiring
            .neighbors_directed(PetIndex::new(node.index()), direction)
            .map(|other| NodeIndex(other.index() as u32))
    }

    fn step(&self, node: NodeIndex) -> &Step {
        &self.wiring[PetIndex::new(node.index())]
    }
}

impl Payload {
    /// The payload's workflow with its compounds opened, checked against the skills that it brings.
    pub fn graph(&self) -> Result<Graph, Vec<Diagnostic>> {
        let drawn = Graph::build(&self.workflow, &self.skills)?;
        if drawn.skills().iter().all(|skill| !skill.is_compound()) {
            return Ok(drawn);
        }
        Graph::build(&expand(&self.workflow, &self.skills)?.workflow, &self.skills)
    }
}
