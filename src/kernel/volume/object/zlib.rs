//! Zlib streams: written stored or fast, read whatever they are.
//!
//! Storage engines compress what they store, so objects are put into *stored* blocks: a copy and a checksum. Never trusts a size
//! that a stream claims: memory grows with what comes out.

use miniz_oxide::deflate::core::{
    CompressorOxide, TDEFLFlush, TDEFLStatus, compress, create_comp_flags_from_zip_params,
};
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

/// The most bytes that a stored block holds.
const BLOCK_BYTES: usize = 65_535;
/// What is set aside at first for what comes out.
const FIRST_BYTES: usize = 64 * 1024;

/// What came out of a stream, and how long the stream was.
pub(crate) struct Inflated {
    pub content: Vec<u8>,
    pub stream_bytes: usize,
}

/// A stream that holds these pieces, one after another, as they are.
pub(crate) fn store(pieces: &[&[u8]]) -> Vec<u8> {
    let total: usize = pieces.iter().map(|piece| piece.len()).sum();
    let mut stream = Vec::with_capacity(total + 5 * (total / BLOCK_BYTES + 1) + 6);
    let mut checksum = adler2::Adler32::new();
    stream.extend([0x78, 0x01]);
    let (mut left_total, mut left_in_block) = (total, 0);
    if total == 0 {
        stream.extend([1, 0, 0, 0xff, 0xff]);
    }
    for piece in pieces {
        checksum.write_slice(piece);
        let mut rest = *piece;
        while !rest.is_empty() {
            if left_in_block == 0 {
                left_in_block = left_total.min(BLOCK_BYTES);
                let length = u16::try_from(left_in_block).expect("a block is at most 65535 bytes");
                stream.push(u8::from(left_in_block == left_total));
                stream.extend(length.to_le_bytes());
                stream.extend((!length).to_le_bytes());
            }
            let (now, later) = rest.split_at(rest.len().min(left_in_block));
            stream.extend_from_slice(now);
            left_in_block -= now.len();
            left_total -= now.len();
            rest = later;
        }
    }
    stream.extend(checksum.checksum().to_be_bytes());
    stream
}

/// Compresses one content after another at the least cost; its tables are larger than most contents, so they are kept.
pub(crate) struct Deflater {
    compressor: Box<CompressorOxide>,
}

impl Deflater {
    pub(crate) fn new() -> Self {
        const LEVEL: i32 = 1;
        const ZLIB_WINDOW_BITS: i32 = 15;
        const USUAL: i32 = 0;
        let flags = create_comp_flags_from_zip_params(LEVEL, ZLIB_WINDOW_BITS, USUAL);
        Self { compressor: Box::new(CompressorOxide::new(flags)) }
    }

    /// A stream that holds this content.
    pub(crate) fn deflate(&mut self, content: &[u8]) -> Vec<u8> {
        self.compressor.reset();
        let mut stream = vec![0; content.len() / 2 + 64];
        let (mut read, mut written) = (0, 0);
        loop {
            let (input, output) = (&content[read..], &mut stream[written..]);
            let (status, more_read, more_written) = compress(&mut self.compressor, input, output, TDEFLFlush::Finish);
            read += more_read;
            written += more_written;
            match status {
                TDEFLStatus::Done => {
                    stream.truncate(written);
                    return stream;
                }
                TDEFLStatus::Okay => stream.resize(stream.len() * 2, 0),
                // The compressor refuses only what it was not given; what is stored is as good a stream.
                _ => return store(&[content]),
            }
        }
    }
}

impl std::fmt::Debug for Deflater {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Deflater")
    }
}

/// What the stream at the beginning of `input` holds, if it is at most `limit` bytes.
pub(crate) fn inflate(input: &[u8], limit: usize) -> Result<Inflated, &'static str> {
    match unstore(input, limit) {
        Some(inflated) => Ok(inflated),
        None => inflate_any(input, limit),
    }
}

