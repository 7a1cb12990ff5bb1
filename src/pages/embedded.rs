//! The files, as the build script left them.

use rust_embed::Embed;
use std::borrow::Cow;

/// What the build script made.
#[derive(Embed)]
#[folder = "$OUT_DIR/ui/dist"]
struct Embedded;

/// The bytes of a built file by its path below the pages' folder, such as `index.html`; `None` when there is no such file.
pub fn embedded(path: &str) -> Option<Cow<'static, [u8]>> {
    Embedded::get(path).map(|file| file.data)
}

#[cfg(test)]
mod tests {
    use super::embedded;

    #[test]
    fn the_embedded_pages_have_a_front_door() {
        let page = embedded("index.html").unwrap();
        assert!(String::from_utf8_lossy(&page).contains("Coldmile"));
    }
}
