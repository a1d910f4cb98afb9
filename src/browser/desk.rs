//! Opens the desk in the page: a program of its own (`src/desk`), which `assets/bridge/desk.ts` brings when it is first looked at.

use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use super::Volumes;
use super::volumes::VolumesObject;

#[wasm_bindgen(raw_module = "./bridge/page.js")]
extern "C" {
    #[wasm_bindgen(js_name = openDesk)]
    fn open_desk(volumes: &VolumesObject, tell: &JsValue, element: &HtmlElement, view: &str);
}

/// The way to the desk.
pub struct Desk {
    volumes: Volumes,
    tell: JsValue,
}

impl Desk {
    /// Makes ready to bring it. `tell` hears what it says of itself: what about, and the text.
    pub fn new(volumes: Volumes, tell: impl Fn(String, String) + 'static) -> Self {
        Self { volumes, tell: Closure::<dyn Fn(String, String)>::new(tell).into_js_value() }
    }

    /// Shows a view of it in this element: progress and failure, with a way to try again, are shown there too.
    pub fn open(&self, element: &HtmlElement, view: &str) {
        open_desk(self.volumes.object(), &self.tell, element, view);
    }
}
