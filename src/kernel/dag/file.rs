//! Workflows as files: Markdown that people read, with the JSON that is read back; or that JSON alone.
//!
//! The JSON counts. What stands before it is made from it each time, and never read.

use super::Workflow;
use crate::kernel::diagnostic::Diagnostic;

const FENCE: &str = "```";
const JSON_FENCE: &str = "```json";

impl Workflow {
    /// Reads a workflow's file, Markdown or JSON; one that cannot be read is told at its line.
    pub fn read(path: &str, bytes: &[u8]) -> Result<Self, Diagnostic> {
        let broken = |message: String, line: usize| {
            let line = u32::try_from(line).unwrap_or(u32::MAX);
            Diagnostic::error("broken_workflow", message).in_file(path).at_line(line)
        };
        if !path.ends_with(".md") {
            return serde_json::from_slice(bytes).map_err(|error| broken(error.to_string(), error.line()));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| broken("The file is not text".to_owned(), 1))?;
        let mut first_error = None;
        // Prose above may show JSON of its own.
        for (line, json) in json_blocks(text).into_iter().rev() {
            match serde_json::from_str(&json) {
                Ok(workflow) => return Ok(workflow),
                Err(error) => {
                    first_error.get_or_insert_with(|| broken(error.to_string(), line + error.line()));
                }
            }
        }
        Err(first_error.unwrap_or_else(|| {
            broken(format!("The file holds no workflow: no block opens with {JSON_FENCE}"), 1)
                .hint("The last block of the file holds the workflow as JSON")
        }))
    }

    /// The workflow as JSON, indented.
    pub fn to_json_text(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("a workflow serialises");
        format!("{text}\n")
    }

    /// The workflow as Markdown: front matter, nodes, connections, the JSON.
    pub fn to_markdown(&self) -> String {
        let mut text = String::from("---\n");
        let mut field = |name: &str, value: &str| {
            // JSON's quotes are YAML's.
            let quoted = serde_json::to_string(value).expect("text serialises");
            text.push_str(&format!("{name}: {quoted}\n"));
        };
        field("workflow_id", &self.workflow_id);
        field("name", &self.name);
        if let Some(description) = &self.description {
            field("description", description);
        }
        let title = if self.name.is_empty() { &self.workflow_id } else { &self.name };
        text.push_str(&format!("---\n\n# {}\n", plain(title)));
        if let Some(description) = self.description.as_deref().filter(|text| !text.trim().is_empty()) {
            text.push_str(&format!("\n{}\n", plain(description)));
        }
        text.push_str("\n## Nodes\n\n");
        for node in &self.nodes {
            text.push_str(&format!("- {} runs {}", code(&node.node_id), code(&node.skill_id)));
            let values = node.input_values.iter().map(|(input, value)| format!("{} = {}", code(input), shown(value)));
            let values: Vec<String> = values.collect();
            if !values.is_empty() {
                text.push_str(&format!(" with {}", values.join(", ")));
            }
            text.push('\n');
        }
        text.push_str("\n## Connections\n\n");
        for edge in &self.edges {
            let end = |node: &str, port: &str| code(&format!("{node}.{port}"));
            let (from, to) = (end(&edge.source, &edge.source_output), end(&edge.target, &edge.target_input));
            text.push_str(&format!("- {from} → {to}\n"));
        }
        text.push_str("\n## Workflow\n\nThis is what is read; what stands above is made from it.\n\n");
        text.push_str(&format!("{JSON_FENCE}\n{}{FENCE}\n", self.to_json_text()));
        text
    }

    /// The workflow as a file of this path has it.
    pub fn to_file(&self, path: &str) -> String {
        if path.ends_with(".md") { self.to_markdown() } else { self.to_json_text() }
    }
}

/// Each block of JSON with the line before it, from 0. A line of JSON never is a fence.
fn json_blocks(text: &str) -> Vec<(usize, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (index, line) in text.lines().enumerate() {
        match &mut open {
            _ if line.trim_end() == JSON_FENCE => open = Some((index + 1, String::new())),
            Some(_) if line.trim_end() == FENCE => blocks.extend(open.take()),
            Some((_, json)) => {
                json.push_str(line);
                json.push('\n');
            }
            None => {}
        }
    }
    blocks
}

