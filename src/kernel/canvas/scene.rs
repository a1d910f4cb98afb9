//! What stands on the canvas: a workflow joined with the skills that its nodes name, with every size and port worked out.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::geometry::{NODE_WIDTH, Rect, node_height, port_offset};
use super::wire::Wire;
use crate::kernel::dag::{Edge, Node, Position, Workflow};
use crate::kernel::order::sorted;
use crate::kernel::skill::{ExecutableSkill, Port, PortType, Skill};

/// A node with more inputs than this shows only some of them.
const MOST_INPUT_ROWS: usize = 6;

/// The skills of a library, by id.
pub type Skills = BTreeMap<String, Arc<Skill>>;

/// A workflow, ready to be drawn and pointed at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// The nodes, in the order of the workflow.
    pub nodes: Vec<Arc<SceneNode>>,
    /// The wires whose two ends exist.
    pub wires: Vec<Arc<SceneWire>>,
    index: HashMap<String, usize>,
}

/// A node with its ports and its size.
#[derive(Clone, Debug, PartialEq)]
pub struct SceneNode {
    /// The node as the workflow has it.
    pub node: Node,
    /// What it runs; none where the library has no such skill.
    pub skill: Option<Arc<ExecutableSkill>>,
    /// What people call it.
    pub title: String,
    /// The ports on the left: the skill's, and any that only wires know of.
    pub inputs: Vec<Port>,
    /// The ports on the right.
    pub outputs: Vec<Port>,
    /// For each input, the wire that feeds it: node and output.
    pub fed: Vec<Option<(String, String)>>,
    /// For each output, whether a wire leaves it.
    pub gives: Vec<bool>,
    /// The inputs that have a row on the canvas, by place among `inputs`; the others share a last row.
    pub shown: Vec<usize>,
    /// The output that the node's preview shows, where one is worth looking at.
    pub preview: Option<usize>,
    /// Where it stands and how large it is.
    pub rect: Rect,
}

/// A wire with both its ends found.
#[derive(Clone, Debug, PartialEq)]
pub struct SceneWire {
    /// The edge as the workflow has it.
    pub edge: Edge,
    /// The row of its output.
    pub source_row: usize,
    /// The row of its input, among the rows that are shown.
    pub target_row: usize,
    /// What it carries.
    pub kind: PortType,
}

impl Scene {
    /// Joins a workflow with the skills it names. Nodes without a position stand at the origin.
    pub fn new(workflow: &Workflow, skills: &Skills) -> Self {
        let mut wires_of: HashMap<&str, Vec<&Edge>> = HashMap::new();
        for edge in &workflow.edges {
            wires_of.entry(&edge.source).or_default().push(edge);
            wires_of.entry(&edge.target).or_default().push(edge);
        }
        let nodes: Vec<_> = workflow
            .nodes
            .iter()
            .map(|node| {
                let skill = skills.get(&node.skill_id).and_then(|skill| skill.executable.clone());
                Arc::new(SceneNode::new(node, skill, wires_of.get(node.node_id.as_str()).map_or(&[], Vec::as_slice)))
            })
            .collect();
        let index: HashMap<_, _> =
            nodes.iter().enumerate().map(|(place, node)| (node.node.node_id.clone(), place)).collect();
        let wires = workflow
            .edges
            .iter()
            .filter_map(|edge| {
                let source = &nodes[*index.get(&edge.source)?];
                let target = &nodes[*index.get(&edge.target)?];
                let source_row = row_of(&source.outputs, &edge.source_output)?;
                let target_row = target.row_of_input(row_of(&target.inputs, &edge.target_input)?);
                let kind = source.outputs[source_row].kind;
                Some(Arc::new(SceneWire { edge: edge.clone(), source_row, target_row, kind }))
            })
            .collect();
        Self { nodes, wires, index }
    }

    /// The node of this id.
    pub fn node(&self, node_id: &str) -> Option<&Arc<SceneNode>> {
        self.index.get(node_id).map(|place| &self.nodes[*place])
    }

    /// The rectangle that holds every node; none where there are none.
    pub fn bounds(&self) -> Option<Rect> {
        self.nodes.iter().map(|node| node.rect).reduce(|all, rect| all.union(&rect))
    }

    /// The course of a wire, with both nodes where the workflow has them.
    pub fn course(&self, wire: &SceneWire) -> Option<Wire> {
        let source = self.node(&wire.edge.source)?;
        let target = self.node(&wire.edge.target)?;
        Some(Wire::between(source.output_at(wire.source_row), target.left_at(wire.target_row)))
    }
}

