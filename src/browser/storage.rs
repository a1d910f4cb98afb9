//! Where volumes live in a browser: rows in IndexedDB (`assets/bridge/volumes/rows.ts`), or in memory where the browser stores nothing.
//! Used by the volume worker only.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use js_sys::{Array, Function, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

use super::host::set;
use crate::kernel::manager::{MemoryStorage, Storage};
use crate::kernel::volume::{Durability, MemoryRows, Rows, RowsError, RowsWrite, Signer};

#[wasm_bindgen(raw_module = "./bridge/volume-store.js")]
extern "C" {
    #[wasm_bindgen(js_name = openRows, catch)]
    async fn open_rows() -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = readRows, catch)]
    async fn read_rows(volume: &str, keys: &Array) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = listRows, catch)]
    async fn list_rows(volume: &str, prefix: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = readAllRows, catch)]
    async fn read_all_rows(volume: &str, prefix: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = writeRows, catch)]
    async fn write_rows(volume: &str, write: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = listVolumes, catch)]
    async fn list_volumes() -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = lockVolume, catch)]
    async fn lock_volume(volume: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = signCommit, catch)]
    async fn sign_commit(commit: &Uint8Array) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = removeVolume, catch)]
    async fn remove_volume(volume: &str) -> Result<JsValue, JsValue>;
}

thread_local! {
    /// How many writes to each volume were heard of, ours and those of other tabs.
    static HEARD: RefCell<HashMap<String, u64>> = RefCell::default();
}

/// Somebody wrote to this volume, this tab or another: what was read of it before may be old.
pub fn heard_of_write(volume: &str) {
    HEARD.with_borrow_mut(|heard| *heard.entry(volume.to_owned()).or_default() += 1);
}

/// The storage of this browser.
#[derive(Clone)]
pub enum BrowserStorage {
    /// Kept by the browser.
    Kept,
    /// Gone with the page, since the browser keeps nothing.
    ForThisVisit(MemoryStorage),
}

impl BrowserStorage {
    /// Opens the browser's storage; where there is none, says why and gives one in memory.
    pub async fn open() -> (Self, Option<RowsError>) {
        match open_rows().await {
            Ok(_) => (Self::Kept, None),
            Err(thrown) => (Self::ForThisVisit(MemoryStorage::default()), Some(rows_error(&thrown))),
        }
    }
}

impl Signer for BrowserStorage {
    async fn sign(&self, commit: &[u8]) -> Result<Option<String>, String> {
        let signature = sign_commit(&Uint8Array::from(commit)).await;
        signature.map(|signature| signature.as_string()).map_err(|thrown| message_of(&thrown))
    }
}

impl Storage for BrowserStorage {
    type Rows = BrowserRows;
    type Turn = Option<VolumeLock>;

    fn rows(&self, volume: &str) -> BrowserRows {
        match self {
            Self::Kept => BrowserRows::Kept(volume.into()),
            Self::ForThisVisit(storage) => BrowserRows::ForThisVisit(storage.rows(volume)),
        }
    }

    async fn volumes(&self) -> Result<Vec<String>, RowsError> {
        match self {
            Self::Kept => Ok(strings(&list_volumes().await.map_err(|thrown| rows_error(&thrown))?)),
            Self::ForThisVisit(storage) => storage.volumes().await,
        }
    }

    async fn turn(&self, volume: &str) -> Option<VolumeLock> {
        match self {
            Self::Kept => lock_volume(volume).await.ok().and_then(|release| release.dyn_into().ok()).map(VolumeLock),
            Self::ForThisVisit(_) => None,
        }
    }

    async fn remove(&self, volume: &str) -> Result<(), RowsError> {
        match self {
            Self::Kept => remove_volume(volume).await.map(|_| ()).map_err(|thrown| rows_error(&thrown)),
            Self::ForThisVisit(storage) => storage.remove(volume).await,
        }
    }
}

/// A volume's Web Lock, held until it is dropped.
pub struct VolumeLock(Function);

impl Drop for VolumeLock {
    fn drop(&mut self) {
        // Releasing does not fail; were it to, the browser releases with the tab.
        let _ = self.0.call0(&JsValue::NULL);
    }
}

/// The rows of one volume.
#[derive(Clone)]
pub enum BrowserRows {
    /// In IndexedDB, under the volume's name.
    Kept(Rc<str>),
    /// In memory.
    ForThisVisit(Rc<MemoryRows>),
}