/// What a stream of stored blocks holds; `None` if it is any other stream. The checksum is not compared: names of objects are.
fn unstore(input: &[u8], limit: usize) -> Option<Inflated> {
    let mut at = 2;
    if input.get(..2)? != [0x78, 0x01] {
        return None;
    }
    let mut content = Vec::new();
    loop {
        let [kind, low, high, not_low, not_high] = *input.get(at..)?.first_chunk::<5>()?;
        if kind > 1 || low != !not_low || high != !not_high {
            return None;
        }
        let length = usize::from(u16::from_le_bytes([low, high]));
        at += 5;
        if content.is_empty() {
            content.reserve_exact(if kind == 1 { length } else { input.len().min(limit) });
        }
        content.extend_from_slice(input.get(at..at + length)?);
        at += length;
        if content.len() > limit {
            return None;
        }
        if kind == 1 {
            return (input.len() >= at + 4).then_some(Inflated { content, stream_bytes: at + 4 });
        }
    }
}

fn inflate_any(input: &[u8], limit: usize) -> Result<Inflated, &'static str> {
    let flags = inflate_flags::TINFL_FLAG_PARSE_ZLIB_HEADER
        | inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF
        | inflate_flags::TINFL_FLAG_COMPUTE_ADLER32;
    let mut state = DecompressorOxide::new();
    let mut content = vec![0; limit.min(FIRST_BYTES)];
    let (mut read, mut written) = (0, 0);
    loop {
        let (status, more_read, more_written) = decompress(&mut state, &input[read..], &mut content, written, flags);
        read += more_read;
        written += more_written;
        match status {
            TINFLStatus::Done => {
                content.truncate(written);
                return Ok(Inflated { content, stream_bytes: read });
            }
            TINFLStatus::HasMoreOutput if content.len() >= limit => return Err("it holds more than it says"),
            TINFLStatus::HasMoreOutput => {
                let bytes = content.len().saturating_mul(2).clamp(64, limit);
                content.resize(bytes, 0);
            }
            TINFLStatus::Adler32Mismatch => return Err("its checksum is wrong"),
            TINFLStatus::FailedCannotMakeProgress | TINFLStatus::NeedsMoreInput => return Err("it ends too early"),
            _ => return Err("it is not a zlib stream"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(count: usize) -> Vec<u8> {
        (0..count).map(|at| ((at * at) >> 3) as u8).collect()
    }

    #[test]
    fn what_is_stored_comes_out_again() {
        for count in [0, 1, 100, 65_534, 65_535, 65_536, 131_070, 200_001] {
            let content = bytes(count);
            for split in [0, count / 3, count] {
                let stream = store(&[&content[..split], &content[split..]]);
                let any = inflate_any(&stream, count).unwrap();
                assert_eq!((any.content == content, any.stream_bytes), (true, stream.len()), "{count}");
                let longer = [&stream[..], b"more"].concat();
                let fast = unstore(&longer, count).unwrap();
                assert_eq!((fast.content == content, fast.stream_bytes), (true, stream.len()), "{count}");
            }
        }
    }

    #[test]
    fn what_is_compressed_comes_out_again() {
        let mut deflater = Deflater::new();
        for count in [0, 1, 100, 65_536, 300_001] {
            let content = bytes(count);
            let stream = deflater.deflate(&content);
            let inflated = inflate(&[&stream[..], b"more"].concat(), count).unwrap();
            assert_eq!((inflated.content == content, inflated.stream_bytes), (true, stream.len()), "{count}");
        }
    }

    #[test]
    fn bad_streams_say_what_is_wrong() {
        let content = bytes(1000);
        for stream in [store(&[&content]), Deflater::new().deflate(&content)] {
            assert_eq!(inflate(&stream, 999).err(), Some("it holds more than it says"));
            for cut in [0, 1, 2, 5, 6, 100, stream.len() - 1] {
                assert!(inflate(&stream[..cut], 1000).is_err(), "{cut}");
            }
        }
        assert_eq!(inflate(b"hello there", 1000).err(), Some("it is not a zlib stream"));
    }
}
