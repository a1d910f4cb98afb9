//! `/profiles` and `/teams`: the people of the device, who is signed in, and the teams they are in.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{ApiError, Call, ErrorCode};
use crate::kernel::access::{ProfileError, TeamRole};
use crate::kernel::manager::Storage;

/// `GET /profiles`
pub fn list<S: Storage>(call: &Call<'_, S>) -> Value {
    let profiles = call.manager.profiles();
    let (current, profile) = profiles.current();
    let users: Vec<Value> = profiles
        .users()
        .iter()
        .map(|(id, user)| {
            let teams: Vec<Value> = user
                .teams
                .iter()
                .map(|(team, role)| json!({ "team_id": team.as_str(), "role": role_name(*role) }))
                .collect();
            json!({
                "user_id": id.as_str(), "display_name": user.name, "email": user.email,
                "teams": teams, "system_admin": user.system_admin,
            })
        })
        .collect();
    let teams: Vec<Value> =
        profiles.teams().iter().map(|(id, team)| json!({ "team_id": id.as_str(), "name": team.name })).collect();
    let team = profile.team().map(|team| team.as_str());
    json!({ "current": { "user_id": current.as_str(), "team_id": team }, "users": users, "teams": teams })
}

#[derive(Deserialize)]
struct Person {
    user_id: Option<String>,
    display_name: Option<String>,
    email: Option<String>,
}

/// `POST /profiles`
pub async fn add<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let Person { user_id, display_name, email } = call.request.json()?;
    let user_id = user_id.ok_or_else(|| missing("user_id"))?;
    let name = display_name.unwrap_or_else(|| user_id.clone());
    let id = parsed(&user_id)?;
    change(call, |profiles| profiles.add_user(Clone::clone(&id), &name, email.as_deref())).await?;
    Ok(json!({ "user_id": user_id }))
}

/// `PUT /profiles/{user_id}`
pub async fn rename<S: Storage>(call: &Call<'_, S>, user_id: &str) -> Result<Value, ApiError> {
    let Person { display_name, email, .. } = call.request.json()?;
    change(call, |profiles| {
        let known = profiles.users().iter().find(|(id, _)| id.as_str() == user_id).map(|(_, user)| user.clone());
        let known = known.ok_or_else(|| ProfileError::NoSuchUser(user_id.to_owned()))?;
        let name = display_name.as_deref().unwrap_or(&known.name);
        profiles.rename_user(user_id, name, Some(email.as_deref().unwrap_or(&known.email)))
    })
    .await?;
    Ok(list(call))
}

/// `DELETE /profiles/{user_id}`: their volume stays until it is removed.
pub async fn remove<S: Storage>(call: &Call<'_, S>, user_id: &str) -> Result<Value, ApiError> {
    change(call, |profiles| profiles.remove_user(user_id)).await?;
    Ok(list(call))
}

#[derive(Deserialize)]
struct Switch {
    user_id: String,
    team_id: Option<String>,
}

/// `POST /profiles/switch`
pub async fn switch<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let Switch { user_id, team_id } = call.request.json()?;
    change(call, |profiles| profiles.switch(&user_id, team_id.as_deref())).await?;
    Ok(list(call))
}

#[derive(Deserialize)]
struct Team {
    team_id: String,
    name: Option<String>,
}

/// `POST /teams`: whoever is signed in leads it.
pub async fn add_team<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let Team { team_id, name } = call.request.json()?;
    let id = parsed(&team_id)?;
    let name = name.unwrap_or_else(|| team_id.clone());
    let admin = call.manager.profiles().current().0.to_string();
    change(call, |profiles| profiles.add_team(Clone::clone(&id), &name, &admin)).await?;
    Ok(json!({ "team_id": team_id }))
}

#[derive(Deserialize)]
struct Membership {
    user_id: String,
    role: Option<String>,
}

/// `POST /teams/{team_id}/members`, for an admin of the team
pub async fn join<S: Storage>(call: &Call<'_, S>, team_id: &str) -> Result<Value, ApiError> {
    let Membership { user_id, role } = call.request.json()?;
    let role = match role.as_deref() {
        None | Some("user" | "member") => TeamRole::Member,
        Some("team_admin" | "admin") => TeamRole::Admin,
        Some(other) => {
            let message = format!("'{other}' is no role: use 'user' or 'team_admin'");
            return Err(ApiError::new(ErrorCode::Unprocessable, message));
        }
    };
    only_its_admin(call, team_id)?;
    change(call, |profiles| profiles.join(&user_id, team_id, role)).await?;
    Ok(list(call))
}

/// `DELETE /teams/{team_id}/members/{user_id}`, for an admin of the team and for oneself
pub async fn leave<S: Storage>(call: &Call<'_, S>, team_id: &str, user_id: &str) -> Result<Value, ApiError> {
    if call.manager.profiles().current().0.as_str() != user_id {
        only_its_admin(call, team_id)?;
    }
    change(call, |profiles| profiles.leave(user_id, team_id)).await?;
    Ok(list(call))
}

fn only_its_admin<S: Storage>(call: &Call<'_, S>, team_id: &str) -> Result<(), ApiError> {
    let profiles = call.manager.profiles();
    let (current, profile) = profiles.current();
    if profile.system_admin || profiles.team_admin(current.as_str(), team_id).is_ok() {
        return Ok(());
    }
    let message = format!("{} does not lead the team '{team_id}'", profile.name);
    Err(ApiError::new(ErrorCode::Forbidden, message).detail("Ask an admin of the team"))
}

async fn change<S: Storage>(
    call: &Call<'_, S>,
    change: impl Fn(&mut crate::kernel::access::Profiles) -> Result<(), ProfileError>,
) -> Result<(), ApiError> {
    Ok(call.manager.change_profiles(change).await?)
}

fn parsed<T: std::str::FromStr<Err = crate::kernel::access::BadId>>(id: &str) -> Result<T, ApiError> {
    id.parse().map_err(|error: crate::kernel::access::BadId| ApiError::new(ErrorCode::Unprocessable, error.to_string()))
}

fn missing(field: &str) -> ApiError {
    ApiError::new(ErrorCode::MalformedRequest, format!("The body needs '{field}'"))
}

fn role_name(role: TeamRole) -> &'static str {
    match role {
        TeamRole::Member => "user",
        TeamRole::Admin => "team_admin",
    }
}
