//! Bringing nodes into line: aligned, spread evenly, and drawn to the lines of others while they are dragged.

use std::collections::{BTreeSet, HashMap};

use super::geometry::{NODE_WIDTH, Rect, node_height, snap};
use super::scene::Scene;
use crate::kernel::dag::{Position, Workflow};
use crate::kernel::order::sorted;

/// What nodes are aligned by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// Their left edges.
    Left,
    /// Their middles, from left to right.
    Center,
    /// Their right edges.
    Right,
    /// Their upper edges.
    Top,
    /// Their middles, from top to bottom.
    Middle,
    /// Their lower edges.
    Bottom,
}

/// Along which way nodes are spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// From left to right.
    Horizontal,
    /// From top to bottom.
    Vertical,
}

/// Nodes by id, with where they stand and how large they are.
pub type Rects = Vec<(String, Rect)>;

/// The rectangles of these nodes of a scene.
pub fn rects(scene: &Scene, node_ids: &BTreeSet<String>) -> Rects {
    node_ids.iter().filter_map(|node_id| Some((node_id.clone(), scene.node(node_id)?.rect))).collect()
}

/// The same without knowing the skills: every node as high as one without ports.
pub fn plain_rects(workflow: &Workflow, node_ids: &BTreeSet<String>) -> Rects {
    let nodes = workflow.nodes.iter().filter(|node| node_ids.contains(&node.node_id));
    let rect = |at: Position| Rect { x: at.x, y: at.y, width: NODE_WIDTH, height: node_height(0, 0, false) };
    nodes.map(|node| (node.node_id.clone(), rect(node.position.unwrap_or_default()))).collect()
}

/// New places with these edges in one line: that of the outermost node, or of the middle of all.
pub fn align(rects: &Rects, edge: Edge) -> HashMap<String, Position> {
    let Some(all) = rects.iter().map(|(_, rect)| *rect).reduce(|all, rect| all.union(&rect)) else {
        return HashMap::new();
    };
    let place = |rect: &Rect| match edge {
        Edge::Left => Position { x: all.x, y: rect.y },
        Edge::Center => Position { x: all.center().x - rect.width / 2.0, y: rect.y },
        Edge::Right => Position { x: all.right() - rect.width, y: rect.y },
        Edge::Top => Position { x: rect.x, y: all.y },
        Edge::Middle => Position { x: rect.x, y: all.center().y - rect.height / 2.0 },
        Edge::Bottom => Position { x: rect.x, y: all.bottom() - rect.height },
    };
    rects.iter().map(|(node_id, rect)| (node_id.clone(), place(rect))).collect()
}

/// New places with the same space between one node and the next; the outermost two stay.
pub fn distribute(rects: &Rects, axis: Axis) -> HashMap<String, Position> {
    let start = |rect: &Rect| if axis == Axis::Horizontal { rect.x } else { rect.y };
    let size = |rect: &Rect| if axis == Axis::Horizontal { rect.width } else { rect.height };
    let in_order = sorted(rects.clone(), |(_, one), (_, other)| start(one).total_cmp(&start(other)));
    let (Some((_, first)), Some((_, last))) = (in_order.first(), in_order.last()) else { return HashMap::new() };
    let taken: f64 = in_order.iter().map(|(_, rect)| size(rect)).sum();
    let gaps = (in_order.len().max(2) - 1) as f64;
    let gap = (start(last) + size(last) - start(first) - taken) / gaps;
    let mut at = start(first);
    let mut places = HashMap::new();
    for (node_id, rect) in &in_order {
        let place =
            if axis == Axis::Horizontal { Position { x: at, y: rect.y } } else { Position { x: rect.x, y: at } };
        places.insert(node_id.clone(), place);
        at += size(rect) + gap;
    }
    places
}

/// A line that shows what something dragged is aligned with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guide {
    /// Where it begins.
    pub from: Position,
    /// Where it ends.
    pub to: Position,
}

/// Where something dragged comes to stand.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapped {
    /// Its upper left corner.
    pub at: Position,
    /// What it is aligned with.
    pub guides: Vec<Guide>,
}

