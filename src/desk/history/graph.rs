//! The lanes of the graph beside the commits: where each commit stands, and which lines pass by it.

use crate::desk::data::Commit;

/// More lanes than this are drawn on the last one.
const MOST_LANES: usize = 6;

/// The graph beside one commit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GraphRow {
    /// The lane of the commit.
    pub lane: usize,
    /// Lines from the upper edge (a lane there) to the lower edge (a lane there).
    pub passing: Vec<(usize, usize)>,
    /// Lanes at the upper edge that end in the commit.
    pub from_above: Vec<usize>,
    /// Lanes at the lower edge that begin in it.
    pub to_below: Vec<usize>,
    /// Whether it brings several together.
    pub is_merge: bool,
}

/// The graph of commits from the newest on, as wide as it gets.
pub fn rows(commits: &[Commit]) -> (Vec<GraphRow>, usize) {
    // What each lane waits for: the id of the next commit on it.
    let mut lanes: Vec<Option<String>> = Vec::new();
    let mut widest = 1;
    let rows = commits
        .iter()
        .map(|commit| {
            let waiting = |lane: &Option<String>| lane.as_ref() == Some(&commit.oid);
            let from_above: Vec<usize> =
                lanes.iter().enumerate().filter(|(_, lane)| waiting(lane)).map(|(place, _)| place).collect();
            let lane = from_above.first().copied().unwrap_or_else(|| free_lane(&mut lanes));
            let before = lanes.clone();
            for place in &from_above {
                lanes[*place] = None;
            }
            let mut to_below = Vec::new();
            for (place, parent) in commit.parents.iter().enumerate() {
                let known = lanes.iter().position(|lane| lane.as_ref() == Some(parent));
                let at = match (place, known) {
                    (_, Some(known)) => known,
                    (0, None) => lane,
                    (_, None) => free_lane(&mut lanes),
                };
                lanes[at] = Some(parent.clone());
                to_below.push(at);
            }
            let passing = before
                .iter()
                .enumerate()
                .filter(|(place, waits)| waits.is_some() && !from_above.contains(place))
                .map(|(place, _)| (place.min(MOST_LANES), place.min(MOST_LANES)))
                .collect();
            while lanes.last().is_some_and(Option::is_none) {
                lanes.pop();
            }
            widest = widest.max(lanes.len()).max(lane + 1);
            let clipped = |places: Vec<usize>| places.into_iter().map(|place| place.min(MOST_LANES)).collect();
            GraphRow {
                lane: lane.min(MOST_LANES),
                passing,
                from_above: clipped(from_above),
                to_below: clipped(to_below),
                is_merge: commit.parents.len() > 1,
            }
        })
        .collect();
    (rows, widest.min(MOST_LANES + 1))
}

fn free_lane(lanes: &mut Vec<Option<String>>) -> usize {
    if let Some(free) = lanes.iter().position(Option::is_none) {
        return free;
    }
    lanes.push(None);
    lanes.len() - 1
}
