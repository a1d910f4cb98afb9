//! `/models`: the models that this device is connected to, and the doctor who says why one does not answer.
//!
//! Keys never come here: whoever carries the call takes them out of it and puts them into the vault, and says in the answers which
//! connections have one (`assets/bridge/volume-models.ts`).

use std::cell::Cell;

use serde::Deserialize;
use serde_json::{Value, json};

use super::error::sentence;
use super::{ApiError, Call, ErrorCode};
use crate::kernel::llm::{
    BadConnection, ChatRequest, Command, Connections, Failure, FailureKind, FailureOf, ModelRef, ModelServers,
    ProviderId, StreamEvent, Turn, commands, context_tokens, provider,
};
use crate::kernel::manager::Storage;

impl From<BadConnection> for ApiError {
    fn from(error: BadConnection) -> Self {
        Self::new(ErrorCode::Unprocessable, sentence(&error))
    }
}

/// `GET /models`
pub async fn list<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    Ok(shown(&call.manager.connections().await?))
}

fn shown(connections: &Connections) -> Value {
    let default = connections.default_model();
    let row = |model: &ModelRef| {
        let info = model.provider.info();
        let label = if model.provider == ProviderId::Browser {
            info.label.to_owned()
        } else {
            format!("{} · {}", model.name, info.label)
        };
        json!({
            "model_id": model.model_id,
            "provider": model.provider,
            "label": label,
            "base_url": model.base_url,
            "model": model.name,
            "needs_key": info.needs_key,
            "is_default": default == Some(model),
            "context_tokens": context_tokens(model.provider, &model.name),
        })
    };
    let provider = |id: ProviderId| {
        let info = id.info();
        json!({
            "provider": id,
            "label": if id == ProviderId::Custom { "Another server" } else { info.label },
            "base_url": info.base_url,
            "needs_key": info.needs_key,
            "key_url": info.key_url,
            "is_local": info.is_local,
            "suggestions": info.suggestions,
        })
    };
    json!({
        "models": connections.models().iter().map(row).collect::<Vec<_>>(),
        "providers": ProviderId::ALL.map(provider),
    })
}

#[derive(Deserialize)]
struct Described {
    provider: Option<ProviderId>,
    base_url: Option<String>,
    model: Option<String>,
    model_id: Option<String>,
    /// Under which the carrier holds a key that is not kept yet.
    key_ref: Option<String>,
}

/// `POST /models`. The answer also says which connection it is.
pub async fn add<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let Described { provider, base_url, model, .. } = call.request.json()?;
    let provider = provider.ok_or_else(|| ApiError::new(ErrorCode::MalformedRequest, "Say which provider it is"))?;
    let model = ModelRef::described(provider, base_url.as_deref(), model.as_deref().unwrap_or_default())?;
    let model_id = model.model_id.clone();
    let connections = call
        .manager
        .change_connections(|connections| {
            connections.add(model.clone());
            connections.clone()
        })
        .await?;
    let mut answer = shown(&connections);
    answer["model_id"] = json!(model_id);
    Ok(answer)
}

/// `DELETE /models?model_id=`
pub async fn remove<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let model_id = call.request.parameter("model_id").unwrap_or_default();
    let (known, connections) =
        call.manager.change_connections(|connections| (connections.remove(model_id), connections.clone())).await?;
    if known { Ok(shown(&connections)) } else { Err(unknown(model_id)) }
}

#[derive(Deserialize)]
struct Chosen {
    model_id: String,
}

/// `POST /models/default`
pub async fn choose<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let Chosen { model_id } = call.request.json()?;
    let (known, connections) =
        call.manager.change_connections(|connections| (connections.choose(&model_id), connections.clone())).await?;
    if known { Ok(shown(&connections)) } else { Err(unknown(&model_id)) }
}

fn unknown(model_id: &str) -> ApiError {
    ApiError::new(ErrorCode::NotFound, format!("No model is connected as '{model_id}'"))
}

