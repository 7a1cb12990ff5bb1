//! The session cookie.
//!
//! Over TLS it is `__Host-coldmile`, which browsers only accept with `Secure`, `Path=/` and no `Domain`; without TLS
//! plain `coldmile`. It lives as long as the session may; what really ends it is the server.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use coldmile_units::Seconds;

const fn name(secure: bool) -> &'static str {
    if secure { "__Host-coldmile" } else { "coldmile" }
}

/// The value of `Set-Cookie` that signs in.
pub(crate) fn session_cookie(token: &str, age: Seconds, secure: bool) -> String {
    let flags = if secure { "; Secure" } else { "" };
    format!("{}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{flags}", name(secure), age.0)
}

/// The value of `Set-Cookie` that signs out.
pub(crate) fn expired_cookie(secure: bool) -> String {
    let flags = if secure { "; Secure" } else { "" };
    format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{flags}", name(secure))
}

/// The token a request carries. Over TLS the unprefixed cookie counts for nothing: a neighbour domain could set it.
pub(crate) fn cookie_of(headers: &HeaderMap, secure: bool) -> Option<&str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == name(secure) && !value.is_empty())
        .map(|(_, value)| value)
}
