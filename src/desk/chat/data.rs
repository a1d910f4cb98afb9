//! What the calls of the chat answer, as far as it is shown.

use serde_json::Value;

use crate::desk::answer::answers;
pub use crate::desk::answer::{Loaded, Read};

answers! {
    /// `GET /chats`.
    pub struct Sessions {
        /// Newest first.
        pub chats: Vec<SessionRow>,
    }

    /// One session, as the list shows it.
    pub struct SessionRow {
        /// Its id.
        pub session_id: String,
        /// Its title.
        pub title: String,
        /// When something was said last.
        pub updated_at: i64,
        /// How many messages it has.
        pub messages: u64,
        /// Whether its last answer broke off.
        pub interrupted: bool,
        /// Where a search found its words.
        pub snippet: Option<String>,
    }

    /// `GET /chats/{session_id}`.
    pub struct Session {
        /// Its title.
        pub title: String,
        /// From the first message to the last of the branch that is shown.
        pub messages: Vec<Message>,
        /// The messages that stand at the same place, by id.
        pub siblings: Value,
        /// The answer that grows.
        pub running: Option<String>,
    }

    /// One message.
    pub struct Message {
        /// Its id.
        pub message_id: String,
        /// What it answers.
        pub parent_id: Option<String>,
        /// `user` or `assistant`.
        pub role: String,
        /// Markdown.
        pub text: String,
        /// When.
        pub created_at: i64,
        /// `complete`, `streaming`, `interrupted` or `failed`.
        pub state: String,
        /// Why it is not whole.
        pub error: Option<String>,
        /// The skills that guided it.
        pub skills_used: Vec<UsedSkill>,
        /// The model that wrote it.
        pub model: Option<String>,
        /// What it took.
        pub usage: Option<Usage>,
        /// How long it took.
        pub duration_ms: Option<f64>,
        /// What it cost, where that is known.
        pub cost_usd: Option<f64>,
        /// Its trace.
        pub trace_id: Option<String>,
        /// From 0 to 1, where the person said so.
        pub success_rating: Option<f64>,
        /// What was done on the way.
        pub steps: Vec<Step>,
    }

    /// One step on the way to an answer.
    pub struct Step {
        /// Its id.
        pub step_id: String,
        /// `tool`, `subtask` or `thinking`.
        pub kind: String,
        /// What it does, for a person.
        pub title: String,
        /// The tool.
        pub tool: Option<String>,
        /// What the tool was given.
        pub arguments: Value,
        /// `waiting`, `running`, `asked`, `done`, `denied` or `failed`.
        pub state: String,
        /// What came of it.
        pub text: String,
        /// The workflow that it proposes.
        pub workflow: Value,
        /// How much of the message's text stood there when it began, in bytes.
        pub at: u64,
        /// Its own steps.
        pub steps: Vec<Step>,
    }

    /// A skill that guides an answer.
    pub struct UsedSkill {
        /// Its id.
        pub skill_id: String,
        /// What people call it.
        pub name: String,
        /// Where it stands.
        pub volume: String,
        /// Why it was chosen.
        pub reasons: Vec<Reason>,
        /// What it takes of the budget.
        pub tokens: u64,
        /// `full` or `outline`.
        pub disclosed: String,
    }

    /// Why a skill fits.
    pub struct Reason {
        /// Where the word stands.
        pub field: String,
        /// The word.
        pub term: String,
    }

    /// What an answer took.
    pub struct Usage {
        /// Tokens of the questions.
        pub input_tokens: u64,
        /// Tokens of the answer.
        pub output_tokens: u64,
    }

    /// `POST /chat/preview`.
    pub struct Preview {
        /// The skills that would go along.
        pub skills: Vec<UsedSkill>,
        /// What they take.
        pub tokens: u64,
        /// What they may take.
        pub budget_tokens: u64,
    }

    /// `GET /skills`.
    pub struct SkillRows {
        /// Best first.
        pub skills: Vec<SkillRow>,
    }

    /// A skill, as lists show it.
    pub struct SkillRow {
        /// Its id.
        pub skill_id: String,
        /// What people call it.
        pub name: String,
        /// One line.
        pub description: String,
        /// `context`, `executable` or `agent`.
        pub format: String,
        /// Whether it runs, as older answers say it.
        pub executable: bool,
        /// Why it fits.
        pub reasons: Vec<Reason>,
    }

    /// `GET /models`.
    pub struct Models {
        /// Those that were connected.
        pub models: Vec<Model>,
        /// Those that can be.
        pub providers: Vec<Provider>,
    }

    /// A connection.
    pub struct Model {
        /// Its id.
        pub model_id: String,
        /// Its provider.
        pub provider: String,
        /// What people call it: its name and its provider's.
        pub label: String,
        /// Where it is.
        pub base_url: String,
        /// The provider's name for the model.
        pub model: String,
        /// Whether it can be asked now.
        pub connected: bool,
        /// How long its key is kept: `device` or `visit`.
        pub keep_key: Option<String>,
        /// Whether it is asked unless another is chosen.
        pub is_default: bool,
        /// How much it can read.
        pub context_tokens: Option<u64>,
    }

    /// Somebody who offers models.
    pub struct Provider {
        /// Their id.
        pub provider: String,
        /// What people call them.
        pub label: String,
        /// Where they are.
        pub base_url: String,
        /// Whether they ask for a key.
        pub needs_key: bool,
        /// Whether it runs on the person's own computer.
        pub is_local: bool,
        /// Where a key is had.
        pub key_url: Option<String>,
        /// Models that are known to serve.
        pub suggestions: Vec<String>,
    }

    /// `POST /models/check`: what the doctor found.
    pub struct Check {
        /// `ok`, or what is wrong.
        pub verdict: String,
        /// The same in words.
        pub message: String,
        /// What helps.
        pub cure: String,
        /// Lines to copy.
        pub commands: Vec<Command>,
        /// The models that there are.
        pub models: Vec<String>,
    }

    /// A line for a terminal.
    pub struct Command {
        /// Where it belongs.
        pub label: String,
        /// The line.
        pub text: String,
    }

    /// `GET /chat/settings`.
    pub struct Settings {
        /// How many steps an answer may take.
        pub max_steps: u64,
        /// What an answer may cost.
        pub max_cost_usd: Option<f64>,
        /// How many skills go along.
        pub max_skills: u64,
        /// How much of a question they may take.
        pub budget_tokens: u64,
        /// What a model may call.
        pub tools: Vec<Tool>,
    }

    /// Something that a model may call.
    pub struct Tool {
        /// The model's name for it.
        pub name: String,
        /// Ours.
        pub title: String,
        /// What it does.
        pub description: String,
        /// `allow`, `ask` or `deny`.
        pub policy: String,
    }
}

impl Message {
    /// Whether the person said it.
    pub fn is_of_user(&self) -> bool {
        self.role == "user"
    }
}

impl Session {
    /// The messages that stand where this one does, itself among them.
    pub fn siblings_of(&self, message_id: &str) -> Vec<String> {
        self.siblings.get(message_id).map(Vec::read).unwrap_or_default()
    }
}

impl SkillRow {
    /// Whether it is more than words.
    pub fn runs(&self) -> bool {
        self.format == "executable" || self.executable
    }
}

impl Models {
    /// The one that is asked, if any can be.
    pub fn chosen(&self) -> Option<&Model> {
        let ready = || self.models.iter().filter(|model| model.connected);
        ready().find(|model| model.is_default).or_else(|| ready().next())
    }
}
