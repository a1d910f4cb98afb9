//! Where things are, by squares of the canvas: what is in sight and what is near a point, without looking at all of thousands.

use std::collections::HashMap;

use super::geometry::Rect;
use super::hit::{Hit, hit_node};
use super::scene::Scene;
use crate::kernel::dag::Position;

/// A few nodes of usual size fit a square.
const SQUARE: f64 = 512.0;
/// What covers more squares is kept apart and always looked at.
const MOST_SQUARES: i64 = 64;

/// The nodes and wires of one scene by square.
#[derive(Clone, Debug, Default)]
pub struct SpatialIndex {
    squares: HashMap<(i32, i32), Square>,
    wide: Square,
    wires: Vec<Option<Rect>>,
}

#[derive(Clone, Debug, Default)]
struct Square {
    nodes: Vec<u32>,
    wires: Vec<u32>,
}

impl SpatialIndex {
    /// Looks at everything once.
    pub fn new(scene: &Scene) -> Self {
        let mut index = Self::default();
        for (place, node) in (0..).zip(&scene.nodes) {
            index.put(&node.rect, |square| square.nodes.push(place));
        }
        for (place, wire) in (0..).zip(&scene.wires) {
            let bounds = scene.course(wire).map(|course| course.bounds());
            if let Some(bounds) = &bounds {
                index.put(bounds, |square| square.wires.push(place));
            }
            index.wires.push(bounds);
        }
        index
    }

    /// The nodes that touch a rectangle, by place in the scene, in its order.
    pub fn nodes_in(&self, scene: &Scene, rect: &Rect) -> Vec<usize> {
        self.found(rect, |square| &square.nodes, |place| scene.nodes[place].rect.touches(rect))
    }

    /// The wires whose bounds touch a rectangle, by place in the scene, in its order.
    pub fn wires_in(&self, rect: &Rect) -> Vec<usize> {
        self.found(rect, |square| &square.wires, |place| self.wires[place].is_some_and(|bounds| bounds.touches(rect)))
    }

    /// What [`super::hit::at`] answers, sooner.
    pub fn hit(&self, scene: &Scene, point: Position, reach: f64) -> Hit {
        let near = Rect { x: point.x, y: point.y, width: 0.0, height: 0.0 }.grown(reach);
        let on_node =
            self.nodes_in(scene, &near).into_iter().rev().find_map(|place| hit_node(&scene.nodes[place], point, reach));
        if let Some(hit) = on_node {
            return hit;
        }
        let wires = self.wires_in(&near).into_iter().map(|place| &scene.wires[place]);
        let distances = wires.filter_map(|wire| Some((scene.course(wire)?.distance(point), wire)));
        let nearest =
            distances.filter(|(distance, _)| *distance <= reach).min_by(|one, other| one.0.total_cmp(&other.0));
        nearest.map_or(Hit::Nothing, |(_, wire)| Hit::Wire(wire.edge.clone()))
    }

    fn put(&mut self, rect: &Rect, into: impl Fn(&mut Square)) {
        match squares(rect) {
            Some(squares) => squares.for_each(|place| into(self.squares.entry(place).or_default())),
            None => into(&mut self.wide),
        }
    }

    fn found(&self, rect: &Rect, of: fn(&Square) -> &Vec<u32>, touches: impl Fn(usize) -> bool) -> Vec<usize> {
        let near: Vec<&Square> = match squares(rect) {
            Some(places) => places.filter_map(|place| self.squares.get(&place)).collect(),
            None => self.squares.values().collect(),
        };
        let all = near.into_iter().chain([&self.wide]).flat_map(of);
        let mut places: Vec<usize> = all.map(|place| *place as usize).filter(|place| touches(*place)).collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}

/// The squares that a rectangle covers; none where they are too many to name, or no numbers.
fn squares(rect: &Rect) -> Option<impl Iterator<Item = (i32, i32)>> {
    // A cast keeps to what fits.
    let square = |coordinate: f64| (coordinate / SQUARE).floor() as i32;
    let (left, right, top, bottom) = (square(rect.x), square(rect.right()), square(rect.y), square(rect.bottom()));
    let count = (i64::from(right) - i64::from(left) + 1).checked_mul(i64::from(bottom) - i64::from(top) + 1)?;
    (1..=MOST_SQUARES).contains(&count).then(|| (left..=right).flat_map(move |x| (top..=bottom).map(move |y| (x, y))))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::hit;
    use super::super::scene::tests::{edge, node, skills};
    use super::*;
    use crate::kernel::dag::Workflow;

    fn scene(places: &[(f64, f64)]) -> Scene {
        let mut workflow = Workflow::default();
        for (index, (x, y)) in places.iter().enumerate() {
            workflow.nodes.push(node(&format!("n{index}"), "sink", *x, *y));
            if index > 0 {
                workflow.edges.push(edge(&format!("n{}", index / 2), "sum", &format!("n{index}"), "value"));
            }
        }
        Scene::new(&workflow, &skills())
    }

    proptest! {
        #[test]
        fn it_finds_what_looking_at_all_finds(
            places in proptest::collection::vec((-3000.0_f64..3000.0, -3000.0_f64..3000.0), 1..40),
            points in proptest::collection::vec((-3200.0_f64..3300.0, -3200.0_f64..3300.0, 0.0_f64..4000.0), 20),
        ) {
            let scene = scene(&places);
            let index = SpatialIndex::new(&scene);
            for (x, y, size) in points {
                let rect = Rect { x, y, width: size, height: size / 2.0 };
                let all: Vec<usize> = (0..scene.nodes.len()).filter(|place| scene.nodes[*place].rect.touches(&rect)).collect();
                prop_assert_eq!(index.nodes_in(&scene, &rect), all);
                let courses = scene.wires.iter().map(|wire| scene.course(wire).unwrap().bounds());
                let wires: Vec<usize> = courses.enumerate().filter(|(_, bounds)| bounds.touches(&rect)).map(|(place, _)| place).collect();
                prop_assert_eq!(index.wires_in(&rect), wires);
                let point = Position { x, y };
                prop_assert_eq!(index.hit(&scene, point, 8.0), hit::at(&scene, point, 8.0));
            }
        }
    }

    #[test]
    fn what_is_endlessly_far_is_no_trouble() {
        let scene = scene(&[(0.0, 0.0), (1e300, -1e300), (f64::NAN, 0.0)]);
        let index = SpatialIndex::new(&scene);
        assert_eq!(index.nodes_in(&scene, &Rect { x: -10.0, y: -10.0, width: 20.0, height: 20.0 }), [0]);
        assert_eq!(
            index.nodes_in(&scene, &Rect { x: -1e308, y: -1e308, width: f64::INFINITY, height: f64::INFINITY }).len(),
            2
        );
    }
}