/// Draws something dragged to the edges and middles of others that are at most `reach` away; to the grid where none is.
pub fn snap_to(dragged: Rect, others: &[Rect], reach: f64) -> Snapped {
    let lines = |low: f64, length: f64| [low, low + length / 2.0, low + length];
    let nearest = |own: [f64; 3], of: &dyn Fn(&Rect) -> [f64; 3]| {
        let all = others.iter().flat_map(|other| {
            let pairs = of(other).into_iter().flat_map(move |line| own.into_iter().map(move |own| line - own));
            pairs.map(move |by| (by, other))
        });
        let near = all.filter(|(by, _)| by.abs() <= reach);
        near.min_by(|(one, _), (other, _)| one.abs().total_cmp(&other.abs()))
    };
    let across = nearest(lines(dragged.x, dragged.width), &|rect| lines(rect.x, rect.width));
    let down = nearest(lines(dragged.y, dragged.height), &|rect| lines(rect.y, rect.height));
    let grid = snap(Position { x: dragged.x, y: dragged.y });
    let at = Position {
        x: across.map_or(grid.x, |(by, _)| dragged.x + by),
        y: down.map_or(grid.y, |(by, _)| dragged.y + by),
    };
    let placed = Rect { x: at.x, y: at.y, ..dragged };
    let same = |own: [f64; 3], other: [f64; 3]| {
        own.into_iter().find(|own| other.iter().any(|other| (own - other).abs() < 0.5))
    };
    let mut guides = Vec::new();
    if let Some((_, other)) = across {
        let span = placed.union(other);
        let line = same(lines(placed.x, placed.width), lines(other.x, other.width));
        guides.extend(line.map(|x| Guide { from: Position { x, y: span.y }, to: Position { x, y: span.bottom() } }));
    }
    if let Some((_, other)) = down {
        let span = placed.union(other);
        let line = same(lines(placed.y, placed.height), lines(other.y, other.height));
        guides.extend(line.map(|y| Guide { from: Position { x: span.x, y }, to: Position { x: span.right(), y } }));
    }
    Snapped { at, guides }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rect(x: f64, y: f64, width: f64, height: f64) -> Rect {
        Rect { x, y, width, height }
    }

    fn three() -> Rects {
        vec![
            ("a".into(), rect(0.0, 0.0, 100.0, 50.0)),
            ("b".into(), rect(300.0, 80.0, 100.0, 70.0)),
            ("c".into(), rect(120.0, 20.0, 100.0, 30.0)),
        ]
    }

    #[test]
    fn nodes_are_aligned_by_any_edge() {
        let x = |edge, node: &str| align(&three(), edge)[node].x;
        let y = |edge, node: &str| align(&three(), edge)[node].y;
        assert_eq!((x(Edge::Left, "b"), x(Edge::Center, "a"), x(Edge::Right, "a")), (0.0, 150.0, 300.0));
        assert_eq!((y(Edge::Top, "b"), y(Edge::Middle, "c"), y(Edge::Bottom, "a")), (0.0, 60.0, 100.0));
        assert_eq!(align(&three(), Edge::Left)["c"].y, 20.0);
        assert!(align(&Vec::new(), Edge::Left).is_empty());
    }

    #[test]
    fn nodes_are_spread_with_equal_gaps() {
        let places = distribute(&three(), Axis::Horizontal);
        assert_eq!((places["a"].x, places["c"].x, places["b"].x), (0.0, 150.0, 300.0));
        let places = distribute(&three(), Axis::Vertical);
        assert_eq!((places["a"].y, places["c"].y, places["b"].y), (0.0, 50.0, 80.0));
        assert_eq!(distribute(&vec![three()[0].clone()], Axis::Vertical)["a"], Position { x: 0.0, y: 0.0 });
    }

    #[test]
    fn what_is_dragged_keeps_to_lines_of_others() {
        let others = [rect(0.0, 0.0, 100.0, 50.0)];
        let snapped = snap_to(rect(3.0, 203.0, 100.0, 50.0), &others, 6.0);
        assert_eq!(snapped.at, Position { x: 0.0, y: 200.0 });
        let guide = Guide { from: Position { x: 0.0, y: 0.0 }, to: Position { x: 0.0, y: 250.0 } };
        assert_eq!(snapped.guides, [guide]);
        let free = snap_to(rect(503.0, 203.0, 100.0, 50.0), &others, 6.0);
        assert_eq!((free.at, free.guides.len()), (Position { x: 504.0, y: 200.0 }, 0));
    }
}
