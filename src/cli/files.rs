//! Reading files whole and writing them atomically.

use anyhow::{Context, ensure};
use coldmile_store::{AtomicFile, Existing, Readable};
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Reads all bytes of a file; the error names it.
pub fn read_bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Reads all bytes of a file of at most `max_bytes`; a larger one is refused before it is read.
pub fn read_limited(path: &Path, max_bytes: usize) -> anyhow::Result<Vec<u8>> {
    let context = || format!("cannot read {}", path.display());
    let too_large = |bytes: u64| {
        format!("{} has {bytes} bytes or more; a file of this kind has at most {max_bytes}", path.display())
    };
    let file = fs::File::open(path).with_context(context)?;
    let stated = file.metadata().with_context(context)?.len();
    ensure!(stated <= max_bytes as u64, too_large(stated));
    // A pipe states no length, and a file may grow.
    let mut bytes = Vec::with_capacity(stated as usize);
    file.take(max_bytes as u64 + 1).read_to_end(&mut bytes).with_context(context)?;
    ensure!(bytes.len() <= max_bytes, too_large(bytes.len() as u64));
    Ok(bytes)
}

/// Replaces a file atomically: readers see the old content or the new, never a part of it.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    write_for(path, bytes, Readable::ByUmask)
}

/// The same for a file with names, doors and telephone numbers: only its owner can read it.
pub fn write_privately(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    write_for(path, bytes, Readable::ByOwner)
}

fn write_for(path: &Path, bytes: &[u8], readable: Readable) -> anyhow::Result<()> {
    let mut file = OutputFile::create_for(path, readable)?;
    file.append(bytes)?;
    file.finish()
}

/// Replaces a file atomically by what `write` writes, piece by piece.
pub fn write_atomically_by(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> anyhow::Result<()> {
    let mut file = OutputFile::create(path)?;
    write(&mut file.file).with_context(|| format!("cannot write {}", path.display()))?;
    file.finish()
}

/// A file that is written under a temporary name and takes its own when it is finished; dropped before that, it is
/// removed.
pub struct OutputFile {
    path: PathBuf,
    file: AtomicFile,
}

impl OutputFile {
    /// Opens a temporary file in the folder of `path`.
    pub fn create(path: &Path) -> anyhow::Result<Self> {
        Self::create_for(path, Readable::ByUmask)
    }

    /// The same for a file that only its owner can read.
    pub fn create_privately(path: &Path) -> anyhow::Result<Self> {
        Self::create_for(path, Readable::ByOwner)
    }

    fn create_for(path: &Path, readable: Readable) -> anyhow::Result<Self> {
        let file = AtomicFile::create(path, readable);
        let file = file.with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self { path: path.to_owned(), file })
    }

    /// Appends bytes; the error names the file.
    pub fn append(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        self.file.write_all(bytes).with_context(|| format!("cannot write {}", self.path.display()))
    }

    /// Flushes the file to disk and renames it to its own name.
    pub fn finish(self) -> anyhow::Result<()> {
        let written = self.file.finish(Existing::Replace);
        written.with_context(|| format!("cannot write {}", self.path.display()))
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Checks that a file can be created at `path`, before the work that produces its content.
pub fn ensure_writable(path: &Path) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    ensure!(
        folder.is_dir(),
        "cannot write {}: the folder {} does not exist",
        path.display(),
        folder.display()
    );
    ensure!(!path.is_dir(), "cannot write {}: it is a directory", path.display());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_too_large_is_refused_before_it_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("orders.csv");
        fs::write(&path, b"1234").unwrap();
        assert_eq!(read_limited(&path, 4).unwrap(), b"1234");
        let error = read_limited(&path, 3).unwrap_err().to_string();
        assert!(error.contains("orders.csv has 4 bytes") && error.ends_with("at most 3"), "{error}");
        // Two terabytes of nothing: reading them would not end.
        fs::File::create(&path).unwrap().set_len(2 << 40).unwrap();
        assert!(read_limited(&path, 64 << 20).is_err());
    }

    #[test]
    fn a_file_is_replaced_as_a_whole_and_no_temporary_file_is_left() {
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