impl Rows for BrowserRows {
    async fn read(&self, keys: &[String]) -> Result<Vec<Option<Vec<u8>>>, RowsError> {
        let volume = match self {
            Self::Kept(volume) => volume,
            Self::ForThisVisit(rows) => return rows.read(keys).await,
        };
        let values = read_rows(volume, &array(keys)).await.map_err(|thrown| rows_error(&thrown))?;
        Ok(Array::from(&values).iter().map(|value| (!value.is_undefined()).then(|| bytes(&value))).collect())
    }

    async fn list(&self, prefix: &str) -> Result<Vec<String>, RowsError> {
        let volume = match self {
            Self::Kept(volume) => volume,
            Self::ForThisVisit(rows) => return rows.list(prefix).await,
        };
        let mut keys = strings(&list_rows(volume, prefix).await.map_err(|thrown| rows_error(&thrown))?);
        // IndexedDB sorts by UTF-16.
        keys.sort_unstable();
        Ok(keys)
    }

    async fn read_all(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, RowsError> {
        let volume = match self {
            Self::Kept(volume) => volume,
            Self::ForThisVisit(rows) => return rows.read_all(prefix).await,
        };
        let read = Array::from(&read_all_rows(volume, prefix).await.map_err(|thrown| rows_error(&thrown))?);
        let values = Array::from(&read.get(1));
        let mut rows: Vec<_> =
            strings(&read.get(0)).into_iter().zip(values.iter().map(|value| bytes(&value))).collect();
        rows.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        Ok(rows)
    }

    async fn write(&self, write: RowsWrite) -> Result<(), RowsError> {
        let volume = match self {
            Self::Kept(volume) => volume,
            Self::ForThisVisit(rows) => return rows.write(write).await,
        };
        let object = js_sys::Object::new();
        let (keys, values) = (Array::new(), Array::new());
        for (key, value) in &write.expect {
            keys.push(&key.as_str().into());
            values.push(&value.as_deref().map_or(JsValue::NULL, |value| Uint8Array::from(value).into()));
        }
        set(&object, "expectKeys", &keys);
        set(&object, "expectValues", &values);
        let (keys, values) = (Array::new(), Array::new());
        for (key, value) in &write.put {
            keys.push(&key.as_str().into());
            values.push(&Uint8Array::from(value.as_slice()));
        }
        set(&object, "putKeys", &keys);
        set(&object, "putValues", &values);
        set(&object, "removeKeys", &array(&write.remove));
        set(&object, "strict", &(write.durability == Durability::Strict).into());
        let written = write_rows(volume, &object).await.map(|_| ()).map_err(|thrown| rows_error(&thrown));
        if written.is_err() {
            // It may have been done all the same, as when the connection is lost before we hear of it.
            heard_of_write(volume);
        }
        written
    }

    fn writes_heard(&self) -> Option<u64> {
        match self {
            Self::Kept(volume) => Some(HEARD.with_borrow(|heard| heard.get(&**volume).copied().unwrap_or_default())),
            Self::ForThisVisit(rows) => rows.writes_heard(),
        }
    }
}

fn array(texts: &[String]) -> Array {
    texts.iter().map(|text| JsValue::from_str(text)).collect()
}

fn strings(values: &JsValue) -> Vec<String> {
    Array::from(values).iter().filter_map(|value| value.as_string()).collect()
}

fn bytes(value: &JsValue) -> Vec<u8> {
    Uint8Array::new(value).to_vec()
}

/// What an error says.
fn message_of(thrown: &JsValue) -> String {
    let message = Reflect::get(thrown, &"message".into()).ok().and_then(|message| message.as_string());
    message.unwrap_or_else(|| format!("{thrown:?}"))
}

/// A `RowsFailure`, or whatever else was thrown.
fn rows_error(thrown: &JsValue) -> RowsError {
    let field = |name: &str| Reflect::get(thrown, &name.into()).ok().and_then(|value| value.as_string());
    let message = message_of(thrown);
    match field("kind").as_deref() {
        Some("moved") => RowsError::Moved { key: field("key").unwrap_or_default() },
        Some("quota") => RowsError::QuotaExceeded,
        Some("closed") => RowsError::Closed { reason: message },
        _ => RowsError::Failed { name: field("name").unwrap_or_else(|| "Error".to_owned()), message },
    }
}
