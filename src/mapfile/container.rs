//! The file itself.
//!
//! Layout, all numbers little endian: magic `COLDMAP\n` (8 bytes), format version (u32), length of the table (u32), the
//! table, its checksum (u32), then the sections, each at a multiple of 64 bytes. The table
//! holds, for each section: length of the name (u8), name, version (u32), offset (u64), length (u64), checksum (u32).

/// The first bytes of every map file.
const MAGIC: &[u8; 8] = b"COLDMAP\n";
/// The version of the layout above.
const FORMAT: u32 = 1;
/// Sections start at multiples of this.
const ALIGNMENT: usize = 64;

/// A map file that is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MapFileError {
    /// The bytes do not start like a map file.
    #[error("this is not a Coldmile map file")]
    Foreign,
    /// Written by a newer program.
    #[error(
        "the map file has format {found}, and this program reads up to {known}; import the map again or update"
    )]
    TooNew {
        /// The version in the file.
        found: u32,
        /// The newest version that can be read.
        known: u32,
    },
    /// The file ends too early.
    #[error("the map file is cut short: it has {length} bytes and needs {needed}")]
    Short {
        /// Bytes there are.
        length: usize,
        /// Bytes there should be.
        needed: usize,
    },
    /// Checksums do not match, or numbers make no sense.
    #[error("the map file is damaged in {0}")]
    Damaged(String),
    /// A section that is needed is not there.
    #[error("the map file has no section {0}; import the map again")]
    Missing(String),
    /// A section was written by a program that is newer or too old.
    #[error(
        "section {section} of the map file has version {found}, and this program reads {known}; import the map again"
    )]
    Version {
        /// The section.
        section: String,
        /// The version in the file.
        found: u32,
        /// The version that can be read.
        known: u32,
    },
}

/// Collects sections and gives the bytes of the file.
#[derive(Debug, Default)]
pub struct MapFileWriter {
    sections: Vec<(String, u32, Vec<u8>)>,
}

impl MapFileWriter {
    /// A file without sections.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a section; a section of the same name is replaced.
    ///
    /// A name has 255 bytes or fewer.
    pub fn section(&mut self, name: &str, version: u32, bytes: Vec<u8>) {
        debug_assert!(name.len() <= 255, "section name {name} is too long");
        self.sections.retain(|(known, ..)| known != name);
        self.sections.push((name.to_owned(), version, bytes));
    }

    /// The bytes of the file. The same sections in the same order give the same bytes.
    pub fn finish(&self) -> Vec<u8> {
        let table_length: usize = self.sections.iter().map(|(name, ..)| 1 + name.len() + 4 + 8 + 8 + 4).sum();
        let mut offset = (MAGIC.len() + 4 + 4 + table_length + 4).next_multiple_of(ALIGNMENT);
        let mut table = Vec::with_capacity(table_length);
        let mut offsets = Vec::with_capacity(self.sections.len());
        for (name, version, bytes) in &self.sections {
            table.push(name.len() as u8);
            table.extend_from_slice(name.as_bytes());
            table.extend_from_slice(&version.to_le_bytes());
            table.extend_from_slice(&(offset as u64).to_le_bytes());
            table.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
            table.extend_from_slice(&crc32fast::hash(bytes).to_le_bytes());
            offsets.push(offset);
            offset = (offset + bytes.len()).next_multiple_of(ALIGNMENT);
        }
        let mut file = Vec::with_capacity(offset);
        file.extend_from_slice(MAGIC);
        file.extend_from_slice(&FORMAT.to_le_bytes());
        file.extend_from_slice(&(table.len() as u32).to_le_bytes());
        file.extend_from_slice(&table);
        file.extend_from_slice(&crc32fast::hash(&table).to_le_bytes());
        for ((.., bytes), offset) in self.sections.iter().zip(offsets) {
            file.resize(offset, 0);
            file.extend_from_slice(bytes);
        }
        file
    }
}

/// A file that was checked from end to end, and its sections.
#[derive(Debug)]
pub struct MapFileReader<'a> {
    sections: Vec<(String, u32, &'a [u8])>,
}

