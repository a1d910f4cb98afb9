//! The page's host of runtimes (`assets/bridge/host.ts`): frames, workers, runtime bytes, and the store of values.

use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

use super::JsError;
use crate::kernel::worker::protocol::{FromHost, ToHost};

#[wasm_bindgen(raw_module = "./bridge/page.js")]
extern "C" {
    #[wasm_bindgen(js_name = openHost, catch)]
    fn open_host(options: &JsValue) -> Result<HostObject, JsValue>;

    #[wasm_bindgen(js_name = nextTask)]
    async fn open_next_task();

    /// The host as JavaScript sees it.
    #[derive(Clone)]
    pub type HostObject;

    #[wasm_bindgen(method, catch)]
    fn send(this: &HostObject, json: &str) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = preparePackages)]
    async fn prepare_packages(this: &HostObject, json: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method)]
    fn value(this: &HostObject, step: &str, output: &str) -> JsValue;

    #[wasm_bindgen(method)]
    fn forget(this: &HostObject, step: &str);

    #[wasm_bindgen(method)]
    fn version(this: &HostObject) -> String;
}

/// The host, for as long as the page lives.
#[derive(Clone)]
pub struct Host {
    object: HostObject,
}

impl Host {
    /// Opens the host. What it has to say arrives at `listener`, later and in order.
    pub fn open(listener: impl Fn(Vec<FromHost>) + 'static) -> Result<Self, JsError> {
        let on_message = Closure::<dyn Fn(String)>::new(move |json: String| match serde_json::from_str(&json) {
            Ok(messages) => listener(messages),
            Err(error) => web_sys::console::error_1(&format!("A message of the host cannot be read: {error}").into()),
        });
        let options = js_sys::Object::new();
        let base_url = web_sys::window().and_then(|window| window.document()?.base_uri().ok()?).unwrap_or_default();
        set(&options, "baseUrl", &base_url.into());
        set(&options, "onMessage", on_message.as_ref());
        let object = open_host(&options).map_err(|thrown| JsError::new("Opening the host of runtimes", &thrown))?;
        // The host lives as long as the page, and so does what it calls.
        on_message.forget();
        Ok(Self { object })
    }

    /// The host as JavaScript sees it, for other modules of the bridge.
    pub fn object(&self) -> &HostObject {
        &self.object
    }

    /// Sends one message.
    pub fn send(&self, message: &ToHost) -> Result<(), JsError> {
        self.object.send(&to_json(message)).map_err(|thrown| JsError::new("Talking to the host of runtimes", &thrown))
    }

    /// Has packages brought to hand; the answer is what `Answer` reads from the host's JSON.
    pub async fn prepare_packages<Answer: DeserializeOwned>(
        &self,
        request: &impl Serialize,
    ) -> Result<Answer, JsError> {
        const CONTEXT: &str = "Preparing Python packages";
        let answer =
            self.object.prepare_packages(&to_json(request)).await.map_err(|thrown| JsError::new(CONTEXT, &thrown))?;
        serde_json::from_str(&answer.as_string().unwrap_or_default()).map_err(|error| JsError {
            context: CONTEXT,
            name: "DecodeError".to_owned(),
            message: error.to_string(),
        })
    }

    /// The value of an output; undefined where it is not kept.
    pub fn value(&self, step: &str, output: &str) -> JsValue {
        self.object.value(step, output)
    }

    /// Drops the outputs of a step.
    pub fn forget(&self, step: &str) {
        self.object.forget(step);
    }

    /// The hash of all that runs code: a part of every step's name.
    pub fn version(&self) -> String {
        self.object.version()
    }
}

/// Waits for the page's next task: what was done so far may be drawn, and no task becomes long.
pub(super) async fn next_task() {
    open_next_task().await;
}

/// Sets a property of an object that we made ourselves.
pub(super) fn set(object: &js_sys::Object, name: &str, value: &JsValue) {
    js_sys::Reflect::set(object, &name.into(), value).expect("an ordinary object takes a property");
}

fn to_json(message: &impl Serialize) -> String {
    serde_json::to_string(message).expect("our own messages serialise")
}
