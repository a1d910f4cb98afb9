//! The course of a wire: a cubic curve that leaves an output to the right and enters an input from the left.

use super::geometry::Rect;
use crate::kernel::dag::Position;

/// A wire's four control points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wire {
    /// Where it leaves.
    pub from: Position,
    /// Where it aims first.
    pub out: Position,
    /// Where it comes from last.
    pub into: Position,
    /// Where it arrives.
    pub to: Position,
}

impl Wire {
    /// The wire between two ports. It bends more the further it goes, and loops gently where it goes backwards.
    pub fn between(from: Position, to: Position) -> Self {
        let dx = to.x - from.x;
        let dy = (to.y - from.y).abs();
        let reach = if dx >= 0.0 {
            (dx * 0.5).max((dy * 0.35).min(64.0)).min(220.0)
        } else {
            (40.0 - dx * 0.4 + dy * 0.1).min(260.0)
        };
        Self { from, out: Position { x: from.x + reach, y: from.y }, into: Position { x: to.x - reach, y: to.y }, to }
    }

    /// The curve in the language of SVG paths, to a tenth of a pixel.
    pub fn path(&self) -> String {
        let Self { from, out, into, to } = self;
        format!(
            "M{:.1} {:.1}C{:.1} {:.1} {:.1} {:.1} {:.1} {:.1}",
            from.x, from.y, out.x, out.y, into.x, into.y, to.x, to.y
        )
    }

    /// A rectangle that holds the whole curve.
    pub fn bounds(&self) -> Rect {
        Rect::spanning(self.from, self.to).union(&Rect::spanning(self.out, self.into))
    }

    /// The point at this part of the way, from 0 to 1.
    pub fn at(&self, part: f64) -> Position {
        let rest = 1.0 - part;
        let weights = [rest * rest * rest, 3.0 * rest * rest * part, 3.0 * rest * part * part, part * part * part];
        let points = [self.from, self.out, self.into, self.to];
        let sum = |coordinate: fn(&Position) -> f64| {
            weights.iter().zip(&points).map(|(weight, point)| weight * coordinate(point)).sum()
        };
        Position { x: sum(|point| point.x), y: sum(|point| point.y) }
    }

    /// How far the point is from the curve, near enough for a pointer.
    pub fn distance(&self, point: Position) -> f64 {
        const STEPS: u32 = 32;
        let mut nearest = f64::INFINITY;
        let mut last = self.from;
        for step in 1..=STEPS {
            let next = self.at(f64::from(step) / f64::from(STEPS));
            nearest = nearest.min(distance_to_segment(point, last, next));
            last = next;
        }
        nearest
    }
}

fn distance_to_segment(point: Position, from: Position, to: Position) -> f64 {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let length_squared = dx * dx + dy * dy;
    let part = if length_squared == 0.0 {
        0.0
    } else {
        (((point.x - from.x) * dx + (point.y - from.y) * dy) / length_squared).clamp(0.0, 1.0)
    };
    (point.x - from.x - part * dx).hypot(point.y - from.y - part * dy)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f64, y: f64) -> Position {
        Position { x, y }
    }

    #[test]
    fn a_wire_begins_and_ends_at_its_ports() {
        let wire = Wire::between(at(10.0, 20.0), at(210.0, 120.0));
        assert_eq!(wire.at(0.0), wire.from);
        assert_eq!(wire.at(1.0), wire.to);
        assert!(wire.path().starts_with("M10.0 20.0C"));
    }

    #[test]
    fn it_leaves_to_the_right_even_when_it_goes_back() {
        let wire = Wire::between(at(300.0, 0.0), at(0.0, 50.0));
        assert!(wire.out.x > wire.from.x && wire.into.x < wire.to.x);
        assert!(wire.bounds().contains(wire.at(0.5)));
    }

    #[test]
    fn distance_is_nothing_on_the_curve_and_grows_beside_it() {
        let wire = Wire::between(at(0.0, 0.0), at(200.0, 0.0));
        assert!(wire.distance(at(100.0, 0.0)) < 0.5);
        assert!((wire.distance(at(100.0, 30.0)) - 30.0).abs() < 0.5);
    }
}
