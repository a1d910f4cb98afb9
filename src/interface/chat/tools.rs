//! Uses a tool that a model called and the person allowed. What it gives is text for the model; it changes no policy and no setting.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::rc::Rc;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::drive::Running;
use super::page::PageAsk;
use super::{Inner, Page};
use crate::interface::ApiError;
use crate::kernel::access::{Action, Volume};
use crate::kernel::chat::{
    CREATE_WORKFLOW, LIST_FILES, READ_FILE, RUN_WORKFLOW, SEARCH_SKILLS, ToolCall, ToolOutcome, of_skill,
    skill_tool_name,
};
use crate::kernel::context::{self, ACTIVATE_SKILL, Disclosed, UsedSkill, estimate_tokens};
use crate::kernel::dag::{Edge, Node, Payload, Workflow, needed_skills};
use crate::kernel::manager::{Storage, VolumeFinding};
use crate::kernel::skill::{ExecutableSkill, Skill};
use crate::kernel::volume::{Revision, VolumePath};

const MOST_FOUND: usize = 8;
const MOST_FILES: usize = 200;
const LARGEST_FILE_BYTES: usize = 64_000;
/// The node of a workflow that is one skill.
const ONLY_NODE: &str = "skill";

/// Uses a tool. Whatever goes wrong is told to the model.
pub async fn run<S: Storage, W: Page>(chats: &Inner<S, W>, running: &Rc<Running>, call: ToolCall) -> ToolOutcome {
    let used = match (call.tool.name.as_str(), &call.tool.skill_id) {
        (_, Some(skill_id)) => run_skill(chats, running, &call, skill_id).await,
        (SEARCH_SKILLS, _) => search_skills(chats, &call).await,
        (ACTIVATE_SKILL, _) => activate_skill(chats, &call).await,
        (CREATE_WORKFLOW, _) => create_workflow(chats, running, &call).await,
        (RUN_WORKFLOW, _) => run_workflow(chats, running, &call).await,
        (LIST_FILES, _) => list_files(chats, running, &call).await,
        (READ_FILE, _) => read_file(chats, running, &call).await,
        (name, _) => Err(format!("There is no tool '{name}'")),
    };
    used.unwrap_or_else(|text| ToolOutcome { text, is_error: true, ..ToolOutcome::default() })
}

fn words(error: impl Into<ApiError>) -> String {
    let error: ApiError = error.into();
    match error.detail_text() {
        Some(detail) => format!("{}. {detail}", error.message()),
        None => error.message().to_owned(),
    }
}

fn told(text: String) -> ToolOutcome {
    ToolOutcome { text, ..ToolOutcome::default() }
}

fn argument<'a>(call: &'a ToolCall, name: &str) -> &'a str {
    call.arguments[name].as_str().unwrap_or_default()
}

async fn search_skills<S: Storage, W: Page>(chats: &Inner<S, W>, call: &ToolCall) -> Result<ToolOutcome, String> {
    let query = argument(call, "query");
    let found = chats.manager.search(query, MOST_FOUND, chats.now()).await.map_err(words)?;
    if found.is_empty() {
        return Ok(told(format!("No skill fits '{query}'. Try other words.")));
    }
    let mut text = String::new();
    let mut tools = Vec::new();
    for ranked in &found {
        let skill = &ranked.skill;
        let way = match skill.executable.as_deref() {
            Some(executable) => {
                let tool = of_skill(executable);
                let inputs: Vec<&str> = executable.inputs.iter().map(|port| port.name.as_str()).collect();
                let way = format!("runs: call {}({})", tool.name, inputs.join(", "));
                let ports = format!("; outputs: {}", ports_of(executable));
                tools.push(tool);
                way + &ports
            }
            None => "guides: read it with activate_skill".to_owned(),
        };
        let _ = writeln!(text, "- {} ({}): {} [{way}]", skill.skill_id, skill.name, skill.description);
    }
    Ok(ToolOutcome { text, found: tools, ..ToolOutcome::default() })
}

fn ports_of(skill: &ExecutableSkill) -> String {
    skill.outputs.iter().map(|port| port.name.as_str()).collect::<Vec<_>>().join(", ")
}

