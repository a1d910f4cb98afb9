//! Evolution over the volumes of a small device, with a clock that the test sets.

use std::cell::Cell;

use serde_json::{Value, json};

use crate::interface::{Body, Request, answer};
use crate::kernel::access::Profiles;
use crate::kernel::llm::{ModelRef, ProviderId, ScriptedModels, StopReason, StreamEvent};
use crate::kernel::manager::{MemoryStorage, Now, ShippedFile, ShippedLibrary, VolumeManager};

const DAY: i64 = 86_400;
/// Noon of the first day.
const FIRST_DAY: i64 = 1_790_000_000 / DAY * DAY + DAY / 2;

const ADD: &str = "---\nskill_id: add\nname: Add\ndescription: Adds\ntype: javascript\ntags: [sum]\ninputs:\n  - {name: a, type: number}\n  - {name: b, type: number}\noutputs:\n  - {name: sum, type: number}\n---\n## Code\n```javascript\nfunction execute({a, b}) { return {sum: a + b}; }\n```\n";

struct Device {
    manager: VolumeManager<MemoryStorage>,
    storage: MemoryStorage,
    now: Cell<i64>,
}

impl Device {
    fn new(models: ScriptedModels) -> Self {
        let storage = MemoryStorage::default().with_models(models);
        let manager = pollster::block_on(VolumeManager::open(storage.clone())).expect("memory opens");
        let files = vec![ShippedFile { path: "skills/add.md".to_owned(), text: ADD.to_owned() }];
        let library = ShippedLibrary { digest: "1".to_owned(), files };
        let now = Now { timestamp_s: FIRST_DAY, offset_min: 0 };
        pollster::block_on(manager.seed(&library, now)).expect("the library fits");
        pollster::block_on(manager.change_profiles(|profiles| {
            *profiles = Profiles::example();
            profiles.switch("alice", None)
        }))
        .expect("the example is sound");
        Self { manager, storage, now: Cell::new(FIRST_DAY) }
    }

    fn day(&self, day: i64, hour: i64) {
        self.now.set(FIRST_DAY + (day - 1) * DAY + (hour - 12) * 3_600);
    }

    fn sign_in(&self, user: &str) {
        pollster::block_on(self.manager.change_profiles(|profiles| profiles.switch(user, None)))
            .expect("they are known");
    }

    fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let body = if body.is_null() { Body::Nothing } else { Body::Text(body.to_string()) };
        let now = Now { timestamp_s: self.now.get(), offset_min: 0 };
        let response = pollster::block_on(answer(&Request::new(method, path, body), &self.manager, now));
        (response.status, response.body)
    }

    fn done(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, body) = self.call(method, path, body);
        assert!((200..300).contains(&status), "{method} {path}: {body}");
        body
    }

    fn refused(&self, method: &str, path: &str, body: Value, status: u16) -> String {
        let (got, body) = self.call(method, path, body);
        assert_eq!(got, status, "{method} {path}: {body}");
        body["error"]["message"].as_str().expect("a message").to_owned()
    }

    fn trace(&self, goal: &str, rating: Option<f64>, skills: &[&str]) {
        let content = format!(
            "# Execution Trace: {goal}\n\n## Question\n\n{goal}\n\n## Answer\n\n1. Read the arguments\n2. Write the script\n"
        );
        self.done("POST", "/traces", json!({ "kind": "chat", "goal": goal, "content": content, "success_rating": rating,
            "skills_used": skills, "session_id": format!("s{}", self.now.get()), "duration_ms": 1_500.0, "shared": goal.contains("weekly") }));
    }

    /// The newest commit of a volume: its message, and who made it.
    fn newest(&self, volume: &str) -> (String, String) {
        let commits = self.done("GET", &format!("/volumes/history?volume={volume}&limit=1"), Value::Null);
        let commit = &commits["commits"][0];
        let author = commit["author"]["name"].as_str().or_else(|| commit["author"].as_str()).unwrap_or_default();
        (commit["message"].as_str().unwrap_or_default().trim().to_owned(), author.to_owned())
    }
}

