//! Links there and back, and every kind of link that nobody should open.

use std::collections::BTreeMap;
use std::sync::Arc;

use miniz_oxide::deflate::compress_to_vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::kernel::dag::{Edge, Node, Position};
use crate::kernel::skill::{ExecutableSkill, Skill, load};

const OWN: &str = "---\nskill_id: doubled\nname: Doubled\ndescription: Twice a number\ntype: javascript\ninputs:\n  - {name: x, type: number}\noutputs:\n  - {name: y, type: number}\n---\n\n```javascript\nfunction execute({ x }) {\n  // see https://example.org/doubling\n  return { y: 2 * x };\n}\n```\n";

fn system() -> BTreeMap<String, Arc<Skill>> {
    let gain = OWN.replace("doubled", "gain").replace("Doubled", "Gain");
    load([("skills/gain.md", gain.as_bytes())]).skills
}

fn shipped() -> BTreeMap<String, Arc<ExecutableSkill>> {
    system().into_iter().filter_map(|(id, skill)| Some((id, skill.executable.clone()?))).collect()
}

fn workflow() -> Workflow {
    serde_json::from_value(json!({
        "workflowId": "pair", "name": "A pair",
        "nodes": [
            {"nodeId": "one", "skillId": "gain", "inputValues": {"x": 4}},
            {"nodeId": "two.b", "skillId": "doubled", "position": {"x": 320.0, "y": 8.0}}
        ],
        "edges": [{"source": "one", "sourceOutput": "y", "target": "two.b", "targetInput": "x"}]
    }))
    .unwrap()
}

fn link() -> Link {
    let available = load([("skills/doubled.md", OWN.as_bytes())]).skills;
    gather(&workflow(), Inputs::new(), &system(), &available).unwrap()
}

fn text_of(link: &Link) -> String {
    Packet::Plain(link.to_contents()).to_text()
}

fn open_text(text: &str) -> Result<Opened, LinkError> {
    match Packet::read(text)? {
        Packet::Plain(contents) => open(Link::from_contents(&contents)?, &[], &shipped()),
        Packet::Sealed(_) => Err(LinkError::Sealed),
    }
}

fn refusal(link: &Link) -> LinkError {
    open_text(&text_of(link)).unwrap_err()
}

#[test]
fn a_link_brings_what_the_system_has_not_and_is_reviewed() {
    let link = link();
    assert_eq!(link.skills.keys().collect::<Vec<_>>(), ["doubled"]);
    let opened = open_text(&text_of(&link)).unwrap();
    assert_eq!(opened.payload.workflow, workflow());
    let review = opened.review;
    assert_eq!((review.nodes.len(), review.wires), (2, 1));
    assert_eq!((review.skills[0].skill_id.as_str(), review.skills[0].origin), ("doubled", Origin::Link));
    assert!(review.skills[0].code.contains("return { y: 2 * x };"));
    assert_eq!(review.skills[1].origin, Origin::System);
    assert_eq!(review.addresses, ["https://example.org/doubling"]);
    assert!(review.findings.is_empty(), "{:?}", review.findings);
}

#[test]
fn what_is_inside_a_compound_travels_with_it() {
    let inside = json!({
        "nodes": [{"nodeId": "a", "skillId": "doubled"}, {"nodeId": "b", "skillId": "gain"}],
        "edges": [{"source": "a", "sourceOutput": "y", "target": "b", "targetInput": "x"}],
        "inputs": {"x": [{"node": "a", "port": "x"}]}, "outputs": {"y": {"node": "b", "port": "y"}}
    });
    let head =
        OWN.split("```").next().unwrap().replace("doubled", "pair").replace("type: javascript", "type: workflow");
    let pair = format!("{head}## Code\n\n```json\n{inside}\n```\n");
    let available = load([("skills/pair.md", pair.as_bytes()), ("skills/doubled.md", OWN.as_bytes())]).skills;
    let workflow: Workflow = serde_json::from_value(json!({
        "workflowId": "one", "name": "One", "nodes": [{"nodeId": "n", "skillId": "pair", "inputValues": {"x": 4}}], "edges": []
    }))
    .unwrap();
    let link = gather(&workflow, Inputs::new(), &system(), &available).unwrap();
    assert_eq!(link.skills.keys().collect::<Vec<_>>(), ["doubled", "pair"]);
    let opened = open_text(&text_of(&link)).unwrap();
    assert!(opened.review.findings.is_empty(), "{:?}", opened.review.findings);
    assert_eq!(opened.payload.skills.keys().collect::<Vec<_>>(), ["doubled", "gain", "pair"]);
    assert_eq!(opened.payload.graph().unwrap().skills().len(), 2);
    let mut without = link;
    without.skills.remove("doubled");
    assert!(matches!(refusal(&without), LinkError::UnknownSkills(ids) if ids == ["doubled"]));
}

