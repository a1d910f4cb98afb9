//! Going from node to node by arrow keys.

use super::scene::Scene;

/// A way to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To smaller x.
    Left,
    /// To larger x.
    Right,
    /// To smaller y.
    Up,
    /// To larger y.
    Down,
}

impl Direction {
    /// The unit step that way: x, y.
    pub fn step(self) -> (f64, f64) {
        match self {
            Self::Left => (-1.0, 0.0),
            Self::Right => (1.0, 0.0),
            Self::Up => (0.0, -1.0),
            Self::Down => (0.0, 1.0),
        }
    }
}

/// The nearest node that way: what lies ahead counts once, what lies aside counts double.
pub fn neighbour(scene: &Scene, node_id: &str, direction: Direction) -> Option<String> {
    let here = scene.node(node_id)?.rect.center();
    let (dx, dy) = direction.step();
    scene
        .nodes
        .iter()
        .filter(|node| node.id() != node_id)
        .filter_map(|node| {
            let there = node.rect.center();
            let (x, y) = (there.x - here.x, there.y - here.y);
            let ahead = x * dx + y * dy;
            let aside = (x * dy).abs() + (y * dx).abs();
            (ahead > 1.0).then_some((ahead + 2.0 * aside, node))
        })
        .min_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, node)| node.id().to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::scene::tests::{node, skills};
    use super::*;
    use crate::kernel::dag::Workflow;

    #[test]
    fn arrows_go_to_the_nearest_node_that_way() {
        let nodes = vec![
            node("here", "source", 0.0, 0.0),
            node("right", "source", 400.0, 40.0),
            node("far-right", "source", 800.0, 0.0),
            node("below", "source", 20.0, 500.0),
        ];
        let scene = Scene::new(&Workflow { nodes, ..Workflow::default() }, &skills());
        let go = |direction| neighbour(&scene, "here", direction);
        assert_eq!(go(Direction::Right).as_deref(), Some("right"));
        assert_eq!(go(Direction::Down).as_deref(), Some("below"));
        assert_eq!(go(Direction::Left), None);
        assert_eq!(neighbour(&scene, "far-right", Direction::Left).as_deref(), Some("right"));
    }
}
