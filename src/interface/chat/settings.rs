//! `/chat/settings`: what a person decides about chats. Kept on the device, for each person: what a model may do here is nothing that a
//! volume from elsewhere should bring along.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{ChatCall, Inner, Page};
use crate::interface::ApiError;
use crate::interface::error::ErrorCode;
use crate::kernel::access::Volume;
use crate::kernel::chat::{ChatSettings, Policy, Tool, ToolKind, of_skill, own_tools};
use crate::kernel::manager::{ManagerError, Storage};
use crate::kernel::volume::{Durability, Rows, RowsError, RowsWrite};

const MOST_STEPS: u32 = 200;
const MOST_SKILLS: usize = 50;
const BUDGET_TOKENS: std::ops::RangeInclusive<usize> = 500..=200_000;

/// What the person has decided.
pub async fn load<S: Storage, W: Page>(chats: &Inner<S, W>, volume: &Volume) -> Result<ChatSettings, ApiError> {
    Ok(read(chats, volume).await.map_err(ManagerError::from)?.1)
}

async fn read<S: Storage, W: Page>(
    chats: &Inner<S, W>,
    volume: &Volume,
) -> Result<(Option<Vec<u8>>, ChatSettings), RowsError> {
    let kept = chats.manager.device_rows().read(&[key(volume)]).await?.pop().flatten();
    // Settings that do not read are the usual ones, which ask more rather than less.
    let settings = kept.as_deref().and_then(|bytes| serde_json::from_slice(bytes).ok()).unwrap_or_default();
    Ok((kept, settings))
}

/// Changes what the person has decided, on what is there now.
async fn change<S: Storage, W: Page>(
    chats: &Inner<S, W>,
    volume: &Volume,
    change: impl Fn(&mut ChatSettings) -> Result<(), ApiError>,
) -> Result<ChatSettings, ApiError> {
    loop {
        let (kept, mut settings) = read(chats, volume).await.map_err(ManagerError::from)?;
        change(&mut settings)?;
        let put = vec![(key(volume), serde_json::to_vec(&settings).unwrap_or_default())];
        let write =
            RowsWrite { expect: vec![(key(volume), kept)], put, remove: Vec::new(), durability: Durability::Strict };
        match chats.manager.device_rows().write(write).await {
            Ok(()) => return Ok(settings),
            // Another tab changed them in between: once more, on what it left.
            Err(RowsError::Moved { .. }) => {}
            Err(error) => return Err(ManagerError::from(error).into()),
        }
    }
}

/// The person wants to be asked about this tool no more.
pub async fn always_allow<S: Storage, W: Page>(
    chats: &Inner<S, W>,
    volume: &Volume,
    tool: &str,
) -> Result<(), ApiError> {
    let allow = |settings: &mut ChatSettings| {
        settings.policies.insert(tool.to_owned(), Policy::Allow);
        Ok(())
    };
    change(chats, volume, allow).await.map(|_| ())
}

fn key(volume: &Volume) -> String {
    format!("chat-settings/{volume}")
}

/// `GET /chat/settings`
pub async fn get<S: Storage, W: Page>(call: &ChatCall<'_, S, W>) -> Result<Value, ApiError> {
    let settings = load(call.chats, &call.volume).await?;
    shown(call, &settings).await
}

#[derive(Deserialize)]
struct ToolPolicy {
    name: String,
    policy: Policy,
}

/// `PUT /chat/settings`: any of its fields.
pub async fn put<S: Storage, W: Page>(call: &ChatCall<'_, S, W>) -> Result<Value, ApiError> {
    let fields: Map<String, Value> = call.request.json()?;
    let settings = change(call.chats, &call.volume, |settings| {
        for (name, value) in &fields {
            set(settings, name, value.clone())?;
        }
        Ok(())
    });
    shown(call, &settings.await?).await
}

fn set(settings: &mut ChatSettings, name: &str, value: Value) -> Result<(), ApiError> {
    fn of<T: for<'a> Deserialize<'a>>(name: &str, value: Value) -> Result<T, ApiError> {
        serde_json::from_value(value).map_err(|error| {
            ApiError::new(ErrorCode::MalformedRequest, format!("'{name}' cannot be read")).detail(error.to_string())
        })
    }
    let outside = |range: &str| ApiError::new(ErrorCode::Unprocessable, format!("'{name}' should be {range}"));
    match name {
        "max_steps" => {
            settings.max_steps = of(name, value)?;
            if settings.max_steps > MOST_STEPS {
                return Err(outside(&format!("{MOST_STEPS} at most")));
            }
        }
        "max_cost_usd" => {
            settings.max_cost_usd = of(name, value)?;
            if settings.max_cost_usd.is_some_and(|cost| !cost.is_finite() || cost <= 0.0) {
                return Err(outside("more than 0, or null for no limit"));
            }
        }
        "max_skills" => {
            settings.max_skills = of(name, value)?;
            if settings.max_skills > MOST_SKILLS {
                return Err(outside(&format!("{MOST_SKILLS} at most")));
            }
        }
        "budget_tokens" => {
            settings.budget_tokens = of(name, value)?;
            if !BUDGET_TOKENS.contains(&settings.budget_tokens) {
                return Err(outside("from 500 to 200,000"));
            }
        }
        "model_id" => settings.model_id = of(name, value)?,
        "tools" => {
            for ToolPolicy { name, policy } in of::<Vec<ToolPolicy>>(name, value)? {
                settings.policies.insert(name, policy);
            }
        }
        _ => {
            return Err(ApiError::new(ErrorCode::Unprocessable, format!("Chats have no setting '{name}'"))
                .detail("GET /chat/settings lists those that there are"));
        }
    }
    Ok(())
}

async fn shown<S: Storage, W: Page>(call: &ChatCall<'_, S, W>, settings: &ChatSettings) -> Result<Value, ApiError> {
    let skills = call.chats.manager.skills(call.chats.now()).await?;
    let runs = skills.values().filter_map(|found| found.value.executable.as_deref()).map(of_skill);
    let row = |tool: Tool| {
        let kind: ToolKind = tool.kind;
        json!({
            "policy": settings.policy(&tool.name, kind),
            "name": tool.name,
            "title": tool.title,
            "description": tool.description,
            "kind": kind,
        })
    };
    let tools: Vec<Value> = own_tools().into_iter().chain(runs).map(row).collect();
    Ok(json!({
        "max_steps": settings.max_steps,
        "max_cost_usd": settings.max_cost_usd,
        "max_skills": settings.max_skills,
        "budget_tokens": settings.budget_tokens,
        "model_id": settings.model_id,
        "tools": tools,
    }))
}
