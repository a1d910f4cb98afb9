//! The calls of a person who keeps skills: looking, writing, copying, giving away, taking in.

use serde_json::{Value, json};

use crate::interface::Body;
use crate::interface::tests::Device;
use crate::kernel::skill::{TEMPLATES, package_fault};
use crate::kernel::zip::{ZipLimits, read_zip, write_zip};

const LIMITS: ZipLimits = ZipLimits { total_bytes: 1_000_000, entries: 100 };

fn put(device: &Device, path: &str, content: &str) {
    device.done("PUT", &format!("/volumes/file?path={path}"), json!({ "content": content }));
}

fn paths(device: &Device) -> Vec<String> {
    let files = device.done("GET", "/volumes/files?path=skills", Value::Null);
    let rows = files["files"].as_array().cloned().unwrap_or_default();
    rows.iter().filter_map(|row| row["path"].as_str().map(str::to_owned)).collect()
}

fn commits(device: &Device) -> usize {
    device.done("GET", "/volumes/history?limit=100", Value::Null)["commits"].as_array().map_or(0, Vec::len)
}

fn package(device: &Device, skill_id: &str) -> Vec<(String, Vec<u8>)> {
    let answer = device.call("GET", &format!("/skills/{skill_id}/package"), None);
    read_zip(&answer.bytes.expect("a zip"), LIMITS).expect("a zip that can be read")
}

#[test]
fn a_query_ranks_and_says_why() {
    let device = Device::new();
    let found = device.done("GET", "/skills?query=review+a+number", Value::Null);
    let ids: Vec<&str> =
        found["skills"].as_array().unwrap().iter().filter_map(|row| row["skill_id"].as_str()).collect();
    assert_eq!((found["total"].as_u64(), ids), (Some(2), vec!["code-review", "double"]));
    assert_eq!(found["skills"][0]["reasons"][0], json!({ "field": "name", "term": "review" }));
    assert!(found["skills"][0]["score"].as_f64() > found["skills"][1]["score"].as_f64());
    let row = &found["skills"][1];
    assert_eq!(
        json!([row["format"], row["type"], row["path"], row["findings"], row["shadows"]]),
        json!(["executable", "javascript", "skills/double.md", 0, []])
    );
    assert_eq!(device.done("GET", "/skills?query=review&category=mathematics", Value::Null)["total"], 0);
}

#[test]
fn a_draft_is_checked_and_not_kept() {
    let device = Device::new();
    let before = commits(&device);
    let draft = json!({ "source": "---\nname: x\ntype: pyton\n---\n# Hi\n<script>\n", "path": "skills/x.md" });
    let checked = device.done("POST", "/skills/check", draft);
    assert_eq!(checked["skill"]["skill_id"], "x");
    let codes: Vec<&str> =
        checked["diagnostics"].as_array().unwrap().iter().filter_map(|row| row["code"].as_str()).collect();
    assert_eq!(codes, ["no_description", "unknown_type"]);
    assert_eq!(checked["diagnostics"][1]["line"], 3);
    assert!(checked["html"].as_str().unwrap().contains("&lt;script&gt;"));
    assert_eq!(device.done("POST", "/skills/check", json!({ "source": "words" }))["skill"], Value::Null);
    assert_eq!(commits(&device), before);
}

#[test]
fn every_template_can_be_kept() {
    let device = Device::new();
    let templates = device.done("GET", "/skills/templates", Value::Null);
    for template in templates["templates"].as_array().unwrap() {
        let checked = device.done("POST", "/skills/check", json!({ "source": template["source"] }));
        assert_eq!(checked["diagnostics"], json!([]));
        let id = checked["skill"]["skill_id"].as_str().unwrap();
        device.done("PUT", &format!("/skills/{id}"), json!({ "source": template["source"] }));
    }
    assert_eq!(paths(&device).len(), TEMPLATES.len());
}

#[test]
fn a_copy_is_ones_own_under_a_free_id() {
    let device = Device::new();
    let copied = device.done("POST", "/skills/double/copy", Value::Null);
    assert_eq!((&copied["skill_id"], &copied["volume"]), (&json!("double-copy"), &json!("user/me")));
    assert_eq!(device.done("POST", "/skills/double/copy", Value::Null)["skill_id"], "double-copy-2");
    let copy = device.done("GET", "/skills/double-copy", Value::Null);
    assert_eq!((&copy["name"], &copy["executable"]), (&json!("Double (copy)"), &json!(true)));
    let own = json!({ "skill_id": "twice", "name": "Twice: mine" });
    device.done("POST", "/skills/double/copy", own.clone());
    assert_eq!(device.done("GET", "/skills/twice", Value::Null)["name"], "Twice: mine");
    device.refused("POST", "/skills/double/copy", own, 409);
    device.refused("POST", "/skills/nothing/copy", Value::Null, 404);
    let from_the_library = json!({ "skill_id": "double", "from": "system" });
    let own = device.done("POST", "/skills/double/copy?volume=user/me", from_the_library);
    assert_eq!((&own["skill_id"], &own["volume"]), (&json!("double"), &json!("user/me")));
}

