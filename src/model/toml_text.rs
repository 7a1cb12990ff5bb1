//! Text as TOML writes it.

/// `text` with the quotation marks and escapes of TOML.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
