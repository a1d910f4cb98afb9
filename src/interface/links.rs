//! `/links`: a workflow as a link, and a link as something to look at first. Opening one keeps nothing and runs nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{ApiError, Call, ErrorCode};
use crate::kernel::access::{Action, Volume};
use crate::kernel::dag::Workflow;
use crate::kernel::export::link_in_picture;
use crate::kernel::link::{self, Fragment, Inputs, Kept, Link, LinkError, Opened, Packet, Sealed, Standing, Travels};
use crate::kernel::manager::Storage;
use crate::kernel::skill::{ExecutableSkill, Skill};
use crate::kernel::volume::{Change, Collection};

#[derive(Deserialize)]
struct Make {
    workflow: Workflow,
    #[serde(default)]
    inputs: Inputs,
}

/// `POST /links`: `{workflow, inputs?}` as `{link, chars, travels, skills}`; `link` stands behind `#w=`.
pub async fn make<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let Make { workflow, inputs } = call.request.json()?;
    let link = gathered(call, &workflow, inputs).await?;
    let skills: Vec<&String> = link.skills.keys().collect();
    let text = Packet::Plain(link.to_contents()).to_text();
    Ok(json!({ "link": text, "chars": text.len(), "travels": Travels::of(text.len()), "skills": skills }))
}

/// What a link to this workflow holds.
pub async fn gathered<S: Storage>(call: &Call<'_, S>, workflow: &Workflow, inputs: Inputs) -> Result<Link, ApiError> {
    let system = call.manager.shelf(&Volume::System, call.now).await?.library;
    let available: BTreeMap<String, Arc<Skill>> =
        call.manager.skills(call.now).await?.into_iter().map(|(id, found)| (id, found.value)).collect();
    Ok(link::gather(workflow, inputs, &system.skills, &available)?)
}

#[derive(Deserialize)]
struct Seal {
    salt: String,
    nonce: String,
    ciphertext: String,
}

/// `POST /links/seal`: what a passphrase locked, in base64url, as `{link, chars, travels}`.
pub fn seal<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let Seal { salt, nonce, ciphertext } = call.request.json()?;
    let wrong = || ApiError::new(ErrorCode::MalformedRequest, "Give 'salt', 'nonce' and 'ciphertext' in base64url");
    let bytes = |text: &str| BASE64.decode(text).map_err(|_| wrong());
    let sealed = Sealed {
        salt: bytes(&salt)?.try_into().map_err(|_| wrong())?,
        nonce: bytes(&nonce)?.try_into().map_err(|_| wrong())?,
        ciphertext: bytes(&ciphertext)?,
    };
    let text = Packet::Sealed(sealed).to_text();
    Ok(json!({ "link": text, "chars": text.len(), "travels": Travels::of(text.len()) }))
}

#[derive(Deserialize)]
struct Open {
    fragment: String,
    /// What a sealed link held, in base64url.
    contents: Option<String>,
}

enum Looked {
    Opened(Box<Opened>, Fragment),
    Sealed(Sealed),
}

/// `POST /links/open`: `{fragment, contents?}`, or the bytes of a picture, as `{review, payload, app, embed}`. A link that needs a
/// passphrase is answered with `{sealed: {salt, nonce, ciphertext}}`; what that holds comes back as `contents`.
pub async fn open<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    Ok(match look(call).await? {
        Looked::Opened(opened, Fragment { app, embed, .. }) => {
            json!({ "review": opened.review, "payload": opened.payload, "app": app, "embed": embed })
        }
        Looked::Sealed(Sealed { salt, nonce, ciphertext }) => json!({
            "sealed": { "salt": BASE64.encode(salt), "nonce": BASE64.encode(nonce), "ciphertext": BASE64.encode(ciphertext) }
        }),
    })
}

/// `POST /links/keep?volume=`: the same, kept as a copy under names of its own: `{workflow_id, skills, volume, commit}`.
pub async fn keep<S: Storage>(call: &Call<'_, S>) -> Result<Value, ApiError> {
    let Looked::Opened(opened, _) = look(call).await? else { return Err(LinkError::Sealed.into()) };
    let volume = call.volume()?;
    let repository = call.manager.volume(&volume, Action::Write, call.now).await?;
    let workflows = call.manager.workflows(call.now).await?;
    let skills = call.manager.skills(call.now).await?;
    let standing =
        |id: &str| skills.get(id).map_or(Standing::Free, |found| Standing::Taken(found.value.source.to_string()));
    let Kept { workflow, skills: files } = link::keep(&opened, |id| workflows.contains_key(id), standing);
    let mut changes = vec![Change::put(Collection::Workflows.path(&workflow.workflow_id)?, workflow.to_markdown())];
    for (skill_id, source) in &files {
        changes.push(Change::put(Collection::Skills.path(skill_id)?, source.clone()));
    }
    let name = if workflow.name.is_empty() { &workflow.workflow_id } else { &workflow.name };
    let note = call.manager.note(&volume, format!("Keep workflow from a link: {name}"), call.now);
    let commit = call.manager.commit(&repository, changes, &note).await?;
    let skills: Vec<&String> = files.keys().collect();
    Ok(json!({
        "workflow_id": workflow.workflow_id, "skills": skills, "volume": volume.to_string(), "commit": commit.to_string(),
    }))
}

