//! Small numbers in few bytes.
//!
//! A number is written seven bits a byte, lowest first; the top bit says that more follows. Signed numbers are folded
//! first (0, -1, 1, -2, …), so that small differences stay small.

/// Writes numbers and texts one after the other.
#[derive(Debug, Default)]
pub struct Encoder {
    bytes: Vec<u8>,
}

impl Encoder {
    /// Nothing written yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes a number.
    pub fn number(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    /// Writes a number that may be negative.
    pub fn signed(&mut self, value: i64) {
        self.number(((value << 1) ^ (value >> 63)) as u64);
    }

    /// Writes a text.
    pub fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// What was written.
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads what an [`Encoder`] wrote. Every method gives `None` when the bytes end or make no sense.
#[derive(Clone, Debug)]
pub struct Decoder<'a> {
    rest: &'a [u8],
}

impl<'a> Decoder<'a> {
    /// Starts at the first byte.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Reads a number.
    #[inline]
    pub fn number(&mut self) -> Option<u64> {
        // Eight bytes at once, whatever the length of the number: lengths follow no pattern that could be foreseen.
        if let Some(bytes) = self.rest.first_chunk::<8>() {
            let bytes = u64::from_le_bytes(*bytes);
            let ends = !bytes & 0x8080_8080_8080_8080;
            if ends != 0 {
                self.rest = &self.rest[ends.trailing_zeros() as usize / 8 + 1..];
                let own = bytes & (ends ^ (ends - 1)) & 0x7F7F_7F7F_7F7F_7F7F;
                let own = own & 0x007F_007F_007F_007F | (own & 0x7F00_7F00_7F00_7F00) >> 1;
                let own = own & 0x0000_3FFF_0000_3FFF | (own & 0x3FFF_0000_3FFF_0000) >> 2;
                return Some(own & 0x0FFF_FFFF | (own & 0x0FFF_FFFF_0000_0000) >> 4);
            }
        }
        self.number_by_bytes()
    }

    /// The same for the last bytes, and for numbers that are longer.
    fn number_by_bytes(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    /// Reads a number that fits 32 bits.
    pub fn small(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    /// Reads a number of things that follow, each of which takes at least one byte: a wild count cannot fill the
    /// memory.
    pub fn count(&mut self) -> Option<usize> {
        let count = usize::try_from(self.number()?).ok()?;
        (count <= self.rest.len()).then_some(count)
    }

    /// Reads a number that may be negative.
    pub fn signed(&mut self) -> Option<i64> {
        let folded = self.number()?;
        Some((folded >> 1) as i64 ^ -((folded & 1) as i64))
    }

    /// Reads a text.
    pub fn text(&mut self) -> Option<&'a str> {
        let length = self.count()?;
        let (text, rest) = self.rest.split_at(length);
        self.rest = rest;
        std::str::from_utf8(text).ok()
    }

    /// Whether all was read.
    pub fn is_finished(&self) -> bool {
        self.rest.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_texts_come_back() {
        let numbers = [0, 1, -1, 63, -64, 64, 1 << 40, i64::MAX, i64::MIN];
        let mut encoder = Encoder::new();
        for number in numbers {
            encoder.signed(number);
            encoder.number(number as u64);
        }
        encoder.text("Triq il-Kbira 大街");
        let bytes = encoder.finish();
        let mut decoder = Decoder::new(&bytes);
        for number in numbers {
            assert_eq!(decoder.signed(), Some(number));
            assert_eq!(decoder.number(), Some(number as u64));
        }
        assert_eq!(decoder.text(), Some("Triq il-Kbira 大街"));
        assert!(decoder.is_finished());
        assert_eq!(decoder.number(), None);
    }
}
