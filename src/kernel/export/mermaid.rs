//! A workflow as a Mermaid flowchart, for texts that show such.

use crate::kernel::canvas::scene::{Scene, Skills};
use crate::kernel::dag::Workflow;

/// The flowchart, from left to right.
pub fn mermaid(workflow: &Workflow, skills: &Skills) -> String {
    let scene = Scene::new(workflow, skills);
    let mut text = String::from("flowchart LR\n");
    let place = |node_id: &str| workflow.nodes.iter().position(|node| node.node_id == node_id);
    for (index, node) in scene.nodes.iter().enumerate() {
        text.push_str(&format!("    n{index}[\"{}<br>{}\"]\n", quoted(&node.title), quoted(node.id())));
    }
    for edge in &workflow.edges {
        let (Some(source), Some(target)) = (place(&edge.source), place(&edge.target)) else { continue };
        let label = format!("{} → {}", quoted(&edge.source_output), quoted(&edge.target_input));
        text.push_str(&format!("    n{source} -- \"{label}\" --> n{target}\n"));
    }
    text
}

/// Text inside quotes: Mermaid's own signs as entities, which it writes with `#`.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '"' | '<' | '>' | '#' | '&' | '`' | '\\' | ';' => quoted.push_str(&format!("#{};", u32::from(letter))),
            letter if letter.is_control() => quoted.push(' '),
            letter => quoted.push(letter),
        }
    }
    quoted
}
