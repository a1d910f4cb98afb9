//! Places for all nodes by Sugiyama's method: layers from left to right, few crossings, little slack. Better and slower than
//! [`super::layout`], and large: it is for the volume worker, off the page and off its thread.

use std::collections::HashMap;

use rust_sugiyama::configure::Config;
use rust_sugiyama::from_vertices_and_edges;

use super::geometry::snap;
use super::scene::Scene;
use crate::kernel::dag::Position;

/// Between nodes of a layer.
const ROW_GAP: f64 = 40.0;
/// Between layers, for the wires to turn in.
const LAYER_GAP: f64 = 96.0;
/// Above so many nodes crossings are no longer looked for by swapping neighbours, which would take most of the time.
const MOST_SWAPPED: usize = 2_000;

/// A place for every node, by id, whatever places they have now.
pub fn auto_layout(scene: &Scene) -> HashMap<String, Position> {
    let place_of: HashMap<&str, u32> = (0..).zip(&scene.nodes).map(|(place, node)| (node.id(), place)).collect();
    // The method lays out from top to bottom: width and height change places, and back at the end.
    let sizes: Vec<(u32, (f64, f64))> = (0..)
        .zip(&scene.nodes)
        .map(|(place, node)| (place, (node.rect.height + ROW_GAP, node.rect.width + LAYER_GAP)))
        .collect();
    let mut wires: Vec<(u32, u32)> = scene
        .wires
        .iter()
        .filter_map(|wire| Some((*place_of.get(wire.edge.source.as_str())?, *place_of.get(wire.edge.target.as_str())?)))
        // A node that feeds itself would end the method.
        .filter(|(source, target)| source != target)
        .collect();
    wires.sort_unstable();
    wires.dedup();
    let config = Config {
        vertex_spacing: 1.0,
        dummy_size: 1.0,
        transpose: scene.nodes.len() <= MOST_SWAPPED,
        ..Config::default()
    };
    let mut parts = from_vertices_and_edges(&sizes, &wires, &config);
    // The same every time: the largest part first, and of equal ones that of the first node.
    let first = |part: &[(usize, (f64, f64))]| part.iter().map(|(place, _)| *place).min();
    parts.sort_by_key(|(part, ..)| (std::cmp::Reverse(part.len()), first(part)));
    let mut places = HashMap::with_capacity(scene.nodes.len());
    let mut below = 0.0;
    for (part, ..) in parts {
        let corner = |(place, (across, along)): &(usize, (f64, f64))| {
            let rect = scene.nodes[*place].rect;
            Position { x: along - rect.width / 2.0, y: across - rect.height / 2.0 }
        };
        let corners: Vec<Position> = part.iter().map(corner).collect();
        let left = corners.iter().map(|corner| corner.x).fold(f64::INFINITY, f64::min);
        let top = corners.iter().map(|corner| corner.y).fold(f64::INFINITY, f64::min);
        let mut bottom: f64 = below;
        for ((place, _), corner) in part.iter().zip(corners) {
            let node = &scene.nodes[*place];
            let at = snap(Position { x: corner.x - left, y: below + corner.y - top });
            bottom = bottom.max(at.y + node.rect.height);
            places.insert(node.id().to_owned(), at);
        }
        below = bottom + ROW_GAP;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::super::geometry::Rect;
    use super::super::layout::layered;
    use super::super::scene::tests::{edge, node, pair, skills};
    use super::*;
    use crate::kernel::dag::Workflow;

    /// A graph in which every node is fed by one or two earlier ones.
    fn graph(count: u32) -> Scene {
        let mut workflow = Workflow::default();
        let mut seed = 7_u32;
        let mut random = |below: u32| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) % below.max(1)
        };
        for index in 0..count {
            workflow.nodes.push(node(&format!("n{index}"), if index % 3 == 0 { "source" } else { "sink" }, 0.0, 0.0));
            for input in ["value", "text"].iter().take(1 + random(2) as usize) {
                if index > 0 {
                    let from = index.saturating_sub(1 + random(30.min(index)));
                    let output = if from % 3 == 0 { "value" } else { "sum" };
                    workflow.edges.push(edge(&format!("n{from}"), output, &format!("n{index}"), input));
                }
            }
        }
        Scene::new(&workflow, &skills())
    }

    fn crossings(scene: &Scene, places: &HashMap<String, Position>) -> usize {
        let center = |id: &str| {
            let rect = scene.node(id).unwrap().rect;
            Position { x: places[id].x + rect.width / 2.0, y: places[id].y + rect.height / 2.0 }
        };
        let lines: Vec<(Position, Position, &str, &str)> = scene
            .wires
            .iter()
            .map(|wire| {
                (
                    center(&wire.edge.source),
                    center(&wire.edge.target),
                    wire.edge.source.as_str(),
                    wire.edge.target.as_str(),
                )
            })
            .collect();
        let side =
            |a: Position, b: Position, c: Position| ((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)).signum();
        let mut count = 0;
        for (index, (a, b, from, to)) in lines.iter().enumerate() {
            for (c, d, other_from, other_to) in &lines[index + 1..] {
                let apart = from != other_from && to != other_to && from != other_to && to != other_from;
                count += usize::from(
                    apart && side(*a, *b, *c) * side(*a, *b, *d) < 0.0 && side(*c, *d, *a) * side(*c, *d, *b) < 0.0,
                );
            }
        }
        count
    }

    #[test]
    fn nodes_stand_apart_in_the_direction_of_wires_and_the_same_each_time() {
        for count in [1, 2, 60, 200] {
            let scene = graph(count);
            let places = auto_layout(&scene);
            assert_eq!(places.len(), scene.nodes.len());
            let rects: Vec<Rect> = scene
                .nodes
                .iter()
                .map(|node| Rect { x: places[node.id()].x, y: places[node.id()].y, ..node.rect })
                .collect();
            for (index, one) in rects.iter().enumerate() {
                assert!(rects[index + 1..].iter().all(|other| !one.touches(other)), "{count}: {index}");
            }
            for wire in &scene.wires {
                assert!(places[&wire.edge.source].x < places[&wire.edge.target].x);
            }
            assert_eq!(auto_layout(&scene), places, "{count}");
        }
    }

    #[test]
    fn fewer_wires_cross_than_by_the_small_method() {
        let scene = graph(200);
        let (large, small) = (crossings(&scene, &auto_layout(&scene)), crossings(&scene, &layered(&scene)));
        assert!(large < small, "{large} and {small}");
    }

    #[test]
    fn circles_loops_and_nothing_are_no_trouble() {
        let mut workflow = pair();
        workflow.edges.push(edge("b", "sum", "a", "x"));
        workflow.edges.push(edge("a", "value", "a", "y"));
        workflow.nodes.push(node("alone", "sink", 0.0, 0.0));
        assert_eq!(auto_layout(&Scene::new(&workflow, &skills())).len(), 3);
        assert!(auto_layout(&Scene::default()).is_empty());
    }
}
