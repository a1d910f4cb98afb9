//! Sizes of nodes, and rectangles. The only place that knows how tall a node is.

use crate::kernel::dag::Position;

/// The width of every node.
pub const NODE_WIDTH: f64 = 264.0;
/// The height of a node's title.
pub const HEADER_HEIGHT: f64 = 48.0;
/// The height of one row of ports.
pub const ROW_HEIGHT: f64 = 24.0;
/// The space below the last row.
pub const FOOT_HEIGHT: f64 = 8.0;
/// The height of the preview of a node whose main output is something to look at.
pub const PREVIEW_HEIGHT: f64 = 140.0;
/// The grid that nodes snap to.
pub const GRID: f64 = 8.0;

/// A rectangle of the canvas.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Its left edge.
    pub x: f64,
    /// Its upper edge.
    pub y: f64,
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
}

impl Rect {
    /// The rectangle that two opposite corners span, in whatever order.
    pub fn spanning(one: Position, other: Position) -> Self {
        Self {
            x: one.x.min(other.x),
            y: one.y.min(other.y),
            width: (one.x - other.x).abs(),
            height: (one.y - other.y).abs(),
        }
    }

    /// The right edge.
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    /// The lower edge.
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// The point in its middle.
    pub fn center(&self) -> Position {
        Position { x: self.x + self.width / 2.0, y: self.y + self.height / 2.0 }
    }

    /// Whether the point lies inside or on the edge.
    pub fn contains(&self, point: Position) -> bool {
        point.x >= self.x && point.x <= self.right() && point.y >= self.y && point.y <= self.bottom()
    }

    /// Whether the two share at least a point.
    pub fn touches(&self, other: &Self) -> bool {
        self.x <= other.right() && other.x <= self.right() && self.y <= other.bottom() && other.y <= self.bottom()
    }

    /// The smallest rectangle that holds both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let x = self.x.min(other.x);
        let y = self.y.min(other.y);
        Self { x, y, width: self.right().max(other.right()) - x, height: self.bottom().max(other.bottom()) - y }
    }

    /// The same rectangle, larger by this much on every side.
    #[must_use]
    pub fn grown(&self, by: f64) -> Self {
        Self { x: self.x - by, y: self.y - by, width: self.width + 2.0 * by, height: self.height + 2.0 * by }
    }
}

/// How tall a node with these many ports is.
pub fn node_height(inputs: usize, outputs: usize, has_preview: bool) -> f64 {
    let rows = inputs.max(outputs) as f64 * ROW_HEIGHT;
    HEADER_HEIGHT + rows + if has_preview { PREVIEW_HEIGHT } else { 0.0 } + FOOT_HEIGHT
}

/// The vertical distance from a node's upper edge to the middle of its port in this row.
pub fn port_offset(row: usize) -> f64 {
    HEADER_HEIGHT + (row as f64 + 0.5) * ROW_HEIGHT
}

/// The nearest point of the grid.
pub fn snap(point: Position) -> Position {
    Position { x: (point.x / GRID).round() * GRID, y: (point.y / GRID).round() * GRID }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rectangle_spans_corners_in_any_order() {
        let rect = Rect::spanning(Position { x: 10.0, y: 2.0 }, Position { x: 4.0, y: 8.0 });
        assert_eq!(rect, Rect { x: 4.0, y: 2.0, width: 6.0, height: 6.0 });
        assert!(rect.contains(Position { x: 10.0, y: 8.0 }));
        assert!(!rect.contains(Position { x: 10.1, y: 8.0 }));
    }

    #[test]
    fn a_union_holds_both() {
        let one = Rect { x: 0.0, y: 0.0, width: 10.0, height: 10.0 };
        let other = Rect { x: 20.0, y: -5.0, width: 5.0, height: 5.0 };
        assert_eq!(one.union(&other), Rect { x: 0.0, y: -5.0, width: 25.0, height: 15.0 });
        assert!(!one.touches(&other));
        assert!(one.touches(&other.grown(10.0)));
    }

    #[test]
    fn rows_are_shared_by_inputs_and_outputs() {
        assert_eq!(node_height(3, 1, false), node_height(1, 3, false));
        assert_eq!(node_height(0, 0, true), HEADER_HEIGHT + PREVIEW_HEIGHT + FOOT_HEIGHT);
    }
}