async fn activate_skill<S: Storage, W: Page>(chats: &Inner<S, W>, call: &ToolCall) -> Result<ToolOutcome, String> {
    let skill_id = argument(call, "name");
    let skills = chats.manager.skills(chats.now()).await.map_err(words)?;
    let Some(found) = skills.get(skill_id) else {
        let near = crate::kernel::skill::closest(skill_id, skills.keys().map(String::as_str));
        let near = near.map(|near| format!(" Did you mean '{near}'?")).unwrap_or_default();
        return Err(format!("There is no skill '{skill_id}'.{near}"));
    };
    let skill = &found.value;
    let text = context::activated(skill);
    let used = UsedSkill {
        skill_id: skill.skill_id.clone(),
        name: skill.name.clone(),
        volume: found.volume.to_string(),
        reasons: Vec::new(),
        tokens: estimate_tokens(&text),
        disclosed: Disclosed::Full,
    };
    let found = skill.executable.as_deref().map(of_skill).into_iter().collect();
    Ok(ToolOutcome { text, found, activated: Some(used), ..ToolOutcome::default() })
}

async fn list_files<S: Storage, W: Page>(
    chats: &Inner<S, W>,
    running: &Running,
    call: &ToolCall,
) -> Result<ToolOutcome, String> {
    let volume = volume_of(running, call)?;
    let opened = chats.manager.volume(&volume, Action::Read, chats.now()).await.map_err(words)?;
    let folder = Some(argument(call, "folder").trim_matches('/')).filter(|folder| !folder.is_empty());
    let folder = folder.map(VolumePath::existing).transpose().map_err(words)?;
    let files = opened.repository().list(folder.as_ref(), &Revision::Head).await.map_err(words)?;
    if files.is_empty() {
        return Err(format!("There is nothing there in {volume}."));
    }
    let mut text: String = files.iter().take(MOST_FILES).map(|file| format!("{}\n", file.path)).collect();
    if files.len() > MOST_FILES {
        let _ = writeln!(text, "… and {} more: name a folder", files.len() - MOST_FILES);
    }
    Ok(told(text))
}

async fn read_file<S: Storage, W: Page>(
    chats: &Inner<S, W>,
    running: &Running,
    call: &ToolCall,
) -> Result<ToolOutcome, String> {
    let volume = volume_of(running, call)?;
    let opened = chats.manager.volume(&volume, Action::Read, chats.now()).await.map_err(words)?;
    let path = VolumePath::existing(argument(call, "path").trim_start_matches('/')).map_err(words)?;
    let bytes = opened.repository().read(&path, &Revision::Head).await.map_err(words)?;
    if bytes.len() > LARGEST_FILE_BYTES {
        return Err(format!(
            "{path} has {} bytes, more than the {LARGEST_FILE_BYTES} that can be read here.",
            bytes.len()
        ));
    }
    let text = String::from_utf8(bytes).map_err(|_| format!("{path} is not text."))?;
    Ok(told(text))
}

fn volume_of(running: &Running, call: &ToolCall) -> Result<Volume, String> {
    match argument(call, "volume") {
        "" => Ok(running.volume.clone()),
        name => {
            name.parse().map_err(|error: crate::kernel::access::BadId| format!("There is no volume '{name}': {error}."))
        }
    }
}

async fn run_skill<S: Storage, W: Page>(
    chats: &Inner<S, W>,
    running: &Rc<Running>,
    call: &ToolCall,
    skill_id: &str,
) -> Result<ToolOutcome, String> {
    let input_values: BTreeMap<String, Value> =
        call.arguments.as_object().cloned().unwrap_or_default().into_iter().collect();
    let node = Node { node_id: ONLY_NODE.to_owned(), skill_id: skill_id.to_owned(), position: None, input_values };
    let workflow = Workflow {
        workflow_id: skill_id.to_owned(),
        name: call.tool.title.clone(),
        nodes: vec![node],
        ..Workflow::default()
    };
    run_in_page(chats, running, call, workflow).await
}

