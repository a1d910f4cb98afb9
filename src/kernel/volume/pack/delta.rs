//! Deltas: an object as pieces of another one and new bytes.

/// What a delta makes of its base.
pub(super) fn apply(base: &[u8], delta: &[u8], most_bytes: usize) -> Result<Vec<u8>, &'static str> {
    const SHORT: &str = "a delta ends too early";
    let mut rest = delta;
    let base_bytes = take_size(&mut rest).ok_or(SHORT)?;
    let bytes = take_size(&mut rest).ok_or(SHORT)?;
    if base_bytes != base.len() {
        return Err("a delta was made for another object");
    }
    if bytes > most_bytes {
        return Err("a delta makes an object that is too large");
    }
    // The size is only a claim until the bytes are there.
    let mut content = Vec::with_capacity(bytes.min(base.len() + delta.len()));
    while let Some((&command, after)) = rest.split_first() {
        rest = after;
        if command == 0 {
            return Err("a delta holds an unknown command");
        }
        if command & 0x80 == 0 {
            let (new, after) = rest.split_at_checked(usize::from(command)).ok_or(SHORT)?;
            content.extend_from_slice(new);
            rest = after;
        } else {
            let mut number = |bits: std::ops::Range<u32>| {
                let mut number = 0;
                for (place, bit) in bits.enumerate() {
                    if command >> bit & 1 == 1 {
                        let (&byte, after) = rest.split_first()?;
                        number |= usize::from(byte) << (8 * place);
                        rest = after;
                    }
                }
                Some(number)
            };
            let at = number(0..4).ok_or(SHORT)?;
            let count = match number(4..7).ok_or(SHORT)? {
                0 => 0x10000,
                count => count,
            };
            let piece = at.checked_add(count).and_then(|end| base.get(at..end));
            content.extend_from_slice(piece.ok_or("a delta reaches beyond its base")?);
        }
        if content.len() > bytes {
            return Err("a delta makes more than it says");
        }
    }
    if content.len() == bytes { Ok(content) } else { Err("a delta makes less than it says") }
}

/// Takes a size, seven bits a byte, the lowest first.
fn take_size(rest: &mut &[u8]) -> Option<usize> {
    let mut size = 0_u64;
    for place in 0..6 {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        size |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return usize::try_from(size).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delta_copies_and_inserts() {
        // Base "hello world", result "world, hello!": copy 6..11, insert ", ", copy 0..5, insert "!".
        let delta = [11, 13, 0x91, 6, 5, 2, b',', b' ', 0x90, 5, 1, b'!'];
        assert_eq!(apply(b"hello world", &delta, 100).unwrap(), b"world, hello!");
        for end in 0..delta.len() {
            assert!(apply(b"hello world", &delta[..end], 100).is_err(), "{end}");
        }
        assert!(apply(b"hello worl", &delta, 100).is_err());
        assert!(apply(b"hello world", &delta, 12).is_err());
        assert!(apply(b"hello world", &[11, 5, 0x91, 8, 5], 100).is_err());
        assert!(apply(b"hello world", &[11, 5, 0], 100).is_err());
    }
}
