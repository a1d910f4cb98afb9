//! Previews of values (`assets/bridge/preview.ts`): plots, tables, pictures, 3D. Values go from the host's store to the drawing
//! without passing through Rust.

use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use super::host::{Host, set};
use super::volumes::Volumes;
use crate::kernel::skill::PortType;

#[wasm_bindgen(raw_module = "./bridge/page.js")]
extern "C" {
    #[wasm_bindgen(js_name = mountPreview, catch)]
    fn mount(element: &HtmlElement, value: &JsValue, options: &JsValue) -> Result<MountedPreview, JsValue>;

    type MountedPreview;

    #[wasm_bindgen(method, catch)]
    fn dispose(this: &MountedPreview) -> Result<(), JsValue>;
}

/// How a value is to be drawn.
#[derive(Clone, Debug)]
pub struct PreviewOptions {
    /// The type of its port.
    pub kind: PortType,
    /// `node`, `panel` or `full`.
    pub size: &'static str,
    /// What it is, for people.
    pub label: String,
    /// Its unit.
    pub unit: Option<String>,
    /// `dark` or `light`.
    pub theme: &'static str,
    /// Whether the person asked for less motion.
    pub reduced_motion: bool,
}

/// A preview in the page; dropping it takes it away.
pub struct Preview {
    mounted: Option<MountedPreview>,
}

impl Drop for Preview {
    fn drop(&mut self) {
        if let Some(mounted) = self.mounted.take()
            && let Err(thrown) = mounted.dispose()
        {
            web_sys::console::warn_2(&"A preview could not be taken away:".into(), &thrown);
        }
    }
}

/// Draws an output of a step into an empty element. Where that fails the element says so.
pub fn mount_preview(
    host: &Host,
    volumes: &Volumes,
    element: &HtmlElement,
    step: &str,
    output: &str,
    options: &PreviewOptions,
) -> Preview {
    let object = js_sys::Object::new();
    let kind = serde_json::to_value(options.kind).ok();
    set(&object, "kind", &kind.as_ref().and_then(|kind| kind.as_str()).unwrap_or("any").into());
    set(&object, "size", &options.size.into());
    set(&object, "label", &options.label.as_str().into());
    if let Some(unit) = &options.unit {
        set(&object, "unit", &unit.as_str().into());
    }
    set(&object, "theme", &options.theme.into());
    set(&object, "reducedMotion", &options.reduced_motion.into());
    set(&object, "renderMarkdown", &volumes.renderer());
    let mounted = match mount(element, &host.value(step, output), &object) {
        Ok(mounted) => Some(mounted),
        Err(thrown) => {
            element.set_text_content(Some("This value cannot be drawn."));
            web_sys::console::error_1(&thrown);
            None
        }
    };
    Preview { mounted }
}
