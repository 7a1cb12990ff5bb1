//! The documentation, as pages for people.

use crate::conditional::{tag_of, versioned};
use crate::error::{Answer, ApiProblem};
use axum::extract::Path;
use axum::http::HeaderMap;
use coldmile_docs::{PAGES, STYLESHEET, page_html};
use std::collections::HashMap;
use std::sync::OnceLock;

/// The index.
pub(crate) async fn index(headers: HeaderMap) -> Answer {
    serve(&headers, "README")
}

/// A page by its name, or the stylesheet of all.
pub(crate) async fn page(Path(name): Path<String>, headers: HeaderMap) -> Answer {
    if name == "style.css" {
        return Ok(versioned(
            &headers,
            &tag_of(STYLESHEET.as_bytes()),
            "text/css; charset=utf-8",
            STYLESHEET,
        ));
    }
    serve(&headers, &name)
}

fn serve(headers: &HeaderMap, name: &str) -> Answer {
    let html = rendered().get(name);
    let html = html.ok_or_else(|| ApiProblem::not_found("request/no-such-path", "there is no such page"))?;
    Ok(versioned(headers, &tag_of(html.as_bytes()), "text/html; charset=utf-8", html.as_str()))
}

/// All pages by name, rendered once.
fn rendered() -> &'static HashMap<&'static str, String> {
    static RENDERED: OnceLock<HashMap<&'static str, String>> = OnceLock::new();
    RENDERED.get_or_init(|| PAGES.iter().map(|page| (page.name, page_html(page))).collect())
}
