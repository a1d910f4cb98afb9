//! YAML as a tree that keeps what people wrote: the order of fields, and fields written twice.
//!
//! serde_yaml's own tree refuses a mapping with a repeated key as a whole; here the reader of fields decides.

use std::fmt;

use serde::de::{Deserialize, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::fit::in_words;

/// A value of YAML.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Yaml {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    List(Vec<Yaml>),
    Fields(Vec<(String, Yaml)>),
}

impl Yaml {
    /// What it is, for a message.
    pub fn kind(&self) -> &'static str {
        match self {
            Yaml::Null => "nothing",
            Yaml::Bool(_) => "true or false",
            Yaml::Integer(_) | Yaml::Float(_) => "a number",
            Yaml::Text(_) => "text",
            Yaml::List(_) => "a list",
            Yaml::Fields(_) => "a group of fields",
        }
    }

    /// What it is, in a few words with the value where that is short.
    pub fn in_words(&self) -> String {
        match self {
            Yaml::Text(_) | Yaml::Integer(_) | Yaml::Float(_) => in_words(&self.to_json()),
            other => other.kind().to_owned(),
        }
    }

    /// A single value as text, as near to how it was written as can be told.
    pub fn to_text(&self) -> Option<String> {
        match self {
            Yaml::Text(text) => Some(text.trim().to_owned()),
            Yaml::Integer(number) => Some(number.to_string()),
            Yaml::Float(number) => Some(format!("{number:?}")),
            Yaml::Bool(value) => Some(value.to_string()),
            Yaml::Null | Yaml::List(_) | Yaml::Fields(_) => None,
        }
    }

    /// The same as JSON; a number that JSON does not have becomes null.
    pub fn to_json(&self) -> Value {
        match self {
            Yaml::Null => Value::Null,
            Yaml::Bool(value) => Value::Bool(*value),
            Yaml::Integer(number) => Value::from(*number),
            Yaml::Float(number) => Number::from_f64(*number).map_or(Value::Null, Value::Number),
            Yaml::Text(text) => Value::String(text.clone()),
            Yaml::List(items) => Value::Array(items.iter().map(Yaml::to_json).collect()),
            Yaml::Fields(fields) => {
                let mut object = Map::new();
                for (name, value) in fields {
                    object.entry(name.clone()).or_insert_with(|| value.to_json());
                }
                Value::Object(object)
            }
        }
    }
}

impl<'de> Deserialize<'de> for Yaml {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Yaml;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Yaml, E> {
        Ok(Yaml::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Yaml, E> {
        Ok(Yaml::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Yaml, E> {
        Ok(Yaml::Integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Yaml, E> {
        Ok(i64::try_from(value).map_or(Yaml::Float(value as f64), Yaml::Integer))
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<Yaml, E> {
        Ok(Yaml::Float(value as f64))
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<Yaml, E> {
        Ok(Yaml::Float(value as f64))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Yaml, E> {
        Ok(Yaml::Float(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Yaml, E> {
        Ok(Yaml::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Yaml, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Yaml::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Yaml, A::Error> {
        let mut fields = Vec::new();
        while let Some((name, value)) = entries.next_entry::<Yaml, Yaml>()? {
            fields.push((name.to_text().unwrap_or_default(), value));
        }
        Ok(Yaml::Fields(fields))
    }

    /// A value with a tag, such as `!unit 5`: the tag says nothing here.
    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Yaml, A::Error> {
        let (_tag, value) = tagged.variant::<String>()?;
        value.newtype_variant()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_repetition_tags_and_odd_numbers_survive() {
        let tree: Yaml =
            serde_yaml::from_str("b: 1\na: !unit 2.5\nb: [~, yes, true]\n3: 99999999999999999999\n").unwrap();
        let Yaml::Fields(fields) = &tree else { panic!("{tree:?}") };
        assert_eq!(fields[0], ("b".into(), Yaml::Integer(1)));
        assert_eq!(fields[1], ("a".into(), Yaml::Float(2.5)));
        assert_eq!(fields[2], ("b".into(), Yaml::List(vec![Yaml::Null, Yaml::Text("yes".into()), Yaml::Bool(true)])));
        assert_eq!(fields[3], ("3".into(), Yaml::Float(1e20)));
        assert_eq!(tree.to_json()["b"], 1);
    }
}
