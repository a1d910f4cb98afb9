//! Which nodes a merged workflow has, what they run and where they stand. Their inputs come later.

use std::collections::BTreeSet;

use super::{Decisions, Place, Side, Sides, Take, shown};
use crate::kernel::dag::{Edge, Node};

/// The nodes, in the order of ours, then those that only theirs has.
pub(super) fn merge(sides: &Sides, decisions: &mut Decisions) -> Vec<Node> {
    let mut seen = BTreeSet::new();
    let all = [&sides.ours, &sides.theirs].into_iter().flat_map(|side| &side.workflow.nodes);
    let ids: Vec<&str> = all.map(|node| node.node_id.as_str()).filter(|id| seen.insert(*id)).collect();
    ids.into_iter().filter_map(|id| merge_node(sides, id, decisions)).collect()
}

fn merge_node(sides: &Sides, id: &str, decisions: &mut Decisions) -> Option<Node> {
    let at = |side: &Side| side.nodes.get(id).map(|node| (*node).clone());
    match (at(&sides.base), at(&sides.ours), at(&sides.theirs)) {
        (Some(base), Some(ours), Some(theirs)) => Some(merge_fields(&base, &ours, &theirs, decisions)),
        (Some(base), Some(ours), None) => {
            let stays = is_used(&sides.base, &sides.ours, &base, &ours)
                && Take::Theirs
                    != decisions
                        .take(Place::Node { node: id.to_owned() }, [shown(&base), shown(&ours), shown(&None::<Node>)]);
            stays.then_some(ours)
        }
        (Some(base), None, Some(theirs)) => {
            let stays = is_used(&sides.base, &sides.theirs, &base, &theirs)
                && Take::Theirs
                    == decisions.take(
                        Place::Node { node: id.to_owned() },
                        [shown(&base), shown(&None::<Node>), shown(&theirs)],
                    );
            stays.then_some(theirs)
        }
        // Added by one side, or by both alike.
        (_, ours, theirs) => ours.or(theirs),
    }
}

fn merge_fields(base: &Node, ours: &Node, theirs: &Node, decisions: &mut Decisions) -> Node {
    let node = || ours.node_id.clone();
    Node {
        node_id: node(),
        skill_id: decisions.merge(Place::Skill { node: node() }, &base.skill_id, &ours.skill_id, &theirs.skill_id),
        position: decisions.merge(Place::Position { node: node() }, &base.position, &ours.position, &theirs.position),
        input_values: ours.input_values.clone(),
    }
}

/// Whether a side did more to a node than move it: changed what it runs or takes, or put a wire to it.
fn is_used(base: &Side, side: &Side, before: &Node, now: &Node) -> bool {
    let is_new = |edge: &&Edge| (edge.source == now.node_id || edge.target == now.node_id) && !base.has_wire(edge);
    before.skill_id != now.skill_id
        || before.input_values != now.input_values
        || side.workflow.edges.iter().any(|edge| is_new(&edge))
}
