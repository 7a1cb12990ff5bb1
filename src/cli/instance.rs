//! Instance files of the routing literature.

use super::files::read_bytes;
use anyhow::Context;
use coldmile_vrp::format;
use std::path::Path;

/// Reads an instance file; an error names file, line and cause.
pub fn read_instance(path: &Path) -> anyhow::Result<format::BenchmarkInstance> {
    let text = String::from_utf8_lossy(&read_bytes(path)?).into_owned();
    format::read_instance(&text).with_context(|| path.display().to_string())
}
