//! The key of the pickup codes, and the code it makes of an order.
//!
//! Codes are derived, never kept: six digits of HMAC-SHA-256 (RFC 2104) over the date, the order and a version. The
//! database has the version only, so that a copy of it opens nothing; slips and screens can show a code at any time. The key
//! lies in a file beside the database, readable for its owner only.

use super::error::StoreError;
use super::files::{AtomicFile, Existing, Readable};
use coldmile_model::Order;
use coldmile_units::Id;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;

/// The name of the file, in the folder of the database.
pub const CODE_KEY_FILE: &str = "code.key";

/// Bytes of a key.
const KEY_BYTES: usize = 32;

/// 256 random bits. Cheap to clone.
#[derive(Clone)]
pub(super) struct CodeKey(Arc<[u8; KEY_BYTES]>);

/// Whether a key was there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyOrigin {
    /// It was read.
    Kept,
    /// It was made now: all codes are others than before.
    Made,
}

impl CodeKey {
    /// Reads the key of this file, or makes one, durable when this returns.
    pub fn open(path: &Path) -> Result<(Self, KeyOrigin), StoreError> {
        let failed = |error: &dyn std::fmt::Display| StoreError::file(path, error);
        match read(path) {
            Ok(key) => return Ok((key, KeyOrigin::Kept)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(&error)),
        }
        let key = Self::random();
        let mut file = AtomicFile::create(path, Readable::ByOwner).map_err(|error| failed(&error))?;
        let mut text = String::with_capacity(2 * KEY_BYTES + 1);
        for byte in key.0.iter() {
            write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        }
        text.push('\n');
        file.write_all(text.as_bytes()).map_err(|error| failed(&error))?;
        file.finish(Existing::Keep).map_err(|error| failed(&error))?;
        Ok((key, KeyOrigin::Made))
    }

    /// A key that no file has.
    pub fn random() -> Self {
        let mut key = [0; KEY_BYTES];
        getrandom::fill(&mut key).expect("the operating system gives random bytes or nothing here is safe");
        Self(Arc::new(key))
    }

    /// Six digits, each sequence equally likely to within 10⁻¹³.
    pub fn code(&self, date: &str, order: &Id<Order>, version: i64) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&*self.0).expect("HMAC takes keys of any length");
        for part in ["pickup code", date, order.as_str()] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac.update(&version.to_be_bytes());
        let tag = mac.finalize().into_bytes();
        let first = tag.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte));
        format!("{:06}", first % 1_000_000)
    }
}

impl std::fmt::Debug for CodeKey {
    /// Nothing of the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CodeKey")
    }
}

/// What is wrong with the key file in this folder, as a sentence; `None` when a server can work with it.
pub fn examine_code_key(folder: &Path) -> Option<String> {
    let path = folder.join(CODE_KEY_FILE);
    match read(&path) {
        Ok(_) => None,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Some(format!("{} is missing: all pickup codes that were given out are lost", path.display()))
        }
        Err(error) => Some(format!("{}: {error}", path.display())),
    }
}

fn read(path: &Path) -> io::Result<CodeKey> {
    let text = std::fs::read(path)?;
    let digits = text.strip_suffix(b"\n").unwrap_or(&text);
    let mut key = [0; KEY_BYTES];
    let wrong = || {
        let cause = "not a key of 64 hexadecimal digits; put it back from a backup, or move it away: then all pickup codes \
                     change";
        io::Error::new(io::ErrorKind::InvalidData, cause)
    };
    if digits.len() != 2 * KEY_BYTES {
        return Err(wrong());
    }
    for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).map_err(|_| wrong())?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
    }
    Ok(CodeKey(Arc::new(key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_hmac_that_another_program_computes() {
        let key = CodeKey(Arc::new(std::array::from_fn(|index| index as u8)));
        // Python: hmac.new(bytes(range(32)), parts + version, "sha256"), the first 8 bytes modulo 10^6.
        assert_eq!(key.code("2026-03-17", &Id::from("A0001"), 1), "909359");
        assert_eq!(key.code("2026-03-17", &Id::from("A0001"), 2), "228947");
        assert_ne!(
            key.code("2026-03-1", &Id::from("7A0001"), 1),
            key.code("2026-03-17", &Id::from("A0001"), 1)
        );
        assert_eq!(format!("{key:?}"), "CodeKey");
    }

    #[test]
    fn a_key_is_made_once_and_a_damaged_one_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(CODE_KEY_FILE);
        assert!(examine_code_key(folder.path()).is_some());
        let (made, origin) = CodeKey::open(&path).unwrap();
        assert_eq!(origin, KeyOrigin::Made);
        let (kept, origin) = CodeKey::open(&path).unwrap();
        assert_eq!((kept.0, origin), (made.0, KeyOrigin::Kept));
        assert_eq!(examine_code_key(folder.path()), None);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        let whole = std::fs::read(&path).unwrap();
        for damaged in [&whole[..40], b"", &[b'x'; 64], &[0xff; 64]] {
            std::fs::write(&path, damaged).unwrap();
            assert_eq!(CodeKey::open(&path).unwrap_err().code(), "store/file");
            assert!(examine_code_key(folder.path()).unwrap().contains("64 hexadecimal digits"));
        }
    }
}
