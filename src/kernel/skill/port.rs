//! The typed ports through which nodes exchange values.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a port carries. `Any` fits everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum PortType {
    /// A floating-point number.
    Number,
    /// A whole number.
    Integer,
    /// Text.
    String,
    /// True or false.
    Boolean,
    /// A sequence; long runs of numbers travel as typed arrays.
    Array,
    /// A record of named values.
    Object,
    /// A picture: its media type and bytes.
    Image,
    /// Named columns of equal length.
    Table,
    /// Series over axes.
    Plot,
    /// A 3D scene.
    Scene,
    /// A netlist or a quantum circuit.
    Circuit,
    /// HTML, shown only in a sandbox.
    Html,
    /// Markdown text.
    Markdown,
    /// Anything.
    #[default]
    Any,
}

/// One input or output of an executable skill.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Port {
    /// Unique among the inputs, or among the outputs, of its skill.
    pub name: String,
    /// What it carries.
    #[serde(rename = "type", default)]
    pub kind: PortType,
    /// One line for a person.
    #[serde(default)]
    pub description: String,
    /// The value of an input that nothing is wired to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(type = "unknown", optional))]
    pub default: Option<Value>,
    /// Whether a run needs this input; an input without a default is required unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required: Option<bool>,
    /// The simulator's vector or measurement that fills this output, such as `v(out)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The unit shown beside the value, such as `Hz`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}