/// `POST /models/check`: asks the model for a word as a chat would, and the provider for its list of models.
pub async fn check<S: Storage + ModelServers>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let described: Described = call.request.json()?;
    let model = match (described.provider, &described.model_id) {
        (Some(provider), _) => {
            let name = described.model.as_deref().unwrap_or_default();
            let model = ModelRef::described(provider, described.base_url.as_deref(), name);
            if name.trim().is_empty() && provider != ProviderId::Browser {
                ModelRef::at(provider, described.base_url.as_deref())?
            } else {
                model?
            }
        }
        (None, Some(model_id)) => {
            call.manager.connections().await?.get(model_id).cloned().ok_or_else(|| unknown(model_id))?
        }
        (None, None) => {
            return Err(ApiError::new(ErrorCode::MalformedRequest, "Say which provider or connection it is"));
        }
    };
    let model = match described.key_ref {
        Some(key_ref) => ModelRef { model_id: key_ref, ..model },
        None => model,
    };
    let models = call.manager.storage();
    let asked = if model.name.is_empty() { Ok(()) } else { ask(models, &model).await };
    let listed = match &asked {
        // The list helps to choose another; otherwise it would only fail in the same way.
        Err(failure) if failure.kind != FailureKind::NoSuchModel => Ok(Vec::new()),
        _ => names(models, &model).await,
    };
    let (failure, names) = match (asked, listed) {
        (Err(failure), listed) => (Some(failure), listed.unwrap_or_default()),
        (Ok(()), Err(failure)) if model.name.is_empty() => (Some(failure), Vec::new()),
        (Ok(()), listed) => (None, listed.unwrap_or_default()),
    };
    let label = model.provider.info().label;
    let Some(failure) = failure else {
        let message = match names.len() {
            0 => format!("{label} answers"),
            1 => format!("{label} answers; it has one model"),
            count => format!("{label} answers; it has {count} models"),
        };
        return Ok(json!({ "verdict": "ok", "message": message, "cure": "", "commands": [], "models": names }));
    };
    let row = |command: Command| json!({ "label": command.label, "text": command.text });
    let commands: Vec<Value> = commands(failure.kind, &model, &models.page()).into_iter().map(row).collect();
    Ok(json!({
        "verdict": failure.kind,
        "message": failure.message,
        "cure": failure.advice(),
        "commands": commands,
        "models": names,
    }))
}

/// Enough for a word, and for a model to begin a thought.
const FEW_TOKENS: u32 = 16;

/// The first sign of an answer is enough.
async fn ask(models: &impl ModelServers, model: &ModelRef) -> Result<(), Failure> {
    let request = ChatRequest {
        model: model.clone(),
        system: String::new(),
        messages: vec![Turn::user("Answer with one word: ready")],
        tools: Vec::new(),
        max_output_tokens: FEW_TOKENS,
    };
    let stream_id = format!("check:{}", model.model_id);
    let answered = Cell::new(false);
    let mut on_event = |event| {
        let says_something = !matches!(event, StreamEvent::Started { .. } | StreamEvent::Usage(_));
        if says_something && !answered.replace(true) {
            models.stop(&stream_id);
        }
    };
    match models.stream(&stream_id, &request, &mut on_event).await {
        Err(failure) if failure.kind == FailureKind::Stopped && answered.get() => Ok(()),
        done => done,
    }
}

