//! What the desk asks of this device: how safe work is on it, what it can do without a network, which release it runs. The page hands over the
//! object (`assets/bridge/device/device.ts`).

use wasm_bindgen::prelude::*;

use super::JsError;

#[wasm_bindgen]
extern "C" {
    /// The device as the page knows it.
    #[derive(Clone)]
    pub type DeviceHandle;

    #[wasm_bindgen(method, catch, js_name = call)]
    async fn call_by_name(this: &DeviceHandle, name: &str, argument: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = onChange)]
    fn on_change(this: &DeviceHandle, listener: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, js_name = arrivedFile)]
    fn arrived_file(this: &DeviceHandle, place: u32) -> Option<web_sys::File>;
}

impl DeviceHandle {
    /// One call; JSON comes back.
    pub async fn ask(&self, name: &'static str, argument: &str) -> Result<String, JsError> {
        let answered = self.call_by_name(name, argument).await;
        let answered = answered.map_err(|thrown| JsError::new("This device", &thrown))?;
        Ok(answered.as_string().unwrap_or_default())
    }

    /// Hears that something changed, for as long as the page lives.
    pub fn listen(&self, on_change: impl Fn() + 'static) {
        // Without this call the face still shows what it asks for itself.
        let _ = self.on_change(&Closure::<dyn Fn()>::new(on_change).into_js_value());
    }

    /// The file of something that arrived, by its place.
    pub fn arrived(&self, place: usize) -> Option<web_sys::File> {
        self.arrived_file(u32::try_from(place).ok()?)
    }
}
