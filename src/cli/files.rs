//! Files as commands see them: whole, or not at all.

use anyhow::{Context, ensure};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// All bytes of a file; the error names it.
pub fn read_bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Writes a file so that nobody ever sees half of it: into a temporary file beside it, which then takes its name.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let context = || format!("cannot write {}", path.display());
    let name = path.file_name().with_context(context)?;
    let temporary: PathBuf =
        path.with_file_name(format!(".{}.{}.part", name.to_string_lossy(), std::process::id()));
    let written = (|| {
        let mut file = fs::File::create(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    })();
    if written.is_err() {
        // What cannot be removed was probably never created; the first error is the one that matters.
        let _ = fs::remove_file(&temporary);
    }
    written.with_context(context)
}

/// Refuses an output that could not be written, before the work that makes it.
pub fn ensure_writable(path: &Path) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    ensure!(folder.is_dir(), "cannot write {}: there is no folder {}", path.display(), folder.display());
    ensure!(!path.is_dir(), "cannot write {}: it is a folder", path.display());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.json");
        write_atomically(&path, b"first").unwrap();
        write_atomically(&path, b"second").unwrap();
        assert_eq!(read_bytes(&path).unwrap(), b"second");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let missing = folder.path().join("nowhere/plan.json");
        let error = write_atomically(&missing, b"").unwrap_err();
        assert!(format!("{error:#}").contains("nowhere"), "{error:#}");
        assert!(ensure_writable(&missing).is_err());
    }
}
