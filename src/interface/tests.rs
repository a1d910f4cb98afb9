//! The calls, against the volumes of a small device: what each answers, and what each refuses.

mod remotes;

use serde_json::{Value, json};

use super::{Body, Request, Response, answer};
use crate::kernel::manager::{MemoryStorage, Now, ShippedFile, ShippedLibrary, VolumeManager};

/// A skill that runs.
pub(super) const DOUBLE: &str = "---
skill_id: double
name: Double
description: Twice the number
type: javascript
category: mathematics
tags: [arithmetic, twice]
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

/// A skill that guides.
pub(super) const REVIEW: &str = "---
name: Code review
category: coding
description: How to review a change
keywords: [review, diff]
---
# Skill: Code review

Read the diff to its end.
";

/// A device at its first start, whose library holds two skills and a workflow.
pub(super) struct Device {
    manager: VolumeManager<MemoryStorage>,
}

impl Device {
    pub(super) fn new() -> Self {
        let file = |path: &str, text: &str| ShippedFile { path: path.to_owned(), text: text.to_owned() };
        let workflow = json!({ "workflowId": "saved", "name": "Saved", "nodes": [{ "nodeId": "a", "skillId": "double", "inputValues": { "x": 1 } }] });
        let files = vec![
            file("skills/double.md", DOUBLE),
            file("skills/code-review.md", REVIEW),
            file("workflows/saved.json", &workflow.to_string()),
        ];
        let library = ShippedLibrary { digest: "1".to_owned(), files };
        let device =
            Self { manager: pollster::block_on(VolumeManager::open(MemoryStorage::default())).expect("memory opens") };
        pollster::block_on(device.manager.seed(&library, NOW)).expect("the library fits");
        device
    }

    pub(super) fn call(&self, method: &str, path: &str, body: Option<Value>) -> Response {
        self.send(method, path, Body::from(body.map(|body| body.to_string())))
    }

    pub(super) fn send(&self, method: &str, path: &str, body: Body) -> Response {
        pollster::block_on(answer(&Request::new(method, path, body), &self.manager, NOW))
    }

    /// Calls, expects success, and gives the body.
    pub(super) fn done(&self, method: &str, path: &str, body: Value) -> Value {
        let response = self.call(method, path, (!body.is_null()).then_some(body));
        assert!((200..300).contains(&response.status), "{method} {path}: {}", response.body);
        response.body
    }

    /// Calls, expects a refusal with this status, and gives its message.
    pub(super) fn refused(&self, method: &str, path: &str, body: Value, status: u16) -> String {
        let response = self.call(method, path, (!body.is_null()).then_some(body));
        assert_eq!(response.status, status, "{method} {path}: {}", response.body);
        response.body["error"]["message"].as_str().expect("a message").to_owned()
    }
}

const NOW: Now = Now { timestamp_s: 1_790_000_000, offset_min: 60 };

