//! Pages, files, the map and everything that is not there.

use super::{Ask, Town, day_town};
use crate::{Pages, ServerConfig};
use axum::http::{Method, StatusCode};
use std::fs;

async fn town_with_pages() -> (Town, tempfile::TempDir) {
    let outside = tempfile::tempdir().unwrap();
    let pages = outside.path().join("pages");
    fs::create_dir_all(pages.join("assets")).unwrap();
    fs::write(outside.path().join("secret.txt"), "secret").unwrap();
    fs::write(pages.join("index.html"), "<!doctype html>console").unwrap();
    fs::write(pages.join("c.html"), "<!doctype html>courier").unwrap();
    fs::write(pages.join("lost.html"), "<!doctype html>lost").unwrap();
    fs::write(pages.join("sw.js"), "//").unwrap();
    fs::write(pages.join("assets/a-1.js"), "let a = 1;").unwrap();
    fs::write(pages.join("assets/a-1.js.gz"), "gz").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(outside.path().join("secret.txt"), pages.join("link.txt")).unwrap();
    let config = ServerConfig { pages: Pages::Folder(pages), ..ServerConfig::default() };
    (Town::with(config, day_town::replanned()).await, outside)
}

#[tokio::test]
async fn pages_and_their_files_are_served() {
    let (town, _folder) = town_with_pages().await;
    let page = town.ask(Ask::get("/")).await;
    assert_eq!(
        (page.text().as_str(), page.header("content-type")),
        ("<!doctype html>console", "text/html; charset=utf-8")
    );
    assert_eq!(page.header("cache-control"), "no-cache");
    assert!(town.ask(Ask::get("/c")).await.text().ends_with("courier"));
    let file = town.ask(Ask::get("/assets/a-1.js")).await;
    assert_eq!(file.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(file.header("content-type"), "text/javascript; charset=utf-8");
    let packed = town.ask(Ask::get("/assets/a-1.js").with("accept-encoding", "br, gzip")).await;
    assert_eq!((packed.header("content-encoding"), packed.text().as_str()), ("gzip", "gz"));
    assert_eq!(town.ask(Ask::get("/sw.js")).await.header("service-worker-allowed"), "/");
}

#[tokio::test]
async fn no_path_leads_out_of_the_pages() {
    let (town, _folder) = town_with_pages().await;
    for path in [
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/..%5csecret.txt",
        "/assets//a-1.js",
        "/link.txt",
        "/.git/config",
        "/assets/",
        "/assets",
        "/assets/a-1.js%00.html",
    ] {
        let answer = town.ask(Ask::get(path)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}: {}", answer.text());
        assert!(!answer.text().contains("secret"), "{path}");
    }
    assert_eq!(town.ask(Ask::new(Method::PUT, "/index.html")).await.code(), "request/method");
    assert_eq!(town.ask(Ask::new(Method::TRACE, "/")).await.code(), "request/method");
}

#[tokio::test]
async fn a_browser_that_opens_an_unknown_path_gets_a_page() {
    let (town, _folder) = town_with_pages().await;
    let browser = |path: &str| Ask::get(path).with("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    for path in ["/nonsense", "/planner", "/c/stops", "/assets"] {
        let answer = town.ask(browser(path)).await;
        assert_eq!(
            (answer.status, answer.text().as_str(), answer.header("content-type")),
            (StatusCode::NOT_FOUND, "<!doctype html>lost", "text/html; charset=utf-8"),
            "{path}"
        );
        assert_eq!(answer.header("cache-control"), "no-cache");
    }
    for path in ["/assets/gone-1.js", "/api/v1/nothing", "/favicon.ico"] {
        assert_eq!(town.ask(browser(path)).await.code(), "request/no-such-path", "{path}");
    }
    assert_eq!(town.ask(Ask::get("/nonsense")).await.code(), "request/no-such-path");
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_with_a_code() {
    let town = Town::new().await;
    assert_eq!(town.ask(Ask::get("/api/v1/nothing")).await.code(), "request/no-such-path");
    let wrong = town.ask(Ask::new(Method::POST, "/api/v1/day")).await;
    assert_eq!((wrong.status, wrong.code().as_str()), (StatusCode::METHOD_NOT_ALLOWED, "request/method"));
    let time = town.ask(Ask::get("/api/v1/time")).await.json();
    assert_eq!(time["server_time_ms"], super::MORNING * 1000);
    assert_eq!(town.ask(Ask::get("/openapi.json")).await.json()["info"]["title"], "Coldmile");
    assert_eq!(town.ask(Ask::get("/readyz")).await.text(), "ready\n");
}

#[tokio::test]
async fn the_map_is_drawn_for_those_who_are_signed_in() {
    let town = Town::new().await;
    let style = town.get("/api/v1/map/style.json?lang=zh-CN&theme=dark").await.json();
    assert_eq!(style["name"], "zh dark");
    assert_eq!(town.get("/api/v1/map/style.json?lang=xx&theme=pink").await.json()["name"], "en light");
    let tile = town.get("/map/6/63/63.mvt").await;
    assert_eq!(
        (tile.bytes.as_slice(), tile.header("content-type")),
        (&[26, 0][..], "application/vnd.mapbox-vector-tile")
    );
    let empty = town.get("/map/5/0/0.mvt").await;
    assert_eq!((empty.status, empty.bytes.len()), (StatusCode::OK, 0));
    for path in ["6/64/0.mvt", "15/0/0.mvt", "6/0/0.png", "x/0/0.mvt", "6/-1/0.mvt", "255/0/0.mvt"] {
        assert_eq!(town.get(&format!("/map/{path}")).await.code(), "map/no-such-tile", "{path}");
    }
}

#[tokio::test]
async fn the_documentation_is_served_without_signing_in() {
    let town = Town::new().await;
    let index = town.ask(Ask::get("/docs")).await;
    assert_eq!(index.header("content-type"), "text/html; charset=utf-8");
    for page in coldmile_docs::PAGES {
        let answer = town.ask(Ask::get(&format!("/docs/{}", page.name))).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", page.name);
        assert!(answer.text().contains("<main>"), "{}", page.name);
        assert!(answer.header("content-security-policy").starts_with("default-src 'self'"));
        let again = Ask::get(&format!("/docs/{}", page.name)).with("if-none-match", answer.header("etag"));
        assert_eq!(town.ask(again).await.status, StatusCode::NOT_MODIFIED);
    }
    assert_eq!(town.ask(Ask::get("/docs/style.css")).await.header("content-type"), "text/css; charset=utf-8");
    for path in ["/docs/", "/docs/nothing", "/docs/network.md", "/docs/..%2fsecret"] {
        assert_eq!(town.ask(Ask::get(path)).await.code(), "request/no-such-path", "{path}");
    }
}
