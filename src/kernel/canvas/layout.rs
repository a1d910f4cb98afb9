//! Places for nodes that have none: columns by dependency, each column ordered so that wires cross little.

use std::collections::HashMap;

use super::geometry::{self, NODE_WIDTH};
use super::scene::Scene;
use crate::kernel::dag::Position;
use crate::kernel::order::sorted;

const COLUMN_GAP: f64 = 88.0;
const ROW_GAP: f64 = 40.0;
/// How often the order within columns is improved, to and fro.
const SWEEPS: usize = 6;

/// A place for every node, by id, whatever places they have now.
pub fn layered(scene: &Scene) -> HashMap<String, Position> {
    let count = scene.nodes.len();
    let place_of: HashMap<&str, usize> =
        scene.nodes.iter().enumerate().map(|(place, node)| (node.id(), place)).collect();
    let mut sources = vec![Vec::new(); count];
    let mut targets = vec![Vec::new(); count];
    for wire in &scene.wires {
        let (from, to) = (place_of[wire.edge.source.as_str()], place_of[wire.edge.target.as_str()]);
        sources[to].push(from);
        targets[from].push(to);
    }

    let levels = levels(&sources, &targets);
    let mut columns: Vec<Vec<usize>> = vec![Vec::new(); levels.iter().max().map_or(0, |level| level + 1)];
    for (place, level) in levels.iter().enumerate() {
        columns[*level].push(place);
    }
    for sweep in 0..SWEEPS {
        let forwards = sweep % 2 == 0;
        let neighbours = if forwards { &sources } else { &targets };
        let order: Vec<usize> =
            if forwards { (0..columns.len()).collect() } else { (0..columns.len()).rev().collect() };
        for column in order {
            sort_by_neighbours(&mut columns, column, neighbours);
        }
    }

    let height =
        |column: &[usize]| column.iter().map(|place| scene.nodes[*place].rect.height + ROW_GAP).sum::<f64>() - ROW_GAP;
    let tallest = columns.iter().map(|column| height(column)).fold(0.0, f64::max);
    let mut places = HashMap::with_capacity(count);
    for (level, column) in columns.iter().enumerate() {
        let x = level as f64 * (NODE_WIDTH + COLUMN_GAP);
        let mut y = (tallest - height(column)) / 2.0;
        for place in column {
            let node = &scene.nodes[*place];
            places.insert(node.id().to_owned(), geometry::snap(Position { x, y }));
            y += node.rect.height + ROW_GAP;
        }
    }
    places
}

/// Each node's distance from the start along the longest way; nodes of a circle stand where the circle was entered.
fn levels(sources: &[Vec<usize>], targets: &[Vec<usize>]) -> Vec<usize> {
    let mut levels = vec![0; sources.len()];
    let mut waiting: Vec<usize> = sources.iter().map(Vec::len).collect();
    let mut ready: Vec<usize> = (0..sources.len()).filter(|place| waiting[*place] == 0).collect();
    while let Some(place) = ready.pop() {
        for target in &targets[place] {
            levels[*target] = levels[*target].max(levels[place] + 1);
            waiting[*target] -= 1;
            if waiting[*target] == 0 {
                ready.push(*target);
            }
        }
    }
    levels
}

/// Orders a column by where the neighbours of its nodes stand in their own columns.
fn sort_by_neighbours(columns: &mut [Vec<usize>], column: usize, neighbours: &[Vec<usize>]) {
    let rank: HashMap<usize, f64> = columns
        .iter()
        .flat_map(|column| {
            let last = column.len().max(2) as f64 - 1.0;
            column.iter().enumerate().map(move |(row, place)| (*place, row as f64 / last))
        })
        .collect();
    let wish = |place: &usize| {
        let near = &neighbours[*place];
        if near.is_empty() {
            rank[place]
        } else {
            near.iter().map(|other| rank[other]).sum::<f64>() / near.len() as f64
        }
    };
    columns[column] = sorted(columns[column].clone(), |one, other| wish(one).total_cmp(&wish(other)));
}

#[cfg(test)]
mod tests {
    use super::super::scene::tests::{edge, node, pair, skills};
    use super::*;
    use crate::kernel::dag::Workflow;

    #[test]
    fn what_feeds_stands_left_of_what_is_fed() {
        let places = layered(&Scene::new(&pair(), &skills()));
        assert!(places["a"].x + NODE_WIDTH < places["b"].x);
    }

    #[test]
    fn no_two_nodes_overlap() {
        let mut workflow = Workflow::default();
        for index in 0..30 {
            workflow.nodes.push(node(&format!("n{index}"), "sink", 0.0, 0.0));
            if index >= 3 {
                workflow.edges.push(edge(&format!("n{}", index / 3), "sum", &format!("n{index}"), "value"));
            }
        }
        let scene = Scene::new(&workflow, &skills());
        let places = layered(&scene);
        let rects: Vec<_> = scene
            .nodes
            .iter()
            .map(|node| geometry::Rect { x: places[node.id()].x, y: places[node.id()].y, ..node.rect })
            .collect();
        for (index, one) in rects.iter().enumerate() {
            assert!(rects[index + 1..].iter().all(|other| !one.touches(other)));
        }
    }

    #[test]
    fn a_circle_does_not_hang_it() {
        let mut workflow = pair();
        workflow.nodes.push(node("c", "sink", 0.0, 0.0));
        workflow.edges.push(edge("b", "sum", "c", "value"));
        workflow.edges.push(edge("c", "sum", "b", "text"));
        assert_eq!(layered(&Scene::new(&workflow, &skills())).len(), 3);
    }
}
