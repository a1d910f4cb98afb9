//! What the desk asks of the volumes: calls of `window.llmos`, and what is bytes rather than JSON. The page hands over the object
//! (`assets/bridge/volumes.ts`).

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::{JsError, Parcel};

#[wasm_bindgen]
extern "C" {
    /// The volumes as the page holds them.
    #[derive(Clone)]
    pub type VolumesHandle;

    #[wasm_bindgen(method, catch)]
    async fn answer(this: &VolumesHandle, method: &str, path: &str, body: Option<String>) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = answer)]
    async fn answer_text(
        this: &VolumesHandle,
        method: &str,
        path: &str,
        body: &js_sys::JsString,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = answer)]
    async fn answer_parcel(this: &VolumesHandle, method: &str, path: &str, body: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn file(this: &VolumesHandle, path: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn unseal(this: &VolumesHandle, sealed: &str, passphrase: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn markdown(this: &VolumesHandle, text: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn bytes(this: &VolumesHandle, volume: &str, path: &str, at: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = exportVolume)]
    async fn export_volume(this: &VolumesHandle, volume: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = exportBundle)]
    async fn export_bundle(this: &VolumesHandle, volume: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = importVolume)]
    async fn import_volume(this: &VolumesHandle, volume: &str, archive: &web_sys::Blob) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn backup(this: &VolumesHandle) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn review(this: &VolumesHandle, archive: &web_sys::Blob) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn restore(this: &VolumesHandle, archive: &web_sys::Blob) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, js_name = settingsChanged)]
    fn settings_changed(this: &VolumesHandle);

    #[wasm_bindgen(method, catch, js_name = settingsText)]
    async fn settings_text(this: &VolumesHandle) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = takeSettings)]
    async fn take_settings(this: &VolumesHandle, file: &web_sys::Blob) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = onChange)]
    fn on_change(this: &VolumesHandle, listener: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = onProgress)]
    fn on_progress(this: &VolumesHandle, listener: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = onChat)]
    fn on_chat(this: &VolumesHandle, listener: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn cancel(this: &VolumesHandle, volume: &str) -> Result<JsValue, JsValue>;
}

/// Bytes of a call that is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bytes {
    /// The whole repository of a volume, as a zip.
    Zip,
    /// The same as a git bundle.
    Bundle,
    /// Everything of this device.
    Backup,
}

/// The volumes, and what the page wants to hear.
#[derive(Clone)]
pub struct VolumeCalls {
    volumes: VolumesHandle,
    tell: js_sys::Function,
}

impl VolumeCalls {
    /// Takes what the page gave.
    pub fn new(volumes: VolumesHandle, tell: js_sys::Function) -> Self {
        Self { volumes, tell }
    }

    /// Tells the page something of the desk: what about, and the text.
    pub fn tell(&self, what: &str, text: &str) {
        // The page's own listener does not throw.
        let _ = self.tell.call2(&JsValue::UNDEFINED, &what.into(), &text.into());
    }

    /// One call: `{status, body}` as JSON.
    pub async fn answer(&self, method: &str, path: &str, body: Option<String>) -> Result<String, JsError> {
        text(self.volumes.answer(method, path, body).await, "Asking the volumes")
    }

    /// One `POST` whose body carries what is typed in a field as `api_key`, where something is: the key goes from the field to the volumes
    /// without passing through Rust.
    pub async fn answer_with_key(
        &self,
        path: &str,
        body: &str,
        field: Option<&web_sys::HtmlInputElement>,
    ) -> Result<String, JsError> {
        let with_key = || -> Result<js_sys::JsString, JsValue> {
            let body = js_sys::JSON::parse(body)?;
            if let Some(field) = field {
                let key = js_sys::Reflect::get(field, &"value".into())?;
                if key.is_truthy() {
                    js_sys::Reflect::set(&body, &"api_key".into(), &key)?;
                }
            }
            js_sys::JSON::stringify(&body)
        };
        let answered = match with_key() {
            Ok(body) => self.volumes.answer_text("POST", path, &body).await,
            Err(thrown) => Err(thrown),
        };
        text(answered, "Asking the volumes")
    }

    /// What a link held that a passphrase locked.
    pub async fn unseal(&self, sealed: &str, passphrase: &str) -> Result<String, JsError> {
        text(self.volumes.unseal(sealed, passphrase).await, "Opening the link")
    }

    /// One `POST` with a parcel, which may be a file.
    pub async fn post(&self, path: &str, parcel: &Parcel) -> Result<String, JsError> {
        text(self.volumes.answer_parcel("POST", path, &parcel.0).await, "Asking the volumes")
    }

    /// Gives the person the file that a call answers with.
    pub async fn save_answer(&self, path: &str, name: &str, mime: &str) -> Result<(), JsError> {
        const CONTEXT: &str = "Exporting";
        let bytes = self.volumes.file(path).await.map_err(|thrown| JsError::new(CONTEXT, &thrown))?;
        let saved =
            blob(&js_sys::Uint8Array::new(&bytes).to_vec(), mime).and_then(|blob| super::page::save_blob(name, &blob));
        saved.map_err(|thrown| JsError::new(CONTEXT, &thrown))
    }