#[test]
fn the_month_of_the_source_design() {
    let device = Device::new(ScriptedModels::default());
    assert_eq!(device.done("GET", "/evolution", Value::Null)["due"], json!([]), "on the first day nothing was missed");

    // Days 1 to 7: work. The page is closed at night.
    let wishes = [
        (1, "Create Python scripts"),
        (2, "Please write python scripts"),
        (4, "Create Python scripts"),
        (5, "Make some Python scripts"),
        (7, "Create python scripts!"),
    ];
    for (day, goal) in wishes {
        device.day(day, 10);
        device.trace(goal, Some(0.9), &[]);
        device.trace(
            &format!("What is the capital of country {}", ["Peru", "Chad", "Fiji", "Oman", "Mali"][day as usize % 5]),
            None,
            &[],
        );
    }

    // Night 7.
    device.day(8, 4);
    assert_eq!(device.done("GET", "/evolution", Value::Null)["due"][0], "user");
    let evolved = device.done("POST", "/evolve", json!({ "only_if_due": true }));
    assert_eq!(
        (&evolved["status"], &evolved["skills_created"], &evolved["viable_patterns"]),
        (&json!("completed"), &json!(1), &json!(1)),
        "{evolved:#}"
    );
    assert_eq!(evolved["traces_analyzed"], 10);
    let message = "Evolution: Create skill 'create-python-scripts' from 5 traces";
    assert_eq!(device.newest("user/alice"), (message.to_owned(), "Alice".to_owned()));
    // Another tab comes to the same time: nothing is due any more, and nothing is made twice by hand either.
    assert_eq!(device.done("POST", "/evolve", json!({ "only_if_due": true }))["status"], "not_due");
    let again = device.done("POST", "/evolve", Value::Null);
    assert_eq!((&again["skills_created"], &again["traces_read"]), (&json!(0), &json!(0)), "{again:#}");

    // Day 8: it comes up by itself, from then on.
    device.day(8, 10);
    let now = Now { timestamp_s: device.now.get(), offset_min: 0 };
    let found = pollster::block_on(device.manager.search("I need a Python script again", 5, now)).expect("it searches");
    assert_eq!(found[0].skill.skill_id, "create-python-scripts");
    let skill = device.done("GET", "/skills/create-python-scripts", Value::Null);
    assert_eq!(skill["frontmatter"]["source_traces"].as_array().map(Vec::len), Some(5));
    assert_eq!((&skill["frontmatter"]["created_at"], &skill["diagnostics"]), (&json!("2026-09-28"), &json!([])));
    for day in 8..20 {
        device.day(day, 10);
        device.trace("Create Python scripts", Some(0.95), &["create-python-scripts"]);
    }

    // Day 30: she promotes it to her team.
    device.day(30, 10);
    device.done(
        "POST",
        "/skills/promote",
        json!({ "skill_id": "create-python-scripts", "team_id": "rockets", "reason": "Useful for team" }),
    );
    assert_eq!(
        device.newest("team/rockets").0,
        "Promote 'create-python-scripts' from user:alice - Reason: Useful for team"
    );

    // The team: what two people share becomes a skill of theirs at the fifth time.
    for day in 31..34 {
        device.day(day, 10);
        device.sign_in("alice");
        device.trace("Summarise the weekly report", Some(0.9), &[]);
        if day < 33 {
            device.sign_in("bob");
            device.trace("make a summary of the weekly report", Some(1.0), &[]);
        }
    }
    device.sign_in("alice");
    device.day(40, 4);
    let team = device.done("POST", "/evolve", json!({ "level": "team", "team_id": "rockets", "only_if_due": true }));
    assert_eq!(team["skills_created"], 1, "{team:#}");
    let (message, author) = device.newest("team/rockets");
    assert_eq!(message, "Evolution: Create skill 'summarise-weekly-report' from 5 traces");
    assert_eq!(author, "Team Cron (rockets)");
    let patterns = device.done("GET", "/evolution?level=team&team_id=rockets", Value::Null)["patterns"].clone();
    assert_eq!(patterns[0]["people"], 2);

    // Everybody: what a team uses much and rates well.
    let system = device.done("POST", "/evolve", json!({ "level": "system", "only_if_due": true }));
    assert_eq!(system["skills"][0]["skill_id"], "create-python-scripts", "{system:#}");
    let (message, author) = device.newest("system");
    assert_eq!(message, "Promote 'create-python-scripts' from team:rockets - Reason: used 12 times, rated 95 %");
    assert_eq!(author, "System Cron");
}