impl SceneNode {
    fn new(node: &Node, skill: Option<Arc<ExecutableSkill>>, edges: &[&Edge]) -> Self {
        let (mut inputs, mut outputs) =
            skill.as_ref().map_or_else(Default::default, |skill| (skill.inputs.clone(), skill.outputs.clone()));
        for edge in edges {
            if edge.target == node.node_id {
                add_missing(&mut inputs, &edge.target_input);
            }
            if edge.source == node.node_id {
                add_missing(&mut outputs, &edge.source_output);
            }
        }
        let fed: Vec<Option<(String, String)>> = inputs
            .iter()
            .map(|port| {
                edges
                    .iter()
                    .find(|edge| edge.target == node.node_id && edge.target_input == port.name)
                    .map(|edge| (edge.source.clone(), edge.source_output.clone()))
            })
            .collect();
        let gives = outputs
            .iter()
            .map(|port| edges.iter().any(|edge| edge.source == node.node_id && edge.source_output == port.name))
            .collect();
        let title = skill
            .as_ref()
            .map(|skill| skill.name.as_str())
            .filter(|name| !name.is_empty())
            .unwrap_or(&node.skill_id)
            .to_owned();
        let preview = main_output(&outputs);
        let shown = shown_inputs(node, &inputs, &fed);
        let Position { x, y } = node.position.unwrap_or_default();
        let rows = shown.len() + usize::from(shown.len() < inputs.len());
        let height = node_height(rows, outputs.len(), preview.is_some());
        let rect = Rect { x, y, width: NODE_WIDTH, height };
        Self { node: node.clone(), skill, title, inputs, outputs, fed, gives, shown, preview, rect }
    }

    /// The id of the node.
    pub fn id(&self) -> &str {
        &self.node.node_id
    }

    /// How many inputs have no row of their own.
    pub fn hidden_inputs(&self) -> usize {
        self.inputs.len() - self.shown.len()
    }

    /// Where the input of this place among `inputs` is on the canvas.
    pub fn input_at(&self, place: usize) -> Position {
        self.left_at(self.row_of_input(place))
    }

    fn left_at(&self, row: usize) -> Position {
        Position { x: self.rect.x, y: self.rect.y + port_offset(row) }
    }

    /// The row that shows this input: its own, or the last, which all that are not shown share.
    fn row_of_input(&self, place: usize) -> usize {
        self.shown.iter().position(|shown| *shown == place).unwrap_or(self.shown.len())
    }

    /// Where the output in this row is on the canvas.
    pub fn output_at(&self, row: usize) -> Position {
        Position { x: self.rect.right(), y: self.rect.y + port_offset(row) }
    }
}

/// Which inputs have a row: all where there are few; else those that are wired or still needed, then those given by hand, then the
/// first of the others, so that a node of many settings is not a tower. The inspector has them all.
fn shown_inputs(node: &Node, inputs: &[Port], fed: &[Option<(String, String)>]) -> Vec<usize> {
    if inputs.len() <= MOST_INPUT_ROWS {
        return (0..inputs.len()).collect();
    }
    let rank = |place: &usize| {
        let port = &inputs[*place];
        let is_given = node.input_values.contains_key(&port.name);
        let is_needed = !is_given && port.default.is_none() && port.required != Some(false);
        match (fed[*place].is_some() || is_needed, is_given) {
            (true, _) => 0,
            (false, true) => 1,
            (false, false) => 2,
        }
    };
    let must = (0..inputs.len()).filter(|place| rank(place) == 0).count();
    let mut places = sorted((0..inputs.len()).collect(), |one, other| rank(one).cmp(&rank(other)));
    places.truncate(must.max(MOST_INPUT_ROWS - 1));
    sorted(places, Ord::cmp)
}

/// The output that is most worth looking at, if any is more than a line of text.
fn main_output(outputs: &[Port]) -> Option<usize> {
    const WORTH_SEEING: [PortType; 7] = [
        PortType::Scene,
        PortType::Plot,
        PortType::Image,
        PortType::Html,
        PortType::Circuit,
        PortType::Table,
        PortType::Markdown,
    ];
    WORTH_SEEING.iter().find_map(|kind| outputs.iter().position(|port| port.kind == *kind))
}

/// A port that a wire names and the skill does not is shown all the same, so that the wire can be seen and mended.
fn add_missing(ports: &mut Vec<Port>, name: &str) {
    if row_of(ports, name).is_none() {
        ports.push(Port {
            name: name.to_owned(),
            kind: PortType::Any,
            description: String::new(),
            default: None,
            required: Some(false),
            from: None,
            unit: None,
        });
    }
}