fn call(method: &str, path: &str, body: Option<Value>) -> Response {
    Device::new().call(method, path, body)
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
        ("/skills?volume=user/me", vec![]),
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

#[test]
fn a_skill_is_made_changed_and_deleted_and_nothing_is_lost() {
    let device = Device::new();
    let new = json!({ "skill_id": "tea", "name": "Tea: \"green\"", "category": "kitchen", "description": "How to brew", "content": "# Tea\n80 °C", "keywords": ["tea"] });
    let made = device.done("POST", "/skills", new.clone());
    assert_eq!((&made["skill_id"], &made["volume"]), (&json!("tea"), &json!("user/me")));
    assert!(device.refused("POST", "/skills", new, 409).contains("already"));
    let skill = device.done("GET", "/skills/tea", Value::Null);
    assert_eq!(skill["name"], "Tea: \"green\"");

    let source = skill["source"].as_str().expect("text").replace("80", "75");
    device.done("PUT", "/skills/tea", json!({ "source": source, "message": "Cooler" }));
    let wrong = device.refused(
        "PUT",
        "/skills/tea",
        json!({ "source": source.replace("skill_id: \"tea\"", "skill_id: coffee") }),
        422,
    );
    assert!(wrong.contains("coffee"), "{wrong}");
    device.refused("PUT", "/skills/tea", json!({ "source": "---\nname: [\n---\n" }), 422);

    let history = device.done("GET", "/volumes/history?path=skills/tea.md", Value::Null);
    let messages: Vec<&str> =
        history["commits"].as_array().expect("rows").iter().filter_map(|row| row["message"].as_str()).collect();
    assert_eq!(messages, ["Cooler", "Create skill: Tea: \"green\""]);
    let cooler = history["commits"][0]["oid"].as_str().expect("an id");
    let shown = device.done("GET", &format!("/volumes/commit?commit={cooler}"), Value::Null);
    let file = &shown["files"][0];
    assert_eq!(
        (&file["path"], &file["additions"], &file["deletions"]),
        (&json!("skills/tea.md"), &json!(1), &json!(1))
    );

    device.done("POST", "/volumes/revert", json!({ "commit": cooler }));
    assert!(device.done("GET", "/skills/tea", Value::Null)["content"].as_str().expect("text").contains("80"));
    device.done("DELETE", "/skills/tea", Value::Null);
    device.refused("GET", "/skills/tea", Value::Null, 404);
    device.done("POST", "/volumes/restore", json!({ "path": "skills/tea.md", "commit": cooler }));
    assert!(device.done("GET", "/skills/tea", Value::Null)["content"].as_str().expect("text").contains("75"));
}

#[test]
fn files_are_listed_read_saved_moved_and_deleted() {
    let device = Device::new();
    let made = device.done("PUT", "/volumes/file?path=memory/notes%20of%20today.md", json!({ "content": "one" }));
    let file = "/volumes/file?path=memory/notes%20of%20today.md";
    assert_eq!(device.call("GET", file, None).bytes.as_deref(), Some(b"one".as_slice()));
    let root = device.done("GET", "/volumes/tree", Value::Null);
    let names: Vec<&str> =
        root["entries"].as_array().expect("rows").iter().filter_map(|row| row["name"].as_str()).collect();
    assert_eq!(names, ["memory", "metadata.json"]);

    device.done("PUT", file, json!({ "content": "two", "expected_oid": made["oid"] }));
    let stale = device.refused("PUT", file, json!({ "content": "three", "expected_oid": made["oid"] }), 409);
    assert!(stale.contains("changed since"), "{stale}");
    device.refused("PUT", "/volumes/file?path=../x", json!({ "content": "x" }), 422);
    device.refused("PUT", "/volumes/file?volume=team/none&path=x", json!({ "content": "x" }), 404);

    device.done("POST", "/volumes/move", json!({ "from": "memory", "to": "archive" }));
    device.refused("GET", file, Value::Null, 404);
    assert_eq!(
        device.call("GET", "/volumes/file?path=archive/notes%20of%20today.md", None).bytes.as_deref(),
        Some(b"two".as_slice())
    );
    let commit = made["commit"].as_str().expect("an id");
    assert_eq!(device.call("GET", &format!("{file}&ref={commit}"), None).bytes.as_deref(), Some(b"one".as_slice()));
    device.done("DELETE", "/volumes/file?path=archive", json!({ "message": "Tidy" }));
    device.refused("GET", "/volumes/tree?path=archive", Value::Null, 404);
}

#[test]
fn many_files_are_saved_as_one_commit_or_not_at_all() {
    let device = Device::new();
    let file = |path: &str, content: &str| json!({ "path": path, "content": content });
    let saved = device.done(
        "PUT",
        "/volumes/files",
        json!({ "files": [file("memory/b.md", "b"), file("memory/deep/a.md", "a")], "message": "Two at once" }),
    );
    device.refused("PUT", "/volumes/files", json!({ "files": [file("memory/c.md", "c"), file("../x", "x")] }), 422);
    let commits = device.done("GET", "/volumes/history", Value::Null)["commits"].clone();
    assert_eq!((&commits[0]["oid"], &commits[0]["message"]), (&saved["commit"], &json!("Two at once")));
    assert_eq!(commits[0]["paths"], json!(["memory/b.md", "memory/deep/a.md"]));
    assert_eq!(commits[1]["paths"], json!(["metadata.json"]));
    let paths = |query: &str| -> Vec<String> {
        let listed = device.done("GET", &format!("/volumes/files{query}"), Value::Null);
        let path = |row: &Value| row["path"].as_str().expect("a path").to_owned();
        listed["files"].as_array().expect("rows").iter().map(path).collect()
    };
    assert_eq!(paths(""), ["memory/b.md", "memory/deep/a.md", "metadata.json"]);
    assert_eq!(paths("?path=memory/deep"), ["memory/deep/a.md"]);
    assert_eq!(paths(&format!("?ref={}", commits[1]["oid"].as_str().expect("an id"))), ["metadata.json"]);
}

#[test]
fn a_skill_goes_from_a_person_to_their_team() {
    let device = Device::new();
    device.done("POST", "/teams", json!({ "team_id": "acme", "name": "Acme" }));
    device.done("POST", "/profiles", json!({ "user_id": "bob", "display_name": "Bob" }));
    device.done("POST", "/teams/acme/members", json!({ "user_id": "bob" }));
    device.done("POST", "/profiles/switch", json!({ "user_id": "bob" }));
    device.done("POST", "/skills", json!({ "skill_id": "tea", "content": "80 degrees" }));
    let promoted = device.done("POST", "/skills/promote", json!({ "skill_id": "tea", "reason": "Good for all" }));
    assert_eq!((&promoted["from"], &promoted["to"]), (&json!("user/bob"), &json!("team/acme")));
    let history = device.done("GET", "/volumes/history?volume=team/acme&limit=1", Value::Null);
    assert_eq!(history["commits"][0]["message"], "Promote 'tea' from user:bob - Reason: Good for all");
    assert_eq!(history["commits"][0]["author"], "Bob");

    device.refused("POST", "/skills/promote", json!({ "skill_id": "tea", "to": "system" }), 403);
    device.refused("PUT", "/skills/tea?volume=team/acme", json!({ "source": "x" }), 403);
    let source = device.done("GET", "/skills/tea", Value::Null)["source"].as_str().expect("text").replace("80", "75");
    device.done("PUT", "/skills/tea", json!({ "source": source }));
    // To add is to promote, to replace is to write, which a member may not.
    device.refused("POST", "/skills/promote", json!({ "skill_id": "tea", "reason": "Better" }), 403);
    let found = device.done("GET", "/skills/tea", Value::Null);
    assert_eq!((&found["volume"], &found["shadows"]), (&json!("user/bob"), &json!(["team/acme"])));
}

#[test]
fn the_history_is_an_audit() {
    let device = Device::new();
    device.done("POST", "/skills", json!({ "skill_id": "tea", "content": "x" }));
    device.done("PUT", "/volumes/file?path=memory/a.md", json!({ "content": "x", "message": "Remember" }));
    for (filter, messages) in [
        ("text=remember", vec!["Remember"]),
        ("kind=skill", vec!["Create skill: tea"]),
        ("author=nobody", vec![]),
        ("since=1790000001", vec![]),
        ("limit=1", vec!["Remember"]),
        ("limit=1&offset=1", vec!["Create skill: tea"]),
    ] {
        let found = device.done("GET", &format!("/volumes/history?{filter}"), Value::Null);
        let listed: Vec<&str> =
            found["commits"].as_array().expect("rows").iter().filter_map(|row| row["message"].as_str()).collect();
        assert_eq!(listed, messages, "{filter}");
    }
    let short = device.done("GET", "/volumes/history?paths=false&limit=1", Value::Null);
    assert_eq!((&short["commits"][0]["message"], &short["commits"][0]["paths"]), (&json!("Remember"), &Value::Null));
    device.refused("GET", "/volumes/history?kind=nonsense", Value::Null, 400);
    device.refused("GET", "/volumes/commit?commit=12", Value::Null, 404);
    let stats = device.done("GET", "/volumes/stats", Value::Null);
    assert_eq!(stats["volumes"][0]["volume"], "user/me");
    assert_eq!(stats["volumes"][1]["skills"], 2);
}

#[test]
fn a_workflow_is_saved_and_opened() {
    let device = Device::new();
    let nodes = json!([{ "nodeId": "a", "skillId": "double", "inputValues": { "x": 2 } }]);
    device.done(
        "POST",
        "/workflows/save",
        json!({ "workflow_id": "mine", "name": "Mine", "nodes": nodes, "edges": [] }),
    );
    let listed = device.done("GET", "/workflows", Value::Null);
    let ids: Vec<&str> =
        listed["workflows"].as_array().expect("rows").iter().filter_map(|row| row["workflow_id"].as_str()).collect();
    assert_eq!(ids, ["mine", "saved"]);
    assert_eq!(device.done("GET", "/workflows/mine", Value::Null)["nodes"][0]["inputValues"]["x"], 2);
    assert_eq!(device.done("POST", "/workflows/execute", json!({ "workflow_id": "mine" }))["status"], "ready");
    device.done("DELETE", "/workflows/mine", Value::Null);
    device.refused("GET", "/workflows/mine", Value::Null, 404);
}

#[test]
fn a_person_chooses_the_team_that_is_meant_where_none_is_named() {
    let device = Device::new();
    for team in ["acme", "zoo"] {
        device.done("POST", "/teams", json!({ "team_id": team, "name": team }));
    }
    let current = |answer: &Value| answer["current"]["team_id"].clone();
    assert_eq!(current(&device.done("GET", "/profiles", Value::Null)), "acme");
    let switched = device.done("POST", "/profiles/switch", json!({ "user_id": "me", "team_id": "zoo" }));
    assert_eq!(current(&switched), "zoo");
    device.refused("POST", "/profiles/switch", json!({ "user_id": "me", "team_id": "nobodys" }), 404);
    device.done("POST", "/skills", json!({ "skill_id": "tea", "description": "Brewing", "content": "80 degrees" }));
    let promoted = device.done("POST", "/skills/promote", json!({ "skill_id": "tea", "reason": "Good for all" }));
    assert_eq!(promoted["to"], "team/zoo");
}

#[test]
fn a_proposal_is_made_discussed_and_merged() {
    let device = Device::new();
    device.done("POST", "/teams", json!({ "team_id": "acme", "name": "Acme" }));
    device.done("POST", "/profiles", json!({ "user_id": "bob", "display_name": "Bob" }));
    device.done("POST", "/teams/acme/members", json!({ "user_id": "bob" }));
    device.done("POST", "/profiles/switch", json!({ "user_id": "bob" }));
    device.done("POST", "/skills", json!({ "skill_id": "tea", "description": "Brewing", "content": "80 degrees" }));
    let made = device.done("POST", "/proposals", json!({ "skill_id": "tea", "to": "team", "reason": "Good for all" }));
    let id = made["proposal_id"].as_str().expect("an id").to_owned();
    assert_eq!(id, "team/acme:pr/bob/tea");
    assert_eq!((&made["state"], &made["may_merge"], &made["author"]), (&json!("open"), &json!(false), &json!("Bob")));
    assert_eq!(made["files"][0]["status"], "added");
    device.refused("POST", "/proposals", json!({ "skill_id": "tea" }), 409);

    let path = format!("/proposals/{}", id.replace('/', "%2F").replace(':', "%3A"));
    device.refused("POST", &format!("{path}/merge"), Value::Null, 403);
    device.done("POST", &format!("{path}/comments"), json!({ "text": "Please look" }));
    device.done("POST", "/profiles/switch", json!({ "user_id": "me" }));
    device.done("POST", &format!("{path}/comments"), json!({ "text": "Fine" }));
    let open = device.done("GET", "/proposals?state=open", Value::Null);
    let shown = &open["proposals"][0];
    assert_eq!(shown["may_merge"], true, "{shown}");
    let said: Vec<&str> =
        shown["comments"].as_array().expect("rows").iter().filter_map(|row| row["text"].as_str()).collect();
    assert_eq!(said, ["Please look", "Fine"]);
    assert!(shown["checks"].as_array().expect("rows").iter().all(|check| check["passed"] == true), "{shown}");

    device.done("POST", &format!("{path}/merge"), Value::Null);
    assert_eq!(device.done("GET", "/skills/tea", Value::Null)["volume"], "team/acme");
    let merged = device.done("GET", "/proposals?volume=team/acme", Value::Null);
    assert_eq!((&merged["proposals"][0]["state"], &merged["total"]), (&json!("merged"), &json!(1)));
    device.refused("POST", &format!("{path}/close"), Value::Null, 409);
    device.refused("POST", "/proposals/team%2Facme%3Apr%2Fbob%2Fcoffee/close", Value::Null, 404);
}

#[test]
fn a_proposal_is_closed_by_who_made_it_and_made_again() {
    let device = Device::new();
    device.done("POST", "/skills", json!({ "skill_id": "tea", "description": "Brewing", "content": "80 degrees" }));
    let made = device.done("POST", "/proposals", json!({ "skill_id": "tea", "to": "system", "reason": "x" }));
    assert_eq!(made["proposal_id"], "system:pr/me/tea");
    device.done("POST", "/proposals/system%3Apr%2Fme%2Ftea/close", json!({ "reason": "Not yet" }));
    assert_eq!(device.done("GET", "/proposals?state=closed", Value::Null)["total"], 1);
    assert_eq!(device.done("GET", "/proposals?state=open", Value::Null)["total"], 0);
    device.done("POST", "/proposals", json!({ "skill_id": "tea", "to": "system", "reason": "Now" }));
    assert_eq!(device.done("GET", "/proposals?state=open", Value::Null)["proposals"][0]["reason"], "Now");
}

#[test]
fn traces_are_kept_listed_and_rated() {
    let device = Device::new();
    let trace = |goal: &str, at: i64| {
        let body = json!({ "kind": "chat", "goal": goal, "content": "# Why\n42", "started_at": at, "duration_ms": 12, "skills_used": ["double"] });
        device.done("POST", "/traces", body)["trace_id"].as_str().expect("an id").to_owned()
    };
    let first = trace("First", 1_789_900_000);
    let second = trace("Second", 1_790_000_000);
    let listed = device.done("GET", "/traces?limit=1", Value::Null);
    assert_eq!((&listed["total"], &listed["traces"][0]["trace_id"]), (&json!(2), &json!(second)));
    assert_eq!(device.done("GET", "/traces?kind=workflow", Value::Null)["total"], 0);
    device.done("POST", &format!("/traces/{first}/rating"), json!({ "success_rating": 0.5 }));
    let rated = device.done("GET", &format!("/traces/{first}"), Value::Null);
    assert_eq!(
        (&rated["success_rating"], &rated["content"], &rated["goal"]),
        (&json!(0.5), &json!("# Why\n42"), &json!("First"))
    );
    device.refused("POST", &format!("/traces/{first}/rating"), json!({ "success_rating": 2 }), 422);
    device.refused("GET", "/traces/1790000000-nothing", Value::Null, 404);
    device.refused("GET", "/traces/nonsense", Value::Null, 404);
}
