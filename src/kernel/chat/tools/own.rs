//! The workbench's own tools.

use serde_json::json;

use super::{Tool, ToolKind};
use crate::kernel::context::ACTIVATE_SKILL;

/// Finds skills.
pub const SEARCH_SKILLS: &str = "search_skills";
/// Proposes a workflow.
pub const CREATE_WORKFLOW: &str = "create_workflow";
/// Runs a saved workflow.
pub const RUN_WORKFLOW: &str = "run_workflow";
/// Reads a file.
pub const READ_FILE: &str = "read_file";
/// Lists files.
pub const LIST_FILES: &str = "list_files";

/// All of them, in the order in which they are shown.
#[must_use]
pub fn own_tools() -> Vec<Tool> {
    let text = |description: &str| json!({ "type": "string", "description": description });
    vec![
        tool(
            SEARCH_SKILLS,
            "Search the skills",
            ToolKind::Skills,
            "Finds skills by words. A skill that runs becomes a function that you can call from then on; one that guides can be read with activate_skill.",
            json!({ "query": text("What it should help with") }),
            &["query"],
        ),
        tool(
            ACTIVATE_SKILL,
            "Read a skill",
            ToolKind::Skills,
            "Gives the whole text of a skill that you know by its id. Read a skill before you follow it.",
            json!({ "name": text("The id of the skill") }),
            &["name"],
        ),
        tool(
            CREATE_WORKFLOW,
            "Propose a workflow",
            ToolKind::Change,
            "Proposes a workflow of skills that run, wired output to input. It is checked first; the person then places it on the canvas or declines. Search the skills first to learn their ports.",
            json!({
                "name": text("What to call it"),
                "description": text("What it is for, in a sentence"),
                "nodes": {
                    "type": "array",
                    "description": "The steps",
                    "items": {
                        "type": "object",
                        "properties": {
                            "node_id": text("Unique in the workflow"),
                            "skill_id": text("The id of a skill that runs"),
                            "input_values": { "type": "object", "description": "Values of inputs that no wire feeds" },
                        },
                        "required": ["node_id", "skill_id"],
                        "additionalProperties": false,
                    },
                },
                "edges": {
                    "type": "array",
                    "description": "The wires",
                    "items": {
                        "type": "object",
                        "properties": {
                            "source": text("The node that gives"),
                            "source_output": text("Its output"),
                            "target": text("The node that takes"),
                            "target_input": text("Its input"),
                        },
                        "required": ["source", "source_output", "target", "target_input"],
                        "additionalProperties": false,
                    },
                },
            }),
            &["name", "nodes", "edges"],
        ),
        tool(
            RUN_WORKFLOW,
            "Run a workflow",
            ToolKind::Run,
            "Runs a saved workflow in the browser's sandbox and gives its outputs in short.",
            json!({ "workflow_id": text("The id of a saved workflow") }),
            &["workflow_id"],
        ),
        tool(
            LIST_FILES,
            "List files",
            ToolKind::List,
            "Lists the files of a folder of a volume.",
            json!({
                "volume": text("Such as 'system' or 'user/me'; the person's own if left out"),
                "folder": text("Such as 'skills'; the whole volume if left out"),
            }),
            &[],
        ),
        tool(
            READ_FILE,
            "Read a file",
            ToolKind::Read,
            "Gives the text of a file of a volume.",
            json!({
                "volume": text("Such as 'system' or 'user/me'; the person's own if left out"),
                "path": text("Such as 'memory/notes.md'"),
            }),
            &["path"],
        ),
    ]
}

fn tool(
    name: &str,
    title: &str,
    kind: ToolKind,
    description: &str,
    properties: serde_json::Value,
    required: &[&str],
) -> Tool {
    Tool {
        name: name.to_owned(),
        title: title.to_owned(),
        description: description.to_owned(),
        kind,
        parameters: json!({
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        }),
        skill_id: None,
    }
}
