//! Files as commands see them: whole, or not at all.

use anyhow::{Context, ensure};
use coldmile_store::{AtomicFile, Existing, Readable};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// All bytes of a file; the error names it.
pub fn read_bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Writes a file so that no half of it is ever seen: into a temporary file beside it, which then takes its name.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut file = NewFile::create(path)?;
    file.write(bytes)?;
    file.finish()
}

/// A file that is being written: it takes its name when it is finished, and is removed when it is dropped before.
pub struct NewFile {
    path: PathBuf,
    file: AtomicFile,
}

impl NewFile {
    /// Opens a temporary file beside `path`.
    pub fn create(path: &Path) -> anyhow::Result<Self> {
        let file = AtomicFile::create(path, Readable::ByUmask);
        let file = file.with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self { path: path.to_owned(), file })
    }

    /// More of it.
    pub fn write(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        self.file.write_all(bytes).with_context(|| format!("cannot write {}", self.path.display()))
    }

    /// Brings all of it to the disk and gives it its name.
    pub fn finish(self) -> anyhow::Result<()> {
        let written = self.file.finish(Existing::Replace);
        written.with_context(|| format!("cannot write {}", self.path.display()))
    }
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