fn row_of(ports: &[Port], name: &str) -> Option<usize> {
    ports.iter().position(|port| port.name == name)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::kernel::skill::{ExecutionMode, Language, SkillType};

    /// A port by name and type.
    pub fn port(name: &str, kind: PortType) -> Port {
        Port {
            name: name.to_owned(),
            kind,
            description: String::new(),
            default: None,
            required: None,
            from: None,
            unit: None,
        }
    }

    /// A skill with these ports.
    pub fn skill(skill_id: &str, inputs: Vec<Port>, outputs: Vec<Port>) -> (String, Arc<Skill>) {
        let executable = ExecutableSkill {
            skill_id: skill_id.to_owned(),
            name: skill_id.to_owned(),
            description: String::new(),
            kind: SkillType::JavaScript,
            execution_mode: ExecutionMode::BrowserWasm,
            category: String::new(),
            tags: Vec::new(),
            version: String::new(),
            author: String::new(),
            inputs,
            outputs,
            code: String::new(),
            language: Language::JavaScript,
            packages: Vec::new(),
            estimated_time_ms: 0,
            memory_mb: 0,
            cache: true,
            code_line: 0,
        };
        let skill = Skill {
            skill_id: skill_id.to_owned(),
            name: skill_id.to_owned(),
            description: String::new(),
            category: String::new(),
            keywords: Vec::new(),
            path: String::new(),
            front_matter: serde_json::Value::Null,
            body: String::new(),
            source: Arc::from(""),
            executable: Some(Arc::new(executable)),
            files: Vec::new(),
            hidden: false,
        };
        (skill_id.to_owned(), Arc::new(skill))
    }

    /// A source of a number and a plot, and a sink that takes a number.
    pub fn skills() -> Skills {
        [
            skill("source", vec![], vec![port("value", PortType::Number), port("chart", PortType::Plot)]),
            skill(
                "sink",
                vec![port("value", PortType::Number), port("text", PortType::String)],
                vec![port("sum", PortType::Number)],
            ),
        ]
        .into()
    }

    /// A node of this skill at this place.
    pub fn node(node_id: &str, skill_id: &str, x: f64, y: f64) -> Node {
        Node {
            node_id: node_id.to_owned(),
            skill_id: skill_id.to_owned(),
            position: Some(Position { x, y }),
            input_values: BTreeMap::new(),
        }
    }

    /// A wire.
    pub fn edge(source: &str, source_output: &str, target: &str, target_input: &str) -> Edge {
        Edge {
            edge_id: None,
            source: source.to_owned(),
            source_output: source_output.to_owned(),
            target: target.to_owned(),
            target_input: target_input.to_owned(),
        }
    }

    /// Source `a` at the origin feeds sink `b` at 400.
    pub fn pair() -> Workflow {
        Workflow {
            nodes: vec![node("a", "source", 0.0, 0.0), node("b", "sink", 400.0, 0.0)],
            edges: vec![edge("a", "value", "b", "value")],
            ..Workflow::default()
        }
    }

    #[test]
    fn a_scene_knows_sizes_wires_and_what_feeds_what() {
        let scene = Scene::new(&pair(), &skills());
        let source = scene.node("a").unwrap();
        assert_eq!(source.preview, Some(1), "a plot is more worth seeing than a number");
        assert_eq!(scene.node("b").unwrap().fed, [Some(("a".to_owned(), "value".to_owned())), None]);
        assert_eq!(scene.wires.len(), 1);
        assert_eq!(scene.course(&scene.wires[0]).unwrap().from, Position { x: NODE_WIDTH, y: port_offset(0) });
        assert_eq!(scene.bounds().unwrap().right(), 400.0 + NODE_WIDTH);
    }

    #[test]
    fn a_node_of_many_inputs_shows_those_that_matter() {
        let mut skills = skills();
        let inputs = (0..12)
            .map(|index| Port { default: Some(index.into()), ..port(&format!("in{index}"), PortType::Number) })
            .collect();
        skills.extend([skill("wide", inputs, vec![])]);
        let mut workflow = pair();
        workflow.nodes.push(node("w", "wide", 800.0, 0.0));
        workflow.nodes[2].input_values.insert("in10".into(), 5.into());
        workflow.edges.push(edge("a", "value", "w", "in7"));
        let scene = Scene::new(&workflow, &skills);
        let wide = scene.node("w").unwrap();
        assert_eq!(wide.shown, [0, 1, 2, 7, 10]);
        assert_eq!(wide.hidden_inputs(), 7);
        assert_eq!(wide.rect.height, node_height(6, 0, false));
        assert_eq!(scene.wires[1].target_row, 3);
        assert_eq!(wide.input_at(4), wide.input_at(11), "what is not shown shares the last row");
    }

    #[test]
    fn wires_to_unknown_skills_and_ports_are_still_drawn() {
        let mut workflow = pair();
        workflow.nodes[0].skill_id = "gone".into();
        workflow.edges.push(edge("a", "value", "nowhere", "value"));
        let scene = Scene::new(&workflow, &skills());
        assert_eq!(scene.node("a").unwrap().title, "gone");
        assert_eq!(scene.wires.len(), 1);
        assert_eq!(scene.wires[0].kind, PortType::Any);
    }
}