async fn run_workflow<S: Storage, W: Page>(
    chats: &Inner<S, W>,
    running: &Rc<Running>,
    call: &ToolCall,
) -> Result<ToolOutcome, String> {
    let workflow_id = argument(call, "workflow_id");
    let mut workflows = chats.manager.workflows(chats.now()).await.map_err(words)?;
    let Some(found) = workflows.remove(workflow_id) else {
        let known: Vec<&str> = workflows.keys().map(String::as_str).take(20).collect();
        return Err(format!("There is no workflow '{workflow_id}'. There are: {}.", known.join(", ")));
    };
    run_in_page(chats, running, call, found.value).await
}

async fn run_in_page<S: Storage, W: Page>(
    chats: &Inner<S, W>,
    running: &Rc<Running>,
    call: &ToolCall,
    workflow: Workflow,
) -> Result<ToolOutcome, String> {
    let payload = proven(chats, workflow.clone()).await?;
    let ask_id = format!("{}/{}", running.message().message_id, call.step_id);
    let result = chats.world.ask(&ask_id, &PageAsk::Run { payload: Box::new(payload) }).await?;
    let is_error = result["status"] != "completed";
    // One skill's outputs are the function's result; the rest of a run says nothing more about it.
    let only = &result["nodes"][ONLY_NODE];
    let told = match (&call.tool.skill_id, is_error) {
        (Some(_), false) => only["outputs"].clone(),
        (Some(_), true) => only["error"].clone(),
        (None, _) => result,
    };
    let text = match &told {
        Value::Object(_) => serde_json::to_string(&told).unwrap_or_default(),
        _ => format!("The run ended without a result: {told}"),
    };
    Ok(ToolOutcome { text, is_error, workflow: Some(json!(workflow)), ..ToolOutcome::default() })
}

/// The workflow with its skills, or all that keeps it from running.
async fn proven<S: Storage, W: Page>(chats: &Inner<S, W>, workflow: Workflow) -> Result<Payload, String> {
    let all = chats.manager.skills(chats.now()).await.map_err(words)?;
    let runs = |(id, found): (&String, &VolumeFinding<Arc<Skill>>)| Some((id.clone(), found.value.executable.clone()?));
    let runs: BTreeMap<String, Arc<ExecutableSkill>> = all.iter().filter_map(runs).collect();
    let skills = needed_skills(&workflow, &runs).into_iter().map(|(id, skill)| (id, (*skill).clone())).collect();
    let payload = Payload { workflow, skills };
    payload.graph().map_err(|findings| words(ApiError::from_diagnostics(&findings)))?;
    Ok(payload)
}

#[derive(Deserialize)]
struct Proposed {
    name: String,
    description: Option<String>,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
}

async fn create_workflow<S: Storage, W: Page>(
    chats: &Inner<S, W>,
    running: &Rc<Running>,
    call: &ToolCall,
) -> Result<ToolOutcome, String> {
    let Proposed { name, description, mut nodes, edges } = serde_json::from_value(call.arguments.clone())
        .map_err(|error| format!("The workflow cannot be read: {error}."))?;
    for node in &mut nodes {
        // A model that knows a skill as a function names it so.
        if let Some(skill_id) = node.skill_id.strip_prefix("run_")
            && skill_tool_name(skill_id) == node.skill_id
        {
            node.skill_id = skill_id.to_owned();
        }
    }
    let workflow = Workflow { workflow_id: id_of(&name), name, description, nodes, edges, metadata: Map::new() };
    let workflow = proven(chats, workflow).await?.workflow;
    let shown = json!(workflow);
    if !call.is_accepted {
        return Ok(ToolOutcome {
            text: "It is sound. The person is asked whether to place it on the canvas.".to_owned(),
            workflow: Some(shown),
            is_proposal: true,
            ..ToolOutcome::default()
        });
    }
    let ask_id = format!("{}/{}", running.message().message_id, call.step_id);
    chats.world.ask(&ask_id, &PageAsk::Place { workflow: Box::new(workflow) }).await?;
    Ok(ToolOutcome {
        text: "The person accepted it: it is on the canvas.".to_owned(),
        workflow: Some(shown),
        ..ToolOutcome::default()
    })
}

/// An id from a name: letters and digits, with dashes between.
fn id_of(name: &str) -> String {
    let words: Vec<String> = name
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let id: String = words.join("-").chars().take(60).collect();
    if id.is_empty() { "workflow".to_owned() } else { id }
}
