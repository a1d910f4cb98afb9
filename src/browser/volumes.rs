//! The volume worker (`assets/bridge/volumes.ts`): whole skills, answers, Markdown. It starts with the first call, after the page stands.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::JsError;
use crate::interface::{Catalogue, RunReport};

#[wasm_bindgen(raw_module = "./bridge/page.js")]
extern "C" {
    #[wasm_bindgen(js_name = openVolumes)]
    fn open_volumes(base_url: &str) -> VolumesObject;

    /// The worker as JavaScript sees it.
    #[derive(Clone)]
    pub type VolumesObject;

    #[wasm_bindgen(method, catch)]
    async fn catalogue(this: &VolumesObject) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, js_name = keepTrace)]
    fn keep_trace(this: &VolumesObject, report: &str);

    #[wasm_bindgen(method, js_name = settingsChanged)]
    fn settings_changed(this: &VolumesObject);

    #[wasm_bindgen(method, js_name = onLibraryChange)]
    fn on_library_change(this: &VolumesObject, listener: &js_sys::Function);

    #[wasm_bindgen(method, setter, js_name = onWarning)]
    fn set_on_warning(this: &VolumesObject, listener: &js_sys::Function);

    #[wasm_bindgen(method, getter, js_name = renderMarkdown)]
    fn render_markdown(this: &VolumesObject) -> JsValue;

}

/// The volume worker, for as long as the page lives.
#[derive(Clone)]
pub struct Volumes {
    object: VolumesObject,
}

impl Volumes {
    /// Makes ready to start it.
    pub fn open() -> Self {
        let base_url = web_sys::window().and_then(|window| window.document()?.base_uri().ok()?).unwrap_or_default();
        Self { object: open_volumes(&base_url) }
    }

    /// The worker as JavaScript sees it, for other modules of the bridge.
    pub fn object(&self) -> &VolumesObject {
        &self.object
    }

    /// Every skill and workflow, with all that runs and without the prose.
    pub async fn catalogue(&self) -> Result<Catalogue, JsError> {
        const CONTEXT: &str = "Reading the library of skills";
        let text = self.object.catalogue().await.map_err(|thrown| JsError::new(CONTEXT, &thrown))?;
        super::library::decode(CONTEXT, &text.as_string().unwrap_or_default())
    }

    /// Has the trace of a run kept; nobody waits for it.
    pub fn keep_trace(&self, report: &RunReport) {
        self.object.keep_trace(&serde_json::to_string(report).expect("our own reports serialise"));
    }

    /// A choice of the person changed: a moment later their file of settings does.
    pub fn settings_changed(&self) {
        self.object.settings_changed();
    }

    /// Calls `listener` whenever there may be other skills or workflows to use, for as long as the page lives.
    pub fn on_library_change(&self, listener: impl Fn() + 'static) {
        let listener = Closure::<dyn Fn()>::new(listener).into_js_value();
        self.object.on_library_change(listener.unchecked_ref());
    }

    /// Calls `listener` with words for the person should nothing that is changed be kept.
    pub fn on_warning(&self, listener: impl Fn(String) + 'static) {
        let listener = Closure::<dyn Fn(String)>::new(listener).into_js_value();
        self.object.set_on_warning(listener.unchecked_ref());
    }

    /// Markdown to HTML that is safe to insert, as a JavaScript function for previews.
    pub(super) fn renderer(&self) -> JsValue {
        self.object.render_markdown()
    }
}
