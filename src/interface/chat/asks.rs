//! `/chat`: a question and its answer; again, further, stopped; and what would be sent.

use std::rc::Rc;

use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::drive::{Running, drive};
use super::skills::{Guidance, shown};
use super::{Answered, ChatCall, Page, no_message, sessions, settings, store};
use crate::interface::error::ErrorCode;
use crate::interface::{ApiError, Response};
use crate::kernel::access::Action;
use crate::kernel::chat::{
    self, Answer, Author, Exchange, ExchangeOptions, Message, MessageState, Session, SessionHead, turns_of,
};
use crate::kernel::llm::{ModelRef, Models, context_tokens, price};
use crate::kernel::manager::Storage;

/// What a model of unknown size is told of a conversation.
const USUAL_CONTEXT_TOKENS: u64 = 32_000;
/// How long a reply may get, where the model can hold more.
const LONGEST_REPLY_TOKENS: u64 = 8_192;
/// The share of a model's context that the conversation may fill.
const HISTORY_SHARE: f64 = 0.6;

/// A question, or a wish about an answer.
#[derive(Deserialize)]
#[serde(default)]
struct Ask {
    message: String,
    session_id: Option<String>,
    /// Absent: the newest message; null: the question begins the conversation anew.
    #[serde(deserialize_with = "given")]
    parent_id: Option<Option<String>>,
    message_id: Option<String>,
    include_skills: bool,
    max_skills: Option<usize>,
    skills: Vec<String>,
    model_id: Option<String>,
    tools: bool,
    orchestrate: bool,
    stream: bool,
}

impl Default for Ask {
    fn default() -> Self {
        Self {
            message: String::new(),
            session_id: None,
            parent_id: None,
            message_id: None,
            include_skills: true,
            max_skills: None,
            skills: Vec::new(),
            model_id: None,
            tools: true,
            orchestrate: false,
            stream: false,
        }
    }
}

fn given<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(value).map(Some)
}

/// What is answered, and in which message.
struct Plan {
    session: Session,
    /// The question where it is new, with the session's head where that changed.
    question: Option<Message>,
    answer: Message,
}

/// `POST /chat`
pub async fn ask<S: Storage + Models + 'static, W: Page + 'static>(
    call: &ChatCall<'_, S, W>,
) -> Result<Answered, ApiError> {
    let ask: Ask = call.request.json()?;
    if ask.message.trim().is_empty() {
        return Err(ApiError::new(ErrorCode::Unprocessable, "There is nothing to answer: 'message' is empty"));
    }
    let model = model(call, &ask).await?;
    let mut session = match &ask.session_id {
        Some(session_id) => idle_session(call, session_id).await?,
        None => {
            let now = call.chats.now();
            let session_id = chat::session_id(now.timestamp_s, call.chats.world.random());
            Session::new(SessionHead { session_id, title: String::new(), created_at: now.timestamp_s }, [])
        }
    };
    let parent_id = match &ask.parent_id {
        None => session.leaf(None).map(|leaf| leaf.message_id.clone()),
        Some(Some(parent_id)) => Some(session.get(parent_id).ok_or_else(|| no_message(parent_id))?.message_id.clone()),
        Some(None) => None,
    };
    let question = Message {
        message_id: new_id(call, &session),
        parent_id,
        author: Author::User,
        text: ask.message.clone(),
        created_at: call.chats.now().timestamp_s,
        ..Message::default()
    };
    if session.head.title.is_empty() {
        session.head.title = Session::title_of(&question.text);
    }
    session.put(question.clone());
    let answer = new_answer(call, &session, &question);
    begin(call, ask, model, Plan { session, question: Some(question), answer }).await
}

/// `POST /chat/retry`: another answer to the same question.
pub async fn retry<S: Storage + Models + 'static, W: Page + 'static>(
    call: &ChatCall<'_, S, W>,
) -> Result<Answered, ApiError> {
    let ask: Ask = call.request.json()?;
    let model = model(call, &ask).await?;
    let session = idle_session(call, ask.session_id.as_deref().unwrap_or_default()).await?;
    let message_id = ask.message_id.as_deref().unwrap_or_default();
    let message = session.get(message_id).ok_or_else(|| no_message(message_id))?;
    let question = session.question_of(message).ok_or_else(|| no_message(message_id))?.clone();
    let answer = new_answer(call, &session, &question);
    begin(call, ask, model, Plan { session, question: None, answer }).await
}

