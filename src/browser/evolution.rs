//! What surrounds a run of evolution in a browser (`assets/bridge/volumes/evolution.ts`): turns, progress for the page, its sandbox. Used by
//! the volume worker only.

use std::cell::Cell;
use std::collections::BTreeMap;

use js_sys::Reflect;
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;

use super::storage::BrowserStorage;
use crate::interface::{Progress, ToldOutput, Workshop};

/// Replays are asked for under names that begin so.
const ASK: &str = "evolution:";

thread_local! {
    static STOPPED: Cell<bool> = const { Cell::new(false) };
    static ASKED: Cell<u32> = const { Cell::new(0) };
}

#[wasm_bindgen(raw_module = "./bridge/volume-store.js")]
extern "C" {
    #[wasm_bindgen(js_name = breathe)]
    async fn breathe();

    #[wasm_bindgen(js_name = tellEvolution)]
    fn tell_evolution(progress: &str);

    #[wasm_bindgen(js_name = askPage, catch)]
    async fn ask_page(ask_id: &str, ask: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = cancelAsks)]
    fn cancel_asks(prefix: &str);
}

impl Workshop for BrowserStorage {
    async fn breathe(&self) {
        breathe().await;
    }

    fn tell(&self, progress: &Progress) {
        tell_evolution(&serde_json::to_string(progress).expect("our own progress serialises"));
    }

    fn begin(&self) {
        STOPPED.set(false);
    }

    fn ask_to_stop(&self) {
        STOPPED.set(true);
        cancel_asks(ASK);
    }

    fn is_stopped(&self) -> bool {
        STOPPED.get()
    }

    async fn replay(&self, payload: &Value, node_id: &str) -> Result<BTreeMap<String, ToldOutput>, String> {
        let number = ASKED.get() + 1;
        ASKED.set(number);
        let ask = json!({ "kind": "replay", "payload": payload, "nodeId": node_id }).to_string();
        match ask_page(&format!("{ASK}{number}"), &ask).await {
            Ok(answer) => serde_json::from_str(&answer.as_string().unwrap_or_default())
                .map_err(|error| format!("The page's answer cannot be read: {error}")),
            Err(thrown) => {
                let message = Reflect::get(&thrown, &"message".into()).ok().and_then(|message| message.as_string());
                Err(message.unwrap_or_else(|| "The page gave no answer.".to_owned()))
            }
        }
    }
}