#[test]
fn a_draft_waits_for_a_person_and_a_rejected_one_does_not_come_back() {
    let device = Device::new(ScriptedModels::default());
    for day in 1..5 {
        device.day(day, 10);
        device.trace("Plot the daily temperature of Berlin", Some(0.9), &[]);
        device.trace("Proofread a cover letter", Some(0.8), &[]);
        device.trace("Guess lottery numbers", Some(0.1), &[]);
    }
    let evolved = device.done("POST", "/evolve", json!({ "auto_apply": false }));
    assert_eq!(
        (&evolved["patterns_detected"], &evolved["viable_patterns"], &evolved["skills_created"]),
        (&json!(3), &json!(2), &json!(2)),
        "{evolved:#}"
    );
    let drafts = device.done("GET", "/evolution/drafts", Value::Null)["drafts"].clone();
    let of = |skill: &str| {
        drafts
            .as_array()
            .into_iter()
            .flatten()
            .find(|draft| draft["skill_id"] == skill)
            .cloned()
            .expect("it was drafted")
    };
    let (plot, letter) = (of("plot-daily-temperature-of-berlin"), of("proofread-cover-letter"));
    assert!(
        plot["html"].as_str().is_some_and(|html| html.contains("When to Use")) && plot["files"][0]["status"] == "added"
    );
    assert_eq!((&plot["pattern"]["count"], &plot["trial"]["found"]), (&json!(4), &json!(1)));
    // As any proposal it has a branch.
    let branches = device.done("GET", "/volumes/branches?volume=user/alice", Value::Null).to_string();
    assert!(branches.contains("pr/alice/proofread-cover-letter"), "{branches}");

    let id = |draft: &Value| draft["draft_id"].as_str().expect("an id").replace('/', "%2F").replace(':', "%3A");
    let edited = plot["source"].as_str().expect("a file").replace("## Approach", "By the hour.\n\n## Approach");
    device.done("POST", &format!("/evolution/drafts/{}/accept", id(&plot)), json!({ "source": edited }));
    // Nothing came in between: the branch is the main branch now, the draft and the person's edit on top of it.
    let commits = device.done("GET", "/volumes/history?volume=user/alice&limit=2", Value::Null)["commits"].clone();
    let title = |at: usize| commits[at]["message"].as_str().unwrap_or_default().trim().to_owned();
    assert_eq!(title(0), "Edit skill: plot-daily-temperature-of-berlin");
    assert_eq!(title(1), "Evolution: Create skill 'plot-daily-temperature-of-berlin' from 4 traces");
    let kept = device.done("GET", &format!("/skills/{}", plot["skill_id"].as_str().unwrap_or_default()), Value::Null);
    assert_eq!(kept["source"], json!(edited));

    device.done("POST", &format!("/evolution/drafts/{}/reject", id(&letter)), json!({ "reason": "too personal" }));
    for day in 5..9 {
        device.day(day, 10);
        device.trace("Proofread a cover letter", Some(0.8), &[]);
    }
    let evolved = device.done("POST", "/evolve", Value::Null);
    assert_eq!(evolved["skills_created"], 0, "{evolved:#}");
    assert!(evolved["held_back"].to_string().contains("too personal"), "{evolved:#}");
    device.refused("POST", "/evolution/drafts/nothing/accept", Value::Null, 404);
    device.refused("POST", "/evolve", json!({ "min_success_rate": 7 }), 422);
}

fn run(add: i64, result: i64) -> Value {
    json!({
        "kind": "workflow", "goal": "Add twice", "skills_used": ["add"],
        "run": {
            "status": "completed",
            "workflow": {
                "nodes": [
                    { "nodeId": "one", "skillId": "add", "inputValues": { "a": 1, "b": add } },
                    { "nodeId": "two", "skillId": "add", "inputValues": { "b": 10 } },
                ],
                "edges": [{ "source": "one", "sourceOutput": "sum", "target": "two", "targetInput": "a" }],
            },
            "nodes": {
                "one": { "status": "completed", "outputs": { "sum": add + 1 } },
                "two": { "status": "completed", "outputs": { "sum": result } },
            },
        },
    })
}

#[test]
fn a_compound_is_taken_when_its_runs_came_to_the_same_again() {
    let device = Device::new(ScriptedModels::default());
    for (day, add) in [(1, 2), (2, 3), (3, 2), (4, 2), (5, 5)] {
        device.day(day, 10);
        device.done("POST", "/traces", run(add, add + 11));
    }
    let evolved = device.done("POST", "/evolve", Value::Null);
    assert_eq!(evolved["skills"][0]["status"], "proposed", "what runs is not taken unseen: {evolved:#}");
    let draft = device.done("GET", "/evolution/drafts", Value::Null)["drafts"][0].clone();
    assert_eq!((&draft["kind"], &draft["needs_replay"]), (&json!("compound"), &json!(true)));
    let id = draft["draft_id"].as_str().expect("an id").replace('/', "%2F").replace(':', "%3A");
    device.refused("POST", &format!("/evolution/drafts/{id}/accept"), Value::Null, 409);

    // The page runs the payloads; here a run is two sums.
    let replay = draft["replay"].as_array().expect("runs");
    assert_eq!(replay.len(), 5);
    let sum = |step: &Value, off: i64| {
        let given = &step["payload"]["workflow"]["nodes"][0]["inputValues"]["b"];
        (
            step["trace_id"].as_str().expect("a trace").to_owned(),
            json!({ "sum": given.as_i64().expect("a number") + 11 + off }),
        )
    };
    let results =
        |off: i64| json!({ "results": replay.iter().map(|step| sum(step, off)).collect::<serde_json::Map<_, _>>() });
    let differs = device.done("POST", &format!("/evolution/drafts/{id}/replay"), results(1));
    assert_eq!((&differs["passed"], differs["differences"].as_array().map(Vec::len)), (&json!(false), Some(5)));
    device.refused("POST", &format!("/evolution/drafts/{id}/accept"), Value::Null, 409);
    assert_eq!(device.done("POST", &format!("/evolution/drafts/{id}/replay"), results(0))["passed"], true);
    device.done("POST", &format!("/evolution/drafts/{id}/accept"), Value::Null);

    let skill = device.done("GET", "/skills/add", Value::Null);
    assert_eq!(skill["executable"], true);
    let compound = draft["skill_id"].as_str().expect("an id");
    let nodes = json!([{ "nodeId": "c", "skillId": compound, "inputValues": { "b": 4 } }]);
    let ready = device.done("POST", "/workflows/execute", json!({ "nodes": nodes, "edges": [] }));
    assert!(ready["payload"]["skills"]["add"].is_object(), "what is inside comes along: {ready}");
}

