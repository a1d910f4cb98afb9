//! Small zips, whole in memory: what people pass around as a skill. The reader trusts nothing that it reads and refuses a hostile file
//! before anything of it is unpacked; the writer makes what every unpacker reads.
//!
//! Volumes travel by `assets/bridge/volumes/zip.ts`, which needs no memory for what it carries.

mod read;
mod write;

pub use read::{ZipError, ZipLimits, read_zip};
pub use write::write_zip;

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const END_BYTES: usize = 22;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
const FLAG_UTF8: u16 = 0x0800;
const MADE_ON_UNIX: u8 = 3;

/// A file in a zip: its path, with `/` between its parts, and its bytes.
pub type ZipFile = (String, Vec<u8>);

#[cfg(test)]
mod tests;
