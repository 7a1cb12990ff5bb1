//! Markdown to HTML, with links that lead from page to page under `/docs`.

use crate::pages::{PAGES, Page};
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};
use std::collections::HashMap;

/// The stylesheet of the pages, served as `/docs/style.css`.
pub const STYLESHEET: &str = include_str!("style.css");

/// The page as a whole HTML document: navigation, text, no script.
pub fn page_html(page: &Page) -> String {
    let mut body = String::new();
    html::push_html(&mut body, events(page.markdown).into_iter());
    let links = PAGES.iter().map(|other| {
        let current = if other.name == page.name { " aria-current=\"page\"" } else { "" };
        format!("<li><a href=\"{}\"{current}>{}</a></li>", address(other.name), other.title)
    });
    let links = links.collect::<Vec<_>>().join("\n");
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{} · Coldmile</title>\n<link rel=\"stylesheet\" href=\"/docs/style.css\">\n\
         <nav aria-label=\"Documentation\">\n<ul>\n{links}\n</ul>\n</nav>\n<main>\n{body}</main>\n</html>\n",
        page.title
    )
}

/// The path of a page on the server.
fn address(name: &str) -> String {
    if name == "README" { "/docs".to_owned() } else { format!("/docs/{name}") }
}

/// The events of a text, with ids on its headings, links between pages turned into paths of the server, wide tables in
/// boxes that scroll by themselves, and HTML shown as text.
fn events(markdown: &str) -> Vec<Event<'_>> {
    let mut events: Vec<Event<'_>> = Parser::new_ext(markdown, Options::ENABLE_TABLES).map(adapted).collect();
    let mut seen = HashMap::new();
    for at in 0..events.len() {
        if !matches!(events[at], Event::Start(Tag::Heading { .. })) {
            continue;
        }
        let end = events[at..].iter().position(|event| matches!(event, Event::End(TagEnd::Heading(_))));
        let text: String = events[at..at + end.unwrap_or(0)].iter().filter_map(text_of).collect();
        let anchor = unique(slug(&text), &mut seen);
        if let Event::Start(Tag::Heading { id, level, .. }) = &mut events[at]
            && *level != HeadingLevel::H1
        {
            *id = Some(CowStr::from(anchor));
        }
    }
    let boxed = |event| match event {
        Event::Start(Tag::Table(_)) => {
            vec![Event::Html("<div class=\"table\" tabindex=\"0\">".into()), event]
        }
        Event::End(TagEnd::Table) => vec![event, Event::Html("</div>\n".into())],
        _ => vec![event],
    };
    events.into_iter().flat_map(boxed).collect()
}

fn adapted(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Link { link_type, dest_url: on_server(dest_url), title, id })
        }
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        other => other,
    }
}

/// `codes.md#order` becomes `/docs/codes#order`; other links stay.
fn on_server(link: CowStr<'_>) -> CowStr<'_> {
    let (file, anchor) = link.split_once('#').map_or((&*link, ""), |(file, anchor)| (file, anchor));
    let Some(name) = file.strip_suffix(".md").filter(|name| !name.contains(['/', ':'])) else { return link };
    let anchor = if anchor.is_empty() { String::new() } else { format!("#{anchor}") };
    CowStr::from(format!("{}{anchor}", address(name)))
}

fn text_of<'e>(event: &'e Event<'_>) -> Option<&'e str> {
    match event {
        Event::Text(text) | Event::Code(text) => Some(text),
        _ => None,
    }
}

/// The anchor that forges give a heading: lower case, hyphens for blanks, no punctuation.
fn slug(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect::<String>().to_lowercase()
}

/// The anchor itself the first time, then with `-1`, `-2` and so on.
fn unique(anchor: String, seen: &mut HashMap<String, usize>) -> String {
    let count = seen.entry(anchor.clone()).or_insert(0);
    let name = if *count == 0 { anchor } else { format!("{anchor}-{count}") };
    *count += 1;
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values of an attribute in a page.
    fn values<'h>(html: &'h str, attribute: &str) -> Vec<&'h str> {
        let start = format!("{attribute}=\"");
        html.split(&start).skip(1).filter_map(|part| part.split('"').next()).collect()
    }

    #[test]
    fn every_link_leads_to_a_page_and_every_anchor_to_a_heading() {
        let pages: HashMap<String, String> =
            PAGES.iter().map(|page| (address(page.name), page_html(page))).collect();
        let mut links = 0;
        for (place, html) in &pages {
            for link in values(html, "href") {
                if link.starts_with("https://") || link == "/docs/style.css" {
                    continue;
                }
                let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
                let target = pages.get(if path.is_empty() { place.as_str() } else { path });
                let target = target.unwrap_or_else(|| panic!("{place}: {link} leads nowhere"));
                let is_there = anchor.is_empty() || values(target, " id").contains(&anchor);
                assert!(is_there, "{place}: {link} names no heading");
                links += 1;
            }
        }
        assert!(links > PAGES.len() * PAGES.len(), "{links}");
    }

    #[test]
    fn a_page_has_tables_and_no_script() {
        for page in PAGES {
            let html = page_html(page);
            assert!(html.starts_with("<!doctype html>") && html.contains("<h1>"), "{}", page.name);
            assert!(
                !html.contains("<script") && !html.contains(" style=") && !html.contains("href=\"http:"),
                "{}",
                page.name
            );
        }
        assert!(page_html(&PAGES[0]).contains("<table>"));
    }

    #[test]
    fn html_in_a_text_is_shown_not_obeyed() {
        let page = Page { name: "x", title: "x", markdown: "# x\n\n<script>alert(1)</script> <b>a</b>\n" };
        let html = page_html(&page);
        assert!(html.contains("&lt;script&gt;") && html.contains("&lt;b&gt;"), "{html}");
    }

    #[test]
    fn anchors_are_those_of_a_forge() {
        assert_eq!(slug("Keys of `[[site]]`"), "keys-of-site");
        assert_eq!(slug("P.csv: places"), "pcsv-places");
        let mut seen = HashMap::new();
        assert_eq!(["a", "a"].map(|text| unique(text.to_owned(), &mut seen)), ["a", "a-1"]);
        assert_eq!(&*on_server("codes.md#order".into()), "/docs/codes#order");
        assert_eq!(&*on_server("README.md".into()), "/docs");
        assert_eq!(&*on_server("https://example.org/a.md".into()), "https://example.org/a.md");
    }
}
