//! The way to volumes' remotes (`assets/bridge/volumes/remotes.ts`): smart HTTP, a proxy, GitHub's interface. Used by the volume worker
//! only. Tokens stay on the other side of the border.

use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

use super::storage::BrowserStorage;
use crate::kernel::manager::{Fetched, PushUpdate, RemoteError, RemoteErrorKind, RemoteSettings, Remotes};
use crate::kernel::volume::Oid;

#[wasm_bindgen(raw_module = "./bridge/volume-store.js")]
extern "C" {
    #[wasm_bindgen(js_name = fetchRemote, catch)]
    async fn fetch_remote(volume: &str, settings: &str, haves: &Array) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = pushRemote, catch)]
    async fn push_remote(
        volume: &str,
        settings: &str,
        updates: &str,
        pack: Option<Uint8Array>,
    ) -> Result<JsValue, JsValue>;
}

impl Remotes for BrowserStorage {
    async fn fetch(&self, volume: &str, remote: &RemoteSettings, haves: &[Oid]) -> Result<Fetched, RemoteError> {
        let haves: Array = haves.iter().map(|oid| JsValue::from_str(&oid.to_string())).collect();
        let fetched = fetch_remote(volume, &to_json(remote), &haves).await.map_err(|thrown| remote_error(&thrown))?;
        let fetched = Array::from(&fetched);
        let flat: Vec<String> = Array::from(&fetched.get(0)).iter().filter_map(|text| text.as_string()).collect();
        let refs = flat.chunks_exact(2).filter_map(|pair| Some((pair[0].clone(), pair[1].parse().ok()?))).collect();
        let pack = fetched.get(2);
        Ok(Fetched {
            refs,
            head: fetched.get(1).as_string(),
            pack: (!pack.is_undefined()).then(|| Uint8Array::new(&pack).to_vec()),
        })
    }

    async fn push(
        &self,
        volume: &str,
        remote: &RemoteSettings,
        updates: &[PushUpdate],
        pack: Option<Vec<u8>>,
    ) -> Result<(), RemoteError> {
        let pack = pack.map(|pack| Uint8Array::from(pack.as_slice()));
        let pushed = push_remote(volume, &to_json(remote), &to_json(&updates), pack).await;
        pushed.map(|_| ()).map_err(|thrown| remote_error(&thrown))
    }
}

fn to_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("addresses and ids serialise")
}

/// A `RemoteFailure`, or whatever else was thrown.
fn remote_error(thrown: &JsValue) -> RemoteError {
    let field = |name: &str| Reflect::get(thrown, &name.into()).ok().and_then(|value| value.as_string());
    let kind = match field("kind").as_deref() {
        Some("moved") => RemoteErrorKind::Moved,
        Some("cancelled") => RemoteErrorKind::Cancelled,
        _ => RemoteErrorKind::Failed,
    };
    RemoteError { kind, message: field("message").unwrap_or_else(|| format!("{thrown:?}")) }
}
