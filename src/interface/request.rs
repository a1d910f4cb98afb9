//! A call as it came in, taken apart: method, decoded path segments, decoded query, body.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use super::{ApiError, ErrorCode};

/// How many rows a list gives when the call does not say.
const DEFAULT_LIMIT: usize = 100;

/// A call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// The method, in capitals.
    pub method: String,
    /// The path between its slashes, percent-decoded.
    pub segments: Vec<String>,
    query: BTreeMap<String, String>,
    body: Body,
}

/// What came with a call.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Body {
    /// Nothing.
    #[default]
    Nothing,
    /// Text, which is JSON for most calls.
    Text(String),
    /// A file.
    Bytes(Vec<u8>),
}

impl From<Option<String>> for Body {
    fn from(text: Option<String>) -> Self {
        text.map_or(Self::Nothing, Self::Text)
    }
}

impl Body {
    /// The body as text; a file may be text too.
    fn text(&self) -> &str {
        match self {
            Self::Nothing => "",
            Self::Text(text) => text,
            Self::Bytes(bytes) => std::str::from_utf8(bytes).unwrap_or_default(),
        }
    }
}

impl Request {
    /// Takes a method, a path with its query, and a body apart. Never fails: what makes no sense matches no call later.
    pub fn new(method: &str, path: &str, body: impl Into<Body>) -> Self {
        let path = path.split('#').next().unwrap_or_default();
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        Self {
            method: method.to_ascii_uppercase(),
            segments: path.split('/').filter(|part| !part.is_empty()).map(percent_decode).collect(),
            query: query
                .split('&')
                .filter(|pair| !pair.is_empty())
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
                .map(|(name, value)| (decode_query(name), decode_query(value)))
                .collect(),
            body: body.into(),
        }
    }

    /// A parameter of the query; absent and empty are the same.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The body, read as JSON into `T`.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        let text = self.body.text();
        if text.trim().is_empty() {
            return Err(ApiError::new(ErrorCode::MalformedRequest, "This call needs a body in JSON"));
        }
        serde_json::from_str(text).map_err(|error| {
            ApiError::new(ErrorCode::MalformedRequest, "The body cannot be read").detail(error.to_string())
        })
    }

    /// The same, where no body means the default.
    pub fn json_or_default<T: DeserializeOwned + Default>(&self) -> Result<T, ApiError> {
        if self.body.text().trim().is_empty() { Ok(T::default()) } else { self.json() }
    }

    /// The body, where it is a file.
    pub fn bytes(&self) -> Option<&[u8]> {
        match &self.body {
            Body::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// A parameter that is `true` or absent.
    pub fn flag(&self, name: &str) -> bool {
        self.parameter(name) == Some("true")
    }

    /// `offset` (from 0) and `limit`.
    pub fn window(&self) -> Result<(usize, usize), ApiError> {
        Ok((self.count("offset")?.unwrap_or(0), self.count("limit")?.unwrap_or(DEFAULT_LIMIT)))
    }

    /// A moment, in whole seconds since 1970.
    pub fn seconds(&self, name: &str) -> Result<Option<i64>, ApiError> {
        let Some(text) = self.parameter(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| {
            let message = format!("'{name}' should be in whole seconds since 1970");
            ApiError::new(ErrorCode::MalformedRequest, message).detail(format!("It was '{text}'"))
        })
    }

    /// The rows of this page of a list: `offset` (from 0) and `limit`.
    pub fn page<T>(&self, rows: Vec<T>) -> Result<Vec<T>, ApiError> {
        let (offset, limit) = self.window()?;
        Ok(rows.into_iter().skip(offset).take(limit).collect())
    }

    fn count(&self, name: &str) -> Result<Option<usize>, ApiError> {
        let Some(text) = self.parameter(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| {
            ApiError::new(ErrorCode::MalformedRequest, format!("'{name}' should be a whole number, 0 or more"))
                .detail(format!("It was '{text}'"))
        })
    }
}

fn decode_query(text: &str) -> String {
    percent_decode(&text.replace('+', " "))
}

/// Decodes `%41` to `A`; what is not an escape stays as it is, bytes that are no UTF-8 become replacement characters.
fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = (bytes[at] == b'%')
            .then(|| bytes.get(at + 1..at + 3))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(escape.unwrap_or(bytes[at]));
        at += if escape.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}