#[test]
fn a_folder_is_copied_renamed_and_deleted_as_a_whole() {
    let device = Device::new();
    put(&device, "skills/pdf/SKILL.md", "---\nname: pdf\ndescription: Reads\n---\nWords\n");
    put(&device, "skills/pdf/scripts/a.py", "1");
    device.done("POST", "/skills/pdf/copy", json!({ "skill_id": "pdf-two" }));
    device.done("POST", "/skills/pdf/rename", json!({ "skill_id": "forms" }));
    assert_eq!(
        paths(&device),
        [
            "skills/forms/SKILL.md",
            "skills/forms/scripts/a.py",
            "skills/pdf-two/SKILL.md",
            "skills/pdf-two/scripts/a.py"
        ]
    );
    let renamed = device.done("GET", "/skills/forms", Value::Null);
    assert_eq!(
        json!([renamed["name"], renamed["format"], renamed["files"]]),
        json!(["forms", "agent", ["scripts/a.py"]])
    );
    assert_eq!(renamed["diagnostics"], json!([]));
    device.done("DELETE", "/skills/forms", Value::Null);
    assert_eq!(paths(&device).len(), 2);
}

#[test]
fn a_renamed_skill_is_renamed_in_workflows() {
    let device = Device::new();
    device.done("POST", "/skills/double/copy", json!({ "skill_id": "twice" }));
    let workflow = json!({ "workflowId": "mine", "name": "Mine", "nodes": [{ "nodeId": "a", "skillId": "twice", "inputValues": { "x": 1 } }] });
    device.done("POST", "/workflows/save", workflow);
    let renamed = device.done("POST", "/skills/twice/rename", json!({ "skill_id": "doubled" }));
    assert_eq!(renamed["workflows"], json!(["mine"]));
    assert_eq!(device.done("GET", "/workflows/mine", Value::Null)["nodes"][0]["skillId"], "doubled");
    device.refused("GET", "/skills/twice", Value::Null, 404);
    device.done("POST", "/skills/doubled/copy", json!({ "skill_id": "other" }));
    device.refused("POST", "/skills/doubled/rename", json!({ "skill_id": "other" }), 409);
}

#[test]
fn a_package_passes_the_validator_and_comes_back() {
    let device = Device::new();
    put(&device, "skills/Odd_Name/SKILL.md", "---\nname: Odd\ndescription: d\nhomepage: https://a.b\n---\nWords\n");
    put(&device, "skills/Odd_Name/evals/evals.json", "{}");
    put(&device, "skills/Odd_Name/references/a.md", "A");
    for (id, files) in
        [("double", vec!["double/SKILL.md"]), ("Odd_Name", vec!["odd-name/SKILL.md", "odd-name/references/a.md"])]
    {
        let package = package(&device, id);
        assert_eq!(package.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(), files);
        let folder = files[0].split('/').next().unwrap();
        assert_eq!(package_fault(folder, std::str::from_utf8(&package[0].1).unwrap()), None);
        let other = Device::new();
        let imported = other.send("POST", "/import/skills", Body::Bytes(write_zip(&package)));
        assert_eq!(imported.body["imported"][0]["skill_id"], id, "{}", imported.body);
        let (here, there) = (
            device.done("GET", &format!("/skills/{id}"), Value::Null),
            other.done("GET", &format!("/skills/{id}"), Value::Null),
        );
        assert_eq!(
            json!([here["name"], here["content"].as_str().map(str::trim)]),
            json!([there["name"], there["content"].as_str().map(str::trim)])
        );
    }
}

const FOREIGN: &str = "---\nname: pdf\ndescription: Reads PDFs\n---\nWords\n";

