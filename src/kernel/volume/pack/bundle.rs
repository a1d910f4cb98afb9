//! Bundles: a repository, or a part of one, as a single file that native git clones and fetches from. Version 2.

use crate::kernel::volume::{Oid, VolumeError};

/// A bundle, read or to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// Commits that the receiver must have.
    pub needs: Vec<Oid>,
    /// What it brings, such as `refs/heads/main`; also `HEAD`.
    pub refs: Vec<(String, Oid)>,
    /// The pack.
    pub pack: Vec<u8>,
}

impl Bundle {
    /// The file.
    pub fn encode(&self) -> Vec<u8> {
        let mut head = "# v2 git bundle\n".to_owned();
        self.needs.iter().for_each(|oid| head.push_str(&format!("-{oid}\n")));
        self.refs.iter().for_each(|(name, oid)| head.push_str(&format!("{oid} {name}\n")));
        head.push('\n');
        [head.as_bytes(), &self.pack].concat()
    }

    /// Reads the file; the pack in it is not looked at.
    pub fn parse(bytes: &[u8]) -> Result<Self, VolumeError> {
        let bad = |why: &str| VolumeError::Import(why.to_owned());
        let mut rest = bytes;
        let mut line = || {
            let end = rest.iter().position(|byte| *byte == b'\n')?;
            let line = std::str::from_utf8(&rest[..end]).ok()?;
            rest = &rest[end + 1..];
            Some(line)
        };
        let mut bundle = Self { needs: Vec::new(), refs: Vec::new(), pack: Vec::new() };
        match line() {
            Some("# v2 git bundle" | "# v3 git bundle") => {}
            _ => return Err(bad("it is not a git bundle")),
        }
        loop {
            let text = line().ok_or_else(|| bad("the bundle is cut short"))?;
            if text.is_empty() {
                break;
            }
            if let Some(capability) = text.strip_prefix('@') {
                if capability != "object-format=sha1" {
                    return Err(bad(
                        "the bundle needs what volumes do not have: make it with 'git bundle create --version=2'",
                    ));
                }
                continue;
            }
            let (is_needed, text) = text.strip_prefix('-').map_or((false, text), |text| (true, text));
            let (oid, name) = text.split_once(' ').unwrap_or((text, ""));
            let oid: Oid = oid.parse().map_err(|_| bad("a line of the bundle names no object"))?;
            if is_needed {
                bundle.needs.push(oid);
            } else if name == "HEAD" || name.starts_with("refs/") {
                bundle.refs.push((name.to_owned(), oid));
            } else {
                return Err(bad("a line of the bundle names no branch or tag"));
            }
        }
        bundle.pack = rest.to_vec();
        Ok(bundle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bundles_survive_being_written() {
        let refs = vec![("HEAD".to_owned(), Oid::EMPTY_TREE), ("refs/heads/main".to_owned(), Oid::EMPTY_TREE)];
        let bundle = Bundle { needs: vec![Oid::of_bytes(b"x")], refs, pack: b"PACK\n\n".to_vec() };
        assert_eq!(Bundle::parse(&bundle.encode()), Ok(bundle.clone()));
        for end in 0..bundle.encode().len() - 6 {
            assert!(Bundle::parse(&bundle.encode()[..end]).is_err(), "{end}");
        }
        assert!(Bundle::parse(b"# v3 git bundle\n@filter=blob:none\n\nPACK").is_err());
    }
}