async fn look<S: Storage>(call: &Call<'_, S>) -> Result<Looked, ApiError> {
    let (link, fragment) = match call.request.bytes() {
        Some(picture) => {
            let none = || ApiError::new(ErrorCode::Unprocessable, "The picture holds no workflow");
            (link_in_picture(picture).ok_or_else(none)??, Fragment::default())
        }
        None => {
            let Open { fragment, contents } = call.request.json()?;
            let read = Fragment::read(&fragment);
            let fragment =
                read.ok_or_else(|| ApiError::new(ErrorCode::Unprocessable, "There is no link in '#w='"))??;
            let contents = match (Packet::read(&fragment.link)?, contents) {
                (Packet::Plain(contents), _) => contents,
                (Packet::Sealed(_), Some(contents)) => BASE64.decode(contents).map_err(|_| LinkError::Damaged)?,
                (Packet::Sealed(sealed), None) => return Ok(Looked::Sealed(sealed)),
            };
            (Link::from_contents(&contents)?, fragment)
        }
    };
    let system = call.manager.shelf(&Volume::System, call.now).await?.library.executables();
    let system: BTreeMap<String, Arc<ExecutableSkill>> = system;
    let opened = link::open(link, &fragment.inputs, &system)?;
    Ok(Looked::Opened(Box::new(opened), fragment))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::interface::tests::Device;

    const OWN: &str = "---\nskill_id: own\nname: Own\ndescription: Mine\ntype: javascript\ninputs: [{name: x, type: number}]\noutputs: [{name: y, type: number}]\n---\n\n```js\nfunction execute({ x }) { return { y: x }; }\n```\n";

    fn workflow() -> Value {
        json!({
            "workflowId": "shared", "name": "Shared",
            "nodes": [
                {"nodeId": "a", "skillId": "double", "inputValues": {"x": 2}},
                {"nodeId": "b", "skillId": "own", "inputValues": {"x": 3}}
            ],
            "edges": []
        })
    }

    #[test]
    fn a_link_is_made_opened_and_kept_beside_what_is_there() {
        let maker = Device::new();
        maker.done("PUT", "/volumes/file?path=skills/own.md", json!({ "content": OWN, "message": "Own" }));
        let made = maker.done("POST", "/links", json!({ "workflow": workflow() }));
        assert_eq!((&made["travels"], &made["skills"]), (&json!("link"), &json!(["own"])));
        let fragment = format!("#w={}&in.a.x=5&view=app", made["link"].as_str().expect("text"));

        let guest = Device::new();
        let looked = guest.done("POST", "/links/open", json!({ "fragment": fragment }));
        assert_eq!(looked["review"]["skills"][0]["skill_id"], "own");
        assert_eq!(looked["payload"]["workflow"]["nodes"][0]["inputValues"]["x"], 5.0);
        assert_eq!((&looked["app"], &looked["embed"]), (&json!(true), &json!(false)));
        guest.refused("GET", "/workflows/shared", Value::Null, 404);
        guest.refused("GET", "/skills/own", Value::Null, 404);

        let first = guest.done("POST", "/links/keep", json!({ "fragment": fragment }));
        assert_eq!((&first["workflow_id"], &first["skills"]), (&json!("shared"), &json!(["own"])));
        let again = guest.done("POST", "/links/keep", json!({ "fragment": fragment }));
        assert_eq!((&again["workflow_id"], &again["skills"]), (&json!("shared-2"), &json!([])));
        guest.refused("POST", "/links/open", json!({ "fragment": &fragment[..60] }), 422);
        guest.refused("POST", "/links/open", json!({ "fragment": "#view=app" }), 422);
        guest.refused("POST", "/links/keep", json!({ "fragment": "#w=AQ" }), 422);
    }

    #[test]
    fn a_sealed_link_gives_what_the_passphrase_opens() {
        let device = Device::new();
        let sealed = json!({ "salt": "AAAAAAAAAAAAAAAAAAAAAA", "nonce": "AAAAAAAAAAAAAAAA", "ciphertext": "AQID" });
        let link = device.done("POST", "/links/seal", sealed.clone())["link"].clone();
        let fragment = format!("w={}", link.as_str().expect("text"));
        assert_eq!(device.done("POST", "/links/open", json!({ "fragment": fragment }))["sealed"], sealed);
        device.refused("POST", "/links/open", json!({ "fragment": fragment, "contents": "AQID" }), 422);
        device.refused("POST", "/links/keep", json!({ "fragment": fragment }), 422);
        device.refused("POST", "/links/seal", json!({ "salt": "AA", "nonce": "AA", "ciphertext": "AA" }), 400);
    }
}
