//! The pages by name.

/// A page of the documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// The file's name without its ending: `network`. The index is called `README`.
    pub name: &'static str,
    /// The title in the navigation.
    pub title: &'static str,
    /// The text, in markdown with tables.
    pub markdown: &'static str,
}

/// All pages in the order of the navigation, the index first.
pub const PAGES: &[Page] = &[
    Page { name: "README", title: "Documentation", markdown: include_str!("README.md") },
    Page { name: "network", title: "network.toml", markdown: include_str!("network.md") },
    Page { name: "orders", title: "orders.csv", markdown: include_str!("orders.md") },
    Page { name: "rules", title: "Road profiles", markdown: include_str!("rules.md") },
    Page { name: "site", title: "Location problems", markdown: include_str!("site.md") },
    Page { name: "codes", title: "Codes", markdown: include_str!("codes.md") },
    Page { name: "http", title: "HTTP", markdown: include_str!("http.md") },
    Page { name: "operation", title: "Operation", markdown: include_str!("operation.md") },
    Page { name: "contributing", title: "Contributing", markdown: include_str!("contributing.md") },
    Page { name: "words", title: "Words", markdown: include_str!("words.md") },
];

/// The page with this name; `None` when there is none.
pub fn page(name: &str) -> Option<&'static Page> {
    PAGES.iter().find(|page| page.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    #[test]
    fn every_markdown_file_of_the_folder_is_a_page_and_stands_in_the_index() {
        let folder = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
        let names = folder.map(|file| file.unwrap().file_name().into_string().unwrap());
        let files: BTreeSet<String> =
            names.filter_map(|name| name.strip_suffix(".md").map(str::to_owned)).collect();
        let known: BTreeSet<String> = PAGES.iter().map(|page| page.name.to_owned()).collect();
        assert_eq!(files, known);
        let index = PAGES[0].markdown;
        for page in &PAGES[1..] {
            assert!(index.contains(&format!("]({}.md)", page.name)), "README.md does not name {}", page.name);
        }
    }
}