/// `POST /chat/continue`: more of an answer that broke off.
pub async fn go_on<S: Storage + Models + 'static, W: Page + 'static>(
    call: &ChatCall<'_, S, W>,
) -> Result<Answered, ApiError> {
    let ask: Ask = call.request.json()?;
    let model = model(call, &ask).await?;
    let session = idle_session(call, ask.session_id.as_deref().unwrap_or_default()).await?;
    let message_id = ask.message_id.as_deref().unwrap_or_default();
    let answer = session.get(message_id).ok_or_else(|| no_message(message_id))?.clone();
    if answer.author != Author::Assistant || answer.state == MessageState::Complete {
        return Err(ApiError::new(ErrorCode::Conflict, "This message is whole, so there is nothing to go on with")
            .detail("POST /chat/retry asks for another answer"));
    }
    begin(call, ask, model, Plan { session, question: None, answer }).await
}

/// `POST /chat/stop`
pub fn stop<S: Storage, W: Page>(call: &ChatCall<'_, S, W>) -> Result<Value, ApiError> {
    let ask: Ask = call.request.json()?;
    let running = call.chats.running(ask.session_id.as_deref().unwrap_or_default());
    let message_id = running.as_ref().map(|running| running.message().message_id);
    if let Some(running) = running {
        running.stop(call.chats.world.now_ms());
    }
    Ok(json!({ "stopped": message_id }))
}

#[derive(Deserialize)]
struct Said {
    session_id: String,
    step_id: String,
    answer: Answer,
}

/// `POST /chat/answer`: whether a tool may be used.
pub fn answer<S: Storage, W: Page>(call: &ChatCall<'_, S, W>) -> Result<Value, ApiError> {
    let Said { session_id, step_id, answer } = call.request.json()?;
    let running = call.chats.running(&session_id);
    let heard = running.is_some_and(|running| running.answer(&step_id, answer, call.chats.world.now_ms()));
    if heard {
        return Ok(json!({ "step_id": step_id }));
    }
    Err(ApiError::new(ErrorCode::Conflict, "Nothing asks for this answer any more")
        .detail("The step was answered already, or its answer is over"))
}

/// `POST /chat/preview`: what would be sent; nothing is.
pub async fn preview<S: Storage, W: Page>(call: &ChatCall<'_, S, W>) -> Result<Value, ApiError> {
    let ask: Ask = call.request.json()?;
    let guidance = guidance(call, &ask).await?;
    let context = guidance.context(call.chats, &ask.message).await?;
    let model = find_model(call, &ask).await?;
    let mut answer = shown(&context, &guidance.system(&context));
    answer["model_id"] = json!(model.map(|model| model.model_id));
    Ok(answer)
}

async fn guidance<S: Storage, W: Page>(call: &ChatCall<'_, S, W>, ask: &Ask) -> Result<Guidance, ApiError> {
    let settings = settings::load(call.chats, &call.volume).await?;
    Ok(Guidance {
        include_skills: ask.include_skills,
        max_skills: ask.max_skills.unwrap_or(settings.max_skills),
        budget_tokens: settings.budget_tokens,
        chosen: ask.skills.clone(),
        tools: ask.tools,
    })
}

async fn find_model<S: Storage, W: Page>(call: &ChatCall<'_, S, W>, ask: &Ask) -> Result<Option<ModelRef>, ApiError> {
    let settings = settings::load(call.chats, &call.volume).await?;
    let wanted = ask.model_id.as_deref().or(settings.model_id.as_deref());
    let connections = call.chats.manager.connections().await?;
    // A connection that was chosen and is gone leaves the choice to the default one.
    let found = wanted.and_then(|model_id| connections.get(model_id)).or_else(|| connections.default_model());
    Ok(found.cloned())
}

async fn model<S: Storage, W: Page>(call: &ChatCall<'_, S, W>, ask: &Ask) -> Result<ModelRef, ApiError> {
    find_model(call, ask).await?.ok_or_else(|| {
        ApiError::new(ErrorCode::NoModel, "No model is connected, so nobody can answer yet")
            .detail("Connect one in the chat's settings, or with POST /models; POST /chat/preview shows the skills that fit meanwhile")
    })
}

/// A session in which nothing grows.
async fn idle_session<S: Storage, W: Page>(call: &ChatCall<'_, S, W>, session_id: &str) -> Result<Session, ApiError> {
    let (session, running) = sessions::session_now(call, session_id).await?;
    match running {
        None => Ok(session),
        Some(_) => Err(super::busy()),
    }
}

