//! The world around chats (`assets/bridge/volumes/chat-page.ts`): listeners in the page, what only the page can do, which tabs are open.
//! Used by the volume worker only.

use js_sys::{Date, Math, Reflect};
use serde_json::Value;
use wasm_bindgen::prelude::*;

use crate::interface::chat::{Page, PageAsk};
use crate::kernel::chat::ChatEvent;

#[wasm_bindgen(raw_module = "./bridge/volume-store.js")]
extern "C" {
    #[wasm_bindgen(js_name = emitChat)]
    fn emit_chat(event: &str);

    #[wasm_bindgen(js_name = emitChatDelta)]
    fn emit_chat_delta(session_id: &str, message_id: &str, text: &str);

    #[wasm_bindgen(js_name = askPage, catch)]
    async fn ask_page(ask_id: &str, ask: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = cancelAsks)]
    fn cancel_asks(prefix: &str);

    #[wasm_bindgen(js_name = tabName)]
    fn tab_name() -> String;

    #[wasm_bindgen(js_name = isTabOpen)]
    async fn is_tab_open(tab: &str) -> JsValue;

    #[wasm_bindgen(js_name = sleepMs)]
    async fn sleep_ms(duration_ms: f64);
}

/// The page of this tab.
pub struct ChatPage;

impl Page for ChatPage {
    fn now_ms(&self) -> f64 {
        Date::now()
    }

    fn offset_min(&self) -> i32 {
        super::wall_clock().1
    }

    fn random(&self) -> u64 {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number below 2^53")]
        let number = (Math::random() * 9_007_199_254_740_992.0) as u64;
        number
    }

    async fn sleep_ms(&self, duration_ms: f64) {
        sleep_ms(duration_ms).await;
    }

    fn emit(&self, event: ChatEvent) {
        match event {
            ChatEvent::Delta { session_id, message_id, text } => emit_chat_delta(&session_id, &message_id, &text),
            event => emit_chat(&serde_json::to_string(&event).expect("our own events serialise")),
        }
    }

    async fn ask(&self, ask_id: &str, ask: &PageAsk) -> Result<Value, String> {
        let ask = serde_json::to_string(ask).expect("our own questions serialise");
        match ask_page(ask_id, &ask).await {
            Ok(answer) => {
                let answer = answer.as_string().unwrap_or_default();
                serde_json::from_str(&answer).map_err(|error| format!("The page's answer cannot be read: {error}"))
            }
            Err(thrown) => {
                let message = Reflect::get(&thrown, &"message".into()).ok().and_then(|message| message.as_string());
                Err(message.unwrap_or_else(|| "The page gave no answer.".to_owned()))
            }
        }
    }

    fn cancel(&self, ask_prefix: &str) {
        cancel_asks(ask_prefix);
    }

    fn tab(&self) -> String {
        tab_name()
    }

    async fn is_open(&self, tab: &str) -> bool {
        is_tab_open(tab).await.is_truthy()
    }
}