#[test]
fn an_import_is_looked_at_first_and_is_one_commit() {
    let device = Device::new();
    let files = json!({ "files": [
        { "path": "repo-main/skills/pdf/SKILL.md", "content": FOREIGN },
        { "path": "repo-main/skills/pdf/scripts/fill.py", "content": "1" },
        { "path": "repo-main/skills/pdf/assets/logo.png", "content_base64": "iVBORw==" },
        { "path": "repo-main/skills/pdf/references/more.md", "content": "no front matter" },
        { "path": "repo-main/plain.md", "content": "---\nname: Plain\ndescription: d\nmood: good\n---\nWords" },
        { "path": "repo-main/README.md", "content": "# Read me" },
        { "path": "repo-main/broken.md", "content": "---\nname: [\n---\n" },
        { "path": "repo-main/other/pdf/SKILL.md", "content": FOREIGN },
        { "path": "__MACOSX/._x.md", "content": "" },
        { "path": "../../up.md", "content": FOREIGN },
    ] });
    let before = commits(&device);
    let dry = device.done("POST", "/import/skills?dry_run=true", files.clone());
    assert_eq!((commits(&device), paths(&device).len()), (before, 0));
    let kept = device.done("POST", "/import/skills", files.clone());
    assert_eq!((&dry["imported"], &dry["skipped"]), (&kept["imported"], &kept["skipped"]));
    assert_eq!(commits(&device), before + 1);
    assert_eq!(
        paths(&device),
        [
            "skills/pdf/SKILL.md",
            "skills/pdf/assets/logo.png",
            "skills/pdf/references/more.md",
            "skills/pdf/scripts/fill.py",
            "skills/plain.md"
        ]
    );
    let skipped: Vec<&str> =
        kept["skipped"].as_array().unwrap().iter().filter_map(|row| row["path"].as_str()).collect();
    assert_eq!(skipped, ["../../up.md", "repo-main/README.md", "repo-main/broken.md", "repo-main/other/pdf/SKILL.md"]);
    // The same again replaces what stands, and takes away what is no longer there.
    let again = json!({ "files": [{ "path": "pdf/SKILL.md", "content": FOREIGN }, { "path": "plain.md", "content": FOREIGN.replace("pdf", "plain") }] });
    let replaced = device.done("POST", "/import/skills?only=pdf", again);
    assert_eq!(replaced["imported"][0]["replaces"], "skills/pdf/SKILL.md");
    assert_eq!(paths(&device), ["skills/pdf/SKILL.md", "skills/plain.md"]);
}

#[test]
fn pasted_text_is_named_by_what_it_says() {
    let device = Device::new();
    let text = "---\nname: My Pasted Skill\ndescription: d\n---\nWords";
    let pasted = device.done("POST", "/import/skills", json!({ "files": [{ "path": "", "content": text }] }));
    assert_eq!(pasted["imported"][0]["to"], "skills/my-pasted-skill.md");
    let again = json!({ "files": [{ "path": "", "content": text }] });
    let refused = device.done("POST", "/import/skills?replace=false", again);
    assert_eq!(json!([refused["imported"], refused["skipped"][0]["path"]]), json!([[], ""]));
    let at_the_top =
        device.done("POST", "/import/skills", json!({ "files": [{ "path": "SKILL.md", "content": FOREIGN }] }));
    assert_eq!(at_the_top["imported"][0]["to"], "skills/pdf/SKILL.md");
    let as_file = device.send("POST", "/import/skills", Body::Bytes(text.replace("Pasted", "Sent").into_bytes()));
    assert_eq!(as_file.body["imported"][0]["skill_id"], "my-sent-skill");
}

#[test]
fn hostile_archives_are_refused_and_nothing_is_kept() {
    let device = Device::new();
    let before = commits(&device);
    let file = |path: &str, bytes: Vec<u8>| (path.to_owned(), bytes);
    let good = file("pdf/SKILL.md", FOREIGN.into());
    for (archive, status) in [
        (write_zip(&[good.clone(), file("../up.md", FOREIGN.into())]), 422),
        (write_zip(&[good.clone(), file("pdf/bomb", vec![0; 100_000_000])]), 422),
        (b"PK\x03\x04 but no zip".to_vec(), 422),
        ([write_zip(&[good]), vec![0; 40_000_000]].concat(), 413),
    ] {
        let answer = device.send("POST", "/import/skills", Body::Bytes(archive));
        assert_eq!(answer.status, status, "{}", answer.body);
    }
    assert_eq!((commits(&device), paths(&device).len()), (before, 0));
    device.refused("POST", "/import/skills?volume=team/strangers", json!({ "files": [] }), 404);
}

#[test]
fn a_folder_is_promoted_with_its_files() {
    let device = Device::new();
    device.done("POST", "/teams", json!({ "team_id": "rockets", "name": "Rockets" }));
    put(&device, "skills/pdf/SKILL.md", FOREIGN);
    put(&device, "skills/pdf/scripts/a.py", "1");
    let promote = json!({ "skill_id": "pdf", "reason": "good" });
    let first = device.done("POST", "/skills/promote", promote.clone());
    let files = device.done("GET", "/volumes/files?volume=team/rockets&path=skills", Value::Null);
    assert_eq!(files["files"].as_array().map(Vec::len), Some(2));
    assert_eq!(device.done("POST", "/skills/promote", promote)["commit"], first["commit"], "it stands there already");
}

#[test]
fn faults_are_listed_with_their_places() {
    let device = Device::new();
    put(&device, "skills/bad.md", "---\nname: bad\ndescription: d\ntype: spic\n---\n");
    let found = device.done("GET", "/skills/diagnostics", Value::Null);
    let row = &found["diagnostics"][0];
    assert_eq!(
        json!([row["volume"], row["path"], row["line"], row["severity"], row["code"]]),
        json!(["user/me", "skills/bad.md", 4, "error", "unknown_type"])
    );
    assert_eq!(row["hint"], "Did you mean 'spice'?");
    assert_eq!(device.done("GET", "/skills/bad", Value::Null)["findings"], 1);
}