#[test]
fn a_link_of_ten_nodes_is_under_two_kilobytes() {
    let mut workflow = Workflow { name: "Ten nodes in a row".into(), ..Workflow::default() };
    for index in 0..10 {
        workflow.nodes.push(Node {
            node_id: format!("signal-generator-{index}"),
            skill_id: ["signal-generator", "rc-lowpass", "fft-spectrum", "line-plot"][index % 4].into(),
            position: Some(Position { x: 352.0 * index as f64, y: 48.0 }),
            input_values: [("frequency".to_owned(), json!(1000 + 37 * index)), ("title".to_owned(), json!("Shown"))]
                .into(),
        });
        if index > 0 {
            workflow.edges.push(Edge {
                edge_id: None,
                source: format!("signal-generator-{}", index - 1),
                source_output: "signal".into(),
                target: format!("signal-generator-{index}"),
                target_input: "samples".into(),
            });
        }
    }
    let text = text_of(&Link { workflow, ..Link::default() });
    assert!(text.len() <= 1024, "{} characters", text.len());
    assert_eq!(Travels::of(text.len()), Travels::Link);
    assert_eq!((Travels::of(9_000), Travels::of(40_000)), (Travels::LongLink, Travels::File));
}

#[test]
fn cut_and_changed_links_say_so() {
    let text = text_of(&link());
    for length in 0..text.len() {
        let error = open_text(&text[..length]).unwrap_err();
        let told = matches!(error, LinkError::Truncated { .. } | LinkError::NotALink);
        assert!(told, "{length}: {error:?}");
    }
    let flipped = |place: usize| {
        let mut bytes = text.clone().into_bytes();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        String::from_utf8(bytes).unwrap()
    };
    for place in 0..text.len() {
        let Err(error) = open_text(&flipped(place)) else { panic!("sign {place} may be anything") };
        assert!(!error.to_string().is_empty() && !error.cure().is_empty());
    }
    assert_eq!(open_text(&flipped(20)), Err(LinkError::Damaged));
    assert_eq!(open_text("a b"), Err(LinkError::NotALink));
    assert_eq!(open_text(&"A".repeat(40_000)), Err(LinkError::TooLong(40_000)));
    let newer = format!("Ag{}", &text[2..]);
    assert_eq!(open_text(&newer), Err(LinkError::UnknownVersion(2)));
}

#[test]
fn a_bomb_is_not_unpacked() {
    let contents = compress_to_vec(&vec![b' '; 10_000_000], 9);
    let text = Packet::Plain(contents).to_text();
    assert!(text.len() < 14_000, "{}", text.len());
    assert_eq!(open_text(&text), Err(LinkError::Bomb(1_000_000)));
    // No more than this fits two kilobytes.
    let small = Packet::Plain(compress_to_vec(&vec![b' '; 1_400_000], 10)).to_text();
    assert!(small.len() < 2_000, "{}", small.len());
    assert_eq!(
        open_text(&small).unwrap_err().to_string(),
        "The link unpacks to more than 1 MB, which no workflow needs"
    );
}

