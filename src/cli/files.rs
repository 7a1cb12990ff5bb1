//! Files as commands see them: whole, or not at all.

use anyhow::{Context, ensure};
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// All bytes of a file; the error names it.
pub fn read_bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Writes a file so that nobody ever sees half of it: into a temporary file beside it, which then takes its name.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut file = NewFile::create(path)?;
    file.write(bytes)?;
    file.finish()
}

/// A file on its way: it takes its name when it is finished, and goes away when it is dropped before.
pub struct NewFile {
    path: PathBuf,
    temporary: PathBuf,
    file: BufWriter<fs::File>,
    is_finished: bool,
}

impl NewFile {
    /// Opens a temporary file beside `path`.
    pub fn create(path: &Path) -> anyhow::Result<Self> {
        let context = || format!("cannot write {}", path.display());
        let name = path.file_name().with_context(context)?;
        let temporary =
            path.with_file_name(format!(".{}.{}.part", name.to_string_lossy(), std::process::id()));
        let file = BufWriter::new(fs::File::create(&temporary).with_context(context)?);
        Ok(Self { path: path.to_owned(), temporary, file, is_finished: false })
    }

    /// More of it.
    pub fn write(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        self.file.write_all(bytes).with_context(|| format!("cannot write {}", self.path.display()))
    }

    /// Brings all of it to the disk and gives it its name.
    pub fn finish(mut self) -> anyhow::Result<()> {
        let written = (|| {
            self.file.flush()?;
            self.file.get_ref().sync_all()?;
            fs::rename(&self.temporary, &self.path)
        })();
        self.is_finished = written.is_ok();
        written.with_context(|| format!("cannot write {}", self.path.display()))
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.is_finished {
            // The error that led here is the one that matters.
            let _ = fs::remove_file(&self.temporary);
        }
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
