//! Random secrets. What is stored of them is their [`Digest`](coldmile_store::Digest): a slow hash would add nothing to
//! 256 random bits, the digest only keeps a stolen database from opening sessions.

use coldmile_store::Digest;
use std::fmt::Write;

/// 256 random bits from the operating system, as 64 hexadecimal digits.
pub(crate) fn random_token() -> String {
    hexadecimal(&random_bytes::<32>())
}

/// The 64 hexadecimal digits that belong to these secrets; as hard to guess as they are.
pub(crate) fn derived_token(secrets: &[&str]) -> String {
    let parts = ["device token"].iter().chain(secrets);
    hexadecimal(Digest::of_parts(parts).bytes())
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
    }
    text
}

fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes or nothing here is safe");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ() {
        assert_ne!(random_token(), random_token());
        assert_eq!(random_token().len(), 64);
    }
}
