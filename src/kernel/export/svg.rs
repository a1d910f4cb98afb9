//! A workflow as a picture of its canvas, with all of it inside: dropped on a workbench, the picture opens it.

use super::picture::METADATA_ID;
use crate::kernel::canvas::geometry::{HEADER_HEIGHT, Rect};
use crate::kernel::canvas::scene::{Scene, SceneNode, Skills};
use crate::kernel::link::{Link, Packet};

const MARGIN: f64 = 32.0;
const STYLE: &str = ".node{fill:#fff;stroke:#c3c9d4}.head{fill:#f2f4f8}.wire{fill:none;stroke:#7b869c;stroke-width:2}\
text{font:13px system-ui,sans-serif;fill:#1d2433}.title{font-weight:600}.port{fill:#5c6b8a}.name{fill:#5a6478}\
@media(prefers-color-scheme:dark){.node{fill:#1c212b;stroke:#3a4252}.head{fill:#252b37}text{fill:#e6e9ef}.name{fill:#a3adbf}}";

/// The picture. Nodes without a place stand where the canvas would put them.
pub fn svg(link: &Link, skills: &Skills) -> String {
    let workflow = &link.workflow;
    let mut scene = Scene::new(workflow, skills);
    if workflow.nodes.iter().any(|node| node.position.is_none()) {
        let mut arranged = workflow.clone();
        let places = crate::kernel::canvas::layout::layered(&scene);
        crate::kernel::canvas::edit::place_nodes(&mut arranged, &places);
        scene = Scene::new(&arranged, skills);
    }
    let bounds = scene.bounds().unwrap_or(Rect { x: 0.0, y: 0.0, width: 320.0, height: 120.0 }).grown(MARGIN);
    let Rect { x, y, width, height } = bounds;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{x:.0} {y:.0} {width:.0} {height:.0}\" \
         width=\"{width:.0}\" height=\"{height:.0}\" role=\"img\">\n<title>{}</title>\n",
        escaped(&workflow.name)
    );
    let held = Packet::Plain(link.to_contents()).to_text();
    text.push_str(&format!("<metadata id=\"{METADATA_ID}\">{held}</metadata>\n<style>{STYLE}</style>\n"));
    for wire in &scene.wires {
        if let Some(course) = scene.course(wire) {
            text.push_str(&format!("<path class=\"wire\" d=\"{}\"/>\n", course.path()));
        }
    }
    for node in &scene.nodes {
        draw(node, &mut text);
    }
    text.push_str("</svg>\n");
    text
}

fn draw(node: &SceneNode, text: &mut String) {
    let Rect { x, y, width, height } = node.rect;
    text.push_str(&format!(
        "<rect class=\"node\" x=\"{x:.0}\" y=\"{y:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" rx=\"8\"/>\n\
         <rect class=\"head\" x=\"{:.0}\" y=\"{:.0}\" width=\"{:.0}\" height=\"{HEADER_HEIGHT:.0}\" rx=\"7\"/>\n\
         <text class=\"title\" x=\"{:.0}\" y=\"{:.0}\">{}</text>\n<text class=\"name\" x=\"{:.0}\" y=\"{:.0}\">{}</text>\n",
        x + 1.0,
        y + 1.0,
        width - 2.0,
        x + 12.0,
        y + 20.0,
        escaped(&short(&node.title)),
        x + 12.0,
        y + 38.0,
        escaped(&short(node.id())),
    ));
    let inputs = node.shown.iter().map(|place| (node.input_at(*place), &node.inputs[*place].name, 12.0, "start"));
    let outputs = node.outputs.iter().enumerate().map(|(row, port)| (node.output_at(row), &port.name, -12.0, "end"));
    for (at, name, beside, anchor) in inputs.chain(outputs) {
        text.push_str(&format!(
            "<circle class=\"port\" cx=\"{:.0}\" cy=\"{:.0}\" r=\"4\"/>\
             <text class=\"name\" x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"{anchor}\">{}</text>\n",
            at.x,
            at.y,
            at.x + beside,
            at.y + 4.0,
            escaped(&short(name)),
        ));
    }
}

/// What fits a node.
fn short(text: &str) -> String {
    const LONGEST: usize = 32;
    let short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

/// Text as XML has it, without what XML cannot hold.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => escaped.push(' '),
            letter => escaped.push(letter),
        }
    }
    escaped
}
