//! How answers become values: read by hand and not by serde, whose readers of two dozen structures weigh a tenth of the program.

use serde_json::Value;

use super::failure::Failure;

/// What is loaded: not yet there, there, or why not.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Loaded<T> {
    /// It was asked for, or will be.
    #[default]
    Waiting,
    /// It is there.
    Ready(T),
    /// It is not there, for this reason.
    Failed(Failure),
}

impl<T> Loaded<T> {
    /// What is there, if it is.
    pub fn ready(&self) -> Option<&T> {
        match self {
            Self::Ready(value) => Some(value),
            _ => None,
        }
    }
}

/// Something that an answer may hold.
pub trait Read: Sized {
    /// As the answer has it; its empty value where it does not.
    fn read(value: &Value) -> Self;
}

impl Read for String {
    fn read(value: &Value) -> Self {
        value.as_str().unwrap_or_default().to_owned()
    }
}

impl Read for u64 {
    fn read(value: &Value) -> Self {
        value.as_u64().unwrap_or_default()
    }
}

impl Read for i64 {
    fn read(value: &Value) -> Self {
        value.as_i64().unwrap_or_default()
    }
}

impl Read for f64 {
    fn read(value: &Value) -> Self {
        value.as_f64().unwrap_or_default()
    }
}

impl Read for bool {
    fn read(value: &Value) -> Self {
        value.as_bool().unwrap_or_default()
    }
}

impl Read for Value {
    fn read(value: &Value) -> Self {
        value.clone()
    }
}

impl<T: Read> Read for Option<T> {
    fn read(value: &Value) -> Self {
        (!value.is_null()).then(|| T::read(value))
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(value: &Value) -> Self {
        value.as_array().map(|values| values.iter().map(T::read).collect()).unwrap_or_default()
    }
}

/// Structures whose fields are those of the answers.
macro_rules! answers {
    ($($(#[$about:meta])* pub struct $name:ident {
        $($(#[$about_field:meta])* pub $field:ident: $kind:ty,)*
    })*) => {$(
        $(#[$about])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name {
            $($(#[$about_field])* pub $field: $kind,)*
        }

        impl Read for $name {
            fn read(value: &Value) -> Self {
                Self { $($field: Read::read(&value[stringify!($field)]),)* }
            }
        }
    )*};
}

pub(super) use answers;
