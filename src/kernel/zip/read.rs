//! Reading a zip from somebody else: its directory is looked through first, and every size is a promise that is held to.

use std::collections::HashSet;

use miniz_oxide::inflate::decompress_to_vec_with_limit;
use thiserror::Error;

use super::{CENTRAL, DEFLATED, END, END_BYTES, LOCAL, MADE_ON_UNIX, STORED, ZipFile};
use crate::kernel::checksum::crc32;

/// How large a zip may be.
#[derive(Clone, Copy, Debug)]
pub struct ZipLimits {
    /// All that is in it, unpacked.
    pub total_bytes: usize,
    /// How many files and folders.
    pub entries: usize,
}

/// Why a zip is not read. Nothing of it was unpacked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ZipError {
    /// It has not the end that every zip has.
    #[error("it is not a zip")]
    NotAZip,
    /// It does not hold what it says.
    #[error("the zip is damaged: {0}")]
    Damaged(&'static str),
    /// A path that leads elsewhere.
    #[error("'{0}' in the zip leads out of its folder")]
    LeadsOut(String),
    /// A link to another file.
    #[error("'{0}' in the zip is a link to another file, and links are not followed")]
    Link(String),
    /// A file that needs a password.
    #[error("'{0}' in the zip is encrypted: make the zip again without a password")]
    Encrypted(String),
    /// A way of packing that is not known here.
    #[error("'{0}' in the zip is packed in an unusual way: make the zip again with usual compression")]
    UnknownPacking(String),
    /// The same path again.
    #[error("'{0}' is in the zip twice")]
    Twice(String),
    /// More than anybody would pass around.
    #[error("the zip unpacks to more than {0} MB")]
    TooLarge(usize),
    /// The same, by number.
    #[error("the zip holds more than {0} files")]
    TooMany(usize),
}

struct Entry {
    path: String,
    method: u16,
    checksum: u32,
    packed_bytes: usize,
    bytes: usize,
    offset: usize,
}

/// The files of a zip, in its order, without its folders.
pub fn read_zip(zip: &[u8], limits: ZipLimits) -> Result<Vec<ZipFile>, ZipError> {
    let entries = directory(zip, limits)?;
    let files = entries.into_iter().filter(|entry| !entry.path.ends_with('/'));
    files.map(|entry| unpack(zip, &entry).map(|bytes| (entry.path, bytes))).collect()
}

fn directory(zip: &[u8], limits: ZipLimits) -> Result<Vec<Entry>, ZipError> {
    const DAMAGED: ZipError = ZipError::Damaged("its directory breaks off");
    let end = end_of(zip).ok_or(ZipError::NotAZip)?;
    let count = usize::from(u16_at(zip, end + 10).ok_or(ZipError::NotAZip)?);
    if count > limits.entries {
        return Err(ZipError::TooMany(limits.entries));
    }
    let mut at = size_at(zip, end + 16).ok_or(ZipError::NotAZip)?;
    let mut entries: Vec<Entry> = Vec::with_capacity(count);
    let mut paths = HashSet::with_capacity(count);
    let (mut total, mut packed_total) = (0_usize, 0_usize);
    for _ in 0..count {
        if u32_at(zip, at) != Some(CENTRAL) {
            return Err(DAMAGED);
        }
        let short = |offset: usize| u16_at(zip, at + offset).ok_or(DAMAGED);
        let size = |offset: usize| size_at(zip, at + offset).ok_or(DAMAGED);
        let name_bytes = usize::from(short(28)?);
        let next = at + 46 + name_bytes + usize::from(short(30)?) + usize::from(short(32)?);
        let name = zip.get(at + 46..at + 46 + name_bytes).ok_or(DAMAGED)?;
        if next > end {
            return Err(DAMAGED);
        }
        let path = String::from_utf8_lossy(name).into_owned();
        let unix_mode = size(38)? >> 16;
        let entry = Entry {
            method: short(10)?,
            checksum: u32_at(zip, at + 16).ok_or(DAMAGED)?,
            packed_bytes: size(20)?,
            bytes: size(24)?,
            offset: size(42)?,
            path,
        };
        refuse(&entry, short(8)?, zip.get(at + 5) == Some(&MADE_ON_UNIX) && unix_mode & 0o170_000 == 0o120_000)?;
        if !paths.insert(entry.path.clone()) {
            return Err(ZipError::Twice(entry.path));
        }
        total = total.saturating_add(entry.bytes);
        packed_total = packed_total.saturating_add(entry.packed_bytes);
        if total > limits.total_bytes {
            return Err(ZipError::TooLarge(limits.total_bytes / 1_000_000));
        }
        entries.push(entry);
        at = next;
    }
    // Files that share their bytes would unpack to far more than the zip holds.
    if packed_total > zip.len() {
        return Err(ZipError::Damaged("its files overlap"));
    }
    Ok(entries)
}

/// Refuses what must not be unpacked anywhere.
fn refuse(entry: &Entry, flags: u16, is_link: bool) -> Result<(), ZipError> {
    let path = &entry.path;
    let leads_out = path.contains(['\\', '\0', ':'])
        || path.strip_suffix('/').unwrap_or(path).split('/').any(|part| matches!(part, "" | "." | ".."));
    if leads_out {
        return Err(ZipError::LeadsOut(path.replace('\0', "␀")));
    }
    if is_link {
        return Err(ZipError::Link(path.clone()));
    }
    if flags & 1 != 0 {
        return Err(ZipError::Encrypted(path.clone()));
    }
    if entry.method != STORED && entry.method != DEFLATED {
        return Err(ZipError::UnknownPacking(path.clone()));
    }
    Ok(())
}

fn unpack(zip: &[u8], entry: &Entry) -> Result<Vec<u8>, ZipError> {
    const BROKEN: ZipError = ZipError::Damaged("a file in it does not hold what it says");
    if u32_at(zip, entry.offset) != Some(LOCAL) {
        return Err(BROKEN);
    }
    let short = |offset: usize| u16_at(zip, entry.offset + offset).ok_or(BROKEN);
    let start = entry.offset + 30 + usize::from(short(26)?) + usize::from(short(28)?);
    let packed = zip.get(start..start + entry.packed_bytes).ok_or(BROKEN)?;
    let bytes = match entry.method {
        STORED => packed.to_vec(),
        // No more comes out than it promised, whatever is in it.
        _ => decompress_to_vec_with_limit(packed, entry.bytes).map_err(|_| BROKEN)?,
    };
    if bytes.len() == entry.bytes && crc32(&bytes) == entry.checksum { Ok(bytes) } else { Err(BROKEN) }
}

/// Where the end record stands: behind it there may only be a comment.
fn end_of(zip: &[u8]) -> Option<usize> {
    const LONGEST_COMMENT: usize = 0xffff;
    let last = zip.len().checked_sub(END_BYTES)?;
    let first = last.saturating_sub(LONGEST_COMMENT);
    (first..=last).rev().find(|at| {
        u32_at(zip, *at) == Some(END)
            && u16_at(zip, at + 20).is_some_and(|comment| at + END_BYTES + usize::from(comment) == zip.len())
    })
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
}

fn size_at(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32_at(bytes, at)?).ok()
}
