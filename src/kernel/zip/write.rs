//! Writing a zip: the same files make the same bytes, whenever that is.

use miniz_oxide::deflate::compress_to_vec;

use super::{CENTRAL, DEFLATED, END, FLAG_UTF8, LOCAL, MADE_ON_UNIX, STORED, ZipFile};
use crate::kernel::checksum::crc32;

const COMPRESSION_LEVEL: u8 = 6;
const VERSION: u16 = 20;
/// 1 January 1980, as zips count: the first day that they know.
const DAY: u16 = 0x21;
const PLAIN_FILE: u32 = 0o100_644 << 16;

/// A zip of these files. There must be fewer than 65,536 of them, and all of them together under 4 GB.
pub fn write_zip(files: &[ZipFile]) -> Vec<u8> {
    let mut zip = Vec::new();
    let mut directory = Vec::new();
    for (path, bytes) in files {
        let packed = compress_to_vec(bytes, COMPRESSION_LEVEL);
        let (method, body) = if packed.len() < bytes.len() { (DEFLATED, &packed) } else { (STORED, bytes) };
        let mut header = Vec::new();
        for short in [VERSION, FLAG_UTF8, method, 0, DAY] {
            header.extend(short.to_le_bytes());
        }
        for long in [crc32(bytes), size(body.len()), size(bytes.len())] {
            header.extend(long.to_le_bytes());
        }
        header.extend(count(path.len()).to_le_bytes());
        header.extend([0, 0]);
        directory.extend(CENTRAL.to_le_bytes());
        directory.extend([VERSION as u8, MADE_ON_UNIX]);
        directory.extend_from_slice(&header);
        // No comment, the first disk, nothing about what is inside.
        directory.extend([0; 6]);
        directory.extend(PLAIN_FILE.to_le_bytes());
        directory.extend(size(zip.len()).to_le_bytes());
        directory.extend(path.bytes());
        zip.extend(LOCAL.to_le_bytes());
        zip.extend(header);
        zip.extend(path.bytes());
        zip.extend_from_slice(body);
    }
    let start = zip.len();
    zip.extend_from_slice(&directory);
    zip.extend(END.to_le_bytes());
    zip.extend([0; 4]);
    zip.extend(count(files.len()).to_le_bytes());
    zip.extend(count(files.len()).to_le_bytes());
    zip.extend(size(directory.len()).to_le_bytes());
    zip.extend(size(start).to_le_bytes());
    zip.extend([0; 2]);
    zip
}

fn size(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

fn count(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}
