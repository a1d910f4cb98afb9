//! The page's sandbox, as the desk sees it (`assets/bridge/desk-sandbox.ts`): code goes in, words and previews come out. Values never pass
//! through Rust.

use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use super::JsError;

#[wasm_bindgen]
extern "C" {
    /// The sandbox as the page holds it.
    #[derive(Clone)]
    pub type SandboxHandle;

    #[wasm_bindgen(method, catch)]
    fn start(this: &SandboxHandle, request: &str, tell: &JsValue) -> Result<RunHandle, JsValue>;

    /// A run as JavaScript holds it.
    type RunHandle;

    #[wasm_bindgen(method, catch)]
    async fn finished(this: &RunHandle) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method)]
    fn stop(this: &RunHandle);

    #[wasm_bindgen(method)]
    fn preview(this: &RunHandle, output: &str, element: &HtmlElement);

    #[wasm_bindgen(method)]
    fn dispose(this: &RunHandle);
}

/// One run; dropping it stops it, and takes its previews away.
pub struct SandboxRun {
    handle: RunHandle,
    // Called as long as the run may have something to tell.
    _tell: Closure<dyn Fn(String)>,
}

impl SandboxRun {
    /// Starts a run: `request` is JSON of code or of a payload; `tell` hears how far it is, in words.
    pub fn start(sandbox: &SandboxHandle, request: &str, tell: impl Fn(String) + 'static) -> Result<Self, JsError> {
        let tell = Closure::<dyn Fn(String)>::new(tell);
        let handle = sandbox.start(request, tell.as_ref()).map_err(|thrown| JsError::new("Running", &thrown))?;
        Ok(Self { handle, _tell: tell })
    }

    /// What came of it, as JSON.
    pub async fn finished(&self) -> Result<String, JsError> {
        let outcome = self.handle.finished().await.map_err(|thrown| JsError::new("Running", &thrown))?;
        Ok(outcome.as_string().unwrap_or_default())
    }

    /// Stops it; it still ends with an outcome.
    pub fn stop(&self) {
        self.handle.stop();
    }

    /// Draws an output into an empty element.
    pub fn preview(&self, output: &str, element: &HtmlElement) {
        self.handle.preview(output, element);
    }
}

impl Drop for SandboxRun {
    fn drop(&mut self) {
        self.handle.dispose();
    }
}
