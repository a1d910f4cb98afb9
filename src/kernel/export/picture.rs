//! The workflow inside a picture: the text of a link, in an SVG's metadata or in a text chunk of a PNG.

use crate::kernel::checksum::crc32;
use crate::kernel::link::{Link, LinkError, Packet};

/// Under which name a picture holds it.
pub(super) const METADATA_ID: &str = "llmos-lite-workflow";
const PNG_START: &[u8] = b"\x89PNG\r\n\x1a\n";
const TEXT_CHUNK: &[u8; 4] = b"tEXt";
const LAST_CHUNK: &[u8; 4] = b"IEND";

/// The same PNG with the workflow inside, in place of one that it held; none if it is no PNG.
pub fn png_with(png: &[u8], link: &Link) -> Option<Vec<u8>> {
    let chunks = chunks(png)?;
    let mut text = METADATA_ID.as_bytes().to_vec();
    text.push(0);
    text.extend(Packet::Plain(link.to_contents()).to_text().bytes());
    let mut written = PNG_START.to_vec();
    for chunk in chunks {
        if held(&chunk).is_some() {
            continue;
        }
        if chunk.kind == LAST_CHUNK {
            push_chunk(&mut written, TEXT_CHUNK, &text);
        }
        push_chunk(&mut written, chunk.kind, chunk.data);
    }
    Some(written)
}

/// The workflow that a picture holds, SVG or PNG; none where it holds none.
pub fn link_in_picture(picture: &[u8]) -> Option<Result<Link, LinkError>> {
    let text = match chunks(picture) {
        Some(chunks) => chunks.iter().find_map(held)?.to_owned(),
        None => in_svg(std::str::from_utf8(picture).ok()?)?.to_owned(),
    };
    Some(match Packet::read_file(&text) {
        Ok(Packet::Plain(contents)) => Link::from_contents(&contents),
        Ok(Packet::Sealed(_)) => Err(LinkError::Sealed),
        Err(error) => Err(error),
    })
}

/// Editors of pictures put other attributes and white space there.
fn in_svg(text: &str) -> Option<&str> {
    let behind_name = text.split_once(METADATA_ID)?.1;
    let (before, behind) = behind_name.split_once('>')?;
    let is_metadata = !before.contains('<') && !before.ends_with('/');
    is_metadata.then(|| behind.split('<').next().unwrap_or_default().trim())
}

struct Chunk<'a> {
    kind: &'a [u8],
    data: &'a [u8],
}

/// The chunks of a PNG; none if it is none, or damaged.
fn chunks(png: &[u8]) -> Option<Vec<Chunk<'_>>> {
    let mut rest = png.strip_prefix(PNG_START)?;
    let mut chunks = Vec::new();
    while let Some((length, behind)) = rest.split_first_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        let (kind, behind) = behind.split_at_checked(4)?;
        let (data, behind) = behind.split_at_checked(length)?;
        let (_, behind) = behind.split_at_checked(4)?;
        chunks.push(Chunk { kind, data });
        rest = behind;
        if kind == LAST_CHUNK {
            break;
        }
    }
    (chunks.last()?.kind == LAST_CHUNK).then_some(chunks)
}

fn held<'a>(chunk: &Chunk<'a>) -> Option<&'a str> {
    let text = chunk.data.strip_prefix(METADATA_ID.as_bytes())?.strip_prefix(&[0])?;
    if chunk.kind == TEXT_CHUNK { std::str::from_utf8(text).ok() } else { None }
}

fn push_chunk(png: &mut Vec<u8>, kind: &[u8], data: &[u8]) {
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
    png.extend(length.to_be_bytes());
    let start = png.len();
    png.extend(kind);
    png.extend(data);
    let checksum = crc32(&png[start..]);
    png.extend(checksum.to_be_bytes());
}