async fn names(models: &impl ModelServers, model: &ModelRef) -> Result<Vec<String>, Failure> {
    let provider = provider(model.provider);
    let answer = models.send(model, &provider.models(model)).await?;
    if !(200..300).contains(&answer.status) {
        return Err(FailureOf::new(model).response(answer.status, &answer.headers, &answer.body));
    }
    match serde_json::from_str(&answer.body) {
        Ok(body) => Ok(provider.model_names(&body)),
        Err(_) => Err(FailureOf::new(model).of_kind(FailureKind::Protocol, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interface::{Request, Response, answer};
    use crate::kernel::llm::{ScriptedModels, StopReason};
    use crate::kernel::manager::{MemoryStorage, Now, VolumeManager};

    fn device(models: ScriptedModels) -> VolumeManager<MemoryStorage> {
        pollster::block_on(VolumeManager::open(MemoryStorage::default().with_models(models))).expect("memory opens")
    }

    fn call(manager: &VolumeManager<MemoryStorage>, method: &str, path: &str, body: Option<Value>) -> Response {
        let request = Request::new(method, path, body.map(|body| body.to_string()));
        pollster::block_on(answer(&request, manager, Now::default()))
    }

    fn ids(body: &Value) -> Vec<&str> {
        body["models"].as_array().into_iter().flatten().filter_map(|row| row["model_id"].as_str()).collect()
    }

    #[test]
    fn models_are_connected_chosen_and_forgotten() {
        let manager = device(ScriptedModels::default());
        let empty = call(&manager, "GET", "/models", None).body;
        assert_eq!(ids(&empty), [""; 0]);
        assert_eq!(empty["providers"].as_array().map(Vec::len), Some(ProviderId::ALL.len()));
        let add = |body| call(&manager, "POST", "/models", Some(body));
        let first = add(json!({ "provider": "anthropic", "model": "claude-haiku-4-5" }));
        assert_eq!((first.status, &first.body["model_id"]), (201, &json!("anthropic:claude-haiku-4-5")));
        assert_eq!(first.body["models"][0]["context_tokens"], json!(200_000));
        let second = add(json!({ "provider": "custom", "model": "m", "base_url": "http://127.0.0.1:8000/v1/" })).body;
        let custom = "custom:m@http://127.0.0.1:8000/v1";
        assert_eq!(ids(&second), ["anthropic:claude-haiku-4-5", custom]);
        assert_eq!(second["models"][1]["is_default"], json!(true));
        let chosen =
            call(&manager, "POST", "/models/default", Some(json!({ "model_id": "anthropic:claude-haiku-4-5" })));
        assert_eq!(chosen.body["models"][0]["is_default"], json!(true));
        let left = call(&manager, "DELETE", &format!("/models?model_id={custom}"), None);
        assert_eq!((left.status, ids(&left.body)), (200, vec!["anthropic:claude-haiku-4-5"]));
        assert_eq!(call(&manager, "DELETE", "/models?model_id=nobody", None).status, 404);
        for (body, status) in [
            (json!({ "provider": "custom", "model": "m" }), 422),
            (json!({ "provider": "anthropic" }), 422),
            (json!({ "model": "m" }), 400),
            (json!({ "provider": "nobody", "model": "m" }), 400),
        ] {
            assert_eq!(add(body.clone()).status, status, "{body}");
        }
    }

    #[test]
    fn the_doctor_is_content_with_the_first_sign_of_an_answer() {
        let script = vec![Ok(StreamEvent::Thinking("Hm".to_owned())), Ok(StreamEvent::Text("ready".to_owned()))];
        let manager = device(ScriptedModels::new([script]));
        let body = json!({ "provider": "openai", "model": "gpt-5", "key_ref": "trial:1" });
        let answer = call(&manager, "POST", "/models/check", Some(body)).body;
        assert_eq!((&answer["verdict"], &answer["models"]), (&json!("ok"), &json!(["scripted"])));
        let asked = manager.storage().models().asked();
        assert_eq!((asked.len(), asked[0].model.model_id.as_str()), (1, "trial:1"));
    }

    #[test]
    fn the_doctor_says_what_is_wrong_and_what_cures_it() {
        let model = ModelRef::described(ProviderId::Ollama, None, "qwen3:8b").expect("it is well described");
        let failure = FailureOf::new(&model).response(404, &[], r#"{"error":"model 'qwen3:8b' not found"}"#);
        let manager =
            device(ScriptedModels::new([vec![Err(failure)], vec![Ok(StreamEvent::Finished(StopReason::Done))]]));
        call(&manager, "POST", "/models", Some(json!({ "provider": "ollama", "model": "qwen3:8b" })));
        let check = |body| call(&manager, "POST", "/models/check", Some(body)).body;
        let answer = check(json!({ "model_id": "ollama:qwen3:8b" }));
        assert_eq!(answer["verdict"], json!("no_such_model"));
        assert_eq!(answer["commands"][0]["text"], json!("ollama pull qwen3:8b"));
        assert!(answer["cure"].as_str().is_some_and(|cure| cure.contains("model 'qwen3:8b' not found")));
        assert_eq!(check(json!({ "model_id": "ollama:qwen3:8b" }))["verdict"], json!("ok"));
    }
}