#[test]
fn what_is_no_sound_workflow_is_refused_with_the_reason() {
    let refuse = |change: &dyn Fn(&mut Link)| {
        let mut link = link();
        change(&mut link);
        refusal(&link)
    };
    let circle = refuse(&|link| {
        let edge = Edge { source: "two.b".into(), target: "one".into(), ..link.workflow.edges[0].clone() };
        link.workflow.edges.push(edge);
    });
    assert!(matches!(&circle, LinkError::NotSound(why) if why.contains("circle")), "{circle:?}");
    let unknown = refuse(&|link| link.workflow.nodes[0].skill_id = "nobody".into());
    assert_eq!(unknown, LinkError::UnknownSkills(vec!["nobody".into()]));
    let shadows = refuse(&|link| {
        link.skills.insert("gain".into(), OWN.replace("doubled", "gain"));
    });
    assert_eq!(shadows, LinkError::Shadows("gain".into()));
    let unused = refuse(&|link| {
        link.skills.insert("idle".into(), OWN.replace("doubled", "idle"));
    });
    assert_eq!(unused, LinkError::UnusedSkill("idle".into()));
    let other_name = refuse(&|link| {
        link.skills.insert("doubled".into(), OWN.replace("doubled", "gain"));
    });
    assert!(matches!(other_name, LinkError::BadSkill { .. }), "{other_name:?}");
    let no_node = refuse(&|link| {
        link.inputs.insert("three".into(), BTreeMap::from([("x".into(), json!(1))]));
    });
    assert!(matches!(no_node, LinkError::BadInput(_)), "{no_node:?}");
    let bad_id = refuse(&|link| link.workflow.workflow_id = "a\nb".into());
    assert_eq!(bad_id, LinkError::BadId("workflow"));
}

#[test]
fn a_hundred_thousand_nodes_are_too_many() {
    let refused = |count: usize| {
        let nodes: Vec<Value> = (0..count).map(|index| json!({"nodeId": index.to_string(), "skillId": "g"})).collect();
        let json = json!({"workflow": {"nodes": nodes}}).to_string();
        Link::from_contents(&compress_to_vec(json.as_bytes(), 6)).unwrap_err()
    };
    assert_eq!(refused(6_000), LinkError::TooMany { what: "nodes", held: 6_000, most: 5_000 });
    assert_eq!(refused(100_000), LinkError::Bomb(1_000_000));
}

#[test]
fn script_stays_text() {
    let script = "<img src=x onerror=alert(1)><script>alert(1)</script>";
    let mut link = link();
    link.workflow.name = script.into();
    link.workflow.description = Some(script.into());
    link.skills.insert("doubled".into(), OWN.replace("Twice a number", &format!("'{script}'")));
    let opened = open_text(&text_of(&link)).unwrap();
    assert_eq!(opened.review.name, script);
    assert_eq!(opened.review.description, script);
    assert_eq!(opened.review.skills[0].description, script);
}

#[test]
fn a_sealed_link_tells_that_it_is_sealed() {
    let sealed = Sealed { salt: [7; 16], nonce: [9; 12], ciphertext: link().to_contents() };
    let text = Packet::Sealed(sealed.clone()).to_text();
    assert_eq!(Packet::read(&text), Ok(Packet::Sealed(sealed)));
    assert_eq!(open_text(&text), Err(LinkError::Sealed));
}

#[test]
fn an_address_gives_values_in_the_units_of_inputs() {
    let text = text_of(&link());
    let fragment = Fragment::read(&format!("#w={text}&in.one.x=4k7&view=app&embed")).unwrap().unwrap();
    assert!(fragment.app && fragment.embed);
    assert_eq!(fragment.link, text);
    assert_eq!(Fragment::read(&fragment.to_text()).unwrap().unwrap(), fragment);
    let opened = open(link(), &fragment.inputs, &shipped()).unwrap();
    assert_eq!(opened.payload.workflow.nodes[0].input_values["x"], json!(4700.0));
    let refused = |name: &str, value: &str| open(link(), &[(name.into(), value.into())], &shipped()).unwrap_err();
    assert_eq!(refused("one.x", "much").to_string(), "The link sets 'one.x', which takes number, to \"much\"");
    assert!(matches!(refused("one.z", "1"), LinkError::BadInput(_)));
    assert!(matches!(refused("six.x", "1"), LinkError::BadInput(_)));
    let dotted = open(link(), &[("two.b.x".into(), "3".into())], &shipped()).unwrap();
    assert_eq!(dotted.payload.workflow.nodes[1].input_values["x"], json!(3.0));
    assert_eq!(Fragment::read("#view=app"), None);
    assert!(matches!(Fragment::read("#w=%zz"), Some(Err(LinkError::NotALink))));
}

