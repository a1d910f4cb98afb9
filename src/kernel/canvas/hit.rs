//! What is under the pointer: ports first, then nodes from the front to the back, then wires.

use std::sync::Arc;

use super::scene::{Scene, SceneNode};
use crate::kernel::dag::{Edge, Position};

/// Which side of a node a port is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// It takes a value: on the left.
    Input,
    /// It gives a value: on the right.
    Output,
}

/// One port of one node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PortRef {
    /// The node.
    pub node_id: String,
    /// Which side of it.
    pub side: Side,
    /// The port's name.
    pub name: String,
}

/// What a point of the canvas is on.
#[derive(Clone, Debug, PartialEq)]
pub enum Hit {
    /// A port.
    Port(PortRef),
    /// A node, by id.
    Node(String),
    /// A wire.
    Wire(Edge),
    /// Nothing but canvas.
    Nothing,
}

/// What is at this point of the canvas; `reach` is how near to a port or wire is near enough, in canvas pixels.
pub fn at(scene: &Scene, point: Position, reach: f64) -> Hit {
    if let Some(hit) = scene.nodes.iter().rev().find_map(|node| hit_node(node, point, reach)) {
        return hit;
    }
    scene
        .wires
        .iter()
        .filter_map(|wire| {
            let course = scene.course(wire)?;
            let near = course.bounds().grown(reach).contains(point);
            near.then(|| (course.distance(point), wire))
        })
        .filter(|(distance, _)| *distance <= reach)
        .min_by(|one, other| one.0.total_cmp(&other.0))
        .map_or(Hit::Nothing, |(_, wire)| Hit::Wire(wire.edge.clone()))
}

/// What of one node is at this point, if anything is.
pub(super) fn hit_node(node: &Arc<SceneNode>, point: Position, reach: f64) -> Option<Hit> {
    if !node.rect.grown(reach).contains(point) {
        return None;
    }
    let port = port_near(node, point, reach).map(Hit::Port);
    port.or_else(|| node.rect.contains(point).then(|| Hit::Node(node.id().to_owned())))
}

/// Where a port is; none where there is no such port.
pub fn port_position(scene: &Scene, port: &PortRef) -> Option<Position> {
    let node = scene.node(&port.node_id)?;
    let (ports, place): (_, fn(&SceneNode, usize) -> Position) = match port.side {
        Side::Input => (&node.inputs, SceneNode::input_at),
        Side::Output => (&node.outputs, SceneNode::output_at),
    };
    let row = ports.iter().position(|candidate| candidate.name == port.name)?;
    Some(place(node, row))
}

fn port_near(node: &Arc<SceneNode>, point: Position, reach: f64) -> Option<PortRef> {
    let inputs = node.shown.iter().map(|place| (Side::Input, &node.inputs[*place], node.input_at(*place)));
    let outputs = node.outputs.iter().enumerate().map(|(row, port)| (Side::Output, port, node.output_at(row)));
    inputs
        .chain(outputs)
        .map(|(side, port, place)| ((place.x - point.x).hypot(place.y - point.y), side, port))
        .filter(|(distance, ..)| *distance <= reach)
        .min_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, side, port)| PortRef { node_id: node.id().to_owned(), side, name: port.name.clone() })
}

#[cfg(test)]
mod tests {
    use super::super::geometry::{NODE_WIDTH, port_offset};
    use super::super::scene::tests::{pair, skills};
    use super::*;

    fn hit(x: f64, y: f64) -> Hit {
        at(&Scene::new(&pair(), &skills()), Position { x, y }, 8.0)
    }

    #[test]
    fn ports_win_over_nodes_and_nodes_over_wires() {
        let row = port_offset(0);
        let output = PortRef { node_id: "a".into(), side: Side::Output, name: "value".into() };
        assert_eq!(hit(NODE_WIDTH + 3.0, row), Hit::Port(output.clone()));
        assert_eq!(hit(NODE_WIDTH - 3.0, row), Hit::Port(output));
        assert_eq!(hit(NODE_WIDTH / 2.0, 10.0), Hit::Node("a".into()));
        assert!(matches!(hit((NODE_WIDTH + 400.0) / 2.0, row + 2.0), Hit::Wire(edge) if edge.target == "b"));
        assert_eq!(hit(-200.0, -200.0), Hit::Nothing);
    }
}
