//! The documentation: the markdown files of this folder, built into the program.
//!
//! [`PAGES`] holds the text, [`page_html`] renders it for the server's `/docs`, [`network_keys`] reads the tables of
//! `network.md` for `coldmile new`, [`codes`] reads the tables of `codes.md` for
//! `coldmile explain`. A new page adds its row to [`PAGES`] and to `README.md`. Knows nothing of the program that it
//! describes; the tests that compare the two are in `tests/core`.

mod codes;
mod html;
mod keys;
mod pages;

pub use codes::{Code, CodeGroup, codes};
pub use html::{STYLESHEET, page_html};
pub use keys::{Key, KeyTable, network_keys};
pub use pages::{PAGES, Page, page};
