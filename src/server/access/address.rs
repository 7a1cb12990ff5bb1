//! Where a request comes from.

use axum::http::HeaderMap;
use std::net::IpAddr;

/// The client's address: the peer's, or when the peer is a trusted proxy the last address in `X-Forwarded-For` that is
/// not a trusted proxy's own. What stands before it could have been written by the client.
pub(crate) fn client_address(
    peer: Option<IpAddr>,
    headers: &HeaderMap,
    trusted: &[IpAddr],
) -> Option<IpAddr> {
    let is_trusted = |address: IpAddr| trusted.iter().any(|one| one.to_canonical() == address.to_canonical());
    if !peer.is_some_and(is_trusted) {
        return peer;
    }
    let named = headers.get_all("x-forwarded-for").into_iter().filter_map(|value| value.to_str().ok());
    let addresses: Vec<Option<IpAddr>> =
        named.flat_map(|value| value.split(',')).map(|text| text.trim().parse().ok()).collect();
    // An entry that is no address ends the search: nothing before it can be believed.
    let first = addresses.into_iter().rev().find(|address| !address.is_some_and(is_trusted));
    first.flatten().or(peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_says_who_the_client_is() {
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        let trusted = [address("10.0.0.1"), address("10.0.0.2")];
        let client = |peer: &str, forwarded: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-for", forwarded.parse().unwrap());
            client_address(Some(address(peer)), &headers, &trusted).unwrap().to_string()
        };
        assert_eq!(client("203.0.113.9", "1.1.1.1"), "203.0.113.9");
        assert_eq!(client("10.0.0.1", "1.1.1.1, 198.51.100.7"), "198.51.100.7");
        assert_eq!(client("10.0.0.1", "198.51.100.7, 10.0.0.2"), "198.51.100.7");
        assert_eq!(client("10.0.0.1", "198.51.100.7, nonsense"), "10.0.0.1");
        assert_eq!(client("10.0.0.1", ""), "10.0.0.1");
        assert_eq!(client_address(None, &HeaderMap::new(), &trusted), None);
    }
}