impl<'a> MapFileReader<'a> {
    /// Checks `file` and finds its sections.
    pub fn new(file: &'a [u8]) -> Result<Self, MapFileError> {
        let short = |needed: usize| MapFileError::Short { length: file.len(), needed };
        let damaged = |what: &str| MapFileError::Damaged(what.to_owned());
        let known = MAGIC.len().min(file.len());
        if file.is_empty() || file[..known] != MAGIC[..known] {
            return Err(MapFileError::Foreign);
        }
        let mut header = Cursor { bytes: file, at: MAGIC.len() };
        let found = header.u32().ok_or(short(MAGIC.len() + 8))?;
        if found > FORMAT {
            return Err(MapFileError::TooNew { found, known: FORMAT });
        }
        if found == 0 {
            return Err(damaged("its version"));
        }
        let table_length = header.u32().ok_or(short(MAGIC.len() + 8))? as usize;
        let needed = header.at + table_length + 4;
        let table = header.take(table_length).ok_or(short(needed))?;
        if header.u32().ok_or(short(needed))? != crc32fast::hash(table) {
            return Err(damaged("its table of contents"));
        }
        let mut sections = Vec::new();
        let mut table = Cursor { bytes: table, at: 0 };
        while table.at < table.bytes.len() {
            let (name, version, offset, length, checksum) =
                table.entry().ok_or_else(|| damaged("its table of contents"))?;
            let end = offset.checked_add(length).ok_or_else(|| damaged("its table of contents"))?;
            let bytes = file.get(offset..end).ok_or(short(end))?;
            if crc32fast::hash(bytes) != checksum {
                return Err(MapFileError::Damaged(format!("section {name}")));
            }
            sections.push((name, version, bytes));
        }
        Ok(Self { sections })
    }

    /// A section's version and bytes.
    pub fn section(&self, name: &str) -> Result<(u32, &'a [u8]), MapFileError> {
        let section = self.sections.iter().find(|(known, ..)| known == name);
        section
            .map(|(_, version, bytes)| (*version, *bytes))
            .ok_or_else(|| MapFileError::Missing(name.to_owned()))
    }

    /// The bytes of a section that must have exactly this version.
    pub fn section_of(&self, name: &str, version: u32) -> Result<&'a [u8], MapFileError> {
        match self.section(name)? {
            (found, bytes) if found == version => Ok(bytes),
            (found, _) => Err(MapFileError::Version { section: name.to_owned(), found, known: version }),
        }
    }

    /// All sections in file order: name, version, bytes. For a caller that copies a file and changes one section.
    pub fn sections(&self) -> impl Iterator<Item = (&str, u32, &'a [u8])> {
        self.sections.iter().map(|(name, version, bytes)| (name.as_str(), *version, *bytes))
    }
}

/// Reads the fixed-width numbers of the header.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(length)?)?;
        self.at += length;
        Some(taken)
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    fn u64(&mut self) -> Option<usize> {
        usize::try_from(u64::from_le_bytes(self.take(8)?.try_into().ok()?)).ok()
    }

    fn entry(&mut self) -> Option<(String, u32, usize, usize, u32)> {
        let length = *self.take(1)?.first()? as usize;
        let name = String::from_utf8(self.take(length)?.to_vec()).ok()?;
        Some((name, self.u32()?, self.u64()?, self.u64()?, self.u32()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> Vec<u8> {
        let mut writer = MapFileWriter::new();
        writer.section("roads", 3, b"some roads".to_vec());
        writer.section("places", 1, vec![7; 200]);
        writer.finish()
    }

    #[test]
    fn sections_come_back_as_they_went_in() {
        let file = file();
        let reader = MapFileReader::new(&file).unwrap();
        assert_eq!(reader.section("roads"), Ok((3, &b"some roads"[..])));
        assert_eq!(reader.section_of("places", 1), Ok(&[7; 200][..]));
        assert_eq!(reader.section("tiles"), Err(MapFileError::Missing("tiles".to_owned())));
        assert!(matches!(reader.section_of("roads", 4), Err(MapFileError::Version { found: 3, .. })));
        assert_eq!(file, self::file());
    }

    #[test]
    fn every_cut_and_every_flipped_bit_that_matters_is_refused() {
        let whole = file();
        for length in 0..whole.len() {
            assert!(MapFileReader::new(&whole[..length]).is_err(), "cut at {length}");
        }
        // What lies between the table (81 bytes) and the sections is padding.
        let used = |byte: usize| byte < 81 || (128..138).contains(&byte) || byte >= 192;
        for bit in (0..whole.len() * 8).filter(|bit| used(bit / 8)) {
            let mut broken = whole.clone();
            broken[bit / 8] ^= 1 << (bit % 8);
            let read = MapFileReader::new(&broken);
            assert!(read.is_err(), "bit {bit} of byte {}", bit / 8);
        }
    }

    #[test]
    fn other_files_and_files_from_the_future_are_told_apart() {
        assert_eq!(MapFileReader::new(b"").unwrap_err(), MapFileError::Foreign);
        assert_eq!(MapFileReader::new(b"PK\x03\x04 a zip file").unwrap_err(), MapFileError::Foreign);
        let mut future = file();
        future[8] = 9;
        assert_eq!(MapFileReader::new(&future).unwrap_err(), MapFileError::TooNew { found: 9, known: 1 });
    }
}