/// Text that opens no block and breaks no line of its own.
fn plain(text: &str) -> String {
    let lines = text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ").replace(FENCE, "'''").replace("~~~", "---")
}

/// Text between backticks.
fn code(text: &str) -> String {
    let text: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    format!("`{}`", text.replace('`', "'"))
}

/// A value in one short line.
fn shown(value: &serde_json::Value) -> String {
    const LONGEST: usize = 60;
    let text = value.to_string();
    let short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() { code(&format!("{short}…")) } else { code(&text) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::kernel::dag::{Edge, Node, Position};

    fn workflow() -> Workflow {
        serde_json::from_value(json!({
            "workflowId": "rc", "name": "RC: \"measured\"", "description": "Over two\nlines, with ```json in it",
            "nodes": [
                {"nodeId": "filter", "skillId": "rc-lowpass", "inputValues": {"r": 1000, "note": "a`b"}},
                {"nodeId": "plot", "skillId": "line-plot", "position": {"x": 320.0, "y": 8.0}}
            ],
            "edges": [{"source": "filter", "sourceOutput": "gain", "target": "plot", "targetInput": "y"}],
            "metadata": {"notes": [{"text": "```\nnot the end"}]}
        }))
        .unwrap()
    }

    #[test]
    fn markdown_is_read_by_people_and_read_back() {
        let text = workflow().to_markdown();
        let head = text.split("## Workflow").next().unwrap();
        expect_test::expect![[r#"
            ---
            workflow_id: "rc"
            name: "RC: \"measured\""
            description: "Over two\nlines, with ```json in it"
            ---

            # RC: "measured"

            Over two lines, with '''json in it

            ## Nodes

            - `filter` runs `rc-lowpass` with `note` = `"a'b"`, `r` = `1000`
            - `plot` runs `line-plot`

            ## Connections

            - `filter.gain` → `plot.y`

        "#]]
        .assert_eq(head);
        assert_eq!(Workflow::read("workflows/rc.md", text.as_bytes()).unwrap(), workflow());
        let windows = text.replace('\n', "\r\n");
        assert_eq!(Workflow::read("workflows/rc.md", windows.as_bytes()).unwrap(), workflow());
        let json = workflow().to_file("workflows/rc.json");
        assert_eq!(Workflow::read("workflows/rc.json", json.as_bytes()).unwrap(), workflow());
    }

    #[test]
    fn what_is_wrong_is_told_at_its_line() {
        let broken = workflow().to_markdown().replace("\"nodeId\": \"plot\"", "\"nodeId\": plot");
        let line = broken.lines().position(|line| line.contains("nodeId\": plot")).unwrap() + 1;
        let finding = Workflow::read("workflows/rc.md", broken.as_bytes()).unwrap_err();
        assert_eq!(finding.place.line, Some(u32::try_from(line).unwrap()));
        let finding = Workflow::read("workflows/rc.md", b"# Nothing").unwrap_err();
        assert!(finding.message.contains("no workflow"), "{finding}");
    }

    proptest! {
        #[test]
        fn every_workflow_survives_its_file(
            name in "(.|\n|```json|\\{|---){0,12}",
            description in proptest::option::of("(.|\n|```json\n|```\n|\\{\\}){0,20}"),
            nodes in proptest::collection::vec(("(.|\n|`){1,8}", ".{1,8}", proptest::option::of("(.|\n|```){0,9}"), any::<i16>()), 0..6),
        ) {
            let edges = nodes.windows(2).map(|pair| Edge {
                edge_id: None,
                source: pair[0].0.clone(),
                source_output: pair[0].1.clone(),
                target: pair[1].0.clone(),
                target_input: "in\n```".into(),
            });
            let workflow = Workflow {
                workflow_id: "w".into(),
                name,
                description,
                edges: edges.collect(),
                nodes: nodes.iter().map(|(node_id, skill_id, value, x)| Node {
                    node_id: node_id.clone(),
                    skill_id: skill_id.clone(),
                    position: Some(Position { x: f64::from(*x) / 8.0, y: 0.5 }),
                    input_values: value.iter().map(|value| (value.clone(), json!({ "v": value }))).collect(),
                }).collect(),
                ..Workflow::default()
            };
            for path in ["workflows/w.md", "workflows/w.json"] {
                prop_assert_eq!(&Workflow::read(path, workflow.to_file(path).as_bytes()).unwrap(), &workflow);
            }
        }

        #[test]
        fn no_file_panics(text in "(.|\n|```json\n|```\n|\\{|\\}|\"){0,60}") {
            let _ = Workflow::read("workflows/w.md", text.as_bytes());
        }
    }
}
