//! What the face of skills needs of the browser (`assets/bridge/skills-face.ts`): an editor of code, and the files that people bring.

use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use super::JsError;

#[wasm_bindgen(raw_module = "./bridge/skills-face.js")]
extern "C" {
    type EditorHandle;

    #[wasm_bindgen(catch, js_name = openEditor)]
    async fn open_editor(element: &HtmlElement, text: &str, options: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, js_name = setText)]
    fn set_text(this: &EditorHandle, text: &str);

    #[wasm_bindgen(method, js_name = setFindings)]
    fn set_findings(this: &EditorHandle, json: &str);

    #[wasm_bindgen(method, js_name = goTo)]
    fn go_to(this: &EditorHandle, line: u32);

    #[wasm_bindgen(method)]
    fn focus(this: &EditorHandle);

    #[wasm_bindgen(method)]
    fn destroy(this: &EditorHandle);

    #[wasm_bindgen(catch, js_name = bodyOf)]
    async fn body_of(files: &web_sys::FileList) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_name = fromAddress)]
    async fn from_address(address: &str) -> Result<JsValue, JsValue>;
}

/// An editor in its element; dropping it takes it away.
pub struct CodeEditor {
    handle: EditorHandle,
    // Called as long as the editor is there.
    _on_change: Closure<dyn Fn(String)>,
    _on_save: Closure<dyn Fn()>,
}

impl CodeEditor {
    /// Opens an editor of this text in an empty element.
    pub async fn open(
        element: &HtmlElement,
        text: &str,
        label: &str,
        read_only: bool,
        on_change: impl Fn(String) + 'static,
        on_save: impl Fn() + 'static,
    ) -> Result<Self, JsError> {
        let on_change = Closure::<dyn Fn(String)>::new(on_change);
        let on_save = Closure::<dyn Fn()>::new(on_save);
        let options = js_sys::Object::new();
        let fields: [(&str, &JsValue); 4] = [
            ("label", &label.into()),
            ("readOnly", &read_only.into()),
            ("onChange", on_change.as_ref()),
            ("onSave", on_save.as_ref()),
        ];
        for (name, value) in fields {
            // A new object takes every field.
            let _ = js_sys::Reflect::set(&options, &name.into(), value);
        }
        let opened = open_editor(element, text, &options).await;
        let handle = opened.map_err(|thrown| JsError::new("Opening the editor", &thrown))?.unchecked_into();
        Ok(Self { handle, _on_change: on_change, _on_save: on_save })
    }

    /// Replaces its text.
    pub fn set_text(&self, text: &str) {
        self.handle.set_text(text);
    }

    /// Shows what is wrong: a JSON list of findings.
    pub fn set_findings(&self, json: &str) {
        self.handle.set_findings(json);
    }

    /// Puts the cursor on a line.
    pub fn go_to(&self, line: u32) {
        self.handle.go_to(line);
    }

    /// Puts the focus into it.
    pub fn focus(&self) {
        self.handle.focus();
    }
}

impl Drop for CodeEditor {
    fn drop(&mut self) {
        self.handle.destroy();
    }
}

/// What is sent with a call: text, or the bytes of a file. It is handed on as the browser has it.
#[derive(Clone)]
pub struct Parcel(pub(super) JsValue);

impl Parcel {
    /// Text.
    pub fn text(text: &str) -> Self {
        Self(text.into())
    }

    /// Files that were chosen or dropped.
    pub async fn of_files(files: &web_sys::FileList) -> Result<Self, JsError> {
        body_of(files).await.map(Self).map_err(|thrown| JsError::new("Reading the files", &thrown))
    }

    /// The bytes of one file.
    pub async fn of_file(file: &web_sys::File) -> Result<Self, JsError> {
        let bytes = wasm_bindgen_futures::JsFuture::from(file.array_buffer()).await;
        let bytes = bytes.map_err(|thrown| JsError::new("Reading the file", &thrown))?;
        Ok(Self(js_sys::Uint8Array::new(&bytes).into()))
    }

    /// What stands at an address.
    pub async fn of_address(address: &str) -> Result<Self, JsError> {
        from_address(address).await.map(Self).map_err(|thrown| JsError::new("Fetching the address", &thrown))
    }
}
