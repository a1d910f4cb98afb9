//! What is written is read back, and what is drawn holds no more than text.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::kernel::canvas::scene::Skills;
use crate::kernel::dag::{Edge, Node, Workflow};
use crate::kernel::link::Link;

/// A PNG of one pixel.
const PIXEL: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8,
    6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0, 1, 0, 0, 5, 0, 1,
    0x0d, 0x0a, 0x2d, 0xb4, 0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

fn workflow(name: &str) -> Workflow {
    serde_json::from_value(json!({
        "workflowId": "two", "name": name,
        "nodes": [{"nodeId": "a", "skillId": "source"}, {"nodeId": name, "skillId": "sink", "inputValues": {"x": name}}],
        "edges": [{"source": "a", "sourceOutput": "y", "target": name, "targetInput": "x"}]
    }))
    .unwrap()
}

#[test]
fn a_diagram_names_nodes_and_wires() {
    expect_test::expect![[r#"
        flowchart LR
            n0["source<br>a"]
            n1["sink<br>#34;b#34;]"]
            n0 -- "y → x" --> n1
    "#]]
    .assert_eq(&mermaid(&workflow("\"b\"]"), &Skills::new()));
}

#[test]
fn a_picture_is_well_formed_whatever_names_say() {
    let script = "</title><script>alert(1)</script>&\u{0}";
    let text = svg(&Link { workflow: workflow(script), ..Link::default() }, &Skills::new());
    assert!(!text.contains("<script"));
    assert!(!text.contains('\0'));
    assert_eq!(text.matches("<rect").count(), 4);
    assert_eq!(text.matches("class=\"wire\"").count(), 1);
}

#[test]
fn a_png_stays_a_png_and_holds_one_workflow() {
    let link = |name: &str| Link { workflow: workflow(name), ..Link::default() };
    let once = png_with(PIXEL, &link("b")).unwrap();
    let twice = png_with(&once, &link("c")).unwrap();
    assert_eq!(link_in_picture(&twice), Some(Ok(link("c"))));
    assert_eq!(once.len(), png_with(&twice, &link("b")).unwrap().len());
    assert!(twice.starts_with(&PIXEL[..33]) && twice.ends_with(&PIXEL[PIXEL.len() - 12..]));
    assert_eq!(link_in_picture(PIXEL), None);
    assert_eq!(png_with(b"GIF89a", &link("b")), None);
    assert_eq!(link_in_picture(b"<svg></svg>"), None);
}

#[test]
fn nodes_in_other_languages_are_named() {
    let source = "---\nskill_id: s\ntype: javascript\noutputs: [{name: y, type: number}]\n---\n```js\nfunction execute() {}\n```\n";
    let library = crate::kernel::skill::load([("skills/s.md", source.as_bytes())]);
    let workflow = Workflow {
        nodes: vec![Node {
            node_id: "n".into(),
            skill_id: "s".into(),
            position: None,
            input_values: Default::default(),
        }],
        ..Workflow::default()
    };
    let refused = python_script(&workflow, &library.executables()).unwrap_err();
    assert_eq!(refused.to_string(), "Not every node is Python: 'n' is JavaScript");
}

proptest! {
    #[test]
    fn pictures_give_back_what_they_hold(names in proptest::collection::vec("(.|\n|<|&|\u{0}){1,10}", 1..6)) {
        let nodes = names.iter().map(|name| Node {
            node_id: name.clone(), skill_id: name.clone(), position: None, input_values: [(name.clone(), json!(name))].into(),
        });
        let edges = names.windows(2).map(|pair| Edge {
            edge_id: None, source: pair[0].clone(), source_output: "y".into(), target: pair[1].clone(), target_input: pair[0].clone(),
        });
        let workflow = Workflow { name: names[0].clone(), nodes: nodes.collect(), edges: edges.collect(), ..Workflow::default() };
        let link = Link { workflow, ..Link::default() };
        prop_assert_eq!(link_in_picture(svg(&link, &Skills::new()).as_bytes()), Some(Ok(link.clone())));
        prop_assert_eq!(link_in_picture(&png_with(PIXEL, &link).unwrap()), Some(Ok(link)));
    }

    #[test]
    fn no_picture_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in ".{0,60}") {
        let _ = link_in_picture(&bytes);
        let _ = link_in_picture(&[PIXEL, &bytes].concat());
        let _ = link_in_picture(&[&PIXEL[..8], &bytes].concat());
        let _ = link_in_picture(format!("<metadata id=\"llmos-lite-workflow\">{text}").as_bytes());
    }
}
