//! Files that appear whole, or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file that is being written. It takes its name in [`finish`](Self::finish), and is removed when it is dropped before.
#[derive(Debug)]
pub struct AtomicFile {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
}

/// Who on this machine may read a new file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readable {
    /// Those whom the process's umask admits.
    ByUmask,
    /// The owner only.
    ByOwner,
}

/// What to do with a file that has the name already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// Replace it.
    Replace,
    /// Leave it, and fail with [`io::ErrorKind::AlreadyExists`].
    Keep,
}

impl AtomicFile {
    /// Opens a temporary file in the folder of `path`.
    pub fn create(path: &Path, readable: Readable) -> io::Result<Self> {
        let name = path.file_name().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        let prefix = format!(".{}.", name.to_string_lossy());
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(".part");
        #[cfg(unix)]
        if readable == Readable::ByUmask {
            builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        }
        #[cfg(not(unix))]
        let _ = readable;
        let file = builder.tempfile_in(folder_of(path))?;
        Ok(Self { path: path.to_owned(), file: BufWriter::new(file) })
    }

    /// Where the content lies until it is finished; for programs that write by name.
    pub fn temporary_path(&self) -> &Path {
        self.file.get_ref().path()
    }

    /// Flushes content and name to the disk.
    pub fn finish(self, existing: Existing) -> io::Result<()> {
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.as_file().sync_all()?;
        match existing {
            Existing::Replace => file.persist(&self.path)?,
            Existing::Keep => file.persist_noclobber(&self.path)?,
        };
        sync_folder(folder_of(&self.path))
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes the name of a new file as durable as its content. Only Unix opens folders.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { fs::metadata(folder).map(drop) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, text: &str, existing: Existing) -> io::Result<()> {
        let mut file = AtomicFile::create(path, Readable::ByOwner)?;
        file.write_all(text.as_bytes())?;
        file.finish(existing)
    }

    #[test]
    fn a_file_appears_whole_and_leaves_no_other_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.json");
        write(&path, "first", Existing::Keep).unwrap();
        write(&path, "second", Existing::Replace).unwrap();
        let kept = write(&path, "third", Existing::Keep).unwrap_err();
        assert_eq!(kept.kind(), io::ErrorKind::AlreadyExists);
        let mut unfinished = AtomicFile::create(&path, Readable::ByOwner).unwrap();
        unfinished.write_all(b"fourth").unwrap();
        drop(unfinished);
        assert_eq!(fs::read_to_string(&path).unwrap(), "second");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_for_its_owner_is_readable_by_the_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let mode = |name: &str, readable| {
            let path = folder.path().join(name);
            AtomicFile::create(&path, readable).unwrap().finish(Existing::Keep).unwrap();
            fs::metadata(path).unwrap().permissions().mode() & 0o777
        };
        assert_eq!(mode("private", Readable::ByOwner), 0o600);
        // As an ordinary file made by the same process.
        File::create(folder.path().join("ordinary")).unwrap();
        let ordinary = fs::metadata(folder.path().join("ordinary")).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode("shared", Readable::ByUmask), ordinary);
    }
}
