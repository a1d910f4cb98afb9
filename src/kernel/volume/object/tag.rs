//! Annotated tags: an object that names another one. Only read, never written.

use super::ObjectKind;
use crate::kernel::volume::Oid;

/// What an annotated tag leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    pub target: Oid,
    pub kind: ObjectKind,
}

impl Tag {
    /// Reads a tag, or says what is wrong with it.
    pub(crate) fn parse(content: &[u8]) -> Result<Self, &'static str> {
        let mut lines = content.split(|byte| *byte == b'\n');
        let target = lines.next().and_then(|line| line.strip_prefix(b"object ")).ok_or("the tag names no object")?;
        let target = std::str::from_utf8(target).ok().and_then(|text| text.parse().ok());
        let kind = lines.next().and_then(|line| line.strip_prefix(b"type ")).and_then(ObjectKind::of_name);
        let kind = kind.ok_or("the tag names an unknown kind of object")?;
        Ok(Self { target: target.ok_or("the tag names no proper object")?, kind })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_lead_to_what_they_name() {
        let text = format!("object {}\ntype commit\ntag v1\ntagger A <a> 1 +0000\n\nx\n", Oid::EMPTY_TREE);
        assert_eq!(Tag::parse(text.as_bytes()), Ok(Tag { target: Oid::EMPTY_TREE, kind: ObjectKind::Commit }));
        assert!(Tag::parse(b"object x\n").is_err());
    }
}
