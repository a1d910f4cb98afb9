//! The calls, against a small catalogue: what each answers, and what each refuses.

use serde_json::{Value, json};

use super::{Catalogue, Request, Response, answer};
use crate::kernel::dag::Workflow;
use crate::kernel::skill;

const DOUBLE: &str = "---
skill_id: double
name: Double
description: Twice the number
type: javascript
category: mathematics
tags: [arithmetic]
inputs:
  - {name: x, type: number, description: The number}
outputs:
  - {name: y, type: number, description: Twice it}
---
## Code
```javascript
function execute({x}) { return {y: 2 * x}; }
```
";

const REVIEW: &str = "---
name: Code review
category: coding
description: How to review a change
keywords: [review, diff]
---
# Skill: Code review
";

fn catalogue() -> Catalogue {
    let library = skill::load([("skills/double.md", DOUBLE.as_bytes()), ("skills/code-review.md", REVIEW.as_bytes())]);
    let workflow = json!({ "workflowId": "saved", "name": "Saved", "nodes": [{ "nodeId": "a", "skillId": "double", "inputValues": { "x": 1 } }] });
    let workflow: Workflow = serde_json::from_value(workflow).expect("a workflow");
    Catalogue { library, workflows: [("saved".to_owned(), workflow)].into() }
}

fn call(method: &str, path: &str, body: Option<Value>) -> Response {
    answer(&Request::new(method, path, body.map(|body| body.to_string())), &catalogue())
}

fn get(path: &str) -> Value {
    let response = call("GET", path, None);
    assert_eq!(response.status, 200, "{path}: {}", response.body);
    response.body
}

/// Calls, expects a refusal with this status and code, and gives its detail.
fn refused(method: &str, path: &str, body: Option<Value>, status: u16, code: &str) -> String {
    let response = call(method, path, body);
    assert_eq!(
        (response.status, response.body["error"]["code"].as_str()),
        (status, Some(code)),
        "{path}: {}",
        response.body
    );
    assert!(response.body["error"]["message"].as_str().is_some_and(|message| !message.is_empty()));
    response.body["error"]["detail"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn lists_are_filtered_and_paged() {
    for (path, ids) in [
        ("/skills", vec!["code-review", "double"]),
        ("/skills?limit=1", vec!["code-review"]),
        ("/skills?limit=1&offset=1", vec!["double"]),
        ("/skills?category=mathematics", vec!["double"]),
        ("/skills?query=REVIEW+diff", vec!["code-review"]),
        ("/skills?query=twice%20number", vec!["double"]),
        ("/skills?volume=user/alice", vec![]),
        ("/skills?query=nothing-like-it", vec![]),
    ] {
        let found = get(path);
        let listed: Vec<&str> =
            found["skills"].as_array().expect("rows").iter().filter_map(|row| row["skill_id"].as_str()).collect();
        assert_eq!(listed, ids, "{path}");
    }
    assert_eq!(get("/skills?limit=1")["total"], 2);
    refused("GET", "/skills?limit=many", None, 400, "malformed_request");
}

#[test]
fn a_skill_comes_with_its_source() {
    let skill = get("/skills/double");
    assert_eq!(skill["executable"], true);
    assert_eq!(skill["source"], DOUBLE);
    assert_eq!(skill["frontmatter"]["inputs"][0]["name"], "x");
    assert!(skill["content"].as_str().is_some_and(|content| content.contains("## Code")));
    refused("GET", "/skills/triple", None, 404, "not_found");
}

#[test]
fn executable_skills_come_without_code() {
    let listed = get("/workflows/skills/executable");
    assert_eq!(listed["total"], 1);
    assert_eq!(listed["skills"][0]["skillId"], "double");
    assert_eq!(listed["skills"][0].get("code"), None);
    assert_eq!(get("/workflows/categories"), json!({ "categories": [{ "name": "mathematics", "skills": 1 }] }));
}

#[test]
fn a_payload_holds_the_graph_and_its_skills() {
    let nodes = json!([{ "nodeId": "a", "skillId": "double", "inputValues": { "x": 1 } }, { "nodeId": "b", "skillId": "double" }]);
    let edges = json!([{ "source": "a", "sourceOutput": "y", "target": "b", "targetInput": "x" }]);
    let response = call("POST", "/workflows/execute", Some(json!({ "nodes": nodes, "edges": edges })));
    assert_eq!((response.status, response.body["status"].as_str()), (200, Some("ready")));
    assert_eq!(response.body["payload"]["skills"]["double"]["language"], "javascript");
    let saved = call("POST", "/workflows/execute", Some(json!({ "workflow_id": "saved" })));
    assert_eq!(saved.body["payload"]["workflow"]["name"], "Saved");
}

#[test]
fn what_cannot_run_is_refused_with_its_place() {
    let execute = |body: Value, status, code| refused("POST", "/workflows/execute", Some(body), status, code);
    let node = |id: &str| json!({ "nodeId": id, "skillId": "double" });
    let edge = |source: &str, target: &str| json!({ "source": source, "sourceOutput": "y", "target": target, "targetInput": "x" });

    let cycle =
        execute(json!({ "nodes": [node("a"), node("b")], "edges": [edge("a", "b"), edge("b", "a")] }), 422, "cycle");
    assert!(cycle.contains("a → b → a"), "{cycle}");
    let missing = execute(json!({ "nodes": [node("a")] }), 422, "missing_input");
    assert!(missing.contains("a.x"), "{missing}");
    let unknown = execute(json!({ "nodes": [{ "nodeId": "a", "skillId": "duble" }] }), 422, "unknown_skill");
    assert!(unknown.contains("duble"), "{unknown}");
    execute(json!({ "workflow_id": "lost" }), 404, "not_found");
    execute(json!({}), 400, "malformed_request");
    refused("POST", "/workflows/execute", None, 400, "malformed_request");
    let calls = refused("DELETE", "/everything", None, 404, "not_found");
    assert!(calls.contains("GET /skills"), "{calls}");
}

#[test]
fn paths_are_decoded() {
    let request = Request::new("get", "/skills/a%20b%2Fc?query=100%25&empty=#fragment", None);
    assert_eq!(request.segments, ["skills", "a b/c"]);
    assert_eq!(request.method, "GET");
    assert_eq!(request.parameter("query"), Some("100%"));
    assert_eq!(request.parameter("empty"), None);
}
