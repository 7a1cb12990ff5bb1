//! The pages and their files.

use crate::conditional::{tag_of, versioned};
use crate::config::Pages;
use crate::error::{Answer, ApiProblem};
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::http::header::{ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use std::borrow::Cow;

pub(crate) async fn console(State(state): State<AppState>, headers: HeaderMap) -> Answer {
    serve(&state, &headers, "index.html").await
}

pub(crate) async fn courier(State(state): State<AppState>, headers: HeaderMap) -> Answer {
    serve(&state, &headers, "c.html").await
}

pub(crate) async fn centre(State(state): State<AppState>, headers: HeaderMap) -> Answer {
    serve(&state, &headers, "centre.html").await
}

pub(crate) async fn join(State(state): State<AppState>, headers: HeaderMap) -> Answer {
    serve(&state, &headers, "join.html").await
}

pub(crate) async fn file(
    State(state): State<AppState>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let answer = serve(&state, &headers, &path).await;
    match answer {
        Err(problem) if is_page_wanted(&headers, &path) => lost(&state).await.ok_or(problem),
        answer => answer,
    }
}

/// A browser that opens an address gets a page that leads on; programs, files and the interface get the problem.
fn is_page_wanted(headers: &HeaderMap, path: &str) -> bool {
    let accepted = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    accepted.contains("text/html") && !is_file && !path.starts_with("api/") && !path.starts_with("map/")
}

/// The page that says that there is none; `None` in a build without it.
async fn lost(state: &AppState) -> Option<Response> {
    let bytes = read(state, "lost.html").await?;
    let headers = [(CONTENT_TYPE, content_type("lost.html")), (CACHE_CONTROL, "no-cache".to_owned())];
    Some((StatusCode::NOT_FOUND, headers, bytes.into_owned()).into_response())
}

async fn serve(state: &AppState, headers: &HeaderMap, path: &str) -> Answer {
    let nothing = || ApiProblem::not_found("request/no-such-path", "there is nothing here");
    if !is_plain(path) {
        return Err(nothing());
    }
    // The build leaves a compressed twin beside what is worth it.
    let twin = if takes_gzip(headers) { read(state, &format!("{path}.gz")).await } else { None };
    let is_twin = twin.is_some();
    let bytes = match twin {
        Some(bytes) => bytes,
        None => read(state, path).await.ok_or_else(nothing)?,
    };
    let kind = content_type(path);
    let mut response = versioned(headers, &tag_of(&bytes), &kind, bytes.into_owned());
    let added = response.headers_mut();
    if path.starts_with("assets/") {
        // The name holds a hash of the content.
        added.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    } else {
        added.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    }
    added.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if is_twin {
        added.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    // A service worker beside the pages may serve all of them.
    if !path.contains('/') && kind.starts_with("text/javascript") {
        let scope = HeaderName::from_static("service-worker-allowed");
        added.insert(scope, HeaderValue::from_static("/"));
    }
    Ok(response)
}

async fn read(state: &AppState, path: &str) -> Option<Cow<'static, [u8]>> {
    let folder = match &state.config().pages {
        Pages::None => return None,
        Pages::Embedded(file) => return file(path),
        Pages::Folder(folder) => folder,
    };
    let root = tokio::fs::canonicalize(folder).await.ok()?;
    let file = tokio::fs::canonicalize(root.join(path)).await.ok()?;
    // A link may lead out of the folder; what it leads to is not ours to show.
    if !file.starts_with(&root) {
        return None;
    }
    tokio::fs::read(file).await.ok().map(Cow::Owned)
}

/// Only names that lie in the folder under any interpretation of their separators and escapes.
fn is_plain(path: &str) -> bool {
    !path.is_empty()
        && path.len() <= 200
        && path.split('/').all(|part| {
            !part.is_empty()
                && !part.starts_with('.')
                && part.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter))
        })
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        name.trim() == "gzip" && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
    })
}

/// By the file's extension. Texts are UTF-8; source maps are JSON, of which `mime_guess` knows nothing.
fn content_type(path: &str) -> String {
    let guessed = mime_guess::from_path(path).first_raw().unwrap_or("application/octet-stream");
    match (guessed, path.rsplit('.').next()) {
        (_, Some("map")) => "application/json".to_owned(),
        (_, Some("js" | "mjs")) => "text/javascript; charset=utf-8".to_owned(),
        (text, _) if text.starts_with("text/") => format!("{text}; charset=utf-8"),
        (other, _) => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_lead_elsewhere_are_not_looked_up() {
        for path in ["assets/a-1.js", "index.html", "sw.js"] {
            assert!(is_plain(path), "{path}");
        }
        for path in ["", "../x", "a/../../x", "a//b", ".git/config", "a\\b", "%2e%2e/x", "a/", "\0"] {
            assert!(!is_plain(path), "{path}");
        }
    }

    #[test]
    fn files_of_the_pages_have_their_content_types() {
        for (path, kind) in [
            ("index.html", "text/html; charset=utf-8"),
            ("assets/a-1.js", "text/javascript; charset=utf-8"),
            ("a.mjs", "text/javascript; charset=utf-8"),
            ("a.css", "text/css; charset=utf-8"),
            ("a.json", "application/json"),
            ("assets/a-1.js.map", "application/json"),
            ("site.webmanifest", "application/manifest+json"),
            ("a.svg", "image/svg+xml"),
            ("a.png", "image/png"),
            ("a.webp", "image/webp"),
            ("favicon.ico", "image/x-icon"),
            ("a.woff2", "font/woff2"),
            ("a.wasm", "application/wasm"),
            ("robots.txt", "text/plain; charset=utf-8"),
            ("LICENSE", "application/octet-stream"),
            ("a.unheard-of", "application/octet-stream"),
        ] {
            assert_eq!(content_type(path), kind, "{path}");
        }
    }
}