/// An id behind all others of the session, also where clocks disagree.
fn new_id<S: Storage, W: Page>(call: &ChatCall<'_, S, W>, session: &Session) -> String {
    let now_ms = call.chats.world.now_ms();
    let newest = session.messages().next_back().and_then(|message| message.message_id.split_once('-'));
    let newest_ms = newest.and_then(|(moment, _)| moment.parse::<f64>().ok()).unwrap_or_default();
    chat::message_id(now_ms.max(newest_ms + 1.0), call.chats.world.random())
}

fn new_answer<S: Storage, W: Page>(call: &ChatCall<'_, S, W>, session: &Session, question: &Message) -> Message {
    Message {
        message_id: new_id(call, session),
        parent_id: Some(question.message_id.clone()),
        author: Author::Assistant,
        created_at: call.chats.now().timestamp_s,
        ..Message::default()
    }
}

/// Keeps the question, then lets the answer begin.
async fn begin<S: Storage + Models + 'static, W: Page + 'static>(
    call: &ChatCall<'_, S, W>,
    ask: Ask,
    model: ModelRef,
    plan: Plan,
) -> Result<Answered, ApiError> {
    let Plan { mut session, question, answer } = plan;
    let claim = call.chats.claim(&session.head.session_id)?;
    let guidance = guidance(call, &ask).await?;
    let settings = settings::load(call.chats, &call.volume).await?;
    let now = call.chats.now();
    if let Some(question) = &question {
        let opened = call.chats.manager.volume(&call.volume, Action::Write, now).await?;
        let changes = vec![store::put_head(&session.head)?, store::put_message(&session.head.session_id, question)?];
        let title = Session::title_of(&question.text);
        let note = call.chats.manager.note(&call.volume, format!("Ask: {title}"), now);
        call.chats.manager.commit(&opened, changes, &note).await?;
    }
    let session_id = session.head.session_id.clone();
    let message_id = answer.message_id.clone();
    let holds_tokens = context_tokens(model.provider, &model.name).unwrap_or(USUAL_CONTEXT_TOKENS);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "tokens")]
    let budget_tokens = (holds_tokens as f64 * HISTORY_SHARE) as usize;
    session.put(answer.clone());
    let path = session.path(&message_id);
    let asked = session.question_of(&answer).map(|question| question.text.clone()).unwrap_or_default();
    let options = ExchangeOptions {
        session_id: session_id.clone(),
        max_output_tokens: u32::try_from((holds_tokens / 4).min(LONGEST_REPLY_TOKENS)).unwrap_or(u32::MAX),
        price: price(model.provider, &model.name),
        model,
        settings,
        orchestrate: ask.orchestrate,
        question: asked,
        user_message: question,
        history: turns_of(&path, budget_tokens),
        #[allow(clippy::cast_precision_loss, reason = "a random number")]
        jitter: (call.chats.world.random() & 0xffff) as f64 / 65_536.0,
    };
    let (exchange, effects) = Exchange::new(options, answer, call.chats.world.now_ms());
    let running = Rc::new(Running::new(exchange, effects, call.volume.clone(), guidance));
    claim.begins(&running);
    let driving = drive(Rc::clone(call.chats), running);
    if ask.stream {
        let body = json!({ "session_id": session_id, "message_id": message_id });
        let response = Response { status: 202, body, bytes: None };
        return Ok(Answered { response, work: Some(Box::pin(async move { drop(driving.await) })) });
    }
    let message = driving.await;
    let body = answered(&session_id, &message)?;
    Ok(Answered { response: Response { status: 200, body, bytes: None }, work: None })
}

/// The source design's answer; a model that gave nothing is an error.
fn answered(session_id: &str, message: &Message) -> Result<Value, ApiError> {
    if message.state == MessageState::Failed {
        let error = message.error.clone().unwrap_or_default();
        return Err(ApiError::new(ErrorCode::ModelFailed, "The model gave no answer").detail(error));
    }
    let usage = message.usage.unwrap_or_default();
    Ok(json!({
        "response": message.text,
        "skills_used": message.skills_used.iter().map(|used| &used.name).collect::<Vec<_>>(),
        "trace_id": message.trace_id,
        "usage": { "input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens },
        "session_id": session_id,
        "message_id": message.message_id,
        "state": message.state,
        "error": message.error,
    }))
}
