//! Finds the file that a URL names, its type and its compressed form.
//!
//! It never leaves its folder, follows no `..`, and shows no file whose name begins with a dot.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use flate2::Compression;
use flate2::write::GzEncoder;

/// Files above this size (runtimes) are sent as they are, straight from disk: on one machine compression would only cost time.
const LARGEST_IN_MEMORY: u64 = 4_000_000;

/// The files under one folder.
pub struct Files {
    folder: PathBuf,
    /// Compressed once for each version of a file.
    compressed: Mutex<HashMap<Version, Arc<[u8]>>>,
}

/// A file and its tag.
type Version = (PathBuf, String);

/// A file that was found, ready to send.
pub struct Found {
    /// What `Content-Type` says.
    pub media_type: &'static str,
    /// What `ETag` says; changes when the file does.
    pub tag: String,
    /// What `Content-Encoding` says.
    pub encoding: Option<&'static str>,
    /// Whether this is a page rather than a part of one.
    pub is_page: bool,
    /// The bytes.
    pub body: Body,
}

/// The bytes of a file.
pub enum Body {
    /// All of them, compressed if the encoding says so.
    Bytes(Arc<[u8]>),
    /// A large file, with its length.
    File(File, usize),
}

impl Files {
    /// The files under this folder.
    pub fn of(folder: PathBuf) -> Self {
        Self { folder, compressed: Mutex::default() }
    }

    /// The file that a URL names, in a form that the browser accepts.
    pub fn find(&self, url: &str, accepted_encodings: &str) -> Option<Found> {
        let relative = relative_path(url)?;
        let path = self.folder.join(&relative);
        let path = if path.is_dir() { path.join("index.html") } else { path };
        let metadata = fs::metadata(&path).ok().filter(fs::Metadata::is_file)?;
        let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
        let tag = format!("\"{:x}-{modified:x}\"", metadata.len());
        let media_type = media_type(&path);
        let is_page = media_type.starts_with("text/html");
        let found = |encoding, body| Some(Found { media_type, tag: tag.clone(), encoding, is_page, body });

        if metadata.len() > LARGEST_IN_MEMORY || relative.starts_with("runtime") {
            let length = usize::try_from(metadata.len()).ok()?;
            return found(None, Body::File(File::open(&path).ok()?, length));
        }
        let accepts = |encoding: &str| {
            accepted_encodings.split(',').any(|word| word.split(';').next().unwrap_or(word).trim() == encoding)
        };
        // A page is changed on its way out while watching, so it is never compressed beforehand.
        if !is_page && accepts("br") {
            let mut sibling = path.clone().into_os_string();
            sibling.push(".br");
            if let Ok(bytes) = fs::read(sibling) {
                return found(Some("br"), Body::Bytes(bytes.into()));
            }
        }
        let bytes = fs::read(&path).ok()?;
        if !is_page && accepts("gzip") && is_compressible(media_type) {
            return found(Some("gzip"), Body::Bytes(self.gzip(path, &tag, &bytes)?));
        }
        found(None, Body::Bytes(bytes.into()))
    }

    /// The gzip form of a file.
    fn gzip(&self, path: PathBuf, tag: &str, bytes: &[u8]) -> Option<Arc<[u8]>> {
        let key = (path, tag.to_owned());
        if let Some(known) = self.compressed.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Some(Arc::clone(known));
        }
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).ok()?;
        let compressed: Arc<[u8]> = encoder.finish().ok()?.into();
        self.compressed.lock().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&compressed));
        Some(compressed)
    }
}

/// The path that a URL names, relative to the folder; `None` for one that would leave it or name a hidden file.
fn relative_path(url: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next().unwrap_or(url).strip_prefix('/')?;
    let mut relative = PathBuf::new();
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        let name = percent_decoded(segment)?;
        if name.starts_with('.') || name.contains(['/', '\\', ':', '\0']) {
            return None;
        }
        relative.push(name);
    }
    Some(relative)
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let mut digit = || char::from(rest.next()?).to_digit(16);
            let value = digit()? * 16 + digit()?;
            bytes.push(u8::try_from(value).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// The type that goes with a file's ending.
fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|ending| ending.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json; charset=utf-8",
        "webmanifest" => "application/manifest+json; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "md" | "txt" | "ts" => "text/plain; charset=utf-8",
        "zip" | "whl" => "application/zip",
        _ => "application/octet-stream",
    }
}

fn is_compressible(media_type: &str) -> bool {
    media_type.starts_with("text/") || ["wasm", "json", "svg"].iter().any(|kind| media_type.contains(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_a_path_below_the_folder() {
        assert_eq!(relative_path("/"), Some(PathBuf::new()));
        assert_eq!(relative_path("/bridge/host.js?v=1#x"), Some(PathBuf::from("bridge/host.js")));
        assert_eq!(relative_path("//a%20b.txt"), Some(PathBuf::from("a b.txt")));
    }

    #[test]
    fn a_url_cannot_leave_the_folder() {
        for url in [
            "/../Cargo.toml",
            "/a/../../b",
            "/%2e%2e/Cargo.toml",
            "/..%2fCargo.toml",
            "/a%5c..%5cb",
            "/.inputs",
            "/.git/config",
            "/c:/x",
            "/a%00b",
            "/%",
            "/%zz",
            "/%ff",
            "etc/passwd",
            "http://elsewhere/",
        ] {
            assert_eq!(relative_path(url), None, "{url}");
        }
    }

    #[test]
    fn files_come_with_their_type_compressed_if_that_is_accepted() {
        let folder = std::env::temp_dir().join(format!("llmos-files-{}", std::process::id()));
        fs::create_dir_all(folder.join("runtime")).unwrap();
        fs::write(folder.join("index.html"), "<p>").unwrap();
        fs::write(folder.join("app.js"), "1;".repeat(500)).unwrap();
        fs::write(folder.join("app.js.br"), "brotli").unwrap();
        fs::write(folder.join("runtime/a.wasm"), "wasm").unwrap();
        let files = Files::of(folder.clone());
        let encoding = |url: &str, accepted: &str| files.find(url, accepted).unwrap().encoding;
        assert!(files.find("/", "gzip").unwrap().is_page);
        assert_eq!(encoding("/app.js", "gzip, br"), Some("br"));
        assert_eq!(encoding("/app.js", "gzip;q=1.0"), Some("gzip"));
        assert_eq!(encoding("/app.js", ""), None);
        let runtime = files.find("/runtime/a.wasm", "gzip, br").unwrap();
        assert_eq!((runtime.encoding, runtime.media_type), (None, "application/wasm"));
        assert!(matches!(runtime.body, Body::File(_, 4)));
        assert!(files.find("/runtime", "").is_none() && files.find("/none.js", "").is_none());
        fs::remove_dir_all(folder).unwrap();
    }
}
