//! What fits where: which output may be wired to which input, and which value may be given to an input by hand.
//!
//! A wire is refused only if no value of the one type could ever be one of the other. Where some values fit and others do not,
//! as from number to integer, the wire is allowed and the worker checks the value when it is there.

use serde_json::Value;

use super::PortType;

impl PortType {
    /// Every type, in the order of the reference.
    pub const ALL: [PortType; 14] = [
        PortType::Number,
        PortType::Integer,
        PortType::String,
        PortType::Boolean,
        PortType::Array,
        PortType::Object,
        PortType::Image,
        PortType::Table,
        PortType::Plot,
        PortType::Scene,
        PortType::Circuit,
        PortType::Html,
        PortType::Markdown,
        PortType::Any,
    ];

    /// The name that skill files use.
    pub fn name(self) -> &'static str {
        match self {
            PortType::Number => "number",
            PortType::Integer => "integer",
            PortType::String => "string",
            PortType::Boolean => "boolean",
            PortType::Array => "array",
            PortType::Object => "object",
            PortType::Image => "image",
            PortType::Table => "table",
            PortType::Plot => "plot",
            PortType::Scene => "scene",
            PortType::Circuit => "circuit",
            PortType::Html => "html",
            PortType::Markdown => "markdown",
            PortType::Any => "any",
        }
    }

    /// The type of this name, or of one of the names that other tools have for it.
    pub fn from_name(name: &str) -> Option<PortType> {
        let name = name.trim().to_lowercase();
        if let Some(kind) = PortType::ALL.into_iter().find(|kind| kind.name() == name) {
            return Some(kind);
        }
        Some(match name.as_str() {
            "float" | "double" | "real" => PortType::Number,
            "int" | "long" => PortType::Integer,
            "str" | "text" => PortType::String,
            "bool" => PortType::Boolean,
            "list" | "vector" | "tuple" => PortType::Array,
            "dict" | "dictionary" | "map" | "record" | "json" => PortType::Object,
            "picture" | "figure" => PortType::Image,
            "dataframe" => PortType::Table,
            "chart" => PortType::Plot,
            "scene_data" => PortType::Scene,
            "netlist" => PortType::Circuit,
            "md" => PortType::Markdown,
            _ => return None,
        })
    }

    /// Whether an output of type `from` may be wired to an input of this type.
    pub fn accepts(self, from: PortType) -> bool {
        use PortType::{
            Any, Array, Circuit, Html, Image, Integer, Markdown, Number, Object, Plot, Scene, String, Table,
        };
        if self == from || self == Any || from == Any {
            return true;
        }
        match self {
            Number => from == Integer,
            // Checked when the value is there: 3.0 fits, 3.5 is an error that names the port.
            Integer => from == Number,
            String => matches!(from, Markdown | Html | Circuit),
            Markdown => matches!(from, String | Html),
            Html => from == String,
            Circuit => matches!(from, String | Object),
            // What has named parts is a record of them.
            Object => matches!(from, Image | Table | Plot | Scene | Circuit),
            Table => matches!(from, Array | Object),
            Plot | Scene => from == Object,
            PortType::Boolean | Array | Image | Any => false,
        }
    }

    /// Whether a value given by hand can be a value of this type.
    pub fn fits(self, value: &Value) -> bool {
        match self {
            PortType::Any => true,
            PortType::Number => value.is_number(),
            PortType::Integer => value.as_f64().is_some_and(|number| number.fract() == 0.0),
            PortType::String | PortType::Html | PortType::Markdown => value.is_string(),
            PortType::Boolean => value.is_boolean(),
            PortType::Array => value.is_array(),
            PortType::Object | PortType::Plot | PortType::Scene => value.is_object(),
            PortType::Image => value.is_object() || value.as_str().is_some_and(|text| text.starts_with("data:")),
            PortType::Table => value.is_object() || value.is_array(),
            PortType::Circuit => value.is_object() || value.is_string(),
        }
    }
}

/// A value in a few words for a message, such as `the text "abc"`.
pub fn in_words(value: &Value) -> String {
    const LONGEST: usize = 32;
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) => {
            let mut short: String = text.chars().take(LONGEST).collect();
            if short.len() < text.len() {
                short.push('…');
            }
            format!("the text {short:?}")
        }
        Value::Array(items) => format!("a list of {}", items.len()),
        Value::Object(fields) => format!("an object of {} fields", fields.len()),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::*;

    #[test]
    fn the_table_of_wires() {
        let mut table = String::new();
        for to in PortType::ALL.into_iter().filter(|kind| *kind != PortType::Any) {
            let from: Vec<&str> =
                PortType::ALL.into_iter().filter(|from| to.accepts(*from) && *from != to).map(PortType::name).collect();
            table += &format!("{} ← {}\n", to.name(), from.join(" "));
        }
        expect![[r#"
            number ← integer any
            integer ← number any
            string ← circuit html markdown any
            boolean ← any
            array ← any
            object ← image table plot scene circuit any
            image ← any
            table ← array object any
            plot ← object any
            scene ← object any
            circuit ← string object any
            html ← string any
            markdown ← string html any
        "#]]
        .assert_eq(&table);
        assert!(PortType::ALL.into_iter().all(|from| PortType::Any.accepts(from)));
    }

    #[test]
    fn values_by_hand() {
        assert!(PortType::Integer.fits(&json!(3.0)));
        assert!(!PortType::Integer.fits(&json!(3.5)));
        assert!(!PortType::Number.fits(&json!("3")));
        assert!(PortType::Circuit.fits(&json!("R1 in out 1k")));
        assert!(PortType::Image.fits(&json!("data:image/png;base64,AA==")));
        assert!(!PortType::Image.fits(&json!("cat.png")));
        assert!(PortType::Any.fits(&json!(null)));
        assert_eq!(in_words(&json!("x".repeat(40))), format!("the text \"{}…\"", "x".repeat(32)));
    }

    #[test]
    fn names_of_other_tools_are_understood() {
        assert_eq!(PortType::from_name(" Float "), Some(PortType::Number));
        assert_eq!(PortType::from_name("dict"), Some(PortType::Object));
        assert_eq!(PortType::from_name("nubmer"), None);
        for kind in PortType::ALL {
            assert_eq!(PortType::from_name(kind.name()), Some(kind));
        }
    }
}