#[test]
fn a_model_writes_the_skill_where_that_is_wanted_and_the_traces_where_it_fails() {
    let said = |text: &str| vec![Ok(StreamEvent::Text(text.to_owned())), Ok(StreamEvent::Finished(StopReason::Done))];
    let good = "---\nname: Weather plots\ncategory: analysis\ndescription: Plot temperature\nkeywords: [plot, temperature]\n---\n# Skill: Weather plots\n\n## When to Use\nx\n\n## Approach\n1. y\n\n## Example\nz\n";
    for (scripts, skill) in [
        (vec![said("Sorry"), said(good)], "weather-plots"),
        (vec![said("Sorry"), said("Sorry")], "plot-temperature"),
        (vec![], "plot-temperature"),
    ] {
        let device = Device::new(ScriptedModels::new(scripts));
        let model =
            ModelRef::described(ProviderId::Custom, Some("http://localhost:1/v1"), "small").expect("it is described");
        pollster::block_on(device.manager.change_connections(|connections| connections.add(model.clone())))
            .expect("it is kept");
        for day in 1..4 {
            device.day(day, 10);
            device.trace("Plot temperature", Some(0.9), &[]);
        }
        let evolved = device.done("POST", "/evolve", json!({ "use_model": true }));
        assert_eq!(evolved["skills"][0]["skill_id"], skill, "{evolved:#}");
        let asked = device.storage.models().asked();
        assert!(!asked.is_empty() && asked[0].system.contains("never"));
    }
}

#[test]
fn a_volume_of_the_old_llmos_comes_over_and_what_stays_behind_is_listed() {
    let device = Device::new(ScriptedModels::default());
    let file = |path: &str, content: &str| json!({ "path": path, "content": content });
    let files = json!({ "files": [
        file("workspace/memories/traces/t1.md", "---\ngoal_text: Build a robot\nsuccess_rating: 0.9\ncreated_at: 2025-01-31T10:00:00\n---\nNotes"),
        file("workspace/memories/traces/broken.md", "nothing"),
        file("workspace/agents/VisionAgent.md", "---\nname: Vision Agent\ntype: specialized\ntools: [Read, Write]\n---\n# Vision Agent\nSees things.\n"),
        file("workspace/agents/plain.md", "Just words."),
        file("workspace/metadata.json", "{\"owner\": \"alice\"}"),
        file("workspace/state/valence.json", "{}"),
        file("workspace/tools/calc.py", "print(1)"),
        file("workspace/notes.txt", "?"),
        file(".git/config", "x"),
    ] });
    let looked = device.done("POST", "/import/llmos?dry_run=true", files.clone());
    let migrated = device.done("POST", "/import/llmos", files.clone());
    assert_eq!(looked["imported"], migrated["imported"]);
    assert_eq!(device.newest("user/alice").0, "Migration from llmos");
    let paths = |rows: &Value| {
        rows.as_array()
            .expect("rows")
            .iter()
            .map(|row| row["path"].as_str().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(paths(&migrated["imported"]).len() + paths(&migrated["skipped"]).len(), 9, "nothing is lost silently");
    assert_eq!(paths(&migrated["imported"]).len(), 4, "{migrated:#}");
    assert!(
        migrated["skipped"]
            .as_array()
            .expect("rows")
            .iter()
            .all(|row| row["reason"].as_str().is_some_and(|reason| !reason.is_empty()))
    );
    let agent = device.done("GET", "/skills/vision-agent", Value::Null);
    assert_eq!(
        (&agent["frontmatter"]["metadata"]["llmos-type"], &agent["description"]),
        (&json!("specialized"), &json!("Sees things."))
    );
    assert_eq!(device.done("GET", "/traces", Value::Null)["traces"][0]["goal"], "Build a robot");
    let again = device.done("POST", "/import/llmos", files);
    assert!(again["skipped"].to_string().contains("there is a skill 'vision-agent' already"));
}