    /// Markdown as HTML that is safe to insert.
    pub async fn markdown(&self, source: &str) -> Result<String, JsError> {
        text(self.volumes.markdown(source).await, "Rendering the text")
    }

    /// The bytes of a file, as it was at a branch, tag or commit.
    pub async fn bytes(&self, volume: &str, path: &str, at: &str) -> Result<Vec<u8>, JsError> {
        const CONTEXT: &str = "Reading the file";
        let bytes = self.volumes.bytes(volume, path, at).await.map_err(|thrown| JsError::new(CONTEXT, &thrown))?;
        Ok(js_sys::Uint8Array::new(&bytes).to_vec())
    }

    /// Gives the person a file of what was asked for; answers its size.
    pub async fn save(&self, what: Bytes, volume: &str, name: &str) -> Result<f64, JsError> {
        const CONTEXT: &str = "Exporting";
        let made = match what {
            Bytes::Zip => self.volumes.export_volume(volume).await,
            Bytes::Bundle => self.volumes.export_bundle(volume).await,
            Bytes::Backup => self.volumes.backup().await,
        };
        let blob: web_sys::Blob = made.and_then(JsCast::dyn_into).map_err(|thrown| JsError::new(CONTEXT, &thrown))?;
        super::page::save_blob(name, &blob).map_err(|thrown| JsError::new(CONTEXT, &thrown))?;
        Ok(blob.size())
    }

    /// Gives the person a file of these bytes.
    pub fn save_file(&self, name: &str, bytes: &[u8]) -> Result<(), JsError> {
        let saved = blob(bytes, "application/octet-stream").and_then(|blob| super::page::save_blob(name, &blob));
        saved.map_err(|thrown| JsError::new("Saving the file", &thrown))
    }

    /// An address in this page under which bytes can be shown as a picture; it is good as long as the page.
    pub fn picture(&self, bytes: &[u8], mime: &str) -> Option<String> {
        web_sys::Url::create_object_url_with_blob(&blob(bytes, mime).ok()?).ok()
    }

    /// Gives an address of a picture back.
    pub fn forget_picture(&self, address: &str) {
        let _ = web_sys::Url::revoke_object_url(address);
    }

    /// Takes an archive into a volume; answers in words what came.
    pub async fn import(&self, volume: &str, archive: &web_sys::Blob) -> Result<String, JsError> {
        text(self.volumes.import_volume(volume, archive).await, "Importing")
    }

    /// What a backup holds, and how each volume of it is here, as JSON.
    pub async fn review_backup(&self, archive: &web_sys::Blob) -> Result<String, JsError> {
        text(self.volumes.review(archive).await, "Reading the backup")
    }

    /// Brings back what a backup holds and this device lacks; what came of each volume, as JSON.
    pub async fn restore(&self, archive: &web_sys::Blob) -> Result<String, JsError> {
        text(self.volumes.restore(archive).await, "Restoring")
    }

    /// Choices of the person changed: the page follows, and the file in their volume a moment later.
    pub fn settings_changed(&self) {
        self.volumes.settings_changed();
    }

    /// The settings as their file says them.
    pub async fn settings_text(&self) -> Result<String, JsError> {
        text(self.volumes.settings_text().await, "Reading the settings")
    }

    /// Takes the settings that a file says. A file that cannot be read changes nothing.
    pub async fn take_settings(&self, file: &web_sys::Blob) -> Result<(), JsError> {
        self.volumes.take_settings(file).await.map(|_| ()).map_err(|thrown| JsError::new("Reading the file", &thrown))
    }

    /// Hears which volume changed, and how far a sync is as JSON, for as long as the page lives.
    pub fn listen(&self, on_change: impl Fn(String) + 'static, on_progress: impl Fn(String, String) + 'static) {
        let change = Closure::<dyn Fn(JsValue)>::new(move |change: JsValue| {
            let volume = js_sys::Reflect::get(&change, &"volume".into()).ok().and_then(|volume| volume.as_string());
            on_change(volume.unwrap_or_default());
        });
        let progress = Closure::<dyn Fn(String, JsValue)>::new(move |volume: String, progress: JsValue| {
            let text = js_sys::JSON::stringify(&progress).ok().and_then(|text| text.as_string());
            on_progress(volume, text.unwrap_or_default());
        });
        // Without these calls the desk still shows what it asks for itself.
        let _ = self.volumes.on_change(&change.into_js_value());
        let _ = self.volumes.on_progress(&progress.into_js_value());
    }

    /// Hears what happens in chats, as JSON, for as long as the page lives.
    pub fn listen_to_chats(&self, on_chat: impl Fn(String) + 'static) {
        // Without this call a session is shown as it is when it is opened.
        let _ = self.volumes.on_chat(&Closure::<dyn Fn(String)>::new(on_chat).into_js_value());
    }

    /// Stops what goes on with a volume's remote.
    pub fn cancel(&self, volume: &str) {
        let _ = self.volumes.cancel(volume);
    }
}

fn blob(bytes: &[u8], mime: &str) -> Result<web_sys::Blob, JsValue> {
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(mime);
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &options)
}

fn text(answered: Result<JsValue, JsValue>, context: &'static str) -> Result<String, JsError> {
    let answered = answered.map_err(|thrown| JsError::new(context, &thrown))?;
    Ok(answered.as_string().unwrap_or_default())
}
