//! Random tokens, and the form in which they are stored.

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// 256 random bits from the operating system, as 64 hexadecimal digits.
pub(in crate::server) fn random_token() -> String {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes or nothing here is safe");
    hex(&bytes)
}

/// The form in which a token is stored and looked up: SHA-256. A slow hash would add nothing, since 256 random bits
/// cannot be guessed; the hash only keeps a stolen database from opening sessions.
pub(in crate::server) fn fingerprint(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_their_fingerprint_is_sha_256() {
        assert_ne!(random_token(), random_token());
        assert_eq!(random_token().len(), 64);
        // The test vector of FIPS 180-2.
        assert!(fingerprint("abc").starts_with("ba7816bf8f01cfea414140de5dae2223"));
    }
}