#[test]
fn a_copy_takes_nobodys_place() {
    let opened = open_text(&text_of(&link())).unwrap();
    let nothing = keep(&opened, |_| false, |_| Standing::Free);
    assert_eq!(nothing.workflow, workflow());
    assert_eq!(nothing.skills["doubled"], OWN);
    let theirs = |id: &str| if id == "doubled" { Standing::Taken("other".into()) } else { Standing::Free };
    let beside = keep(&opened, |id| id == "pair", theirs);
    assert_eq!(beside.workflow.workflow_id, "pair-2");
    assert_eq!(beside.workflow.nodes[1].skill_id, "doubled-2");
    assert!(beside.skills["doubled-2"].contains("skill_id: doubled-2"));
    let same = keep(&opened, |_| false, |_| Standing::Taken(OWN.into()));
    assert!(same.skills.is_empty());
    assert_eq!(same.workflow.nodes[1].skill_id, "doubled");
}

#[test]
fn own_skills_that_hide_one_of_the_system_do_not_travel() {
    let own = load([("skills/gain.md", OWN.replace("doubled", "gain").as_bytes())]).skills;
    let mut workflow = workflow();
    workflow.nodes.truncate(1);
    workflow.edges.clear();
    let refused = gather(&workflow, Inputs::new(), &system(), &own).unwrap_err();
    assert_eq!(refused, LinkError::Shadows("gain".into()));
}

prop_compose! {
    fn any_workflow()(
        name in ".{0,12}",
        description in proptest::option::of(".{0,20}"),
        places in proptest::collection::vec((-1000_i32..1000, -1000_i32..1000, proptest::option::of(any::<i32>()), ".{0,8}"), 1..8),
        wires in proptest::collection::vec((0_usize..8, 0_usize..8), 0..8),
    ) -> Workflow {
        let nodes: Vec<Node> = places.iter().enumerate().map(|(index, (x, y, value, text))| Node {
            node_id: format!("n{index}"),
            skill_id: "gain".into(),
            position: Some(Position { x: f64::from(*x) / 4.0, y: f64::from(*y) / 4.0 }),
            input_values: value.map(|value| (text.clone(), json!([value, text]))).into_iter().collect(),
        }).collect();
        let mut edges: Vec<Edge> = Vec::new();
        for (source, target) in wires {
            let is_new = edges.iter().all(|edge| edge.target != format!("n{target}"));
            if source < target && target < nodes.len() && is_new {
                edges.push(Edge { edge_id: None, source: format!("n{source}"), source_output: "y".into(), target: format!("n{target}"), target_input: "x".into() });
            }
        }
        Workflow { workflow_id: "any".into(), name, description, nodes, edges, ..Workflow::default() }
    }
}

proptest! {
    #[test]
    fn what_is_packed_is_unpacked(workflow in any_workflow()) {
        let link = Link { workflow, ..Link::default() };
        let Ok(Packet::Plain(contents)) = Packet::read(&text_of(&link)) else { panic!("a plain link") };
        prop_assert_eq!(Link::from_contents(&contents).unwrap(), link);
    }

    #[test]
    fn nothing_that_is_given_panics(text in ".{0,200}", signs in "[A-Za-z0-9_-]{0,300}", bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = open_text(&text);
        let _ = open_text(&signs);
        let _ = open_text(&format!("AQ{signs}"));
        let _ = Fragment::read(&text);
        let _ = Link::from_contents(&bytes);
        let _ = open_text(&Packet::Plain(bytes).to_text());
    }

    #[test]
    fn changed_contents_under_a_right_checksum_do_not_panic(places in proptest::collection::vec((0_usize..2000, any::<u8>()), 1..6)) {
        let mut json = serde_json::to_vec(&link()).unwrap();
        for (place, byte) in places {
            let length = json.len();
            json[place % length] = byte;
        }
        let _ = open_text(&Packet::Plain(compress_to_vec(&json, 6)).to_text());
    }
}
